"""What a ruling lacked in procedure is told with it, and bars nothing."""

from __future__ import annotations

from typing import Any

import pytest

from commission_desk import AGREEMENT, hour, opened, proposed, rules, run, said, vote
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
