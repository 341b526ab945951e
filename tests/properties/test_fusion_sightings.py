"""Law 1 and the bounds of fusing sightings, on generated sensor reports."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from many_sightings import JUDGED_AT
from sightings_made import on_one_spot, one_between, some, spread
from waarborg.incidents import sightings
from waarborg.incidents.judged_sightings import judged_pairs
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.incidents.sighting_columns import (
    Flag,
    Laid,
    SightingModel,
    Sightings,
    lay,
    tables,
)
from waarborg.incidents.sighting_slabs import fuse_in_slabs
from waarborg.incidents.sightings import (
    Crowd,
    Edges,
    crowds,
    find_edges,
    fuse_columns,
    halo_s,
    merge_edges,
    merge_rows,
    slab_edges,
    weigh,
    where,
)
from waarborg.incidents.stream import Stream
from waarborg.reports.report import ReportId
from waarborg.store.fusion_models import sighting_model


@pytest.fixture(scope="module")
def model() -> SightingModel:
    """The shipped model."""
    return sighting_model()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(0, 60))
def test_order_changes_nothing(model, seed, events, reports):
    """Shuffled rows give every sighting the same incident and the same probability."""
    seen, _ = some(seed, events, reports)
    order = np.random.default_rng(seed + 1).permutation(reports)
    straight, mixed = fuse_columns(seen, model), fuse_columns(seen.take(order), model)

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

    assert fused.flagged(Flag.UNPLACED) == 2
    assert fused.incident[2] == seen.id[2]
    assert fused.incident[7] == seen.id[7]


@pytest.mark.parametrize("absurd", [1e12, np.inf, 1e-12, -1.0])
def test_absurd_counts_speak_for_no_join_and_are_flagged(model, absurd):
    """The same absurd count on every report gives the partition of no counts at all."""
    seen = spread(3, 400)
    unsaid = fuse_columns(replace(seen, count=np.full(400, np.nan)), model)
    fused = fuse_columns(replace(seen, count=np.full(400, absurd)), model)

    assert len(np.unique(fused.incident)) < 400, "nothing was joined, so that this shows nothing"
    np.testing.assert_array_equal(fused.incident, unsaid.incident)
    np.testing.assert_array_equal(fused.probability, unsaid.probability)
    assert fused.flagged(Flag.CLAMPED) == 400 > unsaid.flagged(Flag.CLAMPED)


def test_an_absurd_precision_is_brought_within_bounds_and_counted(model):
    """A precision of nothing or of a thousand kilometres does not pass unnoticed."""
    seen, _ = some(5, 1, 10)
    seen.precision_m[0], seen.precision_m[1] = 0.0, 1e6
    seen = replace(seen, kind=np.ones(10, dtype=np.int64))

    assert fuse_columns(seen, model).flagged(Flag.CLAMPED) == 2


def test_one_identifier_twice_is_refused(model):
    """Identifiers settle ties, so two of one kind cannot be told apart."""
    seen, _ = some(5, 1, 4)
    seen.id[1] = seen.id[0]

    with pytest.raises(
        ValueError, match="two sightings carry one identifier; identifiers settle ties"
    ):
        fuse_columns(seen, model)


def nats_of_pair(laid: Laid, crowd: Crowd, model: SightingModel, i: int, j: int) -> float | None:
    """The evidence of two sightings as the method states it, or None when it is no reason to join."""
    held, share, factor = tables(model), model.gross_share, model.gross_factor
    east = (laid.place[i, 0] - laid.place[j, 0]) * (laid.place[i, 3] + laid.place[j, 3]) / 2.0
    square = east**2 + (laid.place[i, 1] - laid.place[j, 1]) ** 2
    later = (laid.when[i, 0] - laid.when[j, 0]) ** 2
    spread_m2 = laid.place[i, 2] + laid.place[j, 2]
    spread_s2 = laid.when[i, 1] + laid.when[j, 1]
    if square > 3.5**2 * spread_m2 or later > 3.5**2 * spread_s2:
        return None
    worth = 1.0
    for apart, variance, dimensions in ((square, spread_m2, 2), (later, spread_s2, 1)):
        usual = (1.0 - share) * math.exp(-0.5 * apart / variance)
        gross = share * math.exp(-0.5 * apart / variance / factor) / factor ** (dimensions / 2)
        worth *= (usual + gross) / (2.0 * math.pi * variance) ** (dimensions / 2)
    nats = math.log(worth * held.together[laid.code[i], laid.code[j]]) + model.offset
    nats -= math.log(max(crowd.crowd[i], crowd.crowd[j]))
    amounts = laid.amount[[i, j]]
    if not np.isnan(amounts).any():
        own, common = model.count_noise + model.count_variance, model.count_variance
        both = np.array([[own, common], [common, own]])
        nats += 0.5 * float(amounts @ (np.eye(2) / own - np.linalg.inv(both)) @ amounts)
        nats += 0.5 * math.log(own * own / float(np.linalg.det(both)))
    if laid.source[i] == laid.source[j]:
        nats -= model.shared_source
    return nats if nats > model.cut else None


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 90))
def test_the_edges_are_those_of_comparing_every_pair(model, seed, reports):
    """No cell, window, class or quick look loses a pair or adds one; a plain twin compares them all."""
    seen = spread(seed, reports)
    rows = np.lexsort((seen.id, seen.t))
    laid, _ = lay(seen.take(rows), model, tables(model))
    crowd = crowds(where(laid), model)
    edges = find_edges(laid, crowd, tables(model))
    found = {
        (int(one), int(two)): nats
        for one, two, nats in zip(edges.first, edges.second, edges.nats, strict=True)
    }
    expected = {
        (i, j): nats
        for i in range(reports)
        for j in range(i + 1, reports)
        if (nats := nats_of_pair(laid, crowd, model, i, j)) is not None
    }
    # what lies on the cut to the last digit may fall on either side
    close = {pair for pair, nats in expected.items() if abs(nats - model.cut) < 1e-9}
    assert len(found) == len(edges.nats), "a pair came out twice"
    assert found.keys() - close == expected.keys() - close
    for pair in found.keys() & expected.keys():
        assert found[pair] == pytest.approx(expected[pair], abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 400), st.integers(2, 6))
def test_stretches_of_time_give_the_edges_and_incidents_of_the_whole(model, seed, reports, slabs):
    """Fused slab by slab with what lies around each, every bit is as in the whole."""
    seen = spread(seed, reports)
    whole = slab_edges(seen, model)
    bounds = [-np.inf, *np.linspace(seen.t.min(), seen.t.max(), slabs + 1)[1:-1], np.inf]
    halo = halo_s(model, 43200.0)
    parts = [
        slab_edges(seen.take((seen.t >= a - halo) & (seen.t < b + halo)), model, a, b)
        for a, b in pairwise(bounds)
    ]

    def edges(of):
        return sorted(
            zip(
                np.concatenate([part.first for part in of]).tolist(),
                np.concatenate([part.second for part in of]).tolist(),
                np.concatenate([part.nats for part in of]).tolist(),
                strict=True,
            )
        )

    assert edges(parts) == edges([whole])
    assert np.concatenate([part.id for part in parts]).tolist() == whole.id.tolist()
    crowd = dict(zip(whole.id.tolist(), whole.crowd.tolist(), strict=True))
    merged = merge_edges(
        seen, np.array([crowd[name] for name in seen.id.tolist()]),
        whole.first, whole.second, whole.nats, model,
    )  # fmt: skip
    fused = fuse_columns(seen, model)
    np.testing.assert_array_equal(fused.incident, merged.incident)
    np.testing.assert_array_equal(fused.probability, merged.probability)


def test_edges_with_an_unknown_sighting_are_refused(model):
    """A pair whose sighting was not handed in cannot be merged."""
    seen, _ = some(5, 1, 4)

    with pytest.raises(ValueError, match="a pair names a sighting that is not among those handed"):
        merge_edges(seen, np.ones(4), np.array([1]), np.array([3]), np.array([2.0]), model)


def test_kinds_and_types_unknown_to_the_model_are_refused(model):
    """A number outside the model's lists is an error of the caller, told with the bounds."""
    seen, _ = some(5, 1, 4)

    with pytest.raises(ValueError, match="a kind of source lies outside 0 to 5"):
        fuse_columns(replace(seen, kind=np.full(4, 6)), model)
    with pytest.raises(ValueError, match="a type lies outside -1 to 36"):
        fuse_columns(replace(seen, type=np.full(4, 37)), model)


