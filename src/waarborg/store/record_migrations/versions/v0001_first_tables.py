"""The first tables, and triggers that keep entries as they are."""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQLITE = """
CREATE TRIGGER record_leaf_{event} BEFORE {event} ON record_leaf
BEGIN SELECT RAISE(ABORT, 'entries of a record are never changed or removed'); END
"""
_POSTGRESQL = (
    """
CREATE FUNCTION record_leaf_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'entries of a record are never changed or removed'; END $$
""",
    """
CREATE TRIGGER record_leaf_rows BEFORE UPDATE OR DELETE ON record_leaf
FOR EACH ROW EXECUTE FUNCTION record_leaf_keep()
""",
    """
CREATE TRIGGER record_leaf_all BEFORE TRUNCATE ON record_leaf
FOR EACH STATEMENT EXECUTE FUNCTION record_leaf_keep()
""",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "record_head",
        sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("peaks", sa.LargeBinary, nullable=False),
        sa.Column("signed_size", sa.BigInteger, nullable=False),
        sa.Column("signed_root", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("id = 1", name="record_head_one_row"),
    )
    op.create_table(
        "record_leaf",
        sa.Column("idx", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "record_authored",
        sa.Column("author", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("idx", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "record_disclosure",
        sa.Column("idx", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("n", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("class", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "record_cosignature",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(event=event))
    else:
        for step in _POSTGRESQL:
            op.execute(step)


def downgrade() -> None:
    """A record is never taken apart."""
    raise CommandError(
        "a record's tables are never taken apart: go on with this version of the program, "
        "or let an older one begin a record of its own"
    )
