"""Fusion of sightings against known truth, side by side with its peers, in one run.

    python benchmarks/fusion.py quality [--rows 20000] [--out results.json]
    python benchmarks/fusion.py speed [--sizes 10000,100000,1000000] [--out results.json]
    python benchmarks/fusion.py web [--sizes 1000,10000,100000] [--out results.json]
    python benchmarks/fusion.py plots results.json [more.json]   # SVG into docs/images

Every method runs in a process of its own, so that its peak memory is its own. Peers need the group
`bench` (requirements-bench.lock); whoever lacks it passes `--methods`. Seeds 11 to 13 were not used
for learning (seed 101 was).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numba
import numpy as np

from fusion_peers import components, reference, seen, st_dbscan
from fusion_synth import generate, score_pairs, taxonomy_tables
from waarborg.incidents import sightings
from waarborg.incidents.sighting_columns import Sightings
from waarborg.store.fusion_models import sighting_model

PROFILES = (("sparse", 0.0), ("mixed", 0.0), ("dense", 0.0), ("barrage", 0.0), ("mixed", 0.05))
SEEDS = (11, 12, 13)
METHODS = (
    "waarborg",
    "components",
    "st-dbscan",
    "meltt rules",
    "splink plain",
    "splink evidence",
    "reference",
)
LARGEST = {"st-dbscan": 100_000, "meltt rules": 100_000, "reference": 100_000, "components": 1_000_000,
           "splink plain": 1_000_000, "splink evidence": 1_000_000}  # fmt: skip
BANDS = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99, 1.0001)
BYTES_A_REPORT = 180
"""What three passes over a report's 60 bytes move at the least."""
_WINDOWS = ((0.003, 1.0), (0.006, 1.0), (0.006, 1.5), (0.012, 1.5), (0.012, 2.0), (0.024, 3.0))
"""Days and kilometres tried for MELTT's rules; the truth picks."""


STEPS = {
    "sort": "_by_time",
    "columns": "lay",
    "density": "crowds",
    "pairs and score": "find_edges",
    "merge": "merge_rows",
    "chance": "sureness",
    "repeats": "repeated",
}
"""Each step of our fusion, and the name under which `incidents.sightings` calls it."""


def _waarborg(made: dict[str, np.ndarray], rows: Sightings) -> tuple[np.ndarray, dict[str, object]]:
    """Our fusion, with what each of its steps took in that same run."""
    model = sighting_model()
    steps: dict[str, float] = {}
    pairs = [0]

    def noting(step: str, work):
        def done(*given):
            start = time.perf_counter()
            found = work(*given)
            steps[step] = time.perf_counter() - start
            if step == "pairs and score":
                pairs[0] = len(found.nats)
            return found

        return done

    kept = {name: getattr(sightings, name) for name in STEPS.values()}
    for step, name in STEPS.items():
        setattr(sightings, name, noting(step, kept[name]))
    start = time.perf_counter()
    fused = sightings.fuse_columns(rows, model)
    whole = time.perf_counter() - start
    for name, work in kept.items():
        setattr(sightings, name, work)
    steps["rest"] = whole - sum(steps.values())
    steps["all"] = whole
    curve = _calibration(made["incident"], fused.incident, fused.probability)
    return fused.incident, {"steps": steps, "pairs": pairs[0], "calibration": curve}


def _calibration(
    truth: np.ndarray, incident: np.ndarray, chance: np.ndarray
) -> list[tuple[float, float, int]]:
    """Incidents of several reports, by band: chance stated, share that are of one event, how many."""
    order = np.argsort(incident, kind="stable")
    begin = np.flatnonzero(np.r_[True, np.diff(incident[order]) != 0])
    size = np.diff(np.r_[begin, len(order)])
    low, high = (f.reduceat(truth[order], begin) for f in (np.minimum, np.maximum))
    stated, one = chance[order][begin], low == high
    several = size > 1
    curve = []
    for bottom, top in pairwise(BANDS):
        held = several & (stated >= bottom) & (stated < top)
        if held.sum() >= 20:
            curve.append((float(stated[held].mean()), float(one[held].mean()), int(held.sum())))
    return curve


