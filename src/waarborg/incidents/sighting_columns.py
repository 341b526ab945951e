"""Sightings in columns, what was learnt about their kinds, and the numbers a comparison needs.

Rules this module keeps:
1. What is laid down for a sighting depends on it and the model alone, never on the others at hand.
2. A missing precision takes the kind's usual one; a missing type or count says nothing.
3. What is absurd is flagged, never silent: a precision is brought within bounds, a count says nothing.

Units: metres (longitude as metres at the equator, with the cosine beside it), seconds.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from enum import IntFlag
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_PRECISION_M = (10.0, 30_000.0)
_PRECISION_S = (1.0, 86_400.0)
_METRES_PER_DEGREE = 111_195.0
_COUNT_SPREADS = 4.0
_SHARPEST = 3.0


class Flag(IntFlag):
    """What was odd about a sighting; bits that may stand together."""

    UNPLACED = 1
    """No place, no time or an impossible one: it stands alone."""
    CLAMPED = 2
    """A stated precision was absurd and was brought within bounds, or a count was and was left out."""
    FLOOD = 4
    """It stands in a flood: too many at one spot in one hour, so it met only a share of them."""
    AHEAD = 8
    """It tells of a time after it came in: the time cannot be right, so it stands alone."""
    REPEATED = 16
    """One source stands in its incident more than three times."""
    JUDGED = 32
    """A person judged it the same as another, or different from it."""
    CONTRADICTED = 64
    """It was judged the same as one that others judged different from its incident: kept apart."""
    BRIDGE = 128
    """It alone would have joined two incidents of several sightings each: they were kept apart."""


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
        received: When it came in, on the clock of `t`; NaN or None when not known.
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
    received: Floats | None = None

    def take(self, rows: Ints | NDArray[np.bool_]) -> Sightings:
        """The sightings of some rows, in their order."""
        columns = (getattr(self, name) for name in Sightings.__slots__)
        held: list[Any] = [None if column is None else column[rows] for column in columns]
        return Sightings(*held)


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
        crowd_step: Nats in whose steps the density counts: a new report seldom changes a neighbour's.
        flood: Reports of one source in one cell that count; eight times as many of all sources.
        sure_offset: With the next two, turns the weakest gain of an incident and the density about it
            into the log odds that all its sightings are of one event (a logistic fit).
        sure_slope: Log odds a nat of that gain.
        sure_crowd: Log odds a nat of the density where it is highest among the incident's sightings.
    """

    version: str
    provenance: str
    usual_m: tuple[float, ...]
    usual_s: tuple[float, ...]
    scale_m: tuple[float, ...]
    scale_s: tuple[float, ...]
    said: Floats
    prior: Floats
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
    crowd_step: float
    flood: float
    sure_offset: float
    sure_slope: float
    sure_crowd: float


def read_sighting_model(text: str) -> SightingModel:
    """Read a model as it ships in `waarborg/incidents/models`."""
    held: dict[str, Any] = json.loads(text)
    for name in ("usual_m", "usual_s", "scale_m", "scale_s"):
        held[name] = tuple(held[name])
    for name in ("said", "prior"):
        held[name] = np.array(held[name], dtype=np.float64)
    return SightingModel(**held)


@dataclass(frozen=True, slots=True)
class Tables:
    """What follows from a model alone, in the form in which the kernels read it.

    Attributes:
        leaves: For each kind and type said (code), the chance of saying it, by leaf type.
        leaves_log: Logarithm of the chance of saying it at all.
        together: For two codes, how many times likelier both are said of one event than of two.
        best: For a code, the most that `together` can be.
        limits: The numbers of `sighting_kernels.weight`.
        settings: The numbers of `merge_kernels.gain`.
        noise: Precision of one reported count's logarithm.
    """

    leaves: Floats
    leaves_log: Floats
    together: Floats
    best: Floats
    limits: Floats
    settings: Floats
    noise: float


