"""Verify: hash every byte again, and hold it against what was signed.

The order is chosen so that the failure named is the one that tells most: first the signature, then
each entry against its leaf hash, then the places entries say they have, then the tiles above, then
the root, then the blobs, then files that do not belong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from waarborg.record.checkpoint import Checkpoint, read_checkpoint
from waarborg.record.demonstration import WORDS, demonstration_signer
from waarborg.record.difference import first_difference
from waarborg.record.entry import EntryRefused, blob_references, stated_place
from waarborg.record.failure import VerificationFailure, entry_failure
from waarborg.record.note import Note, NoteRefused, Verifier
from waarborg.record.tiles import (
    WIDTH,
    BundleRefused,
    bundle_path,
    decode_bundle,
    layout,
    node_reader,
    parse_path,
    path_of,
    tile_path,
)
from waarborg.record.tree import HASH_BYTES, Tree, fold, root

CHECKPOINT = "checkpoint"
VKEY = "vkey"
BLOBS = "blobs/"

Progress = Callable[[int, int], None]
"""Told how many entries of how many are done."""


class RecordSource(Protocol):
    """Where the files of a record come from; names have forward slashes."""

    def names(self) -> Iterable[str]:
        """The names of all files."""
        ...

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None when there is none."""
        ...

    def digest(self, name: str) -> tuple[str, int] | None:
        """SHA-256 in hex and number of bytes of a file of any size, None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """The record holds.

    Attributes:
        checkpoint: What was signed: origin, size, root.
        signer: The key that signed, as a verifier key line.
        identity: What the signature tells about who wrote the record, in words.
        demonstration: Whether only the demonstration key signed.
        entries: Entries hashed again.
        bytes: Bytes of the entries.
        blobs: Blobs hashed again.
    """

    checkpoint: Checkpoint
    signer: str
    identity: str
    demonstration: bool
    entries: int
    bytes: int
    blobs: int

    def to_json(self) -> dict[str, Any]:
        """The verdict as plain data for `--json`."""
        return {
            "holds": True,
            "origin": self.checkpoint.origin,
            "size": self.checkpoint.size,
            "root": self.checkpoint.root.hex(),
            "signer": self.signer,
            "identity": self.identity,
            "demonstration": self.demonstration,
            "entries": self.entries,
            "bytes": self.bytes,
            "blobs": self.blobs,
        }


def verify(
    source: RecordSource,
    keys: Iterable[Verifier] = (),
    origin: str | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Check a whole record, byte by byte.

    Args:
        source: The record's files.
        keys: The keys trusted to sign it; without any, the demonstration key counts, or else
            the key that lies in the record itself, and the verdict says so.
        origin: The log's name, when the caller knows which log this must be.
        progress: Told of the progress, after each bundle.

    Raises:
        VerificationFailure: On the first thing that does not hold, with the entry named.
    """
    checkpoint, note = signed_checkpoint(source)
    if origin is not None and checkpoint.origin != origin:
        raise VerificationFailure("REC-004", CHECKPOINT, origin, checkpoint.origin)
    signer, identity, demonstration = _signed_by(source, checkpoint, note, tuple(keys))
    check = _Check(source, checkpoint, progress or (lambda _done, _of: None))
    check.entries()
    check.tiles_above()
    check.blobs()
    check.other_files()
    return Verdict(
        checkpoint,
        signer.vkey,
        identity,
        demonstration,
        checkpoint.size,
        check.entry_bytes,
        len(check.referenced),
    )


