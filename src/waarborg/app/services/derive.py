"""The whole chain as one pure function: reports in, obligations out.

The same inputs, `as_of` and `known_at` give the same answer, whatever came in later (law 4) and in
whatever order (law 1).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from waarborg.agreement.held import Ground
from waarborg.agreement.settled import settle_places, smallest_zones
from waarborg.agreement.versions import HeldUnder, columns_of, hold_versions
from waarborg.app.services.counting import count, coverage, span
from waarborg.app.services.derived import Claim, Derived
from waarborg.app.services.inputs import Inputs
from waarborg.app.services.wording import days_words
from waarborg.base.parties import PartyId
from waarborg.cases.determine import determine
from waarborg.findings.assess import assess, deed_of
from waarborg.incidents.attribution import attribute
from waarborg.incidents.follows import follows
from waarborg.incidents.fuse import Fusion, fuse_bounded
from waarborg.incidents.hinges import Hinge
from waarborg.incidents.incident import Incident, IncidentId
from waarborg.incidents.judgements import Judgement
from waarborg.incidents.told import Told
from waarborg.incidents.trail import Move, moves
from waarborg.obligations.fall_due import fall_due
from waarborg.reports.mission import Gap, Mission
from waarborg.reports.report import Report, ReportId, known

Progress = Callable[[str], None]

STEPS = ("fuse", "attribute", "assess", "determine", "count")
"""The steps in order, as `derive` announces them."""


def silent(step: str) -> None:
    """Announce nothing."""


def derive(
    inputs: Inputs,
    as_of: datetime,
    known_at: datetime,
    announce: Progress = silent,
) -> Derived:
    """Work out everything that follows from the inputs.

    Args:
        inputs: Settings, reports, texts, map, control and claims.
        as_of: What happens from this moment on is left out, and clocks are read at it.
        known_at: What arrived from this moment on is left out.
        announce: Called with the name of each step before it starts.
    """
    announce("fuse")
    reports = known(inputs.reports, known_at)
    fused = fusion_at(inputs, known_at)
    happened = [i for i in fused.incidents if i.happened.start < as_of]
    announce("attribute")
    incidents = attributed(inputs, happened, reports)
    ties = follows(incidents, {report.id: report for report in reports}, inputs.model)
    after = {tie.incident for tie in ties if tie.of is not None}
    events = [incident for incident in incidents if incident.id not in after]
    announce("assess")
    held = held_by_agreement(inputs, events)
    findings = tuple(
        finding
        for agreement in inputs.agreements
        for finding in assess(agreement, events, held[agreement.id], smallest_zones(inputs.zones))
    )
    announce("determine")
    received = {report.id: report.received_at for report in reports}
    determinations = tuple(
        determination
        for agreement in inputs.agreements
        for determination in determine(
            agreement, findings, received, columns_of(held[agreement.id])
        )
    )
    obligations = tuple(
        obligation
        for agreement in inputs.agreements
        for obligation in fall_due(agreement, determinations, as_of)
    )
    announce("count")
    mission = inputs.mission
    days = span(mission.span.first, mission.span.last)
    rule = f"{mission.counting.rule}/{mission.counting.version}"
    return Derived(
        as_of=as_of,
        known_at=known_at,
        reports=reports,
        incidents=tuple(incidents),
        agreements=inputs.agreements,
        findings=findings,
        determinations=determinations,
        obligations=obligations,
        counts=count(inputs.agreements, findings, days, mission.time_zone, rule),
        claims=known_claims(inputs.claims, known_at),
        coverage=coverage(reports, days, mission.time_zone, stated_gaps(mission)),
        follows=ties,
        hinges=within(fused.hinges, {incident.id for incident in happened}),
    )


def within(hinges: Iterable[Hinge], incidents: Collection[IncidentId]) -> tuple[Hinge, ...]:
    """What hinges on few reports in incidents that are told of."""
    return tuple(each for each in hinges if all(name in incidents for name in each.incidents))


def fusion_at(inputs: Inputs, known_at: datetime) -> Fusion:
    """The incidents as known at a moment, nobody's deed yet; named after the report that came first."""
    arrived: dict[ReportId, datetime] = {}
    for report in inputs.reports:
        held = arrived.get(report.id, report.received_at)
        arrived[report.id] = min(held, report.received_at)
    judged = [each for each in inputs.counted if each.when < known_at]
    return fuse_bounded(known(inputs.reports, known_at), inputs.model, judged, arrived)


