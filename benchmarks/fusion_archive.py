"""`waarborg fuse` on archives that do not fit into memory: cost a row, peak memory, disk.

    python benchmarks/fusion_archive.py make 100000000 archive.parquet [--part 10000000] [--profile mixed]
    python benchmarks/fusion_archive.py fuse archive.parquet [--out incidents.csv] [-- --engine spark]

`make` writes an archive part by part, one stretch of time after the other, each with a seed of its own
(11, 12, ...): as memory goes, it needs one part. `fuse` runs the command in a process of its own and says
what it cost. Peak memory is what Linux says of that process; with Spark, workers are not counted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fusion_synth import generate

SEED = 11
LOOK_S = 0.25


def make(rows: int, out: Path, part: int, profile: str) -> None:
    """Write an archive with a row for each report, part after part of time."""
    writer, begin = None, 0.0
    for number, at in enumerate(range(0, rows, part)):
        made = generate(min(part, rows - at), SEED + number, profile)
        made.pop("incident")
        made["report_id"] += at
        ends = made["t"].max()
        made["t"] += begin
        made["t_arrive"] += begin
        begin += ends
        table = pa.table(made)
        writer = writer or pq.ParquetWriter(out, table.schema, compression="zstd")
        writer.write_table(table)
        print(f"{at + table.num_rows:,} rows", flush=True)
    if writer:
        writer.close()


def _peak_mb(process: int) -> int:
    """The most memory a process held so far."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    peaks = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return round(int(peaks[0].split()[1]) / 1024) if peaks else 0


def _disk_mb(folder: Path) -> int:
    """What lies in the temporary folders beside the result."""
    found = 0
    for held in folder.glob(".waarborg-*/**/*"):
        try:
            found += held.stat().st_size
        except FileNotFoundError:
            continue
    return round(found / 2**20)


def fuse(archive: Path, out: Path, more: list[str]) -> None:
    """Run the command and print what it cost."""
    command = str(Path(sys.executable).with_name("waarborg"))
    words = [command, "fuse", str(archive), "--source", "synthetic"]
    rows = pq.ParquetFile(archive).metadata.num_rows
    start = time.perf_counter()
    with subprocess.Popen([*words, "--out", str(out), *more]) as process:
        peaks, done = [0, 0], threading.Event()

        def look() -> None:
            while not done.wait(LOOK_S):
                peaks[0] = max(peaks[0], _peak_mb(process.pid))
                peaks[1] = max(peaks[1], _disk_mb(out.parent))

        watching = threading.Thread(target=look)
        watching.start()
        code = process.wait()
        seconds = time.perf_counter() - start
        done.set()
        watching.join()
    print(
        f"{rows:,} rows: exit {code}, {seconds:.1f} s, {1e6 * seconds / rows:.2f} microseconds a row, "
        f"peak {peaks[0]:,} MB ({1024 * peaks[0] / rows:.3f} KB a row), temporary files {peaks[1]:,} MB"
    )


def main() -> None:
    """Make an archive, or fuse one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(dest="part_name", required=True)
    making = parts.add_parser("make")
    making.add_argument("rows", type=int)
    making.add_argument("out", type=Path)
    making.add_argument("--part", type=int, default=10_000_000)
    making.add_argument("--profile", default="mixed")
    fusing = parts.add_parser("fuse")
    fusing.add_argument("archive", type=Path)
    fusing.add_argument("--out", type=Path, default=Path("incidents.csv"))
    # what stands after -- is for the command; argparse would take it for its own
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    asked = parser.parse_args(words[:cut])
    if asked.part_name == "make":
        make(asked.rows, asked.out, asked.part, asked.profile)
    else:
        fuse(asked.archive, asked.out, words[cut + 1 :])


if __name__ == "__main__":
    main()
