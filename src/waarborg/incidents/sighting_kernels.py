"""The compiled loops for sightings: which pairs can be one event, and which groups are.

They stand in one file and import no constant, because numba's cache on disk does not see changes
in other files.

Rules this module keeps:
1. Symmetric: no result depends on which of two reports is named first.
2. Ties are settled by the smaller row, which is the smaller identifier.

Units: metres, seconds, nats.
"""

# ruff: noqa: ANN001, ANN201, C901, PLR0912, PLR0913, PLR0917, PLR1714 -- numba types these loops itself; splitting them up would cost calls
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numba
import numpy as np

_LN_2PI = 1.8378770664093453


@numba.njit(cache=True, inline="always")
def tailed(square, spread, dimensions, gross):
    """Log density of a difference whose square is given: a normal with a share of gross errors."""
    share, factor = gross
    usual = -0.5 * square / spread
    wide = spread * factor
    rare = math.log(share / (1.0 - share)) - 0.5 * square / wide
    rare -= 0.5 * dimensions * math.log(factor)
    top = max(usual, rare)
    total = top + math.log(math.exp(usual - top) + math.exp(rare - top))
    return total + math.log(1.0 - share) - 0.5 * dimensions * (_LN_2PI + math.log(spread))


@numba.njit(cache=True, inline="always")
def marginal(leaves, prior):
    """Log of the chance of what was said about the type, over all types."""
    total = 0.0
    for leaf in range(len(prior)):
        total += prior[leaf] * leaves[leaf]
    return math.log(max(total, 1e-300))


@numba.njit(cache=True)
def gain(a, b, place, when, kind, kind_log, amount, crowd, sources, prior, settings):
    """Nats by which one incident explains two groups better than two incidents do."""
    # place: x, y, variance; when: t, variance; amount: sum of precisions, mean (0 when missing)
    dx = place[a, 0] - place[b, 0]
    dy = place[a, 1] - place[b, 1]
    gross = (settings[4], settings[5])
    nats = tailed(dx * dx + dy * dy, place[a, 2] + place[b, 2], 2.0, gross)
    dt = when[a, 0] - when[b, 0]
    nats += tailed(dt * dt, when[a, 1] + when[b, 1], 1.0, gross)
    together = 0.0
    for leaf in range(len(prior)):
        together += prior[leaf] * kind[a, leaf] * kind[b, leaf]
    nats += math.log(max(together, 1e-300)) - kind_log[a] - kind_log[b]
    # counts: logarithms with a common normal prior
    if amount[a, 0] > 0.0 and amount[b, 0] > 0.0:
        mean, spread = settings[6], settings[7]
        va = 1.0 / amount[a, 0] + spread
        vb = 1.0 / amount[b, 0] + spread
        ca, cb = amount[a, 1] - mean, amount[b, 1] - mean
        det = va * vb - spread * spread
        joint = (vb * ca * ca - 2.0 * spread * ca * cb + va * cb * cb) / det
        nats += -0.5 * (joint + math.log(det))
        nats -= -0.5 * (ca * ca / va + cb * cb / vb + math.log(va * vb))
    nats -= max(crowd[a], crowd[b])
    low, high = sources[a, 0] & sources[b, 0], sources[a, 1] & sources[b, 1]
    while low:
        low &= low - np.uint64(1)
        nats -= settings[3]
    while high:
        high &= high - np.uint64(1)
        nats -= settings[3]
    return nats + settings[2]