def _meltt(made: dict[str, np.ndarray]) -> tuple[np.ndarray, dict[str, object]]:
    from fusion_meltt import of_sightings  # noqa: PLC0415  # each process loads what it measures

    family, group, leaf = taxonomy_tables()
    tried = []
    for days, km in _WINDOWS:
        start = time.perf_counter()
        found = of_sightings(made, (leaf, group, family), days, km)
        spent = time.perf_counter() - start
        f1 = score_pairs(made["incident"], found)["f1"]
        tried.append((f1, spent, f"{days} days, {km} km", found))
    _, spent, window, found = max(tried, key=lambda one: one[0])
    return found, {"setting": window, "steps": {"all": spent}}


def _splink(
    made: dict[str, np.ndarray], rows: Sightings, which: str
) -> tuple[np.ndarray, dict[str, object]]:
    import fusion_splink  # noqa: PLC0415  # each process loads what it measures

    levels = fusion_splink.PLAIN if which == "splink plain" else fusion_splink.EVIDENCE
    found = fusion_splink.link(made, rows, levels)
    steps = {"set up": found.setup_s, "predict": found.predict_s, "cluster": found.cluster_s}
    steps["all"] = sum(steps.values())
    return found.incident, {
        "setting": f"threshold {found.threshold}",
        "steps": steps,
        "pairs": found.pairs,
    }


def _run(method: str, made: dict[str, np.ndarray]) -> tuple[np.ndarray, dict[str, object]]:
    rows = seen(made)
    if method == "waarborg":
        return _waarborg(made, rows)
    if method == "meltt rules":
        return _meltt(made)
    if method.startswith("splink"):
        return _splink(made, rows, method)
    start = time.perf_counter()
    if method == "reference":
        found, setting = reference(made, sighting_model()), ""
    else:
        found, setting = (
            components(made, sighting_model()) if method == "components" else st_dbscan(made)
        )
    return found, {"setting": setting, "steps": {"all": time.perf_counter() - start}}


