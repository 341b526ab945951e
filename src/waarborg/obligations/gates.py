"""Gates: where a national procedure stands for a breach, now and at any moment before.

Rules this module keeps:
1. What was decided for the case counts before what was decided without one. A no without a case covers the
   breaches found by then.
2. A yes counts from the moment at which it reached the record, until it expires or is recalled.
3. A gate is answered once: a second answer needs a recall, an expiry or a new filing first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from waarborg.cases.entry import Entry
from waarborg.cases.promise_acts import GateStep

GATE_STEPS = frozenset({"filed", "given", "refused", "recalled"})
"""How a gate can move."""

SAID_NO = frozenset({"refused", "recalled"})
"""Steps, and states, in which a gate said no."""

Log = Mapping[tuple[str, str], Sequence[Entry]]
"""Case, or "" for none, and gate to the entries that moved it so, in order."""

Said = tuple[str, datetime | None]
"""The last step of a gate, and until when what was given holds."""


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a gate stood for a breach at a moment.

    Attributes:
        state: "open", "passed", "refused", "recalled" or "expired".
        entry: The entry that says so; None where none does.
    """

    state: str
    entry: Entry | None


def said(entry: Entry | None) -> Said | None:
    """What an entry says about a gate."""
    act = entry.act if entry else None
    return (act.step, act.until) if isinstance(act, GateStep) else None


def stands(entry: Entry, as_of: datetime) -> str:
    """Where the last entry about a gate leaves it."""
    told = said(entry)
    return "open" if told is None else moved(*told, as_of)


def awaits_answer(last: Entry | None, at: datetime) -> bool:
    """Whether a gate can be answered yes or no at a moment, without being filed anew first (COM-006).

    Args:
        last: The entry that last moved it, for the same case or without one; None where none did.
        at: The moment.
    """
    told = said(last)
    return told is None or told[0] not in {"given", "refused"} or moved(*told, at) == "expired"


def moved(step: str, until: datetime | None, as_of: datetime) -> str:
    """Where a step leaves a gate at a moment."""
    if step == "given" and until is not None and until <= as_of:
        return "expired"
    return {"given": "passed", "filed": "open"}.get(step, step)


def state_for(own: Said | None, no: str, last: Said | None, as_of: datetime) -> str:
    """Where a gate stands for one breach.

    Args:
        own: What was last said for its case.
        no: The last refusal or recall without a case that covers the breach, "" if none does.
        last: What was last said without a case.
        as_of: The moment asked.
    """
    if own is not None:
        return moved(*own, as_of)
    if no:
        return no
    state = moved(*last, as_of) if last else "open"
    return "open" if state in SAID_NO else state


def stood_at(log: Log, gate: str, case: str, found: datetime, moment: datetime) -> Stood:
    """Where a gate stood at a moment for the breach of a case, as the record then had it.

    Args:
        log: What was said about gates.
        gate: The gate.
        case: The case or determination.
        found: When the breach was found.
        moment: The moment asked.
    """
    own = _by_then(log.get((case, gate), ()), moment)
    general = _by_then(log.get(("", gate), ()), moment)
    noes = [e for e in general if e.known_at >= found and _step(e) in SAID_NO]
    last = general[-1] if general else None
    no = _step(noes[-1]) if noes else ""
    state = state_for(said(own[-1]) if own else None, no, said(last), moment)
    if own:
        return Stood(state, own[-1])
    return Stood(state, noes[-1] if noes else last)


def _by_then(entries: Sequence[Entry], moment: datetime) -> Sequence[Entry]:
    return entries[: bisect_right(entries, moment, key=lambda entry: entry.known_at)]


def _step(entry: Entry) -> str:
    told = said(entry)
    return told[0] if told else ""
