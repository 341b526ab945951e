"""A body's rules of procedure: what the text settles stands, what it leaves open may be filled.

Rules this module keeps:
1. Adopted rules contradict nothing that the text says (COM-019).
2. What the text says and the adopted rules leave out is taken from the text.
3. One member adopts nothing: the first rules need as many seats as the text asks for a decision, and
   all of them where it leaves that open; a change needs every seat.
4. Where some sit for a group, each of its members without a seat has to agree besides.
"""

from __future__ import annotations

from dataclasses import replace

from waarborg.agreement.model import Agreement, Body
from waarborg.agreement.words import listed
from waarborg.cases.entry import AdoptRules, RuleBroken
from waarborg.cases.seats import asked_besides, may_be_seated, seated
from waarborg.cases.tally import carries, majority_of

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
    if body.members:
        may_be_seated(agreement, body, act.seats)
        if party not in seated(agreement, body):
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
        two_persons=act.two_persons or wants_two(body),
    )


def wants_two(body: Body) -> bool:
    """Whether the text itself asks for a second person behind gradings and proposals."""
    return body.settings.get("two_persons") == "true"


def enough(
    agreement: Agreement, held: AdoptRules | None, new: AdoptRules, agreed: frozenset[str]
) -> bool:
    """Whether rules take effect with the seats that have agreed so far.

    Args:
        agreement: The text.
        held: The rules now in effect, None for a body's first.
        new: The rules put forward, as `settle` left them.
        agreed: The parties that have agreed to them.
    """
    if not agreed >= asked_besides(agreement, held, new):
        return False
    if held is not None:
        return agreed >= {seat.party for seat in held.seats}
    seats, body = {seat.party for seat in new.seats}, agreement.bodies[new.body]
    settled = _stated(body.quorum) and _stated(body.settings.get("majority", ""))
    unequal = any(seat.veto or seat.weight != 1 for seat in new.seats)
    if not settled or unequal or majority_of(new) is None:
        return agreed >= seats
    return carries(new, agreed)


def not_agreed(
    agreement: Agreement, held: AdoptRules | None, new: AdoptRules, agreed: frozenset[str]
) -> frozenset[str]:
    """Who is asked to agree to rules and has not; not each of the seats need be needed for `enough`.

    Args:
        agreement: The text.
        held: The rules now in effect, None for a body's first.
        new: The rules put forward.
        agreed: The parties that have agreed to them.
    """
    seats = {seat.party for seat in (held or new).seats}
    return (asked_besides(agreement, held, new) | seats) - agreed


def presuming(agreement: Agreement, rules: AdoptRules, agreed: frozenset[str]) -> str:
    """Who presumes a breach on a deadlock, in words: the text, or whose rules of procedure.

    Args:
        agreement: The text.
        rules: The rules in effect, as `settle` left them.
        agreed: The parties that had agreed to them.
    """
    if _stated(agreement.bodies[rules.body].settings.get("on_deadlock", "")):
        return "the text presumes a breach on a deadlock"
    others = sorted({seat.party for seat in rules.seats} - agreed)
    told = (
        f"the rules of procedure of {listed(sorted(agreed), 'and')} presume a breach on a deadlock"
    )
    return told + (f", and {listed(others, 'and')} did not agree to them" if others else "")


def _stated(value: str) -> str:
    return "" if value.startswith(_OPEN) else value
