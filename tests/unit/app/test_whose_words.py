"""What a party wrote shows whose words it is, and cannot pass for a line of what the software found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commission_begun import at, run, said
from commission_moves import FOLDER, NINETY
from small_mission import CommandResult
from waarborg.app.services.alleged import cells
from waarborg.app.services.behind import Behind
from waarborg.app.services.docket import docket, due
from waarborg.app.services.explain_commission import Why
from waarborg.app.services.spoken import Speaker
from waarborg.app.wiring.proceedings import put
from waarborg.base.times import format_instant
from waarborg.cases.below import Thing
from waarborg.cases.entry import Entry
from waarborg.obligations.state import Running
from waarborg.store.mission_record import MissionRecord

SPEAKER = Speaker(NINETY, ZoneInfo("UTC"))
FORGED = "x\nflag: no breach"
SHOWN = "x ⏎ flag: no breach"


def opened(words: str) -> Entry:
    """A case against Borland in which somebody wrote something."""
    return said(
        "extra", 5, "ARD:l", "open-case", body="commission", accused="BOR", clause="C-1", words=words,
        happened_from=format_instant(at(-5)), happened_until=format_instant(at(0)),
    )  # fmt: skip


def row_of(running: Running, hours: float) -> dict[str, Any]:
    """The case as the docket has it."""
    return next(row for row in docket(running, at(hours)) if row["case"] == "extra")


def explained(running: Running, hours: float) -> str:
    """Everything that `explain` says of the case, line by line."""
    why = Why(Behind(running), running, at(hours), SPEAKER, lambda _: None)
    waiting = [why.tell((Thing.CASE, "extra"))]
    lines: list[str] = []
    while waiting:
        told = waiting.pop(0)
        lines += told.lines
        waiting += told.parts
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("entries", "flag"),
    [
        ([("change-step", {"case": "extra", "direction": "down", "words": "Ardania has admitted it"})],
         "step down, by the word of BOR:l (e0): Ardania has admitted it"),
        ([("change-step", {"case": "extra", "direction": "up", "words": FORGED})],
         f"step up, by the word of BOR:l (e0): {SHOWN}"),
        ([("request-inspection", {"case": "extra", "of": "ARD", "place": FORGED}),
          ("answer-inspection", {"request": "e0", "access": "refused"})],
         f"access refused, by the word of BOR:l (e1): ARD at {SHOWN}"),
    ],
)  # fmt: skip
def test_a_flag_that_shows_somebodys_words_says_whose_in_one_line(
    entries: list[tuple[str, dict[str, Any]]], flag: str
) -> None:
    """The author and the entry stand before the words, in the data and in what a person reads."""
    acts = [
        said(f"e{n}", 6 + n, "BOR:l", kind, **fields) for n, (kind, fields) in enumerate(entries)
    ]
    running = run(opened("the quay burns"), *acts)
    row = row_of(running, 9)
    assert row["flags"] == [flag]
    for shown in (cells(SPEAKER, row, "")[2], explained(running, 9)):
        told = [line for line in shown.splitlines() if line.startswith("flag: ")]
        assert told == [f"flag: {SPEAKER.words(flag)}"]


def test_no_words_of_an_entry_make_a_line_of_their_own() -> None:
    """Why a case was opened and closed, what a task asks: each stays in the line that says who wrote it."""
    running = run(
        opened(FORGED),
        said("look", 6, "GUA:x", "task", case="extra", assignee="WIT:y", words=FORGED),
        said("end", 7, "GUA:x", "close-case", case="extra", reason=FORGED),
    )
    row = row_of(running, 8)
    assert row["words_by"] == "ARD:l"
    assert [words.partition(" by ")[0] for words in row["conduct"]] == [
        "the closing of the case was proposed"
    ]
    assert f"ARD:l: {SHOWN}" in cells(SPEAKER, row, "")[1].splitlines()
    assert f"{SHOWN} (task of GUA:x)" in {each.what for each in due(running, at(8))}
    for shown in (*cells(SPEAKER, row, FORGED), explained(running, 8), *row["conduct"]):
        assert not [line for line in shown.splitlines() if line.startswith("flag: no breach")]
    assert f"ARD:l: {SHOWN}" in explained(running, 8).splitlines()


@pytest.mark.parametrize("column", ["words", "name", "flags", "state"])
def test_no_cell_has_a_line_that_somebody_forged(column: str) -> None:
    """Whatever column it stands in; several things in a column of words stand below each other."""
    assert SPEAKER.cell(column, FORGED) == SHOWN
    assert SPEAKER.cell("words", ["ruled", FORGED]).splitlines() == ["ruled", SHOWN]


def test_brackets_in_what_somebody_wrote_are_shown_as_they_stand(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """The table shows "[bold]" as it was written, with nothing before it and nothing in its place."""
    folder = small_exercise(tmp_path, words="[bold]the quay burns")
    assert waarborg("exercise", folder, "--out", tmp_path / "out").code == 0
    told = waarborg("docket", folder, "--record", tmp_path / "out")
    assert told.code == 0, told.err
    assert "[bold]the quay" in told.out
    assert "\\[" not in told.out


def test_explain_says_when_anyone_could_have_signed(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """A key worked out from the record's name shows nothing about its author; one of a secret is no such key."""
    folder, out = small_exercise(tmp_path, words="the quay burns"), tmp_path / "out"
    assert waarborg("exercise", folder, "--out", out).code == 0
    told = waarborg("explain", "extra", folder, "--out", out)
    assert told.code == 0, told.err
    anyones = "signed for ARD:l with a key that anyone can work out from the record's name, reached"
    assert anyones in told.out
    entry = opened("the quay burns")
    with MissionRecord.open(tmp_path / "own", "waarborg.example/ninety-days", b"s" * 32) as record:
        put(record, [entry])
    told = waarborg("explain", "extra", folder, "--out", tmp_path / "own")
    assert told.code == 0, told.err
    assert "signed by ARD:l, reached the record" in told.out


def small_exercise(tmp_path: Path, words: str) -> Path:
    """A folder with the text of the ninety days and a script of one case."""
    folder = tmp_path / "mission"
    folder.mkdir()
    copyfile(FOLDER / "agreement.yaml", folder / "agreement.yaml")
    fields = {
        "body": "commission", "accused": "BOR", "clause": "C-1", "words": words,
        "happened_from": "2030-01-10T00:00Z", "happened_until": "2030-01-10T06:00Z",
    }  # fmt: skip
    event = {
        "at": "2030-01-10T08:00Z", "by": "ARD:l", "does": "open-case", "as": "extra", "with": fields,
    }  # fmt: skip
    script = {
        "waarborg": "script/1",
        "title": "One case",
        "start": "2030-01-01T08:00Z",
        "events": [event],
    }
    (folder / "script.yaml").write_text(json.dumps(script), encoding="utf-8")
    return folder
