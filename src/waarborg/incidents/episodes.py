"""Episodes: incidents that belong to one bombardment or one exchange of fire, kept as incidents.

Rules this module keeps:
1. An episode is a heading over incidents and never counts as one: counts stay counts of incidents.
2. Incidents that are known by the day belong together only on one day; those known to the hour when
   no more than an hour lies between them.
3. Order changes nothing; an episode is named after its smallest incident.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NewType

from waarborg.base.acts import Act
from waarborg.base.places import Area, Point
from waarborg.base.times import Period
from waarborg.incidents.incident import Incident, IncidentId

EpisodeId = NewType("EpisodeId", str)
"""Name of an episode, drawn from its smallest incident, as "epi-3f9a0c41d2e7"."""

SMALLEST = 3
"""Incidents that an episode has at least."""
REACH_KM = 50.0
"""Incidents further apart than this are tied only through others between them."""

_GAP = timedelta(hours=1)
_BY_THE_DAY = timedelta(hours=12)
_KM_PER_DEGREE = 111.195


@dataclass(frozen=True, slots=True)
class Episode:
    """Incidents of one bombardment or exchange of fire.

    Attributes:
        id: See `EpisodeId`.
        incidents: The incidents, sorted.
        happened: From the earliest to the latest of them.
        acts: Every act named, with the number of incidents, most first.
        reports: Reports behind them.
        extent_km: The largest distance between two of them; 0 for one place or area.
    """

    id: EpisodeId
    incidents: tuple[IncidentId, ...]
    happened: Period
    acts: tuple[tuple[Act, int], ...]
    reports: int
    extent_km: float


def _apart_km(one: Point, other: Point) -> float:
    north = (one.latitude - other.latitude) * _KM_PER_DEGREE
    cosine = math.cos(math.radians((one.latitude + other.latitude) / 2.0))
    return math.hypot(north, (one.longitude - other.longitude) * _KM_PER_DEGREE * cosine)


def _together(one: Incident, other: Incident) -> bool:
    """Whether two incidents of force belong to one episode by themselves."""
    a, b = one.happened, other.happened
    if a.end - a.start > _BY_THE_DAY or b.end - b.start > _BY_THE_DAY:
        close = max(a.start, b.start) < min(a.end, b.end)
    else:
        close = max(a.start, b.start) - min(a.end, b.end) <= _GAP
    if not close:
        return False
    if isinstance(one.place, Point) and isinstance(other.place, Point):
        return _apart_km(one.place, other.place) <= REACH_KM
    return (
        isinstance(one.place, Area)
        and isinstance(other.place, Area)
        and (one.place.zone == other.place.zone)
    )


def _cells(incident: Incident) -> tuple[str, ...]:
    """Stretches in which an incident is compared: its zone, or its cell of a degree and those around."""
    if isinstance(incident.place, Area):
        return (incident.place.zone,)
    if not isinstance(incident.place, Point):
        return ()
    row = math.floor(incident.place.latitude)
    narrow = max(math.cos(math.radians(min(abs(row) + 2, 89))), 0.02)
    column = math.floor(incident.place.longitude * narrow)
    return tuple(f"{row + up} {column + right}" for up in (-1, 0, 1) for right in (-1, 0, 1))


def episodes(incidents: Iterable[Incident]) -> tuple[Episode, ...]:
    """Find the episodes among incidents.

    Args:
        incidents: In any order; those without an act of force or a place stand alone.

    Returns:
        Episodes of `SMALLEST` incidents or more, by time and name.
    """
    force = sorted(
        (i for i in incidents if (i.act or i.act_labelled) and i.place is not None),
        key=lambda i: (i.happened.start, i.id),
    )
    tied = list(range(len(force)))

    def root(at: int) -> int:
        while tied[at] != at:
            tied[at] = tied[tied[at]]
            at = tied[at]
        return at

    near: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(force):
        cells = _cells(one)
        for other in near[_own(cells)]:
            if root(at) != root(other) and _together(force[other], one):
                low, high = sorted((root(at), root(other)))
                tied[high] = low
        for cell in cells:
            # what ended long before can tie nothing that starts later
            kept = [o for o in near[cell] if one.happened.start - force[o].happened.end <= _GAP]
            near[cell] = [*kept, at]
    held: dict[int, list[Incident]] = defaultdict(list)
    for at, one in enumerate(force):
        held[root(at)].append(one)
    found = [_episode(group) for group in held.values() if len(group) >= SMALLEST]
    return tuple(sorted(found, key=lambda e: (e.happened, e.id)))


def _own(cells: Sequence[str]) -> str:
    """The cell an incident itself lies in: the middle one."""
    return cells[len(cells) // 2]


def _episode(group: Sequence[Incident]) -> Episode:
    names = tuple(sorted(incident.id for incident in group))
    acts: dict[Act, int] = defaultdict(int)
    for incident in group:
        act = incident.act or incident.act_labelled
        if act is not None:
            acts[act] += 1
    points = [incident.place for incident in group if isinstance(incident.place, Point)]
    digest = hashlib.sha256(f"waarborg episode\n{names[0]}".encode()).hexdigest()
    return Episode(
        id=EpisodeId(f"epi-{digest[:12]}"),
        incidents=names,
        happened=Period(min(i.happened.start for i in group), max(i.happened.end for i in group)),
        acts=tuple(sorted(acts.items(), key=lambda item: (-item[1], item[0].value))),
        reports=sum(len(i.members) for i in group),
        extent_km=round(max((_apart_km(a, b) for a in points for b in points), default=0.0), 1),
    )
