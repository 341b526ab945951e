"""The compiled loops of a stream: edges that come and go, and what hangs together through them.

They stand in one file and import no constant, because numba's cache on disk does not see changes
in other files.

Rules this module keeps:
1. Each edge has two halves, 2k and 2k + 1; a row's halves form a list in both directions, so that a
   row's edges are dropped without looking at any other row's.
"""

# ruff: noqa: ANN001, ANN201, PLR0913, PLR0917 -- numba types these loops itself
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True)
def drop(rows, head, ahead, behind, ends, free, partners):
    """Drop all edges of some rows.

    Writes each row at the other end to `partners` and each freed edge to `free`, and returns how many.
    """
    gone = 0
    for at in range(len(rows)):
        half = head[rows[at]]
        while half >= 0:
            after = ahead[half]
            twin = half ^ 1
            other = ends[half]
            if behind[twin] >= 0:
                ahead[behind[twin]] = ahead[twin]
            else:
                head[other] = ahead[twin]
            if ahead[twin] >= 0:
                behind[ahead[twin]] = behind[twin]
            partners[gone] = other
            free[gone] = half >> 1
            gone += 1
            half = after
        head[rows[at]] = -1
    return gone


@numba.njit(cache=True)
def degrees(rows, head, ahead):
    """How many edges some rows have together, an edge between two of them twice."""
    total = 0
    for at in range(len(rows)):
        half = head[rows[at]]
        while half >= 0:
            total += 1
            half = ahead[half]
    return total


@numba.njit(cache=True)
def tie(first, second, worth, spots, head, ahead, behind, ends, nats):
    """Put edges in at the given spots."""
    for edge in range(len(first)):
        one = 2 * spots[edge]
        ends[one], ends[one + 1] = second[edge], first[edge]
        nats[spots[edge]] = worth[edge]
        for half, row in ((one, first[edge]), (one + 1, second[edge])):
            ahead[half] = head[row]
            behind[half] = -1
            if head[row] >= 0:
                behind[head[row]] = half
            head[row] = half


@numba.njit(cache=True)
def hanging(seeds, head, ahead, ends, mark, stamp):
    """Every row that hangs together with one of the seeds, and the edges between them."""
    rows = np.empty(max(2 * len(seeds), 64), dtype=np.int64)
    edges = np.empty(256, dtype=np.int64)
    held = 0
    tied = 0
    for seed in range(len(seeds)):
        if mark[seeds[seed]] == stamp:
            continue
        mark[seeds[seed]] = stamp
        if held == len(rows):
            rows = np.concatenate((rows, np.empty_like(rows)))
        rows[held] = seeds[seed]
        at = held
        held += 1
        while at < held:
            half = head[rows[at]]
            while half >= 0:
                other = ends[half]
                if half & 1 == 0:
                    if tied == len(edges):
                        edges = np.concatenate((edges, np.empty_like(edges)))
                    edges[tied] = half >> 1
                    tied += 1
                if mark[other] != stamp:
                    mark[other] = stamp
                    if held == len(rows):
                        rows = np.concatenate((rows, np.empty_like(rows)))
                    rows[held] = other
                    held += 1
                half = ahead[half]
            at += 1
    return rows[:held], edges[:tied]
