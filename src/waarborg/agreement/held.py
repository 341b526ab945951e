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
class Alike:
    """What a text can ask of an incident, once settled; incidents of which it is the same share it.

    Attributes:
        columns: Settled column to yes, no or unknown, from what is stated.
        stated: Property or settled column to value, from what sources state in words only.
        inferred: The same with labels and implied actors filled in.
        unknown: Column to the words for why it is None.
    """

    columns: Columns
    stated: Row
    inferred: Row
    unknown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """An incident as rows of properties, ready to be held against a text.

    Attributes:
        deed: The incident.
        alike: What a text can ask of it.
    """

    deed: Deed
    alike: Alike

    @property
    def columns(self) -> Columns:
        """Settled column to yes, no or unknown, from what is stated."""
        return self.alike.columns

    @property
    def stated(self) -> Row:
        """Property or settled column to value, from what sources state in words only."""
        return self.alike.stated

    @property
    def inferred(self) -> Row:
        """The same with labels and implied actors filled in."""
        return self.alike.inferred

    @property
    def unknown(self) -> Mapping[str, str]:
        """Column to the words for why it is None."""
        return self.alike.unknown


class Settling:
    """Settles incidents for one text, except for thresholds, and lets those share that are alike.

    Args:
        agreement: The agreement, under the reading that is to apply.
        ground: The map, and the time zone of reasons.
    """

    def __init__(self, agreement: Agreement, ground: Ground) -> None:
        self._agreement = agreement
        self._ground = ground
        self._columns: dict[tuple[bool | None, ...], Columns] = {}
        self._places: dict[Place | None, Columns] = {}
        self._times: dict[Period, _Time] = {ANY_TIME: ({}, {})}
        self._same: dict[_Key, _Time] = {}
        # by the objects that they are made of, which are kept with them
        self._alike: dict[tuple[int, int, int, int], tuple[Alike, tuple[object, ...]]] = {}

    def hold(
        self, deeds: Sequence[Deed], places: Sequence[Columns] | None = None
    ) -> tuple[Held, ...]:
        """Settle some incidents.

        Args:
            deeds: The incidents.
            places: The zone columns of each where they were settled before.
        """
        alike = self._alike
        where, when = self._where(deeds, places), self._when(deeds)
        found = []
        for deed, place, time in zip(deeds, where, when, strict=True):
            stated, inferred = deed.stated, deed.inferred
            key = (id(place), id(time), id(stated), id(inferred))
            same = alike.get(key)
            if same is None:
                if len(alike) >= _ALIKE:
                    alike.clear()
                parts = (place, time, stated, inferred)
                same = alike[key] = (_alike(*parts), parts)
            found.append(Held(deed, same[0]))
        return tuple(found)

    def _where(self, deeds: Sequence[Deed], known: Sequence[Columns] | None) -> list[Columns]:
        """The columns of each place, which are settled once: places come up again and again."""
        places, zones = self._places, self._ground.zones
        found = [places.get(deed.place) for deed in deeds]
        new = list(
            dict.fromkeys(d.place for d, one in zip(deeds, found, strict=True) if one is None)
        )
        if not new:
            return [one for one in found if one is not None]
        if zones is None:
            places |= dict.fromkeys(new, _NO_COLUMNS)
        else:
            zoned = dict(zip((deed.place for deed in deeds), known or (), strict=False))
            settled = [zoned[place] for place in new] if known else settle_places(zones, new)
            near = _near(self._agreement, new, zones)
            for place, one, other in zip(new, settled, near, strict=True):
                columns = {**one, **other} if other else one
                places[place] = self._columns.setdefault(tuple(columns.values()), columns)
        return [places[deed.place] for deed in deeds]

    def _when(self, deeds: Sequence[Deed]) -> list[_Time]:
        """The columns of each time, and why they are open; each stretch of time is settled once."""
        times = self._times
        found: list[_Time] = []
        for deed in deeds:
            time = times.get(deed.happened)
            if time is None:
                new = settle_times(self._agreement.periods, deed.happened, self._ground.zone)
                key = (tuple(new[0].values()), tuple(new[1].items()))
                time = times[deed.happened] = self._same.setdefault(key, new)
            found.append(time)
        return found


_Time = tuple[Columns, Mapping[str, str]]
"""The columns of when something happened, and why some are open."""
_Key = tuple[tuple[bool | None, ...], tuple[tuple[str, str], ...]]

_ALIKE = 1 << 16
"""So many rows are kept that incidents may share; there are few."""


def _alike(place: Columns, time: _Time, stated: Row, inferred: Row) -> Alike:
    when, why = time
    columns = {**place, **when}
    told = {**stated, **columns}
    # what is inferred is most often what is stated
    return Alike(columns, told, told if inferred is stated else {**inferred, **columns}, why)


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
    found = Settling(agreement, ground).hold(deeds, places)
    return counted(agreement, found, ground) if agreement.thresholds else found


def _near(agreement: Agreement, places: Sequence[Place | None], zones: Zones) -> list[Columns]:
    if not agreement.distances:
        return [_NO_COLUMNS] * len(places)
    table = distance_columns(agreement.distances, zones, places)
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
    alike = Alike(
        {**one.columns, **columns},
        {**one.stated, **columns},
        {**one.inferred, **guessed},
        {**one.unknown, **why},
    )
    return Held(one.deed, alike)


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
