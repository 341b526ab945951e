"""What if: the same entries under another text, another reading, or with more entries, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from waarborg.agreement.model import Agreement
from waarborg.app.services.behind import Behind, moved
from waarborg.app.services.moved import Standings, moves, stand
from waarborg.base.times import format_instant
from waarborg.cases.entry import Entry
from waarborg.cases.promise_acts import GateStep
from waarborg.obligations.state import Running

SUPPOSED = "what-if"
"""Author of what is only supposed: it is never on the record."""

_KINDS = {
    "determination": "determinations",
    "case": "cases",
    "obligation": "obligations",
    "flag": "flags",
    "clock": "clocks",
    "step": "steps",
    "gate": "gates",
    "promise": "promises",
    "contribution": "contributions",
    "commitment": "commitments",
    "standing": "standing",
    "leaving": "leaving",
    "amendment": "amendments",
    "refused": "refused",
}


def compare(one: Running, other: Running, as_of: datetime) -> dict[str, Any]:
    """Which determinations, obligations, clocks and promises differ between two states at a moment.

    What is owed for one incident under another determination than now is the same obligation, and told
    in one row. A gate that is only supposed to be decided for a case is no row of its own.
    """
    found: dict[str, Any] = {"as_of": format_instant(as_of)}
    found |= {name: [] for name in _KINDS.values()}
    for move in moves(stand(one, as_of), _as_named(one, other, stand(other, as_of))):
        if move.kind == "gate" and not move.before and " for " in move.name:
            continue
        row = {"id": move.name, "now": move.before or None, "what_if": move.after or None}
        found[_KINDS[move.kind]].append(row)
    return found


def compare_with_grounds(found: dict[str, Any], one: Behind, other: Behind) -> dict[str, Any]:
    """The same with what each row rests on in the one and in the other; what is supposed has no number."""
    called = {here: there for there, here in _renamed(one.running, other.running).items()}

    def under(kind: str, row: dict[str, Any]) -> dict[str, Any]:
        now = moved(one, kind, row["id"])
        then = moved(other, kind, row["id"]) or moved(other, kind, called.get(row["id"], ""))
        return row | {"rests_on": {"now": now, "what_if": then}}

    told = {name: [under(kind, row) for row in found[name]] for kind, name in _KINDS.items()}
    return found | told


def _renamed(one: Running, other: Running) -> dict[str, str]:
    """What is owed for one incident under another determination: its name there to its name in the first."""
    named = {there: here for here, there in other.one_with.items() if here in one.owed}
    named |= {there: here for there, here in one.one_with.items() if there in other.owed}
    return {
        there: here
        for there, here in named.items()
        if there not in one.owed and here not in other.owed
    }


def _as_named(one: Running, other: Running, standings: Standings) -> Standings:
    """How things stand in another state, each obligation under the name that it has in the first."""
    told = {kind: dict(rows) for kind, rows in standings.items()}
    for there, here in _renamed(one, other).items():
        for kind in ("obligation", "clock"):
            held = told[kind].pop(there, None)
            if held is not None:
                told[kind][here] = f"{held}, as {there}"
        flags = told["flag"].pop(there, None)
        if flags is not None:
            told["flag"][here] = flags
    return told


def granted(
    agreement: Agreement, gates: Iterable[str], at: datetime, running: Running
) -> list[Entry]:
    """Entries that suppose each gate was filed and passed just before a moment.

    Args:
        agreement: The text.
        gates: The gates.
        at: The moment.
        running: How things stand: what was decided for a case is supposed decided otherwise for it.
    """
    return [
        Entry(f"{SUPPOSED}-{gate}-{case}-{step}", at - ago, at - ago, by, act)
        for gate in gates
        for by in (_speaker(agreement, gate),)
        for case in ("", *_said_no(running, gate, at))
        for step, ago in (("filed", timedelta(seconds=2)), ("given", timedelta(seconds=1)))
        for act in (GateStep(gate, step, words="supposed", case=case),)
    ]


def supposed_words(passed: Iterable[Entry], other: Running) -> Iterator[str]:
    """When each gate is supposed to have been passed, in words; nothing of what was refused.

    Args:
        passed: What `granted` gave.
        other: The state in which it is supposed.
    """
    refused = {each.entry.id for each in other.refused}
    for entry in passed:
        act = entry.act
        if isinstance(act, GateStep) and act.step == "given" and entry.id not in refused:
            of = f" for {act.case}" if act.case else ""
            yield (
                f"supposed: {act.gate} was passed{of} at {format_instant(entry.known_at)}, just before the "
                "moment asked; what had waited for that past its time is overdue at once"
            )


def _speaker(agreement: Agreement, gate: str) -> str:
    """Who is supposed to say what a gate decided: who speaks for it where the file names anybody."""
    known = agreement.gates.get(gate)
    return next(iter(known.organs), f"{known.of}:{SUPPOSED}") if known else f"{SUPPOSED}:{SUPPOSED}"


def _said_no(running: Running, gate: str, at: datetime) -> list[str]:
    """Cases for which a gate was decided in their own right, and is not passed."""
    return sorted(
        case
        for case, alike in running.alike.items()
        if running.promises.decides(gate, alike)
        and running.promises.gate_state(gate, at, alike) != "passed"
    )
