"""Standing: how far each clause binds each party, on which day, from the file and from entries.

Rules this module keeps:
1. The file's steps come first; entries of a party change what holds for that party.
2. A step for the whole text holds for every clause; a step for one clause only for that clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from waarborg.agreement.model import Agreement
from waarborg.base.grades import Standing
from waarborg.cases.entry import Entry
from waarborg.cases.promise_acts import ChangeStanding

ENDED = frozenset({Standing.SUSPENDED, Standing.LAPSED, Standing.DENOUNCED, Standing.REPLACED})
"""A text in one of these binds no more."""


@dataclass(frozen=True, slots=True)
class Stands:
    """How far one clause binds one party on the day asked.

    Attributes:
        party: The party.
        clause: The clause.
        step: The last step reached.
        since: When it was reached.
        entry: The entry that says so, "" when the file does.
        reservations: Reservations of the party that hold, in words.
    """

    party: str
    clause: str
    step: Standing
    since: datetime
    entry: str
    reservations: tuple[str, ...] = ()


def standings(agreement: Agreement, entries: Sequence[Entry], day: datetime) -> list[Stands]:
    """The standing of every clause for every party that it has reached, by party and clause."""
    taken = _taken(entries, day)
    found = []
    for party in map(str, agreement.parties):
        mine = [(entry, act) for entry, act in taken if act.party == party]
        for clause in agreement.clauses.values():
            stands = None
            for step in clause.standing:
                if step.since <= day and (step.party is None or str(step.party) == party):
                    stands = Stands(party, clause.id, step.step, step.since, "")
            reserved: list[str] = []
            for entry, act in mine:
                if act.clause in {"", clause.id}:
                    if act.reservation:
                        reserved.append(act.reservation)
                    stands = Stands(party, clause.id, act.step, act.since, entry.id)
            if stands is not None:
                found.append(
                    Stands(
                        party, clause.id, stands.step, stands.since, stands.entry, tuple(reserved)
                    )
                )
    return found


def in_force_between(
    agreement: Agreement, entries: Sequence[Entry], day: datetime
) -> dict[str, tuple[str, ...]]:
    """Clause to the parties between whom it is in force on a day; clauses in force for none are left out."""
    between: dict[str, list[str]] = {}
    for stands in standings(agreement, entries, day):
        if stands.step is Standing.IN_FORCE:
            between.setdefault(stands.clause, []).append(stands.party)
    return {clause: tuple(parties) for clause, parties in between.items()}


def whole_text(entries: Sequence[Entry], day: datetime) -> dict[str, Standing]:
    """Party to the last standing it has reached for the whole text by its own entries."""
    return {act.party: act.step for _, act in _taken(entries, day) if not act.clause}


def _taken(entries: Sequence[Entry], day: datetime) -> list[tuple[Entry, ChangeStanding]]:
    pairs = [(e, e.act) for e in entries if isinstance(e.act, ChangeStanding)]
    reached = [(entry, act) for entry, act in pairs if act.since <= day]
    return sorted(reached, key=lambda pair: (pair[1].since, pair[0].known_at, pair[0].id))
