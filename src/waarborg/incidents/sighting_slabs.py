"""Fusion of sightings stretch by stretch of time, so that an archive of any length fits into memory.

Rules this module keeps:
1. Cut anywhere, into however many slabs: the partition is that of `fuse_columns`, to the byte.
2. A sighting comes out once it is sealed: no later sighting can touch its component.
3. Memory follows the largest slab and what is still open at its end, never the whole archive.
4. A sighting that was judged the same as one which has not come yet stays open until that one comes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import merge_kernels
from waarborg.incidents.judged_sightings import NOBODY, JudgedPairs, judged_flags, within
from waarborg.incidents.sighting_columns import Floats, Ints, SightingModel, Sightings, usable
from waarborg.incidents.sightings import Fused, merge_edges, slab_edges

Flags = NDArray[np.uint8]

_GATE = 3.5
_LONGEST_M = 30_000.0


def halo_m(model: SightingModel, coarsest_m: float = _LONGEST_M) -> float:
    """Metres on each side of a band that have to be at hand to fuse it; for times see `sightings.halo_s`.

    Args:
        model: What was learnt beforehand.
        coarsest_m: The coarsest stated precision among the sightings, in metres.
    """
    widest = min(max(coarsest_m, *model.usual_m), _LONGEST_M) * max(model.scale_m)
    return _GATE * math.sqrt(2.0) * widest + 1000.0 * max(model.near_km, model.close_km)


@dataclass(frozen=True, slots=True)
class Slab:
    """A stretch of time.

    Attributes:
        seen: Its sightings, in any order; those without a usable time may be in any slab.
        until: Every usable sighting of a later slab happened at this time or after; infinite for the
            last.
    """

    seen: Sightings
    until: float


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sightings whose incident cannot change any more.

    Attributes:
        id: Their identifiers.
        incident: The smallest identifier in the incident of each.
        probability: That all sightings of the incident are of one event.
        flags: What was odd about each, as `sighting_columns.Flag`.
        open: Sightings carried over into the next slab.
    """

    id: Ints
    incident: Ints
    probability: Floats
    flags: Flags
    open: int


@dataclass(frozen=True, slots=True)
class _Open:
    """Sightings in hand, and what is known of them.

    Attributes:
        seen: Sightings; a sealed one is still here when the next slab's lie close to it.
        crowd: The density about each; NaN where it is not known yet.
        flags: What was odd about each.
        sealed: Whether it has come out.
        first: The smaller identifier of each pair that is not sealed.
        second: The larger.
        nats: Its evidence.
    """

    seen: Sightings
    crowd: Floats
    flags: Flags
    sealed: NDArray[np.bool_]
    first: Ints
    second: Ints
    nats: Floats

    def take(self, rows: NDArray[np.bool_] | Ints) -> _Open:
        """Some of the sightings, with all pairs."""
        return replace(
            self,
            seen=self.seen.take(rows),
            crowd=self.crowd[rows],
            flags=self.flags[rows],
            sealed=self.sealed[rows],
        )


def _opened(seen: Sightings) -> _Open:
    n, no = len(seen.id), np.empty(0, dtype=np.int64)
    zeros = np.zeros(n, dtype=np.uint8)
    return _Open(seen, np.full(n, np.nan), zeros, zeros.astype(np.bool_), no, no, np.empty(0))


def _together(held: _Open, seen: Sightings) -> _Open:
    """The sightings in hand and the new ones, by identifier."""
    new = _opened(seen)
    columns = (
        None if one is None or two is None else np.concatenate([one, two])
        for one, two in (
            (getattr(held.seen, name), getattr(seen, name)) for name in Sightings.__slots__
        )
    )
    both = replace(
        held,
        seen=Sightings(*columns),  # type: ignore[arg-type]  # only `received` may be None, and is in all slabs or none
        crowd=np.concatenate([held.crowd, new.crowd]),
        flags=np.concatenate([held.flags, new.flags]),
        sealed=np.concatenate([held.sealed, new.sealed]),
    )
    return both.take(np.argsort(both.seen.id, kind="stable"))


