"""One picture of what happened, from the reports of one incident.

Rules this module keeps:
1. The period is as narrow as the reports allow, and never narrower than one of them says.
2. Where reports differ, the best supported reading is taken and every other one is kept.
3. What sources state in words is kept apart from what only a label says.
4. A machine's label names no act where more headlines tell of a crash than state an act.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.places import Area, Place, Point
from waarborg.base.times import Period
from waarborg.incidents.genre import spelt
from waarborg.incidents.incident import NOBODY, Incident, IncidentId, Member
from waarborg.incidents.words import days_named, named_day
from waarborg.reports.report import ActEvidence, Report, ReportId

Grounds = frozenset[tuple[Act, Basis]]
"""What one report says was done, and on what ground."""

_NEARLY_A_DAY = timedelta(hours=22)
_STATED = frozenset({Basis.STATED})
_LABELLED = _STATED | {Basis.LABELLED}
_CRASH = tuple(
    spelt(mark).rstrip()
    for mark in (
        "katastrof",
        "rozbivs",
        "rozbilas",
        "razbils",
        "razbilas",
        "krushen",
        "dtp",
        "crashed",
    )
)
_STRENGTH = {basis: rank for rank, basis in enumerate(Basis)}


def incident_id(first: ReportId) -> IncidentId:
    """The name of the incident whose first report has this identifier."""
    digest = hashlib.sha256(f"waarborg incident\n{first}".encode()).hexdigest()
    return IncidentId(f"inc-{digest[:12]}")


def happened(reports: Sequence[Report]) -> Period:
    """When it happened: the earliest report's period, narrowed by all that overlap it.

    Later reports are follow-ups: they tell when somebody spoke, not when it happened. Where every
    headline that names a day names the same one, and it is that of the earliest report or the day
    before, that day is taken.
    """
    first, *later = (
        sorted({report.happened for report in reports})
        if len(reports) > 1
        else [reports[0].happened]
    )
    start, end = first.start, first.end
    for period in later:
        low, high = max(start, period.start), min(end, period.end)
        if low < high:
            start, end = low, high
    if end - start > _NEARLY_A_DAY and any(days_named(report.headline) for report in reports):
        middle = start + (end - start) / 2
        named = {day for day in (named_day(r.headline, middle.date()) for r in reports) if day}
        if len(named) == 1 and (middle.date() - named.pop()).days == 1:
            return Period(start - timedelta(days=1), end - timedelta(days=1))
    return first if (start, end) == (first.start, first.end) else Period(start, end)


def _precision(place: Place) -> float:
    return place.precision_m if isinstance(place, Point) else float("inf")


def _sort_key(place: Place) -> tuple[int, str]:
    return (int(isinstance(place, Area)), repr(place))


def choose_place(reports: Sequence[Report]) -> tuple[Place | None, tuple[Place, ...]]:
    """The place most reports give, points before areas, more precise first; and all places."""
    votes = Counter(report.place for report in reports if report.place is not None)
    if len(votes) < 2:
        return next(iter(votes), None), tuple(votes)
    chosen = min(
        votes,
        key=lambda p: (isinstance(p, Area), -votes[p], _precision(p), repr(p)),
    )
    return chosen, tuple(sorted(votes, key=_sort_key))


def choose_act(reports: Sequence[Report], bases: frozenset[Basis]) -> Act | None:
    """The act most reports name on one of these grounds; one that names no weapon comes last."""
    return _choose_act(tuple(_grounds(report.acts) for report in reports), bases)


@lru_cache(maxsize=1 << 16)
def tells_of_a_crash(headline: str) -> bool:
    """Whether a headline tells of a crash or disaster: an aircraft that fell, a road accident."""
    held = spelt(headline)
    return any(mark in held for mark in _CRASH)


def is_a_crash(reports: Sequence[Report]) -> bool:
    """Whether more headlines tell of a crash than reports state an act in words."""
    crashes = sum(tells_of_a_crash(report.headline) for report in reports)
    return crashes > sum(any(e.basis is Basis.STATED for e in r.acts) for r in reports)


@lru_cache(maxsize=1 << 16)
def _grounds(acts: tuple[ActEvidence, ...]) -> Grounds:
    """The acts of one report and the ground of each, once each."""
    return frozenset((evidence.act, evidence.basis) for evidence in acts)


@lru_cache(maxsize=1 << 16)
def _choose_act(reports: tuple[Grounds, ...], bases: frozenset[Basis]) -> Act | None:
    """The choice among what reports say; most incidents are one report, and few say anything new."""
    grounds = Counter(
        (act, _STRENGTH[basis]) for named in reports for act, basis in named if basis in bases
    )
    if not grounds:
        return None
    votes: Counter[Act] = Counter()
    strongest: dict[Act, int] = {}
    for (act, strength), count in grounds.items():
        votes[act] += count
        strongest[act] = min(strength, strongest.get(act, strength))
    return min(
        votes,
        key=lambda a: (a is Act.FORCE_UNSPECIFIED, strongest[a], -votes[a], a.value),
    )


def picture(
    reports: Sequence[Report],
    members: tuple[Member, ...],
    arrived: Mapping[ReportId, datetime] | None = None,
) -> Incident:
    """The incident that these reports tell of; who did it is left to `attribution`.

    Args:
        reports: Sorted by identifier.
        members: The same reports as members, in the same order.
        arrived: When each report first came in, in whatever version; its own arrival where absent.
    """
    if len(reports) == 1:
        return _alone(reports[0], members)
    held = arrived or {}
    first = min(reports, key=lambda report: (held.get(report.id, report.received_at), report.id))
    place, places = choose_place(reports)
    return Incident(
        id=incident_id(first.id),
        members=members,
        sources=tuple(sorted({report.source for report in reports})),
        happened=happened(reports),
        place=place,
        places=places,
        act=choose_act(reports, _STATED),
        act_labelled=choose_act(reports, _STATED if is_a_crash(reports) else _LABELLED),
        acts=tuple(sorted({(e.act, e.basis) for report in reports for e in report.acts})),
        harm=tuple(sorted({harm for report in reports for harm in report.harm})),
        attribution=NOBODY,
    )


def _alone(report: Report, members: tuple[Member, ...]) -> Incident:
    """The incident that one report alone tells of, which most are."""
    act, labelled, acts = _acts_alone(report.acts)
    return Incident(
        id=incident_id(report.id),
        members=members,
        sources=(report.source,),
        happened=happened((report,)) if days_named(report.headline) else report.happened,
        place=report.place,
        places=() if report.place is None else (report.place,),
        act=act,
        # told of as a crash, and no act stated: the label names none
        act_labelled=None if act is None and tells_of_a_crash(report.headline) else labelled,
        acts=acts,
        harm=tuple(sorted(set(report.harm))) if report.harm else (),
        attribution=NOBODY,
    )


@lru_cache(maxsize=1 << 16)
def _acts_alone(
    acts: tuple[ActEvidence, ...],
) -> tuple[Act | None, Act | None, tuple[tuple[Act, Basis], ...]]:
    """Of one report: the act stated, that with labels, and every act with its ground."""
    grounds = (_grounds(acts),)
    stated, labelled = _choose_act(grounds, _STATED), _choose_act(grounds, _LABELLED)
    return stated, labelled, tuple(sorted(grounds[0]))
