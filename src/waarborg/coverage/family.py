"""From one incident to a family: every detail that does not matter dropped, the rest made wide.

A family allows each column some classes. It is as wide as it can be made one column after another
while everything in it that the question takes as given has the property asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import z3

from waarborg.agreement.vocabulary import PROPERTIES, Kind, in_words
from waarborg.agreement.words import Names, listed, value_words
from waarborg.coverage.domain import Class_, Domain
from waarborg.coverage.solver import Allowed, Row, Solver

_LEAST_TELLING = (
    "target",
    "weapon",
    "in_force",
    "continuing",
    "hours_since_first",
    "severity",
    "decision",
    "attribution",
)
"""Details in the order in which a reader misses them least; all others come after."""


@dataclass(frozen=True, slots=True)
class Family:
    """Incidents that share a property, in words.

    Attributes:
        words: What they have in common beyond what the question takes as given.
        width: The share of what can occur that is of the family, column by column.
        example: The first of them.
        allowed: The classes each column may have.
        domain: The classes of each column.
        occurs: The classes that can occur at all where the question holds.
    """

    words: str
    width: Fraction
    example: Row
    allowed: Allowed
    domain: Domain
    occurs: Allowed

    def narrows(self, column: str) -> bool:
        """Whether the family leaves out some of what a column can be."""
        return not self.occurs[column] <= self.allowed[column]


def widen(
    solver: Solver, start: Mapping[str, int], given: Any, counter: Any, occurs: Allowed
) -> Allowed:
    """Make a family out of one incident.

    Args:
        solver: The solver.
        start: The classes of the incident.
        given: Variable for what the question takes as given.
        counter: Variable that implies `given` and that the property asked about does not hold.
        occurs: The classes that can occur at all.
    """
    allowed = {column: frozenset({index}) for column, index in start.items()}

    def true_with(column: str, classes: frozenset[int]) -> bool:
        return not solver.can(counter, *solver.within({**allowed, column: classes}))

    for column in order(allowed):
        everything = occurs[column] | allowed[column]
        if true_with(column, everything):
            allowed[column] = everything
    for column in order(allowed):
        for index in sorted(occurs[column] - allowed[column]):
            wider = allowed[column] | {index}
            if true_with(column, wider) and solver.can(
                given, solver.literal[column][index], *solver.within({**allowed, column: wider})
            ):
                allowed[column] = wider
    return allowed


@dataclass(frozen=True, slots=True)
class Searched:
    """Families that together hold every incident with a property, as far as they were looked for.

    Attributes:
        found: For each family its first incident and the classes it allows.
        occurs: The classes that can occur at all where the question holds.
        complete: Whether each such incident lies in one of them.
        everything: Whether all of what the question takes as given has the property.
    """

    found: tuple[tuple[dict[str, int], Allowed], ...]
    occurs: Allowed
    complete: bool
    everything: bool


def search(solver: Solver, label: str, given: Any, bad: Any, most: int) -> Searched:
    """Look for the families of a property, one after another.

    Args:
        solver: The solver.
        label: What is looked for, for the names of variables.
        given: Variable for what the question takes as given.
        bad: Formula of the property.
        most: How many families at most.

    Raises:
        NotKnown: The solver gave up.
    """
    here = solver.named(label, z3.And(given, bad))
    counter = solver.named(f"not {label}", z3.And(given, z3.Not(bad)))
    done = solver.fresh(f"search for {label} is over")
    start = solver.first(here, z3.Not(done))
    if start is None:
        return Searched((), {}, complete=True, everything=False)
    occurs = occurring(solver, given)
    found: list[tuple[dict[str, int], Allowed]] = []
    while start is not None and len(found) < most:
        allowed = widen(solver, start, given, counter, occurs)
        found.append((start, allowed))
        solver.exclude(allowed, unless=done)
        start = solver.first(here, z3.Not(done))
    return Searched(
        tuple(found), occurs, complete=start is None, everything=not solver.can(counter)
    )


def made(
    solver: Solver, start: Mapping[str, int], allowed: Allowed, occurs: Allowed, names: Names
) -> Family:
    """A family as it is told."""
    domain = solver.domain
    return Family(
        tell(domain, allowed, occurs, names),
        width(domain, allowed, occurs),
        solver.example(start),
        allowed,
        domain,
        occurs,
    )


def telling(found: Iterable[Family]) -> list[Family]:
    """Families widest first, without those that a wider one holds."""
    kept: list[Family] = []
    for family in sorted(found, key=lambda f: (-f.width, f.words)):
        if not any(_inside(family.allowed, other.allowed) for other in kept):
            kept.append(family)
    return kept


def _inside(one: Allowed, other: Allowed) -> bool:
    return all(one[column] <= other[column] for column in one)


def order(columns: Mapping[str, object]) -> list[str]:
    """Columns in the order in which their details are dropped."""
    first = [column for column in _LEAST_TELLING if column in columns]
    return [*first, *(column for column in reversed(list(columns)) if column not in first)]


def occurring(solver: Solver, given: Any) -> Allowed:
    """The classes of each column that can occur where something is given."""
    return {
        column: frozenset(i for i, literal in enumerate(literals) if solver.can(given, literal))
        for column, literals in solver.literal.items()
    }


def width(domain: Domain, allowed: Allowed, occurs: Allowed) -> Fraction:
    """The share of what can occur that a family takes up, columns multiplied."""
    share = Fraction(1)
    for column, classes in domain.columns.items():
        whole = sum(classes[i].weight for i in occurs[column] | allowed[column])
        share *= Fraction(sum(classes[i].weight for i in allowed[column]), whole)
    return share


def column_words(family: Family, column: str, names: Names) -> str:
    """What a family says of one column."""
    classes, occurs = family.domain.columns[column], family.occurs[column]
    return _column(column, classes, family.allowed[column], occurs, names)


def tell(domain: Domain, allowed: Allowed, occurs: Allowed, names: Names) -> str:
    """A family in plain words; "every such breach" when nothing narrows it."""
    parts = [
        _column(column, classes, allowed[column], occurs[column], names)
        for column, classes in domain.columns.items()
        if not occurs[column] <= allowed[column]
    ]
    return "; ".join(parts) or "every such breach"


def _column(  # noqa: PLR0911  # one branch a shape of words
    column: str,
    classes: tuple[Class_, ...],
    allowed: frozenset[int],
    occurs: frozenset[int],
    names: Names,
) -> str:
    unknown = len(classes) - 1
    kept = sorted(allowed - {unknown})
    if column not in PROPERTIES:
        return _settled(column, kept, open_=unknown in allowed, names=names)
    words = PROPERTIES[column].words
    also = " or is not known" if unknown in allowed else ""
    if PROPERTIES[column].kind is Kind.FLAG:
        return _flag(words, kept, open_=unknown in allowed)
    if not kept:
        return f"{words} is not known"
    if occurs - {unknown} <= allowed:
        return f"{words} is known"
    if PROPERTIES[column].kind is Kind.NUMBER:
        return f"{words} is {_stretch(column, [classes[i] for i in kept])}{also}"
    values = [value for i in kept for value in classes[i].values]
    barred = [value for i in sorted(occurs - allowed - {unknown}) for value in classes[i].values]
    if len(barred) <= 3 < len(values):
        said = listed([value_words(column, value, names) for value in barred], "nor")
        return f"{words} is {'neither' if len(barred) > 1 else 'not'} {said}{also}"
    ordered = list(names_in_order(column, values))
    return f"{words} is {listed([value_words(column, v, names) for v in ordered])}{also}"


def names_in_order(column: str, values: list[Any]) -> list[Any]:
    """Values in the order of their list."""
    known = PROPERTIES[column].values
    return sorted(values, key=lambda v: (known.index(v) if v in known else 0, str(v)))


def _flag(words: str, kept: list[int], *, open_: bool) -> str:
    if not kept:
        return f"it is not known whether {words}"
    said = words if kept == [0] else f"it is not so that {words}"
    if len(kept) == 2:
        return f"it is known whether {words}"
    return f"{said}, or that is not known" if open_ else said


def _settled(column: str, kept: list[int], *, open_: bool, names: Names) -> str:
    kind, _, name = column.partition(":")
    called = names.get(column, in_words(name))
    inside, outside, unknown = {
        "zone": (
            f"the place lies in {called}",
            f"the place lies outside {called}",
            f"it is not known whether the place lies in {called}",
        ),
        "period": (
            f"the time falls within {called}",
            f"the time falls outside {called}",
            f"it is not known whether the time falls within {called}",
        ),
    }.get(
        kind,
        (f"{called} holds", f"{called} does not hold", f"it is not known whether {called} holds"),
    )
    if not kept:
        return unknown
    if len(kept) == 2:
        return unknown.replace("not known", "known")
    said = inside if kept == [0] else outside
    return f"{said}, or that is not known" if open_ else said


def _stretch(column: str, classes: list[Class_]) -> str:
    least, most = PROPERTIES[column].least, PROPERTIES[column].most
    spans: list[tuple[int, int]] = []
    for class_ in classes:
        start, end = int(class_.values[0]), int(class_.values[1])
        if spans and spans[-1][1] + 1 == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return listed([_span(start, end, least, most) for start, end in spans])


def _span(start: int, end: int, least: int, most: int) -> str:
    if start == end:
        return str(start)
    if start == least:
        return f"at most {end}"
    return f"at least {start}" if end == most else f"from {start} to {end}"
