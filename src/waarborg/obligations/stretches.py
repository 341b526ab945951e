"""What changes only at known moments, worked out once for each stretch between two of them."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(slots=True)
class Stretches(Generic[Key, Value]):
    """Answers that hold from one turn to the next.

    Attributes:
        turns: The moments at which an answer may change, in order; one too many does no harm.
    """

    turns: list[datetime] = field(default_factory=list)
    _kept: dict[tuple[int, Key], Value] = field(default_factory=dict)

    def at(self, moment: datetime, key: Key, work_out: Callable[[], Value]) -> Value:
        """The answer at a moment, worked out where this stretch has none yet."""
        place = bisect_right(self.turns, moment), key
        kept = self._kept.get(place)
        if kept is None:
            kept = self._kept[place] = work_out()
        return kept

    def turn(self, *moments: datetime | None) -> None:
        """Something moved: no answer is kept, and there may be further turns."""
        self._kept.clear()
        for moment in moments:
            if moment is not None:
                insort(self.turns, moment)

    def next(self, moment: datetime) -> datetime | None:
        """The first turn after a moment; None when no other comes."""
        place = bisect_right(self.turns, moment)
        return self.turns[place] if place < len(self.turns) else None
