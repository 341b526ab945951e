"""What a ruling lacked in procedure is told with it, and bars nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commission_desk import AGREEMENT, hour, opened, proposed, rules, run, said, vote
from grounds_replayed import differing
from waarborg.app.services.docket import docket, rulings
from waarborg.app.services.flagged import flagged
from waarborg.base.times import format_instant
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running, state

END = hour(500)
VOTES = [vote(60, "GUA:chair"), vote(61, "ARD:liaison"), vote(62, "BOR:liaison", "against")]


def grade(at: float, result: str = "verified", name: str = "grade", **more: Any) -> Entry:
    """Guardia grades the reports of the case."""
    author = more.pop("author", "GUA:officer")
    return said(name, at, author, "verify", case="case", result=result, **more)


def flags(*entries: Entry) -> tuple[str, ...]:
    """The flags of the ruling that counts, the same wherever they are told."""
    ordered = sorted(entries, key=lambda entry: entry.known_at)
    running = state(AGREEMENT, (), ordered, END, END)
    assert running.refused == []
    ruling = running.commission.cases["case"].ruling
    assert ruling is not None
    told = list(ruling.flags)
    [row] = docket(running, END)
    assert row["ruling"]["flags"] == told
    assert [f for f in row["flags"] if f.startswith("ruling ")] == [
        f"ruling prop: {f}" for f in told
    ]
    assert [each["flags"] for each in rulings(running)] == [told]
    assert [list(each.flags) for each in flagged(running, END) if each.id == "det-case"] == [
        told
    ] * bool(told)
    return ruling.flags


def test_a_ruling_on_a_graded_case_after_the_time_to_comment_carries_no_flag() -> None:
    """Nothing is told where nothing was lacking."""
    assert flags(*rules(), opened(), grade(20), proposed(55), *VOTES) == ()


def test_a_ruling_within_the_time_to_comment_says_so() -> None:
    """Whether or not the accused had spoken by then."""
    early = [vote(3, "GUA:chair"), vote(4, "ARD:liaison"), vote(5, "BOR:liaison", "against")]
    begun = [*rules(), opened(), grade(1), proposed(2), *early]
    words = (
        f"ruled at {format_instant(hour(5))}, within the time to comment of BOR, which ran until "
        f"{format_instant(hour(49))}; it had "
    )
    assert flags(*begun) == (f"{words}said nothing",)
    reply = said("reply", 2, "BOR:liaison", "comment", case="case", words="not us")
    assert flags(*begun, reply) == (f"{words}spoken in reply",)


def test_a_ruling_at_the_end_of_the_time_to_comment_is_in_order() -> None:
    """The time is over when it ends."""
    late = [vote(47, "GUA:chair"), vote(48, "ARD:liaison"), vote(49, "BOR:liaison", "against")]
    assert flags(*rules(), opened(), grade(2), proposed(3), *late) == ()


def test_an_accused_that_no_rules_gave_a_time_is_told() -> None:
    """The rules came after the case, so nothing set a time; what the accused said makes up for it."""
    begun = [opened(0), *rules(1), grade(2), proposed(55), *VOTES]
    assert flags(*begun) == (
        (
            "ruled without a time to comment for BOR: no rules of procedure were in effect when the case came, "
            "and it had said nothing"
        ),
    )
    assert flags(*begun, said("r", 20, "BOR:x", "comment", case="case", words="no")) == ()


def test_a_ruling_that_no_grading_carries_says_so() -> None:
    """Nobody graded; or nobody stood behind the grading; or it said that the breach is not verified."""
    assert flags(*rules(), opened(), proposed(55), *VOTES) == (
        "ruled on a case that nobody had graded",
    )
    two = [*rules(two_persons=True), opened(), proposed(55)]
    second = said("second", 56, "ARD:x", "approve", proposal="prop")
    behind = said("behind", 30, "ARD:x", "approve", proposal="grade")
    assert flags(*two, grade(20), second, *VOTES) == (
        "ruled on a case of which no grading counts: nobody stood behind grade of GUA:officer",
    )
    assert flags(*two, grade(20), behind, second, *VOTES) == ()
    assert flags(*rules(), opened(), grade(20, "cannot_be_attributed"), proposed(55), *VOTES) == (
        "a breach was found where the grading says cannot be attributed (grade)",
    )
    other = proposed(55, outcome="cannot_be_determined", responsible="", remedy="", remedy_hours=0)
    assert flags(*rules(), opened(), grade(20, "cannot_be_attributed"), other, *VOTES) == ()


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ({}, ""),
        ({"likelihood": "95-99", "attributed_to": "BOR"}, ""),
        ({"attributed_to": "ARD"}, "verified, laid at the door of ARD (second)"),
        (
            {"attributed_to": "ARD", "likelihood": "01-05"},
            "verified, laid at the door of ARD, almost no chance (01-05 per cent) (second)",
        ),
        (
            {"attributed_to": "BOR", "likelihood": "05-20"},
            "verified, laid at the door of BOR, very unlikely (05-20 per cent) (second)",
        ),
        ({"result": "not_verified"}, "not verified (second)"),
        ({"result": "not_verified", "author": "ARD:desk"}, "not verified (second)"),
    ],
)
def test_a_grading_that_clears_the_accused_is_told(second: dict[str, Any], told: str) -> None:
    """Verified is not enough: at whose door, how likely, and the last word of each who graded."""
    graded = [grade(20), grade(21, name="second", **second)]
    words = "a breach was found where the grading says "
    assert flags(*rules(), opened(), *graded, proposed(55), *VOTES) == (words + told,) * bool(told)


def test_who_came_to_verify_it_later_says_so_last() -> None:
    """An officer's own later word takes the place of the earlier one."""
    graded = [grade(20, "cannot_be_verified"), grade(21, name="second")]
    assert flags(*rules(), opened(), *graded, proposed(55), *VOTES) == ()


