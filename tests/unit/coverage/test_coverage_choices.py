"""A promise that leaves its giver a choice is stopped only where every way of keeping it is barred."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from small_agreements import agreement, asked, gate, promise
from waarborg.agreement.build import fixed_span
from waarborg.agreement.model import Need
from waarborg.agreement.sections import Commitment, Span
from waarborg.agreement.ways import Way, barring, ways
from waarborg.base.grades import Certainty
from waarborg.base.parties import PartyId
from waarborg.coverage.cuts import cuts
from waarborg.coverage.packages import packages
from waarborg.coverage.prover import Prover
from waarborg.coverage.timing import Kept, late, left_open

ACTIONS = ("armed_force", "logistics", "sanctions", "diplomacy")
FREE = {"actions": ("armed_force", "sanctions"), "choice": True}


def _text(*gates, **changes):
    return agreement(promise("help", "G", gates=tuple(g.id for g in gates), **changes), gates=gates)


def _ways(text):
    return ways(text, text.guarantees[0])


def test_each_action_of_a_choice_passes_its_own_gates():
    """A gate for armed force leaves sanctions free, and binds all that is promised where nothing is chosen."""
    army = gate("army", "G", actions=("armed_force",))
    assert _ways(_text(army, **FREE)) == (
        Way(("armed_force",), ("army",)),
        Way(("sanctions",), ()),
    )
    assert _ways(_text(army, actions=FREE["actions"])) == (
        Way(("armed_force", "sanctions"), ("army",)),
    )


def test_a_gate_that_is_for_none_of_the_choices_bars_them_all():
    """Named for the promise, a gate for something else is one that the whole promise has to pass."""
    other = gate("house", "G", actions=("training",))
    assert {way.gates for way in _ways(_text(other, **FREE))} == {("house",)}


@given(
    st.lists(st.sampled_from(ACTIONS), min_size=1, unique=True),
    st.dictionaries(
        st.sampled_from("KLMN"),
        st.lists(st.sampled_from(ACTIONS), min_size=1, unique=True),
    ),
    st.booleans(),
)
@settings(deadline=None)
def test_what_bars_a_promise_is_what_trying_every_refusal_finds(actions, gates, choice):
    """The smallest sets of gates are those found by asking of each set whether some action is left."""
    made = [gate(name, "G", actions=tuple(acts)) for name, acts in gates.items()]
    text = _text(*made, actions=tuple(actions), choice=choice)
    free = choice and len(actions) > 1
    found = []
    for size in range(1, len(made) + 1):
        for refused in combinations(sorted(gates), size):
            if any(set(smaller) <= set(refused) for smaller in found):
                continue
            hit = [
                {a for a in actions if a in gates[name]} or set(actions) if free else set(actions)
                for name in refused
            ]
            if set().union(*hit) == set(actions):
                found.append(refused)
    assert set(barring(text, text.guarantees[0], lambda _: True)) == set(found)


def test_one_vote_stops_no_promise_that_has_another_way():
    """No refusal of armed force alone is a cut where sanctions would do; with none but force it is one."""
    army = gate("army", "G", actions=("armed_force",))
    assert _single(_text(army, **FREE)) == {"guarantor G"}
    forced = {"actions": ("armed_force", "air_defence"), "choice": True}
    both = gate("army", "G", actions=forced["actions"])
    assert _single(_text(both, **forced)) == {"guarantor G", "approval army"}


def test_two_votes_stop_a_choice_of_two_together():
    """Where each way has a vote of its own, both refusals together are a cut, and neither alone."""
    two = [gate("army", "G", actions=("armed_force",)), gate("bank", "G", actions=("sanctions",))]
    told = cuts(Prover(_text(*two, **FREE), None, asked()), 2).cuts
    found = {tuple(sorted(e.name for e in cut.elements)) for cut in told}
    assert found == {("guarantor G",), ("approval army", "approval bank")}


def test_a_need_for_force_is_not_met_by_a_choice():
    """A free choice answers a need for armed force no more than before: its giver may choose sanctions."""
    army = gate("army", "G", actions=("armed_force",))
    need = Need("force", "somebody owes force", actions=("armed_force",))
    assert not Prover(_text(army, **FREE), None, asked(need=need)).answering


def _single(text):
    return {e.name for c in cuts(Prover(text, None, asked()), 1).cuts for e in c.elements}


@pytest.mark.parametrize(("free", "first"), [(True, "help"), (False, "approval army")])
def test_what_a_concession_waits_for_leaves_out_a_vote_that_can_be_gone_round(free, first):
    """A package waits for a vote only where no other way of keeping the promise is left."""
    army = gate("army", "G", actions=("armed_force",))
    leave = Commitment("leave", "C", PartyId("A"), "leaves", ("help",), None, Certainty.STATED)
    text = _text(army, actions=FREE["actions"], choice=free)
    told = packages(replace(text, commitments={"leave": leave}))
    assert [piece.id for piece in told.rounds[0]] == [first]
    assert [piece.id for piece in told.rounds[-1]] == ["leave"]


def test_a_procedure_without_a_time_leaves_open_only_a_promise_that_must_pass_it():
    """Sanctions pass no procedure, so a vote on force of unstated length delays nothing that is owed."""
    army = gate("army", "G", actions=("armed_force",))
    text = _text(army, **FREE)
    assert left_open(text, text.guarantees[0]) == ()
    forced = _text(army, actions=("armed_force",))
    assert left_open(forced, forced.guarantees[0]) == ("army",)


def test_of_two_ways_the_quicker_procedure_counts():
    """A vote of two days bars what a vote of nine would bar too: whoever chooses can be there in two."""
    slow = replace(gate("army", "G", actions=("armed_force",)), takes=_span("P9D"))
    quick = replace(gate("bank", "G", actions=("sanctions",)), takes=_span("P2D"))
    assert late(_text(slow, quick, within_text="P3D", **FREE)) == ()
    [told] = late(_text(slow, within_text="P3D", actions=("armed_force",)))
    assert told.kept is Kept.NEVER


def _span(text):
    return Span(text, fixed_span(text))
