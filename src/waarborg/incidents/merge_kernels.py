"""The compiled loops that merge sightings into incidents, best gain first.

They stand in one file and import no constant, because numba's cache on disk does not see changes
in other files.

Rules this module keeps:
1. Symmetric: no result depends on which of two groups is named first.
2. Ties are settled by the smaller identifiers.
3. A component's result depends on its own sightings and edges alone, in whatever order they come.
4. An edge that a person judged stays what it is while groups grow: worth 999 nats or more it was judged
   the same, -1e11 or less different, and of the two "different" is the stronger.
5. One sighting joins no incident of several with another of several: two of either side have to speak for it.

Units: metres, seconds, nats.
"""

# ruff: noqa: ANN001, ANN201, C901, PLR0912, PLR0913, PLR0915, PLR0917 -- numba types these loops itself; splitting them up would cost calls
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numba
import numpy as np

_LN_2PI = 1.8378770664093453


@numba.njit(cache=True, nogil=True)
def roots(n, first, second):
    """Connected components: for each row the smallest row it is tied to."""
    parent = np.arange(n)
    for edge in range(len(first)):
        a, b = np.int64(first[edge]), np.int64(second[edge])
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
        # a parent is a smaller row, so it has its root already
        parent[row] = parent[parent[row]]
    return parent


@numba.njit(cache=True, nogil=True)
def parts(root, first):
    """Components of more than one row: where their rows and edges begin, rows and edges sorted."""
    n = len(root)
    size = np.zeros(n, dtype=np.int64)
    for row in range(n):
        size[root[row]] += 1
    number = np.full(n, -1, dtype=np.int64)
    many = 0
    held = 0
    for row in range(n):
        if root[row] == row and size[row] > 1:
            number[row] = many
            many += 1
            held += size[row]
    row_start = np.zeros(many + 1, dtype=np.int64)
    edge_start = np.zeros(many + 1, dtype=np.int64)
    for row in range(n):
        if number[row] >= 0:
            row_start[number[row] + 1] = size[row]
    for edge in range(len(first)):
        edge_start[number[root[first[edge]]] + 1] += 1
    for part in range(many):
        row_start[part + 1] += row_start[part]
        edge_start[part + 1] += edge_start[part]
    rows = np.empty(held, dtype=np.int64)
    edges = np.empty(len(first), dtype=np.int64)
    at = row_start.copy()
    for row in range(n):
        part = number[root[row]]
        if part >= 0:
            rows[at[part]] = row
            at[part] += 1
    at = edge_start.copy()
    for edge in range(len(first)):
        part = number[root[first[edge]]]
        edges[at[part]] = edge
        at[part] += 1
    return row_start, edge_start, rows, edges


@numba.njit(cache=True, nogil=True, inline="always")
def tailed(square, spread, dimensions, share, factor):
    """Log density of a difference whose square is given: a normal with a share of gross errors."""
    usual = square / spread
    rare = share / (1.0 - share) * factor ** (-0.5 * dimensions)
    total = math.exp(-0.5 * usual) + rare * math.exp(-0.5 * usual / factor)
    return math.log((1.0 - share) * max(total, 1e-300)) - 0.5 * dimensions * (
        _LN_2PI + math.log(spread)
    )


