"""Conditional packages: which concession waits for which guarantee, and the other way round.

Nothing is there at first but what the text says is delivered. A piece can happen once everything it
waits for is there, so what can happen at all is a least fixed point: pieces that wait for each other
in a ring can never start, and neither can what waits for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from waarborg.agreement.model import Agreement, Gate, Guarantee
from waarborg.agreement.vocabulary import GateEffect, in_words
from waarborg.agreement.ways import barring
from waarborg.coverage.asked import DUTIES


class PieceKind(StrEnum):
    """What kind of piece of a package."""

    CONCESSION = "concession"
    """A party does something once something else is there."""
    GUARANTEE = "guarantee"
    CONTRIBUTION = "contribution"
    APPROVAL = "approval"
    """A national procedure says yes."""


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """One piece of a package.

    Attributes:
        id: Its name in the file.
        kind: Which kind.
        by: Who has to move.
        words: What happens, in words.
        waits_for: Each item lists pieces of which one must be there first.
        done: Whether it is there already.
        firm: Whether it is owed; False when it is only intended, permitted or unstated.
    """

    id: str
    kind: PieceKind
    by: str
    words: str
    waits_for: tuple[tuple[str, ...], ...] = ()
    done: bool = False
    firm: bool = True


@dataclass(frozen=True, slots=True)
class Opening:
    """What would follow if one stuck piece went first, without waiting.

    Attributes:
        piece: The piece.
        follows: The other stuck pieces that could then happen, sorted.
    """

    piece: Piece
    follows: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Packages:
    """What can happen in which order, and what never can.

    Attributes:
        there: What is there already.
        rounds: What can happen, each round resting on those before it; the first is what can move
            next.
        never: What can never start as the text stands.
        circles: Stuck pieces that wait for each other, each ring sorted.
        openings: For each piece of a circle what it would free by going first, most first.
    """

    there: tuple[Piece, ...]
    rounds: tuple[tuple[Piece, ...], ...]
    never: tuple[Piece, ...]
    circles: tuple[tuple[Piece, ...], ...]
    openings: tuple[Opening, ...]

    @property
    def next(self) -> tuple[Piece, ...]:
        """What can move next: it waits for nothing that is not there."""
        return self.rounds[0] if self.rounds else ()

    def __bool__(self) -> bool:
        return bool(self.there or self.rounds or self.never)


def packages(agreement: Agreement) -> Packages:
    """Work out what can happen first, what follows, and what can never start.

    Only commitments, promises that wait for something other than promises, and what these wait for,
    one after another, are part of a package.

    Args:
        agreement: The agreement under its reading.
    """
    pieces = _in_play(agreement)
    there = tuple(piece for piece in pieces.values() if piece.done)
    rounds = _rounds(pieces, {piece.id for piece in there})
    reached = {piece.id for piece in there} | {p.id for part in rounds for p in part}
    stuck = {name: piece for name, piece in pieces.items() if name not in reached}
    rings = _rings(stuck)
    return Packages(
        there,
        rounds,
        tuple(stuck.values()),
        tuple(tuple(stuck[name] for name in ring) for ring in rings),
        _openings(stuck, rings, reached),
    )


def _rounds(pieces: Mapping[str, Piece], there: set[str]) -> tuple[tuple[Piece, ...], ...]:
    reached, rounds = set(there), []
    while ready := [
        piece
        for name, piece in pieces.items()
        if name not in reached and all(set(item) & reached for item in piece.waits_for)
    ]:
        reached |= {piece.id for piece in ready}
        rounds.append(tuple(ready))
    return tuple(rounds)


def _openings(
    stuck: Mapping[str, Piece], rings: Sequence[Sequence[str]], reached: set[str]
) -> tuple[Opening, ...]:
    found = []
    for name in (name for ring in rings for name in ring):
        freed = _rounds(stuck, {*reached, name})
        follows = tuple(sorted(p for part in freed for p in part if p.id != name))
        found.append(Opening(stuck[name], follows))
    return tuple(sorted(found, key=lambda o: (-len(o.follows), o.piece)))


def _rings(stuck: Mapping[str, Piece]) -> list[list[str]]:
    ahead = {n: {o for item in p.waits_for for o in item if o in stuck} for n, p in stuck.items()}
    reach = {name: _reach(ahead, name) for name in stuck}
    rings = {tuple(sorted({o for o in reach[n] if n in reach[o]})) for n in stuck if n in reach[n]}
    return [list(ring) for ring in sorted(rings)]


def _reach(ahead: Mapping[str, set[str]], start: str) -> set[str]:
    seen, waiting = set[str](), list(ahead[start])
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting.extend(ahead[one])
    return seen


def _in_play(agreement: Agreement) -> dict[str, Piece]:
    """The commitments, and whatever they wait for, sorted by kind and name."""
    known = {piece.id: piece for piece in _all(agreement)}
    found: dict[str, Piece] = {}
    waiting = [*agreement.commitments, *(p.id for p in agreement.guarantees if p.waits_for)]
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = known[name]
            waiting += [other for item in known[name].waits_for for other in item]
    return dict(sorted(found.items(), key=lambda pair: (pair[1].kind, pair[0])))


def _all(agreement: Agreement) -> Iterator[Piece]:
    groups: dict[str, tuple[str, ...]] = {}
    for promise in agreement.guarantees:
        groups[promise.group] = (*groups.get(promise.group, ()), promise.id)
    for commitment in agreement.commitments.values():
        yield Piece(
            commitment.id,
            PieceKind.CONCESSION,
            _name(agreement, commitment.by),
            commitment.does,
            tuple(groups.get(name, (name,)) for name in commitment.waits_for),
        )
    for promise in agreement.guarantees:
        yield _promised(agreement, promise, groups)
    for given in agreement.contributions.values():
        gates = [
            g.id
            for g in agreement.gates.values()
            if g.of == given.by and given.what in g.actions and _consents(g)
        ]
        waits = [groups.get(name, (name,)) for name in given.relies_on]
        yield Piece(
            given.id,
            PieceKind.CONTRIBUTION,
            _name(agreement, given.by),
            given.words,
            (*waits, *_approvals((gate,) for gate in gates)),
            done=given.state == "delivered",
        )
    for gate in agreement.gates.values():
        words = f"the approval {gate.id}: {gate.words}"
        yield Piece(f"approval {gate.id}", PieceKind.APPROVAL, _name(agreement, gate.of), words)


def _promised(
    agreement: Agreement, promise: Guarantee, groups: Mapping[str, tuple[str, ...]]
) -> Piece:
    return Piece(
        promise.id,
        PieceKind.GUARANTEE,
        _name(agreement, promise.by),
        promise.words or in_words(promise.group),
        (
            *promise.reliance,
            *(groups.get(name, (name,)) for name in promise.waits_for),
            *_approvals(barring(agreement, promise, _consents)),
        ),
        firm=promise.strength in DUTIES,
    )


def _approvals(sets: Iterable[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Of each set of gates one approval must be there."""
    for gates in sets:
        yield tuple(f"approval {gate}" for gate in gates)


def _consents(gate: Gate) -> bool:
    return gate.effect is GateEffect.PRIOR_CONSENT


def _name(agreement: Agreement, by: str) -> str:
    if by in agreement.parties:
        return agreement.parties[by].name
    return agreement.bodies[by].words if by in agreement.bodies else by
