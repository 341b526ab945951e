"""Where and when: the map and the timeline of a report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import shapely

from waarborg.app.services.desk import STRENGTH, TIER_WORDS, Desk
from waarborg.app.services.listing import ordered
from waarborg.app.services.panels import (
    Band,
    DayBar,
    MapPanel,
    Mark,
    Spot,
    Timeline,
)
from waarborg.app.services.wording import (
    anchor,
    day_words,
    moment_words,
    place_words,
)
from waarborg.base.places import Area, Place, Point
from waarborg.base.times import local_day
from waarborg.findings.finding import Finding
from waarborg.incidents.incident import Incident, IncidentId

MARGIN_DEGREES = 0.5
"""How far beyond the zones a point is still drawn."""


def map_panel(desk: Desk) -> MapPanel:
    """The incidents behind the findings of the span, at their places, with precision kept."""
    shapes, outlines = desk.map.shapes, desk.map.outlines
    accused = sorted(
        {str(f.accused) for f in desk.findings},
        key=lambda party: desk.parties.get(party, party),
    )
    at: defaultdict[Place | None, list[Incident]] = defaultdict(list)
    for identifier in sorted(desk.behind):
        incident = desk.incidents[identifier]
        at[_placed(incident.place)].append(incident)
    blame = _blame(desk.findings, desk.leading)
    spots = [_spot(desk, place, incidents, (accused, blame)) for place, incidents in at.items()]
    spots.sort(key=lambda spot: (spot.name, spot.anchor))
    edge = _edge(shapes, spots)
    return MapPanel(
        outlines=outlines,
        rough_words=tuple(o.words for o in outlines if o.rough),
        parties=tuple(desk.parties.get(party, party) for party in accused),
        spots=tuple(s for s in spots if _drawable(s, shapes, edge)),
        nowhere=tuple(s for s in spots if not _drawable(s, shapes, edge)),
    )


def _edge(shapes: Mapping[str, Any], spots: Sequence[Spot]) -> Any:
    """The frame of the map: the zones with a margin, or the points where there are no zones."""
    if shapes:
        return shapely.box(*shapely.total_bounds(list(shapes.values()))).buffer(MARGIN_DEGREES)
    points = [shapely.Point(s.longitude, s.latitude) for s in spots if s.precision_m is not None]
    return shapely.MultiPoint(points).envelope.buffer(MARGIN_DEGREES)


def _drawable(spot: Spot, shapes: Mapping[str, Any], edge: Any) -> bool:
    """Whether a place can be drawn: an area with a shape, or a point inside the frame."""
    if spot.precision_m is None:
        return spot.zone in shapes
    return bool(shapely.intersects_xy(edge, spot.longitude, spot.latitude))


def _placed(place: Place | None) -> Place | None:
    """The place by which incidents are grouped: for an area the zone alone, not its stand-in."""
    return Area(place.zone) if isinstance(place, Area) else place


def _blame(
    findings: Sequence[Finding], leading: frozenset[str]
) -> Mapping[IncidentId, frozenset[str]]:
    """Incident to the parties that its strongest findings accuse."""
    best: defaultdict[IncidentId, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.agreement in leading:
            best[finding.incident].append(finding)
    return {
        incident: frozenset(
            str(f.accused)
            for f in found
            if f.tier is min((g.tier for g in found), key=STRENGTH.index)
        )
        for incident, found in best.items()
    }


def _spot(
    desk: Desk,
    place: Place | None,
    incidents: Sequence[Incident],
    who: tuple[Sequence[str], Mapping[IncidentId, frozenset[str]]],
) -> Spot:
    longitude, latitude = 0.0, 0.0
    zone = place.zone if isinstance(place, Area) else ""
    if isinstance(place, Point):
        longitude, latitude = place.longitude, place.latitude
    elif zone in desk.map.shapes:
        longitude, latitude = desk.map.middle(zone)
    key = (
        f"{place.longitude}_{place.latitude}_{place.precision_m:g}_{place.name}"
        if isinstance(place, Point)
        else zone
    )
    return Spot(
        name=place_words(place, desk.zones),
        anchor=anchor("p", key or "unknown"),
        longitude=longitude,
        latitude=latitude,
        precision_m=place.precision_m if isinstance(place, Point) else None,
        zone=zone,
        marks=_marks(desk, incidents, *who),
        incidents=desk.incident_links(incident.id for incident in incidents),
    )


def _marks(
    desk: Desk,
    incidents: Sequence[Incident],
    accused: Sequence[str],
    blame: Mapping[IncidentId, frozenset[str]],
) -> tuple[Mark, ...]:
    counted: Counter[tuple[int, int]] = Counter()
    for incident in incidents:
        tier = desk.tiers.get(incident.id)
        order = STRENGTH.index(tier) if tier else len(STRENGTH)
        parties = blame.get(incident.id, frozenset())
        party = accused.index(next(iter(parties))) if len(parties) == 1 else len(accused)
        counted[(order, party)] += 1
    marks = []
    for (order, party), count in sorted(counted.items()):
        strongest = STRENGTH[order] if order < len(STRENGTH) else None
        known = party < len(accused)
        name = desk.parties.get(accused[party], accused[party]) if known else "party not settled"
        words = TIER_WORDS[strongest] if strongest else "no finding under the text in force"
        marks.append(
            Mark(
                tier=strongest.value if strongest else "none",
                party=party if known else None,
                count=count,
                words=f"{count} {words}, {name}",
            )
        )
    return tuple(marks)


def timeline(desk: Desk) -> Timeline:
    """Reports and incidents by day, by the first day of each, against the texts' hours."""
    bands = _bands(desk)
    days = desk.derived.coverage.days
    reports, incidents = desk.shelf.reports_on, desk.shelf.incidents_on
    bars = []
    for day in days:
        period = local_day(day, desk.zone)
        tiers = [incidents[(day, tier)] for tier in (*STRENGTH, None)]
        bars.append(
            DayBar(
                day=day,
                period=period,
                reports=reports[day],
                tiers=(tiers[0], tiers[1], tiers[2], tiers[3]),
                shown=desk.shows(period),
            )
        )
    hours = {(band.period.start, band.period.end): band for band in reversed(bands)}
    overlaps = (_overlap(bar, hours[key]) for bar in bars for key in sorted(hours))
    return Timeline(tuple(bars), bands, tuple(dict.fromkeys(words for words in overlaps if words)))


def _bands(desk: Desk) -> tuple[Band, ...]:
    found = []
    for agreement in ordered(desk):
        for owner, name in desk.settings.periods:
            if owner != agreement.id or name not in agreement.periods:
                continue
            period = agreement.periods[name]
            hours = (
                f"from {moment_words(period.start, desk.zone)} "
                f"until before {moment_words(period.end, desk.zone)}"
            )
            found.append(Band(agreement.title, hours, period, agreement.exercise))
    return tuple(found)


def _overlap(bar: DayBar, band: Band) -> str:
    """What a day cut by a period leaves open, "" when the day lies wholly in or out."""
    start = max(bar.period.start, band.period.start)
    end = min(bar.period.end, band.period.end)
    if end <= start or (start, end) == (bar.period.start, bar.period.end):
        return ""
    inside = (end - start) / timedelta(hours=1)
    outside = bar.period.hours - inside
    return (
        f"{day_words(bar.day)}: {outside:g} hours lie outside {band.words} and {inside:g} inside. "
        "A source that gives only the day does not say which: whether such an event fell within "
        "the hours cannot be decided"
    )
