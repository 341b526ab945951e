"""What one new report costs in a mission of a million incidents and ten thousand cases, to every view.

The reports of the Easter mission (25 days, 123 a day) are laid one after the other, so far apart that no
copy reaches the next, until they make up so many incidents, and held against the ninety days' text,
whose truce is made long enough for all of them. Findings that a body decides open cases; the others of the
commission are those of `incremental_mission.py`.

All of it is replayed in order of time: each time mark brings the reports that came since the one before, as one
stretch (two marks a copy, as the Easter mission's own reports came in), and the commission's entries, which are read from
their lines, stand between. Then single reports come in: new at the end, late into the truce, corrections,
judgements, redactions. Each is fused with its component, the incidents that changed are held
against the text, what follows is determined and owed, and the picture, the first page of the docket,
the next deadlines, the counts and the coverage are read.

The ratio is what `derive` takes for a part of the mission, scaled to all of it, beside one report.

    python benchmarks/incremental_reports.py [--incidents 1000000] [--cases 10000] [--samples 600]
        [--marks 2] [--json FILE]
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from incremental_mission import BEGIN, ROOT, mission, run, spread
from waarborg.agreement.load import load
from waarborg.app.cli.desk import open_mission
from waarborg.app.services.board import Board
from waarborg.app.services.carry import Carry
from waarborg.app.services.derive import derive
from waarborg.app.services.inputs import Inputs
from waarborg.base.parties import PartyId
from waarborg.base.places import Place
from waarborg.base.times import Period
from waarborg.cases.body import from_body
from waarborg.incidents.judgements import Judgement, Sameness
from waarborg.obligations.state import Running
from waarborg.reports.mission import Span
from waarborg.reports.report import Report, ReportId

LONG = load(
    (ROOT / "examples/ninety-days/agreement.yaml")
    .read_text(encoding="utf-8")
    .replace("2030-01-01T00:00", "1950-01-01T00:00")
    .replace("2030-04-01T00:00", "2120-01-01T00:00"),
    "agreement.yaml",
)
APART = timedelta(days=33)
PARTIES = {"RU": PartyId("BOR"), "UA": PartyId("ARD")}
FAR = datetime(2200, 1, 1, tzinfo=UTC)
DAYS = timedelta(days=26)


@dataclass(frozen=True)
class Ground:
    """Who held the ground in the Easter mission, under the parties' names of the ninety days."""

    of: Any

    @property
    def name(self) -> str:
        """The data's name."""
        return str(self.of.name)

    def holder(self, place: Place | None, period: Period) -> tuple[PartyId | None, str]:
        """The party that held the place, and why."""
        party, why = self.of.holder(place, period)
        return (None if party is None else PARTIES[str(party)]), why


def easter() -> Inputs:
    """The Easter mission under the ninety days' text."""
    held = open_mission(ROOT / "examples/easter-truce-2026", lambda _step: None).inputs
    settings = replace(
        held.mission, span=Span(date(2030, 1, 1), date(2030, 3, 31)), gaps=(), organs={},
        time_zone=ZoneInfo("UTC"),
    )  # fmt: skip
    return replace(
        held, mission=settings, agreements=(LONG,), control=Ground(held.control), claims=(),
        judgements=(),
    )  # fmt: skip


