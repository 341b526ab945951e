"""Laws of whole agreements: what is written reads back, clauses stand apart, parties are alike."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from agreement_trees import NAMES, NODES, PARTIES, SETTLED, values
from hypothesis import given, settings
from hypothesis import strategies as st

from waarborg.agreement.condition import (
    All,
    AnyOf,
    Compare,
    Member,
    Missing,
    Named,
    Node,
    Not,
    leaves,
    parts_of,
)
from waarborg.agreement.explain import truth
from waarborg.agreement.held import Deed, Ground
from waarborg.agreement.judging import Against
from waarborg.agreement.load import load
from waarborg.agreement.model import Agreement, Answers, Exception_, Party, Prohibition
from waarborg.agreement.sections import Distance, Span, Threshold
from waarborg.agreement.settled import smallest_zones
from waarborg.agreement.shape import Checker
from waarborg.agreement.short_form import ConditionReader, Scope
from waarborg.agreement.versions import hold_versions
from waarborg.agreement.write import as_yaml, short_form
from waarborg.agreement.yaml_tree import Entry, Mapping_, Scalar, Sequence_, Tree, plain, read_tree
from waarborg.agreement.zones import read_zones
from waarborg.base.grades import Certainty
from waarborg.base.judgement import Verdict
from waarborg.base.parties import PartyId
from waarborg.base.places import Area, Place, Point
from waarborg.base.times import Period

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").rglob("*.yaml"))
AGREEMENTS = [p for p in EXAMPLES if "waarborg: agreement/1" in p.read_text("utf-8")]


def square(name: str, south: float) -> dict[str, Any]:
    """Two degrees of the map."""
    corners = [[30, south], [32, south], [32, south + 2], [30, south + 2], [30, south]]
    about = {"id": name, "words": name, "basis": "drawn for a test"}
    return {
        "type": "Feature",
        "properties": about,
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }


LINE = {
    "type": "Feature",
    "properties": {"id": "border", "words": "the border", "basis": "drawn for a test"},
    "geometry": {"type": "LineString", "coordinates": [[30, 50], [32, 50]]},
}
MAP = read_zones(
    json.dumps({"type": "FeatureCollection", "features": [square("north", 50), square("UA-63", 48), LINE]}),
    "zones.geojson",
)  # fmt: skip
GROUND = Ground(MAP, ZoneInfo("UTC"), smallest_zones(MAP))
START = datetime(2030, 4, 12, tzinfo=UTC)


def hours(first: int, last: int) -> Period:
    """Hours after the start."""
    return Period(START + timedelta(hours=first), START + timedelta(hours=last))


def daily(of: Node, by: tuple[str, ...], looks: str) -> Threshold:
    """Two within six hours."""
    return Threshold(
        "daily", of, by, timedelta(hours=6), 2, "1", "two in six hours", Certainty.STATED, "C", looks
    )  # fmt: skip


def free(node: Node) -> bool:
    """Whether a condition asks for no threshold, so that a threshold may count by it."""
    return SETTLED[4] not in set(leaves(node))


RULES = st.lists(NODES, min_size=1, max_size=3).map(
    lambda nodes: tuple(
        Prohibition(f"p{n}", "C", tuple(map(PartyId, PARTIES[:2])), node)
        for n, node in enumerate(nodes)
    )
)
THRESHOLDS = st.builds(
    daily,
    NODES.filter(free),
    st.sampled_from([(), ("actor",), ("zone",), ("actor", "zone")]),
    st.sampled_from(["back", "around"]),
)


def agreement(rules: tuple[Prohibition, ...], threshold: Threshold) -> Agreement:
    """An agreement that knows everything a generated condition may ask."""
    return Agreement(
        id="generated",
        title="Generated",
        exercise="",
        digest="",
        parties={name: Party(PartyId(name), name) for name in PARTIES},
        periods={"truce": hours(2, 8)},
        prohibitions=rules,
        distances={"line": Distance("line", "border", 20_000, "either", "near", Certainty.STATED)},
        thresholds={"daily": threshold},
    )


PLACES: st.SearchStrategy[Place | None] = st.one_of(
    st.none(),
    st.sampled_from([Area("north"), Area("UA-63"), Area("elsewhere")]),
    st.builds(
        Point,
        st.just(31.0),
        st.sampled_from([49.0, 49.9, 50.0, 50.1, 51.0]),
        st.sampled_from([0.0, 3_000.0, 30_000.0]),
    ),
)


@st.composite
def deeds(draw: st.DrawFn) -> list[Deed]:
    """Incidents within a day, each known more or less exactly."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        first = draw(st.integers(0, 12))
        when = hours(first, first + draw(st.sampled_from([1, 3, 12])))
        row = {name: draw(st.none() | values(name)) for name in NAMES}
        found.append(Deed(f"d{number}", when, draw(PLACES), row, row))
    return found


