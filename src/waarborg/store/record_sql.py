"""A record in a database: the durable order of entries. SQLite by default, PostgreSQL by URL.

One transaction is the acknowledgement: what `submit` returns is on disk and has its place for good.
At the start the database is held against the last checkpoint signed, which lies in a file of its
own; a restored backup, a lost database or a second writer is refused before anything is signed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, bindparam, insert, inspect, select, update
from sqlalchemy.engine import make_url

from waarborg.record.chains import Chains
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.entry import EntryRefused, decode_entry
from waarborg.record.failure import VerificationFailure, entry_failure
from waarborg.record.statement import is_statement, read_statement
from waarborg.record.tree import EMPTY_ROOT, Frontier, leaf_hash
from waarborg.store.record_engine import Prepared, engine_warnings, lock_file, open_engine
from waarborg.store.record_schema import (
    AUTHORED,
    COSIGNATURE,
    DISCLOSURE,
    HEAD,
    LEAF,
    bring_up_to_date,
)
from waarborg.store.signed_log import SignedLog

_PAGE = 4096
"""Entries read from the database at a time."""

Link = tuple[str, int]
"""Author and number of a statement in the author's own chain."""

Authored = dict[Link, tuple[int, bytes]]
"""Author and number of the statements of one batch, to their place and bytes."""


@dataclass(frozen=True, slots=True)
class Concealed:
    """An encrypted private field, as it is stored beside its statement."""

    kind: str
    digest: str
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """What is handed in: the bytes of an entry, and its encrypted private fields."""

    leaf: bytes
    concealed: Sequence[Concealed] = ()


