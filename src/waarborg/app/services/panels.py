"""The panels of a report: plain values, worded and sorted, that a template only has to lay out.

Nothing here knows HTML. Every figure carries the anchor of the list it counts, so that a page can
lead from the figure to its findings, from there to the incident, and from there to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from waarborg.base.times import Period

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude in degrees, WGS 84, first and last corner the same."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the mission says about itself, as far as a report prints it.

    Attributes:
        name: The mission's name.
        time_zone: IANA name of the zone in which days are counted, as "Europe/Moscow".
        day_words: What a source's day means here, and on what ground, in a sentence.
        rule: Name and version of the counting rule.
        rule_words: What the rule counts, in a sentence or two.
        periods: (agreement, period) pairs whose hours the timeline shades, in order.
        licences: Licence and attribution lines for the foot, in order.
        files: Where the complete lists lie, beside the page, in words.
    """

    name: str
    time_zone: str
    day_words: str
    rule: str
    rule_words: str
    periods: tuple[tuple[str, str], ...] = ()
    licences: tuple[str, ...] = ()
    files: str = "findings.jsonl and incidents.jsonl in the output folder"


@dataclass(frozen=True, slots=True)
class Seal:
    """The state of the record that a report was made from.

    Attributes:
        entries: How many entries the record holds.
        root: Root hash of its tree, hexadecimal.
    """

    entries: int
    root: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on top of the page.

    Attributes:
        mission: The mission's name.
        title: "Report of 12 April 2026" or "Report of 1 to 25 April 2026".
        as_of: The moment for which states are given, in words.
        known_at: The moment up to which knowledge counts, in words.
        zone: The time zone of all hours on the page, in words.
        day_words: What a source's day means here.
        rule: Name and version of the counting rule.
        rule_words: What the rule counts.
        exercises: Sentences for the agreements that are read as an exercise, each once.
        partly: True when other parts of the page are no exercise.
        parties: (short name, name) of everyone bound or owing, by short name.
        reaching_in: Incidents counted on an earlier day that may reach into the day shown.
        differences: Why what is certain under one text is not so under another, a sentence each.
    """

    mission: str
    title: str
    as_of: str
    known_at: str
    zone: str
    day_words: str
    rule: str
    rule_words: str
    exercises: tuple[str, ...]
    partly: bool
    parties: tuple[tuple[str, str], ...]
    reaching_in: int
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that leads somewhere.

    Attributes:
        tier: "certain", "possible", "undecidable", or "" where the figure has no tier.
        words: What it counts.
        count: The number.
        anchor: Identifier of the list it counts, "" when there is nothing to list.
    """

    tier: str
    words: str
    count: int
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    """The figures of one party under one prohibition."""

    party: str
    party_id: str
    prohibition: str
    clause: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline figures of one agreement."""

    agreement: str
    title: str
    exercise: str
    rows: tuple[HeadlineRow, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A zone on the map.

    Attributes:
        zone: Its identifier.
        words: Its name.
        rough: True for an area that is an inference, and drawn as one.
        polygons: Exterior ring first, holes after it, for each part.
    """

    zone: str
    words: str
    rough: bool
    polygons: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Incidents at one place, of one tier, laid at one party's door.

    Attributes:
        tier: A tier, or "none" for incidents that no finding rests on.
        party: Index of the party in `MapPanel.parties`, None when no single party is named.
        count: How many incidents.
        words: The mark in words, for readers who do not see it.
    """

    tier: str
    party: int | None
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map with its marks.

    Attributes:
        name: The place in words.
        anchor: Identifier of its row in the table of places.
        longitude: Degrees east: of the point, or of a point inside the area.
        latitude: Degrees north.
        precision_m: Radius in metres within which the true place lies; None for an area.
        zone: The zone, "" for a point.
        marks: Strongest tier first.
        incidents: (incident, anchor) behind the marks, sorted.
    """

    name: str
    anchor: str
    longitude: float
    latitude: float
    precision_m: float | None
    zone: str
    marks: tuple[Mark, ...]
    incidents: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Words and the anchor on this page that they lead to ("" when the target is not on the page)."""

    words: str
    anchor: str


@dataclass(frozen=True, slots=True)
class MapPanel:
    """The map: zones, places, and what could not be drawn.

    Attributes:
        outlines: Zones to draw, plain ones first.
        rough_words: What the shaded areas are, in words; empty when there are none.
        parties: Names, in the order of the shapes.
        spots: Places that can be drawn, sorted by name.
        nowhere: Places that cannot: unknown, or an area whose shape is not in the zones file.
    """

    outlines: tuple[Outline, ...]
    rough_words: tuple[str, ...]
    parties: tuple[str, ...]
    spots: tuple[Spot, ...]
    nowhere: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day of the timeline.

    Attributes:
        day: The calendar day in the mission's zone.
        period: That day as a period.
        reports: Reports of that day.
        tiers: Incidents of that day: certain, possible, undecidable, none.
        shown: True when the page lists this day's findings.
    """

    day: date
    period: Period
    reports: int
    tiers: tuple[int, int, int, int]
    shown: bool


