"""What a case makes of an alleged breach: the determination that guarantors look at."""

from __future__ import annotations

from dataclasses import replace

from waarborg.base.parties import PartyId
from waarborg.base.times import format_instant
from waarborg.cases.case import CaseFile, CaseState, Ruling, closing
from waarborg.cases.determination import (
    Decision,
    Determination,
    DeterminationId,
    charge,
    pending,
)
from waarborg.cases.entry import Outcome
from waarborg.cases.tally import Result
from waarborg.findings.finding import FindingId, Tier
from waarborg.incidents.incident import IncidentId


def ruled(
    agreement: str, exercise: str, case: CaseFile, base: Determination | None
) -> Determination:
    """The determination of a case; pending while nothing is decided.

    Args:
        agreement: Identifier of the agreement file.
        exercise: Sentence on every output when the file is read as an exercise, else "".
        case: The case.
        base: The pending determination that opened it, None when an entry did.
    """
    ruling = case.ruling
    start = base or alleged(agreement, exercise, case)
    if ruling is None:
        if case.state in {CaseState.CLOSED, CaseState.JOINED}:
            return replace(start, words=_ended(case))
        if case.state is not CaseState.DEADLOCKED:
            return start
        return _without_ruling(case, start)
    if ruling.outcome is Outcome.CANNOT_BE_DETERMINED:
        words = f"{case.body} decided {ruling.by} that it cannot be determined."
        return replace(start, decision=Decision.CANNOT_BE_DETERMINED, words=words)
    decision = Decision.BREACH_FOUND if ruling.outcome is Outcome.BREACH else Decision.NO_BREACH
    facts = start.facts | {
        "decision": decision.value,
        "actor": ruling.responsible or case.accused,
    }
    if ruling.responsible:
        facts["attribution"] = "confirmed"
    return replace(
        start,
        decision=decision,
        breacher=PartyId(ruling.responsible or case.accused),
        known_at=format_instant(ruling.at),
        facts=facts,
        words=_words(case, ruling),
    )


def _without_ruling(case: CaseFile, start: Determination) -> Determination:
    """Of a case whose last vote decided nothing: a deadlock, or a vote that could not be counted or lacked a quorum."""
    counted = [ballot.tally for ballot in case.ballots.values() if ballot.tally is not None]
    last = [each for each in counted if each.result is not Result.REJECTED][-1]
    if last.result is not Result.DEADLOCK:
        why = last.result.value.replace("_", " ")
        return replace(start, words=f"{case.body} has made no ruling: {why}: {last.words}.")
    words = f"{case.body} is deadlocked: deadlock: {last.words}."
    return replace(start, facts=start.facts | {"decision": "deadlock"}, words=words)


def _ended(case: CaseFile) -> str:
    """How a case ended on which nobody ruled."""
    if case.state is CaseState.JOINED:
        return (
            f"{case.body} has decided nothing here: the case is dealt with in {case.joined_into}."
        )
    closed = closing(case)
    told = closed.words if closed else "closed"
    return f"{case.body} has made no ruling: the case was {told}."


def _words(case: CaseFile, ruling: Ruling) -> str:
    who = ruling.responsible or "nobody named"
    return (
        f"{case.body} decided {ruling.by}: {ruling.outcome.value.replace('_', ' ')} of "
        f"{case.clause}, responsible {who} ({ruling.tally.words})."
    )


def alleged(agreement: str, exercise: str, case: CaseFile) -> Determination:
    """The pending determination of a case that an entry opened; it rests on the first of its findings."""
    return Determination(
        id=DeterminationId(f"det-{case.id}"),
        finding=FindingId(case.findings[0] if case.findings else ""),
        incident=IncidentId(case.id),
        agreement=agreement,
        exercise=exercise,
        prohibition="",
        clause=case.clause,
        breacher=PartyId(case.accused),
        by=case.body,
        decision=Decision.PENDING,
        tier=Tier.CERTAIN,
        happened=case.happened,
        known_at=format_instant(case.opened_at),
        facts={
            "actor": case.accused,
            "act": case.act_done or None,
            "target": None,
            "severity": case.severity,
            "attribution": "unknown",
            "decision": "pending",
            "in_force": True,
            "continuing": None,
            "hours_since_first_least": 0,
            "hours_since_first_most": 0,
        },
        words=pending(case.body, charge(case.accused, case.clause, "")),
        cites=(),
        place=case.place,
    )
