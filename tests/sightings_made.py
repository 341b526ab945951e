"""Generated sightings for tests: a few events, a week of any precision, a flood."""

from __future__ import annotations

import numpy as np

from waarborg.incidents.sighting_columns import Sightings


def some(seed: int, events: int, reports: int) -> tuple[Sightings, np.ndarray]:
    """Reports of a few events in one hour over 30 km, and the event of each."""
    dice = np.random.default_rng(seed)
    event = dice.integers(0, events, reports)
    when, east, north = (
        dice.uniform(0, 3600, events),
        dice.uniform(0, 0.3, events),
        dice.uniform(0, 0.3, events),
    )
    seen = Sightings(
        id=np.arange(reports, dtype=np.int64) * 7 + 3,
        t=when[event] + dice.normal(0, 10, reports),
        longitude=41 + east[event] + dice.normal(0, 0.002, reports),
        latitude=14 + north[event] + dice.normal(0, 0.002, reports),
        precision_s=np.full(reports, 15.0),
        precision_m=np.full(reports, 200.0),
        source=dice.integers(0, 40, reports),
        kind=dice.integers(0, 6, reports),
        type=dice.integers(-1, 37, reports),
        count=dice.choice([1.0, 3.0, np.nan], reports),
    )
    return seen, event


def spread(seed: int, reports: int) -> Sightings:
    """Reports over a week and 40 km, of any precision, some of them bursts at one spot."""
    dice = np.random.default_rng(seed)
    hour = dice.choice(dice.uniform(0, 7 * 86400, 12), reports)
    return Sightings(
        id=dice.permutation(reports).astype(np.int64) * 5,
        t=hour + dice.choice([0.0, 60.0, 3600.0], reports) * dice.normal(0, 1, reports),
        longitude=37 + dice.choice([0.0, 0.01, 0.3], reports) * dice.uniform(-1, 1, reports),
        latitude=48 + dice.choice([0.0, 0.01, 0.3], reports) * dice.uniform(-1, 1, reports),
        precision_s=dice.choice([1.0, 60.0, 3600.0, 43200.0, np.nan], reports),
        precision_m=dice.choice([50.0, 500.0, 5000.0, np.nan], reports),
        source=dice.integers(0, 200, reports),
        kind=dice.integers(0, 6, reports),
        type=dice.choice([-1, 0, 15, 16], reports),
        count=dice.choice([1.0, 3.0, 900.0, np.nan], reports),
    )


def on_one_spot(n: int, sources: int) -> Sightings:
    """A flood: many reports of one point and minute, as exact as they may be."""
    return Sightings(
        id=np.arange(n, dtype=np.int64),
        t=np.linspace(0.0, 60.0, n),
        longitude=np.full(n, 41.0),
        latitude=np.full(n, 14.0),
        precision_s=np.full(n, 1.0),
        precision_m=np.full(n, 10.0),
        source=np.arange(n, dtype=np.int64) % sources,
        kind=np.zeros(n, dtype=np.int64),
        type=np.full(n, 15),
        count=np.full(n, 3.0),
    )


def one_between(seed: int) -> Sightings:
    """Three reports each of two events 1.5 km apart in one minute, and one, 100, planted midway."""
    dice = np.random.default_rng(seed)
    north = np.array([0.0] * 3 + [0.0135] * 3 + [0.00675])
    scatter = np.array([1.0] * 6 + [0.0])
    return Sightings(
        id=np.array([0, 1, 2, 3, 4, 5, 100]),
        t=scatter * dice.normal(0, 20, 7),
        longitude=41.0 + scatter * dice.normal(0, 0.00135, 7),
        latitude=14.0 + north + scatter * dice.normal(0, 0.00135, 7),
        precision_s=np.full(7, 30.0),
        precision_m=np.array([150.0] * 6 + [400.0]),
        source=np.array([0, 1, 2, 3, 4, 5, 99]),
        kind=np.zeros(7, dtype=np.int64),
        type=np.full(7, 15),
        count=np.full(7, np.nan),
    )
