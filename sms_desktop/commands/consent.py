"""``sms-desktop consent import FILE`` and ``consent export``: also beside a running engine."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sms_desktop import environment
from sms_desktop.domain.count import counted
from sms_desktop.domain.errors import BadInput, EngineRunning, StoreError

if TYPE_CHECKING:
    from sms_desktop.domain.line import Line
    from sms_desktop.engine import Engine
    from sms_desktop.services.evidence import Evidence
    from sms_desktop.services.roster import Imported

_EVERYONE = {"opted-out": True, "opted-in": False}
TAKEN, SOME_NOT = 0, 1


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    take = verbs.add_parser("import", parents=[common], help="a CSV list of who agreed and who asked to stop")
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument(
        "--line",
        metavar="LINE",
        help="the number (or name) of yours that it is for; default: all of them, later ones too",
    )
    take.add_argument(
        "--everyone", choices=sorted(_EVERYONE), help="what holds for all in it; who opted out by it stays out"
    )
    give = verbs.add_parser("export", parents=[common], help="every opt-in and opt-out with what shows it")
    give.add_argument("--format", choices=["csv", "pdf"], help="default: csv, or as --output is named")
    give.add_argument("--peer", metavar="NUMBER", help="of this person alone")
    give.add_argument("--output", type=Path, metavar="FILE", help="default: standard output, for csv")


def run(root: Path, directory: Path, arguments: argparse.Namespace) -> int:
    """0 where all was done; an import gives 1 where some rows were not taken as they are, each told on standard error.

    Raises SmsDesktopError.
    """
    if arguments.verb == "import":
        return asyncio.run(_import(root, directory, arguments))
    return _export(directory, arguments)


async def _import(root: Path, directory: Path, arguments: argparse.Namespace) -> int:
    from sms_desktop.engine import Engine

    engine = Engine(directory, environment.read(), root=root)
    try:
        await engine.open()
    except EngineRunning:
        await engine.open_beside()
    try:
        imported = await _enter(engine, arguments)
    finally:
        await engine.close()
    for one in imported.troubles:
        print(f"Row {one.row}: {one.what or 'empty'}: {one.why}", file=sys.stderr)
    was = "was" if imported.taken == 1 else "were"
    not_so = f" {len(imported.troubles):,} not, or not just as the file says." if imported.troubles else ""
    print(f"{counted(imported.taken, 'row')} {was} taken.{not_so}")
    return SOME_NOT if imported.troubles else TAKEN


async def _enter(engine: "Engine", arguments: argparse.Namespace) -> "Imported":
    services = engine.services
    region = services.lines.home_region()
    ours = [line.address for line in services.lines.offered()]
    lines = _lines(services.lines.known(), ours, arguments.line, region)
    everyone = _EVERYONE.get(arguments.everyone)
    say = _Progress()
    roster = await services.rosters.read(arguments.file, region, everyone=everyone, progress=say.reading)
    imported = await services.rosters.enter(
        roster, lines, {*ours, *lines}, for_all=not arguments.line, progress=say.entering
    )
    say.end()
    return imported


def _lines(known: Sequence["Line"], ours: Sequence[str], wanted: str | None, region: str) -> list[str]:
    """Raises BadInput where ``wanted`` is none of them, unless none is known yet."""
    from sms_desktop.domain.consent import word_key
    from sms_desktop.domain.line import is_service
    from sms_desktop.domain.phone import can_be_texted, display, parse_recipient
    from sms_desktop.domain.roster import line_of
    from sms_desktop.services.roster import named_of

    if wanted:
        here, line = {*ours, *(one.address for one in known)}, line_of(wanted, region)
        if line not in here:
            line = named_of(known).get(word_key(line)) or line
        if known and line not in here:
            said = display(line) if can_be_texted(line) or is_service(line) else f"“{line}”"
            raise BadInput(f"{said} is none of your numbers.")
        if line not in here and not is_service(line):
            line = parse_recipient(wanted, region).address
        return [line]
    lines = [line.address for line in known if line.sms]
    if not lines:
        raise BadInput("No number of yours is known here yet. Name one with --line.")
    return lines


class _Progress:
    """One line on a terminal; where nobody looks, nothing."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def reading(self, done: int, of: int) -> None:
        self._say(f"Reading {done:,} of {of:,} rows")

    def entering(self, done: int, of: int) -> None:
        self._say(f"Importing {done:,} of {of:,} rows")

    def _say(self, words: str) -> None:
        if self._shown:
            print(f"\r{words} ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._shown:
            print(file=sys.stderr)


def _export(directory: Path, arguments: argparse.Namespace) -> int:
    from sms_desktop.domain.phone import parse_recipient
    from sms_desktop.services import evidence

    peer = parse_recipient(arguments.peer, evidence.home_region(directory)).address if arguments.peer else None
    output: Path | None = arguments.output
    named = output.suffix.lower().removeprefix(".") if output is not None else ""
    wanted = arguments.format or (named if named == "pdf" else "csv")
    found = evidence.all_of(directory, peer)
    if output is None:
        if wanted == "pdf":
            raise BadInput("A PDF goes to a file: name it with --output.")
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        evidence.write_csv(found, sys.stdout)
        sys.stdout.flush()
        return 0
    if not output.absolute().parent.is_dir():
        raise StoreError(f"There is no folder {output.absolute().parent}.")
    count = _print(found, output, peer) if wanted == "pdf" else _write(found, output)
    print(f"{output}: {counted(count, 'entry', 'entries')}.")
    return 0


def _write(found: Iterator["Evidence"], output: Path) -> int:
    from sms_desktop.services import evidence

    return evidence.write_whole(output, lambda partial: evidence.write_csv_file(found, partial))


def _print(found: Iterator["Evidence"], output: Path, peer: str | None) -> int:
    """Needs Qt, and no screen."""
    from sms_desktop.services import evidence
    from sms_desktop.services.clock import now

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    from sms_desktop.ui.consent.pdf import write_pdf

    app = QGuiApplication.instance() or QGuiApplication([])
    try:
        return evidence.write_whole(output, lambda partial: write_pdf(found, partial, peer or "Everybody", now()))
    finally:
        app.processEvents()
