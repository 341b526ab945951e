"""The page: one self-contained HTML file from a picture, the same bytes for the same picture."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from waarborg.app.publish.calendar import draw_timeline
from waarborg.app.publish.chart import draw_map
from waarborg.app.publish.clocks import draw_clocks
from waarborg.app.publish.safe import foreign, sentence, thousands, web
from waarborg.app.publish.svg import sign, tag
from waarborg.app.services.panels import Picture
from waarborg.app.services.wording import days_words
from waarborg.base.visible import visible

PARTS = (
    ("figures", "Headline figures"),
    ("map", "Map"),
    ("timeline", "Timeline"),
    ("findings", "Findings by clause"),
    ("undecidable", "What cannot be decided"),
    ("claims", "Claims"),
    ("coverage", "Coverage"),
    ("determinations", "Determinations"),
    ("obligations", "Obligations"),
    ("attribution", "Attribution"),
    ("incidents", "Incidents and reports"),
)
"""The parts of a report: anchor and words, numbered in this order."""


def render(picture: Picture) -> str:
    """Lay a picture out as one HTML page that needs nothing beside it.

    Args:
        picture: What to print.

    Returns:
        The page: no outside style, script, font or image; the content security policy inside
        forbids any.
    """
    style, script = _asset("page.css"), _asset("page.js")
    days = [day.day for day in picture.timeline.days]
    text = (
        _environment()
        .get_template("page.html.j2")
        .render(
            p=picture,
            parts=PARTS,
            style=Markup(style),  # noqa: S704  # our own file
            script=Markup(script),  # noqa: S704  # our own file
            style_hash=_fingerprint(style),
            script_hash=_fingerprint(script),
            map_svg=draw_map(picture.map),
            timeline_svg=draw_timeline(picture.timeline),
            timeline_days=days_words(days[0], days[-1]) if days else "",
            clocks_svg=draw_clocks(
                picture.guarantees, picture.as_of, picture.head.as_of, picture.time_zone
            ),
            party_sign=_party_sign,
            precision_sign=_precision_sign,
            hatch_sign=_hatch_sign,
            rough_sign=_rough_sign,
        )
    )
    return re.sub(r"\n(?:[ \t]*\n)+", "\n", text)


@cache
def _environment() -> jinja2.Environment:
    """Templates and filters; made once, so that a template is compiled once for all pages."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "foreign": foreign,
        "sentence": sentence,
        "visible": visible,
        "web": web,
        "thousands": thousands,
    }
    return environment


def _asset(name: str) -> str:
    return files("waarborg.app.publish").joinpath(name).read_text(encoding="utf-8")


def _fingerprint(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _small(*children: Markup) -> Markup:
    return tag("svg", *children, viewBox="0 0 20 20", aria_hidden="true", focusable="false")


def _party_sign(party: int | None) -> Markup:
    return _small(sign(party, 10, 10, 6.5, "sign undecidable"))


def _precision_sign() -> Markup:
    return _small(tag("circle", cx=10.0, cy=10.0, r=7.0, class_="precision"))


def _hatch_sign() -> Markup:
    return _small(tag("rect", x=2.0, y=3.0, width=16.0, height=14.0, class_="hatched"))


def _rough_sign(index: int) -> Markup:
    return _small(
        tag("rect", x=2.0, y=3.0, width=16.0, height=14.0, class_=f"rough rough{index % 3}")
    )
