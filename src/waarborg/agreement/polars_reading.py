"""Reading 2: a whole table at once, as a Polars expression.

The table has one column a property (words as strings or as Polars enumerations) and one Boolean
column a settled question ("zone:UA-63", "period:truce"); null means not known. Polars' AND and OR
on Booleans are Kleene's, so a null is an answer left open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import polars as pl

from waarborg.agreement.condition import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Compare,
    Constant,
    Member,
    Missing,
    Named,
    Node,
    Not,
    Relation,
    Settled,
    Value,
)
from waarborg.agreement.explain import compare
from waarborg.agreement.vocabulary import PROPERTIES, Kind

_NOTHING: Mapping[Node, str] = {}


def to_polars(
    node: Node,
    names: Mapping[Node, str] = _NOTHING,
    schema: Mapping[str, pl.DataType] | None = None,
) -> pl.Expr:
    """The condition as an expression that is true, false or null on each row.

    Args:
        node: The condition.
        names: Parts below it that were worked out before, with the columns that hold them.
        schema: Types of the table's columns, where known; lists of words are then looked up by
            their numbers, which is faster.
    """
    return _Reading(names, schema or {}).whole(node)


@dataclass(frozen=True, slots=True)
class _Reading:
    names: Mapping[Node, str]
    schema: Mapping[str, pl.DataType]

    def part(self, node: Node) -> pl.Expr:
        """A part of a condition: its column where it has one."""
        return pl.col(self.names[node]) if node in self.names else self.whole(node)

    def whole(self, node: Node) -> pl.Expr:  # noqa: PLR0911  # one branch a kind of node
        """A condition, written out."""
        match node:
            case Constant(holds):
                return pl.lit(holds, dtype=pl.Boolean)
            case All(parts):
                return reduce(and_, map(self.part, parts)) if parts else self.whole(ALWAYS)
            case AnyOf(parts):
                return reduce(or_, map(self.part, parts)) if parts else self.whole(NEVER)
            case Not(part):
                return ~self.part(part)
            case Named(body=body):
                return self.part(body)
            case Missing(name):
                return pl.col(name).is_null()
            case Settled():
                return pl.col(node.column)
            case Member(name, values):
                return self._one_of(name, values)
            case Compare():
                return self._compare(node)

    def _one_of(self, name: str, values: Sequence[Value]) -> pl.Expr:
        listed = self.schema.get(name)
        if isinstance(listed, pl.Enum):
            places = {word: place for place, word in enumerate(listed.categories)}
            kept = [places[value] for value in values if value in places]
            return pl.col(name).to_physical().is_in(kept)
        return pl.col(name).is_in(list(values))

    def _compare(self, node: Compare) -> pl.Expr:  # noqa: PLR0911  # one branch a relation
        column = pl.col(node.property)
        match node.relation:
            case Relation.EQUAL:
                return column == node.value
            case Relation.DIFFERENT:
                return column != node.value
        asked = PROPERTIES[node.property]
        if asked.kind is Kind.GRADE:
            kept = [v for v in asked.values if compare(node.property, node.relation, v, node.value)]
            return self._one_of(node.property, kept)
        match node.relation:
            case Relation.BELOW:
                return column < node.value
            case Relation.AT_MOST:
                return column <= node.value
            case Relation.ABOVE:
                return column > node.value
            case _:
                return column >= node.value
