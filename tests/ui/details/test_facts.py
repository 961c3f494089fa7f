"""The details pane's facts as words."""

from datetime import UTC, datetime

import pytest

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.conversation import Conversation, ConversationFacts
from sms_desktop.ui.details.facts import (
    Consent,
    consent_of,
    delivered_words,
    phone_words,
    region_words,
    spent_words,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MARCH = datetime(2026, 3, 12, 12, tzinfo=UTC)


def _facts(
    outbound: int = 0,
    delivered: int = 0,
    spent: str | None = None,
    unit: str | None = "USD",
    *,
    ended: int | None = None,
) -> ConversationFacts:
    return ConversationFacts(outbound, outbound, delivered, outbound if ended is None else ended, spent, unit, None)


def test_who_never_objected_can_be_messaged_since_the_first_message() -> None:
    conversation = Conversation(1, "+12125550100", "+12125550187", NOW)
    assert consent_of(conversation, MARCH, NOW) == Consent("Can be messaged", "ok", "12 Mar")
    assert consent_of(conversation, None, NOW).since == ""


def test_who_wrote_stop_has_opted_out_since_then() -> None:
    conversation = Conversation(
        1, "+12125550100", "+12125550187", NOW, opted_out_at=MARCH, opted_out_words="Stop", blocked=True
    )
    assert consent_of(conversation, NOW, NOW) == Consent("Opted out", "bad", "12 Mar, wrote Stop")


def test_blocked_and_one_way_peers_are_told_apart() -> None:
    blocked = Conversation(1, "+12125550100", "+12125550187", NOW, blocked=True)
    assert consent_of(blocked, NOW, NOW).word == "Blocked by you"
    assert consent_of(Conversation(1, "+12125550100", "FEDEX", NOW), NOW, NOW).word == "Cannot be answered"


def test_numbers_are_said_with_their_region() -> None:
    assert phone_words("+12125550187") == "+1 212 555 0187"
    assert region_words("+12125550187") == "United States"
    assert region_words("+442079460018") == "United Kingdom"
    assert region_words("+12125550187", "10007") == "United States · ZIP 10007"
    assert region_words("+14165550187", "M5H 2N2") == "Canada · M5H 2N2"
    assert region_words("55555") == "Short code"
    assert region_words("FEDEX") == "Sender without a number"
    assert region_words("whatsapp:+1") == ""


@pytest.mark.parametrize(
    ("outbound", "delivered", "words"), [(0, 0, ""), (140, 139, "99.3 %"), (3, 3, "100 %"), (2, 0, "0 %")]
)
def test_the_share_that_arrived_is_of_what_we_sent(outbound: int, delivered: int, words: str) -> None:
    assert delivered_words(_facts(outbound, delivered)) == words


def test_what_waits_or_is_on_its_way_is_no_part_of_the_share() -> None:
    assert delivered_words(_facts(1, ended=0)) == "–"
    assert delivered_words(_facts(2, 1, ended=1)) == "100 %"
    assert delivered_words(_facts(4, 1, ended=2)) == "50 %"
    assert delivered_words(_facts(0, ended=0)) == ""


@pytest.mark.parametrize(
    ("spent", "unit", "words"),
    [
        (None, None, ""),
        ("1.62", "USD", "$1.62"),
        ("-0.0079", "usd", "$0.0079"),
        ("0", "USD", "$0.00"),
        ("12.5", "EUR", "12.50 EUR"),
    ],
)
def test_money_is_said_with_its_unit(spent: str | None, unit: str | None, words: str) -> None:
    assert spent_words(_facts(spent=spent, unit=unit)) == words


@pytest.mark.parametrize(
    ("source", "words", "since"),
    [
        (ConsentSource.INBOUND, "START", "12 Mar, wrote START"),
        (ConsentSource.STAFF, "", "12 Mar, entered here"),
        (ConsentSource.IMPORT, "", "12 Mar, imported"),
    ],
)
def test_who_agreed_can_be_messaged_since_then(source: ConsentSource, words: str, since: str) -> None:
    conversation = Conversation(1, "+12125550100", "+12125550187", NOW)
    event = ConsentEvent("+12125550100", "+12125550187", False, source, words, None, MARCH)
    assert consent_of(conversation, NOW, NOW, event, wrote=False) == Consent("Can be messaged", "ok", since)


def test_of_who_never_wrote_nothing_is_known() -> None:
    conversation = Conversation(1, "+12125550100", "+12125550187", NOW)
    assert consent_of(conversation, MARCH, NOW, wrote=False) == Consent("Not known yet", "muted", "")


@pytest.mark.parametrize(
    ("source", "since"),
    [
        (ConsentSource.STAFF, "12 Mar, entered here"),
        (ConsentSource.IMPORT, "12 Mar, imported"),
        (ConsentSource.ERROR, "12 Mar, Twilio said so"),
    ],
)
def test_an_opt_out_says_since_when_and_by_what(source: ConsentSource, since: str) -> None:
    stopped = Conversation(
        1, "+12125550100", "+12125550187", NOW, opted_out_at=MARCH, opted_out_words="21610", opted_out_source=source
    )
    assert consent_of(stopped, NOW, NOW) == Consent("Opted out", "bad", since)
