"""The record as a folder: whole or not there, growing only at its end, the same bytes each time."""

import fcntl
import os
import shutil

import pytest

import record_made
from waarborg.record.cosignatures import add_cosignatures
from waarborg.record.demonstration import demonstration_origin, demonstration_seed
from waarborg.record.failure import VerificationFailure
from waarborg.record.note import COSIGNATURE, Note, Signer
from waarborg.record.source import FilesInMemory
from waarborg.record.verify import verify
from waarborg.store import record_folder
from waarborg.store.record_folder import FolderSource, read, write

ORIGIN = demonstration_origin("test-mission")
SEED = demonstration_seed(ORIGIN)


def log_of(size, text=b"the text"):
    """A log with an attachment."""
    return record_made.log_of(size, ORIGIN, text)


def content(folder):
    """Every file of a folder."""
    source = FolderSource(folder)
    return {name: source.read(name) for name in source.names()}


def test_a_record_is_written_verified_and_read(tmp_path):
    """What is written holds, and reads back entry for entry, blob for blob."""
    log = log_of(600)
    checkpoint = write(tmp_path / "out" / "record", log, SEED, ORIGIN)
    verdict = verify(FolderSource(tmp_path / "out" / "record"))
    assert verdict.checkpoint == checkpoint == log.checkpoint(ORIGIN)
    back = read(tmp_path / "out" / "record")
    assert back.entries == log.entries
    assert back.blobs == log.blobs
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["record"]


def test_the_same_log_gives_the_same_bytes(tmp_path):
    """Written twice, in one place or two: byte for byte the same, and nothing is rewritten."""
    write(tmp_path / "one", log_of(300), SEED, ORIGIN)
    first, stamp = content(tmp_path / "one"), (tmp_path / "one/checkpoint").stat().st_mtime_ns
    write(tmp_path / "one", log_of(300), SEED, ORIGIN)
    write(tmp_path / "two", log_of(300), SEED, ORIGIN)
    assert content(tmp_path / "one") == content(tmp_path / "two") == first
    assert (tmp_path / "one/checkpoint").stat().st_mtime_ns == stamp


def test_cosignatures_stay_when_nothing_is_new(tmp_path):
    """Writing the same log again keeps what witnesses said to its checkpoint."""
    write(tmp_path / "record", log_of(3), SEED, ORIGIN)
    path = tmp_path / "record" / "checkpoint"
    note = Note.parse(path.read_bytes())
    witness = Signer("witness.example/a", b"a" * 32, COSIGNATURE)
    early, late = (witness.sign(note.text, at) for at in (100, 200))
    whole = add_cosignatures(note, [late, early], [witness.verifier])
    assert whole.signatures == (*note.signatures, late)
    assert add_cosignatures(whole, [witness.sign("x\n", 300)], [witness.verifier]) == whole
    path.write_bytes(whole.encode())
    write(tmp_path / "record", log_of(3), SEED, ORIGIN)
    assert path.read_bytes() == whole.encode()
    assert verify(FolderSource(tmp_path / "record")).entries == 3


@pytest.mark.parametrize("sizes", [(2, 3), (255, 256, 257), (40, 300, 301, 700), (256, 512)])
def test_a_record_grows_at_its_end(tmp_path, sizes):
    """After each growth the record holds; partial tiles go once their full tile is there."""
    for size in sizes:
        write(tmp_path / "record", log_of(size), SEED, ORIGIN)
        assert verify(FolderSource(tmp_path / "record")).entries == size
    fresh = tmp_path / "fresh"
    write(fresh, log_of(sizes[-1]), SEED, ORIGIN)
    grown = content(tmp_path / "record")
    assert content(fresh).items() <= grown.items()
    number = sizes[-1] // 256
    extra = {name for name in grown if name not in content(fresh)}
    assert all(f"{number:03d}.p/" in name or name.startswith("tile/1/000.p/") for name in extra)


@pytest.mark.parametrize(
    ("log", "found"),
    [(log_of(299), "only 299 entries"), (log_of(301, b"another text"), "the proof leads to")],
)
def test_history_is_not_rewritten(tmp_path, log, found):
    """A shorter or a different log is refused before anything is written."""
    write(tmp_path / "record", log_of(300), SEED, ORIGIN)
    before = content(tmp_path / "record")
    with pytest.raises(VerificationFailure, match=r"REC-050 .*rewrite history") as raised:
        write(tmp_path / "record", log, SEED, ORIGIN)
    assert found in raised.value.found
    assert content(tmp_path / "record") == before


def test_a_checkpoint_that_was_altered_is_not_extended(tmp_path):
    """Nobody signs on top of a checkpoint whose signature does not hold."""
    write(tmp_path / "record", log_of(3), SEED, ORIGIN)
    path = tmp_path / "record/checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n3\n", b"\n2\n"))
    with pytest.raises(VerificationFailure, match="REC-002"):
        write(tmp_path / "record", log_of(4), SEED, ORIGIN)


