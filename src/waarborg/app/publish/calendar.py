"""The timeline: reports and incidents by day, against the hours in which a text is in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from waarborg.app.publish.svg import label, number, tag
from waarborg.app.services.panels import Band, DayBar, Timeline

WIDTH = 1000.0
LEFT, RIGHT = 92.0, 8.0
TIER_CSS = ("certain", "possible", "undecidable")
TIER_WORDS = ("certain", "possible", "cannot be decided", "no finding under the text in force")
UPPER, LOWER = 130.0, 62.0
TOP = 40.0
"""Room for the bands' labels above the bars."""


class _Scale:
    """Moments to drawing units."""

    def __init__(self, days: tuple[DayBar, ...]) -> None:
        self.start = days[0].period.start
        self.seconds = (days[-1].period.end - self.start).total_seconds()

    def at(self, moment: datetime) -> float:
        share = (moment - self.start).total_seconds() / self.seconds
        return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT)


def draw_timeline(timeline: Timeline) -> Markup:
    """The timeline as one SVG element; empty when there is no day."""
    if not timeline.days:
        return Markup("")
    scale = _Scale(timeline.days)
    base = TOP + UPPER
    lane = base + 24
    ground = lane + 26 + LOWER
    floor = ground + 26 + LOWER
    found = [sum(day.tiers[:3]) for day in timeline.days]
    every = [sum(day.tiers) for day in timeline.days]
    reports = [day.reports for day in timeline.days]
    days = timeline.days
    parts = [
        *_bands(scale, timeline.bands, floor),
        _axis(("Held against", "the text"), base, found, UPPER),
        *(_stack(scale, day, base, UPPER / max(1, *found)) for day in days),
        *_lane(scale, timeline, lane),
        _axis(("All", "incidents"), ground, every, LOWER),
        *(
            _bar(scale, d, n, (ground, LOWER), "all", every)
            for d, n in zip(days, every, strict=True)
        ),
        _axis(("Reports", "by day"), floor, reports, LOWER),
        *(
            _bar(scale, d, n, (floor, LOWER), "reports", reports)
            for d, n in zip(days, reports, strict=True)
        ),
        *_dates(scale, timeline, floor + 14),
    ]
    return tag(
        "svg",
        tag("title", "Reports and incidents by day"),
        tag("desc", "The table below the drawing gives the same figures."),
        *parts,
        viewBox=f"0 0 {number(WIDTH)} {number(floor + 34)}",
        role="img",
        aria_label="Timeline of incidents and reports by day, with the same figures in the table below",
        class_="timeline",
    )


def _bands(scale: _Scale, bands: tuple[Band, ...], floor: float) -> list[Markup]:
    """Each stretch of hours once, labelled with the first text that has it."""
    drawn = []
    hours = {(band.period.start, band.period.end): band for band in reversed(bands)}
    for index, key in enumerate(sorted(hours)):
        x, end = scale.at(key[0]), scale.at(key[1])
        if end <= x:
            continue
        top = 8 + 15.0 * index
        name = hours[key].words + (" (exercise)" if hours[key].exercise else "")
        left_side = x > WIDTH / 2
        drawn += [
            tag(
                "rect",
                x=x,
                y=top,
                width=end - x,
                height=floor - top,
                class_=f"band band{index % 2}",
            ),
            tag("path", d=f"M{number(x)} {number(top)}V{number(floor)}", class_="band-edge"),
            tag("path", d=f"M{number(end)} {number(top)}V{number(floor)}", class_="band-edge open"),
            label(
                name,
                x - 5 if left_side else end + 5,
                top + 10,
                "note strong",
                "end" if left_side else "start",
            ),
        ]
    return drawn


def _axis(words: tuple[str, str], base: float, counts: Sequence[int], height: float) -> Markup:
    return tag(
        "g",
        tag("path", d=f"M{number(LEFT)} {number(base)}H{number(WIDTH - RIGHT)}", class_="axis"),
        label(words[0], 0, base - height / 2, "note strong"),
        label(words[1], 0, base - height / 2 + 13, "note strong"),
        label(str(max(counts)), LEFT - 8, base - height + 8, "note", "end"),
        label("0", LEFT - 8, base, "note", "end"),
    )


def _stack(scale: _Scale, day: DayBar, base: float, unit: float) -> Markup:
    x, end = scale.at(day.period.start) + 3, scale.at(day.period.end) - 3
    y = base
    blocks = []
    for count, css in zip(day.tiers[:3], TIER_CSS, strict=True):
        if count:
            y -= count * unit
            blocks.append(
                tag("rect", x=x, y=y, width=end - x, height=count * unit, class_=f"bar {css}")
            )
    total = sum(day.tiers[:3])
    if total:
        blocks.append(label(str(total), (x + end) / 2, y - 3, "note", "middle"))
    tip = "; ".join(f"{c} {w}" for c, w in zip(day.tiers, TIER_WORDS, strict=True) if c)
    return tag("g", tag("title", f"{day.day}: {tip or 'no incident'}"), *blocks)


def _lane(scale: _Scale, timeline: Timeline, y: float) -> list[Markup]:
    """What a source's day covers: one bracket a day, crossed where a band cuts it."""
    drawn = [
        label("A day-only", 0, y, "note strong"),
        label("report covers", 0, y + 13, "note"),
    ]
    for day in timeline.days:
        x, end = scale.at(day.period.start) + 2, scale.at(day.period.end) - 2
        cuts = [
            edge
            for band in timeline.bands
            for edge in (band.period.start, band.period.end)
            if day.period.start < edge < day.period.end
        ]
        css = "bracket cut" if cuts else "bracket"
        drawn.append(
            tag("path", d=f"M{number(x)} {number(y - 4)}v8h{number(end - x)}v-8", class_=css)
        )
        if cuts:
            drawn.append(label("?", (x + end) / 2, y + 1, "note strong cut-words", "middle"))
    return drawn


def _bar(
    scale: _Scale,
    day: DayBar,
    count: int,
    stand: tuple[float, float],
    css: str,
    counts: Sequence[int],
) -> Markup:
    """A plain bar; `stand` is where it stands and how high the highest is."""
    base, height = stand
    x, end = scale.at(day.period.start) + 3, scale.at(day.period.end) - 3
    high = count * height / max(1, *counts)
    words = "reports" if css == "reports" else "incidents"
    return tag(
        "g",
        tag("title", f"{day.day}: {count} {words}"),
        tag("rect", x=x, y=base - high, width=end - x, height=high, class_=f"bar {css}"),
        label(str(count), (x + end) / 2, base - high - 3, "note", "middle"),
    )


def _dates(scale: _Scale, timeline: Timeline, y: float) -> list[Markup]:
    drawn = []
    for day in timeline.days:
        x = (scale.at(day.period.start) + scale.at(day.period.end)) / 2
        drawn.append(
            label(str(day.day.day), x, y, "note strong" if day.shown else "note", "middle")
        )
    return drawn
