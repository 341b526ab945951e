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


def settle(node: Node, values: Mapping[str, str]) -> Node:
    """A condition with some properties given known values.

    Args:
        node: The condition.
        values: Property to its value.

    Returns:
        The condition settled; the very same object where it looks at none of the properties.
    """
    return Settler(values).settle(node)


class Settler:
    """Settles conditions that share parts: each part once, so that what was shared stays shared.

    Args:
        values: Property to its value.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._done: dict[int, tuple[Node, Node]] = {}

    def settle(self, node: Node) -> Node:
        """A condition settled; the very same object where it looks at none of the properties."""
        found = self._done.get(id(node))
        if found is None:
            found = self._done[id(node)] = (node, self._settle(node))
        return found[1]

    def _settle(self, node: Node) -> Node:
        match node:
            case All(parts):
                settled = tuple(map(self.settle, parts))
                return node if _same(parts, settled) else All(settled)
            case AnyOf(parts):
                settled = tuple(map(self.settle, parts))
                return node if _same(parts, settled) else AnyOf(settled)
            case Not(part):
                inner = self.settle(part)
                return node if inner is part else Not(inner)
            case Named(term, words, body):
                inner = self.settle(body)
                return node if inner is body else Named(term, words, inner)
            case _:
                return self._leaf(node)

    def _leaf(self, node: Node) -> Node:
        values = self._values
        match node:
            case Compare(name, relation, value) if name in values:
                return Constant(compare(name, relation, values[name], value))
            case Member(name, listed) if name in values:
                return Constant(values[name] in listed)
            case Missing(name) if name in values:
                return Constant(holds=False)
            case _:
                return node


def _same(parts: tuple[Node, ...], settled: tuple[Node, ...]) -> bool:
    return all(one is other for one, other in zip(parts, settled, strict=True))
