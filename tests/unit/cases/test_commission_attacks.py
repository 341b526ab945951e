"""What a party that wants to get its way tries before the commission, and the rule that refuses it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commission_desk import opened, proposed, rules, ruling, run, said, vote
from waarborg.cases.case import CaseState

ASK = said("ask", 3, "GUA:chair", "request-inspection", case="case", of="BOR", place="the hill")
TASK = said("task", 3, "GUA:chair", "task", case="case", assignee="GUA:ana", words="look")


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
        ((ASK,), said("x", 4, "ARD:a", "answer-inspection", request="ask", access="obstructed"),
         "COM-012", "BOR answers ask, not ARD"),
        ((TASK,), said("x", 4, "BOR:a", "task-done", task="task", words="x"), "COM-012",
         "task is for GUA:ana to report done"),
    ],
)  # fmt: skip
def test_nobody_conducts_grades_or_answers_what_is_not_theirs(before, entry, rule, words) -> None:
    """Refused with the rule, and the case stands as it stood."""
    running = run(rules(), opened(), *before, entry)
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
    entries = [rules(), opened(), proposed(), vote(3, "GUA:chair"), vote(80, "ARD:liaison")]
    back_dated = [replace(entry, at=long_ago) for entry in entries]
    one, other = run(*entries), run(*back_dated)
    assert [r.rule for r in other.refused] == ["COM-003"]
    assert one.commission.cases["case"].duties == other.commission.cases["case"].duties
    assert [r.words for r in one.refused] == [r.words for r in other.refused]