def test_a_sighting_of_a_time_after_it_came_in_stands_alone(model):
    """A time in the future cannot be right, so nothing is joined on it, and it is flagged."""
    seen, _ = some(5, 1, 4)
    received = np.full(4, 7200.0)
    seen.t[0] += 30 * 86400.0
    fused = fuse_columns(replace(seen, received=received), model)

    assert fused.flags[0] & Flag.AHEAD
    assert fused.flagged(Flag.AHEAD) == 1
    assert fused.incident[0] == seen.id[0]


@pytest.mark.parametrize("sources", [1, 1000])
def test_a_flood_on_one_spot_stays_bounded_and_is_flagged(model, sources):
    """Twenty thousand reports of one minute and place give few pairs a report, and all are flagged."""
    n = 20_000
    seen = on_one_spot(n, sources)
    found = slab_edges(seen, model)

    assert len(found.first) < 300 * n
    assert (found.flags & Flag.FLOOD != 0).all()


def test_many_sources_that_flood_at_once_meet_one_lot(model):
    """Forty sources that each flood one spot give a report no more pairs than one lot holds."""
    n = 20_000
    found = slab_edges(on_one_spot(n, 40), model)

    assert 0 < len(found.first) < 600 * n / 2


def test_a_count_of_nothing_or_less_is_flagged(model):
    """Zero or minus three impacts say nothing and are no silence: they are flagged."""
    seen, _ = some(5, 1, 10)
    seen = replace(seen, precision_m=np.full(10, np.nan), precision_s=np.full(10, np.nan))
    before = fuse_columns(seen, model).flagged(Flag.CLAMPED)
    seen.count[0], seen.count[1] = 0.0, -3.0

    assert before == 0
    assert fuse_columns(seen, model).flagged(Flag.CLAMPED) == 2


