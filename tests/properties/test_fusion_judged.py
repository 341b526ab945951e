"""People's judgements on sightings: respected, reversible, and the same whichever way sightings are fused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from many_sightings import JUDGED_AT, any_judgements, many, said
from sightings_made import on_one_spot, some, spread
from waarborg.incidents.judged_sightings import NOBODY, JudgedPairs, judged_pairs
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.incidents.sighting_columns import Flag, SightingModel, Sightings
from waarborg.incidents.sighting_slabs import fuse_in_slabs
from waarborg.incidents.sightings import Fused, fuse_columns, halo_s
from waarborg.incidents.stream import Stream
from waarborg.reports.report import ReportId
from waarborg.store.fusion_models import sighting_model


@pytest.fixture(scope="module")
def model() -> SightingModel:
    """The shipped model."""
    return sighting_model()


def same(one: int, other: int, minute: int = 0) -> Judgement:
    """Judged the same event."""
    return said(one, other, Sameness.SAME, minute)


def different(one: int, other: int, minute: int = 0) -> Judgement:
    """Judged different events."""
    return said(one, other, Sameness.DIFFERENT, minute)


def alike(one: Fused, other: Fused) -> None:
    """Two results are the same to the byte."""
    np.testing.assert_array_equal(one.incident, other.incident)
    np.testing.assert_array_equal(one.probability, other.probability)
    np.testing.assert_array_equal(one.flags, other.flags)


def broken(seen: Sightings, seed: int) -> Sightings:
    """The sightings, a few of them without a place, without a time, or of a time after they came in."""
    dice = np.random.default_rng(seed)
    rows = dice.permutation(len(seen.id))
    received = np.full(len(seen.id), 40 * 86400.0)
    seen.longitude[rows[:3]] = np.nan
    seen.t[rows[3:5]] = np.nan
    seen.t[rows[5:8]] = 90 * 86400.0
    return replace(seen, received=received)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 200), st.integers(0, 60))
def test_different_is_never_joined_and_same_is_followed_or_flagged(
    model, seed, reports, judgements
):
    """No incident holds two that were judged different; two judged the same are in one or flagged."""
    seen = broken(spread(seed, reports), seed)
    judged = judged_pairs(any_judgements(seen, seed, judgements))
    fused = fuse_columns(seen, model, judged)
    incident = dict(zip(seen.id.tolist(), fused.incident.tolist(), strict=True))
    flags = dict(zip(seen.id.tolist(), fused.flags.tolist(), strict=True))

    for one, other, together in zip(
        judged.first.tolist(), judged.second.tolist(), judged.same.tolist(), strict=True
    ):
        joined = incident[one] == incident[other]
        if together:
            lost = flags[one] & flags[other] & Flag.CONTRADICTED
            assert joined or lost
        else:
            assert not joined
        assert flags[one] & flags[other] & Flag.JUDGED
    alone = ~np.isin(seen.id, judged.names)
    assert not (fused.flags[alone] & (Flag.JUDGED | Flag.CONTRADICTED)).any()


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10_000), st.integers(2, 200), st.integers(0, 60),
    st.lists(st.integers(1, 60), min_size=1),
)  # fmt: skip
def test_batches_end_as_the_whole_whenever_people_judge(model, seed, reports, judgements, sizes):
    """Judgements before, between and after the batches they speak of give the partition of the whole."""
    seen = broken(spread(seed, reports), seed)
    people = any_judgements(seen, seed, judgements)
    dice = np.random.default_rng(seed + 1)
    order, stream, at = dice.permutation(reports), Stream(model), 0
    waiting = list(people)
    for size in sizes:
        stream.add(seen.take(order[at : at + size]))
        at += size
        now, waiting = waiting[: size % 7], waiting[size % 7 :]
        stream.judge(now)
    stream.judge(waiting)
    stream.add(seen.take(order[at:]))
    whole = fuse_columns(seen, model, judged_pairs(people))
    by_name = np.argsort(seen.id)
    names, streamed = stream.fused()

    np.testing.assert_array_equal(names, seen.id[by_name])
    alike(
        streamed,
        Fused(whole.incident[by_name], whole.probability[by_name], whole.flags[by_name]),
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 150), st.integers(1, 40))
def test_taking_judgements_back_undoes_exactly_what_they_did(model, seed, reports, judgements):
    """With every judgement taken back the stream is as if nobody had judged; changes lead there."""
    seen = broken(spread(seed, reports), seed)
    people = any_judgements(seen, seed, judgements)
    stream, followed = Stream(model), {}
    half = len(people) // 2
    steps = [
        stream.add(seen), stream.judge(people), stream.judge((), taken_back=people[:half]),
        stream.judge((), taken_back=people[half:]),
    ]  # fmt: skip
    for changes in steps:
        for name, before, after in zip(
            changes.id.tolist(), changes.before.tolist(), changes.after.tolist(), strict=True
        ):
            assert followed.get(name, -1) == before != after
            followed[name] = after
    untouched = Stream(model)
    untouched.add(seen)
    names, back = stream.fused()

    alike(back, untouched.fused()[1])
    assert followed == dict(zip(names.tolist(), back.incident.tolist(), strict=True))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(30, 300), st.integers(0, 50), st.integers(10, 90))
def test_slabs_end_as_the_whole_with_judgements(model, seed, reports, judgements, rows):
    """Cut into slabs, with pairs judged across weeks, and sightings without a place: the same bytes."""
    seen = many(seed, 30, reports)
    judged = judged_pairs(any_judgements(seen, seed, judgements))
    halo = halo_s(model, 3600.0)

    alike(fuse_in_slabs(seen, model, halo, rows, judged), fuse_columns(seen, model, judged))


def test_who_is_waited_for_may_come_in_the_last_of_several_slabs_without_a_time(model):
    """Sightings without a time fill the last slabs; one judged the same as an early one still finds it."""
    seen = many(5, 3, 12, days=1.0)
    seen.t[6:] = np.nan
    judged = judged_pairs([same(int(seen.id[0]), int(name)) for name in seen.id[6:]])
    halo = halo_s(model, 3600.0)
    whole = fuse_columns(seen, model, judged)

    assert len(set(whole.incident[[0, *range(6, 12)]].tolist())) == 1
    alike(fuse_in_slabs(seen, model, halo, 2, judged), whole)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 100), st.integers(0, 40))
def test_the_order_of_sightings_and_judgements_changes_nothing(model, seed, reports, judgements):
    """Law 1: rows, judgements, and which of two is named first may come in any order."""
    seen = broken(spread(seed, reports), seed)
    people = any_judgements(seen, seed, judgements)
    dice = np.random.default_rng(seed)
    order = dice.permutation(reports)
    turned = [replace(j, one=j.other, other=j.one) for j in people[::-1]]
    one = fuse_columns(seen, model, judged_pairs(people))
    two = fuse_columns(seen.take(order), model, judged_pairs(turned))

    alike(Fused(one.incident[order], one.probability[order], one.flags[order]), two)


def far(*ids: int, days: float = 10.0) -> Sightings:
    """Sightings of one place, days apart, that evidence never joins."""
    n = len(ids)
    return replace(
        on_one_spot(n, n), id=np.array(ids), t=np.arange(n) * days * 86400.0,
        precision_s=np.full(n, 60.0), precision_m=np.full(n, 3000.0),
    )  # fmt: skip


def test_nobody_judging_changes_nothing(model):
    """Without judgements every byte is as it is without the argument."""
    seen = spread(8, 200)

    alike(fuse_columns(seen, model, NOBODY), fuse_columns(seen, model))


def test_same_joins_what_evidence_never_would(model):
    """Two sightings ten days apart become one incident when a person says so."""
    fused = fuse_columns(far(4, 9), model, judged_pairs([same(9, 4)]))

    assert fused.incident.tolist() == [4, 4]
    assert fused.flags.tolist() == [Flag.JUDGED, Flag.JUDGED]


def test_different_parts_what_evidence_joins(model):
    """Two look-alikes stay apart when a person says so, and others may join either."""
    seen = replace(some(5, 1, 2)[0], type=np.full(2, -1), source=np.array([1, 2]))
    assert fuse_columns(seen, model).incident.tolist() == [3, 3]

    assert fuse_columns(seen, model, judged_pairs([different(3, 10)])).incident.tolist() == [3, 10]


def test_of_two_chains_the_smaller_names_hold_and_the_rest_is_flagged(model):
    """One same as two, two same as three, one different from three: not all can hold, and it is told."""
    judged = judged_pairs([same(1, 2), same(2, 3), different(1, 3)])
    fused = fuse_columns(far(1, 2, 3), model, judged)

    assert fused.incident.tolist() == [1, 1, 3]
    assert [bool(flag & Flag.CONTRADICTED) for flag in fused.flags] == [False, True, True]


def test_a_sighting_without_a_place_joins_what_a_person_says(model):
    """It takes nothing along: the incident's other joins and its chance are as with any judgement."""
    seen = far(1, 2, 3)
    seen.longitude[2] = np.nan
    fused = fuse_columns(seen, model, judged_pairs([same(2, 3)]))

    assert fused.incident.tolist() == [1, 2, 2]
    assert fused.flags[2] == Flag.UNPLACED | Flag.JUDGED


