"""What waits for what, and the next step that somebody can take.

Rules this module keeps:
1. A commitment waits until everything it names is there; promises that wait in a circle are named as one.
2. A step is movable when it waits for nobody else: a gate to decide, a contribution to bring, a
   commitment to keep. What it would set free is worked out by supposing it done and nothing else, not guessed.
3. The record takes every step that is listed: a gate that has answered is listed to be filed anew.
4. A step that is only on the way to one that sets something free sets nothing free, and names that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from waarborg.base.times import format_instant
from waarborg.obligations.block import Block
from waarborg.obligations.commitments import Commitments
from waarborg.obligations.gates import SAID_NO, awaits_answer
from waarborg.obligations.obligation import Deadline, ObligationState
from waarborg.obligations.promises import CONTRIBUTION, Promises

_CAN_MOVE = frozenset({"movable", "due", "overdue"})
"""States of a commitment in which who gave it can keep it, unless it waits for something anew."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where a commitment stands.

    Attributes:
        commitment: Its name in the file.
        by: Who committed itself.
        does: What it does, in words.
        state: "done", "done late", "due", "overdue", "movable" (nothing holds it back and no time runs),
            "waiting", "in a circle", or "dormant" (its clause does not bind who gave it).
        waits_for: What is not there yet.
        circle: The circle it waits in, in order; empty when it is in none.
        since: Since when nothing holds it back, None while something does.
        clause: The clause it rests on.
        until: Until when it is to be kept, None when no time runs.
        words: How that was computed, and what stands in the way.
    """

    commitment: str
    by: str
    does: str
    state: str
    waits_for: tuple[str, ...]
    circle: tuple[str, ...]
    since: datetime | None
    clause: str
    until: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Movable:
    """A step that waits for nobody else.

    Attributes:
        what: What can move, as "gate DE-bundestag".
        who: Who can move it.
        step: The step to take, as an entry says it: "given", "filed", "done", "approved" and so on.
        words: What it is, in words.
        frees: Promises and commitments that it would set free, with nothing else: at once, or where `words`
            names a moment by the clock alone.
        until: Until when it is to be taken, None when no time runs.
    """

    what: str
    who: str
    step: str
    words: str
    frees: tuple[str, ...]
    until: datetime | None = None


def waiting(commitments: Commitments, as_of: datetime) -> list[Waiting]:
    """Every commitment and what it waits for, in the order of the file."""
    promises = commitments.promises
    holds = promises.holding(as_of)
    missing = {name: commitments.missing(name, holds) for name in promises.agreement.commitments}
    return [_waiting(commitments, name, missing, as_of) for name in missing]


def _waiting(
    commitments: Commitments, name: str, missing: Mapping[str, tuple[str, ...]], as_of: datetime
) -> Waiting:
    promises = commitments.promises
    given, kept = promises.agreement.commitments[name], promises.committed(name)
    waits = () if kept else missing[name]
    open_ones = {name: m for name, m in missing.items() if not promises.committed(name)}
    circle = _circle(name, open_ones) if waits else ()
    deadline, unbound = commitments.deadline(name), commitments.unbound(name, as_of)
    late = name in commitments.late
    if kept:
        state = "done late" if late else "done"
    elif late or _is_over(deadline, as_of):
        state = "overdue"
    elif unbound:
        state = "dormant"
    elif waits:
        state = "in a circle" if circle else "waiting"
    else:
        state = "movable" if deadline.latest is None else "due"
    return Waiting(
        name,
        str(given.by),
        given.does,
        state,
        waits,
        circle,
        commitments.free.get(name),
        given.clause,
        deadline.latest,
        _words(deadline, waits, "" if kept else unbound, overdue=state == "overdue"),
    )


def _is_over(deadline: Deadline, as_of: datetime) -> bool:
    return deadline.latest is not None and deadline.latest <= as_of


def _words(deadline: Deadline, waits: Sequence[str], unbound: str, *, overdue: bool) -> str:
    """How the deadline was computed, and what stands in the way."""
    told = [deadline.words]
    if waits:
        told.append(f"waits for {', '.join(waits)}")
    if unbound:
        told.append(unbound)
    if overdue:
        gone = "its time had passed before that went, and " if deadline.latest is None else ""
        told.append(f"{gone}no entry says that it was kept")
    return "; ".join(told)


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
    commitments: Commitments, blocks: Mapping[str, Block | None], as_of: datetime
) -> list[Movable]:
    """The steps that wait for nobody else, those that free most first."""
    promises, ahead = commitments.promises, _Supposing(commitments, as_of)
    shut = dict.fromkeys(
        name
        for block in blocks.values()
        if block is not None and block.state is ObligationState.WAITING_FOR_GATE
        for name in block.by
    )
    found = [_gate(promises, name, ahead.frees(gate=name), as_of) for name in shut]
    for each in waiting(commitments, as_of):
        if each.state in _CAN_MOVE and not each.waits_for:
            freed = ahead.frees(done=each.commitment)
            words = f"{each.does} (now {each.state}{_later(freed, as_of)})"
            what = f"commitment {each.commitment}"
            found.append(Movable(what, each.by, "done", words, tuple(freed), each.until))
    found += [
        _rung(promises, name, ahead.frees(done=name), as_of)
        for name in promises.agreement.contributions
        if promises.contribution_step(name) not in {"deployed", "withdrawn"}
    ]
    return sorted(found, key=lambda m: (-len(m.frees), m.what))


def _rung(promises: Promises, name: str, freed: Mapping[str, datetime], as_of: datetime) -> Movable:
    """The next step of a contribution; only its deployment sets free what waits for it."""
    given, step = promises.agreement.contributions[name], promises.contribution_step(name)
    following, then, frees = CONTRIBUTION[CONTRIBUTION.index(step) + 1], "", tuple(freed)
    if freed and following != "deployed":
        then, frees = f"; {following} sets nothing free, deployed {_would(freed)}", ()
    words = f"{given.words} (so far {step}{then}{_later(freed, as_of)})"
    return Movable(f"contribution {name}", str(given.by), following, words, frees)


def _gate(promises: Promises, name: str, freed: Mapping[str, datetime], as_of: datetime) -> Movable:
    """The step by which a gate can move: its answer or, where it has answered, to be filed anew."""
    gate, last = promises.agreement.gates[name], promises.gates.get(name)
    what, speaks = f"gate {name}", " or ".join(gate.organs) or str(gate.of)
    state, later = promises.gate_state(name, as_of), _later(freed, as_of)
    if last is not None and not awaits_answer(last, as_of):
        then = f"; a yes then {_would(freed)}{later}" if freed else ""
        words = (
            f"{gate.words} ({state} in {last.id}: it is filed anew, since the record takes no second answer "
            f"before that, save one that names the case of a breach found since{then})"
        )
        return Movable(what, str(gate.of), "filed", words, ())
    if state in SAID_NO:
        state += " for the breaches found by then, and open for one found from now on"
    return Movable(what, speaks, "given", f"{gate.words} (now {state}{later})", tuple(freed))


def _would(freed: Iterable[str]) -> str:
    return f"would set free {', '.join(freed)}"


def _later(freed: Mapping[str, datetime], as_of: datetime) -> str:
    """What comes free by the clock only, with the moment, in words; "" where all does at once."""
    late = (f"; {name} from {format_instant(at)} only" for name, at in freed.items() if at > as_of)
    return "".join(late)


class _Supposing:
    """What comes free if one step is taken and nothing else is: at once, or later by the clock alone."""

    def __init__(self, commitments: Commitments, as_of: datetime) -> None:
        self._commitments = commitments
        moments = (as_of, *commitments.beginnings(as_of))
        self._held = {each: commitments.promises.holding(each) for each in moments}
        self._free = {each: self._freed(each, held) for each, held in self._held.items()}
        self._now = self._free[as_of]

    def frees(self, *, gate: str = "", done: str = "") -> dict[str, datetime]:
        """Promise or commitment to when it comes free if a gate passes, or a thing waited for is there."""
        found: dict[str, datetime] = {}
        for moment, free in self._free.items():
            held = self._held[moment]
            if gate:
                held = self._commitments.promises.holding(moment, supposed=frozenset((gate,)))
            more = self._freed(moment, held, done) - free - self._now
            found = dict.fromkeys(sorted(more), moment) | found
        return dict(sorted(found.items()))

    def _freed(self, moment: datetime, held: frozenset[str], done: str = "") -> frozenset[str]:
        """The promises that hold and the commitments that nothing holds back."""
        promises = self._commitments.promises
        free = {
            name
            for name in promises.agreement.commitments
            if not promises.committed(name)
            and not set(self._commitments.missing(name, held)) - {done}
            and not self._commitments.unbound(name, moment)
        }
        return held | free
