"""Gaps: breaches after which no one owes the needed answer.

Two kinds, kept apart. A gap is *plain* when every promise that could answer surely is not owed. It
*hangs on the unknown* when no promise surely is owed, yet one might be, were something known that is
not: the place, who did it, how the commission rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import z3

from waarborg.agreement.condition import Node
from waarborg.base.judgement import Reason
from waarborg.coverage.family import Family, made, search, telling
from waarborg.coverage.judged import ReadingsPart, by_row, by_table, members, met
from waarborg.coverage.prover import Prover
from waarborg.coverage.solver import NotKnown, Row
from waarborg.coverage.whys import why_not

_MORE = 4
"""Families found for each one shown, so that the widest come first."""


class GapKind(StrEnum):
    """Why nobody surely owes."""

    PLAIN = "plain"
    UNKNOWN = "unknown"


class Answer(StrEnum):
    """What a proof came to."""

    NONE = "none"
    """Proved: there is none."""
    NO_BREACH = "no_breach"
    """Proved: no such breach can occur, so there is nothing to answer; never to be read as "covered"."""
    FOUND = "found"
    NOT_KNOWN = "not_known"
    """The solver gave up: nothing is proved."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A family of breaches that nobody answers.

    Attributes:
        kind: Plain, or because something is not known.
        family: Which breaches.
        reasons: Why each promise that could answer is not owed: what holds of the whole family
            where something does, else what holds of its first breach, and says so.
        judged: How many of them were judged again by the row reading and by Polars.
    """

    kind: GapKind
    family: Family
    reasons: tuple[tuple[str, tuple[Reason, ...]], ...]
    judged: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """Every gap of one kind, widest first.

    Attributes:
        kind: Which kind.
        answer: None proved, found, or not known.
        gaps: The families, widest first.
        complete: Whether each gap of this kind lies in one of the families found.
        every_breach: Whether no breach at all is answered.
    """

    kind: GapKind
    answer: Answer
    gaps: tuple[Gap, ...]
    complete: bool
    every_breach: bool


def gaps(prover: Prover, kind: GapKind, limit: int = 8, more: int = _MORE) -> Gaps:
    """Look for breaches after which no one owes the needed answer.

    Args:
        prover: The text and the need.
        kind: Which kind of gap.
        limit: How many families are shown at most.
        more: How many are looked for, for each one shown, so that the widest come first.
    """
    try:
        return _gaps(prover, kind, limit, limit * more)
    except NotKnown:
        return Gaps(kind, Answer.NOT_KNOWN, (), complete=False, every_breach=False)


def _gaps(prover: Prover, kind: GapKind, limit: int, most: int) -> Gaps:
    bad = _bad(prover, kind)
    searched = search(prover.solver, f"gap {kind}", prover.breach_variable(), bad, most)
    if not searched.found:
        nothing = prover.solver.first(prover.breach_variable()) is None
        answer = Answer.NO_BREACH if nothing else Answer.NONE
        return Gaps(kind, answer, (), complete=True, every_breach=False)
    kept = telling(
        made(prover.solver, start, allowed, searched.occurs, prover.names)
        for start, allowed in searched.found
    )
    return Gaps(
        kind,
        Answer.FOUND,
        tuple(_gap(prover, kind, family) for family in kept[:limit]),
        searched.complete and len(kept) <= limit,
        searched.everything,
    )


def _bad(prover: Prover, kind: GapKind) -> Any:
    if kind is GapKind.PLAIN:
        return z3.Not(prover.met(surely=False))
    return z3.And(z3.Not(prover.met(surely=True)), prover.met(surely=False))


def _gap(prover: Prover, kind: GapKind, family: Family) -> Gap:
    rows = members(prover.solver.domain, family.allowed, family.example)
    return Gap(
        kind,
        family,
        why_not(prover, family, surely=kind is GapKind.PLAIN),
        judge_again(prover, kind, rows),
    )


def judge_again(prover: Prover, kind: GapKind, rows: list[Row]) -> int:
    """Judge incidents of a family by the row reading and by Polars.

    Returns:
        How many of them are breaches; each of those was found to be a gap of the kind.

    Raises:
        ReadingsPart: A reading parts from the solver.
    """
    conditions: dict[str, Node] = {p.id: p.trigger for p in prover.agreement.guarantees}
    asked = {**conditions, _BREACH: prover.breach}
    tables = by_table(asked, rows, prover.solver.domain.columns)
    count = 0
    for number, (row, table) in enumerate(zip(rows, tables, strict=True)):
        told = by_row(asked, row)
        if told != table:
            raise ReadingsPart(f"the row reading and Polars part on {row}")
        if told[_BREACH] is not True:
            if number == 0:
                raise ReadingsPart(f"the solver says this is a breach, the row reading not: {row}")
            continue
        count += 1
        sure, may = (
            met(prover.agreement, prover.asked, prover.answering, told, surely=surely)
            for surely in (True, False)
        )
        if sure or may is (kind is GapKind.PLAIN):
            raise ReadingsPart(f"the solver says nobody owes, the row reading not: {row}")
    return count


_BREACH = "the breach"
