"""Why sightings were joined: every gain adds up, and what a judgement would change is what it does change."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from many_sightings import many, said
from sightings_made import on_one_spot, one_between, some
from waarborg.app.services.seen_words import incident_told, pair_told
from waarborg.incidents.judged_sightings import judged_pairs
from waarborg.incidents.judgements import Sameness
from waarborg.incidents.sighting_reasons import Weighing
from waarborg.incidents.sightings import fuse_columns
from waarborg.store.fusion_models import sighting_model


def dealt(seen, judged=()):
    """The incidents of sightings, each as its members by identifier."""
    fused = fuse_columns(seen, sighting_model(), judged_pairs(judged))
    held = {}
    for name, into in sorted(zip(seen.id.tolist(), fused.incident.tolist(), strict=True)):
        held.setdefault(into, []).append(name)
    chance = dict(zip(seen.id.tolist(), fused.probability.tolist(), strict=True))
    return {into: tuple(names) for into, names in held.items()}, chance


@pytest.fixture(scope="module")
def crowded():
    """Sightings of many events, with people's judgements on some."""
    seen = many(29, 150, 600)
    incidents, _ = dealt(seen)
    largest = max(incidents.values(), key=len)
    judged = (
        said(largest[0], largest[-1], Sameness.DIFFERENT),
        said(
            *sorted(name for name, own in incidents.items() if len(own) == 1)[:2], Sameness.SAME, 1
        ),
    )
    return seen, judged, Weighing(seen, sighting_model(), judged)


def test_every_incident_is_made_again_from_its_joins(crowded):
    """The joins of an incident, one after the other, lead from its sightings to it, as the fusion made it."""
    seen, judged, weighing = crowded
    incidents, chance = dealt(seen, judged)

    for name, own in incidents.items():
        held = weighing.held(own[-1])
        groups = {(each,) for each in own}
        for step in held.steps:
            groups -= {step.one, step.other}
            groups.add(tuple(sorted(step.one + step.other)))
        assert (held.incident, held.sightings, groups) == (name, own, {own})
        assert held.probability == chance[name]


def test_each_gain_is_the_sum_of_its_terms_and_gives_the_chance(crowded):
    """What a person reads adds up: terms to the gain, the weakest gain and the density to the chance."""
    seen, judged, weighing = crowded
    incidents, _ = dealt(seen, judged)

    for name in incidents:
        held = weighing.held(name)
        for step in held.steps:
            assert step.nats == sum(term.nats for term in step.terms)
            assert step.nats > 0 or step.judged
        if held.steps and not any(step.judged for step in held.steps):
            odds = sum(term.nats for term in held.sure)
            weakest = min(max(held.weakest.nats, 0.0), 30.0)
            assert held.probability == pytest.approx(1 / (1 + math.exp(-odds)), abs=1e-12)
            assert held.sure[1].nats == pytest.approx(
                sighting_model().sure_slope * weakest, abs=1e-6
            )
        if held.outside is not None and not held.outside.judged:
            assert held.outside.nats <= 0 or held.outside.through


def test_what_a_judgement_would_change_is_what_it_does_change(crowded):
    """Asked beforehand, a judgement gives the incidents that fusing with it gives, and no others."""
    seen, judged, weighing = crowded
    dice = np.random.default_rng(3)
    before, _ = dealt(seen, judged)
    several = [own for own in before.values() if len(own) > 1]
    pairs = [(own[0], own[-1], Sameness.DIFFERENT) for own in several[:15]]
    pairs += [(*map(int, dice.choice(seen.id, 2, replace=False)), Sameness.SAME) for _ in range(15)]

    for one, other, sameness in pairs:
        after, _ = dealt(seen, (*judged, said(one, other, sameness, 5)))
        change = weighing.change(one, other, sameness)
        was, now = set(before.values()), set(after.values())
        assert change.before == tuple(sorted(was - now))
        assert change.after == tuple(sorted(now - was))


def test_two_together_are_told_the_join_and_two_apart_their_incidents(crowded):
    """The join that brought two together has one on each side; incidents apart have no gain above nought."""
    seen, judged, weighing = crowded
    incidents, _ = dealt(seen, judged)
    own = max(incidents.values(), key=len)
    found = weighing.between(own[1], own[0])

    assert found.together
    assert {own[0] in found.deciding.one, own[1] in found.deciding.one} == {True, False}
    assert set(found.deciding.one + found.deciding.other) <= set(own)
    assert (found.alone.one, found.alone.other) == ((own[0],), (own[1],))
    other = next(each for each in incidents.values() if each is not own)
    apart = weighing.between(own[0], other[0])
    assert not apart.together
    assert {apart.deciding.one, apart.deciding.other} == {own, other}
    assert apart.deciding.nats <= 0


def test_a_person_who_decided_is_named(crowded):
    """Of a pair that a person judged, who, when and why stand where the evidence would decide."""
    _, judged, weighing = crowded

    for each in judged:
        found = weighing.between(int(each.one), int(each.other))
        assert found.together == (each.sameness is Sameness.SAME)
        assert found.deciding.judged.startswith("Ann judged ")
        assert "watched both films" in found.deciding.judged


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"longitude": 44.0}, "m apart, more than 3.5 times their joint spread of"),
        ({"t": 90_000.0}, "s apart, more than 3.5 times their joint spread of"),
        ({"longitude": np.nan}, "one has no place and time that can be used"),
        (
            {"precision_m": 30_000.0, "precision_s": 80_000.0},
            "two that have no more than 0.5 nats by themselves are not followed",
        ),
        ({}, ""),
    ],
    ids=["place", "time", "no place", "too weak", "weighed"],
)
def test_why_two_were_not_weighed_is_told(change, words):
    """A pair that fusion never looked at has its reason; one that it did has none."""
    seen = on_one_spot(2, 2)
    seen = replace(seen, precision_m=np.full(2, 200.0), precision_s=np.full(2, 15.0))
    for name, value in change.items():
        getattr(seen, name)[1] = value
    found = Weighing(seen, sighting_model()).between(0, 1)

    assert words in found.compared
    assert bool(found.compared) == bool(words)


def test_lots_of_a_flood_are_the_reason_where_they_are():
    """Two of one spot and moment in different lots of a flood were not weighed for that."""
    seen = on_one_spot(2000, 1)
    weighing = Weighing(seen, sighting_model())
    incidents, _ = dealt(seen)
    one, other, *_ = incidents

    assert weighing.between(one, other).compared == (
        "they stand in a flood and were dealt into different lots of it"
    )


def test_a_name_that_is_not_there_is_refused():
    """Asking for a sighting that nobody handed in is an error with its name."""
    seen, _ = some(1, 3, 10)
    weighing = Weighing(seen, sighting_model())

    with pytest.raises(KeyError, match="999"):
        weighing.held(999)
    with pytest.raises(KeyError, match="999"):
        weighing.change(int(seen.id[0]), 999, Sameness.SAME)


def test_a_bridge_is_named_in_words():
    """Where a look-alike midway joined one of two events, whoever asks about either reads why they are two incidents."""
    model = sighting_model()
    weighing = Weighing(one_between(0), model)
    for name, other in ((0, 3), (3, 0)):
        told = weighing.held(name)
        assert told.bridges == ((100, other),)
        assert (
            f"kept apart from inc-{other}: 100 alone would have joined the two"
            in incident_told(told).lines
        )
    apart = weighing.between(0, 3)

    assert not apart.together
    assert apart.deciding.nats > 0.0
    assert apart.deciding.through == (100,)
    assert pair_told(apart).parts[0].lines[0] == (
        "kept apart: 100 alone would have joined incidents of several sightings"
    )
