"""What ties rows together, as it comes and goes, and what hangs together through it.

Rules this module keeps:
1. Dropping and adding the ties of a row costs what it has, whatever else is held.
2. What hangs together is found from where something changed, without a look at the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import stream_kernels
from waarborg.incidents.grown import Grown

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hanging:
    """Rows that hang together with where something changed.

    Attributes:
        rows: The rows, sorted.
        first: For each tie between them one end, as a position in `rows`.
        second: The other end.
        nats: What the tie is worth.
    """

    rows: Ints
    first: Ints
    second: Ints
    nats: NDArray[np.float64]


class Ties:
    """Ties between rows that are numbered from nought as they come in."""

    def __init__(self) -> None:
        """Start without any row."""
        whole = np.empty(0, dtype=np.int64)
        self._state = Grown(head=whole, mark=whole)
        self._halves = Grown(ahead=whole, behind=whole, ends=whole)
        self._nats = Grown(nats=np.empty(0))
        self._free: Ints = whole
        self._stamp = 0

    def grow(self, count: int) -> None:
        """So many rows more, without any tie."""
        self._state.append(count, head=-1, mark=0)

    def drop(self, rows: Ints) -> Ints:
        """Drop all ties of some rows; gives the rows at the other ends, some twice."""
        halves, head = self._halves, self._state["head"]
        room = stream_kernels.degrees(rows, head, halves.whole("ahead"))
        partners, freed = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
        gone = stream_kernels.drop(
            rows, head, halves.whole("ahead"), halves.whole("behind"), halves.whole("ends"),
            freed, partners,
        )  # fmt: skip
        self._free = np.concatenate([self._free, freed[:gone]])
        return partners[:gone]

    def put(self, first: NDArray[Any], second: NDArray[Any], nats: NDArray[np.float64]) -> None:
        """Tie rows, pair by pair."""
        spots, halves = self._spots(len(nats)), self._halves
        stream_kernels.tie(
            first, second, nats, spots, self._state["head"], halves.whole("ahead"),
            halves.whole("behind"), halves.whole("ends"), self._nats.whole("nats"),
        )  # fmt: skip

    def hanging(self, seeds: Ints) -> Hanging:
        """Everything that hangs together with some rows."""
        self._stamp += 1
        halves = self._halves
        rows, tied = stream_kernels.hanging(
            seeds, self._state["head"], halves.whole("ahead"), halves.whole("ends"),
            self._state["mark"], self._stamp,
        )  # fmt: skip
        rows = np.sort(rows)
        ends = halves.whole("ends")
        return Hanging(
            rows,
            np.searchsorted(rows, ends[2 * tied + 1]),
            np.searchsorted(rows, ends[2 * tied]),
            self._nats["nats"][tied],
        )

    def _spots(self, count: int) -> Ints:
        """Places for new ties: those that fell free, then new ones."""
        spots, self._free = self._free[:count], self._free[count:]
        more = count - len(spots)
        first = self._nats.size
        self._nats.append(more, nats=0.0)
        self._halves.append(2 * more, ahead=-1, behind=-1, ends=-1)
        return np.concatenate([spots, np.arange(first, first + more)])
