"""Gaps: breaches after which no one owes the needed answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from small_agreements import FIRE, agreement, asked, by, gate, promise, squares
from waarborg.agreement.condition import (
    Compare,
    Not,
    Relation,
    Settled,
    SettledKind,
    conjunction,
    disjunction,
    member_of,
)
from waarborg.agreement.model import (
    Clause,
    Exception_,
    Need,
    Question,
    StandingStep,
    VersionText,
)
from waarborg.agreement.sections import Span
from waarborg.agreement.vocabulary import RunsFrom, Strength
from waarborg.app.services.proving import Request, ask
from waarborg.base.grades import Certainty, Standing
from waarborg.base.times import Period
from waarborg.coverage.gaps import Answer, GapKind, gaps, judge_again
from waarborg.coverage.judged import ReadingsPart
from waarborg.coverage.prove import Wanted, gap_words, prove
from waarborg.coverage.prover import Prover
from waarborg.coverage.questions import answer
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


def test_where_no_breach_can_occur_the_verdict_is_not_that_there_is_no_gap():
    """An exception that eats the rule leaves nothing to answer, which is never told as cover."""
    text = agreement(promise("help", "G"))
    rule = text.prohibitions[0]
    eaten = Exception_("C", FIRE, None, Certainty.STATED)
    empty = replace(text, prohibitions=(replace(rule, exceptions=(eaten,)),))
    proof = prove(empty, None, asked(), wanted=Wanted(drop=1))
    assert (proof.plain.answer, proof.unknown.answer) == (Answer.NO_BREACH, Answer.NO_BREACH)
    assert gap_words(proof.plain) == "nothing to answer: no such breach can occur"
    said = "nothing to answer under fire: no breach can occur by State A, State B"
    assert said in proof.basis.notes
    assert found(text).answer is Answer.NONE
    told = answer(empty, None, Question("q", "gap", "none", need="answer"))
    assert (told.found, told.holds) == ("no_breach", False)


def test_an_exception_that_excuses_one_party_is_named():
    """Where all acts of one party are excused, the answer says that it has no breach to answer."""
    text = agreement(promise("help", "G"))
    for_a = Exception_("C", by("A"), None, Certainty.STATED)
    rule = replace(text.prohibitions[0], exceptions=(for_a,))
    told = noted(replace(text, prohibitions=(rule,)))
    assert "nothing to answer under fire: no breach can occur by State A" in told


def test_weak_spots_of_a_need_never_met_fulfil_no_expectation():
    """That nothing can be lost because nothing is ever owed is no proof of strength."""
    told = answer(agreement(), None, Question("q", "cuts", "none", need="answer"))
    assert (told.found, told.holds) == ("never_met", False)


TRUCE = Period(datetime(2031, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC))
IN_TRUCE = conjunction((FIRE, Settled(SettledKind.PERIOD, "truce")))
SHORT = datetime(2031, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (SHORT, ["the time falls outside the time before 2031-10-01 00:00 UTC"]),
        (TRUCE.end, []),
        (datetime(2030, 1, 1, tzinfo=UTC), ["every such breach"]),
    ],
)
def test_a_promise_answers_no_breach_after_its_end(until, expected):
    """A breach in the truce after the end of the promise is a gap; an end after the truce is none."""
    ends = replace(promise("help", "G"), until=until)
    text = agreement(ends, must_not=IN_TRUCE, periods={"truce": TRUCE})
    assert [g.family.words for g in found(text).gaps] == expected


def test_letting_a_promise_last_closes_the_gap_it_leaves():
    """The repair of a promise that ends too soon is to let it bind beyond its end."""
    ends = replace(promise("help", "G"), until=SHORT)
    text = agreement(ends, must_not=IN_TRUCE, periods={"truce": TRUCE})
    told = prove(text, None, asked(), wanted=Wanted(mend=True)).repairs
    assert [[c.words for c in way] for way in told.alternatives] == [
        ["let it bind beyond 2031-10-01 00:00 UTC: help"]
    ]


def standing(*steps):
    """Give a clause that went through some steps."""
    steps = tuple(StandingStep(step, since) for step, since in steps)
    return {
        "C": Clause("C", "", "", "", "", Certainty.STATED),
        "P": Clause("P", "", "", "", "", Certainty.STATED, steps),
    }


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(Standing.PROPOSED, SHORT)], ["every such breach"]),
        ([(Standing.REPORTED, SHORT)], []),
        ([(Standing.POLITICALLY_AGREED, SHORT)], []),
        (
            [(Standing.SIGNED, TRUCE.start), (Standing.LAPSED, SHORT)],
            ["the time falls outside the time before 2031-10-01 00:00 UTC"],
        ),
        (
            [(Standing.SIGNED, TRUCE.start), (Standing.IN_FORCE, SHORT)],
            ["the time falls outside the time from 2031-10-01 00:00 UTC on"],
        ),
    ],
)
def test_a_promise_counts_only_while_its_clause_stands(steps, expected):
    """What is only proposed is not owed, nor what has lapsed or is not yet in force."""
    held = replace(promise("help", "G"), clause="P")
    text = agreement(held, must_not=IN_TRUCE, periods={"truce": TRUCE}, clauses=standing(*steps))
    assert [g.family.words for g in found(text).gaps] == expected


def test_a_draft_is_asked_as_if_it_were_agreed():
    """Where all that is forbidden is only proposed, the proposed promises count, and the answer says so."""
    clauses = standing((Standing.PROPOSED, SHORT))
    held = replace(promise("help", "G"), clause="P")
    text = agreement(held, clauses={**clauses, "C": replace(clauses["P"], id="C")})
    assert found(text).answer is Answer.NONE
    assert "the text is a draft: what it proposes is read as if it were agreed" in noted(text)


def two_versions(first, second):
    """Give a text whose second version applies from October on."""
    one = VersionText("1", None, SHORT, "", "", Certainty.STATED, first)
    two = VersionText("2", SHORT, None, "", "", Certainty.STATED, second)
    return replace(second, versions=(one, two))


def test_each_version_is_asked_in_its_own_time():
    """A gap that an amendment closed is told for breaches before it, and none for those after."""
    text = two_versions(agreement(promise("help", "G", by("A"))), agreement(promise("help", "G")))
    told = [
        (p.basis.version_words, gap_words(p.plain))
        for p in ask(text, None, Request(("",), ("answer",))).proofs
    ]
    assert told == [
        ("version 1 of the text, for breaches before 2031-10-01 00:00 UTC", "the actor is State B"),
        ("version 2 of the text, for breaches from 2031-10-01 00:00 UTC on", "none, proved"),
    ]
    question = answer(text, None, Question("q", "gap", "none", need="answer"))
    assert (question.found, question.holds) == ("found", False)
    assert question.words[0] == (
        "the actor is State B (version 1 of the text, for breaches before 2031-10-01 00:00 UTC)"
    )


def test_versions_that_read_alike_are_asked_as_one():
    """An amendment that touches nothing the answer looks at does not double the answer."""
    text = two_versions(agreement(promise("help", "G")), agreement(promise("help", "G")))
    told = ask(text, None, Request(("",), ("answer",))).proofs
    assert [p.basis.version_words for p in told] == ["versions 1 and 2 of the text"]


def test_an_approval_without_a_time_is_not_in_time():
    """How long an approval takes is not guessed: the promise does not count, and the answer says why."""
    due = replace(
        promise("help", "G"),
        gates=("house",),
        within=timedelta(hours=24),
        within_text="PT24H",
        runs_from=RunsFrom.OCCURRENCE,
    )
    slow = Span("PT12H", timedelta(hours=12))
    text = agreement(due, gates=(gate("house", "G"),))
    timed = agreement(due, gates=(replace(gate("house", "G"), takes=slow),))
    said = "no time is stated for the procedure house, so these do not count as in time: help"
    assert found(text, within=timedelta(hours=72)).every_breach
    assert found(text).answer is Answer.NONE
    assert found(timed, within=timedelta(hours=72)).answer is Answer.NONE
    assert said in noted(text, within=timedelta(hours=72))
    assert said not in noted(text)
    assert said not in noted(timed, within=timedelta(hours=72))


def test_of_several_partners_each_has_to_come_in_time():
    """A promise that leans on one of two, of which one has no time, is not surely in time."""
    due = replace(
        promise("help", "G"),
        within_text="PT24H",
        within=timedelta(hours=24),
        runs_from=RunsFrom.OCCURRENCE,
        reliance=(("quick", "open"),),
    )
    quick = replace(due, id="quick", group="x", reliance=())
    open_ = replace(promise("open", "I"), group="x")
    assert found(agreement(due, quick, open_), within=timedelta(hours=72)).every_breach
    both = replace(quick, id="open")
    assert found(agreement(due, quick, both), within=timedelta(hours=72)).answer is Answer.NONE


def test_an_act_of_nobody_known_is_asked_as_something_not_known():
    """An act that nobody can be named for is a breach, and a gap because the actor is not known."""
    text = agreement(promise("help", "G", by("A")), promise("other", "H", by("B")))
    assert found(text).answer is Answer.NONE
    told = found(text, kind=GapKind.UNKNOWN)
    assert [g.family.words for g in told.gaps] == ["the actor is not known"]
    whoever = agreement(promise("help", "G"))
    assert found(whoever, kind=GapKind.UNKNOWN).answer is Answer.NONE


def test_nobody_known_is_laid_at_no_door():
    """No gap is told of an act of nobody known that is firmly laid at somebody's door."""
    firm = Compare("attribution", Relation.AT_LEAST, "corroborated")
    told = found(agreement(promise("help", "G", firm)), kind=GapKind.UNKNOWN)
    assert [g.family.words for g in told.gaps] == ["the attribution is not known"]
    rows = [g.family.example for g in told.gaps]
    assert all(row.get("attribution") in {None, "unknown"} for row in rows if not row["actor"])


