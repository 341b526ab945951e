"""Tiles (c2sp.org/tlog-tiles): a log as plain files that never change once written.

`tile/<L>/<N>` holds 256 hashes of the nodes at height 8 * L; `tile/entries/<N>` the 256 entries
under it, each behind its length. The last tile of a level may be partial: `<N>.p/<W>` with W hashes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from waarborg.record.tree import HASH_BYTES, NodeReader, Tree, fold, leaf_hash

WIDTH = 256
"""Hashes in a full tile; entries in a full bundle."""
LARGEST_ENTRY = 65_535
"""Bytes; the length of an entry is written in two bytes."""

_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class BundleRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """A bundle of entries that cannot be cut into entries.

    Attributes:
        entries: The entries before the fault.
    """

    def __init__(self, message: str, entries: list[bytes]) -> None:
        super().__init__(message)
        self.entries = entries


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Where a tile lies, as "tile/0/x001/x234/067" or "tile/1/000.p/5"."""
    return f"tile/{level}/{_numbered(number, width)}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """Where a bundle of entries lies, as "tile/entries/000"."""
    return f"tile/entries/{_numbered(number, width)}"


def parse_path(path: str) -> tuple[int, int, int] | None:
    """Level (-1 for a bundle), number and width of a path, None when it names no tile."""
    match = _PATH.fullmatch(path)
    if not match:
        return None
    digits = match[2].replace("x", "").replace("/", "")
    level = -1 if match[1] == "entries" else int(match[1])
    number, width = int(digits), int(match[3] or WIDTH)
    right = bundle_path(number, width) if level < 0 else tile_path(level, number, width)
    return (level, number, width) if right == path else None


def layout(size: int) -> Iterator[tuple[int, int, int]]:
    """Level, number and width of every tile of a log of `size` entries; bundles are level -1."""
    for number, width in _row(size):
        yield -1, number, width
    level = 0
    while size:
        for number, width in _row(size):
            yield level, number, width
        size //= WIDTH
        level += 1


def path_of(level: int, number: int, width: int) -> str:
    """The path of a tile, or of a bundle at level -1."""
    return bundle_path(number, width) if level < 0 else tile_path(level, number, width)


def files(tree: Tree, entries: Sequence[bytes], old: int = 0) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every tile and bundle that a log of `old` entries does not have yet."""
    had = set(layout(old))
    for level, number, width in layout(tree.size):
        if (level, number, width) in had:
            continue
        start = number * WIDTH
        if level < 0:
            yield bundle_path(number, width), encode_bundle(entries[start : start + width])
        else:
            yield tile_path(level, number, width), tree.row(8 * level, start, start + width)


def grow(
    old: int, entries: Iterable[bytes], tile: Callable[[int, int, int], bytes]
) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every tile and bundle that is new when a log grows, in bounded memory.

    Args:
        old: Number of entries before.
        entries: The entries from the start of the last bundle on, `old // 256 * 256`.
        tile: Gives the bytes of a tile of the log as it was, at (level, number, width).
    """
    pending = [bytearray(_last_hashes(old, level, tile)) for level in range(1, 8)]
    full = old // WIDTH
    for chunk in _chunks(entries):
        hashes = b"".join([leaf_hash(entry) for entry in chunk])
        yield bundle_path(full, len(chunk)), encode_bundle(chunk)
        yield tile_path(0, full, len(chunk)), hashes
        if len(chunk) == WIDTH:
            yield from _carry(pending, full, fold(hashes))
            full += 1
    for level, row in enumerate(pending, 1):
        if row:
            yield tile_path(level, full >> (8 * level), len(row) // HASH_BYTES), bytes(row)


def _carry(pending: list[bytearray], full: int, have: bytes) -> Iterator[tuple[str, bytes]]:
    """Put the root of a full tile into the level above, and so on upwards."""
    for level, row in enumerate(pending, 1):
        row.extend(have)
        if len(row) < WIDTH * HASH_BYTES:
            return
        yield tile_path(level, full >> (8 * level)), bytes(row)
        have = fold(bytes(row))
        row.clear()


def _last_hashes(old: int, level: int, tile: Callable[[int, int, int], bytes]) -> bytes:
    number, width = divmod(old >> (8 * level), WIDTH)
    return tile(level, number, width) if width else b""


def _chunks(entries: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = iter(entries)
    while chunk := list(islice(rest, WIDTH)):
        yield chunk


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """The entries one after the other, each behind its length in two bytes, big-endian."""
    return b"".join([struct.pack(">H", len(entry)) + entry for entry in entries])


def decode_bundle(data: bytes) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        BundleRefused: When a length leads beyond the end; carries the entries before it.
    """
    found: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > end or at > end:
            raise BundleRefused(f"entry {len(found)} of the bundle runs beyond its end", found)
        found.append(data[start:at])
    return found


def node_reader(tile: Callable[[int, int, int], bytes], size: int) -> NodeReader:
    """A reader of nodes over tiles of a log of `size` entries, for proofs without the whole tree.

    Args:
        tile: Gives the bytes of the tile at (level, number, width).
        size: Number of entries; says which tiles are partial.
    """

    def node(height: int, index: int) -> bytes:
        level = height // 8
        span = 1 << (height - 8 * level)
        number, start = divmod(index * span, WIDTH)
        width = min(WIDTH, (size >> (8 * level)) - number * WIDTH)
        hashes = tile(level, number, width)
        return fold(hashes[start * HASH_BYTES : (start + span) * HASH_BYTES])

    return node


def _row(count: int) -> Iterator[tuple[int, int]]:
    full, rest = divmod(count, WIDTH)
    for number in range(full):
        yield number, WIDTH
    if rest:
        yield full, rest


def _numbered(number: int, width: int) -> str:
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return path if width == WIDTH else f"{path}.p/{width}"
