"""How a case is conducted: opened, joined, split, closed, reopened, and what is noted in it meanwhile.

Rules this module keeps:
1. Who has a seat, and is not accused, conducts a case; closing and reopening take as many seats as the body
   asks for a decision (`motion`).
2. A case split off keeps when its findings were known, received, verified and attributed before.
3. A case ends by an entry that says why, and not while a vote or an appeal waits for a ruling (COM-010).
4. What a body has ruled stays ruled: no finding is split from it (COM-015), and no seat reopens or closes
   it (COM-010); an appeal or a correction brings it back to the body.
5. What was graded or said of a case counts for that case: it is told of what it is joined into, and counts not.
"""

from __future__ import annotations

from waarborg.base.times import Period
from waarborg.cases.case import CaseFile, CaseState, under_vote
from waarborg.cases.docket import Docket, Takers
from waarborg.cases.eligible import may_be_joined, may_conduct, names_known
from waarborg.cases.entry import (
    ActEarly,
    Approve,
    ChangeStep,
    CloseCase,
    Deconflict,
    Entry,
    JoinCases,
    OpenCase,
    ReopenCase,
    RuleBroken,
    SplitCase,
    Verify,
    WithdrawProposal,
)
from waarborg.cases.irregular import unbacked
from waarborg.cases.motion import PROPOSED, WITHDRAWN


def open_case(docket: Docket, entry: Entry, act: OpenCase) -> None:
    """An alleged breach comes before a body."""
    names_known(docket.agreement, act)
    if act.happened_until <= act.happened_from:
        raise RuleBroken("COM-013", "what happened ends before it starts")
    if act.happened_from > entry.known_at:
        raise RuleBroken("COM-013", "what happened begins after the entry reached the record")
    happened = Period(act.happened_from, act.happened_until)
    case = CaseFile(
        entry.id,
        act.body,
        act.accused,
        act.clause,
        happened,
        act.severity,
        entry.known_at,
        act.findings,
        act.words,
        observed_at=act.observed_at,
        received_at=act.received_at,
        brought_by=(entry.party,),
        act_done=act.act_done,
    )
    docket.add(case)
    docket.note(case, entry)


def join(docket: Docket, entry: Entry, act: JoinCases) -> None:
    """Cases are dealt with together."""
    into = docket.case(act.into, active=True)
    joined = [docket.case(name, active=True) for name in act.cases]
    for case in (into, *joined):
        may_conduct(case, entry, docket.seats(case.body))
    if into in joined:
        raise RuleBroken("COM-015", "a case cannot be joined into itself")
    for case in joined:
        may_be_joined(case, into)
    for case in joined:
        case.state, case.joined_into = CaseState.JOINED, into.id
        docket.decided.add(case.id)
        _end_motions(docket, case)
        _time_to_comment(docket, case, into)
        case.duties.clear()
        into.taken_in += (*case.taken_in, _taken_in(case, into, entry))
        into.findings = tuple(dict.fromkeys(into.findings + case.findings))
        into.brought_by = tuple(dict.fromkeys(into.brought_by + case.brought_by))
        docket.note(case, entry)
    _end_motions(docket, into, f"{', '.join(act.cases)} joined into the case since")
    docket.note(into, entry)


def _taken_in(case: CaseFile, into: CaseFile, entry: Entry) -> str:
    """What was graded or said of a case before it was joined into another, or that nothing was, in words."""
    graded = ", ".join(f"{each.id} ({_result(each)})" for each in case.graded.values())
    spoken = ", ".join(case.spoken)
    other = case.severity != into.severity
    known = "not known" if case.severity is None else case.severity
    severity = f", severity {known}," if other else ""
    return (
        f"{case.id}{severity} was joined into {into.id} in {entry.id} by {entry.party}; before that, and about "
        f"{case.id} alone: {f'graded in {graded}' if graded else 'nobody had graded it'}; "
        f"{f'{case.accused} spoke in {spoken}' if spoken else f'{case.accused} had said nothing'}"
    )


def _result(graded: Entry) -> str:
    """What a grading says of whether it happened, in words."""
    return graded.act.result.value.replace("_", " ") if isinstance(graded.act, Verify) else ""


def _time_to_comment(docket: Docket, case: CaseFile, into: CaseFile) -> None:
    """The time to comment on a case that still runs goes on in the one that it is joined into."""
    left, key = case.duties.get(f"comment:{case.id}"), f"comment:{into.id}"
    own = into.duties.get(key)
    if left is not None and (own is None or own.by < left.by):
        into.comment_until = left.by
        docket.run(into, key, left)


def split(docket: Docket, entry: Entry, act: SplitCase) -> None:
    """Findings of a case are dealt with apart."""
    case = docket.case(act.case, active=True)
    may_conduct(case, entry, docket.seats(case.body))
    if case.ruling is not None:
        words = f"{case.id} is ruled by {case.ruling.proposal}: no finding of it is taken out of the ruling"
        raise RuleBroken("COM-015", words)
    missing = sorted(set(act.findings) - set(case.findings))
    if missing or not act.findings:
        raise RuleBroken("COM-005", f"not in the case: {', '.join(missing) or 'no finding'}")
    case.findings = tuple(f for f in case.findings if f not in act.findings)
    docket.note(case, entry)
    new = CaseFile(
        entry.id,
        case.body,
        case.accused,
        case.clause,
        case.happened,
        case.severity,
        entry.known_at,
        act.findings,
        act.reason,
    )
    new.entries.append(entry)
    new.act_done, new.place = case.act_done, case.place
    new.split_from, new.known_at = case.id, case.known_at or case.opened_at
    new.observed_at, new.received_at = case.observed_at, case.received_at
    new.verified_at, new.attributed_at = case.verified_at, case.attributed_at
    new.graded, new.taken_in = dict(case.graded), case.taken_in
    new.brought_by, new.spoken = case.brought_by, list(case.spoken)
    docket.add(new)


