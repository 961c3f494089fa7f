"""Why a conversation cannot be written to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.ui.composer.lock import Lift, lock_of
from sms_desktop.ui.words import clock

NOW = datetime(2026, 3, 12, 20, 0, tzinfo=UTC)
SHOP = Line("+12125550100", "Shop")


def _conversation(
    peer: str = "+12125550187", *, blocked: bool = False, stopped: datetime | None = None
) -> Conversation:
    return Conversation(1, SHOP.address, peer, NOW, blocked=blocked, opted_out_at=stopped, opted_out_words="STOP")


def test_who_can_be_texted_is_not_locked() -> None:
    assert lock_of(_conversation(), [SHOP], NOW) is None
    assert lock_of(_conversation("55555"), [SHOP], NOW) is None


def test_a_stop_says_when_to_which_line_and_what_lifts_it() -> None:
    lock = lock_of(_conversation(stopped=NOW), [SHOP], NOW)
    assert lock is not None and lock.lift is Lift.PROOF
    assert lock.title == "You cannot text this person."
    assert lock.reason == (
        f"They wrote STOP to (212) 555-0100 today at {clock(NOW)}. They can write START to allow it again."
    )


def test_a_service_is_called_by_its_name() -> None:
    sid = "MG" + "0a" * 16
    service = Line(sid, "Reminders", LineKind.SERVICE)
    stopped = replace(_conversation(stopped=NOW), line=sid)
    lock = lock_of(stopped, [SHOP, service], NOW)
    assert lock is not None and lock.reason.startswith("They wrote STOP to Reminders today")
    gone = lock_of(replace(_conversation(), line=sid), [SHOP], NOW)
    assert gone is not None and gone.lift is Lift.OTHER_LINE
    assert gone.reason == "The Messaging Service of this conversation is not in use here any more."


def test_an_older_stop_says_the_day() -> None:
    lock = lock_of(_conversation(stopped=NOW - timedelta(days=400)), [SHOP], NOW)
    assert lock is not None and "on 5 Feb 2025 at" in lock.reason


@pytest.mark.parametrize(
    ("conversation", "lines", "says", "lift"),
    [
        (_conversation(blocked=True), [SHOP], "You blocked", Lift.UNBLOCK),
        (_conversation("FEDEX"), [SHOP], "one way", Lift.NONE),
        (_conversation("whatsapp:+1212"), [SHOP], "not a phone number", Lift.NONE),
        (_conversation(), [], "no number that can send texts", Lift.NONE),
        (_conversation(), [Line("+13105550100")], "not a number of this account", Lift.OTHER_LINE),
        (_conversation(), [Line(SHOP.address, sms=False), Line("+13105550100")], "cannot send texts", Lift.OTHER_LINE),
        (_conversation(blocked=True, stopped=NOW), [], "They wrote STOP", Lift.PROOF),
    ],
)
def test_each_lock_has_its_reason(conversation: Conversation, lines: list[Line], says: str, lift: Lift) -> None:
    lock = lock_of(conversation, lines, NOW)
    assert lock is not None
    assert says in lock.reason
    assert lock.lift is lift


@pytest.mark.parametrize(
    ("source", "says", "lift"),
    [
        (ConsentSource.INBOUND, "They wrote called to (212) 555-0100 today at", Lift.PROOF),
        (ConsentSource.ERROR, "Twilio said today at", Lift.PROOF),
        (ConsentSource.ATTESTED, "These records say that they opted out", Lift.PROOF),
        (ConsentSource.STAFF, "It was entered here today at", Lift.CONSENT),
        (ConsentSource.IMPORT, "A list that was imported", Lift.CONSENT),
    ],
)
def test_an_opt_out_says_how_it_is_known(source: ConsentSource, says: str, lift: Lift) -> None:
    stopped = replace(_conversation(stopped=NOW), opted_out_words="called", opted_out_source=source)
    lock = lock_of(stopped, [SHOP], NOW)
    assert lock is not None and says in lock.reason and lock.lift is lift
    assert ("START" in lock.reason) is (lift is Lift.PROOF)


def test_a_stop_to_another_number_of_the_service_names_that_number() -> None:
    stopped, other = _conversation(stopped=NOW), "+15005550007"
    by = ConsentEvent(other, stopped.peer, True, ConsentSource.INBOUND, "STOP", "SM1", NOW)
    lock = lock_of(stopped, [SHOP], NOW, by)
    assert lock is not None and lock.reason.startswith("They wrote STOP to (500) 555-0007 today")
    assert "so for (212) 555-0100 too" in lock.reason
    own = lock_of(stopped, [SHOP], NOW, replace(by, line=SHOP.address))
    assert own == lock_of(stopped, [SHOP], NOW)
