"""What one new entry costs in a mission of a million incidents and ten thousand cases, and a full replay.

Each case is opened, commented on, inspected, graded, put to the vote, ruled on, and answered by three
guarantors under the ninety days' text; a third end without a breach. The median and the 99th percentile are
over single entries of every kind, each followed by reading the picture, the first page of the docket and the
next deadlines. The ratio is what working all views out anew costs beside bringing them up to one entry.

What a new report costs is measured after that, by `incremental_reports.py`, unless `--reports 0` is given.

    python benchmarks/incremental.py [--incidents 1000000] [--cases 10000] [--samples 3000]
        [--reports 300] [--json FILE]
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from waarborg.agreement.load import load
from waarborg.app.services.board import Board
from waarborg.app.services.counting import Counted
from waarborg.app.services.day import status
from waarborg.app.services.docket import docket, due
from waarborg.base.acts import Act
from waarborg.base.grades import AttributionLevel
from waarborg.base.judgement import Verdict
from waarborg.base.parties import PartyId
from waarborg.base.times import Period, format_instant
from waarborg.cases.body import from_body
from waarborg.findings.finding import Finding, FindingId, Tier
from waarborg.incidents.incident import IncidentId
from waarborg.obligations.state import Running

ROOT = Path(__file__).resolve().parents[1]
NINETY = load(
    (ROOT / "examples/ninety-days/agreement.yaml").read_text(encoding="utf-8"), "agreement.yaml"
)
BEGIN = datetime(2030, 1, 2, tzinfo=UTC)
SEATS = [{"party": "ARD"}, {"party": "BOR"}, {"party": "GUA"}]


def body(name: str, at: datetime, author: str, kind: str, **fields: Any) -> dict[str, Any]:
    """An entry as the record holds it."""
    return {"id": name, "kind": kind, "at": format_instant(at), "author": author, **fields}


def case(number: int) -> Iterator[dict[str, Any]]:
    """The entries of one case, some three months from its opening to its end."""
    name, begin = f"c{number}", BEGIN + timedelta(minutes=30 * number)
    accused, other = ("BOR", "ARD") if number % 5 else ("ARD", "BOR")

    def at(hours: float) -> datetime:
        return begin + timedelta(hours=hours)

    yield body(
        name, at(0), f"{other}:liaison", "open-case", body="commission",
        accused=accused, clause="C-1", severity=number % 5,
        happened_from=format_instant(at(-9)), happened_until=format_instant(at(-3)),
        act_done="artillery_fire",
    )  # fmt: skip
    yield body(
        f"{name}-told", at(3), "GUA:chair", "step-taken", course=f"hearing-{name}", step="notify"
    )
    yield body(
        f"{name}-ask", at(4), "GUA:chair", "request-inspection", case=name, of=accused, place="hill"
    )
    yield body(f"{name}-look", at(20), f"{accused}:liaison", "answer-inspection", request=f"{name}-ask",
               access="granted")  # fmt: skip
    yield body(
        f"{name}-word", at(30), f"{accused}:liaison", "comment", case=name, words="we deny it"
    )
    yield body(f"{name}-grade", at(40), "GUA:ana", "verify", case=name, result="verified", source="B",
               item="2", likelihood="80-95", confidence="moderate")  # fmt: skip
    yield body(
        f"{name}-heard", at(50), "GUA:chair", "step-taken", course=f"hearing-{name}", step="hear"
    )
    found = number % 3 != 0
    yield body(f"{name}-p", at(60), "GUA:chair", "propose", case=name, responsible=accused * found,
               outcome="breach" if found else "no_breach", remedy="draw back" * found,
               remedy_hours=200 * found)  # fmt: skip
    for party in ("ARD", "BOR", "GUA"):
        yield body(
            f"{name}-v{party}", at(61), f"{party}:envoy", "vote", proposal=f"{name}-p", choice="for"
        )
    if found:
        yield body(f"{name}-help", at(80), f"{other}:minister", "ask-help", breach=name)
        yield body(
            f"{name}-done", at(90), f"{accused}:liaison", "remedy-step", case=name, step="complied"
        )
        yield body(f"{name}-seen", at(99), "GUA:ana", "remedy-step", case=name, step="confirmed")
        yield body(f"{name}-met", at(100), "SUL:desk", "obligation-step", step="fulfilled",
                   obligation=f"obl-{name}-watch-SUL")  # fmt: skip


def mission(cases: int) -> list[dict[str, Any]]:
    """All entries in the order of the record; the senate consents, recalls and consents again."""
    rules = body("rules", BEGIN - timedelta(hours=1), "GUA:chair", "adopt-rules", body="commission",
                 seats=SEATS, quorum="majority", silence=True)  # fmt: skip
    agreed = [body(f"rules-{p}", BEGIN - timedelta(hours=1), f"{p}:x", "approve", proposal="rules")
              for p in ("ARD", "BOR")]  # fmt: skip
    signed = [body(f"s-{p}", BEGIN - timedelta(hours=5), f"{p}:minister", "change-standing", party=p,
                   step="signed", since=format_instant(BEGIN - timedelta(hours=6)))
              for p in ("GUA", "SUL", "WIT")]  # fmt: skip
    made = [*signed, rules, *agreed, *(each for number in range(cases) for each in case(number))]
    end = BEGIN + timedelta(minutes=30 * cases)
    for place, step in enumerate(("given", "recalled", "refused")):
        at = BEGIN + (end - BEGIN) * (place + 1) / 4
        made.append(
            body(f"senate-{step}", at, "GUA:senate", "gate-step", gate="GUA-senate", step=step)
        )
    return sorted(made, key=lambda each: str(each["at"]))


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


def measure(incidents: int, cases: int, samples: int) -> dict[str, Any]:
    """Replay the mission, then add entries one by one; give what each took."""
    lines = [json.dumps(each) for each in mission(cases)]
    seen = list(findings(incidents))
    days = [(BEGIN + timedelta(days=n)).date() for n in range(incidents // 12_000 + 2)]
    gc.collect()
    gc.set_threshold(200_000, 20, 100)

    began = time.perf_counter()
    running, counted = Running(NINETY), Counted(UTC)
    for line in lines:
        running.take(from_body(json.loads(line)))
    commission_s = time.perf_counter() - began
    for each in seen:
        counted.add(each)
    findings_s = time.perf_counter() - began - commission_s
    board = Board(running)
    board.status()
    replay_s = time.perf_counter() - began

    more = [from_body(each) for each in _later(cases, samples)]
    fresh = list(findings(samples))
    took, kinds = [], {}
    for entry, finding in zip(more, fresh, strict=False):
        start = time.perf_counter()
        board.take(entry)
        counted.add(finding)
        board.docket(0, 20)
        board.due(0, 20)
        board.status()
        counted.counts([NINETY], days[:2], "fused-incidents/1")
        took.append((time.perf_counter() - start) * 1000)
        kinds.setdefault(type(entry.act).__name__, []).append(took[-1])
    began = time.perf_counter()
    clock = running.clock or BEGIN
    full = (docket(running, clock), due(running, clock), status(running, clock))
    anew_ms = (time.perf_counter() - began) * 1000
    if full != (board.docket(), board.due(), board.status()):
        raise SystemExit("the views kept up differ from those worked out anew")
    ordered = sorted(took)
    median = statistics.median(took)
    return {
        "incidents": incidents,
        "cases": cases,
        "entries": len(lines),
        "refused": len(running.refused),
        "obligations": len(running.owed),
        "replay_s": round(replay_s, 2),
        "replay_entries_per_s": round((len(lines) + incidents) / replay_s),
        "commission_entries_per_s": round(len(lines) / commission_s),
        "findings_per_s": round(incidents / findings_s),
        "new_entries": len(took),
        "median_ms": round(median, 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 2),
        "most_ms": round(ordered[-1], 2),
        "slowest_kinds_ms": {
            kind: round(max(each), 2)
            for kind, each in sorted(kinds.items(), key=lambda pair: -max(pair[1]))[:5]
        },
        "all_views_anew_ms": round(anew_ms, 1),
        "ratio": round(anew_ms / median, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--samples", type=int, default=3_000)
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = measure(asked.incidents, asked.cases, asked.samples)
    if asked.reports:
        from incremental_reports import measure as measure_reports  # noqa: PLC0415  # it imports this

        carried = measure_reports(asked.incidents, asked.cases // 6, asked.reports)
        found |= {f"report: {name}": value for name, value in carried.items()}
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for name, value in found.items():
        sys.stdout.write(f"{name:26} {value}\n")


if __name__ == "__main__":
    main()
