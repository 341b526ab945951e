"""What a ruling, or a case closed without one, lacked in procedure: it stands, and whoever reads it must know.

Rules this module keeps:
1. A flag bars nothing and undoes nothing; an appeal or a correction does.
2. What lay before the body when it ruled counts, and nothing that came later.
3. That the accused was told or heard rests on its signature under the step, or on somebody who did not bring
   the case; what the accused said otherwise is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from waarborg.agreement.words import listed
from waarborg.base.times import format_instant
from waarborg.cases.case import Ballot, CaseFile, carried, choices
from waarborg.cases.entry import (
    Account,
    Choice,
    Comment,
    Deconflict,
    Entry,
    Likelihood,
    Outcome,
    Propose,
    Verification,
    Verify,
)
from waarborg.cases.promise_acts import PauseCourse
from waarborg.cases.tasked import graded_on_task

_BELOW_EVEN = {Likelihood.ALMOST_NO_CHANCE, Likelihood.VERY_UNLIKELY, Likelihood.UNLIKELY}


def irregularities(case: CaseFile, ballot: Ballot, at: datetime) -> tuple[str, ...]:
    """What must be noticed about a ruling, in words.

    Args:
        case: The case, as it stood when the body ruled.
        ballot: The vote on what was adopted, as it was counted.
        at: When.
    """
    wanted = ballot.proposal
    steps = (f"ruled without a step that the text has before it: {each}" for each in case.untaken)
    alone = (f"{each}; {_own_word(case)}" for each in case.on_word)
    return (
        *steps,
        *alone,
        *_heard(case, at),
        *_rules(case, ballot),
        *_put_by_accused(case, ballot),
        *_not_silent(case, ballot),
        *unread_objections(ballot),
        *_graded(case, wanted),
        *_nobody(case, wanted),
        *graded_on_task(case),
        *case.taken_in,
        *_suspended(case),
    )


def _suspended(case: CaseFile) -> Iterator[str]:
    """That a procedure of the case was suspended when the body ruled."""
    last = {motion.course: motion for motion in carried(case) if motion.course}
    for motion in last.values():
        if isinstance(motion.act, PauseCourse):
            yield f"ruled while {motion.course} was suspended (in {motion.entry.id} by {motion.entry.party})"


def _own_word(case: CaseFile) -> str:
    """What of the accused's own is on the record: a protest shows that it knew, and never that it was heard."""
    if not case.spoken:
        return f"nothing of {case.accused}'s is on the record"
    return (
        f"{case.accused} itself spoke in {', '.join(case.spoken)}, which shows that it knew of the case, not "
        "that this was done"
    )


def _heard(case: CaseFile, at: datetime) -> Iterator[str]:
    """Whether the accused had its time to comment."""
    own, until = case.spoken, case.comment_until
    said = f"it had spoken in {', '.join(own)}" if own else "it had said nothing"
    if until is not None and at < until:
        yield (
            f"ruled at {format_instant(at)}, within the time to comment of {case.accused}, which ran "
            f"until {format_instant(until)}; {said}"
        )
    if until is not None and until <= case.opened_at and not own:
        yield (
            f"ruled without a time to comment for {case.accused}: the rules of procedure give none, and it "
            "had said nothing"
        )
    if until is None and not own:
        yield (
            f"ruled without a time to comment for {case.accused}: no rules of procedure were in effect "
            f"when the case came, and {said}"
        )


def _rules(case: CaseFile, ballot: Ballot) -> Iterator[str]:
    """Rules of procedure that leave no time for an appeal, or that the accused, which has a seat, never agreed to."""
    rules, asked = ballot.rules, {seat.party for seat in ballot.rules.seats} - ballot.agreed
    if rules.appeal_hours <= 0:
        yield "no appeal can be lodged against this ruling: the rules of procedure give no time for one"
    if case.accused in asked and ballot.proposal.outcome is Outcome.BREACH:
        yield (
            f"ruled under rules of procedure of {listed(sorted(ballot.agreed), 'and')}, to which {case.accused} did "
            f"not agree: hours to comment {rules.comment_hours}, to vote {rules.vote_hours}, to appeal "
            f"{rules.appeal_hours}"
        )


