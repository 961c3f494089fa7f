"""``sms-desktop backup FILE``: a consistent copy, also while an engine runs."""

import argparse
from pathlib import Path

from sms_desktop.domain.count import counted
from sms_desktop.domain.errors import StoreError


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="with the pictures where it ends in .zip")


def run(directory: Path, arguments: argparse.Namespace) -> int:
    """Writes the copy, over an earlier one if there is one, checks it, and says what is in it. Raises StoreError."""
    from sms_desktop.services.backups import copy_to
    from sms_desktop.store.backup import refuse_own
    from sms_desktop.store.restore import inspect
    from sms_desktop.store.schema import FILE

    target: Path = arguments.file.expanduser().absolute()
    refuse_own(directory / FILE, target)
    if target.exists() and target.stat().st_size:
        try:
            inspect(target, directory)
        except StoreError:
            raise StoreError(f"{target} is no earlier copy, so it is not written over. Name another file.") from None
    pictures = copy_to(directory, target)
    messages = counted(inspect(target, directory).messages, "message")
    if pictures is None:
        print(f"{target}: {messages}. Pictures are not in it; name it {target.stem}.zip to have them too.")
    else:
        print(f"{target}: {messages}, {counted(pictures, 'picture')}.")
    return 0
