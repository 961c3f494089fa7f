"""``credentials``: the keyring from a terminal; and an engine that knows its account from there alone."""

import json
from pathlib import Path

import pytest

from tests.journeys.commands.program import Done, Twilio, run, serving
from tests.journeys.commands.test_secrets import files_with
from tests.secretservice import Kept, SecretService

NGROK_TOKEN = "2hTokenOfTheShop_7Qx41mZr9"
API_KEY, API_SECRET = "SK" + "3e" * 16, "f00dF00Df00dF00Df00dF00Df00dF00D"
CUSTOMER = "+14155550160"


class Terminal:
    """Somebody at a terminal, on a computer with a keyring."""

    def __init__(self, data: Path, twilio: Twilio, keyring: SecretService) -> None:
        self.data, self.twilio, self.keyring = data, twilio, keyring
        self.secrets = (twilio.auth_token, NGROK_TOKEN, API_SECRET)

    def __call__(self, *arguments: str, said: str = "", **variables: str) -> Done:
        """A command; what it says is looked at for secrets."""
        around = self.twilio.bare_variables(**self.keyring.variables) | variables
        done = run("credentials", *arguments, "--data-dir", self.data, said=said, variables=around)
        assert [secret for secret in self.secrets if secret in done.out + done.err] == []
        return done

    def kept(self) -> dict[str, str]:
        return {one.name: one.secret for one in self.keyring.secrets()}

    def put(self) -> None:
        """The account is known."""
        done = self("set", "--account", self.twilio.account_sid, said=f"{self.twilio.auth_token}\n")
        assert (done.code, done.err) == (0, "")


@pytest.fixture
def terminal(data: Path, twilio: Twilio, keyring: SecretService) -> Terminal:
    return Terminal(data, twilio, keyring)


def test_what_is_read_from_standard_input_is_checked_and_kept_in_the_keyring_alone(
    terminal: Terminal, twilio: Twilio, data: Path
) -> None:
    sid = twilio.account_sid
    done = terminal("set", said=f"  {sid} \n {twilio.auth_token}\n")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"The credentials of Bright Chairs (AC…{sid[-4:]}) are kept in the keyring.\n"
    assert [json.loads(kept)["auth_token"] for kept in terminal.kept().values()] == [twilio.auth_token]
    assert list(terminal.kept()) == [f"twilio:{sid}"]

    done = terminal("set", "--ngrok", said=f"ngrok config add-authtoken\t{NGROK_TOKEN} \n")
    assert (done.code, terminal.kept()[f"ngrok:{sid}"]) == (0, NGROK_TOKEN)
    shown = terminal("show")
    assert (shown.code, shown.err) == (0, "")
    token = twilio.auth_token[-4:]
    assert shown.out == f"{sid}  Auth Token …{token}, ngrok …{NGROK_TOKEN[-4:]}  in the keyring\n"
    [told] = json.loads(terminal("show", "--json").out)
    assert (told["account_sid"], told["auth_token"], told["kept_in"]) == (sid, f"…{token}", "the keyring")
    assert [files_with(data, secret) for secret in terminal.secrets] == [[], [], []]


def test_the_environment_wins(terminal: Terminal, twilio: Twilio) -> None:
    terminal.put()
    other = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "1" * 32}
    done = terminal("show", **other)
    assert done.out == f"AC{'0' * 32}  Auth Token …1111  in the environment\n"


def test_what_is_removed_is_gone_and_the_messages_stay(terminal: Terminal, twilio: Twilio, data: Path) -> None:
    terminal.put()
    with serving(data, twilio, keyring=terminal.keyring.variables) as serve:
        assert twilio.post(serve.ready["webhook"], From=CUSTOMER, Body="Do stay")[0] == 200
    done = terminal("remove")
    assert (done.code, terminal.kept()) == (0, {})
    assert "Its messages are still here." in done.out
    nothing = terminal("show")
    assert (nothing.code, nothing.sentence) == (3, "No credentials are kept. Set them: sms-desktop credentials set.")
    assert json.loads(terminal("show", "--json").out) == []
    assert [record["body"] for record in run("export", "--data-dir", data).records] == ["Do stay"]
    refused = run("serve", "--data-dir", data, variables=twilio.bare_variables(**terminal.keyring.variables))
    assert refused.code == 3


def test_serve_needs_nothing_but_the_keyring(terminal: Terminal, twilio: Twilio, data: Path) -> None:
    terminal.put()
    with serving(data, twilio, keyring=terminal.keyring.variables) as serve:
        assert serve.ready["account_sid"] == twilio.account_sid
        assert twilio.post(serve.ready["webhook"], From=CUSTOMER, Body="Signed")[0] == 200
        send = ("send", "--data-dir", data, "--to", CUSTOMER, "--from", "+12125550100", "--body", "By the keyring")
        assert run(*send).code == 0
        serve.message("By the keyring", "delivered")
        command = Path(f"/proc/{serve.process.pid}/cmdline")
        assert not command.exists() or twilio.auth_token not in command.read_text()
    assert files_with(data, twilio.auth_token) == []


