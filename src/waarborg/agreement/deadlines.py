"""Deadlines: from "since when" and "how long" to one moment; the only date arithmetic of the room.

Rules this module keeps:
1. Elapsed time is counted in UTC: 24 hours are 24 hours, also when clocks change.
2. A calendar day ends at the end of that day in the clock's time zone, whatever its length.
3. Working hours are real hours between opening and closing; n working days end at closing time of
   the n-th working day after the day of the start.
4. A month that has no such day is refused unless the clock says how to round.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from waarborg.agreement.sections import Clock
from waarborg.agreement.shape import DURATION
from waarborg.agreement.vocabulary import ClockKind, Rounding

UNSTATED = Clock(rounding=Rounding.DOWN)
"""Where a text names no clock: elapsed time; a month ends at the same hour of the same date, or of the last
day of a month that has no such date.

Source:
    The project's own choice, so that an unnamed clock is elapsed time throughout. Regulation (EEC, Euratom)
    No 1182/71, Article 3(2)(c), has the same date and the same last day, but lets a period of weeks,
    months or years end with the last hour of that day: a text that means this names a clock of calendar
    days (`kind: local_days`, `rounding: down`).
"""

_FAR_DAYS = 20_000
"""No working span looks further ahead than this, so that a clock without open days is an error."""

_NEVER_OPEN = "the clock has no working day on which the time could run"


def due(clock: Clock, start: datetime, span: str) -> datetime:
    """The moment at which a span that starts at a moment is over, in UTC.

    Args:
        clock: How the span is measured.
        start: When it starts, aware.
        span: An ISO 8601 duration, as PT24H, P5D or P4M.

    Raises:
        ValueError: It is no duration, the clock cannot measure it, or a month has no such day and
            the clock does not round.
    """
    months, days, rest = _parts(span)
    match clock.kind:
        case ClockKind.ELAPSED:
            if not months:
                return start.astimezone(UTC) + timedelta(days=days) + rest
            local = start.astimezone(ZoneInfo(clock.zone))
            moved = _add_months(local, months, clock.rounding)
            return moved.astimezone(UTC) + timedelta(days=days) + rest
        case ClockKind.LOCAL_DAYS:
            if rest:
                raise ValueError(f"a clock of calendar days cannot measure the hours of {span}")
            local = start.astimezone(ZoneInfo(clock.zone))
            day = _add_months(local, months, clock.rounding).date() + timedelta(days=days)
            return _midnight_after(day, clock)
        case ClockKind.WORKING:
            if months:
                raise ValueError(f"a clock of working time cannot measure the months of {span}")
            return _working(clock, start, days, rest)


@lru_cache(maxsize=1024)
def _parts(span: str) -> tuple[int, int, timedelta]:
    found = DURATION.match(span)
    if found is None:
        raise ValueError(f"{span!r} is no ISO 8601 duration")
    years, months, weeks, days, hours, minutes = (int(g or 0) for g in found.groups())
    return 12 * years + months, 7 * weeks + days, timedelta(hours=hours, minutes=minutes)


def _add_months(moment: datetime, months: int, rounding: Rounding) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if moment.day <= last:
        return moment.replace(year=year, month=month + 1)
    if rounding is Rounding.DOWN:
        return moment.replace(year=year, month=month + 1, day=last)
    if rounding is Rounding.UP:
        return moment.replace(year=year, month=month + 1, day=last) + timedelta(days=1)
    raise ValueError(
        f"{moment.day} {moment:%B} and {months} months has no such day; "
        "the clock must say rounding: down or rounding: up"
    )


def _midnight_after(day: date, clock: Clock) -> datetime:
    following = day + timedelta(days=1)
    zone = ZoneInfo(clock.zone)
    return datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)


def _is_open(clock: Clock, day: date) -> bool:
    return day.weekday() in clock.workdays and day not in clock.holidays


@lru_cache(maxsize=1 << 12)
def _working_day(clock: Clock, first: date, days: int) -> date:
    """The so-many-th working day after a day."""
    for offset in range(1, _FAR_DAYS):
        day = first + timedelta(days=offset)
        days -= _is_open(clock, day)
        if not days:
            return day
    raise ValueError(_NEVER_OPEN)


def _working(clock: Clock, start: datetime, days: int, left: timedelta) -> datetime:
    zone = ZoneInfo(clock.zone)
    moment = start.astimezone(UTC)
    first = start.astimezone(zone).date()
    if days:
        first = _working_day(clock, first, days)
        moment = datetime.combine(first, clock.closes, zone).astimezone(UTC)
    if not left:
        return moment
    for offset in range(_FAR_DAYS):
        day = first + timedelta(days=offset)
        if not _is_open(clock, day):
            continue
        opens = max(moment, datetime.combine(day, clock.opens, zone).astimezone(UTC))
        room = datetime.combine(day, clock.closes, zone).astimezone(UTC) - opens
        if room <= timedelta(0):
            continue
        if left <= room:
            return opens + left
        left -= room
    raise ValueError(_NEVER_OPEN)
