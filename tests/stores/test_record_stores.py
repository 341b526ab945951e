"""One contract for every database a record can lie in."""

import os
import shutil
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from record_made import ORIGIN, SECRET, leaves_of
from waarborg.record.base64url import to_base64url
from waarborg.record.disclosure import conceal
from waarborg.record.failure import VerificationFailure
from waarborg.record.note import Signer
from waarborg.record.statement import Author, Draft
from waarborg.record.tree import Tree
from waarborg.record.verify import verify
from waarborg.store.concealed import Concealed
from waarborg.store.record_folder import FolderSource, read
from waarborg.store.record_publication import publish
from waarborg.store.record_sql import SqlRecord, Submission

SEED = SECRET


def handed_in(start, stop):
    """Statements from one place to another, ready to hand in."""
    return [Submission(leaf) for leaf in leaves_of(stop, text=None)[start:]]


@pytest.fixture
def signed(tmp_path):
    """The file of signed checkpoints."""
    return tmp_path / "signed.log"


@pytest.fixture
def record(database, signed):
    """A log that has begun."""
    with SqlRecord.create(database, signed, ORIGIN) as opened:
        yield opened


def people():
    """An operator and a monitor, and the genesis that names their keys."""
    operator, monitor = Author("operator", bytes([1]) * 32), Author("party-a:m", bytes([2]) * 32)
    rows = [{"name": who.name, "public": to_base64url(who.public)} for who in (operator, monitor)]
    genesis = operator.state(Draft("genesis", {"origin": ORIGIN, "keys": rows}, 0))
    return operator, monitor, genesis


def test_what_is_acknowledged_has_its_place_and_stays(database, signed, record):
    """Entries get places one after the other, and are there after the database was closed."""
    assert record.submit(handed_in(0, 3)) == [0, 1, 2]
    assert record.submit(handed_in(3, 4)) == [3]
    leaves = [each.leaf for each in handed_in(0, 4)]
    assert record.checkpoint().root == Tree(leaves).root()
    record.close()
    with SqlRecord.open(database, signed) as again:
        assert list(again.entries()) == leaves
        assert list(again.entries(1, 3)) == leaves[1:3]
        assert again.checkpoint().root == Tree(leaves).root()
        assert again.origin == ORIGIN
        assert again.submit(handed_in(4, 5)) == [4]


def test_handing_in_twice_gives_the_same_place(record):
    """A statement that is there already keeps its place; nothing is added."""
    record.submit(handed_in(0, 3))
    assert record.submit(handed_in(1, 4)) == [1, 2, 3]
    assert record.size == 4


def test_statements_are_admitted_by_their_chain(record):
    """Statements get places; the same again is harmless; another under its number is refused."""
    _, monitor, genesis = people()
    first, second = (monitor.state(Draft("comment", {"text": word}, 5)) for word in ("a", "b"))
    batch = [Submission(leaf) for leaf in (genesis, first, second, first, genesis)]
    assert record.submit(batch) == [0, 1, 2, 1, 0]
    assert record.submit([Submission(second)]) == [2]
    other = Author(monitor.name, bytes([2]) * 32).state(Draft("comment", {"text": "c"}, 5))
    with pytest.raises(VerificationFailure, match="REC-074 entry 3"):
        record.submit([Submission(other)])
    assert record.size == 3


def test_a_statement_is_found_again_wherever_it_stands(database, signed, record):
    """Of many authors in many batches, each statement handed in again has the place it got."""
    for start, stop in ((0, 1), (1, 9), (9, 600), (600, 603)):
        assert record.submit(handed_in(start, stop)) == list(range(start, stop))
    record.close()
    with SqlRecord.open(database, signed) as again:
        for place in (0, 1, 2, 6, 8, 9, 12, 264, 265, 520, 521, 599, 600, 602):
            assert again.submit(handed_in(place, place + 1)) == [place]
        assert list(again.entries(255, 523)) == leaves_of(523, text=None)[255:]
        assert again.size == 603


def test_a_batch_is_taken_whole_or_not_at_all(database, signed, record):
    """One entry that cannot be taken leaves the log as it was, also after opening anew."""
    _, monitor, genesis = people()
    record.submit([Submission(genesis)])
    good = monitor.state(Draft("comment", {"text": "a"}, 5))
    with pytest.raises(VerificationFailure, match="REC-070 entry 2"):
        record.submit([Submission(good), Submission(b"nonsense")])
    assert record.size == 1
    assert record.submit([Submission(good)]) == [1]
    record.close()
    with SqlRecord.open(database, signed) as again:
        assert again.size == 2
        assert again.chains.heads[monitor.name][0] == 0
        assert again.submit([Submission(monitor.state(Draft("comment", {"text": "b"}, 5)))]) == [2]


@pytest.mark.parametrize(("leaf", "code"), [(b"nonsense", "REC-070"), (leaves_of(9)[8], "REC-072")])
def test_what_cannot_be_the_next_entry_is_refused(record, leaf, code):
    """Nonsense and a statement whose author nobody has enrolled are refused, and named by their place."""
    record.submit(handed_in(0, 2))
    with pytest.raises(VerificationFailure, match=f"{code} entry 2"):
        record.submit([Submission(leaf)])
    assert record.size == 2


