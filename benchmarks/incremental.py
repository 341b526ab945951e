"""What one new entry costs in a mission of a million incidents and ten thousand cases, and a full replay.

The commission is that of `incremental_mission.py`. The median and the 99th percentile are over single entries
of every kind, each followed by reading the picture, the first page of the docket and the next deadlines. The
ratio is what working all views out anew costs beside bringing them up to one entry. A tenth of the cases is
replayed first: the exponent says how time and memory grow with the mission, 1 being as the mission does.

What a new report costs, and what a full replay of reports and commission together comes to, is measured after
that, by `incremental_reports.py`, unless `--reports 0` is given.

    python benchmarks/incremental.py [--incidents 1000000] [--cases 10000] [--samples 3000]
        [--reports 300] [--json FILE]
"""

from __future__ import annotations

import gc
import json
import math
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from incremental_mission import BEGIN, NINETY, body, case, mission, run, spread
from incremental_reports import measure as measure_reports
from waarborg.app.services.board import Board
from waarborg.app.services.counting import Counted
from waarborg.app.services.day import status
from waarborg.app.services.docket import docket, due
from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel
from waarborg.base.judgement import Verdict
from waarborg.base.parties import PartyId
from waarborg.base.times import Period
from waarborg.cases.body import from_body
from waarborg.cases.entry import Entry
from waarborg.findings.finding import Finding, FindingId, Tier
from waarborg.incidents.incident import IncidentId
from waarborg.obligations.state import Running


def findings(incidents: int) -> Iterator[Finding]:
    """A finding for each incident, most of which cannot be decided."""
    tiers = (Tier.UNDECIDABLE,) * 8 + (Tier.POSSIBLE, Tier.CERTAIN)
    for number in range(incidents):
        start = BEGIN + timedelta(hours=number // 500)
        yield Finding(
            id=FindingId(f"fin-{number}"),
            incident=IncidentId(f"inc-{number}"),
            agreement="ninety-days",
            exercise="",
            verdict=Verdict.UNKNOWN,
            inferred=(),
            prohibition="no-force",
            clause="C-1",
            accused=PartyId("BOR" if number % 3 else "ARD"),
            tier=tiers[number % 10],
            happened=Period(start, start + timedelta(hours=1)),
            place=None,
            act=Act.ARTILLERY_FIRE,
            attribution=AttributionLevel.SINGLE_SOURCE,
            reasons=(),
            cites=(),
        )


def replayed(lines: list[str]) -> Running:
    """The state after every line of a record."""
    running = Running(NINETY)
    for line in lines:
        running.take(from_body(json.loads(line)))
    return running


def timed(lines: list[str]) -> tuple[Running, float]:
    """The state after every line of a record, and the seconds that took."""
    gc.collect()
    began = time.perf_counter()
    running = replayed(lines)
    return running, time.perf_counter() - began


def held(cases: int) -> tuple[int, int]:
    """How many bytes the state of a mission holds, and after how many entries."""
    entries = [from_body(each) for each in mission(cases)]
    gc.collect()
    tracemalloc.start()
    running = Running(NINETY)
    for entry in entries:
        running.take(entry)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return size, len(entries)


def growth(small: float, large: float, few: int, many: int) -> float:
    """The power of its size with which something grows."""
    return round(math.log(large / small) / math.log(many / few), 2)


def measure(incidents: int, cases: int, samples: int, reports: int) -> dict[str, Any]:
    """Replay the mission, then add entries one by one; give what each took."""
    gc.set_threshold(200_000, 20, 100)
    lines = [json.dumps(each) for each in mission(cases)]
    few = [json.dumps(each) for each in mission(cases // 10)]
    fewest = min(timed(few)[1] for _ in range(3))
    (small, small_n), (large, large_n) = held(cases // 40), held(cases // 4)
    running, commission_s = timed(lines)

    seen = list(findings(incidents))
    days = [(BEGIN + timedelta(days=n)).date() for n in range(incidents // 12_000 + 2)]
    counted = Counted(UTC)
    began = time.perf_counter()
    for each in seen:
        counted.add(each)
    findings_s = time.perf_counter() - began
    board = Board(running)
    board.status()
    replay_s = time.perf_counter() - began + commission_s

    more = [from_body(each) for each in _later(cases, samples)]
    took, kinds = [], dict[str, list[float]]()
    for entry, finding in zip(more, findings(samples), strict=False):
        start = time.perf_counter()
        board.take(entry)
        counted.add(finding)
        board.docket(0, 20)
        board.due(0, 20)
        board.status()
        counted.counts([NINETY], days[:2], "fused-incidents/1")
        took.append((time.perf_counter() - start) * 1000)
        kinds.setdefault(_kind(entry), []).append(took[-1])
    anew_ms = _anew(board)
    figures = spread(took)
    found = {
        "incidents": incidents,
        "cases": cases,
        "entries": len(lines),
        "refused": len(running.refused),
        "obligations": len(running.owed),
        "commission_entries_per_s": round(len(lines) / commission_s),
        "findings_per_s": round(incidents / findings_s),
        "replay_s": round(replay_s, 2),
        "replay_entries_per_s": round((len(lines) + incidents) / replay_s),
        "time_grows_with_power": growth(fewest, commission_s, len(few), len(lines)),
        "memory_grows_with_power": growth(small, large, small_n, large_n),
        "state_bytes_per_entry": round(large / large_n),
        **figures,
        "slowest_kinds_ms": {
            kind: round(max(each), 2)
            for kind, each in sorted(kinds.items(), key=lambda pair: -max(pair[1]))[:8]
        },
        "all_views_anew_ms": round(anew_ms, 1),
        "ratio": round(anew_ms / figures["median_ms"], 1),
    }
    if reports:
        carried = measure_reports(incidents, cases, reports)
        found |= {f"report: {name}": value for name, value in carried.items()}
    return found


def _anew(board: Board) -> float:
    """The milliseconds that all views take when they are worked out anew, which must give the same."""
    running = board.running
    began = time.perf_counter()
    clock = running.clock or BEGIN
    full = (docket(running, clock), due(running, clock), status(running, clock))
    took = (time.perf_counter() - began) * 1000
    if full != (board.docket(), board.due(), board.status()):
        raise SystemExit("the views kept up differ from those worked out anew")
    return took


def _kind(entry: Entry) -> str:
    step = f" {entry.id.split('-')[1]}" if entry.id.startswith("later-") else ""
    return f"{type(entry.act).__name__}{step}"


def _later(cases: int, samples: int) -> list[dict[str, Any]]:
    """Further cases, and decisions of the senate, each of which touches every promise of help."""
    made = [each for number in range(cases, cases + samples // 13) for each in case(number)]
    first, last = made[0]["at"], made[-1]["at"]
    steps = [("filed", 1), ("given", 2), ("recalled", 3), ("given", 4), ("recalled", 5)]
    begin, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    for step, place in steps:
        at = begin + (end - begin) * place / 6
        name = f"later-{step}-{place}"
        made.append(body(name, at, "GUA:senate", "gate-step", gate="GUA-senate", step=step))
    return sorted(made, key=lambda each: str(each["at"]))[:samples]


if __name__ == "__main__":
    sizes = {"incidents": 1_000_000, "cases": 10_000, "samples": 3_000, "reports": 300}
    run(__doc__, sizes, measure)