@numba.njit(cache=True, nogil=True)
def gain_terms(a, b, place, when, kind, kind_log, amount, crowd, sources, prior, settings):
    """What place, time, type, count, density and shared sources say for one incident rather than two, in nats."""
    # place: x, y, variance, cosine; when: t, variance; amount: sum of precisions, mean (0 when missing)
    # settings: 0 offset, 1 shared source, 2 gross share, 3 gross factor, 4 count variance
    dx = (place[a, 0] - place[b, 0]) * (0.5 * (place[a, 3] + place[b, 3]))
    dy = place[a, 1] - place[b, 1]
    near = tailed(dx * dx + dy * dy, place[a, 2] + place[b, 2], 2.0, settings[2], settings[3])
    dt = when[a, 0] - when[b, 0]
    soon = tailed(dt * dt, when[a, 1] + when[b, 1], 1.0, settings[2], settings[3])
    together = 0.0
    for leaf in range(len(prior)):
        together += prior[leaf] * kind[a, leaf] * kind[b, leaf]
    like = math.log(max(together, 1e-300)) - kind_log[a] - kind_log[b]
    # counts: logarithms about their mean, with a common normal prior
    many = 0.0
    if amount[a, 0] > 0.0 and amount[b, 0] > 0.0:
        spread = settings[4]
        va = 1.0 / amount[a, 0] + spread
        vb = 1.0 / amount[b, 0] + spread
        ca, cb = amount[a, 1], amount[b, 1]
        det = va * vb - spread * spread
        joint = (vb * ca * ca - 2.0 * spread * ca * cb + va * cb * cb) / det
        many = -0.5 * (joint - ca * ca / va - cb * cb / vb + math.log(det / (va * vb)))
    shared = 0.0
    low, high = sources[a, 0] & sources[b, 0], sources[a, 1] & sources[b, 1]
    while low:
        low &= low - np.uint64(1)
        shared -= settings[1]
    while high:
        high &= high - np.uint64(1)
        shared -= settings[1]
    return near, soon, like, many, -max(crowd[a], crowd[b]), shared


@numba.njit(cache=True, nogil=True)
def gain(a, b, place, when, kind, kind_log, amount, crowd, sources, prior, settings):
    """Nats by which one incident explains two groups better than two incidents do: its terms and the offset."""
    near, soon, like, many, thick, shared = gain_terms(
        a, b, place, when, kind, kind_log, amount, crowd, sources, prior, settings
    )
    return near + soon + like + many + thick + shared + settings[0]


@numba.njit(cache=True, nogil=True)
def absorb(a, b, place, when, kind, kind_log, amount, crowd, sources, prior):
    """Group `a` takes in group `b`: precision-weighted means, product of what was said."""
    wa, wb = 1.0 / place[a, 2], 1.0 / place[b, 2]
    total = wa + wb
    place[a, 0] = (wa * place[a, 0] + wb * place[b, 0]) / total
    place[a, 1] = (wa * place[a, 1] + wb * place[b, 1]) / total
    place[a, 2] = 1.0 / total
    place[a, 3] = (wa * place[a, 3] + wb * place[b, 3]) / total
    wa, wb = 1.0 / when[a, 1], 1.0 / when[b, 1]
    when[a, 0] = (wa * when[a, 0] + wb * when[b, 0]) / (wa + wb)
    when[a, 1] = 1.0 / (wa + wb)
    top = 0.0
    for leaf in range(len(prior)):
        kind[a, leaf] *= kind[b, leaf]
        top = max(top, kind[a, leaf])
    chance = 0.0
    for leaf in range(len(prior)):
        kind[a, leaf] /= max(top, 1e-300)
        chance += prior[leaf] * kind[a, leaf]
    kind_log[a] = math.log(max(chance, 1e-300))
    total = amount[a, 0] + amount[b, 0]
    if total > 0.0:
        amount[a, 1] = (amount[a, 0] * amount[a, 1] + amount[b, 0] * amount[b, 1]) / total
        amount[a, 0] = total
    crowd[a] = max(crowd[a], crowd[b])
    sources[a, 0] |= sources[b, 0]
    sources[a, 1] |= sources[b, 1]


@numba.njit(cache=True, nogil=True, inline="always")
def ahead(a, b, near, near_nats):
    """Whether group `a` has the better join than group `b`: more nats, else smaller identifiers."""
    if near_nats[a] != near_nats[b]:
        return near_nats[a] > near_nats[b]
    if near[a] < 0 or near[b] < 0:
        return near[a] >= 0
    low_a, low_b = min(a, near[a]), min(b, near[b])
    if low_a != low_b:
        return low_a < low_b
    return max(a, near[a]) < max(b, near[b])


@numba.njit(cache=True, nogil=True)
def nearest(a, head, following, ends, nats, near, near_nats):
    """Find the best join of group `a` among its edges."""
    best = np.int64(-1)
    best_nats = -np.inf
    half = head[a]
    while half >= 0:
        other = ends[half ^ 1]
        worth = nats[half >> 1]
        if worth > best_nats or (worth == best_nats and best >= 0 and other < best):
            best_nats = worth
            best = other
        half = following[half]
    near[a] = best
    near_nats[a] = best_nats


