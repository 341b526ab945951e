"""Fusion on real pairs: ours, "same place and day", and "within 5 km, same day".

    python benchmarks/fusion_gold.py [--seeds 3] [--folds 5]

Pairs are judged by the partition: joined means both reports are in one incident. The held-back line
learns the weights without any labelled report of the incidents it is judged on (folds over
incidents, look-alike incidents kept together); the word counts are learnt from the stream without
labels. Pairs were picked to be hard and near 50/50: these are not scores on the natural stream.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fusion_data import (
    APRIL,
    STREAM,
    Gold,
    Pair,
    Score,
    Wider,
    fold,
    judge,
    read_gold,
    read_reports,
    read_wider,
    week_fold,
)
from fusion_fit import Labelled, Stream, label_pairs, label_wider, learn, read_stream
from waarborg.base.places import Area, Point
from waarborg.incidents.candidates import find_candidates
from waarborg.incidents.columns import Columns, lay
from waarborg.incidents.compare import score_pairs
from waarborg.incidents.fuse import fuse
from waarborg.incidents.merge import merge
from waarborg.incidents.model import Model
from waarborg.reports.report import Report
from waarborg.store.fusion_models import fusion_model


def apart_km(one: Report, other: Report) -> float:
    """Great-circle distance; infinite when a place is not a point."""
    a, b = one.place, other.place
    if not isinstance(a, Point) or not isinstance(b, Point):
        same = isinstance(a, Area) and isinstance(b, Area) and a.zone == b.zone
        return 0.0 if same else math.inf
    p, q = math.radians(a.latitude), math.radians(b.latitude)
    r = math.radians(a.longitude - b.longitude)
    cosine = math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(r)
    return 6371.0 * math.acos(min(1.0, cosine))


def same_place_and_day(one: Report, other: Report) -> bool:
    """The naive rule."""
    return one.place is not None and one.place == other.place and one.happened == other.happened


def near_and_same_day(one: Report, other: Report) -> bool:
    """Within 5 km on the same day."""
    return one.happened == other.happened and apart_km(one, other) <= 5.0


def by_rule(
    reports: tuple[Report, ...], gold: Gold, rule: Callable[[Report, Report], bool]
) -> dict[Pair, bool]:
    """Pairs joined by a rule on two reports."""
    return {(a, b): rule(reports[a], reports[b]) for a, b in gold.pairs}


def by_incidents(reports: tuple[Report, ...], gold: Gold, model: Model) -> dict[Pair, bool]:
    """Pairs joined by fusion."""
    held = {report: incident.id for incident in fuse(reports, model) for report in incident.reports}
    return {(a, b): held[reports[a].id] == held[reports[b].id] for a, b in gold.pairs}


def partition(columns: Columns, model: Model) -> NDArray[np.int64]:
    """The group of each row."""
    found = find_candidates(columns, model)
    nats = score_pairs(columns, found.first, found.second, np.array(model.weights))
    return merge(columns, found.first, found.second, nats, model).group


SETTINGS = tuple((keep, blend) for keep in (0.0, 0.4, 0.8) for blend in (0.3, 0.5, 0.6))
"""Settings of the merge among which each fold chooses for itself: `keep_joined` and `blend`."""
PRECISE = 0.95
"""What a fold asks of precision on the pairs it may see, before it looks at F1."""

WINDOWS = ((date(2026, 1, 19), date(2026, 5, 1)), (date(2026, 5, 17), date(2026, 6, 28)))
"""Days of the stream in which the wider pairs are judged."""


@dataclass(frozen=True)
class Judged:
    """Labelled pairs of one stretch of reports, with the folds of both sides.

    Attributes:
        columns: All reports of the stretch.
        pairs: Whether both tell of one event, by rows.
        folds: The one or two folds that hold back a pair.
    """

    columns: Columns
    pairs: Mapping[Pair, bool]
    folds: Mapping[Pair, frozenset[int]]


def gold_stretch(columns: Columns, gold: Gold, seed: int, folds: int) -> Judged:
    """The development pairs, held back by their incidents."""
    of_row = {row: fold(name, seed, folds) for row, name in gold.incident.items()}
    return Judged(
        columns, gold.pairs, {(a, b): frozenset({of_row[a], of_row[b]}) for a, b in gold.pairs}
    )


def wider_stretches(
    reports: tuple[Report, ...], wider: Wider, model: Model, seed: int, folds: int
) -> list[Judged]:
    """The wider pairs, held back by four days on end."""
    found = []
    for first, last in WINDOWS:
        within = [r for r in reports if first <= r.happened.start.date() <= last]
        row = {report.id: number for number, report in enumerate(within)}
        pairs, held = {}, {}
        for one, other, same in wider:
            if one.id in row and other.id in row:
                a, b = sorted((row[one.id], row[other.id]))
                pairs[a, b] = same
                held[a, b] = frozenset({week_fold(one, seed, folds)})
        found.append(Judged(lay(within, model), pairs, held))
    return found


def count(part: Judged, group: NDArray[np.int64], held: int, *, seen: bool) -> NDArray[np.float64]:
    """Hits, false joins and misses among the pairs a fold holds back, or among those it may see.

    A pair across two folds is judged in both, by half each: in either fold the model was kept from
    one of its incidents and from every pair between the two.
    """
    total = np.zeros(3)
    for (a, b), truth in part.pairs.items():
        sides = part.folds[a, b]
        if (held in sides) == seen:
            continue
        joined = bool(group[a] == group[b])
        share = 1.0 if seen else 1.0 / len(sides)
        total += share * np.array([truth and joined, joined and not truth, truth and not joined])
    return total


def choose(parts: list[Judged], fitted: Model, held: int) -> Model:
    """The settings of the merge that do best on what a fold may see: precision first, then F1."""
    best, chosen = (-1.0, -1.0), fitted
    for keep, blend in SETTINGS:
        tried = replace(fitted, keep_joined=keep, blend=blend)
        total = sum(
            (count(p, partition(p.columns, tried), held, seen=True) for p in parts), np.zeros(3)
        )
        score = Score(*map(float, total))
        if (min(score.precision, PRECISE), score.f1) > best:
            best, chosen = (min(score.precision, PRECISE), score.f1), tried
    return chosen


@dataclass(frozen=True)
class Learnt:
    """What the models of the folds learn from."""

    stream: Stream
    labelled: Labelled
    wider: Labelled
    of_wider: tuple[Report, ...]


def held_back(
    stretches: list[Judged],
    gold: Gold,
    model: Model,
    learnt: Learnt,
    seed: int,
    folds: int,
    *,
    nested: bool = False,
) -> list[NDArray[np.float64]]:
    """Counts by fold on the development pairs, then on the wider pairs, by models that saw neither.

    With `nested` each fold also chooses the settings of the merge by itself, on the development pairs
    it may see.
    """
    of_row = {row: fold(name, seed, folds) for row, name in gold.incident.items()}
    one = np.array([of_row[int(row)] for row in learnt.labelled.first])
    two = np.array([of_row[int(row)] for row in learnt.labelled.second])
    weeks = np.array([week_fold(report, seed, folds) for report in learnt.of_wider])
    found = []
    for held in range(folds):
        weights = learn(
            learnt.stream,
            learnt.labelled.only((one != held) & (two != held)),
            learnt.wider.only(weeks != held),
        )
        fitted = replace(model, weights=weights)
        if nested:
            fitted = choose(stretches[:1], fitted, held)
        counts = [count(p, partition(p.columns, fitted), held, seen=False) for p in stretches]
        found.append(np.array([counts[0], sum(counts[1:], np.zeros(3))]))
    return found


def interval(parts: list[NDArray[np.float64]]) -> str:
    """The middle nine tenths of precision and F1 when folds are drawn anew, 2,000 times."""
    dice = np.random.default_rng(1)
    drawn = []
    for _ in range(2000):
        total = sum((parts[i] for i in dice.integers(0, len(parts), len(parts))), np.zeros(3))
        score = Score(*map(float, total))
        drawn.append((score.precision, score.f1))
    low, high = np.quantile(np.array(drawn), [0.05, 0.95], axis=0)
    return f"precision {low[0]:.3f} to {high[0]:.3f}, F1 {low[1]:.3f} to {high[1]:.3f}"


def line(name: str, score: Score) -> str:
    """One row of the table."""
    return f"{name:44}{score.precision:10.3f}{score.recall:8.3f}{score.f1:8.3f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--folds", type=int, default=5)
    asked = parser.parse_args()
    model = fusion_model()
    reports = read_reports(APRIL)
    gold = read_gold(reports)
    print(f"{len(gold.pairs)} pairs, {sum(gold.pairs.values())} of them one event")
    print(f"{'':44}{'precision':>10}{'recall':>8}{'F1':>8}")
    print(line("same place and day", judge(gold.pairs, by_rule(reports, gold, same_place_and_day))))
    near = judge(gold.pairs, by_rule(reports, gold, near_and_same_day))
    print(line("within 5 km, same day", near))
    ours = judge(gold.pairs, by_incidents(reports, gold, model))
    print(line(f"waarborg {model.version}, as shipped (has seen them)", ours))
    stream = read_reports(STREAM)
    wider = read_wider(stream)
    columns = lay(reports, model)
    learnt = Learnt(
        read_stream(stream, model),
        label_pairs(columns, gold),
        label_wider(wider, model),
        tuple(one for one, _, _ in wider),
    )
    for nested, name in ((False, "held back"), (True, "held back, settings too")):
        totals: list[list[NDArray[np.float64]]] = [[], []]
        for seed in range(asked.seeds):
            stretches = [gold_stretch(columns, gold, seed, asked.folds)]
            if not nested:
                stretches += wider_stretches(stream, wider, model, seed, asked.folds)
            for part in held_back(stretches, gold, model, learnt, seed, asked.folds, nested=nested):
                totals[0].append(part[0])
                totals[1].append(part[1])
        for pairs, parts in zip(("development pairs", "wider pairs"), totals, strict=True):
            total = sum(parts, np.zeros(3))
            if total.sum() > 0:
                print(line(f"waarborg, {name}: {pairs}", Score(*map(float, total))))
                print(f"    90 % of draws of folds: {interval(parts)}", flush=True)


if __name__ == "__main__":
    main()
