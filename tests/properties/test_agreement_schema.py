"""The published JSON Schema and the loader say the same of every file."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from waarborg.agreement.file_shape import FILE
from waarborg.agreement.json_schema import json_schema
from waarborg.agreement.load import load
from waarborg.agreement.shape import Anything, Checker, Either, ListOf, MapOf, Record, Shape
from waarborg.agreement.yaml_tree import Mapping_, plain, read_tree
from waarborg.base.problems import ProblemsFound

ROOT = Path(__file__).parents[2] / "examples"
FILES = [p for p in sorted(ROOT.rglob("*.yaml")) if "waarborg: agreement/1" in p.read_text("utf-8")]
RIVERS = ROOT / "agreements" / "two-rivers" / "agreement.yaml"
SCHEMA = Draft202012Validator(json_schema())


def data_of(path: Path) -> Any:
    """A file as plain data."""
    tree, problems = read_tree(path.read_text("utf-8"), path.name)
    assert problems == []
    assert tree is not None
    return plain(tree)


RIVERS_DATA = data_of(RIVERS)


def test_the_schema_is_a_schema() -> None:
    """It holds to the standard it names."""
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_shipped_files_fit_the_schema(path: Path) -> None:
    """An editor that checks by the schema finds no fault in what the loader takes."""
    assert [e.message for e in SCHEMA.iter_errors(data_of(path))] == []


Spot = tuple[str | int, ...]


def spots(shape: Shape, data: Any, here: Spot = ()) -> list[tuple[Spot, bool]]:
    """Every place in a file, and whether it lies within a condition or a case's row."""
    found = [(here, isinstance(shape, Anything))] if here else []
    match shape:
        case Anything("a condition"):
            return found + [(spot, True) for spot in below(data, here)]
        case Either(options):
            for option in options:
                if isinstance(option, Record) and isinstance(data, dict):
                    found += spots(option, data, here)[1:]
        case _:
            for key, part in inside(shape, data):
                found += spots(part, data[key], (*here, key))
    return found


def inside(shape: Shape, data: Any) -> list[tuple[Any, Shape]]:
    """The keys or numbers of what a shape holds, with the shape of each."""
    match shape:
        case Record(keys) if isinstance(data, dict):
            return [(name, keys[name].shape) for name in data if name in keys]
        case MapOf(item) if isinstance(data, dict):
            return [(name, item) for name in data]
        case ListOf(item) if isinstance(data, list):
            return [(number, item) for number in range(len(data))]
        case _:
            return []


def below(data: Any, here: Spot) -> list[Spot]:
    """Every place below one."""
    inner = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    return [spot for key, value in inner for spot in ((*here, key), *below(value, (*here, key)))]


SPOTS = spots(FILE, RIVERS_DATA)
STRANGE = st.sampled_from(
    [None, True, 7, -1, 1.5, "", " ", "north", "always", "PT24H", "P1D", "2030-01-01T00:00Z", [], {}, ["A"],
     {"x": 1}, {"open": "x"}, {"in": ["north"]}, {"at_least": 3}, {"act": "air_strike"}, [{"act": "air_strike"}]]
)  # fmt: skip


def changed(data: Any, spot: Spot, value: Any, how: str) -> Any:
    """The data with one place taken away, renamed or filled otherwise."""
    copied = copy.deepcopy(data)
    inner = copied
    for key in spot[:-1]:
        inner = inner[key]
    last: Any = spot[-1]
    if how == "drop" or (how == "rename" and isinstance(last, int)):
        del inner[last]
    elif how == "rename":
        inner[f"{last}x"] = inner.pop(last)
    else:
        inner[last] = value
    return copied


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SPOTS), STRANGE, st.sampled_from(["drop", "rename", "fill", "fill", "fill"]))
def test_schema_and_loader_refuse_the_same_files(
    place: tuple[Spot, bool], value: Any, how: str
) -> None:
    """What one calls a fault of form, the other does; the loader may see more than form."""
    spot, in_condition = place
    text = json.dumps(changed(RIVERS_DATA, spot, value, how))
    tree, problems = read_tree(text, "changed.yaml")
    assert problems == []
    assert isinstance(tree, Mapping_)
    checker = Checker("changed.yaml")
    checker.check(FILE, tree, "the file")
    fits = SCHEMA.is_valid(json.loads(text))
    if not in_condition:
        assert fits is (checker.problems == [])
    elif not fits:
        with pytest.raises(ProblemsFound, match=r"AGR-0"):
            load(text, "changed.yaml")
