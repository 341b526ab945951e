"""Entries: what the log holds, one by one, as canonical bytes.

An entry is the object `{"body":…,"kind":…,"recorded_at":…,"seq":…}` in RFC 8785 form. `seq` is its
place in the log, so that an entry that was dropped or moved can be named even when an attacker
rebuilt everything around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waarborg.record.canonical import NotCanonical, decode, encode
from waarborg.record.tiles import LARGEST_ENTRY

_KIND = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
_SEQ = re.compile(rb',"seq":(0|[1-9][0-9]{0,15})\}\Z')


class EntryRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """Something that cannot be an entry; the text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, read.

    Attributes:
        seq: Place in the log, from 0.
        kind: What sort of thing it is, as "report".
        recorded_at: When it was recorded, as text: RFC 3339 with offset.
        body: The content: text, whole numbers, booleans, null, lists, mappings.
    """

    seq: int
    kind: str
    recorded_at: str
    body: Mapping[str, Any]


def encode_entry(seq: int, kind: str, recorded_at: str, body: Mapping[str, Any]) -> bytes:
    """The canonical bytes of an entry.

    Raises:
        EntryRefused: When the kind is malformed, the body has no canonical form, or the entry is
            larger than a log can hold (put the large part beside it as a blob).
    """
    if not _KIND.fullmatch(kind):
        raise EntryRefused(f"{kind!r} is no kind: lower-case words joined by -, _ or . expected")
    if not isinstance(body, Mapping):
        raise EntryRefused(f"the body of a {kind!r} entry is no mapping")
    try:
        content, when = encode(body), encode(recorded_at)
    except NotCanonical as error:
        raise EntryRefused(f"the body of a {kind!r} entry: {error}") from None
    data = b'{"body":%b,"kind":"%b","recorded_at":%b,"seq":%d}' % (
        content,
        kind.encode(),
        when,
        seq,
    )
    if len(data) > LARGEST_ENTRY:
        raise EntryRefused(
            f"entry {seq} ({kind!r}) has {len(data)} bytes, a log holds at most {LARGEST_ENTRY}; "
            "attach the large part as a blob and name it in the entry"
        )
    return data


def decode_entry(data: bytes) -> Entry:
    """Read an entry's bytes strictly.

    Raises:
        EntryRefused: When the bytes are not the canonical form of an entry.
    """
    try:
        value = decode(data)
        canonical = encode(value) == data
    except NotCanonical as error:
        raise EntryRefused(f"this is no entry: {error}") from None
    if not isinstance(value, dict) or set(value) != {"body", "kind", "recorded_at", "seq"}:
        raise EntryRefused("this is no entry: body, kind, recorded_at and seq expected")
    seq, kind, when, body = (value[key] for key in ("seq", "kind", "recorded_at", "body"))
    right = isinstance(seq, int) and isinstance(kind, str) and isinstance(when, str)
    if not right or not isinstance(body, dict) or isinstance(seq, bool) or seq < 0:
        raise EntryRefused("this is no entry: a field is of the wrong type")
    if not canonical:
        raise EntryRefused("this is no entry: its bytes are not in canonical form")
    return Entry(seq, kind, when, body)


def stated_place(data: bytes) -> int | None:
    """The place an entry says it has, without reading the rest; None when it says none."""
    match = _SEQ.search(data, max(0, len(data) - 26))
    return int(match[1]) if match and data.startswith(b'{"body":') else None
