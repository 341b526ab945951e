"""Generated conditions and incidents, for the property tests of the agreement room."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import strategies as st

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
    SettledKind,
)
from waarborg.agreement.vocabulary import PROPERTIES, Kind

PARTIES = ("A", "B", "it's C")
SETTLED = (
    Settled(SettledKind.ZONE, "north"),
    Settled(SettledKind.ZONE, "UA-63"),
    Settled(SettledKind.PERIOD, "truce"),
    Settled(SettledKind.NEAR, "line"),
    Settled(SettledKind.THRESHOLD, "daily"),
)
_UNORDERED = (Relation.EQUAL, Relation.DIFFERENT)


def words_of(name: str) -> tuple[str, ...]:
    """The words a property may have."""
    return PARTIES if name == "actor" else PROPERTIES[name].values


def values(name: str) -> st.SearchStrategy[Any]:
    """A value of a property; numbers near the limits that conditions use."""
    match PROPERTIES[name].kind:
        case Kind.NUMBER:
            return st.integers(0, 5)
        case Kind.FLAG:
            return st.booleans()
        case _:
            return st.sampled_from(words_of(name))


NAMES = tuple(p.name for p in PROPERTIES.values() if p.kind not in {Kind.PLACE, Kind.INSTANT})
LISTED = tuple(n for n in NAMES if PROPERTIES[n].kind in {Kind.LIST, Kind.GRADE})


@st.composite
def comparisons(draw: st.DrawFn) -> Compare:
    """A property against a value, with a relation it can have."""
    name = draw(st.sampled_from(NAMES))
    ordered = PROPERTIES[name].kind in {Kind.GRADE, Kind.NUMBER}
    relation = draw(st.sampled_from(tuple(Relation) if ordered else _UNORDERED))
    return Compare(name, relation, draw(values(name)))


@st.composite
def memberships(draw: st.DrawFn) -> Member:
    """A property in a list, which may be empty."""
    name = draw(st.sampled_from(LISTED))
    return Member(name, tuple(draw(st.lists(values(name), max_size=3, unique=True))))


LEAVES: st.SearchStrategy[Node] = st.one_of(
    comparisons(),
    memberships(),
    st.sampled_from(NAMES).map(Missing),
    st.sampled_from(SETTLED),
    st.booleans().map(Constant),
)

NODES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.lists(parts, max_size=4).map(lambda found: All(tuple(found))),
        st.lists(parts, max_size=4).map(lambda found: AnyOf(tuple(found))),
        parts.map(Not),
        parts.map(lambda body: Named("term", "a term", body)),
    ),
    max_leaves=12,
)


@st.composite
def rows(draw: st.DrawFn, *, complete: bool = False) -> dict[str, Any]:
    """An incident with every column, each known or not; all known when `complete`."""
    missing = st.nothing() if complete else st.none()
    found: dict[str, Any] = {name: draw(missing | values(name)) for name in NAMES}
    for leaf in SETTLED:
        found[leaf.column] = draw(missing | st.booleans())
    return found


_TYPES = {Kind.NUMBER: pl.Int64, Kind.FLAG: pl.Boolean}
SCHEMA: dict[str, Any] = {name: _TYPES.get(PROPERTIES[name].kind, pl.String) for name in NAMES} | {
    leaf.column: pl.Boolean for leaf in SETTLED
}


def table(found: list[dict[str, Any]]) -> pl.DataFrame:
    """Incidents as a table, one column a property."""
    return pl.DataFrame(found, schema=SCHEMA)