def test_what_twilio_does_not_know_is_not_kept(terminal: Terminal, twilio: Twilio) -> None:
    done = terminal("set", "--account", twilio.account_sid, said="0123456789abcdef0123456789abcdef\n")
    assert (done.code, done.out, terminal.kept()) == (1, "", {})
    assert "Twilio does not" in done.sentence
    done = terminal("set", "--account", "PN" + "1" * 32, said=f"{twilio.auth_token}\n")
    assert (done.code, terminal.kept()) == (2, {})
    assert "starts with AC" in done.sentence
    key = ("--account", twilio.account_sid, "--api-key", API_KEY)
    done = terminal("set", *key, said=f"{twilio.auth_token}\n{API_SECRET}\n")
    assert (done.code, terminal.kept()) == (1, {})
    assert done.sentence
    done = terminal("set", "--ngrok", said=f"{NGROK_TOKEN}\n")
    assert (done.code, terminal.kept()) == (3, {})


def test_a_new_token_keeps_the_api_key_unless_it_is_taken_away(terminal: Terminal, twilio: Twilio) -> None:
    put = ("set", "--account", twilio.account_sid, "--no-check")
    assert terminal(*put, "--api-key", API_KEY, said=f"{'ef' * 16}\n{API_SECRET}\n").code == 0
    done = terminal(*put, said=f"{twilio.auth_token}\n")
    assert f"sent with the API key SK…{API_KEY[-4:]} as before" in done.out
    kept = terminal.kept()[f"twilio:{twilio.account_sid}"]
    assert API_KEY in kept and API_SECRET in kept and twilio.auth_token in kept
    assert "API key" not in terminal(*put, "--no-api-key", said=f"{twilio.auth_token}\n").out
    assert API_KEY not in terminal.kept()[f"twilio:{twilio.account_sid}"]


def test_without_twilio_they_are_kept_only_if_one_says_so(terminal: Terminal, twilio: Twilio) -> None:
    dead = {"SMS_DESKTOP_TWILIO_URL": "http://127.0.0.1:9"}
    put = ("set", "--account", twilio.account_sid)
    done = terminal(*put, said=f"{twilio.auth_token}\n", **dead)
    assert (done.code, terminal.kept()) == (1, {})
    assert "--no-check keeps them unchecked." in done.sentence
    done = terminal(*put, "--no-check", said=f"{twilio.auth_token}\n", **dead)
    assert (done.code, list(terminal.kept())) == (0, [f"twilio:{twilio.account_sid}"])


def test_without_a_keyring_nothing_is_kept_anywhere(terminal: Terminal, twilio: Twilio, data: Path) -> None:
    terminal.keyring.stop()
    done = terminal("set", "--account", twilio.account_sid, said=f"{twilio.auth_token}\n")
    assert (done.code, done.out) == (1, "")
    assert done.sentence.startswith("This computer has no keyring that is ready to keep a secret.")
    assert files_with(data, twilio.auth_token) == []


def test_a_locked_keyring_is_one_sentence(terminal: Terminal, twilio: Twilio, data: Path) -> None:
    terminal.put()
    terminal.keyring.lock()
    refused = run("serve", "--data-dir", data, variables=twilio.bare_variables(**terminal.keyring.variables))
    assert (refused.code, refused.out) == (1, "")
    assert refused.sentence == "The keyring of this computer is locked. Unlock it with its password, then try again."
    terminal.keyring.unlock()
    with serving(data, twilio, keyring=terminal.keyring.variables) as serve:
        assert serve.ready["account_sid"] == twilio.account_sid


def test_each_account_has_its_own(terminal: Terminal, twilio: Twilio, data: Path) -> None:
    terminal.put()
    other = "AC" + "ab" * 16
    assert terminal("set", "--account", other, "--no-check", said="ef" * 16 + "\n").code == 0
    told = json.loads(terminal("show", "--json").out)
    assert [(one["account_sid"], one["current"]) for one in told] == [(twilio.account_sid, False), (other, True)]
    assert terminal("remove", "--account", other).code == 0
    assert terminal.keyring.secrets() == [
        Kept("SMS Desktop", f"twilio:{twilio.account_sid}", terminal.kept()[f"twilio:{twilio.account_sid}"])
    ]
    with serving(data, twilio, "--account", twilio.account_sid, keyring=terminal.keyring.variables) as serve:
        assert serve.ready["account_sid"] == twilio.account_sid
