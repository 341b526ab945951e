"""What judging costs: readings side by side on generated incidents, peers, windows, loading, words.

Run: python benchmarks/agreement.py [ROWS]   (default 1,000,000; row-by-row readings run on fewer)

The floor is the time the column engine needs to read each column that the clauses ask about once.
Peers that are not installed are named as such (`cql2` comes with the program).
"""

from __future__ import annotations

import importlib
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import cql2 as engine
import duckdb
import numpy as np
import polars as pl

from waarborg.agreement.bulk import AS_WRITTEN, judged
from waarborg.agreement.condition import Node, member_of, properties
from waarborg.agreement.cql2 import to_cql2
from waarborg.agreement.distances import near
from waarborg.agreement.explain import explain, truth
from waarborg.agreement.load import load
from waarborg.agreement.polars_reading import to_polars
from waarborg.agreement.sections import AROUND, BACK, Distance, Threshold
from waarborg.agreement.sql_reading import to_sql
from waarborg.agreement.thresholds import Rows, reached
from waarborg.agreement.vocabulary import PROPERTIES
from waarborg.agreement.zones import read_zones
from waarborg.base.grades import Certainty
from waarborg.base.places import Point

ZONES = [f"z{number}" for number in range(12)]
DAY_US = 24 * 3600 * 10**6
HEAD = """waarborg: agreement/1
id: generated
title: Generated
reading: {by: the benchmark}
sources: {note: {title: A note, kind: fiction}}
parties: {A: {name: A}, B: {name: B}, C: {name: C}}
clauses: {C-1: {says: Generated., source: note, certainty: assumed}}
"""


