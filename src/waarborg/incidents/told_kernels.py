"""The compiled loops behind web reports as they come in: who shares a sign with whom, near in time.

They stand in one file and import no constant, because numba's cache on disk does not see changes
in other files.

Rules this module keeps:
1. Under one key, postings stand in order of day and then of the report's identifier.
"""

# ruff: noqa: ANN001, ANN201 -- numba types these loops itself
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True)
def spots(keys, rows, new_keys, new_rows, day, rank):
    """Where new postings go among those held, so that the order is kept."""
    found = np.empty(len(new_keys), dtype=np.int64)
    for at in range(len(new_keys)):
        row = new_rows[at]
        low, high = 0, len(keys)
        while low < high:
            middle = (low + high) // 2
            other = rows[middle]
            before = keys[middle] < new_keys[at]
            if keys[middle] == new_keys[at]:
                before = day[other] < day[row]
                if day[other] == day[row]:
                    before = rank[other] < rank[row]
            if before:
                low = middle + 1
            else:
                high = middle
        found[at] = low
    return found


@numba.njit(cache=True)
def stretches(held, keys):
    """Where the postings of each key begin and end among those held; both stand in order, keys once each."""
    begin, end = np.empty(len(keys), dtype=np.int64), np.empty(len(keys), dtype=np.int64)
    low = 0
    for at in range(len(keys)):
        # long strides first, so that a few keys among many postings cost little, and many keys no more
        high, stride = low, 1
        while high < len(held) and held[high] < keys[at]:
            low = high + 1
            high += stride
            stride *= 2
        high = min(high, len(held))
        while low < high:
            middle = (low + high) // 2
            if held[middle] < keys[at]:
                low = middle + 1
            else:
                high = middle
        begin[at] = low
        while low < len(held) and held[low] == keys[at]:
            low += 1
        end[at] = low
    return begin, end


@numba.njit(cache=True)
def fill(out, start, rows, low, high):
    """Copy the postings of each key to where its next ones stand, and move that on."""
    for key in range(len(low)):
        at = start[key]
        for posting in range(low[key], high[key]):
            out[at] = rows[posting]
            at += 1
        start[key] = at


@numba.njit(cache=True)
def ends(key, row, day, window):
    """For each posting, one past the last that stands under its key no later than the window."""
    n = len(key)
    end = np.empty(n, dtype=np.int64)
    stop = 0
    for at in range(n):
        stop = max(stop, at + 1)
        while stop < n and key[stop] == key[at] and day[row[stop]] - day[row[at]] <= window:
            stop += 1
        end[at] = stop
    return end


@numba.njit(cache=True)
def pairs(row, end, touched, block):
    """Pairs of rows of which at least one was touched; crowded postings are skipped."""
    n = len(row)
    following = np.empty(n + 1, dtype=np.int64)
    following[n] = n
    for at in range(n - 1, -1, -1):
        following[at] = at if touched[row[at]] else following[at + 1]
    total = 0
    for at in range(n):
        if end[at] - at - 1 > block:
            continue
        if touched[row[at]]:
            total += end[at] - at - 1
        else:
            other = following[at + 1]
            while other < end[at]:
                total += 1
                other = following[other + 1]
    codes = np.empty(total, dtype=np.int64)
    held = 0
    for at in range(n):
        if end[at] - at - 1 > block:
            continue
        every = touched[row[at]]
        other = at + 1 if every else following[at + 1]
        while other < end[at]:
            small, large = min(row[at], row[other]), max(row[at], row[other])
            if small != large:
                codes[held] = (small << 32) | large
                held += 1
            other = other + 1 if every else following[other + 1]
    return codes[:held]


@numba.njit(cache=True)
def spread(start, size, out):
    """The positions of ragged stretches, one after the other."""
    at = 0
    for row in range(len(start)):
        for position in range(start[row], start[row] + size[row]):
            out[at] = position
            at += 1
