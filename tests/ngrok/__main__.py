"""The stand-in by hand; see the package."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.ngrok import Standin, standin


def main(argv: Sequence[str]) -> int:
    """Installs the stand-in, or has something happen to it; 0, or 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m tests.ngrok", description="A stand-in for ngrok.")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("what", nargs="*", help="an order, or name=value for the behaviour (JSON)")
    parser.add_argument("--install", action="store_true", help="write DIR/ngrok")
    options = parser.parse_args(argv)
    made = standin(options.folder) if options.install else Standin(options.folder)
    for what in options.what:
        name, given, value = what.partition("=")
        if not given:
            made.do(name)
            continue
        made.behave(**{name: json.loads(value)})
        if name == "refuse" and json.loads(value) and made.alive:
            made.do("refuse", code=json.loads(value))
    sys.stdout.write(f"{made.path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
