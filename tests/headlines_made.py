"""Made-up web reports of April 2026, for tests of fusion."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from waarborg.base.places import Point
from waarborg.base.times import local_day
from waarborg.reports.report import Report, ReportId

PECHENIHY = Point(36.93231, 49.86466, 3000.0, "Pechenihy")
VINNYTSIA = Point(28.48097, 49.23278, 3000.0, "Vinnytsya")


def web_report(
    name: str, headline: str, source: str, day: int = 14, place: Point = PECHENIHY
) -> Report:
    """A report of a day of April 2026 at a place; all are received on the 25th."""
    return Report(
        id=ReportId(name),
        version=1,
        channel="viina",
        source=source,
        address=f"https://example.org/{name}",
        headline=headline,
        happened=local_day(date(2026, 4, day), ZoneInfo("Europe/Kyiv")),
        received_at=datetime(2026, 4, 25, tzinfo=UTC),
        place=place,
        label="O",
    )
