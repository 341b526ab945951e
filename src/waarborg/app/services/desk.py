"""What every panel of a report looks things up in: names, days, the findings of the span shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from waarborg.agreement.model import Agreement
from waarborg.app.services.derived import Derived
from waarborg.app.services.panels import Link, Settings
from waarborg.app.services.plain import plain
from waarborg.app.services.wording import anchor
from waarborg.app.services.zone_map import ZoneMap
from waarborg.base.times import Period, local_day
from waarborg.cases.determination import Determination
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


class Happened(Protocol):
    """Whatever happened at some time."""

    @property
    def happened(self) -> Period:
        """The stretch in which it happened."""


_Dated = TypeVar("_Dated", bound=Happened)


@dataclass(frozen=True)
class Shelf:
    """One derivation, laid open once for any number of reports.

    Attributes:
        derived: The derivation.
        settings: What the mission says about itself.
        map: The zones, as they are drawn.
    """

    derived: Derived
    settings: Settings
    map: ZoneMap

    @cached_property
    def zone(self) -> ZoneInfo:
        """The mission's time zone."""
        return ZoneInfo(self.settings.time_zone)

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

    @cached_property
    def incidents(self) -> Mapping[IncidentId, Incident]:
        """The incidents by identifier."""
        return {incident.id: incident for incident in self.derived.incidents}

    @cached_property
    def hinges(self) -> Mapping[IncidentId, list[Any]]:
        """What hinges on a few reports, by each incident it touches, as plain data."""
        held: defaultdict[IncidentId, list[Any]] = defaultdict(list)
        for hinge in self.derived.hinges:
            for incident in hinge.incidents:
                held[incident].append(plain(hinge))
        return held

    @cached_property
    def reports(self) -> Mapping[ReportId, Report]:
        """The reports by identifier."""
        return {report.id: report for report in self.derived.reports}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, by when, then identifier."""
        return tuple(sorted(self.derived.findings, key=lambda f: (f.happened, f.id)))

    @cached_property
    def findings_on(self) -> Mapping[date, tuple[Finding, ...]]:
        """The findings by the local day of their first moment, in order."""
        return self._by_day(self.findings)

    @cached_property
    def over_midnight(self) -> tuple[Finding, ...]:
        """The findings on what may reach into another day than its first."""
        return tuple(
            f
            for f in self.findings
            if self.day_of(f.happened) != self.day_of(f.happened, last=True)
        )

    @cached_property
    def determinations(self) -> tuple[Determination, ...]:
        """All determinations, by when, then identifier."""
        return tuple(sorted(self.derived.determinations, key=lambda d: (d.happened, d.id)))

    @cached_property
    def determinations_on(self) -> Mapping[date, tuple[Determination, ...]]:
        """The determinations by the local day of their first moment, in order."""
        return self._by_day(self.determinations)

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
    def reports_on(self) -> Counter[date]:
        """How many reports each day has."""
        return Counter(self.day_of(report.happened) for report in self.derived.reports)

    @cached_property
    def incidents_on(self) -> Counter[tuple[date, Tier | None]]:
        """How many incidents of each tier have their first moment on a day."""
        return Counter(
            (self.day_of(incident.happened), self.tiers.get(incident.id))
            for incident in self.derived.incidents
        )

    @cached_property
    def _days(self) -> dict[datetime, date]:
        return {}

    def day_of(self, happened: Period, *, last: bool = False) -> date:
        """The local day of the first moment of a period, or of its last."""
        moment = happened.end - timedelta(microseconds=1) if last else happened.start
        day = self._days.get(moment)
        if day is None:
            day = self._days[moment] = moment.astimezone(self.zone).date()
        return day

    def _by_day(self, rows: Iterable[_Dated]) -> dict[date, tuple[_Dated, ...]]:
        found: defaultdict[date, list[_Dated]] = defaultdict(list)
        for row in rows:
            found[self.day_of(row.happened)].append(row)
        return {day: tuple(held) for day, held in found.items()}


@dataclass(frozen=True)
class Desk:
    """A derivation, laid open for one report.

    Attributes:
        shelf: The derivation with everything that does not depend on the day.
        day: The day reported on, None for the whole span.
    """

    shelf: Shelf
    day: date | None

    @property
    def derived(self) -> Derived:
        """The derivation."""
        return self.shelf.derived

    @property
    def settings(self) -> Settings:
        """What the mission says about itself."""
        return self.shelf.settings

    @property
    def map(self) -> ZoneMap:
        """The zones, as they are drawn."""
        return self.shelf.map

    @property
    def zone(self) -> ZoneInfo:
        """The mission's time zone."""
        return self.shelf.zone

    @property
    def zones(self) -> Mapping[str, str]:
        """Zone to its name."""
        return self.shelf.map.names

    @property
    def leading(self) -> frozenset[str]:
        """The agreements that colour map and timeline."""
        return self.shelf.leading

    @property
    def parties(self) -> Mapping[str, str]:
        """Party to its name."""
        return self.shelf.parties

    @property
    def incidents(self) -> Mapping[IncidentId, Incident]:
        """The incidents by identifier."""
        return self.shelf.incidents

    @property
    def reports(self) -> Mapping[ReportId, Report]:
        """The reports by identifier."""
        return self.shelf.reports

    @property
    def tiers(self) -> Mapping[IncidentId, Tier]:
        """Incident to the strongest tier of its findings under the leading agreements."""
        return self.shelf.tiers

    @cached_property
    def span(self) -> Period | None:
        """The day as a period, None for the whole span."""
        return None if self.day is None else local_day(self.day, self.zone)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the span shown, by when, then identifier."""
        shelf = self.shelf
        return shelf.findings if self.day is None else shelf.findings_on.get(self.day, ())

    @property
    def determinations(self) -> tuple[Determination, ...]:
        """The determinations of the span shown, by when, then identifier."""
        shelf = self.shelf
        return (
            shelf.determinations if self.day is None else shelf.determinations_on.get(self.day, ())
        )

    @cached_property
    def by_id(self) -> Mapping[FindingId, Finding]:
        """The findings of the span shown, by identifier."""
        return {finding.id: finding for finding in self.findings}

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
                for finding in self.shelf.over_midnight
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
