"""Learn how far off incidents of sightings are, and check it on seeds kept back.

    python benchmarks/doubt_fit.py --out src/waarborg/incidents/tables/doubt-synthetic-1.json
    python benchmarks/doubt_fit.py --check

Learnt on the seeds 101 to 103 in four profiles, checked on 11 to 13. The truth of an incident is the
event that most of its sightings report (of two, the smaller number): joins are as fusion makes them,
wrong ones included.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fusion_data import seen
from fusion_synth import LEAVES, NAMES, PROFILES, generate
from waarborg.incidents.doubt import Doubt, Pictures, pictures, read_doubt
from waarborg.incidents.sightings import fuse_columns
from waarborg.store.fusion_models import doubt_table, sighting_model

Floats = NDArray[np.float64]

LEARN, JUDGE, ROWS, REPEATS = (101, 102, 103), (11, 12, 13), 20_000, 0.05
SURE = (0.5, 0.8)
TEMPERS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
GROSSES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
FEW = 100
FORCE = tuple(
    NAMES.index(name)
    for name in (
        "artillery_152", "artillery_122", "mlrs", "mortar_82", "mortar_120", "mine", "demolition",
        "undetermined_blast", "rifle", "burst", "hmg", "autocannon", "uav_fpv", "air_strike",
    )
)  # fmt: skip
"""Leaf types that are acts of force: explosions, gunfire, strikes from the air; nothing learnt."""
_KM = 111.195
_LAT0, _LON0, _MIDDLE_KM = 14.0, 41.0, 20.0


class Archive:
    """A generated archive, fused, and the truth of its incidents."""

    def __init__(self, seed: int, profile: str) -> None:
        """Make and fuse it; a twentieth of its reports repeat one of their own source."""
        made = generate(ROWS, seed, profile, repeat_rate=REPEATS, with_incidents=True)
        self.made, self.rows, self.model = made, seen(made), sighting_model()
        self.fused = fuse_columns(self.rows, self.model)
        names, at = np.unique(self.fused.incident, return_inverse=True)
        pair, many = np.unique(at.astype(np.int64) << 32 | made["incident"], return_counts=True)
        best = np.lexsort((pair, -many, pair >> 32))
        lead = np.unique((pair >> 32)[best], return_index=True)[1]
        self.truth = (pair & 0xFFFFFFFF)[best][lead]
        self.incident = names

    def held(self, doubt: Doubt) -> Pictures:
        """What is held of its incidents."""
        fused = self.fused
        return pictures(self.rows, fused.incident, fused.probability, self.model, doubt)

    def misses(self, held: Pictures) -> tuple[Floats, Floats]:
        """How far place (metres) and time (seconds) are off."""
        made, cosine = self.made, np.cos(np.radians(_LAT0 + _MIDDLE_KM / _KM))
        east = (held.longitude - _LON0) * _KM * cosine - made["truth_x_km"][self.truth]
        north = (held.latitude - _LAT0) * _KM - made["truth_y_km"][self.truth]
        return 1000.0 * np.hypot(east, north), np.abs(held.t - made["truth_t"][self.truth])

    def leaf(self) -> NDArray[np.int64]:
        """The true leaf of each incident, as a row of the model."""
        row = {int(leaf): at for at, leaf in enumerate(LEAVES)}
        return np.array([row[int(v)] for v in self.made["truth_leaf"][self.truth]])

    def number(self) -> Floats:
        """The true count of each incident."""
        return np.asarray(self.made["truth_count"][self.truth], dtype=float)


def archives(seeds: tuple[int, ...]) -> list[Archive]:
    """All profiles of some seeds."""
    return [Archive(seed, profile) for seed in seeds for profile in PROFILES]


def start() -> Doubt:
    """A table that widens nothing."""
    flat = np.ones((4, len(SURE) + 1))
    leaves = tuple(int(leaf) for leaf in LEAVES)
    return Doubt("", "", "", tuple(NAMES), leaves, FORCE, 1.0, 0.1, SURE, flat, flat)


def _spreads(held: list[Pictures], off: list[Floats], variances: str) -> Floats:
    """The nine tenths of misses in spreads, by witnesses and sureness; seldom classes take the row's."""
    ratio = np.concatenate(
        [miss / np.sqrt(getattr(h, variances)) for h, miss in zip(held, off, strict=True)]
    )
    many = np.concatenate([np.clip(h.witnesses, 1, 4) for h in held])
    sure = np.concatenate([np.digitize(h.probability, SURE) for h in held])
    found = np.empty((4, len(SURE) + 1))
    for row in range(4):
        of_row = many == row + 1
        for column in range(len(SURE) + 1):
            # whoever stands alone stands there whatever is stated of him
            own = of_row & ((sure == column) | (row == 0))
            found[row, column] = np.quantile(ratio[own if own.sum() >= FEW else of_row], 0.9)
    return np.round(found, 3)


