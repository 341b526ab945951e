"""The tables of a record: one schema for SQLite and PostgreSQL, brought up to date by Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

METADATA = MetaData()

HEAD = Table(
    "record_head",
    METADATA,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("origin", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="record_head_one_row"),
)
"""One row: whose log it is, and how many entries are acknowledged."""

BATCH = Table(
    "record_batch",
    METADATA,
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("entries", SmallInteger, nullable=False),
    Column("leaves", LargeBinary, nullable=False),
)
"""The entries as they came in, up to 256 a row, in the form of a bundle of C2SP tlog-tiles: the place of the
first, how many, their bytes. Triggers refuse to change or remove a row."""

AUTHORED = Table(
    "record_authored",
    METADATA,
    Column("author", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, nullable=False),
)
"""Each author's first statement in a row of entries, and that row, so that handing one in twice is harmless."""

DISCLOSURE = Table(
    "record_disclosure",
    METADATA,
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text, primary_key=True),
    Column("class", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
)
"""Private fields, encrypted; the keys lie elsewhere (`store.record_vault`)."""


def bring_up_to_date(connection: Connection) -> None:
    """Make or migrate the tables inside the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "record_migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
