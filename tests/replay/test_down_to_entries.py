"""Every row of the commission's views names the entries it rests on, and rests on these alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from small_mission import CommandResult
from waarborg.agreement.load import load
from waarborg.app.services.behind import Behind
from waarborg.app.services.docket import docket, due
from waarborg.app.services.explain_commission import Why
from waarborg.app.services.explanation import Explained
from waarborg.app.services.script import read_script
from waarborg.app.services.spoken import Speaker
from waarborg.app.wiring.proceedings import put, read_held
from waarborg.base.times import parse_instant
from waarborg.cases.below import Thing
from waarborg.cases.broken_rules import MEND, SAYS
from waarborg.cases.entry import Unreadable
from waarborg.obligations.below import Grounds
from waarborg.obligations.flags import flags_of_determination
from waarborg.obligations.state import Running, state
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.record.journal import Recorded
from waarborg.store.mission_record import MissionRecord, read_journal
from waarborg.store.record_folder import FolderSource

FOLDER = Path(__file__).parents[2] / "examples" / "ninety-days"
AGREEMENT = load((FOLDER / "agreement.yaml").read_text(encoding="utf-8"), "agreement.yaml")
SCRIPT = read_script((FOLDER / "script.yaml").read_text(encoding="utf-8"), "script.yaml")
DAYS = ("2030-01-15", "2030-01-22", "2030-01-24", "2030-01-26", "2030-01-29", "2030-02-16", "2030-02-18", "2030-03-12",
        "2030-04-02")  # fmt: skip

UTC = ZoneInfo("UTC")

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder whose record holds the whole script."""
    out, origin = tmp_path_factory.mktemp("down"), demonstration_origin("exercise.ninety-days")
    with MissionRecord.open(out, origin, demonstration_seed(origin)) as record:
        put(record, SCRIPT.entries)
    return out


@pytest.fixture(scope="module")
def recorded(played: Path) -> dict[int, Recorded]:
    """The statements of the record by their number."""
    return {each.place: each for each in read_journal(FolderSource(played / "record")).read()}


def _at(at: datetime, kept: set[str] | None = None) -> Running:
    entries = [e for e in SCRIPT.entries if kept is None or e.id in kept]
    return state(AGREEMENT, (), entries, at, at)


def _below(running: Running, thing: Thing, name: str) -> set[str]:
    return {
        under.below.name
        for under in Grounds(running).down(thing, name)
        if under.below.thing is Thing.ENTRY
    }


def test_what_came_after_a_ruling_is_told_as_such() -> None:
    """What came after a ruling and moves it, an appeal or a word on its remedy, says that it came later."""
    running = _at(parse_instant("2030-01-26T00:00:00Z"))
    case = running.commission.cases["shelling"]
    assert case.ruling is not None
    later = {entry.id for entry in SCRIPT.entries if entry.known_at > case.ruling.at}
    named = Grounds(running).of(Thing.DETERMINATION, "det-shelling")
    assert {one.name: one.part for one in named if one.name in later} == {
        "appeal": "an appeal, which came after the ruling",
        "remedy-contested": "what became of the remedy, which came after the ruling",
    }


@pytest.mark.parametrize("day", DAYS)
def test_what_a_row_rests_on_is_all_it_rests_on(day: str) -> None:
    """Replayed with nothing but the entries named under it, each ruling and promise comes out the same."""
    at = parse_instant(f"{day}T00:00:00Z")
    full = _at(at)
    for made in full.determinations():
        alone = _at(at, _below(full, Thing.DETERMINATION, str(made.id)))
        assert made in alone.determinations()
        assert flags_of_determination(alone, made) == flags_of_determination(full, made)
    for owed in full.obligations(at):
        alone = _at(at, _below(full, Thing.OBLIGATION, str(owed.id)))
        assert owed in alone.obligations(at)


@pytest.mark.parametrize("day", DAYS)
def test_a_deadline_rests_on_what_is_named_under_it(day: str) -> None:
    """A deadline of any sort comes out the same from the entries under it, in state, time and words."""
    at = parse_instant(f"{day}T00:00:00Z")
    full = _at(at)
    for row in due(full, at):
        alone = _at(at, _below(full, row.thing, row.id))
        assert row in due(alone, at)


@pytest.mark.parametrize("day", DAYS)
def test_a_case_rests_on_what_is_named_under_it(day: str) -> None:
    """A row of the docket comes out the same, but for how many like it came before."""
    at = parse_instant(f"{day}T00:00:00Z")
    full = _at(at)
    for row in docket(full, at):
        alone = docket(_at(at, _below(full, Thing.CASE, row["case"])), at)
        assert row | {"alike_before": 0} in [other | {"alike_before": 0} for other in alone]