@numba.njit(cache=True)
def crowding(place, when, side, length):
    """How many other reports share a cell with each: the mean of two grids, half a cell apart."""
    n = len(place)
    size = 16
    while size < 2 * n:
        size *= 2
    mask = size - 1
    result = np.zeros(n)
    for shift in (0.0, 0.5):
        keys = np.empty(n, dtype=np.int64)
        taken = np.full(size, -1, dtype=np.int64)
        counts = np.zeros(size, dtype=np.int64)
        for row in range(n):
            cx = np.int64(math.floor(place[row, 0] / side + shift))
            cy = np.int64(math.floor(place[row, 1] / side + shift))
            ct = np.int64(math.floor(when[row, 0] / length + shift))
            key = ((ct * 1_000_003 + cy) * 1_000_003 + cx) & 0x7FFFFFFFFFFFFFFF
            keys[row] = key
            slot = (key ^ (key >> 21)) * 0x9E3779B1 & mask
            while taken[slot] != -1 and taken[slot] != key:
                slot = (slot + 1) & mask
            taken[slot] = key
            counts[slot] += 1
        for row in range(n):
            key = keys[row]
            slot = (key ^ (key >> 21)) * 0x9E3779B1 & mask
            while taken[slot] != key:
                slot = (slot + 1) & mask
            result[row] += 0.5 * (counts[slot] - 1)
    return result


@numba.njit(cache=True, nogil=True)
def run_pairs(
    rows_a,
    rows_b,
    start_a,
    cell_a,
    cell_b,
    same,
    reach,
    stride,
    out,
    nats,
    limit,
    place,
    when,
    kind,
    kind_log,
    amount,
    crowd,
    sources,
    prior,
    settings,
):
    """Pairs of two classes whose gain exceeds the cut; returns how many, written to `out`.

    Rows of both classes are sorted by cell and time; each run of a cell in A is walked against the
    nine cells around it in B with a moving start, so that no report is looked up twice. When `out`
    is too short, only counts. A row with more than `limit` partners keeps its first ones; the
    second value returned is how many rows that befell.
    """
    found = 0
    crowded = 0
    n_b = len(rows_b)
    kept = np.zeros(len(rows_a), dtype=np.int64)
    # the columns a pair is first held against lie side by side, in the order of the walk
    near_b = np.empty((n_b, 5))
    for at in range(n_b):
        row = rows_b[at]
        near_b[at, 0], near_b[at, 1] = when[row, 0], when[row, 1]
        near_b[at, 2], near_b[at, 3], near_b[at, 4] = place[row, 0], place[row, 1], place[row, 2]
    for run in range(len(start_a) - 1):
        first, last = start_a[run], start_a[run + 1]
        for shift_y in range(-1, 2):
            for shift_x in range(-1, 2):
                wanted = cell_a[first] + shift_y * stride + shift_x
                begin = np.searchsorted(cell_b, wanted)
                stop = begin + np.searchsorted(cell_b[begin:], wanted + 1)
                for at in range(first, last):
                    i = rows_a[at]
                    t, vt = when[i, 0], when[i, 1]
                    x, y, vx = place[i, 0], place[i, 1], place[i, 2]
                    while begin < stop and near_b[begin, 0] < t - reach:
                        begin += 1
                    for probe in range(begin, stop):
                        dt = near_b[probe, 0] - t
                        if dt > reach:
                            break
                        if dt * dt > 12.25 * (vt + near_b[probe, 1]):
                            continue
                        dx, dy = near_b[probe, 2] - x, near_b[probe, 3] - y
                        if dx * dx + dy * dy > 12.25 * (vx + near_b[probe, 4]):
                            continue
                        j = rows_b[probe]
                        if same and j <= i:
                            continue
                        # the smaller row first: sums of floats keep their bits only in one order
                        worth = gain(
                            min(i, j), max(i, j), place, when, kind, kind_log, amount, crowd, sources,
                            prior, settings,
                        )  # fmt: skip
                        if worth <= settings[1]:
                            continue
                        if kept[at] >= limit:
                            if kept[at] == limit:
                                crowded += 1
                                kept[at] += 1
                            break
                        kept[at] += 1
                        if found < len(out):
                            out[found, 0] = min(i, j)
                            out[found, 1] = max(i, j)
                            nats[found] = worth
                        found += 1
    return found, crowded


@numba.njit(cache=True)
def roots(n, pairs):
    """Connected components: for each row the smallest row it is tied to."""
    parent = np.arange(n)
    for edge in range(len(pairs)):
        a, b = pairs[edge, 0], pairs[edge, 1]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b
    for row in range(n):
        root = row
        while parent[root] != root:
            root = parent[root]
        parent[row] = root
    return parent


