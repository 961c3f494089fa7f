"""Credentials: cleaned of what pasting adds, kept, found in environment or keyring, never shown."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_desktop.domain.account import CredentialHome, Entered
from sms_desktop.domain.errors import BadField, BadInput, KeyringLocked, NoKeyring, NotConfigured
from sms_desktop.gateway.credentials import (
    CredentialFinder,
    Credentials,
    Stored,
    cleaned,
    from_environment,
    ngrok_name,
)
from sms_desktop.gateway.vault import SERVICE, Vault
from tests.secretservice import Kept, SecretService, secret_service

SID, TOKEN, KEY = "AC" + "1f" * 16, "2e" * 16, "SK" + "3d" * 16
SECRET = "s3cretS3cretS3cretS3cretS3cret32"
ALL = Credentials(SID, TOKEN, KEY, SECRET)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    with secret_service() as started:
        started.use(monkeypatch)
        yield started


def environment(**values: str) -> Credentials | None:
    """What variables of those names say."""
    return from_environment({f"TWILIO_{name.upper()}": value for name, value in values.items()}, None)


def test_nothing_set_is_no_credentials() -> None:
    assert environment() is None
    assert environment(account_sid=" ", auth_token="") is None
    assert environment(api_key=KEY, api_secret="s") is None


def test_pasted_white_space_does_not_matter() -> None:
    loaded = environment(account_sid=f" {SID}\n", auth_token=f"\t{TOKEN} ")
    assert loaded == Credentials(SID, TOKEN)
    loaded = environment(account_sid=SID, auth_token=TOKEN, api_key=f" {KEY} ", api_secret=" s3cret\r\n")
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
        environment(**values)
    assert str(caught.value).endswith(".")
    assert not any(value in str(caught.value) for value in values.values() if value != "x")


def test_credentials_never_show_what_is_secret() -> None:
    shown = repr(Credentials(SID, TOKEN, KEY, "s3cret")) + str(Credentials(SID, TOKEN, KEY, "s3cret"))
    for secret in (TOKEN, KEY, "s3cret"):
        assert secret not in shown


async def test_the_environment_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", SID)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    monkeypatch.delenv("TWILIO_API_KEY", raising=False)
    monkeypatch.delenv("TWILIO_API_SECRET", raising=False)
    assert await CredentialFinder(Vault()).find(None) == (Credentials(SID, TOKEN), CredentialHome.ENVIRONMENT)


async def test_credentials_are_one_item_an_account_in_the_keyring(service: SecretService) -> None:
    other = Credentials("AC" + "4c" * 16, "5b" * 16)
    for credentials in (ALL, other):
        await Stored(Vault()).save(credentials)
    assert sorted(kept.name for kept in service.secrets()) == [f"twilio:{SID}", f"twilio:{other.account_sid}"]
    assert {kept.service for kept in service.secrets()} == {SERVICE}
    assert await Stored(Vault()).load(SID) == ALL
    assert await Stored(Vault()).load(other.account_sid) == other
    await Stored(Vault()).remove(SID)
    assert await Stored(Vault()).load(SID) is None
    assert await Stored(Vault()).load(other.account_sid) == other


async def test_what_is_kept_is_plain_json_without_the_account(service: SecretService) -> None:
    await Stored(Vault()).save(ALL)
    [kept] = service.secrets()
    assert json.loads(kept.secret) == {"auth_token": TOKEN, "api_key": KEY, "api_secret": SECRET}


async def test_credentials_only_until_i_quit_are_in_no_keyring(service: SecretService) -> None:
    vault = Vault()
    await Stored(vault).save(ALL, keep=False)
    assert service.secrets() == []
    assert await CredentialFinder(vault, {}).find(SID) == (ALL, CredentialHome.MEMORY)
    assert await CredentialFinder(Vault(), {}).find(SID) is None


@pytest.mark.parametrize(
    "kept",
    [
        "",
        TOKEN,
        "null",
        "[]",
        f'["{TOKEN}"]',
        f'{{"auth_token": "{TOKEN}"}}',
        f'{{"auth_token": "{TOKEN}", "api_key": 1, "api_secret": ""}}',
        f'{{"auth_token": "{TOKEN}", "api_key": "{KEY}", "api_secret": ""}}',
        '{"auth_token": "", "api_key": "", "api_secret": ""}',
        f'{{"auth_token": "{TOKEN}\\ud800", "api_key": "", "api_secret": ""}}',
        "[" * 1200,
        f'{{"auth_token": "{TOKEN}',
    ],
)
async def test_what_is_damaged_in_the_keyring_is_told_and_not_shown(kept: str) -> None:
    vault = Vault()
    await vault.save(f"twilio:{SID}", kept, keep=False)
    with pytest.raises(BadInput, match=r"AC…1f1f is damaged\. Enter the credentials again\.$") as caught:
        await Stored(vault).load(SID)
    assert TOKEN not in str(caught.value) and caught.value.__cause__ is None


async def holding(*credentials: Credentials) -> Vault:
    vault = Vault()
    for each in credentials:
        await Stored(vault).save(each, keep=False)
    return vault


async def found(vault: Vault, account_sid: str | None, /, **values: str) -> tuple[Credentials, CredentialHome] | None:
    variables = {f"TWILIO_{name.upper()}": value for name, value in values.items()}
    return await CredentialFinder(vault, variables).find(account_sid)


async def test_with_nothing_set_and_nothing_kept_nothing_is_found() -> None:
    assert await found(await holding(), None) is None
    assert await found(await holding(ALL), None) is None, "which account is meant, nobody said"
    assert await found(await holding(ALL), None, api_key=KEY, api_secret="x") is None


async def test_kept_credentials_are_found_by_their_account(service: SecretService) -> None:
    await Stored(Vault()).save(ALL)
    assert await found(Vault(), SID) == (ALL, CredentialHome.KEYRING)
    assert await found(Vault(), None, account_sid=f" {SID} ") == (ALL, CredentialHome.KEYRING)
    assert await found(Vault(), SID, account_sid="", auth_token=" ") == (ALL, CredentialHome.KEYRING)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"auth_token": "9a" * 16}, replace(ALL, auth_token="9a" * 16)),
        ({"account_sid": SID, "auth_token": "9a" * 16}, Credentials(SID, "9a" * 16)),
        ({"account_sid": "AC" + "7c" * 16, "auth_token": "6d" * 16}, Credentials("AC" + "7c" * 16, "6d" * 16)),
    ],
)
async def test_the_environment_wins_where_it_is_set(values: dict[str, str], expected: Credentials) -> None:
    assert await found(await holding(ALL), SID, **values) == (expected, CredentialHome.ENVIRONMENT)


async def test_a_key_of_the_environment_leaves_the_token_where_it_is() -> None:
    key = {"api_key": "SK" + "8b" * 16, "api_secret": "x"}
    expected = Credentials(SID, TOKEN, **key)
    assert await found(await holding(ALL), SID, **key) == (expected, CredentialHome.MEMORY)


def test_nothing_of_one_account_completes_another() -> None:
    other = {"TWILIO_ACCOUNT_SID": "AC" + "7c" * 16}
    with pytest.raises(NotConfigured, match="TWILIO_AUTH_TOKEN is not"):
        from_environment(other, ALL)
    complete = other | {"TWILIO_AUTH_TOKEN": "6d" * 16}
    assert from_environment(complete, ALL) == Credentials("AC" + "7c" * 16, "6d" * 16)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"account_sid": "AC" + "7c" * 16}, "TWILIO_AUTH_TOKEN is not"),
        ({"api_key": KEY}, "belong together"),
        ({"api_secret": "x"}, "belong together"),
        ({"auth_token": "two words"}, "Auth Token is not right"),
    ],
)
async def test_a_half_that_nothing_completes_is_told(values: dict[str, str], sentence: str) -> None:
    with pytest.raises((NotConfigured, BadInput), match=sentence):
        await found(await holding(ALL), SID, **values)


async def test_a_token_for_an_account_of_which_nothing_is_known_is_told(service: SecretService) -> None:
    for account_sid in (None, SID):
        with pytest.raises(NotConfigured, match="TWILIO_ACCOUNT_SID is not"):
            await found(Vault(), account_sid, auth_token=TOKEN)
    assert service.secrets() == []


async def test_where_the_environment_says_all_no_keyring_is_needed(service: SecretService) -> None:
    service.stop()
    complete = {"account_sid": SID, "auth_token": TOKEN}
    assert await found(Vault(), None, **complete) == (Credentials(SID, TOKEN), CredentialHome.ENVIRONMENT)
    with pytest.raises(NotConfigured, match="TWILIO_AUTH_TOKEN is not"):
        await found(Vault(), None, account_sid=SID)
    with pytest.raises(NoKeyring):
        await found(Vault(), SID)


async def test_a_locked_keyring_is_told_where_it_is_needed(service: SecretService) -> None:
    await Stored(Vault()).save(ALL)
    service.lock()
    with pytest.raises(KeyringLocked):
        await found(Vault(), SID)
    with pytest.raises(KeyringLocked):
        await found(Vault(), None, account_sid=SID)
    complete = {"account_sid": SID, "auth_token": TOKEN}
    assert await found(Vault(), SID, **complete) == (Credentials(SID, TOKEN), CredentialHome.ENVIRONMENT)


async def test_ngroks_token_comes_from_the_environment_or_the_accounts_item(service: SecretService) -> None:
    vault = Vault()
    finder = CredentialFinder(vault, {})
    assert await finder.ngrok_token(SID) is None and await finder.ngrok_token(None) is None
    await vault.save(ngrok_name(SID), "2abc_def")
    assert service.secrets() == [Kept(SERVICE, f"ngrok:{SID}", "2abc_def")]
    assert await finder.ngrok_token(SID) == ("2abc_def", CredentialHome.KEYRING)
    await vault.save(ngrok_name(SID), "3xyz", keep=False)
    assert await finder.ngrok_token(SID) == ("3xyz", CredentialHome.MEMORY)
    set_too = CredentialFinder(vault, {"NGROK_AUTHTOKEN": " 4env\n"})
    assert await set_too.ngrok_token(SID) == ("4env", CredentialHome.ENVIRONMENT)
    assert await set_too.ngrok_token(None) == ("4env", CredentialHome.ENVIRONMENT)


@pytest.mark.parametrize(
    "entered",
    [
        Entered(SID, TOKEN),
        Entered(f"  {SID}\r\n", f"\t{TOKEN}\n\n"),
        Entered(f"\u00a0{SID}\u200b", f"\ufeff{TOKEN}\u2060"),
        Entered(f"{SID[:9]}\u200b{SID[9:]}", f"{TOKEN[:9]}\u00ad{TOKEN[9:]}"),
        Entered(f"{SID[:20]}\n{SID[20:]}", f"{TOKEN[:16]} {TOKEN[16:]}"),
        Entered(f"“{SID}”", f"'{TOKEN}';"),
        Entered(f"Account SID: {SID}", f"Auth Token: {TOKEN}"),
        Entered(f"ACCOUNT SID\n{SID}", f"auth token\n{TOKEN}"),
        Entered(f"TWILIO_ACCOUNT_SID={SID}", f'export TWILIO_AUTH_TOKEN="{TOKEN}"'),
        Entered(f'"accountSid": "{SID}",', f"const authToken = '{TOKEN}';"),
        Entered(f"$env:TWILIO_ACCOUNT_SID = '{SID}'", f"set TWILIO_AUTH_TOKEN={TOKEN}"),
        Entered(f"ac{SID[2:]}", TOKEN),
        Entered(TOKEN, SID),
        Entered(f"Auth Token: {TOKEN}", f"SID {SID}"),
        Entered(f"{TOKEN[:16]}\n{TOKEN[16:]}", f"SID {SID[:20]} {SID[20:]}"),
        Entered(f"{SID[:2]} {SID[2:]}", TOKEN),
        Entered(f"Account SID {SID}\nAuth Token {TOKEN}", ""),
        Entered("", f"TWILIO_ACCOUNT_SID={SID}\nTWILIO_AUTH_TOKEN={TOKEN}"),
        Entered(f"SID={SID}\nTOKEN={TOKEN}", f"SID={SID}\nTOKEN={TOKEN}"),
        Entered(f"https://console.example/account/{SID}/settings", TOKEN),
    ],
)
def test_what_pasting_adds_does_not_matter(entered: Entered) -> None:
    assert cleaned(entered) == Credentials(SID, TOKEN)


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        (KEY, SECRET),
        (f" {KEY}\n", f"\u200b{SECRET} "),
        (f"SID: {KEY}", f"Secret: {SECRET}"),
        (f"TWILIO_API_KEY='{KEY}'", f"TWILIO_API_SECRET='{SECRET}'"),
        (f"API key SID\n{KEY}", f"{SECRET[:10]}\n{SECRET[10:]}"),
        (SECRET, KEY),
    ],
)
def test_an_api_key_is_cleaned_likewise(key: str, secret: str) -> None:
    assert cleaned(Entered(SID, TOKEN, key, secret)) == ALL


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        (Entered(), r"^Enter the Account SID and the Auth Token\. .*first page of the Twilio Console"),
        (Entered(" \u200b", "\n"), r"^Enter the Account SID and the Auth Token\."),
        (Entered("", TOKEN), r"^The Account SID is missing\. It starts with AC\."),
        (Entered(SID, ""), r"^The Auth Token is missing\."),
        (Entered(SID, ' "" '), r"^The Auth Token is missing\."),
        (Entered(TOKEN, ""), r"^The field “Account SID” holds an Auth Token\."),
        (Entered(TOKEN, TOKEN), r"^The field “Account SID” holds an Auth Token\."),
        (Entered(KEY, TOKEN), r"^The field “Account SID” holds an API key \(SK…\)\. The Account SID starts with AC"),
        (Entered("MG" + "1f" * 16, TOKEN), r"^The field “Account SID” holds a Messaging Service \(MG…\)\."),
        (Entered("PN" + "1f" * 16, TOKEN), r"^The field “Account SID” holds a phone number \(PN…\)\."),
        (Entered("ZZ" + "1f" * 16, TOKEN), r"^The field “Account SID” holds something else of Twilio’s \(ZZ…\)\."),
        (Entered(SID, SID), r"^The field “Auth Token” holds an Account SID \(AC…\)\."),
        (Entered(SID, KEY), r"^The field “Auth Token” holds an API key \(SK…\)\."),
        (Entered("nobody@example.com", TOKEN), r"^The Account SID is not right"),
        (Entered(SID[:-1], TOKEN), r"^The Account SID is not right"),
        (Entered(f"{SID} AC{'7c' * 16}", TOKEN), r"^The Account SID is not right"),
        (Entered(SID, "p4ss wörd"), r"^The Auth Token is not right"),
        (Entered(SID, f"{TOKEN} {'7c' * 16}"), r"^The Auth Token is not right"),
        (Entered(SID, TOKEN, KEY, ""), r"^An API key and its secret belong together\."),
        (Entered(SID, TOKEN, "", SECRET), r"^An API key and its secret belong together\."),
        (Entered(SID, TOKEN, SID, SECRET), r"^The field “API key” holds an Account SID \(AC…\)\."),
        (Entered(SID, TOKEN, "hello", SECRET), r"^The API key is not right"),
        (Entered(SID, TOKEN, KEY, "two wörds"), r"^The API secret is not right"),
    ],
)
def test_what_cannot_be_meant_is_told_by_its_field(entered: Entered, sentence: str) -> None:
    with pytest.raises(BadField, match=sentence) as caught:
        cleaned(entered)
    said = str(caught.value)
    assert caught.value.field.split("_")[1] in said.lower()
    assert said.endswith((".", "”."))
    for text in (entered.account_sid, entered.auth_token, entered.api_key, entered.api_secret):
        assert len(text.strip()) < 3 or text.strip() not in said


HEX = st.text("0123456789abcdef", min_size=32, max_size=32)
UNSEEN = st.text("\u200b\u200c\u200d\u2060\ufeff\u00ad", max_size=2)
AROUND = st.text(" \t\r\n\u00a0\u2009\u3000\u200b\ufeff\x00", max_size=4)
QUOTES = st.sampled_from(["{}", "'{}'", '"{}"', "“{}”", "`{}`", '"{}",', "{};"])
LABELS = st.sampled_from(
    ["{}", "Account SID: {}", "TWILIO_X = {}", "export TWILIO_AUTH_TOKEN={}", "Token\n{}", "SID {}"]
)


@settings(deadline=None)
@given(st.data(), HEX, HEX, HEX, st.text("abcXYZ0189", min_size=32, max_size=32))
def test_whatever_pasting_does_to_credentials_is_undone(
    data: st.DataObject, account: str, token: str, key: str, secret: str
) -> None:
    def pasted(value: str, labels: st.SearchStrategy[str]) -> str:
        cut = data.draw(st.integers(0, len(value)))
        unseen = value[:cut] + data.draw(UNSEEN) + value[cut:]
        shown = data.draw(labels).format(data.draw(QUOTES).format(unseen))
        return data.draw(AROUND) + shown + data.draw(AROUND)

    meant = Credentials(f"AC{account}", token, f"SK{key}", secret)
    fields = [pasted(value, LABELS) for value in (meant.account_sid, meant.auth_token, meant.api_key)]
    fields.append(pasted(secret, st.sampled_from(["{}", "Secret: {}", "API secret\n{}", "TWILIO_API_SECRET={}"])))
    if data.draw(st.booleans()):
        fields[:2] = reversed(fields[:2])
    if data.draw(st.booleans()):
        fields[2:] = reversed(fields[2:])
    assert cleaned(Entered(*fields)) == meant


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(),
            HEX,
            st.builds("{}{}{}".format, st.sampled_from(["AC", "SK", "ac", "MG", "Token: ", "export "]), HEX, st.text()),
        ),
        min_size=4,
        max_size=4,
    )
)
def test_whatever_is_entered_gives_good_credentials_or_a_sentence_without_them(fields: list[str]) -> None:
    try:
        credentials = cleaned(Entered(*fields))
    except BadInput as error:
        said = str(error)
        assert said.endswith(".")
        assert not any(len(field.strip()) > 12 and field.strip() in said for field in fields)
    else:
        again = Entered(credentials.account_sid, credentials.auth_token, credentials.api_key, credentials.api_secret)
        assert cleaned(again) == credentials
