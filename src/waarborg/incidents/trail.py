"""The trail of incidents: what became of each name as reports arrived and people judged.

Rules this module keeps:
1. An incident keeps its name while it grows: it is named after the report that came in first.
2. Of incidents that merge the one whose first report is older keeps its name; of parts of a split, the
   part that holds the first report. Every other name leads to where its reports went.
3. The trail is worked out from two partitions and nothing else; whoever has the record has the trail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from waarborg.incidents.incident import Incident, IncidentId
from waarborg.reports.report import ReportId


class Fate(StrEnum):
    """What became of an incident."""

    MERGED = "merged"
    """All its reports are now in another incident, and its name is gone."""
    PARTED = "parted"
    """Some of its reports are now in another incident."""
    WITHDRAWN = "withdrawn"
    """None of its reports is in an incident any more."""


@dataclass(frozen=True, slots=True)
class Move:
    """Reports that went from one incident to another.

    Attributes:
        at: Between the moment before and this one it happened.
        fate: What became of the incident.
        incident: Its name before.
        into: Where the reports are now; None when withdrawn.
        reports: The reports that went, sorted.
    """

    at: datetime
    fate: Fate
    incident: IncidentId
    into: IncidentId | None
    reports: tuple[ReportId, ...]


def moves(before: Iterable[Incident], after: Iterable[Incident], at: datetime) -> tuple[Move, ...]:
    """What became of incidents between two moments; those that only grew are left out.

    Args:
        before: The incidents as known before.
        after: The incidents as known at `at`.
        at: The later moment.
    """
    before = tuple(before)
    if not before:
        return ()
    now = {member.report: incident.id for incident in after for member in incident.members}
    found: list[Move] = []
    for incident in before:
        went: dict[IncidentId, list[ReportId]] = defaultdict(list)
        for report in incident.reports:
            if report in now:
                went[now[report]].append(report)
        if not went:
            found.append(Move(at, Fate.WITHDRAWN, incident.id, None, incident.reports))
        whole = len(went) == 1
        for into, reports in went.items():
            if into != incident.id:
                fate = Fate.MERGED if whole else Fate.PARTED
                found.append(Move(at, fate, incident.id, into, tuple(sorted(reports))))
    return tuple(sorted(found, key=lambda move: (move.at, move.incident, str(move.into))))


def leads_to(name: IncidentId, trail: Iterable[Move]) -> tuple[Move, ...]:
    """The moves that lead on from a name, followed to the end, in order of time."""
    held = sorted(trail, key=lambda move: move.at)
    names, found = {name}, []
    for move in held:
        if move.incident in names:
            found.append(move)
            if move.into is not None:
                names.add(move.into)
    return tuple(found)
