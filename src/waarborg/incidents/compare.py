"""The comparison of two reports, as numbers: one definition for fitting, fusing and explaining.

Rules this module keeps:
1. Symmetric: comparing A with B and B with A gives the same bits.
2. A missing value is no evidence: it adds nothing for or against.

The order of what is written to `out` is `model.FEATURES`.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from waarborg.incidents.columns import Columns
from waarborg.incidents.model import FEATURES

WIDTH = len(FEATURES)
_KM = 111.195


@numba.njit(cache=True)
def compare(a, b, columns, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, C901, PLR0912, PLR0915  # one numba kernel: calls between small kernels would be typed by numba, not by mypy
    """Fill `out` with the comparison of rows `a` and `b`."""
    (
        day, said_day, place, longitude, latitude, radius_km, is_area, rate, acts, actors,
        mood, targets, weapons, agencies, sign_start, sign, sign_kind, sign_nats,
    ) = columns  # fmt: skip
    for position in range(WIDTH):
        out[position] = 0.0
    out[0] = 1.0
    # what the headlines say: two rising lists of signs, walked side by side
    i, end_i = sign_start[a], sign_start[a + 1]
    j, end_j = sign_start[b], sign_start[b + 1]
    total_a = 0.0
    total_b = 0.0
    shared = 0.0
    numbers_a = 0
    numbers_b = 0
    for k in range(i, end_i):
        total_a += sign_nats[k]
        if sign_kind[k] == 2:
            numbers_a += 1
    for k in range(j, end_j):
        total_b += sign_nats[k]
        if sign_kind[k] == 2:
            numbers_b += 1
    has_words = end_i > i and end_j > j
    numbers_shared = 0
    while i < end_i and j < end_j:
        if sign[i] == sign[j]:
            nats = min(sign_nats[i], sign_nats[j])
            shared += nats
            if sign_kind[i] == 0:
                out[1] += nats
            elif sign_kind[i] == 1:
                out[2] += nats
            else:
                numbers_shared += 1
            i += 1
            j += 1
        elif sign[i] < sign[j]:
            i += 1
        else:
            j += 1
    out[1] = min(out[1], 14.0)
    out[2] = min(out[2], 14.0)
    if total_a > 0.0 and total_b > 0.0:
        out[3] = shared / math.sqrt(total_a * total_b)
    out[4] = min(numbers_shared, 2)
    if numbers_a > 0 and numbers_b > 0 and numbers_shared == 0:
        out[5] = 1.0
    # when: the day a headline names, then the days of the reports
    said_a, said_b = said_day[a], said_day[b]
    if said_a >= 0 and said_b >= 0:
        if said_a == said_b:
            out[6] = 1.0
        else:
            out[7] = 1.0
    elif said_a >= 0 or said_b >= 0:
        lead = math.floor(day[b]) - said_a if said_a >= 0 else math.floor(day[a]) - said_b
        if lead < 0:
            out[7] = 1.0
        elif lead <= 1:
            out[6] = 0.3
    gap = abs(day[a] - day[b])
    if gap < 0.5:
        out[8] = 1.0
    out[9] = math.log1p(gap)
    # where
    if place[a] >= 0 and place[b] >= 0:
        if place[a] == place[b] and not is_area[a]:
            out[10] = 1.0
            out[11] = max(0.0, math.log(1.0 + rate[a]))
        else:
            if is_area[a] or is_area[b]:
                out[13] = 1.0
            dy = (latitude[a] - latitude[b]) * _KM
            middle = math.radians((latitude[a] + latitude[b]) / 2.0)
            dx = (longitude[a] - longitude[b]) * _KM * math.cos(middle)
            apart = math.sqrt(dx * dx + dy * dy) - (radius_km[a] + radius_km[b])
            if apart > 0.0:  # false when a position is not known, so that it adds nothing
                out[12] = math.log1p(apart / 5.0)
    # what kind of act, and by whom
    if not has_words:
        out[16] = 1.0
        if acts[a] & acts[b] and gap < 0.5 and out[10] == 1.0:
            out[18] = 1.0
    elif acts[a] != 0 and acts[b] != 0:
        if acts[a] & acts[b]:
            out[14] = 1.0
        else:
            out[15] = 1.0
    both_violent = mood[a] & mood[b] & 1
    if has_words and (mood[a] ^ mood[b]) & 1:
        out[19] = 1.0
    if both_violent and place[a] == place[b] and place[a] >= 0:
        if gap < 0.5:
            out[20] = 1.0
        elif gap < 1.5:
            out[21] = 1.0
    if targets[a] and targets[b]:
        if targets[a] & targets[b]:
            out[22] = 1.0
        else:
            out[23] = 1.0
    if weapons[a] and weapons[b] and weapons[a] & weapons[b] == 0:
        out[24] = 1.0
    if agencies[a] and agencies[b] and agencies[a] & agencies[b] == 0:
        out[25] = 1.0
    if (mood[a] ^ mood[b]) & 2 and gap >= 0.5:
        out[26] = 1.0
    if actors[a] != 0 and actors[b] != 0 and actors[a] & actors[b] == 0:
        out[17] = 1.0


@numba.njit(cache=True)
def _compare_all(first, second, columns):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # numba kernel, typed by numba
    out = np.empty((len(first), WIDTH))
    for row in range(len(first)):
        compare(first[row], second[row], columns, out[row])
    return out


@numba.njit(cache=True)
def _score_all(first, second, columns, weights):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # numba kernel, typed by numba
    nats = np.empty(len(first))
    out = np.empty(WIDTH)
    for row in range(len(first)):
        compare(first[row], second[row], columns, out)
        total = 0.0
        for position in range(WIDTH):
            total += weights[position] * out[position]
        nats[row] = total
    return nats


def compare_pairs(
    columns: Columns, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The comparison of each pair of rows, one row a pair, columns as `FEATURES`."""
    found: NDArray[np.float64] = _compare_all(first, second, columns.arrays())
    return found


def score_pairs(
    columns: Columns,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    weights: NDArray[Any],
) -> NDArray[np.float64]:
    """Nats of evidence that each pair of rows tells of one event."""
    found: NDArray[np.float64] = _score_all(first, second, columns.arrays(), weights)
    return found
