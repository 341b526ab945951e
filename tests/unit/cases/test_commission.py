"""The commission: votes, deadlines, refusals and rulings."""

from __future__ import annotations

import pytest

from commission_desk import hour, opened, proposed, rules, ruling, run, said, vote
from waarborg.base.problems import ProblemsFound
from waarborg.cases.body import KINDS, from_body, to_body
from waarborg.cases.case import CaseState
from waarborg.cases.entry import AdoptRules, Choice, Seat
from waarborg.cases.tally import Result, tally


def test_a_vote_of_two_to_one_finds_a_breach_and_keeps_the_dissent() -> None:
    """The ruling names count, dissent and what each voter could know."""
    case = run(*ruling()).commission.cases["case"]
    assert case.state is CaseState.RULED
    made = case.ruling
    assert made is not None
    assert (made.tally.votes_for, made.tally.votes_against) == (2, 1)
    assert made.dissent == (("BOR", "the battery was Ardanian"),)
    assert made.at == hour(5)
    assert case.ballots["prop"].knew == {"GUA": 2, "ARD": 3, "BOR": 4}
    assert made.remedy_due is not None
    assert made.remedy_due.by == hour(53)


@pytest.mark.parametrize(
    ("entry", "rule", "words"),
    [
        (vote(3, "WIT:envoy"), "COM-001", "WIT has no seat on commission"),
        (vote(6, "GUA:other", "against"), "COM-002", "GUA has voted on prop already"),
        (vote(80, "ARD:liaison"), "COM-003", "the vote on prop is closed"),
        (vote(6, "ARD:liaison", proposal="nothing"), "COM-005", "there is no case nothing"),
        (vote(6, "ARD:liaison", dated=9), "COM-013", "is dated after it reached the record"),
    ],
)
def test_a_vote_that_breaks_a_rule_is_refused_and_kept(entry, rule, words) -> None:
    """A refused vote changes no ballot, and stays on the record with the rule named."""
    taken = [*rules(), opened(), proposed(), vote(3, "GUA:chair"), entry]
    running = run(*sorted(taken, key=lambda e: e.known_at))
    [refused] = running.refused
    assert (refused.entry, refused.rule) == (entry, rule)
    assert words in refused.words
    assert set(running.commission.cases["case"].ballots["prop"].votes) == {"GUA"}


def test_a_vote_on_a_withdrawn_proposal_is_refused() -> None:
    """What was taken back cannot be voted on."""
    back = said("back", 3, "GUA:chair", "withdraw-proposal", proposal="prop")
    running = run(*rules(), opened(), proposed(), back, vote(4, "ARD:liaison"))
    assert [(r.rule, r.words) for r in running.refused] == [("COM-004", "prop was withdrawn")]
    assert running.commission.cases["case"].state is CaseState.OPEN


def test_nobody_approves_their_own_proposal() -> None:
    """The two-person rule: no vote before somebody else approves."""
    own = said("own", 3, "GUA:chair", "approve", proposal="prop")
    early = vote(4, "ARD:liaison")
    other = said("other", 5, "GUA:deputy", "approve", proposal="prop")
    running = run(
        *rules(two_persons=True), opened(), proposed(), own, early, other, vote(6, "ARD:liaison")
    )
    assert [r.rule for r in running.refused] == ["COM-009", "COM-009"]
    assert "cannot approve a proposal of their own" in running.refused[0].words
    assert set(running.commission.cases["case"].ballots["prop"].votes) == {"ARD"}


def test_who_abstained_in_writing_can_still_object() -> None:
    """A clerk's abstention does not take the minister's objection away; a vote for does."""
    put, clerk = proposed(silence=True), vote(3, "BOR:clerk", "abstain")
    minister = vote(4, "BOR:minister", "against")
    broken = run(*rules(), opened(), put, clerk, minister)
    assert broken.refused == []
    case = broken.commission.cases["case"]
    assert (case.state, case.rulings) == (CaseState.OPEN, [])
    assert case.ballots["prop"].votes["BOR"] == minister
    for first, silence in (("for", True), ("abstain", False)):
        running = run(
            *rules(), opened(), proposed(silence=silence), vote(3, "BOR:clerk", first), minister
        )
        assert [r.words for r in running.refused] == ["BOR has voted on prop already"]


