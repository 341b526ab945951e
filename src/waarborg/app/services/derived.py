"""What one derivation gives: everything from reports to obligations, for one `as_of` and `known_at`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from waarborg.agreement.model import Agreement
from waarborg.cases.determination import Determination
from waarborg.findings.finding import Finding, Tier
from waarborg.incidents.follows import Follows
from waarborg.incidents.hinges import Hinge
from waarborg.incidents.incident import Incident
from waarborg.obligations.obligation import Obligation
from waarborg.reports.report import Report


@dataclass(frozen=True, slots=True)
class Claim:
    """A total that a party claims about the other's conduct; kept as a claim, never merged (law 10).

    Attributes:
        id: Name in the claims file.
        by: The party that claims.
        by_words: The organ that spoke, as "Ukraine General Staff".
        against: The party it is about.
        count: The number claimed.
        unit: What it says was counted, in the claimant's own terms.
        window: Over which time, in words.
        source: Web address.
        known_at: When the claim became known; None when the file does not say.
    """

    id: str
    by: str
    by_words: str
    against: str
    count: int
    unit: str
    window: str
    source: str
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A published count, by the mission's counting rule.

    Attributes:
        agreement: Identifier of the agreement file.
        prohibition: Which prohibition.
        accused: Which party it is about.
        day: Day in the mission's time zone, None for the whole span.
        tier: Certain, possible or undecidable.
        incidents: How many incidents.
        rule: Name and version of the counting rule.
    """

    agreement: str
    prohibition: str
    accused: str
    day: date | None
    tier: Tier
    incidents: int
    rule: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many reports each source gave on each day: a silent source is no silence at the front.

    Attributes:
        days: The days, in order.
        reports: Source to its number of reports on each of `days`.
        gaps: Source to the days on which it was silent between its first and last report or on
            which the mission says it is known to be missing, in words.
    """

    days: tuple[date, ...]
    reports: Mapping[str, tuple[int, ...]]
    gaps: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Derived:
    """State as a pure function of record and agreements, at `as_of`, as known at `known_at`.

    Incidents that only tell of what followed an earlier one (`follows`) are held against no clause and
    counted in no figure.
    """

    as_of: datetime
    known_at: datetime
    reports: tuple[Report, ...]
    incidents: tuple[Incident, ...]
    agreements: tuple[Agreement, ...]
    findings: tuple[Finding, ...]
    determinations: tuple[Determination, ...]
    obligations: tuple[Obligation, ...]
    counts: tuple[Count, ...]
    claims: tuple[Claim, ...]
    coverage: Coverage
    follows: tuple[Follows, ...] = ()
    hinges: tuple[Hinge, ...] = ()
