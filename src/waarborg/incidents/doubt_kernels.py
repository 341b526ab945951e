"""The compiled loops of what is not sure about an incident of sightings.

Rules this module keeps:
1. One incident after another, in the order of its rows: the same bits whatever lies around it.
2. A missing value is no evidence: it adds nothing.

Units: metres and seconds; `place`, `when`, `code` as `sighting_columns.Laid` has them.
"""

# ruff: noqa: ANN001, ANN201, ANN202, C901, PLR0913, PLR0917 -- numba types these loops itself; splitting them up would cost calls
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numba
import numpy as np

_ROUNDS = 12
_FREEDOM = 4.0
_STARTS = 64
_MOST = 100_000.0


@numba.njit(cache=True)
def shares(first, last, source, place, when, share):
    """Fill `share` with what each row counts, and give how many witnesses there are.

    All rows of one source are one witness; so are rows of several sources that give one place and time
    to the digit, which nobody measures twice.
    """
    n = last - first
    root = np.arange(n)
    for i in range(n):
        for j in range(i):
            a, b = first + i, first + j
            same = source[a] == source[b] or (
                when[a, 0] == when[b, 0]
                and place[a, 0] == place[b, 0]
                and place[a, 1] == place[b, 1]
            )
            if same and root[j] != root[i]:
                low, high = min(root[i], root[j]), max(root[i], root[j])
                for k in range(i + 1):
                    if root[k] == high:
                        root[k] = low
    size = np.zeros(n)
    for i in range(n):
        size[root[i]] += 1.0
    found = 0
    for i in range(n):
        share[first + i] = 1.0 / size[root[i]]
        if root[i] == i:
            found += 1
    return found


@numba.njit(cache=True)
def middle(first, last, at, variance, share, out):
    """Fill `out` with the weighted middle of one coordinate, and its variance.

    Rows that lie off count less (Student's t): a gross error does not pull the middle away. Where the
    rows scatter more than they state, the variance grows with the scatter.
    """
    top, below = 0.0, 0.0
    for i in range(first, last):
        top += share[i] * at[i] / variance[i]
        below += share[i] / variance[i]
    if below == 0.0:
        out[0], out[1] = 0.0, np.inf
        return
    mean = top / below
    if last - first == 1:
        out[0], out[1] = mean, variance[first]
        return
    # the rows' own middle pulled by one gross error is no place to start from
    start, least = mean, np.inf
    for i in range(first, min(last, first + _STARTS)):
        off = 0.0
        for j in range(first, last):
            off += share[j] * min(abs(at[j] - at[i]) / math.sqrt(variance[i] + variance[j]), 4.0)
        if off < least:
            start, least = at[i], off
    mean = start
    for _ in range(_ROUNDS):
        top, below = 0.0, 0.0
        for i in range(first, last):
            off = (at[i] - mean) ** 2 / variance[i]
            weight = share[i] * (_FREEDOM + 1.0) / (_FREEDOM + off) / variance[i]
            top += weight * at[i]
            below += weight
        mean = top / below
    scatter, count = 0.0, 0.0
    for i in range(first, last):
        off = (at[i] - mean) ** 2 / variance[i]
        if variance[i] < np.inf:
            scatter += share[i] * off * (_FREEDOM + 1.0) / (_FREEDOM + off)
            count += share[i]
    out[0] = mean
    out[1] = max(1.0, scatter / count) / below


@numba.njit(cache=True)
def kind_of_type(first, last, code, codes, leaves, prior, temper, share, chance):
    """Fill `chance` with that of each leaf type; False when no row says what it was.

    A code that `codes` divides stands for a type that was not told.
    """
    told = False
    types = len(prior)
    for leaf in range(types):
        chance[leaf] = math.log(max(prior[leaf], 1e-12))
    for i in range(first, last):
        said = code[i]
        if said % codes == 0:
            continue
        told = True
        for leaf in range(types):
            chance[leaf] += temper * share[i] * math.log(max(leaves[said, leaf], 1e-6))
    top = chance.max()
    total = 0.0
    for leaf in range(types):
        chance[leaf] = math.exp(chance[leaf] - top)
        total += chance[leaf]
    for leaf in range(types):
        chance[leaf] /= total
    return told


