"""Reports as columns of numbers, so that pairs can be compared by the million.

Rules this module keeps:
1. Rows are sorted by identifier; nothing depends on the order in which reports came.
2. A value a report does not have is marked as missing, never filled in.

Units: degrees become kilometres on a plane at the model's latitude; times are days since 1970 UTC.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.places import Area, Point
from waarborg.incidents.genre import Genre, genre
from waarborg.incidents.lexicon import AGENCIES, QUIET, TARGETS, VIOLENCE, WEAPONS
from waarborg.incidents.model import Model, place_key
from waarborg.incidents.regions import named
from waarborg.incidents.tolls import tolls
from waarborg.incidents.words import named_day, tokens
from waarborg.reports.report import Report

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ACT_BIT = {act: 1 << position for position, act in enumerate(Act)}
_KM_PER_DEGREE = 111.195

STEM, CONCEPT, NUMBER = 0, 1, 2
VIOLENT, AGAIN, ROUND_UP, ACCOUNT, QUIETLY, LATER, COMMENTARY, THREAT = (1 << n for n in range(8))
_SORTS = (TARGETS, WEAPONS, AGENCIES)
_VIOLENCE, _QUIET = frozenset(VIOLENCE), frozenset(QUIET)
_TARGET_BIT, _WEAPON_BIT, _AGENCY_BIT = (
    {concept: 1 << position for position, concept in enumerate(concepts)} for concepts in _SORTS
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Reports in columns; all arrays have one row a report unless said otherwise.

    Attributes:
        day: Middle of the period, days since 1970 UTC.
        said_day: Day the headline names, days since 1970; -1 when it names none or several.
        place: Number of the exact position or area; -1 when there is no place.
        longitude: Degrees east of the position or the area's middle; NaN when not known.
        latitude: Degrees north, likewise.
        radius_km: Within which the true place lies; NaN when not known.
        is_area: Whether the place is a named area.
        rate: Reports a day at that place, from the model.
        acts: One bit an act that a label names; what words state is among the signs already.
        actors: One bit a party that words name.
        source: Number of the outlet.
        burst_same: How reports of force come in bursts at that place on one day, nats.
        burst_next: The same on one day and the next.
        killed: How many were killed, as the headline says; -1 where it says no number.
        injured: How many were injured, likewise.
        mood: One bit each: VIOLENT when the headline tells of force or disaster, AGAIN of a
            repetition, ROUND_UP, ACCOUNT and COMMENTARY by genre, QUIETLY when it tells of an alarm, a
            court, an arrest, an accident or a trial of arms, LATER when it tells what came after or
            comments on it, THREAT when it tells of what is still to come.
        targets: One bit a kind of thing that was struck.
        weapons: One bit a weapon.
        agencies: One bit a service that claims the deed.
        regions: One bit a region that the headline names.
        wholes: One bit a region that it names as a whole.
        towns: Bits of the towns that it names.
        sign_start: Where a report's signs begin in the next three; one row more than reports.
        sign: Number of a sign, rising within a report.
        sign_kind: STEM, CONCEPT or NUMBER.
        sign_nats: How surprising the sign is at this report's place.
    """

    day: NDArray[np.float64]
    said_day: NDArray[np.float64]
    place: NDArray[np.int32]
    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    radius_km: NDArray[np.float64]
    is_area: NDArray[np.bool_]
    rate: NDArray[np.float64]
    burst_same: NDArray[np.float64]
    burst_next: NDArray[np.float64]
    killed: NDArray[np.int64]
    injured: NDArray[np.int64]
    acts: NDArray[np.int64]
    actors: NDArray[np.int64]
    source: NDArray[np.int32]
    mood: NDArray[np.int16]
    targets: NDArray[np.int64]
    weapons: NDArray[np.int64]
    agencies: NDArray[np.int64]
    regions: NDArray[np.int64]
    wholes: NDArray[np.int64]
    towns: NDArray[np.int64]
    sign_start: NDArray[np.int64]
    sign: NDArray[np.int32]
    sign_kind: NDArray[np.int8]
    sign_nats: NDArray[np.float64]

    def arrays(self) -> tuple[NDArray[Any], ...]:
        """The arrays in the order in which the kernels take them."""
        return (
            self.day,
            self.said_day,
            self.place,
            self.longitude,
            self.latitude,
            self.radius_km,
            self.is_area,
            self.rate,
            self.burst_same,
            self.burst_next,
            self.killed,
            self.injured,
            self.acts,
            self.actors,
            self.source,
            self.mood,
            self.targets,
            self.weapons,
            self.agencies,
            self.regions,
            self.wholes,
            self.towns,
            self.sign_start,
            self.sign,
            self.sign_kind,
            self.sign_nats,
        )


