"""The life of an outbound message: queued, sending, sent, and how it ends, with a callback for each step that has one.

No callback for the initial status and none for `sending` (facts §3). `sent` follows when the network has taken the
message, `delivered` or `undelivered` when it knows more; `failed` when it never left.
"""

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from sms_desktop.simulator import segments
from sms_desktop.simulator.address import destination
from sms_desktop.simulator.errors import OUTCOMES, refused
from sms_desktop.simulator.fetch import FetchError, fetch
from sms_desktop.simulator.messages import Message
from sms_desktop.simulator.resources import Service
from sms_desktop.simulator.sending import Order, message_capable
from sms_desktop.simulator.webhooks import NoAnswer
from sms_desktop.simulator.world import World

NO_NAMES = frozenset({"US", "CA"})
"""Where no text comes from a name."""

Outcome = Callable[[Message], int | None]  # the error code that it ends undelivered with, None for delivered


class Lifecycle:
    """Takes accepted messages to their end. `arrived` is called when one has reached the phone."""

    def __init__(self, world: World, outcome: Outcome, arrived: Callable[[Message], None]) -> None:
        self._account = world.account
        self._tasks = world.tasks
        self._world = world
        self._outcome = outcome
        self._arrived = arrived
        self._scheduled: dict[str, asyncio.Task[None]] = {}

    def begin(self, order: Order) -> None:
        message = order.message
        self._account.log.add(message)
        if order.send_at is not None:
            self._scheduled[message.sid] = self._tasks.spawn(self._wait(order, order.send_at), patient=True)
            return
        if message.status == "queued":
            self._queue(message, 1)
        self._tasks.spawn(self._run(order))

    def cancel(self, message: Message) -> None:
        """Cancels a scheduled message; anything else is past cancelling (30409)."""
        task = self._scheduled.pop(message.sid, None)
        if task is None:
            raise refused(30409, "This message cannot be canceled")
        task.cancel()
        callbacks = self._callbacks(message)
        self._advance(message, "canceled")
        callbacks.tell()
        callbacks.finish()

    def deliver_after_all(self, message: Message) -> None:
        """The phone had it, although it was reported undelivered: it is reported delivered now."""
        callbacks = self._callbacks(message)
        self._arrived(message)
        self._end(message, "delivered", None, callbacks)
        callbacks.finish()

    async def _wait(self, order: Order, until: int) -> None:
        await asyncio.sleep(max(0, until - self._account.now()))
        del self._scheduled[order.message.sid]
        self._tasks.spawn(self._run(order))

    async def _run(self, order: Order) -> None:
        message = order.message
        callbacks = self._callbacks(message)
        await self._travel(message, order.media_urls, callbacks)
        callbacks.finish()

    async def _travel(self, message: Message, media_urls: tuple[str, ...], callbacks: "Callbacks") -> None:
        if message.messaging_service_sid:
            await self._world.pace.pause(0.1, 0.3)
            trouble = self._choose_sender(message)
            if trouble:
                return self._end(message, "failed", trouble, callbacks)
            self._advance(message, "queued")
            self._queue(message, 1)
            callbacks.tell()
        elif message.direction == "outbound-reply" and self._blocked(message):
            self._queue(message, -1)
            return self._end(message, "failed", 21610, callbacks)
        try:
            self._account.attach(message, await fetch(self._world.webhooks, media_urls))
            await self._world.pace.pause(0.3, 0.5)
        except FetchError as error:
            self._account.alert(error.code, OUTCOMES[error.code], message.sid, error.url, method="GET")
            return self._end(message, "failed", error.code, callbacks)
        finally:
            self._queue(message, -1)
        self._advance(message, "sending")
        await self._world.pace.pause(0.4, 0.8)
        self._account.log.moved(message, sent=self._account.now())
        self._account.charge(message)
        self._advance(message, "sent")
        callbacks.tell()
        await self._world.pace.pause(0.4, 0.8)
        trouble = self._unregistered(message)
        if not trouble:
            trouble = 30007 if self._world.weather.happens("filtered_30007") else self._outcome(message)
        if trouble:
            return self._end(message, "undelivered", trouble, callbacks)
        self._arrived(message)
        return self._end(message, "delivered", None, callbacks)

    def _end(self, message: Message, status: str, code: int | None, callbacks: "Callbacks") -> None:
        message.error_code = code
        message.error_message = None if code is None else OUTCOMES[code]
        self._advance(message, status)
        callbacks.tell()

    def _choose_sender(self, message: Message) -> int | None:
        """Gives a Messaging Service's message its sender and its segments; an error code where none fits."""
        service = self._account.services.get(message.messaging_service_sid or "")
        if service is None:
            return 21703
        blocks = self._account.blocks
        if any((sender, message.to) in blocks for sender in (service.sid, *service.senders)):
            return 21610
        if message.from_ is None:
            sender = self._fitting(service, message)
            if sender is None:
                return 21703
            self._account.log.moved(message, from_=sender)
            self._account.sticky[service.sid, message.to] = sender
        message.num_segments = 1 if message.mms else segments.count(message.wire)
        return None

    def _unregistered(self, message: Message) -> int | None:
        """What carriers stop it with because of who sends it."""
        line, to = self._account.find_line(message.from_ or ""), destination(message.to)
        if line is None or to is None:
            return None
        return self._account.registrar.trouble(line, self._account.service_of(line.number), to)

    def _fitting(self, service: Service, message: Message) -> str | None:
        """The one that this handset knows, where senders are sticky; else a short code, then a name, then a number,
        one with the same area code before the others; without stickiness they take turns.
        """
        to = destination(message.to)
        if to is None:
            return None
        lines = [self._account.line(sender) for sender in service.senders]
        fit = [x.number for x in lines if x.sms and (x.mms or not message.mms) and message_capable(x, to)]
        known = self._account.sticky.get((service.sid, message.to))
        if service.sticky_sender and known in fit:
            return known
        codes = [number for number in fit if self._account.line(number).kind == "shortcode"]
        if codes:
            return codes[0]
        if service.alpha_senders and not message.mms and to.region not in NO_NAMES:
            return service.alpha_senders[0].name
        near = [number for number in fit if service.area_code_geomatch and number[:5] == message.to[:5]]
        some = near or fit
        if not some:
            return None
        if service.sticky_sender:
            return some[0]
        chosen = some[service.turn % len(some)]
        service.turn += 1
        return chosen

    def _blocked(self, message: Message) -> bool:
        return not message.automatic and self._account.blocked(message.from_ or "", message.to)

    def _queue(self, message: Message, change: int) -> None:
        sender = message.from_ or ""
        self._account.queued[sender] = self._account.queued.get(sender, 0) + change

    def _advance(self, message: Message, status: str) -> None:
        message.status = status
        message.updated = self._account.now()

    def _callbacks(self, message: Message) -> "Callbacks":
        return Callbacks(self._world, message)


