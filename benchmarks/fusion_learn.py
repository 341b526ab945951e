"""What the fusion model is learnt from: the stream of reports, labelled pairs and whole windows.

Two sources of evidence, neither of them the agreement:

1. The stream against itself shifted by weeks. Pairs of the shifted stream cannot be one event; what
   real pairs have in excess of them is. This needs no label.
2. The development incidents, labelled by hand; pairs of other weeks and whole windows (the half `learn`),
   labelled by this project.

The shifted stream gives the share of non-matches among real pairs that look alike, so that the
logistic regression learns from soft labels (Elkan and Noto 2008 for the idea of learning from
positive and unlabelled pairs).
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import shape

from fusion_data import Gold, Wider
from fusion_subjects import subjects
from fusion_windows import Window
from waarborg.base.places import Area, Point
from waarborg.base.times import Period
from waarborg.incidents.candidates import find_candidates
from waarborg.incidents.columns import Columns, lay, telling_signs
from waarborg.incidents.compare import compare_pairs
from waarborg.incidents.lexicon import VIOLENCE
from waarborg.incidents.model import FEATURES, USUAL_BURST, Model, place_key, read_model
from waarborg.incidents.words import tokens
from waarborg.reports.report import Report, ReportId

Floats = NDArray[np.float64]

PROVENANCE = (
    "VIINA 2.0 (Zhukov & Ayers, Harvard; ODbL 1.0): addresses, places and days of 1 January to "
    "1 July 2026 without 3 to 16 May; development incidents of 2 to 25 April 2026; picked pairs of "
    "2 January to 30 June 2026 and whole windows of 6 January to 22 June 2026 but for those kept for checking"
)
_VIOLENT = frozenset(VIOLENCE)
BURST_LEAST, BURST_DRAWN = 10, 5.0
"""Reports of force from which a place's bursts are counted, and expected pairs that the usual weighs."""
WORD_DRAWN = 2.0
"""Expected pairs of headlines that the usual weighs for a sign."""
SHIFTS = (21, 28, 35, 42)
SAMPLE = 10_000
STREAM_WEIGHT = 100.0
GOLD_PAIR_WEIGHT = 10.0
WIDER_PAIR_WEIGHT = 10.0
WINDOW_LINK_WEIGHT = 2.0
FIXED = {
    "no_words": -3.0,
    "bare_act_agrees": 1.5,
    "nothing_shared": -0.5,
    "force_next_day": 0.0,
    "again_differs": -4.0,
    "again_later": -8.0,
    "round_ups_of_two_days": -8.0,
    "accounts_days_apart": -0.8,
    "distance": -0.3,
    "agency_differs": -3.5,
    "one_is_threat": -2.0,
    "beyond_window": -100.0,
}
"""Set by hand, because the data cannot tell: no labelled pair lacks a headline, of pairs that share no sign only
those that match are labelled, repetitions and rival services are rare, and the stream takes a daily round-up for
one event. Places of one event lie apart in the stream because the geocoder errs, so the fitted weight of
distance is too small for missions whose places are right."""
SIGNS = {
    **dict.fromkeys(
        (
            "names",
            "concepts",
            "overlap",
            "numbers_agree",
            "said_day_agrees",
            "same_day",
            "same_place",
            "act_agrees",
            "force_same_day",
            "force_next_day",
            "target_agrees",
            "region_agrees",
            "named_day_met",
            "burst_same_day",
            "burst_next_day",
            "town_agrees",
            "toll_agrees",
            "bursting_word",
            "rare_place",
            "overlap_same_day",
            "overlap_root",
            "overlap_one_place",
            "town_and_burst",
            "bursting_other_day",
            "ordinary_one_place",
            "subject_alike",
        ),
        1.0,
    ),
    **dict.fromkeys(
        (
            "numbers_differ",
            "said_day_differs",
            "day_gap",
            "busy_place",
            "distance",
            "area",
            "act_differs",
            "actor_differs",
            "one_is_ordinary_news",
            "target_differs",
            "weapon_differs",
            "agency_differs",
            "again_differs",
            "nothing_shared",
            "one_is_round_up",
            "round_ups_of_two_days",
            "again_later",
            "region_differs",
            "one_is_quiet",
            "accounts_days_apart",
            "one_is_threat",
            "town_differs",
            "town_and_region",
            "toll_differs",
            "one_is_commentary",
            "neither_tells_force",
            "beyond_window",
            "overlap_apart",
            "daily_news_of_two_days",
        ),
        -1.0,
    ),
}
"""Which way a comparison may speak: agreement never against a join, difference never for it."""
WINDOW_DAYS, BLOCK = 7, 400
ZONES = Path(__file__).resolve().parent.parent / "examples/easter-truce-2026/zones.geojson"