@numba.njit(cache=True, nogil=True)
def climb(a, tree, width, near, near_nats):
    """Put a changed group through the knock-out tree whose winner is the best join of all."""
    at = (width + a) >> 1
    while at >= 1:
        one, two = tree[2 * at], tree[2 * at + 1]
        if two < 0 or (one >= 0 and ahead(one, two, near, near_nats)):
            tree[at] = one
        else:
            tree[at] = two
        at >>= 1


@numba.njit(cache=True, nogil=True)
def merge_part(
    m, ends, nats, group, weakest, turn, won_by, place, when, kind, kind_log, amount, crowd, sources,
    prior, settings,
):  # fmt: skip
    """Merge one component of `m` groups, numbered by identifier; fills `group` and `weakest`.

    `ends` holds the two groups of each edge one after the other; `nats` the gain of each edge. Of each
    group that was taken in, `turn` says as the how manieth, and `won_by` for which gain.
    """
    joins = 0
    head = np.full(m, -1, dtype=np.int64)
    following = np.full(len(ends), -1, dtype=np.int64)
    for half in range(len(ends)):
        following[half] = head[ends[half]]
        head[ends[half]] = half
    near = np.full(m, -1, dtype=np.int64)
    near_nats = np.full(m, -np.inf)
    width = 1
    while width < m:
        width *= 2
    tree = np.full(2 * width, -1, dtype=np.int64)
    for a in range(m):
        nearest(a, head, following, ends, nats, near, near_nats)
        tree[width + a] = a
    for at in range(width - 1, 0, -1):
        one, two = tree[2 * at], tree[2 * at + 1]
        if two < 0 or (one >= 0 and ahead(one, two, near, near_nats)):
            tree[at] = one
        else:
            tree[at] = two
    tied = np.full(m, -1, dtype=np.int64)
    dead = np.zeros(len(nats), dtype=np.bool_)
    while True:
        winner = tree[1]
        if winner < 0 or near[winner] < 0 or not near_nats[winner] > 0.0:
            return
        a, b = min(winner, near[winner]), max(winner, near[winner])
        won = near_nats[winner]
        absorb(a, b, place, when, kind, kind_log, amount, crowd, sources, prior)
        group[b], turn[b], won_by[b] = a, joins, won
        joins += 1
        weakest[a] = min(weakest[a], won, weakest[b])
        # the edges of `a` without the one to `b`; then those of `b` to groups that `a` is not tied to
        half = head[a]
        head[a] = -1
        while half >= 0:
            after = following[half]
            other = ends[half ^ 1]
            if other == b or dead[half >> 1]:
                dead[half >> 1] = True
            else:
                tied[other] = half
                following[half] = head[a]
                head[a] = half
            half = after
        half = head[b]
        head[b] = -1
        while half >= 0:
            after = following[half]
            other = ends[half ^ 1]
            if not dead[half >> 1]:
                if tied[other] >= 0:
                    dead[half >> 1] = True
                    # what was judged of one part holds of both together
                    said, held = nats[half >> 1], nats[tied[other] >> 1]
                    if said <= -1e11 or (said >= 999.0 and held > -1e11):
                        nats[tied[other] >> 1] = said
                else:
                    ends[half] = a
                    following[half] = head[a]
                    head[a] = half
            half = after
        near[b] = -1
        near_nats[b] = -np.inf
        climb(b, tree, width, near, near_nats)
        # what is tied to `a` is weighed again; a neighbour looks again when its best was touched
        half = head[a]
        while half >= 0:
            other = ends[half ^ 1]
            tied[other] = -1
            if -1e11 < nats[half >> 1] < 999.0:
                nats[half >> 1] = gain(
                    a, other, place, when, kind, kind_log, amount, crowd, sources, prior, settings
                )
            half = following[half]
        half = head[a]
        while half >= 0:
            other = ends[half ^ 1]
            worth = nats[half >> 1]
            if near[other] == a or near[other] == b:
                # drop its dead edges on the way
                kept = np.int64(-1)
                own = head[other]
                while own >= 0:
                    after = following[own]
                    if not dead[own >> 1]:
                        following[own] = kept
                        kept = own
                    own = after
                head[other] = kept
                nearest(other, head, following, ends, nats, near, near_nats)
                climb(other, tree, width, near, near_nats)
            elif worth > near_nats[other] or (worth == near_nats[other] and a < near[other]):
                near[other] = a
                near_nats[other] = worth
                climb(other, tree, width, near, near_nats)
            half = following[half]
        nearest(a, head, following, ends, nats, near, near_nats)
        climb(a, tree, width, near, near_nats)


