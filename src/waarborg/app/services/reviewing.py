"""The joins a person should look at first: the least certain of a run, with what speaks for and against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from waarborg.reports.report import Report

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Join:
    """One report and the report through which it was joined.

    Attributes:
        probability: That the report tells of the incident it is in.
        incident: The incident.
        reports: How many reports are in it.
        one: The report.
        other: The report it was joined through.
        sides: Outlet, day and headline or address of each, in the same order.
        speaks_for: What speaks for the join, strongest first, with its nats.
        speaks_against: What speaks against it, strongest first.
        judged: What a person said about the pair; empty when nobody did.
    """

    probability: float
    incident: str
    reports: int
    one: str
    other: str
    sides: tuple[str, str]
    speaks_for: tuple[tuple[str, float], ...]
    speaks_against: tuple[tuple[str, float], ...]
    judged: str


def joins(incidents: Iterable[Row], reports: Mapping[str, Report]) -> tuple[Join, ...]:
    """Every join of a run, the least certain first; each pair once.

    Args:
        incidents: The lines of `incidents.jsonl`.
        reports: The reports in them, by identifier.
    """
    found: dict[tuple[str, str], Join] = {}
    for incident in incidents:
        for member in incident["members"]:
            if not member["partner"]:
                continue
            join = _join(incident, member, reports)
            pair = (min(join.one, join.other), max(join.one, join.other))
            held = found.get(pair)
            if held is None or (join.probability, join.one) < (held.probability, held.one):
                found[pair] = join
    return tuple(sorted(found.values(), key=lambda j: (j.probability, j.one, j.other)))


def _join(incident: Row, member: Row, reports: Mapping[str, Report]) -> Join:
    evidence = [t for t in member["terms"] if t["name"] not in {"start", "judgement"}]
    told = sorted(((t["words"], t["nats"]) for t in evidence), key=lambda t: -abs(t[1]))
    one, other = member["report"], member["partner"]
    return Join(
        probability=member["probability"],
        incident=incident["id"],
        reports=len(incident["members"]),
        one=one,
        other=other,
        sides=(_side(reports[one]), _side(reports[other])),
        speaks_for=tuple(t for t in told if t[1] > 0),
        speaks_against=tuple(t for t in told if t[1] < 0),
        judged=next((t["words"] for t in member["terms"] if t["name"] == "judgement"), ""),
    )


def _side(report: Report) -> str:
    middle = report.happened.start + (report.happened.end - report.happened.start) / 2
    return f"{report.source}, {middle.date().isoformat()}: {report.headline or report.address}"