@dataclass(frozen=True, slots=True)
class Band:
    """The hours in which a text is in force."""

    words: str
    hours: str
    period: Period
    exercise: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Days against the hours of the agreements.

    Attributes:
        days: In order.
        bands: In order.
        overlaps: For each day that a band cuts in two: what knowing only the day leaves open.
    """

    days: tuple[DayBar, ...]
    bands: tuple[Band, ...]
    overlaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in a list.

    Attributes:
        id: The finding's identifier.
        anchor: Its anchor.
        tier: Its tier.
        happened: When, in words.
        place: Where, in words.
        act: What, in words.
        attribution: On what ground it is laid at the accused's door, in words.
        reasons: Why it came out so.
        inferred: What has to be inferred for it.
        incident: The incident it holds against the text.
    """

    id: str
    anchor: str
    tier: str
    happened: str
    place: str
    act: str
    attribution: str
    reasons: tuple[str, ...]
    inferred: tuple[str, ...]
    incident: Link


@dataclass(frozen=True, slots=True)
class FindingList:
    """The findings behind one figure.

    Attributes:
        anchor: Identifier of the list.
        words: What it lists.
        tier: Their tier.
        count: How many there are.
        rows: Those printed, by day, place, then identifier.
        left_out: How many are not on the page.
    """

    anchor: str
    words: str
    tier: str
    count: int
    rows: tuple[FindingRow, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class ClausePanel:
    """A prohibition of a text, the words it rests on, and what was found under it."""

    anchor: str
    agreement: str
    exercise: str
    prohibition: str
    clause: str
    quote: str
    says: str
    certainty: str
    standing: str
    source: str
    address: str
    bound: str
    decided_by: str
    lists: tuple[FindingList, ...]


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """Why findings cannot be decided.

    Attributes:
        code: The reason's short name.
        words: The reason in words.
        examples: True when `words` is one of several wordings under the same code.
        count: Findings for which this is among the reasons.
        alone: Findings for which it is the only one.
    """

    code: str
    words: str
    examples: bool
    count: int
    alone: int


@dataclass(frozen=True, slots=True)
class UndecidablePanel:
    """What cannot be decided under one agreement, apart from everything that can."""

    agreement: str
    exercise: str
    count: int
    incidents: int
    reasons: tuple[ReasonRow, ...]
    lists: tuple[FindingList, ...]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim, and beside it what this record holds about the same party."""

    id: str
    by: str
    against: str
    count: int
    unit: str
    window: str
    source: str
    address: str
    beside: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """What one source gave on each day; `levels` grades each cell 0 (none) to 5 (its most)."""

    source: str
    reports: tuple[int, ...]
    levels: tuple[int, ...]
    total: int
    gap: str


@dataclass(frozen=True, slots=True)
class CoveragePanel:
    """Who could see what, when.

    Attributes:
        days: The days of the span.
        rows: The sources with what each gave.
        totals: All sources together, day by day.
        silent: The sources that gave nothing on the day shown or, where the page shows the whole
            span, on any day that the hours of the text touch.
        silent_when: Those days in words.
    """

    days: tuple[date, ...]
    rows: tuple[CoverageRow, ...]
    totals: tuple[int, ...]
    silent: tuple[str, ...]
    silent_when: str


@dataclass(frozen=True, slots=True)
class DeterminationItem:
    """One determination: its identifier and anchor, when and where, and the finding it decides."""

    id: str
    anchor: str
    words: str
    finding: Link


@dataclass(frozen=True, slots=True)
class DeterminationRow:
    """Determinations that read the same but for the incident."""

    agreement: str
    exercise: str
    heading: str
    breacher: str
    clause: str
    items: tuple[DeterminationItem, ...]
    count: int
    left_out: int


@dataclass(frozen=True, slots=True)
class GateRow:
    """A gate that is still to be passed, or was."""

    gate: str
    effect: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """Obligations that read the same but for the guarantor and the determination.

    Attributes:
        who: The guarantors, sorted.
        actions: What is owed, in words.
        strength: How hard the promise is.
        reading: The reading and how it follows from the words.
        state: Where it stands.
        state_code: The state's short name.
        deadline: Until when, in words.
        computed: How that was worked out.
        window: The stretch in which the deadline falls, None when the text sets none.
        gates: What still needs approval.
        relies_on: What must hold first.
        reasons: Why it arose, or why that cannot be decided.
        determinations: What it follows from.
        left_out: How many determinations are not on the page.
        findings: The first of the findings that these determinations rest on.
        more_findings: How many findings are not named in the row.
        rests_on: What the row rests on, counted: determinations, findings, incidents, reports.
        count: How many obligations the row stands for.
        example: One identifier to ask `waarborg explain` about.
    """

    who: tuple[str, ...]
    actions: str
    strength: str
    reading: str
    state: str
    state_code: str
    deadline: str
    computed: str
    window: Period | None
    gates: tuple[GateRow, ...]
    relies_on: tuple[str, ...]
    reasons: tuple[str, ...]
    determinations: tuple[Link, ...]
    left_out: int
    findings: tuple[Link, ...]
    more_findings: int
    rests_on: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class GuaranteePanel:
    """A guarantee and what follows from it."""

    anchor: str
    agreement: str
    exercise: str
    guarantee: str
    clause: str
    quote: str
    says: str
    rows: tuple[ObligationRow, ...]
    count: int


@dataclass(frozen=True, slots=True)
class AttributionRow:
    """How many incidents stand on one ground of attribution."""

    party: str
    ground: str
    words: str
    count: int
    incidents: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report behind an incident."""

    id: str
    anchor: str
    source: str
    day: str
    headline: str
    address: str
    why: str


@dataclass(frozen=True, slots=True)
class IncidentEntry:
    """An incident with what it rests on."""

    id: str
    anchor: str
    happened: str
    place: str
    act: str
    harm: str
    attribution: str
    evidence: tuple[str, ...]
    alternatives: tuple[str, ...]
    told: str
    bounds: str
    findings: tuple[Link, ...]
    reports: tuple[ReportRow, ...]
    hinges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands at the foot of the page.

    Attributes:
        licences: Licence and attribution lines.
        seal: The record behind the page, None when there is none.
        files: Where the complete lists lie.
        reports: Reports that the page lists.
        incidents: Incidents that the page lists.
        left_out: Incidents behind its findings that it does not list.
    """

    licences: tuple[str, ...]
    seal: Seal | None
    files: str
    reports: int
    incidents: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a report of a day, or of the whole span, prints."""

    head: Head
    headlines: tuple[Headline, ...]
    map: MapPanel
    timeline: Timeline
    as_of: datetime
    time_zone: ZoneInfo
    clauses: tuple[ClausePanel, ...]
    undecidable: tuple[UndecidablePanel, ...]
    claims: tuple[ClaimRow, ...]
    coverage: CoveragePanel
    determinations: tuple[DeterminationRow, ...]
    guarantees: tuple[GuaranteePanel, ...]
    attribution: tuple[AttributionRow, ...]
    incidents: tuple[IncidentEntry, ...]
    foot: Foot
