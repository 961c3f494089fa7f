"""What is written outlives a power cut: files, and the names that they have."""

import os
from pathlib import Path


def to_disk(path: Path) -> None:
    """Returns once all of the file is on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """Makes names in ``folder`` durable, where the system lets folders be synced."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
