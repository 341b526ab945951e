"""One seat alone conducts nothing: closing, reopening, suspending and resuming take what a decision takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commission_begun import at as hours
from commission_begun import run as run_ninety
from commission_begun import said as said_ninety
from commission_desk import AGREEMENT, agreed, hour, opened, rules, run, said
from waarborg.app.services.docket import conducted, docket, due, rulings
from waarborg.base.times import format_instant
from waarborg.cases.case import CaseState
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running

CLOSE = said("shut", 4, "GUA:chair", "close-case", case="case", reason="settled")
AGAIN = said("again", 8, "GUA:chair", "reopen-case", case="case", reason="new pictures")


def ok(at: float, party: str, name: str = "ok", proposal: str = "shut") -> Entry:
    """A party stands behind a motion."""
    return said(name, at, f"{party}:x", "approve", proposal=proposal)


def before(*more: Entry, **changed: Any) -> Running:
    """Rules in effect and a case, then more."""
    return run(*rules(**changed), opened(), *more)


def test_one_seat_alone_closes_nothing() -> None:
    """It is proposed: shown as open in the docket and among what is due, and the case goes on."""
    running = before(CLOSE)
    case = running.commission.cases["case"]
    assert (case.state, running.refused) == (CaseState.OPEN, [])
    [row] = docket(running, hour(5))
    assert row["closed"] is None
    assert [(m["entry"], m["state"], m["with"]) for m in row["motions"]] == [
        ("shut", "proposed", [])
    ]
    words = "the closing of the case was proposed by GUA:chair in shut (settled): proposed"
    assert conducted(case) == [words]
    assert rulings(running)[0]["conduct"] == [words]
    [waits] = [each for each in due(running, hour(5)) if each.id == "case/shut"]
    assert (waits.what, waits.who, waits.by) == (
        "agreement to the closing of the case",
        "commission",
        format_instant(hour(4 + 72)),
    )


def test_with_as_many_seats_as_a_decision_takes_it_is_closed_and_says_by_whom() -> None:
    """Two of three, of whom the accused is none; and the same to go on with it."""
    running = before(CLOSE, ok(6, "ARD"))
    case = running.commission.cases["case"]
    assert case.state is CaseState.CLOSED
    told = f"closed at {format_instant(hour(6))} by GUA:chair in shut, with ARD:x (ok): settled"
    assert conducted(case) == [told]
    assert (
        running.determinations()[0].words == f"commission has made no ruling: the case was {told}."
    )
    assert case.duties == {}
    running.take(AGAIN)
    assert case.state is CaseState.CLOSED
    running.take(ok(9, "ARD", "ok-2", "again"))
    assert case.state is CaseState.OPEN
    assert conducted(case)[1].startswith(f"reopened at {format_instant(hour(9))} by GUA:chair")
    assert case.flags == [], "nothing was lacking"


@pytest.mark.parametrize(
    ("entry", "rule", "words"),
    [
        (ok(5, "BOR"), "COM-009", "BOR is accused in case: others conduct it"),
        (ok(5, "WIT"), "COM-001", "WIT has no seat on commission"),
        (ok(5, "GUA"), "COM-002", "GUA stands behind shut already"),
        (ok(4 + 72, "ARD"), "COM-003", "shut stands no more: lapsed: too few stood behind it by"),
    ],
)
def test_who_may_not_stand_behind_a_motion_is_refused(entry: Entry, rule: str, words: str) -> None:
    """Not the accused, nobody without a seat, no seat twice, and not when the time is over."""
    running = before(CLOSE, entry)
    [refused] = running.refused
    assert refused.rule == rule
    assert refused.words.startswith(words)
    assert running.commission.cases["case"].state is CaseState.OPEN


def test_a_motion_that_was_withdrawn_or_has_taken_effect_takes_no_more() -> None:
    """Who put it takes it back, and nobody else; what is in effect is settled."""
    not_mine = said("not-mine", 5, "ARD:x", "withdraw-proposal", proposal="shut")
    back = said("back", 5, "GUA:chair", "withdraw-proposal", proposal="shut")
    gone = before(CLOSE, not_mine, back, ok(6, "ARD"))
    assert [(r.entry.id, r.rule) for r in gone.refused] == [
        ("not-mine", "COM-012"),
        ("ok", "COM-004"),
    ]
    done = before(CLOSE, ok(6, "ARD"), replace(back, id="late"), ok(7, "ARD", "ok-2"))
    assert [(r.entry.id, r.rule) for r in done.refused] == [
        ("late", "COM-002"),
        ("ok-2", "COM-002"),
    ]


def test_what_a_vote_waits_for_is_not_closed_by_an_earlier_motion() -> None:
    """What would be refused now is refused when the last seat comes, whatever stood when it was put."""
    put = said("prop", 5, "GUA:chair", "propose", case="case", outcome="breach", responsible="BOR")
    running = before(CLOSE, put, ok(6, "ARD"))
    assert [(r.entry.id, r.rule) for r in running.refused] == [("ok", "COM-010")]
    assert running.commission.cases["case"].state is CaseState.VOTING


def test_closing_ends_what_else_was_proposed() -> None:
    """A second motion to close is overtaken, and nothing of it is due."""
    other = said("shut-2", 5, "ARD:x", "close-case", case="case", reason="tired")
    running = before(CLOSE, other, ok(6, "ARD"))
    case = running.commission.cases["case"]
    assert [m.state for m in case.motions.values()] == ["in effect", "overtaken by shut"]
    assert case.duties == {}


@pytest.mark.parametrize(
    ("changed", "enough"),
    [
        ({"quorum": "all", "majority": "unanimous"}, ("GUA", "ARD")),
        ({"majority": "chair_decides", "lead": "GUA", "quorum": "1"}, ("GUA",)),
        (
            {
                "seats": [{"party": "ARD", "weight": 9}, {"party": "BOR"}, {"party": "GUA"}],
                "quorum": "1",
            },
            ("GUA", "ARD"),
        ),
        ({"majority": ""}, ("GUA", "ARD")),
    ],
)
def test_the_body_s_own_rules_say_how_many(
    changed: dict[str, Any], enough: tuple[str, ...]
) -> None:
    """All, the chair, the weight of a majority, or every seat where the rules leave it open."""
    running = before(CLOSE, **changed)
    assert running.commission.rules, "the rules took effect"
    case = running.commission.cases["case"]
    assert (case.state is CaseState.CLOSED) is (len(enough) == 1)
    if len(enough) > 1:
        running.take(ok(5, enough[1]))
    assert case.state is CaseState.CLOSED
    alone = (
        "closed in shut by GUA alone: the rules of procedure of commission ask for no other seat; that of BOR, "
        "which is accused, does not count"
    )
    assert case.flags == [alone] * (len(enough) == 1)


def test_a_motion_keeps_the_rules_it_was_put_under() -> None:
    """New rules that ask for less do not carry what was put before them."""
    seats = [{"party": "ARD"}, {"party": "BOR"}, {"party": "GUA"}]
    easy = {"body": "commission", "seats": seats, "quorum": "1", "majority": "chair_decides",
            "lead": "GUA", "on_deadlock": "no_ruling"}  # fmt: skip
    new = said("new", 5, "GUA:chair", "adopt-rules", **easy)
    others = [ok(6, party, f"new-{party}", "new") for party in ("ARD", "BOR")]
    running = before(CLOSE, new, *others)
    assert running.commission.rules["commission"].lead == "GUA"
    case = running.commission.cases["case"]
    assert case.state is CaseState.OPEN
    running.take(said("shut-2", 7, "GUA:chair", "close-case", case="case", reason="settled"))
    assert case.state is CaseState.CLOSED
    assert case.motions["shut"].state == "overtaken by shut-2"


def test_without_rules_two_seats_do_and_the_case_says_so() -> None:
    """One of them did not bring the case; what the default is stands beside it for ever."""
    running = run(opened(), CLOSE, ok(6, "ARD"))
    case = running.commission.cases["case"]
    assert case.state is CaseState.CLOSED
    assert case.flags == [
        (
            "closed in shut by GUA and ARD: no rules of procedure were in effect for commission, so two seats of "
            "different parties were enough"
        )
    ]
    alone = run(opened(), replace(CLOSE, author="ARD:x"))
    assert alone.commission.cases["case"].state is CaseState.OPEN


@pytest.mark.parametrize("members", [(), ("GUA",), ("BOR", "GUA")])
def test_a_text_that_seats_nobody_else_lets_one_do_it_and_the_case_says_so(
    members: tuple[str, ...],
) -> None:
    """Where nobody could be asked besides, that is told."""
    body = replace(AGREEMENT.bodies["commission"], members=members)
    running = Running(replace(AGREEMENT, bodies={"commission": body}))
    for entry in (opened(), CLOSE):
        running.take(entry)
    [flag] = running.commission.cases["case"].flags
    assert flag == (
        "closed in shut by GUA alone: no rules of procedure were in effect for commission, and the text seats nobody "
        "else who could stand behind it"
    )


def test_two_who_brought_the_case_do_not_end_it_without_the_third() -> None:
    """Joined, a case has two that brought it; without rules a seat that did not is asked besides."""
    body = replace(AGREEMENT.bodies["commission"], members=("ARD", "WIT", "BOR", "GUA"))
    running = Running(replace(AGREEMENT, bodies={"commission": body}))
    other = replace(opened(), id="case-2", author="WIT:x")
    join = said("j", 2, "GUA:x", "join-cases", cases=["case-2"], into="case", reason="one night")
    shut = replace(CLOSE, author="ARD:x")
    for entry in (opened(), other, join, shut, ok(5, "WIT")):
        running.take(entry)
    case = running.commission.cases["case"]
    assert case.brought_by == ("ARD", "WIT")
    assert case.state is CaseState.OPEN
    running.take(ok(6, "GUA", "ok-2"))
    assert case.state is CaseState.CLOSED


def _hearing(*more: Entry) -> Running:
    """The ninety days' commission with a case, and motions about its hearing."""
    return run_ninety(*more)


