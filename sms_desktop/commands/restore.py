"""``sms-desktop restore FILE``: a backup takes the database's place, which is kept."""

import argparse
from pathlib import Path

from sms_desktop.domain.backup import in_words
from sms_desktop.domain.errors import EngineRunning


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what “backup” has written, or one of backups/")


def run(root: Path, directory: Path, arguments: argparse.Namespace) -> int:
    """Raises StoreError for what cannot be verified, EngineRunning where an engine has the data directory."""
    from sms_desktop.engine import take
    from sms_desktop.services.clock import now
    from sms_desktop.store.accounts import Accounts
    from sms_desktop.store.restore import inspect, restore

    source: Path = arguments.file.expanduser().absolute()
    account = Accounts(root).sid_of(directory)
    inspect(source, directory, account)  # before anything is made in the data directory
    try:
        lock = take(directory)
    except EngineRunning:
        raise EngineRunning(
            "SMS Desktop is running with this data directory. Quit it first, or restore under Preferences, Backups."
        ) from None
    try:
        done = restore(source, directory, now(), account)
    finally:
        lock.release()
    print(f"Restored {source}. {in_words(done)}")
    return 0
