"""The nearest report that is not in an incident, and why it is not.

Rules this module keeps:
1. The evidence is that of the fusion itself, term by term; nothing is scored anew for the telling.
2. What was never compared, because it shares no sign, is said to be so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from waarborg.incidents.candidates import find_candidates
from waarborg.incidents.columns import lay
from waarborg.incidents.compare import compare_pairs, score_pairs
from waarborg.incidents.incident import IncidentId, Term
from waarborg.incidents.model import Model
from waarborg.incidents.reasons import terms
from waarborg.reports.report import Report, ReportId


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The report outside an incident that most resembles one inside.

    Attributes:
        inside: The report in the incident.
        outside: The report that is not in.
        incident: The incident that the outside report is in; None when it is in none.
        nats: Evidence between the two.
        mean_nats: Mean evidence between the outside report and all reports of the incident.
        terms: The parts of that evidence.
    """

    inside: ReportId
    outside: ReportId
    incident: IncidentId | None
    nats: float
    mean_nats: float
    terms: tuple[Term, ...]


def nearest(
    incident: IncidentId,
    reports: Sequence[Report],
    held: Mapping[ReportId, IncidentId],
    model: Model,
) -> Neighbour | None:
    """Find the nearest report that is not in an incident.

    Args:
        incident: Which.
        reports: Every report that was fused, each once, in any order.
        held: The incident of each report that is in one.
        model: The fusion model.

    Returns:
        The neighbour, or None when no report outside shares a sign with one inside.
    """
    rows = sorted(reports, key=lambda report: report.id)
    columns = lay(rows, model)
    found = find_candidates(columns, model)
    inside = np.array([held.get(report.id) == incident for report in rows], dtype=np.bool_)
    across = inside[found.first] != inside[found.second]
    if not across.any():
        return None
    weights = np.array(model.weights)
    first, second = found.first[across], found.second[across]
    nats = score_pairs(columns, first, second, weights)
    # equal evidence is settled by the smaller identifiers, which are the smaller rows
    best = np.lexsort((second, first, -nats))[0]
    ends = (int(first[best]), int(second[best]))
    within, without = ends if inside[ends[0]] else ends[::-1]
    own = np.flatnonzero(inside)
    mean = score_pairs(columns, own, np.full(len(own), without), weights).mean()
    compared = compare_pairs(columns, np.array([within]), np.array([without]))[0]
    other = rows[without]
    return Neighbour(
        rows[within].id,
        other.id,
        held.get(other.id),
        round(float(nats[best]), 4),
        round(float(mean), 4),
        terms(rows[within], other, tuple(map(float, compared)), model),
    )
