"""Learn who rests on whom from the stream of reports: the table beside the fusion model.

    python benchmarks/copying_fit.py --out src/waarborg/incidents/tables/copying-2026-2.json  # named after its file
    python benchmarks/copying_fit.py --check      # learnt on every other week, judged on the rest

What shows a common origin of two outlets' first accounts of an event (within a day of each other) is
that both name one authority, or that they use nearly the same words. Such signs show by chance as well,
and most common origins show no sign. So for each two outlets

    signs seen ~ binomial(events both told of, shown * shared + chance * (1 - shared))

- `chance`: two separate articles of one outlet on one event, which are no copies, use nearly the same words in so
  many of a hundred cases; and two outlets would both name one authority by chance, each as often as
  it does.
- `shown`: how often a headline names the authority when another one on the same event does, squared
  (as in capture and recapture); and how often headlines that name one authority use nearly the same
  words besides.
- `shared` comes from one beta distribution for all pairs of outlets, whose two numbers make the counts
  most likely (empirical Bayes), so that pairs seen seldom stay near the others.

What this rests on and no data here can test: that a headline which names no authority rests on the same
one as often as a headline which names it. Were it less often, every chance would be smaller.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fusion_data import STREAM, read_reports
from waarborg.incidents.copying import Shown
from waarborg.incidents.fuse import fuse
from waarborg.incidents.genre import TELLING, Genre, genre
from waarborg.incidents.origins import one_wording, origins, shown
from waarborg.reports.report import Report
from waarborg.store.fusion_models import fusion_model

Floats = NDArray[np.float64]

PROVENANCE = (
    "VIINA 2.0 (Zhukov & Ayers, Harvard; ODbL 1.0): addresses and days of 1 January to 1 July 2026 without "
    "3 to 16 May, put together by the fusion model"
)
LARGEST = 12
"""Incidents of more reports are left out: too many of them hold more than one event."""
MOST = 50.0
"""No sign counts more than this many times."""
BY_HAND = {Shown.NAMED: MOST, Shown.DIFFERENT: 0.2, Shown.UNREAD: 1.0}
"""Hardly any headline names another outlet, and six pairs name different authorities: set by hand."""
GRID = (np.arange(400) + 0.5) / 400.0
_FORCE = (Genre.ACCOUNT, Genre.FOLLOW_UP)


@dataclass(frozen=True)
class Told:
    """Two outlets' first accounts of one event."""

    pair: tuple[str, str]
    gap: int
    sign: Shown
    named: tuple[bool, bool]
    wording: bool
    week: int


@dataclass(frozen=True)
class Counted:
    """Everything the table is learnt from."""

    told: tuple[Told, ...]
    own: tuple[bool, ...]
    rates: dict[str, dict[str, float]]
    telling: float


def _first(reports: Iterable[Report]) -> dict[str, list[Report]]:
    """The accounts of force of each outlet, each headline once, by day."""
    held: dict[str, dict[str, Report]] = defaultdict(dict)
    for report in sorted(reports, key=lambda r: (r.happened.start, r.id)):
        if report.headline and genre(report.headline).genre in _FORCE:
            held[report.source].setdefault(report.headline, report)
    return {source: list(found.values()) for source, found in held.items()}


def count(reports: Sequence[Report]) -> Counted:
    """Go through the incidents and count what their headlines show."""
    by_id = {report.id: report for report in reports}
    told: list[Told] = []
    own: list[bool] = []
    readable = speaking = 0
    for incident in fuse(reports, fusion_model()):
        inside = [by_id[name] for name in incident.reports]
        if len({r.source for r in inside}) > 1:
            kinds = [genre(r.headline).genre for r in inside if r.headline]
            readable, speaking = readable + len(kinds), speaking + sum(k in TELLING for k in kinds)
        if len(inside) > LARGEST:
            continue
        first = _first(inside)
        own += [
            one_wording(held[0].headline, held[1].headline)
            for held in first.values()
            if len(held) > 1 and (held[1].happened.start - held[0].happened.start).days <= 1
        ]
        for one, other in combinations(sorted(first), 2):
            a, b = first[one][0], first[other][0]
            gap = (b.happened.start - a.happened.start).days
            if abs(gap) <= 1:
                named = (bool(origins(a.headline)), bool(origins(b.headline)))
                wording = one_wording(a.headline, b.headline)
                week = a.happened.start.toordinal() // 7
                told.append(Told((one, other), gap, shown(a, b), named, wording, week))
    return Counted(tuple(told), tuple(own), _rates(reports), speaking / readable)


