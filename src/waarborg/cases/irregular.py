"""What a ruling, or a case closed without one, lacked in procedure: it stands, and whoever reads it must know.

Rules this module keeps:
1. A flag bars nothing and undoes nothing; an appeal or a correction does.
2. What lay before the body when it ruled counts, and nothing that came later.
3. That the accused was told or heard rests on a word of its own, or of somebody who did not bring the case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from waarborg.base.times import format_instant
from waarborg.cases.case import Ballot, CaseFile
from waarborg.cases.entry import Entry, Likelihood, Outcome, Propose, Verification, Verify

_BELOW_EVEN = {Likelihood.ALMOST_NO_CHANCE, Likelihood.VERY_UNLIKELY, Likelihood.UNLIKELY}


def irregularities(case: CaseFile, wanted: Propose, at: datetime) -> tuple[str, ...]:
    """What must be noticed about a ruling, in words.

    Args:
        case: The case, as it stood when the body ruled.
        wanted: What was adopted.
        at: When.
    """
    steps = (f"ruled without a step that the text has before it: {each}" for each in case.untaken)
    nothing = f"nothing of {case.accused}'s is on the record"
    alone = (f"{each}; {nothing}" for each in case.on_word if not case.spoken)
    return (*steps, *alone, *_heard(case, at), *_graded(case, wanted), *_nobody(case, wanted))


def _heard(case: CaseFile, at: datetime) -> Iterator[str]:
    """Whether the accused had its time to comment."""
    own, until = case.spoken, case.comment_until
    said = f"it had spoken in {', '.join(own)}" if own else "it had said nothing"
    if until is not None and at < until:
        yield (
            f"ruled at {format_instant(at)}, within the time to comment of {case.accused}, which ran "
            f"until {format_instant(until)}; {said}"
        )
    if until is None and not own:
        yield (
            f"ruled without a time to comment for {case.accused}: no rules of procedure were in effect "
            f"when the case came, and {said}"
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
