"""Web reports laid out to be found again: what each says, and who shares a telling sign nearby.

Rules this module keeps:
1. The pairs are those that `candidates.find_candidates` would find among all reports held.
2. Looking up costs what stands under the same signs within the window, whatever else is held.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import told_kernels as kernels
from waarborg.incidents.candidates import often, postings, too_often
from waarborg.incidents.columns import Columns, Numbering, lay
from waarborg.incidents.grown import Grown
from waarborg.incidents.model import Model
from waarborg.incidents.rising import rising
from waarborg.reports.report import Report

Ints = NDArray[np.int64]
_FLAT = ("sign", "sign_kind", "sign_nats", "sign_burst")
_BY_ROW = tuple(f.name for f in fields(Columns) if f.name not in {"sign_start", *_FLAT})
_WHOLE: Ints = np.empty(0, dtype=np.int64)

OVER = 1 << 31
"""A bit above every row."""

AT_ONCE = 4_000
"""Reports that are looked up at a time, so that many at once need no more memory than few."""


class Ranks:
    """The place of each name among all, in order, while names come in."""

    def __init__(self) -> None:
        """Start without any name."""
        self._names: list[str] = []
        self._held = Grown(rank=_WHOLE)

    def __getitem__(self, numbers: Any) -> Ints:
        """The places of some names by their numbers, which are given in order of coming in."""
        found: Ints = self._held["rank"][numbers]
        return found

    def add(self, names: Sequence[str]) -> None:
        """Names that were not there before; each gets the next number."""
        order = sorted(range(len(names)), key=names.__getitem__)
        at = np.array([bisect_left(self._names, names[n]) for n in order], dtype=np.int64)
        rank = self._held["rank"]
        if len(at):
            rank += np.searchsorted(at, rank, side="right")
        new = np.empty(len(names), dtype=np.int64)
        new[order] = at + np.arange(len(names))
        self._held.append(len(names), rank=new)
        self._names = sorted([*self._names, *names])


class Queue:
    """The order of names among those of one moment, while they come and go.

    Only what happened at one moment is told apart by its name. So a name that comes in moves those of its moment,
    however many there are of others.
    """

    def __init__(self) -> None:
        """Start without any name."""
        self._held: defaultdict[float, list[tuple[str, int]]] = defaultdict(list)

    def drop(self, moment: float, name: str) -> None:
        """A name does not stand at that moment any more."""
        held = self._held[moment]
        del held[bisect_left(held, (name, -1))]

    def add(
        self, moments: NDArray[np.float64], names: Sequence[str], rows: Ints, rank: Ints
    ) -> None:
        """Names come to stand at some moments.

        Args:
            moments: When, for each name.
            names: The names.
            rows: The row of each.
            rank: Takes up, by row, the place among the names of the same moment.
        """
        come: defaultdict[float, list[tuple[str, int]]] = defaultdict(list)
        for moment, name, row in zip(moments.tolist(), names, rows.tolist(), strict=True):
            come[moment].append((name, row))
        for moment, new in come.items():
            held = self._held[moment]
            held += new
            held.sort()
            rank[np.array([row for _, row in held], dtype=np.int64)] = np.arange(len(held))


class Index:
    """Reports in columns, by row in order of first coming in; a report may be replaced or left out.

    Args:
        model: Everything learnt beforehand.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._numbering = Numbering()
        self._sign_ranks = Ranks()
        self._queue = Queue()
        empty = lay([], model)
        self._rows = Grown(
            start=_WHOLE,
            size=_WHOLE,
            rank=_WHOLE,
            **{name: getattr(empty, name) for name in _BY_ROW},
        )
        self._flat = Grown(**{name: getattr(empty, name) for name in _FLAT})
        self._touched = Grown(touched=np.empty(0, dtype=np.bool_))
        # keys and rows of the postings of each day
        self._days: dict[int, tuple[Ints, Ints]] = {}
        self._asked: Ints = _WHOLE
        self._found: tuple[Ints, Ints] = (_WHOLE, _WHOLE)

    def __len__(self) -> int:
        """How many rows there are, those left out included."""
        return self._rows.size

    @property
    def window(self) -> float:
        """Days beyond which reports are not compared."""
        return float(self._model.window_days) + 0.5

    def days(self, rows: Ints) -> NDArray[np.float64]:
        """The day of each row."""
        found: NDArray[np.float64] = self._rows["day"][rows]
        return found

    def put(self, rows: Ints, reports: Sequence[Report]) -> None:
        """Hold what reports say, each in its row: the next ones, or those that they replace.

        The postings of rows that are replaced have to be out; see `unpost`.
        """
        self._asked, self._found = _WHOLE, (_WHOLE, _WHOLE)
        known = len(self._numbering.signs)
        columns = lay(reports, self._model, self._numbering)
        new = list(self._numbering.signs)[known:] if len(self._numbering.signs) > known else []
        self._sign_ranks.add(new)
        fresh = rows >= len(self)
        first = self._flat.size
        self._flat.append(len(columns.sign), **{name: getattr(columns, name) for name in _FLAT})
        told: dict[str, NDArray[Any]] = {name: getattr(columns, name) for name in _BY_ROW}
        told["start"] = first + columns.sign_start[:-1]
        told["size"] = np.diff(columns.sign_start)
        told["rank"] = np.zeros(len(rows), dtype=np.int64)
        names = [report.id for report in reports]
        for at in np.flatnonzero(~fresh).tolist():
            self._queue.drop(float(self._rows["day"][rows[at]]), names[at])
        for name, values in told.items():
            self._rows[name][rows[~fresh]] = values[~fresh]
        count = int(fresh.sum())
        self._rows.append(count, **{name: values[fresh] for name, values in told.items()})
        self._touched.append(count, touched=False)
        self._queue.add(columns.day, names, rows, self._rows["rank"])

    def take(self, rows: Ints, *, ranked: bool = True) -> Columns:
        """The columns of some rows.

        Args:
            rows: Which, in the order wanted.
            ranked: Whether signs are numbered by their names, as `compare` needs it.
        """
        size = self._rows["size"][rows]
        start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
        at = np.empty(int(start[-1]), dtype=np.int64)
        kernels.spread(self._rows["start"][rows], size, at)
        flat = {name: self._flat[name][at] for name in _FLAT}
        if ranked:
            flat["sign"] = self._sign_ranks[flat["sign"]].astype(np.int32)
        return Columns(
            **{name: self._rows[name][rows] for name in _BY_ROW}, sign_start=start, **flat
        )

    def near(self, rows: Ints) -> Iterator[Ints]:
        """Some rows by time, in parts that are near in time and not too many."""
        days = self.days(rows)
        order = np.argsort(days, kind="stable")
        rows, days = rows[order], days[order]
        begin = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or at - begin == AT_ONCE or days[at] - days[at - 1] > 1.0:
                yield rows[begin:at]
                begin = at

    def keys(self, rows: Ints) -> Ints:
        """Every key that some rows stand under, sorted, each once."""
        return rising(self._postings(rows)[0])

    def _postings(self, rows: Ints) -> tuple[Ints, Ints]:
        """Keys and rows of the postings of some rows; a step asks for those of its own three times."""
        if not np.array_equal(rows, self._asked):
            self._asked, (keys, at) = rows, postings(self.take(rows, ranked=False))
            self._found = keys, rows[at]
        return self._found

    def post(self, rows: Ints) -> None:
        """Let rows be found."""
        for day, keys, mine in self._by_day(rows):
            held_keys, held_rows = self._days.get(day, (_WHOLE, _WHOLE))
            at = kernels.spots(
                held_keys, held_rows, keys, mine, self._rows["day"], self._rows["rank"]
            )
            self._days[day] = (np.insert(held_keys, at, keys), np.insert(held_rows, at, mine))

    def unpost(self, rows: Ints) -> None:
        """Let rows not be found any more."""
        for day in rising(np.floor(self.days(rows)).astype(np.int64)).tolist():
            # a report without a sign, place or act stands under no key
            keys, held = self._days.get(day, (_WHOLE, _WHOLE))
            kept = ~np.isin(held, rows)
            self._days[day] = (keys[kept], held[kept])

    def crowded(self, keys: Ints, low: float, high: float) -> Ints:
        """Which rows stand under which keys with too many others, as numbers to be compared.

        Those whose outlet stands there too often bear the bit `OVER`; the row lies in the bits below.
        """
        key, row = self._gather(keys, low, high)
        over = self._over(key, row)
        left: Ints = (key[over] << 32) | OVER | row[over]
        key, row = key[~over], row[~over]
        end = kernels.ends(key, row, self._rows["day"], self.window)
        found: Ints = np.flatnonzero(end - np.arange(len(row)) - 1 > self._model.block)
        return np.concatenate([(key[found] << 32) | row[found], left])

    def _over(self, key: Ints, row: Ints) -> NDArray[np.bool_]:
        """Which postings are one too many of their outlet under their key and on their day."""
        over: NDArray[np.bool_] = too_often(
            key, self._rows["day"][row], self._rows["source"][row], often(self._model)
        )
        return over

    def pairs(self, touched: Ints) -> tuple[Ints, Ints]:
        """The pairs worth comparing of which one was touched, smaller row first, each once."""
        if not len(touched):
            return _WHOLE, _WHOLE
        day = self.days(touched)
        low, high = float(day.min()) - self.window, float(day.max()) + self.window
        key, row = self._gather(self.keys(touched), low, high)
        over = self._over(key, row)
        key, row = key[~over], row[~over]
        marks = self._touched["touched"]
        marks[touched] = True
        end = kernels.ends(key, row, self._rows["day"], self.window)
        codes = rising(kernels.pairs(row, end, marks, self._model.block))
        marks[touched] = False
        return codes >> 32, codes & 0xFFFFFFFF

    def _by_day(self, rows: Ints) -> list[tuple[int, Ints, Ints]]:
        """Day, keys and rows of the postings of some rows, each in order."""
        keys, mine = self._postings(rows)
        moment = self._rows["day"][mine]
        day = np.floor(moment).astype(np.int64)
        order = np.lexsort((self._rows["rank"][mine], moment, keys, day))
        day, keys, mine = day[order], keys[order], mine[order]
        cut = np.flatnonzero(np.diff(day)) + 1
        starts = [0, *cut.tolist()] if len(day) else []
        return [
            (int(day[begin]), keys[begin:end], mine[begin:end])
            for begin, end in zip(starts, [*cut.tolist(), len(day)], strict=False)
        ]

    def _gather(self, keys: Ints, low: float, high: float) -> tuple[Ints, Ints]:
        """The postings under some keys between two days, by key, day and identifier."""
        days = [
            day for day in range(int(np.floor(low)), int(np.floor(high)) + 1) if day in self._days
        ]
        found = []
        sizes = np.zeros(len(keys), dtype=np.int64)
        for day in days:
            held, rows = self._days[day]
            begin, end = kernels.stretches(held, keys)
            sizes += end - begin
            found.append((rows, begin, end))
        start = np.cumsum(sizes) - sizes
        row = np.empty(int(sizes.sum()), dtype=np.int64)
        key = np.repeat(np.arange(len(keys)), sizes)
        for rows, begin, end in found:
            kernels.fill(row, start, rows, begin, end)
        return key, row
