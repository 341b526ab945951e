"""The room's verb: reports in, incidents out.

Rules this module keeps:
1. A pure function of the set of reports and the model: order and duplication change nothing (law 1).
2. Every report is in exactly one incident, with the terms that put it there.
3. No agreement, no mission, no clock is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

import numpy as np

from waarborg.incidents.candidates import find_candidates
from waarborg.incidents.columns import lay
from waarborg.incidents.compare import compare_pairs, score_pairs
from waarborg.incidents.hinges import Hinge, Kind, hinges
from waarborg.incidents.incident import Incident, Member, Term, Terms
from waarborg.incidents.judgements import Judgement, Pair, Sameness, settled
from waarborg.incidents.merge import DIFFERENT_NATS, SAME_NATS, Groups, Judged, merge
from waarborg.incidents.model import Model
from waarborg.incidents.picture import picture
from waarborg.incidents.reasons import terms
from waarborg.incidents.remembered import Evidence, Known
from waarborg.reports.report import Report, ReportId


def unique(reports: Iterable[Report]) -> tuple[Report, ...]:
    """Each report once, in its latest version, sorted by identifier.

    Two different contents under one identifier and version cannot come from a parser; should it
    happen, the choice does not depend on the order.
    """
    held: dict[ReportId, Report] = {}
    for report in reports:
        other = held.get(report.id)
        if other is None or (report.version, repr(report)) > (other.version, repr(other)):
            held[report.id] = report
    return tuple(held[identifier] for identifier in sorted(held))


def by_time(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """Incidents by time and identifier."""
    # a period orders by its start and its end; compared as it is, it would cost most of the sorting
    return tuple(sorted(incidents, key=attrgetter("happened.start", "happened.end", "id")))


class Chances:
    """The chance of each row of a merge that its report is where it belongs, to four places.

    Args:
        groups: The merge.
        model: How evidence is read as a chance.
    """

    def __init__(self, groups: Groups, model: Model) -> None:
        self._groups = groups
        self._model = model
        # of a report alone it rests on one number, which most of them share
        self._alone: dict[float, float] = {}

    def of(self, row: int) -> float:
        """That of one row."""
        if self._groups.partner[row] >= 0:
            return self._read(row)
        beside = float(self._groups.beside[row])
        if beside not in self._alone:
            self._alone[beside] = self._read(row)
        return self._alone[beside]

    def _read(self, row: int) -> float:
        return round(self._model.probability(self._groups.standing(row)), 4)


def member(
    report: Report,
    partner: Report | None,
    chance: float,
    compared: bytes,
    model: Model,
    counted: Mapping[Pair, Judgement],
) -> Member:
    """A report in its incident, and why it is there.

    Args:
        report: Which.
        partner: The report of the incident with the strongest evidence; None when it is alone.
        chance: That it is where it belongs; see `Chances`.
        compared: The comparison with the partner: the bytes of its row of `compare_pairs`.
        model: The weights.
        counted: What people judged.
    """
    if partner is None:
        return Member(report.id, chance)
    return Member(
        report.id,
        chance,
        Terms(
            _worded, report, partner, compared, model,
            _judged_term(report.id, partner.id, counted) if counted else (),
        ),
        partner.id,
    )  # fmt: skip


def _worded(
    report: Report, partner: Report, compared: bytes, model: Model, judged: tuple[Term, ...]
) -> tuple[Term, ...]:
    """The terms of a member: what people judged, then what the comparison with its partner says."""
    return judged + terms(report, partner, tuple(np.frombuffer(compared).tolist()), model)


def _members(
    reports: tuple[Report, ...],
    groups: Groups,
    compared: dict[int, bytes],
    model: Model,
    counted: Mapping[Pair, Judgement],
) -> list[Member]:
    found = []
    chances = Chances(groups, model)
    for row, report in enumerate(reports):
        at = int(groups.partner[row])
        partner = reports[at] if at >= 0 else None
        found.append(
            member(report, partner, chances.of(row), compared.get(row, b""), model, counted)
        )
    return found


def judged_rows(rows: Sequence[Report], counted: Mapping[Pair, Judgement]) -> Judged:
    """Judged pairs as rows, by the smaller row; a pair with an unknown report says nothing yet."""
    row = {report.id: number for number, report in enumerate(rows)} if counted else {}
    pairs = sorted(
        (row[one], row[other], judgement.sameness is Sameness.SAME)
        for (one, other), judgement in counted.items()
        if one in row and other in row
    )
    return (
        np.array([pair[0] for pair in pairs], dtype=np.int64),
        np.array([pair[1] for pair in pairs], dtype=np.int64),
        np.array([SAME_NATS if pair[2] else DIFFERENT_NATS for pair in pairs], dtype=np.float64),
    )


def _judged_term(
    one: ReportId, other: ReportId, counted: Mapping[Pair, Judgement]
) -> tuple[Term, ...]:
    """The judgement on a pair, shown beside the evidence that it took the place of."""
    judgement = counted.get((min(one, other), max(one, other)))
    if judgement is None:
        return ()
    day = judgement.when.date().isoformat()
    words = f"{judgement.who} judged them {judgement.sameness.value} on {day}: {judgement.why}"
    return (Term("judgement", SAME_NATS, words),)


@dataclass(frozen=True, slots=True)
class Fusion:
    """A partition of reports, and what had to be bounded to make it.

    Attributes:
        incidents: By time and identifier; `attribution` is `NOBODY` until somebody weighs it.
        flooded: Reports that were looked up under a part of their signs only, because their outlet or all
            outlets together say the same too often.
        cut: Reports that hung together with so many others that weak evidence had to be left out.
        hinges: What hinges on a few reports.
    """

    incidents: tuple[Incident, ...]
    flooded: frozenset[ReportId] = frozenset()
    cut: frozenset[ReportId] = frozenset()
    hinges: tuple[Hinge, ...] = ()

    def hinging(self, kind: Kind) -> frozenset[ReportId]:
        """The reports on which something of one kind hinges."""
        return frozenset(n for hinge in self.hinges if hinge.kind is kind for n in hinge.reports)


def fuse(
    reports: Iterable[Report],
    model: Model,
    judgements: Iterable[Judgement] = (),
    arrived: Mapping[ReportId, datetime] | None = None,
) -> tuple[Incident, ...]:
    """Decide which reports tell of the same event; see `fuse_bounded`."""
    return fuse_bounded(reports, model, judgements, arrived, hinged=False).incidents


def fuse_bounded(
    reports: Iterable[Report],
    model: Model,
    judgements: Iterable[Judgement] = (),
    arrived: Mapping[ReportId, datetime] | None = None,
    *,
    hinged: bool = True,
) -> Fusion:
    """Decide which reports tell of the same event, and say what had to be bounded and what hinges on few.

    Args:
        reports: In any order; duplicates and older versions of a report are left out.
        model: Everything learnt beforehand.
        judgements: What people said about pairs; leaving one out undoes exactly what it did.
        arrived: When each report first came in; an incident is named after the first to come.
        hinged: Whether what hinges on a few reports is looked for.
    """
    rows = unique(reports)
    if not rows:
        return Fusion(())
    columns = lay(rows, model)
    candidates = find_candidates(columns, model)
    nats = score_pairs(columns, candidates.first, candidates.second, np.array(model.weights))
    counted = settled(judgements)
    judged = judged_rows(rows, counted)
    # what hinges on few asks for the same evidence as the merge
    known = Known(Evidence(), np.arange(len(rows))) if hinged else None
    groups = merge(columns, candidates.first, candidates.second, nats, model, judged, known)
    joined = np.flatnonzero(groups.partner >= 0)
    compared = compare_pairs(columns, joined, groups.partner[joined])
    by_row = dict(zip(joined.tolist(), map(bytes, compared), strict=True))
    members = _members(rows, groups, by_row, model, counted)
    held: dict[int, list[int]] = {}
    for row, root in enumerate(groups.group.tolist()):
        held.setdefault(root, []).append(row)
    incidents = [
        picture([rows[row] for row in group], tuple(members[row] for row in group), arrived)
        for group in held.values()
    ]
    flooded, cut = (
        frozenset(rows[row].id for row in np.flatnonzero(which).tolist())
        for which in (candidates.flooded, groups.cut)
    )
    held_in = {name: incident.id for incident in incidents for name in incident.reports}
    names = [report.id for report in rows]
    few = hinges(names, columns, groups, model, held_in, judged, known) if hinged else ()
    return Fusion(by_time(incidents), flooded, cut, few)
