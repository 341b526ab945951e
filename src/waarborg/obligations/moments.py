"""From which moment a clock runs, and until when: the deadlines of promises and procedures.

Rules this module keeps:
1. Which moment starts a clock is the text's choice; where it says nothing, the verification does.
2. A moment known only to a stretch gives a deadline that is a stretch.
3. A moment that has not come starts no clock; that is said, and is no deadline that was met.
4. Knowledge that comes late is treated as the file says, and is always told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from waarborg.agreement.deadlines import UNSTATED, due
from waarborg.agreement.model import Agreement, Guarantee
from waarborg.agreement.sections import Clock, Commitment, Step
from waarborg.agreement.vocabulary import ClockKind, LateKnowledge, RunsFrom
from waarborg.base.times import Period, elapsed_words, format_instant, parse_instant
from waarborg.cases.case import CaseFile, unbroken
from waarborg.cases.determination import OPERATION_OF_THE_TEXT, Decision, Determination
from waarborg.obligations.obligation import Deadline, latest_of

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Moments:
    """When the things came about from which a clock can run; None for what has not.

    Attributes:
        happened: The breach.
        known: The mission could know of it.
        verified: It was verified, or ruled on; found by the text, it counts as verified when known.
        ruled: The first ruling that decided so, None where the text decides.
        asked: A party asked the guarantors for an answer.
        first_breach: The first breach found of the same party.
        by_text: The text itself decides.
        by_ruling: Nobody had verified it when it was ruled on, and the ruling counts as its verification.
    """

    happened: Period
    known: datetime | None
    verified: datetime | None
    ruled: datetime | None = None
    asked: datetime | None = None
    first_breach: Period | None = None
    by_text: bool = False
    by_ruling: bool = False


def moments_of(
    determination: Determination,
    case: CaseFile | None = None,
    base: Determination | None = None,
    asked: datetime | None = None,
    first_breach: Period | None = None,
) -> Moments:
    """The moments of one determination.

    Args:
        determination: As it stands now.
        case: Its case before a body, None when the text decides.
        base: The determination that opened the case, None when an entry did.
        asked: When a party asked for an answer.
        first_breach: The first breach found of the same party.
    """
    known = parse_instant((base or determination).known_at)
    if case and not base:
        known = case.known_at or case.opened_at
    if case is None:
        by_text = determination.by == OPERATION_OF_THE_TEXT
        # Without the case, a body's ruling is known by its determination alone.
        found = determination.decision is not Decision.PENDING
        moment = parse_instant(determination.known_at) if found else None
        ruled = None if by_text else moment
        return Moments(
            determination.happened,
            known,
            moment,
            ruled,
            asked,
            first_breach,
            by_text=by_text,
            by_ruling=ruled is not None,
        )
    ruled = next((ruling.at for ruling in unbroken(case.rulings)), None)
    by_ruling = ruled is not None and (case.verified_at is None or ruled < case.verified_at)
    verified = ruled if by_ruling else case.verified_at
    return Moments(
        determination.happened, known, verified, ruled, asked, first_breach, by_ruling=by_ruling
    )


def deadline_of_guarantee(agreement: Agreement, guarantee: Guarantee, moments: Moments) -> Deadline:
    """Until when a promise is to be kept."""
    if not guarantee.within_text:
        return Deadline(None, "", _no_time(guarantee.within_open))
    clock = agreement.clocks.get(guarantee.clock)
    start, words = _start(guarantee.runs_from.value, moments)
    return _deadline(clock, guarantee.within_text, start, words, guarantee.late_knowledge, moments)


def deadline_of_step(
    agreement: Agreement, step: Step, moments: Moments, opened: datetime
) -> Deadline:
    """Until when a step of a procedure is to be taken.

    Args:
        agreement: The text, for its clocks.
        step: The step.
        moments: Of the breach.
        opened: When the step opened.
    """
    if step.within is None or not step.within.text:
        return Deadline(None, "", _no_time(step.within.open_term if step.within else ""))
    if step.runs_from == "step":
        start: Period | None = Period(opened, opened + _SECOND)
        words = "the step opened"
    else:
        start, words = _start(step.runs_from, moments)
    clock = agreement.clocks.get(step.clock)
    return _deadline(clock, step.within.text, start, words, step.late_knowledge, moments)


def deadline_of_commitment(
    given: Commitment, free: datetime | None, *, timeless: bool = False
) -> Deadline:
    """Until when a commitment is to be kept: so long after all that it waits for is there.

    Args:
        given: The commitment.
        free: Since when nothing holds it back, None while something does.
        timeless: It waits for nothing, in a text that names no beginning.
    """
    if given.within is None or not given.within.text:
        return Deadline(None, "", _no_time(given.within.open_term if given.within else ""))
    span, named = given.within.text, ", ".join(given.waits_for)
    were = "were" if len(given.waits_for) > 1 else "was"
    from_what = f"clause {given.clause} came to bind {given.by}"
    if named:
        from_what = f"{named} {were} there"
    if free is None:
        why = "of which the file gives no moment" if timeless else "which is not on the record"
        return Deadline(None, span, f"{span} after {from_what}, {why}: no time runs yet")
    try:
        window = _window(None, Period(free, free + _SECOND), span)
    except ValueError as error:
        return Deadline(None, span, f"{span} after {from_what}, which cannot be measured: {error}")
    words = f"{span} after {from_what} ({format_instant(free)}), so {_between(window)}"
    return Deadline(window, span, words)


def postponed(deadline: Deadline, pause: timedelta) -> Deadline:
    """A deadline moved by the time its procedure stood still."""
    if deadline.window is None:
        return deadline
    window = Period(deadline.window.start + pause, deadline.window.end + pause)
    moved = f"moved by {elapsed_words(pause)} for which the procedure was suspended"
    words = f"{deadline.words}; {moved}, so now {_between(window)}"
    return replace(deadline, window=window, words=words)


def _start(runs_from: str, moments: Moments) -> tuple[Period | None, str]:
    """The moment a clock runs from, and how a sentence calls it."""
    match RunsFrom(runs_from):
        case RunsFrom.OCCURRENCE:
            return moments.happened, "the breach happened"
        case RunsFrom.FIRST_BREACH:
            return moments.first_breach, "the first breach"
        case RunsFrom.REQUEST:
            return _at(moments.asked), "a party asked for an answer"
        case RunsFrom.VERIFICATION if not moments.by_text:
            return _at(moments.verified), _verified(moments)
        case RunsFrom.RULING if not moments.by_text:
            return _at(moments.ruled), "the ruling"
        case RunsFrom.KNOWLEDGE | RunsFrom.VERIFICATION | RunsFrom.RULING:
            return _at(moments.known), "the mission could know of the breach"


def _verified(moments: Moments) -> str:
    """What a clock that runs from the verification really runs from."""
    if moments.by_ruling:
        return "the ruling, which counts as the verification, since nobody had verified the breach before it"
    return "the breach was verified" if moments.verified else "the verification of the breach"


@lru_cache(maxsize=1 << 12)
def _at(moment: datetime | None) -> Period | None:
    return None if moment is None else Period(moment, moment + _SECOND)


def _deadline(
    clock: Clock | None,
    span: str,
    start: Period | None,
    from_what: str,
    late: LateKnowledge,
    moments: Moments,
) -> Deadline:
    if start is None:
        words = f"{span} after {from_what}, which is not on the record: no time runs yet"
        return Deadline(None, span, f"{words} (it happened {_between(moments.happened)})")
    known = moments.known
    if late is LateKnowledge.FROM_KNOWLEDGE and known is not None and known > start.start:
        start = Period(known, max(start.end, known + _SECOND))
        from_what = f"the breach became known, later than {from_what}"
    try:
        window = _window(clock, start, span)
    except ValueError as error:
        return Deadline(None, span, f"{span} after {from_what}, which cannot be measured: {error}")
    words = f"{span} after {from_what}, so {_between(window)}"
    if clock is not None:
        words += f", on a clock of {_KINDS[clock.kind]} in {clock.zone}"
    if from_what == _verified(moments):
        words += f"; it happened {_between(moments.happened)}"
    if known is not None and known >= latest_of(window):
        words += f"; known only at {format_instant(known)}, when this had passed"
    return Deadline(window, span, words)


_KINDS = {
    ClockKind.ELAPSED: "elapsed time",
    ClockKind.LOCAL_DAYS: "calendar days",
    ClockKind.WORKING: "working time",
}


def _window(clock: Clock | None, start: Period, span: str) -> Period:
    measured = clock or UNSTATED
    first = due(measured, start.start, span)
    if start.end - start.start <= _SECOND:
        return Period(first, first + _SECOND)
    last = due(measured, start.end, span)
    return Period(first, max(last, first + _SECOND))


def _between(period: Period) -> str:
    if period.end - period.start <= _SECOND:
        return f"at {format_instant(period.start)}"
    return f"between {format_instant(period.start)} and {format_instant(period.end)}"


def _no_time(open_term: str) -> str:
    if open_term:
        return f"the text leaves open how fast (open term {open_term})"
    return "the text sets no time"
