"""Fusion of sightings piece by piece: slabs of time, and parts of a larger machine.

What can be one event lies close in time and space, so a piece with enough around it gives the same
as the whole. Rules this module keeps:
1. Cut anywhere, into however many pieces: the partition is that of `fuse_columns`, to the byte.
2. A sighting is handed out once it is sealed: no later sighting can touch its component.
3. Memory follows the largest slab and what is still open at its end, never the whole archive.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import sighting_kernels as kernels
from waarborg.incidents.sightings import (
    Floats,
    Fused,
    Ints,
    Laid,
    SightingModel,
    Sightings,
    density,
    lay,
    likelihood,
    merge_pairs,
    pairs_of,
    usable,
)

_GATE = 3.5
ABSURD_S = (1.0, 86_400.0)
"""Stated precisions of a time outside these are absurd and are brought within."""
ABSURD_M = (10.0, 30_000.0)
"""Likewise of a position."""
_COLUMNS = tuple(name for name in Laid.__slots__ if name != "clamped")
_SLACK = 1.0
"""A second and a metre to spare, so that rounding cannot lose a neighbour."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is settled once for a whole archive before it is cut into pieces.

    Attributes:
        latitude: At which degrees become metres; see `sightings.middle`.
        pair_s: Sightings further apart in time than this are never one pair.
        pair_m: Likewise in metres.
        crowd_s: The density at a sighting rests on others within this time.
        crowd_m: Likewise in metres.
    """

    latitude: float
    pair_s: float
    pair_m: float
    crowd_s: float
    crowd_m: float


def frame(latitude: float, coarsest_s: float, coarsest_m: float, model: SightingModel) -> Frame:
    """How far sightings reach.

    Args:
        latitude: See `sightings.middle`.
        coarsest_s: The largest stated precision of a time, in seconds; 0 when none is stated.
        coarsest_m: The largest stated precision of a position, in metres.
        model: Usual precisions and sizes of cells.
    """

    def pair(
        coarsest: float, bound: float, usual: Iterable[float], scale: Iterable[float]
    ) -> float:
        widest = max(min(coarsest, bound), *usual) * max(scale)
        return _GATE * math.sqrt(2.0) * widest + _SLACK

    return Frame(
        latitude,
        pair(coarsest_s, ABSURD_S[1], model.usual_s, model.scale_s),
        pair(coarsest_m, ABSURD_M[1], model.usual_m, model.scale_m),
        max(model.near_h, model.close_h) * 3600.0 + _SLACK,
        max(model.near_km, model.close_km) * 1000.0 + _SLACK,
    )


def frame_of(seen: Sightings, latitude: float, model: SightingModel) -> Frame:
    """The frame of sightings that are all at hand."""

    def coarsest(stated: Floats) -> float:
        return float(np.nanmax(stated, initial=0.0))

    return frame(latitude, coarsest(seen.precision_s), coarsest(seen.precision_m), model)


def middle_degrees(sightings: Mapping[int, int]) -> tuple[int, int]:
    """The whole degrees of the one or two middle latitudes, from how many lie in each degree."""
    degrees = sorted(sightings)
    ends = np.cumsum([sightings[degree] for degree in degrees])
    if not degrees:
        return 0, 0
    total = int(ends[-1])
    low, high = (
        int(np.searchsorted(ends, rank, side="right")) for rank in ((total - 1) // 2, total // 2)
    )
    return degrees[low], degrees[high]


def taken(seen: Sightings, rows: NDArray[np.bool_] | Ints) -> Sightings:
    """Some of the sightings, in the order asked for."""
    return Sightings(*(np.asarray(getattr(seen, name))[rows] for name in Sightings.__slots__))


def crowds(seen: Sightings, model: SightingModel, latitude: float) -> Floats:
    """The local density at each sighting; right where all within `Frame.crowd_s` are there."""
    laid = lay(seen, model, latitude, np.zeros(len(seen.id)))
    return density(laid.place, laid.when, model)


def edges(
    seen: Sightings, crowd: Floats, model: SightingModel, latitude: float
) -> tuple[Ints, Floats, int]:
    """Pairs of identifiers worth following, smaller first, their gains, and how many were cut off.

    Args:
        seen: Sorted by identifier, each with a place and a time.
        crowd: Local density of each.
        model: What was learnt beforehand.
        latitude: Of the frame.
    """
    if len(seen.id) < 2:
        return np.empty((0, 2), dtype=np.int64), np.empty(0), 0
    pairs, nats, crowded = pairs_of(lay(seen, model, latitude, crowd), model)
    return seen.id[pairs], nats, crowded


def joined(
    seen: Sightings,
    crowd: Floats,
    pairs: Ints,
    nats: Floats,
    model: SightingModel,
    latitude: float,
) -> tuple[Ints, Floats]:
    """Incident and probability of each sighting, from pairs of identifiers.

    Args:
        seen: Sorted by identifier; whole components only.
        crowd: Local density of each.
        pairs: Pairs of identifiers, smaller first.
        nats: Their gains.
        model: What was learnt beforehand.
        latitude: Of the frame.
    """
    rows = np.searchsorted(seen.id, pairs).astype(np.int64)
    group, weakest = merge_pairs(lay(seen, model, latitude, crowd.copy()), rows, nats, model)
    return seen.id[group], likelihood(weakest[group], model)


@dataclass(frozen=True, slots=True)
class Slab:
    """A stretch of time.

    Attributes:
        seen: Its sightings, in any order, each with a place and a time.
        until: Every sighting of a later slab happened at this time or after; infinite for the last.
    """

    seen: Sightings
    until: float


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sightings whose incident cannot change any more.

    Attributes:
        id: Their identifiers, sorted.
        incident: The smallest identifier in the incident of each.
        probability: That all sightings of the incident are of one event.
        clamped: Absurd precisions that were brought within bounds in this slab.
        crowded: Sightings of this slab with more possible partners than were looked at.
        open: Sightings carried over into the next slab.
    """

    id: Ints
    incident: Ints
    probability: Floats
    clamped: int
    crowded: int
    open: int


