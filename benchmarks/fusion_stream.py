"""Sightings fused as they come in: reports a second in batches of 50, and one report into many.

    python benchmarks/fusion_stream.py [--rows 100000] [--large 1000000] [--batches 100]

Reports are handed in in the order in which they arrive, 50 at a time, once from the middle of an archive,
as a mission lives, and once at its end, where only latecomers from many days are left. Then single
reports, of any time in the archive, go into the large one. Each time the incidents are held against
fusing everything at once.

Last, a process of its own reads the large archive from a file, in the order of arrival, 10,000 reports at a
time, and keeps them all: what Linux says it held at the most, and what of that it held before the first.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fusion import peak_mb, seen
from fusion_synth import generate
from waarborg.incidents.sightings import fuse_columns
from waarborg.incidents.stream import Stream
from waarborg.store.fusion_models import sighting_model
from waarborg.store.sighting_files import sightings

BATCH = 50
SINGLE = 200
PART = 10_000


def keep(archive: Path) -> None:
    """Take an archive in and keep it; print what that took."""
    model = sighting_model()
    # compile what is compiled once
    Stream(model).add(seen(generate(2000, 1, "mixed")))
    before = peak_mb()
    stream = Stream(model)
    start = time.perf_counter()
    with pq.ParquetFile(archive) as file:
        for part in file.iter_batches(PART):
            stream.add(sightings(part))
    spent, held = time.perf_counter() - start, peak_mb()
    names, found = stream.fused()
    many = len(names)
    print(
        f"{many:,} kept, {PART:,} at a time: {many / spent:,.0f} reports a second, peak {held:,} MB, "
        f"{before:,} MB of it before the first: {1024 * (held - before) / many:.2f} KB a report "
        f"({1024 * held / many:.2f} with the program); with all incidents told "
        f"{1024 * (peak_mb() - before) / many:.2f}; {len(np.unique(found.incident)):,} incidents"
    )


def _kept(many: int, profile: str) -> None:
    """`keep` in a process of its own, which has never held the generator's arrays."""
    with TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.parquet"
        made = generate(many, 11, profile)
        order = np.argsort(made["t_arrive"], kind="stable")
        table = pa.table(
            {name: column[order] for name, column in made.items() if name != "incident"}
        )
        pq.write_table(table, archive)
        subprocess.run([sys.executable, __file__, "--keep", str(archive)], check=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--batches", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="only take this archive in, and say what it took")
    asked = parser.parse_args()
    if asked.keep:
        keep(asked.keep)
        return
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
    print(
        f"one report of any time into them: {np.median(times):.1f} ms at the median, "
        f"{np.percentile(times, 99):.1f} ms at the 99th of 100, as the whole: {same}",
        flush=True,
    )
    for profile in ("mixed", "dense"):
        print(f"{profile:10}", end="", flush=True)
        _kept(asked.large, profile)


if __name__ == "__main__":
    main()
