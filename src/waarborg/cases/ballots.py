"""Ballots: a proposal is put, approved, voted on, counted and ruled, appealed against and carried out.

Rules this module keeps:
1. A seat votes once (COM-002), in time (COM-003), on a proposal that stands (COM-004).
2. Nobody approves a proposal of their own, nor does the accused approve any (COM-009).
3. Of several proposals under vote the first that is adopted overtakes the others.
4. Where the procedure of the text has steps before the ruling, as the hearing of the accused, no vote is
   taken before these (COM-024), and the time for votes begins only then: no silence, chair or presumption
   rules before them, and no time runs out on a seat that could not vote.
5. Who objects in writing is never counted as silent: an objection rules nothing, so it is taken from when
   the proposal was put, and ends the written procedure at once.
"""

from __future__ import annotations

from datetime import datetime

from waarborg.cases.adoption import approve_rules
from waarborg.cases.case import ARRIVED, Ballot, CaseFile, CaseState, choices, due, under_vote
from waarborg.cases.conduct import approve_motion, withdraw_motion
from waarborg.cases.docket import Docket, Takers
from waarborg.cases.eligible import has_seat, not_own
from waarborg.cases.entry import (
    Appeal,
    Approve,
    Choice,
    Entry,
    Outcome,
    Propose,
    Refused,
    RemedyStep,
    RuleBroken,
    Unreadable,
    Vote,
    WithdrawProposal,
)
from waarborg.cases.hearing import approve_grading
from waarborg.cases.remedy import approve_confirmation, begin, remedy
from waarborg.cases.tally import Result, Tally, tally
from waarborg.cases.voting import adopted, may_appeal, may_be_put, ruling_of

_OF_FORM = frozenset({"COM-005", "COM-011", "COM-013", "COM-021"})
"""Rules that refuse a vote for how it is written, whatever it says."""


def propose(docket: Docket, entry: Entry, act: Propose) -> None:
    """A ruling is put to the vote, or waits for a second person."""
    case = docket.case(act.case, active=True)
    rules = docket.rules_of(case)
    has_seat(docket.agreement, rules, entry)
    may_be_put(case, rules, act)
    ballot = Ballot(entry, act, rules, docket.agreed[case.body])
    case.ballots[entry.id] = ballot
    case.stood = case.stood if case.state is CaseState.VOTING else case.state
    case.state = CaseState.VOTING
    docket.note(case, entry)
    if _ready(case, ballot):
        _start(docket, case, ballot, entry.known_at, entry.id)


def _ready(case: CaseFile, ballot: Ballot) -> bool:
    """Whether votes may be cast: it is the turn of the ruling, and a second person stands behind the proposal."""
    return not case.unripe and (not ballot.rules.two_persons or bool(ballot.approved_by))


def _start(
    docket: Docket, case: CaseFile, ballot: Ballot, at: datetime, by: str, when: str = ARRIVED
) -> None:
    ballot.due = due("votes", case.body, at, ballot.rules.vote_hours, by, when)
    docket.run(case, ballot.entry.id, ballot.due)


def take_turn(docket: Docket, case: CaseFile, unripe: str, at: datetime) -> None:
    """The procedure of the text moved: where the ruling's turn has come, the time for votes begins.

    Where it went back, the time for votes ends, and begins anew when the ruling's turn comes again.

    Args:
        docket: The docket.
        case: The case.
        unripe: What the text still has before a ruling, in words; "" when nothing.
        at: When the procedure moved.
    """
    case.unripe = unripe
    for ballot in under_vote(case):
        name = ballot.entry.id
        if unripe:
            case.duties.pop(name, None)
            if ballot.votes and ballot.due is not None:
                case.flags.append(
                    f"votes were cast on {name} before the procedure went back, and count: "
                    f"{', '.join(ballot.votes)} ({unripe})"
                )
            ballot.due = None
        elif ballot.due is None and _ready(case, ballot):
            _start(docket, case, ballot, at, name, "could be voted on")


