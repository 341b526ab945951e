"""Law 3 for sightings: fused as they come in, they make the incidents of the whole, to the byte."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightings_made import on_one_spot, spread
from waarborg.incidents.sighting_columns import SightingModel
from waarborg.incidents.sightings import fuse_columns
from waarborg.incidents.stream import Stream
from waarborg.store.fusion_models import sighting_model


@pytest.fixture(scope="module")
def model() -> SightingModel:
    """The shipped model."""
    return sighting_model()


def same_as_whole(stream: Stream, seen, model: SightingModel) -> None:
    """Hold a stream against fusing everything at once: incidents, probabilities and flags."""
    names, streamed = stream.fused()
    whole = fuse_columns(seen, model)
    order = np.argsort(seen.id)

    np.testing.assert_array_equal(names, seen.id[order])
    np.testing.assert_array_equal(streamed.incident, whole.incident[order])
    np.testing.assert_array_equal(streamed.probability, whole.probability[order])
    np.testing.assert_array_equal(streamed.flags, whole.flags[order])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 300), st.lists(st.integers(1, 60), min_size=1))
def test_any_batching_and_order_gives_the_incidents_of_the_whole(model, seed, reports, sizes):
    """Late and early sightings, in batches of any size, end in the same partition."""
    seen = spread(seed, reports)
    seen.longitude[seed % reports] = np.nan
    order = np.random.default_rng(seed + 1).permutation(reports)
    stream, at = Stream(model), 0
    for size in sizes:
        stream.add(seen.take(order[at : at + size]))
        at += size
    stream.add(seen.take(order[at:]))

    assert len(stream) == reports
    same_as_whole(stream, seen, model)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 120))
def test_after_each_batch_the_incidents_are_those_of_the_sightings_so_far(model, seed, reports):
    """Not only at the end: a stream may be stopped anywhere."""
    seen = spread(seed, reports)
    stream = Stream(model)
    half = reports // 2
    for rows in (np.arange(half), np.arange(half, reports)):
        stream.add(seen.take(rows))
        same_as_whole(stream, seen.take(np.arange(rows[-1] + 1 if len(rows) else 0)), model)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 120))
def test_changes_lead_from_one_partition_to_the_next(model, seed, reports):
    """Whoever follows the changes batch by batch holds the incidents that the stream holds."""
    seen = spread(seed, reports)
    stream, followed = Stream(model), {}
    for rows in np.array_split(np.random.default_rng(seed).permutation(reports), 4):
        changes = stream.add(seen.take(rows))
        for name, before, after in zip(
            changes.id.tolist(), changes.before.tolist(), changes.after.tolist(), strict=True
        ):
            assert followed.get(name, -1) == before != after
            followed[name] = after
    names, fused = stream.fused()

    assert followed == dict(zip(names.tolist(), fused.incident.tolist(), strict=True))


def test_what_comes_again_changes_nothing(model):
    """A sighting handed in twice counts once, in another batch as well."""
    seen = spread(4, 80)
    seen.t[3] = np.nan
    stream = Stream(model)
    stream.add(seen)
    again = stream.add(seen.take(np.arange(10)))

    assert len(stream) == 80
    assert again.id.tolist() == []


def test_what_was_said_is_never_changed(model):
    """Another content under a known identifier is refused, and so is one identifier twice."""
    seen = spread(4, 80)
    stream = Stream(model)
    stream.add(seen)

    with pytest.raises(ValueError, match="came before with something else to say"):
        stream.add(replace(seen, t=seen.t + 1.0))
    with pytest.raises(ValueError, match="two sightings carry one identifier"):
        stream.add(seen.take(np.array([1, 1])))


def test_a_flood_that_grows_over_batches_ends_as_the_whole(model):
    """Lots of a flood change as it grows; the end does not depend on how it came."""
    seen = on_one_spot(3000, 20)
    stream = Stream(model)
    for rows in np.array_split(np.random.default_rng(2).permutation(3000), 7):
        stream.add(seen.take(rows))

    same_as_whole(stream, seen, model)


def test_nothing_at_all_is_no_trouble(model):
    """An empty batch gives no changes."""
    stream = Stream(model)
    changes = stream.add(spread(1, 5).take(np.arange(0)))

    assert len(stream) == 0
    assert changes.id.tolist() == []