def close(docket: Docket, entry: Entry, act: CloseCase) -> None:
    """A seat asks that a case end without a ruling."""
    case = docket.case(act.case, active=True)
    may_conduct(case, entry, docket.seats(case.body))
    _may_close(case)
    if docket.put(case, case.body, entry, act).carried_at:
        _close(docket, case)


def _may_close(case: CaseFile) -> None:
    """Refuse to close what is ruled, or what a vote or an appeal waits for (COM-010)."""
    if case.rulings and case.state is not CaseState.APPEALED and not under_vote(case):
        words = (
            f"{case.id} has ended with the ruling on {case.rulings[-1].proposal}, and stays ruled"
        )
        raise RuleBroken("COM-010", words)
    if case.state is CaseState.APPEALED or under_vote(case):
        what = "an appeal waits" if case.state is CaseState.APPEALED else "a vote is under way"
        raise RuleBroken("COM-010", f"{case.id} cannot be closed while {what} for a ruling")


def _close(docket: Docket, case: CaseFile) -> None:
    """The body has closed a case: nothing of it is due, and no other motion is open."""
    case.state = CaseState.CLOSED
    docket.decided.add(case.id)
    _end_motions(docket, case)
    case.duties.clear()
    for graded in unbacked(case):
        case.flags.append(f"closed on a grading that nobody stood behind ({graded.id})")


def _end_motions(docket: Docket, case: CaseFile, why: str = "") -> None:
    """What is still proposed in a case that has ended, or is another than it was, can take effect no more."""
    for motion in case.motions.values():
        if motion.carried_at is None and not motion.ended:
            docket.end(case, motion, why or f"the case was {case.state.value}")


def reopen(docket: Docket, entry: Entry, act: ReopenCase) -> None:
    """A seat asks that a case go on."""
    case = docket.case(act.case)
    may_conduct(case, entry, docket.seats(case.body))
    _may_reopen(case)
    if docket.put(case, case.body, entry, act).carried_at:
        _reopen(docket, case)


def _may_reopen(case: CaseFile) -> None:
    """Refuse to reopen what is ruled, or goes on already (COM-010)."""
    if case.state is CaseState.RULED:
        words = (
            f"{case.id} is ruled: a ruling is appealed against or corrected, and no seat reopens it"
        )
        raise RuleBroken("COM-010", words)
    if case.state not in {CaseState.CLOSED, CaseState.DEADLOCKED}:
        raise RuleBroken("COM-010", f"the case {case.id} is {case.state.value} already")


def _reopen(docket: Docket, case: CaseFile) -> None:
    """The body has reopened a case."""
    case.state = CaseState.OPEN
    docket.decided.add(case.id)


def approve_motion(docket: Docket, entry: Entry, act: Approve) -> bool:
    """Another seat stands behind closing or reopening a case; whether the entry was about that."""
    case, motion = docket.motion(act.proposal) or (None, None)
    if case is None or motion is None:
        return False
    may_conduct(case, entry, motion.seats)
    closes = isinstance(motion.act, CloseCase)
    if motion.state == PROPOSED:
        (_may_close if closes else _may_reopen)(case)
    took = docket.back(case, motion, entry)
    docket.note(case, entry)
    if took:
        (_close if closes else _reopen)(docket, case)
    return True


def withdraw_motion(docket: Docket, entry: Entry, act: WithdrawProposal) -> bool:
    """Who put a motion takes it back; whether the entry was about one."""
    found = docket.motion(act.proposal)
    if found is None:
        return False
    case, motion = found
    if entry.party != motion.entry.party:
        raise RuleBroken("COM-012", f"only {motion.entry.party} can withdraw {act.proposal}")
    if motion.state != PROPOSED:
        raise RuleBroken("COM-002", f"{act.proposal} is not open any more: {motion.state}")
    docket.end(case, motion, WITHDRAWN)
    if case is not None:
        docket.note(case, entry)
    return True


def deconflict(docket: Docket, entry: Entry, act: Deconflict) -> None:
    """A message from one party to another."""
    if act.case:
        docket.note(docket.case(act.case), entry)
    docket.messages.append(entry)


def act_early(docket: Docket, entry: Entry, act: ActEarly) -> None:
    """Somebody acted before attribution was final: kept and flagged."""
    case = docket.case(act.case)
    if case.ruling is None:
        case.flags.append(f"{entry.party} acted before attribution was final ({entry.id})")
    docket.note(case, entry)


def change_step(docket: Docket, entry: Entry, act: ChangeStep) -> None:
    """A response is stepped up or down."""
    case = docket.case(act.case)
    if act.direction not in {"up", "down"}:
        raise RuleBroken("COM-005", f"a step goes up or down, not {act.direction}")
    case.flags.append(f"step {act.direction}, {entry.by_the_word(act.words)}")
    docket.note(case, entry)


CONDUCT: Takers = {
    OpenCase: open_case,
    JoinCases: join,
    SplitCase: split,
    CloseCase: close,
    ReopenCase: reopen,
    Deconflict: deconflict,
    ActEarly: act_early,
    ChangeStep: change_step,
}
"""What each act that conducts a case does."""
