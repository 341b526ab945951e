"""Incidents as rows that are ready to be held against a text: everything about place, time and record settled.

Rules this module keeps:
1. Each incident stands here twice: as stated, with only what sources say in words, and as inferred,
   with marked inferences filled in. A threshold counts each way apart.
2. The columns of an incident rest on the given incidents and the map, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from waarborg.agreement.condition import properties
from waarborg.agreement.distances import distance_columns
from waarborg.agreement.explain import Row
from waarborg.agreement.model import Agreement
from waarborg.agreement.sections import Threshold
from waarborg.agreement.settled import Columns, settle_places, settle_times
from waarborg.agreement.thresholds import (
    Reached,
    Rows,
    moments_of,
    reached,
    why_open,
    zones_counted,
)
from waarborg.agreement.vocabulary import PROPERTIES, Kind
from waarborg.agreement.zones import Zones
from waarborg.base.places import Place
from waarborg.base.times import Period

_TYPES: Mapping[Kind, Any] = {Kind.NUMBER: pl.Int64, Kind.FLAG: pl.Boolean}
_NO_COLUMNS: Columns = {}

ANY_TIME = Period(datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
"""When something happened of which nobody knows when."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An incident as far as a text can ask about it.

    Attributes:
        id: Identifier of the incident.
        happened: When; ANY_TIME when nothing is known.
        place: Where, None when nothing is known.
        stated: Property to value, from what sources state in words only.
        inferred: The same with labels and implied actors filled in.
    """

    id: str
    happened: Period
    place: Place | None
    stated: Row
    inferred: Row


@dataclass(frozen=True, slots=True)
class Ground:
    """What incidents are settled by.

    Attributes:
        zones: The map, None where there is none; then nothing is known of places.
        zone: Time zone in which hours are written in reasons.
        smallest: Zones of the map that hold no other zone, for "the same place".
    """

    zones: Zones | None
    zone: ZoneInfo
    smallest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """An incident as rows of properties, ready to be held against a text.

    Attributes:
        deed: The incident.
        columns: Settled column to yes, no or unknown, from what is stated.
        stated: Property or settled column to value, from what sources state in words only.
        inferred: The same with labels and implied actors filled in.
        unknown: Column to the words for why it is None.
    """

    deed: Deed
    columns: Columns
    stated: Row
    inferred: Row
    unknown: Mapping[str, str]


def hold(
    agreement: Agreement,
    deeds: Sequence[Deed],
    ground: Ground,
    places: Sequence[Columns] | None = None,
) -> tuple[Held, ...]:
    """Settle everything that the conditions of an agreement may ask about some incidents.

    Args:
        agreement: The agreement, under the reading that is to apply.
        deeds: Every incident that counts, in any order; a threshold counts among these.
        ground: The map, and the time zone of reasons.
        places: The zone columns of each incident where they were settled before.
    """
    if places is None:
        where = [deed.place for deed in deeds]
        places = settle_places(ground.zones, where) if ground.zones else [_NO_COLUMNS] * len(deeds)
    times: dict[Period, tuple[Columns, Mapping[str, str]]] = {ANY_TIME: ({}, {})}
    found: list[Held] = []
    for deed, place, near in zip(deeds, places, _near(agreement, deeds, ground), strict=True):
        settled = times.get(deed.happened)
        if settled is None:
            settled = settle_times(agreement.periods, deed.happened, ground.zone)
            times[deed.happened] = settled
        when, why = settled
        columns = {**place, **when, **near}
        stated = {**deed.stated, **columns}
        # what is inferred is most often what is stated
        inferred = stated if deed.inferred is deed.stated else {**deed.inferred, **columns}
        found.append(Held(deed, columns, stated, inferred, why))
    return counted(agreement, found, ground) if agreement.thresholds else tuple(found)


def _near(agreement: Agreement, deeds: Sequence[Deed], ground: Ground) -> list[Columns]:
    if ground.zones is None or not agreement.distances:
        return [_NO_COLUMNS] * len(deeds)
    where = [deed.place for deed in deeds]
    table = distance_columns(agreement.distances, ground.zones, where)
    rows = zip(*(series.to_list() for series in table.values()), strict=True)
    return [dict(zip(table, row, strict=True)) for row in rows]


def counted(
    agreement: Agreement,
    held: Sequence[Held],
    ground: Ground,
    asked: Sequence[int] | None = None,
) -> tuple[Held, ...]:
    """The incidents with every threshold held against them, as stated and as inferred.

    Args:
        agreement: The text.
        held: The incidents that are counted.
        ground: The map.
        asked: The places in `held` of those that are wanted; all when None.
    """
    happened = [one.deed.happened for one in held]
    stated = _reached(agreement, [one.stated for one in held], happened, ground)
    if any(one.stated != one.inferred for one in held):
        inferred = _reached(agreement, [one.inferred for one in held], happened, ground)
    else:
        inferred = stated
    wanted = range(len(held)) if asked is None else asked
    return tuple(_with_thresholds(held[n], n, stated, inferred) for n in wanted)


def _with_thresholds(
    one: Held,
    row: int,
    stated: Mapping[str, tuple[Threshold, Reached]],
    inferred: Mapping[str, tuple[Threshold, Reached]],
) -> Held:
    columns: dict[str, bool | None] = {name: r.holds[row] for name, (_, r) in stated.items()}
    guessed: dict[str, bool | None] = {name: r.holds[row] for name, (_, r) in inferred.items()}
    why = {
        name: why_open(threshold, found, row)
        for name, (threshold, found) in stated.items()
        if columns[name] is None
    }
    return Held(
        one.deed,
        {**one.columns, **columns},
        {**one.stated, **columns},
        {**one.inferred, **guessed},
        {**one.unknown, **why},
    )


def _reached(
    agreement: Agreement, rows: Sequence[Row], happened: Sequence[Period], ground: Ground
) -> dict[str, tuple[Threshold, Reached]]:
    start, end = moments_of(happened)
    found = {}
    for threshold in agreement.thresholds.values():
        zones = zones_counted(threshold, ground.smallest) or ()
        asked = {"actor", *properties(threshold.of), *(f"zone:{zone}" for zone in zones)}
        table = pl.DataFrame({name: _column(name, rows) for name in sorted(asked)})
        found[f"threshold:{threshold.id}"] = (
            threshold,
            reached(threshold, Rows(table, start, end), list(agreement.parties), ground.smallest),
        )
    return found


def _column(name: str, rows: Sequence[Row]) -> pl.Series:
    asked = PROPERTIES.get(name)
    kind = pl.Boolean if asked is None else _TYPES.get(asked.kind, pl.String)
    return pl.Series(name, [row.get(name) for row in rows], dtype=kind)
