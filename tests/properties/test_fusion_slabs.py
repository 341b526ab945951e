"""Cut into slabs of time, fusion gives what it gives at once, to the byte."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from many_sightings import DAY, many
from waarborg.incidents.sighting_columns import SightingModel, Sightings, usable
from waarborg.incidents.sighting_slabs import (
    Slab,
    fuse_in_slabs,
    fuse_slabs,
)
from waarborg.incidents.sightings import fuse_columns, halo_s
from waarborg.store.fusion_models import sighting_model


@pytest.fixture(scope="module")
def model() -> SightingModel:
    """The shipped model."""
    return sighting_model()


def reach(seen: Sightings, model: SightingModel) -> float:
    """How far around a stretch of time these sightings reach."""
    return halo_s(model, float(np.nanmax(seen.precision_s, initial=0.0)))


def by_time(seen: Sightings) -> Sightings:
    """The usable ones, by time."""
    seen = seen.take(usable(seen)[0])
    return seen.take(np.argsort(seen.t, kind="stable"))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 120), st.integers(0, 300), st.integers(1, 150))
def test_slabs_give_what_the_whole_gives(model, seed, events, reports, rows):
    """However an archive is cut, incidents, probabilities and counts are those of one piece."""
    seen = many(seed, events, reports)
    whole, cut = fuse_columns(seen, model), fuse_in_slabs(seen, model, reach(seen, model), rows)

    np.testing.assert_array_equal(whole.incident, cut.incident)
    np.testing.assert_array_equal(whole.probability, cut.probability)
    np.testing.assert_array_equal(whole.flags, cut.flags)


def test_something_is_joined_over_a_cut(model):
    """The law above would be idle if no incident lay on both sides of a cut."""
    seen = many(3, 60, 300)
    joined = fuse_in_slabs(seen, model, reach(seen, model), 20)
    slab = np.full(len(seen.id), -1)
    placed = np.flatnonzero(usable(seen)[0])
    slab[placed[np.argsort(seen.t[placed])]] = np.arange(len(placed)) // 20
    over = {
        name for name in joined.incident.tolist() if len(set(slab[joined.incident == name])) > 1
    }

    assert len(over) > 5


def test_what_is_open_follows_the_days_not_the_archive(model):
    """Ten times the days leave no more sightings open at the end of a slab."""

    def most_open(days: int) -> int:
        seen = by_time(many(7, 30 * days, 100 * days, days))
        ends = [*range(0, len(seen.id), 700), len(seen.id)]
        slabs = (
            Slab(seen.take(np.arange(low, high)), float(seen.t[high - 1]))
            for low, high in pairwise(ends)
        )
        return max(part.open for part in fuse_slabs(slabs, model, reach(seen, model)))

    assert most_open(200) < 1.5 * most_open(20)


def test_every_sighting_comes_out_once_and_sealed_for_good(model):
    """Over all slabs each sighting is handed out once, and never before its component is closed."""
    seen = by_time(many(11, 80, 400))
    half = len(seen.id) // 2
    cut = float(seen.t[half])
    parts = list(
        fuse_slabs(
            [
                Slab(seen.take(np.arange(half)), cut),
                Slab(seen.take(np.arange(half, len(seen.id))), float("inf")),
            ],
            model,
            reach(seen, model),
        )
    )
    when = dict(zip(seen.id.tolist(), seen.t.tolist(), strict=True))

    assert sorted(np.concatenate([part.id for part in parts]).tolist()) == sorted(seen.id.tolist())
    assert all(when[name] < cut - reach(seen, model) for name in parts[0].id.tolist())
    assert parts[1].open == 0


def test_slabs_out_of_order_are_refused(model):
    """A sighting from before the last slab's end would come too late for what is sealed."""
    seen = many(1, 5, 20)
    seen.t[:] = np.linspace(0.0, DAY, 20)
    seen.longitude[:] = 41.0
    slabs = [Slab(seen, 2 * DAY), Slab(seen, 3 * DAY)]

    with pytest.raises(
        ValueError, match=r"begins at 172800\.0 holds a sighting of 0\.0: hand slabs"
    ):
        list(fuse_slabs(slabs, model, reach(seen, model)))
