"""Cut into slabs of time, fusion gives what it gives at once, to the byte."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from many_sightings import DAY, many
from waarborg.incidents.sighting_slabs import (
    Slab,
    frame_of,
    fuse_in_slabs,
    fuse_slabs,
    middle_degrees,
    taken,
)
from waarborg.incidents.sightings import SightingModel, fuse_columns, middle, usable
from waarborg.store.fusion_models import sighting_model


@pytest.fixture(scope="module")
def model() -> SightingModel:
    """The shipped model."""
    return sighting_model()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 120), st.integers(0, 300), st.integers(1, 150))
def test_slabs_give_what_the_whole_gives(model, seed, events, reports, rows):
    """However an archive is cut, incidents, probabilities and counts are those of one piece."""
    seen = many(seed, events, reports)
    around = frame_of(seen, middle(seen.latitude[usable(seen)]), model)
    whole, cut = fuse_columns(seen, model), fuse_in_slabs(seen, model, around, rows)

    np.testing.assert_array_equal(whole.incident, cut.incident)
    np.testing.assert_array_equal(whole.probability, cut.probability)
    assert (whole.unplaced, whole.clamped) == (cut.unplaced, cut.clamped)


def test_something_is_joined_over_a_cut(model):
    """The law above would be idle if no incident lay on both sides of a cut."""
    seen = many(3, 60, 300)
    around = frame_of(seen, middle(seen.latitude[usable(seen)]), model)
    joined = fuse_in_slabs(seen, model, around, 20)
    slab = np.full(len(seen.id), -1)
    placed = np.flatnonzero(usable(seen))
    slab[placed[np.argsort(seen.t[placed])]] = np.arange(len(placed)) // 20
    over = {
        name for name in joined.incident.tolist() if len(set(slab[joined.incident == name])) > 1
    }

    assert len(over) > 5


def test_what_is_open_follows_the_days_not_the_archive(model):
    """Ten times the days leave no more sightings open at the end of a slab."""

    def most_open(days: int) -> int:
        seen = many(7, 30 * days, 100 * days, days)
        keep = usable(seen)
        seen = taken(seen, np.flatnonzero(keep)[np.argsort(seen.t[keep])])
        around = frame_of(seen, middle(seen.latitude), model)
        ends = [*range(0, len(seen.id), 700), len(seen.id)]
        slabs = (
            Slab(taken(seen, np.arange(low, high)), float(seen.t[high - 1]))
            for low, high in pairwise(ends)
        )
        return max(part.open for part in fuse_slabs(slabs, model, around))

    assert most_open(200) < 1.5 * most_open(20)


def test_every_sighting_comes_out_once_and_sealed_for_good(model):
    """Over all slabs each sighting is handed out once, and never before its component is closed."""
    seen = many(11, 80, 400)
    keep = usable(seen)
    seen = taken(seen, np.flatnonzero(keep)[np.argsort(seen.t[keep])])
    around = frame_of(seen, middle(seen.latitude), model)
    half = len(seen.id) // 2
    cut = float(seen.t[half])
    parts = list(
        fuse_slabs(
            [
                Slab(taken(seen, np.arange(half)), cut),
                Slab(taken(seen, np.arange(half, len(seen.id))), float("inf")),
            ],
            model,
            around,
        )
    )
    when = dict(zip(seen.id.tolist(), seen.t.tolist(), strict=True))

    assert sorted(np.concatenate([part.id for part in parts]).tolist()) == sorted(seen.id.tolist())
    assert all(when[name] < cut - around.pair_s for name in parts[0].id.tolist())
    assert parts[1].open == 0


def test_slabs_out_of_order_are_refused(model):
    """A sighting from before the last slab's end would come too late for what is sealed."""
    seen = taken(many(1, 5, 20), np.arange(20))
    seen.t[:] = np.linspace(0.0, DAY, 20)
    seen.longitude[:] = 41.0
    around = frame_of(seen, 13.0, model)
    slabs = [Slab(seen, 2 * DAY), Slab(seen, 3 * DAY)]

    with pytest.raises(
        ValueError, match=r"begins at 172800\.0 holds a sighting of 0\.0: hand slabs"
    ):
        list(fuse_slabs(slabs, model, around))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-90, 90, allow_nan=False), min_size=1, max_size=30))
def test_the_middle_latitude_is_found_from_counts(latitudes):
    """Counting by whole degrees finds the degrees of the median's one or two latitudes."""
    ordered = sorted(latitudes)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    degrees = Counter(int(np.floor(latitude)) for latitude in latitudes)

    assert middle_degrees(degrees) == (int(np.floor(low)), int(np.floor(high)))
    assert middle_degrees({}) == (0, 0)
