"""Fusion of sightings: reports with a time to the second and a position, by the million.

Sensors, patrols and parties report the same bangs. There is no headline; there are stated
precisions, types seen through each kind of source's eyes, counts, and how much goes on around.
Method: pairs within 3.5 times their joint stated precision; the gain of a merge in nats is place +
time + type + count - ln(local density) + offset - a penalty for each source on both sides; best gain
first. An incident carries its precision-weighted mean place and time, the chances of each type, the
count and its sources.

Rules this module keeps:
1. The partition depends on the set of sightings and the model alone (rows are sorted first).
2. A missing precision takes the kind's usual one; a missing type or count says nothing; a sighting
   without a place or time stands alone and is counted.
3. What had to be cut to stay within bounds is counted in the result, never silent.
"""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import sighting_kernels as kernels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_POSITION_CLASSES_M = (0.0, 350.0, 1300.0, math.inf)
_TIME_CLASSES_S = (0.0, 40.0, 700.0, 10_000.0, math.inf)
_PRECISION_M = (10.0, 30_000.0)
_PRECISION_S = (1.0, 86_400.0)
_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Sightings:
    """Sightings in columns, one row each, in any order.

    Attributes:
        id: Stable number of each, used to settle ties; each once.
        t: Time of the event, seconds since any fixed moment; NaN when not known.
        longitude: Degrees east; NaN when not known.
        latitude: Degrees north; NaN when not known.
        precision_s: Stated precision of the time in seconds; NaN when not stated.
        precision_m: Stated precision of the position in metres; NaN when not stated.
        source: Number of the source, 0 or more.
        kind: Kind of the source, an index of the model's kinds.
        type: What was seen, an index of the model's types; -1 when not said.
        count: How many; NaN when not said.
    """

    id: Ints
    t: Floats
    longitude: Floats
    latitude: Floats
    precision_s: Floats
    precision_m: Floats
    source: Ints
    kind: Ints
    type: Ints
    count: Floats


@dataclass(frozen=True, slots=True)
class SightingModel:
    """What was learnt about kinds of sources.

    Attributes:
        version: Names the model.
        provenance: The data it was learnt from.
        usual_m: A kind's usual precision in metres, used where none is stated.
        usual_s: A kind's usual precision in seconds.
        scale_m: By how much a kind's errors exceed what it states.
        scale_s: Likewise for time.
        said: Chance that a kind says a type when a leaf type happened: kind, type, leaf.
        prior: Share of each leaf type.
        count_mean: Mean of the logarithm of true counts.
        count_variance: Its variance between incidents.
        count_noise: Variance of a reported logarithm about the true one.
        gross_share: Share of joins in which one side errs grossly.
        gross_factor: By how much the variance then exceeds the stated one.
        offset: Nats added to every join: how readily reports are joined.
        shared_source: Nats taken off for each source that is on both sides.
        cut: Joins of two single reports below this are not followed.
        density: Reports a square kilometre and hour that are always assumed.
        near_km: Side of the cells in which the ordinary density is counted.
        near_h: Length of those cells in hours.
        close_km: Side of the cells in which a session of fire is seen.
        close_h: Length of those cells in hours.
        own_reports: Reports in a close cell that one incident accounts for by itself.
        sure_offset: With `sure_slope`, turns the weakest gain of an incident into the log odds that
            all its sightings are of one event (a logistic fit on the learning seed).
        sure_slope: Log odds a nat of that gain.
    """

    version: str
    provenance: str
    usual_m: tuple[float, ...]
    usual_s: tuple[float, ...]
    scale_m: tuple[float, ...]
    scale_s: tuple[float, ...]
    said: NDArray[np.float64]
    prior: NDArray[np.float64]
    count_mean: float
    count_variance: float
    count_noise: float
    gross_share: float
    gross_factor: float
    offset: float
    shared_source: float
    cut: float
    density: float
    near_km: float
    near_h: float
    close_km: float
    close_h: float
    own_reports: float
    sure_offset: float
    sure_slope: float


