"""``sms-desktop backup FILE``: a consistent copy, also while an engine runs."""

import argparse
from pathlib import Path

from sms_desktop.domain.count import counted


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="with the pictures where it ends in .zip")


def run(directory: Path, arguments: argparse.Namespace) -> int:
    """Writes the copy, checks it, and says what is in it. Raises StoreError."""
    from sms_desktop.services.backups import copy_to
    from sms_desktop.store.restore import inspect

    target: Path = arguments.file.expanduser().absolute()
    pictures = copy_to(directory, target)
    messages = counted(inspect(target, directory).messages, "message")
    if pictures is None:
        print(f"{target}: {messages}. Pictures are not in it; name it {target.stem}.zip to have them too.")
    else:
        print(f"{target}: {messages}, {counted(pictures, 'picture')}.")
    return 0
