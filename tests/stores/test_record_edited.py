"""Tables edited by hand: whatever cell or row is changed, opening the record names it and signs nothing."""

import shutil
import sqlite3

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, inspect, text

from record_made import MONITOR, ORIGIN, SECRET, comment, leaves_of
from waarborg.record.disclosure import conceal
from waarborg.record.failure import VerificationFailure
from waarborg.record.statement import Draft, read_statement
from waarborg.record.verify import verify
from waarborg.store import record_schema
from waarborg.store.concealed import Concealed
from waarborg.store.mission_record import MissionRecord
from waarborg.store.record_folder import FolderSource
from waarborg.store.record_publication import publish
from waarborg.store.record_sql import SqlRecord, Submission
from waarborg.store.signed_log import SignedLog


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A record with signed entries, some behind them that no root vouches for yet, and private fields."""
    folder = tmp_path_factory.mktemp("edited")
    with MissionRecord.open(folder, ORIGIN, SECRET) as record:
        for number in range(6):
            private = conceal({"words": f"private {number}"}, iter([bytes([number]) * 16]))
            fields = [Concealed("parties", private[0].digest, b"cipher %d" % number)]
            draft = Draft("report", {"source": comment(number)}, 5, {"parties": private})
            record.say(MONITOR, draft, fields)
            record.commit()
            if number == 3:
                record.publish()
    return folder / "operator"


def cells(database):
    """Every cell of every table: table, row and column."""
    with sqlite3.connect(database) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in names:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            query = f"SELECT rowid, * FROM {table}"  # noqa: S608  # names of the schema
            rows = connection.execute(query).fetchall()
            yield from ((table, row[0], column) for row in rows for column in columns)


def edited(value):
    """Other values of the same sort: each byte of bytes changed, text and numbers otherwise."""
    if isinstance(value, bytes):
        return [value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] for at in range(len(value))]
    return [value + "x", value[:-1]] if isinstance(value, str) else [value + 1, value - 1, "x"]


def opened(folder):
    """Open the record of a folder and close it."""
    SqlRecord.open(f"sqlite:///{folder / 'record.db'}", folder / "signed.log").close()


def test_every_edited_cell_of_every_table_is_named(made, tmp_path):
    """Any cell of any table but a ciphertext, which `evidence check` opens, is held to the entries."""
    opened(made)
    found: dict[str, set[str]] = {}
    for table, row, column in list(cells(made / "record.db")):
        if column == "ciphertext":
            continue
        with sqlite3.connect(made / "record.db") as connection:
            query = f"SELECT {column} FROM {table} WHERE rowid = ?"  # noqa: S608  # names of the schema
            (value,) = connection.execute(query, (row,)).fetchone()
        for other in edited(value)[:: 37 if isinstance(value, bytes) else 1]:
            copy = tmp_path / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(made, copy)
            with sqlite3.connect(copy / "record.db") as connection:
                for event in ("UPDATE", "DELETE"):
                    connection.execute(f"DROP TRIGGER record_batch_{event}")
                change = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"  # noqa: S608  # as above
                try:
                    connection.execute(change, (other, row))
                except sqlite3.IntegrityError:
                    continue
            connection.close()
            with pytest.raises(VerificationFailure, match="REC-") as raised:
                opened(copy)
            found.setdefault(f"{table}.{column}", set()).add(raised.value.code)
    assert set(found) == {
        "record_version.version_num",
        *(f"record_head.{name}" for name in ("origin", "size")),
        *(f"record_batch.{name}" for name in ("idx", "entries", "leaves")),
        *(f"record_authored.{name}" for name in ("author", "seq", "idx")),
        *(f"record_disclosure.{name}" for name in ("idx", "digest", "class")),
    }
    assert found["record_authored.seq"] == {"REC-087"}


@pytest.mark.parametrize(
    "table", ["record_version", "record_head", "record_batch", "record_authored"]
)
def test_every_row_taken_out_is_named(made, tmp_path, table):
    """A row that is gone is found; a private field that is gone is found by `evidence check`."""
    with sqlite3.connect(made / "record.db") as connection:
        rows = [row[0] for row in connection.execute(f"SELECT rowid FROM {table}")]  # noqa: S608
    assert rows
    for row in rows:
        copy = tmp_path / f"copy-{row}"
        shutil.copytree(made, copy)
        with sqlite3.connect(copy / "record.db") as connection:
            connection.execute("DROP TRIGGER record_batch_DELETE")
            connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))  # noqa: S608
        with pytest.raises(VerificationFailure, match="REC-"):
            opened(copy)


def test_tables_of_the_first_version_are_brought_up_to_date(database, tmp_path):
    """A database of the first tables keeps every entry, private field and place, and work goes on."""
    leaves = leaves_of(600, text=None)
    first_tables(database, leaves)
    signed = tmp_path / "signed.log"
    whole = SqlRecord.create(f"sqlite:///{tmp_path}/whole.db", tmp_path / "whole.log", ORIGIN)
    whole.submit([Submission(leaf) for leaf in leaves])
    SignedLog(signed).add(whole.checkpoint())
    whole.close()
    with SqlRecord.open(database, signed) as record:
        assert list(record.entries()) == leaves
        assert record.submit([Submission(leaf) for leaf in (leaves[7], leaves[599])]) == [7, 599]
        publish(record, tmp_path / "public", SECRET)
        assert record.submit([Submission(leaves_of(601, text=None)[600])]) == [600]
    assert verify(FolderSource(tmp_path / "public")).entries == 600


def migrations():
    """The steps from table to table, as Alembic knows them."""
    config = Config()
    folder = record_schema.__file__.rsplit("/", 1)[0]
    config.set_main_option("script_location", f"{folder}/record_migrations")
    return config


@pytest.mark.parametrize("version", ["0001", "0002"])
def test_no_migration_takes_a_record_apart(database, version):
    """A step back is refused with what to do instead, and leaves the tables as they are."""
    engine, config = create_engine(database), migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        before = inspect(connection).get_table_names()
        with pytest.raises(CommandError, match="or let an older one begin a record of its own"):
            command.downgrade(config, "-1")
        assert inspect(connection).get_table_names() == before
    engine.dispose()


def first_tables(database, leaves):
    """A database as the first version made it."""
    engine, config = create_engine(database), migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        head = "INSERT INTO record_head VALUES (1, :origin, :size, :none, 0, :none)"
        connection.execute(text(head), {"origin": ORIGIN, "size": len(leaves), "none": b""})
        seen: dict[str, int] = {}
        for place, leaf in enumerate(leaves):
            row = {"idx": place, "leaf": leaf}
            connection.execute(text("INSERT INTO record_leaf VALUES (:idx, :leaf)"), row)
            said = record_author(leaf)
            seen[said] = seen.get(said, -1) + 1
            link = {"author": said, "seq": seen[said], "idx": place}
            connection.execute(
                text("INSERT INTO record_authored VALUES (:author, :seq, :idx)"), link
            )
    engine.dispose()


def record_author(leaf):
    """Who signed an entry."""
    return read_statement(leaf).author