def _rates(reports: Iterable[Report]) -> dict[str, dict[str, float]]:
    """How often each outlet's headlines on force name each authority."""
    all_of: Counter[str] = Counter()
    naming: dict[str, Counter[str]] = defaultdict(Counter)
    for source, held in _first(reports).items():
        all_of[source] = len(held)
        naming[source].update(name for report in held for name in origins(report.headline))
    return {s: {name: n / all_of[s] for name, n in held.items()} for s, held in naming.items()}


@dataclass(frozen=True)
class Signs:
    """How often signs show: the four numbers that all pairs of outlets have in common."""

    wording: float
    wording_by_chance: float
    both_name: float
    both_name_by_chance: float

    @property
    def shown(self) -> float:
        """The chance that a common origin shows."""
        return 1.0 - (1.0 - self.both_name) * (1.0 - self.wording)


def learn_signs(counted: Counted, told: Sequence[Told]) -> Signs:
    """How often signs show when the origin is common, and when it is not."""
    one_origin = [t for t in told if t.sign is Shown.ORIGIN]
    either = sum(any(t.named) for t in told)
    both = sum(all(t.named) for t in told)
    detected = 2.0 * len(one_origin) / (either + both)
    pairs = {t.pair for t in told}
    by_chance = float(np.mean([chance_of_one_name(counted, pair) for pair in sorted(pairs)]))
    return Signs(
        wording=(sum(t.wording for t in one_origin) + 1.0) / (len(one_origin) + 2.0),
        wording_by_chance=(sum(counted.own) + 1.0) / (len(counted.own) + 2.0),
        both_name=detected**2,
        both_name_by_chance=by_chance,
    )


def chance_of_one_name(counted: Counted, pair: tuple[str, str]) -> float:
    """The chance that two outlets name one authority, each as often as it does by itself."""
    one, other = (counted.rates.get(source, {}) for source in pair)
    return sum(one[name] * other[name] for name in one.keys() & other.keys())


@dataclass(frozen=True)
class Learnt:
    """The beta distribution of all pairs, and what is held of each."""

    mean: float
    strength: float
    events: dict[tuple[str, str], int]
    seen: dict[tuple[str, str], int]
    by_chance: dict[tuple[str, str], float]
    posterior: dict[tuple[str, str], Floats]


def learn(counted: Counted, told: Sequence[Told], signs: Signs) -> Learnt:
    """Learn the chance of a common origin for each two outlets."""
    pairs = sorted({t.pair for t in told})
    events = {p: sum(t.pair == p for t in told) for p in pairs}
    tied = (Shown.NAMED, Shown.ORIGIN, Shown.WORDING)
    seen = {p: sum(t.pair == p and t.sign in tied for t in told) for p in pairs}
    by_chance = {p: signs.wording_by_chance + chance_of_one_name(counted, p) for p in pairs}
    log_chance = np.stack(
        [
            seen[p] * np.log(rate) + (events[p] - seen[p]) * np.log1p(-rate)
            for p in pairs
            for rate in [signs.shown * GRID + by_chance[p] * (1.0 - GRID)]
        ]
    )
    best: tuple[float, float, float, Floats] | None = None
    for mean, strength in product(np.arange(0.05, 0.8, 0.01), (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)):
        prior = (mean * strength - 1.0) * np.log(GRID)
        prior = prior + ((1.0 - mean) * strength - 1.0) * np.log1p(-GRID)
        prior -= np.log(np.exp(prior - prior.max()).sum()) + prior.max()
        both = log_chance + prior
        top = both.max(axis=1, keepdims=True)
        fit = float((np.log(np.exp(both - top).sum(axis=1)) + top[:, 0]).sum())
        if best is None or fit > best[0]:
            best = (fit, float(mean), strength, np.exp(both - top))
    assert best is not None  # noqa: S101  # the grid is not empty
    shares = best[3] / best[3].sum(axis=1, keepdims=True)
    posterior = dict(zip(pairs, shares, strict=True))
    return Learnt(best[1], best[2], events, seen, by_chance, posterior)


