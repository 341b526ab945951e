"""Claimed times are held against the clocks of others, and order nothing."""

from hypothesis import given
from hypothesis import strategies as st

from waarborg.record.time_bounds import Claim, Sighting, TimeBounds, time_bounds

TEN_YEARS = 10 * 365 * 86_400
SEEN = [Sighting(5, 100, "a"), Sighting(9, 200, "b"), Sighting(5, 150, "b"), Sighting(9, 180, "a")]


def test_an_entry_lies_between_two_sightings():
    """Entry 5 was not there at 150 and was there at 180."""
    bounds = time_bounds(5, SEEN)
    assert bounds == TimeBounds(SEEN[2], SEEN[3])
    assert bounds.judge(160) is Claim.WITHIN
    assert bounds.judge(160 - TEN_YEARS) is Claim.BEFORE
    assert bounds.judge(160 + TEN_YEARS) is Claim.AFTER


def test_without_sightings_nothing_is_bounded():
    """The first entries have no lower bound, the last no upper one."""
    assert time_bounds(0, SEEN) == TimeBounds(None, SEEN[0])
    assert time_bounds(20, SEEN) == TimeBounds(SEEN[1], None)
    assert time_bounds(3, []).judge(-TEN_YEARS) is Claim.WITHIN


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 1000)), max_size=20), st.integers(0, 49)
)
def test_more_sightings_only_tighten(rows, place):
    """A further sighting never moves a bound outwards."""
    every = [Sighting(size, at, "w") for size, at in rows]
    for count in range(len(every)):
        less, more = time_bounds(place, every[:count]), time_bounds(place, every[: count + 1])
        if less.after is not None:
            assert more.after.at >= less.after.at
        if less.before is not None:
            assert more.before.at <= less.before.at