class Numbering:
    """Numbers for places, outlets, parties and signs that stay as they are while reports come in.

    Numbers are given in the order in which names come up. They are only compared for equality, but for
    those of signs, which `signs` puts in the order of their names.
    """

    def __init__(self) -> None:
        """Start without any name."""
        self.places: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self.parties: dict[str, int] = {}
        self.signs: dict[str, int] = {}

    def know(self, places: set[str], sources: set[str], parties: set[str], signs: set[str]) -> None:
        """Give a number to each name that has none yet."""
        for held, names in (
            (self.places, places),
            (self.sources, sources),
            (self.parties, parties),
            (self.signs, signs),
        ):
            for name in sorted(name for name in names if name not in held):
                held[name] = len(held)


def _kind(sign: str) -> int:
    if sign[0] == "*":
        return CONCEPT
    return NUMBER if sign[0] == "#" else STEM


def _said_day(headline: str, middle: float) -> float:
    """The one day a headline names, days since 1970; -1 for none."""
    named = named_day(headline, (_EPOCH + timedelta(days=middle)).date()) if headline else None
    return -1.0 if named is None else float((named - _EPOCH.date()).days)


def _tolls(headline: str) -> tuple[int, int]:
    """How many were killed and injured, as a headline that is no round-up says; -1 for no number."""
    if not headline or genre(headline).genre is Genre.ROUND_UP:
        return (-1, -1)
    held = tolls(headline)
    return (max(held["killed"], default=-1), max(held["injured"], default=-1))


def _days(moment: datetime) -> float:
    return (moment - _EPOCH) / timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Where:
    key: str
    longitude: float
    latitude: float
    radius_km: float
    is_area: bool


def _where(report: Report, model: Model) -> _Where:
    place = report.place
    if isinstance(place, Point):
        key = place_key(place.longitude, place.latitude)
        return _Where(key, place.longitude, place.latitude, place.precision_m / 1000.0, False)  # noqa: FBT003  # a record's field
    if isinstance(place, Area):
        zone = model.zones.get(place.zone)
        if zone is None:
            return _Where(place.zone, math.nan, math.nan, math.nan, True)  # noqa: FBT003  # a record's field
        return _Where(place.zone, zone.longitude, zone.latitude, zone.radius_km, True)  # noqa: FBT003  # a record's field
    return _Where("", math.nan, math.nan, math.nan, False)  # noqa: FBT003  # a record's field


def _bits(signs: Sequence[tuple[str, ...]], bit: dict[str, int]) -> NDArray[np.int64]:
    return np.array([sum(bit.get(sign, 0) for sign in held) for held in signs], dtype=np.int64)


def telling_signs(report: Report) -> tuple[str, ...]:
    """The signs of a report's headline that may tell events apart, sorted.

    Who did it is compared as a party: the words that name him are no shared name.
    """
    if not report.headline:
        return ()
    named = {
        sign
        for actor in report.actors
        if actor.basis is Basis.STATED
        for sign in tokens(actor.words.lower())
        if _kind(sign) == STEM
    }
    return tuple(sign for sign in tokens(report.headline) if sign not in named)


def _mood(headline: str, signs: tuple[str, ...]) -> int:
    """The bits of `Columns.mood` of a headline."""
    kind = genre(headline).genre
    return (
        VIOLENT * (not _VIOLENCE.isdisjoint(signs))
        + AGAIN * ("*again" in signs)
        + ROUND_UP * (kind is Genre.ROUND_UP)
        + QUIETLY * (not _QUIET.isdisjoint(signs))
        + ACCOUNT * (kind is Genre.ACCOUNT)
        + LATER * (kind in {Genre.FOLLOW_UP, Genre.COMMENTARY})
        + COMMENTARY * (kind is Genre.COMMENTARY)
        + THREAT * ("*threat" in signs and "*alarm" not in signs)
    )


