"""The only room that knows SQL: SQLite through SQLAlchemy Core, migrations by Alembic, media files by content hash.

Imports domain and SQLAlchemy; never Qt, HTTP, services or the gateway. Only frozen values of ``domain`` leave it.
"""
