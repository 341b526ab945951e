"""The compiled loops of fusion: comparing pairs, and merging groups.

They stand in one file because numba's cache on disk watches the file of a function, not the files
of the functions it calls: a change in another file would leave stale machine code in use. For the
same reason no constant is imported here.

Rules this module keeps:
1. Symmetric: comparing A with B and B with A gives the same bits.
2. A missing value is no evidence: it adds nothing for or against.
3. Ties are settled by the smaller row, which is the smaller identifier.

The order of what `compare` writes to `out` is `model.FEATURES`; `columns` is `Columns.arrays()`.
"""

# ruff: noqa: ANN001, ANN201, C901, PLR0912, PLR0913, PLR0915, PLR0917 -- numba types these loops itself; splitting them up would cost calls
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import math

import numba
import numpy as np

TELLING_NATS = 1.6
"""A sign less surprising than this at both places tells nothing."""

_KM = 111.195


@numba.njit(cache=True)
def subjects(start, sign, nats, of_sign):
    """What each row is about: the subjects of its signs, each by its surprise.

    As long as the share of the surprise that has a subject: of what is not known nothing is said.
    """
    found = np.zeros((len(start) - 1, of_sign.shape[1]))
    for row in range(len(found)):
        known = 0.0
        total = 0.0
        for at in range(start[row], start[row + 1]):
            total += nats[at]
            told = False
            for k in range(found.shape[1]):
                found[row, k] += nats[at] * of_sign[sign[at], k]
                told = told or of_sign[sign[at], k] != 0.0
            if told:
                known += nats[at]
        length = 0.0
        for k in range(found.shape[1]):
            length += found[row, k] * found[row, k]
        if length > 0.0:
            for k in range(found.shape[1]):
                found[row, k] *= known / total / math.sqrt(length)
    return found


