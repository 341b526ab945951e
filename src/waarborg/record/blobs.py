"""Which attached files an entry names: `{"blob": SHA-256 in hex, "bytes": number}`, at any depth.

The names stand under the base64url of a statement. Almost no entry has any, so each is first looked
through for the three spellings that the word can have there, one for each way it can be aligned.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from waarborg.record.base64url import from_base64url
from waarborg.record.canonical import NotCanonical, decode

_WORD = b'"blob":"'


def _spellings() -> tuple[bytes, ...]:
    """What of the word stays the same under base64url whatever stands around it, as aligned."""
    found = []
    for shift in range(3):
        skipped = -shift % 3
        whole = (len(_WORD) - skipped) // 3 * 3
        found.append(base64.urlsafe_b64encode(_WORD[skipped : skipped + whole]))
    return tuple(found)


_ONE, _TWO, _THREE = _spellings()


def may_name_blobs(leaf: bytes) -> bool:
    """Whether an entry may name an attached file; never false when it does."""
    return _ONE in leaf or _TWO in leaf or _THREE in leaf


def blob_references(leaf: bytes) -> Iterator[tuple[str, int]]:
    """SHA-256 in hex and number of bytes of every attached file an entry names, in order.

    Raises:
        NotCanonical: When the entry cannot be read as a statement.
    """
    if may_name_blobs(leaf):
        yield from _references(decode(_payload(leaf)))


def _payload(leaf: bytes) -> bytes:
    """The JSON that a statement signs."""
    parts = leaf.split(b".")
    payload = from_base64url(parts[1].decode("ascii", "replace")) if len(parts) == 3 else None
    if payload is None:
        raise NotCanonical("this is no statement: three parts in base64url were expected")
    return payload


def _references(value: Any) -> Iterator[tuple[str, int]]:
    if isinstance(value, Mapping):
        digest, count = value.get("blob"), value.get("bytes")
        if isinstance(digest, str) and type(count) is int:
            yield digest, count
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _references(part)
