"""Zones: shapes with names, read from GeoJSON, and whether a place lies in them.

Rules this module keeps:
1. A zone's boundary belongs to the zone, unless its feature says `"boundary": "out"`.
2. A point with a precision lies in a zone when its whole circle does, outside when none of it
   does; otherwise it cannot be said. The circle is drawn in metres on the WGS 84 ellipsoid by the
   local length of a degree, right to a metre or two for circles of up to about 50 km.
3. Edges between the corners of a zone are straight lines in longitude and latitude (RFC 7946).
4. An area lies in a zone when its own zone does, outside when the two share no ground; otherwise
   it cannot be said. Slivers below a millionth of the smaller shape count as no shared ground,
   since neighbours drawn from different sources never fit exactly.
5. A line is no zone: nothing lies in it. Distance rules are measured from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from waarborg.base.judgement import Verdict, from_bool
from waarborg.base.places import Area, Place, Point
from waarborg.base.problems import Problem, ProblemsFound

_SLIVER = 1e-6
_CORNERS = 32
_EQUATOR_M = 6378137.0
_ECCENTRICITY_2 = 0.00669437999014

_NO, _YES, _UNKNOWN = 0, 1, -1
_AREAS = frozenset({"Polygon", "MultiPolygon"})
_LINES = frozenset({"LineString", "MultiLineString"})

Truths = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Zone:
    """A shape with a name.

    Attributes:
        id: Identifier, as "UA-63".
        words: How a sentence calls it.
        basis: Where the shape comes from, in words.
        shape: The geometry in WGS 84 degrees.
        owns_boundary: Whether a point on the boundary lies in it.
    """

    id: str
    words: str
    basis: str
    shape: Any
    owns_boundary: bool = True


@dataclass(frozen=True)
class Zones:
    """The zones and lines of a mission, with the relations between zones worked out once."""

    zones: Mapping[str, Zone]
    lines: Mapping[str, Zone] = field(default_factory=dict)
    _relations: dict[tuple[str, str], int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """Identifiers, sorted."""
        return tuple(sorted(self.zones))

    @property
    def names(self) -> dict[str, str]:
        """Column to words, as `words.sentence` and `explain` take them."""
        return {f"zone:{zone.id}": zone.words for zone in self.zones.values()}

    def edge(self, name: str) -> Any:
        """The line of that name, or the edge of the zone of that name.

        Raises:
            KeyError: There is no such line or zone.
        """
        return self.lines[name].shape if name in self.lines else self.zones[name].shape.boundary

    def membership(self, place: Place | None, zone: str) -> Verdict:
        """Whether one place lies in a zone.

        Raises:
            KeyError: There is no such zone.
        """
        code = int(self.codes([place], [zone])[zone][0])
        return from_bool(None if code == _UNKNOWN else code == _YES)

    def codes(
        self, places: Sequence[Place | None], zones: Iterable[str] | None = None
    ) -> dict[str, Truths]:
        """Membership of many places at once: for each zone an array of 1 yes, 0 no, -1 unknown.

        Args:
            places: The places, None where not known.
            zones: The zones asked for; all when None.

        Raises:
            KeyError: There is no such zone.
        """
        asked = list(self.ids if zones is None else zones)
        distinct = sorted({p for p in places if p is not None}, key=_place_key)
        index = {place: i for i, place in enumerate(distinct)}
        rows = np.fromiter(
            (len(distinct) if p is None else index[p] for p in places), np.int64, len(places)
        )
        points = [(i, p) for i, p in enumerate(distinct) if isinstance(p, Point)]
        areas = [(i, p) for i, p in enumerate(distinct) if isinstance(p, Area)]
        where = np.array([i for i, _ in points], dtype=np.int64)
        shapes = _circles([p for _, p in points])
        tree = shapely.STRtree(shapes)
        found: dict[str, Truths] = {}
        for zone in asked:
            shape, owns = self.zones[zone].shape, self.zones[zone].owns_boundary
            codes = np.full(len(distinct) + 1, _NO, dtype=np.int8)
            codes[len(distinct)] = _UNKNOWN
            codes[where[tree.query(shape, predicate="intersects")]] = _UNKNOWN
            inside = "covers" if owns else "contains_properly"
            codes[where[tree.query(shape, predicate=inside)]] = _YES
            if not owns:
                codes[where[tree.query(shape, predicate="touches")]] = _NO
            for i, area in areas:
                codes[i] = self.relation(area.zone, zone)
            found[zone] = codes[rows]
        return found

    def relation(self, inner: str, outer: str) -> int:
        """Whether somewhere in one zone is somewhere in another: 1 yes, 0 no, -1 unknown.

        An area whose own zone is not in the file can lie anywhere, so the answer is unknown.
        """
        if inner == outer:
            return _YES
        if inner not in self.zones or outer not in self.zones:
            return _UNKNOWN
        key = (inner, outer)
        if key not in self._relations:
            self._relations[key] = _relate(self.zones[inner].shape, self.zones[outer].shape)
        return self._relations[key]


def _place_key(place: Place) -> tuple[str, float, float, float, str]:
    if isinstance(place, Area):
        return (place.zone, 0.0, 0.0, 0.0, place.name)
    return ("", place.longitude, place.latitude, place.precision_m, place.name)


def _relate(inner: Any, outer: Any) -> int:
    if not inner.intersects(outer):
        return _NO
    shared, own, other = inner.intersection(outer).area, inner.area, outer.area
    if own - shared <= _SLIVER * own:
        return _YES
    return _NO if shared <= _SLIVER * min(own, other) else _UNKNOWN


def _circles(points: Sequence[Point]) -> npt.NDArray[np.object_]:
    """Circles of each point's precision, drawn around so that no part of the true circle is lost.

    Near a pole or the 180th meridian the corners leave the map's range; such a circle covers the
    whole width of the map, so that nothing is claimed there that cannot be said.
    """
    if not points:
        return np.array([], dtype=np.object_)
    lon, lat, radius = (
        np.array([getattr(p, name) for p in points], dtype=np.float64)
        for name in ("longitude", "latitude", "precision_m")
    )
    across, along = degree_lengths(lat)
    drawn = radius / np.cos(np.pi / _CORNERS)
    wide, high = drawn / np.maximum(across, 1e-9), drawn / along
    turn = np.linspace(0.0, 2.0 * np.pi, _CORNERS, endpoint=False)
    corners = np.stack(
        [
            lon[:, None] + wide[:, None] * np.cos(turn)[None, :],
            lat[:, None] + high[:, None] * np.sin(turn)[None, :],
        ],
        axis=-1,
    )
    shapes = np.asarray(shapely.points(lon, lat), dtype=np.object_)
    drawn_at = radius > 0
    if drawn_at.any():
        shapes[drawn_at] = shapely.polygons(corners[drawn_at])
    leaves = (np.abs(lon) + wide > 180) | (np.abs(lat) + high > 90)
    for i in np.flatnonzero(leaves & drawn_at):
        shapes[i] = shapely.box(-180, max(-90, lat[i] - high[i]), 180, min(90, lat[i] + high[i]))
    return shapes


def degree_lengths(
    latitude: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Length in metres of a degree of longitude and of latitude at a latitude (WGS 84)."""
    radians = np.radians(latitude)
    bulge = 1.0 - _ECCENTRICITY_2 * np.sin(radians) ** 2
    across = np.radians(1.0) * _EQUATOR_M * np.cos(radians) / np.sqrt(bulge)
    along = np.radians(1.0) * _EQUATOR_M * (1.0 - _ECCENTRICITY_2) / bulge**1.5
    return across, along