def _shown(waarborg: Callable[..., CommandResult], command: str, played: Path, *more: str) -> Any:
    told = waarborg(command, FOLDER, "--record", played, *more, "--json")
    assert told.code == 0, told.err
    return json.loads(told.out)


def _entries_of(rows: Rows) -> Rows:
    return [row for row in rows if row["thing"] == "entry"]


@pytest.mark.parametrize(
    ("command", "table", "key"),
    [("docket", "rows", "case"), ("due", "rows", "id"), ("determine", "determinations", "determination")],
)  # fmt: skip
def test_each_row_names_entries_as_the_record_does(
    waarborg: Callable[..., CommandResult],
    played: Path,
    recorded: dict[int, Recorded],
    command: str,
    table: str,
    key: str,
) -> None:
    """Number, digest, kind, signer and both times are those of the statement on the record."""
    day = () if command == "determine" else ("--as-of", "2030-02-18T00:00Z")
    rows = _shown(waarborg, command, played, *day)[table]
    assert rows
    for row in rows:
        named = _entries_of(row["rests_on"])
        assert named, row[key]
        for each in named:
            there = recorded[each["number"]]
            said = there.statement
            assert (each["digest"], each["kind"], each["author"], each["name"]) == (
                said.hash, said.kind, said.author, said.body["id"],
            )  # fmt: skip
            assert parse_instant(each["at"]).timestamp() == said.claimed_at
            assert parse_instant(each["known_at"]) == there.recorded_at


def test_a_deadline_names_ruling_votes_gate_and_what_they_cite(
    waarborg: Callable[..., CommandResult], played: Path
) -> None:
    """What Guardia owes rests on the ruling and what lay under it, and on the senate's no."""
    rows = _shown(waarborg, "due", played, "--as-of", "2030-01-24T00:00Z")["rows"]
    [help_row] = [row for row in rows if row["id"] == "obl-shelling-help-GUA"]
    under = {row["name"]: (row["part"], row["under"]) for row in help_row["rests_on"]}
    assert under["det-shelling"] == ("the determination it follows from", "obl-shelling-help-GUA")
    assert under["p2"] == ("the proposal", "det-shelling")
    assert under["v2-bor"] == ("a vote", "det-shelling")
    assert under["heard"] == ("a step of the procedure, taken", "det-shelling")
    assert under["photo-1"] == ("cited", "grade")
    assert under["senate-no"] == ("gate GUA-senate refused for shelling", "obl-shelling-help-GUA")
    assert "v1-gua" not in under, "a vote on a proposal that was not adopted"
    [duty] = [row for row in rows if row["id"] == "shelling/remedy:p2"]
    assert duty["thing"] == "duty"


def test_the_docket_tells_accounts_tasks_and_what_each_voter_knew(
    waarborg: Callable[..., CommandResult], played: Path
) -> None:
    """Rival accounts stand side by side; a vote names the entries that were in and those that came later."""
    rows = _shown(waarborg, "docket", played)["rows"]
    [case] = [row for row in rows if row["case"] == "shelling"]
    sides = {side["party"]: [said["entry"] for said in side["says"]] for side in case["accounts"]}
    assert sides == {"ARD": ["shelling"], "BOR": ["reply", "rival"]}
    [task] = case["tasks"]
    assert (task["task"], task["state"], task["done"]) == ("fragments", "done", "fragments-in")
    [asked] = case["inspections"]
    assert (asked["by"], asked["answer"], asked["access"]) == ("GUA:chair", "blocked", "obstructed")
    [vote] = [v for b in case["ballots"] for v in b["votes"] if v["entry"] == "v2-gua"]
    assert vote["knew"]["entries"][-2:] == ["p2", "p2-ok"]
    assert vote["knew"]["came_later"][:2] == ["v2-ard", "v2-bor"]
    [entry] = [e for e in case["entries"] if e["id"] == "v2-gua"]
    assert vote["knew"]["record_size"] == entry["number"]
    [grade] = [e for e in case["entries"] if e["id"] == "grade"]
    assert grade["cites"] == ["photo-1", "crater-log"]


def test_everything_that_is_printed_is_explained(played: Path) -> None:
    """Each case, ruling, deadline, promise, gate and entry is told in words, down to entries by number."""
    end = parse_instant("2030-06-02T00:00:00Z")
    running = _at(end)
    held = read_held(played, None)
    why = Why(Behind(running, held.places), running, end, Speaker(AGREEMENT, UTC), lambda _: None)
    shown = {row.id for row in due(running, end)} | {row["case"] for row in docket(running, end)}
    assert shown <= why.names().keys()
    for name, key in why.names().items():
        found = why.tell(key)
        assert found.id == name
        if key[0] is Thing.OBLIGATION:
            assert _numbers(found) >= {each["number"] for each in _numbered(why, name)}


