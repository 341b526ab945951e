"""How a report words days, hours, places and grounds: the same in every locale and on every machine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from waarborg.base.grades import AttributionLevel, Basis
from waarborg.base.places import Area, Place, named
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


def runs_words(days: Sequence[date]) -> str:
    """Days with those in a row drawn together, as 1 to 4, 6 and 8 to 10 April 2026.

    Args:
        days: In order, each once.
    """
    months: dict[tuple[int, int], list[str]] = {}
    for run in _runs(days):
        months.setdefault((run[-1].year, run[-1].month), []).append(
            days_words(run[0], run[-1]).removesuffix(f" {MONTHS[run[-1].month - 1]} {run[-1].year}")
        )
    return "; ".join(
        f"{_listed(runs)} {MONTHS[month - 1]} {year}" for (year, month), runs in months.items()
    )


def _runs(days: Sequence[date]) -> list[list[date]]:
    runs: list[list[date]] = []
    for day in days:
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def person_words(words: str, zone: ZoneInfo) -> str:
    """A sentence with the instants and durations of machines in it put into a person's words.

    Args:
        words: As "PT24H after the breach happened, so between 2026-04-12T21:00:00Z and …".
        zone: The mission's time zone.
    """
    worded = _INSTANT.sub(lambda m: moment_words(datetime.fromisoformat(m.group()), zone), words)
    return _DURATION.sub(lambda found: duration_words(found.group()), worded)


def duration_words(code: str) -> str:
    """An ISO 8601 duration, as 24 hours for PT24H; one that is none stays as it is."""
    found = _DURATION.fullmatch(code)
    units = [f"{n} {_UNITS[name]}{'s' if n != '1' else ''}" for name, n in _parts(found)]
    return _listed(units) if units else code


def _parts(found: re.Match[str] | None) -> list[tuple[str, str]]:
    return [
        (name, number) for name, number in (found.groupdict() if found else {}).items() if number
    ]


_INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DURATION = re.compile(
    r"\bP(?=[\dT])(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?\b"
)
_UNITS = {
    "years": "year",
    "months": "month",
    "weeks": "week",
    "days": "day",
    "hours": "hour",
    "minutes": "minute",
}


def moment_words(instant: datetime, zone: ZoneInfo) -> str:
    """A moment in the mission's time, as 11 April 2026, 16:00."""
    local = instant.astimezone(zone)
    return f"{day_words(local.date())}, {local:%H:%M}"


def cutoff_words(instant: datetime, zone: ZoneInfo) -> str:
    """A moment up to which something holds; midnight is named by the day it ends."""
    local = instant.astimezone(zone)
    if local.time() != datetime.min.time():
        return moment_words(instant, zone)
    return f"the end of {day_words(local.date() - timedelta(days=1))}"


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
    return f"{named(place)}, within {distance_words(place.precision_m)}"


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
