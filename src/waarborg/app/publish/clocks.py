"""The clocks: until when guarantors would owe what, as stretches against the moment of the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from waarborg.app.publish.svg import label, number, tag
from waarborg.app.services.panels import GuaranteePanel, ObligationRow
from waarborg.app.services.wording import MONTHS
from waarborg.base.times import local_day

WIDTH = 1000.0
LEFT, RIGHT = 330.0, 20.0
ROW = 22.0
MOST = 24
"""Clocks drawn; the table names them all."""
MOST_DATES = 10
"""Dates written under the clocks."""


def draw_clocks(
    panels: tuple[GuaranteePanel, ...], as_of: datetime, as_of_words: str, zone: ZoneInfo
) -> Markup:
    """The clocks over the days they fall on, as one SVG element; empty when no text sets a time.

    Args:
        panels: The guarantees with what is owed under each.
        as_of: The moment at which the clocks are read.
        as_of_words: That moment in words.
        zone: The mission's time zone, in which days begin.
    """
    clocks = [(panel, row) for panel in panels for row in panel.rows if row.window is not None]
    if not clocks:
        return Markup("")
    shown = clocks[:MOST]
    windows = [row.window for _, row in shown if row.window is not None]
    start = min(as_of, *(w.start for w in windows)) - timedelta(hours=6)
    end = max(as_of, *(w.end for w in windows)) + timedelta(hours=6)
    seconds = (end - start).total_seconds()

    def at(moment: datetime) -> float:
        return LEFT + (moment - start).total_seconds() / seconds * (WIDTH - LEFT - RIGHT)

    foot = 30 + ROW * len(shown) + 8
    height = foot + 20
    now = at(as_of)
    left_side = now > (LEFT + WIDTH) / 2
    parts = [
        *_days(at, local_midnights(start, end, zone), foot),
        tag("path", d=f"M{number(now)} 18V{number(foot)}", class_="now"),
        label(
            f"as of {as_of_words}",
            now - 5 if left_side else now + 5,
            14,
            "note strong",
            "end" if left_side else "start",
        ),
        *(_clock(at, panel, row, 30 + ROW * i) for i, (panel, row) in enumerate(shown)),
    ]
    return tag(
        "svg",
        tag("title", "Clocks of the obligations"),
        tag("desc", "The tables below give each deadline in words."),
        *parts,
        viewBox=f"0 0 {number(WIDTH)} {number(height)}",
        role="img",
        aria_label="Deadlines as stretches of time, with the same in words in the tables below",
        class_="clocks",
    )


def local_midnights(start: datetime, end: datetime, zone: ZoneInfo) -> list[tuple[date, datetime]]:
    """Days that begin in a stretch, with the moment of each; of many days only every so many."""
    first = start.astimezone(zone).date() + timedelta(days=1)
    count = (end.astimezone(zone).date() - first).days + 1
    step = max(1, -(-count // MOST_DATES))
    days = [first + timedelta(days=n) for n in range(0, count, step)]
    return [(day, local_day(day, zone).start) for day in days]


def _days(
    at: Callable[[datetime], float], days: list[tuple[date, datetime]], foot: float
) -> list[Markup]:
    drawn = []
    for day, begins in days:
        x = at(begins)
        drawn += [
            tag("path", d=f"M{number(x)} 22V{number(foot)}", class_="day-line"),
            label(f"{day.day} {MONTHS[day.month - 1][:3]}", x, foot + 14, "note", "middle"),
        ]
    return drawn


def _clock(
    at: Callable[[datetime], float], panel: GuaranteePanel, row: ObligationRow, y: float
) -> Markup:
    if row.window is None:
        return Markup("")
    x, end = at(row.window.start), at(row.window.end)
    words = f"{panel.guarantee}: {len(row.who)} guarantor{'s' if len(row.who) != 1 else ''}"
    return tag(
        "a",
        tag("title", f"{panel.guarantee}, {', '.join(row.who)}: {row.deadline}"),
        label(words[:52], 0, y + 12, "note"),
        tag(
            "rect",
            x=x,
            y=y,
            width=max(2.0, end - x),
            height=ROW - 8,
            class_=f"clock {row.state_code}",
        ),
        href=f"#{panel.anchor}",
    )