def key_of(report: Report) -> str:
    """The report's place in the model's tables."""
    if isinstance(report.place, Point):
        return place_key(report.place.longitude, report.place.latitude)
    return report.place.zone if isinstance(report.place, Area) else ""


def tables(reports: Sequence[Report]) -> Model:
    """Counts of signs and places; the weights are zero."""
    words: Counter[str] = Counter()
    held: Counter[str] = Counter()
    there: dict[str, Counter[str]] = defaultdict(Counter)
    rate: Counter[str] = Counter()
    seen = set()
    days = {report.happened.start for report in reports}
    for report in reports:
        place = key_of(report)
        rate[place] += 1
        if not report.headline or (report.source, report.headline, place) in seen:
            continue
        seen.add((report.source, report.headline, place))
        signs = [sign for sign in tokens(report.headline) if sign[0] != "@"]
        words.update(signs)
        held[place] += 1
        there[place].update(signs)
    total = sum(held.values())
    local = {
        place: common
        for place in sorted(there)
        if place
        and (
            common := {
                sign: count
                for sign, count in sorted(there[place].items())
                if count >= 3 and count / held[place] > 2.0 * words[sign] / total
            }
        )
    }
    text = {
        "version": "viina-2026-6",
        "provenance": PROVENANCE,
        "weights": dict.fromkeys(FEATURES, 0.0),
        "headlines": total,
        "words": {sign: count for sign, count in sorted(words.items()) if count >= 2},
        "place_headlines": {place: held[place] for place in local},
        "place_words": local,
        "place_rate": {
            place: round(count / len(days), 3)
            for place, count in sorted(rate.items())
            if place and count >= 10
        },
        "place_burst": bursts(reports),
        "word_burst": word_bursts(reports),
        "subjects": subjects(reports),
        "zones": zones(),
        "window_days": WINDOW_DAYS,
        "block": BLOCK,
        "keep_joined": 0.0,
        "blend": 0.5,
        "sureness": {"joined": [0.0, 0.0, 1.0, 0.0], "alone": [5.0, 0.0]},
    }
    return read_model(json.dumps(text))


def zones() -> dict[str, list[float]]:
    """Middle and radius of each zone of the mission's map."""
    found = {}
    for feature in json.loads(ZONES.read_text(encoding="utf-8"))["features"]:
        name = feature.get("id") or feature["properties"].get("id") or ""
        outline = shape(feature["geometry"])
        middle = outline.centroid
        cosine = math.cos(math.radians(middle.y))
        parts = getattr(outline, "geoms", [outline])
        radius = max(
            math.hypot((x - middle.x) * 111.195 * cosine, (y - middle.y) * 111.195)
            for part in parts
            for x, y in part.exterior.coords
        )
        found[name] = [round(middle.x, 3), round(middle.y, 3), round(radius, 1)]
    return dict(sorted(found.items()))


def bursts(reports: Sequence[Report]) -> dict[str, tuple[float, float]]:
    """How many times as many pairs of reports of force a place has on a day, and on two days on end, as by chance.

    A page counts once a place. Where little is expected the place is drawn towards what is usual.
    """
    day_of = {day: n for n, day in enumerate(sorted({r.happened.start for r in reports}))}
    counts: dict[str, Floats] = defaultdict(lambda: np.zeros(len(day_of)))
    for place, day, _ in sorted(
        {
            (key_of(r), r.happened.start, r.address)
            for r in reports
            if not _VIOLENT.isdisjoint(tokens(r.headline) if r.headline else ())
        }
    ):
        counts[place][day_of[day]] += 1
    found = {}
    for place, count in counts.items():
        if place and count.sum() >= BURST_LEAST:
            expected = len(count) * count.mean() ** 2
            seen = ((count * (count - 1)).sum(), (count[1:] * count[:-1]).sum())
            found[place] = tuple(
                round(
                    math.log((pairs + BURST_DRAWN * math.exp(usual)) / (expected + BURST_DRAWN)),
                    3,
                )
                for pairs, usual in zip(seen, USUAL_BURST, strict=True)
            )
    return dict(sorted(found.items()))


