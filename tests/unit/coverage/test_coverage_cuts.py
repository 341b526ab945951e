"""Weak spots: cut sets, single points of failure, resilience and circles."""

from small_agreements import agreement, asked, by, gate, promise
from waarborg.agreement.condition import Compare, Relation
from waarborg.agreement.vocabulary import GateEffect
from waarborg.coverage.cuts import cuts
from waarborg.coverage.gaps import Answer, GapKind, gaps
from waarborg.coverage.prover import Prover
from waarborg.coverage.reliance import circles
from waarborg.coverage.resilience import resilience

RULED = Compare("decision", Relation.EQUAL, "breach_found")
SURE = Compare("attribution", Relation.AT_LEAST, "corroborated")


def found(text, order=2, **question):
    """Give the cuts of a text as lists of names."""
    told = cuts(Prover(text, None, asked(**question)), order)
    return [[element.name for element in cut.elements] for cut in told.cuts]


def test_textbook_case_of_two_guarantors():
    """Two guarantors that answer everything fail only together."""
    text = agreement(promise("help", "G"), promise("other", "H"))
    assert found(text) == [["guarantor G", "guarantor H"]]


def test_an_approval_is_a_single_point_of_failure():
    """A guarantor that needs consent beforehand hangs on itself and on the consent."""
    text = agreement(promise("help", "G", gates=("vote",)), gates=[gate("vote", "G")])
    assert found(text) == [["approval vote"], ["guarantor G"]]


def test_practice_is_a_veto_only_when_asked():
    """A procedure that is no veto in law is one only where practice is taken for law."""
    text = agreement(
        promise("help", "G", gates=("custom",)),
        gates=[gate("custom", "G", GateEffect.POLITICAL_PRACTICE)],
    )
    assert found(text) == [["guarantor G"]]
    assert found(text, practice_is_veto=True) == [["approval custom"], ["guarantor G"]]


def test_a_body_that_does_not_rule_and_evidence_that_fails():
    """What waits for a ruling hangs on the body; what waits for attribution on the evidence."""
    ruled = agreement(promise("help", "G", RULED), bodies=["council"], decided_by="council")
    assert found(ruled) == [["body council"], ["guarantor G"]]
    sure = agreement(promise("help", "G", SURE))
    assert found(sure) == [["evidence attribution"], ["guarantor G"]]


def test_a_backstop_is_a_weak_spot_of_all_who_lean_on_it():
    """Two guarantors that lean on one promise fail with it."""
    text = agreement(
        promise("help", "G", reliance=(("back",),)),
        promise("other", "H", reliance=(("back",),)),
        promise("back", "I", group="back"),
    )
    assert found(text) == [
        ["backstop back"],
        ["guarantor I"],
        ["guarantor G", "guarantor H"],
    ]


def test_a_choice_of_backstops_needs_both_to_fail():
    """Where one of two partners suffices, only both together are a cut."""
    text = agreement(
        promise("help", "G", reliance=(("one", "two"),)),
        promise("one", "H", group="back"),
        promise("two", "I", group="back"),
    )
    assert ["guarantor H", "guarantor I"] in found(text)
    assert ["guarantor H"] not in found(text)


def test_a_cut_says_which_breaches_it_lays_open():
    """The failure of the one who answers A lays open what A does."""
    text = agreement(promise("help", "G", by("A")), promise("other", "H", by("B")))
    told = cuts(Prover(text, None, asked()), 1)
    assert [(c.elements[0].id, c.words) for c in told.cuts] == [
        ("G", "the actor is State A"),
        ("H", "the actor is State B"),
    ]
    assert [e.name for e in told.single_points] == ["guarantor G", "guarantor H"]


def test_nothing_to_lose_is_not_resilience():
    """Where the need is never met no cut is found, and that is said."""
    told = cuts(Prover(agreement(), None, asked()), 2)
    assert (told.answer, told.ever_met, told.cuts) == (Answer.NONE, False, ())
    assert not resilience(Prover(agreement(), None, asked()), 1).ever_met


def test_resilience_is_proved_or_broken_by_the_smallest_set():
    """Three that each answer everything hold if any two drop out, and not if three do."""
    text = agreement(promise("help", "G"), promise("b", "H"), promise("c", "I"))
    assert resilience(Prover(text, None, asked()), 2).answer is Answer.NONE
    broken = resilience(Prover(text, None, asked()), 3)
    assert broken.answer is Answer.FOUND
    assert broken.failing is not None
    assert broken.failing.size == 3


def test_partners_in_a_circle_never_hold_each_other_up():
    """Two that wait for each other cover nothing, and the circle is named."""
    text = agreement(
        promise("help", "G", reliance=(("other",),)),
        promise("other", "H", reliance=(("help",),)),
    )
    assert circles(text.guarantees) == (("help", "other"),)
    assert gaps(Prover(text, None, asked()), GapKind.PLAIN).every_breach


def test_a_circle_that_somebody_can_break_is_none():
    """A partner with another way in can be first, so there is no circle."""
    text = agreement(
        promise("help", "G", reliance=(("other", "third"),)),
        promise("other", "H", reliance=(("help",),)),
        promise("third", "I"),
    )
    assert circles(text.guarantees) == ()
