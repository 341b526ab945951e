"""Reports and incidents of a day of April 2026 for tests, with what matters given."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from waarborg.base.acts import Act
from waarborg.base.places import Point
from waarborg.base.times import Period, local_day
from waarborg.incidents.incident import NOBODY, Incident, IncidentId, Member
from waarborg.reports.report import Report, ReportId

DAY = local_day(date(2026, 4, 14), ZoneInfo("Europe/Kyiv"))
TOWN = Point(36.2, 50.0, 3000.0, "Town")


def report(name: str, source: str, headline: str, days: int = 0, **kept) -> Report:
    """A report of one day of April 2026, or of some days after."""
    values = {"place": TOWN, "acts": (), "actors": ()} | kept
    return Report(
        id=ReportId(name), version=1, channel="viina", source=source,
        address=f"https://example.org/{name}", headline=headline,
        happened=Period(DAY.start + timedelta(days), DAY.end + timedelta(days)),
        received_at=datetime(2026, 5, 1, tzinfo=UTC), label="O", **values,
    )  # fmt: skip


def incident(name: str, *reports: Report, **kept) -> Incident:
    """An incident of some reports."""
    values = {"happened": DAY, "place": TOWN, "act": Act.DRONE_STRIKE} | kept
    return Incident(
        id=IncidentId(name), members=tuple(Member(r.id, 1.0) for r in reports),
        sources=tuple(sorted({r.source for r in reports})), places=(TOWN,),
        act_labelled=values["act"], acts=(), harm=(), attribution=NOBODY, **values,
    )  # fmt: skip
