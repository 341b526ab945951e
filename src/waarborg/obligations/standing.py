"""Standing: how far each clause binds each party, on which day, from the file and from entries.

Rules this module keeps:
1. The file's steps come first; entries of a party change what holds for that party.
2. A step for the whole text holds for every clause; a step for one clause only for that clause.
3. Who leaves or suspends a text does so no earlier than the record has it; what binds does so from the
   moment it is on the record, or from the later moment that the entry names.
4. A text that somebody signed binds who signed it; one without such a step is read as binding all.
5. A clause is in force between two parties or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from waarborg.agreement.model import Agreement
from waarborg.base.grades import Standing
from waarborg.base.parties import PartyId
from waarborg.cases.entry import Entry
from waarborg.cases.promise_acts import ChangeStanding

ENDED = frozenset({Standing.SUSPENDED, Standing.LAPSED, Standing.DENOUNCED, Standing.REPLACED})
"""A text in one of these binds no more."""

BINDING = frozenset({Standing.SIGNED, Standing.RATIFIED, Standing.IN_FORCE})
"""A text in one of these binds whom it names."""


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
    """Clause to the parties between whom it is in force on a day; between one nothing is."""
    between: dict[str, list[str]] = {}
    for stands in standings(agreement, entries, day):
        if stands.step is Standing.IN_FORCE:
            between.setdefault(stands.clause, []).append(stands.party)
    return {clause: tuple(parties) for clause, parties in between.items() if len(parties) > 1}


def is_signed(agreement: Agreement) -> bool:
    """Whether the file says of any clause that it was signed, ratified or came into force."""
    steps = (step.step for clause in agreement.clauses.values() for step in clause.standing)
    return any(step in BINDING for step in steps)


def unbound(
    agreement: Agreement, entries: Sequence[Entry], clause: str, party: str, moment: datetime
) -> str:
    """Why a clause did not bind a party at a moment, in words; "" when it did.

    Nothing that reached the record later counts: no act dated back changes who was bound.
    """
    if party not in set(map(str, agreement.parties)):
        return ""  # a body of the text is bound with it
    own = [e for e in entries if isinstance(e.act, ChangeStanding) and e.act.party == party]
    known = [
        (max(entry.act.since, entry.known_at), entry.act.step)
        for entry in own
        if isinstance(entry.act, ChangeStanding) and entry.act.clause in {"", clause}
    ]
    reached = sorted((each for each in known if each[0] <= moment), key=lambda each: each[0])
    signed = is_signed(agreement)
    if reached:
        step = reached[-1][1]
        if step in ENDED:
            return f"{party} had {step.value} the text"
        return "" if step in BINDING or not signed else f"{party} had not signed the text"
    given = agreement.clauses.get(clause)
    step_of_file = given.standing_at(moment, PartyId(party)) if given else None
    if step_of_file in ENDED:
        return f"{clause} had {step_of_file} for {party}" if step_of_file else ""
    if not signed or step_of_file in BINDING:
        return ""
    return f"{party} had not signed the text"


def whole_text(entries: Sequence[Entry], day: datetime) -> dict[str, Standing]:
    """Party to the last standing it has reached for the whole text by its own entries."""
    return {act.party: act.step for _, act in _taken(entries, day) if not act.clause}


def _taken(entries: Sequence[Entry], day: datetime) -> list[tuple[Entry, ChangeStanding]]:
    pairs = [(e, e.act) for e in entries if isinstance(e.act, ChangeStanding)]
    reached = [(entry, act) for entry, act in pairs if _from(entry, act) <= day]
    return sorted(reached, key=lambda pair: (_from(*pair), pair[0].known_at, pair[0].id))


def _from(entry: Entry, act: ChangeStanding) -> datetime:
    """From when a step holds: none that ends anything does so before the record has it."""
    return max(act.since, entry.known_at) if act.step in ENDED else act.since
