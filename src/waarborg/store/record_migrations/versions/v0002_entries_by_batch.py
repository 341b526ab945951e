"""Entries as they came in, many a row; what the entries themselves tell is no longer stored beside them."""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

from waarborg.record.tiles import WIDTH, encode_bundle

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQLITE = """
CREATE TRIGGER record_batch_{event} BEFORE {event} ON record_batch
BEGIN SELECT RAISE(ABORT, 'entries of a record are never changed or removed'); END
"""
_POSTGRESQL = (
    """
CREATE TRIGGER record_batch_rows BEFORE UPDATE OR DELETE ON record_batch
FOR EACH ROW EXECUTE FUNCTION record_leaf_keep()
""",
    """
CREATE TRIGGER record_batch_all BEFORE TRUNCATE ON record_batch
FOR EACH STATEMENT EXECUTE FUNCTION record_leaf_keep()
""",
)


def upgrade() -> None:
    """Move the entries over, then drop the old tables."""
    op.create_table(
        "record_batch",
        sa.Column("idx", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entries", sa.SmallInteger, nullable=False),
        sa.Column("leaves", sa.LargeBinary, nullable=False),
    )
    for column in ("peaks", "signed_size", "signed_root"):
        op.drop_column("record_head", column)
    _move_entries(op.get_bind())
    _move_disclosures()
    op.drop_table("record_cosignature")
    op.drop_table("record_leaf")
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(event=event))
    else:
        for step in _POSTGRESQL:
            op.execute(step)


def _move_entries(bind: sa.Connection) -> None:
    """The entries by 256; of each author's statements in a row the first is noted."""
    size = bind.execute(sa.text("SELECT size FROM record_head")).scalar() or 0
    keep = "SELECT author, MIN(seq) AS seq, idx / :width * :width AS idx FROM record_authored "
    rows = bind.execute(
        sa.text(keep + "GROUP BY author, idx / :width ORDER BY author, 2"), {"width": WIDTH}
    ).all()
    for first in range(0, size, WIDTH):
        query = "SELECT leaf FROM record_leaf WHERE idx >= :first AND idx < :next ORDER BY idx"
        found = bind.execute(sa.text(query), {"first": first, "next": first + WIDTH}).all()
        leaves = encode_bundle([bytes(row[0]) for row in found])
        bind.execute(
            sa.text("INSERT INTO record_batch VALUES (:idx, :entries, :leaves)"),
            {"idx": first, "entries": len(found), "leaves": leaves},
        )
    bind.execute(sa.text("DELETE FROM record_authored"))
    for author, seq, idx in rows:
        bind.execute(
            sa.text("INSERT INTO record_authored VALUES (:author, :seq, :idx)"),
            {"author": author, "seq": seq, "idx": idx},
        )


def _move_disclosures() -> None:
    """Private fields are found by their digest; the order they came in told nothing."""
    op.rename_table("record_disclosure", "record_disclosure_old")
    op.create_table(
        "record_disclosure",
        sa.Column("idx", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("class", sa.Text, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
    )
    op.execute(
        "INSERT INTO record_disclosure (idx, digest, class, ciphertext) "
        "SELECT idx, digest, class, ciphertext FROM record_disclosure_old"
    )
    op.drop_table("record_disclosure_old")


def downgrade() -> None:
    """A record is never taken apart."""
    raise CommandError(
        "a record's tables are never taken apart: go on with this version of the program, "
        "or let an older one begin a record of its own"
    )
