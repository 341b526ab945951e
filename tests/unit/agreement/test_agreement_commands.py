"""The command group `agreement`, the worked cases, the warnings and the published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from waarborg.agreement.json_schema import json_schema
from waarborg.agreement.load import load
from waarborg.agreement.worked_cases import run_cases
from waarborg.app.cli.agreement import app

EXAMPLE = Path(__file__).parents[3] / "examples" / "easter-truce-2026"
FILES = ("agreement.yaml", "exercise.yaml")


@pytest.mark.parametrize("name", FILES)
def test_shipped_files_check_and_their_cases_hold(name: str) -> None:
    """Both shipped files pass, and every worked case comes out as a lawyer wrote it."""
    runner = CliRunner()
    assert runner.invoke(app, ["check", str(EXAMPLE / name)]).exit_code == 0
    result = runner.invoke(app, ["test", str(EXAMPLE / name), "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["failed"] == 0
    assert len(found["outcomes"]) >= 8


def test_a_wrong_expectation_fails_with_the_reason(tmp_path: Path) -> None:
    """A case that does not hold names its line, what came out and why, and the exit code tells."""
    text = (EXAMPLE / "agreement.yaml").read_text("utf-8")
    wrong = text.replace(
        "expect: {RU-cease: violated, UA", "expect: {RU-cease: not_violated, UA", 1
    )
    path = tmp_path / "wrong.yaml"
    path.write_text(wrong, "utf-8")
    result = CliRunner().invoke(app, ["test", str(path)])
    assert result.exit_code == 1
    assert "first-minute, RU-cease: expected not_violated, found violated because" in result.stdout
    assert "the time falls within truce" in result.stdout


@pytest.mark.parametrize(
    ("content", "code"), [(b"a: [", "AGR-001"), (b"\xff\xfea", "AGR-059"), (None, "AGR-058")]
)
def test_refusals_come_as_json(tmp_path: Path, content: bytes | None, code: str) -> None:
    """With --json every problem is data, and the exit code is that of a refusal."""
    path = tmp_path / "file.yaml"
    if content is not None:
        path.write_bytes(content)
    result = CliRunner().invoke(app, ["check", str(path), "--json"])
    assert result.exit_code == 1
    assert [p["code"] for p in json.loads(result.stdout)["problems"]] == [code]


def test_an_unreadable_row_of_a_case_is_named() -> None:
    """A case with a property that no incident has is an error of the case."""
    agreement = load((EXAMPLE / "agreement.yaml").read_text("utf-8"), "agreement.yaml")
    case = replace(agreement.cases[0], row={"weather": "fine"})
    with pytest.raises(ValueError, match="case first-minute gives weather, which no incident has"):
        run_cases(replace(agreement, cases=(case,)))


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        (
            "\nclauses:",
            "\n  idle: {words: idle, reads: always, certainty: assumed}\n\nclauses:",
            "AGR-050",
            "the term idle is never used",
        ),
        (
            "\nterms:",
            "\n  later: {from: 2026-05-01T00:00Z, until: 2026-05-02T00:00Z}\n\nterms:",
            "AGR-051",
            "the period later is never used",
        ),
        (
            "\nparties:",
            "\n  more: {title: More, kind: fiction}\n\nparties:",
            "AGR-052",
            "the source more is never used",
        ),
        (
            "    drop_except: [RU-cease, UA-mirror]\n",
            "",
            "AGR-054",
            "the reading no_excuse changes nothing",
        ),
        (
            "quote: we are ready for mirror steps",
            "quote: one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
            "AGR-055",
            "the quote of clause UA-1 is long",
        ),
    ],
)
def test_warnings(old: str, new: str, code: str, message: str) -> None:
    """What is never used or changes nothing is pointed out and refuses nothing."""
    text = (EXAMPLE / "agreement.yaml").read_text("utf-8")
    assert old in text
    found = load(text.replace(old, new, 1), "agreement.yaml").warnings
    assert [(w.code, w.message, w.severity) for w in found] == [(code, message, "warning")]


def test_gates_and_rings_are_warned_of() -> None:
    """A gate that nothing passes, and promises that wait for each other, are pointed out."""
    text = (EXAMPLE / "exercise.yaml").read_text("utf-8")
    backstop = "    words: the United States backs the force\n"
    ring = load(text.replace(backstop, backstop + "    relies_on: [force]\n"), "e.yaml").warnings
    assert [w.found for w in ring if w.code == "AGR-056"] == [
        "force waits for us-backstop waits for force"
    ]
    idle = text.replace(
        "guarantees:",
        "  idle: {of: FI, effect: none, for: training, words: x, certainty: assumed}\n\nguarantees:",
        1,
    )
    assert "the gate idle is never used" in {w.message for w in load(idle, "e.yaml").warnings}


def test_the_published_schema_is_the_loaders() -> None:
    """The command prints the schema that is built from the loader's own shape."""
    result = CliRunner().invoke(app, ["schema"])
    assert json.loads(result.stdout) == json_schema()
    assert json_schema()["additionalProperties"] is False
    assert "exercise" in json_schema()["properties"]
