"""The demonstration key: for a record that nobody has signed with a key of their own.

It is worked out from the log's name, so anyone can sign with it. It shows that a copy is whole as
it was written; it says nothing about who wrote it.
"""

from __future__ import annotations

import re
from hashlib import sha256

from waarborg.record.note import Signer

WORDS = (
    "signed with the demonstration key, which anyone can work out from the log's name: "
    "this shows that the copy is whole, not who wrote it"
)


def demonstration_origin(mission: str) -> str:
    """The name of a mission's log when no other is given, as "waarborg.example/easter-truce-2026".

    Raises:
        ValueError: When the mission's identifier cannot stand in a log's name.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", mission):
        raise ValueError(f"{mission!r} cannot stand in a log's name: letters, digits, . _ - only")
    return f"waarborg.example/{mission}"


def demonstration_seed(origin: str) -> bytes:
    """The 32 seed bytes of the demonstration key of a log."""
    return sha256(b"waarborg demonstration key, version 1\n" + origin.encode()).digest()


def demonstration_signer(origin: str) -> Signer:
    """The demonstration key of a log."""
    return Signer(origin, demonstration_seed(origin))