def approve(docket: Docket, entry: Entry, act: Approve) -> None:
    """Another stands behind rules, a grading, a motion, a confirmation or a proposal."""
    about = (approve_rules, approve_grading, approve_motion, approve_confirmation)
    if any(takes(docket, entry, act) for takes in about):
        return
    case, ballot = _ballot(docket, act.proposal)
    has_seat(docket.agreement, ballot.rules, entry)
    not_own(ballot.entry, entry, "a proposal")
    if entry.party == case.accused:
        words = f"{entry.party} is accused in {case.id}, and votes, but puts nothing to the vote"
        raise RuleBroken("COM-009", words)
    if ballot.approved_by:
        raise RuleBroken("COM-002", f"{act.proposal} is approved already")
    ballot.approved_by = entry.author
    docket.note(case, entry)
    if ballot.due is None and _ready(case, ballot):
        _start(docket, case, ballot, entry.known_at, entry.id)


def vote(docket: Docket, entry: Entry, act: Vote) -> None:
    """A seat votes; when all have voted, or one has objected in writing, the vote is counted."""
    case, ballot = _ballot(docket, act.proposal)
    has_seat(docket.agreement, ballot.rules, entry)
    held_back = ballot.proposal.silence and act.choice is not Choice.FOR
    if case.unripe and not held_back:
        raise RuleBroken("COM-024", f"{case.id} is not ripe for a vote: {case.unripe}")
    if entry.party in ballot.votes:
        raise RuleBroken("COM-002", f"{entry.party} has voted on {act.proposal} already")
    if ballot.due is None and not held_back:
        raise RuleBroken("COM-009", f"{act.proposal} still wants a second person's approval")
    ballot.votes[entry.party] = entry
    ballot.knew[entry.party] = len(case.entries)
    docket.note(case, entry)
    objected = held_back and act.choice is Choice.AGAINST
    all_voted = ballot.due is not None and len(ballot.votes) == len(ballot.rules.seats)
    if objected or all_voted:
        count(docket, case, ballot, entry.known_at)


def note_unread(docket: Docket, refused: Refused) -> None:
    """A vote that was refused for its form may have been an objection: keep it beside the silence it broke.

    One that can be read and is no vote against, or that names a proposal that is not put in writing, is none.
    """
    entry, act = refused.entry, refused.entry.act
    if isinstance(act, Unreadable):
        kept, about = act.kind == "vote", act.about
    else:
        against = isinstance(act, Vote) and act.choice is Choice.AGAINST
        kept = against and refused.rule in _OF_FORM
        about = getattr(act, "proposal", "")
    if not kept:
        return
    case = docket.cases.get(docket.owners.get(about, ""))
    known = case.ballots.get(about) if case is not None else None
    every = (ballot for each in docket.cases.values() for ballot in under_vote(each))
    for ballot in every if known is None else (known,):
        seated = entry.party in {seat.party for seat in ballot.rules.seats}
        if ballot.tally is None and ballot.proposal.silence and seated:
            ballot.unread.setdefault(entry.party, refused)


def withdraw(docket: Docket, entry: Entry, act: WithdrawProposal) -> None:
    """Who made a proposal, or put a motion, takes it back."""
    if withdraw_motion(docket, entry, act):
        return
    case, ballot = _ballot(docket, act.proposal)
    if entry.party != ballot.entry.party:
        raise RuleBroken("COM-012", f"only {ballot.entry.party} can withdraw {act.proposal}")
    ballot.withdrawn = True
    case.duties.pop(act.proposal, None)
    case.state = CaseState.VOTING if under_vote(case) else case.stood
    cast = list(choices(ballot).values())
    if cast:
        stood = ", ".join(f"{cast.count(choice)} {choice.value}" for choice in Choice)
        case.flags.append(
            f"withdrawn by {entry.author} after votes were cast: {act.proposal} ({stood})"
        )
    docket.note(case, entry)