@numba.njit(cache=True)
def _below(value, spread):
    return 0.5 * (1.0 + math.erf(value / (spread * math.sqrt(2.0))))


@numba.njit(cache=True)
def number(first, last, count, mean, variance, noise, gross, share, out):
    """Fill `out` with the likeliest number and the two that bound nine tenths; False when none is told.

    The true number is lognormal beforehand; what is told of it is lognormal about it and rounded, and
    with a small chance tells of something else.
    """
    low, high = np.inf, 0.0
    for i in range(first, last):
        if count[i] > 0.0:
            told = min(max(count[i], 1.0), _MOST)
            low, high = min(low, told), max(high, told)
    if high == 0.0:
        return False
    begin, end = max(1, int(low / 4.0)), int(high * 4.0) + 8
    # beyond a thousand numbers steps are wider
    step = max(1, (end - begin) // 1000)
    m = (end - begin) // step + 1
    chance = np.empty(m)
    for k in range(m):
        held = math.log(begin + k * step)
        off = held - mean
        total = -held - off * off / (2.0 * variance)
        for i in range(first, last):
            if count[i] > 0.0:
                told = min(max(count[i], 1.0), _MOST)
                upper = _below(math.log(told + 0.5) - held, noise)
                lower = _below(math.log(told - 0.5) - held, noise) if told > 1.0 else 0.0
                right = (1.0 - gross) * (upper - lower) + gross / (told * 4.0)
                total += share[i] * math.log(right)
        chance[k] = total
    top = chance.max()
    whole = 0.0
    for k in range(m):
        chance[k] = math.exp(chance[k] - top)
        whole += chance[k]
    reached = 0.0
    out[0], out[1], out[2] = (
        float(begin + chance.argmax() * step),
        -1.0,
        float(begin + (m - 1) * step),
    )
    for k in range(m):
        reached += chance[k] / whole
        n = float(begin + k * step)
        if out[1] < 0.0 and reached > 0.05:
            out[1] = n
        if reached >= 0.95:
            out[2] = n
            break
    return True


@numba.njit(cache=True)
def picture(
    start, place, when, code, codes, leaves, prior, temper, source, count, settings,
    witnesses, where, time, known, types, numbers,
):  # fmt: skip
    """Fill the last six with what is held of each incident; `start` says where each one's rows begin.

    `where` gets metres east at the equator, metres north and their variance; `time` seconds and their
    variance; `known` whether a type and whether a number was told.
    """
    rows = len(source)
    share = np.ones(rows)
    pair = np.empty(2)
    east = place[:, 0].copy()
    variance = place[:, 2].copy()
    mean, spread, noise, gross = settings
    for at in range(len(start) - 1):
        first, last = start[at], start[at + 1]
        witnesses[at] = shares(first, last, source, place, when, share)
        # longitude in real metres about the first row
        for i in range(first, last):
            east[i] = (place[i, 0] - place[first, 0]) * place[first, 3]
        middle(first, last, east, variance, share, pair)
        where[at, 0] = place[first, 0] + pair[0] / place[first, 3]
        across = pair[1]
        middle(first, last, place[:, 1], variance, share, pair)
        where[at, 1] = pair[0]
        where[at, 2] = 0.5 * (across + pair[1])
        middle(first, last, when[:, 0], when[:, 1], share, pair)
        time[at, 0], time[at, 1] = pair[0], pair[1]
        known[at, 0] = kind_of_type(
            first, last, code, codes, leaves, prior, temper, share, types[at]
        )
        known[at, 1] = number(first, last, count, mean, spread, noise, gross, share, numbers[at])
