"""Secrets against a real GNOME Keyring: kept, locked, unlocked by a person, absent, frozen; and never seen in clear."""

import asyncio
import base64
import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import keyring.core
import pytest
import secretstorage

from sms_desktop.domain.errors import BadInput, KeyringLocked, NoKeyring
from sms_desktop.gateway.vault import MOST_BYTES, PATIENCE_WITH_PEOPLE, SERVICE, Vault
from tests.secretservice import Asked, Kept, SecretService, connect, secret_service

NAME = "twilio:AC" + "1f" * 16
SECRET = "d41d8cd98f00b204e9800998ecf8427e"
SOON = PATIENCE_WITH_PEOPLE / 2
"""Seconds within which a call is over that waits for nobody, on a busy machine too."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    with secret_service() as started:
        started.use(monkeypatch)
        yield started


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    with secret_service(fresh=True) as started:
        started.use(monkeypatch)
        yield started


Call = Callable[[Vault], Awaitable[object]]
CALLS: dict[str, Call] = {
    "load": lambda vault: vault.load(NAME),
    "save": lambda vault: vault.save(NAME, "another"),
    "remove": lambda vault: vault.remove(NAME),
}


def every_call(*names: str) -> pytest.MarkDecorator:
    chosen = names or tuple(CALLS)
    return pytest.mark.parametrize("call", [CALLS[name] for name in chosen], ids=chosen)


async def test_a_secret_is_kept_for_the_next_start_and_can_be_removed(service: SecretService) -> None:
    await Vault().save(NAME, SECRET)
    assert service.secrets() == [Kept(SERVICE, NAME, SECRET)]
    assert await Vault().load(NAME) == SECRET
    assert await Vault().load("twilio:another") is None
    await Vault().remove(NAME)
    assert await Vault().load(NAME) is None
    assert service.secrets() == []


async def test_a_secret_takes_the_place_of_the_former_one_and_leaves_others_alone(service: SecretService) -> None:
    vault = Vault()
    await vault.save(NAME, "former")
    await vault.save("ngrok:x", "other")
    await vault.save(NAME, SECRET)
    assert {kept.name: kept.secret for kept in service.secrets()} == {NAME: SECRET, "ngrok:x": "other"}
    assert len(service.secrets()) == 2


async def test_many_calls_at_once_do_not_disturb_one_another(service: SecretService) -> None:
    vault = Vault()
    names = [f"ngrok:{n}" for n in range(8)]
    await asyncio.gather(*(vault.save(name, f"of {name}") for name in names))
    assert await asyncio.gather(*(vault.load(name) for name in names)) == [f"of {name}" for name in names]


async def test_what_is_not_there_can_be_removed(service: SecretService) -> None:
    await Vault().remove(NAME)
    assert service.secrets() == []


@pytest.mark.parametrize("secret", ["", "Schlüssel 🗝️ ключ 鍵", 'a"b\\c\n\t{}', "x" * (MOST_BYTES // 2)])
async def test_any_text_comes_back_as_it_was(service: SecretService, secret: str) -> None:
    await Vault().save("ngrok:Zoë’s", secret)
    assert await Vault().load("ngrok:Zoë’s") == secret


@pytest.mark.parametrize("secret", ["x" * (MOST_BYTES // 2 + 1), "🗝" * (MOST_BYTES // 4 + 1), "half \ud83d"])
async def test_what_a_keyring_could_not_keep_is_refused_before_it_is_asked(service: SecretService, secret: str) -> None:
    with pytest.raises(BadInput) as caught:
        await Vault().save(NAME, secret)
    assert secret not in str(caught.value)
    assert service.secrets() == []


async def test_an_open_keyring_is_said_to_be_ready(service: SecretService) -> None:
    state = await Vault().state()
    assert (state.name, state.usable, state.advice, state.made) == ("Secret Service", True, "", True)


@every_call()
async def test_a_locked_keyring_is_told_at_once_and_nobody_is_asked(service: SecretService, call: Call) -> None:
    await Vault().save(NAME, SECRET)
    service.lock()
    with service.person() as person:
        began = time.monotonic()
        with pytest.raises(KeyringLocked, match=r"^The keyring of this computer is locked\. Unlock it"):
            await call(Vault())
        assert time.monotonic() - began < SOON
        state = await Vault().state()
    assert (state.name, state.usable) == ("Secret Service", False)
    assert (state.sentence, state.advice) == (
        "The keyring of this computer is locked.",
        "Unlock it with its password, then try again.",
    )
    assert person.asked == 0 and service.locked()
    service.unlock()
    assert await Vault().load(NAME) == SECRET


async def test_a_person_unlocks_the_keyring_with_its_password(service: SecretService) -> None:
    await Vault().save(NAME, SECRET)
    service.lock()
    with service.person() as person:
        await Vault().unlock()
    assert person.asked == 1
    assert await Vault().load(NAME) == SECRET


async def test_a_mistyped_password_is_asked_for_again(service: SecretService) -> None:
    service.lock()
    with service.person("open barley", "open sesame") as person:
        await Vault().unlock()
    assert person.asked == 2 and not service.locked()


async def test_a_person_who_cancels_is_told_that_it_is_still_locked(service: SecretService) -> None:
    service.lock()
    with service.person(None) as person, pytest.raises(KeyringLocked, match="still locked"):
        await Vault().unlock()
    assert person.asked == 1 and service.locked()


async def test_where_no_window_can_ask_the_keyring_stays_locked(service: SecretService) -> None:
    service.lock()
    with pytest.raises(KeyringLocked, match="still locked"):
        await Vault().unlock()


async def test_nobody_is_asked_to_unlock_what_is_open(service: SecretService) -> None:
    with service.person() as person:
        await Vault().unlock()
    assert person.asked == 0


async def test_before_a_first_keyring_there_is_nothing_and_nobody_is_asked(fresh: SecretService) -> None:
    with fresh.person() as person:
        assert await Vault().load(NAME) is None
        await Vault().remove(NAME)
        await Vault().unlock()
        state = await Vault().state()
        assert (state.usable, state.made) == (True, False)
    assert person.asked == 0


async def test_the_first_secret_has_a_first_keyring_made(fresh: SecretService) -> None:
    with fresh.person("new password") as person:
        await Vault().save(NAME, SECRET)
    assert person.asked > 0
    assert await Vault().load(NAME) == SECRET
    assert fresh.secrets() == [Kept(SERVICE, NAME, SECRET)]


async def test_a_person_who_wants_no_keyring_has_nothing_kept(fresh: SecretService) -> None:
    nothing_kept = pytest.raises(KeyringLocked, match=r"^No keyring was made, so nothing was kept in it\.")
    with fresh.person(None), nothing_kept:
        await Vault().save(NAME, SECRET)
    assert await Vault().load(NAME) is None


@every_call("load", "save")
async def test_a_keyring_that_is_gone_is_told_with_what_to_install(service: SecretService, call: Call) -> None:
    service.stop()
    with pytest.raises(NoKeyring, match=r"no keyring .*\. Install GNOME Keyring, or turn on KWallet .* KeePassXC"):
        await call(Vault())
    state = await Vault().state()
    assert (state.name, state.usable) == ("", False)
    assert state.sentence.endswith("ready to keep a secret.") and state.advice.startswith("Install GNOME Keyring")


@pytest.mark.parametrize("address", [None, "unix:path=/nowhere/bus", "tcp:host=127.0.0.1,port=1", "nonsense"])
async def test_without_a_session_there_is_no_keyring(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str | None
) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if address is not None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with pytest.raises(NoKeyring):
        await Vault().load(NAME)
    await Vault().remove(NAME)
    assert not (await Vault().state()).usable


async def test_a_keyring_that_was_started_meanwhile_is_found(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault()
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    with pytest.raises(NoKeyring):
        await vault.save(NAME, SECRET)
    service.use(monkeypatch)
    await vault.save(NAME, SECRET)
    assert await vault.load(NAME) == SECRET


async def test_until_i_quit_is_in_memory_alone(service: SecretService) -> None:
    vault = Vault()
    await vault.save(NAME, SECRET, keep=False)
    assert vault.in_memory(NAME)
    assert await vault.load(NAME) == SECRET
    assert service.secrets() == [] and await Vault().load(NAME) is None
    await vault.remove(NAME)
    assert await vault.load(NAME) is None and not vault.in_memory(NAME)


async def test_what_is_in_memory_comes_before_the_keyring_until_it_is_kept(service: SecretService) -> None:
    vault = Vault()
    await vault.save(NAME, "former")
    await vault.save(NAME, SECRET, keep=False)
    assert await vault.load(NAME) == SECRET
    assert [kept.secret for kept in service.secrets()] == ["former"]
    await vault.save(NAME, SECRET)
    assert not vault.in_memory(NAME)
    assert [kept.secret for kept in service.secrets()] == [SECRET]


async def test_memory_needs_no_keyring(service: SecretService) -> None:
    service.stop()
    vault = Vault()
    await vault.save(NAME, SECRET, keep=False)
    assert await vault.load(NAME) == SECRET
    with pytest.raises(NoKeyring):
        await vault.save(NAME, SECRET)
    assert await vault.load(NAME) == SECRET, "what could not be kept is still in memory"
    await vault.remove(NAME)
    assert not vault.in_memory(NAME)


async def test_a_locked_keyring_keeps_no_secret_in_memory_from_being_removed(service: SecretService) -> None:
    vault = Vault()
    await vault.save(NAME, SECRET, keep=False)
    service.lock()
    with pytest.raises(KeyringLocked):
        await vault.remove(NAME)
    assert not vault.in_memory(NAME)


async def test_a_vault_never_shows_what_it_holds() -> None:
    vault = Vault()
    await vault.save(NAME, SECRET, keep=False)
    assert SECRET not in f"{vault!r} {vault}"


@every_call()
async def test_a_keyring_that_does_not_answer_is_waited_for_only_so_long(service: SecretService, call: Call) -> None:
    service.freeze()
    vault = Vault(patience=0.2, patience_with_people=0.2)
    began = time.monotonic()
    with pytest.raises(KeyringLocked, match=r"did not answer\. It may be asking for its password in another window"):
        await call(vault)
    with pytest.raises(KeyringLocked, match="did not answer"):
        await vault.unlock()
    state = await vault.state()
    assert time.monotonic() - began < SOON
    assert (state.name, state.usable) == ("Secret Service", False) and "did not answer" in state.sentence
    service.thaw()
    all_answered()
    await Vault().save(NAME, SECRET)
    assert await Vault().load(NAME) == SECRET


async def test_looks_at_a_silent_keyring_leave_one_thread_of_each_kind(service: SecretService) -> None:
    await Vault().save(NAME, SECRET)
    service.freeze()
    vault = Vault(patience=0.05)
    for _ in range(5):
        with pytest.raises(KeyringLocked, match="did not answer"):
            await vault.load(NAME)
        assert "did not answer" in (await vault.state()).sentence
    assert sum(thread.name == "keyring" for thread in threading.enumerate()) == 2
    service.thaw()
    all_answered()
    await asyncio.sleep(0)  # their ends are told on the loop
    vault._patience = SOON
    assert await vault.load(NAME) == SECRET
    assert (await vault.state()).usable


async def test_of_two_saves_the_later_one_stays(service: SecretService) -> None:
    vault = Vault()
    for _ in range(5):
        await asyncio.gather(*(vault.save(NAME, f"{SECRET}{count}") for count in range(4)))
        assert await vault.load(NAME) == f"{SECRET}3"


@every_call()
async def test_a_keyring_that_ends_while_it_is_asked_is_not_taken_for_none(service: SecretService, call: Call) -> None:
    service.freeze()
    with service.listener() as listener:
        asked = asyncio.ensure_future(call(Vault()))
        await asyncio.sleep(0)
        listener.next()
        service.daemon.kill()
    with pytest.raises(KeyringLocked, match="did not answer"):
        await asked


@every_call("load", "remove")
async def test_a_bus_that_is_too_busy_to_let_us_in_at_once_is_waited_for(service: SecretService, call: Call) -> None:
    await Vault().save(NAME, SECRET)
    with service.busy_bus():
        asked = asyncio.ensure_future(call(Vault()))
        await asyncio.sleep(0)
        for _ in range(2):  # connections that began later have given up
            with pytest.raises(TimeoutError):
                await asyncio.to_thread(connect, service.address)
    assert await asked == (SECRET if call is CALLS["load"] else None)
    assert len(service.secrets()) == (1 if call is CALLS["load"] else 0)


async def test_a_bus_at_whose_door_too_many_wait_is_waited_for(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Vault().save(NAME, SECRET)
    turned_away, dbus_init = threading.Event(), secretstorage.dbus_init

    def init() -> object:
        try:
            return dbus_init()
        except BlockingIOError:
            turned_away.set()
            raise

    monkeypatch.setattr(secretstorage, "dbus_init", init)
    with service.busy_bus(), contextlib.ExitStack() as crowd:
        while (one := at_the_door(service.address)) is not None:
            crowd.enter_context(one)
        asked = asyncio.ensure_future(Vault().load(NAME))
        assert await asyncio.to_thread(turned_away.wait, 30)
    assert await asked == SECRET


def at_the_door(address: str) -> socket.socket | None:
    """One more that waits to be let in; None where there is no room left."""
    waits = socket.socket(socket.AF_UNIX)
    waits.setblocking(False)
    try:
        waits.connect(address.partition("path=")[2].partition(",")[0])
    except BlockingIOError:
        waits.close()
        return None
    return waits


async def test_gnome_keyring_is_asked_in_no_way_of_which_it_may_die(fresh: SecretService) -> None:
    vault = Vault()
    with fresh.listener() as listener, fresh.person():
        for name in (NAME, "ngrok:x"):  # the first one has a keyring made
            await vault.save(name, SECRET)
        await vault.load(NAME)
        await vault.state()
        await vault.remove(NAME)
        fresh.lock()
        await vault.unlock()
        heard = listener.heard()
    first: dict[str, Asked] = {}
    for asked in heard:
        first.setdefault(asked.sender, asked)
    assert len(first) > len(CALLS) and {asked.method for asked in first.values()} == {"ReadAlias"}
    assert not [asked for asked in heard if "/aliases/" in asked.path]


def all_answered() -> None:
    """Waits for the threads of calls that nobody waits for any more."""
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(SOON)
            assert not thread.is_alive()


async def test_a_call_that_is_given_up_leaves_nothing_behind(service: SecretService) -> None:
    troubles: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, trouble: troubles.append(trouble))
    service.freeze()
    call = asyncio.create_task(Vault().load(NAME))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    service.thaw()
    all_answered()
    await asyncio.sleep(0)
    assert troubles == [], "the late answer finds nobody"


def test_a_frozen_keyring_keeps_no_program_from_ending(service: SecretService) -> None:
    service.freeze()
    program = "import asyncio; from sms_desktop.gateway.vault import Vault; asyncio.run(Vault(0.2).load('x'))"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=30, check=False
    )
    assert ended.returncode == 1 and "KeyringLocked" in ended.stderr.splitlines()[-1]


def test_the_keyring_is_imported_only_when_it_is_asked() -> None:
    program = "import sms_desktop.gateway.credentials, sys; print({'keyring', 'secretstorage'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert said.stdout == "set()\n"


BACKEND = """
from keyring.backend import KeyringBackend

