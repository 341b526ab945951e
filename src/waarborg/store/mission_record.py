"""A mission's record on disk: the database that acknowledges, and the folder that everyone gets.

    OUT/operator/record.db     the durable order of entries (or a database by URL)
    OUT/operator/signed.log    every checkpoint that may have been signed; never from a backup
    OUT/record/                tiles, attached files and the signed checkpoint, for everyone

What was said becomes durable at `commit`, all or none; `publish` brings the folder up to it and signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from waarborg.record.chains import Chains
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.failure import VerificationFailure
from waarborg.record.journal import Journal, Recorded
from waarborg.record.source import BLOBS, CHECKPOINT, RecordSource, entries, signed_checkpoint
from waarborg.record.statement import Draft, StatementRefused
from waarborg.store.concealed import Concealed
from waarborg.store.record_folder import FolderSource, write_files
from waarborg.store.record_publication import publish
from waarborg.store.signed_log import SignedLog

if (
    TYPE_CHECKING
):  # SQLAlchemy and Alembic are loaded by who opens a database, not by who reads a folder
    from waarborg.store.record_sql import SqlRecord
    from waarborg.store.record_vault import Vault

PUBLIC, OPERATOR = "record", "operator"
"""Folders beside each other: what everyone gets, and what stays with whoever runs the record."""
DATABASE, SIGNED = "record.db", "signed.log"


class SourceBlobs(Mapping[str, bytes]):
    """What is attached to a record, read when it is asked for."""

    def __init__(self, source: RecordSource) -> None:
        self._source = source

    def __getitem__(self, digest: str) -> bytes:
        data = self._source.read(BLOBS + digest)
        if data is None:
            raise KeyError(digest)
        return data

    def __iter__(self) -> Iterator[str]:
        names = self._source.names()
        return (name.removeprefix(BLOBS) for name in names if name.startswith(BLOBS))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class MissionRecord:
    """A mission's record, open for writing. Use `open` in a with-statement."""

    def __init__(self, out: Path, record: SqlRecord, secret: bytes) -> None:
        self.out = out
        self._record = record
        self._secret = secret
        self._concealed: dict[int, Sequence[Concealed]] = {}
        self._written: set[str] = set()
        blobs = SourceBlobs(FolderSource(out / PUBLIC))
        self.journal = Journal(record.origin, secret, record.entries(), blobs, record.chains.copy())

    @classmethod
    def open(
        cls, out: Path, origin: str, secret: bytes, database: str | None = None
    ) -> MissionRecord:
        """Go on with the record of an output folder, or begin it where there is none.

        Args:
            out: The output folder.
            origin: The log's name.
            secret: The 32 secret bytes that sign the log, and that authors' keys are worked out from.
            database: URL of the database; without it an SQLite file in the output folder.

        Raises:
            VerificationFailure: REC-004 when the record is another log's, REC-051 when another
                process writes, REC-080 to REC-084 when the database is not what was signed.
        """
        from waarborg.store.record_sql import SqlRecord  # noqa: PLC0415  # slow to load

        private = out / OPERATOR
        signed = SignedLog(private / SIGNED)
        url = database or f"sqlite:///{private / DATABASE}"
        if signed.exists():
            record = SqlRecord.open(url, signed.path)
        else:
            _refuse_orphan(out)
            private.mkdir(parents=True, exist_ok=True)
            private.chmod(0o700)
            record = SqlRecord.create(url, signed.path, origin)
        try:
            _refuse_another(record, origin)
            return cls(out, record, secret)
        except BaseException:
            record.close()
            raise

    @staticmethod
    def origin_of(out: Path) -> str | None:
        """The name of the log that an output folder's record has, None when there is none."""
        last = SignedLog(out / OPERATOR / SIGNED).last()
        return None if last is None else last.origin

    @property
    def folder(self) -> Path:
        """The folder that everyone gets."""
        return self.out / PUBLIC

    @property
    def warnings(self) -> tuple[str, ...]:
        """What an operator should know about the database underneath."""
        return self._record.warnings

    def say(self, author: str, draft: Draft, concealed: Sequence[Concealed] = ()) -> int:
        """Put an author's statement behind the last entry; see `Journal.say`.

        Args:
            author: Who says so.
            draft: What they say.
            concealed: Its private fields, encrypted; they are kept beside the statement.
        """
        place = self.journal.say(author, draft)
        if concealed:
            self._concealed[place] = concealed
        return place

    def concealed(self, place: int) -> Sequence[Concealed]:
        """The encrypted private fields of an entry."""
        if place in self._concealed:
            return self._concealed[place]
        return self._record.concealed(place)

    def carry_out(self, vault: Vault) -> dict[int, list[str]]:
        """Destroy what committed redactions in effect name; see `carry_out_redactions`."""
        from waarborg.store.record_vault import carry_out_redactions  # noqa: PLC0415  # slow to load

        return carry_out_redactions(self._record, vault)

    def mark(self, at: datetime) -> int:
        """Put the operator's time mark behind everything so far; see `Journal.mark`."""
        return self.journal.mark(at)

    def take(self, leaf: bytes) -> int:
        """Take a statement that its author signed elsewhere; see `Journal.take`."""
        return self.journal.take(leaf)

    def attach(self, data: bytes, media_type: str) -> dict[str, Any]:
        """Keep bytes beside the record; see `Journal.attach`."""
        return self.journal.attach(data, media_type)

    def read(self, start: int = 0, stop: int | None = None) -> Iterator[Recorded]:
        """The statements in order, with the times they were recorded by."""
        return self.journal.read(start, stop)

    def commit(self) -> int:
        """Bring everything that was said to disk, in one transaction; gives how many entries.

        Attached files come first: an entry never names a file that is not there.
        """
        leaves, said = self.journal.unsaved()
        attached = self.journal.log.attached
        new = sorted(attached.keys() - self._written)
        if new:
            write_files(self.folder, ((BLOBS + digest, attached[digest]) for digest in new))
            self._written.update(new)
        if leaves:
            self._record.append(leaves, said, self.journal.chains, self._concealed)
        self.journal.saved()
        self._concealed = {}
        return len(said)

    def publish(self) -> Checkpoint:
        """Bring the folder up to what was committed, and sign its checkpoint.

        Raises:
            VerificationFailure: REC-002 when the folder's checkpoint was altered or signed with
                another key, REC-050 when this would rewrite history.
        """
        return publish(self._record, self.folder, self._secret)

    def close(self) -> None:
        """Let go of the database; what was said and not committed is gone."""
        self._record.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _refuse_another(record: SqlRecord, origin: str) -> None:
    if record.origin != origin:
        raise VerificationFailure("REC-004", "record", f"the log {origin}", record.origin)


def _refuse_orphan(out: Path) -> None:
    """A signed folder without what it was signed from is no place to begin a second history."""
    if (out / PUBLIC / CHECKPOINT).exists():
        where, expected = str(out / OPERATOR / SIGNED), "the file of what was signed here"
        raise VerificationFailure("REC-081", where, expected, "no such file")


def read_journal(source: RecordSource, chains: Chains | None = None) -> Journal:
    """The journal of a published record, without checking it: call `record.verify` for that.

    Args:
        source: The record's files.
        chains: The state after all entries, when the caller has it.

    Raises:
        VerificationFailure: REC-001 when there is no readable checkpoint, REC-030 when entries are
            missing, REC-070 when one is no statement.
    """
    checkpoint, _ = signed_checkpoint(source)
    leaves = list(entries(source, checkpoint.size))
    blobs = SourceBlobs(source)
    try:
        return Journal(checkpoint.origin, None, leaves, blobs, chains)
    except StatementRefused as error:
        raise VerificationFailure("REC-070", "entries", "statements", str(error)) from None
