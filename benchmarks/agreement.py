"""What judging costs: readings side by side on generated incidents, loading, and explanations.

Run: python benchmarks/agreement.py [ROWS]   (default 1,000,000; the peers run on fewer rows)
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import cql2 as engine
import duckdb
import numpy as np
import polars as pl

from waarborg.agreement.condition import Node
from waarborg.agreement.cql2 import to_cql2
from waarborg.agreement.explain import explain, truth
from waarborg.agreement.load import load
from waarborg.agreement.polars_reading import to_polars
from waarborg.agreement.sql_reading import to_sql
from waarborg.agreement.vocabulary import PROPERTIES

ZONES = [f"z{number}" for number in range(12)]
HEAD = """waarborg: agreement/1
id: generated
title: Generated
reading: {by: the benchmark}
sources: {note: {title: A note, kind: fiction}}
parties: {A: {name: A}, B: {name: B}, C: {name: C}}
clauses: {C-1: {says: Generated., source: note, certainty: assumed}}
prohibitions:
"""


def text_of(clauses: int) -> str:
    """An agreement file with so many prohibitions, which share some of their conditions."""
    dice = random.Random(7)  # noqa: S311  # made-up input, no secret
    acts = PROPERTIES["act"].values
    parts = [HEAD]
    for number in range(clauses):
        listed = ", ".join(sorted(dice.sample(acts, 4)))
        zones = ", ".join(sorted(dice.sample(ZONES, 2)))
        parts.append(
            f"  p{number}:\n    clause: C-1\n    who: [{dice.choice('ABC')}]\n    must_not:\n"
            f"      all:\n        - {{act: [{listed}]}}\n        - {{place: {{in: [{zones}]}}}}\n"
            f"        - {{severity: {{at_least: {dice.randint(1, 4)}}}}}\n"
            f"        - {{any: [{{attribution: {{at_least: corroborated}}}}, {{continuing: true}}]}}\n"
            f"    where: unstated\n    certainty: assumed\n"
        )
    return "".join(parts)


def incidents(rows: int) -> pl.DataFrame:
    """Made-up incidents, 3 % of the values missing."""
    dice = np.random.default_rng(7)

    def column(values: list[Any], dtype: Any) -> pl.Series:
        drawn = pl.Series(values, dtype=dtype).gather(dice.integers(0, len(values), rows))
        return drawn.set(pl.Series(dice.random(rows) < 0.03), None)

    def words(values: tuple[str, ...]) -> pl.Series:
        return column(list(values), pl.Enum(values))

    found = {
        "actor": words(("A", "B", "C")),
        "act": words(PROPERTIES["act"].values),
        "attribution": words(PROPERTIES["attribution"].values),
        "severity": column([0, 1, 2, 3, 4, 5], pl.Int8),
        "continuing": column([True, False], pl.Boolean),
    }
    for zone in ZONES:
        found[f"zone:{zone}"] = column([True] + [False] * 11, pl.Boolean)
    return pl.DataFrame(found)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def rules(clauses: int) -> list[Node]:
    """The prohibitions of a generated file."""
    seconds, agreement = timed(lambda: load(text_of(clauses), "generated.yaml"))
    print(f"load and check {clauses:5d} clauses          {seconds:8.2f} s")
    return [rule.must_not for rule in agreement.prohibitions]


def main() -> None:
    """Print one line a measurement."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    table = incidents(rows)
    scan, _ = timed(lambda: table.lazy().select(pl.all().null_count()).collect())
    print(f"{rows} rows; scanning all columns            {scan:8.3f} s")
    for clauses in (10, 100, 1000):
        nodes = rules(clauses)
        lazy = table.lazy().select(
            [to_polars(node).sum().alias(str(number)) for number, node in enumerate(nodes)]
        )
        seconds, counts = timed(lazy.collect)
        print(f"polars {clauses:5d} clauses                   {seconds:8.2f} s")
        if clauses > 100:
            continue
        with duckdb.connect() as db:
            db.register("incidents", table.to_arrow())
            asked = ", ".join(f"count(*) FILTER (WHERE {to_sql(node)})" for node in nodes)
            seconds, found = timed(lambda: db.sql(f"SELECT {asked} FROM incidents").fetchall())  # noqa: B023, S608  # run at once, our own SQL
        same = list(found[0]) == list(counts.row(0))
        print(
            f"duckdb {clauses:5d} clauses                   {seconds:8.2f} s  same counts: {same}"
        )
    node = rules(10)[0]
    few = table.head(20_000).to_dicts()
    for name, work in (
        ("explain, with reasons", lambda: [explain(node, row) for row in few]),
        ("one row, bare answer", lambda: [truth(node, row) for row in few]),
        ("cql2 matches (Rust), complete rows", lambda: _cql2(node, few)),
    ):
        seconds, found = timed(work)
        print(f"{name:38s} {len(found) / seconds:10.0f} rows/s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _cql2(node: Node, rows: list[dict[str, Any]]) -> list[bool]:
    written = json.dumps(to_cql2(node)).replace('{"op": "zone", "args": ["', '{"property": "')
    expression = engine.parse_json(written.replace('"]}', '"}'))
    items = [
        {
            "type": "Feature",
            "geometry": None,
            "properties": {k.removeprefix("zone:"): v for k, v in row.items()},
        }
        for row in rows
        if None not in row.values()
    ]
    return [expression.matches(item) for item in items]


if __name__ == "__main__":
    main()
