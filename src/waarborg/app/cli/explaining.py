"""`explain`: why anything came out as it did, down to the reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from waarborg.app.cli.desk import OUT, print_json
from waarborg.app.services.explanation import FIGURES, Explained, explain, read_figures
from waarborg.app.services.logbook import MISSION_FILE, Contents
from waarborg.app.wiring.verification import check_vouched, contents
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.record.failure import VerificationFailure
from waarborg.record.source import CHECKPOINT
from waarborg.record.verify import verify
from waarborg.reports.mission import Mission
from waarborg.store.fusion_models import fusion_model
from waarborg.store.mission_folder import read_form
from waarborg.store.mission_record import read_journal
from waarborg.store.out_folder import read_file
from waarborg.store.record_folder import FolderSource


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("explain")(explain_command)


def explain_command(
    identifier: Annotated[
        str,
        typer.Argument(
            help="Identifier of an incident (inc-…), episode (epi-…), finding (fin-…), determination (det-…), "
            "obligation (obl-…) or report; the start of one is enough when only one has it.",
            metavar="ID",
        ),
    ],
    *,
    out: Annotated[
        Path, typer.Option("--out", help="Output folder of a run.", metavar="FOLDER")
    ] = Path("out"),
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for another program.")
    ] = False,
) -> None:
    """Say why something came out as it did: every step below it, down to the reports.

    The record is hashed and the figures are compared with what it vouches for first: nothing is
    explained that somebody edited.
    """
    held = open_run(out)
    files = {name: read_file(out / name) or b"" for name in FIGURES}
    check_vouched(held, files)
    model = fusion_model(held.fusion_model)
    found = explain(identifier, read_figures(files), held, (_time_zone(held), model))
    if as_json:
        print_json(found)
        return
    for depth, line in told(found):
        OUT.print(f"{'  ' * depth}{line}", markup=False)


def open_run(out: Path) -> Contents:
    """What the record of a run holds, hashed first.

    Raises:
        ProblemsFound: No run lies in the folder (CLI-003).
        VerificationFailure: The record does not hold.
    """
    source = FolderSource(out / "record")
    if source.read(CHECKPOINT) is None:
        raise ProblemsFound([_no_run(out, "no record in it")])
    verify(source)
    return contents(read_journal(source))


def told(found: Explained, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Every line of an explanation with its depth: what it is, what is said of it, what it rests on."""
    yield depth, found.title
    for line in found.lines:
        yield depth + 1, f"· {line}"
    for part in found.parts:
        yield from told(part, depth + 1)


def _time_zone(held: Contents) -> ZoneInfo:
    """The time zone in which the mission writes hours."""
    problems: list[Problem] = []
    mission = read_form(MISSION_FILE, held.texts.get(MISSION_FILE, b""), Mission, problems)
    if mission is None:
        raise VerificationFailure("REC-064", MISSION_FILE, "a mission's settings", str(problems[0]))
    return mission.time_zone


def _no_run(out: Path, found: str) -> Problem:
    return Problem(
        str(out),
        0,
        "CLI-003",
        "no run lies here",
        "the output folder of `waarborg run`, with record/ in it",
        found[:200],
        "run `waarborg run MISSION --out FOLDER` first, or name its folder with --out",
    )
