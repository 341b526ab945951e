"""A condition with some properties given known values, as when a body does not rule."""

from __future__ import annotations

from collections.abc import Mapping

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
)
from waarborg.agreement.explain import compare


def settle(  # noqa: PLR0911  # one branch a kind of node
    node: Node, values: Mapping[str, str]
) -> Node:
    """A condition with some properties given known values, as when a body does not rule."""
    match node:
        case Compare(name, relation, value) if name in values:
            return Constant(compare(name, relation, values[name], value))
        case Member(name, listed) if name in values:
            return Constant(values[name] in listed)
        case Missing(name) if name in values:
            return Constant(holds=False)
        case All(parts):
            return All(tuple(settle(part, values) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(settle(part, values) for part in parts))
        case Not(part):
            return Not(settle(part, values))
        case Named(term, words, body):
            return Named(term, words, settle(body, values))
        case _:
            return node