def count(docket: Docket, case: CaseFile, ballot: Ballot, at: datetime) -> None:
    """A vote is counted: it adopts, rejects or deadlocks."""
    rules = ballot.rules
    case.duties.pop(ballot.entry.id, None)
    ballot.tally = tally(rules, choices(ballot), silence=ballot.proposal.silence)
    case.moved_at = at
    by = adopted(docket.agreement, ballot, ballot.tally)
    if by:
        _rule(docket, case, ballot, ballot.tally, at, by)
        return
    case.flags.append(f"{ballot.tally.result.value.replace('_', ' ')}: {ballot.tally.words}")
    rejected = ballot.tally.result is Result.REJECTED
    case.state = CaseState.OPEN if rejected else CaseState.DEADLOCKED
    docket.decided.add(case.id)
    if not rejected and rules.on_deadlock == "refer_to_guarantors":
        case.flags.append("the deadlock goes to the guarantors, as the rules say")
    if case.rulings:
        case.state = CaseState.RULED
    if under_vote(case):
        case.stood, case.state = case.state, CaseState.VOTING


def appeal(docket: Docket, entry: Entry, act: Appeal) -> None:
    """A party asks that a ruling be looked at again."""
    case = docket.case(act.case, active=True)
    may_appeal(case, entry, docket.agreement.parties)
    if case.state is CaseState.RULED:
        case.state = CaseState.APPEALED
    docket.note(case, entry)


def _ballot(docket: Docket, proposal: str) -> tuple[CaseFile, Ballot]:
    case = docket.case(proposal, active=True)
    ballot = case.ballots.get(proposal)
    if ballot is None:
        raise RuleBroken("COM-005", f"{proposal} is no proposal")
    if ballot.withdrawn:
        raise RuleBroken("COM-004", f"{proposal} was withdrawn")
    if ballot.overtaken_by:
        words = f"{proposal} was overtaken: {ballot.overtaken_by} was adopted first"
        raise RuleBroken("COM-003", words)
    if ballot.tally is not None:
        raise RuleBroken("COM-003", f"the vote on {proposal} is closed")
    return case, ballot


def _rule(
    docket: Docket, case: CaseFile, ballot: Ballot, tallied: Tally, at: datetime, by: str
) -> None:
    wanted, name = ballot.proposal, ballot.entry.id
    owed = None
    for old in case.rulings:
        for held in (case.duties, case.lapsed):
            held.pop(f"remedy:{old.proposal}", None)
        case.duties.pop(f"appeal:{old.proposal}", None)
    begin(case, "owed" * bool(wanted.remedy and wanted.outcome is Outcome.BREACH))
    if wanted.remedy and wanted.outcome is Outcome.BREACH:
        owed = due(wanted.remedy, wanted.responsible, at, wanted.remedy_hours, name, "was adopted")
        docket.run(case, f"remedy:{name}", owed)
    ruling = ruling_of(case, ballot, tallied, at, by, owed)
    case.rulings.append(ruling)
    case.flags += [f"ruling {name}: {flag}" for flag in ruling.flags]
    for other in under_vote(case):
        other.overtaken_by = name
        case.duties.pop(other.entry.id, None)
        case.flags.append(f"overtaken: {other.entry.id}, as {name} was adopted first")
    case.state = CaseState.RULED
    docket.decided.add(case.id)
    docket.run(
        case,
        f"appeal:{name}",
        due("appeal", "any party", at, ballot.rules.appeal_hours, name, "was adopted"),
    )


BALLOTS: Takers = {
    Propose: propose,
    Approve: approve,
    Vote: vote,
    WithdrawProposal: withdraw,
    Appeal: appeal,
    RemedyStep: remedy,
}
"""What each act of voting and of what follows a ruling does."""
