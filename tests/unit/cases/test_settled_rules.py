"""Rules of procedure: the text stands, the open may be filled, and a change needs every seat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commission_desk import AGREEMENT, hour, opened, proposed, rules, run, said, vote
from waarborg.agreement.load import load
from waarborg.cases.case import CaseState
from waarborg.obligations.state import Running

TEXT = """\
waarborg: agreement/1
id: harbour-truce
title: Harbour truce
reading: {by: the tests}
sources: {paper: {title: A paper, kind: fiction}}
parties:
  ARD: {name: Ardania}
  BOR: {name: Borland}
  GUA: {name: Guardia}
  WIT: {name: Witland}
bodies:
  commission:
    words: the Commission
    members: [ARD, BOR, GUA]
    decides: [breach]
    chair: GUA
    majority: two_thirds
    quorum: 2
    on_deadlock: DEADLOCK
clauses:
  C-1: {says: Neither side uses force., source: paper, certainty: stated}
"""


def settled(deadlock: str = "no_ruling", *, majority: str = "two_thirds") -> Running:
    """A commission whose text settles quorum, majority and deadlock."""
    text = TEXT.replace("DEADLOCK", deadlock).replace("two_thirds", majority)
    return Running(load(text, "agreement.yaml"))


def test_what_the_text_settles_is_taken_from_it() -> None:
    """Rules that leave quorum and majority out have those of the text."""
    running = settled()
    for entry in rules(quorum="", majority="", on_deadlock="")[:2]:
        assert running.take(entry) is None
    held = running.commission.rules["commission"]
    assert (held.quorum, held.majority, held.lead) == ("2", "two_thirds", "GUA")


@pytest.mark.parametrize(
    ("changed", "rule", "words"),
    [
        (
            {"quorum": "", "majority": "simple"},
            "COM-019",
            "the text says majority two_thirds, the rules say simple",
        ),
        (
            {"quorum": "all", "majority": ""},
            "COM-019",
            "the text says quorum 2, the rules say all",
        ),
        ({"seats": [{"party": "WIT"}]}, "COM-019", "the text seats no WIT on the Commission"),
        ({"body": "council"}, "COM-005", "the text knows no body council"),
        ({"seats": [{"party": "ARD"}, {"party": "ARD"}]}, "COM-014", "two seats"),
    ],
)
def test_rules_that_contradict_the_text_are_refused(changed, rule, words) -> None:
    """Adopted rules fill what is open and change nothing that is written."""
    refused = settled().take(rules(**changed)[0])
    assert refused is not None
    assert refused.rule == rule
    assert words in refused.words


def test_only_a_member_registers_rules() -> None:
    """Who does not sit on the body does not say how it decides, and nobody leaves a member out."""
    put = rules(quorum="", majority="", on_deadlock="")[0]
    refused = settled().take(replace(put, author="WIT:envoy"))
    assert refused is not None
    assert (refused.rule, refused.words) == ("COM-001", "WIT has no seat on commission")
    alone = said("r", 0, "ARD:x", "adopt-rules", body="commission", seats=[{"party": "ARD"}])
    refused = settled().take(alone)
    assert refused is not None
    assert refused.rule == "COM-019"
    assert refused.words == "the text seats BOR, GUA on the Commission as well"


def test_unequal_seats_need_every_seat() -> None:
    """Two thirds of the seats cannot give one of them a veto or more weight than the others."""
    seats = [{"party": "ARD", "veto": True}, {"party": "BOR"}, {"party": "GUA"}]
    put, ard, bor = rules(quorum="", majority="", on_deadlock="", seats=seats)
    running = settled()
    for entry in (put, ard):
        assert running.take(entry) is None
    assert running.commission.rules == {}
    assert running.take(bor) is None
    assert running.commission.rules["commission"].seats[0].veto


def test_one_member_alone_adopts_no_rules() -> None:
    """Where the text leaves quorum or majority open every seat must agree; the vote waits until then."""
    put, ard, bor = rules()
    running = run(put, opened(), proposed(), ard, proposed(3, "prop-2"), bor, proposed(4, "prop-3"))
    assert [(r.entry.id, r.rule) for r in running.refused] == [
        ("prop", "COM-018"),
        ("prop-2", "COM-018"),
    ]
    assert running.commission.waiting_rules == {}
    case = running.commission.cases["case"]
    assert case.duties["comment:case"].words == (
        "48 hours after 2030-01-10T00:00:00Z, when rules-BOR brought the rules into effect"
    )
    outside = run(put, said("wit", 1, "WIT:x", "approve", proposal="rules"))
    assert outside.refused[0].words == "WIT has no seat on commission"


def test_first_rules_need_what_the_text_asks_for_a_decision() -> None:
    """Two of three seats are the quorum and the two thirds of the text; the third comes too late."""
    put, ard, bor = rules(quorum="", majority="", on_deadlock="")
    running = settled()
    assert running.take(put) is None
    assert running.commission.rules == {}
    assert running.take(ard) is None
    assert "commission" in running.commission.rules
    late = running.take(bor)
    assert late is not None
    assert (late.rule, late.words) == ("COM-002", "the rules of rules are in effect already")


def test_the_text_itself_may_ask_for_two_persons() -> None:
    """A grading counts with a second person also before any rules are on the record."""
    text = TEXT.replace("DEADLOCK", "no_ruling\n    two_persons: true")
    running = Running(load(text, "agreement.yaml"))
    grade = said("grade", 3, "GUA:ana", "verify", case="case", result="verified")
    for entry in (opened(), grade):
        assert running.take(entry) is None
    assert running.commission.cases["case"].verified_at is None
    for entry in rules(4, quorum="", majority="", on_deadlock="")[:2]:
        assert running.take(entry) is None
    assert running.commission.rules["commission"].two_persons
    assert running.take(said("ben", 5, "GUA:ben", "approve", proposal="grade")) is None
    assert running.commission.cases["case"].verified_at == hour(5)


def test_new_rules_wait_for_every_seat_and_leave_running_votes_alone() -> None:
    """One seat alone changes nothing; a vote under way keeps the rules it began under."""
    new = said(
        "rules-2", 4, "GUA:chair", "adopt-rules", body="commission", quorum="all",
        majority="unanimous", seats=[{"party": "ARD"}, {"party": "BOR"}, {"party": "GUA"}],
    )  # fmt: skip
    running = run(*rules(), opened(), proposed(), new)
    assert running.commission.rules["commission"].majority == "simple"
    for place, who in enumerate(("ARD:liaison", "BOR:liaison")):
        running.take(said(f"yes-{who}", 5 + place, who, "approve", proposal="rules-2"))
    assert running.commission.rules["commission"].majority == "unanimous"
    running.take(vote(8, "GUA:chair"))
    running.take(vote(9, "ARD:liaison"))
    running.take(vote(10, "BOR:liaison", "against"))
    assert running.commission.cases["case"].state is CaseState.RULED
    twice = run(*rules(), new, said("again", 5, "GUA:deputy", "approve", proposal="rules-2"))
    assert twice.refused[0].words == "GUA has agreed to rules-2 already"


def test_a_deadlock_goes_where_the_text_says() -> None:
    """A breach is presumed, or the guarantors are called, as the text has it."""
    votes = [vote(3, "GUA:chair"), vote(4, "BOR:liaison", "against")]
    presumed = settled("breach_presumed")
    for entry in (*rules(quorum="", majority="", on_deadlock=""), opened(), proposed(), *votes):
        presumed.take(entry)
    presumed.tick(hour(200))
    made = presumed.commission.cases["case"].ruling
    assert made is not None
    assert made.by == "by presumption: the text presumes a breach on a deadlock"
    referred = settled("refer_to_guarantors")
    for entry in (*rules(quorum="", majority="", on_deadlock=""), opened(), proposed(), *votes):
        referred.take(entry)
    referred.tick(hour(200))
    case = referred.commission.cases["case"]
    assert case.state is CaseState.DEADLOCKED
    assert "the deadlock goes to the guarantors" in case.flags[-1]
    facts = referred.determinations()[0].facts
    assert facts["decision"] == "deadlock"


@pytest.mark.parametrize("deadlock", ["breach_presumed", "chair_decides"])
def test_without_a_quorum_nothing_is_presumed_and_no_chair_decides(deadlock: str) -> None:
    """What follows on a deadlock follows where votes were counted, not where too few took part."""
    running = settled(deadlock)
    for entry in (*rules(quorum="", majority="", on_deadlock=""), opened(), proposed()):
        running.take(entry)
    running.take(vote(3, "GUA:chair"))
    running.tick(hour(200))
    case = running.commission.cases["case"]
    assert (case.state, case.rulings) == (CaseState.DEADLOCKED, [])
    assert case.flags[1:] == [
        "no quorum: 1 of 3 seats took part; for 1, against 0, abstained 0: the quorum is 2 seats"
    ]


def test_a_presumption_of_the_rules_is_not_laid_at_the_door_of_the_text() -> None:
    """The text says nothing of a deadlock; two seats do, and the accused did not agree."""
    votes = [vote(3, "GUA:chair"), vote(4, "BOR:liaison", "against")]
    for agreed, told in (
        (2, "ARD and GUA presume a breach on a deadlock, and BOR did not agree to them"),
        (3, "ARD, BOR and GUA presume a breach on a deadlock"),
    ):
        text = TEXT.replace("    on_deadlock: DEADLOCK\n", "")
        if agreed == 3:  # All are asked where the text leaves the majority open.
            text = text.replace("    majority: two_thirds\n", "")
        running = Running(load(text, "agreement.yaml"))
        put = rules(quorum="", majority="two_thirds", on_deadlock="breach_presumed")
        for entry in (*put[:agreed], opened(), proposed(), *votes):
            running.take(entry)
        running.tick(hour(200))
        made = running.commission.cases["case"].ruling
        assert made is not None
        assert made.by == f"by presumption: the rules of procedure of {told}"


@pytest.mark.parametrize(
    ("choice", "state"),
    [("for", CaseState.RULED), ("against", CaseState.OPEN), ("abstain", CaseState.DEADLOCKED)],
)
def test_where_the_chair_decides_its_vote_counts_alone(choice: str, state: CaseState) -> None:
    """The others may vote; the chair's word carries, and without it there is none."""
    running = settled(majority="chair_decides")
    for entry in (
        *rules(quorum="", majority="", on_deadlock=""),
        opened(),
        proposed(),
        vote(3, "GUA:chair", choice),
        vote(4, "ARD:liaison"),
    ):
        running.take(entry)
    running.tick(hour(200))
    assert running.commission.cases["case"].state is state


