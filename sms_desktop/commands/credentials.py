"""``sms-desktop credentials``: the keyring, from a terminal. No secret is ever an argument of the command."""

import argparse
import asyncio
import getpass
import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sms_desktop import environment
from sms_desktop.domain.account import CredentialHome, Entered, masked
from sms_desktop.domain.errors import BadInput, GatewayError, NotConfigured, SmsDesktopError

if TYPE_CHECKING:
    from sms_desktop.gateway.credentials import Credentials
    from sms_desktop.gateway.vault import Vault
    from sms_desktop.store.accounts import Accounts

_NGROK = re.compile(r"[0-9A-Za-z_-]{20,}")

WHERE = {
    CredentialHome.ENVIRONMENT: "the environment",
    CredentialHome.KEYRING: "the keyring",
    CredentialHome.MEMORY: "memory",
}


def add_options(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """``set``, ``show`` and ``remove``."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    put = actions.add_parser("set", parents=[common], help="checks them with Twilio and keeps them in the keyring")
    put.add_argument("--api-key", metavar="SK…", help="to send with; its secret is asked for")
    put.add_argument("--no-api-key", action="store_true", help="without the API key that was kept so far")
    put.add_argument("--no-check", action="store_true", help="keep them without asking Twilio")
    put.add_argument("--ngrok", action="store_true", help="ngrok’s authtoken instead")
    put.set_defaults(action=_set)
    show = actions.add_parser("show", parents=[common], help="which there are, masked")
    show.add_argument("--json", action="store_true")
    show.set_defaults(action=_show)
    remove = actions.add_parser("remove", parents=[common], help="takes them out of the keyring; messages stay")
    remove.add_argument("--force", action="store_true", help="also where the numbers cannot be given back")
    remove.set_defaults(action=_remove)


def run(root: Path, arguments: argparse.Namespace) -> int:
    """Returns the exit code. Raises SmsDesktopError."""
    code: int = asyncio.run(arguments.action(root, arguments))
    return code


async def _set(root: Path, arguments: argparse.Namespace) -> int:
    from sms_desktop.gateway.credentials import Stored, cleaned, ngrok_name
    from sms_desktop.gateway.tunnel.address import bare_token
    from sms_desktop.gateway.vault import Vault
    from sms_desktop.store.accounts import Accounts

    accounts, vault = Accounts(root), Vault()
    if arguments.ngrok:
        sid = _known(accounts, arguments.account)
        token = bare_token(_ask("ngrok’s authtoken"))
        if not _NGROK.fullmatch(token):
            raise BadInput("That is no authtoken of ngrok’s: it has 20 letters and digits or more, and no spaces.")
        await vault.save(ngrok_name(sid), token)
        print(f"ngrok’s authtoken is kept in the keyring for {masked(sid)}.")
        return 0
    entered = Entered(
        arguments.account or _say("Account SID"),
        _ask("Auth Token"),
        arguments.api_key or "",
        _ask("API key’s secret") if arguments.api_key else "",
    )
    credentials = cleaned(entered)
    if not credentials.api_key and not arguments.no_api_key:
        credentials = await _with_kept_key(vault, credentials)
    name = ""
    if not arguments.no_check:
        name = await _checked(credentials)
    await Stored(vault).save(credentials)
    await asyncio.to_thread(accounts.add, credentials.account_sid, name)
    await asyncio.to_thread(accounts.choose, credentials.account_sid)
    print(f"The credentials of {name or 'the account'} ({masked(credentials.account_sid)}) are kept in the keyring.")
    if credentials.api_key and not arguments.api_key:
        print(f"Texts are sent with the API key {masked(credentials.api_key)} as before; --no-api-key takes it away.")
    return 0


async def _with_kept_key(vault: "Vault", credentials: "Credentials") -> "Credentials":
    """A new token does not change the key that texts are sent with."""
    from sms_desktop.gateway.credentials import Stored

    try:
        kept = await Stored(vault).load(credentials.account_sid)
    except SmsDesktopError:  # told when they are to be kept
        return credentials
    if kept is None:
        return credentials
    return replace(credentials, api_key=kept.api_key, api_secret=kept.api_secret)


async def _checked(credentials: "Credentials") -> str:
    """The account's name. Raises GatewayError."""
    from sms_desktop.gateway.twilio import TwilioGateway
    from sms_desktop.services.account import identity_of

    gateway = TwilioGateway(credentials, environment.read().twilio_url)
    try:
        identity = await identity_of(gateway, key=bool(credentials.api_key))
    except GatewayError as error:
        if not error.transient:
            raise
        raise GatewayError(f"{error} They were not kept; --no-check keeps them unchecked.") from None
    finally:
        await gateway.close()
    if identity.trial:
        print("This is a trial account: it reaches only numbers that you have verified.", file=sys.stderr)
    return identity.name


async def _show(root: Path, arguments: argparse.Namespace) -> int:
    from sms_desktop.gateway.credentials import CredentialFinder
    from sms_desktop.gateway.vault import Vault
    from sms_desktop.store.accounts import Accounts

    accounts, vault = Accounts(root), Vault()
    finder = CredentialFinder(vault)
    wanted: list[str | None] = [account.sid for account in accounts.all()] or [None]
    if arguments.account:
        wanted = [_known(accounts, arguments.account)]
    named = os.environ.get("TWILIO_ACCOUNT_SID", "").strip()
    told = []
    for sid in wanted if not named else [named]:
        found = await finder.find(sid)
        if found is None:
            continue
        credentials, home = found
        ngrok = await finder.ngrok_token(credentials.account_sid) if home is not CredentialHome.ENVIRONMENT else None
        told.append(
            {
                "account_sid": credentials.account_sid,
                "auth_token": _masked_secret(credentials.auth_token),
                "api_key": masked(credentials.api_key) if credentials.api_key else None,
                "ngrok": _masked_secret(ngrok[0]) if ngrok is not None else None,
                "kept_in": WHERE[home],
                "current": credentials.account_sid == accounts.current(),
            }
        )
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        for one in told:
            key = f", API key {one['api_key']}" if one["api_key"] else ""
            tunnel = f", ngrok {one['ngrok']}" if one["ngrok"] else ""
            print(f"{one['account_sid']}  Auth Token {one['auth_token']}{key}{tunnel}  in {one['kept_in']}")
    if not told:
        raise NotConfigured("No credentials are kept. Set them: sms-desktop credentials set.")
    return 0


async def _remove(root: Path, arguments: argparse.Namespace) -> int:
    from sms_desktop.gateway.credentials import Stored, ngrok_name
    from sms_desktop.gateway.vault import Vault
    from sms_desktop.store.accounts import Accounts

    accounts, vault = Accounts(root), Vault()
    sid = _known(accounts, arguments.account)
    if await Stored(vault).load(sid) is None:
        raise NotConfigured(f"The keyring holds nothing for {masked(sid)}.")
    for sentence in await _given_back(root, accounts.folder(sid)):
        if not arguments.force:
            raise GatewayError(f"{sentence} Nothing was removed; --force removes the credentials all the same.")
        print(sentence, file=sys.stderr)
    await Stored(vault).remove(sid)
    await vault.remove(ngrok_name(sid))
    print(f"The credentials of {masked(sid)} are out of the keyring. Its messages are still here.")
    return 0


async def _given_back(root: Path, folder: Path) -> tuple[str, ...]:
    """Puts back at Twilio what stood there before us; sentences tell what could not be."""
    from sms_desktop.engine import Engine

    if not (folder / "sms.db").exists():
        return ()
    engine = Engine(folder, environment.read(), root=root)
    await engine.open_beside()
    try:
        if not engine.services.routing.diverts:
            return ()
        await engine.services.account.use(*await engine.services.account.find())
        return await engine.services.routing.give_back()
    finally:
        await engine.close()


def _known(accounts: "Accounts", wanted: str | None) -> str:
    """The SID of the account that is meant. Raises NotConfigured, BadInput."""
    sid = wanted or accounts.current()
    if sid is None:
        raise NotConfigured("No Twilio account is set up here: sms-desktop credentials set.")
    if all(account.sid != sid for account in accounts.all()):
        raise BadInput(f"There is no account {sid} here.")
    return sid


def _masked_secret(secret: str) -> str:
    return f"…{secret[-4:]}" if len(secret) > 12 else "…"


def _say(what: str) -> str:
    """Asks for something that may be seen."""
    if sys.stdin.isatty():
        return input(f"{what}: ")
    return sys.stdin.readline()


def _ask(what: str) -> str:
    """Asks for a secret: typed without being shown, or a line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{what}: ")
    return sys.stdin.readline()
