"""Two web reports, or a report and its incident, weighed as the fusion weighs them.

Rules this module keeps:
1. The evidence and the rule of the merge are the fusion's own; nothing is scored anew for the telling.
2. A stated chance follows from what is told: the strongest pair, the mean of all, and how they are read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from waarborg.incidents import kernels
from waarborg.incidents.candidates import find_candidates
from waarborg.incidents.columns import lay
from waarborg.incidents.compare import compare_pairs, score_pairs
from waarborg.incidents.fuse import judged_rows
from waarborg.incidents.incident import Term
from waarborg.incidents.judgements import Judgement, Pair
from waarborg.incidents.merge import evidence
from waarborg.incidents.model import Model, Standing
from waarborg.incidents.reasons import terms
from waarborg.reports.report import Report, ReportId


@dataclass(frozen=True, slots=True)
class Sides:
    """The evidence between two groups of reports, and what the rule of the merge makes of it.

    Attributes:
        best: The strongest pair.
        strong: What counts of the strong pairs: between groups of several, the weaker of the two second-best
            reports, so that one report is no bridge.
        mean: The mean of all pairs.
        joint: The gain of a merge, never above `strong`; more than `Model.keep_joined` is needed.
    """

    best: float
    strong: float
    mean: float
    joint: float


@dataclass(frozen=True, slots=True)
class PairOfReports:
    """Two reports: whether they are in one incident, and why.

    Attributes:
        one: The smaller identifier.
        other: The larger.
        together: Whether they are in one incident.
        nats: The evidence between the two alone.
        terms: The parts of that.
        candidates: Whether they share a telling sign near in time, so that the fusion looked at them.
        sides: The evidence between their two incidents; where they are in one, between the two groups whose join
            brought them together.
        groups: The reports of either side, the smaller identifier's first.
        through: The strongest pair between the two sides, in the same order.
        judged: What a person said of the two; None where nobody did.
    """

    one: ReportId
    other: ReportId
    together: bool
    nats: float
    terms: tuple[Term, ...]
    candidates: bool
    sides: Sides
    groups: tuple[tuple[ReportId, ...], tuple[ReportId, ...]]
    through: tuple[ReportId, ReportId]
    judged: Judgement | None


def standings(
    reports: Sequence[Report], model: Model, counted: Mapping[Pair, Judgement]
) -> dict[ReportId, Standing]:
    """How each report of an incident of several stands in it.

    Args:
        reports: Of one incident, each once.
        model: The fusion model.
        counted: What people judged.
    """
    rows = sorted(reports, key=lambda report: report.id)
    score = _scores(rows, model, counted)
    telling = kernels.tellings(np.arange(len(rows)), score, lay(rows, model).arrays())
    many = max(2, len(set(telling.tolist())))
    found = {}
    for at, report in enumerate(rows):
        _, strongest, mean = kernels.stand(at, telling, score)
        found[report.id] = Standing(float(strongest), float(mean), -math.inf, many)
    return found


def pair_of_reports(
    pair: tuple[Report, Report],
    incidents: tuple[Sequence[Report], Sequence[Report]],
    model: Model,
    counted: Mapping[Pair, Judgement],
) -> PairOfReports:
    """Why two reports are in one incident, or are not.

    Args:
        pair: The two reports.
        incidents: The reports of the incident of each, itself among them.
        model: The fusion model.
        counted: What people judged.
    """
    one, other = sorted(pair, key=lambda report: report.id)
    mine, theirs = incidents if one is pair[0] else incidents[::-1]
    together = any(report.id == other.id for report in mine)
    columns = lay((one, other), model)
    first, second = np.array([0]), np.array([1])
    compared = tuple(map(float, compare_pairs(columns, first, second)[0]))
    nats = float(score_pairs(columns, first, second, np.array(model.weights))[0])
    rows = sorted({report.id: report for report in (*mine, *theirs)}.values(), key=lambda r: r.id)
    score = _scores(rows, model, counted)
    at = {report.id: row for row, report in enumerate(rows)}
    if together:
        ours, others = _brought_together(score, at[one.id], at[other.id], model)
    else:
        ours, others = (np.array(sorted(at[r.id] for r in side)) for side in (mine, theirs))
    between = score[np.ix_(ours, others)]
    mine_at, their_at = divmod(int(between.argmax()), between.shape[1])
    named = tuple(tuple(rows[row].id for row in side.tolist()) for side in (ours, others))
    return PairOfReports(
        one.id, other.id, together, nats, terms(one, other, compared, model),
        bool(len(find_candidates(columns, model).first)), _sides(between, model),
        (named[0], named[1]), (named[0][mine_at], named[1][their_at]),
        counted.get((one.id, other.id)),
    )  # fmt: skip


def _brought_together(
    score: NDArray[np.float64], one: int, other: int, model: Model
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The two groups, that of either row, whose join brought two rows of one incident together.

    What is joined within an incident, and in which order, rests on its own reports alone.
    """
    marks = np.zeros(len(score), dtype=np.bool_)
    _, joins = kernels.joined(score, model.blend, model.keep_joined, marks)
    group = np.arange(len(score))
    for a, b in joins.tolist():
        if {int(group[one]), int(group[other])} == {a, b}:
            break
        group[group == b] = a
    return np.flatnonzero(group == group[one]), np.flatnonzero(group == group[other])


def _sides(score: NDArray[np.float64], model: Model) -> Sides:
    """The evidence between two groups, each row of one with each of the other."""
    n, m = score.shape
    best, second, sums = (np.zeros((2, 2)) for _ in range(3))
    best[0, 1] = best[1, 0] = score.max()
    sums[0, 1] = sums[1, 0] = score.sum()
    for side, each in ((0, score.max(axis=1)), (1, score.max(axis=0))):
        second[side, 1 - side] = np.sort(each)[-2] if len(each) > 1 else -np.inf
    size = np.array([float(n), float(m)])
    joint = float(kernels.joint(0, 1, best, second, sums, size, model.blend))
    mean = float(score.mean())
    strong = float(kernels.strong(0, 1, best, second, size))
    return Sides(float(score.max()), strong, mean, joint)


def _scores(
    rows: Sequence[Report], model: Model, counted: Mapping[Pair, Judgement]
) -> NDArray[np.float64]:
    """The evidence of some reports, by identifier, with each other; what people judged takes its place."""
    every = np.arange(len(rows))
    return evidence(every, lay(rows, model), model, judged_rows(rows, counted))