def tables(model: SightingModel) -> Tables:
    """Work out what follows from a model alone."""
    kinds, leaf_types = len(model.usual_m), len(model.prior)
    leaves = np.concatenate([np.ones((kinds, 1, leaf_types)), model.said], axis=1)
    leaves = np.ascontiguousarray(leaves.reshape(-1, leaf_types))
    # leaf by leaf: a matrix product's last bit depends on how many threads a machine gives it
    chance, together = np.zeros(len(leaves)), np.zeros((len(leaves), len(leaves)))
    for leaf, share_of_leaf in enumerate(model.prior):
        chance += leaves[:, leaf] * share_of_leaf
        together += np.outer(leaves[:, leaf] * share_of_leaf, leaves[:, leaf])
    chance = np.maximum(chance, 1e-300)
    together /= np.outer(chance, chance)
    together = np.maximum(together, together.T)
    share, factor = model.gross_share, model.gross_factor
    rare = share / (1.0 - share)
    own, common = model.count_noise + model.count_variance, model.count_variance
    det = own * own - common * common
    limits = np.array(
        [
            (1.0 - share) ** 2 * (2.0 * math.pi) ** -1.5 * math.exp(model.offset),
            rare / factor,
            rare / math.sqrt(factor),
            factor,
            own / math.sqrt(det),
            0.5 / own - 0.5 * own / det,
            common / det,
            math.exp(-model.shared_source),
            math.exp(model.cut),
        ]
    )
    settings = np.array([model.offset, model.shared_source, share, factor, common])
    return Tables(
        leaves, np.log(chance), together, together.max(axis=1), limits, settings,
        1.0 / model.count_noise,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Laid:
    """Usable sightings as numbers, one row each, in the order handed in.

    Attributes:
        id: Stable number.
        place: Metres east and north, variance, cosine of the latitude.
        when: Seconds, variance.
        east: Metres east as the cells of density count them.
        code: Kind and type said, a row of `Tables.leaves`.
        amount: Logarithm of the count about its mean; NaN when not said.
        most: The most the count can speak for a join, as a factor.
        source: Number of the source.
        salt: Bits of the identifier, for lots in a flood.
    """

    id: Ints
    place: Floats
    when: Floats
    east: Floats
    code: NDArray[np.int32]
    amount: Floats
    most: Floats
    source: Ints
    salt: Ints

    def take(self, rows: Ints | NDArray[np.bool_]) -> Laid:
        """The rows asked for, in their order."""
        return Laid(*(getattr(self, name)[rows] for name in Laid.__slots__))

    def with_rows(self, more: Laid) -> Laid:
        """These rows, then others."""
        return Laid(
            *(np.concatenate([getattr(self, name), getattr(more, name)]) for name in Laid.__slots__)
        )


def _bounded(
    stated: Floats, usual: Floats, bounds: tuple[float, float]
) -> tuple[Floats, NDArray[np.bool_]]:
    known = ~np.isnan(stated)
    # nobody sees three times as sharply as its kind does: who claims so could pull an incident away
    least = np.maximum(usual / _SHARPEST, bounds[0])
    absurd = known & ((stated < least) | (stated > bounds[1]))
    return np.clip(np.where(known, stated, usual), least, bounds[1]), absurd


def _shuffled(identity: Ints) -> Ints:
    """Bits of an identifier well mixed, the same on every machine."""
    bits = identity.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits ^= bits >> np.uint64(32)
    bits *= np.uint64(0xD6E8FEB86659FD93)
    return (bits >> np.uint64(16)).astype(np.int64)


def usable(seen: Sightings) -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
    """Which sightings can be compared with others, and the flags of those that cannot."""
    placed = np.isfinite(seen.t) & np.isfinite(seen.longitude) & np.isfinite(seen.latitude)
    placed &= (np.abs(seen.longitude) <= 180.0) & (np.abs(seen.latitude) <= 90.0)
    placed &= np.abs(seen.t) < 1e11
    flags = np.where(placed, 0, int(Flag.UNPLACED)).astype(np.uint8)
    if seen.received is not None:
        ahead = placed & (seen.t > seen.received + 2.0 * _PRECISION_S[1])
        flags[ahead] |= np.uint8(Flag.AHEAD)
        placed &= ~ahead
    return placed, flags


def lay(seen: Sightings, model: SightingModel, held: Tables) -> tuple[Laid, NDArray[np.uint8]]:
    """Lay usable sightings out as numbers; second, the flags of what was brought within bounds.

    Raises:
        ValueError: A kind or type is unknown to the model.
    """
    kind, types = seen.kind, model.said.shape[1]
    if len(kind) and (kind.min() < 0 or kind.max() >= len(model.usual_m)):
        raise ValueError(
            f"a kind of source lies outside 0 to {len(model.usual_m) - 1}, which {model.version} knows"
        )
    if len(kind) and (seen.type.min() < -1 or seen.type.max() >= types):
        raise ValueError(f"a type lies outside -1 to {types - 1}, which {model.version} knows")
    m, absurd_m = _bounded(seen.precision_m, np.array(model.usual_m)[kind], _PRECISION_M)
    s, absurd_s = _bounded(seen.precision_s, np.array(model.usual_s)[kind], _PRECISION_S)
    m, s = m * np.array(model.scale_m)[kind], s * np.array(model.scale_s)[kind]
    place = np.empty((len(kind), 4))
    place[:, 0] = seen.longitude * _METRES_PER_DEGREE
    place[:, 1] = seen.latitude * _METRES_PER_DEGREE
    place[:, 2] = m * m
    place[:, 3] = np.maximum(np.cos(np.radians(seen.latitude)), 1e-3)
    band = np.cos(np.radians(np.clip(np.floor(seen.latitude) + 0.5, -89.5, 89.5)))
    amount = np.full(len(kind), np.nan)
    counted = seen.count > 0
    amount[counted] = np.log(seen.count[counted]) - model.count_mean
    bound = _COUNT_SPREADS * math.sqrt(model.count_variance + model.count_noise)
    # brought within bounds, two absurd counts would agree there and speak for a join
    absurd_count = (np.abs(amount) > bound) | (seen.count <= 0)
    counted &= ~absurd_count
    amount[absurd_count] = np.nan
    square, product = held.limits[5], held.limits[6]
    most = held.limits[4] * np.exp(amount**2 * (square - product**2 / (4.0 * square)))
    absurd = absurd_m | absurd_s | absurd_count
    laid = Laid(
        id=seen.id.astype(np.int64),
        place=place,
        when=np.column_stack([seen.t, s * s]),
        east=place[:, 0] * band,
        code=(kind * (types + 1) + seen.type + 1).astype(np.int32),
        amount=amount,
        most=np.where(counted, np.maximum(most, 1.0), 1.0),
        source=seen.source.astype(np.int64),
        salt=_shuffled(seen.id),
    )
    return laid, np.where(absurd, int(Flag.CLAMPED), 0).astype(np.uint8)
