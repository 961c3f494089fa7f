"""Files that have lain there for a while."""

import os
import time
from pathlib import Path


def age(folder: Path, seconds: float) -> None:
    """All below ``folder`` were last changed that long ago."""
    at = time.time() - seconds - 60
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (at, at))