@numba.njit(cache=True)
def compare(a, b, columns, out):
    """Fill `out` with the comparison of rows `a` and `b`."""
    (
        day, said_day, place, longitude, latitude, radius_km, is_area, rate, burst_same,
        burst_next, killed, injured, acts, actors, source, mood, targets, weapons, agencies, regions, wholes, towns, sign_start, sign,
        sign_kind, sign_nats, sign_burst, subject,
    ) = columns  # fmt: skip
    for position in range(len(out)):
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
    telling = False
    while i < end_i and j < end_j:
        if sign[i] == sign[j]:
            nats = min(sign_nats[i], sign_nats[j])
            shared += nats
            telling = telling or nats >= TELLING_NATS
            if sign_kind[i] != 2:
                out[49] = max(out[49], sign_burst[i])
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
    if has_words and not telling and not mood[a] & mood[b] & 1:
        out[27] = 1.0
    for k in range(subject.shape[1]):
        out[58] += subject[a, k] * subject[b, k]
    out[58] = max(0.0, out[58])
    out[1] = min(out[1], 14.0)
    out[2] = min(out[2], 14.0)
    if total_a > 0.0 and total_b > 0.0:
        out[3] = shared / math.sqrt(total_a * total_b)
    out[4] = min(numbers_shared, 2)
    if numbers_a > 0 and numbers_b > 0 and numbers_shared == 0:
        out[5] = 1.0
    # when: the day a headline names, then the days of the reports
    said_a, said_b = said_day[a], said_day[b]
    gap = abs(day[a] - day[b])
    if said_a >= 0 and said_b >= 0:
        # two accounts that name their days are as far apart as those days
        gap = abs(said_a - said_b)
        if said_a == said_b:
            out[6] = 1.0
        else:
            out[7] = 1.0
    elif said_a >= 0 or said_b >= 0:
        lead = math.floor(day[b]) - said_a if said_a >= 0 else math.floor(day[a]) - said_b
        lag = math.floor(day[a]) - said_a if said_a >= 0 else math.floor(day[b]) - said_b
        if lead < 0:
            out[7] = 1.0
        else:
            # who names a day long past tells of that day, whenever he tells it
            gap = lead if lag > 1 else min(gap, lead)
            if lead == 0:
                out[35] = 1.0
            elif lead <= 1:
                out[6] = 0.3
    if gap > 7.5:
        out[47] = 1.0
    if gap < 0.5:
        out[8] = 1.0
        out[51] = out[3]
        out[52] = math.sqrt(out[3])
    else:
        out[56] = out[49]
    out[9] = math.log1p(gap)
    # where
    if place[a] >= 0 and place[b] >= 0:
        if place[a] == place[b] and not is_area[a]:
            out[10] = 1.0
            out[11] = max(0.0, math.log(1.0 + rate[a]))
            if gap < 1.5:
                out[50] = min(3.0, max(0.0, -math.log(rate[a])))
        elif not (
            towns[a] & towns[b] and regions[a] & regions[b]
        ):  # two headlines that name one town outweigh the geocoder
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
    if has_words and not (mood[a] | mood[b]) & 1:
        out[48] = 1.0
    if both_violent and place[a] == place[b] and place[a] >= 0:
        if gap < 0.5:
            out[20] = 1.0
            out[36] = max(0.0, min(3.0, burst_same[a]))
        elif gap < 1.5:
            out[21] = 1.0
            out[37] = max(0.0, min(3.0, burst_next[a]))
    if targets[a] and targets[b]:
        if targets[a] & targets[b]:
            out[22] = 1.0
        else:
            out[23] = 1.0
    if weapons[a] and weapons[b] and weapons[a] & weapons[b] == 0:
        out[24] = 1.0
    if agencies[a] and agencies[b] and agencies[a] & agencies[b] == 0:
        out[25] = 1.0
    if mood[a] & mood[b] & 256 and gap >= 0.5:
        out[59] = 1.0
    if (mood[a] ^ mood[b]) & 2 and gap >= 0.5:
        # "again" told later is another event; told earlier, the later report may be about either
        repeated, other = (a, b) if mood[a] & 2 else (b, a)
        out[30 if day[repeated] > day[other] else 26] = 1.0
    # what kind of text
    if has_words:
        if (mood[a] ^ mood[b]) & 4:
            out[28] = 1.0
        if mood[a] & mood[b] & 4 and gap >= 0.5:
            out[29] = 1.0
        if mood[a] & mood[b] & 8 and gap >= 1.5:
            out[31] = math.log(gap)
        if (mood[a] ^ mood[b]) & 16:
            out[32] = 1.0
        if (mood[a] ^ mood[b]) & 128:
            out[38] = 1.0
        # what is told later has to be told of the same place, by the geocoder or in words
        one_place = (place[a] == place[b] and place[a] >= 0) or regions[a] & regions[b] != 0
        later = mood[a] if day[a] > day[b] else mood[b]
        if both_violent and one_place and gap >= 0.5 and day[a] != day[b] and later & 32:
            out[44] = 1.0
        if (mood[a] ^ mood[b]) & 64:
            out[45] = 1.0
        if source[a] == source[b] and mood[a] & mood[b] & 8 and gap < 0.5:
            out[46] = 1.0
    # which regions the headlines name
    if regions[a] and regions[b]:
        if regions[a] & regions[b]:
            out[33] = 1.0
        else:
            out[34] = 1.0
    if towns[a] and towns[b]:
        if towns[a] & towns[b]:
            out[39] = 1.0
        else:
            out[40] = 1.0
    elif wholes[a] & wholes[b] == 0 and (
        (towns[a] and wholes[b] & regions[a]) or (towns[b] and wholes[a] & regions[b])
    ):
        out[41] = 1.0
    # words of one day tell more where the place is one, and less the further the two lie apart
    if (place[a] == place[b] and place[a] >= 0) or out[33] > 0.0:
        out[53] = out[51]
        out[57] = out[48]
    out[54] = out[3] * out[12]
    out[55] = out[39] * out[36]
    # how many were killed and injured: a toll rises, so that days between excuse a difference
    for one, other in ((killed[a], killed[b]), (injured[a], injured[b])):
        if one > 0 and other > 0:
            if one == other:
                out[42] += min(2.0, math.log(1.0 + one))
            elif gap < 0.5:
                out[43] += min(1.5, abs(math.log(one / other)))
    if actors[a] != 0 and actors[b] != 0 and actors[a] & actors[b] == 0:
        out[17] = 1.0


