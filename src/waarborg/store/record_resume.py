"""Going on with a record: the database is held against what was signed, and its tables against each other.

Nothing the database says of itself is believed. The entries must lead to the last root signed; entries
behind it, which no root vouches for yet, are checked as if they were handed in now; what stands beside
the entries must be what they tell. A row that was edited by hand is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Connection, Row, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from waarborg.record.chains import Chains
from waarborg.record.checkpoint import Checkpoint
from waarborg.record.damage import first_broken
from waarborg.record.failure import VerificationFailure
from waarborg.record.statement import Statement
from waarborg.record.tiles import BundleRefused, decode_bundle
from waarborg.record.tree import Frontier, leaf_hash
from waarborg.store.record_schema import AUTHORED, BATCH, DISCLOSURE, HEAD, bring_up_to_date
from waarborg.store.signed_log import SignedLog

_PAGE = 64
"""Rows of entries read from the database at a time."""

Rows = tuple[int, list[bytes]]
"""The place of the first entry of a row, and the entries."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A record as its database holds it.

    Attributes:
        origin: The log's name.
        frontier: The right edge of the tree over all entries.
        chains: The state after all entries.
    """

    origin: str
    frontier: Frontier
    chains: Chains


def resume(connection: Connection, signed: SignedLog) -> Resumed:
    """Read a record from its database, and refuse it unless it is what was signed, and whole.

    Raises:
        VerificationFailure: REC-080 restored backup, REC-081 lost database, REC-083 another
            history, REC-084 no record there, REC-087 tables edited by hand; REC-070 to REC-086
            where it is an entry that was edited.
    """
    last, where = signed.last(), connection.engine.url.render_as_string()
    with connection.begin():
        if not inspect(connection).has_table(HEAD.name):
            code = "REC-081" if last else "REC-084"
            raise VerificationFailure(code, where, "the tables of a record", "none")
        _bring_up_to_date(connection)
        origin, size = _head(connection)
    if last is None:
        expected, missing = f"the file of signed checkpoints of {origin}", "it is missing or empty"
        raise VerificationFailure("REC-083", str(signed.path), expected, missing)
    if last.origin != origin:
        expected = f"{last.origin} with {last.size} entries and root {last.root.hex()}"
        raise VerificationFailure("REC-083", where, expected, origin)
    frontier = _hold_against(connection, last, size, where)
    return Resumed(origin, frontier, _replay(connection, last.size, size))


def leaves_of(connection: Connection, start: int, stop: int) -> Iterator[bytes]:
    """The entries from `start` to `stop`, page by page.

    Raises:
        VerificationFailure: REC-087 when a row is missing or cannot be cut into entries.
    """
    place = start
    for page in _pages(connection, start, stop):
        for idx, leaves in page:
            yield from leaves[place - idx : stop - idx]
            place = idx + len(leaves)


def _bring_up_to_date(connection: Connection) -> None:
    try:
        bring_up_to_date(connection)
    except (CommandError, SQLAlchemyError) as error:
        expected = "tables of a version that this program knows"
        raise _edited("record_version", expected, str(error).splitlines()[0]) from error


def _head(connection: Connection) -> tuple[str, int]:
    rows = connection.execute(select(HEAD.c.origin, HEAD.c.size)).all()
    if len(rows) != 1 or not isinstance(rows[0].size, int):
        raise _edited("record_head", "one row, with a whole number as its size", str(rows)[:80])
    return str(rows[0].origin), rows[0].size


def _hold_against(connection: Connection, last: Checkpoint, size: int, where: str) -> Frontier:
    """The database must hold every entry of the last checkpoint that may have been signed."""
    expected = f"{last.origin} with {last.size} entries and root {last.root.hex()}"
    if size < last.size:
        raise VerificationFailure("REC-080", where, expected, f"{size} entries")
    frontier = Frontier()
    for leaf in leaves_of(connection, 0, size):
        if frontier.size == last.size:
            _check_root(connection, last, frontier, expected, where)
        frontier.push(leaf_hash(leaf))
    if frontier.size == last.size:
        _check_root(connection, last, frontier, expected, where)
    query = select(BATCH.c.idx).where(BATCH.c.idx >= size).limit(1)
    with connection.begin():
        behind = connection.execute(query).scalar()
    if frontier.size != size or behind is not None:
        raise _edited("record_head", "a size as there are entries", str(size))
    return frontier


def _check_root(
    connection: Connection, last: Checkpoint, frontier: Frontier, expected: str, where: str
) -> None:
    if frontier.root() == last.root:
        return
    beside = "the database is not what was signed"
    broken = first_broken(leaves_of(connection, 0, last.size), beside)
    found = f"{last.size} entries with root {frontier.root().hex()}"
    raise broken or VerificationFailure("REC-083", where, expected, found)


def _replay(connection: Connection, signed: int, size: int) -> Chains:
    """The state after all entries; what no root vouches for yet is checked in full."""
    chains = Chains()
    authored: dict[tuple[str, int], int] = {}
    for page in _pages(connection, 0, size):
        statements: dict[int, Statement] = {}
        for idx, leaves in page:
            seen: set[str] = set()
            for place, leaf in enumerate(leaves, idx):
                said = chains.resume(leaf) if place < signed else chains.add(leaf)
                if said.author not in seen:
                    authored[said.author, said.seq] = idx
                    seen.add(said.author)
                if said.digests:
                    statements[place] = said
        _check_disclosures(connection, page[0][0], chains.size, statements)
    _check_authored(connection, authored)
    _check_disclosures(connection, chains.size, None, {})
    return chains


def _check_authored(connection: Connection, authored: dict[tuple[str, int], int]) -> None:
    """Every author's first statement of a row is where the table says, and no other is there."""
    query = select(AUTHORED.c.author, AUTHORED.c.seq, AUTHORED.c.idx)
    with connection.begin():
        for row in connection.execute(query):
            right = authored.pop((row.author, row.seq), None)
            if right != row.idx:
                expected = "no such row" if right is None else f"entries from {right} on"
                where = f"record_authored, {row.author}, {row.seq}"
                raise _edited(where, expected, f"entries from {row.idx} on")
    for (author, seq), idx in authored.items():
        where = f"record_authored, {author}, {seq}"
        raise _edited(where, f"entries from {idx} on", "no such row")


