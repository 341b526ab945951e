"""What every panel of a report looks things up in: names, days, the findings of the span shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from waarborg.agreement.model import Agreement
from waarborg.app.services.derived import Derived
from waarborg.app.services.panels import Link, Settings
from waarborg.app.services.wording import anchor
from waarborg.app.services.zone_map import ZoneMap
from waarborg.base.times import Period, local_day
from waarborg.findings.finding import Finding, FindingId, Tier
from waarborg.incidents.incident import Incident, IncidentId
from waarborg.reports.report import Report, ReportId

STRENGTH = (Tier.CERTAIN, Tier.POSSIBLE, Tier.UNDECIDABLE)
"""Tiers, strongest first."""

MOST_ROWS = 300
"""Findings of one list on a page; the rest is counted and lies in the output files."""

MOST_INCIDENTS = 600
"""Incidents that a page lists with their reports; the rest is counted and lies in the output files."""

Key = tuple[str, str, str, Tier]
"""Agreement, prohibition, accused, tier: what one headline figure counts."""

TIER_WORDS: Mapping[Tier, str] = {
    Tier.CERTAIN: "certain",
    Tier.POSSIBLE: "possible",
    Tier.UNDECIDABLE: "cannot be decided",
}


@dataclass(frozen=True)
class Desk:
    """One derivation, laid open for one report.

    Attributes:
        derived: The derivation.
        settings: What the mission says about itself.
        map: The zones, as they are drawn.
        day: The day reported on, None for the whole span.
    """

    derived: Derived
    settings: Settings
    map: ZoneMap
    day: date | None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The mission's time zone."""
        return ZoneInfo(self.settings.time_zone)

    @cached_property
    def span(self) -> Period | None:
        """The day as a period, None for the whole span."""
        return None if self.day is None else local_day(self.day, self.zone)

    @cached_property
    def agreements(self) -> Mapping[str, Agreement]:
        """The agreements by identifier."""
        return {agreement.id: agreement for agreement in self.derived.agreements}

    @cached_property
    def leading(self) -> frozenset[str]:
        """The agreements that colour map and timeline: those in force, else the exercises."""
        real = {a.id for a in self.derived.agreements if not a.exercise}
        return frozenset(real or set(self.agreements))

    @cached_property
    def parties(self) -> Mapping[str, str]:
        """Party to its name."""
        return {
            str(party): entry.name
            for agreement in reversed(self.derived.agreements)
            for party, entry in agreement.parties.items()
        }

    @property
    def zones(self) -> Mapping[str, str]:
        """Zone to its name."""
        return self.map.names

    @cached_property
    def incidents(self) -> Mapping[IncidentId, Incident]:
        """The incidents by identifier."""
        return {incident.id: incident for incident in self.derived.incidents}

    @cached_property
    def reports(self) -> Mapping[ReportId, Report]:
        """The reports by identifier."""
        return {report.id: report for report in self.derived.reports}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the span shown, by when, then identifier."""
        shown = (f for f in self.derived.findings if self.shows(f.happened))
        return tuple(sorted(shown, key=lambda f: (f.happened, f.id)))

    @cached_property
    def by_id(self) -> Mapping[FindingId, Finding]:
        """The findings of the span shown, by identifier."""
        return {finding.id: finding for finding in self.findings}

    @cached_property
    def tiers(self) -> Mapping[IncidentId, Tier]:
        """Incident to the strongest tier of its findings under the leading agreements."""
        best: dict[IncidentId, Tier] = {}
        for finding in self.derived.findings:
            if finding.agreement in self.leading:
                held = best.get(finding.incident, Tier.UNDECIDABLE)
                best[finding.incident] = min(held, finding.tier, key=STRENGTH.index)
        return best

    @cached_property
    def behind(self) -> tuple[IncidentId, ...]:
        """The incidents behind the findings of the span shown, those of the strongest tier first."""
        best: dict[IncidentId, int] = {}
        for finding in self.findings:
            if finding.incident in self.incidents:
                order = STRENGTH.index(finding.tier)
                best[finding.incident] = min(order, best.get(finding.incident, order))
        return tuple(sorted(best, key=lambda incident: (best[incident], incident)))

    @cached_property
    def listed(self) -> frozenset[IncidentId]:
        """The incidents that the page lists with their reports."""
        return frozenset(self.behind[:MOST_INCIDENTS])

    @cached_property
    def keyed(self) -> Mapping[Key, tuple[Finding, ...]]:
        """The findings of the span shown behind each headline figure, in order."""
        found: defaultdict[Key, list[Finding]] = defaultdict(list)
        for f in self.findings:
            found[(f.agreement, f.prohibition, str(f.accused), f.tier)].append(f)
        return {key: tuple(findings) for key, findings in found.items()}

    @cached_property
    def printed(self) -> frozenset[FindingId]:
        """The findings that stand in a list on the page."""
        return frozenset(f.id for found in self.keyed.values() for f in found[:MOST_ROWS])

    def shows(self, happened: Period) -> bool:
        """Whether something that happened then is counted in the span shown: by its first moment."""
        return self.span is None or self.span.contains(happened.start)

    @cached_property
    def reaching_in(self) -> int:
        """Incidents with findings that are counted on an earlier day and may reach into this one."""
        if self.span is None:
            return 0
        span = self.span
        return len(
            {
                finding.incident
                for finding in self.derived.findings
                if finding.happened.start < span.start < finding.happened.end
            }
        )

    def incident_link(self, incident: IncidentId) -> Link:
        """The incident, and its anchor where the page lists it."""
        return Link(incident, anchor("i", incident) if incident in self.listed else "")

    def incident_links(self, incidents: Iterable[IncidentId]) -> tuple[Link, ...]:
        """The incidents, sorted, each once; those the page does not list are counted at the end."""
        every = sorted(set(incidents))
        links = [self.incident_link(incident) for incident in every if incident in self.listed]
        if len(links) < len(every):
            words = f"{len(every) - len(links)} more in {self.settings.files}"
            links.append(Link(words, ""))
        return tuple(links)

    def finding_link(self, finding: FindingId, words: str) -> Link:
        """Words that lead to a finding, where it stands in a list on the page."""
        return Link(words, anchor("f", finding) if finding in self.printed else "")
