"""Fusion of sightings against known truth, side by side, in one run.

    python benchmarks/fusion.py [--rows 50000] [--large 1000000]

Ours, connected components of the same scored pairs, and single reports (the floor). Seeds 11 to 13
were not used for learning (seed 101 was).
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from fusion_synth import generate, score_pairs
from waarborg.incidents import merge_kernels
from waarborg.incidents.sighting_columns import SightingModel, Sightings
from waarborg.incidents.sightings import fuse_columns, slab_edges
from waarborg.store.fusion_models import sighting_model

PROFILES = (("sparse", 0.0), ("mixed", 0.0), ("dense", 0.0), ("barrage", 0.0), ("mixed", 0.05))
SEEDS = (11, 12, 13)
BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)

Method = Callable[[Sightings, SightingModel], np.ndarray]


def seen(made: dict[str, np.ndarray]) -> Sightings:
    """Generated reports without the truth."""
    return Sightings(
        id=made["report_id"],
        t=made["t"],
        longitude=made["lon"],
        latitude=made["lat"],
        precision_s=made["t_prec"].astype(float),
        precision_m=made["pos_prec"].astype(float),
        source=made["source"].astype(np.int64),
        kind=made["kind"].astype(np.int64),
        type=made["etype"].astype(np.int64),
        count=made["count"].astype(float),
    )


def ours(rows: Sightings, model: SightingModel) -> np.ndarray:
    """Best gain first with soft source exclusivity."""
    return fuse_columns(rows, model).incident


def components(rows: Sightings, model: SightingModel) -> np.ndarray:
    """Everything tied by a positive gain."""
    found = slab_edges(rows, replace(model, cut=2.0))
    return merge_kernels.roots(len(rows.id), found.first, found.second)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    asked = parser.parse_args()
    model = sighting_model()
    fuse_columns(seen(generate(2000, 1, "mixed")), model)
    print(f"{'profile':10}{'repeats':>8} {'method':24}{'F1':>7}{'P':>7}{'R':>7}{'B3':>7}{'s':>8}")
    methods: tuple[tuple[str, Method], ...] = (
        ("waarborg", ours),
        ("components, gain > 2", components),
    )
    for profile, repeats in PROFILES:
        made = [generate(asked.rows, seed, profile, repeat_rate=repeats) for seed in SEEDS]
        for name, method in methods:
            scores, spent = [], 0.0
            for one in made:
                start = time.perf_counter()
                found = method(seen(one), model)
                spent += time.perf_counter() - start
                score = score_pairs(one["incident"], found)
                scores.append([score[k] for k in ("f1", "precision", "recall", "b3_f1")])
            f1, precision, recall, b3 = np.mean(scores, axis=0)
            print(
                f"{profile:10}{repeats:8.2f} {name:24}{f1:7.3f}{precision:7.3f}{recall:7.3f}{b3:7.3f}"
                f"{spent / len(made):8.2f}",
                flush=True,
            )
    made = generate(asked.rows, SEEDS[0], "mixed")
    fused = fuse_columns(seen(made), model)
    print("\ncalibration, mixed: incidents of several reports by stated probability")
    names, at = np.unique(fused.incident, return_index=True)
    pure = {
        name: len(set(truth)) == 1
        for name, truth in zip(
            names, np.split(*_by_group(fused.incident, made["incident"])), strict=True
        )
    }
    sizes = dict(zip(*np.unique(fused.incident, return_counts=True), strict=True))
    chance = dict(zip(names, fused.probability[at], strict=True))
    for low, high in pairwise(BANDS):
        held = [n for n in names if sizes[n] > 1 and low <= chance[n] < high]
        if held:
            print(
                f"  {low:.2f} to {high:.2f}: stated {np.mean([chance[n] for n in held]):.2f}, "
                f"of one event {np.mean([pure[n] for n in held]):.2f}, {len(held):,} incidents"
            )
    rows = seen(generate(asked.large, SEEDS[0], "mixed"))
    start = time.perf_counter()
    fuse_columns(rows, model)
    spent = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\n{asked.large:,} reports in {spent:.2f} s, {asked.large / spent:,.0f} a second, peak {peak:,.0f} MB"
    )


def _by_group(group: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Truth sorted by group, and where each further group begins."""
    order = np.argsort(group, kind="stable")
    return truth[order], np.flatnonzero(np.diff(group[order])) + 1


if __name__ == "__main__":
    main()
