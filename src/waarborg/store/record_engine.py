"""The engine under a record: SQLite or PostgreSQL, set so that a commit is on disk; one writer."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import ClauseElement, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.pool import StaticPool

from waarborg.record.failure import VerificationFailure

_SAFE_SQLITE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Versions from which, on their branch, a reset of the journal can no longer lose commits."""
PRAGMAS = (
    ("page_size", "8192"),
    ("journal_mode", "WAL"),
    ("wal_autocheckpoint", "300"),
    ("synchronous", "FULL"),
    ("secure_delete", "ON"),
    ("foreign_keys", "ON"),
    ("trusted_schema", "OFF"),
)
"""What makes a commit lie on disk. A journal that is used anew after 300 pages of 8 KiB rather than let
grow costs less to bring there: measured with `benchmarks/record.py`."""


def open_engine(url: str) -> Engine:
    """An engine whose commits are on disk when they return.

    Raises:
        VerificationFailure: REC-084 when SQLite does not take the settings that make it so.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url)
    engine = create_engine(url, poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        for pragma, value in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}={value}")
        found = connection.execute("PRAGMA synchronous").fetchone()[0]
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        if (found, mode) != (2, "wal"):
            raise VerificationFailure(
                "REC-084", url, "a database that brings commits to disk", f"{mode}, {found}"
            )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def lock_file(path: Path) -> int:
    """Hold a file until the process ends; gives its handle.

    Raises:
        VerificationFailure: REC-051 when another process holds it.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise VerificationFailure(
            "REC-051", str(path), "one writer at a time", "another process holds the record"
        ) from None
    return handle


def _is_safe(version: tuple[int, ...]) -> bool:
    return version >= _SAFE_SQLITE[0] or any(
        version[:2] == safe[:2] and version >= safe for safe in _SAFE_SQLITE
    )


def engine_warnings(engine: Engine) -> tuple[str, ...]:
    """What an operator should know about the engine."""
    if engine.dialect.name != "sqlite" or _is_safe(sqlite3.sqlite_version_info):
        return ()
    warning = (
        f"SQLite {sqlite3.sqlite_version} can lose commits when two connections write and "
        "clear the journal at once; this program writes through one connection only; "
        "use 3.51.3 or later all the same"
    )
    return (warning,)


class Prepared:
    """A statement turned into the engine's SQL once: appending one entry costs little but its sync."""

    def __init__(self, statement: ClauseElement, engine: Engine) -> None:
        """Turn a statement with named parameters into SQL.

        Args:
            statement: As SQLAlchemy builds it.
            engine: Whose dialect it is for.
        """
        columns = statement.compile(dialect=engine.dialect)
        self._sql = str(columns)
        self._order = getattr(columns, "positiontup", None)

    def run(self, cursor: DBAPICursor, *rows: Mapping[str, Any]) -> int:
        """Run it once for each row of parameters; gives how many rows of the table it touched."""
        order = self._order
        given: list[Any] = [tuple(row[name] for name in order) if order else row for row in rows]
        if len(given) == 1:
            cursor.execute(self._sql, given[0])
        else:
            cursor.executemany(self._sql, given)
        return cursor.rowcount


@contextmanager
def transaction(connection: Connection) -> Iterator[DBAPICursor]:
    """One transaction through the driver itself: on disk when the block ends, undone when it raises."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise AssertionError("the record is closed")
    cursor = driver.cursor()
    try:
        if connection.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        yield cursor
        driver.commit()
    except BaseException:
        with suppress(Exception):  # what went wrong first is told
            driver.rollback()
        raise
    finally:
        cursor.close()