def word_bursts(reports: Sequence[Report]) -> dict[str, float]:
    """For each sign, how many times as many pairs of headlines with it stand on a day and the next as by chance.

    A headline counts once an outlet. Where little is expected a sign is drawn towards what is usual for signs
    as frequent as it.
    """
    held: dict[str, Counter[int]] = defaultdict(Counter)
    daily: Counter[int] = Counter()
    seen = set()
    for report in reports:
        day = report.happened.start.date().toordinal()
        if not report.headline or (report.source, report.headline) in seen:
            continue
        seen.add((report.source, report.headline))
        daily[day] += 1
        for sign in telling_signs(report):
            if sign[0] not in "@#":
                held[sign][day] += 1
    near = sum(count * (count + 2 * daily[day + 1]) for day, count in sorted(daily.items()))
    chance = near / sum(daily.values()) ** 2
    counted = {}
    for sign, days in held.items():
        many = sum(days.values())
        pairs = sum(n * (n - 1) / 2 + n * days.get(day + 1, 0) for day, n in days.items())
        counted[sign] = (many.bit_length(), pairs, many * (many - 1) / 2 * chance)
    usual = {}
    for rank in {rank for rank, _, _ in counted.values() if rank > 1}:
        alike = [(pairs, expected) for r, pairs, expected in counted.values() if r == rank]
        usual[rank] = sum(p for p, _ in alike) / sum(e for _, e in alike)
    return {
        sign: round(math.log((p + WORD_DRAWN * usual[rank]) / (e + WORD_DRAWN)), 2)
        for sign, (rank, p, e) in sorted(counted.items())
        if rank > 1
    }


@dataclass(frozen=True)
class Stream:
    """Compared pairs of the stream with soft labels, and weights."""

    compared: Floats
    label: Floats
    weight: Floats


def _worded(
    columns: Columns, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.bool_]:
    words = np.diff(columns.sign_start) > 0
    return words[first] & words[second]


def _pages(reports: Sequence[Report]) -> NDArray[np.int64]:
    """A number a page: one page that names several places is several reports, and no evidence."""
    number: dict[str, int] = {}
    return np.array([number.setdefault(report.address, len(number)) for report in reports])


def _shifted(reports: Sequence[Report], columns: Columns, model: Model, days: int) -> Floats:
    """Comparisons of pairs of the stream and its copy some days later."""
    by = timedelta(days=days)
    copies = [
        replace(
            report,
            id=ReportId(report.id + "~"),
            happened=Period(report.happened.start + by, report.happened.end + by),
        )
        for report in reports
    ]
    both = sorted([*reports, *copies], key=lambda report: report.id)
    laid = lay(both, model)
    copy = np.array([report.id.endswith("~") for report in both])
    row = {report.id: number for number, report in enumerate(reports)}
    origin = np.array([row[ReportId(report.id.rstrip("~"))] for report in both])
    said = columns.said_day[origin]
    said = np.where((said >= 0) & copy, said + days, said)
    laid = replace(laid, said_day=said)
    found = find_candidates(laid, replace(model, block=100_000))
    cross = copy[found.first] != copy[found.second]
    cross &= _worded(laid, found.first, found.second)
    page = _pages(both)
    cross &= page[found.first] != page[found.second]
    return compare_pairs(laid, found.first[cross], found.second[cross])


def _expand(compared: Floats) -> Floats:
    """The comparisons with products of the graded ones, for the density ratio only."""
    graded = [
        FEATURES.index(name)
        for name in ("names", "concepts", "overlap", "day_gap", "distance", "busy_place")
    ]
    products = [
        compared[:, [i]] * compared[:, [j]] for at, i in enumerate(graded) for j in graded[at:]
    ]
    return np.hstack([compared, *products])


def regress_signed(
    compared: Floats, label: Floats, weight: Floats, ridge: float, fixed: dict[str, float]
) -> Floats:
    """As `regress`, but no weight may speak the wrong way: such a weight is set to zero."""
    held = dict(fixed)
    while True:
        beta = regress(compared, label, weight, ridge, held)
        wrong = [
            name
            for name, sign in SIGNS.items()
            if name not in held and beta[FEATURES.index(name)] * sign < 0
        ]
        if not wrong:
            return beta
        held |= dict.fromkeys(wrong, 0.0)


def regress(
    compared: Floats, label: Floats, weight: Floats, ridge: float, fixed: dict[str, float]
) -> Floats:
    """Weighted logistic regression with a ridge, by Newton's method; some weights may be fixed."""
    width = compared.shape[1]
    mean = np.zeros(width)
    penalty = np.full(width, ridge)
    penalty[0] = 0.01
    for name, value in fixed.items():
        mean[FEATURES.index(name)] = value
        penalty[FEATURES.index(name)] = 1e7
    beta = mean.copy()
    for _ in range(60):
        chance = 1.0 / (1.0 + np.exp(-np.clip(compared @ beta, -30, 30)))
        slope = compared.T @ (weight * (chance - label)) + penalty * (beta - mean)
        bend = (compared * (weight * chance * (1 - chance))[:, None]).T @ compared
        step = np.linalg.solve(bend + np.diag(penalty) + 1e-6 * np.eye(width), slope)
        beta -= step
        if np.abs(step).max() < 1e-7:
            break
    return beta


