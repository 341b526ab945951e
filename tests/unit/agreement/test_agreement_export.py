"""Conditions written for other tools, and files printed anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cql2 as engine
import duckdb
import pytest
from test_agreement_thresholds import MAP, SQUARES, TEXT

from waarborg.agreement.export import Form, conditions_of, exported
from waarborg.agreement.load import load

AGREEMENT = load(TEXT, "small.yaml", MAP)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the agreement and its map."""
    (tmp_path / "a.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "zones.geojson").write_text(SQUARES, encoding="utf-8")
    return tmp_path


def test_every_condition_is_there_in_every_form() -> None:
    """Each form has each condition, and what a form cannot say is refused in words."""
    names = set(conditions_of(AGREEMENT))
    assert names == {"threshold:three", "prohibition:many", "prohibition:heavy"}
    for form in Form:
        assert set(exported(AGREEMENT, form, MAP)) == names
    portable = exported(AGREEMENT, Form.PORTABLE, MAP)
    assert portable["prohibition:heavy"] == {"refused": "CQL2 has no words for the near belt"}
    expression = engine.parse_json(json.dumps(portable["threshold:three"]))
    item: dict[str, Any] = {
        "type": "Feature",
        "geometry": None,
        "properties": {"act": "drone_strike"},
    }
    assert expression.matches(item)


def test_a_zone_that_is_not_on_the_map_is_refused() -> None:
    """Without a map the portable form cannot draw a zone."""
    text = TEXT.replace("near: belt", "place: {in: north}")
    portable = exported(load(text, "small.yaml"), Form.PORTABLE)
    assert portable["prohibition:heavy"] == {"refused": "the map has no zone north"}


def test_a_database_runs_what_was_exported() -> None:
    """The SQL is a Boolean expression over one column a property and a settled question."""
    written = exported(AGREEMENT, Form.DUCKDB)["prohibition:heavy"]
    row = "SELECT 'A' AS actor, 'artillery_fire' AS act, NULL::BOOLEAN AS \"near:belt\""
    with duckdb.connect() as db:
        assert db.sql(f"SELECT {written} FROM ({row})").fetchall() == [(None,)]  # noqa: S608  # our own SQL is what is tested


def test_the_commands_print_json_and_yaml(folder: Path, waarborg: Any) -> None:
    """`export` prints JSON, `print` a file that holds the same; both refuse in words."""
    file = str(folder / "a.yaml")
    found = json.loads(waarborg("agreement", "export", file, "--as", "cql2-text").out)
    assert found["threshold:three"] == "act IN ('artillery_fire', 'drone_strike')"
    printed = waarborg("agreement", "print", file)
    assert printed.code == 0
    assert load(printed.out, "again.yaml", MAP).prohibitions == AGREEMENT.prohibitions
    data = json.loads(waarborg("agreement", "print", file, "--json").out)
    assert data["id"] == "small"
    refused = waarborg("agreement", "export", file, "--reading", "new")
    assert refused.code == 1
    assert "CLI-020" in refused.err
    assert "there is no such reading" in refused.err