class Callbacks:
    """The status callbacks of one message: one after the other in fair weather, else as the weather has it."""

    def __init__(self, world: World, message: Message) -> None:
        self._world = world
        self._account = world.account
        self._weather = world.weather
        self._message = message
        self._last: asyncio.Task[None] | None = None
        self._held: list[dict[str, str]] | None = [] if world.weather.happens("out_of_order") else None

    def tell(self) -> None:
        """Reports the status that the message has now."""
        if not self._message.status_callback or self._weather.happens("lost_callbacks"):
            return
        params = self._params()
        if self._held is None:
            self._post(params)
        else:
            self._held.append(params)

    def finish(self) -> None:
        """No more to tell: what was held back goes out, the last first."""
        for params in reversed(self._held or []):
            self._post(params)

    def _post(self, params: dict[str, str]) -> None:
        self._last = self._world.tasks.spawn(self._deliver(params, self._last))

    async def _deliver(self, params: dict[str, str], after: asyncio.Task[None] | None) -> None:
        if after is not None:
            await asyncio.wait([after])
        token = secrets.token_hex(16)
        for _ in range(2 if self._weather.happens("duplicate_callbacks") else 1):
            url = self._message.status_callback or ""
            result = await self._world.webhooks.request(url, "POST", params, token=token, alert=self._alert)
            if isinstance(result, NoAnswer) and result.trouble == "ct":
                self._alert(11205, "HTTP connection failure")
            elif isinstance(result, NoAnswer) or not result.good:
                self._alert(11200, "HTTP retrieval failure")

    def _alert(self, code: int, text: str) -> None:
        self._account.alert(code, text, self._message.sid, self._message.status_callback or "")

    def _params(self) -> dict[str, str]:
        message = self._message
        params = {
            "AccountSid": self._account.sid,
            "ApiVersion": "2010-04-01",
            "From": message.from_ or "",
            "MessageSid": message.sid,
            "MessageStatus": message.status,
            "SmsSid": message.sid,
            "SmsStatus": message.status,
            "To": message.to,
        }
        if message.messaging_service_sid:
            params["MessagingServiceSid"] = message.messaging_service_sid
        if message.error_code is not None:
            params["ErrorCode"] = str(message.error_code)
        if message.status in {"delivered", "undelivered"}:
            params["RawDlrDoneDate"] = datetime.fromtimestamp(self._account.now(), UTC).strftime("%y%m%d%H%M")
        return params
