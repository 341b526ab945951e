"""Sliding windows: how many incidents fell within so long of each other, at least and at most.

An incident is often known to the day, and whether it counts, who did it and where may be open too.
So a count is two numbers: `least` counts what surely falls in the window, `most` what may.

Rules this module keeps:
1. Whatever moment of its stretch each incident truly happened at, the true count lies between
   `least` and `most`; a narrower stretch never widens the two.
2. A window that looks back is (t - W, t], t being the moment of the incident that is looked at,
   which lies in it. A window around it is any stretch [a, a + W) that holds t.
3. Cost grows with n log n, never with how many incidents share a window.

Units: moments and lengths are whole microseconds since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from waarborg.agreement.window_kernel import surely_before

Moments = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A count for each incident that cannot be said exactly.

    Attributes:
        least: How many there surely are.
        most: How many there can be.
    """

    least: Numbers
    most: Numbers


@dataclass(frozen=True, slots=True)
class Stretches:
    """When incidents happened, and whether each counts.

    Shape: four arrays of one length, sorted by `start`.

    Attributes:
        start: First moment of the stretch in which it happened.
        end: Its end, which does not belong to it.
        sure: Whether it surely counts.
        maybe: Whether it may count, the sure ones included.
    """

    start: Moments
    end: Moments
    sure: Flags
    maybe: Flags


def count_back(of: Stretches, window: int) -> Bounds:
    """How many fell in the window that ends with each incident, itself included where it counts.

    Args:
        of: The incidents.
        window: Length of the window in microseconds.
    """
    begins = of.end - window
    first = np.searchsorted(of.start, begins, "left")
    by_end = np.argsort(of.end, kind="stable")
    before: Any = surely_before(of.start, of.end, of.sure, by_end, first)
    least = np.where(begins > of.start, 0, before) + of.sure
    starts, ends = of.start[of.maybe], np.sort(of.end[of.maybe])
    begun = np.searchsorted(starts, of.end, "left")
    over = np.searchsorted(ends, of.start - window, "right")
    return Bounds(least, begun - over)


def count_around(of: Stretches, window: int) -> Bounds:
    """The most that fell in any one window that each incident lies in.

    Args:
        of: The incidents.
        window: Length of the window in microseconds.
    """
    return Bounds(_least_around(of, window), _most_around(of, window))


def _least_around(of: Stretches, window: int) -> Numbers:
    """Windows that hold whole stretches; one can slide right until it begins with one of them."""
    kept = of.sure & (of.end - of.start <= window)
    starts, ends = of.start[kept], np.sort(of.end[kept])
    held = np.searchsorted(ends, of.start + window, "right") - np.searchsorted(
        starts, of.start, "left"
    )
    low = np.searchsorted(of.start, of.end - window, "left")
    high = np.searchsorted(of.start, of.start, "right")
    return np.maximum(_greatest(held, low, high), of.sure.astype(np.int64))


def _most_around(of: Stretches, window: int) -> Numbers:
    """Windows that touch stretches; one can slide right until the next step would leave one."""
    order = np.sort(of.end)
    starts, ends = of.start[of.maybe], np.sort(of.end[of.maybe])
    touched = np.searchsorted(starts, order + window, "left") - np.searchsorted(ends, order, "left")
    low = np.searchsorted(order, of.start - window, "right")
    high = np.searchsorted(order, of.end, "right")
    return _greatest(touched, low, high)


def _greatest(values: Numbers, low: Numbers, high: Numbers) -> Numbers:
    """The greatest of `values[low:high]` for each pair, 0 where there is none.

    A table of the greatest over 1, 2, 4, ... neighbours answers any stretch by two look-ups.
    """
    found = np.zeros(len(low), dtype=np.int64)
    width = high - low
    level = np.where(width > 0, np.frexp(np.maximum(width, 1).astype(np.float64))[1] - 1, -1)
    table = values.astype(np.int64)
    for power in range(int(level.max(initial=-1)) + 1):
        asked = np.flatnonzero(level == power)
        step = 1 << power
        found[asked] = np.maximum(table[low[asked]], table[high[asked] - step])
        table = np.maximum(table[:-step], table[step:]) if len(table) > step else table
    return found
