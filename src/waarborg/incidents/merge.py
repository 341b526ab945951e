"""Groups from pairs: best merge first, on the evidence of all pairs between two groups.

Connected components chain: A with B, B with C, and two attacks of one night become one. Here two
groups merge only when the evidence between them, over all their pairs, speaks for it. Rules:
1. Best gain first; equal gains are settled by the smaller row, which is the smaller identifier.
2. Pairs that were no candidates are compared too, so that silence is not taken for agreement.
3. A component too large to hold is cut at higher evidence until its parts fit, and flagged.
4. Evidence that is remembered from before is the evidence that would be found again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import kernels, merge_kernels
from waarborg.incidents.columns import Columns
from waarborg.incidents.model import Model, Standing

LARGEST = 1500
"""Reports a component may hold before it is cut at higher evidence."""
_STEP_NATS = 0.5

SAME_NATS = 1e3
"""What a person's "same" weighs: more than any evidence."""
DIFFERENT_NATS = -1e12
"""What a person's "different" weighs: more than any evidence and any number of "same"."""

Judged = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
NOBODY_JUDGED: Judged = (
    np.empty(0, dtype=np.int64),
    np.empty(0, dtype=np.int64),
    np.empty(0, dtype=np.float64),
)


ALL_AT_ONCE = 100
"""Reports of a component from which on it is worth remembering what each pair of them said."""


class Remembered(Protocol):
    """What pairs of rows said when they were compared before; see `remembered.Evidence`."""

    def table(
        self, rows: NDArray[np.int64], columns: Columns, weights: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """The evidence of each of some rows with each other; may be written to."""


@dataclass(frozen=True, slots=True)
class Groups:
    """A partition of rows.

    Attributes:
        group: For each row the smallest row of its group.
        partner: For each row the row of its group with the strongest evidence, in another telling where there
            is one (`Standing.size`); -1 when alone.
        nats: That evidence; 0 when alone.
        mean_nats: Mean evidence with all other tellings of the group; 0 when alone.
        beside: For each row its strongest evidence with a row that hangs together with it in another group;
            minus infinity where there is none.
        tellings: For each row how many tellings its group holds; see `Standing.size`.
        component: For each row the smallest row that hangs together with it.
        cut: Whether each row stood in a component so large that it had to be cut at higher evidence.
        bridge: Whether all strong evidence between two groups goes through each row, and they were kept apart.
    """

    group: NDArray[np.int64]
    partner: NDArray[np.int64]
    nats: NDArray[np.float64]
    mean_nats: NDArray[np.float64]
    beside: NDArray[np.float64]
    tellings: NDArray[np.int64]
    component: NDArray[np.int64]
    cut: NDArray[np.bool_]
    bridge: NDArray[np.bool_]

    def standing(self, row: int) -> Standing:
        """How a row stands in its group."""
        nats, mean, beside = self.nats[row], self.mean_nats[row], self.beside[row]
        return Standing(float(nats), float(mean), float(beside), int(self.tellings[row]))


def evidence(
    rows: NDArray[np.int64],
    columns: Columns,
    model: Model,
    judged: Judged = NOBODY_JUDGED,
    remembered: Remembered | None = None,
) -> NDArray[np.float64]:
    """The evidence of each of some rows with each other, in nats; what people judged takes its place.

    Args:
        rows: Which, rising.
        columns: The reports.
        model: The weights.
        judged: Pairs that people judged, as for `merge`.
        remembered: What was compared before, likewise.
    """
    weights = np.array(model.weights)
    if remembered is not None and len(rows) >= ALL_AT_ONCE:
        score = remembered.table(rows, columns, weights)
    else:
        score = np.zeros((len(rows), len(rows)))
        every = np.ones(len(rows), dtype=np.bool_)
        kernels.score_each(rows, every, columns.arrays(), weights, score)
    if len(judged[0]):
        ours = np.isin(judged[0], rows) & np.isin(judged[1], rows)
        one, other = (np.searchsorted(rows, side[ours]) for side in judged[:2])
        score[one, other] = score[other, one] = judged[2][ours]
    return score


def _components(
    n: int, first: NDArray[np.int64], second: NDArray[np.int64], nats: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Components of the evidence above zero, and the rows of those too large: they are cut higher."""
    root = merge_kernels.roots(n, first, second)
    floor = 0.0
    cut = np.zeros(n, dtype=np.bool_)
    while True:
        sizes = np.bincount(root, minlength=n)
        large = sizes[root] > LARGEST
        if not large.any():
            return root, cut
        cut |= large
        floor += _STEP_NATS
        keep = ~large[first] | (nats > floor)
        first, second, nats = first[keep], second[keep], nats[keep]
        root = merge_kernels.roots(n, first, second)


def merge(
    columns: Columns,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    nats: NDArray[np.float64],
    model: Model,
    judged: Judged = NOBODY_JUDGED,
    remembered: Remembered | None = None,
) -> Groups:
    """Partition the rows.

    Args:
        columns: The reports.
        first: The smaller row of each candidate pair.
        second: The larger.
        nats: Evidence of each pair.
        model: Weights and the rule of the merge.
        judged: Pairs that people judged, and `SAME_NATS` or `DIFFERENT_NATS` for each.
        remembered: What was compared before, for components of `ALL_AT_ONCE` rows and more.
    """
    n = len(columns.day)
    tied = nats > model.keep_joined
    first = np.concatenate([first[tied], judged[0][judged[2] > 0]])
    second = np.concatenate([second[tied], judged[1][judged[2] > 0]])
    nats = np.concatenate([nats[tied], judged[2][judged[2] > 0]])
    root, cut = _components(n, first, second, nats)
    order = np.argsort(root, kind="stable")
    start = np.flatnonzero(np.r_[True, np.diff(root[order]) != 0, True]).astype(np.int64)
    group = np.arange(n, dtype=np.int64)
    partner = np.full(n, -1, dtype=np.int64)
    strongest = np.zeros(n)
    mean, beside = np.zeros(n), np.full(n, -np.inf)
    tellings = np.ones(n, dtype=np.int64)
    bridge = np.zeros(n, dtype=np.bool_)
    weights = np.array(model.weights)
    rule = (columns.arrays(), judged, model.blend, model.keep_joined)
    found = (group, partner, strongest, mean, beside, tellings, bridge)
    if n:
        below = n + 1 if remembered is None else ALL_AT_ONCE
        kernels.agglomerate_all(order, start, below, rule[0], weights, *rule[1:], *found)
    if n and remembered is not None:
        for part in np.flatnonzero(np.diff(start) >= ALL_AT_ONCE).tolist():
            rows = order[start[part] : start[part + 1]]
            kernels.agglomerate(rows, remembered.table(rows, columns, weights), *rule, *found)
    return Groups(group, partner, strongest, mean, beside, tellings, root, cut, bridge)
