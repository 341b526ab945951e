"""The merge looks only where something changed, and joins what looking everywhere would join."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from waarborg.incidents import kernels


def strong(score, one, other):
    """What counts of the strong pairs of two groups, looked up in all of them."""
    between = score[np.ix_(one, other)]
    if len(one) == 1 or len(other) == 1 or between.max() >= 900.0:
        return between.max()
    return min(np.sort(between.max(axis=axis))[-2] for axis in (0, 1))


def joined_by_looking_everywhere(score, blend, least):
    """Each join in its order; of equal gains the one of the smaller rows."""
    groups = {row: [row] for row in range(len(score))}
    joins = []
    while True:
        gains = {}
        for one, other in combinations(sorted(groups), 2):
            rows, others = groups[one], groups[other]
            most = strong(score, rows, others)
            mean = score[np.ix_(rows, others)].sum() / (len(rows) * len(others))
            gains[one, other] = min(most, blend * most + (1.0 - blend) * mean)
        best = max(gains.values(), default=-np.inf)
        if best <= least:
            return joins
        one, other = next(pair for pair, gain in gains.items() if gain == best)
        groups[one] += groups.pop(other)
        joins.append((one, other))


@pytest.mark.parametrize("blend", [0.5, 0.75, 1.0])
def test_joins_are_those_of_looking_everywhere(blend):
    """Whole numbers as evidence, so that sums are exact and many gains are equal, and some that people judged."""
    random = np.random.default_rng(7)
    for _ in range(150):
        many = int(random.integers(2, 13))
        score = np.triu(random.integers(-3, 6, (many, many)), 1).astype(float)
        if many > 4:
            score[0, 2], score[1, 3] = 1e3, -1e12
        score += score.T
        _, joins = kernels.joined(score, blend, 0.0, np.zeros(many, dtype=np.bool_))

        assert [tuple(pair) for pair in joins.tolist()] == joined_by_looking_everywhere(
            score, blend, 0.0
        )
