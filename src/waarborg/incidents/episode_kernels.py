"""The compiled loops that find which incidents hang together in time and place.

They stand in one file and import no constant, because numba's cache on disk does not see changes
in other files.

Rules this module keeps:
1. Symmetric: no result depends on which of two incidents is named first, nor on the order of equal times.
2. Never all pairs: those of one cell that last at one moment are one already, so that one of them stands
   for all; another cell is walked only as long as nothing ties the two.

Units: microseconds, kilometres, degrees.
"""

# ruff: noqa: ANN001, ANN201, C901, PLR0912, PLR0913, PLR0917 -- numba types these loops itself; splitting them up would cost calls
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numba
import numpy as np

_KM_PER_DEGREE = 111.195
_AREAS = 1 << 20


@numba.njit(cache=True, nogil=True)
def apart_km(one_north, one_east, other_north, other_east):
    """The distance of two places, given as latitude and longitude, in kilometres."""
    north = (one_north - other_north) * _KM_PER_DEGREE
    cosine = math.cos(math.radians((one_north + other_north) / 2.0))
    return math.hypot(north, (one_east - other_east) * _KM_PER_DEGREE * cosine)


@numba.njit(cache=True, nogil=True)
def close(a, b, start, end, pause, by_the_day):
    """Whether two are of one time: with a pause at most, or where one is known by the day, at one moment."""
    late, early = max(start[a], start[b]), min(end[a], end[b])
    if end[a] - start[a] > by_the_day or end[b] - start[b] > by_the_day:
        return late < early
    return late - early <= pause


@numba.njit(cache=True, nogil=True)
def cells(north, east, zone, side):
    """The row and column of each place: any two places of one cell lie within 1.5 times `side` of each other."""
    row, column = np.empty(len(zone), dtype=np.int64), np.empty(len(zone), dtype=np.int64)
    for at in range(len(zone)):
        if zone[at] >= 0:
            # areas are compared by name, far from all rows of the map
            row[at], column[at] = _AREAS, zone[at]
            continue
        row[at] = math.floor(north[at] * _KM_PER_DEGREE / side)
        column[at] = math.floor(east[at] * _KM_PER_DEGREE * widest(row[at], side) / side)
    return row, column


@numba.njit(cache=True, nogil=True)
def widest(row, side):
    """The largest cosine of the latitude in a row of cells."""
    nearest = min(abs(row), abs(row + 1)) if row * (row + 1) > 0 else 0
    return max(math.cos(math.radians(min(nearest * side / _KM_PER_DEGREE, 90.0))), 1e-6)


@numba.njit(cache=True, nogil=True)
def neighbours(row, column, side, reach):
    """For each cell the others from which somebody may lie within reach: where they begin, and their places.

    `row` and `column` name each cell once, sorted by row, then column.
    """
    n = len(row)
    begin, held, many = np.zeros(n + 1, dtype=np.int64), np.empty(16, dtype=np.int64), 0
    rows = np.unique(row)
    first = np.searchsorted(row, rows)
    last = np.searchsorted(row, rows, side="right")
    up = math.ceil(reach / side)
    for at in range(n):
        begin[at] = many
        if row[at] == _AREAS:
            continue
        east = column[at] / widest(row[at], side)
        more = (column[at] + 1) / widest(row[at], side)
        for to in range(np.searchsorted(rows, row[at] - up), len(rows)):
            if rows[to] > row[at] + up:
                break
            # where a degree is shortest in the two rows, reach spans the most columns
            top = max(abs(row[at]), abs(row[at] + 1), abs(rows[to]), abs(rows[to] + 1)) * side
            narrow = max(math.cos(math.radians(min(top / _KM_PER_DEGREE, 90.0))), 1e-6)
            wide, own = reach / side / narrow, widest(rows[to], side)
            low, high = math.floor((east - wide) * own), math.floor((more + wide) * own)
            there = column[first[to] : last[to]]
            for other in range(np.searchsorted(there, low), np.searchsorted(there, high + 1)):
                if first[to] + other != at:
                    if many == len(held):
                        held = np.concatenate((held, np.empty(many, dtype=np.int64)))
                    held[many] = first[to] + other
                    many += 1
    begin[n] = many
    return begin, held[:many]


