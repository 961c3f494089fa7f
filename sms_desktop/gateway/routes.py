"""Which setting decides where a line's inbound texts go, and changing it.

Source: Twilio's pages on IncomingPhoneNumber, ShortCode, Application and Messaging Service.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from twilio.rest import Client

from sms_desktop.domain.errors import GatewayError, NotThere, WrongCredentials
from sms_desktop.domain.routing import Holder, HolderKind, Route, Webhook, bare
from sms_desktop.gateway.asking import PAGE_SIZE, ask, ask_all

log = logging.getLogger(__name__)

AT_ONCE = 4


async def routes(client: Client) -> tuple[Route, ...]:
    """The route of every number and short code of the account that can text. Raises GatewayError."""
    numbers = await ask_all(client.incoming_phone_numbers.page_async(page_size=PAGE_SIZE))
    codes = await short_codes(client)
    services = await _services(client)
    apps = await _applications(client, (number.sms_application_sid for number in numbers))
    found = []
    for number in filter(can_text, numbers):
        own = Holder(HolderKind.NUMBER, number.sid, number.friendly_name or "", _of_number(number))
        app = apps.get(number.sms_application_sid or "")
        holder = _decides(services.get(number.sid), app, own)
        ignored = own.webhook if holder is not own and own.webhook.url else None
        found.append(Route(number.phone_number, holder, ignored, bool(number.trunk_sid)))
    for code in codes:
        own = Holder(HolderKind.SHORT_CODE, code.sid, code.friendly_name or "", _of_number(code))
        holder = _decides(services.get(code.sid), None, own)
        found.append(Route(str(code.short_code), holder, own.webhook if holder is not own else None))
    return tuple(found)


async def register(client: Client, holder: Holder, webhook: Webhook) -> None:
    """Sets ``webhook`` on the resource. Raises GatewayError, also where Twilio answers that something else is set."""
    # An empty fallback has to be taken away before the address that it falls back from, or with it.
    sms = {
        "sms_url": webhook.url,
        "sms_method": webhook.method,
        "sms_fallback_url": webhook.fallback_url,
        "sms_fallback_method": webhook.fallback_method,
    }
    match holder.kind:
        case HolderKind.NUMBER:
            found = _of_number(await ask(client.incoming_phone_numbers(holder.sid).update_async(**sms)))
        case HolderKind.SHORT_CODE:
            found = _of_number(await ask(client.short_codes(holder.sid).update_async(**sms)))
        case HolderKind.APPLICATION:
            found = _of_number(await ask(client.applications(holder.sid).update_async(**sms)))
        case HolderKind.SERVICE:
            found = _of_service(
                await ask(
                    client.messaging.v1.services(holder.sid).update_async(
                        inbound_request_url=webhook.url,
                        inbound_method=webhook.method,
                        fallback_url=webhook.fallback_url,
                        fallback_method=webhook.fallback_method,
                    )
                )
            )
    if bare(found.url) != bare(webhook.url):
        raise GatewayError("Twilio did not take over the new address.", transient=False)


async def current(client: Client, holder: Holder) -> Webhook:
    """What is set on the resource now. Raises GatewayError."""
    match holder.kind:
        case HolderKind.NUMBER:
            return _of_number(await ask(client.incoming_phone_numbers(holder.sid).fetch_async()))
        case HolderKind.SHORT_CODE:
            return _of_number(await ask(client.short_codes(holder.sid).fetch_async()))
        case HolderKind.APPLICATION:
            return _of_number(await ask(client.applications(holder.sid).fetch_async()))
        case HolderKind.SERVICE:
            return _of_service(await ask(client.messaging.v1.services(holder.sid).fetch_async()))


def _decides(service: Holder | None, app: Holder | None, own: Holder) -> Holder:
    return service or app or own


async def short_codes(client: Client) -> list[Any]:
    """The account's; none where it may not list them. Raises GatewayError for what may pass."""
    try:
        return await ask_all(client.short_codes.page_async(page_size=PAGE_SIZE))
    except GatewayError as error:
        if error.transient or isinstance(error, WrongCredentials):
            raise
        log.info("short codes could not be listed: %s", error)  # few accounts have any, and not all may list them
        return []


async def _services(client: Client) -> dict[str, Holder]:
    """By the SID of the number or short code: the service that decides for it."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def members(service: Any) -> tuple[Holder, list[str]]:
        async with gate:
            pool = client.messaging.v1.services(service.sid)
            numbers = await ask_all(pool.phone_numbers.page_async(page_size=PAGE_SIZE))
            codes = await ask_all(pool.short_codes.page_async(page_size=PAGE_SIZE))
        holder = Holder(HolderKind.SERVICE, service.sid, service.friendly_name or "", _of_service(service))
        return holder, [member.sid for member in (*numbers, *codes)]

    services = await ask_all(client.messaging.v1.services.page_async(page_size=PAGE_SIZE))
    deciding = [service for service in services if not service.use_inbound_webhook_on_number]
    found = await asyncio.gather(*(members(service) for service in deciding))
    return {sid: holder for holder, sids in found for sid in sids}


async def _applications(client: Client, sids: Iterable[str | None]) -> dict[str, Holder]:
    found = {}
    for sid in {sid for sid in sids if sid}:
        try:
            app = await ask(client.applications(sid).fetch_async())
        except NotThere:  # the number stays tied to it, and its texts go nowhere
            found[sid] = Holder(HolderKind.APPLICATION, sid, "", Webhook())
        else:
            found[sid] = Holder(HolderKind.APPLICATION, sid, app.friendly_name or "", _of_number(app))
    return found


def can_text(number: Any) -> bool:
    """Whether a number takes part in texting at all."""
    can = capabilities(number)
    return bool(can.get("sms", True) or can.get("mms", False))


def capabilities(number: Any) -> dict[str, Any]:
    """As Twilio tells them, by their names; {} where it does not."""
    return number.capabilities if isinstance(number.capabilities, dict) else {}


def _of_number(found: Any) -> Webhook:
    return Webhook(
        found.sms_url or "", found.sms_method or "POST", found.sms_fallback_url or "",
        found.sms_fallback_method or "POST",
    )  # fmt: skip


def _of_service(found: Any) -> Webhook:
    return Webhook(
        found.inbound_request_url or "", found.inbound_method or "POST", found.fallback_url or "",
        found.fallback_method or "POST",
    )  # fmt: skip
