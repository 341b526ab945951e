"""The block: what keeps a promise from falling due, and which breaches it is the same for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from waarborg.obligations.obligation import ObligationState


@dataclass(frozen=True, slots=True)
class Block:
    """What keeps a promise from falling due.

    Attributes:
        state: The state its obligations have.
        words: Why.
        by: Gates or guarantees that stand in the way, by identifier.
    """

    state: ObligationState
    words: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """What sets the breaches apart for which a promise may stand otherwise than for a new one.

    Attributes:
        decided: Gates decided for them by name: gate, last step, and until when that holds.
        noes: How many refusals and recalls without a case came before they were found; those that
            come after cover them. None where none does.
        over: Promises that did not bind at the breach, each with why.
        unsure: Promises that bound in a part of the time in which the breach may have happened.
    """

    decided: frozenset[tuple[str, str, datetime | None]] = frozenset()
    noes: int | None = None
    over: frozenset[tuple[str, str]] = frozenset()
    unsure: frozenset[str] = frozenset()


NEW = Alike()
"""A breach that nobody has found yet."""