def test_a_reason_holds_of_the_whole_family():
    """The reason of a gap names what the family narrows, not a detail of its first breach."""
    severe = Compare("severity", Relation.AT_LEAST, 3)
    told = found(agreement(promise("help", "G", conjunction((severe, by("A"))))))
    reasons = {g.family.words: g.reasons[0][1][0].words for g in told.gaps}
    assert reasons == {
        "the actor is State B": "the actor is State B",
        "the severity is at most 2": "the severity is at most 2",
    }


def test_a_reason_that_holds_of_the_first_breach_alone_says_so():
    """Where the breaches of a family go unanswered for different reasons, the first speaks for itself."""
    severe = Compare("severity", Relation.AT_LEAST, 3)
    either = disjunction((conjunction((severe, by("A"))), conjunction((Not(severe), by("B")))))
    told = found(agreement(promise("help", "G", either)))
    assert len(told.gaps) == 2
    for gap in told.gaps:
        assert gap.reasons[0][1]


def test_a_body_that_needs_a_quorum_is_said_to_be_taken_whole():
    """That members stay away from a body is not asked one by one, and the answer says so."""
    text = agreement(promise("help", "G"), bodies=["council"], decided_by="council")
    seated = {"council": replace(text.bodies["council"], quorum="2")}
    said = (
        "the council rules or does not rule as a whole: that members stay away or vote against is "
        "not asked one by one (quorum: 2)"
    )
    assert said in noted(replace(text, bodies=seated))
