"""A mission, or an agreement alone, with the commission's entries that its record holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path

from waarborg.app.services.logbook import AGREEMENT_FILE
from waarborg.app.services.proceedings import (
    Place,
    draft_of,
    entries_of,
    judgements_of,
    places_of,
)
from waarborg.base.problems import Problem, ProblemsFound
from waarborg.cases.body import kind_of
from waarborg.cases.entry import Entry
from waarborg.incidents.judgements import Judgement
from waarborg.record.chains import replay
from waarborg.record.failure import VerificationFailure
from waarborg.record.journal import with_marks
from waarborg.record.kinds import misfits
from waarborg.record.scribe import OPERATOR
from waarborg.record.source import entries as leaves
from waarborg.record.statement import Draft, read_statement
from waarborg.record.verify import verify
from waarborg.store.mission_record import PUBLIC, MissionRecord
from waarborg.store.record_folder import FolderSource


@dataclass(frozen=True, slots=True)
class Held:
    """What a record holds for the commission.

    Attributes:
        entries: Entries of the commission and the guarantors, in the order of the record.
        judgements: What people said about reports.
        size: Entries of the record in all.
        origin: The log's name, "" where there is no record.
        marked: The record's last time mark: nothing comes in before it; None when there is none.
        places: Where the record has each entry, report and piece of evidence, by name.
    """

    entries: tuple[Entry, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    size: int = 0
    origin: str = ""
    marked: datetime | None = None
    places: Mapping[str, Sequence[Place]] = field(default_factory=dict)


def read_held(out: Path, origins: Sequence[str] | None) -> Held:
    """Verify the record of an output folder, and read what it holds; nothing where there is none.

    Args:
        out: The output folder.
        origins: The names that the log may have, None for any.

    Raises:
        VerificationFailure: The record does not hold, or is another log's.
    """
    source = FolderSource(out / PUBLIC)
    if not (out / PUBLIC / "checkpoint").exists():
        return Held()
    checkpoint = verify(source).checkpoint
    if origins is not None and checkpoint.origin not in origins:
        expected = f"the log {' or '.join(origins)}"
        raise VerificationFailure("REC-004", str(out / PUBLIC), expected, checkpoint.origin)
    every = list(leaves(source, checkpoint.size))
    replay(every, checkpoint.origin)  # every author's signature and chain
    recorded = list(with_marks((at, read_statement(leaf)) for at, leaf in enumerate(every)))
    marked = max((each.recorded_at for each in recorded if each.recorded_at), default=None)
    judged = tuple(judgements_of(recorded))
    said_here = tuple(entries_of(recorded))
    where = places_of(recorded, checkpoint.origin)
    return Held(said_here, judged, checkpoint.size, checkpoint.origin, marked, where)


def put(record: MissionRecord, entries: Iterable[Entry], text: bytes = b"") -> int:
    """Sign entries for their authors and put them on the record, each marked when it came in.

    Args:
        record: The record, open for writing.
        entries: In the order in which they come in.
        text: The agreement they belong to, which a record without a mission holds as well, so that
            it can be explained from itself alone; "" puts none.

    Returns:
        How many entries the record has now.

    Raises:
        ProblemsFound: COM-106, with every entry whose fields the record does not take; nothing is put.
        VerificationFailure: An entry would stand before one that is already in (REC-079), or its
            author holds a key of their own (REC-072).
    """
    entries = list(entries)
    unfit = [_unfit(entry, wrong) for entry in entries if (wrong := _wrong(entry))]
    if unfit:
        raise ProblemsFound(unfit)
    if text and entries:
        _put_text(record, text, entries[0].known_at)
    for known_at, group in groupby(entries, key=lambda entry: entry.known_at):
        for entry in group:
            record.say(entry.author, draft_of(entry))
        record.mark(known_at)
    record.commit()
    return record.publish().size


def _put_text(record: MissionRecord, text: bytes, at: datetime) -> None:
    """The agreement, unless the record has these very bytes as the last it was given."""
    last = None
    for each in record.read():
        said = each.statement
        if (
            said.author == OPERATOR
            and said.kind == "config"
            and said.body["name"] == AGREEMENT_FILE
        ):
            last = said.body["blob"]
    blob = record.attach(text, "text/plain; charset=utf-8")
    if blob["blob"] != last:
        body = {"name": AGREEMENT_FILE, **blob}
        record.say(OPERATOR, Draft("config", body, int(at.timestamp())))


def _wrong(entry: Entry) -> list[str]:
    """What the record would not take of an entry."""
    draft = draft_of(entry)
    return misfits(draft.kind, draft.kind_version, draft.body)


def _unfit(entry: Entry, wrong: Sequence[str]) -> Problem:
    return Problem(
        entry.id, 0, "COM-106", "the entry has a field that the record does not take",
        f"the fields of {kind_of(entry.act)}", "; ".join(wrong),
        "correct the entry and hand everything in again; nothing was put on the record",
    )  # fmt: skip


def take_signed(record: MissionRecord, signed: bytes, name: str, at: datetime) -> int:
    """Put statements that their authors signed elsewhere on the record, all of them or none.

    Args:
        record: The record, open for writing.
        signed: One statement a line.
        name: How problems call the file.
        at: When they came in.

    Returns:
        How many entries the record has now.

    Raises:
        ProblemsFound: COM-105 when one cannot be the next entry.
    """
    for line, leaf in enumerate(signed.splitlines(), 1):
        try:
            if leaf.strip():
                record.take(leaf.strip())
        except VerificationFailure as failure:
            raise ProblemsFound([_untaken(name, line, failure)]) from failure
    record.mark(at)
    record.commit()
    return record.publish().size


def _untaken(name: str, line: int, failure: VerificationFailure) -> Problem:
    """The record is well: what was handed in is not."""
    return Problem(
        name, line, "COM-105", f"the statement cannot be the next entry: {failure.meaning}",
        failure.expected, f"{failure.found} ({failure.code})",
        "have its author sign it behind their last statement on the record, with a key that counts "
        "there; nothing of the file was taken",
    )  # fmt: skip


def no_folder(folder: Path) -> ProblemsFound:
    """Neither a mission nor an agreement lies there."""
    return ProblemsFound(
        [
            Problem(
                str(folder),
                0,
                "COM-103",
                "here lies neither a mission nor an agreement",
                "mission.toml or agreement.yaml",
                "neither",
                "name the folder that holds one",
            )
        ]
    )
