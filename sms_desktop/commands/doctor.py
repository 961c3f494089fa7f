"""``sms-desktop doctor``: line health in a terminal, beside a running window or by itself."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sms_desktop import environment
from sms_desktop.domain.errors import EngineRunning, SmsDesktopError
from sms_desktop.domain.health import Check, Health
from sms_desktop.domain.light import Light

if TYPE_CHECKING:
    from sms_desktop.engine import Engine

MARKS = {Light.OK: "ok", Light.WARN: "look", Light.BAD: "FAIL", Light.OFF: "-"}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="an array of objects, one a check")


def run(root: Path, directory: Path, arguments: argparse.Namespace) -> int:
    """0 where nothing is broken, 1 where a check fails. Raises SmsDesktopError."""
    health = asyncio.run(_look(root, directory, arguments.log_level))
    if arguments.json:
        print(json.dumps([_as_json(check) for check in health.checks], ensure_ascii=False))
    else:
        for check in health.checks:
            print(f"{MARKS[check.light]:<5} {check.title}: {check.sentence}")
            if check.advice and check.light is not Light.OK:
                print(f"      {check.advice}")
            for detail in check.details:
                print(f"      {detail}")
    if health.broken:
        things = "1 thing is broken." if health.broken == 1 else f"{health.broken} things are broken."
        print(things, file=sys.stderr)
    return 1 if health.broken else 0


def _as_json(check: Check) -> dict[str, object]:
    return {
        "key": check.key,
        "title": check.title,
        "light": check.light.value,
        "sentence": check.sentence,
        "advice": check.advice,
        "details": list(check.details),
    }


async def _look(root: Path, directory: Path, log_level: str) -> Health:
    from sms_desktop import log
    from sms_desktop.engine import Engine

    engine = Engine(directory, environment.read(), root=root)
    beside = False
    try:
        await engine.open()
    except EngineRunning:
        beside = True
        await engine.open_beside()
    log.set_up(directory / "logs", log_level)
    try:
        await _reach_out(engine)
        await engine.services.connection.look_once()
        await engine.services.doubts.recall()
        await engine.examine(beside=beside)
        return await engine.services.health.check()
    finally:
        await engine.close()


async def _reach_out(engine: "Engine") -> None:
    """What keeps us from Twilio becomes a row."""
    account = engine.services.account
    try:
        await account.use(*await account.find())
    except SmsDesktopError as error:
        engine.services.connection.refuse(str(error), error)
