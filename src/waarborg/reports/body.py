"""A report as the body of an entry of the record, and back.

Coordinates are decimal strings: the record's canonical form has no floats, so that two programs
cannot differ about a digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waarborg.base.acts import Act
from waarborg.base.grades import Basis
from waarborg.base.parties import PartyId
from waarborg.base.places import Area, Place, Point
from waarborg.base.times import Period, format_instant, parse_instant
from waarborg.reports.report import ActEvidence, ActorEvidence, Report, ReportId


def to_body(report: Report) -> dict[str, Any]:
    """Write a report as plain values without floats; `from_body` gives the same report back."""
    return {
        "id": report.id,
        "version": report.version,
        "channel": report.channel,
        "source": report.source,
        "address": report.address,
        "headline": report.headline,
        "happened": [format_instant(report.happened.start), format_instant(report.happened.end)],
        "received_at": format_instant(report.received_at),
        "place": _place_body(report.place),
        "label": report.label,
        "acts": [[e.act.value, e.basis.value, e.words] for e in report.acts],
        "actors": [[e.party, e.basis.value, e.words] for e in report.actors],
        "harm": list(report.harm),
        "keys": list(report.keys),
    }


def from_body(body: Mapping[str, Any]) -> Report:
    """Read a report back from the body of an entry.

    Raises:
        KeyError, ValueError: The body is not one that `to_body` wrote.
    """
    start, end = body["happened"]
    return Report(
        id=ReportId(body["id"]),
        version=body["version"],
        channel=body["channel"],
        source=body["source"],
        address=body["address"],
        headline=body["headline"],
        happened=Period(parse_instant(start), parse_instant(end)),
        received_at=parse_instant(body["received_at"]),
        place=_place(body["place"]),
        label=body["label"],
        acts=tuple(ActEvidence(Act(a), Basis(b), w) for a, b, w in body["acts"]),
        actors=tuple(ActorEvidence(PartyId(p), Basis(b), w) for p, b, w in body["actors"]),
        harm=tuple(body["harm"]),
        keys=tuple(body["keys"]),
    )


def _place_body(place: Place | None) -> dict[str, str] | None:
    if place is None:
        return None
    if isinstance(place, Area):
        return {"zone": place.zone, "name": place.name}
    return {
        "longitude": repr(place.longitude),
        "latitude": repr(place.latitude),
        "precision_m": repr(place.precision_m),
        "name": place.name,
    }


def _place(body: Mapping[str, str] | None) -> Place | None:
    if body is None:
        return None
    if "zone" in body:
        return Area(body["zone"], body["name"])
    return Point(
        float(body["longitude"]), float(body["latitude"]), float(body["precision_m"]), body["name"]
    )
