"""Entries of the commission on the record: signed by their authors, timed by the record, read back.

Rules this module keeps:
1. When an entry reached the record is the record's word, never its author's.
2. What was signed and cannot be read, or breaks a rule, is read back too: it is refused, not hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import combinations

from waarborg.base.problems import ProblemsFound
from waarborg.base.times import format_instant
from waarborg.cases.body import KINDS, from_body, to_body
from waarborg.cases.entry import Entry, Unreadable
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.record.demonstration import demonstration_seed
from waarborg.record.journal import Recorded
from waarborg.record.scribe import author_seed
from waarborg.record.statement import Author, Draft, Statement
from waarborg.reports.report import ReportId

_HEADER = ("kind", "author", "known_at")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record has what somebody named.

    Attributes:
        number: Its number in the record, from 0.
        digest: Its leaf hash in hex: how other statements refer to it.
        kind: The kind of the statement.
        author: Who signed it.
        said_at: When its author says it was made.
        recorded_at: The first time mark behind it, None while there is none.
        anyones: Whether the key that signed it can be worked out by anyone from the log's name.
    """

    number: int
    digest: str
    kind: str
    author: str
    said_at: datetime
    recorded_at: datetime | None
    anyones: bool = False


def places_of(recorded: Iterable[Recorded], origin: str = "") -> dict[str, list[Place]]:
    """Where a record has each entry of the commission and each report by name, and evidence by digest.

    Args:
        recorded: Its statements.
        origin: The log's name, from which the keys of the demonstration are worked out.
    """
    secret = demonstration_seed(origin)

    @cache
    def key_of(author: str) -> str:
        return Author(author, author_seed(secret, author)).key_id

    found: dict[str, list[Place]] = defaultdict(list)
    for each in recorded:
        said = each.statement
        name = said.hash if said.kind == "evidence" else str(said.body.get("id", ""))
        if name and (said.kind in KINDS or said.kind in {"report", "evidence"}):
            at = datetime.fromtimestamp(said.claimed_at, tz=UTC)
            place = Place(
                each.place, said.hash, said.kind, said.author, at, each.recorded_at,
                said.kind in KINDS and said.key_id == key_of(said.author),
            )  # fmt: skip
            found[name].append(place)
    return dict(found)


def draft_of(entry: Entry) -> Draft:
    """What an entry's author signs: all of it but when it reached the record."""
    said = to_body(entry)
    body = {key: value for key, value in said.items() if key not in _HEADER}
    return Draft(str(said["kind"]), body, int(entry.at.timestamp()))


def entries_of(recorded: Iterable[Recorded]) -> Iterator[Entry]:
    """The entries of the commission and the guarantors on a record, in its order.

    A statement behind the last time mark is not known to be in yet and is left out.
    """
    for each in recorded:
        said = each.statement
        if said.kind not in KINDS or each.recorded_at is None or "id" not in said.body:
            continue
        at = format_instant(each.recorded_at)
        body = {**said.body, "kind": said.kind, "author": said.author, "known_at": at}
        try:
            yield from_body(body, f"entry {each.place}")
        except ProblemsFound as found:
            words = "; ".join(f"{p.message} ({p.found})" for p in found.problems)
            unread = Unreadable(said.kind, words, str(said.body.get("proposal", "")))
            yield Entry(
                str(said.body["id"]), each.recorded_at, each.recorded_at, said.author, unread
            )


_SAMENESS = {
    "merge-judgement": Sameness.SAME,
    "split-judgement": Sameness.DIFFERENT,
    "open-judgement": Sameness.UNSURE,
}


def is_judgement(said: Statement) -> bool:
    """Whether a statement says that reports tell of one event, of different ones, or neither."""
    return said.kind in _SAMENESS and said.kind_version == 1


def judgements_of(recorded: Iterable[Recorded]) -> Iterator[Judgement]:
    """What people said about reports: the same event, different ones, or let the evidence decide.

    Every pair of the reports named is judged; the latest judgement on a pair counts.
    """
    for each in recorded:
        said = each.statement
        if is_judgement(said) and each.recorded_at is not None:
            for one, other in combinations(sorted(set(map(str, said.body["reports"]))), 2):
                yield Judgement(
                    ReportId(one),
                    ReportId(other),
                    _SAMENESS[said.kind],
                    said.author,
                    each.recorded_at,
                    str(said.body["reason"]),
                )