def test_a_grading_counts_with_a_second_person_where_the_rules_ask_for_one() -> None:
    """Nobody stands alone behind their own grading."""
    grade = said("grade", 3, "GUA:ana", "verify", case="case", result="verified", cites=["photo"])
    own = said("own", 4, "GUA:ana", "approve", proposal="grade")
    ben = said("ben", 5, "GUA:ben", "approve", proposal="grade")
    running = run(*rules(two_persons=True), opened(), grade, own)
    assert running.commission.cases["case"].verified_at is None
    assert running.refused[0].words == "GUA:ana cannot approve a grading of their own"
    running.take(ben)
    assert running.commission.cases["case"].verified_at == hour(5)
    alone = run(*rules(), opened(), grade)
    assert alone.commission.cases["case"].verified_at == hour(3)


def test_cases_like_earlier_ones_are_no_news() -> None:
    """Triage knows whether a case is the first of its kind."""
    assert AGREEMENT.bodies["commission"].members == ("ARD", "BOR", "GUA")
    again = said(
        "case-2", 2, "ARD:liaison", "open-case", body="commission", accused="BOR", clause="C-1",
        happened_from=hour(0).isoformat(), happened_until=hour(1).isoformat(),
    )  # fmt: skip
    cases = run(*rules(), opened(), again).commission.cases
    assert [case.alike_before for case in cases.values()] == [0, 1]
