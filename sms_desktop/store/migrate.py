"""Alembic, which takes longer to import than to run; imported only where a database is not of this version."""

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection


def scripts() -> Path:
    """The folder with Alembic's environment, inside the package."""
    return Path(str(files("sms_desktop.store").joinpath("migrations")))


def knows(revision: str) -> bool:
    """Whether this version has ``revision``; a newer version's has it not."""
    try:
        return ScriptDirectory.from_config(_config()).get_revision(revision) is not None
    except CommandError:
        return False


def head() -> str | None:
    """The newest revision in the folder."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def upgrade(db: Connection) -> None:
    """Brings the database to the newest revision, in the transaction that ``db`` is in."""
    config = _config()
    config.attributes["connection"] = db
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
