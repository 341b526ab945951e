"""The zones of a mission as a report draws them: names, shapes and simplified outlines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry import shape

from waarborg.app.services.panels import Outline, Ring

TOLERANCE_DEGREES = 0.015
"""Outlines are simplified by this much: about half the width of a drawn line on A4."""

INFERENCE = "inference"
"""A zone whose basis says this word is drawn as a rough area."""


class ZoneMap:
    """A zones file that has passed intake, ready to be drawn on any number of pages.

    Args:
        features: The features of the file, each with the properties `id`, `words` and `basis`.

    Attributes:
        names: Zone to its name.
        shapes: Zone to its shape; a zone made of others takes the ground of all of them.
        outlines: What is drawn, plain zones first.
    """

    def __init__(self, features: Sequence[Mapping[str, Any]]) -> None:
        self.names: Mapping[str, str] = {
            str(feature["properties"]["id"]): str(feature["properties"].get("words", ""))
            for feature in features
        }
        self.shapes: Mapping[str, Any] = _shapes(features)
        self.outlines = _outlines(features, self.shapes)
        self._middles: dict[str, tuple[float, float]] = {}

    def middle(self, zone: str) -> tuple[float, float]:
        """A point well inside a zone, as longitude and latitude in degrees.

        Raises:
            KeyError: The zone has no shape.
        """
        if zone not in self._middles:
            inside = shapely.maximum_inscribed_circle(self.shapes[zone], tolerance=0.05)
            longitude, latitude = inside.coords[0]
            self._middles[zone] = (round(longitude, 4), round(latitude, 4))
        return self._middles[zone]


@lru_cache(maxsize=4)
def read_map(zones: str) -> ZoneMap:
    """Read a zones file for drawing; the pages of one run share what was read.

    Args:
        zones: GeoJSON text of a FeatureCollection that has passed intake.
    """
    return ZoneMap(tuple(json.loads(zones)["features"]))


def _shapes(features: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    drawn = {str(f["properties"]["id"]): shape(f["geometry"]) for f in features if f["geometry"]}
    made = {
        str(f["properties"]["id"]): shapely.union_all([drawn[p] for p in f["properties"]["parts"]])
        for f in features
        if not f["geometry"]
    }
    return drawn | made


def _outlines(
    features: Sequence[Mapping[str, Any]], shapes: Mapping[str, Any]
) -> tuple[Outline, ...]:
    named = [
        (
            INFERENCE in str(feature["properties"].get("basis", "")).lower(),
            str(feature["properties"]["id"]),
            str(feature["properties"].get("words", "")),
        )
        for feature in features
        if feature["geometry"]
    ]
    return tuple(
        Outline(zone, words, rough, _polygons(shapely.simplify(shapes[zone], TOLERANCE_DEGREES)))
        for rough, zone, words in sorted(named)
    )


def _polygons(geometry: Any) -> tuple[tuple[Ring, ...], ...]:
    parts = getattr(geometry, "geoms", (geometry,))
    return tuple(
        (
            _ring(part.exterior.coords),
            *(_ring(hole.coords) for hole in part.interiors),
        )
        for part in parts
        if part.geom_type == "Polygon" and not part.is_empty
    )


def _ring(corners: Iterable[tuple[float, ...]]) -> Ring:
    return tuple((round(corner[0], 4), round(corner[1], 4)) for corner in corners)
