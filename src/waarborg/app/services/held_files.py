"""What is held of each incident that outlets tell of, as one file: place, time, kind, numbers, witnesses.

Rules this module keeps:
1. One line an incident, by identifier; the same bytes every time.
2. What is not known is empty, and the last column says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from waarborg.app.services.outputs import table
from waarborg.base.places import Point
from waarborg.incidents.account import Account, account
from waarborg.incidents.episodes import EpisodeId, episodes
from waarborg.incidents.incident import Incident
from waarborg.reports.report import Report
from waarborg.store.fusion_models import copying_table, outlet_table

Cell = str | float | int | None
"""What stands in a line; None where nothing is known."""

HELD_HEADER = (
    "incident_id", "episode_id", "reports", "outlets", "witnesses_least", "witnesses_expected", "two_or_more",
    "longitude", "latitude", "place", "place_chance", "radius_90_km", "earliest_90", "latest_90", "acts",
    "killed", "killed_low_90", "killed_high_90", "injured", "injured_low_90", "injured_high_90", "unknown",
)  # fmt: skip


def held_rows(incidents: Iterable[Incident], reports: Iterable[Report]) -> list[dict[str, Cell]]:
    """What is held of each incident that outlets tell of, with its bounds and its episode, by identifier."""
    incidents = tuple(incidents)
    episode = {name: found.id for found in episodes(incidents) for name in found.incidents}
    by_id = {report.id: report for report in reports}
    copying, doubt = copying_table(), outlet_table()
    return [
        _held_row(incident, account(incident, by_id, copying, doubt), episode.get(incident.id))
        for incident in sorted(incidents, key=lambda incident: incident.id)
    ]


def _held_row(incident: Incident, held: Account, episode: EpisodeId | None) -> dict[str, Cell]:
    place, bounds, own = incident.place, held.bounds, held.independent
    point = place if isinstance(place, Point) else None
    told = {number.harm: number for number in bounds.numbers}
    harm = [
        getattr(told[name], figure) if name in told else None
        for name in ("killed", "injured")
        for figure in ("likeliest", "low", "high")
    ]
    cells: tuple[Cell, ...] = (
        incident.id, episode, len(incident.members), len(incident.sources), held.least,
        own.expected if own else None, own.two_or_more if own else None,
        point.longitude if point else None, point.latitude if point else None, place.name if place else None,
        bounds.place_chance, bounds.radius_km,
        bounds.earliest.isoformat(), bounds.latest.isoformat(),
        " ".join(f"{act.value}:{chance:.2f}" for act, chance in bounds.acts) or None,
        *harm, "; ".join(bounds.unknown) or None,
    )  # fmt: skip
    return dict(zip(HELD_HEADER, cells, strict=True))


def held_file(rows: Iterable[Mapping[str, Cell]], *, as_lines: bool) -> bytes:
    """The rows of `held_rows` as CSV, or as JSON lines; what is not known is empty, or null."""
    if as_lines:
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    cells = [["" if cell is None else str(cell) for cell in row.values()] for row in rows]
    return table(HELD_HEADER, cells)