def read_stream(reports: Sequence[Report], model: Model) -> Stream:
    """Soft labels for pairs of the stream, from what they have in excess of the shifted stream."""
    dice = np.random.default_rng(1)
    columns = lay(reports, model)
    found = find_candidates(columns, model)
    page = _pages(reports)
    worded = _worded(columns, found.first, found.second)
    worded &= page[found.first] != page[found.second]
    real = compare_pairs(columns, found.first[worded], found.second[worded])
    count = len(real)
    real = real[dice.choice(count, min(count, SAMPLE), replace=False)]
    span = float(columns.day.max() - columns.day.min())
    nulls, null_weights = [], []
    for shift in SHIFTS:
        null = _shifted(reports, columns, model, shift)
        # each unordered pair is met twice, and the two copies overlap for the span less the shift
        expected = len(null) * 0.5 * span / (span - shift)
        chosen = null[dice.choice(len(null), min(len(null), SAMPLE), replace=False)]
        nulls.append(chosen)
        null_weights.append(np.full(len(chosen), expected / len(chosen) / len(SHIFTS)))
    null, null_weight = np.vstack(nulls), np.concatenate(null_weights)
    weight = np.r_[np.full(len(real), count / len(real)), null_weight]
    ratio = regress(
        _expand(np.vstack([real, null])),
        np.r_[np.ones(len(real)), np.zeros(len(null))],
        weight,
        5.0,
        {},
    )
    match = np.clip(1.0 - np.exp(-(_expand(real) @ ratio)), 0.0, 1.0)
    return Stream(
        np.vstack([real, null]),
        np.r_[match, np.zeros(len(null))],
        weight,
    )


@dataclass(frozen=True)
class Labelled:
    """Compared pairs of the development incidents."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    compared: Floats
    label: Floats
    weight: Floats

    def only(self, use: NDArray[np.bool_]) -> Labelled:
        """Some of the pairs."""
        return Labelled(
            self.first[use],
            self.second[use],
            self.compared[use],
            self.label[use],
            self.weight[use],
        )


def label_pairs(columns: Columns, gold: Gold) -> Labelled:
    """All pairs of labelled reports within the window; the picked pairs weigh more."""
    first, second, label, weight = [], [], [], []
    for a, b in combinations(sorted(gold.incident), 2):
        same = gold.pairs.get((a, b), gold.incident[a] == gold.incident[b])
        if abs(columns.day[a] - columns.day[b]) > WINDOW_DAYS + 0.5:
            continue
        if not same and gold.several & {a, b} and (a, b) not in gold.pairs:
            continue
        first.append(a)
        second.append(b)
        label.append(float(same))
        weight.append(GOLD_PAIR_WEIGHT if (a, b) in gold.pairs else 1.0)
    one, two = np.array(first), np.array(second)
    return Labelled(one, two, compare_pairs(columns, one, two), np.array(label), np.array(weight))


def label_wider(wider: Wider, model: Model) -> Labelled:
    """The pairs of other weeks, compared."""
    held = sorted({r.id: r for pair in wider for r in pair[:2]}.values(), key=lambda r: r.id)
    row = {report.id: number for number, report in enumerate(held)}
    one = np.array([row[a.id] for a, _, _ in wider])
    two = np.array([row[b.id] for _, b, _ in wider])
    compared = compare_pairs(lay(held, model), one, two)
    label = np.array([float(same) for _, _, same in wider])
    return Labelled(one, two, compared, label, np.full(len(label), WIDER_PAIR_WEIGHT))


def label_window(window: Window, columns: Columns, model: Model) -> Labelled:
    """The judged pairs of a whole window that fusion would look at, weighed as links."""
    found = find_candidates(columns, model)
    looked_at = set(zip(found.first.tolist(), found.second.tolist(), strict=True))
    rows_of = Counter(page.name for page in window.pages.values())
    first, second, label, weight = [], [], [], []
    for (a, b), same in window.pairs.items():
        near = columns.place[a] == columns.place[b] and columns.mood[a] & columns.mood[b] & 1
        if same or near or (a, b) in looked_at:
            one, other = window.pages[a], window.pages[b]
            size = max(2, window.size[one.incident], window.size[other.incident])
            first.append(a)
            second.append(b)
            label.append(float(same))
            weight.append(WINDOW_LINK_WEIGHT * 2 / size / rows_of[one.name] / rows_of[other.name])
    one_row, two_row = np.array(first), np.array(second)
    compared = compare_pairs(columns, one_row, two_row)
    return Labelled(one_row, two_row, compared, np.array(label), np.array(weight))


def learn(stream: Stream, *labelled: Labelled) -> tuple[float, ...]:
    """The weights, from the stream and the labelled pairs that may be used."""
    beta = regress_signed(
        np.vstack([*(part.compared for part in labelled), stream.compared]),
        np.concatenate([*(part.label for part in labelled), stream.label]),
        np.concatenate(
            [
                *(part.weight for part in labelled),
                stream.weight * (STREAM_WEIGHT / stream.weight.size),
            ]
        ),
        1.0,
        FIXED,
    )
    return tuple(round(float(value), 3) for value in beta)