def trail_of(
    inputs: Inputs,
    known_at: datetime,
    since: datetime | None = None,
) -> tuple[Move, ...]:
    """What became of incidents with each arrival and judgement: merges and splits, by time.

    Each arrival and judgement is carried into the incidents so far, and costs what it touches.

    Args:
        inputs: Reports, judgements and model.
        known_at: What arrived from this moment on is left out.
        since: Only what changed from this moment on.
    """
    came: defaultdict[datetime, tuple[list[Report], list[Judgement]]] = defaultdict(
        lambda: ([], [])
    )
    for report in inputs.reports:
        came[report.received_at][0].append(report)
    for judgement in inputs.counted:
        came[judgement.when][1].append(judgement)
    moments = sorted(moment for moment in came if moment < known_at)
    first = 0 if since is None else max(bisect_left(moments, since) - 1, 0)
    told = Told(inputs.model)
    early = [came[moment] for moment in moments[: first + 1]]
    told.take([r for part in early for r in part[0]], [j for part in early for j in part[1]])
    found: list[Move] = []
    for at in moments[first + 1 :]:
        moved = told.take(*came[at])
        found += moves(moved.before, moved.after, at)
    return tuple(found)


def attributed(
    inputs: Inputs, incidents: Sequence[Incident], reports: Sequence[Report]
) -> list[Incident]:
    """The incidents with the evidence on who did each."""
    by_id = {report.id: report for report in reports}
    sides, organs = opposing(inputs.mission), inputs.mission.organs
    return [
        incident.done_by(attribute(incident, by_id, inputs.control, sides, organs))
        for incident in incidents
    ]


def opposing(mission: Mission) -> dict[PartyId, PartyId]:
    """The other side of each party that can hold ground; empty unless there are just two."""
    parties = sorted(set(mission.control.holders.values()))
    if len(parties) != 2:
        return {}
    one, other = parties
    return {one: other, other: one}


def held_by_agreement(
    inputs: Inputs, incidents: Sequence[Incident]
) -> dict[str, tuple[HeldUnder, ...]]:
    """The incidents with places, times and thresholds settled for each version of each agreement."""
    zones = inputs.zones
    ground = Ground(zones, inputs.mission.time_zone, smallest_zones(zones))
    places = settle_places(zones, [incident.place for incident in incidents])
    deeds = [deed_of(incident) for incident in incidents]
    return {text.id: hold_versions(text, deeds, ground, places) for text in inputs.agreements}


def known_claims(claims: Sequence[Claim], known_at: datetime) -> tuple[Claim, ...]:
    """The claims that were known before a moment."""
    return tuple(c for c in claims if c.known_at is None or c.known_at < known_at)


def stated_gaps(mission: Mission) -> dict[str, str]:
    """What the mission knows of each source's silences, in words."""
    gaps: dict[str, list[str]] = {}
    for gap in sorted(mission.gaps, key=lambda g: (g.source, g.first)):
        if gap.last >= mission.span.first and gap.first <= mission.span.last:
            gaps.setdefault(gap.source, []).append(_gap_words(gap))
    return {source: "; ".join(words) for source, words in gaps.items()}


def _gap_words(gap: Gap) -> str:
    extent = "no reports" if gap.extent == "none" else "almost no reports"
    return f"{extent} from {days_words(gap.first, gap.last)}: {gap.words}"
