"""Thresholds held against a record: whether so many incidents fell within a sliding window.

Rules this module keeps:
1. A threshold counts by what its incidents share. By actor, each party's incidents are counted
   apart; by zone or place, those of each smallest zone of the map; by sector, those of each zone
   that the threshold names. An incident that may belong to two counts may raise either. What may lie
   in no smallest zone may lie in one place with all else that may: it counts as possible there.
2. It is reached for an incident when some count that the incident surely belongs to surely is high
   enough; it is not reached when no count that it may belong to can be; otherwise it stays open.
3. Nothing outside the given incidents counts, so a record as known at a moment gives the answer of
   that moment (law 4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from waarborg.agreement.polars_reading import to_polars
from waarborg.agreement.sections import AROUND, Threshold
from waarborg.agreement.windows import (
    Bounds,
    Flags,
    Moments,
    Numbers,
    Stretches,
    count_around,
    count_back,
)
from waarborg.agreement.words import NO_NAMES, Names
from waarborg.base.times import Period

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_OF = "\x00of"


@dataclass(frozen=True, slots=True)
class Rows:
    """Incidents as a table, with the stretch of time in which each happened.

    Attributes:
        table: One column a property and one a settled question ("zone:UA-63", "period:truce").
        start: First moment of each, in microseconds since the epoch.
        end: End of each, which does not belong to it.
    """

    table: pl.DataFrame
    start: Moments
    end: Moments


@dataclass(frozen=True, slots=True)
class Reached:
    """What a threshold says of each incident.

    Attributes:
        holds: True, False, or null where it cannot be decided.
        least: How many there surely are, in the fullest count that the incident surely belongs to.
        most: How many there can be, in the fullest count that it may belong to.
    """

    holds: pl.Series
    least: Numbers
    most: Numbers


def moments_of(happened: Sequence[Period]) -> tuple[Moments, Moments]:
    """First moments and ends as whole microseconds since the epoch."""
    start, end = (
        np.fromiter(((m - _EPOCH) // _MICROSECOND for m in moments), np.int64, len(happened))
        for moments in ((p.start for p in happened), (p.end for p in happened))
    )
    return start, end


def reached(
    threshold: Threshold, rows: Rows, actors: Sequence[str], smallest: Sequence[str]
) -> Reached:
    """Hold every incident of a record against a threshold.

    Args:
        threshold: The threshold.
        rows: The incidents, in any order.
        actors: The parties of the file, for a count by actor.
        smallest: Zones of the map that hold no other zone, for a count by zone or place.
    """
    number = rows.table.height
    counts = rows.table.with_columns(to_polars(threshold.of).alias(_OF))[_OF]
    sure, maybe = _sure(counts), _maybe(counts)
    order = np.argsort(rows.start, kind="stable")
    window = threshold.window // _MICROSECOND
    count = count_around if threshold.looks == AROUND else count_back
    least, most = (np.zeros(number, dtype=np.int64) for _ in range(2))
    for inside, possible in _counts(threshold, rows.table, actors, smallest):
        chosen = order[possible[order]]
        belongs = inside[chosen]
        bounds: Bounds = count(
            Stretches(rows.start[chosen], rows.end[chosen], sure[chosen] & belongs, maybe[chosen]),
            window,
        )
        least[chosen] = np.maximum(least[chosen], np.where(belongs, bounds.least, 0))
        most[chosen] = np.maximum(most[chosen], bounds.most)
    holds = pl.Series(f"threshold:{threshold.id}", least >= threshold.at_least)
    still_open = pl.Series((least < threshold.at_least) & (most >= threshold.at_least))
    return Reached(holds.set(still_open, None), least, most)


def why_open(threshold: Threshold, found: Reached, row: int, names: Names = NO_NAMES) -> str:
    """Why it cannot be said whether a threshold is reached, in words."""
    called = names.get(f"threshold:{threshold.id}", threshold.words)
    least, most = int(found.least[row]), int(found.most[row])
    return (
        f"at least {least} and at most {most} incidents count towards the threshold of "
        f"{threshold.at_least} ({called})"
    )


def _sure(answers: pl.Series) -> Flags:
    return answers.fill_null(value=False).to_numpy().astype(np.bool_)


def _maybe(answers: pl.Series) -> Flags:
    return answers.fill_null(value=True).to_numpy().astype(np.bool_)


def _counts(
    threshold: Threshold, table: pl.DataFrame, actors: Sequence[str], smallest: Sequence[str]
) -> Iterator[tuple[Flags, Flags]]:
    """The counts that are kept apart: for each, which incidents surely and which may belong to it."""
    for sure_actor, maybe_actor in _actors(threshold, table, actors):
        for sure_zone, maybe_zone in _zones(threshold, table, smallest):
            yield sure_actor & sure_zone, maybe_actor & maybe_zone


def _everyone(table: pl.DataFrame) -> tuple[Flags, Flags]:
    return np.ones(table.height, dtype=np.bool_), np.ones(table.height, dtype=np.bool_)


def _actors(
    threshold: Threshold, table: pl.DataFrame, actors: Sequence[str]
) -> Iterator[tuple[Flags, Flags]]:
    if "actor" not in threshold.by:
        yield _everyone(table)
        return
    for actor in actors:
        is_it = table.select((pl.col("actor").cast(pl.String) == actor).alias("it"))["it"]
        yield _sure(is_it), _maybe(is_it)


def _zones(
    threshold: Threshold, table: pl.DataFrame, smallest: Sequence[str]
) -> Iterator[tuple[Flags, Flags]]:
    zones = zones_counted(threshold, smallest)
    if zones is None:
        yield _everyone(table)
        return
    somewhere = np.zeros(table.height, dtype=np.bool_)
    for zone in zones:
        column = table[f"zone:{zone}"]
        somewhere |= _sure(column)
        yield _sure(column), _maybe(column)
    if "sector" not in threshold.by:
        yield np.zeros_like(somewhere), ~somewhere


def zones_counted(threshold: Threshold, smallest: Sequence[str]) -> tuple[str, ...] | None:
    """The zones in each of which a threshold counts apart; None when it does not ask where."""
    if "sector" in threshold.by:
        return threshold.sectors
    return tuple(smallest) if {"zone", "place"} & set(threshold.by) else None
