"""Sightings fused as they come in: reports a second in batches of 50, and one report into many.

    python benchmarks/fusion_stream.py [--rows 100000] [--large 1000000] [--batches 100]

Reports are handed in in the order in which they arrive, 50 at a time, once from the middle of an archive,
as a mission lives, and once at its end, where only latecomers from many days are left. Then single
reports, of any time in the archive, go into the large one. Each time the incidents are held against
fusing everything at once.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from fusion import seen
from fusion_synth import generate
from waarborg.incidents.sightings import fuse_columns
from waarborg.incidents.stream import Stream
from waarborg.store.fusion_models import sighting_model

BATCH = 50
SINGLE = 200


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--batches", type=int, default=100)
    asked = parser.parse_args()
    model = sighting_model()
    for profile in ("sparse", "mixed", "dense", "barrage"):
        rows = seen(generate(asked.rows, 11, profile))
        count = BATCH * asked.batches
        stream, at, rates = Stream(model), 0, []
        for start in (int(0.6 * len(rows.id)), len(rows.id) - count):
            stream.add(rows.take(np.arange(at, start)))
            begun = time.perf_counter()
            for at in range(start, start + count, BATCH):
                stream.add(rows.take(np.arange(at, at + BATCH)))
            rates.append(count / (time.perf_counter() - begun))
            at = start + count
        same = np.array_equal(stream.fused()[1].incident, fuse_columns(rows, model).incident)
        print(
            f"{profile:10}{rates[0]:10,.0f} reports a second in batches of {BATCH}, "
            f"{rates[1]:,.0f} latecomers; as the whole: {same}",
            flush=True,
        )
    rows = seen(generate(asked.large, 11, "mixed"))
    late = np.sort(np.random.default_rng(1).choice(len(rows.id), SINGLE, replace=False))
    kept = np.ones(len(rows.id), dtype=np.bool_)
    kept[late] = False
    stream = Stream(model)
    start = time.perf_counter()
    stream.add(rows.take(kept))
    print(f"{kept.sum():,} at once: {time.perf_counter() - start:.1f} s")
    times = []
    for at in late:
        start = time.perf_counter()
        stream.add(rows.take(np.array([at])))
        times.append(1000.0 * (time.perf_counter() - start))
    same = np.array_equal(stream.fused()[1].incident, fuse_columns(rows, model).incident)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"one report of any time into them: {np.median(times):.1f} ms at the median, "
        f"{np.percentile(times, 99):.1f} ms at the 99th of 100, as the whole: {same}, peak {peak:,.0f} MB"
    )


if __name__ == "__main__":
    main()
