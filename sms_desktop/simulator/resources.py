"""What an account has besides messages: lines, Messaging Services, TwiML applications, and the debugger's alerts."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["local", "tollfree", "mobile", "shortcode"]
KINDS: tuple[Kind, ...] = ("local", "tollfree", "mobile", "shortcode")

# Alerts that Twilio only warns of; every other code is an error.
_WARNINGS = frozenset({12200, 14101, 14102, 14103, 14106, 14109, 14110})


@dataclass(slots=True)
class Line:
    """A number of the account, with the fields that can be changed over the API.

    A trunk (`trunk_sid`) takes the calls to a number and says nothing of its texts.
    """

    sid: str
    number: str
    friendly_name: str
    kind: Kind
    sms: bool = True
    mms: bool = True
    voice: bool = True
    created: int = 0
    updated: int = 0
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_application_sid: str | None = None
    status_callback: str = ""
    status_callback_method: str = "POST"
    trunk_sid: str | None = None
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class AlphaSender:
    """A sender's name in a service's pool."""

    sid: str
    name: str
    created: int


@dataclass(slots=True)
class Service:
    """A Messaging Service. `senders` are numbers of lines, in the order that Twilio tries them, and when they joined.

    Inbound texts to its lines go to `inbound_request_url` (None: they are neither received nor logged), unless
    `use_inbound_webhook_on_number` leaves them to each line. `advanced_opt_out` can be set in Twilio's console only.
    What follows `status_callback` is kept, shown and not acted upon.
    """

    sid: str
    friendly_name: str
    senders: dict[str, int] = field(default_factory=dict)
    created: int = 0
    updated: int = 0
    advanced_opt_out: bool = False
    alpha_senders: list[AlphaSender] = field(default_factory=list)
    inbound_request_url: str | None = None
    inbound_method: str = "POST"
    fallback_url: str | None = None
    fallback_method: str = "POST"
    use_inbound_webhook_on_number: bool = True
    status_callback: str | None = None
    sticky_sender: bool = True
    mms_converter: bool = True
    smart_encoding: bool = True
    scan_message_content: str = "inherit"
    fallback_to_long_code: bool = True
    area_code_geomatch: bool = True
    synchronous_validation: bool = False
    validity_period: int = 36_000
    usecase: str = "undeclared"
    turn: int = 0
    """How many texts were given senders in turn."""


@dataclass(slots=True)
class Application:
    """A TwiML application: a line that is tied to one uses its URLs for texts in place of the line's own."""

    sid: str
    friendly_name: str
    created: int = 0
    updated: int = 0
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_status_callback: str = ""
    message_status_callback: str = ""
    status_callback: str = ""
    status_callback_method: str = "POST"
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"
    voice_caller_id_lookup: bool = False
    public_application_connect_enabled: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """What Twilio's debugger would show: a code of 11200 and friends, and where it happened.

    `url` and `method` are of the request that went wrong, `variables` its form; `at` is UTC.
    """

    sid: str
    code: int
    text: str
    resource_sid: str
    url: str
    at: datetime
    method: str = "POST"
    variables: str = ""

    @property
    def level(self) -> Literal["error", "warning"]:
        return "warning" if self.code in _WARNINGS else "error"


def is_sid(prefix: str, text: str) -> bool:
    """Whether that could be the SID of such a thing: `PN` and 32 hex digits."""
    return text.startswith(prefix) and re.fullmatch(r"[0-9a-fA-F]{32}", text[2:]) is not None
