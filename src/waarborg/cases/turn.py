"""What became of a determination as knowledge grew: it came, changed, or went.

Rules this module keeps:
1. A determination counts from the moment at which what was known first made it, and no earlier.
2. One that changed or went is told with the reason; nothing that rested on it disappears silently.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from waarborg.base.times import format_instant, parse_instant
from waarborg.cases.determination import Determination

_TOLD = {
    "happened": "when it happened",
    "breacher": "the accused",
    "clause": "the clause",
    "by": "who decides",
    "decision": "the decision",
    "tier": "how sure it is",
    "cites": "the reports behind it",
}
"""Fields of which a case is told, and how it calls them; what else changed follows from these."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that a determination took.

    Attributes:
        at: When it became known.
        before: As it was; None when it is new.
        after: As it is; None when it is gone.
        why: What became of the incident behind it, in words; empty where it only changed.
    """

    at: datetime
    before: Determination | None
    after: Determination | None
    why: str = ""

    @property
    def id(self) -> str:
        """The determination's name."""
        return str(self._either.id)

    @property
    def agreement(self) -> str:
        """The agreement it belongs to."""
        return self._either.agreement

    @property
    def words(self) -> str:
        """What changed, as a case is told; empty when it is new, or nothing a case rests on changed."""
        if self.before is None:
            return ""
        when = format_instant(self.at)
        if self.after is None:
            why = self.why or f"{self.before.incident} is not held to be a breach any more"
            return f"what it rested on has changed at {when}: {why}; {self.before.finding} is gone"
        told = [
            words
            for name, words in _TOLD.items()
            if getattr(self.before, name) != getattr(self.after, name)
        ]
        if not told:
            return ""
        why = f" ({self.why})" if self.why else ""
        return f"what it rested on has changed at {when}: {', '.join(told)}{why}"

    @property
    def _either(self) -> Determination:
        either = self.after or self.before
        if either is None:
            raise ValueError("a turn is of some determination")
        return either


def known_once(base: Iterable[Determination]) -> tuple[Turn, ...]:
    """Determinations that came, each when its first report did, and never changed."""
    found = [Turn(parse_instant(each.known_at), None, each) for each in base]
    return tuple(sorted(found, key=lambda turn: (turn.at, turn.id)))
