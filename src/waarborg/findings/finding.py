"""The finding: an incident held against one prohibition of an agreement; an alleged breach, not a ruling.

Rules this module keeps:
1. Each finding is yes, no or cannot be decided, with the reasons that settle it (law 8).
2. A finding cites only reports in the record (law 5).
3. What rests on inference (a machine's label, who held the ground) never makes a finding certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel
from waarborg.base.judgement import Reason, Verdict
from waarborg.base.parties import PartyId
from waarborg.base.places import Place
from waarborg.base.times import Period
from waarborg.incidents.incident import IncidentId
from waarborg.reports.report import ReportId

FindingId = NewType("FindingId", str)
"""Name of a finding, as "fin-<incident>-<prohibition>"; findings that are NO are not kept."""


class Tier(StrEnum):
    """How a published count treats a finding, by the mission's counting rule."""

    CERTAIN = "certain"
    """YES from what sources state in words."""
    POSSIBLE = "possible"
    """Cannot be decided from words alone, YES once marked inferences are accepted."""
    UNDECIDABLE = "undecidable"
    """Cannot be decided, inferences or not."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An incident held against a prohibition.

    Attributes:
        id: See `FindingId`.
        agreement: Identifier of the agreement file.
        exercise: Sentence that stands on every output when the file is read as an exercise, else "".
        prohibition: Which prohibition of the file.
        clause: The clause it rests on.
        accused: The party the prohibition binds and the finding is about.
        incident: The incident held against it.
        verdict: From what sources state only; never NO here.
        tier: Where a count puts it.
        reasons: Why, in words; for UNKNOWN what could not be decided.
        inferred: The inferences that a POSSIBLE finding needs, in words.
        happened: When the incident happened.
        place: Where, None when not known.
        act: What was done, labels included; None when nothing names it.
        attribution: How firmly the act is laid at the accused's door.
        cites: The reports it rests on.
    """

    id: FindingId
    agreement: str
    exercise: str
    prohibition: str
    clause: str
    accused: PartyId
    incident: IncidentId
    verdict: Verdict
    tier: Tier
    reasons: tuple[Reason, ...]
    inferred: tuple[str, ...]
    happened: Period
    place: Place | None
    act: Act | None
    attribution: AttributionLevel
    cites: tuple[ReportId, ...]