@numba.njit(cache=True)
def compare_all(first, second, columns, width):
    """The comparison of each pair of rows, one row a pair."""
    out = np.empty((len(first), width))
    for row in range(len(first)):
        compare(first[row], second[row], columns, out[row])
    return out


@numba.njit(cache=True)
def score_all(first, second, columns, weights):
    """Nats of evidence of each pair of rows."""
    nats = np.empty(len(first))
    out = np.empty(len(weights))
    for row in range(len(first)):
        compare(first[row], second[row], columns, out)
        total = 0.0
        for position in range(len(weights)):
            total += weights[position] * out[position]
        nats[row] = total
    return nats


@numba.njit(cache=True)
def strong(i, k, best, second, size):
    """What counts of the strong pairs of two groups: the strongest, or what two reports of either side find.

    Between two groups of several, two reports of either side have to find their like on the other: one
    report that names both events is no bridge between them. What a person judged the same (1e3 nats) stands
    by itself.
    """
    found = best[i, k]
    if found < 900.0 and size[i] > 1.0 and size[k] > 1.0:
        found = min(second[i, k], second[k, i])
    return found


@numba.njit(cache=True)
def joint(i, k, best, second, sums, size, blend):
    """The evidence that two groups are one: a share of the strong pairs, the rest the mean of all.

    The mean lowers what the strong pairs say and never lifts it, so that one report that names both events does
    not carry over what it says to the others.
    """
    most = strong(i, k, best, second, size)
    return min(most, blend * most + (1.0 - blend) * sums[i, k] / (size[i] * size[k]))


@numba.njit(cache=True)
def score_each(rows, new, columns, weights, score):
    """Fill the table of every row of a component with every other, where one of the two is new."""
    out = np.empty(len(weights))
    for i in range(len(rows)):
        score[i, i] = 0.0
        for j in range(i + 1, len(rows)):
            if not (new[i] or new[j]):
                continue
            compare(rows[i], rows[j], columns, out)
            total = 0.0
            for position in range(len(weights)):
                total += weights[position] * out[position]
            score[i, j] = total
            score[j, i] = total


@numba.njit(cache=True)
def strong_pair(mine, theirs, score, least, gone):
    """The first pair between two groups with more evidence than `least`, one row left out; -1 for none."""
    for i in mine:
        if i == gone:
            continue
        for j in theirs:
            if j != gone and score[i, j] > least:
                return i, j
    return -1, -1


@numba.njit(cache=True)
def through_one(mine, theirs, score, least):
    """The row that every strong pair between two groups goes through; -1 for none.

    Two others have to be left on its side.
    """
    first = strong_pair(mine, theirs, score, least, -1)
    for at in range(2):
        x = first[at]
        if x < 0 or (len(mine) if at == 0 else len(theirs)) < 3:
            continue
        if strong_pair(mine, theirs, score, least, x)[0] < 0:
            return x
    return -1


@numba.njit(cache=True)
def near_copies(a, b, columns):
    """Whether one outlet prints nearly the same headline twice: six tenths of all signs of both are shared."""
    source, sign_start, sign = columns[14], columns[22], columns[23]
    i, end_i = sign_start[a], sign_start[a + 1]
    j, end_j = sign_start[b], sign_start[b + 1]
    shared, whole = 0, end_i - i + end_j - j
    if source[a] != source[b] or i == end_i or j == end_j:
        return False
    while i < end_i and j < end_j:
        if sign[i] == sign[j]:
            shared += 1
            i += 1
            j += 1
        elif sign[i] < sign[j]:
            i += 1
        else:
            j += 1
    return 10 * shared >= 6 * (whole - shared)


