"""Views of the commission and the guarantors for a moment: docket, what is due, rulings.

A case lists its entries as the record has them; what else rests on what is told by `behind`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from waarborg.agreement.rounds import most_rounds
from waarborg.app.services.alleged import alleged, words_by
from waarborg.app.services.behind import Named
from waarborg.app.services.beside_case import accounts, inspections, tasks
from waarborg.app.services.votes import ballot_row, ruling_rows
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.cases.body import to_body
from waarborg.cases.broken_rules import MEND
from waarborg.cases.case import CaseFile, CaseState, Due, carried, closing
from waarborg.cases.determination import Determination
from waarborg.cases.entry import Entry, Verify
from waarborg.cases.motion import PROPOSED, Motion
from waarborg.obligations.course import Course, StepState
from waarborg.obligations.flags import flags_of, flags_of_case, flags_of_determination
from waarborg.obligations.ledger import WAY_BARRED
from waarborg.obligations.movable import Waiting, waiting
from waarborg.obligations.obligation import Deadline, Obligation
from waarborg.obligations.state import Running

QUIET = timedelta(days=14)
"""An open case that nothing has touched for so long is shown as quiet; it never leaves by itself."""

MINOR = 1
"""Where the docket puts a case of which nobody has said how grave it is."""

ENDED = frozenset({CaseState.CLOSED, CaseState.JOINED, CaseState.RULED})
"""States in which a case asks nothing more of the body."""

_TAKEN = frozenset({StepState.DONE, StepState.DONE_LATE})

Pressing = tuple[bool, int, str, int, float, str]
"""What orders the docket: ended last, then severity, next deadline, novelty, the newest, name."""

Order = tuple[bool, str, str, str, str, str]
"""What orders deadlines: those without last, then until when, from whom, what, entry, kind."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """Something with a deadline: what, from whom, until when, how computed.

    Attributes:
        what: What is due.
        who: From whom.
        by: Until when, "" where no time runs.
        state: Where it stands.
        words: How the deadline was computed.
        thing: What sort of thing it is: a duty before the commission, a step or an obligation.
        id: What it is called: what `explain` takes.
        strength: How hard the promise is, "" for others.
        clause: The clause it rests on, "" for a duty.
        flags: What a reader must notice about it, in words.
    """

    what: str
    who: str
    by: str
    state: str
    words: str
    thing: Thing
    id: str
    strength: str = ""
    clause: str = ""
    flags: tuple[str, ...] = ()


def docket(running: Running, as_of: datetime, named: Named | None = None) -> list[dict[str, Any]]:
    """The cases, the most pressing first: by severity, next deadline, novelty, then the newest."""
    cases = sorted(running.commission.cases.values(), key=pressing)
    return [case_row(running, case, as_of, named) for case in cases]


def pressing(case: CaseFile) -> Pressing:
    """Where a case stands in the docket."""
    following = min((format_instant(d.by) for d in case.duties.values()), default="9")
    return (
        case.state in ENDED,
        -(MINOR if case.severity is None else case.severity),
        following,
        case.alike_before,
        -case.opened_at.timestamp(),
        case.id,
    )


def case_row(
    running: Running, case: CaseFile, as_of: datetime, named: Named | None = None
) -> dict[str, Any]:
    """A case with everything in it.

    Args:
        running: The state, for what binds the accused.
        case: The case.
        as_of: The moment asked.
        named: Where the record has its entries.
    """
    named = named or Named()
    moved = case.moved_at or case.opened_at
    rulings = ruling_rows(case)
    return {
        "case": case.id,
        "state": case.state.value,
        "accused": case.accused,
        "clause": case.clause,
        "body": case.body,
        "severity": case.severity,
        "alike_before": case.alike_before,
        "words": case.words,
        "words_by": words_by(running, case),
        "alleged": alleged(running, case, named),
        "times": _times(case),
        "moved_at": format_instant(moved),
        "quiet": case.state not in ENDED and as_of - moved >= QUIET,
        "findings": list(case.findings),
        "entries": [entry_row(entry, named) for entry in case.entries],
        "accounts": accounts(case, running.base.get(case.id)),
        "inspections": list(inspections(case)),
        "tasks": list(tasks(case, as_of)),
        "verification": [_graded(e, e.act) for e in case.entries if isinstance(e.act, Verify)],
        "ballots": [ballot_row(case, ballot, named) for ballot in case.ballots.values()],
        "due": [format_instant(each.by) + " " + each.what for each in case.duties.values()],
        "flags": list(flags_of_case(running, case)),
        "joined_into": case.joined_into,
        "closed": _closed(case),
        "motions": [motion_row(each) for each in case.motions.values()],
        "conduct": conducted(case),
        "remedy": case.remedy_state,
        "earlier_rulings": rulings[:-1],
        "ruling": rulings[-1] if rulings else None,
    }


def _closed(case: CaseFile) -> dict[str, Any] | None:
    """Who closed a case, by which entry, with whose approval, when and why."""
    found = closing(case)
    if found is None:
        return None
    told = motion_row(found)
    return {key: told[key] for key in ("entry", "by", "with", "reason")} | {
        "known_at": told["in_effect_at"]
    }


def motion_row(motion: Motion) -> dict[str, Any]:
    """What a seat asked its body to do with a case: who put it, who stands behind it, what became of it."""
    others = list(motion.backed.values())[1:]
    carried_at = motion.carried_at
    return {
        "entry": motion.entry.id,
        "asks": motion.asks,
        "by": motion.entry.author,
        "known_at": format_instant(motion.entry.known_at),
        "reason": motion.act.reason,
        "with": [{"entry": each.id, "by": each.author} for each in others],
        "state": motion.state,
        "in_effect_at": format_instant(carried_at) if carried_at else None,
        "words": motion.words,
    }


def conducted(case: CaseFile) -> list[str]:
    """What the body did with a case besides ruling, and what it is asked to do, in words."""
    waiting = [each for each in case.motions.values() if each.state == PROPOSED]
    return [each.words for each in (*carried(case), *waiting)]


def conduct(running: Running) -> list[dict[str, str]]:
    """What was done with cases besides ruling, and what is proposed, by case and in order."""
    return [
        {"case": name, "words": words}
        for name, case in sorted(running.commission.cases.items())
        for words in conducted(case)
    ]


def _times(case: CaseFile) -> dict[str, Any]:
    def told(moment: datetime | None) -> str | None:
        return None if moment is None else format_instant(moment)

    return {
        "happened": [format_instant(case.happened.start), format_instant(case.happened.end)],
        "observed": told(case.observed_at),
        "received": told(case.received_at),
        "recorded": told(case.opened_at),
        "verified": told(case.verified_at),
        "attributed": told(case.attributed_at),
    }


def entry_row(entry: Entry, named: Named) -> dict[str, Any]:
    """An entry: who signed it, when it was done and when it came in, what it cites, where the record has it."""
    said = to_body(entry)
    words = said.get("words") or said.get("reason") or said.get("grounds") or ""
    return {"id": entry.id, **named.entry(entry), "words": words, "cites": list(entry.cites)}


def _graded(entry: Entry, act: Verify) -> dict[str, Any]:
    return {
        "entry": entry.id,
        "by": entry.author,
        "result": act.result.value,
        "source": act.source.value,
        "item": act.item.value,
        "likelihood": act.likelihood.value if act.likelihood else None,
        "confidence": act.confidence.value if act.confidence else None,
        "attributed_to": act.attributed_to,
    }


def due(running: Running, as_of: datetime) -> list[DueRow]:
    """What is due before the commission, in procedures and from the guarantors, the earliest first."""
    rows = [
        (duty_order(each), duty_row(case.id, key, each, as_of))
        for case in running.commission.cases.values()
        for key, each in outstanding(case)
    ]
    rows += [
        (owed_order(each), owed_row(each, flags_of(running, each, as_of)))
        for each in running.obligations(as_of)
    ]
    for course in running.procedures.courses.values():
        rows += [
            (step_order(running, course, name), step_row(running, course, name, as_of))
            for name in untaken(course)
        ]
    rows += [
        (promised_order(running, each.commitment), promised_row(each))
        for each in waiting(running.commitments, as_of)
        if not running.promises.committed(each.commitment)
    ]
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def outstanding(case: CaseFile) -> list[tuple[str, Due]]:
    """What is still to be done in a case, what was not done in time with it; a right lost is no duty."""
    over = () if case.state in {CaseState.CLOSED, CaseState.JOINED} else case.lapsed.items()
    late = [(key, due) for key, due in over if not key.startswith(("appeal:", "comment:"))]
    return [*case.duties.items(), *late]


def duty_order(each: Due) -> Order:
    """Where a duty before the commission stands among the deadlines."""
    return (False, format_instant(each.by), each.who, each.what, each.entry, "duty")


def duty_row(case: str, key: str, each: Due, as_of: datetime) -> DueRow:
    """A duty before the commission, by its case and its name there."""
    state = "overdue" if each.by <= as_of else "due"
    by = format_instant(each.by)
    return DueRow(each.what, each.who, by, state, each.words, Thing.DUTY, f"{case}/{key}")


def owed_order(each: Obligation) -> Order:
    """Where an obligation stands among the deadlines."""
    by = _until(each.deadline)
    return (not by, by, str(each.guarantor), _actions(each), each.id, "owed")


def owed_row(each: Obligation, flags: tuple[str, ...]) -> DueRow:
    """An obligation with its state, the last reason for it, and what must be noticed about it."""
    barred = [reason for reason in each.reasons if reason.code == WAY_BARRED]
    grounds = [reason for reason in each.reasons if reason.code != WAY_BARRED]
    why = "; ".join(reason.words for reason in (*grounds[-1:], *barred))
    return DueRow(
        _actions(each),
        str(each.guarantor),
        _until(each.deadline),
        each.state.value,
        f"{each.clause}: {each.deadline.words}" + (f" ({why})" if why else ""),
        Thing.OBLIGATION,
        each.id,
        each.strength,
        each.clause,
        flags,
    )


def _actions(each: Obligation) -> str:
    return (" or " if each.choice else ", ").join(each.actions)


def _until(deadline: Deadline) -> str:
    return format_instant(deadline.latest) if deadline.latest else ""


def untaken(course: Course) -> list[str]:
    """Rounds of steps that have opened and can still be taken; none of a procedure that rests."""
    if course.rests:
        return []
    return [name for name, opened in course.steps.items() if opened.open]


def step_order(running: Running, course: Course, name: str) -> Order:
    """Where a step of a procedure stands among the deadlines."""
    opened = course.steps[name]
    by = _until(opened.deadline)
    step = running.agreement.procedures[course.procedure].steps[opened.id]
    called = running.procedures.called(course, opened)
    return (not by, by, step.who, f"{called}: {step.words}", course.id, "step")


def step_row(running: Running, course: Course, name: str, as_of: datetime) -> DueRow:
    """A step of a procedure that is to be taken."""
    opened = course.steps[name]
    procedure = running.agreement.procedures[course.procedure]
    step = procedure.steps[opened.id]
    state = opened.state(as_of, course)
    return DueRow(
        f"{running.procedures.called(course, opened)}: {step.words}",
        step.who,
        _until(opened.deadline),
        state.value,
        f"{procedure.clause}: {opened.deadline.words} ({opened.opened_by})",
        Thing.STEP,
        f"{course.id}/{name}",
        clause=procedure.clause,
    )


def promised_order(running: Running, name: str) -> Order:
    """Where a commitment stands among the deadlines."""
    given, by = running.agreement.commitments[name], _until(running.commitments.deadline(name))
    return (not by, by, str(given.by), given.does, name, "commitment")


def promised_row(each: Waiting) -> DueRow:
    """A commitment that is still to be kept: what it waits for, or until when."""
    by = format_instant(each.until) if each.until else ""
    words = f"{each.clause}: {each.words}"
    thing, name = Thing.COMMITMENT, each.commitment
    return DueRow(each.does, each.by, by, each.state, words, thing, name, clause=each.clause)


def courses(running: Running, as_of: datetime, named: Named | None = None) -> list[dict[str, Any]]:
    """The procedures under way, each step with its state and how its deadline was computed."""
    under_way = sorted(running.procedures.courses.items())
    return [_course(running, each, as_of, named or Named()) for _, each in under_way]


def _course(running: Running, course: Course, as_of: datetime, named: Named) -> dict[str, Any]:
    steps = running.agreement.procedures[course.procedure].steps
    return {
        "course": course.id,
        "procedure": course.procedure,
        "determination": course.determination,
        "began_at": format_instant(course.began_at),
        "why": course.why,
        "suspended": course.paused_at is not None,
        "rests": course.rests,
        "steps": [
            {
                "step": name,
                "called": running.procedures.called(course, opened),
                "round": opened.round,
                "most_rounds": most_rounds(steps, opened.id),
                "who": steps[opened.id].who,
                "state": opened.state(as_of, course).value,
                "opened_by": opened.opened_by,
                "deadline": opened.deadline.words,
                "entry": opened.done.id if opened.done else "",
                "flags": [opened.ahead] if opened.ahead else [],
                "back_to": opened.back_to,
            }
            for name, opened in course.steps.items()
        ],
        "entries": [entry_row(entry, named) for entry in course.entries],
    }


def messages(running: Running, named: Named | None = None) -> list[dict[str, Any]]:
    """The deconfliction log: who wrote to whom, what about, and what answers what."""
    return [
        {
            **entry_row(entry, named or Named()),
            "to": getattr(entry.act, "to", ""),
            "case": getattr(entry.act, "case", ""),
            "answers": getattr(entry.act, "answers", ""),
        }
        for entry in running.commission.messages
    ]


def refusals(running: Running, named: Named | None = None) -> list[dict[str, Any]]:
    """Refused entries with the rule each breaks."""
    where = named or Named()
    return [
        {
            "entry": r.entry.id,
            "author": r.entry.author,
            "rule": r.rule,
            "words": r.words,
            "mend": MEND[r.rule],
            **where.entry(r.entry),
        }
        for r in running.refused
    ]


def rulings(running: Running) -> list[dict[str, Any]]:
    """Every determination in words."""
    return [_determination(running, each) for each in running.determinations()]


def _determination(running: Running, each: Determination) -> dict[str, Any]:
    cases = running.commission.cases
    case = cases.get(str(each.id)) or cases.get(each.id.removeprefix("det-"))
    return {
        "determination": each.id,
        "decision": each.decision.value,
        "by": each.by,
        "breacher": str(each.breacher),
        "clause": each.clause,
        "words": each.words,
        "conduct": conducted(case) if case is not None else [],
        "flags": list(flags_of_determination(running, each)),
    }
