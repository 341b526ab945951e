"""The obligation: what a guarantor owes after a determination.

Rules this module keeps:
1. No obligation without a determination (law 7).
2. A deadline that runs from something known only to a day is a stretch, not a moment.
3. A gate that no entry decides is still to be passed; practice and law are told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from waarborg.base.judgement import Reason
from waarborg.base.parties import PartyId
from waarborg.base.times import Period
from waarborg.cases.determination import DeterminationId

_SECOND = timedelta(seconds=1)

ObligationId = NewType("ObligationId", str)
"""Name of an obligation, as "obl-<determination>-<guarantee>-<guarantor>"."""


class ObligationState(StrEnum):
    """Where an obligation stands at `as_of`."""

    DUE = "due"
    OVERDUE = "overdue"
    MAYBE_OVERDUE = "maybe_overdue"
    """The latest possible deadline lies ahead, the earliest has passed."""
    NO_DEADLINE = "no_deadline"
    """Owed, and the text sets no time."""
    WAITING_FOR_GATE = "waiting_for_gate"
    WAITING_FOR_PARTNER = "waiting_for_partner"
    DORMANT = "dormant"
    """The promise had ended at the breach, or the text did not bind its giver then."""
    FULFILLED = "fulfilled"
    FULFILLED_LATE = "fulfilled_late"
    """Fulfilled after its deadline had certainly passed with nothing in the way."""
    WAIVED = "waived"
    EXCUSED = "excused"
    CONTESTED = "contested"
    FALLEN_AWAY = "fallen_away"
    """The determination it followed from was replaced by one that asks nothing."""
    UNDECIDED = "undecided"
    """It cannot be decided whether the trigger is met, or whether the promise bound at the breach."""


def latest_of(window: Period) -> datetime:
    """From when on a deadline that falls in a stretch has certainly passed.

    A deadline known to the second is a stretch of that one second, and passes as it begins.
    """
    return window.start if window.end - window.start <= _SECOND else window.end


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when, and how that was worked out.

    Attributes:
        window: The deadline falls in this stretch, half-open; None when the text sets no time.
        within: The span the text gives, as ISO 8601 ("PT24H"), "" when none.
        words: How it was computed, in a sentence.
    """

    window: Period | None
    within: str
    words: str

    @property
    def latest(self) -> datetime | None:
        """From when on it has certainly passed; None when no time runs."""
        return None if self.window is None else latest_of(self.window)


@dataclass(frozen=True, slots=True)
class GateState:
    """A national procedure that an action still has to pass.

    Attributes:
        gate: Identifier in the agreement file.
        effect: Its legal effect, as "prior_consent".
        state: "open" when no entry decides it, else "passed" or "refused".
        words: What it asks, in a sentence.
    """

    gate: str
    effect: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """Who owes what, until when, from which clause, under which reading.

    Attributes:
        id: See `ObligationId`.
        determination: The determination it follows from.
        agreement: Identifier of the agreement file.
        exercise: Sentence on every output when the file is read as an exercise, else "".
        guarantee: The guarantee in the file.
        clause: The clause it rests on.
        guarantor: Who owes.
        actions: What is owed.
        choice: True when the guarantor may choose one of `actions`.
        strength: How hard the promise is, as "shall_subject_to_procedures".
        reading: The reading under which it is owed.
        certainty: How the reading follows from the words.
        deadline: Until when.
        gates: What still needs approval.
        relies_on: Guarantees that must hold first, in words.
        state: Where it stands.
        reasons: Why it arose, or why that cannot be decided.
    """

    id: ObligationId
    determination: DeterminationId
    agreement: str
    exercise: str
    guarantee: str
    clause: str
    guarantor: PartyId
    actions: tuple[str, ...]
    choice: bool
    strength: str
    reading: str
    certainty: str
    deadline: Deadline
    gates: tuple[GateState, ...]
    relies_on: tuple[str, ...]
    state: ObligationState
    reasons: tuple[Reason, ...]
