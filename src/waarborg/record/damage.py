"""What was done to a record whose entries do not hold: found out slowly, after the quick pass failed.

Three witnesses are heard: the entries as they stand there, the leaf tiles, and each author's own chain of
signed statements. The signed root tells which of entries and tiles is as signed; where neither is, the
first entry is named whose signature or chain is broken.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from waarborg.record.chains import replay
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.difference import Difference, first_difference
from waarborg.record.failure import VerificationFailure, entry_failure
from waarborg.record.source import RecordSource, bundles
from waarborg.record.tiles import (
    WIDTH,
    BundleRefused,
    bundle_path,
    decode_bundle,
    parse_path,
    tile_path,
)
from waarborg.record.tree import HASH_BYTES, Tree


def find_damage(source: RecordSource, checkpoint: Checkpoint) -> VerificationFailure:
    """The failure that tells most about why entries, leaf tiles and signed root do not fit."""
    found = _all_entries(source)
    leaves = [sha256(b"\0" + entry).digest() for entry in found]
    tiles = _leaf_tiles(source, checkpoint.size)
    if isinstance(tiles, str):
        return _without_tile(tiles, found, checkpoint.size)
    if _root_of(leaves) == checkpoint.root:
        return _altered_tile(leaves, tiles, checkpoint.size)
    difference = first_difference(leaves, tiles)
    truthful = _root_of(tiles) == checkpoint.root
    broken = None if truthful else first_broken(found)
    if broken is not None:
        return broken
    if difference is None:
        raise AssertionError("a record without damage was searched for it")
    return _entry_failure(difference, leaves, tiles, truthful=truthful)


def _without_tile(path: str, found: list[bytes], size: int) -> VerificationFailure:
    """A leaf tile is not there: because it was taken away, or because its entries are not."""
    broken = first_broken(found)
    if broken is not None:
        return broken
    if len(found) < size:
        expected, there = f"{size} entries", f"only {len(found)} of {size} entries"
        return entry_failure("REC-014", len(found), expected, there)
    return VerificationFailure("REC-030", path, "a tile of leaf hashes", "no such file")


def find_broken(source: RecordSource) -> VerificationFailure | None:
    """The first entry of a record whose signature or chain is broken, None when every one holds."""
    return first_broken(_all_entries(source))


def first_broken(
    found: Iterable[bytes], beside: str = "the tiles are not as signed either"
) -> VerificationFailure | None:
    """The first entry that may not stand where it stands, None when every one may.

    Its author's signature and chain tell, even where tiles and entries were replaced together.

    Args:
        found: The entries in order.
        beside: What else is known to be wrong, in words.
    """
    try:
        replay(found)
    except VerificationFailure as failure:
        words = f"{failure.found}; {beside}"
        return VerificationFailure(
            failure.code, failure.place, failure.expected, words, failure.entry
        )
    return None


def _entry_failure(
    difference: Difference, leaves: list[bytes], tiles: list[bytes], *, truthful: bool
) -> VerificationFailure:
    at = difference.place
    expected = f"entry {at} as it was signed"
    if at < len(tiles):
        expected += f", with leaf hash {tiles[at].hex()}"
    words = difference.words
    if difference.code == "REC-010" and at < len(leaves):
        words += f", with leaf hash {leaves[at].hex()}"
    if not truthful:
        words += "; the leaf tiles are not as signed either"
    return entry_failure(difference.code, at, expected, words)


def _altered_tile(leaves: list[bytes], tiles: list[bytes], size: int) -> VerificationFailure:
    at = next(
        (place for place, leaf in enumerate(leaves) if tiles[place : place + 1] != [leaf]),
        len(leaves) - 1,
    )
    number, inside = divmod(at, WIDTH)
    path = tile_path(0, number, min(WIDTH, size - number * WIDTH))
    expected = f"hash {inside} as entry {at} gives it, {leaves[at].hex()}"
    return VerificationFailure("REC-020", path, expected, "another hash, or a wrong length", at)


def _all_entries(source: RecordSource) -> list[bytes]:
    """All entries as they stand there, from the widest bundle of each number."""
    widest = {
        number: width
        for level, number, width in sorted(filter(None, map(parse_path, source.names())))
        if level == -1
    }
    found: list[bytes] = []
    for number in sorted(widest):
        data = source.read(bundle_path(number, widest[number])) or b""
        found += cut(data)
    return found


def cut(data: bytes) -> list[bytes]:
    """The entries of a bundle; what cannot be cut stands as one more entry, so that it is found."""
    try:
        return decode_bundle(data)
    except BundleRefused as error:
        return [*error.entries, data]


def _leaf_tiles(source: RecordSource, size: int) -> list[bytes] | str:
    """The leaf hashes the tiles have, or the path of the first tile that is missing."""
    hashes = b""
    for number, width in bundles(size):
        path = tile_path(0, number, width)
        data = source.read(path)
        if data is None:
            return path
        hashes += data
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def _root_of(leaves: list[bytes]) -> bytes:
    tree = Tree()
    tree.extend_hashes(leaves)
    return tree.root()
