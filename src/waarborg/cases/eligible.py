"""Who may do what before a body: seats, and what keeps somebody out of their own case.

Rules this module keeps:
1. Who has no seat does not vote, propose, approve or conduct a case; grading is open besides to whom the
   body gave a task in the case (COM-001).
2. A remedy is confirmed by a seat, by who was given a task in the case, or by who brought it (COM-012).
3. The accused neither grade nor conduct their own case, and nobody grades their own allegation (COM-009).
4. Cases are joined when they accuse one party before one body, and neither is ruled (COM-015).
5. A case lies before a body of the text, against a party of it, under a clause of it (COM-005).
"""

from __future__ import annotations

from waarborg.agreement.model import Agreement
from waarborg.base.acts import Act
from waarborg.base.parties import person
from waarborg.cases.case import CaseFile, under_vote
from waarborg.cases.entry import AdoptRules, Entry, OpenCase, RuleBroken, Task
from waarborg.cases.seats import no_seat

LEAST_GRAVE, MOST_GRAVE = 0, 4
"""From administrative to a major attack."""


def has_seat(agreement: Agreement, rules: AdoptRules, entry: Entry) -> None:
    """Refuse who has no seat under a body's rules.

    Raises:
        RuleBroken: COM-001.
    """
    if entry.party not in {seat.party for seat in rules.seats}:
        raise RuleBroken("COM-001", no_seat(rules, agreement, entry.party))


def may_conduct(case: CaseFile, entry: Entry, seats: frozenset[str]) -> None:
    """Who has a seat, and is not accused, says how a case goes on and that it ends.

    Raises:
        RuleBroken: COM-001 or COM-009.
    """
    if seats and entry.party not in seats:
        raise RuleBroken("COM-001", f"{entry.party} has no seat on {case.body}")
    if entry.party == case.accused:
        raise RuleBroken("COM-009", f"{entry.party} is accused in {case.id}: others conduct it")


def may_grade(case: CaseFile, entry: Entry, seats: frozenset[str]) -> None:
    """Who has a seat, or was given a task in the case, grades; not the accused, nor one's own.

    Raises:
        RuleBroken: COM-001 or COM-009.
    """
    if entry.party == case.accused:
        raise RuleBroken("COM-009", f"{entry.party} is accused in {case.id}, and grades nothing")
    if any(e.id == case.id and person(e.author) == person(entry.author) for e in case.entries):
        raise RuleBroken("COM-009", f"{entry.author} cannot grade an allegation of their own")
    asked = {e.act.assignee for e in case.entries if isinstance(e.act, Task)}
    if seats and entry.party not in seats and not asked & {entry.author, entry.party}:
        words = f"{entry.party} has no seat on {case.body} and was given no task in {case.id}"
        raise RuleBroken("COM-001", words)


def not_own(said: Entry, entry: Entry, what: str) -> None:
    """Refuse who stands behind what they said themselves, under whatever spelling of their name.

    Raises:
        RuleBroken: COM-009.
    """
    if person(entry.author) == person(said.author):
        as_whom = f", put as {said.author}" if entry.author != said.author else ""
        raise RuleBroken("COM-009", f"{entry.author} cannot approve {what} of their own{as_whom}")


def may_confirm(case: CaseFile, entry: Entry, seats: frozenset[str]) -> None:
    """Who has a seat, was given a task in the case, or brought it, confirms a remedy.

    Raises:
        RuleBroken: COM-012.
    """
    asked = {e.act.assignee for e in case.entries if isinstance(e.act, Task)}
    if (
        seats
        and entry.party not in {*seats, *case.brought_by}
        and not asked & {entry.author, entry.party}
    ):
        words = (
            f"{entry.party} has no seat on {case.body}, was given no task in {case.id} and did not bring "
            f"it: a remedy is confirmed by who has, was or did"
        )
        raise RuleBroken("COM-012", words)


def may_be_joined(case: CaseFile, into: CaseFile) -> None:
    """Cases are dealt with together when they accuse one party before one body, and neither is ruled.

    Raises:
        RuleBroken: COM-015.
    """
    if (case.accused, case.body) != (into.accused, into.body):
        words = f"{case.id} accuses {case.accused} before {case.body}, {into.id} {into.accused} before {into.body}"
        raise RuleBroken("COM-015", words)
    for each in (case, into):
        if each.rulings:
            raise RuleBroken("COM-015", f"{each.id} is ruled: what is ruled is joined to nothing")
        if under_vote(each):
            words = f"a vote is under way in {each.id}: nothing is joined until it is counted or withdrawn"
            raise RuleBroken("COM-015", words)


def names_known(agreement: Agreement, act: OpenCase) -> None:
    """Refuse a case that names what the text does not have.

    Raises:
        RuleBroken: COM-005.
    """
    for what, name, known in (
        ("body", act.body, tuple(agreement.bodies)),
        ("party", act.accused, tuple(map(str, agreement.parties))),
        ("clause", act.clause, tuple(agreement.clauses)),
    ):
        if name not in known:
            there = ", ".join(known) or "none"
            raise RuleBroken("COM-005", f"the text knows no {what} {name}; it has {there}")
    if act.severity is not None and not LEAST_GRAVE <= act.severity <= MOST_GRAVE:
        words = f"a severity is {LEAST_GRAVE} to {MOST_GRAVE}, not {act.severity}"
        raise RuleBroken("COM-005", words)
    if act.act_done and act.act_done not in set(Act):
        raise RuleBroken("COM-005", f"there is no act {act.act_done}; see the list of acts")
