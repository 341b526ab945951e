"""Counts over sliding windows, held against going through every pair and every window."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waarborg.agreement.windows import Bounds, Stretches, count_around, count_back

Row = tuple[int, int, bool, bool]
ROWS: st.SearchStrategy[list[Row]] = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from([1, 1, 2, 5, 9]),
        st.sampled_from([(True, True), (False, True), (False, False)]),
    ).map(lambda r: (r[0], r[0] + r[1], *r[2])),
    max_size=9,
)
WINDOWS = st.integers(1, 9)


def stretches(rows: list[Row]) -> Stretches:
    """Rows of start, end, surely counts and may count as arrays in the order of their starts."""
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 4)
    return Stretches(
        table[:, 0].copy(), table[:, 1].copy(), table[:, 2].astype(bool), table[:, 3].astype(bool)
    )


def listed(bounds: Bounds) -> tuple[list[int], list[int]]:
    """Least and most as lists."""
    return bounds.least.tolist(), bounds.most.tolist()


def pair_by_pair(of: Stretches, window: int) -> tuple[list[int], list[int]]:
    """What `count_back` should give, from every pair."""
    least, most = [], []
    places = range(len(of.start))
    for i in places:
        surely = [
            i == j or (of.end[j] <= of.start[i] and of.end[i] - of.start[j] <= window)
            for j in places
        ]
        perhaps = [
            i == j or (of.start[j] < of.end[i] and of.start[i] - of.end[j] < window) for j in places
        ]
        least.append(sum(bool(s and of.sure[j]) for j, s in enumerate(surely)))
        most.append(sum(bool(p and of.maybe[j]) for j, p in enumerate(perhaps)))
    return least, most


def window_by_window(of: Stretches, window: int) -> tuple[list[int], list[int]]:
    """What `count_around` should give, from every window that could make a difference."""
    least, most = [], []
    edges = {*of.start.tolist(), *of.end.tolist()}
    begins = sorted({e + d - back for e in edges for d in (-0.5, 0, 0.5) for back in (0, window)})
    places = range(len(of.start))
    for i in places:
        low, high = int(of.sure[i]), 0
        for a in begins:
            if a <= of.start[i] and of.end[i] <= a + window:
                held = [of.sure[j] and a <= of.start[j] and of.end[j] <= a + window for j in places]
                low = max(low, sum(map(bool, held)))
            if of.start[i] < a + window and of.end[i] > a:
                met = [of.maybe[j] and of.start[j] < a + window and of.end[j] > a for j in places]
                high = max(high, sum(map(bool, met)))
        least.append(low)
        most.append(high)
    return least, most


@settings(max_examples=300, deadline=None)
@given(ROWS, WINDOWS)
def test_looking_back_counts_what_every_pair_gives(rows: list[Row], window: int) -> None:
    """The counts by sorting are those of going through all pairs."""
    of = stretches(rows)
    assert listed(count_back(of, window)) == pair_by_pair(of, window)


@settings(max_examples=300, deadline=None)
@given(ROWS, WINDOWS)
def test_looking_around_counts_what_every_window_gives(rows: list[Row], window: int) -> None:
    """The counts by sorting are those of going through all windows."""
    of = stretches(rows)
    assert listed(count_around(of, window)) == window_by_window(of, window)


@settings(max_examples=300, deadline=None)
@given(ROWS.filter(bool), WINDOWS, st.data())
def test_the_true_count_lies_between_least_and_most(
    rows: list[Row], window: int, data: st.DataObject
) -> None:
    """Whatever truly happened within what is known, the count of it is within the bounds."""
    of = stretches(rows)
    n = len(of.start)
    moments = [data.draw(st.integers(2 * s, 2 * e - 1)) / 2 for s, e in zip(of.start, of.end)]  # noqa: B905  # numpy arrays of one length
    counts = [bool(s or (m and data.draw(st.booleans()))) for s, m in zip(of.sure, of.maybe)]  # noqa: B905  # numpy arrays of one length
    back, around = count_back(of, window), count_around(of, window)
    for i in range(n):
        true: Any = sum(
            counts[j] and (i == j or 0 < moments[i] - moments[j] < window) for j in range(n)
        )
        assert back.least[i] <= true <= back.most[i]
        best = max(
            sum(c and a <= t < a + window for c, t in zip(counts, moments, strict=True))
            for a in [t for t in moments if t <= moments[i] < t + window]
        )
        assert around.least[i] <= best <= around.most[i]


@settings(max_examples=200, deadline=None)
@given(ROWS.filter(bool), WINDOWS, st.data())
def test_knowing_the_time_better_never_widens_a_count(
    rows: list[Row], window: int, data: st.DataObject
) -> None:
    """Narrower stretches give a count that lies within the one before."""
    narrower = []
    for start, end, sure, maybe in sorted(rows):
        first = data.draw(st.integers(start, end - 1))
        narrower.append((first, data.draw(st.integers(first + 1, end)), sure, maybe))
    marks = sorted(range(len(narrower)), key=lambda i: narrower[i])
    before, after = stretches(rows), stretches(narrower)
    for count in (count_back, count_around):
        wide, close = count(before, window), count(after, window)
        for new, old in enumerate(marks):
            assert wide.least[old] <= close.least[new] <= close.most[new] <= wide.most[old]


@pytest.mark.parametrize(
    ("looks", "expected"),
    [(count_back, ([1, 1, 1], [3, 3, 3])), (count_around, ([3, 3, 3], [3, 3, 3]))],
)
def test_three_on_one_day_are_three_within_a_day(looks: Any, expected: Any) -> None:
    """Known to the day, no one is surely the last of three; yet some window surely holds all."""
    day = [(0, 24, True, True)] * 3
    assert listed(looks(stretches(day), 24)) == expected
