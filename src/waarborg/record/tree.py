"""The Merkle tree of RFC 6962 and RFC 9162 over SHA-256: roots, inclusion and consistency proofs.

A node is named by height and index: node (h, i) covers the leaves from i * 2^h to (i + 1) * 2^h and
exists once all of them do. Proofs are made from a reader of such nodes, so that they come out the
same from a tree in memory and from tiles on a disk. Verifying needs hashes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

NodeReader = Callable[[int, int], bytes]
"""Gives the hash of the complete node at (height, index)."""


class ProofRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """A proof that does not show what it claims; the text says at which step it fails."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf: SHA-256 of a zero byte and the entry (RFC 9162, 2.1.1)."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours: SHA-256 of a one byte, left and right (RFC 9162, 2.1.1)."""
    return sha256(b"\1" + left + right).digest()


def pair_up(hashes: bytes | bytearray) -> bytes:
    """The next height of a row of concatenated hashes; a hash without a partner is left out."""
    row = bytes(hashes)
    return b"".join(
        [sha256(b"\1" + row[at : at + 64]).digest() for at in range(0, len(row) // 64 * 64, 64)]
    )


def fold(hashes: bytes) -> bytes:
    """The root over a row of concatenated hashes whose number is a power of two."""
    while len(hashes) > HASH_BYTES:
        hashes = pair_up(hashes)
    return hashes


class Tree:
    """A growing tree in memory: 64 bytes a leaf; every complete node is kept."""

    def __init__(self, entries: Iterable[bytes] = ()) -> None:
        self._rows: list[bytearray] = [bytearray()]
        self.extend(entries)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._rows[0]) // HASH_BYTES

    def extend(self, entries: Iterable[bytes]) -> None:
        """Put the entries behind the last leaf."""
        self.extend_hashes(sha256(b"\0" + entry).digest() for entry in entries)

    def extend_hashes(self, leaves: Iterable[bytes]) -> None:
        """Put leaves, given by their leaf hashes, behind the last."""
        self._rows[0] += b"".join(leaves)
        height = 0
        while len(self._rows[height]) >= 2 * HASH_BYTES:
            if height + 1 == len(self._rows):
                self._rows.append(bytearray())
            above = self._rows[height + 1]
            above += pair_up(self._rows[height][2 * len(above) :])
            height += 1

    def node(self, height: int, index: int) -> bytes:
        """The hash of a complete node; the tree's `NodeReader`."""
        return bytes(self._rows[height][index * HASH_BYTES : (index + 1) * HASH_BYTES])

    def row(self, height: int, start: int, stop: int) -> bytes:
        """The concatenated hashes of the complete nodes from `start` to `stop` at a height."""
        if height >= len(self._rows):
            return b""
        return bytes(self._rows[height][start * HASH_BYTES : stop * HASH_BYTES])

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves, by default over all."""
        return root(self.node, self._sized(size))

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The inclusion proof of a leaf in the tree of the first `size` leaves."""
        return inclusion_proof(self.node, index, self._sized(size))

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """The proof that the tree of `size` leaves extends that of `old` leaves."""
        return consistency_proof(self.node, old, self._sized(size))

    def _sized(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError(f"the tree has {self.size} leaves, not {size}")
        return size


class Frontier:
    """The right edge of a growing tree: enough for its root, at 32 bytes for each bit of its size."""

    def __init__(self, size: int = 0, peaks: bytes = b"") -> None:
        """Go on from a stored edge.

        Args:
            size: Number of leaves.
            peaks: The roots of the complete subtrees from left to right, concatenated.
        """
        if len(peaks) != HASH_BYTES * size.bit_count():
            raise ValueError(f"{len(peaks)} bytes are not the edge of a tree of {size} leaves")
        self.size = size
        self._peaks = [peaks[at : at + HASH_BYTES] for at in range(0, len(peaks), HASH_BYTES)]

    @property
    def peaks(self) -> bytes:
        """The roots of the complete subtrees from left to right, concatenated."""
        return b"".join(self._peaks)

    def push(self, leaf: bytes) -> None:
        """Add a leaf, given by its leaf hash."""
        at = self.size
        while at & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            at >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves."""
        if not self._peaks:
            return EMPTY_ROOT
        have = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            have = node_hash(peak, have)
        return have


def root(node: NodeReader, size: int) -> bytes:
    """The root over the first `size` leaves, read from complete nodes."""
    return _range(node, 0, size) if size else EMPTY_ROOT


def inclusion_proof(node: NodeReader, index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 9162, 2.1.3.1).

    Raises:
        ValueError: When there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(_range(node, middle, stop))
            stop = middle
        else:
            path.append(_range(node, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(node: NodeReader, old: int, size: int) -> list[bytes]:
    """The proof that the tree of `size` leaves extends that of `old` leaves (RFC 9162, 2.1.4.1).

    Raises:
        ValueError: When `old` is 0 (everything extends nothing) or beyond `size`.
    """
    if not 0 < old <= size:
        raise ValueError(f"no consistency proof from {old} to {size} leaves")
    path: list[bytes] = []
    start, stop, whole = 0, size, True
    while old != stop:
        middle = start + _split(stop - start)
        if old <= middle:
            path.append(_range(node, middle, stop))
            stop = middle
        else:
            path.append(_range(node, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_range(node, start, stop))
    return path[::-1]


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected_root: bytes
) -> None:
    """Check that `leaf` (a leaf hash) stands at `index` in the tree (RFC 9162, 2.1.3.2).

    Raises:
        ProofRefused: When the proof does not show it.
    """
    _check_hashes([leaf, expected_root, *proof])
    if not 0 <= index < size:
        raise ProofRefused(f"there is no leaf {index} in a tree of {size}")
    at, last, have = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofRefused(f"the proof has {len(proof)} hashes, more than its place needs")
        if at & 1 or at == last:
            have = node_hash(step, have)
            at, last = _to_right_child(at, last)
        else:
            have = node_hash(have, step)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofRefused(f"the proof has {len(proof)} hashes, fewer than its place needs")
    _check_root(have, expected_root, f"leaf {index} of {size}")


def verify_consistency(
    old: int, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of `size` leaves extends that of `old` leaves (RFC 9162, 2.1.4.2).

    Raises:
        ProofRefused: When the proof does not show it; also for `old` 0, which proves nothing.
    """
    _check_hashes([old_root, new_root, *proof])
    if not 0 < old <= size:
        raise ProofRefused(f"no consistency can be shown from {old} to {size} leaves")
    if old == size:
        if proof:
            raise ProofRefused("trees of one size need no proof, yet there is one")
        _check_root(old_root, new_root, f"two trees of {size} leaves")
        return
    if not proof:
        raise ProofRefused("the proof is empty")
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    have_old = have_new = path[0]
    for step in path[1:]:
        if last == 0:
            raise ProofRefused(f"the proof has {len(proof)} hashes, more than it needs")
        if at & 1 or at == last:
            have_old, have_new = node_hash(step, have_old), node_hash(step, have_new)
            at, last = _to_right_child(at, last)
        else:
            have_new = node_hash(have_new, step)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofRefused(f"the proof has {len(proof)} hashes, fewer than it needs")
    _check_root(have_old, old_root, f"the tree of {old} leaves")
    _check_root(have_new, new_root, f"the tree of {size} leaves")


def _range(node: NodeReader, start: int, stop: int) -> bytes:
    """The hash over the leaves from `start` to `stop`, where `start` is a split of the tree."""
    count = stop - start
    if count & (count - 1) == 0:
        height = count.bit_length() - 1
        return node(height, start >> height)
    middle = start + _split(count)
    return node_hash(_range(node, start, middle), _range(node, middle, stop))


def _to_right_child(at: int, last: int) -> tuple[int, int]:
    """Climb while the node has no left neighbour in the proof."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _check_hashes(hashes: Sequence[bytes]) -> None:
    for each in hashes:
        if len(each) != HASH_BYTES:
            raise ProofRefused(f"a hash of {len(each)} bytes where 32 were expected")


def _check_root(have: bytes, expected: bytes, what: str) -> None:
    if have != expected:
        raise ProofRefused(
            f"{what}: the proof leads to {have.hex()}, expected was {expected.hex()}"
        )