def table(version: str, counted: Counted, told: Sequence[Told]) -> dict[str, Any]:
    """The table as plain data."""
    signs = learn_signs(counted, told)
    learnt = learn(counted, told, signs)
    nothing = (1.0 - signs.shown) / (1.0 - signs.wording_by_chance - signs.both_name_by_chance)
    times = BY_HAND | {
        Shown.ORIGIN: min(signs.both_name / signs.both_name_by_chance, MOST),
        Shown.WORDING: min(signs.wording / signs.wording_by_chance, MOST),
        Shown.NOTHING: nothing,
    }
    ties = []
    for pair, shares in learnt.posterior.items():
        reached = shares.cumsum()
        ties.append(
            {
                "one": pair[0],
                "other": pair[1],
                "events": learnt.events[pair],
                "shown": learnt.seen[pair],
                "chance": round(learnt.by_chance[pair] * learnt.events[pair], 2),
                "shared": round(float(shares @ GRID), 3),
                "low": round(float(GRID[np.searchsorted(reached, 0.05)]), 3),
                "high": round(float(GRID[np.searchsorted(reached, 0.95)]), 3),
                "before": sum(t.pair == pair and t.gap > 0 for t in told),
                "after": sum(t.pair == pair and t.gap < 0 for t in told),
            }
        )
    return {
        "version": version,
        "provenance": f"{PROVENANCE} {fusion_model().version}",
        "usual": round(learnt.mean, 3),
        "strength": learnt.strength,
        "telling": round(counted.telling, 3),
        "times": {sign.value: round(float(times[sign]), 3) for sign in Shown},
        "signs": {name: round(getattr(signs, name), 4) for name in Signs.__dataclass_fields__},
        "ties": ties,
    }


def check(counted: Counted) -> None:
    """Learn on every other week and judge on the weeks between, both ways."""
    tied = (Shown.NAMED, Shown.ORIGIN, Shown.WORDING)
    gain = total = foreseen = 0.0
    seen: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for half in (0, 1):
        given = [t for t in counted.told if t.week % 2 == half]
        signs = learn_signs(counted, given)
        learnt = learn(counted, given, signs)
        print(f"mean {learnt.mean:.2f}, strength {learnt.strength:.0f}, {signs}")
        for pair, shares in learnt.posterior.items():
            judged = [t.sign in tied for t in counted.told if t.pair == pair and t.week % 2 != half]
            rates = [
                signs.shown * share + learnt.by_chance[pair] * (1.0 - share)
                for share in (float(shares @ GRID), learnt.mean, 0.0)
            ]
            k, n = sum(judged), len(judged)
            fits = [k * np.log(rate) + (n - k) * np.log(1.0 - rate) for rate in rates]
            gain, total = gain + fits[0] - fits[1], total + fits[0] - fits[2]
            foreseen += rates[0] * n
            seen[pair] = [a + b for a, b in zip(seen[pair], (n, k, rates[0] * n), strict=True)]
    for pair, (n, k, expected) in seen.items():
        print(f"{pair[0]} and {pair[1]}: {n:.0f} events, {k:.0f} signs, {expected:.1f} foreseen")
    print(f"together {sum(k for _, k, _ in seen.values()):.0f} signs, {foreseen:.1f} foreseen")
    print(f"nats over one chance for all pairs {gain:+.1f}, over no common origin {total:+.1f}")


def main() -> None:
    """Learn and write, or check."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    counted = count(read_reports(STREAM))
    if asked.check:
        check(counted)
    if asked.out:
        text = json.dumps(table(asked.out.stem, counted, counted.told), indent=1) + "\n"
        asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
