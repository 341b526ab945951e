"""A witness's memory: one SQLite file, written before every answer, never begun anew under one key."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from waarborg.record.note import Signer, Verifier
from waarborg.record.witness import Answer, Head, Refused, cosigned, judge, read_request
from waarborg.store.record_engine import lock_file

_TABLES = """
CREATE TABLE IF NOT EXISTS head (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, at INTEGER NOT NULL,
    note BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS evidence (at INTEGER NOT NULL, request BLOB NOT NULL);
"""


class WitnessBookLost(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The key is there and its memory is not, or the other way round."""


class WitnessBook:
    """What one witness has seen of each log, and the requests that show a log's misconduct."""

    def __init__(
        self, folder: Path, signer: Signer, logs: Mapping[str, Sequence[Verifier]]
    ) -> None:
        """Open the memory that `begin` made.

        Args:
            folder: Where it lies.
            signer: The witness's key.
            logs: Name of each log that is witnessed to its keys.

        Raises:
            WitnessBookLost: When there is no memory for this key: it might have said more than is
                remembered, so it must not go on.
            VerificationFailure: REC-051 when another process holds it.
        """
        path = folder / "witness.db"
        if not path.exists():
            raise WitnessBookLost(
                f"{path} is not there: what this key has cosigned is unknown, so it must not "
                "cosign again; begin a new witness with a new key"
            )
        self._signer = signer
        self._logs = dict(logs)
        self._handle = lock_file(folder / "witness.lock")
        self._guard = threading.Lock()
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=DELETE")
        self._file.execute("PRAGMA synchronous=FULL")

    @classmethod
    def begin(cls, folder: Path) -> None:
        """Make an empty memory for a new key.

        Raises:
            WitnessBookLost: When there is one already.
        """
        path = folder / "witness.db"
        if path.exists():
            raise WitnessBookLost(f"{path} is there already: a witness was begun here before")
        file = sqlite3.connect(path)
        file.executescript(_TABLES)
        file.close()

    def add_checkpoint(self, body: bytes, now: int) -> Answer:
        """Answer a request to cosign; the new head is on disk before this returns."""
        try:
            request = read_request(body, self._logs)
        except Refused as refused:
            return refused.answer
        origin = request.checkpoint.origin
        with self._guard:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                head = judge(request, self._head(origin), now)
                line, note = cosigned(request, head, self._signer)
                row = (origin, head.size, head.root, head.at, note.encode())
                self._file.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?, ?)", row)
                self._file.execute("COMMIT")
            except Refused as refused:
                self._file.execute("ROLLBACK")
                if refused.answer.evidence:
                    self._file.execute("INSERT INTO evidence VALUES (?, ?)", (now, body))
                return refused.answer
            except BaseException:
                self._file.execute("ROLLBACK")
                raise
        return Answer(200, line.line.encode())

    def checkpoint(self, origin_hash: str) -> bytes | None:
        """The last checkpoint cosigned of the log whose name has this SHA-256 in hex."""
        for origin in self._logs:
            if sha256(origin.encode()).hexdigest() == origin_hash:
                query = "SELECT note FROM head WHERE origin = ?"
                with self._guard:
                    row = self._file.execute(query, (origin,)).fetchone()
                return bytes(row[0]) if row else None
        return None

    def evidence(self) -> list[bytes]:
        """The requests kept because their log signed something inconsistent."""
        with self._guard:
            rows = self._file.execute("SELECT request FROM evidence ORDER BY rowid").fetchall()
        return [bytes(row[0]) for row in rows]

    def close(self) -> None:
        """Let go of the memory."""
        self._file.close()
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _head(self, origin: str) -> Head | None:
        query = "SELECT size, root, at FROM head WHERE origin = ?"
        row = self._file.execute(query, (origin,)).fetchone()
        return Head(row[0], bytes(row[1]), row[2]) if row else None