def read_sighting_model(text: str) -> SightingModel:
    """Read a model as it ships in `waarborg/incidents/models`."""
    held: dict[str, Any] = json.loads(text)
    for name in ("usual_m", "usual_s", "scale_m", "scale_s"):
        held[name] = tuple(held[name])
    for name in ("said", "prior"):
        held[name] = np.array(held[name], dtype=np.float64)
    return SightingModel(**held)


@dataclass(frozen=True, slots=True)
class Fused:
    """A partition of sightings, in the order they were handed in.

    Attributes:
        incident: The smallest identifier of the sightings in the same incident.
        probability: That all sightings of the incident are of one event; 1 for a lone sighting.
        unplaced: Sightings without a place or time, each an incident of its own.
        clamped: Stated precisions that were absurd and were brought within bounds.
        crowded: Sightings with more possible partners than were looked at.
    """

    incident: Ints
    probability: Floats
    unplaced: int
    clamped: int
    crowded: int


@dataclass(frozen=True, slots=True)
class Laid:
    """Sightings sorted by identifier, in metres and seconds, with what a merge needs."""

    place: Floats
    when: Floats
    kind: Floats
    kind_log: Floats
    amount: Floats
    crowd: Floats
    sources: NDArray[np.uint64]
    clamped: int

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """The columns in the order in which the kernels take them."""
        return (
            self.place,
            self.when,
            self.kind,
            self.kind_log,
            self.amount,
            self.crowd,
            self.sources,
        )


def _bounded(stated: Floats, usual: Floats, bounds: tuple[float, float]) -> tuple[Floats, int]:
    known = ~np.isnan(stated)
    absurd = known & ((stated < bounds[0]) | (stated > bounds[1]))
    return np.clip(np.where(known, stated, usual), *bounds), int(absurd.sum())


def density(place: Floats, when: Floats, model: SightingModel) -> Floats:
    """Logarithm of how many other reports a square metre and second hold hereabouts.

    Two sizes of cells are added: wide ones for the ordinary rate of a stretch, close ones for a
    session of fire, less what the reports of one incident make up by themselves.
    """
    around = np.full(len(place), model.density / (1e6 * 3600.0))
    for km, hours, own in (
        (model.near_km, model.near_h, 0.0),
        (model.close_km, model.close_h, model.own_reports),
    ):
        side, length = km * 1000.0, hours * 3600.0
        others = kernels.crowding(place, when, side, length) - own
        around += np.maximum(others, 0.0) / (side * side * length)
    return np.asarray(np.log(around), dtype=np.float64)


def usable(seen: Sightings) -> NDArray[np.bool_]:
    """Which sightings have a place and a time; the others stand alone."""
    return np.asarray(
        np.isfinite(seen.t) & np.isfinite(seen.longitude) & np.isfinite(seen.latitude)
    )


def middle(latitude: Floats) -> float:
    """The latitude at which degrees become metres: the median of usable sightings, whole degrees."""
    return float(np.floor(np.median(latitude))) if len(latitude) else 0.0