@numba.njit(cache=True)
def tellings(rows, score, columns):
    """For each row of a group the first one that it is a near-copy of, itself or through others.

    Two that a person judged the same (1e3 nats) are two, so that his word is not lost.
    """
    first = np.arange(len(rows))
    for i in range(len(rows)):
        for j in range(i):
            if (
                first[i] != first[j]
                and score[i, j] < 900.0
                and near_copies(rows[i], rows[j], columns)
            ):
                low, high = min(first[i], first[j]), max(first[i], first[j])
                for k in range(i + 1):
                    if first[k] == high:
                        first[k] = low
    return first


@numba.njit(cache=True)
def stand(at, telling, score):
    """How a row stands among those of its group: its strongest other, that evidence, and the mean of all.

    Near-copies of one outlet are one telling and count once; the row's own say nothing where there is another
    telling.
    """
    n = len(telling)
    sums, many = np.zeros(n), np.zeros(n)
    alone = True
    for j in range(n):
        alone = alone and telling[j] == telling[at]
    best = -1
    for j in range(n):
        if j == at or (telling[j] == telling[at] and not alone):
            continue
        sums[telling[j]] += score[at, j]
        many[telling[j]] += 1.0
        if best < 0 or score[at, j] > score[at, best]:
            best = j
    total, told = 0.0, 0
    for k in range(n):
        if many[k] > 0.0:
            total += sums[k] / many[k]
            told += 1
    return best, score[at, best], total / told


@numba.njit(cache=True)
def joined(score, blend, least, bridge):
    """The group of each row of one component, as the smallest row in it, by the evidence of each row with each.

    `bridge` marks reports without which nothing would speak for one of two groups that were kept apart.

    Gives beside the groups each join in its order: the group that took in, and the one taken in.
    """
    m = len(score)
    joins = np.empty((m, 2), dtype=np.int64)
    many = 0
    sums = score.copy()
    best = score.copy()
    # for each row its strongest evidence with each group, and for each group its two strongest rows'
    row_best = score.copy()
    top = score.copy()
    second = np.full((m, m), -np.inf)
    size = np.ones(m)
    alive = np.ones(m, dtype=np.bool_)
    member = np.arange(m)
    near = np.full(m, -1)
    near_gain = np.full(m, -np.inf)
    for i in range(m):
        for j in range(i + 1, m):
            if score[i, j] > near_gain[i]:
                near_gain[i] = score[i, j]
                near[i] = j
    while True:
        a = -1
        gain = least
        for i in range(m):
            if alive[i] and near[i] >= 0 and near_gain[i] > gain:
                gain = near_gain[i]
                a = i
        if a < 0:
            break
        b = near[a]
        joins[many] = a, b
        many += 1
        alive[b] = False
        size[a] += size[b]
        for row in range(m):
            if member[row] == b:
                member[row] = a
            row_best[row, a] = max(row_best[row, a], row_best[row, b])
        for k in range(m):
            if alive[k] and k != a:
                sums[a, k] += sums[b, k]
                sums[k, a] = sums[a, k]
                best[a, k] = max(best[a, k], best[b, k])
                best[k, a] = best[a, k]
                low = min(top[a, k], top[b, k])
                second[a, k] = max(low, second[a, k], second[b, k])
                top[a, k] = max(top[a, k], top[b, k])
                top[k, a] = -np.inf
                second[k, a] = -np.inf
        for row in range(m):
            k = member[row]
            if k != a:
                if row_best[row, a] > top[k, a]:
                    second[k, a] = top[k, a]
                    top[k, a] = row_best[row, a]
                elif row_best[row, a] > second[k, a]:
                    second[k, a] = row_best[row, a]
        # only those whose nearest was touched, and the merged group itself, look again
        for i in range(m):
            if not alive[i]:
                continue
            g = joint(i, a, best, second, sums, size, blend) if i < a else -np.inf
            if i < a and (g > near_gain[i] or (g == near_gain[i] and a <= near[i])):
                near_gain[i] = g
                near[i] = a
            elif i == a or near[i] == a or near[i] == b:
                near[i] = -1
                near_gain[i] = -np.inf
                for k in range(i + 1, m):
                    # two groups are never more like than their strongest pair
                    if alive[k] and best[i, k] > near_gain[i]:
                        g = joint(i, k, best, second, sums, size, blend)
                        if g > near_gain[i]:
                            near_gain[i] = g
                            near[i] = k
    for i in range(m):
        for k in range(i + 1, m):
            if not (alive[i] and alive[k]) or size[i] < 2.0 or size[k] < 2.0:
                continue
            rest = (1.0 - blend) * sums[i, k] / (size[i] * size[k])
            # one pair speaks for a join, and the rule against bridges kept the two apart
            needed = max(least, (least - rest) / blend)
            if needed < best[i, k] < 900.0:
                mine, theirs = np.flatnonzero(member == i), np.flatnonzero(member == k)
                through = through_one(mine, theirs, score, needed)
                if through >= 0:
                    bridge[through] = True
    return member, joins[:many]


