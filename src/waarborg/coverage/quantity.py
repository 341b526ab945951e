"""Needs that are a quantity: enough of something, in time, and still enough when some drop out.

A contribution counts when it is there already, or surely comes within the time asked for: its own time
is fixed and short enough on the worst calendar, and no procedure before it takes longer. It falls
away when its giver fails, an approval is refused, or what it relies on falls away.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from itertools import combinations
from typing import Any

import z3

from waarborg.agreement.condition import ALWAYS
from waarborg.agreement.model import Agreement, Guarantee, Need
from waarborg.agreement.sections import Contribution
from waarborg.agreement.time_words import duration_words
from waarborg.coverage.asked import Asked
from waarborg.coverage.binding import binds
from waarborg.coverage.elements import Element, ElementKind, elements, vetoes
from waarborg.coverage.gaps import Answer
from waarborg.coverage.reliance import PLAIN, Logic, kept
from waarborg.coverage.solver import NotKnown
from waarborg.coverage.timing import Kept, clock_of, hours_words, late, measure, year_of
from waarborg.coverage.woven import CONTRIBUTION, contributed, woven


class Counts(StrEnum):
    """Whether a contribution counts for a need."""

    THERE = "there"
    """Delivered."""
    IN_TIME = "in_time"
    LATE = "late"
    """Surely or possibly after the time asked for."""
    OPEN = "open"
    """The words fix no time, or no number or place."""


@dataclass(frozen=True, slots=True)
class Supply:
    """A contribution held against a need.

    Attributes:
        id: Its name in the file.
        by: Who brings it.
        number: How much; 0 when the text gives none.
        counts: Whether it counts.
        words: Why, in words.
    """

    id: str
    by: str
    number: int
    counts: Counts
    words: str


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Failures that leave less than is needed.

    Attributes:
        elements: What fails, sorted.
        left: How much is then left.
    """

    elements: tuple[Element, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """Whether there is enough, and what it hangs on.

    Attributes:
        need: The need.
        supplies: Every contribution of that action and unit, in the order of the file.
        counted: How much counts when everybody keeps their word.
        answer: Weak spots: none proved, found, or not known.
        order: The largest set of failures looked for.
        shortfalls: All minimal sets of failures up to that size, smallest first.
    """

    need: Need
    supplies: tuple[Supply, ...]
    counted: int
    answer: Answer
    order: int
    shortfalls: tuple[Shortfall, ...]

    @property
    def wanted(self) -> int:
        """How much is needed."""
        return self.need.number or 0

    @property
    def enough(self) -> bool:
        """Whether there is enough when everybody keeps their word."""
        return self.counted >= self.wanted


def quantity(agreement: Agreement, asked: Asked, order: int = 2) -> Quantity:
    """Hold contributions against a need that is a quantity.

    Args:
        agreement: The agreement under its reading.
        asked: What is asked; its need gives a number.
        order: The largest set of failures looked for.
    """
    need = asked.need
    matching = [
        c
        for c in agreement.contributions.values()
        if c.what in need.actions and c.unit == need.unit and c.by not in need.not_by
    ]
    supplies = tuple(_supply(agreement, need, given) for given in matching)
    sure = {s.id: s.number for s in supplies if s.counts in {Counts.THERE, Counts.IN_TIME}}
    together = woven(agreement)
    known = {g.id for g in together.guarantees}
    beside = (contributed(agreement, c) for c in agreement.contributions.values())
    whole = replace(
        together,
        guarantees=(
            *(replace(g, trigger=ALWAYS) for g in together.guarantees),
            *(g for g in beside if g.id not in known),
        ),
    )
    counting = [g for g in whole.guarantees if g.id.removeprefix(CONTRIBUTION) in sure and _is(g)]
    numbers = {g.id: sure[g.id.removeprefix(CONTRIBUTION)] for g in counting}
    counted = left(whole, asked, numbers, ())
    if counted < (need.number or 0):
        return Quantity(need, supplies, counted, Answer.NONE, order, ())
    try:
        shortfalls = _shortfalls(whole, asked, numbers, order)
    except NotKnown:
        return Quantity(need, supplies, counted, Answer.NOT_KNOWN, order, ())
    answer = Answer.FOUND if shortfalls else Answer.NONE
    return Quantity(need, supplies, counted, answer, order, shortfalls)


def contributing(agreement: Agreement) -> Hashable:
    """Everything of a text that an answer about a quantity looks at: where this is equal, so is that."""
    return (
        tuple(agreement.contributions.items()),
        tuple(agreement.guarantees),
        tuple(agreement.commitments.items()),
        tuple(agreement.gates.items()),
        tuple(agreement.clocks.items()),
        tuple((name, clause.standing) for name, clause in agreement.clauses.items()),
        tuple(agreement.periods.items()),
    )


def _is(promise: Guarantee) -> bool:
    return promise.id.startswith(CONTRIBUTION)


def _supply(agreement: Agreement, need: Need, given: Contribution) -> Supply:
    name = agreement.parties[given.by].name if given.by in agreement.parties else str(given.by)
    number = given.number or 0
    if not binds(agreement, contributed(agreement, given)):
        return Supply(given.id, name, number, Counts.OPEN, "its clause is not agreed, or has ended")
    if given.number is None:
        return Supply(given.id, name, 0, Counts.OPEN, "the text gives no number")
    if need.place and given.place != need.place:
        where = f"in {given.place}" if given.place else "without a place"
        return Supply(given.id, name, number, Counts.OPEN, f"promised {where}")
    if given.state == "delivered":
        return Supply(given.id, name, number, Counts.THERE, "delivered")
    limit = need.within.elapsed if need.within else None
    if limit is None:
        return Supply(given.id, name, number, Counts.IN_TIME, "promised")
    counts, words = _in_time(agreement, given, limit)
    return Supply(given.id, name, number, counts, words)


def _in_time(agreement: Agreement, given: Contribution, limit: timedelta) -> tuple[Counts, str]:
    if given.within is None or not given.within.text:
        return Counts.OPEN, "promised without a fixed time"
    span = measure(clock_of(agreement, given.clock), given.within.text, year_of(agreement))
    promise = contributed(agreement, given)
    whole = replace(agreement, guarantees=(*agreement.guarantees, promise))
    for one in late(whole):
        if one.promise.id == promise.id:
            return (Counts.OPEN if one.kept is Kept.OPEN else Counts.LATE), one.words
    if span.longest > limit:
        return Counts.LATE, f"comes only within {hours_words(span.longest)} at worst"
    return Counts.IN_TIME, f"promised within {duration_words(given.within.text)}"


def left(
    whole: Agreement, asked: Asked, numbers: Mapping[str, int], failed: Collection[str]
) -> int:
    """How much is left when some elements fail, by plain arithmetic.

    Args:
        whole: The agreement with its contributions as promises.
        asked: What is asked.
        numbers: How much each promise that counts brings.
        failed: Names of the elements that fail.
    """
    own = {
        promise.id: not any(set(stop) <= set(failed) for stop in _stops(promise, whole, asked))
        for promise in whole.guarantees
    }
    stand = kept(whole.guarantees, own, PLAIN)
    return sum(number for name, number in numbers.items() if stand[name])


def _stops(promise: Guarantee, whole: Agreement, asked: Asked) -> list[list[str]]:
    """Names of elements of which all must fail to stop a promise, in each set of them."""
    return [
        [f"{ElementKind.GUARANTOR} {promise.by}"],
        [f"{ElementKind.BACKSTOP} {promise.id}"],
        *([each.name for each in together] for together in vetoes(promise, whole, asked)),
    ]


def can_fail(whole: Agreement, asked: Asked, numbers: Mapping[str, int]) -> tuple[Element, ...]:
    """What can fail: givers, approvals, and the promises that contributions rely on."""
    counting = [g for g in whole.guarantees if g.id in numbers]
    return tuple(e for e in elements(whole, asked, counting) if not e.id.startswith(CONTRIBUTION))


def _shortfalls(
    whole: Agreement, asked: Asked, numbers: Mapping[str, int], order: int
) -> tuple[Shortfall, ...]:
    """All minimal sets of failures that leave too little, found by the solver, judged by arithmetic."""
    wanted = asked.need.number or 0
    known = can_fail(whole, asked, numbers)
    out = {e.name: z3.Bool(f"out {e.name}") for e in known}
    engine = z3.Solver()
    engine.set("timeout", asked.seconds * 1000)
    engine.add(z3.Not(_enough(whole, asked, numbers, wanted, out)))
    found: list[Shortfall] = []
    for size in range(1, order + 1):
        engine.push()
        if size < len(out):
            engine.add(z3.AtMost(*out.values(), size))
        while _sat(engine):
            model = engine.model()
            failing = [
                n for n, v in out.items() if z3.is_true(model.eval(v, model_completion=True))
            ]
            chosen = _least(whole, asked, numbers, failing)
            names = tuple(e for e in known if e.name in chosen)
            found.append(Shortfall(names, left(whole, asked, numbers, chosen)))
            engine.add(z3.Or([z3.Not(out[name]) for name in chosen]))
        engine.pop()
        for one in found:
            engine.add(z3.Or([z3.Not(out[e.name]) for e in one.elements]))
    return tuple(sorted(found, key=lambda s: (len(s.elements), s.elements)))


def _sat(engine: z3.Solver) -> bool:
    answer = engine.check()
    if answer == z3.unknown:
        raise NotKnown(str(engine.reason_unknown()))
    return bool(answer == z3.sat)


def _least(
    whole: Agreement, asked: Asked, numbers: Mapping[str, int], failing: Sequence[str]
) -> tuple[str, ...]:
    """The smallest part of some failures that still leaves too little, by plain arithmetic."""
    for size in range(1, len(failing)):
        for part in combinations(failing, size):
            if left(whole, asked, numbers, part) < (asked.need.number or 0):
                return part
    return tuple(failing)


def _enough(
    whole: Agreement, asked: Asked, numbers: Mapping[str, int], wanted: int, out: Mapping[str, Any]
) -> Any:
    never = z3.BoolVal(False)  # noqa: FBT003  # a formula
    own = {
        promise.id: z3.Not(
            z3.Or(
                [
                    z3.And([out.get(name, never) for name in stop])
                    for stop in _stops(promise, whole, asked)
                ]
            )
        )
        for promise in whole.guarantees
    }
    logic: Logic[Any] = Logic(never, z3.And, z3.Or, lambda _label, truth: truth)
    stand = kept(whole.guarantees, own, logic)
    return z3.PbGe([(stand[name], number) for name, number in numbers.items()], wanted)