class SqlRecord:
    """A record that takes entries one transaction at a time. Open it with `create` or `open`."""

    def __init__(self, engine: Engine, signed: SignedLog, lock: int | None) -> None:
        self._engine = engine
        self._signed = signed
        self._lock = lock
        self._process = os.getpid()
        self._connection = engine.connect()
        self._origin = ""
        self._frontier = Frontier()
        self._chains: Chains | None = None
        self._insert_leaf = Prepared(insert(LEAF), engine)
        self._insert_authored = Prepared(insert(AUTHORED), engine)
        self._insert_concealed = Prepared(insert(DISCLOSURE), engine)
        self._lock_head = Prepared(select(HEAD.c.size).with_for_update(), engine)
        moved: dict[str, Any] = {"size": bindparam("new_size"), "peaks": bindparam("new_peaks")}
        self._move_head = Prepared(update(HEAD).values(moved), engine)

    @classmethod
    def create(cls, url: str, signed: Path, origin: str) -> SqlRecord:
        """Begin a log; the file `signed` is made and must never be restored from a backup.

        Raises:
            VerificationFailure: REC-081 when a log was begun here before, REC-082 when the
                database holds one, REC-051 when another process holds it.
        """
        log = SignedLog(signed)
        if log.exists():
            raise VerificationFailure("REC-081", str(signed), "no log begun before", "one was")
        record = cls._locked(url, log)
        try:
            record._begin(origin)  # noqa: SLF001  # this very class
        except BaseException:
            record.close()
            raise
        return record

    @classmethod
    def open(cls, url: str, signed: Path) -> SqlRecord:
        """Go on with a log, after the database was held against what was signed.

        Raises:
            VerificationFailure: REC-080 restored backup, REC-081 lost database, REC-083 another
                history, REC-084 no record there, REC-051 another process writes.
        """
        log = SignedLog(signed)
        record = cls._locked(url, log)
        try:
            record._resume()  # noqa: SLF001  # this very class
        except BaseException:
            record.close()
            raise
        return record

    @property
    def origin(self) -> str:
        """The log's name."""
        return self._origin

    @property
    def size(self) -> int:
        """Number of entries that are acknowledged."""
        return self._frontier.size

    @property
    def chains(self) -> Chains | None:
        """State of the statements, None for a log of plain entries."""
        return self._chains

    @property
    def warnings(self) -> tuple[str, ...]:
        """What an operator should know about the engine underneath."""
        return engine_warnings(self._engine)

    def checkpoint(self) -> Checkpoint:
        """Size and root as of the last acknowledged entry."""
        return Checkpoint(self._origin, self._frontier.size, self._frontier.root())

    def submit(self, batch: Sequence[Submission]) -> list[int]:
        """Take entries, all or none, in one transaction.

        Handing in the same statement again gives the place it has.

        Returns:
            The place of each.

        Raises:
            VerificationFailure: When one cannot be the next entry (REC-070 to REC-076, REC-085)
                or somebody else wrote (REC-082); nothing is taken then.
        """
        self._check_process()
        frontier = Frontier(self._frontier.size, self._frontier.peaks)
        chains = self._chains.copy() if self._chains else None
        places: list[int] = []
        taken: list[tuple[int, Submission]] = []
        authored: Authored = {}
        with self._connection.begin():
            self._check_head()
            for each in batch:
                place = frontier.size
                known, chains = self._admit(each.leaf, place, chains, authored)
                places.append(place if known is None else known)
                if known is None:
                    taken.append((place, each))
                    frontier.push(leaf_hash(each.leaf))
            if taken:
                self._insert(taken, authored, frontier)
        self._frontier, self._chains = frontier, chains
        return places

    def append(
        self,
        leaves: Sequence[bytes],
        said: Sequence[Link],
        chains: Chains,
        concealed: Mapping[int, Sequence[Concealed]],
    ) -> None:
        """Take the next entries of a journal over this very record, which has checked them.

        Args:
            leaves: Their bytes.
            said: Author and number of each.
            chains: The state after them.
            concealed: Encrypted private fields of some, by place.

        Raises:
            VerificationFailure: REC-082 when somebody else wrote meanwhile; nothing is taken then.
        """
        self._check_process()
        frontier = Frontier(self._frontier.size, self._frontier.peaks)
        taken = [
            (place, Submission(leaf, concealed.get(place, ())))
            for place, leaf in enumerate(leaves, frontier.size)
        ]
        places = range(frontier.size, frontier.size + len(leaves))
        authored: Authored = {
            link: (place, leaf) for link, place, leaf in zip(said, places, leaves, strict=True)
        }
        for leaf in leaves:
            frontier.push(leaf_hash(leaf))
        with self._connection.begin():
            self._check_head()
            self._insert(taken, authored, frontier)
        self._frontier, self._chains = frontier, chains.copy()

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The entries from `start` on, page by page."""
        stop = self.size if stop is None else stop
        for first in range(start, stop, _PAGE):
            query = (
                select(LEAF.c.leaf)
                .where(LEAF.c.idx >= first, LEAF.c.idx < min(first + _PAGE, stop))
                .order_by(LEAF.c.idx)
            )
            with self._connection.begin():
                rows = self._connection.execute(query).all()
            yield from (bytes(row[0]) for row in rows)

    def concealed(self, place: int) -> list[Concealed]:
        """The encrypted private fields of an entry."""
        query = (
            select(DISCLOSURE.c["class"], DISCLOSURE.c.digest, DISCLOSURE.c.ciphertext)
            .where(DISCLOSURE.c.idx == place)
            .order_by(DISCLOSURE.c.n)
        )
        with self._connection.begin():
            rows = self._connection.execute(query).all()
        return [Concealed(row[0], row[1], bytes(row[2])) for row in rows]

    def erase_concealed(self, place: int, digests: Sequence[str]) -> None:
        """Remove encrypted private fields; their keys are destroyed apart (`store.record_keys`)."""
        with self._connection.begin():
            self._connection.execute(
                DISCLOSURE.delete().where(
                    DISCLOSURE.c.idx == place, DISCLOSURE.c.digest.in_(list(digests))
                )
            )
        if self._engine.dialect.name == "sqlite":
            cursor = self._raw()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def about_to_sign(self, checkpoint: Checkpoint) -> None:
        """Bring a checkpoint to the file of signed ones, then to the database; then sign it."""
        self._signed.add(checkpoint)
        self._note_signed(checkpoint)

    def last_signed(self) -> Checkpoint | None:
        """The last checkpoint that may have been signed."""
        return self._signed.last()

    def add_cosignature(self, size: int, name: str, line: str) -> None:
        """Keep what a witness said to a checkpoint; saying it again changes nothing."""
        with self._connection.begin():
            if name not in self._cosigners(size):
                row = {"size": size, "name": name, "line": line}
                self._connection.execute(insert(COSIGNATURE), row)

    def cosignatures(self, size: int) -> list[str]:
        """The lines that witnesses gave to the checkpoint of a size, by name."""
        with self._connection.begin():
            found = self._cosigners(size)
        return [found[name] for name in sorted(found)]

    def close(self) -> None:
        """Let go of the database and of the lock."""
        self._connection.close()
        self._engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @classmethod
    def _locked(cls, url: str, signed: SignedLog) -> SqlRecord:
        lock = None
        place = make_url(url)
        if place.get_backend_name() == "sqlite":
            if not place.database:
                raise VerificationFailure("REC-084", url, "a database in a file", "none named")
            lock = lock_file(Path(place.database + ".lock"))
        try:
            record = cls(open_engine(url), signed, lock)
        except BaseException:
            if lock is not None:
                os.close(lock)
            raise
        try:
            record._lock_server()
        except BaseException:
            record.close()
            raise
        return record

    def _lock_server(self) -> None:
        if self._engine.dialect.name == "sqlite":
            return
        with self._connection.begin():
            query = "SELECT pg_try_advisory_lock(hashtext('waarborg record'))"
            got = self._connection.exec_driver_sql(query).scalar()
        if not got:
            where = self._engine.url.render_as_string()
            raise VerificationFailure(
                "REC-051", where, "one writer at a time", "another process holds the record"
            )

    def _begin(self, origin: str) -> None:
        with self._connection.begin():
            if inspect(self._connection).has_table(HEAD.name):
                where = self._engine.url.render_as_string()
                raise VerificationFailure("REC-082", where, "an empty database", "a record")
            bring_up_to_date(self._connection)
            self._connection.execute(
                insert(HEAD),
                {
                    "id": 1,
                    "origin": origin,
                    "size": 0,
                    "peaks": b"",
                    "signed_size": 0,
                    "signed_root": EMPTY_ROOT,
                },
            )
        self._origin = origin
        self._signed.add(Checkpoint(origin, 0, EMPTY_ROOT))

    def _resume(self) -> None:
        last = self._signed.last()
        where = self._engine.url.render_as_string()
        with self._connection.begin():
            if not inspect(self._connection).has_table(HEAD.name):
                code = "REC-081" if last else "REC-084"
                raise VerificationFailure(code, where, "the tables of a record", "none")
            bring_up_to_date(self._connection)
            head = self._connection.execute(select(HEAD)).mappings().one()
        self._origin = head["origin"]
        self._frontier = Frontier(head["size"], bytes(head["peaks"]))
        if last is None:
            missing = "the file is missing or empty"
            expected = f"the file of signed checkpoints of {self._origin}"
            raise VerificationFailure("REC-083", str(self._signed.path), expected, missing)
        self._hold_against(last, Checkpoint(self._origin, head["signed_size"], head["signed_root"]))
        self._resume_chains()

    def _hold_against(self, last: Checkpoint, noted: Checkpoint) -> None:
        """The database must hold every entry of the last checkpoint that may have been signed."""
        where = self._engine.url.render_as_string()
        expected = f"{last.origin} with {last.size} entries and root {last.root.hex()}"
        if last.origin != self._origin:
            raise VerificationFailure("REC-083", where, expected, self._origin)
        if last == noted and noted.size <= self.size:
            return
        if self.size < last.size:
            raise VerificationFailure("REC-080", where, expected, f"{self.size} entries")
        frontier = Frontier()
        for leaf in self.entries(0, last.size):
            frontier.push(leaf_hash(leaf))
        if frontier.root() != last.root:
            found = f"{last.size} entries with root {frontier.root().hex()}"
            raise VerificationFailure("REC-083", where, expected, found)
        self._note_signed(last)

    def _resume_chains(self) -> None:
        chains = Chains()
        for leaf in self.entries():
            if not is_statement(leaf):
                return
            chains.resume(leaf)
        if chains.size:
            self._chains = chains

    def _admit(
        self, leaf: bytes, place: int, chains: Chains | None, authored: Authored
    ) -> tuple[int | None, Chains | None]:
        """The place an entry has already, or None when it is new; and the state after it."""
        if not is_statement(leaf):
            return self._admit_plain(leaf, place, chains), chains
        if chains is None:
            if place:
                raise entry_failure("REC-085", place, "a plain entry, like the others", "statement")
            chains = Chains()
        try:
            statement = chains.check(leaf)
        except VerificationFailure as failure:
            known = self._same_before(leaf, authored) if failure.code == "REC-074" else None
            if known is None:
                raise
            return known, chains
        chains.add_checked(statement)
        authored[statement.author, statement.seq] = (place, leaf)
        return None, chains

    def _admit_plain(self, leaf: bytes, place: int, chains: Chains | None) -> int | None:
        if chains is not None:
            chains.check(leaf)
        try:
            seq = decode_entry(leaf).seq
        except EntryRefused as error:
            raise entry_failure("REC-085", place, "an entry", str(error)) from None
        if seq < self.size and self._leaf(seq) == leaf:
            return seq
        if seq != place:
            raise entry_failure("REC-085", place, f"an entry for place {place}", f"for {seq}")
        return None

    def _same_before(self, leaf: bytes, authored: Authored) -> int | None:
        """The place of this very statement, None when another stands under its number."""
        statement = read_statement(leaf)
        key = (statement.author, statement.seq)
        if key in authored:
            place, there = authored[key]
            return place if there == leaf else None
        query = select(AUTHORED.c.idx).where(AUTHORED.c.author == key[0], AUTHORED.c.seq == key[1])
        found = self._connection.execute(query).scalar()
        return found if found is not None and self._leaf(found) == leaf else None

    def _leaf(self, place: int) -> bytes:
        query = select(LEAF.c.leaf).where(LEAF.c.idx == place)
        return bytes(self._connection.execute(query).scalar_one())

    def _insert(
        self,
        taken: list[tuple[int, Submission]],
        authored: Authored,
        frontier: Frontier,
    ) -> None:
        connection = self._connection
        rows = [{"idx": place, "leaf": each.leaf} for place, each in taken]
        self._insert_leaf.run(connection, *rows)
        if authored:
            said = [
                {"author": author, "seq": seq, "idx": place}
                for (author, seq), (place, _) in authored.items()
            ]
            self._insert_authored.run(connection, *said)
        concealed = [
            {
                "idx": place,
                "n": number,
                "class": field.kind,
                "digest": field.digest,
                "ciphertext": field.ciphertext,
            }
            for place, each in taken
            for number, field in enumerate(each.concealed)
        ]
        if concealed:
            self._insert_concealed.run(connection, *concealed)
        moved = {"new_size": frontier.size, "new_peaks": frontier.peaks}
        self._move_head.run(connection, moved)

    def _check_head(self) -> None:
        """Lock the head row; whoever moved it is another writer."""
        size = self._lock_head.run(self._connection).scalar_one()
        if size != self.size:
            where = self._engine.url.render_as_string()
            raise VerificationFailure("REC-082", where, f"{self.size} entries", f"{size} entries")

    def _check_process(self) -> None:
        if os.getpid() != self._process:
            where = self._engine.url.render_as_string()
            raise VerificationFailure(
                "REC-082", where, f"process {self._process}", f"process {os.getpid()}, a fork of it"
            )

    def _note_signed(self, checkpoint: Checkpoint) -> None:
        with self._connection.begin():
            values = {"signed_size": checkpoint.size, "signed_root": checkpoint.root}
            self._connection.execute(update(HEAD).values(**values))

    def _cosigners(self, size: int) -> dict[str, str]:
        query = select(COSIGNATURE.c.name, COSIGNATURE.c.line).where(COSIGNATURE.c.size == size)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def _raw(self) -> Any:
        driver = self._connection.connection.driver_connection
        if driver is None:
            raise AssertionError("the record is closed")
        return driver.cursor()
