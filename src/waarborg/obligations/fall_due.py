"""From determination to obligation: whose promise does a determination set off, and until when.

Only a determination sets anything off (law 7). A pending one obliges nobody. A trigger that cannot
be decided gives an obligation in the state UNDECIDED, with the reason, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from waarborg.agreement.condition import properties
from waarborg.agreement.explain import explain
from waarborg.agreement.model import Agreement, Guarantee
from waarborg.base.judgement import Reason, Verdict
from waarborg.base.times import Period, format_instant, parse_instant
from waarborg.cases.determination import OPERATION_OF_THE_TEXT, Decision, Determination
from waarborg.obligations.obligation import (
    Deadline,
    GateState,
    Obligation,
    ObligationId,
    ObligationState,
)

_STANDING_FACTS = frozenset({"in_force"})
"""A trigger over these alone is a standing duty from the first day; no determination sets it off."""


def fall_due(
    agreement: Agreement, determinations: Sequence[Determination], as_of: datetime
) -> tuple[Obligation, ...]:
    """Work out who owes what after the determinations of one agreement.

    Args:
        agreement: The agreement (or guarantee text) with its guarantees and gates, already read
            under the reading that is to apply.
        determinations: What was decided, in any order.
        as_of: The moment at which the state of each obligation is asked.

    Returns:
        Obligations sorted by determination, guarantee and guarantor.
    """
    owed: list[Obligation] = []
    for determination in determinations:
        if determination.agreement != agreement.id:
            continue
        if determination.decision is not Decision.BREACH_FOUND:
            continue
        for guarantee in agreement.guarantees:
            if not properties(guarantee.trigger) <= _STANDING_FACTS:
                owed.extend(_set_off(agreement, guarantee, determination, as_of))
    return tuple(sorted(owed, key=lambda o: o.id))


def _set_off(
    agreement: Agreement, guarantee: Guarantee, determination: Determination, as_of: datetime
) -> list[Obligation]:
    verdict, reasons = _triggered(guarantee, determination)
    if verdict is Verdict.NO:
        return []
    deadline = _deadline(guarantee, determination)
    gates = tuple(
        GateState(gate, agreement.gates[gate].effect, "open", agreement.gates[gate].words)
        for gate in guarantee.gates
    )
    return [
        Obligation(
            id=ObligationId(
                f"obl-{determination.id.removeprefix('det-')}-{guarantee.group}-{guarantee.by}"
            ),
            determination=determination.id,
            agreement=agreement.id,
            exercise=agreement.exercise,
            guarantee=guarantee.group,
            clause=guarantee.clause,
            guarantor=guarantee.by,
            actions=guarantee.actions,
            choice=guarantee.choice,
            strength=guarantee.strength,
            reading=agreement.reading,
            certainty=guarantee.certainty.value,
            deadline=deadline,
            gates=gates,
            relies_on=tuple(guarantee.relies_on),
            state=_state(verdict, gates, guarantee, deadline, as_of),
            reasons=reasons,
        )
    ]


def _triggered(
    guarantee: Guarantee, determination: Determination
) -> tuple[Verdict, tuple[Reason, ...]]:
    """Judge the trigger over every number of hours that may have passed since the first breach.

    A trigger compares the hours with limits, so its answer at both ends settles it in between
    whenever the two agree.
    """
    facts = dict(determination.facts)
    least = facts.pop("hours_since_first_least")
    most = facts.pop("hours_since_first_most")
    at_least = explain(guarantee.trigger, facts | {"hours_since_first": least})
    at_most = explain(guarantee.trigger, facts | {"hours_since_first": most})
    if at_least.verdict is at_most.verdict:
        return at_least.verdict, at_least.reasons
    return Verdict.UNKNOWN, (
        Reason(
            "hours-since-first-open",
            f"between {least} and {most} hours had passed since the first breach, "
            "and the sources give only the day",
        ),
    )


def _deadline(guarantee: Guarantee, determination: Determination) -> Deadline:
    if guarantee.within is None:
        return Deadline(None, guarantee.within_text, _no_time(guarantee))
    start, from_what = _runs_from(guarantee, determination)
    window = Period(start.start + guarantee.within, start.end + guarantee.within)
    words = (
        f"{guarantee.within_text} after {from_what}, "
        f"so between {format_instant(window.start)} and {format_instant(window.end)}"
    )
    return Deadline(window, guarantee.within_text, words)


def _no_time(guarantee: Guarantee) -> str:
    if guarantee.within_open:
        return f"the text leaves open how fast (open term {guarantee.within_open})"
    return "the text sets no time"


def _runs_from(guarantee: Guarantee, determination: Determination) -> tuple[Period, str]:
    if guarantee.runs_from == "occurrence":
        return determination.happened, "the breach happened"
    known = parse_instant(determination.known_at)
    if guarantee.runs_from == "ruling" and determination.by != OPERATION_OF_THE_TEXT:
        return Period(known, known + timedelta(seconds=1)), "the ruling"
    return Period(known, known + timedelta(seconds=1)), "the mission could know of the breach"


def _state(
    verdict: Verdict,
    gates: Sequence[GateState],
    guarantee: Guarantee,
    deadline: Deadline,
    as_of: datetime,
) -> ObligationState:
    if verdict is Verdict.UNKNOWN:
        return ObligationState.UNDECIDED
    if any(gate.effect == "prior_consent" for gate in gates):
        return ObligationState.WAITING_FOR_GATE
    if guarantee.relies_on:
        return ObligationState.WAITING_FOR_PARTNER
    if deadline.window is None:
        return ObligationState.NO_DEADLINE
    if as_of < deadline.window.start:
        return ObligationState.DUE
    return (
        ObligationState.OVERDUE if as_of >= deadline.window.end else ObligationState.MAYBE_OVERDUE
    )