def _numbered(why: Why, name: str) -> Rows:
    return [row for row in why.behind.rows(Thing.OBLIGATION, name) if row["thing"] == "entry"]


def _numbers(found: Explained) -> set[int]:
    own = {found.entry["number"]} if found.entry else set()
    return own.union(*map(_numbers, found.parts))


_NAMES = {"case", "entry", "proposal", "task", "request", "determination", "course", "rules", "guarantee",
          "commitment", "version"}  # fmt: skip
"""Keys under which the views name something that can be asked for."""


def _named_in(told: Any, key: str = "") -> set[str]:
    """Every name in what a view prints, but for what an entry only cites."""
    if isinstance(told, list):
        return set().union(*(_named_in(each, key) for each in told))
    if isinstance(told, dict):
        if "thing" in told and "name" in told:
            return set() if told["thing"] in {"cited", "finding"} else {told["name"]}
        counted = told.get("counted", {}).values()
        names = {n for states in counted for group in states.values() for n in group}
        own = {told["id"]} if "thing" in told else set()
        return names.union(own, *(_named_in(each, name) for name, each in told.items()))
    return {told} if key in _NAMES and told else set()


@pytest.mark.parametrize("command", ["docket", "status", "determine"])
def test_whatever_a_view_names_is_explained(
    waarborg: Callable[..., CommandResult], played: Path, command: str
) -> None:
    """No name that docket, status and determine print is unknown to `explain`, refused entries with them."""
    end = parse_instant("2030-06-02T00:00:00Z")
    running = _at(end)
    why = Why(Behind(running), running, end, Speaker(AGREEMENT, UTC), lambda _: None)
    named = _named_in(_shown(waarborg, command, played))
    assert len(named) > 20
    assert named - why.names().keys() == set()


def test_a_refused_entry_says_what_refused_it_and_how_to_mend_it(
    waarborg: Callable[..., CommandResult], played: Path
) -> None:
    """What it said, who signed it and when, the rule, and what to do; a view tells how to mend it as well."""
    told = waarborg("explain", "senate-twice", FOLDER, "--record", played)
    assert told.code == 0, told.err
    for words in (
        "Refused entry senate-twice",
        "refused under COM-006: GUA-senate is decided already: refused",
        f"the rule: {SAYS['COM-006']}",
        f"how to mend it: {MEND['COM-006']}",
        "it changed nothing, and stays on the record as it was signed",
        "gate step: gate: GUA-senate; step: given; case: shelling",
        "signed for GUA:senate with a key that anyone can work out from the record's name",
        "reached the record at 22 January 2030, 11:00",
    ):
        assert words in told.out
    rows = {row["entry"]: row for row in _shown(waarborg, "status", played)["refused"]}
    assert rows["senate-twice"]["mend"] == MEND["COM-006"]


def test_a_name_used_twice_and_an_entry_that_cannot_be_read_are_explained() -> None:
    """The entry that counts says that another of its name was refused; what cannot be read says so."""
    last = SCRIPT.entries[-1]
    again = replace(next(e for e in SCRIPT.entries if e.id == "senate-no"), known_at=last.known_at)
    unread = replace(last, id="scrawl", act=Unreadable("vote", "vote lacks its field choice"))
    end = parse_instant("2030-12-01T00:00:00Z")
    running = state(AGREEMENT, (), (*SCRIPT.entries, again, unread), end, end)
    why = Why(Behind(running), running, end, Speaker(AGREEMENT, UTC), lambda _: None)
    twice = " ".join(why.tell(why.names()["senate-no"]).lines)
    assert (
        "another entry by GUA:senate under this name was refused: there is an entry senate-no"
        in twice
    )
    scrawl = why.tell(why.names()["scrawl"])
    assert (
        "refused under COM-021: a vote that cannot be read: vote lacks its field choice"
        in scrawl.lines
    )
    [said] = scrawl.parts
    assert said.lines[0] == "vote: it cannot be read: vote lacks its field choice"


