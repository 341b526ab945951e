"""A fictional case that is sent back twice, replayed against an outcome a lawyer can read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grounds_replayed import differing
from replayed_case import moment_of, read_case, step_by_step_is_at_once
from small_mission import CommandResult
from waarborg.app.services.docket import due
from waarborg.app.services.moved import stand
from waarborg.base.times import parse_instant
from waarborg.cases.below import Thing
from waarborg.obligations.state import state

CASE = read_case("second-hearing")
FOLDER, AGREEMENT, SCRIPT = CASE.folder, CASE.agreement, CASE.script
END = parse_instant("2031-07-01T00:00:00Z")


@pytest.mark.parametrize("day", CASE.expected, ids=lambda day: str(day["at"]))
def test_each_moment_comes_out_as_expected(day: dict[str, Any]) -> None:
    """Cases, rounds, what is due of them, what is owed and what is refused, as the outcome file says."""
    at = moment_of(day)
    running = state(AGREEMENT, (), SCRIPT.entries, at, at)
    stands = stand(running, at)
    found = {
        "cases": stands["case"],
        "owed": stands["obligation"],
        "steps": stands["step"],
        "due": [f"{row.what}, by {row.by}" for row in due(running, at) if row.thing is Thing.STEP],
        "refused": [f"{r.entry.id} {r.rule}" for r in running.refused],
    }
    assert found == {key: day[key] for key in found}, day["because"]


def test_step_by_step_equals_at_once() -> None:
    """Every hour passes by itself, and the end and every view are the same."""
    step_by_step_is_at_once(CASE, END)


@pytest.mark.parametrize("day", CASE.expected, ids=lambda day: str(day["at"]))
def test_each_row_rests_on_what_is_named_under_it(day: dict[str, Any]) -> None:
    """Rulings, deadlines and cases come out the same from the entries under them alone, round by round."""
    at = moment_of(day)
    assert list(differing(AGREEMENT, list(SCRIPT.entries), at)) == []


@pytest.fixture(scope="module")
def played(
    tmp_path_factory: pytest.TempPathFactory, waarborg: Callable[..., CommandResult]
) -> Path:
    """An output folder whose record holds the whole script."""
    out = tmp_path_factory.mktemp("second")
    taken = waarborg("determine", FOLDER, "--record", out, "--take", FOLDER / "script.yaml")
    assert taken.code == 0, taken.err
    return out


def test_the_commands_tell_each_round(waarborg: Callable[..., CommandResult], played: Path) -> None:
    """`due`, `docket`, `explain` and `status` say which round it is, of how many, and why it opened."""
    given = (FOLDER, "--record", played, "--at", "2031-05-18T10:00Z", "--json")
    [row] = json.loads(waarborg("due", *given).out)["rows"]
    assert row["id"] == "hearing-ferry/hear.3"
    assert row["what"] == "hear, third round of at most four: hear the accused party"
    assert row["words"].endswith("(the time for hear.2 had passed at 2031-05-18T08:00:00Z)")
    [course] = json.loads(waarborg("docket", *given).out)["procedures"]
    told = [(s["step"], s["round"], s["most_rounds"], s["back_to"]) for s in course["steps"]]
    assert told == [
        ("inspect", 1, 3, ""),
        ("hear", 1, 4, ""),
        ("conclude", 1, 4, "inspect"),
        ("inspect.2", 2, 3, ""),
        ("hear.2", 2, 4, "hear"),
        ("hear.3", 3, 4, ""),
    ]
    why = waarborg("explain", "hearing-ferry/hear.3", FOLDER, "--record", played).out
    assert "hear, third round of at most four" in why
    assert "The step whose time ran out: step hearing-ferry/hear.2" in why
    assert "from here it went back to hear" in why
    moved = json.loads(waarborg("status", *given).out)["moved_since"]["changes"]
    assert {(m["name"], m["after"]) for m in moved if m["kind"] == "step"} == {
        ("hearing-ferry/hear.2", "lapsed"),
        ("hearing-ferry/hear.3", "due"),
    }


def test_a_what_if_sends_a_case_back(
    waarborg: Callable[..., CommandResult], played: Path, tmp_path: Path
) -> None:
    """What would stand if the case were sent back is shown, and nothing is written."""
    asked = {
        "id": "supposed",
        "kind": "send-back",
        "at": "2031-05-13T12:00:00Z",
        "author": "GUA:chair",
        "course": "hearing-ferry",
        "step": "conclude",
        "to": "inspect",
        "reason": "look again",
    }
    agreed = {
        "id": "agreed",
        "at": asked["at"],
        "kind": "approve",
        "author": "ARD:liaison",
        "proposal": "supposed",
    }
    file = tmp_path / "supposed.jsonl"
    file.write_text(f"{json.dumps(asked)}\n{json.dumps(agreed)}\n", encoding="utf-8")
    given = (FOLDER, "--record", played, "--entries", file, "--at", "2031-05-13T13:00Z")
    found = waarborg("what-if", *given)
    assert found.code == 0, found.err
    assert "hearing-ferry/inspect.2" in found.out
    assert "until 16 May 2031, 12:00" in found.out
