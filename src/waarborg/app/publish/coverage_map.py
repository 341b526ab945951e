"""The map of a gap: the zones of a text, and the ground on which a breach has no answer."""

from __future__ import annotations

import math

from markupsafe import Markup

from waarborg.app.publish.svg import label, number, tag
from waarborg.app.services.gap_map import GapMap, Patch

_WIDE = 480.0
_HIGHEST = 420.0
_STYLE = (
    ".gz{fill:#fff;stroke:#1a1a1a;stroke-width:1}.gc{fill:url(#gaphatch);stroke:#8a1c1c;"
    "stroke-width:1.5}.go{fill:url(#gaphatch)}.gl{stroke:#8a1c1c;stroke-width:1.2}"
    "text{font:11px sans-serif;fill:#1a1a1a;paint-order:stroke;stroke:#fff;stroke-width:3}"
)


def draw_gap_map(drawn: GapMap) -> Markup:
    """Draw where a family of breaches can lie; hatched is where nobody owes an answer.

    Args:
        drawn: The zones, and the cells of the gap.
    """
    corners = [c for patch in drawn.zones for polygon in patch.polygons for c in polygon[0]]
    if not corners:
        return Markup("")
    west, east = min(c[0] for c in corners), max(c[0] for c in corners)
    south, north = min(c[1] for c in corners), max(c[1] for c in corners)
    margin = 0.06 * max(east - west, north - south, 0.01)
    west, east, south, north = west - margin, east + margin, south - margin, north + margin
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min(_WIDE / ((east - west) * squeeze), _HIGHEST / (north - south))
    width, high = (east - west) * squeeze * scale, (north - south) * scale

    def at(corner: tuple[float, float]) -> tuple[float, float]:
        return (corner[0] - west) * squeeze * scale, (north - corner[1]) * scale

    def path(patch: Patch, css: str) -> Markup:
        drawn_rings = [
            "M" + "L".join(f"{number(x)} {number(y)}" for x, y in map(at, ring)) + "Z"
            for polygon in patch.polygons
            for ring in polygon
        ]
        title = tag("title", patch.words) if patch.words else Markup("")
        return tag("path", title, d="".join(drawn_rings), class_=css, fill_rule="evenodd")

    def name(patch: Patch) -> Markup:
        ring = max(patch.polygons, key=lambda polygon: len(polygon[0]))[0]
        x, y = at((sum(c[0] for c in ring) / len(ring), sum(c[1] for c in ring) / len(ring)))
        return label(patch.words, x, y, "gn", "middle")

    outside = tag(
        "rect", x=0.0, y=0.0, width=width, height=high, class_="go" if drawn.outside else "gz"
    )
    return tag(
        "svg",
        tag("style", Markup(_STYLE)),  # noqa: S704  # our own text
        tag("title", f"Where nobody owes an answer: {drawn.words}"),
        _hatch(),
        outside,
        tag("g", *(path(patch, "gz") for patch in drawn.zones)),
        tag("g", *(path(patch, "gc") for patch in drawn.cells)),
        tag("g", *(name(patch) for patch in drawn.zones)),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(high)}",
        role="img",
        aria_label=f"Map of the gap: {drawn.words}",
    )


def _hatch() -> Markup:
    return tag(
        "defs",
        tag(
            "pattern",
            tag("line", x1=0.0, y1=0.0, x2=0.0, y2=7.0, class_="gl"),
            id="gaphatch",
            width=7.0,
            height=7.0,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        ),
    )
