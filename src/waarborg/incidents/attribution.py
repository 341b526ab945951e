"""Who did it: what sources state, what the ground implies, and where they contradict each other.

Rules this module keeps:
1. Stated and implied are never added up: `party` and `level` rest on stated evidence alone.
2. Sources that name different parties settle nothing; every party named is kept as an alternative.
3. Fire from afar is implied to come from the other side of whoever held the ground; an assault on
   the ground or a killing of prisoners implies nobody, for there both sides are present.
4. Nothing here knows a party's name: swapping names swaps answers (law 2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Protocol

from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel, Basis
from waarborg.base.parties import PartyId
from waarborg.base.places import Place
from waarborg.base.times import Period
from waarborg.incidents.account import witnesses
from waarborg.incidents.incident import NOBODY, Attribution, AttributionEvidence, Incident
from waarborg.reports.report import Report, ReportId

FIRE_FROM_AFAR = frozenset(
    {
        Act.ARTILLERY_FIRE,
        Act.MORTAR_FIRE,
        Act.AIR_STRIKE,
        Act.MISSILE_STRIKE,
        Act.DRONE_STRIKE,
    }
)
"""Acts that come down from the other side. Small arms and unspecified force can come from one's own."""


class Ground(Protocol):
    """Whoever can say who held a place, as `waarborg.reports.control.Control`."""

    @property
    def name(self) -> str:
        """The data's name, as a report cites it."""

    def holder(self, place: Place | None, period: Period) -> tuple[PartyId | None, str]:
        """The party that held the place throughout the period, or None, and why."""


def attribute(
    incident: Incident,
    reports: Mapping[ReportId, Report],
    ground: Ground,
    sides: Mapping[PartyId, PartyId],
    organs: Mapping[str, PartyId] | None = None,
) -> Attribution:
    """Weigh the evidence on who did it.

    Args:
        incident: What happened; its own attribution is not read.
        reports: At least the reports in it.
        ground: Who held the ground.
        sides: The other side of each party.
        organs: The party that a source speaks for, by source; none unless the mission names some.

    Returns:
        The attribution. Two independent witnesses that state the same party corroborate it (see
        `account.witnesses`; outlets without a headline to read are taken for independent). A party's
        own organ that states the party's own deed admits it.

    Raises:
        KeyError: A report of the incident is not among `reports`.
    """
    stated = _stated(incident, reports)
    implied = _implied(incident, ground, sides)
    if not stated and not implied:
        return NOBODY
    named = {evidence.party for evidence in stated}
    pointed = named | {evidence.party for evidence in implied}
    party = next(iter(named)) if len(named) == 1 else None
    return Attribution(
        party=party,
        level=AttributionLevel.UNKNOWN
        if party is None
        else _level(party, stated, reports, organs or {}),
        implied=next(iter(pointed)) if len(pointed) == 1 else None,
        evidence=tuple(sorted((*stated, *implied))),
        alternatives=tuple(sorted(pointed)),
    )


def _stated(
    incident: Incident, reports: Mapping[ReportId, Report]
) -> tuple[AttributionEvidence, ...]:
    """One piece of evidence for each party and outlet that names it."""
    # most reports name nobody
    naming = [report for m in incident.members if (report := reports[m.report]).actors]
    if not naming:
        return ()
    found: dict[tuple[PartyId, str], set[tuple[ReportId, str]]] = defaultdict(set)
    for report in naming:
        for actor in report.actors:
            if actor.basis is Basis.STATED:
                found[actor.party, report.source].add((report.id, actor.words))
    if not found:
        return ()
    return tuple(
        AttributionEvidence(
            party=party,
            basis=Basis.STATED,
            words=f"{source} names {party} in its words ("
            + "; ".join(sorted({words for _, words in rests_on}))
            + ")",
            reports=tuple(sorted({identifier for identifier, _ in rests_on})),
            source=source,
        )
        for (party, source), rests_on in sorted(found.items())
    )


def _level(
    party: PartyId,
    stated: tuple[AttributionEvidence, ...],
    reports: Mapping[ReportId, Report],
    organs: Mapping[str, PartyId],
) -> AttributionLevel:
    if any(organs.get(evidence.source) == party for evidence in stated):
        return AttributionLevel.ADMITTED
    rests_on = [reports[name] for evidence in stated for name in evidence.reports]
    readable = [report for report in rests_on if report.headline]
    unread = {r.source for r in rests_on} - {r.source for r in readable}
    independent = len(witnesses(readable)) + len(unread)
    return AttributionLevel.CORROBORATED if independent > 1 else AttributionLevel.SINGLE_SOURCE


def _implied(
    incident: Incident, ground: Ground, sides: Mapping[PartyId, PartyId]
) -> tuple[AttributionEvidence, ...]:
    """The other side of the one holder of the ground on which fire came down, if there is one."""
    act = incident.act or incident.act_labelled
    if act not in FIRE_FROM_AFAR:
        return ()
    places = (incident.place,) if incident.place is not None else incident.places
    answers = [ground.holder(place, incident.happened) for place in places]
    holders = {holder for holder, _ in answers}
    if len(holders) != 1 or (holder := next(iter(holders))) is None or holder not in sides:
        return ()
    doubt = "" if incident.act else "; that fire came down there, only a machine's label says"
    why = "; ".join(sorted({words for _, words in answers}))
    return (
        AttributionEvidence(
            party=sides[holder],
            basis=Basis.IMPLIED,
            words=f"{act.words} on ground held by {holder} points to {sides[holder]} ({why}){doubt}",
            reports=incident.reports,
            source=ground.name,
        ),
    )
