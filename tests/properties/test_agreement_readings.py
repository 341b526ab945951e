"""All readings of one condition agree on every row (law 9), also where values are missing."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import polars as pl
import z3
from agreement_trees import LISTED, NODES, PARTIES, SETTLED, rows, table, words_of
from hypothesis import given, settings
from hypothesis import strategies as st

from waarborg.agreement.asked import Asked
from waarborg.agreement.bulk import find
from waarborg.agreement.condition import (
    All,
    Constant,
    Member,
    Missing,
    Node,
    Not,
    leaves,
    properties,
)
from waarborg.agreement.cql2 import parse_text, to_cql2, to_text
from waarborg.agreement.cql2_in import to_short_form
from waarborg.agreement.explain import explain, truth
from waarborg.agreement.polars_reading import to_polars
from waarborg.agreement.shape import Checker
from waarborg.agreement.short_form import ConditionReader, Scope
from waarborg.agreement.smt_reading import SmtRow
from waarborg.agreement.sql_reading import Dialect, to_sql
from waarborg.base.judgement import Verdict

TRUTH = {Verdict.YES: True, Verdict.NO: False, Verdict.UNKNOWN: None}
WRITABLE = NODES.filter(
    lambda node: (
        not any(
            isinstance(leaf, Member) and leaf.property == "actor" and not leaf.values
            for leaf in leaves(node)
        )
    )
)
ROWS = st.lists(rows(), min_size=1, max_size=8)


def read_back(data: Any) -> Node:
    """A condition from CQL2-JSON, by the way a file takes."""
    checker = Checker("generated")
    named = [leaf.name for leaf in SETTLED]
    scope = Scope(PARTIES, tuple(named), tuple(named), {}, tuple(named), tuple(named))
    node = ConditionReader(scope, checker).read(to_short_form(data, 1), "the condition")
    assert checker.problems == []
    return node


@settings(max_examples=150, deadline=None)
@given(node=NODES, found=ROWS)
def test_polars_agrees_with_the_single_row(node: Node, found: list[dict[str, Any]]) -> None:
    """The column expression gives the verdict that the explanation gives."""
    expected = [truth(node, row) for row in found]
    got = table(found).with_columns(to_polars(node).alias("it"))["it"].to_list()
    assert got == expected
    assert [TRUTH[explain(node, row).verdict] for row in found] == expected


@settings(max_examples=150, deadline=None)
@given(node=NODES, found=ROWS, told=st.booleans())
def test_what_was_judged_once_gets_the_answer_of_the_single_row(
    node: Node, found: list[dict[str, Any]], *, told: bool
) -> None:
    """A condition that keeps its answers gives each row, again and again, its own verdict and reasons."""
    asked = Asked(node)
    for number, row in enumerate((*found, *found)):
        unknown = dict.fromkeys(properties(node), f"source {number % 2}") if told else {}
        assert asked.holds(row) is truth(node, row)
        assert asked.why(row, unknown) == explain(node, row, unknown)


@settings(max_examples=100, deadline=None)
@given(nodes=st.lists(NODES, max_size=6), found=ROWS, listed=st.booleans())
def test_many_at_once_find_the_rows_that_each_finds(
    nodes: list[Node], found: list[dict[str, Any]], *, listed: bool
) -> None:
    """Conditions that share their parts give the rows that each gives by itself."""
    again = [*nodes, *(All((node, Not(other))) for node in nodes for other in nodes[:2])]
    incidents = table(found)
    if listed:
        incidents = incidents.cast(
            {n: pl.Enum([*words_of(n), "a word of no list"]) for n in LISTED}, strict=True
        )
    rows_of = find({str(number): node for number, node in enumerate(again)}, incidents)
    for number, node in enumerate(again):
        answers = [truth(node, row) for row in found]
        assert rows_of[str(number)].yes.tolist() == [i for i, a in enumerate(answers) if a]
        assert rows_of[str(number)].open.tolist() == [i for i, a in enumerate(answers) if a is None]


@settings(max_examples=100, deadline=None)
@given(node=NODES, found=ROWS)
def test_duckdb_agrees_with_the_single_row(node: Node, found: list[dict[str, Any]]) -> None:
    """The SQL reading, run by DuckDB, gives the verdict that the explanation gives."""
    incidents = table(found).with_row_index("number")
    with duckdb.connect() as engine:
        engine.register("incidents", incidents.to_arrow())
        got = engine.sql(f"SELECT {to_sql(node)} FROM incidents ORDER BY number").fetchall()  # noqa: S608  # our own SQL is what is tested
    assert [value for (value,) in got] == [truth(node, row) for row in found]


@settings(max_examples=60, deadline=None)
@given(node=NODES, row=rows())
def test_solver_agrees_with_the_single_row(node: Node, row: dict[str, Any]) -> None:
    """With every column fixed, exactly the formula of the verdict holds, and the row reads back."""
    unknown = SmtRow(PARTIES)
    yes, no = unknown.formulas(node)
    for leaf in SETTLED:
        unknown.settled(leaf.column)
    solver = z3.Solver()
    solver.add(unknown.facts + unknown.fixed(row))
    assert solver.check() == z3.sat
    model = solver.model()
    holds = [z3.is_true(model.eval(formula, model_completion=True)) for formula in (yes, no)]
    assert holds == [truth(node, row) is True, truth(node, row) is False]
    assert unknown.read(model) == row


@settings(max_examples=100, deadline=None)
@given(node=WRITABLE, found=ROWS)
def test_cql2_reads_back_with_the_same_meaning(node: Node, found: list[dict[str, Any]]) -> None:
    """Out as CQL2-JSON and in again, every row gets the verdict it had."""
    back = read_back(json.loads(json.dumps(to_cql2(node))))
    assert [truth(back, row) for row in found] == [truth(node, row) for row in found]


@settings(max_examples=100, deadline=None)
@given(node=WRITABLE, row=rows())
def test_cql2_text_reads_back_with_the_same_meaning(node: Node, row: dict[str, Any]) -> None:
    """Out as CQL2 text and in again, every row gets the verdict it had."""
    assert truth(read_back(parse_text(to_text(node))), row) == truth(node, row)


@settings(max_examples=200, deadline=None)
@given(node=NODES, row=rows(), data=st.data())
def test_more_knowledge_never_turns_an_answer(
    node: Node, row: dict[str, Any], data: st.DataObject
) -> None:
    """Filling in what was not known settles open answers and changes no settled one."""
    asks_for_want = any(isinstance(leaf, Missing) for leaf in leaves(node))
    fuller = data.draw(rows())
    later = {key: fuller[key] if value is None else value for key, value in row.items()}
    before, after = truth(node, row), truth(node, later)
    if before is not None and not asks_for_want:
        assert after is before


@settings(max_examples=200, deadline=None)
@given(node=NODES, row=rows())
def test_reasons_settle_the_verdict(node: Node, row: dict[str, Any]) -> None:
    """An open answer names an open column; a settled one of columns names at least one reason."""
    why = explain(node, row)
    codes = {reason.code for reason in why.reasons}
    if why.verdict is Verdict.UNKNOWN:
        assert codes
        assert all(code.endswith("-unknown") for code in codes)
    elif properties(node) and not any(isinstance(leaf, Constant) for leaf in leaves(node)):
        assert why.reasons or truth(node, {}) is not None


@settings(max_examples=100, deadline=None)
@given(node=WRITABLE, row=rows())
def test_swapping_two_parties_swaps_what_holds_of_them(node: Node, row: dict[str, Any]) -> None:
    """With two names swapped in condition and incident, every answer stays."""
    swap = {"A": "B", "B": "A"}
    swapped_row = row | {"actor": swap.get(row["actor"], row["actor"])}
    data = (
        json.dumps(to_cql2(node)).replace('"A"', '"?"').replace('"B"', '"A"').replace('"?"', '"B"')
    )
    assert truth(read_back(json.loads(data)), swapped_row) == truth(node, row)


def test_sql_quotes_as_each_engine_asks() -> None:
    """Names and texts are quoted so that no value can leave its quotes."""
    node = SETTLED[1]
    assert to_sql(node) == '"zone:UA-63"'
    assert to_sql(node, Dialect.SPARK) == "`zone:UA-63`"
    rule = read_back({"op": "=", "args": [{"property": "actor"}, "it's C"]})
    assert to_sql(rule, Dialect.POSTGRESQL) == "(\"actor\" = 'it''s C')"


def test_enumerations_read_as_texts_do() -> None:
    """A column of Polars enumerations gives the same answers as one of texts."""
    rule = read_back({"op": "in", "args": [{"property": "attribution"}, ["confirmed", "admitted"]]})
    levels = ["unknown", "single_source", "corroborated", "confirmed", "admitted"]
    texts = pl.DataFrame({"attribution": [*levels, None]})
    listed = texts.cast({"attribution": pl.Enum(levels)})
    expected = [False, False, False, True, True, None]
    assert texts.select(to_polars(rule))["attribution"].to_list() == expected
    assert listed.select(to_polars(rule))["attribution"].to_list() == expected
