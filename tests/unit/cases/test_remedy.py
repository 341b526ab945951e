"""A remedy is confirmed by two where two are asked for, and one that nobody reported done says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commission_desk import AGREEMENT, hour, opened, proposed, rules, ruling, run, said, vote
from waarborg.app.services.docket import docket, rulings
from waarborg.app.services.flagged import flagged
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running

DONE = said("done", 20, "BOR:liaison", "remedy-step", case="case", step="complied")
SEEN = said("seen", 21, "GUA:ana", "remedy-step", case="case", step="confirmed")
UNREPORTED = "the remedy was confirmed in seen, though BOR had not reported it done"
WAITS = "the confirmation of the remedy in seen of GUA:ana does not count: nobody stands behind it"


def ok(at: float, author: str, name: str = "ok", proposal: str = "seen") -> Entry:
    """A person stands behind a confirmation."""
    return said(name, at, author, "approve", proposal=proposal)


def two(*more: Entry, **changed: Any) -> Running:
    """A ruling with a remedy under rules that want two persons, and more."""
    second = said("second", 2, "ARD:x", "approve", proposal="prop")
    votes = [vote(3, "GUA:chair"), vote(4, "ARD:liaison"), vote(5, "BOR:liaison", "against")]
    return run(*rules(two_persons=True), opened(), proposed(**changed), second, *votes, *more)


def told(running: Running) -> list[str]:
    """What is said of the remedy, the same in docket, rulings and picture."""
    [row] = docket(running, hour(30))
    found = [flag for flag in row["flags"] if "remedy" in flag]
    [made] = rulings(running)
    [picture] = [each for each in flagged(running, hour(30)) if each.id == "det-case"]
    for flags in (made["flags"], picture.flags):
        assert [flag for flag in flags if "remedy" in flag] == found
    return found


def test_a_remedy_that_nobody_reported_done_is_confirmed_with_a_flag() -> None:
    """Whether who owes it said nothing, or contests it; reported done, there is none."""
    contested = replace(DONE, id="no", act=replace(DONE.act, step="contested"))
    assert told(run(*ruling(), SEEN)) == [UNREPORTED]
    assert told(run(*ruling(), contested, SEEN)) == [UNREPORTED]
    assert told(run(*ruling(), DONE, SEEN)) == []
    paid = replace(DONE, act=replace(DONE.act, step="compensated"))
    assert told(run(*ruling(), paid, SEEN)) == []


def test_where_two_persons_are_wanted_one_confirms_nothing() -> None:
    """It counts from when a second stands behind it; until then it is told as waiting."""
    running = two(DONE, SEEN)
    case = running.commission.cases["case"]
    assert (case.remedy_state, told(running)) == ("complied", [WAITS])
    running.take(ok(22, "GUA:ben"))
    assert (case.remedy_state, told(running)) == ("confirmed", [])
    assert [entry.id for entry in case.confirmed_by] == ["seen", "ok"]


def test_the_text_itself_may_want_two() -> None:
    """Where the file says so of the body, the rules need not."""
    body = AGREEMENT.bodies["commission"]
    asks = replace(body, settings={**body.settings, "two_persons": "true"})
    running = Running(replace(AGREEMENT, bodies={"commission": asks}))
    entries = [*ruling()[:5], said("second", 2, "ARD:x", "approve", proposal="prop"), *ruling()[5:]]
    for entry in (*entries, DONE, SEEN):
        running.take(entry)
    assert running.refused == []
    assert running.commission.cases["case"].remedy_state == "complied"


@pytest.mark.parametrize(
    ("entry", "rule", "words"),
    [
        (ok(22, "GUA:ana"), "COM-009", "GUA:ana cannot approve a confirmation of their own"),
        (ok(22, "BOR:x"), "COM-012", "BOR cannot say that the remedy is confirmed"),
        (ok(22, "WIT:x"), "COM-012", "WIT has no seat on commission, was given no task in case"),
        (ok(22, "ARD:x", "ok", "done"), "COM-007", "done confirms no remedy that is owed in case"),
    ],
)
def test_who_may_not_stand_behind_it_is_refused(entry: Entry, rule: str, words: str) -> None:
    """Not its author, not who owes it, and nobody that could not confirm it."""
    running = two(DONE, SEEN, entry)
    [refused] = running.refused
    assert refused.rule == rule
    assert refused.words.startswith(words)
    assert running.commission.cases["case"].remedy_state == "complied"


def test_a_third_person_confirms_nothing_twice() -> None:
    """What two have confirmed is settled."""
    running = two(DONE, SEEN, ok(22, "GUA:ben"), ok(23, "ARD:x", "ok-2"))
    assert [(r.entry.id, r.rule) for r in running.refused] == [("ok-2", "COM-002")]


def test_a_confirmation_does_not_outlive_its_ruling() -> None:
    """A corrected ruling asks for its own remedy; what one person saw before counts for nothing there."""
    corrected = proposed(24, "prop-2", corrects="prop")
    second = said("second-2", 24, "ARD:x", "approve", proposal="prop-2")
    votes = [vote(25, f"{p}:x", proposal="prop-2", name=f"w-{p}") for p in ("GUA", "ARD", "BOR")]
    running = two(DONE, SEEN, corrected, second, *votes, ok(26, "GUA:ben"))
    assert [(r.entry.id, r.rule) for r in running.refused] == [("ok", "COM-007")]
    case = running.commission.cases["case"]
    assert (case.remedy_state, case.confirming, case.confirmed_by) == ("owed", {}, ())


def test_a_remedy_confirmed_on_a_task_of_the_accused_says_so() -> None:
    """Whoever has its say by the task of who owes the remedy is told with that; a seat's task is not."""
    for giver, flagged_so in (("BOR", True), ("GUA", False)):
        task = said("t", 6, f"{giver}:l", "task", case="case", assignee="WIT:pal", words="look")
        seen = replace(SEEN, author="WIT:pal")
        words = "WIT:pal confirmed the remedy in seen on the task of BOR (t), which is accused"
        assert told(run(*ruling(), task, DONE, seen)) == [words] * flagged_so
