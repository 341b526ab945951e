"""What comes to be owed, anew or no more, as a determination is made, changes or goes.

Rules this module keeps:
1. A later determination that asks for less voids the rest, which stays on the list (see `ledger`).
2. What is asked for anew has its time anew.
3. How promises stand for a breach is worked out from the moment at which it was found.
"""

from __future__ import annotations

import heapq
from datetime import datetime

from waarborg.cases.case import CaseState
from waarborg.cases.determination import Decision, Determination, DeterminationId
from waarborg.cases.turn import Turn
from waarborg.obligations.fall_due import fall_due
from waarborg.obligations.ledger import Fallen, Ledger
from waarborg.obligations.obligation import Obligation
from waarborg.obligations.promises import Alike


def derive(ledger: Ledger, name: str, at: datetime) -> None:
    """Work out again what follows from what stands under a name."""
    made = ledger.determination(name)
    if made is None:
        return
    if ledger.from_first and made.decision is Decision.BREACH_FOUND:
        _note_first(ledger, made, at)
    _owe(ledger, name, made, at)


def fall(ledger: Ledger, turn: Turn) -> None:
    """What rested on a determination of the text alone is owed no more; a case keeps what it had."""
    if turn.id in ledger.commission.cases:
        return
    ledger.base.pop(turn.id, None)
    gone = ledger.owed_by.pop(turn.id, ())
    for name in gone:
        del ledger.owed[name]
    ledger.changes.owed.update(gone)
    ledger.fallen.append(Fallen(turn.at, turn.id, gone, turn.words))


def set_apart(ledger: Ledger, name: str) -> None:
    """Work out how promises stand for a breach, from the moment at which it was found."""
    made = ledger.determination(name)
    if made is not None:
        decided = ledger.promises.decided_for(name, ledger.since[name])
        ledger.alike[name] = Alike(decided, *ledger.promises.bound(made.happened))


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
        ledger.procedures.follow(made, moments, at, ended)
    before = ledger.owed_by.get(name, ())
    found: tuple[Obligation, ...] = ()
    if made.decision is Decision.BREACH_FOUND:
        signed = ledger.promises.signed() if ledger.promises.amendments else None
        known = {DeterminationId(made.id): moments}
        found = fall_due(ledger.agreement, [made], at, known, signed)
    if not before and not found:
        return
    ledger.since.setdefault(name, at)
    set_apart(ledger, name)
    names = {str(each.id): each for each in found}
    for gone in before:
        if gone not in names:
            words = made.decision.value.replace("_", " ")
            ledger.void[gone] = f"{made.id} is now {words} and asks for it no more"
    for owed_id, each in names.items():
        if ledger.void.pop(owed_id, None) is not None:
            ledger.late.pop(owed_id, None)  # asked for anew, its time runs anew
        ledger.owed_for[owed_id] = name
        if each.deadline.latest is not None:
            heapq.heappush(ledger.ends, (each.deadline.latest, owed_id))
    ledger.owed |= names
    ledger.owed_by[name] = tuple(dict.fromkeys((*before, *names)))
    ledger.changes.owed.update(ledger.owed_by[name])
