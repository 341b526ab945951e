"""Zones: membership of points with a precision and of areas; refusals of a zones file."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from waarborg.agreement.columns import zone_columns
from waarborg.agreement.zones import degree_lengths, read_zones
from waarborg.base.judgement import Verdict
from waarborg.base.places import Area, Place, Point
from waarborg.base.problems import ProblemsFound


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle as a GeoJSON geometry."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(geometry: Any, **about: Any) -> dict[str, Any]:
    """A GeoJSON feature."""
    return {"type": "Feature", "properties": about, "geometry": geometry}


def collection(*features: Any) -> str:
    """A GeoJSON feature collection as text."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


WEST = feature(square(30, 48, 32, 50), id="west", words="the West", basis="drawn for a test")
EAST = feature(square(32, 48, 34, 50), id="east", words="the East", basis="drawn for a test")
STRIP = feature(square(31.5, 48, 32.5, 50), id="strip", words="the strip", basis="drawn for a test")
BOTH = feature(None, id="both", words="both", basis="their union", parts=["west", "east"])
ZONES = read_zones(collection(WEST, EAST, STRIP, BOTH), "zones.geojson")

YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Point(31, 49, 1000), {"west": YES, "east": NO, "strip": NO, "both": YES}),
        (Point(32, 49, 5000), {"west": UNKNOWN, "east": UNKNOWN, "strip": YES, "both": YES}),
        (Point(30, 48, 0), {"west": YES, "east": NO, "strip": NO, "both": YES}),
        (Point(20, 49, 1000), {"west": NO, "east": NO, "strip": NO, "both": NO}),
        (Point(31, 49, 400_000), dict.fromkeys(("west", "east", "strip", "both"), UNKNOWN)),
        (Area("west"), {"west": YES, "east": NO, "strip": UNKNOWN, "both": YES}),
        (Area("both"), {"west": UNKNOWN, "east": UNKNOWN, "strip": UNKNOWN, "both": YES}),
        (Area("elsewhere"), dict.fromkeys(("west", "east", "strip", "both"), UNKNOWN)),
        (None, dict.fromkeys(("west", "east", "strip", "both"), UNKNOWN)),
    ],
)
def test_membership(place: Place | None, expected: dict[str, Verdict]) -> None:
    """In when all of it is in, out when none of it is, otherwise it cannot be said."""
    assert {zone: ZONES.membership(place, zone) for zone in expected} == expected


def test_the_circle_is_drawn_in_metres() -> None:
    """At 49 degrees north a degree is about 73.2 km wide and 111.2 km high."""
    across, along = degree_lengths(np.array([49.0]))
    assert across[0] == pytest.approx(73_172, abs=20)
    assert along[0] == pytest.approx(111_207, abs=20)
    just_inside = Point(31.0, 49.0, 0.99 * across[0])
    just_across = Point(31.0, 49.0, 1.01 * across[0])
    assert ZONES.membership(just_inside, "west") is YES
    assert ZONES.membership(just_across, "west") is UNKNOWN


def test_many_places_give_the_same_as_one_at_a_time() -> None:
    """The columns agree with single questions, repeated places included."""
    places: list[Place | None] = [
        Point(30 + i % 7, 48 + i % 3, float(1000 * (i % 5))) for i in range(60)
    ]
    places += [None, Area("west"), Area("both")]
    columns = zone_columns(ZONES, places)
    for zone in ZONES.ids:
        single = [ZONES.membership(place, zone) for place in places]
        truth = {YES: True, NO: False, UNKNOWN: None}
        assert columns[f"zone:{zone}"].to_list() == [truth[verdict] for verdict in single]


def test_near_the_edge_of_the_map_nothing_is_claimed() -> None:
    """A circle across the 180th meridian may lie on the other side of the map."""
    far = read_zones(
        collection(feature(square(-180, -20, -179, 20), id="date_line")), "zones.geojson"
    )
    assert far.membership(Point(179.999, 0, 5000), "date_line") is UNKNOWN
    assert far.membership(Point(170, 0, 5000), "date_line") is NO


def test_names_are_those_of_the_file() -> None:
    """Zones bring their own words."""
    assert ZONES.names["zone:west"] == "the West"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "ZON-001 zones.geojson:1 · the zones file is not a GeoJSON FeatureCollection"),
        ("[]", "ZON-001 zones.geojson · the zones file is not a GeoJSON FeatureCollection"),
        (collection(feature(square(0, 0, 1, 1))), "ZON-002 zones.geojson · feature 1 has no id"),
        (collection(WEST, WEST), "ZON-003 zones.geojson · two zones are called 'west'"),
        (
            collection(feature({"type": "Polygon", "coordinates": "x"}, id="a")),
            "ZON-004 zones.geojson · the shape of zone 'a' cannot be read",
        ),
        (
            collection(feature({"type": "Point", "coordinates": [1, 1]}, id="a")),
            "ZON-005 zones.geojson · zone 'a' is neither an area nor a line",
        ),
        (
            collection(feature(None, id="a")),
            "ZON-005 zones.geojson · zone 'a' is neither an area nor a line",
        ),
        (
            collection(feature(square(0, 0, 1, 91), id="a")),
            "ZON-006 zones.geojson · zone 'a' leaves the map",
        ),
        (
            collection(feature(square(0, 0, 1, 1), id="a", boundary="mine")),
            "ZON-008 zones.geojson · zone 'a' does not say whose its boundary is",
        ),
        (
            collection(WEST, feature(None, id="u", parts=["west", "south"])),
            "ZON-007 zones.geojson · zone 'u' is made of zones that are not drawn in the file",
        ),
    ],
)
def test_refusals(text: str, message: str) -> None:
    """A zones file with a fault is refused in one plain sentence."""
    with pytest.raises(ProblemsFound) as found:
        read_zones(text, "zones.geojson")
    assert message in str(found.value)


def test_all_faults_of_a_zones_file_at_once() -> None:
    """Three faults give three problems."""
    text = collection(feature(None, id="a"), WEST, WEST, feature(square(0, 0, 1, 1)))
    with pytest.raises(ProblemsFound) as found:
        read_zones(text, "zones.geojson")
    assert [p.code for p in found.value.problems] == ["ZON-002", "ZON-003", "ZON-005"]
