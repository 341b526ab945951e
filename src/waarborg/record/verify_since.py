"""Verify only what came after a checkpoint that was verified before; costs what is new."""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from waarborg.record.checkpoint import Checkpoint
from waarborg.record.damage import cut
from waarborg.record.failure import VerificationFailure, entry_failure
from waarborg.record.source import CHECKPOINT, RecordSource, bundles, read_tile
from waarborg.record.tiles import WIDTH, bundle_path, node_reader, tile_path
from waarborg.record.tree import (
    HASH_BYTES,
    ProofRefused,
    consistency_proof,
    fold,
    root,
    verify_consistency,
)


def verify_since(source: RecordSource, seen: Checkpoint, now: Checkpoint) -> int:
    """Check that a record extends a checkpoint, and every entry that is new.

    Args:
        source: The record's files.
        seen: The checkpoint verified before, the reader's own copy.
        now: The record's checkpoint, its signature verified.

    Returns:
        Number of entries hashed again; those sharing a bundle with the new ones are among them.

    Raises:
        VerificationFailure: REC-091 when it does not extend `seen`, REC-010 or REC-021 naming
            entries, REC-030 for a missing file.
    """
    verify_extension(source, seen, now)
    return _new_entries(source, seen.size, now.size)


def verify_extension(source: RecordSource, seen: Checkpoint, now: Checkpoint) -> None:
    """Check from its tiles that a record extends a checkpoint; reads no entry.

    Raises:
        VerificationFailure: REC-091 when it does not, REC-022 when its tiles do not lead to the
            signed root, REC-030 for a missing tile.
    """
    expected = f"{seen.size} entries of {seen.origin} with root {seen.root.hex()}, and more"
    if seen.origin != now.origin or seen.size > now.size:
        found = f"{now.size} entries of {now.origin}"
        raise VerificationFailure("REC-091", CHECKPOINT, expected, found)
    node = node_reader(partial(read_tile, source), now.size)
    if root(node, now.size) != now.root:
        found = f"the root {root(node, now.size).hex()}"
        signed = f"tiles that lead to the signed root {now.root.hex()}"
        raise VerificationFailure("REC-022", "tiles", signed, found)
    if seen.size:
        try:
            proof = consistency_proof(node, seen.size, now.size)
            verify_consistency(seen.size, now.size, seen.root, now.root, proof)
        except ProofRefused as error:
            raise VerificationFailure("REC-091", CHECKPOINT, expected, str(error)) from None


def _new_entries(source: RecordSource, old: int, size: int) -> int:
    checked = 0
    for number, width in bundles(size, old // WIDTH):
        if old == size:
            break
        tile = read_tile(source, 0, number, width)
        path = bundle_path(number, width)
        data = source.read(path)
        first = number * WIDTH
        if data is None:
            expected = f"entries from {first} on"
            raise VerificationFailure("REC-030", path, expected, "no such file", first)
        hashes = [sha256(b"\0" + entry).digest() for entry in cut(data)]
        if b"".join(hashes) != tile:
            at = _first_difference(hashes, tile)
            raise entry_failure("REC-010", first + at, "the entry its tile has", "other bytes")
        if width == WIDTH:
            _check_above(source, number, fold(tile), size)
        checked += width
    return checked


def _check_above(source: RecordSource, number: int, have: bytes, size: int) -> None:
    """A full tile's root stands in the tile above; and so on while tiles become full by it."""
    level = 1
    first, last = number * WIDTH, number * WIDTH + WIDTH - 1
    while True:
        above, at = divmod(number, WIDTH)
        width = min(WIDTH, (size >> (8 * level)) - above * WIDTH)
        tile = read_tile(source, level, above, width)
        if tile[at * HASH_BYTES : (at + 1) * HASH_BYTES] != have:
            raise VerificationFailure(
                "REC-021",
                f"entries {first} to {last}",
                f"entries that fit hash {at} of {tile_path(level, above, width)}",
                "entries that fit their leaf tile, but not this tile above it",
            )
        if at != WIDTH - 1:
            return
        number, have, level = above, fold(tile), level + 1


def _first_difference(hashes: list[bytes], tile: bytes) -> int:
    stored = [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
    pairs = enumerate(zip(hashes, stored, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(hashes), len(stored)))
