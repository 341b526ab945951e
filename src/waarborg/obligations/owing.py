"""What comes to be owed, anew or no more, as a determination is made, changes or goes.

Rules this module keeps:
1. A later determination that asks for less voids the rest, which stays on the list (see `ledger`).
2. What is asked for anew has its time anew.
3. For one incident a promise is owed once: a body's ruling on what the text itself found, and set the
   promise off for, adds no second obligation; it brings one when the text's own goes.
4. How promises stand for a breach is worked out from the moment at which it was found.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import datetime

from waarborg.cases.case import CaseState
from waarborg.cases.determination import (
    OPERATION_OF_THE_TEXT,
    Decision,
    Determination,
    DeterminationId,
)
from waarborg.cases.turn import Turn
from waarborg.obligations.fall_due import fall_due
from waarborg.obligations.flags import other_text
from waarborg.obligations.ledger import Fallen, Ledger
from waarborg.obligations.obligation import Obligation


def derive(ledger: Ledger, name: str, at: datetime) -> None:
    """Work out again what follows from what stands under a name."""
    made = ledger.determination(name)
    if made is None:
        return
    if ledger.from_first and made.decision is Decision.BREACH_FOUND:
        _note_first(ledger, made, at)
    _owe(ledger, name, made, at)
    case = ledger.commission.cases.get(name)
    if case is not None and ledger.promises.amendments:
        case.other_text = other_text(ledger, made)
        ledger.changes.cases.add(name)
    if made.by == OPERATION_OF_THE_TEXT:
        for other in _others(ledger, made):
            if ledger.commission.cases.get(other) is not None:
                derive(ledger, other, at)


def fall(ledger: Ledger, turn: Turn) -> None:
    """What rested on a determination of the text alone is owed no more; a case keeps what it had."""
    if turn.id in ledger.commission.cases:
        return
    made = ledger.base.pop(turn.id, None)
    ledger.let_go(turn.id)
    gone = ledger.owed_by.pop(turn.id, ())
    for name in gone:
        del ledger.owed[name]
    ledger.changes.owed.update(gone)
    ledger.fallen.append(Fallen(turn.at, turn.id, gone, turn.words, made or turn.either))
    if made is not None:
        ledger.commission.decided |= ledger.commission.cases.keys() & set(_others(ledger, made))


def set_apart(ledger: Ledger, name: str, made: Determination) -> None:
    """Work out how promises stand for a breach, from the moment at which it was found."""
    alike = ledger.promises.alike(name, ledger.since[name], made.happened)
    if alike != ledger.alike.get(name):
        ledger.let_go(name)
        ledger.alike[name] = alike


def _note_first(ledger: Ledger, made: Determination, at: datetime) -> None:
    """Keep the first breach of each party; an earlier one moves every clock that runs from it."""
    party, held = str(made.breacher), ledger.first.get(str(made.breacher))
    if held is not None and held <= made.happened:
        return
    ledger.first[party] = made.happened
    for name in sorted(ledger.owed_by):
        other = ledger.determination(name)
        if other is not None and str(other.breacher) == party:
            _owe(ledger, name, other, at)


def _owe(ledger: Ledger, name: str, made: Determination, at: datetime) -> None:
    moments = ledger.moments_for(name, made)
    if ledger.agreement.procedures:
        case = ledger.commission.cases.get(name)
        left_open = made.decision is Decision.CANNOT_BE_DETERMINED
        over = case is not None and (
            case.state in {CaseState.CLOSED, CaseState.JOINED}
            or (left_open and case.state is CaseState.RULED)
        )
        ended = f"the case is {case.state.value}" if case is not None and over else ""
        parted = case.split_from if case is not None and case.opened_at == at else ""
        ledger.procedures.follow(made, moments, at, ended, parted)
    before = ledger.owed_by.get(name, ())
    found: tuple[Obligation, ...] = ()
    if made.decision is Decision.BREACH_FOUND:
        signed = ledger.promises.signed() if ledger.promises.amendments else None
        known = {DeterminationId(made.id): moments}
        found = fall_due(ledger.agreement, [made], at, known, signed)
        if made.by != OPERATION_OF_THE_TEXT:
            found = _not_owed_already(ledger, made, found, before)
    if not before and not found:
        return
    ledger.since.setdefault(name, at)
    ledger.let_go(name)
    set_apart(ledger, name, made)
    names = {str(each.id): each for each in found}
    for gone in before:
        if gone not in names:
            words = made.decision.value.replace("_", " ")
            ledger.void[gone] = f"{made.id} is now {words} and asks for it no more"
    for owed_id, each in names.items():
        if ledger.void.pop(owed_id, None) is not None:
            ledger.late.pop(owed_id, None)  # asked for anew, its time runs anew
        ledger.owed_for[owed_id] = name
        latest, held = each.deadline.latest, ledger.owed.get(owed_id)
        runs = held is not None and held.deadline.latest == latest
        if latest is not None and not (runs and latest > at):
            heapq.heappush(ledger.ends, (latest, owed_id))
    ledger.owed |= names
    ledger.owed_by[name] = tuple(dict.fromkeys((*before, *names)))
    ledger.changes.owed.update(ledger.owed_by[name])


def _others(ledger: Ledger, made: Determination) -> list[str]:
    """Names of the determinations that other prohibitions make of the same incident."""
    if not made.incident:
        return []
    stem = made.id.removesuffix(made.prohibition)
    return [f"{stem}{p.id}" for p in ledger.agreement.prohibitions if p.id != made.prohibition]


def _not_owed_already(
    ledger: Ledger, made: Determination, found: Sequence[Obligation], before: Sequence[str]
) -> tuple[Obligation, ...]:
    """What a ruling makes owed and the text has not made owed already for the same incident."""
    by_text = {
        (owed.guarantee, owed.guarantor): name
        for other in _others(ledger, made)
        if other in ledger.base and ledger.base[other].by == OPERATION_OF_THE_TEXT
        for name in ledger.owed_by.get(other, ())
        if name not in ledger.void
        for owed in (ledger.owed[name],)
    }
    kept = []
    for each in found:
        first = by_text.get((each.guarantee, each.guarantor))
        if first is None or (each.id in before and each.id not in ledger.void):
            ledger.one_with.pop(str(each.id), None)
            kept.append(each)
        else:
            ledger.one_with[str(each.id)] = first
    return tuple(kept)
