"""Counts and coverage: how many incidents, by which rule, and who could see.

A count names its rule and version, is never summed over tiers, and stands beside the coverage of
sources by day: a source that was silent is no silence at the front.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from waarborg.agreement.model import Agreement
from waarborg.app.services.derived import Count, Coverage
from waarborg.app.services.wording import runs_words
from waarborg.findings.assess import tier_of
from waarborg.findings.finding import Finding, Tier
from waarborg.findings.kept import Findings
from waarborg.reports.report import Report


def count(
    agreements: Sequence[Agreement],
    findings: Sequence[Finding],
    days: Sequence[date],
    zone: ZoneInfo,
    rule: str,
) -> tuple[Count, ...]:
    """Count incidents by prohibition, accused party, tier and day, and over the whole span.

    An incident is counted once for a prohibition and an accused party, on the local day on which
    the stretch it is known to starts. Zeros are counts too and are given for every day.
    """
    counted = Counted(zone)
    for finding in findings:
        counted.add(finding)
    return counted.counts(agreements, days, rule)


class Counted:
    """The counts, kept up finding by finding: the same whatever the order in which they come.

    Args:
        zone: The mission's time zone, in which days are days.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._tally: Counter[tuple[str, str, str, date | None, Tier]] = Counter()
        self._days: dict[datetime, date] = {}

    def add(self, finding: Finding, by: int = 1) -> None:
        """Count a finding in, or out again with -1."""
        key = (finding.agreement, finding.prohibition, str(finding.accused))
        self._note(key, self._day(finding.happened.start), finding.tier, by)

    def add_all(self, findings: Findings, by: int = 1) -> None:
        """Count findings in, or out again with -1, without putting them together: what is alike at once."""
        alike = Counter(
            (id(agreement), id(said), incident.happened.start)
            for agreement, incident, said in findings.batches
        )
        told = {(id(text), id(said)): (text, said) for text, _, said in findings.batches}
        for (*which, start), number in alike.items():
            agreement, said = told[which[0], which[1]]
            for rule, answer in said:
                key = (agreement.id, rule.id, str(answer.accused))
                self._note(key, self._day(start), tier_of(answer), number * by)

    def _note(self, key: tuple[str, str, str], day: date, tier: Tier, by: int) -> None:
        self._tally[*key, None, tier] += by
        self._tally[*key, day, tier] += by

    def _day(self, start: datetime) -> date:
        if start not in self._days:
            self._days[start] = start.astimezone(self._zone).date()
        return self._days[start]

    def counts(
        self, agreements: Sequence[Agreement], days: Sequence[date], rule: str
    ) -> tuple[Count, ...]:
        """Every count of these agreements and days, and over the whole span; zeros too."""
        spans: list[date | None] = [None, *days]
        return tuple(
            Count(agreement.id, prohibition.id, str(accused), day, tier, n, rule)
            for agreement in agreements
            for prohibition in agreement.prohibitions
            for accused in prohibition.who
            for day in spans
            for tier in Tier
            for n in (self._tally[agreement.id, prohibition.id, str(accused), day, tier],)
        )


def coverage(
    reports: Sequence[Report], days: Sequence[date], zone: ZoneInfo, stated: Mapping[str, str]
) -> Coverage:
    """Reports by source and day, with the days on which a source gave none.

    Args:
        reports: The reports known, each counted on the local day it is about.
        days: The span, in order.
        zone: The mission's time zone.
        stated: What the mission knows of a source's gaps, in words.
    """
    covered = Covered(days, zone, stated)
    for report in reports:
        covered.add(report)
    return covered.coverage()


class Covered:
    """Reports by source and day, kept up report by report.

    Args:
        days: The span, in order.
        zone: The mission's time zone.
        stated: What the mission knows of a source's gaps, in words.
    """

    def __init__(self, days: Sequence[date], zone: ZoneInfo, stated: Mapping[str, str]) -> None:
        self._days = tuple(days)
        self._zone = zone
        self._stated = stated
        self._place = {day: place for place, day in enumerate(days)}
        self._rows: dict[str, list[int]] = {}
        self._places: dict[datetime, int | None] = {}

    def add(self, report: Report, by: int = 1) -> None:
        """Count a report in, or out again with -1."""
        start = report.happened.start
        if start not in self._places:
            self._places[start] = self._place.get(start.astimezone(self._zone).date())
        place = self._places[start]
        if place is not None:
            self._rows.setdefault(report.source, [0] * len(self._days))[place] += by

    def coverage(self) -> Coverage:
        """Reports by source and day, with the days on which a source gave none."""
        rows = {source: tuple(self._rows[source]) for source in sorted(self._rows)}
        rows = {source: row for source, row in rows.items() if any(row)}
        return Coverage(
            self._days,
            rows,
            {
                source: words
                for source in sorted(rows.keys() | self._stated.keys())
                if (words := _gap(rows.get(source), self._days, self._stated.get(source, "")))
            },
        )


def _gap(row: Sequence[int] | None, days: Sequence[date], stated: str) -> str:
    if row is None:
        return stated or "no report in this span"
    silent = [day for day, reports in zip(days, row, strict=True) if not reports]
    found = (
        f"no report on {len(silent)} of {len(days)} days: {runs_words(silent)}" if silent else ""
    )
    return "; ".join(part for part in (found, stated) if part)


def span(first: date, last: date) -> tuple[date, ...]:
    """Every day from the first to the last, both included."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
