"""Standing: how far each clause binds each party, on which day, from the file and from entries.

Rules this module keeps:
1. The file's steps come first; entries of a party change what holds for that party.
2. A step for the whole text holds for every clause; a step for one clause only for that clause.
3. A step takes effect when the record has it, or at the later moment that its entry names: none is dated
   back. An exit has effect once the notice that the text asks for has run. The day that was named stays
   beside it.
4. A text that somebody signed binds who signed it; one without such a step is read as binding all.
5. A clause is in force between two parties or more.
6. Notice may be taken back until it has run: who then signs, ratifies or brings into force anew stays bound.
   Source: Vienna Convention on the Law of Treaties, Article 68.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from waarborg.agreement.model import Agreement
from waarborg.base.grades import Standing
from waarborg.base.times import format_instant
from waarborg.cases.entry import Entry
from waarborg.cases.promise_acts import ChangeStanding
from waarborg.obligations.leaving import Effect, Leaving, dated_back, effect, way_of

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
        since: From when it has effect.
        named: From when its entry says that it holds; earlier than `since` where it was dated back.
        entry: The entry that says so, "" when the file does.
        whole: Whether it was said of the whole text.
        why: Why it has effect on another day than the one named, in words; "" where it does not.
        reservations: Reservations of the party that hold, in words.
    """

    party: str
    clause: str
    step: Standing
    since: datetime
    named: datetime
    entry: str
    whole: bool
    why: str = ""
    reservations: tuple[str, ...] = ()


_Taken = tuple[Entry, ChangeStanding, Effect]
"""An entry on standing, what it says, and from when it has effect."""


def standings(agreement: Agreement, entries: Sequence[Entry], day: datetime) -> list[Stands]:
    """The standing of every clause for every party that it has reached, by party and clause."""
    taken = _taken(agreement, entries, day)
    return [
        stands
        for party in map(str, agreement.parties)
        for clause in agreement.clauses
        if (stands := _stands(agreement, taken, clause, party, day)) is not None
    ]


def _stands(
    agreement: Agreement,
    taken: Sequence[_Taken],
    clause: str,
    party: str,
    day: datetime,
) -> Stands | None:
    """How far a clause binds a party, by the file and the steps that have effect; None before the first."""
    stands, given = None, agreement.clauses.get(clause)
    for step in given.standing if given else ():
        if step.since <= day and (step.party is None or str(step.party) == party):
            whole = step.party is None
            stands = Stands(party, clause, step.step, step.since, step.since, "", whole)
    reserved: list[str] = []
    for entry, act, has in taken:
        if act.party == party and act.clause in {"", clause}:
            if act.reservation:
                reserved.append(act.reservation)
            stands = Stands(
                party, clause, act.step, has.at, act.since, entry.id, not act.clause, has.words
            )
    return replace(stands, reservations=tuple(reserved)) if stands else None


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
    stands = _stands(agreement, _taken(agreement, entries, moment), clause, party, moment)
    told = _ended(stands)
    if told or not is_signed(agreement) or (stands is not None and stands.step in BINDING):
        return told
    return f"{party} had not signed the text"


def ended(
    agreement: Agreement, entries: Sequence[Entry], clause: str, party: str, moment: datetime
) -> str:
    """How a clause, or the text with it, had ended for a party at a moment, in words; "" when it had not."""
    return _ended(_stands(agreement, _taken(agreement, entries, moment), clause, party, moment))


def doubt_over(clause: str, party: str, first: str, last: str) -> str:
    """What keeps one from saying that a clause was in force for a party while something may have happened.

    Args:
        clause: The clause.
        party: The party.
        first: The doubt at the start of that time, as `doubt_at` gives it.
        last: The doubt at its end.
    """
    if first == last:
        return first
    start, end = (each or f"{clause} was in force for {party}" for each in (first, last))
    return (
        f"whether {clause} was in force for {party} cannot be decided: at the start of the time in which "
        f"this happened {start}; at its end {end}"
    )