def test_one_seat_alone_suspends_no_hearing() -> None:
    """Its time runs on until a second seat stands behind the pause, and again until one does for going on."""
    pause = said_ninety("p", 5, "ARD:x", "pause-course", course="hearing-case-0", reason="talks")
    running = _hearing(pause)
    course = running.procedures.courses["hearing-case-0"]
    case = running.commission.cases["case-0"]
    assert (course.paused_at, course.entries) == (None, [])
    running.take(said_ninety("p-ok", 7, "GUA:x", "approve", proposal="p"))
    assert course.paused_at == hours(7)
    assert [entry.id for entry in course.entries] == ["p", "p-ok"]
    resume = said_ninety("r", 9, "ARD:x", "resume-course", course="hearing-case-0", reason="over")
    running.take(resume)
    assert course.paused_at == hours(7)
    running.take(said_ninety("r-ok", 10, "GUA:x", "approve", proposal="r"))
    assert (course.paused_at, course.paused) == (None, hours(10) - hours(7))
    assert conducted(case) == [
        (
            f"hearing-case-0 was suspended at {format_instant(hours(7))} by ARD:x in p, with GUA:x (p-ok): "
            "talks"
        ),
        (
            f"hearing-case-0 was resumed at {format_instant(hours(10))} by ARD:x in r, with GUA:x (r-ok): "
            "over"
        ),
    ]
    assert running.refused == []


def test_a_pause_that_another_overtook_cannot_take_effect_later() -> None:
    """Suspended by one motion, the other is overtaken; the accused and strangers stand behind neither."""
    first, second = (
        said_ninety(name, 5, f"{party}:x", "pause-course", course="hearing-case-0", reason="talks")
        for name, party in (("p", "ARD"), ("q", "GUA"))
    )
    strangers = [
        said_ninety(f"no-{party}", 6, f"{party}:x", "approve", proposal="p")
        for party in ("BOR", "SUL")
    ]
    running = _hearing(first, second, *strangers, *agreed(second, "ARD")[1:])
    late = said_ninety("late", 8, "GUA:x", "approve", proposal="p")
    running.take(replace(late, at=hours(8), known_at=hours(8)))
    assert [(r.entry.id, r.rule) for r in running.refused] == [
        ("no-BOR", "COM-009"),
        ("no-SUL", "COM-001"),
        ("late", "COM-003"),
    ]
