"""From determination to obligation: whose promise does a determination set off, and until when.

Only a determination sets anything off (law 7). A pending one obliges nobody. A trigger that cannot
be decided gives an obligation in the state UNDECIDED, with the reason, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from waarborg.agreement.model import Agreement, Guarantee, VersionText
from waarborg.agreement.versions import in_force, overlapping
from waarborg.agreement.vocabulary import GateEffect
from waarborg.agreement.ways import barring
from waarborg.base.judgement import Reason, Verdict
from waarborg.cases.determination import Decision, Determination, DeterminationId
from waarborg.obligations.amended import Signed, versions_for
from waarborg.obligations.moments import Moments, deadline_of_guarantee, moments_of
from waarborg.obligations.obligation import (
    Deadline,
    GateState,
    Obligation,
    ObligationId,
    ObligationState,
)
from waarborg.obligations.triggers import hangs_on_no_breach, triggered


def fall_due(
    agreement: Agreement,
    determinations: Sequence[Determination],
    as_of: datetime,
    moments: Mapping[DeterminationId, Moments] | None = None,
    signed: Signed | None = None,
) -> tuple[Obligation, ...]:
    """Work out who owes what after the determinations of one agreement.

    Args:
        agreement: The agreement (or guarantee text) with its guarantees and gates, already read
            under the reading that is to apply.
        determinations: What was decided, in any order.
        as_of: The moment at which the state of each obligation is asked.
        moments: When what a clock can run from came about; None to know it from the determinations
            alone.
        signed: Amendments signed on the record; without any the dates of the file hold for all.

    Returns:
        Obligations sorted by determination, guarantee and guarantor.
    """
    owed: list[Obligation] = []
    for determination in determinations:
        if determination.agreement != agreement.id:
            continue
        if determination.decision is not Decision.BREACH_FOUND:
            continue
        when = (moments or {}).get(determination.id) or moments_of(determination)
        owed.extend(_owed(agreement, determination, when, as_of, signed or {}))
    return tuple(sorted(owed, key=lambda o: o.id))


def _owed(
    agreement: Agreement,
    determination: Determination,
    when: Moments,
    as_of: datetime,
    signed: Signed,
) -> Iterator[Obligation]:
    """What a determination sets off, for each guarantor under the version that binds it."""
    bound: list[tuple[tuple[VersionText, ...], str | None]] = [
        (in_force(agreement, determination.happened), None)
    ]
    if signed:
        bound = [
            (overlapping(versions_for(agreement, signed, party), determination.happened), party)
            for party in sorted(map(str, agreement.parties))
        ]
    for versions, party in bound:
        found = [_under(each.text, determination, when, as_of, party) for each in versions]
        yield from found[0].values() if len(found) == 1 else _either(found)


def _under(
    text: Agreement,
    determination: Determination,
    when: Moments,
    as_of: datetime,
    party: str | None,
) -> dict[ObligationId, Obligation]:
    """What a determination sets off under one version of the text, of one party or of all."""
    return {
        owed.id: owed
        for guarantee in text.guarantees
        if party in {None, str(guarantee.by)}
        if not hangs_on_no_breach(guarantee.trigger)
        for owed in _set_off(text, guarantee, determination, when, as_of)
    }


def _either(found: Sequence[Mapping[ObligationId, Obligation]]) -> Iterator[Obligation]:
    """What is owed when the breach may have happened under any of several versions of the text."""
    for name, owed in {name: o for each in found for name, o in each.items()}.items():
        if all(each.get(name) == owed for each in found):
            yield owed
            continue
        reason = Reason(
            "version-open", "it cannot be said which version of the text was in force at the breach"
        )
        yield replace(owed, state=ObligationState.UNDECIDED, reasons=(*owed.reasons, reason))


def _set_off(
    agreement: Agreement,
    guarantee: Guarantee,
    determination: Determination,
    when: Moments,
    as_of: datetime,
) -> list[Obligation]:
    verdict, reasons = triggered(guarantee.trigger, determination)
    if verdict is Verdict.NO:
        return []
    deadline = deadline_of_guarantee(agreement, guarantee, when)
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
            state=_state(verdict, agreement, guarantee, deadline, as_of),
            reasons=reasons,
        )
    ]


def _state(
    verdict: Verdict,
    agreement: Agreement,
    guarantee: Guarantee,
    deadline: Deadline,
    as_of: datetime,
) -> ObligationState:
    if verdict is Verdict.UNKNOWN:
        return ObligationState.UNDECIDED
    if barring(agreement, guarantee, lambda gate: gate.effect is GateEffect.PRIOR_CONSENT):
        return ObligationState.WAITING_FOR_GATE
    if guarantee.relies_on:
        return ObligationState.WAITING_FOR_PARTNER
    if deadline.window is None:
        return ObligationState.NO_DEADLINE
    if as_of < deadline.window.start:
        return ObligationState.DUE
    late = deadline.latest is not None and as_of >= deadline.latest
    return ObligationState.OVERDUE if late else ObligationState.MAYBE_OVERDUE
