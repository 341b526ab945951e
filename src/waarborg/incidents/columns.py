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
from functools import lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.places import Area, Place, Point
from waarborg.incidents import kernels
from waarborg.incidents.genre import Genre, genre
from waarborg.incidents.grown import Grown
from waarborg.incidents.lexicon import AGENCIES, DAILY, QUIET, SIDES, TARGETS, VIOLENCE, WEAPONS
from waarborg.incidents.model import SUBJECT_WIDTH, Model, place_key
from waarborg.incidents.regions import named
from waarborg.incidents.tolls import tolls
from waarborg.incidents.words import named_day, tokens
from waarborg.reports.report import ActEvidence, ActorEvidence, Report

Ints = NDArray[np.int32]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ACT_BIT = {act: 1 << position for position, act in enumerate(Act)}
_KM_PER_DEGREE = 111.195

_READ = 100_000
"""Headlines of which it is kept what they say."""
_PLACES_KEPT, _SIGNS_KEPT = 1_000, 1_000
"""Places for which it is kept how surprising signs are there, and signs a place."""

STEM, CONCEPT, NUMBER = 0, 1, 2
VIOLENT, AGAIN, ROUND_UP, ACCOUNT, QUIETLY, LATER, COMMENTARY, THREAT, DAY_BY_DAY = (
    1 << n for n in range(9)
)
_SORTS = (TARGETS, WEAPONS, AGENCIES)
_VIOLENCE, _QUIET, _DAILY = frozenset(VIOLENCE), frozenset(QUIET), frozenset(DAILY)
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
            comments on it, THREAT when it tells of what is still to come, DAY_BY_DAY when of
            what is told anew every day.
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
        sign_burst: How much more often than by chance two reports of one day and the next share it, nats.
        subject: What the headline is about, one row of `SUBJECT_WIDTH` a report, as long as the share of its
            surprise of which that is known.
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
    sign_burst: NDArray[np.float64]
    subject: NDArray[np.float64]

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
            self.sign_burst,
            self.subject,
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
        self._surprise: dict[str, _Surprise] = {}
        self._where: dict[Place | None, _Where] = {}
        # of each sign by its number
        self._of_signs = Grown(
            kind=np.empty(0, np.int8),
            burst=np.empty(0, np.float64),
            subject=np.empty((0, SUBJECT_WIDTH), np.float64),
        )

    def where(self, place: Place | None, model: Model) -> _Where:
        """A place, and what the model knows of it; the model has to be the same each time."""
        found = self._where.get(place)
        if found is None:
            if len(self._where) >= _READ:
                self._where.clear()
            found = self._where[place] = _where(place, model)
        return found

    def of_signs(
        self, start: NDArray[np.int64], number: Ints, nats: NDArray[np.float64], model: Model
    ) -> dict[str, NDArray[Any]]:
        """What kind signs are, how they come in bursts, and what the headlines that hold them are about.

        Args:
            start: Where the signs of each report begin, and the end of the last.
            number: The signs.
            nats: How surprising each is.
            model: The same each time.
        """
        known, every = self._of_signs.size, len(self.signs)
        if known < every:
            new = list(islice(reversed(self.signs), every - known))[::-1]
            self._of_signs.append(
                len(new),
                kind=np.array([_kind(sign) for sign in new], dtype=np.int8),
                burst=np.array([model.word_bursts(sign) for sign in new], dtype=np.float64),
                subject=np.array([model.subject(sign) for sign in new], dtype=np.float64),
            )
        return {
            "sign_kind": self._of_signs["kind"][number],
            "sign_burst": self._of_signs["burst"][number],
            "subject": kernels.subjects(start, number, nats, self._of_signs["subject"]),
        }

    def surprise(self, place: str, model: Model) -> _Surprise:
        """How surprising signs are at a place; the model has to be the same each time."""
        found = self._surprise.get(place)
        if found is None or len(found) > _SIGNS_KEPT:
            if len(self._surprise) >= _PLACES_KEPT:
                self._surprise.clear()
            found = self._surprise[place] = _Surprise(place, model)
        return found

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
    """The one day that a headline with days in it names, days since 1970; -1 for several."""
    named = named_day(headline, (_EPOCH + timedelta(days=middle)).date())
    return -1.0 if named is None else float((named - _EPOCH.date()).days)