@numba.njit(cache=True, nogil=True)
def fill_part(
    own, place, when, code, amount, crowd, source, leaves, leaves_log, noise, p, w, k, kl, c, cr, so
):
    """Lay rows, each of which is a group as yet, into the arrays that `gain` reads: the last seven."""
    for at in range(len(own)):
        row = own[at]
        p[at, 0], p[at, 1] = place[row, 0], place[row, 1]
        p[at, 2], p[at, 3] = place[row, 2], place[row, 3]
        w[at, 0], w[at, 1] = when[row, 0], when[row, 1]
        for leaf in range(leaves.shape[1]):
            k[at, leaf] = leaves[code[row], leaf]
        kl[at] = leaves_log[code[row]]
        if amount[row] == amount[row]:
            c[at, 0], c[at, 1] = noise, amount[row]
        else:
            c[at, 0], c[at, 1] = 0.0, 0.0
        cr[at] = math.log(crowd[row])
        bit = np.uint64(source[row] % 128)
        so[at, 0], so[at, 1] = np.uint64(0), np.uint64(0)
        if source[row] < 0:
            pass  # nobody's: a sighting that a person put here, without a place of its own
        elif bit < np.uint64(64):
            so[at, 0] = np.uint64(1) << bit
        else:
            so[at, 1] = np.uint64(1) << (bit - np.uint64(64))


@numba.njit(cache=True, nogil=True)
def same_sides(left_out, held, one, other, nats, spot, into, parts):
    """The parts that a person ties to a row that is left out: what he says holds is no bridge."""
    said = np.zeros(len(parts), dtype=np.bool_)
    for edge in held:
        if nats[edge] >= 999.0 and left_out in (one[edge], other[edge]):
            end = other[edge] if one[edge] == left_out else one[edge]
            said[into[spot[end]]] = True
    return said


