"""Who held which place when."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from waarborg.base.places import Area, Point
from waarborg.base.times import local_day
from waarborg.reports import control
from waarborg.reports.mission import ControlSettings, Doubt

ZONE = ZoneInfo("Europe/Kyiv")
DAY = local_day(date(2026, 4, 12), ZONE)
HEADER = b"geonameid,name,latitude,longitude,date_from,status\n"
SETTINGS = ControlSettings(
    file="control.csv",
    name="the points",
    time_zone=ZONE,
    holders={"A": "ALFA", "B": "BRAVO", "FREED": "BRAVO"},
    contested=("X",),
    default_holder="BRAVO",
    default_zone="Z",
    near_m=5000.0,
    clear_m=15000.0,
    words="the rule",
)


def held(data, place, square, period=DAY, settings=SETTINGS):
    """Who held a place, by some rows."""
    changes, problems = control.parse(HEADER + data, settings)
    assert problems == ()
    return control.Control(changes, settings, square).holder(place, period)


def test_the_near_point_names_the_holder(square):
    """A point within the near distance gives its holder, marked as inference."""
    party, words = held(b"1,Town,45.0,35.0,20220301,A\n", Point(35.01, 45.0, 5000), square)
    assert party == "ALFA"
    assert words == "inference: Town, 0.8 km away, stands as held by ALFA in the points"


def test_the_state_is_that_of_the_day(square):
    """A change before the day counts, one after it does not, one within leaves it open."""
    rows = b"1,Town,45.0,35.0,20220301,A\n1,Town,45.0,35.0,20260412,FREED\n"
    place = Point(35.0, 45.0, 5000)
    assert held(rows, place, square, local_day(date(2026, 4, 11), ZONE))[0] == "ALFA"
    assert held(rows, place, square)[0] == "BRAVO"
    both = local_day(date(2026, 4, 11), ZONE).span(DAY)
    party, words = held(rows, place, square, both)
    assert party is None
    assert "do not agree on one holder from 2026-04-11 to 2026-04-12" in words


def test_before_the_first_state_nobody_is_named(square):
    """The data say nothing before a place's first row."""
    assert held(b"1,Town,45.0,35.0,20260420,A\n", Point(35.0, 45.0, 1), square)[0] is None


def test_contested_and_doubted_name_nobody(square):
    """A contested place and one the mission doubts name nobody."""
    party, words = held(b"1,Town,45.0,35.0,20220301,X\n", Point(35.0, 45.0, 1), square)
    assert party is None
    assert "contested" in words
    doubting = replace(SETTINGS, doubted=(Doubt("1", "Town", "why"),))
    assert (
        held(b"1,Town,45.0,35.0,20220301,A\n", Point(35.0, 45.0, 1), square, DAY, doubting)[0]
        is None
    )


def test_between_two_holders_nobody_is_named(square):
    """Near points of both sides leave it open."""
    rows = b"1,West,45.0,35.0,20220301,A\n2,East,45.0,35.05,20220301,B\n"
    party, words = held(rows, Point(35.02, 45.0, 1), square)
    assert party is None
    assert "do not agree" in words


def test_far_from_any_other_side_the_default_holder_is_inferred(square):
    """A place the data do not know is the default holder's only when the other side is not near."""
    rows = b"1,West,45.0,35.0,20220301,A\n"
    party, words = held(rows, Point(36.0, 45.0, 1), square)
    assert party == "BRAVO"
    assert words.startswith("inference: inside the zone Z")
    party, words = held(rows, Point(35.13, 45.0, 1), square)
    assert party is None
    assert "West, 10 km away, is not held by BRAVO alone" in words


def test_outside_the_zone_and_without_a_place_nobody_is_named(square):
    """The data say nothing outside their zone."""
    rows = b"1,West,45.0,35.0,20220301,A\n"
    assert held(rows, Point(50.0, 45.0, 1), square)[1].startswith(
        "the place lies outside the zone Z"
    )
    assert held(rows, None, square) == (None, "the place is not known")


def test_an_area_is_held_only_when_all_of_it_is(square):
    """A zone with one point of the other side is nobody's; one without is the default holder's."""
    zones = square | {
        "W": square["Z"].buffer(0).intersection(square["Z"]),
        "E": square["Z"].buffer(-4),
    }
    rows = b"1,West,45.0,31.0,20220301,A\n"
    assert held(rows, Area("W"), zones)[0] is None
    assert held(rows, Area("E"), zones)[0] == "BRAVO"
    assert held(rows, Area("none"), zones) == (None, "the zone none has no shape")


def test_swapping_the_parties_swaps_the_holders(square):
    """Law 2: the party names are data."""
    swapped = replace(
        SETTINGS, holders={"A": "BRAVO", "B": "ALFA", "FREED": "ALFA"}, default_holder="ALFA"
    )
    rows = b"1,West,45.0,35.0,20220301,A\n2,East,45.0,38.0,20220301,B\n"
    other = {"ALFA": "BRAVO", "BRAVO": "ALFA", None: None}
    for longitude in (35.0, 35.1, 36.5, 38.0, 50.0):
        place = Point(longitude, 45.0, 1)
        assert held(rows, place, square)[0] == other[held(rows, place, square, DAY, swapped)[0]]


def test_the_shipped_data_have_no_problem(mission):
    """The shipped control file is read whole."""
    from pathlib import Path  # noqa: PLC0415  # used here alone

    folder = Path(__file__).parents[3] / "examples" / "easter-truce-2026"
    changes, problems = control.parse((folder / "control.csv").read_bytes(), mission.control)
    assert problems == ()
    assert len(changes) == 1975


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b"1,Town,45.0,35.0,20220231,A\n", "the date does not exist"),
        (b"1,Town,145.0,35.0,20220201,A\n", "the coordinate is not a place on earth"),
        (b"1,Town,nan,35.0,20220201,A\n", "the coordinate is not a place on earth"),
        (b"1,Town,45.0,35.0,20220201,C\n", "the status is not defined"),
        (b"1,=Town,45.0,35.0,20220201,A\n", "a cell begins like a formula"),
        (b"1,Town,45.0\n", "the row has the wrong number of fields"),
        (b"1,Town,45.0,35.0,20220201,A,9\n", "the row has the wrong number of fields"),
    ],
)
def test_bad_rows_are_told_and_left_out(row, message):
    """A bad row is told with its line; the good one is taken."""
    changes, problems = control.parse(HEADER + b"2,Good,45.0,36.0,20220201,A\n" + row, SETTINGS)
    assert [change.place for change in changes] == ["2"]
    assert [(p.file, p.line, p.code, p.message) for p in problems] == [
        ("control.csv", 3, "VII-043", message)
    ]


def test_bad_files_are_told():
    """A file without its columns or in another encoding gives no rows, and the problem."""
    assert control.parse(b"name\n", SETTINGS)[1][0].message == "columns are missing"
    assert control.parse(HEADER + b"\xff", SETTINGS)[1][0].message == "the file is not in UTF-8"
    rows = b"1,T,45.0,35.0,20220201,A\n1,T,45.0,35.0,20220201,B\n"
    changes, problems = control.parse(HEADER + rows, SETTINGS)
    assert len(changes) == 1
    assert problems[0].message == "the place has two states from one day"
