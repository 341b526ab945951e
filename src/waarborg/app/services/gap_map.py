"""Where on the map a family of breaches can lie: the cells of the overlay that it allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely

from waarborg.agreement.zones import Zones
from waarborg.coverage.family import Family
from waarborg.coverage.occurrence import Cell, faces_of

Ring = tuple[tuple[float, float], ...]
Polygon = tuple[Ring, ...]
_YES, _NO = 0, 1
TOLERANCE_DEGREES = 0.01
"""Outlines are simplified by this much."""


@dataclass(frozen=True, slots=True)
class Patch:
    """A piece of the map.

    Attributes:
        words: Name of the zone, "" for a piece of a gap.
        polygons: Outlines with their holes, in degrees.
    """

    words: str
    polygons: tuple[Polygon, ...]


@dataclass(frozen=True, slots=True)
class GapMap:
    """Where a family of breaches can lie.

    Attributes:
        words: The family in words.
        zones: The zones that the text speaks of.
        cells: The ground inside zones where such a breach can lie.
        outside: Whether it can also lie outside every zone.
    """

    words: str
    zones: tuple[Patch, ...]
    cells: tuple[Patch, ...]
    outside: bool


def gap_map(family: Family, zones: Zones | None) -> GapMap | None:
    """The map of a family; None where no known place narrows it, or there is no map.

    Args:
        family: The family.
        zones: The map of the agreement.
    """
    if zones is None:
        return None
    columns = [c for c in family.allowed if c.removeprefix("zone:") in zones.zones and ":" in c]
    columns = [c for c in columns if c.startswith("zone:")]
    faces = faces_of(zones, columns)
    inside = {cell for cell in faces if _allows(family, columns, cell)}
    if not columns or not inside or len(inside) == len(faces):
        return None
    return GapMap(
        family.words,
        tuple(
            Patch(zone.words, _polygons(zone.shape))
            for zone in (zones.zones[c.removeprefix("zone:")] for c in sorted(columns))
        ),
        tuple(
            Patch("", _polygons(shapely.union_all(faces[cell])))
            for cell in sorted(inside, key=sorted)
            if faces[cell]
        ),
        outside=frozenset() in inside,
    )


def _allows(family: Family, columns: list[str], cell: Cell) -> bool:
    return all((_YES if c in cell else _NO) in family.allowed[c] for c in columns)


def _polygons(geometry: Any) -> tuple[Polygon, ...]:
    simple = shapely.simplify(geometry, TOLERANCE_DEGREES, preserve_topology=True)
    parts = getattr(simple, "geoms", (simple,))
    return tuple(
        tuple(_ring(ring.coords) for ring in (part.exterior, *part.interiors))
        for part in parts
        if part.geom_type == "Polygon" and not part.is_empty
    )


def _ring(corners: Any) -> Ring:
    return tuple((round(float(c[0]), 4), round(float(c[1]), 4)) for c in corners)
