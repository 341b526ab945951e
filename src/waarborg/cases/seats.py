"""Who sits on a body: whom the text seats, and who sits for a group.

Rules this module keeps:
1. The text seats every party that it names as a member, and every member of a group that it names as one.
2. A member of a group goes without a seat by its own word alone: the rules of procedure say who sits for
   the group, and wait until each member without a seat has agreed (COM-019 where they say nothing).
3. Where the file names only some of a group, whom it does not name is not seated: the file names it first.
"""

from __future__ import annotations

from collections.abc import Mapping

from waarborg.agreement.model import Agreement, Body
from waarborg.cases.entry import AdoptRules, RuleBroken, Seat


def members_of(agreement: Agreement, body: Body) -> dict[str, tuple[str, ...]]:
    """Each member that the text names, to the parties it stands for: itself, or those of its group."""
    groups = agreement.groups
    return {
        name: tuple(map(str, groups[name].members)) if name in groups else (name,)
        for name in body.members
    }


def seated(agreement: Agreement, body: Body) -> frozenset[str]:
    """Every party that the text seats on a body."""
    return frozenset(p for parties in members_of(agreement, body).values() for p in parties)


def seats_of(agreement: Agreement, rules: Mapping[str, AdoptRules], body: str) -> frozenset[str]:
    """Who sits on a body, by its rules or else by the text; nobody where neither says."""
    if body in rules:
        return frozenset(seat.party for seat in rules[body].seats)
    named = agreement.bodies.get(body)
    return seated(agreement, named) if named else frozenset()


def may_be_seated(agreement: Agreement, body: Body, seats: tuple[Seat, ...]) -> None:
    """Refuse seats that are not those of the text.

    Raises:
        RuleBroken: COM-019, with whom the text seats besides, or who is no member.
    """
    given = {seat.party for seat in seats}
    outside = sorted(given - seated(agreement, body))
    if outside:
        words = f"the text seats no {', '.join(outside)} on {body.words}{_unnamed(agreement, body)}"
        raise RuleBroken("COM-019", words)
    members = members_of(agreement, body)
    for seat in seats:
        if seat.sits_for and seat.sits_for not in agreement.groups.keys() & members.keys():
            words = f"the text seats no group {seat.sits_for} on {body.words}, for which {seat.party} could sit"
            raise RuleBroken("COM-019", words)
        if seat.sits_for and seat.party not in members[seat.sits_for]:
            words = f"{seat.party} is none of {seat.sits_for}, and cannot sit for it"
            raise RuleBroken("COM-019", words)
    alone = [name for name in members if name not in agreement.groups and name not in given]
    if alone:
        raise RuleBroken("COM-019", _missing(body, alone))
    for name, parties in members.items():
        missing = [party for party in parties if party not in given]
        if missing and not sitting_for(seats, name):
            words = (
                f"{_missing(body, missing)}, as members of {name}: give each a seat, or say with sits_for "
                f"who sits for {name}, to which each of them then has to agree"
            )
            raise RuleBroken("COM-019", words)


def sitting_for(seats: tuple[Seat, ...], group: str) -> frozenset[str]:
    """The parties that sit for a group."""
    return frozenset(seat.party for seat in seats if seat.sits_for == group)


def without_seat(
    agreement: Agreement, body: Body, seats: tuple[Seat, ...]
) -> dict[str, tuple[str, ...]]:
    """Each group for which some sit, to those of its members that have no seat of their own."""
    given = {seat.party for seat in seats}
    return {
        name: tuple(party for party in parties if party not in given)
        for name, parties in members_of(agreement, body).items()
        if sitting_for(seats, name)
    }


def asked_besides(agreement: Agreement, held: AdoptRules | None, new: AdoptRules) -> frozenset[str]:
    """The parties without a seat whose agreement rules of procedure need: those sat for anew.

    Args:
        agreement: The text.
        held: The rules now in effect, None for a body's first.
        new: The rules put forward.
    """
    left = without_seat(agreement, agreement.bodies[new.body], new.seats)
    if held is not None:
        left = {
            name: parties
            for name, parties in left.items()
            if sitting_for(held.seats, name) != sitting_for(new.seats, name)
        }
    return frozenset(party for parties in left.values() for party in parties)


def no_seat(rules: AdoptRules, agreement: Agreement, party: str) -> str:
    """Why a party has no seat under a body's rules, in words."""
    left = without_seat(agreement, agreement.bodies[rules.body], rules.seats)
    for group, parties in left.items():
        if party in parties:
            who = ", ".join(sorted(sitting_for(rules.seats, group)))
            verb = "sits" if len(sitting_for(rules.seats, group)) == 1 else "sit"
            return f"{party} has no seat on {rules.body}: {who} {verb} for {group}"
    return f"{party} has no seat on {rules.body}"


def unnamed(agreement: Agreement, body: Body) -> list[str]:
    """What the text leaves open of a body's seats: groups of which it names only some, in words."""
    told = []
    for name in body.members:
        group = agreement.groups.get(name)
        if group is not None and not group.complete:
            many = f"{len(group.members)} of {group.said_to_number or 'its'} members"
            told.append(
                f"the file names {many} of {name}; whether the others sit, or are sat for, cannot be decided"
            )
    return told


def _unnamed(agreement: Agreement, body: Body) -> str:
    some = [n for n in body.members if n in agreement.groups and not agreement.groups[n].complete]
    return (
        f"; of {', '.join(some)} the file names only some: name the others there first"
        if some
        else ""
    )


def _missing(body: Body, parties: list[str]) -> str:
    return f"the text seats {', '.join(sorted(parties))} on {body.words} as well"
