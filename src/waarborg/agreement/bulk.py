"""Many conditions on a million rows: which rows surely meet each, and which may.

Rules this module keeps:
1. The rows found are those that each condition by itself gives (law 9).
2. A part that several conditions share is worked out once, so that the cost grows more slowly than
   their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from waarborg.agreement.condition import Constant, Named, Node, Settled, parts_of
from waarborg.agreement.polars_reading import to_polars

AS_WRITTEN = pl.QueryOptFlags.none()
"""How `judged` is collected: what is shared is worked out already, so the engine need not look."""

RowNumbers = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of one condition.

    Attributes:
        yes: Numbers of the rows on which it holds, ascending.
        open: Numbers of the rows on which it cannot be decided, ascending.
    """

    yes: RowNumbers
    open: RowNumbers


def find(conditions: Mapping[str, Node], table: pl.DataFrame) -> dict[str, Found]:
    """Hold every row of a table against every condition.

    Args:
        conditions: Name to condition.
        table: One column a property and one a settled question; null means not known.

    Returns:
        Name to the rows that meet the condition or may; the others surely do not.
    """
    lists = (
        judged(list(conditions.values()), table)
        .select(
            pl.all().arg_true().implode().name.prefix("yes"),
            pl.all().is_null().arg_true().implode().name.prefix("open"),
        )
        .collect(optimizations=AS_WRITTEN)
    )
    return {
        name: Found(lists[f"yes{number}"][0].to_numpy(), lists[f"open{number}"][0].to_numpy())
        for number, name in enumerate(conditions)
    }


def judged(nodes: Sequence[Node], table: pl.DataFrame) -> pl.LazyFrame:
    """One Boolean column a condition, named by its place; what several share is worked out once."""
    shared = _shared(nodes)
    names = {node: f"\x00{number}" for number, node in enumerate(shared)}
    frame, schema = table.lazy(), table.schema
    for level in _levels(shared):
        known = {node: name for node, name in names.items() if node not in level}
        frame = frame.with_columns(
            to_polars(node, known, schema).alias(names[node]) for node in level
        )
    whole = [
        pl.col(names[node]) if node in names else to_polars(node, names, schema) for node in nodes
    ]
    asked = [str(number) for number in range(len(nodes))]
    named = [each.alias(name) for each, name in zip(whole, asked, strict=True)]
    return frame.with_columns(named).select(asked)


def _shared(nodes: Sequence[Node]) -> list[Node]:
    """The parts that stand in the conditions more than once, the smaller before the larger."""
    counts: Counter[Node] = Counter()
    order: dict[Node, None] = {}

    def walk(node: Node) -> None:
        counts[node] += 1
        if counts[node] == 1:
            for part in parts_of(node):
                walk(part)
            order[node] = None

    for node in nodes:
        walk(node)
    return [
        node
        for node in order
        if counts[node] > 1 and not isinstance(node, Constant | Settled | Named)
    ]


def _levels(shared: Sequence[Node]) -> list[list[Node]]:
    """The shared parts in rounds, so that each rests only on those of earlier rounds."""
    level: dict[Node, int] = {}
    wanted = frozenset(shared)

    def below(node: Node) -> int:
        return max((height(part) for part in parts_of(node)), default=0)

    def height(node: Node) -> int:
        if node not in wanted:
            return below(node)
        if node not in level:
            level[node] = 1 + below(node)
        return level[node]

    for node in shared:
        height(node)
    rounds: list[list[Node]] = [[] for _ in range(max(level.values(), default=0))]
    for node, number in level.items():
        rounds[number - 1].append(node)
    return rounds