class _Awaited:
    """Pairs judged the same, and which of their sightings have come."""

    def __init__(self, judged: JudgedPairs) -> None:
        self._same = judged.take(judged.same)
        self.names = self._same.names
        self._came = np.zeros(len(self.names), dtype=np.bool_)

    def come(self, names: Ints) -> None:
        """Note who came."""
        mine = names[within(names, self.names)]
        self._came[np.searchsorted(self.names, mine)] = True

    def ties(self, names: Ints) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The pairs of which both are among some identifiers, which are sorted, as their rows."""
        here = self._same.take(self._same.standing(names))
        one, other = (np.searchsorted(names, ends) for ends in (here.first, here.second))
        return one.astype(np.int32), other.astype(np.int32)

    def waiting(self, names: Ints) -> Ints:
        """Which rows of some identifiers, which are sorted, wait for one that has not come."""
        lacking = [
            ends[~self._came[np.searchsorted(self.names, others)]]
            for ends, others in (
                (self._same.first, self._same.second), (self._same.second, self._same.first),
            )
        ]  # fmt: skip
        wanted = np.unique(np.concatenate(lacking))
        return np.asarray(np.searchsorted(names, wanted[within(wanted, names)]), dtype=np.int64)


def fuse_slabs(
    slabs: Iterable[Slab], model: SightingModel, halo_s: float, judged: JudgedPairs = NOBODY
) -> Iterator[Sealed]:
    """Decide which sightings are of one event, slab by slab.

    Args:
        slabs: In order of time; identifiers are unique over all of them.
        model: What was learnt beforehand.
        halo_s: From `sightings.halo_s`: how far around a stretch sightings have to be at hand.
        judged: What people judged.

    Yields:
        What each slab sealed; after the last slab every sighting has come out once.

    Raises:
        ValueError: A slab holds a sighting from before the end of the slab before it; an identifier
            stands there twice; a kind or type is unknown.
    """
    held: _Open | None = None
    awaited = _Awaited(judged)
    last, begin = -math.inf, -math.inf
    for slab, is_last in _with_end(slabs):
        can, odd = usable(slab.seen)
        times = slab.seen.t[can]
        if len(times) and float(times.min()) < last:
            raise ValueError(
                f"a slab that begins at {last} holds a sighting of {float(times.min())}: "
                "hand slabs in by time"
            )
        # what has no usable place or time stands alone, unless a person said where it belongs
        kept = can | within(slab.seen.id, awaited.names)
        seen = slab.seen.take(kept)
        held = _opened(seen) if held is None else _together(held, seen)
        awaited.come(seen.id)
        end = slab.until - halo_s
        if end > begin:
            held = _followed(held, model, begin, end)
            begin = end
        sealed, held = _sealed(held, model, (begin, is_last), awaited, judged)
        held = held.take(~held.sealed | (held.seen.t >= begin - halo_s))
        alone = slab.seen.take(~kept)
        flags = odd[~kept] | judged_flags(alone.id, alone.id, judged)
        yield _with_unusable(sealed, alone, flags, int((~held.sealed).sum()))
        last = slab.until


def _followed(held: _Open, model: SightingModel, begin: float, end: float) -> _Open:
    """What one stretch adds: the density about its sightings, and the pairs whose earlier one is its own."""
    found = slab_edges(held.seen, model, begin, end)
    order = np.argsort(held.seen.id, kind="stable")
    rows = order[np.searchsorted(held.seen.id, found.id, sorter=order)]
    crowd, flags = held.crowd.copy(), held.flags.copy()
    crowd[rows], flags[rows] = found.crowd, found.flags
    return replace(
        held,
        crowd=crowd,
        flags=flags,
        first=np.concatenate([held.first, found.first]),
        second=np.concatenate([held.second, found.second]),
        nats=np.concatenate([held.nats, found.nats]),
    )


def _with_end(slabs: Iterable[Slab]) -> Iterator[tuple[Slab, bool]]:
    """Each slab, and whether it is the last."""
    held: Slab | None = None
    for slab in slabs:
        if held is not None:
            yield held, False
        held = slab
    if held is not None:
        yield held, True


def _sealed(
    held: _Open,
    model: SightingModel,
    reached: tuple[float, bool],
    awaited: _Awaited,
    judged: JudgedPairs,
) -> tuple[Sealed, _Open]:
    """The components that lie wholly before a moment and wait for nobody, merged; and what is left.

    `reached` is that moment, and whether all have come: of several slabs without a usable time each is
    without an end, and who is waited for may be in the next.
    """
    begin, all_came = reached
    order = np.argsort(held.seen.id, kind="stable")
    first, second = (
        order[np.searchsorted(held.seen.id, ends, sorter=order)].astype(np.int32)
        for ends in (held.first, held.second)
    )
    names = held.seen.id[order]
    one, other = (order[rows].astype(np.int32) for rows in awaited.ties(names))
    root = merge_kernels.roots(
        len(names), np.concatenate([first, one]), np.concatenate([second, other])
    )
    latest = np.full(len(root), -np.inf)
    when = np.where(usable(held.seen)[0], held.seen.t, -np.inf) if len(judged) else held.seen.t
    np.maximum.at(latest, root, when)
    if not all_came:
        latest[root[order[awaited.waiting(names)]]] = np.inf
    closed = (latest[root] < begin) & ~held.sealed
    inside = closed[first]
    seen = held.seen.take(closed)
    fused = merge_edges(
        seen, held.crowd[closed], held.first[inside], held.second[inside], held.nats[inside],
        model, judged,
    )  # fmt: skip
    flags = fused.flags | held.flags[closed]
    left = replace(
        held,
        sealed=held.sealed | closed,
        first=held.first[~inside],
        second=held.second[~inside],
        nats=held.nats[~inside],
    )
    return Sealed(seen.id, fused.incident, fused.probability, flags, 0), left


def _with_unusable(sealed: Sealed, seen: Sightings, flags: Flags, still_open: int) -> Sealed:
    """What stands alone comes out at once."""
    return Sealed(
        np.concatenate([sealed.id, seen.id]),
        np.concatenate([sealed.incident, seen.id]),
        np.concatenate([sealed.probability, np.ones(len(seen.id))]),
        np.concatenate([sealed.flags, flags]),
        still_open,
    )


def fuse_in_slabs(
    seen: Sightings, model: SightingModel, halo_s: float, rows: int, judged: JudgedPairs = NOBODY
) -> Fused:
    """Fuse sightings at hand slab by slab, as `fuse_columns` does at once.

    Args:
        seen: In any order; each identifier once.
        model: What was learnt beforehand.
        halo_s: See `fuse_slabs`.
        rows: Sightings a slab holds.
        judged: What people judged.
    """
    n = len(seen.id)
    by_time = np.lexsort((seen.id, np.where(usable(seen)[0], seen.t, math.inf)))
    cuts = [*range(0, n, rows), n]

    def until(high: int) -> float:
        return float(seen.t[by_time[high]]) if high < n else math.inf

    slabs = (
        Slab(seen.take(by_time[low:high]), until(high) if math.isfinite(until(high)) else math.inf)
        for low, high in pairwise(cuts)
    )
    fused = Fused(seen.id.copy(), np.ones(n), np.zeros(n, dtype=np.uint8))
    order = np.argsort(seen.id, kind="stable")
    for part in fuse_slabs(slabs, model, halo_s, judged):
        at = order[np.searchsorted(seen.id, part.id, sorter=order)]
        fused.incident[at], fused.probability[at] = part.incident, part.probability
        fused.flags[at] = part.flags
    return fused
