"""Where an inbound text to a line is posted: of several settings, one decides (facts §4, §11, §12)."""

from dataclasses import dataclass

from sms_desktop.simulator.account import Account
from sms_desktop.simulator.resources import Line


@dataclass(frozen=True, slots=True)
class Route:
    """The URLs that decide, "" for none."""

    url: str
    method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"


def route(account: Account, line: Line) -> Route | None:
    """The service's URLs unless it defers to the line, else the application's, else the line's own.

    None: the service has no URL and does not defer, so that nothing is received at all.
    """
    service = account.service_of(line.number)
    if service is not None and not service.use_inbound_webhook_on_number:
        if service.inbound_request_url is None:
            return None
        return Route(
            service.inbound_request_url, service.inbound_method, service.fallback_url or "", service.fallback_method
        )
    if line.sms_application_sid is not None:
        # A line that is tied to an application does not use its own URLs, not even when the application is gone.
        app = account.applications.get(line.sms_application_sid)
        if app is None:
            return Route("")
        return Route(app.sms_url, app.sms_method, app.sms_fallback_url, app.sms_fallback_method)
    return Route(line.sms_url, line.sms_method, line.sms_fallback_url, line.sms_fallback_method)