def learn() -> dict[str, Any]:
    """The table as plain data."""
    made, table = archives(LEARN), start()

    def surprise(temper: float) -> float:
        return sum(
            -np.log(np.maximum(chances[np.arange(len(leaf)), leaf], 1e-9))[known].sum()
            for archive in made
            for held in [archive.held(replace(table, temper=temper))]
            for chances, leaf, known in [
                (held.types, archive.leaf(), np.isfinite(held.types[:, 0]))
            ]
        )

    def outside(gross: float) -> float:
        within = [
            inside[np.isfinite(held.count)]
            for archive in made
            for held in [archive.held(replace(table, gross=gross))]
            for number in [archive.number()]
            for inside in [(held.count_low <= number) & (number <= held.count_high)]
        ]
        return abs(float(np.concatenate(within).mean()) - 0.9)

    temper, gross = min(TEMPERS, key=surprise), min(GROSSES, key=outside)
    held = [archive.held(table) for archive in made]
    off = [archive.misses(h) for archive, h in zip(made, held, strict=True)]
    return {
        "version": "doubt-synthetic-1",
        "provenance": (
            f"generated reports, seeds 101 to 103, {ROWS} rows each, profiles {', '.join(PROFILES)}, a "
            "twentieth repeats of one source, as synthetic-2 joins them"
        ),
        "model": "synthetic-2",
        "types": list(NAMES),
        "leaves": list(table.leaves),
        "force": list(table.force),
        "temper": temper,
        "gross": gross,
        "sure": list(SURE),
        "where": _spreads(held, [place for place, _ in off], "place_variance").tolist(),
        "time": _spreads(held, [time for _, time in off], "time_variance").tolist(),
    }


def _types_held(held: Pictures, leaf: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Whether the fewest types with nine tenths hold the truth, and how many they are."""
    known = np.isfinite(held.types[:, 0])
    chances, leaf = held.types[known], leaf[known]
    order = np.argsort(-chances, axis=1, kind="stable")
    ranked = np.take_along_axis(chances, order, axis=1)
    enough = (np.cumsum(ranked, axis=1) < 0.9).sum(axis=1) + 1
    place = (order == leaf[:, None]).argmax(axis=1)
    return (place < enough).astype(float), enough.astype(float)


def check(doubt: Doubt) -> None:
    """Print, by profile, how often nine tenths hold the truth on the seeds kept back."""
    print(
        "| profile | incidents | place | median radius, m | time | median span, s | type | types | best type | count |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for profile in PROFILES:
        parts = []
        for seed in JUDGE:
            archive = Archive(seed, profile)
            held = archive.held(doubt)
            place, time = archive.misses(held)
            leaf, number = archive.leaf(), archive.number()
            types, enough = _types_held(held, leaf)
            counted = np.isfinite(held.count)
            right = (held.count_low <= number) & (number <= held.count_high)
            known = np.isfinite(held.types[:, 0])
            best = held.types[known].max(axis=1), held.types[known].argmax(axis=1) == leaf[known]
            parts.append(
                (
                    len(leaf),
                    (place <= held.radius_m).mean(),
                    np.median(held.radius_m),
                    (time <= held.t_high - held.t).mean(),
                    np.median(held.t_high - held.t_low),
                    types.mean(),
                    enough.mean(),
                    best[0].mean() - best[1].mean(),
                    right[counted].mean(),
                )
            )
        n, place, radius, time, span, types, enough, best, count = np.mean(parts, axis=0)
        print(
            f"| {profile} | {n:,.0f} | {place:.3f} | {radius:,.0f} | {time:.3f} | {span:,.0f} | "
            f"{types:.3f} | {enough:.1f} | {best:+.3f} | {count:.3f} |"
        )


def main() -> None:
    """Learn and write, or check."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if asked.out:
        text = json.dumps(learn(), indent=1) + "\n"
        read_doubt(text)
        asked.out.write_text(text, encoding="utf-8")
    if asked.check:
        check(doubt_table())


if __name__ == "__main__":
    main()
