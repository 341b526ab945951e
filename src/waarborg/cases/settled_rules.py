"""A body's rules of procedure: what the text settles stands, what it leaves open may be filled.

Rules this module keeps:
1. Adopted rules contradict nothing that the text says (COM-019).
2. What the text says and the adopted rules leave out is taken from the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from waarborg.agreement.model import Agreement, Body
from waarborg.cases.entry import AdoptRules, RuleBroken

_OPEN = "open: "
_DEADLOCK = {"lead_decides": "chair_decides"}
_MAJORITY = {"qualified": "two_thirds"}


def settle(agreement: Agreement, act: AdoptRules, party: str) -> AdoptRules:
    """The rules as they take effect.

    Args:
        agreement: The text.
        act: The rules as adopted.
        party: Who registers them.

    Raises:
        RuleBroken: The body is unknown, or the rules say otherwise than the text.
    """
    body = agreement.bodies.get(act.body)
    if body is None:
        raise RuleBroken("COM-005", f"the text knows no body {act.body}")
    members = seated(agreement, body)
    outside = sorted({seat.party for seat in act.seats} - members) if members else []
    if outside:
        raise RuleBroken("COM-019", f"the text seats no {', '.join(outside)} on {body.words}")
    if members and party not in members:
        raise RuleBroken("COM-001", f"{party} has no seat on {act.body}")
    text = {
        "quorum": _stated(body.quorum),
        "majority": _stated(body.settings.get("majority", "")),
        "on_deadlock": _stated(body.settings.get("on_deadlock", "")),
        "lead": body.chair,
    }
    asked = {
        "quorum": act.quorum,
        "majority": _MAJORITY.get(act.majority, act.majority),
        "on_deadlock": _DEADLOCK.get(act.on_deadlock, act.on_deadlock),
        "lead": act.lead,
    }
    for name, said in text.items():
        if said and asked[name] and asked[name] != said:
            words = f"the text says {name.replace('_', ' ')} {said}, the rules say {asked[name]}"
            raise RuleBroken("COM-019", words)
    filled = {name: asked[name] or said for name, said in text.items()}
    return replace(
        act,
        quorum=filled["quorum"],
        majority=filled["majority"],
        on_deadlock=filled["on_deadlock"],
        lead=filled["lead"],
    )


def seated(agreement: Agreement, body: Body) -> frozenset[str]:
    """Every party that may sit on a body; empty when the text names only some of a group."""
    groups: Mapping[str, tuple[str, ...]] = {
        name: tuple(map(str, group.members)) for name, group in agreement.groups.items()
    }
    if any(name in groups and not agreement.groups[name].complete for name in body.members):
        return frozenset()
    return frozenset(p for name in body.members for p in groups.get(name, (name,)))


def _stated(value: str) -> str:
    return "" if value.startswith(_OPEN) else value