@numba.njit(cache=True, nogil=True)
def bridges(
    own, g, was, ends, nats, place, when, code, amount, crowd, source, leaves, leaves_log, prior, noise,
    settings, bounds,
):  # fmt: skip
    """Each row of a component without which its incident would fall into two of several rows, with each pair of those.

    Each row of an incident is left out in turn and the others are merged anew, by their edges and densities as they
    are; where all pairs of the others have an edge, they are taken to stand together. `bounds` holds the fewest and
    the most rows of an incident that is looked at; one that is as it `was` when it was looked at before is left out.
    Gives the row, then the two, as places in `own`.
    """
    m = len(own)
    one, other = ends[::2], ends[1::2]
    many, found = 0, np.empty((0, 3), dtype=np.int64)
    size, stayed = np.zeros(m, dtype=np.int64), np.zeros(m, dtype=np.int64)
    for at in range(m):
        size[g[at]] += 1
        # who was in it and still is, less who was and went
        stayed[g[at]] += was[at] == g[at]
        if was[at] >= 0:
            stayed[was[at]] -= was[at] != g[at]
    if size.max() < bounds[0]:
        return found
    looked = np.zeros(m, dtype=np.bool_)
    edge_start = np.zeros(m + 1, dtype=np.int64)
    row_start = np.zeros(m + 1, dtype=np.int64)
    for at in range(m):
        looked[at] = bounds[0] <= size[at] <= bounds[1] and stayed[at] != size[at]
        row_start[at + 1] = row_start[at] + size[at]
    for edge in range(len(one)):
        if g[one[edge]] == g[other[edge]]:
            edge_start[g[one[edge]] + 1] += 1
    for at in range(m):
        edge_start[at + 1] += edge_start[at]
    rows, edges = np.empty(m, dtype=np.int64), np.empty(edge_start[m], dtype=np.int64)
    at_row, at_edge = row_start.copy(), edge_start.copy()
    for at in range(m):
        rows[at_row[g[at]]] = at
        at_row[g[at]] += 1
    for edge in range(len(one)):
        if g[one[edge]] == g[other[edge]]:
            edges[at_edge[g[one[edge]]]] = edge
            at_edge[g[one[edge]]] += 1
    most = min(bounds[1], m)
    p, w, k = np.empty((most, 4)), np.empty((most, 2)), np.empty((most, len(prior)))
    kl, c, cr = np.empty(most), np.empty((most, 2)), np.empty(most)
    so = np.empty((most, 2), dtype=np.uint64)
    into, turn = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    weaker, won_by = np.empty(most), np.empty(most)
    spot, tied = np.full(m, -1, dtype=np.int64), np.zeros(m, dtype=np.int64)
    for root in range(m):
        if not looked[root]:
            continue
        mine = rows[row_start[root] : row_start[root + 1]]
        held = edges[edge_start[root] : edge_start[root + 1]]
        for at in mine:
            tied[at] = 0
        for edge in held:
            tied[one[edge]] += 1
            tied[other[edge]] += 1
        for left_out in mine:
            n = len(mine) - 1
            if len(held) - tied[left_out] == n * (n - 1) // 2:
                continue
            rest = mine[mine != left_out]
            for at in range(n):
                spot[rest[at]] = at
                into[at] = at
                weaker[at] = np.inf
            left, worth = np.empty(2 * len(held), dtype=np.int64), np.empty(len(held))
            few = 0
            for edge in held:
                if one[edge] != left_out and other[edge] != left_out:
                    left[2 * few] = spot[one[edge]]
                    left[2 * few + 1] = spot[other[edge]]
                    worth[few] = nats[edge]
                    few += 1
            fill_part(
                own[rest], place, when, code, amount, crowd, source, leaves, leaves_log, noise,
                p, w, k, kl, c, cr, so,
            )  # fmt: skip
            merge_part(
                n, left[: 2 * few], worth[:few], into, weaker, turn, won_by, p, w, k, kl, c, cr,
                so, prior, settings,
            )  # fmt: skip
            parts = np.zeros(n, dtype=np.int64)
            for at in range(n):
                into[at] = into[into[at]]
                parts[into[at]] += 1
            if (parts > 1).sum() < 2:
                continue
            said = same_sides(left_out, held, one, other, nats, spot, into, parts)
            while len(found) < many + n * n:
                found = np.concatenate((found, np.empty((n * n + len(found), 3), dtype=np.int64)))
            for at in range(n):
                for to in range(at + 1, n):
                    a, b = into[at], into[to]
                    if a != b and parts[a] > 1 and parts[b] > 1 and not (said[a] and said[b]):
                        found[many] = left_out, rest[at], rest[to]
                        many += 1
    return found[:many]


@numba.njit(cache=True, nogil=True)
def with_apart(m, ends, nats, found):
    """The edges of a component of `m` rows, with each pair that `bridges` found judged different."""
    key = np.empty(len(found), dtype=np.int64)
    for at in range(len(found)):
        key[at] = min(found[at, 1], found[at, 2]) * m + max(found[at, 1], found[at, 2])
    key = np.unique(key)
    there = np.zeros(len(key), dtype=np.bool_)
    nats = nats.copy()
    for edge in range(len(nats)):
        a, b = ends[2 * edge], ends[2 * edge + 1]
        at = np.searchsorted(key, min(a, b) * m + max(a, b))
        if at < len(key) and key[at] == min(a, b) * m + max(a, b):
            nats[edge], there[at] = -1e12, True
    new = key[~there]
    more = np.empty(2 * len(new), dtype=np.int64)
    more[::2], more[1::2] = new // m, new % m
    return np.concatenate((ends, more)), np.concatenate((nats, np.full(len(new), -1e12)))


