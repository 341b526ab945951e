"""Times settled into columns, and why they cannot be."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from waarborg.agreement.columns import period_columns, why_time_open
from waarborg.base.times import Period, local_day, parse_instant

KYIV = ZoneInfo("Europe/Kyiv")
TRUCE = Period(parse_instant("2026-04-11T16:00+03:00"), parse_instant("2026-04-13T00:00+03:00"))


def test_a_day_that_the_truce_cuts_cannot_be_decided() -> None:
    """Days before, on, within and after give no, unknown, yes and no."""
    days = [local_day(date(2026, 4, day), KYIV) for day in (10, 11, 12, 13)]
    columns = period_columns({"truce": TRUCE}, days)
    assert columns["period:truce"].to_list() == [False, None, True, False]


@pytest.mark.parametrize(
    ("happened", "words"),
    [
        (local_day(date(2026, 4, 11), KYIV), "the source gives the day, the truce began at 16:00"),
        (
            Period(
                parse_instant("2026-04-12T22:00+03:00"), parse_instant("2026-04-13T02:00+03:00")
            ),
            (
                "the sources give 12 April 22:00 to 13 April 02:00, "
                "the truce ended at 00:00 on 13 April"
            ),
        ),
        (
            Period(
                parse_instant("2026-04-11T00:00+03:00"), parse_instant("2026-04-14T00:00+03:00")
            ),
            (
                "the sources give 11 April 00:00 to 14 April 00:00, "
                "the truce began at 16:00 and the truce ended at 00:00 on 13 April"
            ),
        ),
        (local_day(date(2026, 4, 12), KYIV), ""),
    ],
)
def test_why_a_time_is_open(happened: Period, words: str) -> None:
    """The reason says what the source gives and where the truce cuts it."""
    assert why_time_open("truce", TRUCE, happened, KYIV) == words
