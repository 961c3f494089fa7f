"""Which setting decides where a line's inbound texts go, and changing it.

Source: Twilio's pages on IncomingPhoneNumber, ShortCode, Application and Messaging Service.
"""

import logging
from collections.abc import Collection, Iterable
from typing import Any

from twilio.rest import Client

from sms_desktop.domain.errors import GatewayError, NotThere, WrongCredentials
from sms_desktop.domain.routing import Holder, HolderKind, Route, Webhook, bare
from sms_desktop.gateway.asking import PAGE_SIZE, ask, ask_all
from sms_desktop.gateway.pools import Pools, ServiceRecord, webhook_of

log = logging.getLogger(__name__)


async def routes(client: Client, pools: Pools, used: Collection[str] | None = None) -> tuple[Route, ...]:
    """The route of every number, short code and Messaging Service of the account that can text. Raises GatewayError.

    With ``used``, the lines in use, of services only what can have changed for these is asked for, see ``Pools.about``.
    """
    numbers = await ask_all(client.incoming_phone_numbers.page_async(page_size=PAGE_SIZE))
    codes = await short_codes(client)
    if used is None:
        found_pools = await pools.all()
    else:
        ours = {number.phone_number for number in numbers} | {str(code.short_code) for code in codes}
        found_pools = await pools.about(used, ours.intersection(used))
    services = _deciding(found_pools)
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
    found += [Route(one.service.sid, _holder(one.service), pool=one.senders) for one in found_pools]
    return tuple(found)


async def set_webhook(client: Client, holder: Holder, webhook: Webhook) -> None:
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
            found = webhook_of(
                await ask(
                    client.messaging.v1.services(holder.sid).update_async(
                        inbound_request_url=webhook.url,
                        inbound_method=webhook.method,
                        fallback_url=webhook.fallback_url,
                        fallback_method=webhook.fallback_method,
                        use_inbound_webhook_on_number=webhook.defers,
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
            return webhook_of(await ask(client.messaging.v1.services(holder.sid).fetch_async()))


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


def _deciding(found: Iterable[ServiceRecord]) -> dict[str, Holder]:
    """By the SID of the number or short code: the service that decides for it."""
    return {sid: holder for one in found if not (holder := _holder(one.service)).webhook.defers for sid in one.sids}


def _holder(service: Any) -> Holder:
    return Holder(HolderKind.SERVICE, service.sid, service.friendly_name or "", webhook_of(service))


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
