"""A mirror: a full copy that somebody else keeps, and that never follows a rewritten history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from waarborg.record.blobs import blob_references
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.failure import VerificationFailure
from waarborg.record.note import Verifier
from waarborg.record.source import BLOBS, CHECKPOINT, VKEY, RecordSource
from waarborg.record.tiles import decode_bundle, layout, path_of
from waarborg.record.verify import verify_signature
from waarborg.record.verify_since import verify_extension, verify_since
from waarborg.store.record_folder import FolderSource, remove_unfinished, write_files


def mirror(source: RecordSource, folder: Path, keys: Iterable[Verifier]) -> tuple[Checkpoint, int]:
    """Bring a copy up to a record: take what is new, check it, then take over the checkpoint.

    Args:
        source: The record.
        folder: Where the copy lies or shall lie.
        keys: The keys that may have signed.

    Returns:
        The checkpoint, and how many entries were checked.

    Raises:
        VerificationFailure: When anything does not hold, or the record does not extend what was
            copied before; the copy then keeps the checkpoint it had.
    """
    known = tuple(keys)
    now = verify_signature(source, known)[0]
    had = _had(folder, known, now)
    verify_extension(source, had, now)
    folder.mkdir(parents=True, exist_ok=True)
    remove_unfinished(folder)
    write_files(folder, _new_files(source, had, now))
    held = FolderSource(folder)
    checked = verify_since(held, had, now)
    _check_blobs(held)
    data = source.read(CHECKPOINT)
    vkey = source.read(VKEY)
    if vkey is not None:
        write_files(folder, [(VKEY, vkey)])
    if data is not None:
        write_files(folder, [(CHECKPOINT, data)])
    return now, checked


def _had(folder: Path, keys: tuple[Verifier, ...], now: Checkpoint) -> Checkpoint:
    held = FolderSource(folder)
    if held.read(CHECKPOINT) is None:
        return Checkpoint(now.origin, 0, b"")
    return verify_signature(held, keys)[0]


def _new_files(
    source: RecordSource, had: Checkpoint, now: Checkpoint
) -> Iterator[tuple[str, bytes]]:
    before = set(layout(had.size))
    for tile in layout(now.size):
        if tile in before:
            continue
        path = path_of(*tile)
        data = source.read(path)
        if data is None:
            raise VerificationFailure("REC-030", path, "a file of the record", "no such file")
        yield path, data
        if tile[0] < 0:
            yield from _blobs(source, data)


def _blobs(source: RecordSource, bundle: bytes) -> Iterator[tuple[str, bytes]]:
    for digest, _ in _named(bundle):
        data = source.read(BLOBS + digest)
        if data is None:
            raise VerificationFailure("REC-040", BLOBS + digest, "a blob", "no such file")
        yield BLOBS + digest, data


def _named(bundle: bytes) -> Iterator[tuple[str, int]]:
    for entry in decode_bundle(bundle):
        yield from blob_references(entry)


def _check_blobs(held: FolderSource) -> None:
    """Every blob that was copied has the bytes its name says."""
    for name in held.names():
        if name.startswith(BLOBS):
            found = held.digest(name)
            if found is None or BLOBS + found[0] != name:
                expected = f"bytes with the SHA-256 {name.removeprefix(BLOBS)}"
                raise VerificationFailure("REC-041", name, expected, f"{found and found[0]}")
