"""Names of one moment stand in order, whatever the order in which they come and go."""

from __future__ import annotations

import numpy as np

from waarborg.incidents.told_index import Queue

NOON, NIGHT = 12.0, 12.5


def test_a_name_moves_those_of_its_moment_only() -> None:
    """Each row's place among the names of its moment; one that went leaves the order of the others."""
    queue, rank = Queue(), np.full(5, 9, dtype=np.int64)

    def add(moment: float, *named: tuple[str, int]) -> None:
        rows = np.array([row for _, row in named], dtype=np.int64)
        queue.add(np.full(len(rows), moment), [name for name, _ in named], rows, rank)

    add(NOON, ("c", 0), ("b", 1))
    add(NIGHT, ("a", 2))
    assert rank.tolist() == [1, 0, 0, 9, 9]
    add(NOON, ("a", 3))
    assert rank.tolist() == [2, 1, 0, 0, 9]
    queue.drop(NOON, "a")
    add(NIGHT, ("0", 3), ("b", 4))
    assert rank[[2, 3, 4]].tolist() == [1, 0, 2]
    assert rank[1] < rank[0]
