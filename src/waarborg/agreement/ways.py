"""Ways of keeping a promise: each action of a free choice is one, and passes only its own gates.

Obligations, proofs, deadlines and sentences all read this one definition.

Rules this module keeps:
1. A gate of a free choice bars the actions that it is for. One named for the promise that is for none of
   them bars them all: the words make the whole promise pass it.
2. Where nothing can be chosen, all that is promised is one way, and passes every gate of the promise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from waarborg.agreement.model import Agreement, Gate, Guarantee


@dataclass(frozen=True, slots=True)
class Way:
    """One way of keeping a promise.

    Attributes:
        actions: What is then done.
        gates: Procedures that this has to pass, by identifier.
    """

    actions: tuple[str, ...]
    gates: tuple[str, ...]


def ways(agreement: Agreement, promise: Guarantee) -> tuple[Way, ...]:
    """The ways of which a guarantor can choose one, in the order of the file.

    Args:
        agreement: The text with its gates.
        promise: The promise.
    """
    named = tuple(gate for gate in promise.gates if gate in agreement.gates)
    if not promise.choice or len(promise.actions) < 2:
        return (Way(promise.actions, named),)
    barred = {gate: _barred(agreement.gates[gate], promise) for gate in named}
    return tuple(
        Way((action,), tuple(gate for gate in named if action in barred[gate]))
        for action in promise.actions
    )


def choices_barred(agreement: Agreement, promise: Guarantee, gate: str) -> tuple[str, ...]:
    """The choices of a promise that a gate bars while it leaves others free; empty where it bars all of it.

    Args:
        agreement: The text with its gates.
        promise: The promise.
        gate: A gate that the promise names.
    """
    barred = tuple(
        action for way in ways(agreement, promise) if gate in way.gates for action in way.actions
    )
    return barred if len(barred) < len(promise.actions) else ()


def barring(
    agreement: Agreement, promise: Guarantee, bars: Callable[[Gate], bool]
) -> tuple[tuple[str, ...], ...]:
    """The smallest sets of gates that together bar every way of keeping a promise.

    Args:
        agreement: The text with its gates.
        promise: The promise.
        bars: Whether a gate counts.

    Returns:
        Sets in order of their size; none where some way passes no gate that counts. Where nothing can be
        chosen each gate is a set of its own.
    """
    each = [
        [gate for gate in way.gates if bars(agreement.gates[gate])]
        for way in ways(agreement, promise)
    ]
    found: list[tuple[str, ...]] = []
    for picked in sorted(dict.fromkeys(map(_once, product(*each))), key=len):
        if not any(set(smaller) <= set(picked) for smaller in found):
            found.append(picked)
    return tuple(found)


def _once(picked: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sorted(picked)))


def _barred(gate: Gate, promise: Guarantee) -> frozenset[str]:
    """The actions of a promise that a gate bars while it is shut."""
    own = frozenset(gate.actions) & frozenset(promise.actions)
    return own or frozenset(promise.actions)
