"""Distance rules held against an independent reckoning of distances on the ellipsoid."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from waarborg.agreement.distances import distance_columns, metres_from, near, within_metres
from waarborg.agreement.sections import Distance
from waarborg.agreement.zones import read_zones
from waarborg.base.grades import Certainty
from waarborg.base.judgement import Verdict
from waarborg.base.places import Area, Place, Point


def feature(name: str, kind: str, corners: Any, **more: str) -> dict[str, Any]:
    """A feature of a map."""
    about = {"id": name, "words": name, "basis": "drawn for a test"} | more
    return {
        "type": "Feature",
        "properties": about,
        "geometry": {"type": kind, "coordinates": corners},
    }


def square(west: float, south: float, east: float, north: float) -> Any:
    """The corners of a rectangle."""
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


MAP = read_zones(
    json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                feature("line", "LineString", [[30, 49], [30, 51]]),
                feature("east", "Polygon", square(30, 49, 32, 51)),
                feature("town", "Polygon", square(30.01, 50, 30.02, 50.01)),
                feature("open", "Polygon", square(30, 49, 32, 51), boundary="out"),
            ],
        }
    ),
    "zones.geojson",
)
DEGREE = 71_695.8
"""Metres of a degree of longitude at 50 degrees north on the WGS 84 ellipsoid."""


def rule(of: str, metres: int, side: str = "either", within: str = "") -> Distance:
    """A distance rule."""
    return Distance("belt", of, metres, side, "a belt", Certainty.STATED, within)


def at(metres_east: float, precision: float = 0.0) -> Point:
    """A place so many metres east of the line, at 50 degrees north."""
    return Point(30 + metres_east / DEGREE, 50.0, precision)


@pytest.mark.parametrize(
    ("asked", "place", "code"),
    [
        (rule("line", 15_000), at(14_990), 1),
        (rule("line", 15_000), at(15_010), 0),
        (rule("line", 15_000), at(-14_990), 1),
        (rule("line", 15_000), at(14_000, 2_000), -1),
        (rule("line", 15_000), at(12_000, 2_000), 1),
        (rule("line", 15_000), at(18_000, 2_000), 0),
        (rule("line", 15_000, within="east"), at(-5_000), 0),
        (rule("line", 15_000, within="east"), at(5_000), 1),
        (rule("line", 15_000, within="east"), at(500, 1_000), -1),
        (rule("east", 15_000, "outside"), at(-5_000), 1),
        (rule("east", 15_000, "outside"), at(5_000), 0),
        (rule("east", 15_000, "inside"), at(5_000), 1),
        (rule("east", 15_000, "inside"), at(0), 1),
        (rule("east", 15_000, "outside"), at(0), 0),
        (rule("open", 15_000, "outside"), at(0), 1),
        (rule("line", 15_000), Area("town"), 1),
        (rule("line", 100), Area("town"), 0),
        (rule("line", 1_000), Area("town"), -1),
        (rule("line", 1_000), Area("nowhere"), -1),
        (rule("line", 1_000), None, -1),
    ],
)
def test_near_far_and_cannot_be_said(asked: Distance, place: Place | None, code: int) -> None:
    """Position, precision, side and area decide, or leave it open, as reckoned by hand."""
    assert near(asked, MAP, [place]).tolist() == [code]


def test_the_same_place_lies_on_both_sides_of_the_180th_meridian() -> None:
    """Two places two kilometres apart across it are near each other, whichever comes first."""
    one, other = Point(179.99, 0.0, 0.0), Point(-179.99, 0.0, 0.0)
    assert within_metres(one, other, 3_000) is within_metres(other, one, 3_000) is Verdict.YES
    assert within_metres(one, other, 2_000) is Verdict.NO


def test_a_column_for_each_rule() -> None:
    """The columns agree with single questions, repeated places included."""
    places = [at(1_000), None, at(1_000), at(99_000), Area("town")]
    columns = distance_columns({"a": rule("line", 3_000), "b": rule("east", 10)}, MAP, places)
    assert columns["near:a"].to_list() == [True, None, True, False, True]
    assert sorted(columns) == ["near:a", "near:b"]


def vincenty(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance in metres between two longitudes and latitudes (Vincenty 1975, inverse)."""
    a, f = 6378137.0, 1 / 298.257223563
    b = (1 - f) * a
    u1, u2 = (math.atan((1 - f) * math.tan(math.radians(p[1]))) for p in (one, other))
    apart = lam = math.radians(other[0] - one[0])
    for _ in range(50):
        s = math.hypot(
            math.cos(u2) * math.sin(lam),
            math.cos(u1) * math.sin(u2) - math.sin(u1) * math.cos(u2) * math.cos(lam),
        )
        if s == 0:
            return 0.0
        c = math.sin(u1) * math.sin(u2) + math.cos(u1) * math.cos(u2) * math.cos(lam)
        sigma = math.atan2(s, c)
        sin_alpha = math.cos(u1) * math.cos(u2) * math.sin(lam) / s
        cos2 = 1 - sin_alpha**2
        middle = c - 2 * math.sin(u1) * math.sin(u2) / cos2 if cos2 else 0.0
        k = f / 16 * cos2 * (4 + f * (4 - 3 * cos2))
        turn = sigma + k * s * (middle + k * c * (2 * middle**2 - 1))
        lam = apart + (1 - k) * f * sin_alpha * turn
    u = cos2 * (a * a - b * b) / (b * b)
    big = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    small = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    third = small / 6 * middle * (4 * s**2 - 3) * (4 * middle**2 - 3)
    delta = small * s * (middle + small / 4 * (c * (2 * middle**2 - 1) - third))
    return b * big * (sigma - delta)


@settings(max_examples=60, deadline=None)
@given(
    latitude=st.floats(-65, 65),
    bends=st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=2, max_size=4),
    step=st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)),
)
def test_distances_are_those_of_the_ellipsoid(
    latitude: float, bends: list[tuple[float, float]], step: tuple[float, float]
) -> None:
    """Up to 50 km the distance to a bent line is right to two metres."""
    line = shapely.LineString([(30 + x, latitude + y) for x, y in bends])
    assume(line.length > 0.01)
    longitude, north = 30 + step[0], latitude + step[1]
    (found,) = metres_from(line, np.array([longitude]), np.array([north]))
    assume(found < 50_000)
    pieces = shapely.get_coordinates(shapely.segmentize(line, 0.0005))
    scale = math.cos(math.radians(north))
    rough = ((pieces[:, 0] - longitude) * scale) ** 2 + (pieces[:, 1] - north) ** 2
    nearest = pieces[np.argsort(rough)[:60]]
    expected = min(vincenty((longitude, north), (x, y)) for x, y in nearest.tolist())
    # The dense points lie up to 28 m apart from the true foot along the line.
    assert found - 2.0 <= expected <= math.hypot(found, 28.0) + 2.0
