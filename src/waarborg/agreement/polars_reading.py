"""Reading 2: a whole table at once, as a Polars expression.

The table has one column a property (words as strings or as Polars enumerations) and one Boolean
column a settled question ("zone:UA-63", "period:truce"); null means not known. Polars' AND and OR
on Booleans are Kleene's, so a null is an answer left open.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

import polars as pl

from waarborg.agreement.condition import (
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
)
from waarborg.agreement.explain import compare
from waarborg.agreement.vocabulary import PROPERTIES, Kind


def to_polars(node: Node) -> pl.Expr:  # noqa: PLR0911  # one branch a kind of node
    """The condition as an expression that is true, false or null on each row."""
    match node:
        case Constant(holds):
            return pl.lit(holds, dtype=pl.Boolean)
        case All(parts):
            return reduce(and_, map(to_polars, parts), pl.lit(True, dtype=pl.Boolean))  # noqa: FBT003  # a literal column
        case AnyOf(parts):
            return reduce(or_, map(to_polars, parts), pl.lit(False, dtype=pl.Boolean))  # noqa: FBT003  # a literal column
        case Not(part):
            return ~to_polars(part)
        case Named(body=body):
            return to_polars(body)
        case Missing(name):
            return pl.col(name).is_null()
        case Settled():
            return pl.col(node.column)
        case Member(name, values):
            return pl.col(name).is_in(list(values))
        case Compare():
            return _compare(node)


def _compare(node: Compare) -> pl.Expr:  # noqa: PLR0911  # one branch a relation
    column = pl.col(node.property)
    match node.relation:
        case Relation.EQUAL:
            return column == node.value
        case Relation.DIFFERENT:
            return column != node.value
    asked = PROPERTIES[node.property]
    if asked.kind is Kind.GRADE:
        kept = [v for v in asked.values if compare(node.property, node.relation, v, node.value)]
        return column.is_in(kept)
    match node.relation:
        case Relation.BELOW:
            return column < node.value
        case Relation.AT_MOST:
            return column <= node.value
        case Relation.ABOVE:
            return column > node.value
        case _:
            return column >= node.value
