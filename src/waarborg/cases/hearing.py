"""The hearing of a case: comments, accounts, requests for access, tasks and gradings.

Rules this module keeps:
1. What comes after its deadline is kept and flagged.
2. A request is answered, and a task reported, by whom it was put to (COM-012).
3. Item grade 1 needs two independent things it rests on (COM-016).
4. Where two persons are wanted a grading counts once a second stands behind it, never its author (COM-009).
"""

from __future__ import annotations

from datetime import datetime

from waarborg.cases.case import CaseFile, due
from waarborg.cases.docket import Docket, Takers
from waarborg.cases.eligible import may_grade, not_own
from waarborg.cases.entry import (
    Access,
    Account,
    AnswerInspection,
    Approve,
    Comment,
    Entry,
    RequestInspection,
    RuleBroken,
    Task,
    TaskDone,
    Verification,
    Verify,
)


def comment(docket: Docket, entry: Entry, act: Comment) -> None:
    """A party comments; after its deadline the comment is kept and flagged."""
    case = docket.case(act.case, active=True)
    until = case.comment_until
    if entry.party == case.accused:
        case.duties.pop(f"comment:{case.id}", None)
        case.spoken.append(entry.id)
    if entry.party == case.accused and until is not None and entry.known_at >= until:
        case.flags.append(f"late: the comment {entry.id} came after its deadline and is kept")
    docket.note(case, entry)


def account(docket: Docket, entry: Entry, act: Account) -> None:
    """A rival account is kept beside the others."""
    case = docket.case(act.case, active=True)
    if entry.party == case.accused:
        case.spoken.append(entry.id)
    docket.note(case, entry)


def request(docket: Docket, entry: Entry, act: RequestInspection) -> None:
    """Access to a place is asked of a party, which has so long to answer."""
    case = docket.case(act.case, active=True)
    what = f"answer on access to {act.place} (asked by {entry.author})"
    docket.run(case, entry.id, due(what, act.of, entry.known_at, act.hours, entry.id))
    docket.note(case, entry)


def answer(docket: Docket, entry: Entry, act: AnswerInspection) -> None:
    """Who was asked, or who asked, says what became of a request for access."""
    case = docket.case(act.request, active=True)
    asked = [e.act for e in case.entries if e.id == act.request]
    if not asked or not isinstance(asked[0], RequestInspection):
        raise RuleBroken("COM-005", f"{act.request} asks for no inspection")
    asker = next(e.party for e in case.entries if e.id == act.request)
    if entry.party not in {asked[0].of, asker}:
        raise RuleBroken("COM-012", f"{asked[0].of} answers {act.request}, not {entry.party}")
    case.done(act.request, entry)
    if act.access is not Access.GRANTED:
        words = entry.by_the_word(f"{asked[0].of} at {asked[0].place}")
        case.flags.append(f"access {act.access.value}, {words}")
    docket.note(case, entry)


def task(docket: Docket, entry: Entry, act: Task) -> None:
    """Somebody is asked to look into something, and has so long for it."""
    case = docket.case(act.case, active=True)
    what = f"{act.words} (task of {entry.author})"
    docket.run(case, entry.id, due(what, act.assignee, entry.known_at, act.hours, entry.id))
    docket.note(case, entry)


def task_done(docket: Docket, entry: Entry, act: TaskDone) -> None:
    """Who was given a task reports it done."""
    case = docket.case(act.task, active=True)
    given = [e.act for e in case.entries if e.id == act.task and isinstance(e.act, Task)]
    if not given:
        raise RuleBroken("COM-005", f"{act.task} is no task")
    if given[0].assignee not in {entry.author, entry.party}:
        raise RuleBroken("COM-012", f"{act.task} is for {given[0].assignee} to report done")
    case.done(act.task, entry)
    docket.note(case, entry)


def verify(docket: Docket, entry: Entry, act: Verify) -> None:
    """A named person grades; where two are wanted it waits for the second."""
    case = docket.case(act.case, active=True)
    may_grade(case, entry, docket.seats(case.body))
    if act.item == "1" and len(set(entry.cites)) < 2:
        raise RuleBroken("COM-016", "item grade 1 needs two independent things it rests on")
    docket.note(case, entry)
    if not docket.wants_two(case):
        _verified(docket, case, entry, act, entry.known_at)


def approve_grading(docket: Docket, entry: Entry, act: Approve) -> bool:
    """A second person stands behind a verification; whether the entry was about one."""
    held = docket.cases.get(docket.owners.get(act.proposal, ""))
    graded = next((e for e in held.entries if e.id == act.proposal), None) if held else None
    if held is None or graded is None or not isinstance(graded.act, Verify):
        return False
    case = docket.case(held.id, active=True)
    not_own(graded, entry, "a grading")
    may_grade(case, entry, docket.seats(case.body))
    docket.note(case, entry)
    _verified(docket, case, graded, graded.act, entry.known_at)
    return True


def _verified(docket: Docket, case: CaseFile, graded: Entry, act: Verify, at: datetime) -> None:
    case.graded[graded.id] = graded
    if act.result in {Verification.CANNOT_BE_VERIFIED, Verification.CANNOT_BE_ATTRIBUTED}:
        case.flags.append(act.result.value.replace("_", " "))
    if act.result is Verification.VERIFIED and case.verified_at is None:
        case.verified_at = at
        docket.decided.add(case.id)
    if act.attributed_to and case.attributed_at is None:
        case.attributed_at = at
        docket.decided.add(case.id)


HEARING: Takers = {
    Comment: comment,
    Account: account,
    RequestInspection: request,
    AnswerInspection: answer,
    Task: task,
    TaskDone: task_done,
    Verify: verify,
}
"""What each act of the hearing does."""
