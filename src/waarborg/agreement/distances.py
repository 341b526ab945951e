"""Distance rules settled: whether a place lies near the edge of a zone, or near a line.

Rules this module keeps:
1. Distances are metres on the WGS 84 ellipsoid, to the nearest point of the edge or line; its
   pieces are straight in longitude and latitude (RFC 7946). Right to two metres up to 50 km.
2. A place exactly as far away as the rule says is near.
3. A position with a precision is near when all of its circle is, not near when none of it is;
   otherwise it cannot be said. The same holds for somewhere in an area.
4. A zone that ends at the edge of the map, the 180th meridian, ends there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from waarborg.agreement.sections import Distance
from waarborg.agreement.zones import Truths, Zones, degree_lengths
from waarborg.base.judgement import Verdict
from waarborg.base.places import Area, Place, Point

_BAND = 0.25
"""Height in degrees of the bands of latitude in which one scale of the map is good enough."""
_SLACK = 1.01

_NO, _YES, _UNKNOWN = 0, 1, -1

Metres = npt.NDArray[np.float64]


def distance_columns(
    rules: Mapping[str, Distance], zones: Zones, places: Sequence[Place | None]
) -> dict[str, pl.Series]:
    """One Boolean column a distance rule, named "near:<id>", null where it cannot be decided.

    Args:
        rules: The distance rules of the agreement.
        zones: The map they speak of.
        places: Where each incident happened, None where not known.
    """
    distinct = list(dict.fromkeys(places))
    index = {place: i for i, place in enumerate(distinct)}
    rows = np.fromiter((index[p] for p in places), np.int64, len(places))
    columns: dict[str, pl.Series] = {}
    for name, rule in sorted(rules.items()):
        codes = pl.Series(f"near:{name}", near(rule, zones, distinct)[rows])
        columns[codes.name] = (codes == _YES).set(codes == _UNKNOWN, None)
    return columns


def near(rule: Distance, zones: Zones, places: Sequence[Place | None]) -> Truths:
    """Whether each place is as near as a rule says: 1 yes, 0 no, -1 cannot be said.

    Raises:
        KeyError: The map has no such zone or line.
    """
    least, most = _bounds(zones.edge(rule.of), zones, places)
    codes = np.where(most <= rule.metres, _YES, np.where(least > rule.metres, _NO, _UNKNOWN))
    if rule.side != "either":
        within = zones.codes(places, [rule.of])[rule.of]
        codes = _both(codes, within if rule.side == "inside" else _opposite(within))
    if rule.within:
        codes = _both(codes, zones.codes(places, [rule.within])[rule.within])
    return codes.astype(np.int8)


def _both(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    known = np.where((one == _YES) & (other == _YES), _YES, _UNKNOWN)
    return np.where((one == _NO) | (other == _NO), _NO, known)


def _opposite(codes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.where(codes == _UNKNOWN, _UNKNOWN, 1 - codes)


def _bounds(edge: Any, zones: Zones, places: Sequence[Place | None]) -> tuple[Metres, Metres]:
    """For each place how far it is from an edge, at least and at most."""
    least, most = np.zeros(len(places)), np.full(len(places), np.inf)
    points = [(i, p) for i, p in enumerate(places) if isinstance(p, Point)]
    if points:
        rows = [i for i, _ in points]
        longitude, latitude, precision = (
            np.array([getattr(p, name) for _, p in points], dtype=np.float64)
            for name in ("longitude", "latitude", "precision_m")
        )
        away = metres_from(edge, longitude, latitude)
        least[rows] = np.maximum(away - precision, 0.0)
        most[rows] = away + precision
    areas = {p.zone for p in places if isinstance(p, Area) and p.zone in zones.zones}
    known = {zone: _from_area(edge, zones.zones[zone].shape) for zone in sorted(areas)}
    for i, place in enumerate(places):
        if isinstance(place, Area) and place.zone in known:
            least[i], most[i] = known[place.zone]
    return least, most


def metres_from(edge: Any, longitude: Metres, latitude: Metres) -> Metres:
    """How far points are from the nearest point of an edge, in metres.

    The nearest point is looked for on a map drawn to the scale of the point's own latitude; a small
    error in where it is hardly changes how far it is.
    """
    found = np.zeros(len(longitude))
    bands = np.floor(latitude / _BAND)
    for band in np.unique(bands):
        rows = np.flatnonzero(bands == band)
        points = shapely.points(longitude[rows], latitude[rows])
        found[rows] = _apart(edge, points, (band + 0.5) * _BAND)
    return found


def _apart(edge: Any, others: Any, latitude: float) -> Metres:
    """Distance in metres of shapes from an edge, on a map that is true to scale at a latitude."""
    across, along = degree_lengths(np.array([latitude]))
    scale = np.array([max(float(across[0] / along[0]), 1e-9), 1.0])
    drawn = shapely.transform(edge, lambda corners: corners * scale)
    shapely.prepare(drawn)
    lines = shapely.shortest_line(drawn, shapely.transform(others, lambda c: c * scale))
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2) / scale
    middle = ends[:, :, 1].mean(axis=1)
    wide, high = degree_lengths(middle)
    step = ends[:, 1] - ends[:, 0]
    away: Metres = np.hypot(step[:, 0] * wide, step[:, 1] * high)
    return away


def within_metres(one: Place | None, other: Place | None, metres: int) -> Verdict:
    """Whether two places lie no further apart than so many metres; areas leave it open."""
    if not isinstance(one, Point) or not isinstance(other, Point):
        return Verdict.UNKNOWN
    across, along = degree_lengths(np.array([(one.latitude + other.latitude) / 2]))
    # the shorter way round: 179.99 and -179.99 are neighbours
    east = (other.longitude - one.longitude + 180.0) % 360.0 - 180.0
    away = float(
        np.hypot(
            east * across[0],
            (other.latitude - one.latitude) * along[0],
        )
    )
    play = one.precision_m + other.precision_m
    if away - play > metres:
        return Verdict.NO
    return Verdict.YES if away + play <= metres else Verdict.UNKNOWN


def _from_area(edge: Any, shape: Any) -> tuple[float, float]:
    """How far somewhere in an area is from an edge; at most a whole width of the area more."""
    away = min(
        float(_apart(edge, np.array([part]), float(latitude))[0])
        for part in shapely.get_parts(shape)
        for latitude in (shapely.get_y(part.centroid), shapely.get_y(edge.centroid))
    )
    west, south, east, north = shape.bounds
    across, along = degree_lengths(np.array([south, north]))
    width = float(np.hypot((east - west) * across.max(), (north - south) * along.max()))
    return away / _SLACK, away + width * _SLACK
