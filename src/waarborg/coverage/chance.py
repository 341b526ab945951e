"""Chance, only on request: how likely the need is met after each kind of breach.

Breaches fall into kinds by how the answer hangs on what can fail: two breaches are of one kind when
the very same failures leave them unanswered. For each kind the chance is exact, by decision diagram;
with ranges of chances come a least and a most. Chances are never given without what was assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import z3

from waarborg.coverage.chances import Chances, Range
from waarborg.coverage.diagram import Diagram
from waarborg.coverage.elements import Element, ElementKind, vetoes
from waarborg.coverage.family import Family, made, search, telling
from waarborg.coverage.gaps import Answer
from waarborg.coverage.judged import by_row, conditions_under
from waarborg.coverage.prover import Prover, Said
from waarborg.coverage.reliance import kept
from waarborg.coverage.solver import NotKnown, Row
from waarborg.coverage.timing import deciders

_MOST = 200
"""Patterns of triggers looked at before the search is called off."""
_UNSTEADY = 10
"""Elements whose failure can also help, that are tried at both ends."""

Pattern = tuple[tuple[bool, ...], ...]
"""For each promise in play: whether its trigger surely holds in each state of body and evidence."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How much an element matters.

    Attributes:
        element: The element.
        certain: The chance that the need is met, were it certain to hold.
        lost: The same, were it certain to fail.
        lift: The middle of `certain` less the middle of the chance as stated: ranks elements.
    """

    element: Element
    certain: Range
    lost: Range
    lift: Fraction


@dataclass(frozen=True, slots=True)
class Kind:
    """Breaches whose answer hangs on failures in the same way.

    Attributes:
        families: Which breaches, widest first.
        chance: The chance that the need is met after one of them, least and most.
        weights: The elements it hangs on, the most telling first.
        nodes: Size of the decision diagram.
    """

    families: tuple[Family, ...]
    chance: Range
    weights: tuple[Weight, ...]
    nodes: int


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance that a need is met, by kind of breach.

    Attributes:
        answer: FOUND, or not known.
        kinds: The kinds, the least likely to be answered first.
        complete: Whether these are all kinds of breach.
        chances: What was stated and by whom.
    """

    answer: Answer
    kinds: tuple[Kind, ...]
    complete: bool
    chances: Chances


def chance(prover: Prover, chances: Chances, limit: int = 12) -> Chance:
    """Work out the chance that the need is met after each kind of breach.

    Args:
        prover: The text and the need.
        chances: A chance for everything that can fail.
        limit: How many kinds are shown at most.
    """
    try:
        return _Work(prover, chances).told(limit)
    except NotKnown:
        return Chance(Answer.NOT_KNOWN, (), complete=False, chances=chances)


