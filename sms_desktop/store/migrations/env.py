"""Alembic's entry: runs the revisions on the connection that ``store.migrate`` gives, in its transaction."""

from alembic import context

from sms_desktop.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
