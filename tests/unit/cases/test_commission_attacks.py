"""What a party that wants to get its way tries before the commission, and the rule that refuses it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commission_desk import agreed, hour, opened, proposed, rules, ruling, run, said, vote
from waarborg.app.services.docket import case_row
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
        ((), said("x", 4, "ARD:a", "open-case", **(FACTS | {"severity": 9})), "COM-005",
         "a severity is 0 to 4, not 9"),
        ((), said("x", 4, "ARD:a", "open-case", **(FACTS | {"act_done": "magic"})), "COM-005",
         "there is no act magic"),
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


def test_silence_is_consent_only_where_the_rules_say_so() -> None:
    """Nobody puts a written procedure to seats that have not agreed to one; who was silent is not said to have voted."""
    refused = run(*rules(silence=False), opened(), proposed(silence=True)).refused
    assert [(r.entry.id, r.rule) for r in refused] == [("prop", "COM-022")]
    assert "provide no written procedure" in refused[0].words
    running = run(*rules(), opened(), proposed(silence=True), vote(3, "GUA:chair"))
    running.tick(hour(200))
    ruling = running.commission.cases["case"].ruling
    assert ruling is not None
    assert ruling.tally.words.startswith(
        "1 of 3 seats spoke, 2 said nothing, which counts as consent"
    )


def test_nobody_is_held_responsible_in_another_s_case() -> None:
    """The accused turns nothing round: who is not accused was not heard (COM-023)."""
    turned = said(
        "x", 3, "BOR:a", "propose", case="case", outcome="breach", responsible="ARD", remedy="pay"
    )
    refused = run(*rules(), opened(), turned).refused
    assert [(r.rule, r.words) for r in refused] == [
        ("COM-023", "case accuses BOR; ARD needs a case of its own")
    ]


def test_the_accused_is_nobody_s_second_person() -> None:
    """It votes, but stands behind no proposal in its own case."""
    approve = said("x", 3, "BOR:a", "approve", proposal="prop")
    running = run(*rules(two_persons=True), opened(), proposed(), approve)
    assert [(r.entry.id, r.rule) for r in running.refused] == [("x", "COM-009")]


@pytest.mark.parametrize("again", ["GUA:Ana", "GUA:ANA", "GUA:a\u200bna", "GUA:\uff41na"])
def test_another_spelling_is_no_second_person(again: str) -> None:
    """Capitals, unseen characters and wide letters make no second person for a grading or a proposal."""
    grade = said("g", 3, "GUA:ana", "verify", case="case", result="verified")
    put = replace(proposed(4), author="GUA:ana")
    behind = [said(f"ok-{n}", 5, again, "approve", proposal=n) for n in ("g", "prop")]
    running = run(*rules(two_persons=True), opened(), grade, put, *behind)
    assert [(r.entry.id, r.rule, r.words) for r in running.refused] == [
        ("ok-g", "COM-009", f"{again} cannot approve a grading of their own, put as GUA:ana"),
        ("ok-prop", "COM-009", f"{again} cannot approve a proposal of their own, put as GUA:ana"),
    ]


def test_who_brought_a_case_does_not_grade_it_under_another_spelling() -> None:
    """Nobody grades their own allegation, with a capital letter or without."""
    grade = said("g", 3, "ARD:Liaison", "verify", case="case", result="verified")
    assert [r.rule for r in run(*rules(), opened(), grade).refused] == ["COM-009"]


def test_a_result_that_nobody_stands_behind_is_no_result_yet() -> None:
    """Where two persons are wanted, "cannot be attributed" waits for the second as well."""
    grade = said("g", 3, "GUA:ana", "verify", case="case", result="cannot_be_attributed")
    running = run(*rules(two_persons=True), opened(), grade)
    assert running.commission.cases["case"].flags == []
    running.take(said("ok", 4, "GUA:ben", "approve", proposal="g"))
    assert running.commission.cases["case"].flags == ["cannot be attributed"]


def test_a_case_closed_on_a_grading_of_one_person_says_so_and_why_it_was_closed() -> None:
    """Where two persons are wanted, the flag names the grading; with a second person there is none."""
    grade = said("g", 3, "GUA:ana", "verify", case="case", result="cannot_be_attributed")
    close = said("end", 5, "GUA:chair", "close-case", case="case", reason="nobody can be named")
    behind = said("ok", 4, "GUA:ben", "approve", proposal="g")
    alone = run(*rules(two_persons=True), opened(), grade, *agreed(close))
    row = case_row(alone, alone.commission.cases["case"], hour(6))
    assert row["flags"] == ["closed on a grading that nobody stood behind (g)"]
    assert (row["closed"]["by"], row["closed"]["reason"]) == ("GUA:chair", "nobody can be named")
    assert row["closed"]["with"] == [{"entry": "end-ok", "by": "ARD:liaison"}]
    backed = run(*rules(two_persons=True), opened(), grade, behind, *agreed(close))
    assert backed.commission.cases["case"].flags == ["cannot be attributed"]
    again = said("again", 7, "GUA:chair", "reopen-case", case="case", reason="new pictures")
    for entry in agreed(again):
        backed.take(entry)
    assert case_row(backed, backed.commission.cases["case"], hour(8))["closed"] is None


def test_a_vote_under_way_is_overtaken_by_the_first_that_is_adopted() -> None:
    """The second proposal replaces no ruling that it does not correct, and takes no more votes."""
    other = proposed(2, "prop-2", outcome="no_breach", responsible="", remedy="", remedy_hours=0)
    votes = [vote(3 + n, f"{p}:x") for n, p in enumerate(("GUA", "ARD", "BOR"))]
    stale = vote(8, "GUA:y", proposal="prop-2", name="stale")
    running = run(*rules(), opened(), proposed(), other, *votes, stale)
    running.tick(hour(200))
    case = running.commission.cases["case"]
    assert [ruling.proposal for ruling in case.rulings] == ["prop"]
    assert case.state is CaseState.RULED
    assert "overtaken: prop-2, as prop was adopted first" in case.flags
    assert [(r.rule, r.words) for r in running.refused] == [
        ("COM-003", "prop-2 was overtaken: prop was adopted first")
    ]


def test_a_replaced_ruling_is_corrected_no_more() -> None:
    """Only the ruling that counts can be corrected."""
    again = proposed(6, "prop-2", corrects="prop")
    votes = [vote(7, f"{p}:x", proposal="prop-2") for p in ("GUA", "ARD", "BOR")]
    running = run(*ruling(), again, *votes, proposed(9, "prop-3", corrects="prop"))
    assert [(r.rule, r.words) for r in running.refused] == [
        ("COM-005", "the ruling prop was replaced by prop-2 already")
    ]


def test_a_proposal_taken_back_leaves_a_deadlock_as_it_was() -> None:
    """Putting and withdrawing a proposal opens nothing."""
    votes = [vote(3, "GUA:x"), vote(4, "BOR:x", "against"), vote(5, "ARD:x", "abstain")]
    put = proposed(6, "prop-2")
    back = said("back", 7, "GUA:chair", "withdraw-proposal", proposal="prop-2")
    running = run(*rules(), opened(), proposed(), *votes, put)
    assert running.commission.cases["case"].state is CaseState.VOTING
    running.take(back)
    assert running.commission.cases["case"].state is CaseState.DEADLOCKED


def test_one_party_s_appeal_uses_up_nobody_else_s() -> None:
    """Each party appeals once, in time; a stranger does not; and an appeal is heard before the case is closed."""
    appeals = [
        said(f"a-{n}", 6 + n, f"{p}:x", "appeal", case="case", grounds="pictures")
        for n, p in enumerate(("WIT", "BOR", "BOR", "ZED"))
    ]
    shut = said("shut", 12, "GUA:chair", "close-case", case="case", reason="tired of it")
    running = run(*ruling(), *appeals, shut)
    assert [(r.entry.id, r.rule) for r in running.refused] == [
        ("a-2", "COM-002"), ("a-3", "COM-012"), ("shut", "COM-010"),
    ]  # fmt: skip
    assert running.refused[2].words == "case cannot be closed while an appeal waits for a ruling"
    assert running.commission.cases["case"].state is CaseState.APPEALED


def test_cases_that_differ_or_are_ruled_are_not_joined() -> None:
    """One accused, one body, and nothing ruled yet (COM-015)."""
    against_ard = said("other", 2, "GUA:x", "open-case", **(FACTS | {"accused": "ARD"}))
    join = said("j", 9, "GUA:chair", "join-cases", cases=["other"], into="case", reason="x")
    differs = run(*rules(), opened(), against_ard, join).refused
    assert [r.rule for r in differs] == ["COM-015"]
    assert differs[0].words.startswith("other accuses ARD before commission, case BOR before")
    same = said("other", 2, "GUA:x", "open-case", **FACTS)
    ruled = run(*ruling(), replace(same, known_at=hour(6)), join).refused
    assert [r.words for r in ruled] == ["case is ruled: what is ruled is joined to nothing"]


@pytest.mark.parametrize(
    ("entry", "rule", "words"),
    [
        (said("x", 9, "GUA:a", "split-case", case="case", findings=["f"], reason="x"), "COM-015",
         "case is ruled by prop: no finding of it is taken out of the ruling"),
        (said("x", 9, "GUA:a", "reopen-case", case="case", reason="x"), "COM-010",
         "case is ruled: a ruling is appealed against or corrected, and no seat reopens it"),
        (said("x", 9, "GUA:a", "close-case", case="case", reason="x"), "COM-010",
         "case has ended with the ruling on prop, and stays ruled"),
        (said("x", 9, "WIT:a", "remedy-step", case="case", step="confirmed"), "COM-012",
         ("WIT has no seat on commission, was given no task in case and did not bring it: a remedy is "
         "confirmed by who has, was or did")),
    ],
)  # fmt: skip
def test_one_seat_undoes_no_ruling_and_no_stranger_confirms_a_remedy(entry, rule, words) -> None:
    """What a body has decided is brought back by an appeal or a correction, and by nothing else."""
    running = run(*ruling(), entry)
    assert [(r.rule, r.words) for r in running.refused] == [(rule, words)]
    case = running.commission.cases["case"]
    assert (case.state, case.remedy_state) == (CaseState.RULED, "owed")


def test_who_was_given_a_task_confirms_a_remedy() -> None:
    """Somebody without a seat sees to it where the body asked for that."""
    task = said("t", 7, "GUA:chair", "task", case="case", assignee="WIT:a", words="look at it")
    seen = said("x", 9, "WIT:a", "remedy-step", case="case", step="confirmed")
    running = run(*ruling(), task, seen)
    assert running.refused == []
    assert running.commission.cases["case"].remedy_state == "confirmed"


@pytest.mark.parametrize(
    ("who", "step"), [("BOR:x", "complied"), ("BOR:x", "contested"), ("ARD:x", "confirmed")]
)
def test_a_confirmed_remedy_is_settled(who: str, step: str) -> None:
    """The party in breach does not take it back to its own word, and nobody confirms it twice."""
    seen = said("seen", 9, "GUA:chair", "remedy-step", case="case", step="confirmed")
    again = said("again", 10, who, "remedy-step", case="case", step=step)
    running = run(*ruling(), seen, again)
    words = "the remedy in case was confirmed already"
    assert [(r.entry.id, r.rule, r.words) for r in running.refused] == [("again", "COM-002", words)]
    assert running.commission.cases["case"].remedy_state == "confirmed"


def test_a_proposal_withdrawn_after_votes_leaves_a_flag() -> None:
    """Who takes a proposal back that others have voted on leaves how the vote stood; without votes nothing."""
    back = said("back", 7, "GUA:chair", "withdraw-proposal", proposal="prop")
    voted = run(*rules(), opened(), proposed(), vote(6, "ARD:a"), back)
    quiet = run(*rules(), opened(), proposed(), back)

    assert (voted.refused, quiet.refused) == ([], [])
    words = "withdrawn by GUA:chair after votes were cast: prop (1 for, 0 against, 0 abstain)"
    assert words in voted.commission.cases["case"].flags
    assert not any("withdrawn" in flag for flag in quiet.commission.cases["case"].flags)