def lay(
    seen: Sightings,
    model: SightingModel,
    latitude: float | None = None,
    crowd: Floats | None = None,
) -> Laid:
    """Columns for the kernels, row by row: no row's numbers depend on which others are there.

    Args:
        seen: Sorted by identifier, each with a place and a time.
        model: What was learnt beforehand.
        latitude: See `middle`; None takes it from these very sightings.
        crowd: Local density of each, where it is known already (see `density`).
    """
    at = middle(seen.latitude) if latitude is None else latitude
    kind = seen.kind
    usual_m, usual_s = np.array(model.usual_m)[kind], np.array(model.usual_s)[kind]
    m, absurd_m = _bounded(seen.precision_m, usual_m, _PRECISION_M)
    s, absurd_s = _bounded(seen.precision_s, usual_s, _PRECISION_S)
    m, s = m * np.array(model.scale_m)[kind], s * np.array(model.scale_s)[kind]
    place = np.empty((len(kind), 3))
    place[:, 0] = seen.longitude * (_METRES_PER_DEGREE * math.cos(math.radians(at)))
    place[:, 1] = seen.latitude * _METRES_PER_DEGREE
    place[:, 2] = m * m
    when = np.column_stack([seen.t, s * s])
    table = np.concatenate([model.said, np.ones((len(model.usual_m), 1, len(model.prior)))], axis=1)
    what = np.ascontiguousarray(table[kind, seen.type])
    # once for each kind and type, so that it cannot depend on how many rows there are
    chance = np.log(np.maximum(table @ model.prior, 1e-300))[kind, seen.type]
    amount = np.zeros((len(kind), 2))
    counted = seen.count > 0
    amount[counted, 0] = 1.0 / model.count_noise
    amount[counted, 1] = np.log(seen.count[counted])
    # 128 bits hold the sources; more than that share bits, which only costs the soft penalty
    sources = np.zeros((len(kind), 2), dtype=np.uint64)
    bit = (seen.source % 128).astype(np.uint64)
    one = np.uint64(1)
    sources[:, 0] = np.where(bit < 64, one << (bit % np.uint64(64)), 0)
    sources[:, 1] = np.where(bit >= 64, one << (bit % np.uint64(64)), 0)
    if crowd is None:
        crowd = density(place, when, model)
    return Laid(place, when, what, chance, amount, crowd, sources, absurd_m + absurd_s)


_PARTNERS = 64
"""Likely partners of a sighting that are kept in one class; the rest is flagged."""

_THREADS = 2
_FEW = 24.0


def pairs_of(laid: Laid, model: SightingModel) -> tuple[Ints, Floats, int]:
    """Pairs worth following, over classes of precision, each once; their gains; how many were cut.

    Classes keep windows small: two cameras are compared within seconds, two newspapers within days.
    """
    in_place = np.digitize(np.sqrt(laid.place[:, 2]), _POSITION_CLASSES_M[1:-1])
    in_time = np.digitize(np.sqrt(laid.when[:, 1]), _TIME_CLASSES_S[1:-1])
    by_time = np.argsort(laid.when[:, 0], kind="stable")
    number = (in_place * (len(_TIME_CLASSES_S) - 1) + in_time)[by_time]
    classes = [by_time[number == c] for c in np.unique(number)]
    jobs = [(one, two) for at, one in enumerate(classes) for two in classes[at:]]
    # the longest windows first, so that no thread is left with them at the end
    jobs.reverse()
    # the kernels let go of the interpreter, so that threads share the cores
    with ThreadPoolExecutor(max_workers=_THREADS) as pool:
        found = list(pool.map(lambda job: _class_pairs(job[0], job[1], laid, model), jobs))
    pairs = np.concatenate([part[0] for part in found])
    nats = np.concatenate([part[1] for part in found])
    return pairs, nats, sum(part[2] for part in found)


