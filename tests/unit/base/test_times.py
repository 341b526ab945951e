"""Instants, days and half-open periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waarborg.base.judgement import Verdict
from waarborg.base.times import (
    Period,
    elapsed_words,
    format_instant,
    local_day,
    parse_instant,
    parse_moment,
)

KYIV = ZoneInfo("Europe/Kyiv")


def at(hour: float) -> datetime:
    """An instant, in hours after the start of 11 April 2026 UTC."""
    return datetime(2026, 4, 11, tzinfo=UTC) + timedelta(hours=hour)


TRUCE = Period(parse_instant("2026-04-11T16:00+03:00"), parse_instant("2026-04-13T00:00+03:00"))


def test_an_instant_without_offset_is_refused() -> None:
    """A time that names no offset could be any of many instants, so it is refused with the mend."""
    with pytest.raises(ValueError, match=r"names no offset from UTC; write the offset"):
        parse_instant("2026-04-11T16:00")


def test_an_instant_is_kept_in_utc() -> None:
    """16:00 in Moscow on 11 April 2026 is 13:00 UTC."""
    assert format_instant(parse_instant("2026-04-11T16:00+03:00")) == "2026-04-11T13:00:00Z"


def test_a_period_holds_its_first_moment_only() -> None:
    """The truce holds 16:00 of its first day and not 00:00 of the day after its last."""
    assert TRUCE.contains(TRUCE.start)
    assert not TRUCE.contains(TRUCE.end)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    """A period of no length or of negative length is a slip, not a period."""
    with pytest.raises(ValueError, match="a period ends after it starts"):
        Period(at(2), at(2))


def test_a_period_without_offset_is_refused() -> None:
    """Periods need aware instants."""
    with pytest.raises(ValueError, match="needs instants with an offset"):
        Period(datetime(2026, 4, 11), datetime(2026, 4, 12))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "expected"),
    [(10, Verdict.NO), (11, Verdict.UNKNOWN), (12, Verdict.YES), (13, Verdict.NO)],
)
def test_days_against_the_truce(day: int, expected: Verdict) -> None:
    """A day-only report of 11 April cannot be placed before or after 16:00; 12 April lies inside."""
    assert local_day(date(2026, 4, day), KYIV).lies_in(TRUCE) is expected


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 4, 12), 24)]
)
def test_the_length_of_a_local_day(day: tuple[int, int, int], hours: int) -> None:
    """The days on which the clock changes have 23 and 25 hours."""
    assert local_day(date(*day), KYIV).hours == hours


def test_known_at_a_day_means_through_its_end() -> None:
    """A moment given as a day is the end of that day there; an instant is taken as it is."""
    assert format_instant(parse_moment("2026-04-24", KYIV)) == "2026-04-24T21:00:00Z"
    assert format_instant(parse_moment("2026-04-24T12:00+03:00", KYIV)) == "2026-04-24T09:00:00Z"


hours = st.integers(0, 200)
periods = st.tuples(hours, st.integers(1, 60)).map(lambda p: Period(at(p[0]), at(p[0] + p[1])))


@given(periods, periods)
def test_lying_in_agrees_with_sampling(inner: Period, outer: Period) -> None:
    """The verdict agrees with trying every half hour of the inner period."""
    steps = int(inner.hours * 2)
    inside = {outer.contains(inner.start + timedelta(minutes=30 * i)) for i in range(steps)}
    expected = (
        Verdict.UNKNOWN if len(inside) == 2 else (Verdict.YES if inside == {True} else Verdict.NO)
    )
    assert inner.lies_in(outer) is expected


@given(periods, periods, periods)
def test_more_precise_never_turns_yes_into_no(inner: Period, middle: Period, outer: Period) -> None:
    """Narrowing when something happened settles the unknown and never overturns the settled."""
    if inner.lies_in(middle) is Verdict.YES and middle.lies_in(outer) is not Verdict.UNKNOWN:
        assert inner.lies_in(outer) is middle.lies_in(outer)


@given(periods, periods)
def test_a_span_holds_both(one: Period, other: Period) -> None:
    """The span of two periods holds each of them."""
    assert one.lies_in(one.span(other)) is Verdict.YES
    assert other.lies_in(one.span(other)) is Verdict.YES


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=2), "2 days"),
        (timedelta(days=1, hours=16), "1 day, 16 hours"),
        (timedelta(minutes=61, seconds=1), "1 hour, 1 minute, 1 second"),
        (timedelta(0), "no time"),
    ],
)
def test_a_stretch_of_time_is_told_as_a_person_says_it(span: timedelta, words: str) -> None:
    """Only the units that are there are named, each in the singular where it is one."""
    assert elapsed_words(span) == words
