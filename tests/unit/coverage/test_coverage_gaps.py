"""Gaps: breaches after which no one owes the needed answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from small_agreements import agreement, asked, by, gate, promise, squares
from waarborg.agreement.condition import (
    Compare,
    Constant,
    Not,
    Relation,
    Settled,
    SettledKind,
    conjunction,
    disjunction,
    member_of,
)
from waarborg.agreement.model import Need, VersionText
from waarborg.agreement.vocabulary import Strength
from waarborg.base.grades import Certainty
from waarborg.coverage.gaps import Answer, GapKind, gaps, judge_again
from waarborg.coverage.judged import ReadingsPart
from waarborg.coverage.prove import prove
from waarborg.coverage.prover import Prover
from waarborg.coverage.solver import NotKnown, Solver

NORTH, SOUTH = (Settled(SettledKind.ZONE, name) for name in ("north", "south"))


def found(text, zones=None, kind=GapKind.PLAIN, **question):
    """Look for gaps of one kind and give their words."""
    return gaps(Prover(text, zones, asked(**question)), kind)


def test_a_promise_for_every_breach_leaves_no_gap():
    """One promise that always holds covers every breach, proved."""
    told = found(agreement(promise("help", "G")))
    assert (told.answer, told.gaps, told.complete) == (Answer.NONE, (), True)


def test_a_gap_is_told_without_needless_detail():
    """Only what narrows the breach is said, as wide as it is."""
    told = found(agreement(promise("help", "G", by("A"))))
    assert [g.family.words for g in told.gaps] == ["the actor is State B"]
    assert told.complete
    assert not told.every_breach
    assert told.gaps[0].judged >= 3
    assert told.gaps[0].reasons[0][1][0].words == "the actor is State B"


def test_a_gap_by_severity_is_a_stretch():
    """A limit in the text comes back as a limit in the words."""
    strong = Compare("severity", Relation.AT_LEAST, 3)
    told = found(agreement(promise("help", "G", strong)))
    assert [g.family.words for g in told.gaps] == ["the severity is at most 2"]


def test_a_gap_because_something_is_unknown_is_a_kind_of_its_own():
    """An unknown severity is no plain gap: nobody surely owes, somebody might."""
    strong = Compare("severity", Relation.AT_LEAST, 3)
    weak = Compare("severity", Relation.BELOW, 3)
    text = agreement(promise("help", "G", strong), promise("more", "H", weak))
    assert found(text).answer is Answer.NONE
    told = found(text, kind=GapKind.UNKNOWN)
    assert [g.family.words for g in told.gaps] == ["the severity is not known"]


def test_every_breach_is_said_where_nothing_is_answered():
    """A free choice promises no particular action, so no breach is answered by it."""
    free = promise("help", "G", choice=True, actions=("warning", "armed_force"))
    need = Need("armed", "armed force", actions=("armed_force",))
    told = found(agreement(free), need=need)
    assert told.every_breach
    assert [g.family.words for g in told.gaps] == ["every such breach"]


def test_an_intention_is_no_duty_unless_asked_for():
    """A promise that is only intended counts only when intentions are to count."""
    text = agreement(promise("help", "G", strength=Strength.INTENDS))
    assert found(text).answer is Answer.FOUND
    assert found(text, intentions_count=True).answer is Answer.NONE


def test_only_places_on_the_map_are_shown():
    """Where two zones do not meet, nothing lies in both, and no gap is told of it."""
    apart = squares(north=(30, 48, 32, 50), south=(30, 44, 32, 46))
    both = conjunction((NORTH, SOUTH))
    text = agreement(promise("help", "G", Not(both)))
    assert found(text, apart).answer is Answer.NONE
    assert found(text, apart, kind=GapKind.UNKNOWN).answer is Answer.FOUND
    told = found(text)
    assert [g.family.words for g in told.gaps] == [
        "the place lies in north; the place lies in south"
    ]


def test_unknown_zones_must_be_able_to_be_unknown_together():
    """A place surely in a district is surely in its region, so no gap hangs on that."""
    nested = squares(north=(30, 44, 36, 50), south=(31, 45, 32, 46))
    text = agreement(promise("help", "G", disjunction((Not(SOUTH), NORTH))))
    assert found(text, nested).answer is Answer.NONE
    told = found(text, nested, kind=GapKind.UNKNOWN)
    assert told.gaps
    assert all(g.family.example["zone:south"] is None for g in told.gaps)


def test_widest_gap_comes_first():
    """Of two gaps the one that holds more of what can occur is told first."""
    few = conjunction((member_of("act", ("mortar_fire",)), Compare("severity", Relation.EQUAL, 5)))
    told = found(agreement(promise("help", "G", conjunction((by("A"), Not(few))))))
    widths = [g.family.width for g in told.gaps]
    assert told.gaps[0].family.words == "the actor is State B"
    assert len(widths) == 2
    assert widths == sorted(widths, reverse=True)


def test_the_same_question_gives_the_same_words():
    """Asked twice of one prover, and of another, the words are the same."""
    text = agreement(promise("help", "G", Compare("severity", Relation.ABOVE, 2)))
    prover = Prover(text, None, asked())
    assert gaps(prover, GapKind.PLAIN) == gaps(prover, GapKind.PLAIN)
    again = gaps(Prover(text, None, asked()), GapKind.PLAIN)
    assert gaps(prover, GapKind.PLAIN).gaps[0].family.words == again.gaps[0].family.words


def test_a_solver_that_gives_up_proves_nothing(monkeypatch):
    """A time-out comes out as not known, never as none."""

    def gives_up(self, *assumed):
        raise NotKnown("timeout")

    monkeypatch.setattr(Solver, "can", gives_up)
    told = found(agreement(promise("help", "G")))
    assert (told.answer, told.complete) == (Answer.NOT_KNOWN, False)


def test_a_false_counterexample_is_refused():
    """A row that the row reading finds answered is never shown as a gap."""
    prover = Prover(agreement(promise("help", "G")), None, asked())
    row = {"actor": "A", "act": "mortar_fire", "in_force": True}
    with pytest.raises(ReadingsPart, match="nobody owes, the row reading not"):
        judge_again(prover, GapKind.PLAIN, [row])


def noted(text, **question):
    """What an answer says that it takes for granted."""
    return prove(text, None, asked(**question)).basis.notes


def test_no_gap_for_want_of_a_breach_is_said_to_say_nothing():
    """Where no breach can occur, an absent gap is no cover, and the answer says so."""
    never = Constant(holds=False)
    said = "no such breach can occur on this reading, so that there is no gap says nothing"
    assert said in noted(agreement(promise("help", "G")), breach=never)
    assert said not in noted(agreement(promise("help", "G")))


def test_a_promise_that_ends_is_named_as_taken_to_bind_still():
    """The end of a promise is not asked, so the answer names the promise and its end."""
    ends = replace(promise("help", "G"), until=datetime(2031, 10, 1, tzinfo=UTC))
    said = (
        "promises that end are taken to bind still, also for breaches after their end: "
        "help (2031-10-01 00:00 UTC)"
    )
    assert said in noted(agreement(ends))


def test_the_version_that_is_asked_is_named():
    """Of an amended text only the newest version is asked, and the answer says which."""
    text = agreement(promise("help", "G"))
    old = VersionText("1", None, None, "", "", Certainty.STATED, text)
    told = noted(replace(text, versions=(old, replace(old, name="2"))))
    assert "every breach is asked of version 2 of the text, whenever it happens" in told


def test_an_approval_without_a_time_is_named_where_time_counts():
    """How long an approval takes is not guessed in silence."""
    text = agreement(replace(promise("help", "G"), gates=("house",)), gates=(gate("house", "G"),))
    said = "procedures without a stated time are taken to take none: house"
    assert said in noted(text, within=timedelta(hours=72))
    assert said not in noted(text)