def verdicts(text: Agreement, found: list[Deed]) -> dict[tuple[str, str, str], Verdict]:
    """Rule, party and incident to verdict, also where it is no."""
    (under,) = hold_versions(text, found, GROUND)
    return {
        (rule.id, accused, one.deed.id): against.judge(one, accused).verdict
        for rule in text.prohibitions
        for against in [Against(text, rule, under.held, GROUND.smallest)]
        for accused in rule.who
        for one in under.held
    }


@settings(max_examples=60, deadline=None)
@given(RULES, NODES, THRESHOLDS, deeds())
def test_an_added_clause_changes_no_other_verdict(
    rules: tuple[Prohibition, ...], more: Node, threshold: Threshold, found: list[Deed]
) -> None:
    """Each prohibition is judged as if it stood alone."""
    before = verdicts(agreement(rules, threshold), found)
    added = (*rules, Prohibition("added", "C", (PartyId("A"),), more))
    after = verdicts(agreement(added, threshold), found)
    assert {key: after[key] for key in before} == before


@settings(max_examples=60, deadline=None)
@given(RULES, THRESHOLDS, deeds(), st.randoms(use_true_random=False))
def test_the_order_of_incidents_changes_nothing(
    rules: tuple[Prohibition, ...], threshold: Threshold, found: list[Deed], dice: Any
) -> None:
    """The record is a set: whatever order its incidents come in, each gets the same verdict."""
    shuffled = dice.sample(found, len(found))
    text = agreement(rules, threshold)
    assert verdicts(text, shuffled) == verdicts(text, found)


SWAP = {"A": "B", "B": "A"}


