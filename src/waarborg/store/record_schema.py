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
    Column("peaks", LargeBinary, nullable=False),
    Column("signed_size", BigInteger, nullable=False),
    Column("signed_root", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="record_head_one_row"),
)
"""One row: how far the log is, its right edge, and the last checkpoint signed."""

LEAF = Table(
    "record_leaf",
    METADATA,
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("leaf", LargeBinary, nullable=False),
)
"""The entries; triggers refuse to change or remove one."""

AUTHORED = Table(
    "record_authored",
    METADATA,
    Column("author", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, nullable=False),
)
"""Where each author's statements stand: makes handing one in twice harmless."""

DISCLOSURE = Table(
    "record_disclosure",
    METADATA,
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("n", SmallInteger, primary_key=True, autoincrement=False),
    Column("class", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
)
"""Private fields, encrypted; the keys lie elsewhere (`store.record_keys`)."""

COSIGNATURE = Table(
    "record_cosignature",
    METADATA,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("line", Text, nullable=False),
)
"""What witnesses said to each checkpoint."""


def bring_up_to_date(connection: Connection) -> None:
    """Make or migrate the tables inside the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "record_migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
