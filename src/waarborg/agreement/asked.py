"""A condition asked of one row after another: what was judged once is not judged again.

Rules this module keeps:
1. Rows that agree in every column at which the condition looks, and in why one of these is open, get the
   same answer; it is the one that `explain` and `truth` give.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from waarborg.agreement.condition import Node, Value, properties
from waarborg.agreement.explain import NOTHING_SAID, Row, Why, explain, truth
from waarborg.agreement.words import NO_NAMES, Names

_KEPT = 1 << 14
"""Answers kept for one condition; rows differ in few of the columns at which it looks."""


class Asked:
    """A condition, with the answers that it has given.

    Args:
        node: The condition.
        names: How parties, zones and periods are called.
    """

    def __init__(self, node: Node, names: Names = NO_NAMES) -> None:
        self._columns = tuple(sorted(properties(node)))

        @lru_cache(maxsize=_KEPT)
        def holds(values: tuple[Value | None, ...]) -> bool | None:
            return truth(node, dict(zip(self._columns, values, strict=True)))

        @lru_cache(maxsize=_KEPT)
        def why(values: tuple[Value | None, ...], open_: tuple[str | None, ...]) -> Why:
            row = dict(zip(self._columns, values, strict=True))
            told = {name: words for name, words in zip(self._columns, open_, strict=False) if words}
            return explain(node, row, told, names)

        self._holds, self._why = holds, why

    def holds(self, row: Row) -> bool | None:
        """The bare answer for one row: True, False, or None when it cannot be decided."""
        return self._holds(tuple(map(row.get, self._columns)))

    def why(self, row: Row, unknown: Mapping[str, str] = NOTHING_SAID) -> Why:
        """The verdict for one row, and the reasons that settle it.

        Args:
            row: Property or settled column to value; absent or None means not known.
            unknown: Column to words for why it is not known.
        """
        values = tuple(map(row.get, self._columns))
        return self._why(values, tuple(map(unknown.get, self._columns)) if None in values else ())
