"""Where each wish leads: the demo's directory is never opened as a real one, nor a real one as the demo."""

from pathlib import Path

import pytest

from sms_desktop.app.place import Map, Place, Wish
from sms_desktop.store.accounts import Accounts

FIRST, SECOND = "AC" + "1" * 32, "AC" + "2" * 32


@pytest.fixture
def known(tmp_path: Path) -> Map:
    """Two accounts, of which the second is shown."""
    found = Map(tmp_path / "real", tmp_path / "demo", {})
    accounts = Accounts(found.real)
    accounts.add(FIRST, "Bright Chairs")
    accounts.add(SECOND, "Old Barn")
    accounts.choose(SECOND)
    Accounts(found.demo).add("AC" + "d" * 32, "The demo")
    return found


def real(found: Map, folder: str) -> Place:
    return Place(found.real, found.real / folder, demo=False)


def test_out_of_the_demo_one_comes_to_the_real_accounts(known: Map) -> None:
    demo = known.lead(Wish.DEMO, known.shown())
    assert demo == Place(known.demo, known.demo, demo=True)
    assert known.lead(Wish.ADD, demo) == real(known, "accounts/3")
    assert known.lead(Wish.SETUP, demo) == real(known, "accounts/2")


@pytest.mark.parametrize("wish", [Wish.HERE, Wish.REPAIR, Wish.SHOWN, Wish.DEMO])
def test_what_is_done_to_the_demo_leads_back_to_the_demo(known: Map, wish: Wish) -> None:
    assert known.lead(wish, known.sandbox()) == known.sandbox()


def test_from_an_account_one_comes_to_a_free_place_to_the_one_that_was_chosen_or_stays(known: Map) -> None:
    here = real(known, "accounts/3")
    assert known.lead(Wish.ADD, here) == here
    assert known.lead(Wish.SHOWN, here) == real(known, "accounts/2")
    assert {known.lead(wish, here) for wish in (Wish.HERE, Wish.SETUP, Wish.REPAIR)} == {here}


def test_the_account_that_the_environment_names_is_the_one_that_is_shown(known: Map) -> None:
    named = Map(known.real, known.demo, {"TWILIO_ACCOUNT_SID": FIRST})
    assert named.shown() == real(known, ".")
