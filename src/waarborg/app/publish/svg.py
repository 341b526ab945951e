"""Drawing elements: SVG markup with every value escaped and every coordinate rounded."""

from __future__ import annotations

from markupsafe import Markup, escape

from waarborg.base.visible import visible


def tag(name: str, *children: str | Markup, **attributes: str | float | None) -> Markup:
    """One element; text children are escaped, markup children stand as they are.

    Args:
        name: The element's name.
        children: Text or markup inside it.
        attributes: Its attributes; an underscore stands for a dash, a trailing one is dropped,
            numbers are rounded to a tenth, and what is None is left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(
        child if isinstance(child, Markup) else escape(visible(child)) for child in children
    )
    whole = f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"
    return Markup(whole)  # noqa: S704  # names are ours, values and children are escaped above


def number(value: str | float) -> str:
    """A coordinate to a tenth, without a trailing nought; text as it is."""
    if isinstance(value, str):
        return visible(value)
    rounded = round(value, 1)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)


def sign(party: int | None, x: float, y: float, size: float, css: str) -> Markup:
    """The sign of a party, told apart by shape alone: triangle, square, rhomb; a disc for none.

    Args:
        party: Index of the party, None when no single party is named.
        x: Centre, from the left.
        y: Centre, from the top.
        size: Half its height.
        css: Class that gives its colour.
    """
    if party is None or party > 2:
        return tag("circle", cx=x, cy=y, r=size, class_=css)
    if party == 1:
        side = size * 0.9
        return tag("rect", x=x - side, y=y - side, width=2 * side, height=2 * side, class_=css)
    corners = (
        ((0, -1.15), (1.1, 0.85), (-1.1, 0.85))
        if party == 0
        else ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0))
    )
    points = " ".join(f"{number(x + dx * size)},{number(y + dy * size)}" for dx, dy in corners)
    return tag("polygon", points=points, class_=css)


def label(words: str, x: float, y: float, css: str, anchor: str = "start") -> Markup:
    """A line of text."""
    return tag("text", words, x=x, y=y, class_=css, text_anchor=anchor)