def peak_mb() -> int:
    """The most memory this process held, from Linux's own account of it.

    `getrusage` is of no use here: a process that was started inherits its parent's peak.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024)


def measure(method: str, profile: str, repeats: float, rows: int, seed: int) -> dict[str, object]:
    """One method on one archive, warmed up on a small one."""
    _run(method, generate(2000, 1, "mixed", with_incidents=True))
    made = generate(rows, seed, profile, repeat_rate=repeats, with_incidents=True)
    before = peak_mb()
    found, more = _run(method, made)
    score = score_pairs(made["incident"], found)
    return {
        "method": method, "profile": profile, "repeats": repeats, "rows": rows, "seed": seed,
        "peak_mb": peak_mb(),
        "generator_mb": before,
        **{name: round(score[name], 4) for name in ("f1", "precision", "recall", "b3_f1")},
        **more,
    }  # fmt: skip


def _apart(
    method: str, profile: str, repeats: float, rows: int, seed: int
) -> dict[str, object] | None:
    """`measure` in a process of its own; "web" is web reports, which have no profile."""
    words = [sys.executable, __file__, "one", method, profile, str(repeats), str(rows), str(seed)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        print(f"{method} on {profile}, {rows:,} rows: failed: {last[0]}", flush=True)
        return None
    return json.loads(done.stdout.splitlines()[-1])


@numba.njit(parallel=True)
def _triad(a, b, c):
    for i in numba.prange(len(a)):
        a[i] = b[i] + 3.0 * c[i]


def bandwidth() -> float:
    """Memory bandwidth of this machine in bytes a second: the best of five triads of 1.6 GB."""
    a, b, c = (np.ones(1 << 26) for _ in range(3))
    _triad(a, b, c)
    best = np.inf
    for _ in range(5):
        start = time.perf_counter()
        _triad(a, b, c)
        best = min(best, time.perf_counter() - start)
    return 3 * 8 * len(a) / best


def quality(rows: int, methods: list[str]) -> list[dict[str, object]]:
    """Each method on each profile and seed."""
    found = []
    print(f"{'profile':9}{'repeats':>8} {'method':17}{'F1':>7}{'P':>7}{'R':>7}{'B3':>7}{'s':>8}")
    for profile, repeats in PROFILES:
        for method in methods:
            runs = [_apart(method, profile, repeats, rows, seed) for seed in SEEDS]
            held = [run for run in runs if run]
            found += held
            if held:
                mean = [
                    float(np.mean([run[k] for run in held]))
                    for k in ("f1", "precision", "recall", "b3_f1")
                ]
                spent = float(np.mean([run["steps"]["all"] for run in held]))
                print(
                    f"{profile:9}{repeats:8.2f} {method:17}"
                    + "".join(f"{m:7.3f}" for m in mean)
                    + f"{spent:8.2f}",
                    flush=True,
                )
    return found


def speed(sizes: list[int], methods: list[str], profile: str) -> list[dict[str, object]]:
    """Each method on archives that grow in time at one density; and the floor."""
    found = []
    moved = bandwidth()
    print(f"memory bandwidth {moved / 1e9:.1f} GB/s: floor {moved / BYTES_A_REPORT:,.0f} reports/s")
    found.append({"method": "floor", "bandwidth": moved, "reports_s": moved / BYTES_A_REPORT})
    print(f"{'rows':>10} {'method':17}{'s':>9}{'reports/s':>12}{'peak MB':>9}{'F1':>7}  steps")
    for rows in sizes:
        for method in methods:
            if rows > LARGEST.get(method, sys.maxsize):
                continue
            run = _apart(method, profile, 0.0, rows, SEEDS[0])
            if run:
                found.append(run)
                spent = run["steps"]["all"]
                steps = ", ".join(f"{k} {v:.2f}" for k, v in run["steps"].items() if k != "all")
                print(
                    f"{rows:10,} {method:17}{spent:9.2f}{rows / spent:12,.0f}{run['peak_mb']:9,}{run['f1']:7.3f}  {steps}",
                    flush=True,
                )
    return found


def web(sizes: list[int]) -> list[dict[str, object]]:
    """Web reports, at once and one by one."""
    found = []
    for rows in sizes:
        run = _apart("web", "", 0.0, rows, 0)
        if run:
            found.append(run)
            steps = ", ".join(f"{k} {v:.2f}" for k, v in run["steps"].items() if k != "all")
            spent = run["steps"]["all"]
            print(
                f"{rows:,} web reports at once: {spent:.2f} s, {rows / spent:,.0f} reports/s ({steps}), "
                f"{run['incidents']:,} incidents, peak {run['peak_mb']:,} MB"
            )
            ms = (
                f"{k}: {run[f'{k}_ms'][0]:.1f} ms, {run[f'{k}_ms'][1]:.0f} ms"
                for k in ("new", "late")
            )
            print(
                f"    kept as they come: {run['filled_reports_s']:,.0f} reports/s in bulk; one more, median and "
                f"99th of 100: {'; '.join(ms)}; as at once: {run['same']}",
                flush=True,
            )
    return found


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    for name in ("quality", "speed", "web"):
        part = parts.add_parser(name)
        part.add_argument("--methods", default=",".join(METHODS))
        part.add_argument("--out", type=Path)
        part.add_argument("--rows", type=int, default=20_000)
        part.add_argument(
            "--sizes", default="1000,10000,100000" if name == "web" else "10000,100000,1000000"
        )
        part.add_argument("--profile", default="mixed")
    one = parts.add_parser("one")
    for name, kind in (
        ("method", str),
        ("profile", str),
        ("repeats", float),
        ("rows", int),
        ("seed", int),
    ):
        one.add_argument(name, type=kind)
    plots = parts.add_parser("plots")
    plots.add_argument("results", type=Path, nargs="+")
    asked = parser.parse_args()
    if asked.part == "one" and asked.method == "web":
        from fusion_web import measure as measure_web  # noqa: PLC0415  # only this part reads headlines

        print(json.dumps({**measure_web(asked.rows), "peak_mb": peak_mb()}))
        return
    if asked.part == "one":
        print(
            json.dumps(measure(asked.method, asked.profile, asked.repeats, asked.rows, asked.seed))
        )
        return
    if asked.part == "plots":
        from fusion_plots import draw  # noqa: PLC0415  # only this part draws

        draw(
            [run for path in asked.results for run in json.loads(path.read_text(encoding="utf-8"))]
        )
        return
    methods = asked.methods.split(",")
    sizes = [int(n) for n in asked.sizes.split(",")]
    if asked.part == "quality":
        found = quality(asked.rows, methods)
    else:
        found = web(sizes) if asked.part == "web" else speed(sizes, methods, asked.profile)
    if asked.out:
        kept = [{"part": asked.part, **run} for run in found]
        asked.out.write_text(json.dumps(kept, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
