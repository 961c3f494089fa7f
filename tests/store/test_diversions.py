"""What stood at Twilio before us, kept for as long as ours stands there."""

from datetime import UTC, datetime, timedelta

import pytest

from sms_desktop.domain.routing import Holder, HolderKind, Webhook
from sms_desktop.store import diversions, settings
from sms_desktop.store.diversions import KEPT, Diversion
from sms_desktop.store.tx import Tx

SID = "PN" + "1" * 32
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OURS, NEXT = "https://one.example/twilio/inbound", "https://two.example/twilio/inbound"
THEIRS = Webhook("https://old.example/sms", "GET", "https://old.example/fallback", "GET")


def holder(webhook: Webhook = THEIRS, sid: str = SID) -> Holder:
    return Holder(HolderKind.NUMBER, sid, "Shop", webhook)


def test_what_stood_there_before_is_kept(tx: Tx) -> None:
    kept = diversions.put(tx, holder(), OURS, AT)
    assert kept == Diversion(SID, HolderKind.NUMBER, "Shop", THEIRS, (OURS,), AT)
    assert diversions.all(tx.db) == {SID: kept}


@pytest.mark.parametrize("fragment", ["", "#rc=3&rp=all"])
def test_our_own_address_never_takes_the_place_of_what_stood_there_before(tx: Tx, fragment: str) -> None:
    diversions.put(tx, holder(), OURS, AT)
    later = diversions.put(tx, holder(Webhook(OURS + fragment)), NEXT, AT + timedelta(days=1))
    assert later.former == THEIRS
    assert later.ours == (OURS, NEXT)
    assert diversions.all(tx.db) == {SID: later}


def test_a_change_that_did_not_get_there_keeps_what_stood_there_before(tx: Tx) -> None:
    diversions.put(tx, holder(), OURS, AT)
    again = diversions.put(tx, holder(), NEXT, AT)
    assert again.former == THEIRS
    assert again.ours == (OURS, NEXT)


def test_what_somebody_else_set_after_us_never_takes_the_place_of_what_stood_there_before(tx: Tx) -> None:
    diversions.put(tx, holder(), OURS, AT)
    newer = Webhook("https://newer.example/sms")
    assert diversions.put(tx, holder(newer), OURS, AT).former == THEIRS
    assert diversions.all(tx.db)[SID].former == THEIRS


def test_where_ours_is_given_up_what_stood_there_before_is_still_owed(tx: Tx) -> None:
    diversions.put(tx, holder(), OURS, AT)
    diversions.owe(tx, holder(), AT)
    assert (diversions.all(tx.db), diversions.owed(tx.db)) == ({}, {SID: THEIRS})
    again = diversions.put(tx, holder(Webhook("https://newer.example/sms")), NEXT, AT)
    assert (again.former, again.ours) == (THEIRS, (NEXT,))
    assert (diversions.all(tx.db), diversions.owed(tx.db)) == ({SID: again}, {})
    diversions.owe(tx, holder(), AT)
    diversions.forget(tx, SID)
    assert diversions.owed(tx.db) == {}


def test_the_same_address_again_is_kept_once_and_counts_as_the_last(tx: Tx) -> None:
    for url in (OURS, NEXT, OURS):
        diversions.put(tx, holder(), url, AT)
    assert diversions.all(tx.db)[SID].ours == (NEXT, OURS)


def test_the_newest_addresses_of_ours_are_remembered(tx: Tx) -> None:
    for n in range(KEPT + 10):
        diversions.put(tx, holder(), f"https://{n}.example/twilio/inbound", AT)
    ours = diversions.all(tx.db)[SID].ours
    assert len(ours) == KEPT
    assert ours[-1] == f"https://{KEPT + 9}.example/twilio/inbound"
    assert ours[0] == "https://10.example/twilio/inbound"


def test_what_is_forgotten_is_gone_and_nothing_else(tx: Tx) -> None:
    other = "MG" + "2" * 32
    diversions.put(tx, holder(), OURS, AT)
    diversions.put(tx, holder(sid=other), OURS, AT)
    diversions.forget(tx, SID)
    assert list(diversions.all(tx.db)) == [other]


def test_what_rests_is_remembered_with_what_was_put_back_until_it_is_brought_here_again(tx: Tx) -> None:
    one = diversions.put(tx, holder(), OURS, AT)
    diversions.rest(tx, one)
    assert diversions.all(tx.db) == {}
    assert diversions.resting(tx.db) == {SID: holder()}
    diversions.put(tx, holder(), NEXT, AT)
    assert diversions.resting(tx.db) == {}


def test_what_rests_can_be_forgotten(tx: Tx) -> None:
    diversions.rest(tx, diversions.put(tx, holder(), OURS, AT))
    diversions.forget(tx, SID)
    assert diversions.resting(tx.db) == {}


@pytest.mark.parametrize("value", [3, "x", [1], [{"sid": SID}], [{"sid": SID, "kind": "x", "name": "", "former": {}}]])
def test_a_damaged_note_of_what_rests_counts_as_none(tx: Tx, value: object) -> None:
    settings.put(tx, diversions.RESTING, value)
    assert diversions.resting(tx.db) == {}
