"""The comparison of reports, as numbers: one definition for fitting, fusing and explaining."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import kernels
from waarborg.incidents.columns import Columns
from waarborg.incidents.model import FEATURES


def compare_pairs(
    columns: Columns, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The comparison of each pair of rows, one row a pair, columns as `FEATURES`."""
    found: NDArray[np.float64] = kernels.compare_all(first, second, columns.arrays(), len(FEATURES))
    return found


def score_pairs(
    columns: Columns,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    weights: NDArray[Any],
) -> NDArray[np.float64]:
    """Nats of evidence that each pair of rows tells of one event."""
    found: NDArray[np.float64] = kernels.score_all(first, second, columns.arrays(), weights)
    return found