@numba.njit(cache=True, nogil=True)
def beyond(north, east, box, reach):
    """Whether a place lies out of reach of all in a box of least and largest latitude and longitude."""
    up = max(box[0] - north, north - box[1], 0.0)
    aside = max(box[2] - east, east - box[3], 0.0)
    top = max(abs(north), abs(box[0]), abs(box[1]))
    aside *= math.cos(math.radians(top))
    return math.hypot(up, aside) * _KM_PER_DEGREE > 1.000001 * reach


@numba.njit(cache=True, nogil=True)
def root(tied, at):
    """The smallest row that a row is tied to."""
    while tied[at] != at:
        tied[at] = tied[tied[at]]
        at = tied[at]
    return at


@numba.njit(cache=True, nogil=True)
def tie(tied, a, b):
    """Tie two rows."""
    a, b = root(tied, a), root(tied, b)
    tied[max(a, b)] = min(a, b)


@numba.njit(cache=True, nogil=True)
def hang_together(start, end, north, east, cell, begin, near, reach, pause, by_the_day, tied):
    """Tie the rows of each episode in `tied`; rows are sorted by their start.

    `cell` numbers the cell of each row, `begin` and `near` are what `neighbours` gives. Of a cell `lasts`
    is the row that ends last, `fires` the same of those known to the hour: all rows of a cell that still last
    at some moment overlap there, and all known to the hour that ended within a pause before it are within
    a pause of each other, so that either are tied already and one stands for all.
    """
    n, many = len(start), len(begin) - 1
    lasts, fires = np.full(many, -1, dtype=np.int64), np.full(many, -1, dtype=np.int64)
    head, following = np.full(many, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    box = np.empty((many, 4))
    box[:, ::2], box[:, 1::2] = np.inf, -np.inf
    for row in range(n):
        own, long = cell[row], end[row] - start[row] > by_the_day
        for who in (lasts[own], fires[own]):
            if who >= 0 and close(row, who, start, end, pause, by_the_day):
                tie(tied, row, who)
        for at in range(begin[own], begin[own + 1]):
            other = near[at]
            # of either kind: whether somebody of it is there that is not tied yet
            lacks = lasts[other] >= 0 and close(row, lasts[other], start, end, pause, by_the_day)
            lacks = lacks and root(tied, row) != root(tied, lasts[other])
            short = not long and fires[other] >= 0 and start[row] - end[fires[other]] <= pause
            short = short and root(tied, row) != root(tied, fires[other])
            if not (lacks or short):
                continue
            if beyond(north[row], east[row], box[other], reach):
                continue
            before, who = np.int64(-1), head[other]
            while who >= 0 and (lacks or short):
                after = following[who]
                if start[row] - end[who] > pause:
                    # what ended long before can tie nothing that starts later
                    if before >= 0:
                        following[before] = after
                    else:
                        head[other] = after
                    who = after
                    continue
                if (
                    root(tied, row) != root(tied, who)
                    and close(row, who, start, end, pause, by_the_day)
                    and apart_km(north[row], east[row], north[who], east[who]) <= reach
                ):
                    tie(tied, row, who)
                    lacks = lacks and root(tied, row) != root(tied, lasts[other])
                    short = short and root(tied, row) != root(tied, fires[other])
                before, who = who, after
        box[own, 0], box[own, 1] = min(box[own, 0], north[row]), max(box[own, 1], north[row])
        box[own, 2], box[own, 3] = min(box[own, 2], east[row]), max(box[own, 3], east[row])
        following[row], head[own] = head[own], row
        if lasts[own] < 0 or end[row] > end[lasts[own]]:
            lasts[own] = row
        if not long and (fires[own] < 0 or end[row] > end[fires[own]]):
            fires[own] = row
    for row in range(n):
        tied[row] = root(tied, row)