def signed_checkpoint(source: RecordSource) -> tuple[Checkpoint, Note]:
    """The checkpoint of a record as it stands there, its signature still to be verified.

    Raises:
        VerificationFailure: When there is none or it is malformed.
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


def _signed_by(
    source: RecordSource, checkpoint: Checkpoint, note: Note, keys: tuple[Verifier, ...]
) -> tuple[Verifier, str, bool]:
    """Who signed, what that tells in words, and whether it was the demonstration key."""
    demonstration = demonstration_signer(checkpoint.origin).verifier
    words = "signed by a key that you trust"
    if not keys:
        keys, words = (demonstration,), WORDS
        if not any(map(demonstration.made, note.signatures)):
            keys, words = (
                _own_key(source),
                (
                    "signed by the key that lies in the record itself: this shows that the copy is "
                    "whole, not who wrote it; compare the key with one from another hand"
                ),
            )
    if not any(key.made(each) for key in keys for each in note.signatures):
        expected = "a signature by " + ", ".join(key.name for key in keys)
        names = ", ".join(sorted({each.name for each in note.signatures}))
        raise VerificationFailure("REC-003", CHECKPOINT, expected, f"signatures by {names}")
    try:
        signer = note.verified_by(keys)[0]
    except NoteRefused as error:
        raise VerificationFailure(
            "REC-002", CHECKPOINT, "a signature over exactly this text", str(error)
        ) from None
    return signer, words, signer == demonstration


def _own_key(source: RecordSource) -> tuple[Verifier, ...]:
    data = source.read(VKEY)
    if data is None:
        raise VerificationFailure(
            "REC-003", VKEY, "a key to check the signature with", "none given, none in the record"
        )
    try:
        return (Verifier.parse(data.decode("utf-8", "replace")),)
    except NoteRefused as error:
        raise VerificationFailure("REC-003", VKEY, "a verifier key", str(error)) from None


class _Check:
    """One pass over a record; keeps only the hashes of full tiles, 1/256 of the leaf hashes."""

    def __init__(self, source: RecordSource, checkpoint: Checkpoint, progress: Progress) -> None:
        self.source = source
        self.checkpoint = checkpoint
        self.progress = progress
        self.entry_bytes = 0
        self.referenced: dict[str, tuple[int, int]] = {}
        self._levels: list[bytearray] = []
        self._last_leaves = b""

    def entries(self) -> None:
        """Every entry against its leaf hash in the tile, and against the place it states."""
        size, sums, misplaced = self.checkpoint.size, bytearray(), False
        for number in range(-(-size // WIDTH)):
            width = min(WIDTH, size - number * WIDTH)
            found = self._bundle(number, width)
            hashes = b"".join([sha256(b"\0" + entry).digest() for entry in found])
            if hashes != self.source.read(tile_path(0, number, width)):
                raise self._entry_or_tile()
            misplaced = misplaced or not self._read(number * WIDTH, found)
            if width == WIDTH:
                sums += fold(hashes)
            else:
                self._last_leaves = hashes
            self.progress(number * WIDTH + width, size)
        self._levels = [sums]
        while len(self._levels[-1]) >= WIDTH * HASH_BYTES:
            row = self._levels[-1]
            step = WIDTH * HASH_BYTES
            full = range(0, len(row) // step * step, step)
            self._levels.append(bytearray().join([fold(bytes(row[at : at + step])) for at in full]))
        if misplaced:
            raise self._misplaced()

    def tiles_above(self) -> None:
        """Every tile above the leaves, and the root, against what was signed."""
        computed = root(node_reader(self._tile, self.checkpoint.size), self.checkpoint.size)
        signed = self.checkpoint.root
        for level, number, width in layout(self.checkpoint.size):
            if level < 1:
                continue
            right, stored = self._tile(level, number, width), self._must_read(level, number, width)
            if right == stored:
                continue
            path, at = tile_path(level, number, width), _first_hash(right, stored)
            span = WIDTH**level
            first = (number * WIDTH + at) * span
            if computed == signed:
                raise VerificationFailure(
                    "REC-020", path, f"hash {at} as the entries give it", "another hash"
                )
            raise VerificationFailure(
                "REC-021",
                f"entries {first} to {first + span - 1}",
                f"what hash {at} of {path} covers",
                "entries and a leaf tile that fit each other, but not this tile",
            )
        if computed != signed:
            raise VerificationFailure(
                "REC-022",
                f"root of entries 0 to {self.checkpoint.size - 1}",
                f"the signed root {signed.hex()}",
                f"the root {computed.hex()}",
            )

    def blobs(self) -> None:
        """Every blob that an entry names."""
        for digest, (count, place) in sorted(self.referenced.items()):
            found = self.source.digest(BLOBS + digest)
            expected = f"{count} bytes with SHA-256 {digest}"
            if found is None:
                raise entry_failure("REC-040", place, expected, f"no file {BLOBS}{digest}")
            if found != (digest, count):
                there = f"{found[1]} bytes with SHA-256 {found[0]} in {BLOBS}{digest}"
                raise entry_failure("REC-041", place, expected, there)

    def other_files(self) -> None:
        """No file may lie in the record that nothing vouches for.

        Partial tiles of an earlier, smaller checkpoint may; they must be the beginning of what
        stands there now.
        """
        known = {CHECKPOINT, VKEY, *(BLOBS + digest for digest in self.referenced)}
        known.update(path_of(*tile) for tile in layout(self.checkpoint.size))
        for name in sorted(set(self.source.names()) - known):
            if not self._earlier_partial(name):
                raise VerificationFailure(
                    "REC-031", name, "only files that the checkpoint vouches for", "this file"
                )

    def _earlier_partial(self, name: str) -> bool:
        tile = parse_path(name)
        if tile is None:
            return False
        level, number, width = tile
        now = min(WIDTH, (self.checkpoint.size >> (8 * max(level, 0))) - number * WIDTH)
        if width >= now:
            return False
        there, current = self.source.read(name), self.source.read(path_of(level, number, now))
        if there is None or current is None or not current.startswith(there):
            return False
        if level >= 0:
            return len(there) == width * HASH_BYTES
        try:
            return len(decode_bundle(there)) == width
        except BundleRefused:
            return False

    def _bundle(self, number: int, width: int) -> list[bytes]:
        data = self.source.read(bundle_path(number, width))
        if data is None:
            raise self._missing(bundle_path(number, width), number * WIDTH)
        try:
            return decode_bundle(data)
        except BundleRefused as error:
            return [*error.entries, data]

    def _missing(self, path: str, first: int) -> VerificationFailure:
        """A bundle is not there: cut short when no entry stands behind it either."""
        names = set(self.source.names())
        size = self.checkpoint.size
        behind = [
            bundle_path(number, min(WIDTH, size - number * WIDTH))
            for number in range(first // WIDTH + 1, -(-size // WIDTH))
        ]
        if names.isdisjoint(behind):
            found, _ = self._gather()
            at = min(len(found), size)
            words = f"only {len(found)} of {size} entries, no file {path}"
            return entry_failure("REC-014", at, f"{size} entries, as signed", words)
        return VerificationFailure(
            "REC-030", path, f"entries from {first} on", "no such file", first
        )

    def _read(self, first: int, found: list[bytes]) -> bool:
        """Note blobs; whether every entry stands where it says."""
        right = True
        for place, data in enumerate(found, first):
            self.entry_bytes += len(data)
            if not data.endswith(b',"seq":%d}' % place):
                stated = stated_place(data)
                right = right and (stated is None or stated == place)
            if b'"blob":"' in data:
                self._note_blobs(place, data)
        return right

    def _note_blobs(self, place: int, data: bytes) -> None:
        try:
            for digest, count in blob_references(data):
                self.referenced.setdefault(digest, (count, place))
        except EntryRefused as error:
            raise entry_failure(
                "REC-010", place, "an entry in canonical form", str(error)
            ) from None

    def _gather(self) -> tuple[list[bytes], list[bytes]]:
        """Leaf hashes of all entries as they stand there, and as the leaf tiles have them."""
        widest = {
            number: width
            for level, number, width in sorted(filter(None, map(parse_path, self.source.names())))
            if level == -1
        }
        found: list[bytes] = []
        for number in sorted(widest):
            bundle = self._bundle(number, widest[number])
            found += [sha256(b"\0" + entry).digest() for entry in bundle]
        hashes = b""
        for level, number, width in layout(self.checkpoint.size):
            if level == 0:
                hashes += self.source.read(tile_path(0, number, width)) or b""
        step = HASH_BYTES
        return found, [hashes[at : at + step] for at in range(0, len(hashes), step)]

    def _entry_or_tile(self) -> VerificationFailure:
        """Entries and leaf tiles differ: which of the two is as signed, and what was done."""
        found, tiles = self._gather()
        if _root_of(found) == self.checkpoint.root:
            difference = first_difference(tiles, found)
            at = difference.place if difference else 0
            path = tile_path(0, at // WIDTH, min(WIDTH, self.checkpoint.size - at // WIDTH * WIDTH))
            return VerificationFailure(
                "REC-020", path, f"hash {at % WIDTH} as entry {at} gives it", "another hash", at
            )
        difference = first_difference(found, tiles)
        if difference is None:
            return VerificationFailure("REC-030", "tile/0", "leaf tiles of all entries", "some")
        expected = "the entry as it was signed"
        if difference.place < len(tiles):
            expected += f", with leaf hash {tiles[difference.place].hex()}"
        return entry_failure(difference.code, difference.place, expected, difference.words)

    def _misplaced(self) -> VerificationFailure:
        """Entries fit their tiles, but say that they belong elsewhere."""
        places: list[int | None] = []
        for number in range(-(-self.checkpoint.size // WIDTH)):
            width = min(WIDTH, self.checkpoint.size - number * WIDTH)
            places += [stated_place(entry) for entry in self._bundle(number, width)]
        stated = [at if place is None else place for at, place in enumerate(places)]
        size = max(len(stated), max(stated) + 1)
        difference = first_difference(stated, range(size))
        if difference is None:
            raise AssertionError("called without a misplaced entry")
        words = f"{difference.words}; tiles were made to fit"
        expected = "each entry at the place it states"
        return entry_failure(difference.code, difference.place, expected, words)

    def _tile(self, level: int, number: int, width: int) -> bytes:
        """A tile as the entries give it."""
        if level == 0:
            return self._last_leaves
        start = number * WIDTH * HASH_BYTES
        return bytes(self._levels[level - 1][start : start + width * HASH_BYTES])

    def _must_read(self, level: int, number: int, width: int) -> bytes:
        path = tile_path(level, number, width)
        data = self.source.read(path)
        if data is None:
            raise VerificationFailure("REC-030", path, f"a tile of {width} hashes", "no such file")
        return data


def entries(source: RecordSource, size: int) -> Iterator[bytes]:
    """The entries of a record that was verified, in order."""
    for number in range(-(-size // WIDTH)):
        width = min(WIDTH, size - number * WIDTH)
        yield from decode_bundle(source.read(bundle_path(number, width)) or b"")


def _first_hash(right: bytes, stored: bytes) -> int:
    step = HASH_BYTES
    at = 0
    while right[at : at + step] == stored[at : at + step]:
        at += step
    return at // step


def _root_of(leaves: list[bytes]) -> bytes:
    tree = Tree()
    tree.extend_hashes(leaves)
    return tree.root()
