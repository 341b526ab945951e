"""Groups from pairs: best merge first, on the evidence of all pairs between two groups.

Connected components chain: A with B, B with C, and two attacks of one night become one. Here two
groups merge only when the evidence between them, over all their pairs, speaks for it. Rules:
1. Best gain first; equal gains are settled by the smaller row, which is the smaller identifier.
2. Pairs that were no candidates are compared too, so that silence is not taken for agreement.
3. A component too large to hold is cut at higher evidence until its parts fit, and flagged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from waarborg.incidents.columns import Columns
from waarborg.incidents.compare import WIDTH, compare
from waarborg.incidents.model import Model

LARGEST = 1500
"""Reports a component may hold before it is cut at higher evidence."""
_STEP_NATS = 0.5


@dataclass(frozen=True, slots=True)
class Groups:
    """A partition of rows.

    Attributes:
        group: For each row the smallest row of its group.
        partner: For each row the row of its group with the strongest evidence; -1 when alone.
        nats: That evidence; 0 when alone.
        mean_nats: Mean evidence with all others of the group; 0 when alone.
        cut: Components that were too large and had to be cut at higher evidence.
    """

    group: NDArray[np.int64]
    partner: NDArray[np.int64]
    nats: NDArray[np.float64]
    mean_nats: NDArray[np.float64]
    cut: int


@numba.njit(cache=True)
def _roots(n, first, second):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # numba kernel, typed by numba
    """Connected components: for each row the smallest row it is tied to."""
    parent = np.arange(n)
    for edge in range(len(first)):
        a, b = first[edge], second[edge]
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
def _agglomerate(rows, columns, weights, blend, least, group, partner, strongest, mean):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912, PLR0913, PLR0915, PLR0917  # numba kernel, typed by numba
    """Merge one component's rows; writes into the last four arrays."""
    m = len(rows)
    score = np.zeros((m, m))
    out = np.empty(WIDTH)
    for i in range(m):
        for j in range(i + 1, m):
            compare(rows[i], rows[j], columns, out)
            total = 0.0
            for position in range(WIDTH):
                total += weights[position] * out[position]
            score[i, j] = total
            score[j, i] = total
    sums = score.copy()
    best = score.copy()
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
        alive[b] = False
        size[a] += size[b]
        for row in range(m):
            if member[row] == b:
                member[row] = a
        for k in range(m):
            if alive[k] and k != a:
                sums[a, k] += sums[b, k]
                sums[k, a] = sums[a, k]
                best[a, k] = max(best[a, k], best[b, k])
                best[k, a] = best[a, k]
        # only those whose nearest was touched, and the merged group itself, look again
        for i in range(m):
            if not alive[i]:
                continue
            if i == a or near[i] == a or near[i] == b:
                near[i] = -1
                near_gain[i] = -np.inf
                for k in range(i + 1, m):
                    if alive[k]:
                        g = blend * best[i, k] + (1.0 - blend) * sums[i, k] / (size[i] * size[k])
                        if g > near_gain[i]:
                            near_gain[i] = g
                            near[i] = k
            elif i < a:
                g = blend * best[i, a] + (1.0 - blend) * sums[i, a] / (size[i] * size[a])
                if g > near_gain[i] or (g == near_gain[i] and a < near[i]):
                    near_gain[i] = g
                    near[i] = a
    for i in range(m):
        group[rows[i]] = rows[member[i]]
        count = 0
        for j in range(m):
            if j != i and member[j] == member[i]:
                count += 1
                mean[rows[i]] += score[i, j]
                if count == 1 or score[i, j] > strongest[rows[i]]:
                    strongest[rows[i]] = score[i, j]
                    partner[rows[i]] = rows[j]
        if count > 0:
            mean[rows[i]] /= count


@numba.njit(cache=True)
def _agglomerate_all(order, start, columns, weights, blend, least, group, partner, strongest, mean):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, PLR0913, PLR0917  # numba kernel, typed by numba
    for part in range(len(start) - 1):
        rows = order[start[part] : start[part + 1]]
        if len(rows) > 1:
            _agglomerate(rows, columns, weights, blend, least, group, partner, strongest, mean)


def _components(
    n: int, first: NDArray[np.int64], second: NDArray[np.int64], nats: NDArray[np.float64]
) -> tuple[NDArray[np.int64], int]:
    """Components of the evidence above zero; those too large are cut at higher evidence."""
    root = _roots(n, first, second)
    floor = 0.0
    cut: set[int] = set()
    while True:
        sizes = np.bincount(root, minlength=n)
        large = sizes[root] > LARGEST
        if not large.any():
            return root, len(cut)
        if not cut:
            cut = set(np.unique(root[large]).tolist())
        floor += _STEP_NATS
        keep = ~large[first] | (nats > floor)
        first, second, nats = first[keep], second[keep], nats[keep]
        root = _roots(n, first, second)


def merge(
    columns: Columns,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    nats: NDArray[np.float64],
    model: Model,
) -> Groups:
    """Partition the rows.

    Args:
        columns: The reports.
        first: The smaller row of each candidate pair.
        second: The larger.
        nats: Evidence of each pair.
        model: Weights and the rule of the merge.
    """
    n = len(columns.day)
    tied = nats > model.keep_joined
    root, cut = _components(n, first[tied], second[tied], nats[tied])
    order = np.argsort(root, kind="stable")
    start = np.flatnonzero(np.r_[True, np.diff(root[order]) != 0, True]).astype(np.int64)
    group = np.arange(n, dtype=np.int64)
    partner = np.full(n, -1, dtype=np.int64)
    strongest = np.zeros(n)
    mean = np.zeros(n)
    if n:
        _agglomerate_all(
            order,
            start,
            columns.arrays(),
            np.array(model.weights),
            model.blend,
            model.keep_joined,
            group,
            partner,
            strongest,
            mean,
        )
    return Groups(group, partner, strongest, mean, cut)
