"""The compiled loop of sliding windows: how many surely fell in the time before each.

It stands alone because numba's cache on disk watches the file of a function, not the files of the
functions it calls.
"""

# ruff: noqa: ANN001, ANN201 -- numba types this loop itself
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True)
def surely_before(start, end, counted, by_end, first):
    """For each row, how many counted rows surely fell before it and no longer before than asked.

    Rows are sorted by `start`. A counted row falls before row i when its end is not after the start
    of i; it falls no longer before than asked when its place in the order is at least `first[i]`.
    A tree of partial sums (Fenwick) keeps the rows that have ended by place in the order, so the
    cost grows with n log n and never with the number of rows that share a window.

    Args:
        start: First moments, ascending.
        end: Ends.
        counted: Whether each row counts.
        by_end: Rows in the order of their ends.
        first: Place of the first row that begins within the window of each row.
    """
    n = len(start)
    sums = np.zeros(n + 1, dtype=np.int64)
    found = np.zeros(n, dtype=np.int64)
    taken = 0
    total = 0
    for i in range(n):
        while taken < n and end[by_end[taken]] <= start[i]:
            row = by_end[taken]
            if counted[row]:
                total += 1
                place = row + 1
                while place <= n:
                    sums[place] += 1
                    place += place & -place
            taken += 1
        below = 0
        place = first[i]
        while place > 0:
            below += sums[place]
            place -= place & -place
        found[i] = total - below
    return found
