"""Which accounts have their messages on this computer, and where each one's lie."""

import json
import os
import stat
from pathlib import Path

import pytest

from sms_desktop.domain.account import KnownAccount
from sms_desktop.domain.errors import StoreError
from sms_desktop.store.accounts import FILE, Accounts

ONE, TWO, THREE = ("AC" + digit * 32 for digit in "123")


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path / "data")


def test_before_the_first_account_the_data_directory_itself_is_its_place(accounts: Accounts) -> None:
    assert accounts.all() == ()
    assert accounts.current() is None
    assert accounts.folder() == accounts.free_folder() == accounts.root
    assert accounts.sid_of(accounts.root) is None


def test_each_account_has_a_folder_of_its_own_and_the_first_is_shown_until_another_is_chosen(
    accounts: Accounts,
) -> None:
    first, second, third = accounts.add(ONE, "Shop"), accounts.add(TWO, "Practice"), accounts.add(THREE, "Workshop")
    assert first.resolve() == accounts.root.resolve()
    assert second == accounts.root / "accounts" / "2"
    assert third == accounts.root / "accounts" / "3"
    assert accounts.all() == (
        KnownAccount(ONE, "Shop", current=True),
        KnownAccount(TWO, "Practice"),
        KnownAccount(THREE, "Workshop"),
    )
    accounts.choose(THREE)
    assert accounts.current() == THREE
    assert accounts.folder() == third
    assert accounts.folder(TWO) == second
    assert accounts.sid_of(second) == TWO
    assert accounts.sid_of(first) == ONE


def test_the_account_that_was_chosen_is_shown_at_the_next_start(accounts: Accounts) -> None:
    accounts.add(ONE, "Shop")
    accounts.add(TWO, "Practice")
    accounts.choose(ONE)
    again = Accounts(accounts.root)
    assert again.current() == ONE
    assert again.folder().resolve() == accounts.root.resolve()


def test_an_account_that_is_not_known_cannot_be_chosen(accounts: Accounts) -> None:
    accounts.add(ONE, "Shop")
    accounts.choose(TWO)
    assert accounts.current() == ONE


def test_a_new_name_leaves_folder_and_order(accounts: Accounts) -> None:
    accounts.add(ONE, "Shop")
    second = accounts.add(TWO, "Practice")
    accounts.add(THREE, "Workshop")
    assert accounts.add(TWO, "Praxis") == second
    assert [(one.sid, one.name) for one in accounts.all()] == [(ONE, "Shop"), (TWO, "Praxis"), (THREE, "Workshop")]
    accounts.add(TWO, "")
    assert accounts.all()[1].name == "Praxis"


def test_an_account_whose_messages_lie_somewhere_already_stays_there(accounts: Accounts) -> None:
    accounts.add(ONE, "Shop")
    place = accounts.root / "accounts" / "2"
    assert accounts.add(TWO, "Practice", place) == place
    assert accounts.sid_of(place) == TWO
    assert accounts.free_folder() == accounts.root / "accounts" / "3"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"AC"', '{"accounts": 3, "current": null}', '{"accounts": [{"sid": "AC"}], "current": ""}'],
)
def test_a_damaged_file_counts_as_none_and_can_be_written_anew(accounts: Accounts, text: str) -> None:
    accounts.root.mkdir()
    (accounts.root / FILE).write_text(text)
    assert accounts.all() == ()
    assert accounts.folder() == accounts.root
    accounts.add(ONE, "Shop")
    assert accounts.all() == (KnownAccount(ONE, "Shop", current=True),)


@pytest.mark.parametrize("folder", ["../elsewhere", "/somewhere", "accounts/../../elsewhere"])
def test_a_file_that_points_out_of_the_data_directory_leads_nowhere(accounts: Accounts, folder: str) -> None:
    accounts.root.mkdir()
    found = {"current": ONE, "accounts": [{"sid": ONE, "name": "Shop", "folder": folder}]}
    (accounts.root / FILE).write_text(json.dumps(found))
    assert accounts.folder() == accounts.root
    assert accounts.all() == ()


def test_the_file_is_for_the_user_alone(accounts: Accounts) -> None:
    accounts.add(ONE, "Shop")
    assert stat.S_IMODE((accounts.root / FILE).stat().st_mode) == 0o600
    assert sorted(path.name for path in accounts.root.iterdir()) == [FILE]


def test_what_cannot_be_written_is_said_and_changes_nothing(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add(ONE, "Shop")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        accounts.add(TWO, "Practice")
    assert accounts.all() == (KnownAccount(ONE, "Shop", current=True),)


def test_what_the_environment_names_has_a_folder_of_its_own_and_changes_no_choice(accounts: Accounts) -> None:
    assert accounts.shown({"TWILIO_ACCOUNT_SID": ONE}) == accounts.root
    accounts.add(ONE, "Shop")
    second = accounts.add(TWO, "Practice")
    assert accounts.shown({}) == accounts.folder(ONE)
    assert accounts.shown({"TWILIO_ACCOUNT_SID": f" {TWO} "}) == second
    assert accounts.shown({"TWILIO_ACCOUNT_SID": THREE}) == accounts.free_folder() != second
    assert accounts.current() == ONE


def test_a_folder_that_holds_another_accounts_messages_is_not_taken_over(accounts: Accounts) -> None:
    first = accounts.add(ONE, "Shop")
    assert accounts.add(TWO, "Practice", first) == first
    assert [known.sid for known in accounts.all()] == [ONE]
