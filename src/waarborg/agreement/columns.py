"""Places and times settled into columns of yes, no or unknown, once, before any logic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from waarborg.agreement.zones import Zones
from waarborg.base.judgement import Verdict
from waarborg.base.places import Place
from waarborg.base.times import Period, local_day

_TRUTH: Mapping[Verdict, bool | None] = {
    Verdict.YES: True,
    Verdict.NO: False,
    Verdict.UNKNOWN: None,
}


def in_period(happened: Period, period: Period) -> bool | None:
    """Whether something fell in a period; None where its own stretch of time leaves that open."""
    return _TRUTH[happened.lies_in(period)]


def period_columns(
    periods: Mapping[str, Period], happened: Sequence[Period]
) -> dict[str, pl.Series]:
    """One Boolean column a period, named "period:<id>", null where it cannot be decided.

    Args:
        periods: The agreement's periods.
        happened: When each incident happened, as narrow as known.
    """
    columns: dict[str, pl.Series] = {}
    for name, period in sorted(periods.items()):
        known = {stretch: in_period(stretch, period) for stretch in set(happened)}
        column = f"period:{name}"
        columns[column] = pl.Series(column, [known[s] for s in happened], dtype=pl.Boolean)
    return columns


def zone_columns(
    zones: Zones, places: Sequence[Place | None], asked: Iterable[str] | None = None
) -> dict[str, pl.Series]:
    """One Boolean column a zone, named "zone:<id>", null where it cannot be decided.

    Args:
        zones: The zones.
        places: Where each incident happened, None where not known.
        asked: The zones wanted; all when None.
    """
    columns: dict[str, pl.Series] = {}
    for zone, codes in zones.codes(places, asked).items():
        series = pl.Series(f"zone:{zone}", codes)
        truth = (series == 1).set(series == -1, None)
        columns[f"zone:{zone}"] = truth
    return columns


def why_time_open(name: str, period: Period, happened: Period, zone: ZoneInfo) -> str:
    """Why it cannot be said whether something fell in a period, in words; "" when it can.

    As "the source gives the day, the truce began at 16:00". Hours are those of the zone.
    """
    if happened.lies_in(period) is not Verdict.UNKNOWN:
        return ""
    called = name.replace("_", " ")
    ends = []
    if happened.start < period.start:
        ends.append(f"the {called} began at {_hour(period.start, happened, zone)}")
    if period.end < happened.end:
        ends.append(f"the {called} ended at {_hour(period.end, happened, zone)}")
    return f"{_given(happened, zone)}, {' and '.join(ends)}"


def _given(happened: Period, zone: ZoneInfo) -> str:
    start = happened.start.astimezone(zone)
    if happened == local_day(start.date(), zone):
        return "the source gives the day"
    until = happened.end.astimezone(zone)
    return f"the sources give {start:%d %B %H:%M} to {until:%d %B %H:%M}"


def _hour(moment: datetime, happened: Period, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    if local.date() == happened.start.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{local:%H:%M} on {local.day} {local:%B}"
