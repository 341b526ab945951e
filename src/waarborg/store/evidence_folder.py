"""Evidence files: streamed in, kept under names that tell nothing, never held in memory.

A file is stored under a keyed digest of its bytes, so that whoever sees the folder cannot confirm
that a file they hold is in it; the plain SHA-256 belongs into a concealed field of the `evidence`
statement. The original is never changed; working copies are files of their own that name it.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from waarborg.record.failure import VerificationFailure
from waarborg.record.statement import Draft

_PIECE = 1 << 20
ORIGINAL, WORKING_COPY = "original", "working copy"


@dataclass(frozen=True, slots=True)
class Held:
    """A file that is held.

    Attributes:
        name: Its name in the folder: a keyed digest in hex.
        sha256: SHA-256 of its bytes in hex; to be concealed.
        bytes: Their number; to be concealed.
    """

    name: str
    sha256: str
    bytes: int


class EvidenceFolder:
    """A folder of evidence files, each under a keyed digest of its bytes."""

    def __init__(self, folder: Path, key: bytes) -> None:
        """Open or begin a folder.

        Args:
            folder: Where the files lie.
            key: 32 secret bytes that names are made with.
        """
        self.folder = folder
        self._key = key
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, stream: IO[bytes]) -> Held:
        """Store a file piece by piece; it is on disk when this returns. The same bytes, the same name.

        Args:
            stream: Open for reading; read to its end.
        """
        plain, keyed, count = sha256(), hmac.new(self._key, digestmod=sha256), 0
        partial = self.folder / f".{os.getpid()}.partial"
        try:
            with partial.open("wb") as file:
                while piece := stream.read(_PIECE):
                    plain.update(piece)
                    keyed.update(piece)
                    count += len(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        name = keyed.hexdigest()
        partial.chmod(0o400)
        partial.replace(self.folder / name)
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        return Held(name, plain.hexdigest(), count)

    def open(self, name: str) -> IO[bytes]:
        """A held file, to be read.

        Raises:
            VerificationFailure: REC-040 when it is not held.
        """
        path = self.folder / name
        if len(name) != 64 or not path.is_file():
            raise VerificationFailure("REC-040", name, "an evidence file that is held", "none")
        return path.open("rb")

    def check(self, name: str) -> Held:
        """Hash a held file again.

        Raises:
            VerificationFailure: REC-040 when it is not held, REC-041 when it was changed.
        """
        plain, keyed, count = sha256(), hmac.new(self._key, digestmod=sha256), 0
        with self.open(name) as file:
            while piece := file.read(_PIECE):
                plain.update(piece)
                keyed.update(piece)
                count += len(piece)
        if keyed.hexdigest() != name:
            raise VerificationFailure("REC-041", name, "the bytes that were taken in", "others")
        return Held(name, plain.hexdigest(), count)

    def erase(self, name: str) -> None:
        """Remove a file that a redaction names. Copies on other media are not reached."""
        (self.folder / name).unlink(missing_ok=True)


def evidence_fields(
    held: Held, media_type: str, role: str, found: Mapping[str, Any], copy_of: str | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an `evidence` statement says openly, and what it conceals (Berkeley Protocol fields).

    Args:
        held: The file.
        media_type: As "video/mp4".
        role: `ORIGINAL` or `WORKING_COPY`.
        found: Further fields to conceal: original_name, source, device, collector, collected_at,
            clock, place, exif and the others of `record.kinds`.
        copy_of: Leaf hash in hex of the original's statement, for a working copy.

    Raises:
        ValueError: When a working copy does not name its original, or an original names one.
    """
    if (role == WORKING_COPY) != (copy_of is not None) or role not in (ORIGINAL, WORKING_COPY):
        raise ValueError("a working copy names its original, and only a working copy does")
    body: dict[str, Any] = {"media_type": media_type, "role": role}
    if copy_of is not None:
        body["copy_of"] = copy_of
    return body, {"file": held.name, "sha256": held.sha256, "bytes": held.bytes, **found}


def custody_draft(evidence: str, purpose: str, at: str, claimed_at: int) -> Draft:
    """A change of hands: who gives and takes is to be added concealed.

    Args:
        evidence: Leaf hash in hex of the evidence statement.
        purpose: Why.
        at: When, RFC 3339 with offset.
        claimed_at: The same as the author's clock has it, seconds since 1970.
    """
    return Draft("custody", {"purpose": purpose, "at": at}, claimed_at, refs=[evidence])
