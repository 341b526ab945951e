"""A fictional ceasefire of ninety days, replayed from its entries against the outcome a lawyer can read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from small_mission import CommandResult
from waarborg.agreement.load import load
from waarborg.app.services.day import status
from waarborg.app.services.docket import due
from waarborg.base.times import parse_instant
from waarborg.cases.body import from_body
from waarborg.obligations.state import Running, state

FOLDER = Path(__file__).parent / "ninety_days"
AGREEMENT = load((FOLDER / "agreement.yaml").read_text(encoding="utf-8"), "agreement.yaml")
ENTRIES = [
    from_body(json.loads(line))
    for line in (FOLDER / "commission.jsonl").read_text(encoding="utf-8").splitlines()
]
END = parse_instant("2030-04-01T00:00:00Z")


def test_each_day_named_comes_out_as_expected() -> None:
    """The expected outcome, day by day: cases, rulings, remedies, promises and refusals."""
    expected = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    assert len(expected) >= 6
    for day, wanted in expected.items():
        at = parse_instant(day)
        running = state(AGREEMENT, (), ENTRIES, at, at)
        cases = running.commission.cases
        found = {
            "cases": {c.id: [c.state.value, c.remedy_state] for c in cases.values()},
            "promises": {o.id: o.state.value for o in running.obligations(at)},
            "refused": [f"{r.entry.id} {r.rule}" for r in running.refused],
        }
        assert found == {key: wanted[key] for key in found}, (day, wanted["why"])


def test_step_by_step_equals_at_once() -> None:
    """Every hour of the ninety days passes by itself, and the end is the same."""
    running, moment = Running(AGREEMENT), ENTRIES[0].known_at
    waiting = list(ENTRIES)
    while moment < END:
        while waiting and waiting[0].known_at <= moment:
            running.take(waiting.pop(0))
        running.tick(moment)
        moment += timedelta(hours=1)
    running.tick(END)
    assert waiting == []
    at_once = state(AGREEMENT, (), ENTRIES, END, END)
    assert running == at_once
    assert due(running, END) == due(at_once, END)
    assert status(running, END) == status(at_once, END)


def test_the_commands_mark_the_exercise(waarborg: Callable[..., CommandResult]) -> None:
    """Every output of a made-up mission says that it is made up."""
    for name in ("docket", "due", "status", "determine", "exercise"):
        told = waarborg(name, FOLDER, "--json")
        assert told.code == 0, told.err
        assert json.loads(told.out)["exercise"] == AGREEMENT.exercise


def test_what_if_the_backstop_had_ended_sooner(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """Supposing an entry besides changes the answer and not the record."""
    more = tmp_path / "more.jsonl"
    more.write_text(
        json.dumps(
            {
                "id": "w", "kind": "promise-term", "at": "2030-03-04T00:00:00Z", "author": "WIT:desk",
                "guarantee": "supply", "until": "2030-03-04T01:00:00Z",
            }
        )
    )  # fmt: skip
    before = (FOLDER / "commission.jsonl").read_bytes()
    told = waarborg("what-if", FOLDER, "--entries", more, "--as-of", "2030-03-05T00:00Z", "--json")
    changed = json.loads(told.out)["obligations"]
    assert [(c["id"], c["what_if"].split()[0]) for c in changed] == [
        ("obl-drone-supply-WIT", "dormant"),
        ("obl-shelling-supply-WIT", "dormant"),
    ]
    assert (FOLDER / "commission.jsonl").read_bytes() == before


def test_a_folder_without_entries_answers_for_a_named_moment(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """Before the first entry there is a picture of the day, with nothing in it."""
    (tmp_path / "agreement.yaml").write_bytes((FOLDER / "agreement.yaml").read_bytes())
    told = waarborg("status", tmp_path, "--as-of", "2030-01-05T00:00Z", "--json")
    assert json.loads(told.out)["cases"] == {}
    refused = waarborg("status", tmp_path)
    assert refused.code == 2
    assert "name the moment with --as-of" in refused.err