def test_silence_adopts_and_one_objection_breaks_it() -> None:
    """A written procedure is adopted when nobody objects in time; the first objection ends it at once."""
    quiet = run(*rules(), opened(), proposed(silence=True))
    quiet.tick(hour(2 + 72))
    made = quiet.commission.cases["case"].ruling
    assert made is not None
    assert made.by == "by silence"
    broken = run(*rules(), opened(), proposed(silence=True), vote(3, "BOR:liaison", "against"))
    case = broken.commission.cases["case"]
    assert (case.state, case.ruling) == (CaseState.OPEN, None)
    assert case.flags == [
        "rejected: 1 of 3 seats voted, 2 did not: BOR objected, which ends a written procedure"
    ]


def test_an_objection_needs_no_second_person_and_no_weight() -> None:
    """Who objects before the proposal is approved, or sits without weight, is not counted as silent."""
    seats = [{"party": "ARD"}, {"party": "BOR", "weight": 0}, {"party": "GUA"}]
    two = rules(two_persons=True, seats=seats)
    put, objection = proposed(silence=True), vote(3, "BOR:liaison", "against")
    late = said("ok", 4, "GUA:deputy", "approve", proposal="prop")
    running = run(*two, opened(), put, objection, late)
    running.tick(hour(200))
    assert [(r.entry.id, r.rule) for r in running.refused] == [("ok", "COM-003")]
    assert running.commission.cases["case"].rulings == []


def test_an_abstention_in_writing_is_taken_before_approval_and_counted_after() -> None:
    """A seat that abstained early is not silent, and what it said is counted when the time is over."""
    word, approval = (
        vote(3, "ARD:liaison", "abstain"),
        said("ok", 4, "GUA:deputy", "approve", proposal="prop"),
    )
    running = run(*rules(two_persons=True), opened(), proposed(silence=True), word, approval)
    running.tick(hour(200))
    ruling = running.commission.cases["case"].ruling
    assert ruling is not None
    assert (ruling.at, ruling.tally.votes_for, ruling.tally.abstained) == (hour(4 + 72), 2, 1)


def test_a_deadlock_ends_without_ruling_or_is_decided_by_the_lead() -> None:
    """What happens on deadlock is the body's rule."""
    votes = [vote(3, "GUA:chair"), vote(4, "BOR:liaison", "against")]
    stuck = run(*rules(), opened(), proposed(), *votes)
    stuck.tick(hour(100))
    assert stuck.commission.cases["case"].state is CaseState.DEADLOCKED
    led = run(*rules(on_deadlock="lead_decides", lead="GUA"), opened(), proposed(), *votes)
    led.tick(hour(100))
    made = led.commission.cases["case"].ruling
    assert made is not None
    assert made.by == "by GUA, which decides a deadlock"


def test_an_appeal_in_time_reopens_and_a_late_one_is_refused() -> None:
    """An appeal is a new entry; the ruling stays visible."""
    appeal = said("appeal", 10, "BOR:liaison", "appeal", case="case", grounds="new pictures")
    case = run(*ruling(), appeal).commission.cases["case"]
    assert case.state is CaseState.APPEALED
    assert case.ruling is not None
    late = said("late", 5 + 241, "BOR:liaison", "appeal", case="case", grounds="new pictures")
    [refused] = run(*ruling(), late).refused
    assert refused.words == "the time for an appeal in case has passed"


def test_a_corrected_ruling_replaces_without_hiding() -> None:
    """A correction is a new proposal that names the old one."""
    again = proposed(20, "prop-2", outcome="no_breach", responsible="", remedy="", corrects="prop")
    votes = [
        vote(21, who, proposal="prop-2") for who in ("GUA:chair", "ARD:liaison", "BOR:liaison")
    ]
    case = run(*ruling(), again, *votes).commission.cases["case"]
    assert [r.outcome.value for r in case.rulings] == ["breach", "no_breach"]
    assert case.remedy_state == ""


