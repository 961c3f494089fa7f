"""How the public address by ngrok stands."""

from dataclasses import dataclass

from sms_desktop.domain.receiving import Reach


@dataclass(frozen=True, slots=True)
class TunnelState:
    """``public_url`` has no trailing slash and is None unless ``reach`` is UP; ``code`` like ERR_NGROK_108 or "".

    ``sentence`` says how it stands, ``advice`` what to do about it or "". ``reserved``: the address is the domain that
    was asked for, and so the same after every start. ``progress``: the part from 0 to 1 of ngrok's program that is
    fetched, while it is fetched and its size is known.
    """

    reach: Reach
    public_url: str | None
    sentence: str
    advice: str
    reserved: bool
    code: str = ""
    progress: float | None = None