def _tolls(headline: str) -> tuple[int, int]:
    """How many were killed and injured, as a headline that is no round-up says; -1 for no number."""
    if not headline or genre(headline).genre is Genre.ROUND_UP:
        return (-1, -1)
    held = tolls(headline)
    return (max(held["killed"], default=-1), max(held["injured"], default=-1))


def _days(moment: datetime) -> float:
    return (moment - _EPOCH) / timedelta(days=1)


class _Where(NamedTuple):
    """A place and what the model knows of it; fields as in `Columns`, `key` its name in the tables."""

    key: str
    longitude: float
    latitude: float
    radius_km: float
    is_area: bool
    rate: float
    burst_same: float
    burst_next: float


def _where(place: Place | None, model: Model) -> _Where:
    key, spot = "", (math.nan, math.nan, math.nan)
    if isinstance(place, Point):
        key = place_key(place.longitude, place.latitude)
        spot = (place.longitude, place.latitude, place.precision_m / 1000.0)
    elif isinstance(place, Area):
        key, zone = place.zone, model.zones.get(place.zone)
        if zone is not None:
            spot = (zone.longitude, zone.latitude, zone.radius_km)
    return _Where(
        key, *spot, isinstance(place, Area), model.place_rate.get(key, 0.05), *model.burst(key)
    )


def _bits(signs: tuple[str, ...], bit: dict[str, int]) -> int:
    return sum(bit.get(sign, 0) for sign in signs)


def telling_signs(report: Report) -> tuple[str, ...]:
    """The signs of a report's headline that may tell events apart, sorted.

    Who did it is compared as a party: the words that name him are no shared name.
    """
    return telling(report.headline, report.actors)


@lru_cache(maxsize=_READ)
def telling(headline: str, actors: tuple[ActorEvidence, ...]) -> tuple[str, ...]:
    """As `telling_signs`, of a headline and the parties that its report names."""
    if not headline or not actors:
        return tokens(headline) if headline else ()
    named = {
        sign
        for actor in actors
        if actor.basis is Basis.STATED
        for sign in tokens(actor.words.lower())
        if _kind(sign) == STEM or sign in SIDES
    }
    return tuple(sign for sign in tokens(headline) if sign not in named)


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
        + DAY_BY_DAY * (not _DAILY.isdisjoint(signs))
    )


class _Said(NamedTuple):
    """What a headline says by itself; fields as in `Columns`, `dated` whether it names a day."""

    killed: int
    injured: int
    mood: int
    targets: int
    weapons: int
    agencies: int
    regions: int
    wholes: int
    towns: int
    dated: bool


@lru_cache(maxsize=_READ)
def _said(headline: str) -> _Said:
    """What a headline says, read once: outlets print it for several places and again in later versions."""
    signs = tokens(headline) if headline else ()
    places = named(headline)
    killed, injured = _tolls(headline)
    return _Said(
        killed=killed,
        injured=injured,
        mood=_mood(headline, signs),
        targets=_bits(signs, _TARGET_BIT),
        weapons=_bits(signs, _WEAPON_BIT),
        agencies=_bits(signs, _AGENCY_BIT),
        regions=places.regions,
        wholes=places.wholes,
        towns=places.towns,
        dated=any(sign[0] == "@" for sign in signs),
    )


_TYPES: dict[str, Any] = {
    **dict.fromkeys(
        ("longitude", "latitude", "radius_km", "rate", "burst_same", "burst_next"), np.float64
    ),
    "is_area": np.bool_,
    "mood": np.int16,
    **dict.fromkeys(
        ("killed", "injured", "targets", "weapons", "agencies", "regions", "wholes", "towns"),
        np.int64,
    ),
}
"""Of what type the columns are that a place and a headline give."""