def test_four_without_a_place_are_no_source_that_repeats_itself(model):
    """They have no source that counts, so that none stands there four times."""
    seen = far(1, 2, 3, 4)
    seen.longitude[:] = np.nan
    fused = fuse_columns(seen, model, judged_pairs([same(1, 2), same(2, 3), same(3, 4)]))

    assert fused.incident.tolist() == [1, 1, 1, 1]
    assert (fused.flags == Flag.UNPLACED | Flag.JUDGED).all()


def test_the_latest_judgement_on_a_pair_counts(model):
    """A later word replaces the earlier one, and a later "unsure" leaves the pair to the evidence."""
    people = [same(1, 2), different(2, 1, 5)]

    assert judged_pairs(people).same.tolist() == [False]
    assert len(judged_pairs([*people, said(1, 2, Sameness.UNSURE, 9)])) == 0


def test_judgements_change_pair_by_pair():
    """New pairs come in, old ones change, others go; the rest stays, sorted."""
    held = judged_pairs([same(1, 2), same(3, 4), different(5, 6)])
    now = held.changed(judged_pairs([different(3, 4), same(0, 9)]), judged_pairs([same(5, 6)]))

    assert isinstance(now, JudgedPairs)
    assert now.first.tolist() == [0, 1, 3]
    assert now.second.tolist() == [9, 2, 4]
    assert now.same.tolist() == [True, True, False]


def test_an_identifier_that_is_no_number_is_refused():
    """Sightings are known by numbers."""
    with pytest.raises(ValueError, match="invalid literal for int"):
        judged_pairs(
            [Judgement(ReportId("a"), ReportId("b"), Sameness.SAME, "Ann", JUDGED_AT, "x")]
        )


def test_a_refused_judgement_leaves_the_stream_as_it_was(model):
    """A slip among judgements changes nothing, not even what the others say."""
    stream = Stream(model)
    stream.add(far(1, 2))

    with pytest.raises(ValueError, match="Ann judged report 1 against itself"):
        stream.judge([same(1, 2), same(1, 1)])
    assert stream.fused()[1].incident.tolist() == [1, 2]
