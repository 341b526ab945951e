"""The prover checked: every incident it shows is judged again by the row and the table reading.

The row reading walks the condition for one incident, the table reading asks Polars; both must find
a breach, and the need met or not, just as the solver said. They share no code with the solver's
translation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice

import polars as pl

from waarborg.agreement.condition import AnyOf, Node, Value
from waarborg.agreement.explain import truth
from waarborg.agreement.model import Agreement, Guarantee
from waarborg.agreement.polars_reading import to_polars
from waarborg.coverage.asked import Asked
from waarborg.coverage.domain import Domain
from waarborg.coverage.elements import ElementKind, vetoes
from waarborg.coverage.prover import NO_EVIDENCE, NO_RULING
from waarborg.coverage.reliance import PLAIN, kept
from waarborg.coverage.settling import Settler
from waarborg.coverage.solver import Allowed, Row
from waarborg.coverage.timing import deciders

Triggers = Mapping[str, bool | None]


class ReadingsPart(Exception):  # noqa: N818  # says what happened
    """The solver and another reading of the same text part: the answer must not be used."""


def met(
    agreement: Agreement,
    asked: Asked,
    answering: Sequence[Guarantee],
    triggers: Triggers,
    failed: Collection[str] = (),
    *,
    surely: bool = True,
) -> bool:
    """Whether the need is met, given what each trigger says.

    Args:
        agreement: The agreement under its reading.
        asked: What is asked.
        answering: The promises that would meet the need.
        triggers: Promise to yes, no, or None where it cannot be decided.
        failed: Names of the elements that fail.
        surely: Whether what cannot be decided counts as not owed; else as owed.
    """
    own = {
        promise.id: (triggers[promise.id] is True or (not surely and triggers[promise.id] is None))
        and not _stopped(promise, agreement, asked, failed)
        for promise in agreement.guarantees
    }
    stand = kept(agreement.guarantees, own, PLAIN)
    return any(stand[promise.id] for promise in answering)


def _stopped(
    promise: Guarantee, agreement: Agreement, asked: Asked, failed: Collection[str]
) -> bool:
    stops = {f"{ElementKind.GUARANTOR} {promise.by}", f"{ElementKind.BACKSTOP} {promise.id}"}
    return bool(stops & set(failed)) or any(
        {each.name for each in together} <= set(failed)
        for together in vetoes(promise, agreement, asked)
    )


def conditions_under(agreement: Agreement, failed: Collection[str]) -> dict[str, Node]:
    """The trigger of each promise when some bodies do not rule, or nobody can attribute."""
    fixed: dict[str, str] = {}
    bodies = deciders(agreement)
    if bodies and all(f"{ElementKind.BODY} {body}" in failed for body in bodies):
        fixed |= NO_RULING
    if f"{ElementKind.EVIDENCE} attribution" in failed:
        fixed |= NO_EVIDENCE
    settler = Settler(fixed)
    return {p.id: settler.settle(p.trigger) for p in agreement.guarantees}


def by_row(conditions: Mapping[str, Node], row: Row) -> Triggers:
    """What each condition says of one incident, by the row reading; each alternative once."""
    known: dict[int, bool | None] = {}

    def part(node: Node) -> bool | None:
        if id(node) not in known:
            known[id(node)] = truth(node, row)
        return known[id(node)]

    return {name: _some(map(part, _choices(node))) for name, node in conditions.items()}


def by_table(
    conditions: Mapping[str, Node], rows: Sequence[Row], columns: Iterable[str]
) -> list[Triggers]:
    """What each condition says of several incidents, by Polars; each alternative once."""
    names = sorted(columns)
    frame = pl.DataFrame({name: _series(name, [row.get(name) for row in rows]) for name in names})
    parts = {id(part): part for node in conditions.values() for part in _choices(node)}
    asked = [to_polars(part).alias(str(key)) for key, part in parts.items()]
    # Common parts of conditions are not looked for: that takes longer than judging them twice.
    told = frame.lazy().select(asked).collect(optimizations=pl.QueryOptFlags.none())
    truths = {key: told[str(key)].to_list() for key in parts}
    if told.height == 1 != len(rows):  # every condition is a constant
        truths = {key: values * len(rows) for key, values in truths.items()}
    return [
        {
            name: _some(truths[id(part)][number] for part in _choices(node))
            for name, node in conditions.items()
        }
        for number in range(len(rows))
    ]


def _choices(node: Node) -> tuple[Node, ...]:
    """The alternatives of a condition; large ones share them."""
    return node.parts if isinstance(node, AnyOf) and node.parts else (node,)


def _some(truths: Iterable[bool | None]) -> bool | None:
    """At least one of several, after Kleene."""
    found: bool | None = False
    for one in truths:
        if one is True:
            return True
        if one is None:
            found = None
    return found


def _series(name: str, values: list[Value | None]) -> pl.Series:
    known = [value for value in values if value is not None]
    if ":" in name or (known and isinstance(known[0], bool)):
        return pl.Series(name, values, dtype=pl.Boolean)
    if known and isinstance(known[0], int):
        return pl.Series(name, values, dtype=pl.Int64)
    return pl.Series(name, values, dtype=_BY_NAME.get(name, pl.String))


_BY_NAME: Mapping[str, type[pl.DataType]] = {
    "severity": pl.Int64,
    "hours_since_first": pl.Int64,
    "continuing": pl.Boolean,
    "in_force": pl.Boolean,
}


def members(domain: Domain, allowed: Allowed, example: Row, most: int = 48) -> list[Row]:
    """Some incidents of a family: the example, and each detail changed by itself, that can occur."""

    def changed() -> Iterable[Row]:
        yield example
        for column, classes in domain.columns.items():
            if ":" in column:
                continue
            for index in sorted(allowed[column]):
                for value in classes[index].values or (None,):
                    if value != example[column]:
                        yield {**example, column: value}

    return list(islice(filter(can_be_laid, changed()), most))


def can_be_laid(row: Row) -> bool:
    """Whether the actor and the attribution go together: nobody known, laid at nobody's door."""
    return row.get("actor", "") is not None or row.get("attribution") in {None, "unknown"}
