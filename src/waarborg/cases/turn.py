"""What became of a determination as knowledge grew: it came, changed, or went.

Rules this module keeps:
1. A determination counts from the moment at which what was known first made it, and no earlier.
2. One that changed or went is told with the reason; nothing that rested on it disappears silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from waarborg.base.times import Period, format_instant, parse_instant
from waarborg.cases.case import CaseFile
from waarborg.cases.determination import Determination

_TOLD = {
    "happened": "when it happened",
    "breacher": "the accused",
    "clause": "the clause",
    "by": "who decides",
    "decision": "the decision",
    "tier": "how sure it is",
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
        return str(self.either.id)

    @property
    def agreement(self) -> str:
        """The agreement it belongs to."""
        return self.either.agreement

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
            f"{words} is {_said(self.after, name)}, and was {_said(self.before, name)}"
            for name, words in _TOLD.items()
            if getattr(self.before, name) != getattr(self.after, name)
        ]
        left = sorted(set(self.before.cites) - set(self.after.cites))
        if left:
            told.append(f"no longer behind it: {', '.join(left)}")
        if not told:
            return ""
        why = f" ({self.why})" if self.why else ""
        return f"what it rested on has changed at {when}: {'; '.join(told)}{why}"

    @property
    def either(self) -> Determination:
        """The determination as it is, or as it was before it went."""
        either = self.after or self.before
        if either is None:
            raise ValueError("a turn is of some determination")
        return either


@dataclass(slots=True)
class Resting:
    """Which cases rest on which findings."""

    _cases: dict[str, dict[str, None]] = field(default_factory=dict)

    def note(self, case: CaseFile) -> None:
        """Note what a case rests on."""
        for finding in case.findings:
            self._cases.setdefault(finding, {})[case.id] = None

    def tell(self, turn: Turn, cases: Mapping[str, CaseFile]) -> set[str]:
        """Tell every case that rests on a determination what became of it; gives their names.

        A case stays as it was opened: closing it, or ruling on what is left, is for its body.
        """
        words = turn.words
        if turn.before is None:
            words = f"what it rested on has changed at {format_instant(turn.at)}: it is held again"
        named = self._cases.get(str(turn.either.finding), ())
        told = {turn.id, *named} & cases.keys() if words else set()
        for name in told:
            cases[name].flags.append(words)
        return told


def _said(made: Determination, name: str) -> str:
    value = getattr(made, name)
    if isinstance(value, Period):
        return f"{format_instant(value.start)} to {format_instant(value.end)}"
    return str(value)


def history(base: Iterable[Determination | Turn], agreement: str) -> list[Turn]:
    """The turns of one agreement's determinations in order of time.

    Args:
        base: Turns; a determination stands for one that came when its first report did and never
            changed.
        agreement: Which agreement.
    """
    found = [
        each if isinstance(each, Turn) else Turn(parse_instant(each.known_at), None, each)
        for each in base
        if each.agreement == agreement
    ]
    return sorted(found, key=lambda turn: (turn.at, turn.id))
