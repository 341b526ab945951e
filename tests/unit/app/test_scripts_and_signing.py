"""Scripts of exercises, judgements on the record, and keys: what is wrong is told, with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from small_mission import CommandResult
from waarborg.app.services.proceedings import draft_of, entries_of, judgements_of
from waarborg.app.services.script import read_script
from waarborg.base.problems import ProblemsFound
from waarborg.base.times import parse_instant
from waarborg.incidents.judgements import Sameness
from waarborg.record.demonstration import demonstration_origin
from waarborg.record.journal import Journal
from waarborg.record.statement import Draft

FOLDER = Path(__file__).parents[3] / "examples" / "ninety-days"
SCRIPT = """\
waarborg: script/1
title: Small
start: 2030-01-01T00:00Z
events:
  - {after: PT6H, by: "ARD:x", does: comment, as: one, with: {case: c, words: w}, tells: first}
  - {after: P1D, by: "BOR:x", does: comment, with: {case: c, words: w}, received: 2030-01-05T00:00Z}
"""


def test_a_script_tells_when_each_thing_was_done_and_came_in() -> None:
    """Times after the event before, and a late arrival kept apart from when it was done."""
    script = read_script(SCRIPT, "s.yaml")
    assert [(e.at.isoformat(), e.known_at.isoformat()) for e in script.entries] == [
        ("2030-01-01T06:00:00+00:00", "2030-01-01T06:00:00+00:00"),
        ("2030-01-02T06:00:00+00:00", "2030-01-05T00:00:00+00:00"),
    ]
    assert [e.id for e in script.entries] == ["one", "event-6"]
    assert script.events[0].tells == "first"
    assert script.exercise.startswith("exercise:")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("script/1", "script/2", "s.yaml:1 · this is no script"),
        ("title: Small", "titel: Small", "no such key: titel"),
        ("tells: first", "told: first", "s.yaml:5 · no such key: told"),
        ("after: PT6H", "after: soon", "the event has no moment"),
        ("after: PT6H, ", "", "the event has no moment"),
        ("received: 2030-01-05T00:00Z", "received: later", "received is no moment"),
        ("does: comment, as", "does: shout, as", "s.yaml:5 · this is no kind of entry"),
        ("ARD:x", "ARD:x ", "s.yaml:5 · author is no name"),
        ("events:", "events: [1]\nother:", "an event is a mapping"),
        ("title: Small", "title: [", "this is no YAML"),
    ],
)
def test_what_is_wrong_with_a_script_is_told_with_its_line(old: str, new: str, words: str) -> None:
    """COM-104 and COM-101, all at once."""
    with pytest.raises(ProblemsFound, match="COM-10") as told:
        read_script(SCRIPT.replace(old, new, 1), "s.yaml")
    assert words in str(told.value)


def test_an_entry_goes_onto_the_record_and_back() -> None:
    """What an author signs leaves out only when it came in, which the record says."""
    journal = Journal(demonstration_origin("test"))
    [one, _] = read_script(SCRIPT, "s.yaml").entries
    journal.say(one.author, draft_of(one))
    journal.mark(one.known_at)
    assert list(entries_of(journal.read())) == [one]


def test_judgements_on_reports_are_read_back_pair_by_pair() -> None:
    """Merge, split and take back: signed, and the record's time says which is the latest."""
    journal = Journal(demonstration_origin("test"))
    for place, kind in enumerate(("merge-judgement", "split-judgement", "open-judgement")):
        body = {"reports": ["rep-b", "rep-a"] + ["rep-c"] * (place == 0), "reason": "one film"}
        journal.say("mission:ana", Draft(kind, body, 0))
        journal.mark(parse_instant(f"2030-01-0{place + 1}T00:00Z"))
    journal.say(
        "mission:ana", Draft("merge-judgement", {"reports": ["rep-a", "rep-b"], "reason": "x"}, 0)
    )
    found = list(judgements_of(journal.read()))
    assert [(j.one, j.other, j.sameness) for j in found] == [
        ("rep-a", "rep-b", Sameness.SAME),
        ("rep-a", "rep-c", Sameness.SAME),
        ("rep-b", "rep-c", Sameness.SAME),
        ("rep-a", "rep-b", Sameness.DIFFERENT),
        ("rep-a", "rep-b", Sameness.UNSURE),
    ]
    assert found[-1].when == parse_instant("2030-01-03T00:00Z")


@pytest.mark.parametrize(
    ("content", "origin", "words"),
    [
        ("zz", (), "the key cannot be used"),
        ("00" * 5, (), "found: 5 bytes"),
        ("00" * 32, (), "found: no --origin beside it"),
    ],
)
def test_a_key_that_cannot_be_used_is_told(
    waarborg: Callable[..., CommandResult],
    tmp_path: Path,
    content: str,
    origin: tuple[str, ...],
    words: str,
) -> None:
    """CLI-030 names the file, what is expected and what to do; nothing is written."""
    (tmp_path / "key").write_text(content, encoding="ascii")
    (tmp_path / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    told = waarborg(
        "determine", FOLDER, "--record", tmp_path / "out", "--take", tmp_path / "s.yaml",
        "--key", tmp_path / "key", *origin,
    )  # fmt: skip
    assert told.code == 1
    assert "CLI-030" in told.err
    assert words in told.err
    assert not (tmp_path / "out").exists()


def test_lines_that_are_no_entries_are_told_all_at_once(
    waarborg: Callable[..., CommandResult], tmp_path: Path
) -> None:
    """COM-100 for what is no JSON, COM-101 for what is no act, each with its line."""
    file = tmp_path / "more.jsonl"
    file.write_text('{"id": "a", "kind": "vote"}\nnot json\n', encoding="utf-8")
    told = waarborg("determine", FOLDER, "--record", tmp_path / "out", "--take", file)
    assert told.code == 1
    assert f"COM-100 {file}:2" in told.err
    assert f"COM-101 {file}:1" in told.err
