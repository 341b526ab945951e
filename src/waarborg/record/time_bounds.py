"""Between which moments an entry was recorded: bounded by others' clocks, never by the author's claim.

Whoever cosigned or stamped a checkpoint has seen every entry in it, and none behind its end. An entry
was therefore recorded after the last such moment at which it was not there yet, and before the first
at which it was. Order is given by the log alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Claim(Enum):
    """How an author's claimed time stands to the bounds."""

    WITHIN = "within the bounds"
    BEFORE = "earlier than it can have been recorded; it may still have been written then"
    AFTER = "later than others had seen it: the claim is false or a clock is wrong"


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody's word for a checkpoint at a time.

    Attributes:
        size: Entries the checkpoint covers.
        at: Their clock, seconds since 1970.
        by: Who: a witness, a time-stamping authority.
    """

    size: int
    at: int
    by: str


@dataclass(frozen=True, slots=True)
class TimeBounds:
    """When an entry was recorded.

    Attributes:
        after: The sighting after which it was recorded, None when nothing bounds it.
        before: The sighting before which it was recorded, None when nothing bounds it.
    """

    after: Sighting | None
    before: Sighting | None

    def judge(self, claimed_at: int) -> Claim:
        """How a claimed time, seconds since 1970, stands to the bounds."""
        if self.before is not None and claimed_at > self.before.at:
            return Claim.AFTER
        if self.after is not None and claimed_at < self.after.at:
            return Claim.BEFORE
        return Claim.WITHIN


def time_bounds(place: int, sightings: Iterable[Sighting]) -> TimeBounds:
    """The tightest bounds of the entry at a place.

    Args:
        place: Place of the entry, from 0.
        sightings: Cosignatures and time stamps that were verified.
    """
    every = sorted(sightings, key=lambda each: (each.at, each.size, each.by))
    without = [each for each in every if each.size <= place]
    having = [each for each in every if each.size > place]
    return TimeBounds(without[-1] if without else None, having[0] if having else None)