class _Work:
    """One diagram over everything that can fail, and over the causes from which several fail."""

    def __init__(self, prover: Prover, chances: Chances) -> None:
        self.prover = prover
        self.chances = chances
        self.diagram = Diagram()
        self.number = {e.name: i for i, e in enumerate(prover.elements)}
        self.causes = {len(self.number) + i: c for i, c in enumerate(chances.causes)}
        self.holds = {name: self._holding(name) for name in self.number}

    def _holding(self, name: str) -> int:
        spared = [self.diagram.variable(n) for n, cause in self.causes.items() if name in cause.of]
        return self.diagram.every([self.diagram.variable(self.number[name]), *spared])

    def told(self, limit: int) -> Chance:
        roots, complete = self._roots()
        kinds = [self._kind(root, patterns) for root, patterns in roots.items()]
        kinds.sort(key=lambda k: (k.chance.least, k.chance.most, k.families[0].words))
        return Chance(
            Answer.FOUND, tuple(kinds[:limit]), complete and len(kinds) <= limit, self.chances
        )

    def _roots(self) -> tuple[dict[int, list[z3.BoolRef]], bool]:
        """Every kind of breach: its function, and the triggers that make it up."""
        solver = self.prover.solver
        given = self.prover.breach_variable()
        done = solver.fresh("search for patterns is over")
        found: dict[int, list[z3.BoolRef]] = {}
        for _ in range(_MOST):
            start = solver.first(given, z3.Not(done))
            if start is None:
                return found, True
            row = solver.example(start)
            pattern = self._pattern(row)
            formula = self._formula(pattern)
            found.setdefault(self._root(pattern), []).append(formula)
            solver.require(z3.Or(done, z3.Not(formula)))
        return found, False

    def _pattern(self, row: Row) -> Pattern:
        told = [by_row(conditions_under(self.prover.agreement, f), row) for f in self._states()]
        return tuple(
            tuple(one[said.promise.id] is True for one in told) for said in self.prover.said
        )

    def _states(self) -> tuple[tuple[str, ...], ...]:
        """As they stand, no ruling, no evidence, neither; as names of what fails."""
        bodies = tuple(f"{ElementKind.BODY} {b}" for b in deciders(self.prover.agreement))
        blind = (f"{ElementKind.EVIDENCE} attribution",)
        return (), bodies, blind, (*bodies, *blind)

    def _formula(self, pattern: Pattern) -> z3.BoolRef:
        parts = []
        for said, truths in zip(self.prover.said, pattern, strict=True):
            once = {id(n): (n, holds) for n, holds in zip(said.trigger, truths, strict=True)}
            for node, holds in once.values():
                yes = self.prover.solver.formulas(node)[0]
                parts.append(yes if holds else z3.Not(yes))
        return z3.And(parts)

    def _root(self, pattern: Pattern) -> int:
        """Whether the need is met, as a function of what holds."""
        d = self.diagram
        names = [f"{ElementKind.BODY} {b}" for b in deciders(self.prover.agreement)]
        bodies = [d.opposite(self.holds[n]) for n in names if n in self.holds]
        silent = d.every(bodies) if bodies else 0
        evidence = self.holds.get(f"{ElementKind.EVIDENCE} attribution")
        blind = 0 if evidence is None else d.opposite(evidence)
        own = {
            said.promise.id: self._own(said, truths, silent, blind)
            for said, truths in zip(self.prover.said, pattern, strict=True)
        }
        stand = kept(self.prover.agreement.guarantees, own, d.logic)
        return d.some([stand[promise.id] for promise in self.prover.answering])

    def _own(self, said: Said, truths: tuple[bool, ...], silent: int, blind: int) -> int:
        d = self.diagram
        plain, no_ruling, no_evidence, neither = (int(truth) for truth in truths)
        owed = d.choose(
            silent, d.choose(blind, neither, no_ruling), d.choose(blind, no_evidence, plain)
        )
        promise = said.promise
        sets = [
            [f"{ElementKind.GUARANTOR} {promise.by}"],
            [f"{ElementKind.BACKSTOP} {promise.id}"],
            *(
                [each.name for each in together]
                for together in vetoes(promise, self.prover.agreement, self.prover.asked)
            ),
        ]
        able = [names for names in sets if all(name in self.holds for name in names)]
        return d.every([owed, *(d.some([self.holds[n] for n in names]) for names in able)])

    def _kind(self, root: int, patterns: list[z3.BoolRef]) -> Kind:
        solver, given = self.prover.solver, self.prover.breach_variable()
        searched = search(solver, f"kind {root}", given, z3.Or(patterns), most=6)
        families = telling(
            made(solver, start, allowed, searched.occurs, self.prover.names)
            for start, allowed in searched.found
        )
        told = self._range(root, {})
        weights = [
            self._weight(element, root, told)
            for element in self.prover.elements
            if self.diagram.support(root) & {self.number[element.name]}
        ]
        weights.sort(key=lambda w: (-w.lift, w.element))
        return Kind(tuple(families[:3]), told, tuple(weights), len(self.diagram.support(root)))

    def _weight(self, element: Element, root: int, told: Range) -> Weight:
        certain, lost = (
            self._range(root, {self.number[element.name]: Fraction(share)}) for share in (1, 0)
        )
        lift = (certain.least + certain.most - told.least - told.most) / 2
        return Weight(element, certain, lost, lift)

    def _range(self, root: int, fixed: Mapping[int, Fraction]) -> Range:
        """The least and the most chance over all chances within the ranges stated.

        A chance is linear in each of its parts, so it is least and most at ends of ranges: at the
        lower end of all that only helps, and at either end of the few whose failure can help.
        """
        ends = {
            n: (r.least, r.most)
            for n, r in self._ranges().items()
            if n in self.diagram.support(root)
        }
        ends |= {n: (share, share) for n, share in fixed.items()}
        unsteady = [
            n for n, (low, high) in ends.items() if low != high and not self.diagram.rises(root, n)
        ]
        if len(unsteady) > _UNSTEADY:
            raise NotKnown("too many elements whose failure can help")
        found = [
            self.diagram.chance(
                root,
                {n: e[side] for n, e in ends.items()} | dict(zip(unsteady, picked, strict=True)),
            )
            for side in (0, 1)
            for picked in product(*(ends[n] for n in unsteady))
        ]
        return Range(min(found), max(found))

    def _ranges(self) -> dict[int, Range]:
        stated = {self.number[name]: self.chances.stated[name].holds for name in self.number}
        causes = {
            n: Range(1 - cause.fails.most, 1 - cause.fails.least)
            for n, cause in self.causes.items()
        }
        return stated | causes
