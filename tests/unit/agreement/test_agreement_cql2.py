"""CQL2: the standard's own example expressions, and what our conditions become for other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cql2 as engine
import pytest

from waarborg.agreement.condition import (
    Compare,
    Constant,
    Member,
    Node,
    Relation,
    Settled,
    SettledKind,
    conjunction,
    disjunction,
)
from waarborg.agreement.cql2 import parse_text, to_cql2, to_portable_cql2, to_text
from waarborg.agreement.cql2_in import to_short_form
from waarborg.agreement.yaml_tree import plain
from waarborg.agreement.zones import read_zones
from waarborg.base.times import Period, parse_instant

DATA = Path(__file__).parent / "data" / "ogc-cql2-examples.json"
EXAMPLES: dict[str, dict[str, Any]] = json.loads(DATA.read_text("utf-8"))["examples"]
SQUARE = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"id": "north", "words": "the north", "basis": "drawn for a test"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[30, 48], [32, 48], [32, 50], [30, 50], [30, 48]]],
                },
            }
        ],
    }
)
TRUCE = Period(parse_instant("2026-04-11T16:00+03:00"), parse_instant("2026-04-13T00:00+03:00"))


def short(data: Any) -> object:
    """CQL2-JSON in the short form, as plain data; the reason in words where it is refused."""
    try:
        return plain(to_short_form(data, 1))
    except ValueError as error:
        return f"refused: {error}"


def test_all_examples_of_the_standard_are_here() -> None:
    """The annex has 109 expressions."""
    assert len(EXAMPLES) == 109


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_example_reads_the_same_from_text_and_json(name: str) -> None:
    """Each example parses, and its two encodings are taken as one condition or both refused."""
    example = EXAMPLES[name]
    from_text, from_json = short(parse_text(example["text"])), short(example["json"])
    if isinstance(from_text, str) or isinstance(from_json, str):
        assert str(from_text).startswith("refused: ")
        assert str(from_json).startswith("refused: ")
    else:
        assert from_text == from_json


def test_what_is_taken_and_what_is_refused() -> None:
    """Comparisons, lists, ranges and their connectives are taken; the rest is refused by name."""
    outcomes = {name: short(example["json"]) for name, example in EXAMPLES.items()}
    refused = {name: str(found) for name, found in outcomes.items() if isinstance(found, str)}
    assert len(outcomes) - len(refused) == 31
    assert refused["example08"].startswith("refused: ")
    assert refused["clause7_12"] == (
        "refused: t_intersects is outside the part of CQL2 that every reading holds"
    )
    assert refused["example02"].startswith("refused: ")


@pytest.mark.parametrize("text", ["act = = 'x'", "act LIKE 'x%' AND", ""])
def test_what_is_no_cql2_is_refused(text: str) -> None:
    """A slip in the text is refused, not read as something else."""
    with pytest.raises(ValueError, match=r"."):
        parse_text(text)


def test_a_grade_is_written_as_a_list() -> None:
    """Another tool would compare words by the alphabet, so it gets the words themselves."""
    node = Compare("attribution", Relation.AT_LEAST, "confirmed")
    assert to_cql2(node) == {
        "op": "in",
        "args": [{"property": "attribution"}, ["confirmed", "admitted"]],
    }
    assert to_text(node) == "attribution IN ('confirmed', 'admitted')"


def test_nothing_above_the_strongest_grade() -> None:
    """An order that no word fulfils is never so on a known word and open on a missing one."""
    node = Compare("attribution", Relation.ABOVE, "admitted")
    assert to_text(node) == "attribution = 'unknown' AND attribution = 'single_source'"
    with pytest.raises(ValueError, match="CQL2 has no words for an empty list of actor"):
        to_cql2(Member("actor", ()))


RULE: Node = conjunction(
    [
        Member("act", ("artillery_fire", "drone_strike")),
        Settled(SettledKind.ZONE, "north"),
        Settled(SettledKind.PERIOD, "truce"),
        disjunction([Compare("severity", Relation.AT_LEAST, 3), Constant(holds=False)]),
    ]
)


@pytest.mark.parametrize(
    ("act", "severity", "place", "at", "expected"),
    [
        ("drone_strike", 3, [31, 49], "2026-04-11T13:00:00Z", True),
        ("drone_strike", 2, [31, 49], "2026-04-11T13:00:00Z", False),
        ("sabotage", 3, [31, 49], "2026-04-11T13:00:00Z", False),
        ("drone_strike", 3, [33, 49], "2026-04-11T13:00:00Z", False),
        ("drone_strike", 3, [30, 48], "2026-04-12T20:59:59Z", True),
        ("drone_strike", 3, [31, 49], "2026-04-12T21:00:00Z", False),
        ("drone_strike", 3, [31, 49], "2026-04-11T12:59:59Z", False),
    ],
)
def test_another_engine_runs_the_portable_form(
    act: str, severity: int, place: list[float], at: str, expected: bool
) -> None:
    """The `cql2` engine, which knows nothing of us, gives our answers; borders belong to zones."""
    written = to_portable_cql2(RULE, read_zones(SQUARE, "z"), {"truce": TRUCE})
    item = {
        "type": "Feature",
        "geometry": None,
        "properties": {
            "act": act,
            "severity": severity,
            "at": at,
            "place": {"type": "Point", "coordinates": place},
        },
    }
    expression = engine.parse_json(json.dumps(written))
    expression.validate()
    assert expression.matches(item) is expected


def test_what_cql2_cannot_say_is_refused() -> None:
    """Thresholds and distances have no words in CQL2."""
    with pytest.raises(ValueError, match="CQL2 has no words for the threshold daily"):
        to_portable_cql2(Settled(SettledKind.THRESHOLD, "daily"), read_zones(SQUARE, "z"), {})
