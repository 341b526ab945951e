"""What the chain costs by step, on 3,592, 35,920 and 359,200 rows, beside the fastest reader.

The larger missions are the real reports of the example repeated in blocks of 25 days, each block
later than the one before, under keys and addresses of its own, so that every row is a report.
Each size runs in a process of its own, so that its peak memory is its own.

    python benchmarks/chain.py [--sizes 1 10 100] [--long] [--json FILE]

With --long the truce lasts over the whole span, so that findings grow with the rows too; without
it, it lasts its two days, as in the example.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples/easter-truce-2026"
RELEASE = "reports/viina_reports_2026-04-01_2026-04-25.csv"
FIRST, BLOCK = date(2026, 4, 1), 25
STEPS = (
    "open",
    "parse",
    "reports",
    "texts",
    "record",
    "fuse",
    "attribute",
    "assess",
    "determine",
    "count",
    "report",
    "write",
)
TO_REPORT = STEPS[:-1]
"""From files to report; what is left is bringing record and files to disk."""


def make(folder: Path, blocks: int, *, long: bool) -> int:
    """Write a mission of so many blocks, and give its number of rows."""
    shutil.copytree(EXAMPLE, folder)
    shutil.rmtree(folder / "reports")
    rows = pl.read_csv(EXAMPLE / RELEASE, infer_schema=False)
    day = pl.col("date").str.to_date("%Y%m%d")
    shifted = [
        rows.with_columns(
            (day + timedelta(days=BLOCK * block)).dt.strftime("%Y%m%d").alias("date"),
            pl.format("{}-b{}", "report_key", pl.lit(block)).alias("report_key"),
            pl.format("{}-b{}", "event_key", pl.lit(block)).alias("event_key"),
            pl.format("{}?block={}", "url", pl.lit(block)).alias("url"),
        )
        for block in range(blocks)
    ]
    table = pl.concat(shifted)
    (folder / "reports").mkdir()
    table.write_csv(folder / RELEASE)
    last = FIRST + timedelta(days=BLOCK * blocks - 1)
    settings = (folder / "mission.toml").read_text(encoding="utf-8")
    head, *releases = settings.split("[[releases]]")
    tail = releases[-1][releases[-1].index("[channels.viina]") :]
    release = (
        f'[[releases]]\nfile = "{RELEASE}"\nchannel = "viina"\n'
        f"received_at = {last + timedelta(days=2)}T00:00:00+03:00\n"
        'certainty = "assumed"\nwords = "made for a benchmark"\n\n'
    )
    settings = head.replace("last = 2026-04-25", f"last = {last}", 1) + release + tail
    (folder / "mission.toml").write_text(settings, encoding="utf-8")
    if long:
        for name in ("agreement.yaml", "exercise.yaml"):
            text = (folder / name).read_text(encoding="utf-8").split("\ncases:")[0] + "\n"
            text = text.replace("from: 2026-04-11T16:00+03:00", "from: 2026-04-01T16:00+03:00")
            end = f"until: {last}T00:00+03:00"
            text = text.replace("until: 2026-04-13T00:00+03:00", end)
            (folder / name).write_text(text, encoding="utf-8")
    return table.height


def measure(folder: Path, out: Path) -> dict[str, Any]:
    """Run the chain on a mission in this process and time each step."""
    floor_file = folder / RELEASE
    pl.read_csv(floor_file)
    began = time.perf_counter()
    pl.read_csv(floor_file)
    floor = time.perf_counter() - began

    from waarborg.app.cli.commands import collect_rarely  # noqa: PLC0415
    from waarborg.app.cli.desk import moments  # noqa: PLC0415  # imports are no part of the steps
    from waarborg.app.services.inputs import gather  # noqa: PLC0415
    from waarborg.app.services.intake import parse, take_in  # noqa: PLC0415
    from waarborg.app.wiring.run import run  # noqa: PLC0415
    from waarborg.record.demonstration import demonstration_origin, demonstration_seed  # noqa: PLC0415
    from waarborg.store.fusion_models import fusion_model  # noqa: PLC0415
    from waarborg.store.mission_folder import read  # noqa: PLC0415
    from waarborg.store.mission_record import MissionRecord  # noqa: PLC0415
    from waarborg.store.out_folder import write_files  # noqa: PLC0415

    collect_rarely()
    marks: list[tuple[str, float]] = []

    def mark(step: str) -> None:
        marks.append((step, time.perf_counter()))

    mark("open")
    opened = read(folder)
    mission = opened.mission
    mark("parse")
    parsed = [parse(opened.chunks(release), release, mission) for release in mission.releases]
    mark("reports")
    intake = take_in(parsed, mission, opened.lexicon)
    mark("texts")
    texts = {"mission.toml": (folder / "mission.toml").read_bytes(), **opened.contents}
    inputs = gather(mission, texts, intake.reports, fusion_model())
    origin = demonstration_origin(mission.id)
    with MissionRecord.open(out, origin, demonstration_seed(origin)) as record:
        asked = moments(mission, None, None)
        done = run(inputs, texts, intake, *asked, record.journal, mark)
        mark("write")
        record.commit()
        record.publish()
    write_files(out, done.files)
    mark("end")
    seconds = {step: following - start for (step, start), (_, following) in pairwise(marks)}
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "rows": intake.accepted,
        "reports": len(done.derived.reports),
        "incidents": len(done.derived.incidents),
        "findings": len(done.derived.findings),
        "entries": done.journal.size,
        "seconds": seconds,
        "to_report": sum(seconds[step] for step in TO_REPORT),
        "floor": floor,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20,
    }


def exponent(small: float, large: float, times: float) -> float:
    """The power with which a cost grows when the rows grow so many times; 1 is linear."""
    return math.log(large / small) / math.log(times)


def show(found: list[dict[str, Any]]) -> None:
    """Print the costs as a table."""
    head = "".join(f"{f['rows']:>12,} rows {'rows/s':>12}" for f in found)
    print(f"{'step':<12}{head}{'growth':>9}")
    lines = {step: [f["seconds"][step] for f in found] for step in STEPS}
    lines |= {
        "to report": [f["to_report"] for f in found],
        "all": [sum(f["seconds"].values()) for f in found],
        "read_csv": [f["floor"] for f in found],
    }
    for name, seconds in lines.items():
        cells = "".join(
            f"{s:>15.3f} s {f['rows'] / s:>12,.0f}" for s, f in zip(seconds, found, strict=True)
        )
        times = found[-1]["rows"] / found[0]["rows"]
        growth = f"{exponent(seconds[0], seconds[-1], times):>9.2f}" if times > 1 else ""
        print(f"{name:<12}{cells}{growth}")
    for name in ("reports", "incidents", "findings", "entries"):
        print(f"{name:<12}" + "".join(f"{f[name]:>15,}   {'':>12}" for f in found))
    print(f"{'peak':<12}" + "".join(f"{f['peak_mib']:>13,.0f} MiB {'':>12}" for f in found))


def main() -> None:
    """Measure each size in a process of its own, print the table, write the figures."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    asked.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100], help="blocks of rows")
    asked.add_argument("--long", action="store_true", help="a truce over the whole span")
    asked.add_argument("--json", type=Path, default=Path("chain-benchmark.json"))
    asked.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure / "mission", given.measure / "out")))
        return
    found = []
    for blocks in given.sizes:
        with tempfile.TemporaryDirectory(prefix="waarborg-chain-") as name:
            make(Path(name) / "mission", blocks, long=given.long)
            done = subprocess.run(
                [sys.executable, __file__, "--measure", name],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            found.append(json.loads(done.stdout.splitlines()[-1]))
            print(f"{found[-1]['rows']:,} rows measured", file=sys.stderr, flush=True)
    show(found)
    given.json.write_text(json.dumps({"long": given.long, "sizes": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