def lay(reports: Sequence[Report], model: Model, numbering: Numbering | None = None) -> Columns:
    """Lay reports out in columns.

    Args:
        reports: Sorted by identifier, each identifier once.
        model: Gives the surprise of signs, the rate of places and where areas lie.
        numbering: Numbers that other reports were laid out with; their own where None.
    """
    where = [_where(report, model) for report in reports]
    signs = [tokens(report.headline) if report.headline else () for report in reports]
    telling = [telling_signs(report) for report in reports]
    harmed = [_tolls(report.headline) for report in reports]
    named_places = [named(report.headline) for report in reports]
    given = numbering or Numbering()
    given.know(
        {w.key for w in where} - {""},
        {r.source for r in reports},
        {a.party for r in reports for a in r.actors if a.basis is Basis.STATED},
        {sign for held in telling for sign in held if sign[0] != "@"},
    )
    places, sources, number = given.places, given.sources, given.signs
    party_bit = {party: 1 << min(at, 62) for party, at in given.parties.items()}
    middle = [(_days(r.happened.start) + _days(r.happened.end)) / 2 for r in reports]

    surprise: dict[tuple[str, str], float] = {}
    flat_sign: list[int] = []
    flat_kind: list[int] = []
    flat_nats: list[float] = []
    start = [0]
    for held, there in zip(telling, where, strict=True):
        for sign in held:
            if sign[0] == "@":
                continue
            nats = surprise.get((sign, there.key))
            if nats is None:
                nats = surprise[sign, there.key] = model.surprise(sign, there.key)
            flat_sign.append(number[sign])
            flat_kind.append(_kind(sign))
            flat_nats.append(nats)
        start.append(len(flat_sign))
    return Columns(
        day=np.array(middle, dtype=np.float64),
        said_day=np.array(
            [_said_day(r.headline, day) for r, day in zip(reports, middle, strict=True)],
            dtype=np.float64,
        ),
        place=np.array([places.get(w.key, -1) for w in where], dtype=np.int32),
        longitude=np.array([w.longitude for w in where], dtype=np.float64),
        latitude=np.array([w.latitude for w in where], dtype=np.float64),
        radius_km=np.array([w.radius_km for w in where], dtype=np.float64),
        is_area=np.array([w.is_area for w in where], dtype=np.bool_),
        rate=np.array([model.place_rate.get(w.key, 0.05) for w in where], dtype=np.float64),
        burst_same=np.array([model.burst(w.key)[0] for w in where], dtype=np.float64),
        burst_next=np.array([model.burst(w.key)[1] for w in where], dtype=np.float64),
        killed=np.array([toll[0] for toll in harmed], dtype=np.int64),
        injured=np.array([toll[1] for toll in harmed], dtype=np.int64),
        acts=np.array(
            [
                sum(_ACT_BIT[act] for act in {a.act for a in r.acts if a.basis is Basis.LABELLED})
                for r in reports
            ],
            dtype=np.int64,
        ),
        actors=np.array(
            [
                sum(party_bit[p] for p in {a.party for a in r.actors if a.basis is Basis.STATED})
                for r in reports
            ],
            dtype=np.int64,
        ),
        source=np.array([sources[r.source] for r in reports], dtype=np.int32),
        mood=np.array(
            [_mood(r.headline, held) for r, held in zip(reports, signs, strict=True)],
            dtype=np.int16,
        ),
        targets=_bits(signs, _TARGET_BIT),
        weapons=_bits(signs, _WEAPON_BIT),
        agencies=_bits(signs, _AGENCY_BIT),
        regions=np.array([spots.regions for spots in named_places], dtype=np.int64),
        wholes=np.array([spots.wholes for spots in named_places], dtype=np.int64),
        towns=np.array([spots.towns for spots in named_places], dtype=np.int64),
        sign_start=np.array(start, dtype=np.int64),
        sign=np.array(flat_sign, dtype=np.int32),
        sign_kind=np.array(flat_kind, dtype=np.int8),
        sign_nats=np.array(flat_nats, dtype=np.float64),
    )
