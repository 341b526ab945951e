"""Firming: the fewest things to make certain beforehand so that any K others may fail.

An approval can be had beforehand, a promise others lean on can be made certain, a body's silence or
missing evidence can be provided for in the text, and another state can stand beside a guarantor. A
set of these is enough when every cut set of K or fewer holds one of them (a hitting set). Cuts are
asked of the solver one at a time, until it proves that none is left, so no quantifier is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import z3

from waarborg.coverage.cuts import at_most, lost, smallest_within
from waarborg.coverage.elements import Element, ElementKind
from waarborg.coverage.gaps import Answer
from waarborg.coverage.prover import Prover
from waarborg.coverage.solver import NotKnown

_MOST_CUTS = 300
"""Cut sets looked at before the search is called off."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One thing made certain.

    Attributes:
        element: What can then no longer fail.
        words: What has to be done, in words.
    """

    element: Element
    words: str


@dataclass(frozen=True, slots=True)
class Firming:
    """The fewest things to make certain so that any K others may fail.

    Attributes:
        drop: K.
        answer: FOUND with alternatives, NONE when nothing is needed or nothing few is enough, or
            not known.
        needed: Whether anything is needed at all.
        alternatives: Sets of the same, smallest size, each proved to be enough; sorted.
    """

    drop: int
    answer: Answer
    needed: bool
    alternatives: tuple[tuple[Step, ...], ...]


def firming(prover: Prover, drop: int, most: int = 4, limit: int = 6) -> Firming:
    """Find the fewest things to make certain so that the need holds if any K others fail.

    Args:
        prover: The text and the need.
        drop: K.
        most: The largest set of steps looked for.
        limit: How many alternatives at most.
    """
    try:
        return _firming(prover, drop, most, limit)
    except NotKnown:
        return Firming(drop, Answer.NOT_KNOWN, needed=True, alternatives=())


def _firming(prover: Prover, drop: int, most: int, limit: int) -> Firming:
    answered = prover.variable(
        "answered", z3.And(prover.breach_variable(), prover.met(surely=True))
    )
    out, hurt = lost(prover, answered)
    few = at_most(prover, out, drop)
    cuts: list[frozenset[str]] = []

    def left_over(chosen: Sequence[str]) -> frozenset[str] | None:
        """A cut of K or fewer that holds nothing of what was chosen; None when proved absent."""
        return _cut(prover, (hurt, few), out, chosen)

    if not prover.solver.can(answered) or left_over(()) is None:
        return Firming(drop, Answer.NONE, needed=False, alternatives=())
    names = [e.name for e in sorted(prover.elements, key=_easiest)]
    steps = {e.name: Step(e, _words(e)) for e in prover.elements}
    for size in range(1, most + 1):
        found = []
        for chosen in _hitting(names, cuts, size):
            cut = left_over(chosen)
            if cut is None:
                found.append(tuple(steps[name] for name in chosen))
            elif len(cuts) >= _MOST_CUTS:
                return Firming(drop, Answer.NOT_KNOWN, needed=True, alternatives=())
            else:
                cuts.append(cut)
            if len(found) == limit:
                break
        if found:
            return Firming(drop, Answer.FOUND, needed=True, alternatives=tuple(found))
    return Firming(drop, Answer.NONE, needed=True, alternatives=())


def _hitting(
    names: Sequence[str], cuts: Sequence[frozenset[str]], size: int
) -> Iterator[tuple[str, ...]]:
    """Sets of names that hold one of each cut known when they are reached, easiest first."""
    for chosen in combinations(names, size):
        if all(set(chosen) & cut for cut in cuts):
            yield chosen


def _cut(
    prover: Prover, hurt: tuple[Any, Any], out: Mapping[str, Any], chosen: Sequence[str]
) -> frozenset[str] | None:
    kept = [z3.Not(out[name]) for name in chosen]
    if not prover.solver.can(*hurt, *kept):
        return None
    failing = [name for name, variable in out.items() if prover.solver.holding(variable)]
    return frozenset(smallest_within(prover, failing, hurt[0], dict(out)))


def _easiest(element: Element) -> tuple[int, str]:
    kinds = (
        ElementKind.APPROVAL,
        ElementKind.BACKSTOP,
        ElementKind.BODY,
        ElementKind.EVIDENCE,
        ElementKind.GUARANTOR,
    )
    return kinds.index(element.kind), element.id


def _words(element: Element) -> str:
    match element.kind:
        case ElementKind.APPROVAL:
            return f"get the approval {element.id} beforehand"
        case ElementKind.BACKSTOP:
            return f"make this promise certain: {element.words.removeprefix('it fails that ')}"
        case ElementKind.BODY:
            body = element.words.removesuffix(" does not rule")
            return f"let a breach count as found where {body} does not rule"
        case ElementKind.EVIDENCE:
            return "say who counts as responsible where nobody can be named for sure"
        case ElementKind.GUARANTOR:
            name = element.words.removesuffix(" gives nothing")
            return f"let another state promise the same beside {name}"
