"""Repair and questions: what would close a gap, and what a file expects."""

import pytest

from small_agreements import agreement, asked, by, promise
from waarborg.agreement.condition import (
    Compare,
    Missing,
    Named,
    Relation,
    conjunction,
    disjunction,
)
from waarborg.agreement.model import Need, Question, Reading, Term
from waarborg.agreement.vocabulary import Strength
from waarborg.base.grades import Certainty
from waarborg.coverage.gaps import Answer
from waarborg.coverage.prove import prove
from waarborg.coverage.questions import answer
from waarborg.coverage.repair import repair

SEVERE = Compare("severity", Relation.AT_LEAST, 3)


def words(text, **question):
    """Give the alternatives as lists of words."""
    found = repair(text, None, asked(**question))
    return [[change.words for change in chosen] for chosen in found.alternatives]


def test_a_condition_too_many_is_dropped():
    """The smallest change to a promise for severe acts of A is to drop both conditions."""
    text = agreement(promise("help", "G", conjunction((by("A"), SEVERE))))
    assert words(text) == [
        [
            'drop the condition "the actor is State A": help',
            'drop the condition "the severity is at least 3": help',
        ]
    ]


def test_several_alternatives_of_the_same_size():
    """An intention can be made firm, or the other promise freed of its condition."""
    text = agreement(
        promise("help", "G", strength=Strength.INTENDS),
        promise("other", "H", by("A"), group="other"),
    )
    assert words(text) == [
        ['drop the condition "the actor is State A": other'],
        ["make it a firm duty: help"],
    ]


def test_a_free_choice_is_made_a_promise():
    """A promise that may be anything is made one of the action needed."""
    text = agreement(promise("help", "G", choice=True, actions=("warning", "armed_force")))
    need = Need("armed", "armed force", actions=("armed_force",))
    assert words(text, need=need) == [["make it a firm duty: help"]]


def test_a_circle_is_broken_by_letting_one_go_first():
    """Where two wait for each other, either may stop waiting."""
    text = agreement(
        promise("help", "G", reliance=(("other",),), relies_on=("other",)),
        promise("other", "H", reliance=(("help",),), relies_on=("help",), group="other"),
    )
    assert words(text) == [
        ["let it no longer wait for other: help"],
        ["let it no longer wait for help: other"],
    ]


def test_nothing_to_mend_and_nothing_that_mends():
    """A covered text needs no repair; a text without promises has none."""
    covered = repair(agreement(promise("help", "G")), None, asked())
    assert (covered.answer, covered.needed) == (Answer.NONE, False)
    empty = repair(agreement(), None, asked())
    assert (empty.answer, empty.needed, empty.alternatives) == (Answer.NONE, True, ())


@pytest.mark.parametrize(
    ("ask", "expect", "found", "holds"),
    [
        ("gap", "none", "found", False),
        ("gap", "found", "found", True),
        ("gap", "every_breach", "found", False),
        ("cuts", "found", "found", True),
        ("cuts", "none", "found", False),
    ],
)
def test_a_question_holds_when_the_answer_is_the_expected_one(ask, expect, found, holds):
    """A question fails with its counterexample in words when the answer is another."""
    text = agreement(promise("help", "G", by("A")))
    told = answer(text, None, Question("q", ask, expect, need="answer"))
    assert (told.found, told.holds) == (found, holds)
    gap = ("the actor is State B", "the actor is not known")
    assert told.words == (gap if ask == "gap" else ("State G gives nothing",))


def test_a_word_can_be_settled_as_another_reading_has_it():
    """Where another reading of a word closes the gap, to settle the word so is a repair."""
    reads = {"": SEVERE, "wide": Compare("severity", Relation.AT_LEAST, 0)}
    grave = Named("grave", "a grave act", reads[""])
    text = agreement(
        promise("help", "G", disjunction((grave, Missing("severity")))),
        terms={"grave": Term("grave", "a grave act", reads[""], Certainty.STATED)},
        readings={"wide": Reading("wide", "each act is grave", terms={"grave": reads["wide"]})},
    )
    assert words(text)[-1] == [
        'settle the word "grave" as the reading wide has it: each act is grave'
    ]
    settled = prove(text, None, asked(), "wide")
    assert settled.plain.answer is Answer.NONE
