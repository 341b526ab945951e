"""Generated sightings over days, with the faults of real ones, and judgements, for tests of fusion at scale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.incidents.sighting_columns import Sightings
from waarborg.reports.report import ReportId

JUDGED_AT = datetime(2026, 4, 20, 9, tzinfo=UTC)
DAY = 86_400.0
KINDS, TYPES = 6, 37


def many(seed: int, events: int, reports: int, days: float = 20.0) -> Sightings:
    """Reports of events over some days and 60 km: precise and coarse, some without a place or time."""
    dice = np.random.default_rng(seed)
    event = dice.integers(0, max(events, 1), reports)
    when = dice.uniform(0, days * DAY, max(events, 1))
    east, north = dice.uniform(0, 0.6, max(events, 1)), dice.uniform(0, 0.6, max(events, 1))
    coarse = dice.random(reports) < 0.1
    seen = Sightings(
        id=dice.permutation(reports).astype(np.int64) * 3 + 5,
        t=when[event] + dice.normal(0, 20, reports) * np.where(coarse, 200, 1),
        longitude=41 + east[event] + dice.normal(0, 0.002, reports),
        latitude=13.7 + north[event] + dice.normal(0, 0.002, reports),
        precision_s=np.where(coarse, 3600.0, 15.0),
        precision_m=np.full(reports, 200.0),
        source=dice.integers(0, 40, reports),
        kind=dice.integers(0, KINDS, reports),
        type=dice.integers(-1, TYPES, reports),
        count=dice.choice([1.0, 3.0, np.nan], reports),
        received=np.full(reports, (days + 40.0) * DAY),
    )
    ahead = dice.random(reports) < 0.02
    seen.t[ahead] += 100.0 * DAY
    for column, share in (
        (seen.t, 0.02),
        (seen.longitude, 0.02),
        (seen.precision_s, 0.05),
        (seen.precision_m, 0.05),
    ):
        column[dice.random(reports) < share] = np.nan
    seen.precision_m[dice.random(reports) < 0.02] = 1e7
    return seen


def frame_for_file(seen: Sightings) -> pl.DataFrame:
    """The columns of a file of sightings; what is not known is empty."""
    return pl.DataFrame(
        {
            "report_id": seen.id,
            "source": seen.source,
            "kind": seen.kind,
            "t": seen.t,
            "t_prec": seen.precision_s,
            "lat": seen.latitude,
            "lon": seen.longitude,
            "pos_prec": seen.precision_m,
            "etype": seen.type,
            "count": seen.count,
            "t_arrive": seen.received,
        }
    ).fill_nan(None)


def said(one: int, other: int, sameness: Sameness, minute: int = 0, who: str = "Ann") -> Judgement:
    """A judgement on two sightings."""
    return Judgement(
        ReportId(str(one)), ReportId(str(other)), sameness, who,
        JUDGED_AT + timedelta(minutes=minute), "watched both films",
    )  # fmt: skip


def any_judgements(seen: Sightings, seed: int, many_of_them: int) -> list[Judgement]:
    """Judgements by chance, most on near sightings, some unsure; the last three of many contradict each other."""
    dice = np.random.default_rng(seed)
    by_time = seen.id[np.argsort(seen.t)]
    found = []
    for minute in range(many_of_them):
        at = int(dice.integers(0, len(by_time)))
        step = int(dice.choice([1, 2, 3, len(by_time) // 2]))
        other = (at + max(step, 1)) % len(by_time)
        if other != at:
            pair = (int(by_time[at]), int(by_time[other]))
            found.append(said(*pair, dice.choice(list(Sameness), p=[0.45, 0.45, 0.1]), minute))
    if many_of_them > 2 and len(by_time) > 2:
        one, two, three = by_time[:3].tolist()
        last = ((one, two, "same"), (two, three, "same"), (three, one, "different"))
        found += [said(a, b, Sameness(what), many_of_them) for a, b, what in last]
    return found