def both(one: Sightings, other: Sightings) -> Sightings:
    """The sightings of two sets together."""
    held = [
        None if name == "received" else np.concatenate([getattr(one, name), getattr(other, name)])
        for name in Sightings.__slots__
    ]
    return Sightings(*held)


def test_a_flood_of_one_source_does_not_part_what_others_report(model):
    """Five thousand reports of one source do not make two true reports nearby strangers."""
    flood = on_one_spot(5000, 1)
    other = replace(
        on_one_spot(2, 2),
        id=np.array([6000, 6001]), t=np.array([30.0, 30.5]), source=np.array([7, 8]),
        latitude=np.array([14.004, 14.004]), type=np.array([20, 20]),
    )  # fmt: skip
    fused = fuse_columns(both(flood, other), model)

    assert fused.incident[-2] == fused.incident[-1]
    assert not fused.flags[-1] & Flag.FLOOD


def test_a_source_that_repeats_itself_is_flagged(model):
    """An incident in which one source stands more than three times says so."""
    seen, _ = some(5, 1, 12)
    seen.type[:] = -1
    fused = fuse_columns(replace(seen, source=np.zeros(12, dtype=np.int64)), model)
    _, size = np.unique(fused.incident, return_counts=True)

    assert fused.flagged(Flag.REPEATED) == size[size > 3].sum() > 0


def two_events(seed: int) -> Sightings:
    """Five reports each of two events three kilometres and a quarter of an hour apart."""
    dice = np.random.default_rng(seed)
    event = np.repeat([0.0, 1.0], 5)
    return Sightings(
        id=np.arange(10, dtype=np.int64),
        t=900.0 * event + dice.normal(0, 10, 10),
        longitude=41.0 + dice.normal(0, 0.002, 10),
        latitude=14.0 + 0.027 * event + dice.normal(0, 0.002, 10),
        precision_s=np.full(10, 15.0),
        precision_m=np.full(10, 200.0),
        source=np.arange(10, dtype=np.int64),
        kind=np.ones(10, dtype=np.int64),
        type=np.full(10, 15),
        count=np.full(10, np.nan),
    )


@pytest.mark.parametrize("sources", [1, 5])
@pytest.mark.parametrize("claimed_m", [1.0, 150.0])
def test_planted_reports_do_not_bridge_two_events(model, sources, claimed_m):
    """Twenty look-alikes laid between two events join no report of one with one of the other."""
    for seed in range(10):
        honest = two_events(seed)
        along = np.linspace(0.0, 1.0, 20)
        planted = replace(
            on_one_spot(20, sources),
            id=np.arange(100, 120), t=900.0 * along, latitude=14.0 + 0.027 * along,
            precision_m=np.full(20, claimed_m), precision_s=np.full(20, claimed_m / 10),
            source=50 + np.arange(20) % sources,
        )  # fmt: skip
        fused = fuse_columns(both(honest, planted), model)

        assert not set(fused.incident[:5].tolist()) & set(fused.incident[5:10].tolist())
        if claimed_m == 1.0:
            assert (fused.flags[10:] & Flag.CLAMPED != 0).all()


