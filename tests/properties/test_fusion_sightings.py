"""Law 1 and the bounds of fusing sightings, on generated sensor reports."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waarborg.incidents.sightings import SightingModel, Sightings, fuse_columns
from waarborg.store.fusion_models import sighting_model


@pytest.fixture(scope="module")
def model() -> SightingModel:
    """The shipped model."""
    return sighting_model()


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


def taken(seen: Sightings, rows: np.ndarray) -> Sightings:
    """The sightings in another order."""
    return Sightings(*(getattr(seen, name)[rows] for name in Sightings.__slots__))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(0, 60))
def test_order_changes_nothing(model, seed, events, reports):
    """Shuffled rows give every sighting the same incident and the same probability."""
    seen, _ = some(seed, events, reports)
    order = np.random.default_rng(seed + 1).permutation(reports)
    straight, mixed = fuse_columns(seen, model), fuse_columns(taken(seen, order), model)

    np.testing.assert_array_equal(straight.incident[order], mixed.incident)
    np.testing.assert_array_equal(straight.probability[order], mixed.probability)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 60))
def test_incidents_are_named_after_their_smallest_sighting(model, seed, events, reports):
    """Each incident bears the smallest identifier in it, and probabilities lie between 0 and 1."""
    seen, _ = some(seed, events, reports)
    fused = fuse_columns(seen, model)

    for name in np.unique(fused.incident):
        assert name == seen.id[fused.incident == name].min()
    assert ((fused.probability >= 0.0) & (fused.probability <= 1.0)).all()


def test_sightings_of_one_event_come_together(model):
    """Well-separated events are found again, with few errors either way."""
    seen, event = some(5, 6, 40)
    seen = replace(seen, type=np.full(40, -1))
    fused = fuse_columns(seen, model)
    same_event = event[:, None] == event[None, :]
    joined = fused.incident[:, None] == fused.incident[None, :]

    assert (same_event & joined).sum() / same_event.sum() > 0.8
    assert (same_event & joined).sum() / joined.sum() > 0.8


def test_a_sighting_without_place_or_time_stands_alone_and_is_counted(model):
    """What cannot be compared is not guessed at."""
    seen, _ = some(5, 1, 10)
    seen.longitude[2] = np.nan
    seen.t[7] = np.nan
    fused = fuse_columns(seen, model)

    assert fused.unplaced == 2
    assert fused.incident[2] == seen.id[2]
    assert fused.incident[7] == seen.id[7]


def test_an_absurd_precision_is_brought_within_bounds_and_counted(model):
    """A precision of nothing or of a thousand kilometres does not pass unnoticed."""
    seen, _ = some(5, 1, 10)
    seen.precision_m[0], seen.precision_m[1] = 0.0, 1e6

    assert fuse_columns(seen, model).clamped == 2


def test_one_identifier_twice_is_refused(model):
    """Identifiers settle ties, so two of one kind cannot be told apart."""
    seen, _ = some(5, 1, 4)
    seen.id[1] = seen.id[0]

    with pytest.raises(
        ValueError, match="two sightings carry one identifier; identifiers settle ties"
    ):
        fuse_columns(seen, model)


def test_a_flood_on_one_spot_stays_bounded_and_is_flagged(model):
    """Two thousand reports of one minute and place are fused; what was not looked at is counted."""
    n = 2000
    seen, _ = some(5, 1, n)
    seen.precision_m[:] = 200.0
    fused = fuse_columns(replace(seen, t=np.linspace(0.0, 60.0, n)), model)

    assert fused.crowded > 0
    assert len(fused.incident) == n
