"""Alembic's entry point: migrate over the connection that `runner` holds, inside its transaction."""

from alembic import context

from ledger.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