def test_entries_cannot_be_changed_in_the_database(database, record):
    """The database itself refuses to change or remove an entry."""
    record.submit(handed_in(0, 3))
    record.close()
    engine = create_engine(database)
    for command in ("UPDATE record_batch SET leaves = leaves", "DELETE FROM record_batch"):
        with engine.connect() as connection, pytest.raises(DatabaseError, match="never changed"):
            connection.execute(text(command))
    engine.dispose()


def test_concealed_fields_lie_beside_their_statement(record):
    """What is stored comes back; removing some leaves the others."""
    _, monitor, genesis = people()
    private = conceal({"words": "plain"}, iter([bytes(16)]))
    leaf = monitor.state(Draft("report", {"source": "x"}, 5, {"parties": private}))
    fields = [Concealed("mission", "a", b""), Concealed("parties", private[0].digest, b"cipher")]
    fields.sort(key=lambda field: field.digest)
    record.submit([Submission(genesis), Submission(leaf, fields)])
    assert record.concealed(1) == fields
    assert record.concealed(0) == []
    record.erase_concealed(1, ["a"])
    assert [field.kind for field in record.concealed(1)] == ["parties"]


@pytest.mark.parametrize("sizes", [(1, 2, 3), (255, 256, 257, 600), (512, 1025)])
def test_publishing_step_by_step_equals_publishing_at_once(record, tmp_path, sizes):
    """The published folder holds after each step, and its tiles are those of the whole log."""
    folder = tmp_path / "public"
    for size in sizes:
        record.submit(handed_in(record.size, size))
        checkpoint = publish(record, folder, SEED)
        assert publish(record, folder, SEED) == checkpoint
        verdict = verify(FolderSource(folder), [Signer(ORIGIN, SEED).verifier], ORIGIN)
        assert verdict.entries == size
    fresh = tmp_path / "fresh"
    publish(record, fresh, SEED)
    names = set(FolderSource(fresh).names())
    for name in names:
        assert FolderSource(folder).read(name) == FolderSource(fresh).read(name)
    assert list(read(fresh).entries) == [each.leaf for each in handed_in(0, sizes[-1])]


def test_a_restored_backup_is_refused(database, signed, record, tmp_path):
    """A database older than what was signed is refused before anything is signed from it."""
    if not database.startswith("sqlite"):
        restore_by_truncation(database, signed, record, tmp_path)
        return
    path = tmp_path / "record.db"
    record.submit(handed_in(0, 5))
    publish(record, tmp_path / "public", SEED)
    record.close()
    shutil.copy(path, tmp_path / "backup.db")
    with SqlRecord.open(database, signed) as again:
        again.submit(handed_in(5, 9))
        publish(again, tmp_path / "public", SEED)
    shutil.copy(tmp_path / "backup.db", path)
    with pytest.raises(VerificationFailure, match="REC-080") as raised:
        SqlRecord.open(database, signed)
    assert raised.value.found == "5 entries"
    assert "a mirror" in raised.value.meaning


def restore_by_truncation(database, signed, record, tmp_path):
    """The same on a server: the tables go back to an earlier state."""
    record.submit(handed_in(0, 5))
    record.submit(handed_in(5, 9))
    publish(record, tmp_path / "public", SEED)
    record.close()
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE record_batch DISABLE TRIGGER ALL"))
        connection.execute(text("DELETE FROM record_batch WHERE idx >= 5"))
        connection.execute(text("DELETE FROM record_authored WHERE idx >= 5"))
        connection.execute(text("UPDATE record_head SET size = 5"))
    engine.dispose()
    with pytest.raises(VerificationFailure, match="REC-080"):
        SqlRecord.open(database, signed)


def test_a_lost_database_is_not_begun_anew(database, signed, record, tmp_path):
    """Where a log was begun, neither opening nor creating makes a second history."""
    record.close()
    with pytest.raises(VerificationFailure, match="REC-081"):
        SqlRecord.create(database, signed, ORIGIN)
    if database.startswith("sqlite"):
        (tmp_path / "record.db").unlink()
        with pytest.raises(VerificationFailure, match="REC-081"):
            SqlRecord.open(database, signed)
    signed.unlink()
    if not database.startswith("sqlite"):
        with pytest.raises(VerificationFailure, match="REC-082"):
            SqlRecord.create(database, signed, ORIGIN)


def test_a_database_without_a_record_is_told(database, signed):
    """Opening what was never begun says so."""
    with pytest.raises(VerificationFailure, match="REC-084"):
        SqlRecord.open(database, signed)


def test_a_record_without_its_file_of_signed_checkpoints_is_refused(database, signed, record):
    """Without that file nobody knows what was signed."""
    record.close()
    signed.unlink()
    with pytest.raises(VerificationFailure, match="REC-083") as raised:
        SqlRecord.open(database, signed)
    assert "missing or empty" in raised.value.found


