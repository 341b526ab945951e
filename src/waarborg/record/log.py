"""The log: entries in the order they came, never changed, with the tree over them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from hashlib import sha256
from typing import Any, cast

from waarborg.record.checkpoint import Checkpoint
from waarborg.record.tree import Tree


class Log:
    """An append-only log in memory.

    A log is filled by `add` and `attach`, and written by `store.record_folder`. It knows the bytes of
    entries, not what they say: `record.journal` puts signed statements into it. What is too large for
    an entry is attached as a blob: the entry names its digest, `verify` checks the bytes.
    """

    def __init__(
        self, entries: Iterable[bytes] = (), blobs: Mapping[str, bytes] | None = None
    ) -> None:
        self._entries: list[bytes] = list(entries)
        self._blobs: ChainMap[str, bytes] = ChainMap({}, _unchanged(blobs or {}))
        self._tree = Tree()

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self._entries)

    @property
    def entries(self) -> Sequence[bytes]:
        """The bytes of every entry, in order."""
        return self._entries

    @property
    def blobs(self) -> Mapping[str, bytes]:
        """What is attached, by SHA-256 in hex."""
        return self._blobs

    @property
    def attached(self) -> Mapping[str, bytes]:
        """What was attached here, by SHA-256 in hex; not what was there before."""
        return self._blobs.maps[0]

    @property
    def tree(self) -> Tree:
        """The tree over all entries."""
        if self._tree.size < len(self._entries):
            self._tree.extend(self._entries[self._tree.size :])
        return self._tree

    def add(self, entry: bytes) -> int:
        """Put an entry's bytes behind the last; gives its place."""
        self._entries.append(entry)
        return len(self._entries) - 1

    def attach(self, data: bytes, media_type: str) -> dict[str, Any]:
        """Keep bytes beside the log; put what is returned into the body of an entry.

        Args:
            data: Of any size.
            media_type: As "application/yaml".

        Returns:
            `{"blob": SHA-256 in hex, "bytes": number, "media_type": …}`.
        """
        digest = sha256(data).hexdigest()
        self._blobs[digest] = data
        return {"blob": digest, "bytes": len(data), "media_type": media_type}

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` entries, by default over all."""
        return self.tree.root(size)

    def checkpoint(self, origin: str) -> Checkpoint:
        """Size and root under the log's name, ready to be signed."""
        return Checkpoint(origin, self.size, self.root())


def _unchanged(blobs: Mapping[str, bytes]) -> MutableMapping[str, bytes]:
    """As `ChainMap` wants it named; it writes into its first mapping alone."""
    return cast("MutableMapping[str, bytes]", blobs)
