"""The determination: what a body, or the text itself, decides about a finding.

Rules this module keeps:
1. A finding becomes a determination "by operation of the text" only where the file says so.
2. Where a body decides and has not, the determination is pending and obliges nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from waarborg.agreement.vocabulary import in_words
from waarborg.base.parties import PartyId
from waarborg.base.times import Period
from waarborg.findings.finding import FindingId, Tier
from waarborg.incidents.incident import IncidentId
from waarborg.reports.report import ReportId

DeterminationId = NewType("DeterminationId", str)
"""Name of a determination, as "det-<incident>-<prohibition>"."""

OPERATION_OF_THE_TEXT = "operation_of_the_text"


class Decision(StrEnum):
    """What was decided."""

    BREACH_FOUND = "breach_found"
    NO_BREACH = "no_breach"
    PENDING = "pending"
    CANNOT_BE_DETERMINED = "cannot_be_determined"
    """The body ruled that it cannot be determined: a result, which obliges nobody."""


@dataclass(frozen=True, slots=True)
class Determination:
    """A decision, or the want of one, about a finding.

    Attributes:
        id: See `DeterminationId`.
        finding: The finding it decides.
        incident: The incident behind it.
        agreement: Identifier of the agreement file.
        exercise: Sentence on every output when the file is read as an exercise, else "".
        prohibition: Which prohibition.
        clause: The clause it rests on.
        breacher: The party found, or alleged while pending, to be in breach.
        by: `OPERATION_OF_THE_TEXT` or the identifier of the body that decides.
        decision: What was decided.
        tier: The tier of the finding; only CERTAIN ones are decided by the text.
        happened: When the incident happened, as narrow as known.
        known_at: First moment at which a mission that holds these reports could know (ISO 8601, UTC).
        facts: The row a guarantee's trigger looks at: property to value, None where unknown.
        words: The decision in a sentence.
        cites: The reports it rests on.
        place: Where it is said to have happened, in words; "" when not known.
    """

    id: DeterminationId
    finding: FindingId
    incident: IncidentId
    agreement: str
    exercise: str
    prohibition: str
    clause: str
    breacher: PartyId
    by: str
    decision: Decision
    tier: Tier
    happened: Period
    known_at: str
    facts: dict[str, str | int | bool | None]
    words: str
    cites: tuple[ReportId, ...]
    place: str = ""

    @property
    def allegation(self) -> str:
        """What is alleged, whatever becomes of it: who, under which clause, which act, where."""
        act = str(self.facts.get("act") or "an act that is not known")
        where = self.place or "at a place that is not known"
        made = charge(self.breacher, self.clause, self.prohibition)
        return f"{made} is alleged: {in_words(act)}, {where}."


def charge(accused: str, clause: str, prohibition: str) -> str:
    """A party and what it is held to have broken; the prohibition "" where only the clause is known."""
    return f"{accused} in breach of {clause}" + (f" ({prohibition})" if prohibition else "")


def pending(body: str, made: str) -> str:
    """That a body has not decided on a charge."""
    return f"Pending before {body}, which has decided nothing on the record: {made} is alleged."
