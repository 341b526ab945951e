"""Which pairs of reports are worth comparing: those that share a sign nearby, not all of them.

Rules this module keeps:
1. A pair is found or not whatever the order of the input.
2. Cost is near linear: a sign so common that a report would be compared with more than
   `Model.block` others under it is no reason to compare, and such signs are counted and returned.
3. No outlet stands under a sign more often a day than an eighth of that, so that whoever prints one headline a
   thousand times does not make the sign too common for what others report.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from waarborg.incidents.columns import Columns
from waarborg.incidents.kernels import TELLING_NATS
from waarborg.incidents.model import Model
from waarborg.incidents.rising import rising

_SHARE = 8
_COARSE_DEGREES = 2.0
_RARE_NATS = 5.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of rows to compare.

    Attributes:
        first: The smaller row of each pair; pairs are sorted, each once.
        second: The larger row.
        crowded: Keys under which a report had more than `Model.block` others to compare with;
            pairs that share nothing else were left out.
        flooded: Whether each report was left out under a key because its outlet stood there too often, or
            stands only under crowded keys.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    crowded: int
    flooded: NDArray[np.bool_]


@numba.njit(cache=True)
def _pairs(key, row, day, window, block):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # numba kernel, typed by numba
    """Pairs of postings under one key within the window; crowded stretches are skipped, counted."""
    n = len(key)
    end = np.empty(n, dtype=np.int64)
    skipped = np.zeros(n, dtype=np.bool_)
    stop = 0
    total = 0
    crowded = 0
    last_crowded = np.int64(-1)
    for i in range(n):
        stop = max(stop, i + 1)
        while stop < n and key[stop] == key[i] and day[stop] - day[i] <= window:
            stop += 1
        end[i] = stop
        if stop - i - 1 > block:
            if key[i] != last_crowded:
                crowded += 1
                last_crowded = key[i]
            end[i] = i + 1
            skipped[i] = True
        total += end[i] - i - 1
    codes = np.empty(total, dtype=np.int64)
    at = 0
    for i in range(n):
        for j in range(i + 1, end[i]):
            small, large = min(row[i], row[j]), max(row[i], row[j])
            if small != large:
                codes[at] = (small << 32) | large
                at += 1
    return codes[:at], crowded, skipped


@numba.njit(cache=True)
def too_often(key, day, source, most):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201  # numba kernel, typed by numba
    """Postings of an outlet that stood under the key `most` times before on that day.

    Postings stand in order of key, moment and identifier.
    """
    n = len(key)
    over = np.zeros(n, dtype=np.bool_)
    last = 0
    for at in range(n):
        last = max(last, source[at])
    counts = np.zeros(last + 1, dtype=np.int64)
    begin = 0
    while begin < n:
        end = begin + 1
        while end < n and key[end] == key[begin] and np.floor(day[end]) == np.floor(day[begin]):
            end += 1
        if end - begin > most:
            for at in range(begin, end):
                over[at] = counts[source[at]] >= most
                counts[source[at]] += 1
            for at in range(begin, end):
                counts[source[at]] = 0
        begin = end
    return over


def postings(columns: Columns) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys and rows: rare signs anywhere, other telling signs in two grids of coarse cells."""
    rows = np.repeat(np.arange(len(columns.day), dtype=np.int64), np.diff(columns.sign_start))
    sign = columns.sign.astype(np.int64)
    rare = columns.sign_nats >= _RARE_NATS
    near = (columns.sign_nats >= TELLING_NATS) & ~np.isnan(columns.longitude[rows])
    keys = [sign[rare] << 26]
    held = [rows[rare]]
    for shift in (0.0, 0.5):
        x = np.floor(columns.longitude[rows[near]] / _COARSE_DEGREES + shift).astype(np.int64)
        y = np.floor(columns.latitude[rows[near]] / _COARSE_DEGREES + shift).astype(np.int64)
        cell = (((x + 128) & 255) << 8) | ((y + 128) & 255)
        keys.append((sign[near] << 26) | (1 << 24) | (int(shift * 2) << 16) | cell)
        held.append(rows[near])
    # at one place, on one day and the next: reports of force, and reports without a headline
    bare = np.diff(columns.sign_start) == 0
    for kind, held_back in ((2, bare & (columns.acts != 0)), (3, (columns.mood & 1) == 1)):
        chosen = np.flatnonzero(held_back & (columns.place >= 0)).astype(np.int64)
        there = columns.place[chosen].astype(np.int64) << 26
        for later in (0, 1):
            day = (np.floor(columns.day[chosen]).astype(np.int64) + later) & 0xFFFFF
            keys.append(there | (kind << 24) | day)
            held.append(chosen)
    return np.concatenate(keys), np.concatenate(held)


def often(model: Model) -> int:
    """Reports of one outlet and day that are found under one key; the rest of a flood is left out there."""
    return max(model.block // _SHARE, 1)


def find_candidates(columns: Columns, model: Model) -> Candidates:
    """The pairs of reports that share a telling sign within the window, each once."""
    key, row = postings(columns)
    day = columns.day[row]
    order = np.lexsort((row, day, key))
    key, row, day = key[order], row[order], day[order]
    over = too_often(key, day, columns.source[row], often(model))
    kept = ~over
    codes, crowded, skipped = _pairs(
        key[kept], row[kept], day[kept], float(model.window_days) + 0.5, model.block
    )
    codes = rising(codes)
    # standing nowhere is no flood; standing only where there is no room is
    somewhere = np.zeros(len(columns.day), dtype=np.bool_)
    somewhere[row[kept][~skipped]] = True
    flooded = np.zeros(len(columns.day), dtype=np.bool_)
    flooded[row[over]] = True
    flooded[row[kept][skipped]] |= ~somewhere[row[kept][skipped]]
    return Candidates(codes >> 32, codes & 0xFFFFFFFF, int(crowded), flooded)
