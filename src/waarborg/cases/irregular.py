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
from waarborg.cases.case import CaseFile
from waarborg.cases.entry import Entry, Outcome, Propose, Verification, Verify
from waarborg.cases.tasked import graded_on_task


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
    return (*steps, *alone, *_heard(case, at), *_graded(case, wanted), *graded_on_task(case))


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
    """Whether anybody had graded what was ruled on, and said that it is verified."""
    if not case.graded:
        waiting = unbacked(case)
        if not waiting:
            yield "ruled on a case that nobody had graded"
        for entry in waiting:
            yield (
                f"ruled on a case of which no grading counts: nobody stood behind {entry.id} "
                f"of {entry.author}"
            )
    elif wanted.outcome is Outcome.BREACH and Verification.VERIFIED not in case.graded.values():
        results = dict.fromkeys(each.value.replace("_", " ") for each in case.graded.values())
        names = ", ".join(case.graded)
        yield f"a breach was found where the grading says {', '.join(results)} ({names})"


def unbacked(case: CaseFile) -> list[Entry]:
    """The gradings of a case that nobody stood behind, where two persons are wanted and none counts."""
    return [] if case.graded else [e for e in case.entries if isinstance(e.act, Verify)]
