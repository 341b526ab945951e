"""Views of the commission and the guarantors for a moment: docket, what is due, the picture of the day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from waarborg.base.times import format_instant
from waarborg.cases.case import CaseFile, CaseState
from waarborg.cases.determination import Determination
from waarborg.obligations.obligation import Obligation, ObligationState
from waarborg.obligations.state import Running

QUIET = timedelta(days=14)
"""An open case that nothing has touched for so long is shown as quiet; it never leaves by itself."""

_ENDED = frozenset({CaseState.CLOSED, CaseState.JOINED})
_BLOCKED = {ObligationState.WAITING_FOR_GATE, ObligationState.WAITING_FOR_PARTNER}


@dataclass(frozen=True, slots=True)
class DueRow:
    """Something with a deadline: what, from whom, until when, how computed, from which entry."""

    what: str
    who: str
    by: str
    state: str
    words: str
    entry: str


def docket(running: Running, as_of: datetime) -> list[dict[str, Any]]:
    """The cases, the most pressing first: by severity, next deadline, then the newest."""
    cases = sorted(running.commission.cases.values(), key=_pressing)
    return [_row(case, as_of) for case in cases]


def _pressing(case: CaseFile) -> tuple[bool, int, str, float, str]:
    following = min((format_instant(d.by) for d in case.duties.values()), default="9")
    ended = case.state in _ENDED or case.state is CaseState.RULED
    return ended, -case.severity, following, -case.opened_at.timestamp(), case.id


def _row(case: CaseFile, as_of: datetime) -> dict[str, Any]:
    ruling, moved = case.ruling, case.moved_at or case.opened_at
    open_still = case.state not in _ENDED and case.state is not CaseState.RULED
    return {
        "case": case.id,
        "state": case.state.value,
        "accused": case.accused,
        "clause": case.clause,
        "body": case.body,
        "severity": case.severity,
        "happened": [format_instant(case.happened.start), format_instant(case.happened.end)],
        "opened_at": format_instant(case.opened_at),
        "moved_at": format_instant(moved),
        "quiet": open_still and as_of - moved >= QUIET,
        "findings": list(case.findings),
        "entries": [entry.id for entry in case.entries],
        "due": [format_instant(each.by) + " " + each.what for each in case.duties.values()],
        "flags": list(case.flags),
        "joined_into": case.joined_into,
        "remedy": case.remedy_state,
        "ruling": None
        if ruling is None
        else {
            "outcome": ruling.outcome.value,
            "responsible": ruling.responsible,
            "cause": ruling.cause,
            "at": format_instant(ruling.at),
            "by": ruling.by,
            "count": ruling.tally.words,
            "dissent": [list(each) for each in ruling.dissent],
            "remedy": ruling.remedy,
            "proposal": ruling.proposal,
        },
    }


def due(running: Running, as_of: datetime) -> list[DueRow]:
    """What is due before the commission and from the guarantors, the earliest first."""
    rows = [
        DueRow(
            each.what,
            each.who,
            format_instant(each.by),
            "overdue" if each.by <= as_of else "due",
            each.words,
            each.entry,
        )
        for case in running.commission.cases.values()
        for each in case.duties.values()
    ]
    rows += [_owed(each) for each in running.obligations(as_of)]
    return sorted(rows, key=lambda r: (r.by == "", r.by, r.who, r.what))


def _owed(each: Obligation) -> DueRow:
    window = each.deadline.window
    why = "; ".join(reason.words for reason in each.reasons[-1:])
    return DueRow(
        (" or " if each.choice else ", ").join(each.actions),
        str(each.guarantor),
        format_instant(window.end) if window else "",
        each.state.value,
        f"{each.clause}: {each.deadline.words}" + (f" ({why})" if why else ""),
        each.id,
    )


def status(running: Running, as_of: datetime) -> dict[str, Any]:
    """The picture of the day: what is agreed, open and blocked, by what, and what was refused."""
    owed = running.obligations(as_of)
    blocked = [each for each in owed if each.state in _BLOCKED]
    since = as_of - timedelta(days=1)
    return {
        "agreement": running.agreement.id,
        "exercise": running.agreement.exercise,
        "as_of": format_instant(as_of),
        "in_force": {party: step.value for party, step in sorted(running.in_force(as_of).items())},
        "cases": dict(
            sorted(Counter(c.state.value for c in running.commission.cases.values()).items())
        ),
        "obligations": dict(sorted(Counter(each.state.value for each in owed).items())),
        "blocked": [
            {"obligation": each.id, "state": each.state.value, "by": each.reasons[-1].words}
            for each in blocked
        ],
        "moved_in_the_last_day": sorted(
            case.id
            for case in running.commission.cases.values()
            if (case.moved_at or case.opened_at) >= since
        ),
        "refused": [
            {"entry": each.entry.id, "rule": each.rule, "words": each.words}
            for each in running.refused
        ],
    }


def rulings(running: Running) -> list[dict[str, Any]]:
    """Every determination with its ground, in words."""
    return [_determination(each) for each in running.determinations()]


def _determination(each: Determination) -> dict[str, Any]:
    return {
        "determination": each.id,
        "decision": each.decision.value,
        "by": each.by,
        "breacher": str(each.breacher),
        "clause": each.clause,
        "words": each.words,
        "rests_on": [*each.cites, *([each.finding] if each.finding else [])],
    }
