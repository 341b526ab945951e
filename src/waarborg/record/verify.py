"""Verify: hash every byte again, and hold it against what was signed.

The order is chosen so that the failure named is the one that tells most: first the signature, then
each entry against its leaf hash, then the tiles above, then the root, then the blobs, then files that
do not belong. Where the root fails, the entry is named that breaks a signature or a chain, if one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from waarborg.record.blobs import blob_references, may_name_blobs
from waarborg.record.canonical import NotCanonical
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.damage import cut, find_broken, find_damage
from waarborg.record.demonstration import WORDS, demonstration_signer
from waarborg.record.failure import VerificationFailure, entry_failure
from waarborg.record.note import ED25519, Note, NoteRefused, Verifier
from waarborg.record.source import (
    BLOBS,
    CHECKPOINT,
    VKEY,
    RecordSource,
    bundles,
    signed_checkpoint,
)
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
from waarborg.record.tree import HASH_BYTES, fold, root

Progress = Callable[[int, int], None]
"""Told how many entries of how many are done."""


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
    checkpoint, signer, identity, demonstration = verify_signature(source, keys, origin)
    check = _Check(source, checkpoint, progress or (lambda _done, _of: None))
    _check_own_key(source)
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


def verify_signature(
    source: RecordSource, keys: Iterable[Verifier] = (), origin: str | None = None
) -> tuple[Checkpoint, Verifier, str, bool]:
    """The checkpoint, who signed it, what that tells in words, whether it was the demonstration key.

    Raises:
        VerificationFailure: REC-001 to REC-004.
    """
    checkpoint, note = signed_checkpoint(source)
    if origin is not None and checkpoint.origin != origin:
        raise VerificationFailure("REC-004", CHECKPOINT, origin, checkpoint.origin)
    return checkpoint, *_signed_by(source, checkpoint, note, tuple(keys))


def _signed_by(
    source: RecordSource, checkpoint: Checkpoint, note: Note, keys: tuple[Verifier, ...]
) -> tuple[Verifier, str, bool]:
    """Who signed, what that tells in words, and whether it was the demonstration key."""
    demonstration = _demonstration(checkpoint.origin)
    words = "signed by a key that you trust"
    if not keys:
        keys, words = (() if demonstration is None else (demonstration,)), WORDS
        if not any(key.made(each) for key in keys for each in note.signatures):
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


def _demonstration(origin: str) -> Verifier | None:
    """The demonstration key of a log, None where its name cannot be that of a key."""
    try:
        return demonstration_signer(origin).verifier
    except NoteRefused:
        return None


def _check_own_key(source: RecordSource) -> None:
    """The key that lies in the record, if one does, made its signature: a reader may pass it on.

    Raises:
        VerificationFailure: REC-031 when it is another key, or not written as keys are.
    """
    data = source.read(VKEY)
    if data is None:
        return
    _, note = signed_checkpoint(source)
    (own,) = _own_key(source)
    made = [each for each in note.signatures if own.made(each)]
    right = data == own.vkey.encode() + b"\n" and made != []
    if not right or not all(own.holds(note.text, each) for each in made):
        raise VerificationFailure(
            "REC-031",
            VKEY,
            "the key that signed the checkpoint",
            data.decode("utf-8", "replace")[:120],
        )


def _own_key(source: RecordSource) -> tuple[Verifier, ...]:
    data = source.read(VKEY)
    if data is None:
        raise VerificationFailure(
            "REC-003", VKEY, "a key to check the signature with", "none given, none in the record"
        )
    try:
        own = Verifier.parse(data.decode("utf-8", "replace"))
    except NoteRefused as error:
        raise VerificationFailure("REC-003", VKEY, "a verifier key", str(error)) from None
    if own.kind != ED25519:
        raise VerificationFailure("REC-003", VKEY, "the key of a log", "the key of a witness")
    return (own,)


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
        """Every entry against its leaf hash in the tile."""
        sums = bytearray()
        for number, width in bundles(self.checkpoint.size):
            found = self._bundle(number, width)
            hashes = b"".join([sha256(b"\0" + entry).digest() for entry in found])
            if hashes != self.source.read(tile_path(0, number, width)):
                raise find_damage(self.source, self.checkpoint)
            self._read(number * WIDTH, found)
            if width == WIDTH:
                sums += fold(hashes)
            else:
                self._last_leaves = hashes
            self.progress(number * WIDTH + width, self.checkpoint.size)
        self._levels = [sums]
        step = WIDTH * HASH_BYTES
        while len(row := bytes(self._levels[-1])) >= step:
            full = range(0, len(row) // step * step, step)
            self._levels.append(bytearray().join([fold(row[at : at + step]) for at in full]))

    def tiles_above(self) -> None:
        """Every tile above the leaves, and the root, against what was signed."""
        size, signed = self.checkpoint.size, self.checkpoint.root
        computed = root(node_reader(self._tile, size), size)
        if computed != signed and (failure := find_broken(self.source)):
            raise failure
        for level, number, width in layout(size):
            if level > 0:
                self._tile_above(level, number, width, holds=computed == signed)
        if computed != signed:
            raise VerificationFailure(
                "REC-022",
                f"entries 0 to {size - 1}",
                f"the signed root {signed.hex()}",
                f"the root {computed.hex()}",
            )

    def _tile_above(self, level: int, number: int, width: int, *, holds: bool) -> None:
        path = tile_path(level, number, width)
        right, stored = self._tile(level, number, width), self.source.read(path)
        if stored is None:
            raise VerificationFailure("REC-030", path, f"a tile of {width} hashes", "no such file")
        if right == stored:
            return
        at = _first_difference(right, stored)
        if holds:
            expected = f"hash {at} as the entries give it"
            raise VerificationFailure("REC-020", path, expected, "another hash, or a wrong length")
        span = WIDTH**level
        first = (number * WIDTH + at) * span
        raise VerificationFailure(
            "REC-021",
            f"entries {first} to {first + span - 1}",
            f"entries that fit hash {at} of {path}",
            "entries that fit their leaf tile, but not this tile above it",
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
                found = "this file"
                if parse_path(name) or name.endswith(".partial"):
                    found += "; writing was interrupted before the checkpoint, or it was put there"
                expected = "only files that the checkpoint vouches for"
                raise VerificationFailure("REC-031", name, expected, found)

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
        """The entries of a bundle as they stand there."""
        path = bundle_path(number, width)
        data = self.source.read(path)
        if data is not None:
            return cut(data)
        there = filter(None, map(parse_path, self.source.names()))
        if not any(level == -1 and other > number for level, other, _ in there):
            raise find_damage(self.source, self.checkpoint)
        first = number * WIDTH
        raise VerificationFailure(
            "REC-030", path, f"entries from {first} on", "no such file", first
        )

    def _read(self, first: int, found: list[bytes]) -> None:
        """Count the bytes and note the blobs."""
        for place, data in enumerate(found, first):
            self.entry_bytes += len(data)
            if may_name_blobs(data):
                self._note_blobs(place, data)

    def _note_blobs(self, place: int, data: bytes) -> None:
        try:
            for digest, count in blob_references(data):
                said, first = self.referenced.setdefault(digest, (count, place))
                if said != count:
                    found = f"the same file with {count} bytes"
                    expected = f"{said} bytes with SHA-256 {digest}, as entry {first} says"
                    raise entry_failure("REC-041", place, expected, found)
        except NotCanonical as error:
            expected = "an entry that can be read"
            raise entry_failure("REC-010", place, expected, str(error)) from None

    def _tile(self, level: int, number: int, width: int) -> bytes:
        """A tile as the entries give it."""
        if level == 0:
            return self._last_leaves
        start = number * WIDTH * HASH_BYTES
        return bytes(self._levels[level - 1][start : start + width * HASH_BYTES])


def _first_difference(right: bytes, stored: bytes) -> int:
    """The number of the first hash that differs."""
    return next(
        at // HASH_BYTES
        for at in range(0, len(right) + HASH_BYTES, HASH_BYTES)
        if right[at : at + HASH_BYTES] != stored[at : at + HASH_BYTES]
    )
