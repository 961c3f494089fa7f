"""Every URL that Twilio is given is made from the one public address."""

import pytest

from sms_desktop.domain.errors import BadInput
from sms_desktop.gateway.public_address import callback_url, checked_public_url, inbound_url, media_url


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" https://sms.example.com/ ", "https://sms.example.com"),
        ("https://sms.example.com:8443/desk/", "https://sms.example.com:8443/desk"),
        ("http://127.0.0.1:8437", "http://127.0.0.1:8437"),
        ("https://name:word@sms.example.com#rc=3", "https://name:word@sms.example.com#rc=3"),
    ],
)
def test_a_public_address_is_kept_without_its_last_slash(typed: str, kept: str) -> None:
    assert checked_public_url(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "sms.example.com", "ftp://a", "https://", "https://a b", "https://a:99999", "https://[::1"],
)
def test_what_twilio_could_not_call_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="cannot be the public address"):
        checked_public_url(typed)


def test_a_host_with_an_underscore_is_refused_since_twilio_does() -> None:
    with pytest.raises(BadInput, match="underscore"):
        checked_public_url("https://my_desk.example.com")


def test_urls_keep_path_password_and_twilios_overrides_where_they_mean_something() -> None:
    public = "https://name:word@sms.example.com/desk#rc=3"
    assert inbound_url(public) == "https://name:word@sms.example.com/desk/twilio/inbound#rc=3"
    assert callback_url(public, "k1") == "https://name:word@sms.example.com/desk/twilio/status/k1#rc=3"
    assert media_url(public, "t-o_k", "cat 1.jpg") == "https://name:word@sms.example.com/desk/media/t-o_k/cat%201.jpg"
    assert callback_url("https://sms.example.com", "k1") == "https://sms.example.com/twilio/status/k1"


def test_an_address_with_a_query_is_refused_and_why_is_told() -> None:
    with pytest.raises(BadInput, match="cannot have anything from a “"):
        checked_public_url("https://texts.example.com/sms?shop=1")
