"""What is said while Twilio cannot be reached."""

import pytest

from sms_desktop.gateway import twilio
from sms_desktop.services.connection import EVERY, _offline

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
