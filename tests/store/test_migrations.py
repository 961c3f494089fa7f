"""The migrations make what the tables say, and travel with the package."""

import importlib
from importlib.resources import files
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from sms_desktop.store import connect, migrate
from sms_desktop.store.opening import prepare
from sms_desktop.store.schema import HEAD, metadata


def _is_ours(_: object, name: str | None, kind: str, *rest: object) -> bool:
    return not (kind == "table" and name is not None and ("_fts" in name or name == "alembic_version"))


def test_the_migrated_database_is_what_the_tables_say(tmp_path: Path) -> None:
    db = connect.writer(prepare(tmp_path))
    try:
        context = MigrationContext.configure(db, opts={"include_object": _is_ours, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert _partial(db) == {
            index.name: str(index.dialect_options["sqlite"]["where"])
            for table in metadata.tables.values()
            for index in table.indexes
            if index.dialect_options["sqlite"]["where"] is not None
        }
    finally:
        db.close()


def _partial(db: Connection) -> dict[str, str]:
    """Indexes with a condition, which Alembic does not compare."""
    rows = db.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
    return {name: sql.partition(" WHERE ")[2] for name, sql in rows}


def test_head_is_the_newest_revision() -> None:
    assert migrate.head() == HEAD
    assert migrate.knows(HEAD)
    assert not migrate.knows("9999")


def test_the_migrations_are_part_of_the_package() -> None:
    folder = files("sms_desktop.store") / "migrations"
    assert folder.joinpath("env.py").is_file()
    names = [entry.name.removesuffix(".py") for entry in (folder / "versions").iterdir() if entry.name.startswith("r")]
    revisions = [importlib.import_module(f"sms_desktop.store.migrations.versions.{name}").revision for name in names]
    assert HEAD in revisions


def test_two_programs_that_make_the_database_at_once_make_one(tmp_path: Path) -> None:
    prepare(tmp_path)
    db = connect.writer(tmp_path / "sms.db")
    try:
        driver = connect.raw(db)
        driver.execute("BEGIN IMMEDIATE")
        migrate.upgrade(db)  # as one does that was kept waiting while the other migrated
        driver.commit()
    finally:
        db.close()
