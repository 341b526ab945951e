"""The picture of a day: everything a report prints, drawn from one derivation and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from waarborg.app.services.derived import Claim, Derived
from waarborg.app.services.desk import TIER_WORDS, Desk, Shelf
from waarborg.app.services.differing import why_counts_differ
from waarborg.app.services.held import in_bounds, told_by
from waarborg.app.services.hinging import hinges_told
from waarborg.app.services.listing import clauses, headlines, ordered, undecidable
from waarborg.app.services.owing import determinations, guarantees
from waarborg.app.services.panels import (
    AttributionRow,
    ClaimRow,
    CoveragePanel,
    CoverageRow,
    Figure,
    Foot,
    Head,
    Headline,
    IncidentEntry,
    Picture,
    ReportRow,
    Seal,
    Settings,
)
from waarborg.app.services.whereabouts import map_panel, timeline
from waarborg.app.services.wording import (
    GROUNDS,
    LEVELS,
    act_words,
    anchor,
    attribution_words,
    cutoff_words,
    day_words,
    days_words,
    period_words,
    place_words,
    zone_words,
)
from waarborg.app.services.zone_map import read_map
from waarborg.base.grades import AttributionLevel, Basis
from waarborg.base.times import local_day
from waarborg.findings.finding import Finding
from waarborg.incidents.account import account
from waarborg.incidents.incident import Attribution, Incident, IncidentId, Member
from waarborg.store.fusion_models import copying_table, outlet_table


def picture(
    derived: Derived,
    zones: str,
    settings: Settings,
    day: date | None = None,
    seal: Seal | None = None,
) -> Picture:
    """Draw the picture of a day, or of the whole span.

    Args:
        derived: One derivation.
        zones: The mission's zones, GeoJSON text; each feature has `id`, `words` and `basis`.
        settings: What the mission says about itself.
        day: The day to report on, in the mission's time zone; None for the whole span.
        seal: The record behind the derivation, None when it was made without one.

    Returns:
        The panels, worded and sorted: the same for the same arguments, whatever the order of
        rows in `derived`.
    """
    return drawn(Shelf(derived, settings, read_map(zones)), day, seal)


def drawn(shelf: Shelf, day: date | None = None, seal: Seal | None = None) -> Picture:
    """Draw the picture of a day, or of the whole span, from a derivation laid open once.

    Args:
        shelf: The derivation.
        day: The day to report on, in the mission's time zone; None for the whole span.
        seal: The record behind the derivation, None when it was made without one.
    """
    desk = Desk(shelf, day)
    counts = headlines(desk)
    listed = _listed(desk)
    return Picture(
        head=_head(desk),
        headlines=counts,
        map=map_panel(desk),
        timeline=timeline(desk),
        as_of=desk.derived.as_of,
        time_zone=desk.zone,
        clauses=clauses(desk),
        undecidable=undecidable(desk),
        claims=_claims(desk, counts),
        coverage=_coverage(desk),
        determinations=determinations(desk),
        guarantees=guarantees(desk),
        attribution=_attribution(desk),
        incidents=listed,
        foot=Foot(
            licences=desk.settings.licences,
            seal=seal,
            files=desk.settings.files,
            reports=sum(len(entry.reports) for entry in listed),
            incidents=len(listed),
            left_out=len(desk.behind) - len(listed),
        ),
    )


def _head(desk: Desk) -> Head:
    days = desk.derived.coverage.days
    if desk.day is not None:
        span = day_words(desk.day)
    else:
        span = days_words(days[0], days[-1]) if days else "no day: no report came in"
    return Head(
        mission=desk.settings.name,
        title=f"Report of {span}",
        as_of=cutoff_words(desk.derived.as_of, desk.zone),
        known_at=cutoff_words(desk.derived.known_at, desk.zone),
        zone=zone_words(desk.zone, desk.derived.as_of),
        day_words=desk.settings.day_words,
        rule=desk.settings.rule,
        rule_words=desk.settings.rule_words,
        exercises=tuple(dict.fromkeys(a.exercise for a in ordered(desk) if a.exercise)),
        partly=any(not agreement.exercise for agreement in ordered(desk)),
        parties=tuple(sorted(desk.parties.items())),
        reaching_in=desk.reaching_in,
        differences=tuple(why_counts_differ(ordered(desk), desk.findings)),
    )


def _claims(desk: Desk, counts: Sequence[Headline]) -> tuple[ClaimRow, ...]:
    beside: defaultdict[str, list[Figure]] = defaultdict(list)
    for headline in counts:
        if headline.agreement not in desk.leading:
            continue
        for row in headline.rows:
            beside[row.party_id].extend(
                Figure(f.tier, f"{row.prohibition}: {f.words}", f.count, f.anchor)
                for f in row.figures
            )

    def claim_row(claim: Claim) -> ClaimRow:
        return ClaimRow(
            id=claim.id,
            by=claim.by_words or desk.parties.get(claim.by, claim.by),
            against=desk.parties.get(claim.against, claim.against),
            count=claim.count,
            unit=claim.unit,
            window=claim.window,
            source=claim.source,
            address=claim.source,
            beside=tuple(beside[claim.against]),
        )

    return tuple(claim_row(claim) for claim in sorted(desk.derived.claims, key=lambda c: c.id))


def _coverage(desk: Desk) -> CoveragePanel:
    coverage = desk.derived.coverage
    rows = []
    for source in sorted(coverage.reports):
        reports = coverage.reports[source]
        most = max(reports, default=0)
        rows.append(
            CoverageRow(
                source=source,
                reports=tuple(reports),
                levels=tuple(-(-5 * count // most) if most else 0 for count in reports),
                total=sum(reports),
                gap=coverage.gaps.get(source, ""),
            )
        )
    silent = sorted(set(coverage.gaps) - set(coverage.reports))
    rows.extend(
        CoverageRow(source, (0,) * len(coverage.days), (0,) * len(coverage.days), 0, gap)
        for source, gap in ((source, coverage.gaps[source]) for source in silent)
    )
    totals = tuple(sum(row.reports[i] for row in rows) for i in range(len(coverage.days)))
    asked = [i for i, day in enumerate(coverage.days) if _counts_on(desk, day)]
    unheard = tuple(row.source for row in rows if asked and not any(row.reports[i] for i in asked))
    when = "on any day that the hours of the text touch" if desk.day is None else "on this day"
    return CoveragePanel(coverage.days, tuple(rows), totals, unheard, when)


def _counts_on(desk: Desk, day: date) -> bool:
    """Whether the headline figures speak of this day: the day shown, or one the hours touch."""
    if desk.day is not None:
        return day == desk.day
    whole = local_day(day, desk.zone)
    return any(
        whole.overlaps(desk.shelf.agreements[owner].periods[name])
        for owner, name in desk.settings.periods
        if owner in desk.leading and name in desk.shelf.agreements[owner].periods
    )


def _attribution(desk: Desk) -> tuple[AttributionRow, ...]:
    """The incidents behind the findings shown, by the ground on which they are laid at a door."""
    groups: defaultdict[tuple[int, str, str], list[IncidentId]] = defaultdict(list)
    for identifier in sorted(desk.behind):
        groups[_ground(desk.incidents[identifier].attribution)].append(identifier)
    rows = []
    for (order, party, level), incidents in sorted(groups.items()):
        ground, words = _GROUND_WORDS[order]
        if order == 0:
            ground = LEVELS[AttributionLevel(level)]
        rows.append(
            AttributionRow(
                party=desk.parties.get(party, party) if party else "no party settled",
                ground=ground,
                words=words,
                count=len(incidents),
                incidents=desk.incident_links(incidents),
            )
        )
    return tuple(rows)


_GROUND_WORDS = (
    ("stated", "Sources say so in words."),
    ("contested", "Sources name more than one party; every alternative is kept."),
    (
        "inference only",
        (
            "No source says so. Inferred by a named rule, such as who held the ground; "
            "never enough for a certain finding."
        ),
    ),
    ("unknown", "Neither a source nor an inference names a party. Unknown is a result."),
)


def _ground(attribution: Attribution) -> tuple[int, str, str]:
    if attribution.party is not None:
        return (0, str(attribution.party), attribution.level.value)
    if len({e.party for e in attribution.evidence if e.basis is Basis.STATED}) > 1:
        return (1, "", "")
    if attribution.implied is not None:
        return (2, str(attribution.implied), "")
    return (3, "", "")


def _listed(desk: Desk) -> tuple[IncidentEntry, ...]:
    behind: defaultdict[IncidentId, list[Finding]] = defaultdict(list)
    for finding in desk.findings:
        behind[finding.incident].append(finding)
    return tuple(
        _entry(desk, desk.incidents[identifier], behind[identifier])
        for identifier in sorted(desk.listed)
    )


def _entry(desk: Desk, incident: Incident, findings: Sequence[Finding]) -> IncidentEntry:
    attribution = incident.attribution
    held = account(incident, desk.reports, copying_table(), outlet_table())
    return IncidentEntry(
        id=incident.id,
        anchor=anchor("i", incident.id),
        happened=period_words(incident.happened, desk.zone),
        place=place_words(incident.place, desk.zones),
        act=act_words(incident),
        harm=" and ".join(incident.harm),
        attribution=attribution_words(attribution, desk.parties),
        evidence=tuple(
            f"{desk.parties.get(e.party, e.party)}, {GROUNDS[e.basis]} ({e.source}): {e.words}"
            for e in attribution.evidence
        ),
        alternatives=tuple(desk.parties.get(p, p) for p in attribution.alternatives)
        if len(attribution.alternatives) > 1
        else (),
        told=told_by(held),
        bounds=in_bounds(held, desk.zone),
        findings=tuple(desk.finding_link(f.id, _finding_words(desk, f)) for f in findings),
        reports=tuple(_report_row(desk, member) for member in incident.members),
        hinges=tuple(hinges_told(desk.shelf.hinges.get(incident.id, ()), incident.id)),
    )


def _finding_words(desk: Desk, finding: Finding) -> str:
    accused = desk.parties.get(finding.accused, finding.accused)
    return f"{finding.prohibition}, {accused}: {TIER_WORDS[finding.tier]}"


def _report_row(desk: Desk, member: Member) -> ReportRow:
    report = desk.reports[member.report]
    terms = "; ".join(term.words for term in member.terms)
    why = f"{member.probability:.2f} likely the same event as {member.partner}: {terms}"
    return ReportRow(
        id=report.id,
        anchor=anchor("r", report.id),
        source=report.source,
        day=period_words(report.happened, desk.zone),
        headline=report.headline,
        address=report.address,
        why=why if member.partner else "",
    )
