"""Instants and half-open periods.

Rules this module keeps:
1. Every instant is aware and held in UTC; a time without an offset is refused.
2. A period holds its first moment and not its last: [start, end).
3. A day in a source is a day in that source's time zone, stated by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from waarborg.base.judgement import Verdict


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant that carries its offset, and give it in UTC.

    Raises:
        ValueError: The text is no instant, or names no offset.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(
            f"{text!r} names no offset from UTC; write the offset, as in 2026-04-11T16:00+03:00"
        )
    return instant.astimezone(UTC)


@lru_cache(maxsize=1 << 16)
def format_instant(instant: datetime) -> str:
    """Write an instant in UTC to the second, as 2026-04-11T13:00:00Z."""
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A half-open stretch of time [start, end), in UTC.

    Raises:
        ValueError: The end does not lie after the start, or an end names no offset.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a period needs instants with an offset from UTC")
        if self.end <= self.start:
            raise ValueError(f"a period ends after it starts, not {self.start} to {self.end}")

    def contains(self, instant: datetime) -> bool:
        """Whether the instant lies in the period; the first moment does, the last does not."""
        return self.start <= instant < self.end

    def lies_in(self, other: Period) -> Verdict:
        """Whether something that happened at some moment of this period happened in the other.

        YES when all of this period lies in the other, NO when none of it does, otherwise UNKNOWN.
        """
        if other.start <= self.start and self.end <= other.end:
            return Verdict.YES
        if self.end <= other.start or other.end <= self.start:
            return Verdict.NO
        return Verdict.UNKNOWN

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a moment."""
        return self.start < other.end and other.start < self.end

    def span(self, other: Period) -> Period:
        """The shortest period that holds both."""
        return Period(min(self.start, other.start), max(self.end, other.end))

    @property
    def hours(self) -> float:
        """Length in hours of elapsed time."""
        return (self.end - self.start) / timedelta(hours=1)


def elapsed_words(span: timedelta) -> str:
    """A stretch of elapsed time as a person says it: "2 days", "1 day, 16 hours", "40 minutes"."""
    seconds = int(span.total_seconds())
    told = []
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, size)
        told += [f"{count} {unit}{'' if count == 1 else 's'}"] * bool(count)
    return ", ".join(told) or "no time"


def local_day(day: date, zone: ZoneInfo) -> Period:
    """The whole of a calendar day in a time zone (23, 24 or 25 hours)."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone)
    return Period(start.astimezone(UTC), end.astimezone(UTC))


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """Read what a person types for --as-of and --known-at: an instant, or a day.

    A day means up to the end of that day in the zone, so "known at 24 April" holds all that
    came in on 24 April.

    Raises:
        ValueError: Neither a day nor an instant with an offset.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return parse_instant(text)
    return local_day(day, zone).end
