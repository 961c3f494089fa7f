"""Credentials: read from the environment, checked by their form, never shown."""

import pytest

from sms_desktop.domain.errors import BadInput, NotConfigured
from sms_desktop.gateway.credentials import Credentials, EnvironmentCredentials

SID, TOKEN, KEY = "AC" + "1f" * 16, "2e" * 16, "SK" + "3d" * 16


def environment(**values: str) -> EnvironmentCredentials:
    return EnvironmentCredentials({f"TWILIO_{name.upper()}": value for name, value in values.items()})


def test_nothing_set_is_no_credentials() -> None:
    assert environment().load() is None
    assert environment(account_sid=" ", auth_token="").load() is None
    assert environment(api_key=KEY, api_secret="s").load() is None


def test_pasted_white_space_does_not_matter() -> None:
    loaded = environment(account_sid=f" {SID}\n", auth_token=f"\t{TOKEN} ").load()
    assert loaded == Credentials(SID, TOKEN)
    loaded = environment(account_sid=SID, auth_token=TOKEN, api_key=f" {KEY} ", api_secret=" s3cret\r\n").load()
    assert loaded == Credentials(SID, TOKEN, KEY, "s3cret")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"account_sid": SID}, "TWILIO_AUTH_TOKEN is not"),
        ({"auth_token": TOKEN}, "TWILIO_ACCOUNT_SID is not"),
        ({"account_sid": "SK" + "1f" * 16, "auth_token": TOKEN}, "Account SID is not right"),
        ({"account_sid": SID[:-1], "auth_token": TOKEN}, "Account SID is not right"),
        ({"account_sid": SID, "auth_token": "two words"}, "Auth Token is not right"),
        ({"account_sid": SID, "auth_token": TOKEN, "api_key": KEY}, "belong together"),
        ({"account_sid": SID, "auth_token": TOKEN, "api_secret": "x"}, "belong together"),
        ({"account_sid": SID, "auth_token": TOKEN, "api_key": SID, "api_secret": "x"}, "API key is not right"),
    ],
)
def test_what_cannot_be_credentials_is_told_in_a_sentence_without_them(values: dict[str, str], sentence: str) -> None:
    with pytest.raises((BadInput, NotConfigured), match=sentence) as caught:
        environment(**values).load()
    assert str(caught.value).endswith(".")
    assert not any(value in str(caught.value) for value in values.values() if value != "x")


def test_credentials_never_show_what_is_secret() -> None:
    shown = repr(Credentials(SID, TOKEN, KEY, "s3cret")) + str(Credentials(SID, TOKEN, KEY, "s3cret"))
    for secret in (TOKEN, KEY, "s3cret"):
        assert secret not in shown


def test_the_environment_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", SID)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    monkeypatch.delenv("TWILIO_API_KEY", raising=False)
    monkeypatch.delenv("TWILIO_API_SECRET", raising=False)
    assert EnvironmentCredentials().load() == Credentials(SID, TOKEN)
