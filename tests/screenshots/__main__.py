"""`python -m tests.screenshots FOLDER [SCENE…]`: takes the pictures, in one process for each scale of the screen."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

MORNING = 10
"""The hour that it is in the pictures, so that the sample texts of the last hours are today's."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("scene", nargs="*", help="only this, or all whose names begin so; no index is written then")
    parser.add_argument("--scale", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.scale is not None:
        from tests.screenshots.play import play

        return play(given.folder, given.scene, given.scale)
    codes = [_in_own_process(given.folder, given.scene, scale) for scale in (1, 2)]
    if given.scene:
        return max(codes)
    from tests.screenshots.contact import write_index

    taken = {path.name.removesuffix("-light.png") for path in given.folder.glob("*-light.png")}
    write_index(given.folder, sorted(taken))
    return max(codes)


def _in_own_process(folder: Path, scenes: list[str], scale: int) -> int:
    """Qt reads its screen once: its size is told by a file of the offscreen platform, its scale by a variable."""
    behind = (datetime.now(UTC).hour - MORNING + 24) % 24
    zone = f"<here>{behind if behind <= 12 else behind - 24}"
    screen = {"name": "screen", "x": 0, "y": 0, "width": 1600 * scale, "height": 1000 * scale}
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump({"screens": [screen | {"logicalDpi": 96, "logicalBaseDpi": 96}]}, file)
    platform = {
        "QT_QPA_PLATFORM": f"offscreen:configfile={file.name}",
        "QT_SCALE_FACTOR": str(scale),
        "TZ": zone,
    }
    command = [sys.executable, "-m", "tests.screenshots", str(folder), *scenes, "--scale", str(scale)]
    try:
        return subprocess.run(command, env=os.environ | platform, check=False).returncode
    finally:
        Path(file.name).unlink()


if __name__ == "__main__":
    sys.exit(main())