def _class_pairs(
    first: Ints, second: Ints, laid: Laid, model: SightingModel
) -> tuple[Ints, Floats, int]:
    same = second is first
    if len(first) > len(second):
        first, second = second, first
    variance_m, variance_s = laid.place[:, 2], laid.when[:, 1]
    side = 3.5 * math.sqrt(variance_m[first].max() + variance_m[second].max())
    reach = 3.5 * math.sqrt(variance_s[first].max() + variance_s[second].max())
    span = max(float(np.ptp(laid.when[:, 0])), 1.0)
    # where few fall into one stretch of time, walking time alone is cheaper than finding cells
    if len(second) * min(1.0, 2.0 * reach / span) < _FEW:
        side = 1e9
    stride = 1 << 24
    left, low = float(laid.place[:, 0].min()), float(laid.place[:, 1].min())

    def cells(rows: Ints) -> tuple[Ints, Ints]:
        across = np.floor((laid.place[rows, 0] - left) / side).astype(np.int64)
        up = np.floor((laid.place[rows, 1] - low) / side).astype(np.int64)
        key = up * stride + across
        order = np.argsort(key, kind="stable")
        return rows[order], key[order]

    rows_a, cell_a = cells(first)
    rows_b, cell_b = (rows_a, cell_a) if same else cells(second)
    start = np.r_[np.flatnonzero(np.r_[True, np.diff(cell_a) != 0]), len(cell_a)]
    room = 4 * len(first) + 1024
    while True:
        out, nats = np.empty((room, 2), dtype=np.int64), np.empty(room)
        count, crowded = kernels.run_pairs(
            rows_a, rows_b, start, cell_a, cell_b, same, reach, stride, out, nats, _PARTNERS,
            *laid.arrays(), model.prior, _settings(model),
        )  # fmt: skip
        if count <= room:
            return out[:count].copy(), nats[:count].copy(), int(crowded)
        room = count


def _settings(model: SightingModel) -> Floats:
    """The numbers of the gain, in the order in which the kernels read them."""
    return np.array(
        [
            0.0,
            model.cut,
            model.offset,
            model.shared_source,
            model.gross_share,
            model.gross_factor,
            model.count_mean,
            model.count_variance,
        ]
    )


def likelihood(weakest: Floats, model: SightingModel) -> Floats:
    """Chance that all sightings of an incident are of one event, by its weakest join in nats."""
    odds = model.sure_offset + model.sure_slope * np.clip(weakest, 0.0, 30.0)
    return np.where(np.isinf(weakest), 1.0, 1.0 / (1.0 + np.exp(-odds)))


def fuse_columns(seen: Sightings, model: SightingModel) -> Fused:
    """Decide which sightings are of one event.

    Args:
        seen: In any order; each identifier once.
        model: What was learnt beforehand.

    Raises:
        ValueError: An identifier stands there twice.
    """
    n = len(seen.id)
    order = np.argsort(seen.id, kind="stable")
    if n and (np.diff(seen.id[order]) == 0).any():
        raise ValueError("two sightings carry one identifier; identifiers settle ties")
    rows = order[usable(seen)[order]]
    incident = seen.id.astype(np.int64).copy()
    probability = np.ones(n)
    if len(rows) == 0:
        return Fused(incident, probability, n, 0, 0)
    laid = lay(
        Sightings(*(np.asarray(getattr(seen, name))[rows] for name in Sightings.__slots__)), model
    )
    pairs, nats, crowded = pairs_of(laid, model)
    group, weakest = merge_pairs(laid, pairs, nats, model)
    incident[rows] = seen.id[rows[group]]
    probability[rows] = likelihood(weakest[group], model)
    return Fused(incident, probability, n - len(rows), laid.clamped, crowded)


def merge_pairs(laid: Laid, pairs: Ints, nats: Floats, model: SightingModel) -> tuple[Ints, Floats]:
    """For each row the smallest row of its group, and the gain of the group's weakest join."""
    n = len(laid.crowd)
    root = kernels.roots(n, pairs)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], root[pairs[:, 0]]))
    pairs, nats = pairs[order], nats[order]
    part = root[pairs[:, 0]]
    start = np.r_[np.flatnonzero(np.r_[True, np.diff(part) != 0]), len(part)].astype(np.int64)
    group = np.arange(n)
    weakest = np.full(n, np.inf)
    if len(pairs):
        kernels.merge_all(
            start, pairs, nats, group, weakest, *laid.arrays(), model.prior, _settings(model)
        )
    # a group taken in points at its taker, which may itself have been taken in
    while True:
        further = group[group]
        if np.array_equal(further, group):
            return group, weakest
        group = further
