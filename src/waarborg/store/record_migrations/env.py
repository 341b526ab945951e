"""Run by Alembic: migrate over the connection that the store has open."""

from alembic import context

from waarborg.store.record_schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table="record_version",
)
with context.begin_transaction():
    context.run_migrations()