def doubt_at(
    agreement: Agreement, entries: Sequence[Entry], clause: str, party: str, moment: datetime
) -> str:
    """What keeps one from saying that a clause was in force for a party at a moment, in words.

    A reservation is told with it. "" where the clause was in force, and where neither the file nor an
    entry says anything of anybody's standing: such a text is read as binding all whom it names.

    Args:
        agreement: The text.
        entries: Entries on standing.
        clause: The clause relied on.
        party: The party against which it is relied on, or which owes under it.
        moment: The moment asked.
    """
    stands = _stands(agreement, _taken(agreement, entries, moment), clause, party, moment)
    if stands is None:
        if not is_signed(agreement):
            return ""
        return f"nothing on the record says that {clause} was in force for {party}"
    told = list(filter(None, (_ended(stands),)))
    if not told and stands.step is not Standing.IN_FORCE:
        told.append(
            f"{clause} was no more than {stands.step.value} for {party} {_since(stands)}: nothing on the "
            "record says that it was in force"
        )
    told += [f"{party} made a reservation: {words}" for words in stands.reservations]
    return "; ".join(told)


_ENDINGS = {
    Standing.SUSPENDED: "{party} had suspended {what}",
    Standing.DENOUNCED: "{party} had denounced {what}",
    Standing.LAPSED: "{what} had lapsed for {party}",
    Standing.REPLACED: "{what} had been replaced for {party}",
}
"""How a sentence tells what ended a text, or a clause, for a party."""


def _ended(stands: Stands | None) -> str:
    """How what stood has ended, in words; "" where it has not."""
    if stands is None or stands.step not in ENDED:
        return ""
    what = "the text" if stands.entry and stands.whole else stands.clause
    return f"{_ENDINGS[stands.step].format(party=stands.party, what=what)} {_since(stands)}"


def _since(stands: Stands) -> str:
    """From when a step has effect, and why that is not the day it names where it is another."""
    told = f"from {format_instant(stands.since)}"
    return f"{told} ({stands.why})" if stands.why else told


def whole_text(
    agreement: Agreement, entries: Sequence[Entry], day: datetime
) -> dict[str, Standing]:
    """Party to the last standing it has reached for the whole text by its own entries."""
    return {act.party: act.step for _, act, _ in _taken(agreement, entries, day) if not act.clause}


def leaving(agreement: Agreement, entries: Sequence[Entry], day: datetime) -> list[Leaving]:
    """The exits from the text, or from a clause, that were announced by a day and have no effect yet."""
    return [
        Leaving(
            act.party, act.clause or "the text", act.step.value, has.at,
            has.words or "the day that it names", entry.id,
        )
        for entry, act, has in _said(agreement, [e for e in entries if e.known_at <= day])
        if act.step in ENDED and has.at > day
    ]  # fmt: skip


def is_step_back(agreement: Agreement, entries: Sequence[Entry], entry: Entry) -> bool:
    """Whether an entry would take a party that is bound back to before it signed, which is no way out."""
    act = entry.act
    if not isinstance(act, ChangeStanding) or act.step in BINDING | ENDED:
        return False
    taken = _taken(agreement, entries, entry.known_at)
    stood = (
        _stands(agreement, taken, clause, act.party, entry.known_at)
        for clause in ([act.clause] if act.clause else agreement.clauses)
    )
    return any(stands is not None and stands.step in BINDING for stands in stood)


def effect_of(agreement: Agreement, entry: Entry, act: ChangeStanding) -> Effect:
    """From when a step of standing has effect: an exit once its notice has run, every other when it is in."""
    way = way_of(act.step)
    if way:
        return effect(agreement, act.party, way, entry.known_at, act.since)
    since = max(act.since, entry.known_at)
    return Effect(since, "" if since == act.since else dated_back(act.since))


def _taken(agreement: Agreement, entries: Sequence[Entry], day: datetime) -> list[_Taken]:
    """The steps that have effect on a day, in the order in which they came to have it."""
    reached = [taken for taken in _said(agreement, entries) if taken[2].at <= day]
    return sorted(reached, key=lambda taken: (taken[2].at, taken[0].known_at, taken[0].id))


def _said(agreement: Agreement, entries: Sequence[Entry]) -> list[_Taken]:
    """Every step on standing with its effect, without notices that were taken back before they had run."""
    said = [
        (entry, act, effect_of(agreement, entry, act))
        for entry in entries
        for act in (entry.act,)
        if isinstance(act, ChangeStanding)
    ]
    if not any(has.notice for _, _, has in said):
        return said
    return [each for place, each in enumerate(said) if not _taken_back(each, said[place + 1 :])]


def _taken_back(announced: _Taken, later: Sequence[_Taken]) -> bool:
    """Whether a party took its notice back before it had run."""
    _, act, has = announced
    return has.notice and any(
        other.party == act.party
        and other.clause in {"", act.clause}
        and other.step in BINDING
        and entry.known_at < has.at
        for entry, other, _ in later
    )
