"""Arrays that grow at the end, for what comes in bit by bit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Grown:
    """Arrays of one length that grow at the end, by doubling.

    Args:
        like: Name to an array of the same type and width; its content is not read.
    """

    def __init__(self, **like: NDArray[Any]) -> None:
        self.size = 0
        self._held = {name: np.empty((64, *a.shape[1:]), a.dtype) for name, a in like.items()}

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The array as far as it is filled."""
        return self._held[name][: self.size]

    def whole(self, name: str) -> NDArray[Any]:
        """The array with its room to grow, as the kernels take it."""
        return self._held[name]

    def append(self, count: int, **columns: NDArray[Any] | float) -> None:
        """Add rows; each column is an array of them or one value for all."""
        wanted = self.size + count
        for name, array in self._held.items():
            if len(array) < wanted:
                larger = np.empty((max(2 * len(array), wanted), *array.shape[1:]), array.dtype)
                larger[: self.size] = array[: self.size]
                self._held[name] = larger
            self._held[name][self.size : wanted] = columns[name]
        self.size = wanted
