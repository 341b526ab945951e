"""Reading 3: SQL, for DuckDB, PostgreSQL and Spark.

The statement looks at the same columns as the Polars reading. SQL's AND, OR and NOT are Kleene's;
NULL is an answer left open. Only what the three engines share is written; they differ in how a
column name and a text are quoted, which `Dialect` settles.
"""

from __future__ import annotations

from enum import StrEnum

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
    Value,
)
from waarborg.agreement.explain import compare
from waarborg.agreement.vocabulary import PROPERTIES, Kind

_UNORDERED = frozenset({Relation.EQUAL, Relation.DIFFERENT})


class Dialect(StrEnum):
    """The engine that is to run the statement."""

    DUCKDB = "duckdb"
    POSTGRESQL = "postgresql"
    SPARK = "spark"


def to_sql(node: Node, dialect: Dialect = Dialect.DUCKDB) -> str:  # noqa: PLR0911  # one branch a kind of node
    """The condition as a Boolean SQL expression."""
    match node:
        case Constant(holds):
            return "TRUE" if holds else "FALSE"
        case All(parts):
            return _joined(parts, " AND ", "TRUE", dialect)
        case AnyOf(parts):
            return _joined(parts, " OR ", "FALSE", dialect)
        case Not(part):
            return f"(NOT {to_sql(part, dialect)})"
        case Named(body=body):
            return to_sql(body, dialect)
        case Missing(name):
            return f"({_column(name, dialect)} IS NULL)"
        case Settled():
            return _column(node.column, dialect)
        case Member(name, values):
            return _one_of(name, values, dialect)
        case Compare():
            return _compare(node, dialect)


def _joined(parts: tuple[Node, ...], word: str, empty: str, dialect: Dialect) -> str:
    return f"({word.join(to_sql(part, dialect) for part in parts)})" if parts else empty


def _compare(node: Compare, dialect: Dialect) -> str:
    if PROPERTIES[node.property].kind is Kind.GRADE and node.relation not in _UNORDERED:
        ordered = PROPERTIES[node.property].values
        kept = tuple(v for v in ordered if compare(node.property, node.relation, v, node.value))
        return _one_of(node.property, kept, dialect)
    column = _column(node.property, dialect)
    return f"({column} {node.relation.value} {_literal(node.value, dialect)})"


def _one_of(name: str, values: tuple[Value, ...], dialect: Dialect) -> str:
    column = _column(name, dialect)
    if not values:
        return f"({column} IS NULL AND NULL)"
    return f"({column} IN ({', '.join(_literal(value, dialect) for value in values)}))"


def _column(name: str, dialect: Dialect) -> str:
    quote = "`" if dialect is Dialect.SPARK else '"'
    return f"{quote}{name.replace(quote, quote * 2)}{quote}"


def _literal(value: Value, dialect: Dialect) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if dialect is Dialect.SPARK:
        value = value.replace("\\", "\\\\")
    return "'" + value.replace("'", "''") + "'"