def read_zones(text: str, name: str) -> Zones:
    """Read zones from GeoJSON text.

    Each feature has the properties `id`, `words`, `basis`, and either a polygon or a line or,
    instead of a geometry, `parts`: a list of other zones whose union it is.

    Args:
        text: The GeoJSON, a FeatureCollection.
        name: How messages call the file.

    Raises:
        ProblemsFound: With every problem of the file (ZON-001 to ZON-008).
    """
    try:
        features = json.loads(text)["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise ProblemsFound(
            [
                Problem(
                    name,
                    getattr(error, "lineno", 0),
                    "ZON-001",
                    "the zones file is not a GeoJSON FeatureCollection",
                    expected='{"type": "FeatureCollection", "features": [...]}',
                    found=text[:60].strip(),
                    fix="save the zones as GeoJSON (RFC 7946)",
                )
            ]
        ) from error
    return _Reader(name).read(features)


class _Reader:
    """Collects the zones of one file and every problem in it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._problems: list[Problem] = []
        self._zones: dict[str, Zone] = {}
        self._lines: dict[str, Zone] = {}
        self._unions: list[tuple[str, str, str, list[str]]] = []

    def read(self, features: list[Any]) -> Zones:
        for number, feature in enumerate(features, start=1):
            self._feature(number, feature)
        for zone, words, basis, parts in self._unions:
            self._union(zone, words, basis, parts)
        if self._problems:
            raise ProblemsFound(self._problems)
        return Zones(dict(sorted(self._zones.items())), dict(sorted(self._lines.items())))

    def _problem(self, code: str, message: str, expected: str, found: str, fix: str) -> None:
        self._problems.append(Problem(self._name, 0, code, message, expected, found[:80], fix))

    def _feature(self, number: int, feature: Any) -> None:
        about = feature.get("properties") if isinstance(feature, dict) else None
        about = about if isinstance(about, dict) else {}
        zone = about.get("id")
        if not isinstance(zone, str) or not zone:
            self._problem(
                "ZON-002",
                f"feature {number} has no identifier",
                'a text under properties, as "id": "UA-63"',
                json.dumps(about, sort_keys=True),
                "give the feature an id",
            )
            return
        if (
            zone in self._zones
            or zone in self._lines
            or any(zone == union[0] for union in self._unions)
        ):
            self._problem(
                "ZON-003",
                f"two zones are called {zone!r}",
                "each identifier once",
                zone,
                "rename or remove one of the two features",
            )
            return
        words, basis = str(about.get("words") or zone), str(about.get("basis") or "")
        if "parts" in about and not feature.get("geometry"):
            self._unions.append((zone, words, basis, [str(part) for part in about["parts"]]))
            return
        shape = self._shape(zone, feature.get("geometry"))
        if shape is None:
            return
        named = Zone(zone, words, basis, shape, self._owns_boundary(zone, about))
        (self._lines if shape.geom_type in _LINES else self._zones)[zone] = named

    def _owns_boundary(self, zone: str, about: dict[str, Any]) -> bool:
        stated = about.get("boundary", "in")
        if stated not in {"in", "out"}:
            self._problem(
                "ZON-008",
                f"zone {zone!r} does not say whose its boundary is",
                '"boundary": "in" or "boundary": "out"; in when left out',
                json.dumps(stated),
                "say whether a point on the boundary lies in the zone",
            )
        return bool(stated != "out")

    def _shape(self, zone: str, geometry: Any) -> Any:
        try:
            shape = None if geometry is None else shapely.from_geojson(json.dumps(geometry))
        except shapely.errors.GEOSException as error:
            self._problem(
                "ZON-004",
                f"the shape of zone {zone!r} cannot be read",
                "a GeoJSON Polygon, MultiPolygon, LineString or MultiLineString",
                str(error),
                "export the shape again",
            )
            return None
        if shape is None or shape.geom_type not in _AREAS | _LINES or shape.is_empty:
            self._problem(
                "ZON-005",
                f"zone {zone!r} is neither an area nor a line",
                "a Polygon, MultiPolygon, LineString or MultiLineString that is not empty",
                "nothing" if shape is None else shape.geom_type,
                "give the zone a shape, or parts",
            )
            return None
        west, south, east, north = shape.bounds
        if west < -180 or east > 180 or south < -90 or north > 90:
            self._problem(
                "ZON-006",
                f"zone {zone!r} leaves the map",
                "longitude -180 to 180 first, then latitude -90 to 90, in degrees",
                f"{west}, {south} to {east}, {north}",
                "give degrees in WGS 84, longitude first",
            )
            return None
        if shape.geom_type in _AREAS and not shape.is_valid:
            shape = shapely.make_valid(shape, method="structure")
        shapely.prepare(shape)
        return shape

    def _union(self, zone: str, words: str, basis: str, parts: list[str]) -> None:
        missing = [part for part in parts if part not in self._zones]
        if missing or not parts:
            self._problem(
                "ZON-007",
                f"zone {zone!r} is made of zones that are not drawn in the file",
                "identifiers of features with a shape",
                ", ".join(missing) or "no parts",
                "correct the list of parts",
            )
            return
        shape = shapely.union_all([self._zones[part].shape for part in parts])
        shapely.prepare(shape)
        self._zones[zone] = Zone(zone, words, basis, shape)
