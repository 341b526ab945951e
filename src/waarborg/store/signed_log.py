"""The last checkpoint signed, in a small file of its own that is never restored from a backup.

A line is brought to disk before the checkpoint it names is signed. Whoever puts back an old database
is therefore found out before anything new is signed.
"""

from __future__ import annotations

import os
from pathlib import Path

from waarborg.record.canonical import NotCanonical, decode, encode
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.failure import VerificationFailure


class SignedLog:
    """Every checkpoint this log was about to sign, oldest first, one line each."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self) -> Checkpoint | None:
        """The last checkpoint that may have been signed, None before the first.

        Raises:
            VerificationFailure: REC-083 when a whole line cannot be read.
        """
        lines = self._whole_lines()
        if not lines:
            return None
        try:
            row = decode(lines[-1])
            return Checkpoint(str(row["origin"]), int(row["size"]), bytes.fromhex(row["root"]))
        except (NotCanonical, KeyError, TypeError, ValueError):
            raise VerificationFailure(
                "REC-083", str(self.path), "a checkpoint on each line", repr(lines[-1][:80])
            ) from None

    def add(self, checkpoint: Checkpoint) -> None:
        """Bring a checkpoint to disk; only then may it be signed."""
        row = {
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
        }
        whole = sum(len(line) + 1 for line in self._whole_lines())
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(handle, whole)
            os.lseek(handle, whole, os.SEEK_SET)
            os.write(handle, encode(row) + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)

    def exists(self) -> bool:
        """Whether a log was ever begun here."""
        return self.path.exists()

    def _whole_lines(self) -> list[bytes]:
        """The lines that were brought to disk whole; a torn last one was never signed."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return data.split(b"\n")[:-1]