def _check_disclosures(
    connection: Connection, first: int, stop: int | None, statements: dict[int, Statement]
) -> None:
    """Every concealed field belongs to the statement it lies beside, in the class it is kept under."""
    query = select(DISCLOSURE.c.idx, DISCLOSURE.c.digest, DISCLOSURE.c["class"].label("kind"))
    query = query.where(DISCLOSURE.c.idx >= first) if stop is None else query.where(
        DISCLOSURE.c.idx >= first, DISCLOSURE.c.idx < stop
    )  # fmt: skip
    with connection.begin():
        rows = connection.execute(query.order_by(DISCLOSURE.c.idx)).all()
    for row in rows:
        said = statements.get(row.idx)
        if said is None or row.digest not in said.digests.get(row.kind, ()):
            where = f"record_disclosure, entry {row.idx}"
            expected = "private fields that the entry names, in the class its author gave them"
            raise _edited(where, expected, f"{row.digest} of class {row.kind}", row.idx)


def _pages(connection: Connection, start: int, stop: int) -> Iterator[list[Rows]]:
    """Rows of entries from the one that holds `start` on, without a gap between them."""
    if start >= stop:
        return
    query = select(BATCH.c.idx).where(BATCH.c.idx <= start).order_by(BATCH.c.idx.desc()).limit(1)
    with connection.begin():
        place = connection.execute(query).scalar()
    place = 0 if place is None else place
    while place < stop:
        rows = (
            select(BATCH.c.idx, BATCH.c.entries, BATCH.c.leaves)
            .where(BATCH.c.idx >= place, BATCH.c.idx < stop)
            .order_by(BATCH.c.idx)
            .limit(_PAGE)
        )
        with connection.begin():
            page = connection.execute(rows).all()
        found = []
        for row in page:
            if row.idx != place:
                raise _edited("record_batch", f"entries from {place} on", f"from {row.idx} on")
            found.append((place, _cut(row)))
            place += len(found[-1][1])
        if not found:
            raise _edited("record_batch", f"entries from {place} on", "no such row", place)
        yield found


def _cut(row: Row[Any, Any, Any]) -> list[bytes]:
    """The entries of a row."""
    where = f"record_batch, entries from {row.idx} on"
    expected = f"{row.entries} entries, each behind its length"
    try:
        leaves = decode_bundle(bytes(row.leaves))
    except (BundleRefused, TypeError) as error:
        raise _edited(where, expected, str(error), row.idx) from None
    if not leaves or len(leaves) != row.entries:
        raise _edited(where, expected, f"{len(leaves)} entries", row.idx)
    return leaves


def _edited(where: str, expected: str, found: str, entry: int | None = None) -> VerificationFailure:
    return VerificationFailure("REC-087", where, expected, found, entry)
