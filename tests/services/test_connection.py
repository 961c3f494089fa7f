"""What is said while Twilio cannot be reached, or answers as it should not."""

import pytest

from sms_desktop.domain.errors import GatewayError
from sms_desktop.gateway import twilio
from sms_desktop.gateway.outcome import refusal
from sms_desktop.services.connection import EVERY, Stumbled, _offline, _troubled

WAITS = "What you send waits in the outbox and leaves as soon as the connection is back."


def test_a_twilio_that_takes_the_connection_and_says_nothing_is_told_within_ten_seconds() -> None:
    assert EVERY + max(twilio.LOOK_CONNECT, twilio.LOOK) < 10


@pytest.mark.parametrize(
    ("reason", "sentence", "advice"),
    [
        (
            "Twilio cannot be reached: nothing answers. Is this computer online?",
            "Offline · Twilio cannot be reached",
            f"Nothing answers. Is this computer online? {WAITS}",
        ),
        (
            "The proxy did not let the connection to Twilio through.",
            "Offline · Twilio cannot be reached",
            f"The proxy did not let the connection to Twilio through. {WAITS}",
        ),
        ("Twilio cannot be reached.", "Offline · Twilio cannot be reached", WAITS),
        (
            "What answered was not Twilio. Does this network want you to sign in first?",
            "Offline · This network wants you to sign in first",
            f"Open any page in your browser, sign in there, and this goes on by itself. {WAITS}",
        ),
    ],
    ids=["silent", "proxy", "bare", "captive portal"],
)
def test_being_offline_is_told_once_with_its_reason(reason: str, sentence: str, advice: str) -> None:
    assert _offline(reason) == (sentence, advice)


@pytest.mark.parametrize(
    ("error", "sentence", "told"),
    [
        (refusal(429), "Twilio asks for fewer requests at a time", "leaves a little later"),
        (refusal(503), "Twilio has a problem of its own", "asked again"),
        (Stumbled("The disk is full."), "The account could not be looked at", "The disk is full."),
        (GatewayError("Twilio cannot be reached."), "Offline · Twilio cannot be reached", WAITS),
    ],
    ids=["429", "503", "this computer", "offline"],
)
def test_who_answers_is_not_called_offline(error: GatewayError, sentence: str, told: str) -> None:
    said, advice = _troubled(error)
    assert said == sentence
    assert told in advice
