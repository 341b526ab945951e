"""The map: zones, rough areas, and the places of incidents with their precision."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from waarborg.app.publish.svg import label, number, sign, tag
from waarborg.app.services.panels import MapPanel, Outline, Spot

WIDTH = 1000.0
"""Width of the drawing in its own units."""

METRES_PER_DEGREE = 111_320.0
"""Of latitude, WGS 84 mean; enough for a circle's size on a page."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Equirectangular, true to scale at the middle latitude: plain, and the same everywhere."""

    west: float
    north: float
    squeeze: float
    scale: float
    height: float

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Degrees to drawing units."""
        x = (longitude - self.west) * self.squeeze * self.scale
        return x, (self.north - latitude) * self.scale

    def radius(self, metres: float) -> float:
        """Metres to drawing units."""
        return metres / METRES_PER_DEGREE * self.scale


def draw_map(panel: MapPanel) -> Markup:
    """The map as one SVG element; empty when there is nothing to draw."""
    corners = [c for o in panel.outlines for p in o.polygons for ring in p for c in ring]
    corners += [(s.longitude, s.latitude) for s in panel.spots if s.precision_m is not None]
    if not corners:
        return Markup("")
    view = _fit(corners)
    rough = [o for o in panel.outlines if o.rough]
    zones = [o for o in panel.outlines if not o.rough]
    areas = {s.zone for s in panel.spots if s.zone}
    layers = [
        _patterns(),
        tag("g", *(_zone(view, o, "land") for o in zones)),
        tag("g", *(_zone(view, o, f"rough rough{i % 3}") for i, o in enumerate(rough))),
        tag("g", *(_zone(view, o, "hatched") for o in zones if o.zone in areas)),
        tag("g", *(_zone(view, o, "border") for o in zones)),
        tag("g", *(_precision(view, s) for s in panel.spots if s.precision_m is not None)),
        tag("g", *(_area(view, s) for s in panel.spots if s.precision_m is None)),
        tag("g", *(_point(view, s) for s in _large_first(panel) if s.precision_m is not None)),
        _scale_bar(view),
    ]
    total = sum(mark.count for spot in panel.spots for mark in spot.marks)
    return tag(
        "svg",
        tag("title", "Map of incidents"),
        tag(
            "desc",
            f"{total} incidents at {len(panel.spots)} places. "
            "The table of places below says the same in words.",
        ),
        *layers,
        viewBox=f"0 0 {number(WIDTH)} {number(view.height)}",
        role="img",
        aria_label="Map of incidents, told in words in the table of places below",
        class_="map",
    )


def _fit(corners: list[tuple[float, float]]) -> Projection:
    margin = 0.25
    west = min(c[0] for c in corners) - margin
    east = max(c[0] for c in corners) + margin
    south = min(c[1] for c in corners) - margin
    north = max(c[1] for c in corners) + margin
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * squeeze)
    return Projection(west, north, squeeze, scale, (north - south) * scale)


def _patterns() -> Markup:
    def lines(name: str, angle: int, step: float, css: str) -> Markup:
        return tag(
            "pattern",
            tag("line", x1=0.0, y1=0.0, x2=0.0, y2=step, class_=css),
            id=name,
            width=step,
            height=step,
            patternUnits="userSpaceOnUse",
            patternTransform=f"rotate({angle})",
        )

    return tag("defs", lines("hatch", 45, 9.0, "hatch-line"))


def _zone(view: Projection, outline: Outline, css: str) -> Markup:
    return tag("path", tag("title", outline.words), d=_path(view, outline), class_=css)


@lru_cache(maxsize=512)
def _path(view: Projection, outline: Outline) -> str:
    """An outline in drawing units; most pages of a run show the same map."""
    return "".join(
        "M" + "L".join(f"{number(x)} {number(y)}" for x, y in _thinned(view, ring)) + "Z"
        for polygon in outline.polygons
        for ring in polygon
    )


def _thinned(view: Projection, ring: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """The ring in drawing units, without corners that fall on the one before."""
    found: list[tuple[float, float]] = []
    for longitude, latitude in ring[:-1]:
        x, y = view.at(longitude, latitude)
        corner = (round(x, 1), round(y, 1))
        if not found or found[-1] != corner:
            found.append(corner)
    return found


def _large_first(panel: MapPanel) -> list[Spot]:
    """Large marks first, so that no small one lies hidden under them."""
    return sorted(panel.spots, key=lambda s: (-sum(m.count for m in s.marks), s.anchor))


def _precision(view: Projection, spot: Spot) -> Markup:
    x, y = view.at(spot.longitude, spot.latitude)
    return tag(
        "circle", cx=x, cy=y, r=max(1.0, view.radius(spot.precision_m or 0)), class_="precision"
    )


def _size(count: int) -> float:
    return min(16.0, 6.5 + 1.8 * math.sqrt(count - 1))


def _signs(spot: Spot, x: float, y: float) -> tuple[list[Markup], float]:
    """The marks of a place in a row, centred; and the row's width."""
    sizes = [_size(mark.count) for mark in spot.marks]
    width = 2 * sum(sizes) + 2.0 * (len(sizes) - 1)
    left = x - width / 2
    drawn = []
    for mark, size in zip(spot.marks, sizes, strict=True):
        centre = left + size
        drawn.append(sign(mark.party, centre, y, size, f"sign {mark.tier}"))
        if mark.count > 1:
            drop = 4.2 if mark.party == 0 else 3.2
            drawn.append(
                label(str(mark.count), centre, y + drop, f"count on-{mark.tier}", "middle")
            )
        left += 2 * size + 2.0
    return drawn, width


def _tip(spot: Spot) -> Markup:
    return tag("title", f"{spot.name}: " + "; ".join(mark.words for mark in spot.marks))


def _point(view: Projection, spot: Spot) -> Markup:
    x, y = view.at(spot.longitude, spot.latitude)
    drawn, _ = _signs(spot, x, y)
    return tag("a", _tip(spot), *drawn, href=f"#{spot.anchor}")


def _area(view: Projection, spot: Spot) -> Markup:
    x, y = view.at(spot.longitude, spot.latitude)
    drawn, width = _signs(spot, x, y)
    high = 2 * max(_size(mark.count) for mark in spot.marks) + 8
    box = tag(
        "rect",
        x=x - width / 2 - 5,
        y=y - high / 2,
        width=width + 10,
        height=high,
        rx=4.0,
        class_="area-box",
    )
    return tag("a", _tip(spot), box, *drawn, href=f"#{spot.anchor}")


def _scale_bar(view: Projection) -> Markup:
    length = view.radius(100_000)
    y = view.height - 14
    return tag(
        "g",
        tag("path", d=f"M14 {number(y - 5)}v5h{number(length)}v-5", class_="scale-bar"),
        label("100 km", 14 + length / 2, y - 5, "note", "middle"),
    )