def test_a_refused_inspection_and_a_lapsed_request_are_flagged() -> None:
    """Nothing ages out silently: every lapse is a line of the case."""
    ask = said("ask", 2, "GUA:chair", "request-inspection", case="case", of="BOR", place="the quay")
    no = said("no", 3, "BOR:liaison", "answer-inspection", request="ask", access="obstructed")
    flagged = run(*rules(), opened(), ask, no).commission.cases["case"].flags
    assert flagged == ["access obstructed, by the word of BOR:liaison (no): BOR at the quay"]
    silent = run(*rules(), opened(), ask)
    silent.tick(hour(26))
    assert silent.commission.cases["case"].flags == [
        (
            "lapsed: answer on access to the quay (asked by GUA:chair) by BOR "
            "(24 hours after 2030-01-10T02:00:00Z, when ask reached the record)"
        )
    ]


def test_a_late_comment_is_kept_and_marked() -> None:
    """A party's word is never dropped."""
    comment = said("word", 60, "BOR:liaison", "comment", case="case", words="it was a drill")
    case = run(*rules(), opened(), comment).commission.cases["case"]
    assert case.entries[-1] == comment
    assert case.flags[-1] == "late: the comment word came after its deadline and is kept"


def test_a_remedy_is_settled_by_confirmation() -> None:
    """The party in breach complies, and another confirms it; the deadline then no longer lapses."""
    done = said("done", 20, "BOR:liaison", "remedy-step", case="case", step="complied")
    seen = said("seen", 21, "GUA:chair", "remedy-step", case="case", step="confirmed")
    running = run(*ruling(), done, seen)
    running.tick(hour(100))
    assert running.commission.cases["case"].remedy_state == "confirmed"
    early = run(*ruling())
    early.tick(hour(53))
    assert early.commission.cases["case"].remedy_state == "lapsed"


def test_joined_and_split_cases_keep_their_findings() -> None:
    """Joining moves the findings, and the joined case takes nothing more."""
    second = said(
        "case-2", 2, "ARD:liaison", "open-case", body="commission", accused="BOR", clause="C-1",
        happened_from=hour(0).isoformat(), happened_until=hour(1).isoformat(), findings=["f1", "f2"],
    )  # fmt: skip
    join = said("j", 3, "GUA:chair", "join-cases", cases=["case-2"], into="case", reason="one raid")
    split = said("s", 4, "GUA:chair", "split-case", case="case", findings=["f2"], reason="other")
    word = said("w", 5, "BOR:liaison", "comment", case="case-2", words="no")
    running = run(*rules(), opened(), second, join, split, word)
    cases = running.commission.cases
    assert (cases["case"].findings, cases["s"].findings) == (("f1",), ("f2",))
    assert running.refused[0].words == "the case case-2 is joined"


@pytest.mark.parametrize(
    ("quorum", "majority", "votes", "result"),
    [
        ("all", "simple", "ff", Result.NO_QUORUM),
        ("2/3", "simple", "ff", Result.ADOPTED),
        ("majority", "unanimous", "ffx", Result.REJECTED),
        ("majority", "simple", "fa", Result.ADOPTED),
        ("majority", "simple", "aa", Result.DEADLOCK),
        ("majority", "", "ff", Result.CANNOT_BE_DECIDED),
        ("", "simple", "ff", Result.CANNOT_BE_DECIDED),
    ],
)
def test_quorum_and_majority(quorum, majority, votes, result) -> None:
    """The arithmetic of a vote; party C holds a veto, and open rules leave it undecided."""
    seats = (Seat("A"), Seat("B"), Seat("C", veto=True))
    letters = {"f": Choice.FOR, "x": Choice.AGAINST, "a": Choice.ABSTAIN}
    cast = {seat.party: letters[v] for seat, v in zip(seats, votes, strict=False)}
    assert tally(AdoptRules("b", seats, quorum, majority), cast).result is result


def test_every_entry_goes_to_a_body_and_back() -> None:
    """The codec loses nothing."""
    for entry in ruling():
        assert from_body(to_body(entry)) == entry
    assert "gate-step" in KINDS


def test_everything_wrong_with_a_body_is_told_at_once() -> None:
    """Unknown fields, missing fields and times without offset, in one refusal."""
    with pytest.raises(ProblemsFound, match="no instant") as told:
        from_body({"id": "x", "kind": "vote", "at": "2030-01-01T00:00", "author": "", "chioce": 1})
    text = str(told.value)
    assert "author is missing" in text
    assert "vote has no field chioce" in text
    assert "vote lacks its field proposal" in text
