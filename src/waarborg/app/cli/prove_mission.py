"""`prove --mission` and `prove --record`: a mission's incidents in the families, answers on its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from waarborg.agreement.model import Agreement
from waarborg.agreement.zones import Zones
from waarborg.app.cli.desk import moments, open_mission
from waarborg.app.services.logbook import PROOF, PROVER
from waarborg.app.services.proving import Answers, Request
from waarborg.app.services.proving_mission import Counting, happened
from waarborg.app.services.proving_record import body_of
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.record.demonstration import demonstration_seed
from waarborg.record.source import signed_checkpoint
from waarborg.record.statement import Draft
from waarborg.store.mission_record import PUBLIC, MissionRecord
from waarborg.store.record_folder import FolderSource


def count_incidents(
    mission: Path, agreement: Agreement, zones: Zones | None, answers: Answers
) -> Answers:
    """Count a mission's incidents in every family, over its whole span and all that came in."""
    opened = open_mission(mission, lambda _step: None)
    as_of, known_at = moments(opened.mission, None, None)
    incidents = happened(opened.inputs, as_of, known_at)
    counting = Counting(agreement, zones or opened.inputs.zones, opened.inputs, incidents)
    return replace(answers, tallies=counting.tallies(answers), mission=opened.mission.name)


def put_on_record(
    out: Path, key: Path | None, answers: Answers, request: Request, files: Mapping[str, str]
) -> None:
    """Put answers on the record of a mission, signed, with a time mark behind them.

    Raises:
        ProblemsFound: CLI-023 when the folder holds no record, or the key is none.
        VerificationFailure: The record is not what was signed, or was signed with another key.
    """
    if not (out / PUBLIC).is_dir():
        raise ProblemsFound([_no_record(out)])
    origin = signed_checkpoint(FolderSource(out / PUBLIC))[0].origin
    seed = demonstration_seed(origin) if key is None else _secret(key)
    with MissionRecord.open(out, origin, seed) as record:
        content = {name: text.encode() for name, text in files.items()}
        body = body_of(answers, request, content, record.attach)
        now = _now()
        record.say(PROVER, Draft(PROOF, body, int(now.timestamp())))
        record.mark(max(now, record.journal.chains.recorded or now))
        record.commit()
        record.publish()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # the edge reads the clock


def _no_record(out: Path) -> Problem:
    return Problem(
        str(out),
        0,
        "CLI-023",
        "there is no record in this folder",
        f"an output folder of `waarborg run`, with {PUBLIC}/ in it",
        "no such folder" if not out.is_dir() else "no record",
        "run the mission first, and name its --out folder",
    )


def _secret(key: Path) -> bytes:
    try:
        seed = bytes.fromhex(key.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        seed = b""
        found = str(error)[:120]
    else:
        found = f"{len(seed)} bytes"
    if len(seed) != 32:
        raise ProblemsFound(
            [
                Problem(
                    str(key),
                    0,
                    "CLI-023",
                    "this is no key",
                    "32 secret bytes in hexadecimal",
                    found,
                    "name the key that the record was begun with",
                )
            ]
        )
    return seed