def test_an_obligation_is_explained_from_the_record_alone(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """The record of an exercise holds its text, so that the name alone is enough; near ones are named."""
    assert waarborg("exercise", FOLDER, "--out", tmp_path).code == 0
    told = waarborg("explain", "obl-shelling-help-GUA", "--out", tmp_path)
    assert told.code == 0, told.err
    assert "until when: 48 hours after the ruling, so at 23 January 2030, 12:00" in told.out
    assert "Gate GUA-senate refused for shelling: entry senate-no" in told.out
    assert (
        "signed for GUA:senate with a key that anyone can work out from the record's name, "
        "reached the record at 22 January 2030, 10:00"
    ) in told.out
    assert "· exercise: states, ceasefire and events are made up" in told.out
    wrong = waarborg("explain", "obl-shelling-helb", "--out", tmp_path)
    assert wrong.code == 1
    assert "CLI-004 obl-shelling-helb · nothing has this identifier" in wrong.err
    assert "nearest to it: obl-shelling-help-GUA" in " ".join(wrong.err.split())


def test_entries_alone_are_explained_with_the_folder_behind_them(
    waarborg: Callable[..., CommandResult], played: Path
) -> None:
    """A record without its text says which folder to name; with it, a step is explained."""
    alone = waarborg("explain", "answer-shelling/consult", "--out", played)
    assert alone.code == 1
    assert "CLI-003" in alone.err
    assert "waarborg explain ID FOLDER --record OUT" in " ".join(alone.err.split())
    asked = ("--as-of", "2030-01-22T00:00Z")
    told = waarborg("explain", "answer-shelling/consult", FOLDER, "--record", played, *asked)
    assert told.code == 0, told.err
    assert "until when: 72 hours after the ruling, so at 24 January 2030, 12:00" in told.out
    assert "state at the end of 21 January 2030: due" in told.out


_TABLES = ("blocked", "commitments", "standing", "amendments", "next_movable")


def test_each_row_of_the_picture_names_its_entries(
    waarborg: Callable[..., CommandResult], played: Path, recorded: dict[int, Recorded]
) -> None:
    """Tables, what moved and what is only counted lead to entries or to rows of docket and due."""
    asked = ("--as-of", "2030-02-18T00:00Z", "--since", "2030-02-14T00:00Z")
    picture = _shown(waarborg, "status", played, *asked)
    rows = [row for table in _TABLES for row in picture[table]]
    moved = picture["moved_since"]["changes"]
    assert len(moved) > 5
    for row in (*rows, *moved):
        named = _entries_of(row["rests_on"])
        from_file = row.get("entry") == "" or row.get("kind") == "commitment" or "what" in row
        assert named or from_file, row
        assert {recorded[e["number"]].statement.body["id"] for e in named} == {
            e["name"] for e in named
        }
    under = [row["rests_on"] for row in picture["blocked"] if row["guarantee"] == "help"]
    assert under
    assert all("s-gua" in {e["name"] for e in rests_on} for rests_on in under)
    refused = {row["entry"]: recorded[row["number"]].statement.hash for row in picture["refused"]}
    assert refused == {row["entry"]: row["digest"] for row in picture["refused"]}
    counts = {state: len(names) for state, names in picture["counted"]["cases"].items()}
    assert counts == picture["cases"]
    owed = {state: len(names) for state, names in picture["counted"]["obligations"].items()}
    assert owed == picture["obligations"]
    steps = {state: len(names) for state, names in picture["counted"]["steps"].items()}
    assert steps == picture["steps"]


def test_what_if_tells_what_each_side_rests_on(
    waarborg: Callable[..., CommandResult], played: Path
) -> None:
    """What is supposed is named beside what is on the record, and has no number there."""
    asked = ("--grant", "GUA-senate", "--as-of", "2030-01-23T00:00Z")
    found = _shown(waarborg, "what-if", played, *asked)
    [row] = [row for row in found["obligations"] if row["id"] == "obl-shelling-help-GUA"]
    now = {e["name"]: e["number"] for e in _entries_of(row["rests_on"]["now"])}
    then = {e["name"]: e["number"] for e in _entries_of(row["rests_on"]["what_if"])}
    assert now["senate-no"] == then["senate-no"] is not None
    supposed = {name: number for name, number in then.items() if name not in now}
    assert supposed
    assert set(supposed.values()) == {None}
    assert all(name.startswith("what-if-GUA-senate") for name in supposed)


def test_each_turn_of_an_exercise_names_entries(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """A turn says where its entry stands on the record that it left, and what each move rests on."""
    told = waarborg("exercise", FOLDER, "--out", tmp_path, "--json")
    assert told.code == 0, told.err
    turns = json.loads(told.out)["turns"]
    [shut] = [turn for turn in turns if turn["entry"] == "senate-no"]
    assert shut["said"]["author"] == "GUA:senate"
    journal = read_journal(FolderSource(tmp_path / "record"))
    assert journal.statement(shut["said"]["number"]).body["id"] == "senate-no"
    moved = {(m["kind"], m["name"]): m["rests_on"] for m in shut["moved"]}
    under = _entries_of(moved["obligation", "obl-shelling-help-GUA"])
    assert {"senate-no", "p2", "v2-gua"} <= {e["name"] for e in under}
    [lapse] = [t for t in turns if t["entry"] == "the clock" and t["at"] == "2030-01-25T12:00:00Z"]
    assert lapse["said"] is None
    assert all(_entries_of(m["rests_on"]) for m in lapse["moved"])
