"""Web fusion judged on what it has not seen: folds over incidents and days, settings chosen within them.

A fold keeps back whole incidents of April and whole fortnights of the rest, windows and pairs alike. For each
fold the weights are learnt without it; how the merge is set is chosen on the other folds, each judged by
weights that saw neither (nested); how evidence is read as a chance is learnt there too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fusion_data import (
    APRIL,
    NEAR_LINE,
    PICKED,
    STREAM,
    Pair,
    Score,
    Wider,
    fold,
    read_gold,
    read_reports,
    read_wider,
)
from fusion_learn import (
    Labelled,
    Stream,
    label_pairs,
    label_wider,
    label_window,
    learn,
    read_stream,
    tables,
)
from fusion_windows import Window, read_windows
from waarborg.incidents import merge_kernels
from waarborg.incidents.candidates import Candidates, find_candidates
from waarborg.incidents.columns import Columns, lay
from waarborg.incidents.compare import score_pairs
from waarborg.incidents.merge import Groups, merge
from waarborg.incidents.model import Model, Standing, Sureness
from waarborg.reports.report import Report

Floats = NDArray[np.float64]

FOLDS, FORTNIGHT = 5, 14
SETTINGS = ((0.0, 0.5), (-0.25, 0.5), (-0.5, 0.5), (-0.5, 0.3))
"""Settings of the merge to choose from: `keep_joined` and `blend`."""
KINDS = ("pairs", "near line", "window")
"""What is judged; see `Judged.kind`."""
PRECISE = 0.93
"""What is asked of precision on picked pairs before F1 is looked at."""
STRETCHES = ((date(2026, 1, 1), date(2026, 5, 2)), (date(2026, 5, 17), date(2026, 7, 1)))
"""Days of the stream; the days between are kept back from this project."""


@dataclass(frozen=True)
class Judged:
    """Labelled pairs among the reports around them.

    Attributes:
        kind: "pairs" for those in the manner of the development pairs, "near line" for those picked among what
            an early model joined or nearly joined, "window" for a whole window.
        columns: The reports.
        found: The pairs that fusion looks at.
        pairs: Whether both tell of one event, by rows.
        folds: The folds that keep back a pair.
        clusters: The incident or incidents that a pair is counted for.
        window: The window, where it is one.
    """

    kind: str
    columns: Columns
    found: Candidates
    pairs: Mapping[Pair, bool]
    folds: Mapping[Pair, frozenset[int]]
    clusters: Mapping[Pair, tuple[str, ...]]
    window: Window | None = None


@dataclass(frozen=True)
class Evidence:
    """All that is learnt from, with the folds that keep it back.

    Attributes:
        model: Tables of words and places; learnt without labels.
        stream: Pairs of the stream with soft labels.
        parts: Labelled pairs, and for each one or two folds that keep it back.
        judged: The same labels, to be judged by the partition.
    """

    model: Model
    stream: Stream
    parts: tuple[tuple[Labelled, NDArray[np.int64], NDArray[np.int64]], ...]
    judged: tuple[Judged, ...]

    def weights(self, without: Iterable[int]) -> tuple[float, ...]:
        """The weights learnt without some folds."""
        barred = list(without)
        return learn(
            self.stream,
            *(
                part.only(~np.isin(one, barred) & ~np.isin(other, barred))
                for part, one, other in self.parts
            ),
        )


def fold_of(report: Report) -> int:
    """The fold of a report of the stream: a fortnight stays together."""
    return report.happened.start.date().toordinal() // FORTNIGHT % FOLDS


def gather() -> Evidence:
    """Read all that is learnt from."""
    reports = read_reports(STREAM)
    model = tables(reports)
    april = read_reports(APRIL)
    gold = read_gold(april)
    columns = lay(april, model)
    labelled = label_pairs(columns, gold)
    own = {row: fold(name, 0, FOLDS) for row, name in gold.incident.items()}
    parts = [
        (
            labelled,
            np.array([own[row] for row in labelled.first.tolist()]),
            np.array([own[row] for row in labelled.second.tolist()]),
        )
    ]
    judged = [
        Judged(
            "pairs",
            columns,
            find_candidates(columns, model),
            gold.pairs,
            {pair: frozenset(own[row] for row in pair) for pair in gold.pairs},
            {pair: tuple({gold.incident[row] for row in pair}) for pair in gold.pairs},
        )
    ]
    wider = read_wider(reports)
    weeks = np.array([fold_of(one) for one, _, _ in wider])
    parts.append((label_wider(wider, model), weeks, weeks))
    for days in STRETCHES:
        judged += _stretch(reports, model, days)
    for window in read_windows(reports, "learn"):
        laid = lay(window.reports, model)
        held = label_window(window, laid, model)
        at = fold_of(window.reports[min(window.pages)])
        parts.append((held, np.full(len(held.label), at), np.full(len(held.label), at)))
        judged.append(whole(window, laid, model, at))
    return Evidence(model, read_stream(reports, model), tuple(parts), tuple(judged))


def _stretch(reports: Sequence[Report], model: Model, days: tuple[date, date]) -> Iterable[Judged]:
    """The pairs of other weeks within some days."""
    within = [r for r in reports if days[0] <= r.happened.start.date() <= days[1]]
    columns = lay(within, model)
    found = find_candidates(columns, model)
    for kind, files in (("pairs", PICKED), ("near line", NEAR_LINE)):
        yield _picked(kind, read_wider(reports, "learn", files), within, columns, found)


def _picked(
    kind: str, picked: Wider, within: Sequence[Report], columns: Columns, found: Candidates
) -> Judged:
    """Those of some picked pairs that lie within some days."""
    row = {report.id: number for number, report in enumerate(within)}
    pairs, folds, clusters = {}, {}, {}
    for one, other, same in picked:
        if one.id in row and other.id in row:
            a, b = sorted((row[one.id], row[other.id]))
            pairs[a, b], folds[a, b] = same, frozenset({fold_of(one)})
            # pairs of a day and place hang together
            clusters[a, b] = (f"{one.happened.start.date()} {one.place}",)
    return Judged(kind, columns, found, pairs, folds, clusters)


def whole(window: Window, columns: Columns, model: Model, at: int) -> Judged:
    """A whole window, to be judged."""
    names = {row: f"{window.name} {page.incident}" for row, page in window.pages.items()}
    return Judged(
        "window",
        columns,
        find_candidates(columns, model),
        window.pairs,
        dict.fromkeys(window.pairs, frozenset({at})),
        {pair: tuple({names[row] for row in pair}) for pair in window.pairs},
        window,
    )


def grouped(part: Judged, model: Model) -> Groups:
    """The partition of its labelled reports and of what hangs together with them."""
    first, second = part.found.first, part.found.second
    nats = score_pairs(part.columns, first, second, np.array(model.weights))
    tied = nats > model.keep_joined
    first, second, nats = first[tied], second[tied], nats[tied]
    root = merge_kernels.roots(len(part.columns.day), first, second)
    labelled = np.array(sorted({row for pair in part.pairs for row in pair}))
    near = np.isin(root, root[labelled])[first]
    return merge(part.columns, first[near], second[near], nats[near], model)


Counts = dict[str, Floats]
"""For each incident: hits and misses weighed by true incidents, hits and false joins by held ones."""


def count(part: Judged, group: NDArray[np.int64], held: int | None) -> Counts:
    """Pairs that a fold keeps back (all for None), by incident; a pair of two incidents is counted half for each.

    Pairs of a window are weighed as links, see `fusion_windows`; picked pairs count one each.
    """
    found: defaultdict[str, Floats] = defaultdict(lambda: np.zeros(4))
    joined: Counter[int] = Counter()
    rows_of: Counter[str] = Counter()
    if part.window is not None:
        pages = part.window.pages
        joined.update(at for at, _ in {(int(group[row]), p.name) for row, p in pages.items()})
        rows_of.update(page.name for page in pages.values())
    for (a, b), same in part.pairs.items():
        together = bool(group[a] == group[b])
        if not (same or together) or (held is not None and held not in part.folds[a, b]):
            continue
        share = 1.0 if held is None else 1.0 / len(part.folds[a, b])
        true = ours = share
        if part.window is not None:
            one, other = part.window.pages[a], part.window.pages[b]
            share /= rows_of[one.name] * rows_of[other.name]
            true = share * 2.0 / part.window.size[one.incident]
            ours = share * 2.0 / joined[int(group[a])] if together else 0.0
        told = np.array(
            [same * together * true, same * (not together) * true, same * together * ours,
             (not same) * together * ours]
        )  # fmt: skip
        names = part.clusters[a, b]
        for name in names:
            found[name] += told / len(names)
    return dict(found)


def added(counts: Iterable[Counts]) -> Counts:
    """Counts put together."""
    found: defaultdict[str, Floats] = defaultdict(lambda: np.zeros(4))
    for each in counts:
        for name, told in each.items():
            found[name] += told
    return dict(found)


def score(counts: Counts) -> Score:
    """Precision and recall of some counts."""
    hit, missed, right, false = sum(counts.values(), np.zeros(4)).tolist()
    recall, precision = hit / max(hit + missed, 1e-9), right / max(right + false, 1e-9)
    return Score(hit, hit / max(precision, 1e-9) - hit, hit / max(recall, 1e-9) - hit)


def interval(counts: Counts) -> tuple[tuple[float, float], ...]:
    """The middle nine tenths of precision, recall and F1 when incidents are drawn anew, 2,000 times."""
    dice = np.random.default_rng(1)
    told = np.array([counts[name] for name in sorted(counts)])
    drawn = []
    for _ in range(2000):
        some = score({"": told[dice.integers(0, len(told), len(told))].sum(axis=0)})
        drawn.append((some.precision, some.recall, some.f1))
    low, high = np.quantile(np.array(drawn), [0.05, 0.95], axis=0)
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def counted(evidence: Evidence, model: Model, held: int | None) -> dict[str, Counts]:
    """What a model does on the pairs and windows that a fold keeps back."""
    found: dict[str, list[Counts]] = {kind: [] for kind in KINDS}
    for part in evidence.judged:
        if held is None or any(held in folds for folds in part.folds.values()):
            found[part.kind].append(count(part, grouped(part, model).group, held))
    return {kind: added(parts) for kind, parts in found.items()}


def best(tried: Mapping[tuple[float, float], Sequence[dict[str, Counts]]]) -> tuple[float, float]:
    """The settings that do best on pairs and windows together: precision on pairs first, then F1 of both."""

    def worth(settings: tuple[float, float]) -> tuple[float, float]:
        pairs, windows = (
            score(added(each[kind] for each in tried[settings])) for kind in ("pairs", "window")
        )
        return min(pairs.precision, PRECISE), pairs.f1 + windows.f1

    return max(tried, key=worth)


def standings(part: Judged, groups: Groups) -> list[tuple[Standing, float, float]]:
    """For each labelled report of a window: how it stands, the share that is right, and its weight.

    Among others: the share of the other labelled pages of its group that tell of its event. Alone: whether no
    other labelled page does.
    """
    if part.window is None:
        return []
    with_it: defaultdict[int, list[bool]] = defaultdict(list)
    fellows: set[int] = set()
    for (a, b), same in part.window.pairs.items():
        if groups.group[a] == groups.group[b]:
            with_it[a].append(same)
            with_it[b].append(same)
        if same:
            fellows |= {a, b}
    found = []
    for row in part.window.pages:
        standing = groups.standing(row)
        if standing.size == 1:
            found.append((standing, float(row not in fellows), 1.0))
        elif with_it[row]:
            right = with_it[row]
            found.append((standing, sum(right) / len(right), 1.0 / len(right)))
    return found


def read_sureness(lines: Sequence[tuple[Standing, float, float]]) -> Sureness:
    """How evidence is read as a chance, as labelled reports bear it out: weighted logistic regression.

    No evidence speaks the wrong way: a part that would is left out.
    """
    fitted = []
    for alone in (False, True):
        own = [line for line in lines if (line[0].size == 1) == alone]
        told = np.array([standing.parts() for standing, _, _ in own])
        right, weight = np.array([line[1] for line in own]), np.array([line[2] for line in own])
        kept = list(range(told.shape[1]))
        while True:
            beta = np.zeros(told.shape[1])
            beta[kept] = _logistic(told[:, kept], right, weight)
            wrong = [part for part in kept[1:] if (beta[part] > 0) == alone]
            if not wrong:
                break
            kept = [part for part in kept if part not in wrong]
        fitted.append(tuple(round(float(value), 3) for value in beta))
    return Sureness(joined=fitted[0], alone=fitted[1])


def _logistic(told: Floats, right: Floats, weight: Floats) -> Floats:
    """Weighted logistic regression with a small ridge."""
    beta = np.zeros(told.shape[1])
    for _ in range(100):
        held = 1.0 / (1.0 + np.exp(-np.clip(told @ beta, -30, 30)))
        slope = told.T @ (weight * (held - right)) + 0.5 * beta
        bend = (told * (weight * held * (1 - held))[:, None]).T @ told
        step = np.linalg.solve(bend + 0.5 * np.eye(len(beta)), slope)
        beta -= step * min(1.0, 0.5 / max(float(np.abs(step).max()), 1e-12))
    return beta


@dataclass(frozen=True)
class Nested:
    """What nested cross-validation gives.

    Attributes:
        counts: Of pairs and of windows, each judged by a model that did not see it.
        settings: What each fold chose.
        stated: For each labelled report whether it is alone, the chance stated, the share right, and its weight.
        chosen: The settings chosen by all folds together.
        sureness: How evidence is read as a chance, learnt on what was kept back.
    """

    counts: dict[str, Counts]
    settings: tuple[tuple[float, float], ...]
    stated: tuple[tuple[bool, float, float, float], ...]
    chosen: tuple[float, float]
    sureness: Sureness


def nested(evidence: Evidence) -> Nested:
    """Judge every label by a model whose weights, settings and chance were learnt without it."""
    without = {
        held: replace(evidence.model, weights=evidence.weights(held))
        for held in [(k,) for k in range(FOLDS)] + list(combinations(range(FOLDS), 2))
    }
    totals: list[dict[str, Counts]] = []
    settings, stated = [], []
    for k in range(FOLDS):
        others = [j for j in range(FOLDS) if j != k]
        inner = {j: without[min(j, k), max(j, k)] for j in others}
        chosen = best(
            {at: [counted(evidence, set_to(inner[j], at), j) for j in others] for at in SETTINGS}
        )
        settings.append(chosen)
        learnt = [line for j in others for line in _lines(evidence, set_to(inner[j], chosen), j)]
        model = replace(set_to(without[k,], chosen), sureness=read_sureness(learnt))
        totals.append(counted(evidence, model, k))
        stated += [
            (standing.size == 1, model.probability(standing), right, weight)
            for standing, right, weight in _lines(evidence, model, k)
        ]
    chosen = best(
        {
            at: [counted(evidence, set_to(without[k,], at), k) for k in range(FOLDS)]
            for at in SETTINGS
        }
    )
    kept_back = [
        line for k in range(FOLDS) for line in _lines(evidence, set_to(without[k,], chosen), k)
    ]
    counts = {kind: added(each[kind] for each in totals) for kind in KINDS}
    return Nested(counts, tuple(settings), tuple(stated), chosen, read_sureness(kept_back))


def set_to(model: Model, settings: tuple[float, float]) -> Model:
    """The model with its merge set."""
    return replace(model, keep_joined=settings[0], blend=settings[1])


def _lines(evidence: Evidence, model: Model, held: int) -> list[tuple[Standing, float, float]]:
    return [
        line
        for part in evidence.judged
        if part.window is not None and held in next(iter(part.folds.values()))
        for line in standings(part, grouped(part, model))
    ]
