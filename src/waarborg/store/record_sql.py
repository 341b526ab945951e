"""A record in a database: the durable order of entries. SQLite by default, PostgreSQL by URL.

One transaction is the acknowledgement: what `submit` returns is on disk and has its place for good.
The root is worked out when it is asked for, from what the database holds: a hash more or less never
stands between an author and the acknowledgement. At the start the database is held against the last
checkpoint signed, which lies in a file of its own (`store.record_resume`); a restored backup, a lost
database or a second writer is refused before anything is signed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, bindparam, insert, inspect, select, update
from sqlalchemy.engine import make_url

from waarborg.record.chains import Chains
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.failure import VerificationFailure
from waarborg.record.statement import Statement, read_statement
from waarborg.record.tiles import WIDTH, decode_bundle, encode_bundle
from waarborg.record.tree import EMPTY_ROOT, Frontier, leaf_hash
from waarborg.store.concealed import Concealed
from waarborg.store.record_engine import (
    Prepared,
    engine_warnings,
    lock_file,
    open_engine,
    transaction,
)
from waarborg.store.record_resume import leaves_of, resume
from waarborg.store.record_schema import AUTHORED, BATCH, DISCLOSURE, HEAD, bring_up_to_date
from waarborg.store.signed_log import SignedLog

Link = tuple[str, int]
"""Author and number of a statement in the author's own chain."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What is handed in: the bytes of a statement, and its encrypted private fields."""

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
        self._size = 0
        self._frontier = Frontier()
        self._chains = Chains()
        self._insert_batch = Prepared(insert(BATCH), engine)
        self._insert_authored = Prepared(insert(AUTHORED), engine)
        self._insert_concealed = Prepared(insert(DISCLOSURE), engine)
        moved: dict[str, Any] = {"size": bindparam("new")}
        move = update(HEAD).values(moved).where(HEAD.c.size == bindparam("old"))
        self._move_head = Prepared(move, engine)

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
        return self._size

    @property
    def chains(self) -> Chains:
        """State of the statements: keys, chains, marks, redactions."""
        return self._chains

    @property
    def warnings(self) -> tuple[str, ...]:
        """What an operator should know about the engine underneath."""
        return engine_warnings(self._engine)

    def checkpoint(self) -> Checkpoint:
        """Size and root as of the last acknowledged entry, as the database holds them."""
        for leaf in self.entries(self._frontier.size):
            self._frontier.push(leaf_hash(leaf))
        return Checkpoint(self._origin, self._size, self._frontier.root())

    def submit(self, batch: Sequence[Submission]) -> list[int]:
        """Take statements, all or none, in one transaction.

        Handing in the same statement again gives the place it has.

        Returns:
            The place of each.

        Raises:
            VerificationFailure: When one cannot be the next entry (REC-070 to REC-079, REC-086)
                or somebody else wrote (REC-082); nothing is taken then.
        """
        chains = self._chains.copy()
        places: list[int] = []
        taken: list[Submission] = []
        said: dict[Link, tuple[int, bytes]] = {}
        for each in batch:
            statement = self._admit(each.leaf, chains, said)
            if isinstance(statement, int):
                places.append(statement)
                continue
            place = self._size + len(taken)
            said[statement.author, statement.seq] = (place, each.leaf)
            places.append(place)
            taken.append(each)
        if taken:
            concealed = {
                place: each.concealed
                for place, each in enumerate(taken, self._size)
                if each.concealed
            }
            self.append([each.leaf for each in taken], list(said), chains, concealed)
        return places

    def append(
        self,
        leaves: Sequence[bytes],
        said: Sequence[Link],
        chains: Chains,
        concealed: Mapping[int, Sequence[Concealed]],
    ) -> None:
        """Take the next statements of a journal over this very record, which has checked them.

        Args:
            leaves: Their bytes.
            said: Author and number of each.
            chains: The state after them.
            concealed: Encrypted private fields of some, by place.

        Raises:
            VerificationFailure: REC-082 when somebody else wrote meanwhile; nothing is taken then.
        """
        self._check_process()
        size = self._size + len(leaves)
        batches, authored = _rows(self._size, leaves, said)
        fields = [
            {
                "idx": place,
                "digest": field.digest,
                "class": field.kind,
                "ciphertext": field.ciphertext,
            }
            for place, held in concealed.items()
            for field in held
        ]
        with transaction(self._connection) as cursor:
            if self._move_head.run(cursor, {"new": size, "old": self._size}) != 1:
                self._refuse_another_writer()
            self._insert_batch.run(cursor, *batches)
            self._insert_authored.run(cursor, *authored)
            if fields:
                self._insert_concealed.run(cursor, *fields)
        self._size, self._chains = size, chains.copy()

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The entries from `start` on, page by page."""
        return leaves_of(self._connection, start, self.size if stop is None else stop)

    def concealed(self, place: int) -> list[Concealed]:
        """The encrypted private fields of an entry, by digest."""
        query = (
            select(DISCLOSURE.c["class"], DISCLOSURE.c.digest, DISCLOSURE.c.ciphertext)
            .where(DISCLOSURE.c.idx == place)
            .order_by(DISCLOSURE.c.digest)
        )
        with self._connection.begin():
            rows = self._connection.execute(query).all()
        return [Concealed(row[0], row[1], bytes(row[2])) for row in rows]

    def erase_concealed(self, place: int, digests: Sequence[str]) -> None:
        """Remove encrypted private fields; their keys are destroyed apart (`store.record_vault`)."""
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
        """Bring a checkpoint to the file of signed ones; then sign it."""
        self._signed.add(checkpoint)

    def last_signed(self) -> Checkpoint | None:
        """The last checkpoint that may have been signed."""
        return self._signed.last()

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
            self._connection.execute(insert(HEAD), {"id": 1, "origin": origin, "size": 0})
        self._origin = origin
        self._signed.add(Checkpoint(origin, 0, EMPTY_ROOT))

    def _resume(self) -> None:
        resumed = resume(self._connection, self._signed)
        self._origin, self._size = resumed.origin, resumed.frontier.size
        self._frontier, self._chains = resumed.frontier, resumed.chains

    def _admit(
        self, leaf: bytes, chains: Chains, said: Mapping[Link, tuple[int, bytes]]
    ) -> int | Statement:
        """The place a statement has already, or the statement, which the state then includes."""
        try:
            return chains.add(leaf)
        except VerificationFailure as failure:
            known = self._same_before(leaf, said) if failure.code == "REC-074" else None
            if known is None:
                raise
            return known

    def _same_before(self, leaf: bytes, said: Mapping[Link, tuple[int, bytes]]) -> int | None:
        """The place of this very statement, None when another stands under its number."""
        statement = read_statement(leaf)
        if (statement.author, statement.seq) in said:
            place, there = said[statement.author, statement.seq]
            return place if there == leaf else None
        query = (
            select(BATCH.c.idx, BATCH.c.leaves)
            .join(AUTHORED, AUTHORED.c.idx == BATCH.c.idx)
            .where(AUTHORED.c.author == statement.author, AUTHORED.c.seq <= statement.seq)
            .order_by(AUTHORED.c.seq.desc())
            .limit(1)
        )
        with self._connection.begin():
            row = self._connection.execute(query).first()
        leaves = decode_bundle(bytes(row[1])) if row else []
        return row[0] + leaves.index(leaf) if row and leaf in leaves else None

    def _refuse_another_writer(self) -> None:
        where = self._engine.url.render_as_string()
        expected = f"{self._size} entries, as when this process wrote last"
        raise VerificationFailure("REC-082", where, expected, "another number of entries")

    def _check_process(self) -> None:
        if os.getpid() != self._process:
            where = self._engine.url.render_as_string()
            raise VerificationFailure(
                "REC-082", where, f"process {self._process}", f"process {os.getpid()}, a fork of it"
            )

    def _raw(self) -> Any:
        driver = self._connection.connection.driver_connection
        if driver is None:
            raise AssertionError("the record is closed")
        return driver.cursor()


def _rows(
    first: int, leaves: Sequence[bytes], said: Sequence[Link]
) -> tuple[list[dict[str, Any]], Iterable[dict[str, Any]]]:
    """The rows of a batch, 256 entries each at most, and where each author's first of a row stands."""
    batches = []
    authored: dict[tuple[str, int], int] = {}
    for at in range(0, len(leaves), WIDTH):
        part = leaves[at : at + WIDTH]
        idx = first + at
        batches.append({"idx": idx, "entries": len(part), "leaves": encode_bundle(part)})
        for author, seq in said[at : at + WIDTH]:
            authored.setdefault((author, idx), seq)
    rows = [{"author": name, "seq": seq, "idx": idx} for (name, idx), seq in authored.items()]
    return batches, rows
