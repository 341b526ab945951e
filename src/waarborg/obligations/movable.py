"""What waits for what, and the next step that somebody can take.

Rules this module keeps:
1. A commitment waits until everything it names is there; promises that wait in a circle are named as one.
2. A step is movable when it waits for nobody else: a gate to decide, a contribution to bring, a
   commitment to keep. What it would set free is worked out by supposing it done, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from waarborg.obligations.obligation import ObligationState
from waarborg.obligations.promises import Block, Promises


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a commitment stands.

    Attributes:
        commitment: Its name in the file.
        by: Who committed itself.
        does: What it does, in words.
        state: "done", "movable", "waiting" or "in a circle".
        waits_for: What is not there yet.
        circle: The circle it waits in, in order; empty when it is in none.
        since: Since when nothing holds it back, None while something does.
    """

    commitment: str
    by: str
    does: str
    state: str
    waits_for: tuple[str, ...]
    circle: tuple[str, ...]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Movable:
    """A step that waits for nobody else.

    Attributes:
        what: What can move, as "gate DE-bundestag".
        who: Who can move it.
        words: What it is, in words.
        frees: Promises and commitments that it would set free.
    """

    what: str
    who: str
    words: str
    frees: tuple[str, ...]


def there(promises: Promises, name: str, holds: frozenset[str]) -> bool:
    """Whether a guarantee holds, a contribution is deployed, or a commitment was kept."""
    agreement = promises.agreement
    if name in agreement.commitments:
        return promises.committed(name)
    if name in agreement.contributions:
        return promises.contribution_step(name) == "deployed"
    mine = [g.id for g in agreement.guarantees if g.group == name]
    return bool(mine) and all(each in holds for each in mine)


def note_met(promises: Promises, at: datetime) -> None:
    """Note since when nothing holds a commitment back; what fails again is waited for anew."""
    holds = promises.holding(at)
    for name, given in promises.agreement.commitments.items():
        if all(there(promises, each, holds) for each in given.waits_for):
            promises.met.setdefault(name, at)
        else:
            promises.met.pop(name, None)


def waiting(promises: Promises, as_of: datetime) -> list[Waiting]:
    """Every commitment and what it waits for, in the order of the file."""
    holds = promises.holding(as_of)
    missing = {
        name: tuple(w for w in given.waits_for if not there(promises, w, holds))
        for name, given in promises.agreement.commitments.items()
    }
    open_ones = {name: m for name, m in missing.items() if not promises.committed(name)}
    return [
        _waiting(promises, name, open_ones.get(name), open_ones)
        for name in promises.agreement.commitments
    ]


def _waiting(
    promises: Promises,
    name: str,
    missing: tuple[str, ...] | None,
    open_ones: Mapping[str, tuple[str, ...]],
) -> Waiting:
    given = promises.agreement.commitments[name]
    circle = _circle(name, open_ones) if missing else ()
    state = "waiting"
    if missing is None:
        state = "done"
    elif not missing:
        state = "movable"
    elif circle:
        state = "in a circle"
    since = promises.met.get(name) if not missing else None
    return Waiting(name, str(given.by), given.does, state, missing or (), circle, since)


def _circle(name: str, waits: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The shortest way from a commitment back to itself, empty when there is none."""
    ways: list[tuple[str, ...]] = [(name,)]
    seen = set()
    for way in ways:
        for following in waits.get(way[-1], ()):
            if following == name:
                return way
            if following in waits and following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()


def movable(
    promises: Promises, blocks: Mapping[str, Block | None], as_of: datetime
) -> list[Movable]:
    """The steps that wait for nobody else, those that free most first."""
    held = frozenset(name for name, block in blocks.items() if block is None)
    shut = dict.fromkeys(
        name
        for block in blocks.values()
        if block is not None and block.state is ObligationState.WAITING_FOR_GATE
        for name in block.by
    )
    found = [_gate(promises, name, held, as_of) for name in shut]
    for each in waiting(promises, as_of):
        if each.state == "movable":
            frees = _waits_on(promises, each.commitment)
            found.append(Movable(f"commitment {each.commitment}", each.by, each.does, frees))
    for name, given in promises.agreement.contributions.items():
        step = promises.contribution_step(name)
        if step not in {"deployed", "withdrawn"}:
            words = f"{given.words} (so far {step})"
            frees = _waits_on(promises, name)
            found.append(Movable(f"contribution {name}", str(given.by), words, frees))
    return sorted(found, key=lambda m: (-len(m.frees), m.what))


def _gate(promises: Promises, name: str, held: frozenset[str], as_of: datetime) -> Movable:
    gate = promises.agreement.gates[name]
    freed = promises.holding(as_of, supposed=frozenset((name,))) - held
    state = promises.gate_state(name, as_of)
    return Movable(
        f"gate {name}", str(gate.of), f"{gate.words} (now {state})", tuple(sorted(freed))
    )


def _waits_on(promises: Promises, name: str) -> tuple[str, ...]:
    commitments = promises.agreement.commitments.values()
    return tuple(c.id for c in commitments if name in c.waits_for and not promises.committed(c.id))