def text_of(clauses: int, *, shared: bool = False) -> str:
    """An agreement file with so many prohibitions; `shared` ones are built of 20 defined terms."""
    dice = random.Random(7)  # noqa: S311  # made-up input, no secret
    acts = PROPERTIES["act"].values
    parts = [HEAD]
    if shared:
        parts.append("terms:\n")
        for number in range(20):
            listed = ", ".join(sorted(dice.sample(acts, 4)))
            parts.append(
                f"  t{number}: {{words: a kind, reads: {{act: [{listed}]}}, certainty: assumed}}\n"
            )
    parts.append("prohibitions:\n")
    for number in range(clauses):
        listed = ", ".join(sorted(dice.sample(acts, 4)))
        kind = f"{{term: t{dice.randrange(20)}}}" if shared else f"{{act: [{listed}]}}"
        zones = ", ".join(sorted(dice.sample(ZONES[: 4 if shared else 12], 2)))
        parts.append(
            f"  p{number}:\n    clause: C-1\n    who: [{dice.choice('ABC')}]\n    must_not:\n"
            f"      all:\n        - {kind}\n        - {{place: {{in: [{zones}]}}}}\n"
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


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Fewest seconds of some runs, and the result."""
    runs = [timed(work) for _ in range(times)]
    return min(seconds for seconds, _ in runs), runs[0][1]


def rules(clauses: int, *, shared: bool = False) -> list[Node]:
    """The prohibitions of a generated file."""
    text = text_of(clauses, shared=shared)
    seconds, agreement = best(lambda: load(text, "generated.yaml"))
    kind = "shared " if shared else ""
    print(f"load and check {clauses:5d} {kind}clauses".ljust(46), f"{seconds:9.3f} s")
    return [rule.must_not for rule in agreement.prohibitions]


def scan(table: pl.DataFrame, nodes: list[Node]) -> float:
    """The floor: reading each column that the clauses ask about once."""
    asked = sorted({name for node in nodes for name in properties(node)})
    numbers = [
        (pl.col(n) if table.schema[n] == pl.Boolean else pl.col(n).to_physical()).sum()
        for n in asked
    ]
    return best(lambda: table.lazy().select(numbers).collect(), 5)[0]


def _counts(nodes: list[Node], table: pl.DataFrame) -> pl.DataFrame:
    return judged(nodes, table).sum().collect(optimizations=AS_WRITTEN)


def columns(table: pl.DataFrame) -> None:
    """The two column readings at 10, 100 and 1,000 clauses."""
    rows = table.height
    for shared in (False, True):
        for clauses in (10, 100, 1000):
            nodes = rules(clauses, shared=shared)
            floor = scan(table, nodes)
            seconds, counts = best(partial(_counts, nodes, table), 5)
            print(
                f"  columns: {seconds:8.4f} s, {rows * clauses / seconds:15,.0f} judgements/s, "
                f"{seconds / floor:7.1f} times the scan of {floor:.4f} s"
            )
            if shared or clauses > 100:
                continue
            with duckdb.connect() as db:
                db.register("raw", table.to_arrow())
                db.sql("CREATE TABLE incidents AS SELECT * FROM raw")
                asked = ", ".join(f"count(*) FILTER (WHERE {to_sql(node)})" for node in nodes)
                seconds, found = timed(lambda: db.sql(f"SELECT {asked} FROM incidents").fetchall())  # noqa: B023, S608  # run at once, our own SQL
            same = list(found[0]) == list(counts.row(0))
            print(f"  DuckDB:  {seconds:8.4f} s, {rows * clauses / seconds:15,.0f} judgements/s, same counts: {same}")  # fmt: skip


def row_by_row(table: pl.DataFrame) -> None:
    """One condition on single rows: ours, and what others offer."""
    (node,) = rules(1)
    few = table.head(20_000).to_dicts()
    complete = [row for row in few if None not in row.values()]
    print(f"one condition; rows with every value known: {len(complete)} of {len(few)}")
    seconds, _ = best(lambda: table.select(to_polars(node, schema=table.schema).sum()))
    line("  columns, one expression", table.height, seconds)
    line("  explained, with reasons", len(few), best(lambda: [explain(node, r) for r in few])[0])
    line("  one row, bare answer", len(few), best(lambda: [truth(node, r) for r in few])[0])
    ours = [truth(node, row) for row in complete]
    for name, work in (
        ("cql2 matches (Rust)", _cql2(node, complete)),
        ("common-expression-language (Rust)", _cel_rust(complete)),
        ("cel-python", _cel_python(complete[:300])),
    ):
        if work is None:
            print(f"  {name}: not installed")
            continue
        seconds, found = timed(work)
        line(f"  {name}", len(found), seconds, f"same answers: {found == ours[: len(found)]}")


def line(name: str, rows: int, seconds: float, more: str = "") -> None:
    """One measurement."""
    print(f"{name:46s} {rows / seconds:14,.0f} rows/s  {more}")


def _cql2(node: Node, rows: list[dict[str, Any]]) -> Callable[[], list[bool]]:
    written = json.dumps(to_cql2(node)).replace('{"op": "zone", "args": ["', '{"property": "')
    expression = engine.parse_json(written.replace('"]}', '"}'))
    items = [
        {
            "type": "Feature",
            "geometry": None,
            "properties": {k.removeprefix("zone:"): v for k, v in row.items()},
        }
        for row in rows
    ]
    return lambda: [expression.matches(item) for item in items]


def _cel_text() -> str:
    """The one condition as CEL; it is the first of the generated ones."""
    node = load(text_of(1), "generated.yaml").prohibitions[0].must_not
    parts = [to_sql(part) for part in getattr(node, "parts", ())]
    acts, zones, severity, _ = parts
    listed = acts.partition("IN (")[2].rstrip(")")
    first, second = (name.strip('"').removeprefix("zone:") for name in zones[1:-1].split(" OR "))
    least = severity.rpartition(" ")[2].rstrip(")")
    return (
        f"act in [{listed}] && ({first} || {second}) && severity >= {least} && "
        "(attribution in ['corroborated', 'confirmed', 'admitted'] || continuing)"
    )


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k.removeprefix("zone:"): v for k, v in row.items()} for row in rows]


def _cel_rust(rows: list[dict[str, Any]]) -> Callable[[], list[bool]] | None:
    try:
        cel = importlib.import_module("cel")
    except ImportError:
        return None
    text, given = _cel_text(), _named(rows)
    if hasattr(cel, "compile"):
        program = cel.compile(text)
        return lambda: [program.execute(row) for row in given]
    return lambda: [cel.evaluate(text, row) for row in given]


def _cel_python(rows: list[dict[str, Any]]) -> Callable[[], list[bool]] | None:
    try:
        celpy = importlib.import_module("celpy")
    except ImportError:
        return None
    environment = celpy.Environment()
    program = environment.program(environment.compile(_cel_text()))
    given = [{k: celpy.json_to_cel(v) for k, v in row.items()} for row in _named(rows)]
    return lambda: [bool(program.evaluate(row)) for row in given]


def windows(table: pl.DataFrame) -> None:
    """A 24 h window over every row, by actor and zone, both ways of looking."""
    dice = np.random.default_rng(8)
    rows = table.height
    start = dice.integers(0, 365 * DAY_US, rows)
    end = start + dice.choice(np.array([10**6, 3600 * 10**6, DAY_US]), rows)
    of = member_of("act", PROPERTIES["act"].values[:8])
    # Each place in one zone, 3 % unknown: as a map settles it, not as the conditions above need it.
    zone = dice.integers(0, 12, rows)
    unknown = dice.random(rows) < 0.03
    placed = table.with_columns(
        pl.Series(f"zone:{name}", zone == number).set(pl.Series(unknown), None)
        for number, name in enumerate(ZONES)
    )
    for looks in (BACK, AROUND):
        threshold = Threshold(
            "daily", of, ("actor", "zone"), timedelta(hours=24), 10, "1", "", Certainty.STATED, "", looks
        )  # fmt: skip
        given = Rows(placed, start, end)
        reached(threshold, Rows(placed.head(9), start[:9], end[:9]), "ABC", ZONES)  # compiles
        seconds, found = best(lambda: reached(threshold, given, "ABC", ZONES), 2)  # noqa: B023  # run at once
        counts = found.holds.value_counts().rows()
        said = ", ".join(f"{holds}: {count:,}" for holds, count in sorted(counts, key=str))
        print(f"24 h window, by actor and zone, looking {looks:6s}".ljust(46), f"{seconds:9.3f} s  {said}")  # fmt: skip


def distances(rows: int) -> None:
    """Distance of every place from a line of 2,000 corners, with precision."""
    dice = np.random.default_rng(9)
    bends = [[30 + i / 250, 48 + float(dice.random()) / 10] for i in range(2_000)]
    feature = {
        "type": "Feature",
        "properties": {"id": "line", "words": "the line", "basis": "generated"},
        "geometry": {"type": "LineString", "coordinates": bends},
    }
    zones = read_zones(json.dumps({"type": "FeatureCollection", "features": [feature]}), "zones")
    where = zip(dice.uniform(30, 38, rows), dice.uniform(47, 49, rows), strict=True)
    places = [Point(float(x), float(y), 500.0) for x, y in where]
    rule = Distance("belt", "line", 15_000, "either", "", Certainty.STATED)
    seconds, found = timed(lambda: near(rule, zones, places))
    said = f"near {np.mean(found == 1):.1%}, cannot be said {np.mean(found == -1):.1%}"
    print(f"{rows:,} different places near a line".ljust(46), f"{seconds:9.3f} s  {said}")


def main() -> None:
    """Print one line a measurement."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    table = incidents(rows)
    print(f"{rows:,} incidents, 3 % of values missing, {pl.thread_pool_size()} threads")
    columns(table)
    row_by_row(table)
    windows(table)
    distances(rows // 10)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
