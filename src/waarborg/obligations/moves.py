"""How acts move promises, procedures and the standing of the text.

Rules this module keeps:
1. Each act is refused with the rule it breaks, before it has changed anything.
2. What a move may change for views is noted in `changes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from waarborg.base.times import format_instant
from waarborg.base.visible import on_one_line
from waarborg.cases.case import CaseFile, under_vote, whole_of
from waarborg.cases.determination import Determination
from waarborg.cases.entry import Approve, CloseCase, Entry, ReopenCase, RuleBroken
from waarborg.cases.motion import PROPOSED, Motion
from waarborg.cases.promise_acts import (
    Amend,
    AskHelp,
    ChangeStanding,
    CommitmentStep,
    Contribute,
    GateStep,
    ObligationStep,
    PauseCourse,
    PromiseTerm,
    ResumeCourse,
    SendBack,
    StepTaken,
)
from waarborg.obligations.ledger import Ledger
from waarborg.obligations.let_off import may_ask, may_let_off
from waarborg.obligations.owing import set_apart


def move_gate(ledger: Ledger, entry: Entry, act: GateStep) -> None:
    """A national procedure moves, for one case or for all that stand alike."""
    if act.case and act.case not in ledger.commission.cases and act.case not in ledger.base:
        raise RuleBroken("COM-005", f"there is no case {act.case}")
    ledger.promises.move_gate(entry, act)
    if not act.case:
        ledger.changes.promises = True
        if act.step == "given":
            ledger.free(entry.known_at)
        return
    made = ledger.determination(act.case)
    if act.case in ledger.alike and made is not None:
        set_apart(ledger, act.case, made)
        ledger.note_late(ledger.owed_by[act.case], entry.known_at)
        ledger.changes.owed.update(ledger.owed_by[act.case])


def contribute(ledger: Ledger, entry: Entry, act: Contribute) -> None:
    """What a promise brings moves."""
    ledger.promises.contribute(entry, act)
    ledger.changes.promises = True


def end(ledger: Ledger, entry: Entry, act: PromiseTerm) -> None:
    """A promise ends or is renewed."""
    ledger.promises.end(entry, act)
    ledger.changes.promises = True


def commit(ledger: Ledger, entry: Entry, act: CommitmentStep) -> None:
    """A commitment was kept, or that is taken back."""
    ledger.promises.commit(entry, act)
    ledger.commitments.touched.add(act.commitment)
    ledger.changes.promises = True


def stand(ledger: Ledger, entry: Entry, act: ChangeStanding) -> None:
    """A party signs, ratifies, suspends or withdraws."""
    ledger.promises.stand(entry, act)
    ledger.changes.promises = True


def amend(ledger: Ledger, entry: Entry, act: Amend) -> None:
    """A party signs an amendment: what is owed is worked out again."""
    ledger.promises.amend(entry, act)
    ledger.commission.decided |= ledger.base.keys() | ledger.commission.cases.keys()


def move_obligation(ledger: Ledger, entry: Entry, act: ObligationStep) -> None:
    """An obligation is fulfilled, let off or contested.

    What is said of the one that a ruling would add counts for the one that the text set off.
    """
    same = ledger.one_with.get(act.obligation)
    if same is not None:
        act = replace(act, obligation=same)
        entry = replace(entry, act=act)
    owed = ledger.owed.get(act.obligation)
    if owed is not None and act.step != "contested":
        if owed.id in ledger.void:
            raise RuleBroken("COM-007", f"{owed.id} is owed no more: {ledger.void[owed.id]}")
        why = dict(ledger.alike_of(owed).over).get(ledger.guarantee_of(owed).id)
        if why:
            raise RuleBroken("COM-007", f"{owed.id} is not owed: {why}")
    if owed is not None and act.step in {"waived", "excused"}:
        name = ledger.owed_for[owed.id]
        case, made = ledger.commission.cases.get(name), ledger.determination(name)
        may_let_off(ledger.agreement, entry, owed, case, _breacher(made), ledger.lead(case))
    again = owed is not None and act.step != "contested" and ledger.is_denied(owed)
    ledger.promises.move_obligation(entry, act, owed, again=again)
    if owed is not None and again:
        ledger.claim_anew(owed, entry.known_at)
    ledger.changes.owed.add(act.obligation)


def _breacher(made: Determination | None) -> str:
    return str(made.breacher) if made else ""


def ask(ledger: Ledger, entry: Entry, act: AskHelp) -> None:
    """Who is answered for asks the guarantors for an answer."""
    case: CaseFile | None = ledger.commission.cases.get(act.breach)
    if case is None and act.breach not in ledger.base:
        raise RuleBroken("COM-005", f"there is no breach {act.breach}")
    breacher = _breacher(ledger.determination(act.breach))
    may_ask(ledger.agreement, entry, case, breacher, ledger.lead(case))
    if act.breach in ledger.asked:
        since = format_instant(ledger.asked[act.breach])
        raise RuleBroken("COM-002", f"an answer to {act.breach} was asked for at {since}")
    ledger.asked[act.breach] = entry.known_at
    if case is not None:
        case.asked_at = entry.known_at
        case.entries.append(entry)
        case.moved_at = entry.known_at
        ledger.commission.touched.add(case.id)
    ledger.commission.decided.add(act.breach)


def take_step(ledger: Ledger, entry: Entry, act: StepTaken) -> None:
    """A step of a procedure is taken."""
    ledger.procedures.take_step(entry, act, ledger.commission.seats)
    case = _case_of(ledger, act.course)
    if case is not None:
        ledger.changes.cases.add(case.id)


def send_back(ledger: Ledger, entry: Entry, act: SendBack) -> None:
    """Whose step it is sends it back; of a body, a seat that is not accused asks for it."""
    case, who = _case_of(ledger, act.course), ledger.procedures.whose(act)
    if who in ledger.agreement.bodies:
        _not_accused(case, entry, act.course)
    ledger.procedures.may_send_back(act, entry, entry.party, ledger.commission.seats)
    _no_vote(case, act)
    if who not in ledger.agreement.bodies:
        ledger.procedures.send_back(act, [entry], entry.known_at)
        return
    motion = ledger.commission.put(case, who, entry, act)
    if motion.carried_at is not None:
        _turn(ledger, case, motion)


def _no_vote(case: CaseFile | None, act: SendBack) -> None:
    """Nobody stops a vote by sending the case back (COM-010).

    A seat votes once on a proposal: votes cast before a second hearing would stand after it.
    """
    ballots = under_vote(case) if case is not None else ()
    voted = [each.entry.id for each in ballots if each.votes and each.due is not None]
    if voted:
        words = f"votes have been cast on {', '.join(voted)}"
        raise RuleBroken(
            "COM-010", f"{words}: {act.course} is not sent back before that is settled"
        )


def _case_of(ledger: Ledger, course: str) -> CaseFile | None:
    """The case that a procedure under way is about."""
    under_way = ledger.procedures.courses.get(course)
    if under_way is None:
        return None
    cases, name = ledger.commission.cases, under_way.determination
    return cases.get(name) or cases.get(name.removeprefix("det-"))


def _not_accused(case: CaseFile | None, entry: Entry, course: str) -> None:
    """The accused neither stops, starts nor sends back the procedure about itself (COM-009)."""
    if case is not None and case.accused == entry.party:
        words = (
            f"{entry.party} is accused in {case.id}: others suspend, resume and send back {course}"
        )
        raise RuleBroken("COM-009", words)


def turn_course(ledger: Ledger, entry: Entry, act: PauseCourse | ResumeCourse) -> None:
    """A seat asks its body to suspend a procedure, or to go on with it; not the accused."""
    case = _case_of(ledger, act.course)
    _not_accused(case, entry, act.course)
    seats = ledger.commission.seats
    course = ledger.procedures.may_turn(entry, act, seats)
    bodies = [body for body in ledger.procedures.bodies(course) if entry.party in seats(body)]
    body = case.body if case is not None and case.body in bodies else bodies[0]
    motion = ledger.commission.put(case, body, entry, act)
    if motion.carried_at is not None:
        _turn(ledger, case, motion)


def approve(ledger: Ledger, entry: Entry, act: Approve) -> None:
    """Another stands behind what somebody put: what moves a procedure is looked at here."""
    case, motion = ledger.commission.motion(act.proposal) or (None, None)
    if motion is None or isinstance(motion.act, CloseCase | ReopenCase):
        ledger.commission.take(entry)
        return
    _not_accused(case, entry, motion.act.course)
    seats = motion.seats
    if motion.state == PROPOSED and isinstance(motion.act, SendBack):
        ledger.procedures.may_send_back(motion.act, motion.entry, entry.party, lambda _: seats)
        _no_vote(case, motion.act)
    elif motion.state == PROPOSED and not isinstance(motion.act, SendBack):
        ledger.procedures.may_turn(entry, motion.act, lambda _: seats)
    took = ledger.commission.back(case, motion, entry)
    if case is not None:
        ledger.commission.note(case, entry)
    if took:
        _turn(ledger, case, motion)


def _turn(ledger: Ledger, case: CaseFile | None, motion: Motion) -> None:
    """What enough seats stand behind is done: the procedure stands still, goes on, or goes back."""
    act, at = motion.act, motion.carried_at
    if at is None or isinstance(act, CloseCase | ReopenCase):
        return
    if isinstance(act, SendBack):
        ledger.procedures.send_back(act, list(motion.backed.values()), at)
        return
    course, entries = ledger.procedures.courses[act.course], motion.backed.values()
    turns = ledger.procedures.pause if isinstance(act, PauseCourse) else ledger.procedures.resume
    turns(course, at, entries)
    _tell_parted(ledger, case, motion.entry, act)


def _tell_parted(
    ledger: Ledger, case: CaseFile | None, entry: Entry, act: PauseCourse | ResumeCourse
) -> None:
    """Flag in the cases that were one with this one that their procedure stands otherwise now.

    Each goes on by itself since the split, and so does its procedure: whether the reason holds for it as
    well is for its body to say.
    """
    if case is None:
        return
    stops = isinstance(act, PauseCourse)
    did, does = ("suspended", "runs on") if stops else ("resumed", "stays suspended")
    procedure, cases = ledger.procedures.courses[act.course].procedure, ledger.commission.cases
    whole = whole_of(cases, case)
    for other in cases.values():
        course = ledger.procedures.courses.get(f"{procedure}-{other.id.removeprefix('det-')}")
        if other is case or course is None or course.rests or whole_of(cases, other) != whole:
            continue
        if (course.paused_at is None) is stops:
            other.flags.append(
                f"{act.course} was {did} in {entry.id} by {entry.author} ({on_one_line(act.reason)}), and {course.id}, "
                f"apart since the split, {does}"
            )
            ledger.commission.touched.add(other.id)


MOVES: Mapping[type, Callable[[Ledger, Entry, Any], None]] = {
    GateStep: move_gate,
    Contribute: contribute,
    PromiseTerm: end,
    CommitmentStep: commit,
    ChangeStanding: stand,
    Amend: amend,
    ObligationStep: move_obligation,
    AskHelp: ask,
    StepTaken: take_step,
    SendBack: send_back,
    PauseCourse: turn_course,
    ResumeCourse: turn_course,
    Approve: approve,
}
"""What each act does."""
