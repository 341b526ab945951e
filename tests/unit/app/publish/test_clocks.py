"""The drawing of the clocks: days stand where they begin in the mission's time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from report_sample import SETTINGS, ZONES, sample

from waarborg.app.publish.clocks import MOST_DATES, draw_clocks, local_midnights
from waarborg.app.services.picture import picture

MOSCOW, KYIV = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Kyiv")


def test_each_day_of_a_short_stretch_is_named_where_it_begins() -> None:
    """Days begin at midnight of the mission's zone, on the night of a clock change too."""
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    marks = local_midnights(start, start + timedelta(days=2), KYIV)
    assert marks == [
        (date(2026, 3, 29), datetime(2026, 3, 28, 22, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 21, tzinfo=UTC)),
    ]


@pytest.mark.parametrize("days", [1, 9, 10, 11, 130, 4000])
def test_a_long_stretch_names_only_some_days(days: int) -> None:
    """However long the stretch, the dates stay legible and lie within it."""
    start = datetime(2026, 4, 11, 13, tzinfo=UTC)
    end = start + timedelta(days=days)
    marks = local_midnights(start, end, MOSCOW)
    assert 1 <= len(marks) <= MOST_DATES
    assert all(start < begins <= end for _, begins in marks)


def test_the_clocks_carry_dates_in_the_missions_time() -> None:
    """The same clocks over another zone have their days elsewhere."""
    drawn = picture(sample(), ZONES, SETTINGS)
    here = draw_clocks(drawn.guarantees, drawn.as_of, drawn.head.as_of, MOSCOW)
    there = draw_clocks(drawn.guarantees, drawn.as_of, drawn.head.as_of, ZoneInfo("Asia/Tokyo"))
    assert ">13 Apr<" in here
    assert here.count("day-line") > 1
    assert here != there