@numba.njit(cache=True)
def merged(some, score, blend, least):
    """The group of each of some rows of a component when nothing else is there, as the place of its first row."""
    held = np.sort(some)
    within = np.empty((len(held), len(held)))
    for i in range(len(held)):
        for j in range(len(held)):
            within[i, j] = score[held[i], held[j]]
    member, _ = joined(within, blend, least, np.zeros(len(held), dtype=np.bool_))
    return member[np.searchsorted(held, some)]


@numba.njit(cache=True)
def falls(own, gone, score, blend, least):
    """Whether the rows of a group are two groups of several without those of a row of `gone`; one answer each."""
    found = np.empty(len(gone), dtype=np.bool_)
    for at in range(len(gone)):
        left = np.ones(len(own), dtype=np.bool_)
        for row in gone[at]:
            left &= own != row
        found[at] = (np.bincount(merged(own[left], score, blend, least)) > 1).sum() > 1
    return found


@numba.njit(cache=True)
def agglomerate(
    rows, score, columns, judged, blend, least,
    group, partner, strongest, mean, beside, told, bridge,
):  # fmt: skip
    """Merge one component's rows, whose evidence `score` holds; writes into the last seven arrays."""
    m = len(rows)
    # what people judged takes the place of the evidence; `judged` is sorted by its first row
    judged_first, judged_second, judged_nats = judged
    if len(judged_first) > 0:
        for i in range(m):
            at = np.searchsorted(judged_first, rows[i])
            while at < len(judged_first) and judged_first[at] == rows[i]:
                j = np.searchsorted(rows, judged_second[at])
                if j < m and rows[j] == judged_second[at]:
                    score[i, j] = judged_nats[at]
                    score[j, i] = judged_nats[at]
                at += 1
    marks = np.zeros(m, dtype=np.bool_)
    member, _ = joined(score, blend, least, marks)
    bridge[rows] |= marks
    for i in range(m):
        group[rows[i]] = rows[member[i]]
        for j in range(m):
            if member[j] != member[i]:
                beside[rows[i]] = max(beside[rows[i]], score[i, j])
        mine = np.flatnonzero(member == i)
        if len(mine) < 2:
            continue
        within = np.empty((len(mine), len(mine)))
        for a in range(len(mine)):
            for b in range(len(mine)):
                within[a, b] = score[mine[a], mine[b]]
        telling = tellings(rows[mine], within, columns)
        many = max(2, len(np.unique(telling)))
        for a in range(len(mine)):
            row = rows[mine[a]]
            best, strongest[row], mean[row] = stand(a, telling, within)
            partner[row], told[row] = rows[mine[best]], many


@numba.njit(cache=True)
def agglomerate_all(
    order, start, below, columns, weights, judged, blend, least,
    group, partner, strongest, mean, beside, told, bridge,
):  # fmt: skip
    """Merge the rows of every component of fewer than `below`; `order` holds them, `start` where each begins."""
    for part in range(len(start) - 1):
        rows = order[start[part] : start[part + 1]]
        m = len(rows)
        if 1 < m < below:
            score = np.empty((m, m))
            score_each(rows, np.ones(m, dtype=np.bool_), columns, weights, score)
            agglomerate(
                rows, score, columns, judged, blend, least,
                group, partner, strongest, mean, beside, told, bridge,
            )  # fmt: skip