def test_a_breach_for_which_nobody_is_held_responsible_says_so() -> None:
    """What guarantors owe follows from who is accused, which the ruling did not say."""
    nobody = proposed(55, responsible="", remedy="", remedy_hours=0)
    assert flags(*rules(), opened(), grade(20), nobody, *VOTES) == (
        (
            "a breach was found and nobody held responsible: what is owed for it is worked out as for one "
            "of BOR, which the case accuses"
        ),
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"outcome": "no_breach", "remedy": ""},
            "a ruling of no_breach holds nobody responsible and asks for no remedy: leave both out, or propose a breach",
        ),
        (
            {"outcome": "cannot_be_determined", "responsible": ""},
            (
                "a ruling of cannot_be_determined holds nobody responsible and asks for no remedy: leave both out, or "
                "propose a breach"
            ),
        ),
        (
            {"responsible": ""},
            "the remedy “withdraw the battery behind the line” is asked of nobody: say who is responsible",
        ),
    ],
)
def test_a_proposal_that_contradicts_itself_is_refused(changed: dict[str, Any], words: str) -> None:
    """No remedy is dropped in silence, and nobody is responsible for no breach."""
    running = run(*rules(), opened(), proposed(55, **changed))
    assert [(r.rule, r.words) for r in running.refused] == [("COM-023", words)]


def test_who_spoke_while_its_silence_counted_is_told() -> None:
    """A comment is no vote, and no silence either: it is named with the seat, whatever it says."""
    put = proposed(55, silence=True)
    before = said("before", 30, "BOR:liaison", "comment", case="case", words="not us")
    assert flags(*rules(), opened(), grade(20), before, put) == ()
    meant = said("meant", 60, "BOR:liaison", "comment", case="case", words="we object to prop")
    other = said("other", 61, "ARD:liaison", "account", case="case", words="we saw it")
    own = said("own", 62, "GUA:chair", "comment", case="case", words="as I said")
    words = (
        "{} cast no vote on prop, which counted as consent, and spoke meanwhile in {}: whether that was an "
        "objection is not decided here"
    )
    assert flags(*rules(), opened(), grade(20), put, meant, other, own) == (
        words.format("ARD", "other"),
        words.format("BOR", "meant"),
    )


def test_rules_that_leave_the_accused_no_time_are_told() -> None:
    """Neither to comment nor to appeal; what it said makes up for the first."""
    none = [*rules(comment_hours=0, appeal_hours=0), opened(), grade(20), proposed(55), *VOTES]
    silent = "ruled without a time to comment for BOR: the rules of procedure give none, and it had said nothing"
    appeal = (
        "no appeal can be lodged against this ruling: the rules of procedure give no time for one"
    )
    assert flags(*none) == (silent, appeal)
    assert flags(*none, said("r", 20, "BOR:x", "comment", case="case", words="no")) == (appeal,)


