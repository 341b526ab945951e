"""Places and times settled into yes, no and cannot be said."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from small_mission import ZONES
from waarborg.agreement.settled import settle_times, smallest_zones, zones_of
from waarborg.agreement.zones import read_zones
from waarborg.base.places import Area, Point
from waarborg.base.times import Period, local_day, parse_instant

ZONE = ZoneInfo("Etc/GMT-3")
TRUCE = {
    "truce": Period(
        parse_instant("2030-04-11T16:00+03:00"), parse_instant("2030-04-13T00:00+03:00")
    )
}
MAP = read_zones(ZONES, "zones.geojson")


def test_a_day_within_is_in_and_a_day_without_is_out() -> None:
    """The whole day decides where all of it lies on one side."""
    assert settle_times(TRUCE, local_day(date(2030, 4, 12), ZONE), ZONE) == (
        {"period:truce": True},
        {},
    )
    assert settle_times(TRUCE, local_day(date(2030, 4, 13), ZONE), ZONE) == (
        {"period:truce": False},
        {},
    )


def test_the_day_on_which_it_began_is_open_and_says_why() -> None:
    """A day that the period begins in cannot be decided; hours are those of the zone asked for."""
    day = local_day(date(2030, 4, 11), ZONE)
    assert settle_times(TRUCE, day, ZONE) == (
        {"period:truce": None},
        {"period:truce": "the source gives the day, the truce began at 16:00"},
    )
    _, abroad = settle_times(TRUCE, local_day(date(2030, 4, 11), ZoneInfo("UTC")), ZoneInfo("UTC"))
    assert abroad["period:truce"] == "the source gives the day, the truce began at 13:00"


def test_an_hour_that_is_known_decides_on_that_day() -> None:
    """Where the source knows the hour, the day on which it began can be decided."""
    for hour, inside in (("15:00", False), ("16:00", True)):
        start = parse_instant(f"2030-04-11T{hour}+03:00")
        happened = Period(start, parse_instant(f"2030-04-11T{hour[:2]}:59+03:00"))
        assert settle_times(TRUCE, happened, ZONE)[0] == {"period:truce": inside}


def test_the_smallest_zones_hold_no_other() -> None:
    """The land holds North and South, so the same place is judged by those two."""
    assert smallest_zones(MAP) == ("north", "south")


def test_a_place_lies_in_some_zones_for_sure_and_in_others_perhaps() -> None:
    """A point well inside is sure, one at the border may be in both, the land may be either."""
    small = smallest_zones(MAP)

    def zones(place: Point | Area | None) -> tuple[set[str], set[str] | None]:
        columns = {
            f"zone:{zone}": {1: True, 0: False, -1: None}[int(codes[0])]
            for zone, codes in MAP.codes([place]).items()
        }
        sure, maybe = zones_of(columns, small)
        return set(sure), None if maybe is None else set(maybe)

    assert zones(Point(10.5, 50.5, 1000.0, "Norvik")) == ({"north"}, {"north"})
    assert zones(Point(10.5, 50.0, 1000.0, "Ferry")) == (set(), None)
    assert zones(Area("south", "the South")) == ({"south"}, {"south"})
    assert zones(None) == (set(), None)
