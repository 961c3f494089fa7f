"""The command line: each command one small function, each error one plain sentence and an exit code."""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sms_desktop import __version__, environment, garbage, paths
from sms_desktop.commands import backup as backup_command
from sms_desktop.commands import consent as consent_command
from sms_desktop.commands import credentials as credentials_command
from sms_desktop.commands import doctor as doctor_command
from sms_desktop.commands import restore as restore_command
from sms_desktop.domain.errors import (
    BadInput,
    DatabaseDamaged,
    EngineRunning,
    GatewayError,
    NightThere,
    NotConfigured,
    NotReached,
    OptedOut,
    SmsDesktopError,
    StoreError,
)

if TYPE_CHECKING:
    from sms_desktop.domain.message import Message
    from sms_desktop.engine import Engine

SETTLING = 30.0
"""Seconds that the way in may take until a command goes on without it."""
DONE, FAILED, USAGE, NO_ACCOUNT, REFUSED, UNCONFIRMED, OPTED_OUT = 0, 1, 2, 3, 4, 5, 6


def run(argv: Sequence[str]) -> int:
    """Parses ``argv`` (without the program's name), runs the command and returns its exit code."""
    arguments = _parser(argv).parse_args(argv)
    try:
        code: int = arguments.command(arguments)
    except DatabaseDamaged as error:
        print(error, error.remedy, file=sys.stderr)
        return _code(error)
    except SmsDesktopError as error:
        print(error, file=sys.stderr)
        return _code(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _deaf()
        return FAILED
    except ImportError as error:
        print(f"A part is missing: {error}. The README names what the system needs.", file=sys.stderr)
        return FAILED
    except Exception as error:
        import logging

        if logging.getLogger().handlers:  # else Python would show the traceback on the screen
            logging.getLogger(__name__).exception("the command failed")
        print(f"Something unexpected happened ({type(error).__name__}); the log has more.", file=sys.stderr)
        return FAILED
    return code


def _deaf() -> None:
    """Nobody reads standard output any more: Python must not try to flush it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        print(f"{message[:1].upper()}{message[1:]}. See {self.prog} --help.", file=sys.stderr)
        raise SystemExit(USAGE)


def _code(error: SmsDesktopError) -> int:
    if isinstance(error, NotConfigured):
        return NO_ACCOUNT
    if isinstance(error, OptedOut):
        return OPTED_OUT
    return USAGE if isinstance(error, BadInput) else FAILED


def _common() -> Parser:
    """What every command takes. A new one each time: ``set_defaults`` would reach into the others' otherwise."""
    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data-dir", type=Path, metavar="DIR", help="where messages, pictures and logs are kept")
    common.add_argument("--account", metavar="AC…", help="one of several accounts; default: the one shown last")
    common.add_argument("--log-level", choices=["debug", "info", "warning", "error"], help="default: info")
    return common


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = Parser(
        prog="sms-desktop", description="A messaging console for your own Twilio numbers.", parents=[_common()]
    )
    parser.add_argument("--version", action="version", version=f"SMS Desktop {__version__}")
    parser.add_argument(
        "--demo", action="store_true", help="the window on a simulated account; nothing leaves this computer"
    )
    parser.add_argument("--smoke", action="store_true", help="with --demo: play a short journey without a screen")
    parser.set_defaults(command=_window, data_dir=None, account=None, log_level="info")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    serve = commands.add_parser("serve", parents=[_common()], help="the engine without a window")
    serve.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
    serve.set_defaults(command=_serve)

    send = commands.add_parser("send", parents=[_common()], help="send one message")
    send.add_argument("--to", required=True, metavar="NUMBER")
    send.add_argument(
        "--from", dest="line", metavar="LINE", help="the number or Messaging Service of ours that it leaves by"
    )
    send.add_argument("--body", default="", metavar="TEXT")
    send.add_argument("--media", action="append", default=[], type=Path, metavar="FILE", help="up to 10 times")
    send.add_argument("--wait", type=float, metavar="SECONDS", help="wait that long for the final status")
    hour = send.add_mutually_exclusive_group()
    hour.add_argument("--now", action="store_true", help="also if it is night where the recipient is")
    hour.add_argument("--morning", action="store_true", help="if it is night there, in their morning")
    send.add_argument("--anyway", action="store_true", help="also if texts are known not to reach that number")
    send.set_defaults(command=_send)

    export = commands.add_parser("export", parents=[_common()], help="every message, oldest first")
    export.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")
    export.add_argument(
        "--since", type=_iso, metavar="ISO", help="from this time on, such as 2026-03-12 or 2026-03-12T09:00Z"
    )
    export.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    export.set_defaults(command=_export)

    doctor = commands.add_parser("doctor", parents=[_common()], help="what works and what does not, and what to do")
    doctor_command.add_options(doctor)
    doctor.set_defaults(command=_doctor)

    credentials = commands.add_parser("credentials", help="what the keyring holds for Twilio")
    credentials_command.add_options(credentials, _common())
    credentials.set_defaults(command=_credentials)

    consent = commands.add_parser("consent", help="who may be texted: import a list, export the evidence")
    consent_command.add_options(consent, _common())
    consent.set_defaults(command=_consent)

    backup = commands.add_parser("backup", parents=[_common()], help="a copy of all messages, also while running")
    backup_command.add_options(backup)
    backup.set_defaults(command=_backup)

    restore = commands.add_parser("restore", parents=[_common()], help="put a backup in the place of the messages here")
    restore_command.add_options(restore)
    restore.set_defaults(command=_restore)

    simulator = commands.add_parser(
        "simulator", parents=[_common()], help="a Twilio account on this computer, for any client"
    )
    if "simulator" in argv:  # no other command needs to import it
        from sms_desktop.simulator.__main__ import add_options

        add_options(simulator)
    simulator.set_defaults(command=_simulator)
    return parser


def _iso(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is not an ISO 8601 time such as 2026-03-12T09:00Z") from None
    return at.replace(tzinfo=at.tzinfo or UTC)


def _root(arguments: argparse.Namespace) -> Path:
    """The data directory."""
    chosen: Path | None = arguments.data_dir
    return (chosen or paths.data_directory()).expanduser().absolute()


def _directory(arguments: argparse.Namespace) -> Path:
    """Where the messages of the account that is meant lie, in the data directory or below it."""
    from sms_desktop.store.accounts import Accounts

    accounts = Accounts(_root(arguments))
    if not arguments.account:
        return accounts.shown(os.environ)
    if all(known.sid != arguments.account for known in accounts.all()):
        raise BadInput(f"There is no account {arguments.account} in {accounts.root}.")
    return accounts.folder(arguments.account)


def _doctor(arguments: argparse.Namespace) -> int:
    return doctor_command.run(_root(arguments), _directory(arguments), arguments)


def _backup(arguments: argparse.Namespace) -> int:
    return backup_command.run(_directory(arguments), arguments)


def _restore(arguments: argparse.Namespace) -> int:
    return restore_command.run(_root(arguments), _directory(arguments), arguments)


def _consent(arguments: argparse.Namespace) -> int:
    return consent_command.run(_root(arguments), _directory(arguments), arguments)


def _credentials(arguments: argparse.Namespace) -> int:
    return credentials_command.run(_root(arguments), arguments)


def _log(directory: Path | None, arguments: argparse.Namespace) -> None:
    from sms_desktop import log

    log.set_up(directory and directory / "logs", arguments.log_level)


def _window(arguments: argparse.Namespace) -> int:
    if arguments.smoke:
        if not arguments.demo:
            print("--smoke goes with --demo.", file=sys.stderr)
            return USAGE
        from sms_desktop import smoke

        return smoke.run(arguments.data_dir, arguments.log_level)
    garbage.hold()
    import sms_desktop.ui  # noqa: F401 - first, for PySide makes every import after it slower until this one
    from sms_desktop.app import program

    root = _root(arguments)
    if arguments.demo and arguments.data_dir is None:
        root = paths.demo_directory()
    if arguments.account:
        from sms_desktop.store.accounts import Accounts

        _directory(arguments)  # says so where there is no such account
        Accounts(root).choose(arguments.account)
    return program.run(root, demo=arguments.demo, log_level=arguments.log_level)


def _serve(arguments: argparse.Namespace) -> int:
    directory = _directory(arguments)

    async def work() -> int:
        from sms_desktop.domain.events import DatabaseLost
        from sms_desktop.engine import Engine

        engine = Engine(directory, environment.read(), root=_root(arguments))
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its loop
                loop.add_signal_handler(number, stop.set)
        engine.hub.subscribe(DatabaseLost, lambda event: stop.set())
        await engine.open()
        _log(directory, arguments)
        try:
            await engine.connect(patient=False)
            await engine.settled(SETTLING)
            _tell_events(engine, as_json=arguments.json)
            await stop.wait()
            if engine.store.lost is not None:
                raise engine.store.lost
        finally:
            await engine.close()
        return DONE

    return asyncio.run(work())


def _tell_events(engine: "Engine", *, as_json: bool) -> None:
    from sms_desktop.domain.events import (
        CatchUpChanged,
        ConnectionChanged,
        MessageAdded,
        MessageChanged,
        PastAdded,
        ReceivingChanged,
    )
    from sms_desktop.gateway.public_address import signed_base
    from sms_desktop.services.export import as_json as shape

    def tell(event: str, words: str, **more: Any) -> None:
        print(json.dumps({"event": event, **more}, ensure_ascii=False) if as_json else words, flush=True)

    hub = engine.hub
    hub.subscribe(
        MessageAdded,
        lambda e: tell("message", f"{e.message.direction} {e.message.id} {e.message.status}", message=shape(e.message)),
    )
    hub.subscribe(
        MessageChanged,
        lambda e: tell("status", f"status {e.message.id} {e.message.status}", message=shape(e.message)),
    )
    hub.subscribe(
        ConnectionChanged,
        lambda e: tell("connection", e.sentence, light=e.light.value, sentence=e.sentence, advice=e.advice),
    )
    hub.subscribe(
        ReceivingChanged,
        lambda e: tell(
            "receiving",
            e.receiving.sentence,
            reach=e.receiving.reach.value,
            public_url=signed_base(e.receiving.public_url) if e.receiving.public_url else None,
            sentence=e.receiving.sentence,
        ),
    )
    hub.subscribe(
        PastAdded,
        lambda e: tell("past", f"past {len(e.conversations)}", conversations=len(e.conversations)),
    )
    hub.subscribe(
        CatchUpChanged,
        lambda e: tell(
            "catchup",
            f"catch-up {e.progress.listed}",
            running=e.progress.running,
            listed=e.progress.listed,
            added=e.progress.added,
            complete_to=e.progress.complete_to.isoformat() if e.progress.complete_to else None,
            waiting=e.progress.waiting,
        ),
    )
    tell(
        "ready",
        f"Listening on {engine.webhook_url}",
        webhook=engine.webhook_url,
        public_url=signed_base(engine.public_url) if engine.public_url else None,
        account_sid=engine.account_sid,
    )


def _send(arguments: argparse.Namespace) -> int:
    directory = _directory(arguments)
    if arguments.wait is not None and arguments.wait < 0:
        raise BadInput("--wait takes a number of seconds from 0 up.")

    async def work() -> int:
        from sms_desktop.engine import Engine

        engine = Engine(directory, environment.read(), root=_root(arguments))
        try:
            await engine.open()
        except EngineRunning:
            return await _send_through_neighbour(engine, arguments)
        _log(directory, arguments)
        try:
            await engine.connect(patient=True)
            await engine.settled(SETTLING)
            message = await _submit(engine, arguments)
            wait = 30.0 if arguments.wait is None else arguments.wait
            message = await _settled(engine, message, wait, final=arguments.wait is not None)
            if arguments.media and message.sid:
                await _fetched(engine, message)
            waits = await _why_waits(engine, message, alone=True, anyway=arguments.anyway)
            return _said(message, arguments, waits, alone=True)
        finally:
            await engine.close()

    return asyncio.run(work())


async def _send_through_neighbour(engine: "Engine", arguments: argparse.Namespace) -> int:
    await engine.open_beside()
    try:
        message = await _submit(engine, arguments)
        if arguments.wait is not None:
            message = await _settled(engine, message, arguments.wait, final=True)
        return _said(message, arguments, await _why_waits(engine, message, anyway=arguments.anyway))
    finally:
        await engine.store.close()


async def _submit(engine: "Engine", arguments: argparse.Namespace) -> "Message":
    from sms_desktop.domain.line import is_service
    from sms_desktop.domain.media import File
    from sms_desktop.domain.night import When
    from sms_desktop.domain.phone import parse_recipient

    services = engine.services
    if not services.lines.known():
        try:
            await services.lines.refresh()
        except GatewayError:
            if not arguments.line:
                raise
    region = services.lines.home_region()
    peer = parse_recipient(arguments.to, region).address
    if arguments.line:
        named = arguments.line.strip().casefold()
        by_name = [one.address for one in services.lines.known() if one.is_service and one.name.casefold() == named]
        if len(by_name) > 1:
            raise BadInput("Several Messaging Services have that name. Give the one’s SID, which begins with MG.")
        own = arguments.line if is_service(arguments.line) else next(iter(by_name), None)
        try:
            line = own or parse_recipient(arguments.line, region).address
        except BadInput:
            raise BadInput(f"“{arguments.line}” is none of your numbers.") from None
    else:
        capable = [line.address for line in services.lines.known() if line.sms]
        if not capable:
            raise BadInput("This account has no number that can text. Name one with --from.")
        if len(capable) > 1:
            several = ", ".join(services.lines.name_of(one) if is_service(one) else one for one in capable)
            raise BadInput(f"This account has several lines; name one with --from: {several}.")
        line = capable[0]
    files: list[File] = []
    for path in arguments.media:
        files.append(await services.media.attach(path, files))
    services.outbox.check(arguments.body, files, line)
    when = When.NOW if arguments.now else When.MORNING if arguments.morning else None
    try:
        await services.outbox.check_peer(line, peer, anyway=arguments.anyway, when=when)
        if (question := (await services.consents.of(line, peer)).question) is not None:
            asked = " ".join(question.words.split())[:140]
            print(f"They seem to ask you to stop: “{asked}”. Say in SMS Desktop whether they do.", file=sys.stderr)
        if (caution := services.registrations.caution(line, peer)) is not None and not arguments.anyway:
            print(f"{caution.title} {caution.advice}".strip(), file=sys.stderr)
        conversation = await services.conversations.open(line, peer)
        return await services.outbox.submit(
            conversation.id,
            arguments.body,
            files,
            keep_draft=True,
            anyway=arguments.anyway,
            when=when,
            patient=engine.running,  # else the engine that sends it looks the number up before, where that is wished
        )
    except NightThere as error:
        raise BadInput(f"{error} Add --now to send it all the same, or --morning to have it wait.") from None
    except NotReached as error:
        raise BadInput(f"{error} Add --anyway to send it all the same.") from None


async def _settled(engine: "Engine", message: "Message", wait: float, *, final: bool) -> "Message":
    """The message once Twilio has answered (``final``: once its status is final), or as it stands after ``wait`` s."""
    from sms_desktop.domain.message import FINAL, Status
    from sms_desktop.store import messages

    submitted = message
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait):
            while True:
                found = await engine.store.read(lambda db: messages.get(db, submitted.id))
                message = found or message
                if message.held_for is not None:
                    return message  # for a morning that is hours away
                if message.status in FINAL or message.status is Status.UNCONFIRMED or (message.sid and not final):
                    return message
                tried = message.updated_at != submitted.updated_at or engine.services.connection.offline
                if not final and message.status is Status.QUEUED and tried:
                    return message  # it could not leave and waits for a later try
                await asyncio.sleep(0.05)
    return message


async def _fetched(engine: "Engine", message: "Message") -> None:
    """Twilio fetches pictures after it has answered: our door stays open until it has, or for half a minute."""
    from sms_desktop.domain.message import Status
    from sms_desktop.store import messages

    early = {Status.ACCEPTED, Status.QUEUED, Status.SENDING}
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(30):
            while (now := await engine.store.read(lambda db: messages.get(db, message.id))) and now.status in early:  # noqa: ASYNC110 - another process may write
                await asyncio.sleep(0.1)


async def _why_waits(engine: "Engine", message: "Message", *, alone: bool = False, anyway: bool) -> str:
    """Why it has not left, as far as is known here, and when it will; "" where it has."""
    from sms_desktop.domain.message import Status
    from sms_desktop.domain.night import When
    from sms_desktop.services.hindrance import BEHIND
    from sms_desktop.store import outbox

    if message.status is Status.FAILED and message.sid is None and message.error_code is None:
        try:  # looked up before it left
            await engine.services.outbox.check_peer(message.line, message.peer, anyway=anyway, when=When.NOW)
        except NotReached as error:
            return f"Not sent. {error}"
        except SmsDesktopError:  # told of by its code
            return ""
    if message.status is not Status.QUEUED or message.sid is not None:
        return ""
    why = engine.services.outbox.hindered() if alone else None
    if why is None and message.id in await engine.store.read(outbox.held_ids):
        why = BEHIND
    when = "It leaves once SMS Desktop runs." if alone else "SMS Desktop sends it as soon as it can."
    parts = ("Not sent yet: it waits in the outbox.", why.what if why is not None else "", when)
    return " ".join(part for part in parts if part)


def _said(message: "Message", arguments: argparse.Namespace, waits: str, *, alone: bool = False) -> int:
    """Prints what came of it; ``waits`` says why it has not left where it has not."""
    from sms_desktop.domain.consent import OPTED_OUT_CODE
    from sms_desktop.domain.message import Status
    from sms_desktop.services.clock import now

    said: dict[str, Any] = {"key": message.id}
    if arguments.wait is not None:
        said |= {"sid": message.sid, "status": message.status.value}
    print(json.dumps(said))
    if message.error_code == OPTED_OUT_CODE:
        print("21610: the recipient has opted out.", file=sys.stderr)
        return OPTED_OUT
    if message.status is Status.SENDING and message.sid is None and (alone or arguments.wait is not None):
        print("Twilio has not answered yet; it may have been sent. Look before you send it again.", file=sys.stderr)
        return UNCONFIRMED
    if message.status is Status.UNCONFIRMED:
        print("Twilio did not confirm this message; it may have been sent.", file=sys.stderr)
        return UNCONFIRMED
    if message.error_code is not None:
        from sms_desktop.domain.failures import explain

        print(f"{message.error_code}: {explain(message.error_code, message.peer).title}", file=sys.stderr)
        return REFUSED if message.sid is None else DONE  # that it was accepted, Twilio has said
    if message.status is Status.FAILED and waits:
        print(waits, file=sys.stderr)
        return REFUSED
    if message.held_for is not None and message.held_until is not None:
        until = (
            f"It waits for its recipient’s morning, {message.held_until:%Y-%m-%dT%H:%MZ}"
            if message.held_until > now()
            else "It waits until somebody says in the window whether its recipient asks you to stop"
        )
        print(f"{until}; SMS Desktop has to run then.", file=sys.stderr)
        return DONE if arguments.wait is None or arguments.morning else FAILED
    if message.sid is None and (alone or arguments.wait is not None):
        print(waits or "It was not sent.", file=sys.stderr)
        return FAILED if arguments.wait is not None or not waits else DONE
    return DONE


def _export(arguments: argparse.Namespace) -> int:
    from sms_desktop.services import export

    write = export.write_csv if arguments.format == "csv" else export.write_jsonl
    messages = export.every_message(_directory(arguments), arguments.since)
    if arguments.output is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        try:
            write(messages, sys.stdout)
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            _deaf()
            raise StoreError(f"The export could not be written: {error.strerror or error}.") from None
        return DONE
    export.refuse_database(arguments.output)
    partial = arguments.output.with_name(f"{arguments.output.name}.{secrets.token_hex(4)}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as out:
            write(messages, out)
        partial.replace(arguments.output)
    except OSError as error:
        raise StoreError(f"{arguments.output} cannot be written: {error.strerror or error}.") from None
    finally:
        partial.unlink(missing_ok=True)
    return DONE


def _simulator(arguments: argparse.Namespace) -> int:
    from sms_desktop.simulator.__main__ import run as run_simulator

    _log(None, arguments)
    return run_simulator(arguments)