@numba.njit(cache=True, nogil=True)
def merge_whole(
    own, ends, nats, place, when, code, amount, crowd, source, leaves, leaves_log, prior, noise, settings,
    bounds, g, weak, turn, won_by, p, w, k, kl, c, cr, so,
):  # fmt: skip
    """Merge one component, whose rows `own` are sorted by identifier, until no row alone joins two incidents.

    Fills `g`, `weak`, `turn` and `won_by` as `merge_part` does; `ends` and `nats` may be written over. Gives what `bridges` gives of all that were kept apart.
    """
    m = len(own)
    small = m < bounds[0]
    kept = np.empty((0, 3), dtype=np.int64)
    into, was = np.empty(0 if small else m, dtype=np.int64), np.full(0 if small else m, -1)
    while True:
        for at in range(m):
            g[at], weak[at], turn[at] = at, np.inf, -1
        fill_part(
            own, place, when, code, amount, crowd, source, leaves, leaves_log, noise,
            p, w, k, kl, c, cr, so,
        )  # fmt: skip
        # the merge writes over the edges that it is handed
        merge_part(
            m, ends if small else ends.copy(), nats if small else nats.copy(), g, weak, turn, won_by,
            p, w, k, kl, c, cr, so, prior, settings,
        )  # fmt: skip
        if small or (turn[:m] >= 0).sum() < bounds[0] - 1:
            return kept
        for at in range(m):
            # a taker has a smaller number, so it has its own taker already
            into[at] = at if g[at] == at else into[g[at]]
        found = bridges(
            own, into, was, ends, nats, place, when, code, amount, crowd, source, leaves, leaves_log, prior,
            noise, settings, bounds,
        )  # fmt: skip
        if len(found) == 0:
            return kept
        kept = np.concatenate((kept, found))
        ends, nats = with_apart(m, ends, nats, found)
        was[:] = into


@numba.njit(cache=True, nogil=True)
def merge_parts(
    low, high, row_start, edge_start, rows, edges, first, second, nats, identity,
    place, when, code, amount, crowd, source, leaves, leaves_log, prior, noise, settings, bounds,
    group, weakest, bridge,
):  # fmt: skip
    """Merge the components from `low` to `high`; they share nothing, so stretches may run side by side.

    Fills `group` (for each row the row of its incident's smallest identifier), `weakest` and `bridge`; for
    `bounds` see `bridges`.
    """
    largest = 0
    for part in range(low, high):
        largest = max(largest, row_start[part + 1] - row_start[part])
    n_leaves = len(prior)
    p = np.empty((largest, 4))
    w = np.empty((largest, 2))
    k = np.empty((largest, n_leaves))
    kl = np.empty(largest)
    c = np.empty((largest, 2))
    cr = np.empty(largest)
    so = np.empty((largest, 2), dtype=np.uint64)
    g = np.empty(largest, dtype=np.int64)
    weak = np.empty(largest)
    turn = np.empty(largest, dtype=np.int64)
    won_by = np.empty(largest)
    where = np.full(len(group), -1, dtype=np.int32)
    for part in range(low, high):
        own = rows[row_start[part] : row_start[part + 1]]
        m = len(own)
        names = np.empty(m, dtype=np.int64)
        for at in range(m):
            names[at] = identity[own[at]]
        own = own[np.argsort(names)]
        for at in range(m):
            where[own[at]] = at
        held = edges[edge_start[part] : edge_start[part + 1]]
        ends = np.empty(2 * len(held), dtype=np.int64)
        worth = np.empty(len(held))
        for at in range(len(held)):
            ends[2 * at] = where[first[held[at]]]
            ends[2 * at + 1] = where[second[held[at]]]
            worth[at] = nats[held[at]]
        kept = merge_whole(
            own, ends, worth, place, when, code, amount, crowd, source, leaves, leaves_log, prior, noise,
            settings, bounds, g, weak, turn, won_by, p, w, k, kl, c, cr, so,
        )  # fmt: skip
        for at in range(len(kept)):
            bridge[own[kept[at, 0]]] = True
        for at in range(m):
            # a taker has a smaller number, so it has its own taker already
            g[at] = g[g[at]]
            group[own[at]] = own[g[at]]
            weakest[own[at]] = weak[g[at]]
