"""What can fail: guarantors, approvals, bodies, evidence, and the promises others lean on.

Words are those of a fault tree (IEC 61025): an element is a basic event, a set of elements whose
failure leaves some breach unanswered is a cut set, and a cut set of one is a single point of failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from waarborg.agreement.condition import properties
from waarborg.agreement.model import Agreement, Gate, Guarantee
from waarborg.agreement.vocabulary import GateEffect
from waarborg.agreement.ways import barring
from waarborg.coverage.asked import Asked
from waarborg.coverage.timing import deciders

_PRACTICE = (GateEffect.POLITICAL_PRACTICE, GateEffect.INFORMATION, GateEffect.CONSULTATION)


class ElementKind(StrEnum):
    """Which kind of thing fails."""

    GUARANTOR = "guarantor"
    """It gives nothing of what it promised."""
    APPROVAL = "approval"
    """A national procedure says no."""
    BODY = "body"
    """It does not rule."""
    EVIDENCE = "evidence"
    """Nobody can lay the act at anyone's door."""
    BACKSTOP = "backstop"
    """A promise that others lean on is not kept."""


@dataclass(frozen=True, slots=True, order=True)
class Element:
    """A thing that can fail.

    Attributes:
        kind: Which kind.
        id: Identifier in the file; "attribution" for evidence.
        words: How a sentence calls its failure.
    """

    kind: ElementKind
    id: str
    words: str

    @property
    def name(self) -> str:
        """A name that is unique among elements, as "approval US-congress"."""
        return f"{self.kind.value} {self.id}"


def blocks(gate: Gate, asked: Asked) -> bool:
    """Whether a procedure can stop an action: by law, or by practice where that is asked for."""
    if gate.effect is GateEffect.PRIOR_CONSENT:
        return True
    return asked.practice_is_veto and gate.effect in _PRACTICE


def vetoes(
    promise: Guarantee, agreement: Agreement, asked: Asked
) -> tuple[tuple[Element, ...], ...]:
    """The smallest sets of approvals whose refusal stops a promise: each bars every way of keeping it."""
    sets = barring(agreement, promise, lambda gate: blocks(gate, asked))
    return tuple(tuple(_approval(gate) for gate in together) for together in sets)


def _approval(gate: str) -> Element:
    return Element(ElementKind.APPROVAL, gate, f"the approval {gate} is refused")


def ruled_by_silence(agreement: Agreement) -> bool:
    """Whether the text presumes a breach when a deciding body cannot decide: it then cannot fail."""
    said = [agreement.bodies[body].settings.get("on_deadlock") for body in deciders(agreement)]
    return "breach_presumed" in said


def elements(
    agreement: Agreement, asked: Asked, answering: Sequence[Guarantee]
) -> tuple[Element, ...]:
    """Everything whose failure can touch the need, sorted.

    Args:
        agreement: The agreement under its reading.
        asked: What is asked.
        answering: The promises that would meet the need.
    """
    play = _in_play(agreement, answering)
    found: set[Element] = set()
    leaned_on = {other for promise in play for item in promise.reliance for other in item}
    for promise in play:
        name = _called(agreement, promise.by)
        found.add(Element(ElementKind.GUARANTOR, promise.by, f"{name} gives nothing"))
        found.update(each for together in vetoes(promise, agreement, asked) for each in together)
        if promise.id in leaned_on:
            said = promise.words or promise.id
            if promise.words and promise.id != promise.group:
                said = f"{said} ({name})"
            found.add(Element(ElementKind.BACKSTOP, promise.id, f"it fails that {said}"))
    looked_at = frozenset[str]().union(*(properties(p.trigger) for p in play)) if play else ()
    if "decision" in looked_at and not ruled_by_silence(agreement):
        for body in deciders(agreement):
            words = agreement.bodies[body].words or body
            found.add(Element(ElementKind.BODY, body, f"{words} does not rule"))
    if "attribution" in looked_at:
        found.add(
            Element(ElementKind.EVIDENCE, "attribution", "nobody can say who did it for sure")
        )
    return tuple(sorted(found))


def _called(agreement: Agreement, by: str) -> str:
    if by in agreement.parties:
        return agreement.parties[by].name
    return agreement.bodies[by].words if by in agreement.bodies else by


def _in_play(agreement: Agreement, answering: Sequence[Guarantee]) -> list[Guarantee]:
    by_id = {promise.id: promise for promise in agreement.guarantees}
    seen: set[str] = set()
    waiting = [promise.id for promise in answering]
    while waiting:
        one = waiting.pop()
        if one in by_id and one not in seen:
            seen.add(one)
            waiting += [other for item in by_id[one].reliance for other in item]
    return [promise for promise in agreement.guarantees if promise.id in seen]
