"""The Easter truce under the exercise texts, day by day, with what was known by then, to the last clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from small_mission import Chain
from waarborg.agreement.model import Agreement
from waarborg.agreement.readings import under
from waarborg.app.services.arrived import followed
from waarborg.app.services.board import Board
from waarborg.app.services.day import status
from waarborg.app.services.derive import derive
from waarborg.app.services.docket import QUIET, docket, due
from waarborg.app.services.exercise import MISSION, play
from waarborg.app.services.flagged import flagged
from waarborg.app.services.inputs import last_arrival
from waarborg.app.services.moved import stand
from waarborg.app.services.script import read_script
from waarborg.app.services.whatif import compare, granted
from waarborg.app.wiring.proceedings import put, read_held
from waarborg.base.times import parse_instant
from waarborg.cases.case import CaseState
from waarborg.cases.determination import Determination
from waarborg.obligations.state import Running, state
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.store.mission_record import MissionRecord

FOLDER = Path(__file__).parents[2] / "examples" / "easter-truce-2026"
SCRIPT = read_script((FOLDER / "script.yaml").read_text(encoding="utf-8"), "script.yaml")
EXPECTED: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(
    (FOLDER / "expected.yaml").read_text(encoding="utf-8")
)
END = parse_instant("2026-12-01T00:00:00Z")
_ENDED = {CaseState.CLOSED, CaseState.JOINED, CaseState.RULED}


@pytest.fixture(scope="module")
def exercise(easter: Chain) -> Agreement:
    """The guarantee texts, read as an exercise."""
    return next(a for a in easter.inputs.agreements if a.id == "guarantees-exercise-2026")


@pytest.fixture(scope="module")
def base(easter: Chain) -> tuple[Determination, ...]:
    """What the findings come to with every release in."""
    known = last_arrival(easter.inputs.mission)
    return derive(easter.inputs, known, known).determinations


def _quiet(running: Running, at: datetime) -> int:
    live = [c for c in running.commission.cases.values() if c.state not in _ENDED]
    return sum(at - (case.moved_at or case.opened_at) >= QUIET for case in live)


def _doubted(flags: Sequence[str]) -> bool:
    return any(flag.startswith("on the day of the breach: ") for flag in flags)


@pytest.mark.parametrize("day", EXPECTED, ids=lambda day: str(day["at"]))
def test_each_day_comes_out_as_expected_from_what_was_known(
    easter: Chain, exercise: Agreement, day: dict[str, Any]
) -> None:
    """Derived anew from what had come in by then, and nothing else."""
    at = day["at"] if isinstance(day["at"], datetime) else parse_instant(day["at"])
    found = derive(easter.inputs, at, at).determinations
    running = state(exercise, found, SCRIPT.entries, at, at)
    owed: dict[str, Counter[str]] = {}
    for each in running.obligations(at):
        owed.setdefault(each.guarantee, Counter())[each.state.value] += 1
    germany = [
        each.state.value
        for each in running.obligations(at)
        if (each.guarantor, each.guarantee) == ("DE", "respond")
    ]
    told = {
        "rules": [f"{body} {name}" for name, body in running.commission.in_effect.items()],
        "determinations": Counter(d.decision.value for d in running.determinations()),
        "cases": Counter(c.state.value for c in running.commission.cases.values()),
        "owed": owed,
        "germany": germany[0] if germany else "nothing",
        "flags": dict(stand(running, at)["flag"]),
        "doubted": Counter(
            each.thing.value for each in flagged(running, at) if _doubted(each.flags)
        ),
        "quiet_cases": _quiet(running, at),
        "refused": [f"{r.entry.id} {r.rule}" for r in running.refused],
    }
    assert told == {key: day[key] for key in told}, day["because"]


def test_step_by_step_equals_at_once(exercise: Agreement, base: Sequence[Determination]) -> None:
    """Day after day from the first report to the last clock, with every view kept up."""
    board = Board(Running(exercise))
    waiting = list(SCRIPT.entries)
    known = sorted(
        ((parse_instant(d.known_at), d) for d in base if d.agreement == exercise.id),
        key=lambda pair: (pair[0], pair[1].id),
    )
    moment = waiting[0].known_at
    while moment < END:
        while known and known[0][0] <= moment:
            board.found(known[0][1], known.pop(0)[0])
        while waiting and waiting[0].known_at <= moment:
            board.take(waiting.pop(0))
        board.tick(moment)
        moment += timedelta(days=1)
    board.tick(END)
    at_once = state(exercise, base, SCRIPT.entries, END, END)
    assert board.running == at_once
    assert board.docket() == docket(at_once, END)
    assert {row["severity"] for row in board.docket()} == {None}, "nobody has said how grave"
    assert board.due() == due(at_once, END)
    assert board.status() == status(at_once, END)


def test_the_record_gives_the_same_on_every_database(
    exercise: Agreement, base: Sequence[Determination], tmp_path: Path, database: str
) -> None:
    """Signed entry by entry, read back, and the same state."""
    origin = demonstration_origin("exercise.easter-truce-2026")
    for entry in SCRIPT.entries:
        with MissionRecord.open(tmp_path, origin, demonstration_seed(origin), database) as record:
            put(record, [entry])
    held = read_held(tmp_path, [origin])
    assert list(held.entries) == SCRIPT.entries
    told = state(exercise, base, held.entries, END, END)
    assert told == state(exercise, base, SCRIPT.entries, END, END)


def test_every_turn_of_the_exercise_is_marked(easter: Chain, exercise: Agreement) -> None:
    """To the last clock, which is the end of the Bundestag's consent; as reports arrived."""
    known = last_arrival(easter.inputs.mission)
    base, arrivals = followed(easter.inputs, known, known)
    turns = list(play(exercise, base, SCRIPT, arrivals=arrivals))
    assert {turn.exercise for turn in turns} == {"exercise: no such guarantee was in force"}
    assert turns[-1].at == "2026-11-08T00:00:00Z"
    assert [turn.entry for turn in turns if turn.refused] == ["vote-de"]
    first, late = [turn for turn in turns if turn.entry == MISSION]
    assert (first.at, late.at) == ("2026-04-24T17:00:00Z", "2026-07-01T21:00:00Z")
    assert late.moved == ()
    assert late.tells.startswith("314 reports came in for the first time and 3 in a new version; ")
    assert late.tells.endswith("of the determinations none came, changed or went")


