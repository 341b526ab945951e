"""Why a promise is not owed, for a whole family of breaches rather than for one of them.

A reason taken from one breach may name a property that the family leaves open: "not owed, since the
severity is 0" where the family holds breaches of every severity. So a condition is looked for that
no breach of the family meets; only where there is none does the first breach speak, and says so.
"""

from __future__ import annotations

from itertools import product
from math import prod

from waarborg.agreement.condition import Node, properties
from waarborg.agreement.explain import explain, truth
from waarborg.agreement.model import Guarantee
from waarborg.base.judgement import Reason
from waarborg.coverage.family import Family, column_words
from waarborg.coverage.prover import Prover
from waarborg.coverage.solver import Row
from waarborg.coverage.timing import conjuncts

FIRST = "in the first of them "
"""Stands before a reason that holds of the first breach of a family and need not of the others."""
_MOST = 4096
"""Combinations of classes tried for one condition; where there are more, the first breach speaks."""

Whys = tuple[tuple[str, tuple[Reason, ...]], ...]


def why_not(prover: Prover, family: Family, *, surely: bool) -> Whys:
    """Why each promise that could answer is not owed for a family of breaches, each group once.

    Args:
        prover: The text and the need.
        family: The breaches.
        surely: Whether each promise surely is not owed; else whether none surely is.
    """
    found: dict[tuple[str, tuple[Reason, ...]], None] = {}
    for promise in prover.answering:
        found[
            (promise.words or promise.group, _reasons(prover, promise, family, surely=surely))
        ] = None
    return tuple(found)


def _reasons(
    prover: Prover, promise: Guarantee, family: Family, *, surely: bool
) -> tuple[Reason, ...]:
    refused: set[bool | None] = {False} if surely else {False, None}
    unmet = [part for part in conjuncts(promise.trigger) if _only(part, family, refused)]
    if unmet:
        part = min(unmet, key=lambda part: not _narrowed(part, family))
        return _of_all(prover, part, family)
    told = explain(promise.trigger, family.example, names=prover.names)
    if told.verdict.value == "yes":
        return (Reason("reliance", f"it waits for {' and '.join(promise.relies_on)}"),)
    if all(len(kept) == 1 for kept in family.allowed.values()):
        return told.reasons
    return tuple(Reason(r.code, f"{FIRST}{r.words}") for r in told.reasons)


def _of_all(prover: Prover, part: Node, family: Family) -> tuple[Reason, ...]:
    """Why no breach of a family meets a condition, in the family's own words where it has any."""
    told = explain(part, family.example, names=prover.names)
    narrowed = sorted(c for c in properties(part) if c in family.allowed and family.narrows(c))
    if len(narrowed) == 1 and len(properties(part)) == 1:
        words = column_words(family, narrowed[0], prover.names)
        return (Reason(told.reasons[0].code, words),)
    return told.reasons


def _narrowed(part: Node, family: Family) -> bool:
    return any(column in family.allowed and family.narrows(column) for column in properties(part))


def _only(part: Node, family: Family, answers: set[bool | None]) -> bool:
    """Whether a condition has none but these answers on the breaches of a family."""
    columns = sorted(c for c in properties(part) if c in family.allowed)
    choices = [[family.domain.columns[c][i] for i in sorted(family.allowed[c])] for c in columns]
    if prod(map(len, choices)) > _MOST:
        return False
    return all(
        truth(part, _row(columns, [one.example for one in chosen])) in answers
        for chosen in product(*choices)
    )


def _row(columns: list[str], values: list[object]) -> Row:
    return dict(zip(columns, values, strict=True))  # type: ignore[arg-type]  # values of classes
