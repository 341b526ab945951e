"""Sightings fused as they come in: the same incidents as if all had come at once.

Rules this module keeps:
1. After each batch the incidents are those of `sightings.fuse_columns` on all sightings so far, to
   the byte, whatever the batches and however late or early a sighting comes (laws 1 and 3).
2. A batch costs what it touches: the sightings whose surroundings it changes and what hangs together
   with them. Incidents of long ago cost memory, no time.
3. A sighting that is handed in again changes nothing; one that says something else under the same
   identifier is refused.
4. Judgements come and go as sightings do; taking one back undoes exactly what it did.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents.grown import Grown
from waarborg.incidents.judged_sightings import (
    NOBODY,
    JudgedPairs,
    in_columns,
    judged_flags,
    least_crowd,
    unplaced,
    with_judged,
    within,
)
from waarborg.incidents.judgements import Judgement, Said, Sameness
from waarborg.incidents.rising import rising
from waarborg.incidents.sighting_columns import (
    Flag,
    Floats,
    Ints,
    Laid,
    SightingModel,
    Sightings,
    lay,
    tables,
    usable,
)
from waarborg.incidents.sightings import (
    CLASSES,
    Crowd,
    Edges,
    Fused,
    Group,
    classes,
    crowds,
    grouped,
    hopeful,
    joined,
    merge_rows,
    repeated,
    search,
    sureness,
    where,
)
from waarborg.incidents.ties import Ties

_DAY_S = 86_400.0
_REACH = 3.5
_TIMES = 4
_FEW = 24


@dataclass(frozen=True, slots=True)
class Changes:
    """Sightings whose incident a batch changed, by identifier.

    Attributes:
        id: The sightings, sorted.
        before: The incident each was in; -1 for a new sighting.
        after: The incident each is in now.
    """

    id: Ints
    before: Ints
    after: Ints


def _stretches(t: Floats, gap: float) -> Iterator[tuple[float, float]]:
    """The stretches of time that sorted moments fall into, a new one after each gap."""
    if not len(t):
        return
    cut = np.flatnonzero(np.diff(t) > gap)
    for begin, end in zip(np.r_[0, cut + 1], np.r_[cut, len(t) - 1], strict=True):
        yield float(t[begin]), float(t[end])


class Stream:
    """Sightings that came so far, and the incidents they make up."""

    def __init__(self, model: SightingModel) -> None:
        """Start without any sighting."""
        self._model = model
        self._tables = tables(model)
        none, whole = np.empty(0), np.empty(0, dtype=np.int64)
        # what each usable sighting says, in the order of coming in
        self._laid = Grown(
            id=whole, place=np.empty((0, 4)), when=np.empty((0, 2)), east=none,
            code=np.empty(0, np.int32), amount=none, most=none, source=whole, salt=whole,
        )  # fmt: skip
        # what is held of each: surroundings, incident
        self._state = Grown(
            crowd=none, level=np.empty(0, np.uint8), able=np.empty(0, np.bool_), incident=whole,
            weakest=none, flags=np.empty(0, np.uint8), touched=np.empty(0, np.bool_),
            bridge=np.empty(0, np.bool_),
        )  # fmt: skip
        self._ties = Ties()
        # usable rows by class of precision and day, each sorted by time
        self._days: dict[tuple[int, int], tuple[Ints, Floats]] = {}
        self._bounds = [Group(whole, 0.0, 0.0, 1.0)] * CLASSES
        # every identifier so far, sorted, its row (-1 for one that stands alone) and flags
        self._known = Grown(name=whole, row=whole, odd=np.empty(0, np.uint8))
        self._people = Said()
        self._judged: JudgedPairs = NOBODY
        self._by_end = NOBODY.by_end()

    def __len__(self) -> int:
        """How many sightings came so far."""
        return self._known.size

    def add(self, seen: Sightings) -> Changes:
        """Take in a batch.

        Args:
            seen: In any order, of any time.

        Returns:
            The sightings whose incident is now another, the new ones among them.

        Raises:
            ValueError: An identifier came before with something else to say, or stands there twice;
                a kind or type is unknown.
        """
        seen = seen.take(self._unknown(seen))
        can, odd = usable(seen)
        laid, absurd = lay(seen.take(can), self._model, self._tables)
        odd[can] |= absurd
        first = self._laid.size
        self._enter(laid, odd[can])
        rows = np.arange(first, self._laid.size)
        self._remember(seen.id.astype(np.int64), can, odd, rows)
        lone = seen.id[~can].astype(np.int64)
        touched = self._crowd_anew(rows)
        if len(self._judged):
            put = within(lone, self._by_end[0])
            rows = np.concatenate([rows, self._seat(lone[put])])
            touched, lone = np.union1d(touched, rows), lone[~put]
        looked, before = self._tie_anew(touched)
        before[np.searchsorted(looked, rows)] = -1
        return self._changes(looked, before, lone)

    def judge(
        self, judgements: Iterable[Judgement] = (), *, taken_back: Iterable[Judgement] = ()
    ) -> Changes:
        """Take in what people said about pairs of sightings, known already or still to come.

        Args:
            judgements: Identifiers of sightings are whole numbers in digits.
            taken_back: Judgements that are to be as if they had never been.

        Returns:
            The sightings whose incident is now another.

        Raises:
            ValueError: An identifier is no whole number; a sighting is judged against itself.
        """
        moved = self._people.take(judgements, taken_back)
        counted = self._people.counted
        anew = in_columns({pair: counted[pair].sameness for pair in moved if pair in counted})
        gone = in_columns(dict.fromkeys(moved - counted.keys(), Sameness.UNSURE))
        self._judged = self._judged.changed(anew, gone)
        self._by_end = self._judged.by_end()
        names = np.union1d(anew.names, gone.names)
        names = names[within(names, self._known["name"])]
        rows = self._known["row"][np.searchsorted(self._known["name"], names)]
        seats = self._seat(names[rows < 0])
        return self._changes(*self._tie_anew(np.sort(np.concatenate([rows[rows >= 0], seats]))))

    def _changes(self, looked: Ints, before: Ints, lone: Ints | None = None) -> Changes:
        """What a step changed among the rows looked at, and new sightings that stand alone."""
        lone = np.empty(0, dtype=np.int64) if lone is None else lone
        after = self._state["incident"][looked]
        other = before != after
        names = np.concatenate([self._laid["id"][looked[other]], lone])
        order = np.argsort(names)
        return Changes(
            names[order],
            np.concatenate([before[other], np.full(len(lone), -1)])[order],
            np.concatenate([after[other], lone])[order],
        )

    def _seat(self, names: Ints) -> Ints:
        """Give rows to known sightings that stand alone, so that what people judge can join them."""
        first, count = self._laid.size, len(names)
        rows = np.arange(first, first + count)
        laid = unplaced(names)
        self._laid.append(count, **{name: getattr(laid, name) for name in Laid.__slots__})
        self._state.append(
            count, crowd=least_crowd(self._model), level=0, able=False, incident=laid.id,
            weakest=np.inf, flags=0, touched=False, bridge=False,
        )  # fmt: skip
        self._ties.grow(count)
        self._known["row"][np.searchsorted(self._known["name"], names)] = rows
        return rows

    def fused(self) -> tuple[Ints, Fused]:
        """All sightings so far by identifier, and the partition of them."""
        names, rows = self._known["name"].copy(), self._known["row"]
        mine = rows >= 0
        held = rows[mine]
        incident, probability, flags = names.copy(), np.ones(len(names)), self._known["odd"].copy()
        incident[mine] = self._state["incident"][held]
        flags[mine] |= np.where(self._state["level"][held] > 0, np.uint8(Flag.FLOOD), np.uint8(0))
        group = np.searchsorted(names, incident)
        probability[mine] = sureness(
            group[mine], self._state["weakest"][held], self._state["crowd"][held], self._model
        )
        source = np.full(len(names), -1, dtype=np.int64)
        source[mine] = self._laid["source"][held]
        flags |= np.where(repeated(group, source), np.uint8(Flag.REPEATED), np.uint8(0))
        flags[mine] |= np.where(self._state["bridge"][held], np.uint8(Flag.BRIDGE), np.uint8(0))
        flags |= judged_flags(names, incident, self._judged)
        return names, Fused(incident, probability, flags)

    def _unknown(self, seen: Sightings) -> NDArray[np.bool_]:
        """Which sightings did not come before; the others have to say what they said."""
        sorted_names = np.sort(seen.id)
        if (np.diff(sorted_names) == 0).any():
            raise ValueError("two sightings carry one identifier; identifiers settle ties")
        names = self._known["name"]
        if not len(names):
            return np.ones(len(seen.id), dtype=np.bool_)
        at = np.searchsorted(names, seen.id).clip(max=len(names) - 1)
        known: NDArray[np.bool_] = names[at] == seen.id
        if known.any() and not self._said(seen.take(known), self._known["row"][at[known]]):
            raise ValueError(
                "a sighting came before with something else to say; what was said is never changed"
            )
        return ~known

    def _said(self, again: Sightings, rows: Ints) -> bool:
        """Whether sightings say what they said when they first came."""
        can, _ = usable(again)
        new, _ = lay(again.take(can), self._model, self._tables)
        return np.array_equal(can, rows >= 0) and all(
            np.array_equal(getattr(new, name), self._laid[name][rows[can]], equal_nan=True)
            for name in ("place", "when", "code", "amount", "source")
        )

    def _enter(self, laid: Laid, flags: NDArray[np.uint8]) -> None:
        """Append usable sightings and sort them into the index of classes and days."""
        first, count = self._laid.size, len(laid.id)
        self._laid.append(count, **{name: getattr(laid, name) for name in Laid.__slots__})
        self._state.append(
            count, crowd=np.nan, level=0, able=False, incident=laid.id, weakest=np.inf, flags=flags,
            bridge=False,
            touched=False,
        )  # fmt: skip
        self._ties.grow(count)
        number = classes(laid)
        day = np.floor(laid.when[:, 0] / _DAY_S).astype(np.int64)
        by = np.lexsort((day, number))
        cut = np.flatnonzero((np.diff(day[by]) != 0) | (np.diff(number[by]) != 0)) + 1
        for part in np.split(by, cut) if count else []:
            key = (int(number[part[0]]), int(day[part[0]]))
            rows = first + part
            if key in self._days:
                rows = np.concatenate([self._days[key][0], rows])
            t = self._laid["when"][rows, 0]
            order = np.argsort(t, kind="stable")
            self._days[key] = rows[order], t[order]
        for c in np.unique(number):
            place, when = laid.place[number == c], laid.when[number == c]
            held = self._bounds[c]
            self._bounds[c] = Group(
                held.rows, max(held.widest, float(place[:, 2].max())),
                max(held.longest, float(when[:, 1].max())),
                min(held.slimmest, float(place[:, 3].min())),
            )  # fmt: skip

    def _remember(
        self, names: Ints, can: NDArray[np.bool_], odd: NDArray[np.uint8], rows: Ints
    ) -> None:
        """Note identifiers, so that what comes again is known."""
        at = np.full(len(names), -1, dtype=np.int64)
        at[can] = rows
        order = np.argsort(names)
        names, at, odd = names[order], at[order], odd[order]
        held = self._known["name"]
        if self._known.size and len(names) and names[0] < held[-1]:
            spots = np.searchsorted(held, names)
            names = np.insert(held, spots, names)
            at = np.insert(self._known["row"], spots, at)
            odd = np.insert(self._known["odd"], spots, odd)
            self._known.size = 0
        self._known.append(len(names), name=names, row=at, odd=odd)

    def _between(self, number: int, low: float, high: float) -> Ints:
        """Rows of a class between two moments, sorted by time."""
        parts = []
        for day in range(math.floor(low / _DAY_S), math.floor(high / _DAY_S) + 1):
            held = self._days.get((number, day))
            if held is None:
                continue
            rows, t = held
            begin = t.searchsorted(low) if t[0] < low else 0
            end = t.searchsorted(high, side="right") if t[-1] > high else len(t)
            parts.append(rows[begin:end])
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def _crowd_anew(self, rows: Ints) -> Ints:
        """Count again around new rows; gives the rows whose surroundings changed, the new ones too."""
        length = 3600.0 * max(self._model.near_h, self._model.close_h)
        laid, touched = self._view(), [np.empty(0, dtype=np.int64)]
        when = np.sort(self._laid["when"][rows, 0])
        for first, last in _stretches(when, 4.0 * length):
            around = np.concatenate(
                [self._between(c, first - 2 * length, last + 2 * length) for c in range(CLASSES)]
            )
            t = self._laid["when"][around, 0]
            order = np.argsort(t, kind="stable")
            around, t = around[order], t[order]
            low = int(np.searchsorted(t, first - length))
            high = int(np.searchsorted(t, last + length, side="right"))
            found = crowds(where(laid, around), self._model, low, high)
            near, crowd, level = around[low:high], found.crowd[low:high], found.level[low:high]
            other = (crowd != self._state["crowd"][near]) | (level != self._state["level"][near])
            near, crowd, level = near[other], crowd[other], level[other]
            self._state["crowd"][near] = crowd
            self._state["level"][near] = level
            self._state["able"][near] = hopeful(laid.take(near), Crowd(crowd, level), self._tables)
            touched.append(near)
        return rising(np.concatenate(touched))

    def _view(self) -> Laid:
        return Laid(*(self._laid[name] for name in Laid.__slots__))

    def _tie_anew(self, touched: Ints) -> tuple[Ints, Ints]:
        """Weigh the edges of touched rows again and merge what hangs together.

        Gives all rows looked at, sorted, and the incident that each was in.
        """
        if not len(touched):
            return touched, touched
        partners = self._ties.drop(touched)
        edges = self._edges_of(touched)
        if len(self._judged):
            edges = self._with_judged(edges, touched)
        self._ties.put(edges.first, edges.second, edges.nats)
        held = self._ties.hanging(np.concatenate([touched, partners]))
        rows = held.rows
        local = Edges(held.first.astype(np.int32), held.second.astype(np.int32), held.nats)
        done = merge_rows(
            self._view().take(rows), self._state["crowd"][rows], local, self._model, self._tables
        )
        before = self._state["incident"][rows]
        self._state["incident"][rows] = self._laid["id"][rows[done.group]]
        self._state["weakest"][rows] = done.weakest
        self._state["bridge"][rows] = done.bridge
        return rows, before

    def _with_judged(self, edges: Edges, touched: Ints) -> Edges:
        """The edges of touched rows, with what people judged of them."""
        ends, pairs = self._by_end
        own = self._laid["id"][touched]
        low, high = np.searchsorted(ends, own), np.searchsorted(ends, own, side="right")
        mine = np.flatnonzero(high > low)
        if not len(mine):
            return edges
        spots = np.concatenate([np.arange(low[at], high[at]) for at in mine.tolist()])
        judged = self._judged.take(np.unique(pairs[spots]))
        judged = judged.take(judged.standing(self._known["name"]))
        if not len(judged):
            return edges
        rows = rising(
            np.concatenate(
                [
                    edges.first, edges.second,
                    self._known["row"][np.searchsorted(self._known["name"], judged.names)],
                ]
            )
        )  # fmt: skip
        first, second, nats = with_judged(
            self._laid["id"][rows], np.searchsorted(rows, edges.first),
            np.searchsorted(rows, edges.second), edges.nats, judged,
        )  # fmt: skip
        return Edges(rows[first].astype(np.int32), rows[second].astype(np.int32), nats)

    def _edges_of(self, touched: Ints) -> Edges:
        """The edges with at least one touched row."""
        laid, state = self._view(), self._state
        crowd = Crowd(state["crowd"], state["level"])
        marks = state["touched"]
        marks[touched] = True
        able = touched[state["able"][touched]]
        able = able[np.argsort(laid.when[able, 0], kind="stable")]
        number = classes(laid.take(able)) % _TIMES
        found: list[Edges | None] = []
        for c in np.unique(number):
            rows = able[number == c]
            t = laid.when[rows, 0]
            for first, last in _stretches(t, _DAY_S):
                here = grouped(laid, rows[(t >= first) & (t <= last)])
                found += [
                    self._against(here, other, laid, crowd, marks, first, last)
                    for other in range(CLASSES)
                ]
        marks[touched] = False
        return joined([part for part in found if part is not None])

    def _against(
        self, here: Group, other: int, laid: Laid, crowd: Crowd, marks: NDArray[np.bool_],
        first: float, last: float,
    ) -> Edges | None:  # fmt: skip
        """The edges of touched rows with the rows of a class."""
        bounds = self._bounds[other]
        reach = _REACH * math.sqrt(here.longest + bounds.longest)
        there = self._between(other, first - reach, last + reach)
        there = there[self._state["able"][there]]
        if not len(there):
            return None
        side = 1e9 if len(there) < _FEW else _REACH * math.sqrt(2.0 * bounds.widest)
        job = (here, replace(bounds, rows=there))
        return search(job, side, (0, 0), marks, laid, crowd, self._tables)