def lay(reports: Sequence[Report], model: Model, numbering: Numbering | None = None) -> Columns:
    """Lay reports out in columns.

    Args:
        reports: Sorted by identifier, each identifier once.
        model: Gives the surprise of signs, the rate of places and where areas lie.
        numbering: Numbers that other reports were laid out with; their own where None.
    """
    given = numbering or Numbering()
    where = [given.where(report.place, model) for report in reports]
    said = [_said(report.headline) for report in reports]
    signs = [
        tuple([sign for sign in told if sign[0] != "@"]) if says.dated else told
        for told, says in zip(map(telling_signs, reports), said, strict=True)
    ]
    given.know(
        {there.key for there in where} - {""},
        {r.source for r in reports},
        {a.party for r in reports for a in r.actors if a.basis is Basis.STATED},
        set().union(*signs),
    )
    party_bit = {party: 1 << min(at, 62) for party, at in given.parties.items()}
    moments = {moment for r in reports for moment in (r.happened.start, r.happened.end)}
    day = {moment: _days(moment) for moment in moments}
    middle = [(day[r.happened.start] + day[r.happened.end]) / 2 for r in reports]
    return Columns(
        day=np.array(middle, dtype=np.float64),
        said_day=np.array(
            [
                _said_day(r.headline, at) if says.dated else -1.0
                for r, says, at in zip(reports, said, middle, strict=True)
            ],
            dtype=np.float64,
        ),
        place=np.array([given.places.get(there.key, -1) for there in where], dtype=np.int32),
        **_by_field(_Where, where),
        acts=np.array([_acts(r.acts) if r.acts else 0 for r in reports], dtype=np.int64),
        actors=np.array(
            [
                sum(party_bit[p] for p in {a.party for a in r.actors if a.basis is Basis.STATED})
                if r.actors
                else 0
                for r in reports
            ],
            dtype=np.int64,
        ),
        source=np.array([given.sources[r.source] for r in reports], dtype=np.int32),
        **_by_field(_Said, said),
        **_signs(signs, [there.key for there in where], given, model),
    )


def _by_field(kind: type[_Where | _Said], rows: Sequence[_Where | _Said]) -> dict[str, Any]:
    """The fields of some rows that are columns, each as an array."""
    return {
        name: np.array([row[at] for row in rows], dtype=_TYPES[name])
        for at, name in enumerate(kind._fields)
        if name in _TYPES
    }


@lru_cache(maxsize=_READ)
def _acts(acts: tuple[ActEvidence, ...]) -> int:
    return sum(_ACT_BIT[act] for act in {a.act for a in acts if a.basis is Basis.LABELLED})


def _signs(
    signs: Sequence[tuple[str, ...]], places: Sequence[str], given: Numbering, model: Model
) -> dict[str, Any]:
    """The signs of each report, one after the other, with their surprise at its place."""
    surprise = {place: given.surprise(place, model) for place in set(places)}
    flat = list(chain.from_iterable(signs))
    number = np.fromiter(map(given.signs.__getitem__, flat), np.int32, len(flat))
    nats = (
        map(surprise[place].__getitem__, held) for held, place in zip(signs, places, strict=True)
    )
    start = np.cumsum([0, *map(len, signs)], dtype=np.int64)
    sign_nats = np.fromiter(chain.from_iterable(nats), np.float64, len(flat))
    return {
        "sign_start": start,
        "sign": number,
        "sign_nats": sign_nats,
        **given.of_signs(start, number, sign_nats, model),
    }


class _Surprise(dict[str, float]):
    """How surprising signs are at a place, each worked out when it first comes up."""

    def __init__(self, place: str, model: Model) -> None:
        super().__init__()
        self._place, self._model = place, model

    def __missing__(self, sign: str) -> float:
        found = self[sign] = self._model.surprise(sign, self._place)
        return found
