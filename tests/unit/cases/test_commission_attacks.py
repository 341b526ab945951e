"""What a party that wants to get its way tries before the commission, and the rule that refuses it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commission_desk import opened, proposed, rules, ruling, run, said, vote
from waarborg.cases.case import CaseState

ASK = said("ask", 3, "GUA:chair", "request-inspection", case="case", of="BOR", place="the hill")
TASK = said("task", 3, "GUA:chair", "task", case="case", assignee="GUA:ana", words="look")
FACTS = {"body": "commission", "accused": "BOR", "clause": "C-1",
         "happened_from": "2030-01-10T00:00Z", "happened_until": "2030-01-10T01:00Z"}  # fmt: skip
AHEAD = {"happened_from": "2030-01-11T00:00Z", "happened_until": "2030-01-11T01:00Z"}


@pytest.mark.parametrize(
    ("before", "entry", "rule", "words"),
    [
        ((), said("x", 4, "BOR:a", "close-case", case="case", reason="x"), "COM-009",
         "BOR is accused in case: others conduct it"),
        ((), said("x", 4, "WIT:a", "close-case", case="case", reason="x"), "COM-001",
         "WIT has no seat on commission"),
        ((), said("x", 4, "BOR:a", "join-cases", cases=["case"], into="case", reason="x"),
         "COM-009", "BOR is accused in case"),
        ((), said("x", 4, "WIT:a", "split-case", case="case", findings=["f"], reason="x"),
         "COM-001", "WIT has no seat"),
        ((), said("x", 4, "BOR:a", "verify", case="case", result="not_verified"), "COM-009",
         "BOR is accused in case, and grades nothing"),
        ((), said("x", 4, opened().author, "verify", case="case", result="verified"), "COM-009",
         "cannot grade an allegation of their own"),
        ((), said("x", 4, "WIT:a", "verify", case="case", result="verified"), "COM-001",
         "WIT has no seat on commission and was given no task in case"),
        ((), said("x", 4, "ARD:a", "open-case", **(FACTS | {"body": "council"})),
         "COM-005", "the text knows no body council; it has commission"),
        ((), said("x", 4, "ARD:a", "open-case", **(FACTS | {"accused": "ZED"})), "COM-005",
         "the text knows no party ZED; it has ARD, BOR, GUA, WIT"),
        ((), said("x", 4, "ARD:a", "open-case", **(FACTS | {"clause": "C-9"})), "COM-005",
         "the text knows no clause C-9; it has C-1, C-3"),
        ((), said("x", 4, "ARD:a", "open-case", **(FACTS | {"happened_until": "2029-01-01T00:00Z"})),
         "COM-013", "what happened ends before it starts"),
        ((), said("x", 4, "ARD:a", "open-case", **(FACTS | AHEAD)), "COM-013",
         "what happened begins after the entry reached the record"),
        ((ASK,), said("x", 4, "ARD:a", "answer-inspection", request="ask", access="obstructed"),
         "COM-012", "BOR answers ask, not ARD"),
        ((TASK,), said("x", 4, "BOR:a", "task-done", task="task", words="x"), "COM-012",
         "task is for GUA:ana to report done"),
    ],
)  # fmt: skip
def test_nobody_conducts_grades_or_answers_what_is_not_theirs(before, entry, rule, words) -> None:
    """Refused with the rule, and the case stands as it stood."""
    running = run(*rules(), opened(), *before, entry)
    [refused] = running.refused
    assert (refused.entry.id, refused.rule) == ("x", rule)
    assert words in refused.words
    case = running.commission.cases["case"]
    assert case.state is CaseState.OPEN
    assert case.verified_at is None
    assert not any("access" in flag for flag in case.flags)


def test_the_accused_does_not_reopen_what_was_ruled() -> None:
    """An appeal has its time; opening the case again is no way round it."""
    again = said("x", 9, "BOR:a", "reopen-case", case="case", reason="x")
    running = run(*ruling(), again)
    assert [(r.entry.id, r.rule) for r in running.refused] == [("x", "COM-009")]
    assert running.commission.cases["case"].state is CaseState.RULED


def test_a_date_before_the_agreement_moves_no_clock() -> None:
    """What an author dates back long before the text counts from when it reached the record."""
    long_ago = datetime(1990, 1, 1, tzinfo=UTC)
    entries = [*rules(), opened(), proposed(), vote(3, "GUA:chair"), vote(80, "ARD:liaison")]
    back_dated = [replace(entry, at=long_ago) for entry in entries]
    one, other = run(*entries), run(*back_dated)
    assert [r.rule for r in other.refused] == ["COM-003"]
    assert one.commission.cases["case"].duties == other.commission.cases["case"].duties
    assert [r.words for r in one.refused] == [r.words for r in other.refused]


def test_a_second_person_without_a_seat_stands_behind_nothing() -> None:
    """An approval is for who has a seat, or a task in the case where it is about a grading."""
    grade = said("grade", 3, "GUA:ana", "verify", case="case", result="verified")
    approve = said("x", 4, "WIT:a", "approve", proposal="grade")
    two = rules(two_persons=True)
    refused = run(*two, opened(), grade, approve).refused
    assert [(r.entry.id, r.rule) for r in refused] == [("x", "COM-001")]
    task = said("t", 2, "GUA:chair", "task", case="case", assignee="WIT:a", words="look at it")
    asked = run(*two, opened(), task, grade, approve)
    assert asked.refused == []
    assert asked.commission.cases["case"].verified_at is not None
    put = run(*two, opened(), proposed(), said("x", 4, "WIT:a", "approve", proposal="prop"))
    assert [(r.entry.id, r.words) for r in put.refused] == [("x", "WIT has no seat on commission")]
    accused = run(*two, opened(), grade, said("x", 4, "BOR:a", "approve", proposal="grade"))
    assert [r.rule for r in accused.refused] == ["COM-009"]
