"""What if: the same entries under another text, another reading, or with more entries, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from waarborg.agreement.model import Agreement
from waarborg.app.services.behind import Behind, moved
from waarborg.app.services.moved import moves, stand
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
    "clock": "clocks",
    "step": "steps",
    "gate": "gates",
    "promise": "promises",
    "contribution": "contributions",
    "commitment": "commitments",
    "standing": "standing",
    "amendment": "amendments",
    "refused": "refused",
}


def compare(one: Running, other: Running, as_of: datetime) -> dict[str, Any]:
    """Which determinations, obligations, clocks and promises differ between two states at a moment."""
    found: dict[str, Any] = {"as_of": format_instant(as_of)}
    found |= {name: [] for name in _KINDS.values()}
    for move in moves(stand(one, as_of), stand(other, as_of)):
        row = {"id": move.name, "now": move.before or None, "what_if": move.after or None}
        found[_KINDS[move.kind]].append(row)
    return found


def compare_with_grounds(found: dict[str, Any], one: Behind, other: Behind) -> dict[str, Any]:
    """The same with what each row rests on in the one and in the other; what is supposed has no number."""

    def under(kind: str, row: dict[str, Any]) -> dict[str, Any]:
        now, then = moved(one, kind, row["id"]), moved(other, kind, row["id"])
        return row | {"rests_on": {"now": now, "what_if": then}}

    told = {name: [under(kind, row) for row in found[name]] for kind, name in _KINDS.items()}
    return found | told


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
        Entry(f"{SUPPOSED}-{gate}-{case}-{step}", at - ago, at - ago, f"{by}:{SUPPOSED}", act)
        for gate in gates
        for by in (agreement.gates[gate].of if gate in agreement.gates else SUPPOSED,)
        for case in ("", *_said_no(running, gate, at))
        for step, ago in (("filed", timedelta(seconds=2)), ("given", timedelta(seconds=1)))
        for act in (GateStep(gate, step, words="supposed", case=case),)
    ]


def _said_no(running: Running, gate: str, at: datetime) -> list[str]:
    """Cases for which a gate was decided in their own right, and is not passed."""
    return sorted(
        case
        for case, alike in running.alike.items()
        if running.promises.decides(gate, alike)
        and running.promises.gate_state(gate, at, alike) != "passed"
    )