def test_one_planted_between_two_events_does_not_join_them(model):
    """A look-alike midway joins one of two events at most, never the one to the other, and is named as a bridge."""
    named = 0
    for seed in range(149):
        seen = one_between(seed)
        fused = fuse_columns(seen, model)
        honest = fuse_columns(seen.take(np.arange(6)), model)
        if honest.flagged(Flag.BRIDGE):
            continue  # two of the events' own sightings are like each other: with the planted one, two lead across
        apart = honest.incident[:, None] != honest.incident[None, :]
        joined = fused.incident[:6, None] == fused.incident[None, :6]
        assert not (apart & joined).any()
        named += bool(fused.flags[-1] & Flag.BRIDGE)
        assert not (fused.flags[:-1] & Flag.BRIDGE).any()
    assert named == 148


def test_a_person_may_join_two_events_by_one_sighting(model):
    """What a person judges the same as sightings of two events holds them together, and is no bridge."""
    seen = one_between(0)
    judged = judged_pairs(
        Judgement(ReportId("100"), ReportId(name), Sameness.SAME, "A", JUDGED_AT, "")
        for name in "03"
    )
    fused = fuse_columns(seen, model, judged)

    assert len(set(fuse_columns(seen, model).incident.tolist())) == 2
    assert set(fused.incident.tolist()) == {0}
    assert not fused.flagged(Flag.BRIDGE)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(8, 40))
def test_no_incident_hangs_on_one_sighting(model, seed, events, reports):
    """Of no incident of 5 to 40 do the others make two incidents of several where one is left out and all else stays."""
    seen, _ = some(seed, events, reports)
    seen = replace(seen, type=np.full(reports, -1), precision_m=np.full(reports, 900.0))
    held = tables(model)
    found = weigh(seen, model, held)
    group = merge_rows(found.laid, found.crowd, found.edges, model, held).group
    # what is left is merged without the rule, which may find a second bridge there
    with pytest.MonkeyPatch.context() as without:
        without.setattr(sightings, "LOOKED_AT", np.array([10**9, 10**9]))
        for leader in np.unique(group):
            mine = np.flatnonzero(group == leader)
            for out in mine if 5 <= len(mine) <= 40 else ():
                rest = mine[mine != out]
                row = np.full(reports, -1, dtype=np.int32)
                row[rest] = np.arange(len(rest))
                one, other = row[found.edges.first], row[found.edges.second]
                inside = (one >= 0) & (other >= 0)
                edges = Edges(one[inside], other[inside], found.edges.nats[inside])
                left = merge_rows(found.laid.take(rest), found.crowd[rest], edges, model, held)
                several = (np.unique(left.group, return_counts=True)[1] > 1).sum()
                # where each two of them are alike, more than two of either side speak for it
                assert several < 2 or 2 * inside.sum() == len(rest) * (len(rest) - 1)


def test_bridges_are_the_same_however_the_sightings_come(model):
    """At once, in stretches of time and bit by bit, the same incidents are kept apart and the same sightings flagged."""
    many = None
    for seed in range(8):
        seen = one_between(seed)
        seen = replace(seen, id=seen.id + 1000 * seed, t=seen.t + 86400.0 * seed)
        many = seen if many is None else both(many, seen)
    whole = fuse_columns(many, model)
    slabs = fuse_in_slabs(many, model, halo_s(model), 9)
    stream = Stream(model)
    for at in range(0, len(many.id), 5):
        stream.add(many.take(np.arange(at, min(at + 5, len(many.id)))))
    names, streamed = stream.fused()

    assert whole.flagged(Flag.BRIDGE) > 3
    assert (slabs.flags == whole.flags).all()
    assert (slabs.incident == whole.incident).all()
    order = np.argsort(many.id)
    assert (names == many.id[order]).all()
    assert (streamed.flags == whole.flags[order]).all()
    assert (streamed.incident == whole.incident[order]).all()


@pytest.mark.parametrize("sources", [1, 5])
def test_planted_reports_hardly_part_an_event(model, sources):
    """Twenty look-alikes around two events leave most of their own reports together."""
    kept = []
    for seed in range(20):
        honest = two_events(seed)
        around = np.random.default_rng(seed).uniform(-0.3, 0.3, 20)
        planted = replace(
            on_one_spot(20, sources),
            id=np.arange(100, 120), t=900.0 * around, latitude=14.0 + 0.027 * around,
            precision_m=np.full(20, 150.0), precision_s=np.full(20, 15.0),
            source=50 + np.arange(20) % sources,
        )  # fmt: skip
        incident = fuse_columns(both(honest, planted), model).incident[:5]
        kept.append((incident[:, None] == incident[None, :]).sum() - 5)

    assert np.mean(kept) / 20 > 0.6
