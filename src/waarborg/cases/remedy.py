"""Remedies: who says what became of one, and when it counts as confirmed.

Rules this module keeps:
1. What became of a remedy is said by who owes it, and confirmed by a seat of the body, by who was given a
   task in the case, or by who brought it (COM-012).
2. Where two persons are wanted a confirmation counts once a second stands behind it, never its author (COM-009).
3. A remedy that nobody had reported done can be confirmed, and the case says so.
4. What is said of a remedy is said of the ruling that counts; a new ruling begins anew.
"""

from __future__ import annotations

from waarborg.cases.case import CaseFile
from waarborg.cases.docket import Docket
from waarborg.cases.eligible import may_confirm, not_own
from waarborg.cases.entry import Approve, Entry, RemedyStep, RuleBroken

REMEDY_STEPS = ("complied", "contested", "compensated", "confirmed")

_DONE = ("complied", "compensated")
"""What who owes a remedy says when it holds that it is done."""


def remedy(docket: Docket, entry: Entry, act: RemedyStep) -> None:
    """The party held responsible says what became of a remedy, or another confirms it."""
    case = docket.case(act.case, active=True)
    if act.step not in REMEDY_STEPS:
        raise RuleBroken("COM-005", f"{act.step} is none of {', '.join(REMEDY_STEPS)}")
    _owed(case)
    own = act.step != "confirmed"
    if own is not _responsible(case, entry):
        raise RuleBroken("COM-012", f"{entry.party} cannot say that the remedy is {act.step}")
    if own:
        _step(case, entry, act.step)
    else:
        may_confirm(case, entry, docket.seats(case.body))
        case.confirming[entry.id] = entry
        if not docket.wants_two(case):
            _confirm(case, entry)
    docket.note(case, entry)


def approve_confirmation(docket: Docket, entry: Entry, act: Approve) -> bool:
    """A second person stands behind a confirmation of a remedy; whether the entry was about one."""
    held = docket.cases.get(docket.owners.get(act.proposal, ""))
    said = next((e for e in held.entries if e.id == act.proposal), None) if held else None
    if held is None or said is None or not isinstance(said.act, RemedyStep):
        return False
    case = docket.case(held.id, active=True)
    _owed(case)
    if said.id not in case.confirming:
        raise RuleBroken("COM-007", f"{said.id} confirms no remedy that is owed in {case.id}")
    not_own(said, entry, "a confirmation")
    if _responsible(case, entry):
        raise RuleBroken("COM-012", f"{entry.party} cannot say that the remedy is confirmed")
    may_confirm(case, entry, docket.seats(case.body))
    _confirm(case, said, entry)
    docket.note(case, entry)
    return True


def begin(case: CaseFile, state: str) -> None:
    """A ruling was made: what was said of the remedy of an earlier one counts no more."""
    case.remedy_state, case.confirmed_by, case.unreported = state, (), False
    case.confirming.clear()


def noticed(case: CaseFile) -> tuple[str, ...]:
    """What must be noticed about how the remedy of the ruling that counts came to be confirmed, in words."""
    who = case.ruling.responsible if case.ruling else ""
    if case.confirmed_by:
        told = f"the remedy was confirmed in {case.confirmed_by[0].id}, though {who} had not reported it done"
        return (told,) * case.unreported
    return tuple(
        f"the confirmation of the remedy in {entry.id} of {entry.author} does not count: nobody stands behind it"
        for entry in case.confirming.values()
    )


def _owed(case: CaseFile) -> None:
    """Refuse what is said of a remedy that is not owed (COM-007), or was confirmed (COM-002)."""
    if not case.remedy_state:
        raise RuleBroken("COM-007", f"no remedy is owed in {case.id}")
    if case.confirmed_by:
        raise RuleBroken("COM-002", f"the remedy in {case.id} was confirmed already")


def _responsible(case: CaseFile, entry: Entry) -> bool:
    return case.ruling is not None and entry.party == case.ruling.responsible


def _confirm(case: CaseFile, *by: Entry) -> None:
    case.unreported = not case.remedy_state.startswith(_DONE)
    case.confirmed_by = by
    _step(case, by[-1], "confirmed")


def _step(case: CaseFile, entry: Entry, step: str) -> None:
    late = step != "contested" and case.done(f"remedy:{case.rulings[-1].proposal}", entry)
    if step != "contested" or case.remedy_state != "lapsed":
        case.remedy_state = f"{step} late" if late else step
