"""Where the files of a record come from, and what they are called; names have forward slashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Protocol

from waarborg.record.checkpoint import Checkpoint, read_checkpoint
from waarborg.record.failure import VerificationFailure
from waarborg.record.note import Note, NoteRefused
from waarborg.record.tiles import WIDTH, bundle_path, decode_bundle, tile_path
from waarborg.record.tree import HASH_BYTES

CHECKPOINT = "checkpoint"
VKEY = "vkey"
BLOBS = "blobs/"


class RecordSource(Protocol):
    """A record's files, wherever they lie."""

    def names(self) -> Iterable[str]:
        """The names of all files."""
        ...

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None when there is none."""
        ...

    def digest(self, name: str) -> tuple[str, int] | None:
        """SHA-256 in hex and number of bytes of a file of any size, None when there is none."""
        ...


class FilesInMemory:
    """A record's files as a mapping of name to bytes."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def names(self) -> Iterable[str]:
        """The names of all files."""
        return self.files

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None when there is none."""
        return self.files.get(name)

    def digest(self, name: str) -> tuple[str, int] | None:
        """SHA-256 in hex and number of bytes, None when there is no such file."""
        data = self.files.get(name)
        return None if data is None else (sha256(data).hexdigest(), len(data))


def signed_checkpoint(source: RecordSource) -> tuple[Checkpoint, Note]:
    """The checkpoint of a record as it stands there, its signature still to be verified.

    Raises:
        VerificationFailure: REC-001 when there is none or it is malformed.
    """
    data = source.read(CHECKPOINT)
    if data is None:
        raise VerificationFailure("REC-001", CHECKPOINT, "a signed checkpoint", "no such file")
    try:
        return read_checkpoint(data)
    except NoteRefused as error:
        raise VerificationFailure(
            "REC-001", CHECKPOINT, "a signed checkpoint", str(error)
        ) from None


def read_tile(source: RecordSource, level: int, number: int, width: int) -> bytes:
    """A tile of a record.

    Raises:
        VerificationFailure: REC-030 when it is missing or of a wrong length.
    """
    path = tile_path(level, number, width)
    data = source.read(path)
    if data is None or len(data) != width * HASH_BYTES:
        found = "no such file" if data is None else f"{len(data)} bytes"
        raise VerificationFailure("REC-030", path, f"a tile of {width} hashes", found)
    return data


def bundles(size: int, first: int = 0) -> Iterator[tuple[int, int]]:
    """Number and width of every bundle of a log of `size` entries, from bundle `first` on."""
    for number in range(first, -(-size // WIDTH)):
        yield number, min(WIDTH, size - number * WIDTH)


def entries(source: RecordSource, size: int) -> Iterator[bytes]:
    """The entries of a record, in order, as they stand there.

    Raises:
        VerificationFailure: REC-030 when a bundle is missing.
        BundleRefused: When a bundle cannot be cut into entries.
    """
    for number, width in bundles(size):
        path = bundle_path(number, width)
        data = source.read(path)
        if data is None:
            expected = f"entries from {number * WIDTH} on"
            raise VerificationFailure("REC-030", path, expected, "no such file", number * WIDTH)
        yield from decode_bundle(data)
