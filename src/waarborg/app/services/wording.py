"""How a report words days, hours, places and grounds: the same in every locale and on every machine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from waarborg.base.grades import AttributionLevel, Basis
from waarborg.base.places import Area, Place
from waarborg.base.times import Period
from waarborg.incidents.incident import Attribution, Incident

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

LEVELS: Mapping[AttributionLevel, str] = {
    AttributionLevel.UNKNOWN: "not known",
    AttributionLevel.SINGLE_SOURCE: "stated by a single source",
    AttributionLevel.CORROBORATED: "stated by several sources",
    AttributionLevel.CONFIRMED: "confirmed",
    AttributionLevel.ADMITTED: "admitted",
}

GROUNDS: Mapping[Basis, str] = {
    Basis.STATED: "stated",
    Basis.LABELLED: "machine label",
    Basis.IMPLIED: "inference",
}


def anchor(kind: str, *names: str) -> str:
    """An identifier that is safe in an address and in HTML, the same for the same names."""
    return "-".join([kind, *(re.sub(r"[^A-Za-z0-9_-]+", "_", name) for name in names)])


def spaced(code: str) -> str:
    """A code as words: "prior_consent" as "prior consent"."""
    return code.replace("_", " ")


def day_words(day: date, *, year: bool = True) -> str:
    """A day, as 12 April 2026."""
    words = f"{day.day} {MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if year else words


def days_words(first: date, last: date) -> str:
    """A run of days, as 1 to 25 April 2026."""
    if first == last:
        return day_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day_words(last)}"
    return f"{day_words(first, year=first.year != last.year)} to {day_words(last)}"


def moment_words(instant: datetime, zone: ZoneInfo) -> str:
    """A moment in the mission's time, as 11 April 2026, 16:00."""
    local = instant.astimezone(zone)
    return f"{day_words(local.date())}, {local:%H:%M}"


def cutoff_words(instant: datetime, zone: ZoneInfo) -> str:
    """A moment up to which something holds; midnight is named by the day it ends."""
    local = instant.astimezone(zone)
    if local.time() != datetime.min.time():
        return moment_words(instant, zone)
    return f"the end of {day_words(local.date() - timedelta(days=1))}, 24:00"


def zone_words(zone: ZoneInfo, at: datetime) -> str:
    """A time zone with its offset at a moment, as Europe/Moscow (UTC+03:00)."""
    offset = at.astimezone(zone).strftime("%z")
    return f"{zone.key} (UTC{offset[:3]}:{offset[3:]})"


def period_words(period: Period, zone: ZoneInfo) -> str:
    """A period: the days alone where nothing narrower is known, else its first and last moment."""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    if start.time() == end.time() == datetime.min.time():
        return days_words(start.date(), end.date() - timedelta(days=1))
    return f"from {moment_words(period.start, zone)} until before {moment_words(period.end, zone)}"


def distance_words(metres: float) -> str:
    """A distance, as 2 km or 400 m."""
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.3g} km"


def place_words(place: Place | None, zones: Mapping[str, str]) -> str:
    """A place with how precisely it is known.

    Args:
        place: The place, None when it is not known.
        zones: Zone to its name.
    """
    if place is None:
        return "place not known"
    if isinstance(place, Area):
        return f"somewhere in {zones.get(place.zone, place.zone)}"
    name = place.name or f"{place.latitude:.4f}, {place.longitude:.4f}"
    return f"{name}, within {distance_words(place.precision_m)}"


def attribution_words(attribution: Attribution, parties: Mapping[str, str]) -> str:
    """Who did it and on what ground; inference is called inference."""
    if attribution.party is not None:
        return f"{_name(attribution.party, parties)}: {LEVELS[attribution.level]}"
    stated = sorted({e.party for e in attribution.evidence if e.basis is Basis.STATED})
    if len(stated) > 1:
        return f"contested: sources name {_both(stated, parties)}"
    if attribution.implied is not None:
        return f"{_name(attribution.implied, parties)}: inference only, no source says so"
    return "not known"


def act_words(incident: Incident) -> str:
    """What was done, and whether only a machine's label says so."""
    if incident.act is not None:
        return incident.act.words
    if incident.act_labelled is not None:
        return f"{incident.act_labelled.words} (machine label only)"
    return "act not known"


def _name(party: str, parties: Mapping[str, str]) -> str:
    return parties.get(party, party)


def _both(found: Sequence[str], parties: Mapping[str, str]) -> str:
    return " and ".join(_name(party, parties) for party in found)