def swapped(node: Node) -> Node:  # noqa: PLR0911  # one branch a kind of node
    """A condition with two parties' names swapped."""
    match node:
        case Compare("actor", relation, value):
            return Compare("actor", relation, SWAP.get(str(value), value))
        case Member("actor", listed):
            return Member("actor", tuple(SWAP.get(str(v), v) for v in listed))
        case All(parts):
            return All(tuple(map(swapped, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(swapped, parts)))
        case Not(part):
            return Not(swapped(part))
        case Named(term, words, body):
            return Named(term, words, swapped(body))
        case _:
            return node


@settings(max_examples=60, deadline=None)
@given(RULES, THRESHOLDS, deeds())
def test_swapping_two_parties_swaps_the_verdicts(
    rules: tuple[Prohibition, ...], threshold: Threshold, found: list[Deed]
) -> None:
    """With two names swapped in text and record, the verdicts swap and nothing else changes."""
    plain_ = verdicts(agreement(rules, threshold), found)
    other_rules = tuple(replace(r, must_not=swapped(r.must_not)) for r in rules)
    other_threshold = replace(threshold, of=swapped(threshold.of))
    rows = [
        {**d.stated, "actor": SWAP.get(str(d.stated["actor"]), d.stated["actor"])} for d in found
    ]
    others = [replace(d, stated=row, inferred=row) for d, row in zip(found, rows, strict=True)]
    mirrored = verdicts(agreement(other_rules, other_threshold), others)
    assert mirrored == {(rule, SWAP[by], one): v for (rule, by, one), v in plain_.items()}


def nearer(place: Place | None, data: st.DataObject) -> Place | None:
    """A place known better: a smaller circle inside, or a point of the area."""
    match place:
        case None:
            return data.draw(PLACES)
        case Point(longitude, latitude, precision):
            share = data.draw(st.floats(0, 1))
            shift = (1 - share) * precision * data.draw(st.floats(-0.9, 0.9)) / 111_600
            return Point(longitude, latitude + shift, share * precision)
        case Area("north"):
            return data.draw(st.sampled_from([place, Point(31, 51, 0), Point(31, 50.05, 0)]))
        case _:
            return place


@settings(max_examples=150, deadline=None)
@given(RULES, THRESHOLDS, deeds(), st.data())
def test_knowing_more_never_turns_a_verdict(
    rules: tuple[Prohibition, ...],
    threshold: Threshold,
    found: list[Deed],
    data: st.DataObject,
) -> None:
    """Narrower times, smaller circles and filled gaps settle open verdicts and turn none."""
    asked = [leaf for r in rules for leaf in leaves(r.must_not)] + list(leaves(threshold.of))
    if any(isinstance(leaf, Missing) for leaf in asked):
        return
    better = []
    for deed in found:
        span = int((deed.happened.end - deed.happened.start) / timedelta(hours=1))
        first = data.draw(st.integers(0, span - 1))
        last = data.draw(st.integers(first + 1, span))
        begins = deed.happened.start
        when = Period(begins + timedelta(hours=first), begins + timedelta(hours=last))
        row = {n: data.draw(values(n)) if v is None else v for n, v in deed.stated.items()}
        better.append(Deed(deed.id, when, nearer(deed.place, data), row, row))
    text = agreement(rules, threshold)
    before, after = verdicts(text, found), verdicts(text, better)
    turned = {k for k, v in before.items() if v is not Verdict.UNKNOWN and after[k] is not v}
    assert turned == set()


@settings(max_examples=60, deadline=None)
@given(RULES, THRESHOLDS, deeds())
def test_what_happens_later_never_rewrites_a_window_that_looks_back(
    rules: tuple[Prohibition, ...], threshold: Threshold, found: list[Deed]
) -> None:
    """Once a day is over, what happens after it changes no verdict on what happened in it."""
    text = agreement(rules, replace(threshold, looks="back"))
    later = [replace(d, id=f"later-{d.id}", happened=hours(48, 49)) for d in found]
    before, after = verdicts(text, found), verdicts(text, [*found, *later])
    assert {key: after[key] for key in before} == before


@settings(max_examples=40, deadline=None)
@given(RULES, THRESHOLDS, deeds(), st.sampled_from([None, 3, 6]))
def test_an_exception_never_makes_a_breach(
    rules: tuple[Prohibition, ...], threshold: Threshold, found: list[Deed], within: int | None
) -> None:
    """With an answer allowed, nothing is broken that was not broken without it."""
    span = Span(
        "", None if within is None else timedelta(hours=within), "open" if within is None else ""
    )
    excuse = Exception_("C", None, Answers((PartyId("B"),), ("zone",), span), Certainty.STATED)
    before = verdicts(agreement(rules, threshold), found)
    after = verdicts(
        agreement(tuple(replace(r, exceptions=(excuse,)) for r in rules), threshold), found
    )
    for key, verdict in before.items():
        assert after[key] in {verdict, Verdict.NO, Verdict.UNKNOWN}
        if verdict is Verdict.NO:
            assert after[key] is Verdict.NO


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.floats(
    allow_nan=False, allow_infinity=False
)  # fmt: skip
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


def tree_of(data: Any) -> Tree:
    """Plain data as a tree."""
    match data:
        case dict():
            return Mapping_(tuple(Entry(k, tree_of(v), 0) for k, v in data.items()), 0)
        case list():
            return Sequence_(tuple(map(tree_of, data)), 0)
        case _:
            return Scalar(data, 0)


@settings(max_examples=300, deadline=None)
@given(TREES.filter(lambda data: isinstance(data, dict | list) and data))
def test_a_tree_that_is_written_reads_back(data: Any) -> None:
    """Any text, number and truth value, however nested, comes back as it was."""
    tree, problems = read_tree(as_yaml(tree_of(data)), "written.yaml")
    assert problems == []
    assert tree is not None
    assert plain(tree) == data


WRITABLE = NODES.filter(
    lambda node: not any(isinstance(leaf, Member) and not leaf.values for leaf in leaves(node))
)


def told(node: Node) -> Node:
    """A condition with its terms written out and connectives of one part or none folded."""
    match node:
        case Named(body=body):
            return told(body)
        case Not(part):
            return Not(told(part))
        case All() | AnyOf():
            return type(node)(tuple(map(told, parts_of(node))))
        case _:
            return node


@settings(max_examples=200, deadline=None)
@given(WRITABLE, st.lists(st.fixed_dictionaries({n: st.none() | values(n) for n in NAMES} | {leaf.column: st.none() | st.booleans() for leaf in SETTLED}), min_size=1, max_size=5))  # fmt: skip
def test_a_condition_that_is_written_reads_back(node: Node, rows: list[dict[str, Any]]) -> None:
    """The short form of a condition, through YAML, gives every row the verdict it had."""
    whole = told(node)
    if any(isinstance(n, All | AnyOf) and not parts_of(n) for n in _walk(whole)):
        return
    tree, problems = read_tree(as_yaml(tree_of({"reads": short_form(whole)})), "written.yaml")
    assert problems == []
    assert isinstance(tree, Mapping_)
    checker = Checker("written")
    named = [leaf.name for leaf in SETTLED]
    scope = Scope(PARTIES, tuple(named), tuple(named), {}, tuple(named), tuple(named))
    back = ConditionReader(scope, checker).read(tree.entries[0].value, "it")
    assert checker.problems == []
    assert [truth(back, row) for row in rows] == [truth(whole, row) for row in rows]


def _walk(node: Node) -> list[Node]:
    return [node, *(below for part in parts_of(node) for below in _walk(part))]


def without_place_in_file(text: Agreement) -> Agreement:
    """An agreement without what only says where and how it was written."""
    cases = tuple(replace(case, line=0) for case in text.cases)
    questions = tuple(replace(question, line=0) for question in text.questions)
    versions = tuple(replace(v, text=without_place_in_file(v.text)) for v in text.versions)
    return replace(
        text, digest="", cases=cases, questions=questions, versions=versions, warnings=()
    )


@pytest.mark.parametrize("path", AGREEMENTS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_file_that_is_written_reads_back(path: Path) -> None:
    """Each example, written anew without its comments, is the same agreement."""
    text = path.read_text("utf-8")
    tree, _ = read_tree(text, path.name)
    assert tree is not None
    again = load(as_yaml(tree), path.name)
    assert without_place_in_file(again) == without_place_in_file(load(text, path.name))
