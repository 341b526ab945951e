"""The prover against plain enumeration: every incident, every set of failures, one by one."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from math import prod
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_texts import TRIGGERS, breaches, inside, is_met, one_a_situation, texts

from small_agreements import agreement, asked, gate, promise
from waarborg.agreement.model import Need, Reading
from waarborg.agreement.sections import Contribution
from waarborg.base.grades import Certainty
from waarborg.base.parties import PartyId
from waarborg.coverage import parting
from waarborg.coverage.asked import Asked
from waarborg.coverage.chance import chance
from waarborg.coverage.chances import Chances, Range, Stated
from waarborg.coverage.cuts import cuts
from waarborg.coverage.firming import firming
from waarborg.coverage.gaps import GapKind, gaps
from waarborg.coverage.parting import Split, apart
from waarborg.coverage.prover import Prover
from waarborg.coverage.quantity import quantity
from waarborg.coverage.resilience import resilience

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(texts())
@MANY
def test_gaps_are_those_of_enumeration(text):
    """Each incident lies in a family of a kind exactly when it is a gap of that kind."""
    prover = Prover(text, None, asked())
    rows = breaches(prover)
    plain = gaps(prover, GapKind.PLAIN, limit=100)
    unknown = gaps(prover, GapKind.UNKNOWN, limit=100)
    assert plain.complete
    assert unknown.complete
    for row in rows:
        sure, may = (is_met(prover, row, surely=surely) for surely in (True, False))
        assert inside(prover, row, [g.family for g in plain.gaps]) is not may
        assert inside(prover, row, [g.family for g in unknown.gaps]) is (may and not sure)


def minimal_cuts(prover, order):
    """Every minimal set of failures up to a size, found by trying all."""
    answered = [row for row in breaches(prover) if is_met(prover, row)]
    names = [element.name for element in prover.elements]
    minimal = []
    for size in range(1, order + 1):
        for failed in combinations(names, size):
            if any(set(smaller) <= set(failed) for smaller in minimal):
                continue
            if any(not is_met(prover, row, failed) for row in answered):
                minimal.append(failed)
    return minimal, bool(answered)


@given(texts())
@MANY
def test_minimal_cuts_are_those_of_enumeration(text):
    """Cuts up to two, and what holds if two drop out, are those found by trying every set."""
    prover = Prover(text, None, asked())
    minimal, answered = minimal_cuts(prover, 2)
    told = cuts(prover, 2)
    assert told.ever_met is answered
    found = {tuple(sorted(e.name for e in cut.elements)) for cut in told.cuts}
    assert found == {tuple(sorted(cut)) for cut in minimal}
    held = resilience(prover, 2)
    if answered:
        assert (held.failing is None) is (not minimal)
        if held.failing is not None:
            assert held.failing.size == min(len(cut) for cut in minimal)


@given(texts())
@SOME
def test_what_to_make_certain_is_what_enumeration_finds(text):
    """The smallest sets that hit every cut of two or fewer are those found by trying every set."""
    prover = Prover(text, None, asked())
    minimal, _ = minimal_cuts(prover, 2)
    told = firming(prover, 2, most=8, limit=1000)
    assert told.needed is bool(minimal)
    if minimal:
        names = [element.name for element in prover.elements]
        hitting = next(
            found
            for size in range(1, len(names) + 1)
            if (
                found := [
                    set(chosen)
                    for chosen in combinations(names, size)
                    if all(set(chosen) & set(cut) for cut in minimal)
                ]
            )
        )
        got = [{step.element.name for step in chosen} for chosen in told.alternatives]
        assert sorted(map(sorted, got)) == sorted(map(sorted, hitting))


@given(texts(), st.randoms(use_true_random=False))
@SOME
def test_the_exact_chance_is_that_of_enumeration(text, dice):
    """For each breach the chance of its kind is the sum over every set of failures."""
    prover = Prover(text, None, asked())
    names = [element.name for element in prover.elements]
    shares = {name: Fraction(dice.randint(0, 10), 10) for name in names}
    stated = {name: Stated(name, Range(p, p), "made up", "") for name, p in shares.items()}
    told = chance(prover, Chances("a test", "", stated, ()), limit=1000)
    assert told.complete
    worlds = list(product((True, False), repeat=len(names)))
    likely = [
        prod(shares[n] if holds else 1 - shares[n] for n, holds in zip(names, world, strict=True))
        for world in worlds
    ]
    known: dict[tuple[bool, ...], Fraction] = {}
    for row in one_a_situation(prover):
        failing = [[n for n, holds in zip(names, w, strict=True) if not holds] for w in worlds]
        pattern = tuple(is_met(prover, row, failed) for failed in failing)
        known[pattern] = sum(
            (p for p, met in zip(likely, pattern, strict=True) if met), Fraction(0)
        )
    assert sorted(known.values()) == sorted(kind.chance.least for kind in told.kinds)


@given(texts(), TRIGGERS)
@SOME
def test_readings_part_where_enumeration_says_so(text, other):
    """Each incident lies in a family of a way to part exactly when the two readings part so on it."""
    first = text.guarantees[0]
    changed = replace(
        text, guarantees=(replace(first, trigger=other), *text.guarantees[1:]), reading="other"
    )
    both = replace(text, readings={"other": Reading("other", "a trigger read otherwise")})
    provers = Prover(text, None, asked(), beside=changed), Prover(changed, None, asked())
    with patch.object(parting, "as_in", lambda text, name, _: changed if name else text):
        (found,) = apart(both, None, asked(), ("", "other"), limit=1000)
    told = {part.split: part for part in found.partings}
    assert all(part.complete for part in found.partings)
    for row in breaches(provers[0]):
        here, there = (is_met(prover, row) for prover in provers)
        for split, expected in (
            (Split.ANSWERED, here and not there),
            (Split.UNANSWERED, there and not here),
        ):
            assert inside(provers[0], row, told[split].families) is expected


@st.composite
def supplies(draw):
    """A text whose contributions hang on votes, on promises and on each other."""
    names = [f"c{i}" for i in range(draw(st.integers(1, 5)))]
    leans = ["help", *names]
    given = {
        name: Contribution(
            name,
            "C",
            PartyId(draw(st.sampled_from("GHI"))),
            "warning",
            draw(st.integers(1, 9)),
            "trainers",
            "",
            "training",
            draw(st.sampled_from(("promised", "delivered"))),
            Certainty.STATED,
            name,
            relies_on=tuple(draw(st.lists(st.sampled_from(leans), max_size=2, unique=True))),
        )
        for name in names
    }
    text = agreement(
        promise("help", "J", gates=("later",)),
        gates=[gate("vote", "G"), gate("later", "J")],
        contributions=given,
    )
    need = Need(
        "n", "enough", actions=("warning",), number=draw(st.integers(1, 20)), unit="trainers"
    )
    return text, Asked(need)


@given(supplies())
@MANY
def test_shortfalls_are_those_of_enumeration(both):
    """Sets of up to two failures that leave too few are those found by counting what is left."""
    text, question = both
    told = quantity(text, question, 2)
    names = ["guarantor G", "guarantor H", "guarantor I", "guarantor J"]
    names += ["approval vote", "approval later", "backstop help"]
    everything = _count(text, ())
    assert told.counted == everything
    minimal = []
    if everything >= question.need.number:
        for size in (1, 2):
            for failed in combinations(sorted(names), size):
                if any(set(smaller) <= set(failed) for smaller in minimal):
                    continue
                if _count(text, failed) < question.need.number:
                    minimal.append(failed)
    found = {tuple(sorted(e.name for e in s.elements)): s.left for s in told.shortfalls}
    assert found == {cut: _count(text, cut) for cut in minimal}


def _count(text, failed):
    """How much is left, written out: what stands without any partner first, then what follows."""
    helps = not {"guarantor J", "approval later", "backstop help"} & set(failed)
    standing = set()
    for _ in text.contributions:
        standing |= {
            c.id
            for c in text.contributions.values()
            if f"guarantor {c.by}" not in failed
            and not (c.by == "G" and c.state == "promised" and "approval vote" in failed)
            and all(helps if name == "help" else name in standing for name in c.relies_on)
        }
    return sum(text.contributions[name].number for name in standing)