def copies(reports: tuple[Report, ...], number: int) -> Iterator[Report]:
    """So many copies of the reports, one after the other; the truce begins with the middle one."""
    begin = min(report.happened.start for report in reports)
    for copy in range(number):
        by = BEGIN + APART * (copy - number // 2) - begin
        for report in reports:
            happened = Period(report.happened.start + by, report.happened.end + by)
            yield replace(
                report, id=ReportId(f"{report.id}-{copy:04d}"), happened=happened,
                received_at=happened.end + timedelta(hours=1),
                actors=tuple(replace(a, party=PARTIES.get(a.party, a.party)) for a in report.actors),
            )  # fmt: skip


def steps(
    every: list[Report], fresh: list[Report], number: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Single steps of each kind, in a mixed order that is the same each time."""
    dice = random.Random(7)  # noqa: S311  # an order, not a secret
    truce = [r for r in every if BEGIN <= r.happened.start < BEGIN + timedelta(days=800)]
    for at in range(number):
        kind = ("new", "late", "correction", "judgement", "redaction")[at % 5]
        some = dice.choice(truce)
        match kind:
            case "new":
                yield kind, {"reports": [fresh[at]]}
            case "late":
                yield (
                    kind,
                    {
                        "reports": [
                            replace(some, id=ReportId(f"late-{at}"), source=f"paper {at % 9}")
                        ]
                    },
                )
            case "correction":
                other = dice.choice(truce)
                yield (
                    kind,
                    {
                        "reports": [
                            replace(some, version=9, headline=other.headline, acts=other.acts)
                        ]
                    },
                )
            case "judgement":
                near = [
                    r for r in truce if r.happened == some.happened and r.id != some.id
                ] or truce
                same = dice.choice((Sameness.SAME, Sameness.DIFFERENT))
                judged = Judgement(some.id, dice.choice(near).id, same, "ana", FAR, "seen")
                yield kind, {"judgements": [judged]}
            case _:
                yield kind, {"gone": [some.id]}


def stretches(every: list[Report], marks: int) -> dict[datetime, list[Report]]:
    """Reports by the time mark with which they become known, of which a copy has so many."""
    found: dict[datetime, list[Report]] = {}
    first = min(report.received_at for report in every)
    for report in every:
        copy, within = divmod(report.received_at - first, APART)
        place = min(int(within / (DAYS / marks)), marks - 1)
        mark = first + APART * copy + DAYS / marks * (place + 1)
        found.setdefault(mark, []).append(report)
    return found


def replay(carry: Carry, known: dict[datetime, list[Report]], lines: list[str]) -> Board:
    """Carry all stretches through and take all entries, in order of time; gives the views of the end."""
    running = Running(LONG)
    entries = [from_body(json.loads(line)) for line in lines]
    place = 0
    for mark in sorted(known):
        while place < len(entries) and entries[place].known_at < mark:
            running.take(entries[place])
            place += 1
        for turn in carry.take(mark, known[mark]).turns:
            running.turn(turn)
    for entry in entries[place:]:
        running.take(entry)
    board = Board(running)
    board.status()
    return board


def measure(incidents: int, cases: int, samples: int, marks: int = 2) -> dict[str, Any]:
    """Replay the mission, then carry single steps through; give what each took."""
    inputs = easter()
    reports = tuple({report.id: report for report in inputs.reports}.values())
    carry = Carry(replace(inputs, reports=()), FAR)
    # compile what is compiled once
    carry.take(BEGIN, reports[:50])
    carry.take(BEGIN, gone=[report.id for report in reports[:50]])
    gc.collect()
    gc.disable()
    lines = [json.dumps(line) for line in mission(cases)]
    many = -(-incidents * len(reports) // 2_400 // len(reports)) + 1
    every = list(copies(reports, many))
    fresh, every = every[-len(reports) :], every[: -len(reports)]
    known = stretches(every, marks)
    began, busy = time.perf_counter(), time.process_time()
    board = replay(carry, known, lines)
    replay_s, busy = time.perf_counter() - began, time.process_time() - busy
    clock = board.running.clock or BEGIN
    held = len(carry)
    gc.freeze()
    gc.enable()
    gc.set_threshold(200_000, 20, 100)

    took: dict[str, list[float]] = {}
    moved: dict[str, int] = {}
    days = [date(2030, 1, 2)]
    rule = "fused-incidents/1"
    for at, (kind, step) in enumerate(steps(every, fresh, samples)):
        moment = clock + timedelta(seconds=at)
        start = time.perf_counter()
        done = carry.take(moment, **step)
        for turn in done.turns:
            board.turn(turn)
        board.tick(moment)
        board.docket(0, 20)
        board.due(0, 20)
        board.status()
        carry.counted.counts([LONG], days, rule)
        carry.covered.coverage()
        took.setdefault(kind, []).append((time.perf_counter() - start) * 1000)
        moved[kind] = moved.get(kind, 0) + len(done.findings[0]) + len(done.findings[1])

    part = every[: len(reports) * 4]
    began = time.perf_counter()
    derive(replace(inputs, reports=tuple(part)), FAR, FAR)
    full_s = (time.perf_counter() - began) * len(every) / len(part)
    figures = spread([each for some in took.values() for each in some])
    return {
        "reports": len(every),
        "incidents": held,
        "cases": len(board.running.commission.cases),
        "entries": len(lines),
        "stretches": len(known),
        "replay_s": round(replay_s, 1),
        "replay_processor_s": round(busy, 1),
        "replay_entries_per_s": round((len(every) + len(lines)) / replay_s),
        **figures,
        "by_kind_ms": {
            kind: [round(statistics.median(some), 2), round(max(some), 2)]
            for kind, some in took.items()
        },
        "findings_moved": moved,
        "all_anew_s": round(full_s, 1),
        "ratio": round(full_s * 1000 / figures["median_ms"]),
    }


if __name__ == "__main__":
    run(__doc__, {"incidents": 1_000_000, "cases": 10_000, "samples": 600, "marks": 2}, measure)
