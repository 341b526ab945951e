"""A mission's record on disk: one contract for SQLite and PostgreSQL."""

import shutil
from datetime import UTC, datetime

import pytest

from waarborg.record.chains import replay
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.record.failure import VerificationFailure
from waarborg.record.journal import Journal
from waarborg.record.source import entries
from waarborg.record.statement import Draft
from waarborg.record.verify import verify
from waarborg.store.mission_record import MissionRecord
from waarborg.store.record_folder import FolderSource

ORIGIN = demonstration_origin("test-mission")
SECRET = demonstration_seed(ORIGIN)
NOON = datetime(2026, 4, 24, 12, tzinfo=UTC)
MONITOR = "party-a:monitors"


def comment(words):
    """A draft of a comment."""
    return Draft("comment", {"text": words}, 5)


def open_record(out, database=None, origin=ORIGIN, secret=SECRET):
    """The record of an output folder."""
    return MissionRecord.open(out, origin, secret, database)


def files(folder):
    """Every file of a folder by name."""
    source = FolderSource(folder)
    return {name: source.read(name) for name in source.names()}


def fill(record):
    """Some words, an attachment and a time mark."""
    for words in ("one", "two"):
        record.say(MONITOR, comment(words))
    record.say(
        "operator", Draft("config", {"name": "a", **record.attach(b"text", "text/plain")}, 5)
    )
    record.mark(NOON)


def test_what_was_committed_is_there_and_published(tmp_path, database):
    """Committed and published, the record verifies, replays, and goes on where it was."""
    with open_record(tmp_path, database) as record:
        fill(record)
        assert record.commit() == 6
        assert record.commit() == 0
        assert record.publish().size == 6
    assert verify(FolderSource(tmp_path / "record")).blobs == 1
    with open_record(tmp_path, database) as record:
        assert record.journal.blobs[next(iter(record.journal.blobs))] == b"text"
        assert len(record.journal.blobs) == 1
        place = record.say(MONITOR, comment("three"))
        record.commit()
        record.publish()
        told = [each.recorded_at for each in record.read()]
    assert (place, told) == (6, [NOON] * 6 + [None])
    assert replay(entries(FolderSource(tmp_path / "record"), 7)).heads[MONITOR][0] == 2


def test_what_was_not_committed_is_gone(tmp_path, database):
    """Words without a commit leave nothing, and the same words again take the same places."""
    with open_record(tmp_path, database) as record:
        fill(record)
    with open_record(tmp_path, database) as record:
        assert record.journal.size == 0
        fill(record)
        assert record.commit() == 6


def test_every_database_publishes_the_same_bytes(tmp_path, database):
    """What everyone gets does not tell which database it came from, nor in how many steps."""
    for name, url in (("one", database), ("other", None)):
        with open_record(tmp_path / name, url) as record:
            fill(record)
            record.commit()
            if name == "one":
                record.publish()
            record.say(MONITOR, comment("three"))
            record.commit()
            record.publish()
    one, other = files(tmp_path / "one/record"), files(tmp_path / "other/record")
    assert other.items() <= one.items()
    assert all(".p/" in name for name in one.keys() - other.keys())


def test_a_journal_in_memory_and_a_record_on_disk_hold_the_same(tmp_path):
    """The same words give the same entries in memory and on disk."""
    journal = Journal(ORIGIN)
    fill(journal)
    with open_record(tmp_path) as record:
        fill(record)
        assert list(record.journal.log.entries) == list(journal.log.entries)


def test_somebody_elses_statement_is_checked_before_it_is_taken(tmp_path, database):
    """A signature that does not hold never reaches the database."""
    with open_record(tmp_path, database) as record:
        fill(record)
        with pytest.raises(VerificationFailure, match="REC-070"):
            record.take(b"nonsense")
        record.commit()
    with open_record(tmp_path, database) as record:
        assert record.journal.size == 6


def test_another_log_and_a_second_writer_are_refused(tmp_path):
    """A record is not continued under another name, nor by two at once."""
    with open_record(tmp_path) as record:
        fill(record)
        record.commit()
        with pytest.raises(VerificationFailure, match="REC-051"):
            open_record(tmp_path)
    with pytest.raises(VerificationFailure, match="REC-004") as raised:
        open_record(tmp_path, origin="waarborg.example/other")
    assert raised.value.found == ORIGIN


def test_another_key_signs_nothing_here(tmp_path):
    """Whoever comes with another secret cannot publish over what was signed."""
    with open_record(tmp_path) as record:
        fill(record)
        record.commit()
        record.publish()
    with (
        open_record(tmp_path, secret=bytes(32)) as record,
        pytest.raises(VerificationFailure, match="REC-002"),
    ):
        record.publish()


@pytest.mark.parametrize("lost", ["record.db", "signed.log", "operator"])
def test_a_lost_part_is_no_reason_to_begin_again(tmp_path, lost):
    """Without its database or its file of signed checkpoints the record is not begun a second time."""
    with open_record(tmp_path) as record:
        fill(record)
        record.commit()
        record.publish()
    place = tmp_path / "operator" / lost if lost != "operator" else tmp_path / lost
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink()
    before = files(tmp_path / "record")
    with pytest.raises(VerificationFailure, match=r"REC-081|REC-084") as raised:
        open_record(tmp_path)
    assert raised.value.code == ("REC-081")
    assert files(tmp_path / "record") == before


def test_a_backup_that_was_put_back_signs_nothing(tmp_path):
    """An older database beside a newer file of signed checkpoints is refused at the start."""
    with open_record(tmp_path) as record:
        fill(record)
        record.commit()
        record.publish()
    shutil.copy(tmp_path / "operator/record.db", tmp_path / "backup")
    with open_record(tmp_path) as record:
        record.say(MONITOR, comment("later"))
        record.commit()
        record.publish()
    shutil.copy(tmp_path / "backup", tmp_path / "operator/record.db")
    with pytest.raises(VerificationFailure, match="REC-080"):
        open_record(tmp_path)