class {name}(KeyringBackend):
    priority = {priority}
    said = {{}}

    def get_password(self, service, username):
        {get}

    def set_password(self, service, username, password):
        self.said[username] = password

    def delete_password(self, service, username):
        del self.said[username]
"""


def backend(
    folder: Path, module: str, name: str, *, priority: float = 5, get: str = "return self.said.get(username)"
) -> str:
    """Writes a keyring of somebody else's and gives the name under which a person sets it up."""
    file = folder.joinpath(*module.split(".")).with_suffix(".py")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(BACKEND.format(name=name, priority=priority, get=get))
    return f"{module}.{name}"


@pytest.mark.parametrize(
    "chosen",
    [
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
        "keyrings.alt.file.PlaintextKeyring",
        "nowhere.Keyring",
        "keyring.backends.fail.Nothing",
        "nonsense",
    ],
)
async def test_what_keeps_no_secret_safe_is_refused_even_if_set_up(
    service: SecretService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, chosen: str
) -> None:
    backend(tmp_path, "keyrings.alt.file", "PlaintextKeyring")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", chosen)
    for call in (CALLS["load"], CALLS["save"]):
        with pytest.raises(NoKeyring, match=r"set up for Python programs .* cannot keep a secret\. Take it out"):
            await call(Vault())
    assert not (await Vault().state()).usable
    assert service.secrets() == []


