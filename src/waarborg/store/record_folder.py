"""A record as a folder of plain files: tiles, bundles, blobs and a signed checkpoint.

Nothing is half-written. A new record is built beside its place, brought to disk, and renamed. An
existing one grows: tiles and blobs first, each under a name of its own, the checkpoint last, by
renaming over the old one. Before a new checkpoint is signed it is proved that it extends the last.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path, PurePosixPath

from waarborg.record.checkpoint import Checkpoint
from waarborg.record.failure import VerificationFailure
from waarborg.record.log import Log
from waarborg.record.note import NoteRefused, Signer
from waarborg.record.source import BLOBS, CHECKPOINT, VKEY, entries, signed_checkpoint
from waarborg.record.tiles import WIDTH, files, layout, path_of
from waarborg.record.tree import ProofRefused, verify_consistency

_PIECE = 1 << 20
_UNFINISHED = ".partial"
"""Behind the name of what is still being written; a crash may leave one."""
_WRITERS = 8
"""Threads that bring files to disk; the disk joins their waits."""


class FolderSource:
    """The files of a record folder, for `record.verify`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> Iterable[str]:
        """The names of all files, with forward slashes."""
        for base, _, found in os.walk(self.folder):
            prefix = PurePosixPath(Path(base).relative_to(self.folder).as_posix())
            for name in found:
                yield str(prefix / name)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None when there is none."""
        try:
            with open(f"{self.folder}/{name}", "rb") as file:  # noqa: PTH123  # a million opens
                return file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def digest(self, name: str) -> tuple[str, int] | None:
        """SHA-256 in hex and number of bytes, read piece by piece; None when there is none."""
        found, count = sha256(), 0
        try:
            with (self.folder / name).open("rb") as file:
                while piece := file.read(_PIECE):
                    found.update(piece)
                    count += len(piece)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        return found.hexdigest(), count


def write(
    folder: Path, log: Log, seed: bytes, origin: str, blobs: Mapping[str, bytes] | None = None
) -> Checkpoint:
    """Write a record, or bring an existing one up to the log; the same log gives the same bytes.

    Args:
        folder: Where the record lies or shall lie.
        log: All entries, those already in the folder first.
        seed: The 32 seed bytes of the signing key; see `record.demonstration` for missions
            without a key of their own.
        origin: The log's name, part of what is signed.
        blobs: By SHA-256 in hex; the log's own attachments by default.

    Returns:
        The checkpoint that was signed.

    Raises:
        VerificationFailure: REC-050 when the log does not extend what the folder's checkpoint
            signed, REC-004 when the folder is another log's, REC-002 when its checkpoint was
            altered, REC-051 when another process writes; nothing is written then.
    """
    signer = Signer(origin, seed)
    blobs = log.blobs if blobs is None else blobs
    if (folder / CHECKPOINT).exists():
        with _only_writer(folder):
            return _extend(folder, log, signer, blobs)
    return _create(folder, log, signer, blobs)


def read(folder: Path) -> Log:
    """The log in a folder, without checking it: call `verify` on a `FolderSource` for that.

    Raises:
        VerificationFailure: When there is no readable checkpoint.
    """
    source = FolderSource(folder)
    checkpoint, _ = signed_checkpoint(source)
    names = [name for name in source.names() if name.startswith(BLOBS)]
    blobs = {name.removeprefix(BLOBS): source.read(name) or b"" for name in names}
    return Log(entries(source, checkpoint.size), blobs)


def _create(folder: Path, log: Log, signer: Signer, blobs: Mapping[str, bytes]) -> Checkpoint:
    if folder.exists() and any(folder.iterdir()):
        raise VerificationFailure(
            "REC-001", str(folder), "a record, or no folder yet", "a folder with other files"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f".{folder.name}{_UNFINISHED}")
    if beside.exists():
        shutil.rmtree(beside)
    checkpoint = log.checkpoint(signer.name)
    beside.mkdir()
    write_files(beside, _all_files(log, 0, blobs))
    write_files(beside, _signed(checkpoint, signer))
    if folder.exists():
        folder.rmdir()
    beside.rename(folder)
    _sync_folder(folder.parent)
    return checkpoint


def _extend(folder: Path, log: Log, signer: Signer, blobs: Mapping[str, bytes]) -> Checkpoint:
    last = _last_signed(folder, signer)
    checkpoint = log.checkpoint(signer.name)
    _prove_extension(log, last, checkpoint)
    remove_unfinished(folder)
    write_files(folder, _all_files(log, last.size, blobs))
    if checkpoint != last:
        write_files(folder, _signed(checkpoint, signer))
    _remove_replaced_partials(folder, last.size, checkpoint.size)
    return checkpoint


def _last_signed(folder: Path, signer: Signer) -> Checkpoint:
    last, note = signed_checkpoint(FolderSource(folder))
    if last.origin != signer.name:
        raise VerificationFailure("REC-004", CHECKPOINT, signer.name, last.origin)
    try:
        note.verified_by([signer.verifier])
    except NoteRefused as error:
        expected = f"the last checkpoint signed by {signer.verifier.vkey}"
        raise VerificationFailure("REC-002", CHECKPOINT, expected, str(error)) from None
    return last


def _prove_extension(log: Log, last: Checkpoint, new: Checkpoint) -> None:
    """Refuse to sign unless the new checkpoint is proved to extend the last one signed."""
    expected = f"the {last.size} entries with root {last.root.hex()}, and more behind them"
    if new.size < last.size:
        raise VerificationFailure("REC-050", CHECKPOINT, expected, f"only {new.size} entries")
    if not last.size:
        return
    proof = log.tree.consistency(last.size)
    try:
        verify_consistency(last.size, new.size, last.root, new.root, proof)
    except ProofRefused as error:
        raise VerificationFailure("REC-050", CHECKPOINT, expected, str(error)) from None


def _all_files(log: Log, old: int, blobs: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield from files(log.tree, log.entries, old)
    for digest in sorted(blobs):
        yield BLOBS + digest, blobs[digest]


def _signed(checkpoint: Checkpoint, signer: Signer) -> Iterator[tuple[str, bytes]]:
    yield VKEY, signer.verifier.vkey.encode() + b"\n"
    yield CHECKPOINT, checkpoint.signed(signer).encode()


def write_files(folder: Path, named: Iterable[tuple[str, bytes]]) -> None:
    """Bring every named file to disk, whole or not at all, then the folders that name them."""
    touched: set[Path] = set()
    rest = iter(named)
    with ThreadPoolExecutor(_WRITERS) as pool:
        while some := list(islice(rest, 8 * _WRITERS)):
            for place in pool.map(lambda pair: _write_file(folder, *pair), some):
                touched.update(place)
    for each in sorted(touched, reverse=True):
        _sync_folder(each)


def remove_unfinished(folder: Path) -> None:
    """Remove what a crash left beside the files of a record."""
    for left in folder.rglob(f"*{_UNFINISHED}"):
        left.unlink()


def _write_file(folder: Path, name: str, data: bytes) -> set[Path]:
    path = folder / name
    if path.exists() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return set()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + _UNFINISHED)
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    inside = path.relative_to(folder).parents
    return {folder / each for each in inside}


def _remove_replaced_partials(folder: Path, old: int, new: int) -> None:
    """Remove partial tiles whose full tile is there now.

    The others stay for readers of an earlier checkpoint, as the specification asks.
    """
    full = {tile[:2] for tile in layout(new) if tile[2] == WIDTH}
    for tile in layout(old):
        if tile[2] < WIDTH and tile[:2] in full:
            shutil.rmtree((folder / path_of(*tile)).parent, ignore_errors=True)


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system lets go of when the process ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VerificationFailure(
                "REC-051", str(folder), "one writer at a time", "another process holds the record"
            ) from None
        yield
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
