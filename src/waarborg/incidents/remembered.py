"""What pairs of web reports said, kept for the largest components, so that one more report is compared once.

A component of a thousand reports has half a million pairs. When one report joins it, all pairs but a
thousand say what they said before.

Rules this module keeps:
1. What is remembered is what comparing again would give, to the bit: a pair's evidence rests on its two
   reports and the model alone, and whoever changes a report has it forgotten.
2. Bounded: so many numbers are kept and no more; what was used longest ago goes first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import kernels
from waarborg.incidents.columns import Columns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROOM = 8_000_000
"""Numbers that are kept at most, of eight bytes each: three of the largest components."""


@dataclass(slots=True, eq=False)
class _Table:
    """The evidence of every pair of some reports.

    Attributes:
        names: A lasting number of each report; -1 for one that has been forgotten.
        nats: Row by row, as the names stand.
        least: The smallest number it was made with.
        most: The largest.
    """

    names: Ints
    nats: Floats
    least: int
    most: int

    def may_hold(self, least: int, most: int) -> bool:
        """Whether a number between two may be among its own."""
        return self.least <= most and least <= self.most


class Evidence:
    """What pairs of reports said, by lasting numbers of the reports.

    Args:
        room: How many numbers are kept at most.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        # what was used last stands last
        self._held: list[_Table] = []
        self._size = 0

    def forget(self, names: Ints) -> None:
        """Some reports say something else now."""
        if not len(names):
            return
        least, most = int(names.min()), int(names.max())
        for table in self._held:
            if table.may_hold(least, most):
                table.names[np.isin(table.names, names)] = -1

    def table(self, names: Ints, rows: Ints, columns: Columns, weights: Floats) -> Floats:
        """The evidence of each of some reports with each other; may be written to.

        Args:
            names: The lasting number of each.
            rows: Where each stands in the columns.
            columns: The reports.
            weights: Nats a unit of each thing compared.
        """
        nats = np.empty((len(names), len(names)))
        new = np.ones(len(names), dtype=np.bool_)
        found = self._nearest(names)
        if found is not None:
            self._held.remove(found)
            self._size -= found.nats.size
            order = np.argsort(found.names)
            at = order[np.searchsorted(found.names, names, sorter=order).clip(max=len(order) - 1)]
            new = found.names[at] != names
            here, there = np.flatnonzero(~new), at[~new]
            nats[np.ix_(here, here)] = found.nats[np.ix_(there, there)]
        kernels.score_each(rows, new, columns.arrays(), weights, nats)
        self._held.append(_Table(names.copy(), nats, int(names.min()), int(names.max())))
        self._size += nats.size
        while self._held and self._size > self._room:
            self._size -= self._held.pop(0).nats.size
        return nats.copy()

    def _nearest(self, names: Ints) -> _Table | None:
        """The table that shares the most reports with these."""
        least, most = int(names.min()), int(names.max())
        near = [table for table in self._held if table.may_hold(least, most)]
        shared = [int(np.isin(names, table.names).sum()) for table in near]
        best = max(shared, default=0)
        return near[shared.index(best)] if best else None


@dataclass(frozen=True, slots=True)
class Known:
    """What was compared before, for rows that are positions among some of all reports.

    Attributes:
        evidence: Where it is kept.
        names: The lasting number of the report in each row.
    """

    evidence: Evidence
    names: Ints

    def table(self, rows: Ints, columns: Columns, weights: Floats) -> Floats:
        """The evidence of each of some rows with each other; may be written to."""
        return self.evidence.table(self.names[rows], rows, columns, weights)