@pytest.mark.parametrize("text", ["[backend]\ndefault-keyring=keyring.backends.null.Keyring\n", "no section"])
async def test_a_keyring_set_up_in_a_file_counts_too(service: SecretService, text: str) -> None:
    file = service.folder / "config" / "python_keyring" / "keyringrc.cfg"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    with pytest.raises(NoKeyring, match="set up for Python programs"):
        await Vault().load(NAME)


async def test_all_keyrings_in_a_chain_means_the_systems_own(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.chainer.ChainerBackend")
    await Vault().save(NAME, SECRET)
    assert service.secrets() == [Kept(SERVICE, NAME, SECRET)]
    assert (await Vault().state()).name == "Secret Service"
    service.lock()
    with service.person() as person, pytest.raises(KeyringLocked):
        await Vault().load(NAME)
    assert person.asked == 0


async def test_a_real_keyring_of_the_persons_choice_is_used(
    service: SecretService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = backend(tmp_path, "somebodys_strongbox", "Keyring")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", chosen)
    await Vault().save(NAME, SECRET)
    assert await Vault().load(NAME) == SECRET and service.secrets() == []
    assert (await Vault().state()).name == "somebodys strongbox Keyring"
    await Vault().unlock()
    await Vault().remove(NAME)
    assert await Vault().load(NAME) is None


async def test_a_keyrings_own_words_go_nowhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = backend(tmp_path, "talkative_strongbox", "Keyring", get=f"raise OSError('{SECRET}')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", chosen)
    with pytest.raises(KeyringLocked, match="did not answer") as caught:
        await Vault().load(NAME)
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert "OSError" in caplog.text and SECRET not in caplog.text


@pytest.mark.parametrize(
    ("system", "sentence"),
    [
        ("win32", r"Windows Credential Manager cannot be used\. Sign in to Windows"),
        ("darwin", r"The macOS Keychain cannot be used\. Sign in to this Mac"),
    ],
)
async def test_each_system_is_told_of_its_own_keyring(
    service: SecretService, monkeypatch: pytest.MonkeyPatch, system: str, sentence: str
) -> None:
    assert keyring.core  # imported by now, as on a system of this kind
    monkeypatch.setattr(sys, "platform", system)
    with pytest.raises(NoKeyring, match=sentence):
        await Vault().load(NAME)


CHILD = """
import asyncio, logging, sys
from pathlib import Path
from sms_desktop import log
from sms_desktop.domain.errors import KeyringLocked
from sms_desktop.gateway.credentials import CredentialFinder, Credentials, Stored
from sms_desktop.gateway.vault import Vault

async def main():
    log.set_up(Path(sys.argv[1]), "debug")
    for name in ("keyring", "jeepney", "secretstorage", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    sid, *said = sys.stdin.readline().split()
    vault, credentials = Vault(), Credentials(sid, *said)
    await Stored(vault).save(credentials)
    await vault.save(f"ngrok:{sid}", said[0])
    found = await CredentialFinder(vault, {}).find(sid)
    logging.getLogger("here").debug("found %s in %s", found, vault)
    await Stored(vault).save(credentials, keep=False)
    try:
        await Vault(0.01).load("x" * 40)
    except KeyringLocked:
        logging.getLogger("here").exception("too slow")
    print("kept", flush=True)
    sys.stdin.readline()

asyncio.run(main())
"""


def test_secrets_are_nowhere_on_disk_in_logs_or_in_command_lines(service: SecretService, tmp_path: Path) -> None:
    secrets = {"token": SECRET, "key": "SK" + "5e" * 16, "secret": "Zm9vYmFyc2VjcmV0MTIzNDU2Nzg5MDEyMzQ1"}
    homes = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("DATA", "CONFIG", "CACHE", "STATE")}
    variables = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **homes, **service.variables}
    command = [sys.executable, "-c", CHILD, str(tmp_path / "logs")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=variables
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(f"{NAME.partition(':')[2]} {' '.join(secrets.values())}\n")
        child.stdin.flush()
        assert child.stdout.readline() == "kept\n"
        lines = [file for file in Path("/proc").glob("[0-9]*/cmdline") if file.parent.name.isdecimal()]
        assert not in_clear(lines, secrets) and Path(f"/proc/{child.pid}/cmdline") in lines
        child.stdin.write("\n")
        child.stdin.close()
        assert child.wait(30) == 0
    assert (tmp_path / "logs" / "sms-desktop.log").read_text().count("\n") > 0
    assert any(kept.secret == SECRET for kept in service.secrets())
    assert not in_clear(tmp_path.rglob("*"), secrets)
    assert not in_clear(service.folder.rglob("*"), secrets)
    (tmp_path / "careless.txt").write_bytes(b"x" + SECRET.encode("utf-16-le"))
    assert in_clear(tmp_path.rglob("*"), secrets) == ["token in careless.txt"], "else this test finds nothing"


def in_clear(files: Iterator[Path] | list[Path], secrets: dict[str, str]) -> list[str]:
    """Which of ``secrets`` stand in which files, in any of the ways in which programs write text."""
    found = []
    for file in files:
        try:
            content = file.read_bytes() if file.is_file() else b""
        except OSError:  # the process ended meanwhile
            continue
        for name, secret in secrets.items():
            ways = (secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode())
            if any(way in content for way in (*ways, base64.b64encode(secret.encode())[:-4])):
                found.append(f"{name} in {file.name}")
    return found
