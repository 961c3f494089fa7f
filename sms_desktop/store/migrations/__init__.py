"""How a database of any earlier version becomes one of this version: Alembic's environment and its revisions.

Run through ``store.migrate`` only, inside one transaction. Imports Alembic and SQLAlchemy; never the app's own tables
in a revision, since those change and a revision does not.
"""
