"""Addresses of people and lines."""

import pytest

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.phone import (
    AddressKind,
    can_be_texted,
    display,
    international,
    is_toll_free,
    kind_of,
    parse_recipient,
    region_of,
    time_zones_of,
)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("(212) 555-0187", "+12125550187"),
        ("212 555 0187", "+12125550187"),
        ("+44 20 7946 0018", "+442079460018"),
        ("0044 20 7946 0018", "+442079460018"),
        ("tel:+1-212-555-0187", "+12125550187"),
        ("  +1 212 555 0187\n", "+12125550187"),
        ("+1 (212) 555‑0187", "+12125550187"),
        ("55555", "55555"),
        ("1-800-FLOWERS", "+18003569377"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, address: str) -> None:
    assert parse_recipient(typed).address == address


def test_a_national_number_is_read_in_the_region_given() -> None:
    recipient = parse_recipient("020 7946 0018", region="GB")
    assert (recipient.address, recipient.shown) == ("+442079460018", "020 7946 0018")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type a phone number"),
        ("   ", "Type a phone number"),
        ("Maria", "is not a phone number"),
        ("555-0187", "too short. Is the area code missing?"),
        ("+1 555 0187", "too short. Is the area code missing?"),
        ("+1 212 555", "too short. Are digits missing?"),
        ("+1 415555019", "too short. One digit is missing."),
        ("(415) 555-019", "too short. One digit is missing."),
        ("+1 41555501", "too short. Two digits are missing."),
        ("+1 212 555 0187 5555", "too long"),
        ("+999 123 4567", "country code"),
        ("212 555 0187 ext 12", "extension"),
    ],
)
def test_what_cannot_be_texted_is_refused_with_a_reason(typed: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        parse_recipient(typed)


def test_a_number_that_looks_unassigned_can_be_texted_but_is_doubted() -> None:
    assert "may not be in use" in parse_recipient("+1 211 155 0187").doubt
    assert not parse_recipient("+1 212 736 5000").doubt


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("+12125550187", AddressKind.E164),
        ("55555", AddressKind.SHORT_CODE),
        ("FEDEX", AddressKind.ALPHANUMERIC),
        ("whatsapp:+12125550187", AddressKind.UNKNOWN),
        ("", AddressKind.UNKNOWN),
    ],
)
def test_the_kind_of_an_address_is_told_by_its_shape(address: str, kind: AddressKind) -> None:
    assert kind_of(address) is kind
    assert can_be_texted(address) == (kind in {AddressKind.E164, AddressKind.SHORT_CODE})


def test_numbers_are_shown_nationally_at_home_and_internationally_abroad() -> None:
    assert display("+14155550132") == "(415) 555-0132"
    assert display("+442079460018") == "+44 20 7946 0018"
    assert display("FEDEX") == "FEDEX"
    assert display("+000") == "+000"
    assert international("+12125550187") == "+1 212-555-0187"
    assert international("55555") == "55555"


def test_the_sid_of_a_messaging_service_is_never_shown_for_a_number() -> None:
    assert display("MG" + "0a" * 16) == "Messaging Service"
    assert not can_be_texted("MG" + "0a" * 16)


def test_region_zone_and_toll_free_come_from_the_prefix() -> None:
    assert region_of("+12125550187") == "US"
    assert region_of("FEDEX") == ""
    assert time_zones_of("+12125550187") == ("America/New_York",)
    assert time_zones_of("FEDEX") == ()
    assert is_toll_free("+18885550100") and not is_toll_free("+12125550100")
