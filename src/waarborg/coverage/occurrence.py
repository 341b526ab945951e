"""What can occur at all: combinations of zones on the map, and of periods on the calendar.

A precise place lies in one cell of the overlay of the zones. An imprecise one may lie in any of
several cells that touch; then a zone is known only where all those cells agree. Times likewise: a
stretch of time covers neighbouring cells of the calendar.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from waarborg.agreement.zones import Zones
from waarborg.base.times import Period

Cell = frozenset[str]
"""The zones that hold a piece of ground, by column name."""
_SLIVER = 1e-6


@dataclass(frozen=True, slots=True)
class Ground:
    """The cells of the map, and which of them touch.

    Attributes:
        columns: The zone columns, sorted.
        cells: Combinations of zones that exist, ground outside every zone among them.
        touching: Pairs of indices into `cells`.
    """

    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    touching: frozenset[tuple[int, int]]

    def can_occur(self, row: Mapping[str, object]) -> bool:
        """Whether a place can have these zones known so, and the others not known."""
        known = {c: row.get(c) for c in self.columns if row.get(c) is not None}
        if not known:
            return True
        fitting = {
            i
            for i, cell in enumerate(self.cells)
            if all((column in cell) is value for column, value in known.items())
        }
        open_ = [c for c in self.columns if c not in known]
        return any(
            all(len({c in self.cells[i] for i in part}) == 2 for c in open_)
            for part in self._parts(fitting)
        )

    def _parts(self, among: set[int]) -> list[set[int]]:
        left, parts = set(among), []
        while left:
            part, waiting = set[int](), [min(left)]
            while waiting:
                one = waiting.pop()
                if one in part:
                    continue
                part.add(one)
                waiting += [b for a, b in self.touching if a == one and b in left]
                waiting += [a for a, b in self.touching if b == one and a in left]
            parts.append(part)
            left -= part
        return parts


def ground(zones: Zones, columns: Sequence[str]) -> Ground:
    """Overlay the zones that conditions name.

    Args:
        zones: The map.
        columns: Zone columns, as "zone:UA-63"; those not on the map are left out.
    """
    named = [c for c in columns if c.removeprefix("zone:") in zones.zones]
    faces = faces_of(zones, named)
    cells = tuple(sorted(faces, key=lambda cell: (len(cell), sorted(cell))))
    return Ground(tuple(sorted(named)), cells, _touching(faces, cells))


def faces_of(zones: Zones, named: Sequence[str]) -> dict[Cell, list[Any]]:
    """The pieces of ground of each cell of the overlay; none for the ground outside every zone.

    Args:
        zones: The map.
        named: Zone columns of the map.
    """
    shapes = {c: zones.zones[c.removeprefix("zone:")].shape for c in named}
    faces: dict[Cell, list[Any]] = {frozenset(): []}
    if shapes:
        smallest = min(shape.area for shape in shapes.values())
        lines = shapely.union_all([shape.boundary for shape in shapes.values()])
        for face in shapely.polygonize([lines]).geoms:
            if face.area <= _SLIVER * smallest:
                continue
            inside = face.representative_point()
            cell = frozenset(c for c, shape in shapes.items() if shape.covers(inside))
            faces.setdefault(cell, []).append(face)
    return faces


def _touching(
    faces: Mapping[Cell, list[Any]], cells: tuple[Cell, ...]
) -> frozenset[tuple[int, int]]:
    drawn = [shapely.union_all(faces[cell]) if faces[cell] else None for cell in cells]
    everything = shapely.union_all([shape for shape in drawn if shape is not None])
    edge = everything.boundary
    pairs = set()
    for i, one in enumerate(drawn):
        for j in range(i + 1, len(drawn)):
            other = drawn[j]
            first = edge if one is None else one
            second = edge if other is None else other
            if first.intersects(second):
                pairs.add((i, j))
    return frozenset(pairs)


def digest_of(zones: Zones, columns: Sequence[str]) -> str:
    """SHA-256 in hex over the names and shapes of some zones, "" for none.

    Args:
        zones: The map.
        columns: Zone columns of the map.
    """
    if not columns:
        return ""
    digest = hashlib.sha256()
    for column in sorted(columns):
        shape = zones.zones[column.removeprefix("zone:")].shape
        digest.update(f"{column}\n".encode() + shapely.to_wkb(shape, byte_order=1) + b"\n")
    return digest.hexdigest()


def calendar(periods: Mapping[str, Period]) -> tuple[Mapping[str, bool | None], ...]:
    """Every combination of yes, no and unknown that a stretch of time can have.

    Args:
        periods: The periods by name.

    Returns:
        Column ("period:truce") to True, False or None; each combination once.
    """
    marks = sorted({mark for p in periods.values() for mark in (p.start, p.end)})
    moments = [None, *marks]
    instants = [
        {name: m is not None and p.start <= m < p.end for name, p in periods.items()}
        for m in moments
    ]
    found: dict[tuple[bool | None, ...], Mapping[str, bool | None]] = {}
    for first in range(len(instants)):
        for last in range(first, len(instants)):
            told: dict[str, bool | None] = {}
            for name in sorted(periods):
                seen = {instant[name] for instant in instants[first : last + 1]}
                told[f"period:{name}"] = seen.pop() if len(seen) == 1 else None
            found.setdefault(tuple(told.values()), told)
    return tuple(found.values())
