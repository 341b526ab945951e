"""Weak spots: which failures leave some breach unanswered that would be answered without them.

A cut set is a set of elements whose failure does so; a minimal one holds no smaller cut set. A
minimal cut set of one is a single point of failure. No cut set of K or fewer means: the need holds
if any K drop out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import z3

from waarborg.coverage.elements import Element
from waarborg.coverage.family import occurring, tell, widen
from waarborg.coverage.gaps import Answer
from waarborg.coverage.judged import ReadingsPart, by_row, by_table, conditions_under, met
from waarborg.coverage.prover import Prover
from waarborg.coverage.solver import Allowed, NotKnown, Row

_TOLD = 6
"""How many cuts are told with an example and the family of breaches they lay open."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Elements whose failure leaves some breach unanswered.

    Attributes:
        elements: What fails, sorted.
        example: The first breach that is then unanswered; empty beyond the first six cuts.
        words: Which breaches are, as a family; "" beyond the first six cuts, to save time.
    """

    elements: tuple[Element, ...]
    example: Row
    words: str

    @property
    def size(self) -> int:
        """How many elements."""
        return len(self.elements)


@dataclass(frozen=True, slots=True)
class Cuts:
    """All minimal cut sets up to a size.

    Attributes:
        answer: None proved, found, or not known.
        order: The largest size looked for.
        cuts: Smallest first, then by name.
        complete: Whether these are all up to that size.
        ever_met: Whether the need is met after any breach at all when everybody keeps their word.
    """

    answer: Answer
    order: int
    cuts: tuple[Cut, ...]
    complete: bool
    ever_met: bool

    @property
    def single_points(self) -> tuple[Element, ...]:
        """The single points of failure."""
        return tuple(cut.elements[0] for cut in self.cuts if cut.size == 1)


def cuts(prover: Prover, order: int = 2, limit: int = 200) -> Cuts:
    """Find all minimal cut sets up to a size, smallest first.

    Args:
        prover: The text and the need.
        order: The largest size.
        limit: How many at most.
    """
    try:
        return _cuts(prover, order, limit)
    except NotKnown:
        return Cuts(Answer.NOT_KNOWN, order, (), complete=False, ever_met=True)


def _cuts(prover: Prover, order: int, limit: int) -> Cuts:
    solver = prover.solver
    answered = prover.variable(
        "answered", z3.And(prover.breach_variable(), prover.met(surely=True))
    )
    if not solver.can(answered):
        return Cuts(Answer.NONE, order, (), complete=True, ever_met=False)
    out, hurt = lost(prover, answered)
    done = solver.fresh(f"search for cuts of {order} is over")
    found: list[tuple[Element, ...]] = []
    for size in range(1, order + 1):
        few = at_most(prover, out, size)
        while len(found) < limit and solver.can(hurt, few, z3.Not(done)):
            names = [name for name, variable in out.items() if solver.holding(variable)]
            found.append(named(prover, smallest_within(prover, names, hurt, out)))
            solver.require(z3.Or([done, *(z3.Not(out[e.name]) for e in found[-1])]))
    found.sort(key=lambda cut: (len(cut), cut))
    occurs = occurring(solver, answered)
    told = tuple(
        cut
        for cut in (
            _tell(prover, cut, out, hurt, answered, occurs if number < _TOLD else None)
            for number, cut in enumerate(found)
        )
        if cut is not None
    )
    answer = Answer.FOUND if told else Answer.NONE
    return Cuts(answer, order, told, complete=len(told) < limit, ever_met=True)


def smallest(prover: Prover, most: int) -> Cuts:
    """The smallest cut set of at most a size, if there is one; asks for the proof of none first.

    Args:
        prover: The text and the need.
        most: The largest size.
    """
    try:
        return _first(prover, most)
    except NotKnown:
        return Cuts(Answer.NOT_KNOWN, most, (), complete=False, ever_met=True)


def _first(prover: Prover, most: int) -> Cuts:
    solver = prover.solver
    answered = prover.variable(
        "answered", z3.And(prover.breach_variable(), prover.met(surely=True))
    )
    if not solver.can(answered):
        return Cuts(Answer.NONE, most, (), complete=True, ever_met=False)
    out, hurt = lost(prover, answered)
    if not solver.can(hurt, at_most(prover, out, most)):
        return Cuts(Answer.NONE, most, (), complete=True, ever_met=True)
    size = next(n for n in range(1, most + 1) if solver.can(hurt, at_most(prover, out, n)))
    cut = named(prover, _first_by_name(prover, out, hurt, size))
    told = _tell(prover, cut, out, hurt, answered, occurring(solver, answered))
    if told is None:  # only places that cannot be on the map made it a cut: look at them all
        return _cuts(prover, most, limit=200)
    return Cuts(Answer.FOUND, most, (told,), complete=False, ever_met=True)


def _first_by_name(prover: Prover, out: dict[str, Any], hurt: Any, size: int) -> list[str]:
    """Of all cuts of the smallest size the first by name, whichever the solver would find."""
    few, chosen = at_most(prover, out, size), list[str]()
    for name in out:
        held = [out[one] for one in (*chosen, name)]
        if len(chosen) < size and prover.solver.can(hurt, few, *held):
            chosen.append(name)
    return chosen


def lost(prover: Prover, answered: Any) -> tuple[dict[str, Any], Any]:
    """The variables of failure, and one that says: answered without them, and not with them."""
    out, despite = prover.failing()
    return out, prover.variable("lost", z3.And(answered, z3.Not(despite)))


def at_most(prover: Prover, out: dict[str, Any], size: int) -> Any:
    """Variable that lets no more than so many elements fail."""
    few = z3.Bool(f"at most {size} fail")
    if out and size < len(out):
        prover.solver.require(z3.Implies(few, z3.AtMost(*out.values(), size)))
    return few


def exactly(out: dict[str, Any], names: Sequence[str]) -> list[Any]:
    """Assumptions: these elements fail, and no others."""
    return [variable if name in names else z3.Not(variable) for name, variable in out.items()]


def smallest_within(prover: Prover, names: list[str], hurt: Any, out: dict[str, Any]) -> list[str]:
    """A cut within a cut: the smallest subset that is one, first in the order of names."""
    for size in range(1, len(names)):
        for part in combinations(names, size):
            if prover.solver.can(hurt, *exactly(out, part)):
                return list(part)
    return names


def named(prover: Prover, names: Sequence[str]) -> tuple[Element, ...]:
    """The elements of these names, sorted."""
    return tuple(element for element in prover.elements if element.name in names)


def _tell(
    prover: Prover,
    cut: tuple[Element, ...],
    out: dict[str, Any],
    hurt: Any,
    answered: Any,
    occurs: Allowed | None,
) -> Cut | None:
    """A cut with its example, and its family where wanted.

    Returns:
        None when only places that cannot be on the map made it a cut.
    """
    if occurs is None:
        return Cut(cut, {}, "")
    solver, names = prover.solver, [element.name for element in cut]
    assumed = exactly(out, names)
    start = solver.first(hurt, *assumed)
    if start is None:
        return None
    example = solver.example(start)
    judge_cut(prover, example, names)
    here = prover.variable(f"only {names}", z3.And(assumed))
    counter = prover.variable(f"kept despite {names}", z3.And(here, answered, z3.Not(hurt)))
    given = prover.variable(f"answered but for {names}", z3.And(here, answered))
    allowed = widen(solver, start, given, counter, occurs)
    return Cut(cut, example, tell(solver.domain, allowed, occurs, prover.names))


def judge_cut(prover: Prover, row: Row, names: Sequence[str]) -> None:
    """Judge the example of a cut again by the row reading and by Polars.

    Raises:
        ReadingsPart: One of them parts from the solver.
    """
    agreement = prover.agreement
    for failing, expected in (((), True), (tuple(names), False)):
        asked = {**conditions_under(agreement, failing), "the breach": prover.breach}
        told = by_row(asked, row)
        if told != by_table(asked, [row], prover.solver.domain.columns)[0]:
            raise ReadingsPart(f"the row reading and Polars part on {row}")
        stands = met(agreement, prover.asked, prover.answering, told, failing)
        if told["the breach"] is not True or stands is not expected:
            raise ReadingsPart(f"the solver and the row reading part on {row} with {failing}")
