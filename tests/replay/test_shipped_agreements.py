"""The agreements that are shipped: each is read without a warning, its worked cases and its proofs hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from waarborg.agreement.file_shape import FILE
from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement
from waarborg.agreement.readings import under
from waarborg.agreement.shape import Either, ListOf, MapOf, Record, Shape
from waarborg.agreement.vocabulary import CAPACITIES, ClockKind, GateEffect, RunsFrom, Strength
from waarborg.agreement.worked_cases import run_cases
from waarborg.agreement.yaml_tree import Mapping_, Sequence_, Tree, read_tree
from waarborg.agreement.zones import Zones, read_zones
from waarborg.app.cli.agreement import app
from waarborg.coverage.questions import answer

EXAMPLES = Path(__file__).parents[2] / "examples"
FICTION = EXAMPLES / "agreements" / "two-rivers" / "agreement.yaml"
SHIPPED = sorted(EXAMPLES.glob("agreements/*/*.yaml"))
WITH_QUESTIONS = [path for path in SHIPPED if "\nquestions:" in path.read_text("utf-8")]


def name_of(path: Path) -> str:
    """Folder and file, as a test is called."""
    return f"{path.parent.name}/{path.stem}"


def opened(path: Path) -> tuple[Agreement, Zones | None]:
    """The agreement of a file, over the map beside it."""
    beside = path.parent / "zones.geojson"
    zones = read_zones(beside.read_text("utf-8"), beside.name) if beside.exists() else None
    return load(path.read_text("utf-8"), path.name, zones), zones


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_a_shipped_file_passes_and_its_cases_hold(path: Path) -> None:
    """Each file is checked without a warning, and each worked case comes out as it is written."""
    checked = CliRunner().invoke(app, ["check", str(path), "--json"])
    assert (checked.exit_code, json.loads(checked.stdout)["problems"]) == (0, [])
    tested = CliRunner().invoke(app, ["test", str(path), "--json"])
    found = json.loads(tested.stdout)
    assert [row for row in found["outcomes"] if row["expected"] != row["found"]] == []
    assert tested.exit_code == 0
    assert len(found["outcomes"]) >= 8


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_each_case_of_a_shipped_file_says_what_it_shows(path: Path) -> None:
    """A lawyer who reads a worked case is told what it is for."""
    agreement, _ = opened(path)
    assert [case.id for case in agreement.cases if len(case.why.split()) < 4] == []


@pytest.mark.parametrize("path", SHIPPED, ids=name_of)
def test_each_prohibition_of_a_shipped_file_has_a_case(path: Path) -> None:
    """No prohibition is shipped without a case that breaks it and one that does not."""
    agreement, _ = opened(path)
    for outcome in ("violated", "not_violated"):
        held = {n for case in agreement.cases for n, e in case.expect.items() if e == outcome}
        assert {rule.id for rule in agreement.prohibitions} - held == set(), outcome


@pytest.mark.parametrize("path", WITH_QUESTIONS, ids=name_of)
def test_the_questions_of_a_shipped_file_are_proved(path: Path) -> None:
    """Each proof that a file asks for comes out as the file expects."""
    agreement, zones = opened(path)
    found = {q.id: answer(agreement, zones, q).found for q in agreement.questions}
    assert found == {q.id: q.expect for q in agreement.questions}


def _used(shape: Shape, tree: Tree, at: str) -> Iterator[str]:
    """The keys of the language that a tree uses, as "guarantees.NAME.within"."""
    match shape:
        case Either(options):
            for option in options:
                yield from _used(option, tree, at)
        case Record(keys) if isinstance(tree, Mapping_):
            for entry in tree.entries:
                if entry.key in keys:
                    yield f"{at}.{entry.key}"
                    yield from _used(keys[entry.key].shape, entry.value, f"{at}.{entry.key}")
        case MapOf(item) if isinstance(tree, Mapping_):
            for entry in tree.entries:
                yield from _used(item, entry.value, f"{at}.NAME")
        case ListOf(item):
            for part in tree.items if isinstance(tree, Sequence_) else (tree,):
                yield from _used(item, part, at)
        case _:
            return


def _known(shape: Shape, at: str) -> Iterator[str]:
    """Every key of the language, written the same way."""
    match shape:
        case Either(options):
            for option in options:
                yield from _known(option, at)
        case Record(keys):
            for name, key in keys.items():
                yield f"{at}.{name}"
                yield from _known(key.shape, f"{at}.{name}")
        case MapOf(item):
            yield from _known(item, f"{at}.NAME")
        case ListOf(item):
            yield from _known(item, at)
        case _:
            return


NOT_OF_A_FICTION = {
    "file.sources.NAME.url",
    "file.sources.NAME.licence",
    "file.form.ended",
    "file.reading.reviewed_by",
}
"""What a text that does not exist cannot have: an address, a licence, an end, a reviewer."""


def test_the_fiction_uses_every_key_of_the_language() -> None:
    """Each key that an agreement file may hold has its use in the fictional agreement."""
    tree, problems = read_tree(FICTION.read_text("utf-8"), FICTION.name)
    assert tree is not None
    assert problems == []
    used = set(_used(FILE, tree, "file"))
    unused = set(_known(FILE, "file")) - used
    elsewhere = ("file.amendments.NAME.changes.", "file.amendments.NAME.ends.")
    asked = {k for k in unused if not k.endswith(".open") and not k.startswith(elsewhere)}
    assert asked == NOT_OF_A_FICTION
    assert any(key.endswith("within.open") for key in used)


def test_the_fiction_uses_the_words_that_change_what_is_owed() -> None:
    """Every strength, legal effect, start of a clock, kind of clock and capacity stands in it once."""
    agreement, _ = opened(FICTION)
    assert {g.strength for g in agreement.guarantees} == set(Strength)
    assert {gate.effect for gate in agreement.gates.values()} == set(GateEffect)
    steps = [s for p in agreement.procedures.values() for s in p.steps.values()]
    starts = {g.runs_from for g in agreement.guarantees} | {s.runs_from for s in steps}
    assert starts >= set(RunsFrom)
    assert {clock.kind for clock in agreement.clocks.values()} == set(ClockKind)
    assert {c.capacity for c in agreement.contributions.values()} == set(CAPACITIES)


def test_the_framework_and_the_exercise_tell_the_same_of_what_they_share() -> None:
    """The texts of Berlin and Paris say the same in the exercise of the Easter truce: one source of truth."""
    exercise, _ = opened(EXAMPLES / "easter-truce-2026" / "exercise.yaml")
    framework, _ = opened(EXAMPLES / "agreements" / "berlin-paris" / "agreement.yaml")
    shared = set(exercise.clauses) & set(framework.clauses)
    assert shared >= {"B-3", "P-0", "P-1", "P-3", "P-4", "L-1", "L-2", "L-3"}
    for name in sorted(shared):
        one, other = exercise.clauses[name], framework.clauses[name]
        for aspect in ("quote", "says", "binding", "certainty", "standing"):
            assert getattr(one, aspect) == getattr(other, aspect), f"{name}, {aspect}"
    assert exercise.parties == framework.parties
    assert exercise.gates == framework.gates
    assert exercise.open == framework.open
    promised = {g.id: g for g in framework.guarantees}
    for promise in exercise.guarantees:
        other = promised[promise.id]
        for aspect in ("clause", "strength", "actions", "choice", "gates", "relies_on", "within",
                       "within_open", "runs_from", "certainty", "words"):  # fmt: skip
            assert getattr(promise, aspect) == getattr(other, aspect), f"{promise.id}, {aspect}"


@pytest.mark.parametrize(
    ("folder", "case", "rule", "reading", "plain", "otherwise"),
    [
        ("minsk-2", "gun-at-forty-kilometres", "belt-government", "whole-on-each-side", "not_violated", "violated"),
        ("israel-lebanon-2024", "strike-in-the-south", "israel-strikes", "threats-too", "violated", "not_violated"),
        ("israel-lebanon-2024", "answer-how-soon", "israel-strikes", "no-answer", "unknown", "violated"),
        ("karabakh-2020", "works-in-the-corridor", "corridor", "no-corridor", "violated", "not_violated"),
        ("two-rivers", "fire-back-at-once", "belmar-fire", "no-answer-excused", "not_violated", "violated"),
        ("two-rivers", "warship-before-the-amendment", "port", "amended-from-the-start", "not_violated", "violated"),
    ],
)  # fmt: skip
def test_a_reading_changes_the_case_it_is_about(
    folder: str, case: str, rule: str, reading: str, plain: str, otherwise: str
) -> None:
    """Where readers dispute the words, a case comes out one way under one reading and another under the other."""
    text, zones = opened(EXAMPLES / "agreements" / folder / "agreement.yaml")
    found = [
        next(
            outcome.found
            for outcome in run_cases(under(text, name), zones)
            if (outcome.case, outcome.asked) == (case, rule)
        )
        for name in ("", reading)
    ]
    assert found == [plain, otherwise]
