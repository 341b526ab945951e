"""The fault tree: an unanswered breach, and the smallest sets of failures that lead to it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from markupsafe import Markup

from waarborg.app.publish.svg import label, tag
from waarborg.coverage.cuts import Cuts
from waarborg.coverage.elements import Element
from waarborg.coverage.gaps import Answer
from waarborg.coverage.quantity import Quantity

_WIDE, _HIGH, _SPACE = 170.0, 62.0, 16.0
_MOST = 12
_STYLE = (
    "text{font:11px sans-serif;fill:#1a1a1a}.title,.event-words{font-weight:bold}"
    ".event{fill:#fff;stroke:#1a1a1a}.basic{fill:#f2efe6;stroke:#1a1a1a}"
    ".gate{fill:#fff;stroke:#1a1a1a}.line{stroke:#1a1a1a;fill:none}"
)


def draw_fault_tree(cuts: Cuts, top: str) -> Markup:
    """Draw the minimal cut sets as a fault tree (IEC 61025: boxes, gates, round basic events).

    Args:
        cuts: The minimal cut sets.
        top: What goes wrong, in words.
    """
    return _draw([cut.elements for cut in cuts.cuts], _none(cuts), top)


def draw_shortfalls(found: Quantity, top: str) -> Markup:
    """Draw the sets of failures that leave too few, as a fault tree.

    Args:
        found: What was found out about a quantity.
        top: What goes wrong, in words.
    """
    if found.answer is Answer.NOT_KNOWN:
        none = "not known: the solver gave up"
    elif not found.enough:
        none = "always so: there is not enough"
    else:
        none = f"no {found.order} or fewer failures lead to this"
    return _draw([short.elements for short in found.shortfalls], none, top)


def _draw(sets: Sequence[tuple[Element, ...]], none: str, top: str) -> Markup:
    shown = sets[:_MOST]
    columns = sum(map(len, shown)) or 1
    width = max(columns * (_WIDE + _SPACE) + _SPACE, 420.0)
    parts = [tag("style", Markup(_STYLE)), tag("title", f"Fault tree: {top}")]  # noqa: S704  # our own text
    parts.append(_box(width / 2, 14, top, "event", 360))
    left = (width - columns * (_WIDE + _SPACE) + _SPACE) / 2
    if not shown:
        parts.append(label(none, width / 2, 104, "note", "middle"))
    else:
        parts.append(_gate(width / 2, 96, "or", _HIGH + 14))
    for elements in shown:
        drawn, left = _cut(elements, left, width / 2)
        parts += drawn
    hidden = len(sets) - len(shown)
    if hidden:
        parts.append(label(f"and {hidden} more", width - 12, 20, "note", "end"))
    return tag(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} 310",
        role="img",
        aria_label=f"Fault tree: {top}",
    )


def _none(cuts: Cuts) -> str:
    if cuts.answer is Answer.NOT_KNOWN:
        return "not known: the solver gave up"
    if not cuts.ever_met:
        return "always so: the need is never met"
    return f"no {cuts.order} or fewer failures lead to this"


def _cut(elements: tuple[Element, ...], left: float, middle: float) -> tuple[list[Markup], float]:
    """One cut set from a left edge on, and the left edge of the next."""
    centres = [left + _WIDE / 2 + i * (_WIDE + _SPACE) for i in range(len(elements))]
    centre = (centres[0] + centres[-1]) / 2
    joint = 206.0 if len(elements) > 1 else 228.0
    parts = [_line(((middle, 118), (middle, 140), (centre, 140), (centre, joint)))]
    if len(elements) > 1:
        parts += [_line(((centre, 184), (centre, 216), (x, 216), (x, 228))) for x in centres]
        parts.append(_gate(centre, 184, "and", 140))
    for x, element in zip(centres, elements, strict=True):
        parts.append(_box(x, 228, element.words, "basic", _WIDE, rounded=28))
    return parts, left + len(elements) * (_WIDE + _SPACE)


def _box(x: float, y: float, words: str, css: str, wide: float, rounded: float = 0) -> Markup:
    rows = textwrap.wrap(words, int(wide / 6.2))[:4]
    first = y + _HIGH / 2 + 4 - (len(rows) - 1) * 6.5
    texts = [label(row, x, first + 13 * i, f"{css}-words", "middle") for i, row in enumerate(rows)]
    box = tag("rect", x=x - wide / 2, y=y, width=wide, height=_HIGH, rx=rounded, class_=css)
    return Markup("").join([box, *texts])


def _gate(x: float, y: float, words: str, above: float) -> Markup:
    return Markup("").join(
        [
            _line(((x, above), (x, y))),
            tag("rect", x=x - 20, y=y, width=40.0, height=22.0, rx=4.0, class_="gate"),
            label(words, x, y + 15, "title", "middle"),
        ]
    )


def _line(points: Sequence[tuple[float, float]]) -> Markup:
    return tag("polyline", points=" ".join(f"{x:g},{y:g}" for x, y in points), class_="line")
