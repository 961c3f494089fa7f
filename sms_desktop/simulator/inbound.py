"""What a customer's phone sends: kept, ruled upon (STOP, START, HELP), and posted to the line's webhook.

The answer is TwiML; the messages in it become `outbound-reply` messages. The webhook that fails is followed by the
fallback URL, with `ErrorCode` and `ErrorUrl` added (facts §4).
"""

import secrets
from collections.abc import Callable, Sequence
from urllib.parse import urljoin

from sms_desktop.simulator import optout, shapes, twiml
from sms_desktop.simulator.account import Attachment
from sms_desktop.simulator.address import destination, normal
from sms_desktop.simulator.geography import place_of
from sms_desktop.simulator.lifecycle import Lifecycle
from sms_desktop.simulator.messages import Message, compose
from sms_desktop.simulator.phones import Phones
from sms_desktop.simulator.resources import Line
from sms_desktop.simulator.routing import Route, route
from sms_desktop.simulator.sending import MOST_CHARACTERS, Order
from sms_desktop.simulator.webhooks import MOST_BYTES, Answer, NoAnswer
from sms_desktop.simulator.world import World

_MOST_HOPS = 10
_MOST_SOON, _SOON = 15, 30  # TwiML replies between two numbers, seconds from one to the next


class Inbound:
    """The way in. `base_url` gives the simulator's own address, which media URLs start with."""

    def __init__(self, world: World, phones: Phones, lifecycle: Lifecycle, base_url: Callable[[], str]) -> None:
        self._world = world
        self._account = world.account
        self._tasks = world.tasks
        self._phones = phones
        self._lifecycle = lifecycle
        self._base_url = base_url
        self._replies: dict[tuple[str, str], tuple[int, int]] = {}  # how many in a row, and when the last was

    def receive(self, from_: str, to: str, body: str, media: Sequence[Attachment] = ()) -> Message:
        """A customer texts a line. Over 1600 characters it comes as several messages, of which this is the first.

        What Twilio does not receive (the account is suspended, or the line's service has nowhere to post it) is given
        back all the same and is nowhere in the account. A LookupError tells that `to` is no line of it.
        """
        line = self._account.line(to)
        peer = normal(from_)
        # A lone surrogate cannot travel.
        body = body.encode("utf-8", "replace").decode()
        self._phones.left(peer, line.number, body, media)
        rest = [body[i : i + MOST_CHARACTERS] for i in range(MOST_CHARACTERS, len(body), MOST_CHARACTERS)]
        first = self._take(line, peer, body[:MOST_CHARACTERS], media)
        for part in rest:
            self._take(line, peer, part, ())
        return first

    def _take(self, line: Line, peer: str, body: str, media: Sequence[Attachment]) -> Message:
        message = compose(peer, line.number, body, "inbound", self._account.now(), media=len(media))
        message.status, message.sent = "received", message.created
        way = route(self._account, line)
        if way is None or self._account.status != "active":
            return message
        service = self._account.service_of(line.number)
        if service is not None:
            message.messaging_service_sid = service.sid
            self._account.sticky[service.sid, peer] = line.number
        self._account.attach(message, media)
        self._account.charge(message)
        self._account.log.add(message)
        advanced = service is not None and service.advanced_opt_out
        ruling = optout.ruling(body, line.kind, self._account.blocked(line.number, peer), advanced=advanced)
        if ruling is not None:
            self._apply(ruling, line.number, peer)
        self._tasks.spawn(self._announce(way, line, message, (optout.kind_of(body) or "") if advanced else ""))
        return message

    def _apply(self, ruling: optout.Ruling, line: str, peer: str) -> None:
        if ruling.blocked is not None:
            self._account.block(line, peer, ruling.blocked, network=ruling.network)
        if ruling.network:
            self._tasks.spawn(self._network_answer(line, peer, ruling.answer))
        else:
            answer = compose(line, peer, ruling.answer, "outbound-reply", self._account.now())
            answer.automatic = True
            self._lifecycle.begin(Order(answer))

    async def _network_answer(self, line: str, peer: str, text: str) -> None:
        await self._world.pace.pause(0.6, 1.2)
        self._phones.arrived(peer, line, text, ())

    async def _announce(self, way: Route, line: Line, message: Message, opt_out_type: str) -> None:
        if not way.url or self._world.weather.happens("lost_inbound"):
            return
        params = self._params(message)
        if opt_out_type:
            params["OptOutType"] = opt_out_type
        token = secrets.token_hex(16)
        if self._world.weather.happens("duplicate_inbound"):
            self._tasks.spawn(self._post_again(way.url, way.method, params, token))
        url, method, in_reserve = way.url, way.method, bool(way.fallback_url)
        for _ in range(_MOST_HOPS):
            try:
                verbs = await self._ask(url, method, params, token, message.sid)
            except twiml.Unreadable as error:
                self._account.alert(error.code, str(error), message.sid, url, method=method, params=params)
                if not in_reserve:
                    return
                params = {**params, "ErrorCode": str(error.code), "ErrorUrl": url}
                url, method, in_reserve = way.fallback_url, way.fallback_method, False
                token = secrets.token_hex(16)
                continue
            redirect = self._carry_out(verbs, line, message, url)
            if redirect is None:
                return
            url, method = urljoin(url, redirect.url), redirect.method
        self._account.alert(14106, "Document retrieval limit reached", message.sid, url)

    async def _post_again(self, url: str, method: str, params: dict[str, str], token: str) -> None:
        await self._world.webhooks.request(url, method, params, token=token, alert=lambda code, text: None)

    async def _ask(
        self, url: str, method: str, params: dict[str, str], token: str, message_sid: str
    ) -> list[twiml.Verb]:
        def alert(code: int, text: str) -> None:
            self._account.alert(code, text, message_sid, url, method=method, params=params)

        result = await self._world.webhooks.request(url, method, params, token=token, alert=alert)
        if isinstance(result, NoAnswer):
            raise twiml.Unreadable(*_SILENCE[result.trouble])
        return _read(result)

    def _carry_out(self, verbs: list[twiml.Verb], line: Line, message: Message, url: str) -> twiml.Redirect | None:
        for verb in verbs:
            if isinstance(verb, twiml.Redirect):
                return verb
            if isinstance(verb, twiml.Notice):
                self._account.alert(verb.code, verb.text, message.sid, url)
            else:
                self._reply(verb, line, message, url)
        return None

    def _reply(self, reply: twiml.Reply, line: Line, message: Message, url: str) -> None:
        sender = self._account.find_line(reply.from_) if reply.from_ else line
        to = message.from_ or ""
        if reply.to:
            found = destination(reply.to)
            to = found.number if found else ""
        trouble = (
            (14102, "Invalid from attribute") if sender is None
            else (14101, "Invalid to attribute") if not to
            else (14103, "The body is too long") if len(reply.body) > MOST_CHARACTERS
            else (14107, "Reply rate limit hit") if self._tires(sender.number, to)
            else None
        )  # fmt: skip
        if trouble or sender is None:
            self._account.alert(*(trouble or (14102, "")), message.sid, url)
            return
        urls = tuple(urljoin(url, one) for one in reply.media_urls)
        answer = compose(sender.number, to, reply.body, "outbound-reply", self._account.now(), media=len(urls))
        answer.status_callback = urljoin(url, reply.status_callback) if reply.status_callback else None
        self._lifecycle.begin(Order(answer, urls))

    def _tires(self, line: str, peer: str) -> bool:
        """Whether two machines seem to talk: so many replies, none of them long after the one before."""
        at = self._account.now()
        count, last = self._replies.get((line, peer), (0, 0))
        count = count + 1 if at - last <= _SOON else 1
        self._replies[line, peer] = count, at
        return count > _MOST_SOON

    def _params(self, message: Message) -> dict[str, str]:
        params = {
            "AccountSid": self._account.sid,
            "ApiVersion": "2010-04-01",
            "Body": message.wire,
            "From": message.from_ or "",
            "MessageSid": message.sid,
            "NumMedia": str(message.num_media),
            "NumSegments": str(message.num_segments),
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "To": message.to,
        }
        if message.messaging_service_sid is not None:
            params["MessagingServiceSid"] = message.messaging_service_sid
        for end, number in (("From", message.from_ or ""), ("To", message.to)):
            params |= (self._account.places.get(number) or place_of(number)).fields(end)
        for n, media in enumerate(message.media):
            params[f"MediaContentType{n}"] = media.content_type
            params[f"MediaUrl{n}"] = self._base_url() + shapes.media_path(self._account.sid, media)
        return params


_SILENCE = {"ct": (11205, "HTTP connection failure"), "rt": (11200, "HTTP retrieval failure")}


def _read(answer: Answer) -> list[twiml.Verb]:
    if not answer.good:
        raise twiml.Unreadable(11200, f"HTTP retrieval failure: status {answer.status}")
    if len(answer.body) > MOST_BYTES:
        raise twiml.Unreadable(11750, "The answer is longer than 64 kB")
    return twiml.read(answer.content_type, answer.body)
