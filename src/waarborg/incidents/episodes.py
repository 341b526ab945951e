"""Episodes: incidents that belong to one bombardment or one exchange of fire, kept as incidents.

Rules this module keeps:
1. An episode is a heading over incidents and never counts as one: counts stay counts of incidents.
2. Incidents that are known by the day belong together only on one day; those known to the hour when
   no more than an hour lies between them.
3. Order changes nothing; an episode is named after its smallest incident.
4. One rule for incidents of web reports and of sightings: `hang_together`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NewType

import numpy as np
from numpy.typing import NDArray

from waarborg.base.acts import Act
from waarborg.base.places import Area, Point
from waarborg.base.times import Period
from waarborg.incidents import episode_kernels
from waarborg.incidents.incident import Incident, IncidentId

EpisodeId = NewType("EpisodeId", str)
"""Name of an episode, drawn from its smallest incident, as "epi-3f9a0c41d2e7"."""

SMALLEST = 3
"""Incidents that an episode has at least."""
REACH_KM = 50.0
"""Incidents further apart than this are tied only through others between them."""
PAUSE_S = 3600
"""The longest pause between two incidents that are known to the hour, in seconds."""
BY_THE_DAY_S = 43_200
"""An incident whose time is wider than this is known by the day, in seconds."""

_MICROSECONDS = 1_000_000
_CELL_KM = REACH_KM / 1.5
_ON_THE_MAP = -1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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


@dataclass(frozen=True, slots=True)
class Fire:
    """When and where incidents of force happened, one row each, by their start.

    Attributes:
        start: From when, in microseconds on any clock.
        end: To when.
        latitude: Degrees north; of an area any number.
        longitude: Degrees east; of an area any number.
        zone: Number of a named area, 0 or more; -1 for a point.
    """

    start: Ints
    end: Ints
    latitude: Floats
    longitude: Floats
    zone: Ints

    def take(self, rows: Ints | NDArray[np.bool_]) -> Fire:
        """Some of the rows, in their order."""
        return Fire(*(getattr(self, name)[rows] for name in Fire.__slots__))

    def then(self, more: Fire) -> Fire:
        """These rows, then later ones."""
        both = ((getattr(self, name), getattr(more, name)) for name in Fire.__slots__)
        return Fire(*(np.concatenate(pair) for pair in both))


def on_the_map(start_s: Floats, end_s: Floats, latitude: Floats, longitude: Floats) -> Fire:
    """Incidents with a position, from times in seconds; rows have to be sorted by their start."""
    start, end = (np.rint(times * _MICROSECONDS).astype(np.int64) for times in (start_s, end_s))
    return Fire(start, end, latitude, longitude, np.full(len(start), _ON_THE_MAP))


def hang_together(fire: Fire, tied: Ints | None = None) -> Ints:
    """For each row the smallest row that hangs together with it in time and place, itself or through others.

    Two hang together when no more than `PAUSE_S` lies between them, or where one is known by the day when
    they share a moment; and when they lie within `REACH_KM`, or in one named area.

    Args:
        fire: Sorted by start.
        tied: For each row a row no larger that it is known to hang together with.
    """
    found = np.arange(len(fire.start)) if tied is None else tied.copy()
    if not len(found):
        return found
    row, column = episode_kernels.cells(fire.latitude, fire.longitude, fire.zone, _CELL_KM)
    _, first, cell = np.unique((row << 32) + column, return_index=True, return_inverse=True)
    begin, near = episode_kernels.neighbours(row[first], column[first], _CELL_KM, REACH_KM)
    episode_kernels.hang_together(
        fire.start, fire.end, fire.latitude, fire.longitude, cell.astype(np.int64), begin,
        near, REACH_KM, PAUSE_S * _MICROSECONDS, BY_THE_DAY_S * _MICROSECONDS, found,
    )  # fmt: skip
    return found


class Sweep:
    """Incidents of force by time, of any number: what can still be tied to later ones is held, nothing else."""

    def __init__(self) -> None:
        """Start before the first incident."""
        none = np.empty(0, dtype=np.int64)
        self._open, self._label = on_the_map(*(np.empty(0) for _ in range(4))), none
        self._parted: list[tuple[Ints, Ints]] = []

    def take(self, name: Ints, fire: Fire) -> Ints:
        """A label for each of some incidents, the same for those that hang together as far as is known.

        Args:
            name: Their numbers; the smallest of what hangs together is the label.
            fire: Sorted by start, none before those that came earlier.
        """
        both, names = self._open.then(fire), np.concatenate([self._label, name])
        # what was tied through incidents that are no longer held
        _, first, back = np.unique(self._label, return_index=True, return_inverse=True)
        tied = np.concatenate([first[back], np.arange(len(self._label), len(names))])
        root = hang_together(both, tied.astype(np.int64))
        label = names.copy()
        np.minimum.at(label, root, names)
        label = label[root]
        moved = label[: len(self._label)] != self._label
        self._parted.append((self._label[moved], label[: len(self._label)][moved]))
        last = int(fire.start[-1]) if len(name) else 0
        kept = both.end >= last - PAUSE_S * _MICROSECONDS
        self._open, self._label = both.take(kept), label[kept]
        return label[len(label) - len(name) :]

    def settled(self) -> Iterator[tuple[int, int]]:
        """Each label that turned out to be part of another, and that other, once all have come."""
        into: dict[int, int] = {}
        for old, new in sorted({pair for part in self._parted for pair in zip(*part, strict=True)}):
            # a label gives way to a smaller one, whose own end is known already
            into[int(old)] = into.get(int(new), int(new))
        yield from into.items()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _fire(incidents: Sequence[Incident]) -> Fire:
    zones = sorted({i.place.zone for i in incidents if isinstance(i.place, Area)})
    number = {zone: at for at, zone in enumerate(zones)}
    points = [i.place if isinstance(i.place, Point) else None for i in incidents]
    return Fire(
        np.array([_microseconds(i.happened.start) for i in incidents], dtype=np.int64),
        np.array([_microseconds(i.happened.end) for i in incidents], dtype=np.int64),
        np.array([p.latitude if p else 0.0 for p in points]),
        np.array([p.longitude if p else 0.0 for p in points]),
        np.array(
            [number[i.place.zone] if isinstance(i.place, Area) else _ON_THE_MAP for i in incidents],
            dtype=np.int64,
        ),
    )


def _is_of_force(incident: Incident) -> bool:
    """Whether force is the act that its words state, or where they state none the act of its label."""
    act = incident.act or incident.act_labelled
    return act is not None and act.is_force


def episodes(incidents: Iterable[Incident]) -> tuple[Episode, ...]:
    """Find the episodes among incidents.

    Args:
        incidents: In any order; those without an act of force or a place stand alone.

    Returns:
        Episodes of `SMALLEST` incidents or more, by time and name.
    """
    force = sorted(
        (i for i in incidents if _is_of_force(i) and i.place is not None),
        key=lambda i: (i.happened.start, i.id),
    )
    held: dict[int, list[Incident]] = defaultdict(list)
    for root, one in zip(hang_together(_fire(force)).tolist(), force, strict=True):
        held[root].append(one)
    found = [_episode(group) for group in held.values() if len(group) >= SMALLEST]
    return tuple(sorted(found, key=lambda e: (e.happened, e.id)))


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
        extent_km=round(_extent_km(points), 1),
    )


def _extent_km(points: Sequence[Point]) -> float:
    """The largest distance between two points."""
    places = sorted({(point.latitude, point.longitude) for point in points})
    return max(
        (episode_kernels.apart_km(*one, *other) for one in places for other in places), default=0.0
    )
