"""Deadlines on each kind of clock, held against a hand-made table and the standard library."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.agreement.deadlines import due
from waarborg.agreement.sections import Clock
from waarborg.agreement.vocabulary import ClockKind, Rounding
from waarborg.base.times import parse_instant

ELAPSED = Clock(ClockKind.ELAPSED, "Europe/Kyiv")
DOWN = Clock(ClockKind.ELAPSED, "Europe/Kyiv", rounding=Rounding.DOWN)
UP = Clock(ClockKind.ELAPSED, "Europe/Kyiv", rounding=Rounding.UP)
DAYS = Clock(ClockKind.LOCAL_DAYS, "Europe/Kyiv")
WORK = Clock(ClockKind.WORKING, "Europe/Amsterdam", holidays=frozenset({date(2026, 4, 6)}))


@pytest.mark.parametrize(
    ("clock", "start", "span", "expected"),
    [
        # Clocks in Kyiv go forward on 29 March 2026 and back on 25 October 2026.
        (ELAPSED, "2026-03-28T12:00+02:00", "PT24H", "2026-03-29T13:00+03:00"),
        (ELAPSED, "2026-10-24T12:00+03:00", "PT24H", "2026-10-25T11:00+02:00"),
        (ELAPSED, "2026-03-28T12:00+02:00", "P1M", "2026-04-28T12:00+03:00"),
        (ELAPSED, "2028-01-29T12:00+02:00", "P1M", "2028-02-29T12:00+02:00"),
        (DOWN, "2026-01-31T12:00+02:00", "P1M", "2026-02-28T12:00+02:00"),
        (UP, "2026-01-31T12:00+02:00", "P1M", "2026-03-01T12:00+02:00"),
        (DOWN, "2028-02-29T12:00+02:00", "P1Y", "2029-02-28T12:00+02:00"),
        (UP, "2026-08-31T12:00+03:00", "P4M", "2026-12-31T12:00+02:00"),
        (ELAPSED, "2026-04-11T16:00+03:00", "P1W", "2026-04-18T16:00+03:00"),
        (DAYS, "2026-03-28T12:00+02:00", "P1D", "2026-03-30T00:00+03:00"),
        (DAYS, "2026-10-24T23:59+03:00", "P1D", "2026-10-26T00:00+02:00"),
        (DAYS, "2026-04-11T00:00+03:00", "P2D", "2026-04-14T00:00+03:00"),
        # 2 April 2026 is a Thursday, 6 April a holiday.
        (WORK, "2026-04-02T16:00+02:00", "PT2H", "2026-04-03T10:00+02:00"),
        (WORK, "2026-04-03T16:00+02:00", "PT2H", "2026-04-07T10:00+02:00"),
        (WORK, "2026-04-04T12:00+02:00", "PT8H", "2026-04-07T17:00+02:00"),
        (WORK, "2026-04-02T08:00+02:00", "PT1H", "2026-04-02T10:00+02:00"),
        (WORK, "2026-04-02T12:00+02:00", "P2D", "2026-04-07T17:00+02:00"),
        (WORK, "2026-03-27T16:30+01:00", "PT1H", "2026-03-30T09:30+02:00"),
        (WORK, "2026-04-02T12:00+02:00", "P1DT1H", "2026-04-07T10:00+02:00"),
    ],
)
def test_table_of_deadlines(clock: Clock, start: str, span: str, expected: str) -> None:
    """Changes of the clock, month ends, leap days, weekends and holidays, worked out by hand."""
    assert due(clock, parse_instant(start), span) == parse_instant(expected)


MOMENTS = st.integers(0, 15 * 366 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(start=MOMENTS, hours=st.integers(0, 5000))
def test_elapsed_hours_are_those_of_the_standard_library(start: datetime, hours: int) -> None:
    """Elapsed time is addition in UTC, in whatever zone the clock hangs."""
    assert due(ELAPSED, start, f"PT{hours}H") == start + timedelta(hours=hours)


@given(start=MOMENTS, hours=st.integers(1, 60), more=st.integers(0, 20))
def test_more_working_time_is_never_over_sooner(start: datetime, hours: int, more: int) -> None:
    """A longer span ends no earlier, ends while work is on, and takes at least its own length."""
    end, later = (due(WORK, start, f"PT{h}H") for h in (hours, hours + more))
    assert later >= end >= start + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("clock", "span", "message"),
    [
        (ELAPSED, "a day", "'a day' is no ISO 8601 duration"),
        (DAYS, "PT24H", "a clock of calendar days cannot measure the hours of PT24H"),
        (WORK, "P1M", "a clock of working time cannot measure the months of P1M"),
        (ELAPSED, "P1M", "31 January and 1 months has no such day"),
        (Clock(ClockKind.WORKING, workdays=()), "PT1H", "the clock has no working day"),
        (Clock(ClockKind.WORKING, workdays=()), "P2D", "the clock has no working day"),
    ],
)
def test_what_a_clock_cannot_measure_is_refused(clock: Clock, span: str, message: str) -> None:
    """A span that a clock cannot measure is an error, never a guess."""
    with pytest.raises(ValueError, match=message):
        due(clock, parse_instant("2026-01-31T12:00Z"), span)