@numba.njit(cache=True)
def absorb(a, b, place, when, kind, kind_log, amount, crowd, sources, prior):
    """Group `a` takes in group `b`: precision-weighted means, product of what was said."""
    wa, wb = 1.0 / place[a, 2], 1.0 / place[b, 2]
    place[a, 0] = (wa * place[a, 0] + wb * place[b, 0]) / (wa + wb)
    place[a, 1] = (wa * place[a, 1] + wb * place[b, 1]) / (wa + wb)
    place[a, 2] = 1.0 / (wa + wb)
    wa, wb = 1.0 / when[a, 1], 1.0 / when[b, 1]
    when[a, 0] = (wa * when[a, 0] + wb * when[b, 0]) / (wa + wb)
    when[a, 1] = 1.0 / (wa + wb)
    top = 0.0
    for leaf in range(len(prior)):
        kind[a, leaf] *= kind[b, leaf]
        top = max(top, kind[a, leaf])
    for leaf in range(len(prior)):
        kind[a, leaf] /= max(top, 1e-300)
    kind_log[a] = marginal(kind[a], prior)
    total = amount[a, 0] + amount[b, 0]
    if total > 0.0:
        amount[a, 1] = (amount[a, 0] * amount[a, 1] + amount[b, 0] * amount[b, 1]) / total
        amount[a, 0] = total
    crowd[a] = max(crowd[a], crowd[b])
    sources[a, 0] |= sources[b, 0]
    sources[a, 1] |= sources[b, 1]


@numba.njit(cache=True)
def merge_component(
    edges,
    nats,
    group,
    weakest,
    place,
    when,
    kind,
    kind_log,
    amount,
    crowd,
    sources,
    prior,
    settings,
):
    """Merge one component's groups, best gain first; `edges` and `nats` are used up."""
    live = len(edges)
    while live > 0:
        best = -1
        for edge in range(live):
            if nats[edge] <= 0.0:
                continue
            if (
                best < 0
                or nats[edge] > nats[best]
                or (
                    nats[edge] == nats[best]
                    and (
                        edges[edge, 0] < edges[best, 0]
                        or (edges[edge, 0] == edges[best, 0] and edges[edge, 1] < edges[best, 1])
                    )
                )
            ):
                best = edge
        if best < 0:
            return
        a, b, won = edges[best, 0], edges[best, 1], nats[best]
        absorb(a, b, place, when, kind, kind_log, amount, crowd, sources, prior)
        group[b] = a
        weakest[a] = min(weakest[a], won)
        weakest[a] = min(weakest[a], weakest[b])
        # edges of b become edges of a; doubles go; what touches a is weighed again
        at = 0
        while at < live:
            one, two = edges[at, 0], edges[at, 1]
            if one == b:
                one = a
            if two == b:
                two = a
            drop = one == two
            if one > two:
                one, two = two, one
            if not drop and (one == a or two == a):
                for other in range(at):
                    if edges[other, 0] == one and edges[other, 1] == two:
                        drop = True
                        break
            if drop:
                live -= 1
                edges[at, 0], edges[at, 1] = edges[live, 0], edges[live, 1]
                nats[at] = nats[live]
                continue
            edges[at, 0], edges[at, 1] = one, two
            if one == a or two == a:
                nats[at] = gain(
                    one, two, place, when, kind, kind_log, amount, crowd, sources, prior, settings
                )
            at += 1


@numba.njit(cache=True, parallel=True)
def merge_all(
    start,
    edges,
    nats,
    group,
    weakest,
    place,
    when,
    kind,
    kind_log,
    amount,
    crowd,
    sources,
    prior,
    settings,
):
    """Merge the groups of every component; components share nothing, so they may run side by side."""
    for part in numba.prange(len(start) - 1):
        low, high = start[part], start[part + 1]
        merge_component(
            edges[low:high], nats[low:high], group, weakest,
            place, when, kind, kind_log, amount, crowd, sources, prior, settings,
        )  # fmt: skip
