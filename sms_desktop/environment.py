"""What the environment asks for; read once, at the edge."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sms_desktop.domain.errors import BadInput
from sms_desktop.gateway.hosts import checked_base_url, is_loopback
from sms_desktop.gateway.public_address import checked_public_url

DEFAULT_PORT = 8437


@dataclass(frozen=True, slots=True)
class Environment:
    """``twilio_url`` and ``public_url`` without trailing slash or None; ``webhook_port`` None where not set.

    ``ngrok`` names the program that is run in place of the one that is found or fetched.
    """

    twilio_url: str | None = None
    public_url: str | None = None
    webhook_port: int | None = None
    ngrok: str | None = None

    @property
    def local(self) -> bool:
        """Whether Twilio is a program on this computer, which can reach our loopback address."""
        return self.twilio_url is not None and is_loopback(urlsplit(self.twilio_url).hostname or "")


def read(variables: Mapping[str, str] = os.environ) -> Environment:
    """Raises BadInput with a sentence that names the variable."""
    twilio_url = variables.get("SMS_DESKTOP_TWILIO_URL", "").strip() or None
    if twilio_url is not None:
        twilio_url = checked_base_url(twilio_url)
    public_url = variables.get("SMS_DESKTOP_PUBLIC_URL", "").strip() or None
    if public_url is not None:
        public_url = checked_public_url(public_url)
    port = variables.get("SMS_DESKTOP_WEBHOOK_PORT", "").strip()
    if port and not (port.isdecimal() and 0 <= int(port) <= 65535):
        raise BadInput("SMS_DESKTOP_WEBHOOK_PORT must be a number from 0 to 65535.")
    ngrok = variables.get("SMS_DESKTOP_NGROK", "").strip() or None
    return Environment(twilio_url, public_url, int(port) if port else None, ngrok)