def _put_by_accused(case: CaseFile, ballot: Ballot) -> Iterator[str]:
    """That the accused itself put the ruling to the vote, and whether any seat voted for it."""
    if ballot.entry.party != case.accused:
        return
    agreed = sorted(party for party, choice in choices(ballot).items() if choice is Choice.FOR)
    told = f"; it was put in writing, and {listed(agreed, 'and') or 'no seat'} voted for it"
    yield (
        f"{case.accused}, which is accused, put this ruling to the vote in {ballot.entry.id}"
        f"{told if ballot.proposal.silence else ''}"
    )


def _not_silent(case: CaseFile, ballot: Ballot) -> Iterator[str]:
    """Who cast no vote, which counted as consent, and yet spoke in the case while the written procedure ran."""
    if not ballot.proposal.silence:
        return
    quiet = {seat.party for seat in ballot.rules.seats} - {*ballot.votes, ballot.entry.party}
    since = case.entries[case.entries.index(ballot.entry) :]
    words = [e for e in since if isinstance(e.act, Comment | Account | Deconflict)]
    for party in sorted(quiet & {entry.party for entry in words}):
        names = ", ".join(entry.id for entry in words if entry.party == party)
        yield (
            f"{party} cast no vote on {ballot.entry.id}, which counted as consent, and spoke meanwhile in {names}: "
            "whether that was an objection is not decided here"
        )


def _graded(case: CaseFile, wanted: Propose) -> Iterator[str]:
    """Whether anybody had graded what was ruled on, and whether the last word of each bears the ruling out."""
    if not case.graded:
        waiting = unbacked(case)
        if not waiting:
            yield "ruled on a case that nobody had graded"
        for entry in waiting:
            yield (
                f"ruled on a case of which no grading counts: nobody stood behind {entry.id} "
                f"of {entry.author}"
            )
        return
    if wanted.outcome is Outcome.BREACH:
        last = {entry.author: entry for entry in case.graded.values()}
        for entry in last.values():
            told = _against(entry, wanted.responsible or case.accused)
            if told:
                yield f"a breach was found where the grading says {told} ({entry.id})"


def _nobody(case: CaseFile, wanted: Propose) -> Iterator[str]:
    """That a breach was found and nobody held responsible for it."""
    if wanted.outcome is Outcome.BREACH and not wanted.responsible:
        yield (
            "a breach was found and nobody held responsible: what is owed for it is worked out as for one "
            f"of {case.accused}, which the case accuses"
        )


def _against(graded: Entry, party: str) -> str:
    """What a grading says that speaks against a breach of a party, in words; "" where nothing does."""
    act = graded.act
    if not isinstance(act, Verify):
        return ""
    doubted = act.result is not Verification.VERIFIED or act.likelihood in _BELOW_EVEN
    if not doubted and act.attributed_to in {"", party}:
        return ""
    told = [act.result.value.replace("_", " ")]
    if act.attributed_to:
        told.append(f"laid at the door of {act.attributed_to}")
    if act.likelihood is not None:
        chance = act.likelihood.name.lower().replace("_", " ")
        told.append(f"{chance} ({act.likelihood.value} per cent)")
    return ", ".join(told)


def unread_objections(ballot: Ballot) -> tuple[str, ...]:
    """What seats signed while silence counted as their consent, and was refused for its form, in words."""
    if not ballot.proposal.silence:
        return ()
    return tuple(
        f"{party} is counted as silent, and had signed {refused.entry.id} at "
        f"{format_instant(refused.entry.known_at)}, a vote that was refused for its form "
        f"({refused.rule}: {refused.words}): whether it objected cannot be decided"
        for party, refused in sorted(ballot.unread.items())
        if party not in ballot.votes
    )


def unbacked(case: CaseFile) -> list[Entry]:
    """The gradings of a case that nobody stood behind, where two persons are wanted and none counts."""
    return [] if case.graded else [e for e in case.entries if isinstance(e.act, Verify)]
