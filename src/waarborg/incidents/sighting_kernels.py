"""The compiled loops for sightings: how crowded each stands, and which pairs can be one event.

They stand in one file and import no constant, because numba's cache on disk does not see changes
in other files.

Rules this module keeps:
1. Symmetric: no result depends on which of two sightings is named first.
2. What is said of a pair depends on the pair and on its crowding, never on which others are
   looked at in the same call: slabs, batches and the whole agree to the byte.
3. Rows handed in are sorted by time; results do not depend on how equal times are ordered.

Units: metres (longitude as metres at the equator, shrunk by the cosine when compared), seconds.
"""

# ruff: noqa: ANN001, ANN201, C901, PLR0912, PLR0913, PLR0915, PLR0917 -- numba types these loops itself; splitting them up would cost calls
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numba
import numpy as np


@numba.njit(cache=True, inline="always")
def mixed(key):
    """Bits of a whole number well shuffled, so that neighbours land far apart."""
    key = (key ^ (key >> np.int64(29))) * np.int64(-4658895280553007687)
    key = (key ^ (key >> np.int64(32))) * np.int64(-7723592293110705685)
    return (key ^ (key >> np.int64(29))) & np.int64(0x7FFFFFFFFFFFFFFF)


@numba.njit(cache=True, nogil=True)
def crowding(x, y, t, source, side, length, shift, cap, own_low, own_high, others, mass):
    """Count how many others share a cell with each row, and how the cell is flooded.

    Adds half the count to `others`, where a source counts at most `cap` times; writes to `mass`
    what its own source and all sources (each at most `cap` times) hold in the cell, in units of
    their bounds and multiplied where both are passed, for rows from `own_low` to `own_high`. Rows are sorted by time.
    """
    n = len(t)
    begin = 0
    longest = 0
    # rows of one stretch of time stand together: each stretch gets its own small table
    while begin < n:
        stretch = math.floor(t[begin] / length + shift)
        end = begin + 1
        while end < n and math.floor(t[end] / length + shift) == stretch:
            end += 1
        longest = max(longest, end - begin)
        begin = end
    size = 16
    while size < 2 * longest:
        size *= 2
    taken = np.empty(size, dtype=np.int64)
    counts = np.empty(size, dtype=np.int64)
    slots = np.empty(longest, dtype=np.int64)
    begin = 0
    while begin < n:
        stretch = math.floor(t[begin] / length + shift)
        end = begin + 1
        while end < n and math.floor(t[end] / length + shift) == stretch:
            end += 1
        if begin >= own_high or end <= own_low:
            begin = end
            continue
        small = 16
        while small < 2 * (end - begin):
            small *= 2
        mask = small - 1
        taken[:small] = np.iinfo(np.int64).min
        counts[:small] = 0
        full = False
        for row in range(begin, end):
            cx = np.int64(math.floor(x[row] / side + shift))
            cy = np.int64(math.floor(y[row] / side + shift))
            key = cy * np.int64(4294967296) + cx
            slot = mixed(key) & mask
            while taken[slot] != np.iinfo(np.int64).min and taken[slot] != key:
                slot = (slot + 1) & mask
            taken[slot] = key
            counts[slot] += 1
            full = full or counts[slot] > cap
            slots[row - begin] = slot
        if full:
            flooded(slots[: end - begin], source[begin:end], counts, cap, mass[begin:end])
        for row in range(begin, end):
            others[row] += 0.5 * (counts[slots[row - begin]] - 1)
        begin = end


@numba.njit(cache=True, nogil=True)
def flooded(slots, source, counts, cap, mass):
    """Cells with more than `cap` rows: count each source at most `cap` times, note the flood."""
    n = len(slots)
    size = 16
    while size < 2 * n:
        size *= 2
    mask = size - 1
    taken = np.full(size, np.int64(-1))
    told = np.zeros(size, dtype=np.int64)
    at = np.full(n, np.int64(-1))
    for row in range(n):
        if counts[slots[row]] <= cap:
            continue
        key = slots[row] * np.int64(4294967296) + (source[row] & np.int64(0xFFFFFFFF))
        slot = mixed(key) & mask
        while taken[slot] != -1 and taken[slot] != key:
            slot = (slot + 1) & mask
        taken[slot] = key
        told[slot] += 1
        at[row] = slot
    for slot in range(size):
        if told[slot] > cap:
            counts[taken[slot] >> np.int64(32)] -= told[slot] - cap
    for row in range(n):
        if at[row] >= 0:
            # dealt by both, so that a lot holds 8 * cap at most however many sources flood at once
            own = max(told[at[row]] / cap, 1.0)
            mass[row] = max(mass[row], own * max(counts[slots[row]] / (8.0 * cap), 1.0))


