"""Starts the program as it is, with somebody inside: ``python -m tests.chaos.launch [options] -- serve --json …``.

--hand RATE --name WORD    texts are written in it, RATE a second; each that it took is printed
--pictures SHARE           of these texts that have one
--people COUNT             to whom they go, where that is not the usual few
--type                     somebody types in the window's composer, and tells what stood there when
--clock                    standard input may say ``ahead SECONDS``, and the time of day jumps
--patience SECONDS         for an answer of Twilio's, in place of 30
--bug NAME                 one of `bugs`, for the harness to find
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def main(argv: Sequence[str]) -> int:
    """The program's own exit code."""
    cut = list(argv).index("--")
    parser = argparse.ArgumentParser(prog="tests.chaos.launch")
    parser.add_argument("--hand", type=float, default=0.0)
    parser.add_argument("--pictures", type=float, default=0.05)
    parser.add_argument("--people", type=int, default=0)
    parser.add_argument("--name", default="")
    parser.add_argument("--type", action="store_true")
    parser.add_argument("--clock", action="store_true")
    parser.add_argument("--patience", type=float, default=0.0)
    parser.add_argument("--bug", default="")
    chosen, command = parser.parse_args(argv[:cut]), list(argv[cut + 1 :])
    if chosen.clock:  # before anybody else imports the time
        from tests.chaos import clock

        clock.take_over()
    if chosen.bug:
        from tests.chaos import bugs

        bugs.plant(chosen.bug, Path(command[command.index("--data-dir") + 1]))
    if chosen.patience:
        _be_impatient(chosen.patience)
    if chosen.hand:
        from tests.chaos import hand

        hand.sit_down(chosen.name, chosen.hand, chosen.pictures, chosen.people)
    if chosen.type or "serve" not in command:
        from tests.chaos import typist

        typist.sit_down(chosen.name, typing=chosen.type)
    from sms_desktop.cli import run
    from tests import plainly

    plainly.watch(deadly=True)

    return run(command)


def _be_impatient(seconds: float) -> None:
    from sms_desktop.gateway.transport import Transport

    begin = Transport.__init__

    def begin_impatiently(self: Transport, *arguments: Any, **options: Any) -> None:
        begin(self, *arguments, **options)
        self._total_timeout = min(self._total_timeout, seconds)

    Transport.__init__ = begin_impatiently  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
