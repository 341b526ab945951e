"""Checkpoints (c2sp.org/tlog-checkpoint): the log's word for its size and root, as a signed note."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from waarborg.record.note import Note, NoteRefused, Signer, base64_exact, sign
from waarborg.record.tree import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root of a log at one moment.

    Attributes:
        origin: The log's unique name, as "waarborg.example/easter-truce-2026".
        size: Number of entries.
        root: Root hash, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a checkpoint's text strictly; extension lines are allowed and not kept.

        Raises:
            NoteRefused: When a line is not as the specification says.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise NoteRefused("a checkpoint has three lines: origin, size, root")
        origin, size, root = lines[:3]
        if not _SIZE.fullmatch(size) or int(size) >= 2**63:
            raise NoteRefused(f"{size[:40]!r} is no size of a log")
        raw = base64_exact(root)
        if len(raw) != HASH_BYTES:
            raise NoteRefused(f"the root has {len(raw)} bytes where 32 were expected")
        return cls(origin, int(size), raw)

    def signed(self, signer: Signer) -> Note:
        """The checkpoint as a note, signed by the log."""
        return sign(self.text, [signer])


def read_checkpoint(data: bytes) -> tuple[Checkpoint, Note]:
    """The checkpoint in a note's bytes, with the note, whose signatures are still to be verified.

    Raises:
        NoteRefused: When note or checkpoint is malformed.
    """
    note = Note.parse(data)
    return Checkpoint.parse(note.text), note