def test_rules_that_the_accused_never_agreed_to_are_told_with_their_times() -> None:
    """Where the text lets two of three seats adopt them, its times are theirs."""
    body = replace(AGREEMENT.bodies["commission"], quorum="2", settings={"majority": "two_thirds"})
    text = replace(AGREEMENT, bodies={"commission": body})
    put = rules(quorum="", majority="", comment_hours=1, vote_hours=1)
    told = (
        "ruled under rules of procedure of ARD and GUA, to which BOR did not agree: hours to comment 1, to vote 1, "
        "to appeal 240"
    )
    votes = [vote(55.5, "GUA:chair"), vote(55.6, "ARD:liaison"), vote(55.7, "BOR:x", "against")]
    late = said("late", 10, "BOR:x", "approve", proposal="rules")
    for named, flagged_so in ((put[:2], (told,)), ([*put[:2], late], (told,))):
        running = Running(text)
        for entry in (*named, opened(), grade(20), proposed(55), *votes):
            running.take(entry)
        ruling = running.commission.cases["case"].ruling
        assert ruling is not None
        assert ruling.flags == flagged_so


def test_a_ruling_that_the_accused_put_to_the_vote_says_so() -> None:
    """It may, but whoever reads that it was cleared in silence must know who asked."""
    begun = [*rules(two_persons=True), opened(), grade(20), proposed(55)]
    seconds = [
        said("g", 21, "ARD:x", "approve", proposal="grade"),
        said("s", 56, "ARD:x", "approve", proposal="prop"),
    ]
    undone = proposed(
        70, "undo", corrects="prop", outcome="no_breach", responsible="", remedy="", silence=True
    )
    put = replace(undone, author="BOR:liaison")
    behind = said("u", 71, "GUA:x", "approve", proposal="undo")
    running = state(
        AGREEMENT,
        (),
        [*begun[:-1], seconds[0], begun[-1], seconds[1], *VOTES, put, behind],
        END,
        END,
    )
    ruling = running.commission.cases["case"].ruling
    assert ruling is not None
    assert ruling.by == "by silence"
    assert ruling.flags == (
        "BOR, which is accused, put this ruling to the vote in undo; it was put in writing, and no seat voted for it",
    )
    assert [row["ruling"]["flags"] for row in docket(running, END)] == [list(ruling.flags)]
    assert any("BOR, which is accused" in f for each in flagged(running, END) for f in each.flags)


def test_a_grading_after_the_ruling_takes_no_flag_away() -> None:
    """What came later was not before the body."""
    late = grade(70)
    assert flags(*rules(), opened(), proposed(55), *VOTES, late) == (
        "ruled on a case that nobody had graded",
    )


@pytest.mark.parametrize("second", [20, 60])
def test_a_second_comment_is_late_only_when_the_time_is_over(second: float) -> None:
    """The first comment ends the duty, not the time."""
    running = Running(AGREEMENT)
    first = said("c1", 5, "BOR:x", "comment", case="case", words="no")
    more = said("c2", second, "BOR:x", "comment", case="case", words="and no")
    for entry in (*rules(), opened(), first, more):
        running.take(entry)
    late = "late: the comment c2 came after its deadline and is kept"
    assert (late in running.commission.cases["case"].flags) is (second > 49)


@pytest.mark.parametrize(
    ("giver", "who", "side"),
    [("ARD", "WIT:pal", "brought the case"), ("BOR", "WIT", "is accused"), ("GUA", "WIT", "")],
)
def test_a_grading_on_the_task_of_a_side_says_so(giver: str, who: str, side: str) -> None:
    """Who has no seat grades by a task: whose it was is told where it is a side's, and nothing for a stranger's."""
    task = said("t", 10, f"{giver}:l", "task", case="case", assignee=who, words="look")
    done = said("grade", 20, "WIT:pal", "verify", case="case", result="verified")
    told = f"graded on the task of {giver} (t), which {side}: grade of WIT:pal"
    begun = [opened(), task, done, proposed(55), *VOTES]
    assert flags(*rules(), *begun) == (told,) * bool(side)
    ordered = sorted([*rules(), *begun], key=lambda entry: entry.known_at)
    assert list(differing(AGREEMENT, ordered, hour(100))) == []
    asked = said("ask", 56, "GUA:x", "approve", proposal="prop")
    for second, behind in (("ARD:l2", giver == "ARD"), ("GUA:ana", False)):
        ok = said("ok", 30, second, "approve", proposal="grade")
        two = [replace(asked, author="ARD:x"), ok, *begun]
        words = f"{told}; {second} stood behind it in ok" if behind else told
        assert flags(*rules(two_persons=True), *two) == (words,) * bool(side)


def test_a_seat_that_a_side_gave_a_task_grades_by_its_seat() -> None:
    """A task adds nothing to a seat."""
    task = said("t", 10, "ARD:l", "task", case="case", assignee="GUA:officer", words="look")
    assert flags(*rules(), opened(), task, grade(20), proposed(55), *VOTES) == ()
