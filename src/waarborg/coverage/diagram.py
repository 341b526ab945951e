"""A decision diagram: one canonical graph a truth function, and the exact chance that it holds.

Reduced and ordered (Bryant 1986): two functions are equal exactly when they are the same node, so
kinds of breach with the same dependence on failures fall together, and a chance is one walk over the
graph, in exact fractions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce

from waarborg.coverage.reliance import Logic

NEVER, ALWAYS = 0, 1


class Diagram:
    """A shared graph of truth functions over numbered variables, tested in the order of numbers."""

    def __init__(self) -> None:
        self._nodes: list[tuple[int, int, int]] = [(1 << 30, 0, 0), (1 << 30, 1, 1)]
        self._known: dict[tuple[int, int, int], int] = {}
        self._done: dict[tuple[int, int, int], int] = {}

    def __len__(self) -> int:
        return len(self._nodes)

    def _node(self, variable: int, low: int, high: int) -> int:
        if low == high:
            return low
        key = (variable, low, high)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self._nodes)
            self._nodes.append(key)
        return found

    def variable(self, number: int) -> int:
        """The function that is one variable."""
        return self._node(number, NEVER, ALWAYS)

    def choose(self, test: int, then: int, otherwise: int) -> int:
        """One function where a test holds, another where it does not."""
        if test == ALWAYS or then == otherwise:
            return then
        if test == NEVER:
            return otherwise
        key = (test, then, otherwise)
        found = self._done.get(key)
        if found is None:
            top = min(self._nodes[n][0] for n in key)
            low, high = (
                self.choose(*(self._branch(n, top, high=side) for n in key))
                for side in (False, True)
            )
            found = self._done[key] = self._node(top, low, high)
        return found

    def _branch(self, node: int, variable: int, *, high: bool) -> int:
        own, below, above = self._nodes[node]
        if own != variable:
            return node
        return above if high else below

    def every(self, parts: Sequence[int]) -> int:
        """All of several functions."""
        return reduce(lambda one, other: self.choose(one, other, NEVER), parts, ALWAYS)

    def some(self, parts: Sequence[int]) -> int:
        """At least one of several functions."""
        return reduce(lambda one, other: self.choose(one, ALWAYS, other), parts, NEVER)

    def opposite(self, node: int) -> int:
        """The function that holds where another does not."""
        return self.choose(node, NEVER, ALWAYS)

    def given(self, node: int, variable: int, *, holds: bool) -> int:
        """A function with one variable settled."""
        own, low, high = self._nodes[node]
        if own > variable:
            return node
        if own == variable:
            return high if holds else low
        return self._node(
            own, self.given(low, variable, holds=holds), self.given(high, variable, holds=holds)
        )

    def support(self, node: int) -> frozenset[int]:
        """The variables that a function looks at."""
        seen, waiting, found = set[int](), [node], set[int]()
        while waiting:
            one = waiting.pop()
            if one > ALWAYS and one not in seen:
                seen.add(one)
                variable, low, high = self._nodes[one]
                found.add(variable)
                waiting += [low, high]
        return frozenset(found)

    def rises(self, node: int, variable: int) -> bool:
        """Whether a function that holds without a variable always holds with it."""
        without = self.given(node, variable, holds=False)
        return self.choose(without, self.given(node, variable, holds=True), ALWAYS) == ALWAYS

    def chance(self, node: int, chances: Mapping[int, Fraction]) -> Fraction:
        """The exact chance that a function holds, its variables being independent.

        Args:
            node: The function.
            chances: For each variable the chance that it holds.
        """
        done = {NEVER: Fraction(0), ALWAYS: Fraction(1)}

        def walk(one: int) -> Fraction:
            if one not in done:
                variable, low, high = self._nodes[one]
                share = chances[variable]
                done[one] = (1 - share) * walk(low) + share * walk(high)
            return done[one]

        return walk(node)

    @property
    def logic(self) -> Logic[int]:
        """Reliance over functions of this diagram."""
        return Logic(NEVER, self.every, self.some, lambda _label, truth: truth)
