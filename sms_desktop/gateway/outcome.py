"""What Twilio's answers mean: the outcome of a send, the error of a request that changes nothing."""

import logging
import re
from typing import Any

from twilio.http.response import Response

from sms_desktop.domain.errors import (
    GatewayError,
    NotAllowed,
    NotThere,
    TestCredentials,
    TooMany,
    TwilioFaulty,
    WrongCredentials,
)
from sms_desktop.domain.failures import explain
from sms_desktop.domain.message import Status
from sms_desktop.gateway.gateway import Accepted, InDoubt, Outcome, Refused, Unreachable

log = logging.getLogger(__name__)

TEST_CREDENTIALS_CODE = 20008
_MESSAGE_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")


def refusal(status: int, code: int | None = None) -> GatewayError:
    """The error that an HTTP status from Twilio stands for, to a request that changes nothing."""
    if status == 401 or (code == 20003 and status != 403):
        return WrongCredentials("Twilio does not accept the Account SID and Auth Token.")
    if code == TEST_CREDENTIALS_CODE:
        return TestCredentials(
            "These are Twilio’s test credentials. They neither send nor receive anything; use the live ones, which "
            "stand above them in the Twilio Console."
        )
    if code is not None and 60600 <= code < 60700:  # Lookup's own
        failure = explain(code)
        return GatewayError(f"{failure.title} {failure.advice}", transient=failure.retry)
    if status == 429:
        return TooMany("Twilio asks for fewer requests at a time.")
    if status < 400:
        return GatewayError("What answered was not Twilio. Does this network want you to sign in first?")
    if status >= 500:
        return TwilioFaulty(f"Twilio has a problem of its own (HTTP {status}).")
    if status == 408:  # a proxy's word, which says nothing about the request
        return GatewayError("Twilio did not answer in time.")
    if status in {404, 410}:
        return NotThere("Twilio has no such thing (any more).")
    refused = f"Twilio refused the request (error {code or status})."
    return NotAllowed(refused) if status == 403 else GatewayError(refused, transient=False)


def outcome_of(status: int, code: int | None, to: str) -> Outcome:
    """What an HTTP status other than success means for a text to ``to``."""
    if status == 429:
        return Unreachable("Twilio asks for fewer requests at a time.", busy=True)
    if status == 401:
        return Refused(20003, explain(20003, to).title)
    if 400 <= status < 500 and status != 408:  # a proxy's “request time-out” says nothing about the text
        return Refused(code or status, explain(code or status, to).title)
    return InDoubt(f"Twilio had a problem of its own (HTTP {status}).")


def accepted(message: Any) -> Outcome:
    """What the SDK's MessageInstance says; odd fields beside a SID do not make a text that was taken doubtful."""
    if not isinstance(message.sid, str) or not _MESSAGE_SID.fullmatch(message.sid):
        return InDoubt("Twilio’s answer named no message.")
    try:
        status = Status(message.status)
    except ValueError:
        log.warning("Twilio accepted a message with a status that is new to us: %.20s", message.status)
        status = Status.ACCEPTED
    segments = str(message.num_segments or "")
    sender = message.from_ if isinstance(message.from_, str) else None
    return Accepted(message.sid, status, int(segments) if segments.isdecimal() else 0, sender or None)


def _response(error: BaseException) -> Response | None:
    """What the SDK could not page through rides in a bare TwilioException's second argument."""
    found = error.args[1:2]
    return found[0] if found and isinstance(found[0], Response) else None


def status_of(error: BaseException) -> int:
    """The HTTP status of an SDK error; 0 where an answer of success could not be read."""
    response = _response(error)
    status = response.status_code if response is not None else getattr(error, "status", 0)
    return status if isinstance(status, int) and status >= 300 else 0


def code_of(error: BaseException) -> int | None:
    """Twilio's error code in an SDK error, if there is one."""
    response = _response(error)
    if response is not None:
        return code_in(response.text)
    code: object = getattr(error, "code", None)
    try:
        return int(str(code))
    except ValueError:
        return None


def code_in(answer: str) -> int | None:
    """Twilio's error code in the text of an answer, if there is one."""
    found = re.search(r'"code"\s*:\s*(\d{4,6})\b', answer)
    return int(found[1]) if found else None