def test_a_record_of_another_log_or_key_is_not_extended(tmp_path):
    """Neither another log's folder nor another signer's is written into."""
    write(tmp_path / "record", log_of(3), SEED, ORIGIN)
    with pytest.raises(VerificationFailure, match="REC-004"):
        write(tmp_path / "record", log_of(4), SEED, "waarborg.example/other")
    with pytest.raises(VerificationFailure, match="REC-002"):
        write(tmp_path / "record", log_of(4), bytes(32), ORIGIN)


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    """A record is not written over somebody's files."""
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(VerificationFailure, match="REC-001") as raised:
        write(tmp_path, log_of(3), SEED, ORIGIN)
    assert raised.value.found == "a folder with other files"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_second_writer_is_refused(tmp_path):
    """While one process holds the record, another is told so."""
    write(tmp_path / "record", log_of(3), SEED, ORIGIN)
    handle = os.open(tmp_path / "record", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(VerificationFailure, match="REC-051"):
            write(tmp_path / "record", log_of(4), SEED, ORIGIN)
    finally:
        os.close(handle)
    write(tmp_path / "record", log_of(4), SEED, ORIGIN)


@pytest.mark.parametrize("after", range(0, 9, 2))
def test_a_write_that_stops_halfway_leaves_no_record(tmp_path, monkeypatch, after):
    """When writing a new record fails at any file, no folder of its name is there."""
    break_after(monkeypatch, after)
    with pytest.raises(OSError, match="disk full"):
        write(tmp_path / "record", log_of(600), SEED, ORIGIN)
    monkeypatch.undo()
    assert not (tmp_path / "record").exists()
    write(tmp_path / "record", log_of(600), SEED, ORIGIN)
    assert verify(FolderSource(tmp_path / "record")).entries == 600
    assert [path.name for path in tmp_path.iterdir()] == ["record"]


@pytest.mark.parametrize("after", range(6))
def test_growth_that_stops_halfway_leaves_the_old_record(tmp_path, monkeypatch, after):
    """When growing fails at any file, the last checkpoint still stands and growing can go on."""
    write(tmp_path / "record", log_of(300), SEED, ORIGIN)
    break_after(monkeypatch, after)
    with pytest.raises(OSError, match="disk full"):
        write(tmp_path / "record", log_of(800), SEED, ORIGIN)
    monkeypatch.undo()
    if after:
        with pytest.raises(VerificationFailure, match="REC-031") as raised:
            verify(FolderSource(tmp_path / "record"))
        assert "writing was interrupted" in raised.value.found
    known = FilesInMemory(as_of_checkpoint(content(tmp_path / "record")))
    assert verify(known).entries == 300
    write(tmp_path / "record", log_of(800), SEED, ORIGIN)
    assert verify(FolderSource(tmp_path / "record")).entries == 800


def test_a_file_left_by_an_interrupted_write_is_removed(tmp_path):
    """What a crash left beside a file is gone after the next growth."""
    write(tmp_path / "record", log_of(300), SEED, ORIGIN)
    left = tmp_path / "record/tile/0/001.partial"
    left.write_bytes(b"half a ti")
    write(tmp_path / "record", log_of(301), SEED, ORIGIN)
    assert not left.exists()
    assert verify(FolderSource(tmp_path / "record")).entries == 301


def break_after(monkeypatch, count):
    """Let the disk fail after so many files."""
    left = iter(range(count))
    right = record_folder._write_file

    def failing(folder, name, data):
        if next(left, None) is None:
            raise OSError(28, "disk full")
        return right(folder, name, data)

    monkeypatch.setattr(record_folder, "_write_file", failing)


def as_of_checkpoint(named):
    """Only what the checkpoint of 300 entries vouches for; the rest is not yet signed."""
    fresh = {name for name in named if "/000" in name or ".p/44" in name or "/" not in name}
    return {name: named[name] for name in named if name in fresh or name.startswith("blobs/")}


def test_names_and_digests_of_a_folder(tmp_path):
    """Files are named with forward slashes; what is not there has no bytes and no digest."""
    write(tmp_path / "record", log_of(3), SEED, ORIGIN)
    source = FolderSource(tmp_path / "record")
    blobs = [name for name in source.names() if name.startswith("blobs/")]
    assert source.digest(blobs[0]) == (blobs[0].removeprefix("blobs/"), len(b"the text"))
    assert source.digest("nothing") is None
    assert source.read("nothing") is None
    assert source.read("tile") is None
    shutil.rmtree(tmp_path / "record" / "tile")
    with pytest.raises(VerificationFailure, match=r"REC-030 tile/entries/000\.p/3"):
        read(tmp_path / "record")