@numba.njit(cache=True, nogil=True, inline="always")
def weight(
    i, j, q, s, qt, st, crowd, code, together, amount, most, source, limits
):  # fmt: skip
    """How many times likelier one event is than two for two single sightings; 0 when below the cut.

    `q` and `qt` are the squared differences in units of the joint variances `s` and `st`.
    """
    # limits: 0 constant, 1 share of gross errors in place, 2 in time, 3 gross factor,
    # 4 count constant, 5 square, 6 product, 7 penalty for one source twice, 8 cut
    worth = limits[0] * together[code[i], code[j]] / (s * math.sqrt(st) * max(crowd[i], crowd[j]))
    if worth * (1.0 + limits[1]) * (1.0 + limits[2]) * min(most[i], most[j]) <= limits[8]:
        return 0.0
    worth *= math.exp(-0.5 * q) + limits[1] * math.exp(-0.5 * q / limits[3])
    worth *= math.exp(-0.5 * qt) + limits[2] * math.exp(-0.5 * qt / limits[3])
    a, b = amount[i], amount[j]
    if not (math.isnan(a) or math.isnan(b)):
        worth *= limits[4] * math.exp(limits[5] * (a * a + b * b) + limits[6] * (a * b))
    if source[i] == source[j]:
        worth *= limits[7]
    return worth if worth > limits[8] else 0.0