def test_what_if_an_answer_did_not_wait_for_the_commission(
    easter: Chain, exercise: Agreement, base: Sequence[Determination]
) -> None:
    """Under the reading "automatic" the ten states owe an answer for what the text found, once for each incident."""
    known, at = last_arrival(easter.inputs.mission), parse_instant("2026-07-03T00:00:00Z")
    read = under(exercise, "automatic")
    made = derive(replace(easter.inputs, agreements=(read,)), known, known).determinations
    now = state(exercise, base, SCRIPT.entries, at, at)
    found = compare(now, state(read, made, SCRIPT.entries, at, at), at)
    ruled, text = (f"obl-0015c3a27437-{by}-respond-" for by in ("commission-breach", "hold-fire"))
    rows = {row["id"].removeprefix(ruled): row for row in found["obligations"]}
    assert set(rows) == set(exercise.groups["berlin_states"].members)
    assert {name: (row["now"], row["what_if"]) for name, row in rows.items()} == {
        name: (state, f"{state}, as {text}{name}")
        for name in rows
        for state in ("fulfilled" if name == "SE" else "no_deadline",)
    }, "the same answers on the ground of the text; what Sweden did counts for what it owed already"
    same = ("determinations", "cases", "clocks", "gates", "promises")
    assert [name for name in same if found[name]] == []


def test_what_if_congress_had_consented(exercise: Agreement, base: Sequence[Determination]) -> None:
    """With the American gate passed the promises that lean on it hold, save those whose own gate is shut."""
    at = parse_instant("2026-07-03T00:00:00Z")
    now = state(exercise, base, SCRIPT.entries, at, at)
    entries = [*SCRIPT.entries, *granted(exercise, ["US-congress"], at, now)]
    ordered = sorted(entries, key=lambda entry: entry.known_at)
    found = compare(now, state(exercise, base, ordered, at, at), at)
    assert {"id": "US-congress", "now": "refused", "what_if": "passed"} in found["gates"]
    assert [row["id"] for row in found["gates"]] == ["US-congress"], (
        "nothing of a case was on record"
    )
    freed = {row["id"] for row in found["promises"] if row["what_if"] == "holds"}
    assert "us-backstop" in freed
    assert found["determinations"] == []