def test_another_history_of_the_same_length_is_refused(database, signed, record, tmp_path):
    """A database whose entries are not those that were signed is refused."""
    record.submit(handed_in(0, 5))
    publish(record, tmp_path / "public", SEED)
    record.close()
    lines = signed.read_bytes().splitlines()
    root = record.checkpoint().root.hex()
    signed.write_bytes(lines[-1].replace(root.encode(), b"ab" * 32) + b"\n")
    with pytest.raises(VerificationFailure, match="REC-083"):
        SqlRecord.open(database, signed)
    signed.write_bytes(b"nonsense\n")
    with pytest.raises(VerificationFailure, match="REC-083"):
        SqlRecord.open(database, signed)
    signed.write_bytes(lines[-1].replace(b"ceasefire-1", b"ceasefire-2") + b"\n")
    with pytest.raises(VerificationFailure, match="REC-083"):
        SqlRecord.open(database, signed)


def test_a_crash_between_the_file_and_the_publication_is_mended(database, signed, record, tmp_path):
    """When a checkpoint is in the file of signed ones and was not published, work goes on."""
    record.submit(handed_in(0, 5))
    record._signed.add(record.checkpoint())
    record.close()
    with signed.open("ab") as file:
        file.write(b'{"origin":"torn')
    with SqlRecord.open(database, signed) as again:
        assert again.last_signed().size == 5
        publish(again, tmp_path / "public", SEED)
        again.submit(handed_in(5, 6))
        publish(again, tmp_path / "public", SEED)
    assert verify(FolderSource(tmp_path / "public"), origin=ORIGIN).entries == 6
    assert [line.count(b"origin") for line in signed.read_bytes().splitlines()] == [1, 1, 1]


def test_a_second_writer_in_another_process_is_refused(database, signed, record):
    """While one process holds the record, another that opens it is told so."""
    program = (
        "import sys; from pathlib import Path\n"
        "from waarborg.record.failure import VerificationFailure\n"
        "from waarborg.store.record_sql import SqlRecord\n"
        "try: SqlRecord.open(sys.argv[1], Path(sys.argv[2]))\n"
        "except VerificationFailure as failure: print(failure.code)\n"
    )
    command = [sys.executable, "-c", program, database, str(signed)]
    assert subprocess.run(command, check=True, capture_output=True).stdout == b"REC-051\n"


def test_a_writer_behind_our_back_is_noticed(database, record):
    """When the head was moved by somebody else, nothing more is taken."""
    record.submit(handed_in(0, 2))
    if database.startswith("sqlite"):
        with record._connection.begin():
            record._connection.exec_driver_sql("UPDATE record_head SET size = 3")
    else:
        engine = create_engine(database)
        with engine.begin() as connection:
            connection.execute(text("UPDATE record_head SET size = 3"))
        engine.dispose()
    with pytest.raises(VerificationFailure, match="REC-082") as raised:
        record.submit(handed_in(2, 3))
    assert "2 entries, as when this process wrote last" in raised.value.expected
    assert record.size == 2


def test_a_forked_process_does_not_write(record, monkeypatch):
    """A copy of the process that a fork made is refused; only the one that opened writes."""
    monkeypatch.setattr(os, "getpid", lambda: -1)
    with pytest.raises(VerificationFailure, match="REC-082") as raised:
        record.submit(handed_in(0, 1))
    assert "a fork of it" in raised.value.found


def test_tiles_that_were_altered_stop_publishing(record, tmp_path):
    """Nothing is signed on top of tiles that do not lead to the database's root."""
    folder = tmp_path / "public"
    record.submit(handed_in(0, 300))
    publish(record, folder, SEED)
    before = (folder / "checkpoint").read_bytes()
    tile = folder / "tile/0/000"
    tile.write_bytes(b"x" + tile.read_bytes()[1:])
    record.submit(handed_in(300, 700))
    upper = folder / "tile/1/000.p/1"
    upper.write_bytes(b"x" + upper.read_bytes()[1:])
    with pytest.raises(VerificationFailure, match="REC-050 tiles"):
        publish(record, folder, SEED)
    assert (folder / "checkpoint").read_bytes() == before
    assert record.last_signed().size == 300


def test_a_checkpoint_that_another_key_signed_is_not_replaced(record, tmp_path):
    """A folder whose checkpoint is not this log's stays as it is."""
    record.submit(handed_in(0, 3))
    publish(record, tmp_path / "public", SEED)
    with pytest.raises(VerificationFailure, match="REC-002"):
        publish(record, tmp_path / "public", bytes(32))


def test_the_engine_is_warned_about(record, database):
    """An SQLite that can lose commits in a rare case is named; PostgreSQL is not warned about."""
    warned = bool(record.warnings)
    version = sqlite3.sqlite_version_info
    known_good = version >= (3, 51, 3) or version[:2] in {(3, 50), (3, 44)}
    assert warned is (database.startswith("sqlite") and not known_good)
