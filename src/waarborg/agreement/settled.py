"""Places and times settled before any logic: a column of yes, no or unknown for each zone and period.

An incident's place may be a settlement known to some kilometres or a whole oblast, and its time may
be a day; both are settled here once, with the words for what cannot be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from waarborg.agreement.columns import in_period, why_time_open, zone_columns
from waarborg.agreement.zones import Zones
from waarborg.base.places import Place
from waarborg.base.times import Period

Columns = Mapping[str, bool | None]


def settle_places(
    zones: Zones, places: Sequence[Place | None], asked: Iterable[str] | None = None
) -> list[Columns]:
    """For each place the zones it lies in: "zone:UA-63" to True, False, or None.

    Args:
        zones: The map.
        places: In any order, None where not known.
        asked: The zones wanted; all when None.
    """
    table = zone_columns(zones, places, asked)
    names = tuple(table)
    rows = zip(*(series.to_list() for series in table.values()), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows] if table else [{} for _ in places]


def settle_times(
    periods: Mapping[str, Period], happened: Period, zone: ZoneInfo
) -> tuple[Columns, Mapping[str, str]]:
    """When something happened against the periods of an agreement, and why that is open where it is.

    Args:
        periods: The agreement's periods by name.
        happened: The stretch in which it happened.
        zone: Time zone in which hours are written.

    Returns:
        "period:truce" to True, False or None; and, for each None, the reason in words.
    """
    columns = {
        f"period:{name}": in_period(happened, period) for name, period in sorted(periods.items())
    }
    unknown = {
        f"period:{name}": words
        for name, period in periods.items()
        if (words := why_time_open(name, period, happened, zone))
    }
    return columns, unknown


def smallest_zones(zones: Zones) -> tuple[str, ...]:
    """The zones that hold no other zone of the map; "the same place" is judged by these."""
    inside = {
        (inner, outer)
        for inner in zones.ids
        for outer in zones.ids
        if inner != outer and zones.relation(inner, outer) == 1
    }
    return tuple(
        zone
        for zone in zones.ids
        if not any((other, zone) in inside and (zone, other) not in inside for other in zones.ids)
    )


def zones_of(
    columns: Columns, smallest: Sequence[str]
) -> tuple[frozenset[str], frozenset[str] | None]:
    """The smallest zones a place lies in for sure, and those it may lie in (None: unknown).

    Args:
        columns: Settled columns of the incident.
        smallest: Identifiers of the zones that hold no other zone of the map.
    """
    answers = {zone: columns.get(f"zone:{zone}") for zone in smallest}
    sure = frozenset(zone for zone, inside in answers.items() if inside)
    maybe = frozenset(zone for zone, inside in answers.items() if inside is not False)
    return sure, None if not sure and len(maybe) == len(smallest) else maybe
