"""What was done to a record whose entries do not hold: found out slowly, after the quick pass failed.

Three witnesses are heard: the entries as they stand there, the leaf tiles, and the place each entry
says it has. The signed root tells which of entries and tiles is as signed.
"""

from __future__ import annotations

from hashlib import sha256

from waarborg.record.checkpoint import Checkpoint
from waarborg.record.difference import Difference, first_difference
from waarborg.record.entry import stated_place
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
    moved = _by_stated_place(found, checkpoint.size)
    tiles = _leaf_tiles(source, checkpoint.size)
    if isinstance(tiles, str):
        if moved is not None:
            return _entry_failure(moved, leaves, [], truthful=False)
        return VerificationFailure("REC-030", tiles, "a tile of leaf hashes", "no such file")
    if _root_of(leaves) == checkpoint.root:
        return _altered_tile(leaves, tiles, checkpoint.size)
    changed = first_difference(leaves, tiles)
    truthful = _root_of(tiles) == checkpoint.root
    difference = changed if truthful and changed else moved or changed
    if difference is None:
        raise AssertionError("a record without damage was searched for it")
    return _entry_failure(difference, leaves, tiles, truthful=truthful)


def find_misplaced(source: RecordSource, checkpoint: Checkpoint) -> VerificationFailure | None:
    """The failure that names an entry which says it belongs elsewhere, though its tile fits."""
    difference = _by_stated_place(_all_entries(source), checkpoint.size)
    if difference is None:
        return None
    words = f"{difference.words}; the tiles were made to fit"
    return entry_failure(
        difference.code, difference.place, "each entry at the place it states", words
    )


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


def _by_stated_place(found: list[bytes], size: int) -> Difference | None:
    """What the entries themselves say about their order; nothing for entries that say nothing."""
    stated = [at if place is None else place for at, place in enumerate(map(stated_place, found))]
    seen: dict[int, int] = {}
    for at, place in enumerate(stated):
        if place in seen:
            words = f"a second entry that says it is entry {place}"
            return Difference("REC-013", at, words)
        seen[place] = at
    return first_difference(stated, range(size))


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
