"""Who held which place when: inference from points whose control is known, never certainty.

Rules this module keeps:
1. The parties' names come from the settings; nothing here knows one (law 2).
2. Between the points of two holders, near a contested point, or across a change during the period,
   nobody is named.
3. What is inferred says by which rule and from which point.

Source: VIINA 2.0 control points (Zhukov & Ayers), ODbL 1.0; GeoNames for names and positions.
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from waarborg.base.parties import PartyId
from waarborg.base.places import Area, Place, Point
from waarborg.base.problems import Problem
from waarborg.base.times import Period
from waarborg.reports.mission import ControlSettings

COLUMNS = ("geonameid", "name", "latitude", "longitude", "date_from", "status")
_EARTH_M = 6_371_008.8
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A place's status from a day on.

    Attributes:
        place: The source's identifier of the place.
        since: First day of the status.
        status: The source's own word.
        name: The place's name.
        longitude: Degrees east.
        latitude: Degrees north.
    """

    place: str
    since: date
    status: str
    name: str
    longitude: float
    latitude: float


def parse(data: bytes, settings: ControlSettings) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    """Read control data; rows with a problem are left out and told.

    Args:
        data: The file's bytes, CSV in UTF-8 with the columns of `COLUMNS`.
        settings: Which statuses there are; the file's name.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        found = f"the byte 0x{data[error.start]:02x}"
        return (), (
            Problem(settings.file, line, "VII-041", "the file is not in UTF-8", "UTF-8", found, "save the file as UTF-8"),
        )  # fmt: skip
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        return (), (
            Problem(settings.file, 1, "VII-042", "columns are missing", ", ".join(COLUMNS), "no " + ", ".join(missing), "export the file with all its columns"),
        )  # fmt: skip
    changes: dict[tuple[str, date], Change] = {}
    problems: list[Problem] = []
    for row in reader:
        change = _change(row, settings)
        line = reader.line_num
        if isinstance(change, tuple):
            problems.append(Problem(settings.file, line, *change))
        elif changes.setdefault((change.place, change.since), change) != change:
            problems.append(
                Problem(settings.file, line, "VII-044", "the place has two states from one day", "one state a place and day", f"{change.place} on {change.since}", "find out which row is right; the first is taken"),
            )  # fmt: skip
    return tuple(sorted(changes.values())), tuple(problems)


def _change(row: dict[str, str], settings: ControlSettings) -> Change | tuple[str, ...]:
    """A row as a change, or what is wrong with it (code, message, expected, found, fix)."""
    cells = {name: row.get(name) or "" for name in COLUMNS}
    statuses = [*settings.holders, *settings.contested]
    fix = "correct the row; until then it is left out"
    if None in row or any(row.get(name) is None for name in COLUMNS):
        return ("VII-043", "the row has the wrong number of fields", f"{len(COLUMNS)} fields", repr(",".join(v for v in cells.values())), fix)  # fmt: skip
    if any(cells[name].startswith(_FORMULA_STARTS) for name in ("geonameid", "name", "status")):
        return ("VII-043", "a cell begins like a formula", "text that begins with a letter or a figure", repr(cells["name"]), fix)  # fmt: skip
    try:
        since = datetime.strptime(cells["date_from"], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return ("VII-043", "the date does not exist", "a day as YYYYMMDD", repr(cells["date_from"]), fix)  # fmt: skip
    try:
        longitude, latitude = float(cells["longitude"]), float(cells["latitude"])
    except ValueError:
        longitude = latitude = math.nan
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        found = f"{cells['longitude']!r}, {cells['latitude']!r}"
        return ("VII-043", "the coordinate is not a place on earth", "longitude -180 to 180, latitude -90 to 90", found, fix)  # fmt: skip
    if cells["status"] not in statuses:
        return ("VII-043", "the status is not defined", ", ".join(statuses), repr(cells["status"]), "define it in [control] of mission.toml")  # fmt: skip
    return Change(cells["geonameid"], since, cells["status"], cells["name"], longitude, latitude)


class Control:
    """Answers who held a place, from changes and the mission's rule."""

    def __init__(
        self,
        changes: Iterable[Change],
        settings: ControlSettings,
        zones: Mapping[str, BaseGeometry],
    ) -> None:
        """Take the data.

        Args:
            changes: As `parse` gives them, in any order.
            settings: The rule.
            zones: Shapes by zone, in WGS 84 degrees; `settings.default_zone` is one of them.

        Raises:
            KeyError: The default zone has no shape.
        """
        self.name = settings.name
        self._settings = settings
        self._zones = zones
        self._zone = zones[settings.default_zone]
        shapely.prepare(self._zone)
        series: dict[str, list[Change]] = defaultdict(list)
        for change in sorted(set(changes)):
            series[change.place].append(change)
        self._doubted = {doubt.place for doubt in settings.doubted}
        self._series = [series[place] for place in sorted(series)]
        self._since = [[change.since for change in places] for places in self._series]
        self._default_since = [self._held_by_default_since(places) for places in self._series]
        self._lon = np.radians([places[0].longitude for places in self._series])
        self._lat = np.radians([places[0].latitude for places in self._series])
        self._points = shapely.points(
            [places[0].longitude for places in self._series],
            [places[0].latitude for places in self._series],
        )
        self._near = lru_cache(maxsize=None)(self._neighbours)
        self._inside = lru_cache(maxsize=None)(self._lies_inside)
        self._at_point = lru_cache(maxsize=None)(self._point_holder)
        self._in_area = lru_cache(maxsize=None)(self._area_holder)
        self._points_of = lru_cache(maxsize=None)(self._points_inside)

    def holder(self, place: Place | None, period: Period) -> tuple[PartyId | None, str]:
        """Who held a place throughout a period.

        Args:
            place: A point is judged by the rule, an area by all the points in it; no place gives nobody.
            period: When; a change of control within it gives nobody.

        Returns:
            The party, or None when it cannot be said, and why, as one sentence without full stop.
        """
        if place is None:
            return None, "the place is not known"
        zone = self._settings.time_zone
        first = period.start.astimezone(zone).date()
        last = (period.end - timedelta(microseconds=1)).astimezone(zone).date()
        if isinstance(place, Area):
            return self._in_area(place.zone, first, last)
        return self._at_point(place, first, last)

    def _area_holder(self, zone: str, first: date, last: date) -> tuple[PartyId | None, str]:
        """The holder of a whole zone: every point in it, and the default holder where none is known."""
        settings = self._settings
        shape = self._zones.get(zone)
        if shape is None:
            return None, f"the zone {zone} has no shape"
        inside = self._points_of(zone)
        if inside is None:
            return None, f"the zone {zone} does not lie inside the zone {settings.default_zone}"
        alone = {settings.default_holder}
        for index in inside:
            if first >= self._default_since[index] or self._holders(index, first, last) == alone:
                continue
            return None, f"the zone {zone} was not held by one party alone, by {self.name}"
        return settings.default_holder, (
            f"inference: {self.name} know no place in the zone {zone} held by another or contested"
        )

    def _held_by_default_since(self, changes: Sequence[Change]) -> date:
        """The day from which a point was always held by the default holder; never: the last day."""
        if changes[0].place in self._doubted:
            return date.max
        since = date.max
        for change in reversed(changes):
            if self._settings.holders.get(change.status) != self._settings.default_holder:
                break
            since = change.since
        return since

    def _points_inside(self, zone: str) -> tuple[int, ...] | None:
        """The points in a zone; None when it does not lie inside the default zone."""
        shape = self._zones[zone]
        # A drawn border is no surveyed one: a sliver outside does not take a zone out of the larger.
        if shape.intersection(self._zone).area < 0.98 * shape.area:
            return None
        return tuple(np.flatnonzero(shapely.covers(shape, self._points)).tolist())

    def _point_holder(self, place: Point, first: date, last: date) -> tuple[PartyId | None, str]:
        settings = self._settings
        if not self._inside(place.longitude, place.latitude):
            return (
                None,
                f"the place lies outside the zone {settings.default_zone}, where {self.name} say nothing",
            )
        around = self._near(place.longitude, place.latitude)
        if around and around[0][0] <= settings.near_m:
            return self._by_nearest(around, first, last)
        for distance, index in around:
            holders = self._holders(index, first, last)
            if holders != {settings.default_holder}:
                return None, (
                    f"no point of {self.name} lies within {settings.near_m / 1000:g} km, and "
                    f"{self._series[index][0].name}, {distance / 1000:.0f} km away, is not held by "
                    f"{settings.default_holder} alone"
                )
        return settings.default_holder, (
            f"inference: inside the zone {settings.default_zone}, and {self.name} know no place within "
            f"{settings.clear_m / 1000:g} km held by another or contested"
        )

    def _lies_inside(self, longitude: float, latitude: float) -> bool:
        """Whether a position lies in the zone of which the data speak."""
        return bool(self._zone.covers(shapely.Point(longitude, latitude)))

    def _by_nearest(
        self, around: tuple[tuple[float, int], ...], first: date, last: date
    ) -> tuple[PartyId | None, str]:
        """The holder on which every point within the near distance agrees."""
        close = [(d, i) for d, i in around if d <= self._settings.near_m]
        distance, index = close[0]
        holders = {holder for _, near in close for holder in self._holders(near, first, last)}
        name = self._series[index][0].name
        if len(holders) == 1 and (holder := next(iter(holders))) is not None:
            return holder, (
                f"inference: {name}, {distance / 1000:.1f} km away, stands as held by {holder} in {self.name}"
            )
        if None in self._holders(index, first, last):
            return (
                None,
                f"{name}, {distance / 1000:.1f} km away, stands as contested, doubted or without a state in {self.name}",
            )
        return None, (
            f"points of {self.name} within {self._settings.near_m / 1000:g} km do not agree on one "
            f"holder from {first} to {last}"
        )

    def _holders(self, index: int, first: date, last: date) -> set[PartyId | None]:
        """Everyone who held a point at some time from the first to the last day."""
        since, changes = self._since[index], self._series[index]
        if changes[0].place in self._doubted:
            return {None}
        begin, end = bisect_right(since, first) - 1, bisect_right(since, last)
        holders = self._settings.holders
        found = {holders.get(change.status) for change in changes[max(begin, 0) : end]}
        if begin < 0:
            found.add(None)
        return found

    def _neighbours(self, longitude: float, latitude: float) -> tuple[tuple[float, int], ...]:
        """Points within the clear distance, nearest first, as (metres, index)."""
        if not self._series:
            return ()
        lon, lat = math.radians(longitude), math.radians(latitude)
        half = (
            np.sin((self._lat - lat) / 2) ** 2
            + math.cos(lat) * np.cos(self._lat) * np.sin((self._lon - lon) / 2) ** 2
        )
        metres = 2 * _EARTH_M * np.arcsin(np.sqrt(half))
        reach = max(self._settings.near_m, self._settings.clear_m)
        return tuple(sorted((float(metres[i]), int(i)) for i in np.flatnonzero(metres <= reach)))