@dataclass(frozen=True, slots=True)
class _Held:
    """Sightings in hand, sorted by identifier; a sealed one only counts for the density."""

    id: Ints
    laid: Laid
    sealed: NDArray[np.bool_]

    def take(self, rows: NDArray[np.bool_]) -> _Held:
        return _Held(self.id[rows], _rows(self.laid, rows), self.sealed[rows])


def _rows(laid: Laid, rows: NDArray[np.bool_] | Ints) -> Laid:
    columns: dict[str, Any] = {name: getattr(laid, name)[rows] for name in _COLUMNS}
    return Laid(**columns, clamped=0)


def _together(held: _Held, new: _Held) -> _Held:
    order = np.argsort(np.concatenate([held.id, new.id]), kind="stable")
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(held.laid, name), getattr(new.laid, name)])[order]
        for name in _COLUMNS
    }
    return _Held(
        np.concatenate([held.id, new.id])[order],
        Laid(**columns, clamped=0),
        np.concatenate([held.sealed, new.sealed])[order],
    )


def _new(seen: Sightings, model: SightingModel, latitude: float) -> _Held:
    ordered = taken(seen, np.argsort(seen.id, kind="stable"))
    unknown = np.full(len(ordered.id), np.nan)
    laid = lay(ordered, model, latitude, unknown)
    return _Held(ordered.id, laid, np.zeros(len(ordered.id), dtype=np.bool_))


def fuse_slabs(slabs: Iterable[Slab], model: SightingModel, around: Frame) -> Iterator[Sealed]:
    """Decide which sightings are of one event, slab by slab.

    Args:
        slabs: In order of time; identifiers are unique over all of them.
        model: What was learnt beforehand.
        around: How far sightings reach.

    Yields:
        What each slab sealed; after the last slab every sighting has come out once.

    Raises:
        ValueError: A slab holds a sighting from before the end of the slab before it.
    """
    held: _Held | None = None
    begun = -math.inf
    for slab in slabs:
        if len(slab.seen.id) and float(slab.seen.t.min()) < begun:
            raise ValueError(
                f"a slab that begins at {begun} holds a sighting of {float(slab.seen.t.min())}: "
                "hand slabs in by time"
            )
        begun = slab.until
        new = _new(slab.seen, model, around.latitude)
        clamped = new.laid.clamped
        held = new if held is None else _together(held, new)
        sealed, crowded, held = _seal(held, slab.until, model, around)
        yield Sealed(*sealed, clamped, crowded, int((~held.sealed).sum()))


def _seal(
    held: _Held, until: float, model: SightingModel, around: Frame
) -> tuple[tuple[Ints, Ints, Floats], int, _Held]:
    """What no later sighting can touch comes out; the rest stays, with what its density needs."""
    when = held.laid.when[:, 0]
    known = until - around.crowd_s
    crowd = held.laid.crowd
    fresh = np.isnan(crowd) & (when < known)
    if fresh.any():
        crowd[fresh] = density(held.laid.place, held.laid.when, model)[fresh]
    active = np.flatnonzero(~held.sealed & (when < known))
    laid = _rows(held.laid, active)
    pairs, nats, crowded = np.empty((0, 2), dtype=np.int64), np.empty(0), 0
    if len(active) > 1:
        pairs, nats, crowded = pairs_of(laid, model)
    root = kernels.roots(len(active), pairs)
    last = np.full(len(active), -np.inf)
    np.maximum.at(last, root, laid.when[:, 0])
    closed = last[root] < known - around.pair_s
    number = np.cumsum(closed) - 1
    inside = closed[pairs[:, 0]]
    rows = np.flatnonzero(closed)
    group, weakest = merge_pairs(_rows(laid, rows), number[pairs[inside]], nats[inside], model)
    names = held.id[active[rows]]
    out = (names, names[group], likelihood(weakest[group], model))
    held.sealed[active[rows]] = True
    keep = ~held.sealed | (when >= known - around.crowd_s)
    return out, crowded, held.take(keep)


def fuse_in_slabs(seen: Sightings, model: SightingModel, around: Frame, rows: int) -> Fused:
    """Fuse sightings at hand slab by slab, as `fuse_columns` does at once.

    Args:
        seen: In any order; each identifier once.
        model: What was learnt beforehand.
        around: See `frame_of`.
        rows: Sightings a slab holds.
    """
    incident, probability = seen.id.copy(), np.ones(len(seen.id))
    placed = np.flatnonzero(usable(seen))
    placed = placed[np.lexsort((seen.id[placed], seen.t[placed]))]
    cuts = [*range(0, len(placed), rows), len(placed)]
    slabs = (
        Slab(
            taken(seen, placed[low:high]),
            float(seen.t[placed[high]]) if high < len(placed) else math.inf,
        )
        for low, high in pairwise(cuts)
    )
    order = np.argsort(seen.id, kind="stable")
    clamped = crowded = 0
    for part in fuse_slabs(slabs, model, around):
        at = order[np.searchsorted(seen.id, part.id, sorter=order)]
        incident[at], probability[at] = part.incident, part.probability
        clamped, crowded = clamped + part.clamped, crowded + part.crowded
    return Fused(incident, probability, len(seen.id) - len(placed), clamped, crowded)
