"""Conditional packages: what can happen first, what follows, what never can, and who could free it."""

from pathlib import Path

import pytest

from small_agreements import agreement, asked, promise
from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement, Question
from waarborg.agreement.sections import Commitment
from waarborg.base.grades import Certainty
from waarborg.base.parties import PartyId
from waarborg.coverage.gaps import Answer
from waarborg.coverage.packages import packages
from waarborg.coverage.prove import prove
from waarborg.coverage.questions import answer

HARBOUR = Path(__file__).parents[2] / "data" / "agreements" / "harbour.yaml"


@pytest.fixture(scope="module")
def told():
    """Give the packages of the Harbour Truce."""
    return packages(load(HARBOUR.read_text(encoding="utf-8"), "harbour.yaml"))


def names(pieces):
    """The names of some pieces."""
    return [piece.id for piece in pieces]


def test_what_is_delivered_is_there(told):
    """Trainers that have come are there before anybody moves."""
    assert names(told.there) == ["w-trainers"]


def test_concessions_follow_guarantees_in_rounds(told):
    """The approval and the pledge can move next, then trainers, the ridge, the harbour."""
    assert [names(part) for part in told.rounds] == [
        ["approval N-storting", "pledge"],
        ["n-trainers"],
        ["ridge"],
        ["harbour"],
    ]
    assert told.next == told.rounds[0]


def test_a_piece_that_is_only_intended_is_marked(told):
    """The pledge is an intention, so a concession that waits for it waits for no duty."""
    assert {p.id: p.firm for p in told.next} == {"approval N-storting": True, "pledge": False}


def test_two_concessions_that_wait_for_each_other_never_start(told):
    """Guns wait for the radar and the radar for the guns; the mines wait behind them."""
    assert names(told.never) == ["guns", "mines", "radar"]
    assert [names(ring) for ring in told.circles] == [["guns", "radar"]]


def test_who_could_free_what_by_going_first(told):
    """Either of the two frees the other and the mines."""
    assert [(o.piece.id, names(o.follows)) for o in told.openings] == [
        ("guns", ["mines", "radar"]),
        ("radar", ["guns", "mines"]),
    ]


def test_one_of_several_givers_is_enough():
    """A concession that waits for a promise of two states can follow the first of them."""
    waiting = Commitment("leave", "C", PartyId("A"), "leaves", ("help",), None, Certainty.STATED)
    text = Agreement(
        "small",
        "Small",
        "",
        "",
        guarantees=(
            promise("help/G", "G", reliance=(("other",),)),
            promise("help/H", "H"),
            promise("other", "I", reliance=(("other",),), group="other"),
        ),
        commitments={"leave": waiting},
    )
    found = packages(text)
    assert [names(part) for part in found.rounds] == [["help/H"], ["leave"]]
    assert names(found.never) == ["help/G", "other"]
    assert [names(ring) for ring in found.circles] == [["other"]]


def test_a_text_without_commitments_has_no_packages():
    """Where nothing waits for anything, there is nothing to tell."""
    assert not packages(Agreement("small", "Small", "", "", guarantees=(promise("help", "G"),)))


def test_a_promise_that_waits_for_a_concession_that_waits_for_it_is_a_circle():
    """Help that waits for a withdrawal, and the withdrawal for the help, answer no breach."""
    conceded = Commitment(
        "leaves", "C", PartyId("A"), "leaves the hill", ("help",), None, Certainty.STATED
    )
    waiting = promise("help", "G", waits_for=("leaves",))
    text = agreement(waiting, commitments={"leaves": conceded})
    proof = prove(text, None, asked())
    assert proof.circles == (("concession leaves", "help"),)
    assert proof.plain.every_breach
    assert not proof.cuts.ever_met
    told = answer(text, None, Question("q", "circles", "none"))
    assert (told.found, told.holds, told.words) == ("found", False, ("concession leaves, help",))


def test_a_promise_that_waits_for_a_concession_that_waits_for_nothing_stands():
    """The same without the ring: the concession can be first, and its giver is a weak spot."""
    conceded = Commitment(
        "leaves", "C", PartyId("A"), "leaves the hill", (), None, Certainty.STATED
    )
    waiting = promise("help", "G", waits_for=("leaves",))
    proof = prove(agreement(waiting, commitments={"leaves": conceded}), None, asked())
    assert proof.circles == ()
    assert proof.plain.answer is Answer.NONE
    single = {element.name for element in proof.cuts.single_points}
    assert single == {"backstop concession leaves", "guarantor A", "guarantor G"}
