"""The SQL reading run by PostgreSQL and Spark: the verdicts that the single row gives (law 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from agreement_trees import NODES, SCHEMA, rows, table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from record_databases import cluster
from waarborg.agreement.condition import Node
from waarborg.agreement.explain import truth
from waarborg.agreement.sql_reading import Dialect, to_sql

CONDITIONS = st.lists(NODES, min_size=1, max_size=8)
ROWS = st.lists(rows(), min_size=1, max_size=8)
__all__ = ["cluster"]

KINDS = {"String": "text", "Int64": "bigint", "Boolean": "boolean"}


@pytest.fixture(scope="session")
def server(cluster: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a PostgreSQL of our own, with an empty table of incidents."""
    address = cluster.replace("postgresql+psycopg", "postgresql") + "postgres"
    with psycopg.connect(address, autocommit=True) as connection:
        columns = ", ".join(f'"{name}" {KINDS[str(kind)]}' for name, kind in SCHEMA.items())
        connection.execute(f"CREATE TEMPORARY TABLE incidents (number bigint, {columns})")  # type: ignore[call-overload]  # made up here
        yield connection


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nodes=CONDITIONS, found=ROWS)
def test_postgresql_agrees_with_the_single_row(
    server: psycopg.Connection[Any], nodes: list[Node], found: list[dict[str, Any]]
) -> None:
    """Every condition gives on every row what it gives when the row is judged alone."""
    server.execute("TRUNCATE incidents")
    names = [sql.Identifier(name) for name in ("number", *SCHEMA)]
    slots = sql.SQL(", ").join(sql.Placeholder() * len(names))
    statement = sql.SQL("INSERT INTO incidents ({}) VALUES ({})").format(
        sql.SQL(", ").join(names), slots
    )
    with server.cursor() as cursor:
        cursor.executemany(statement, [(i, *row.values()) for i, row in enumerate(found)])
    asked = ", ".join(to_sql(node, Dialect.POSTGRESQL).replace("%", "%%") for node in nodes)
    answers = server.execute(f"SELECT {asked} FROM incidents ORDER BY number").fetchall()  # type: ignore[call-overload]  # noqa: S608  # our own SQL is what is tested
    assert answers == [tuple(truth(node, row) for node in nodes) for row in found]


@pytest.fixture(scope="session")
def session() -> Iterator[Any]:
    """A Spark session on one machine."""
    spark = pytest.importorskip("pyspark.sql", reason="Spark is an extra: install waarborg[spark]")
    started = (
        spark.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1g")
        .getOrCreate()
    )
    yield started
    started.stop()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nodes=CONDITIONS, found=ROWS)
def test_spark_agrees_with_the_single_row(
    session: Any, nodes: list[Node], found: list[dict[str, Any]]
) -> None:
    """Every condition gives on every row what it gives when the row is judged alone."""
    incidents = table(found).with_row_index("number")
    kinds = {"String": "string", "Int64": "bigint", "Boolean": "boolean"}
    columns = ["number bigint", *(f"`{n}` {kinds[str(kind)]}" for n, kind in SCHEMA.items())]
    frame = session.createDataFrame(incidents.rows(), schema=", ".join(columns))
    frame.createOrReplaceTempView("incidents")
    asked = ", ".join(f"{to_sql(n, Dialect.SPARK)} AS c{i}" for i, n in enumerate(nodes))
    answers = session.sql(f"SELECT {asked} FROM incidents ORDER BY number").collect()  # noqa: S608  # our own SQL is what is tested
    assert [tuple(one) for one in answers] == [
        tuple(truth(node, row) for node in nodes) for row in found
    ]
