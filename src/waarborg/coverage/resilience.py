"""Resilience: does the need hold if any K drop out? A proof, or the cheapest failing set."""

from __future__ import annotations

from dataclasses import dataclass

from waarborg.coverage.cuts import Cut, smallest
from waarborg.coverage.gaps import Answer
from waarborg.coverage.prover import Prover


@dataclass(frozen=True, slots=True)
class Resilience:
    """Whether the need holds if any K of the elements drop out.

    Attributes:
        drop: K.
        answer: NONE when no K elements can break it (proved), FOUND with a failing set, or not
            known.
        failing: One of the smallest failing sets; None unless found.
        ever_met: Whether there is anything to lose at all.
    """

    drop: int
    answer: Answer
    failing: Cut | None
    ever_met: bool


def resilience(prover: Prover, drop: int) -> Resilience:
    """Ask whether the need holds if any `drop` elements fail at once.

    Args:
        prover: The text and the need.
        drop: How many fail at most.
    """
    found = smallest(prover, drop)
    first = found.cuts[0] if found.cuts else None
    return Resilience(drop, found.answer, first, found.ever_met)
