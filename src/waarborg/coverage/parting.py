"""Where two readings of the same words part: the incidents that they judge or answer otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import z3

from waarborg.agreement.explain import truth
from waarborg.agreement.model import Agreement
from waarborg.agreement.zones import Zones
from waarborg.coverage.asked import Asked
from waarborg.coverage.binding import InForce, as_in, versions_under
from waarborg.coverage.family import Family, made, search, telling
from waarborg.coverage.gaps import Answer
from waarborg.coverage.judged import ReadingsPart, met
from waarborg.coverage.prover import Prover
from waarborg.coverage.solver import NotKnown, Row

_MOST = 24
"""Families looked for, so that the widest come first."""


class Split(StrEnum):
    """How two readings part on an incident."""

    BREACH = "breach"
    """A breach under the first reading, and not surely one under the second."""
    NO_BREACH = "no_breach"
    """A breach under the second reading, and not surely one under the first."""
    ANSWERED = "answered"
    """A breach under both; the need is surely met under the first alone."""
    UNANSWERED = "unanswered"
    """A breach under both; the need is surely met under the second alone."""


@dataclass(frozen=True, slots=True)
class Parting:
    """The incidents on which two readings part in one way.

    Attributes:
        split: How they part.
        answer: None proved, found, or not known.
        families: The incidents as families, widest first.
        complete: Whether these are all.
    """

    split: Split
    answer: Answer
    families: tuple[Family, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Apart:
    """Two readings held against each other.

    Attributes:
        first: One reading, "" for the words as they stand.
        second: The other.
        need: The need they were asked about.
        version: The version of the text in whose time they were asked, in words; "" for a text that
            was never amended.
        partings: The four ways to part, each with what was found.
    """

    first: str
    second: str
    need: str
    version: str
    partings: tuple[Parting, ...]

    @property
    def agree(self) -> bool:
        """Whether it is proved that they never part."""
        return all(parting.answer is Answer.NONE for parting in self.partings)


def apart(
    agreement: Agreement,
    zones: Zones | None,
    asked: Asked,
    readings: tuple[str, str],
    limit: int = 4,
) -> tuple[Apart, ...]:
    """Find the incidents on which two readings part, in the time of each version of the text.

    Args:
        agreement: The agreement as its words stand.
        zones: The map, None when there is none.
        asked: What is asked.
        readings: The two readings.
        limit: How many families of each kind are shown at most.

    Raises:
        KeyError: The file has no such reading.
        ReadingsPart: An incident shown is judged otherwise by the row reading.
    """
    return tuple(
        _apart(agreement, zones, asked, readings, each, limit)
        for each in versions_under(agreement, "")
    )


def _apart(  # what `apart` is asked, and one version
    agreement: Agreement,
    zones: Zones | None,
    asked: Asked,
    readings: tuple[str, str],
    among: InForce,
    limit: int,
) -> Apart:
    one, other = (as_in(agreement, reading, among) for reading in readings)
    first = Prover(one, zones, asked, beside=other)
    second = Prover(other, zones, asked, beside=one, solver=first.solver)
    return Apart(
        *readings,
        asked.need.id,
        among.words,
        tuple(_part((first, second), split, limit) for split in Split),
    )


def _part(provers: tuple[Prover, Prover], split: Split, limit: int) -> Parting:
    solver = provers[0].solver
    try:
        given = solver.named(
            f"a breach under either, {split}", z3.Or([p.breach_variable() for p in provers])
        )
        searched = search(solver, f"parting {split}", given, _formula(provers, split), _MOST)
    except NotKnown:
        return Parting(split, Answer.NOT_KNOWN, (), complete=False)
    families = telling(
        made(solver, start, allowed, searched.occurs, provers[0].names)
        for start, allowed in searched.found
    )
    for family in families:
        if _split(provers, family.example) is not split:
            raise ReadingsPart(f"the row reading does not part so on {family.example}")
    return Parting(
        split,
        Answer.FOUND if families else Answer.NONE,
        tuple(families[:limit]),
        searched.complete and len(families) <= limit,
    )


def _formula(provers: tuple[Prover, Prover], split: Split) -> Any:
    breach = [prover.breach_variable() for prover in provers]
    owed = [prover.met(surely=True) for prover in provers]
    match split:
        case Split.BREACH:
            return z3.And(breach[0], z3.Not(breach[1]))
        case Split.NO_BREACH:
            return z3.And(breach[1], z3.Not(breach[0]))
        case Split.ANSWERED:
            return z3.And(*breach, owed[0], z3.Not(owed[1]))
        case Split.UNANSWERED:
            return z3.And(*breach, owed[1], z3.Not(owed[0]))


def _split(provers: tuple[Prover, Prover], row: Row) -> Split | None:
    """How the row reading parts on an incident, None when it does not."""
    breach = [truth(prover.breach, row) is True for prover in provers]
    if breach[0] is not breach[1]:
        return Split.BREACH if breach[0] else Split.NO_BREACH
    owed = [
        met(
            p.agreement,
            p.asked,
            p.answering,
            {g.id: truth(g.trigger, row) for g in p.agreement.guarantees},
        )
        for p in provers
    ]
    if not breach[0] or owed[0] is owed[1]:
        return None
    return Split.ANSWERED if owed[0] else Split.UNANSWERED