@numba.njit(cache=True, nogil=True)
def search(
    rows_a, rows_b, mode, touched, low, high, reach, widest_b, longest_b, side, side_x,
    place, when, crowd, code, together, best, amount, most, source, level, salt, limits,
    found_a, found_b, found_nats,
):  # fmt: skip
    """Pairs of two classes that may be one event; returns how many, written to the last three.

    Both lists are sorted by time. Mode 0: every pair; 1: both lists are one, each pair once; 2: rows of A
    are among B's, pairs of two touched rows once. A pair counts when its earlier row lies from `low` to
    `high` (modes 0 and 1, where row numbers rise with time). When the outputs are too short, only counts.

    B's rows of one stretch of time are sorted into cells; rows of A walk them with a moving start. A
    row of a flooded cell stands in one of 2^level lots, by its identifier, and meets only rows of its lot.
    """
    found = 0
    n_a, n_b = len(rows_a), len(rows_b)
    size = 64
    table = np.empty(size + 1, dtype=np.int64)
    cursor = np.empty(size, dtype=np.int64)
    entry = np.empty((0, 8))
    # what the quick look below may be off by: far more than rounding, far less than matters
    slack = (limits[0] * (1.0 + limits[1]) * (1.0 + limits[2]) * (1.0 + 1e-9) / limits[8]) ** 2
    entry_key = np.empty(0, dtype=np.int64)
    entry_row = np.empty(0, dtype=np.int64)
    bucket = np.empty(0, dtype=np.int64)
    keys = np.empty(0, dtype=np.int64)
    begin_a = 0
    begin_b = 0
    while begin_a < n_a:
        first = when[rows_a[begin_a], 0]
        end_a = begin_a
        while end_a < n_a and (
            end_a - begin_a < 512
            or (end_a - begin_a < 32768 and when[rows_a[end_a], 0] <= first + 4.0 * reach)
        ):
            end_a += 1
        last = when[rows_a[end_a - 1], 0]
        if mode == 1:
            begin_b = begin_a
        while begin_b < n_b and when[rows_b[begin_b], 0] < first - reach:
            begin_b += 1
        end_b = begin_b
        levels = np.int64(0)
        while end_b < n_b and when[rows_b[end_b], 0] <= last + reach:
            levels |= np.int64(1) << np.int64(level[rows_b[end_b]])
            end_b += 1
        held = end_b - begin_b
        # sort B's stretch into buckets of cells, keeping the order of time
        while size < 2 * held:
            size *= 2
        if len(cursor) < size:
            table = np.empty(size + 1, dtype=np.int64)
            cursor = np.empty(size, dtype=np.int64)
        if len(bucket) < held:
            room = 2 * held
            entry = np.empty((room, 8))
            entry_key = np.empty(room, dtype=np.int64)
            entry_row = np.empty(room, dtype=np.int64)
            bucket = np.empty(room, dtype=np.int64)
            keys = np.empty(room, dtype=np.int64)
        small = 64
        while small < 2 * held:
            small *= 2
        mask = small - 1
        table[: small + 1] = 0
        for at in range(held):
            row = rows_b[begin_b + at]
            cx = np.int64(math.floor(place[row, 0] / side_x))
            cy = np.int64(math.floor(place[row, 1] / side))
            key = cy * np.int64(16777619) + cx
            if level[row] > 0:
                lot = salt[row] & ((np.int64(1) << np.int64(level[row])) - 1)
                key = mixed(key * np.int64(64) + level[row]) + lot
            keys[at] = key
            bucket[at] = mixed(key) & mask
            table[bucket[at] + 1] += 1
        for at in range(small):
            table[at + 1] += table[at]
            cursor[at] = table[at]
        for at in range(held):
            spot = cursor[bucket[at]]
            cursor[bucket[at]] += 1
            row = rows_b[begin_b + at]
            entry[spot, 0], entry[spot, 1] = when[row, 0], when[row, 1]
            entry[spot, 2], entry[spot, 3] = place[row, 0], place[row, 1]
            entry[spot, 4], entry[spot, 5] = place[row, 2], place[row, 3]
            entry[spot, 6], entry[spot, 7] = crowd[row], most[row]
            entry_key[spot] = keys[at]
            entry_row[spot] = row
        for at in range(small):
            cursor[at] = table[at]
        for at in range(begin_a, end_a):
            i = rows_a[at]
            t, vt = when[i, 0], when[i, 1]
            x, y, v, cosine = place[i, 0], place[i, 1], place[i, 2], place[i, 3]
            near = 3.5 * math.sqrt(v + widest_b)
            near_x = near * side_x / side
            soon = 3.5 * math.sqrt(vt + longest_b)
            low_x, high_x = math.floor((x - near_x) / side_x), math.floor((x + near_x) / side_x)
            low_y, high_y = math.floor((y - near) / side), math.floor((y + near) / side)
            own = np.int64(level[i])
            worth_i, crowd_i, most_i = slack * best[code[i]] * best[code[i]], crowd[i], most[i]
            for deep in range(63):
                if levels >> np.int64(deep) == 0:
                    break
                if (levels >> np.int64(deep)) & 1 == 0:
                    continue
                deeper = own if own > deep else np.int64(deep)
                both = (np.int64(1) << deeper) - 1
                for step_y in range(low_y, high_y + 1):
                    for step_x in range(low_x, high_x + 1):
                        key = np.int64(step_y) * np.int64(16777619) + np.int64(step_x)
                        if deep > 0:
                            lot = salt[i] & ((np.int64(1) << np.int64(deep)) - 1)
                            key = mixed(key * np.int64(64) + deep) + lot
                        box = mixed(key) & mask
                        stop = table[box + 1]
                        begin = cursor[box]
                        while begin < stop and (
                            entry[begin, 0] < t - reach or (mode == 1 and entry_row[begin] <= i)
                        ):
                            begin += 1
                        cursor[box] = begin
                        for probe in range(begin, stop):
                            dt = entry[probe, 0] - t
                            if dt > soon:
                                break
                            st = vt + entry[probe, 1]
                            if dt * dt > 12.25 * st:
                                continue
                            dx = (entry[probe, 2] - x) * (0.5 * (entry[probe, 5] + cosine))
                            dy = entry[probe, 3] - y
                            s = v + entry[probe, 4]
                            square = dx * dx + dy * dy
                            if square > 12.25 * s:
                                continue
                            # most pairs are too vague for where they are: see it without their rows
                            thick = s * max(crowd_i, entry[probe, 6])
                            told = min(most_i, entry[probe, 7])
                            if worth_i * (told * told) <= thick * thick * st:
                                continue
                            if entry_key[probe] != key:
                                continue
                            j = entry_row[probe]
                            if i == j or (salt[i] ^ salt[j]) & both != 0:
                                continue
                            if mode == 2:
                                if touched[j] and j < i:
                                    continue
                            elif min(i, j) < low or min(i, j) >= high:
                                continue
                            worth = weight(
                                i, j, square / s, s, dt * dt / st, st,
                                crowd, code, together, amount, most, source, limits,
                            )  # fmt: skip
                            if worth <= 0.0:
                                continue
                            if found < len(found_a):
                                found_a[found] = min(i, j)
                                found_b[found] = max(i, j)
                                found_nats[found] = math.log(worth)
                            found += 1
        begin_a = end_a
    return found
