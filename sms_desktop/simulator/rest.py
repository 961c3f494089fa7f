"""The routes of `/2010-04-01` for the account and its messages: Accounts, Balance, Messages, Media and Feedback."""

import re
from collections.abc import Callable

from aiohttp import web

from sms_desktop.simulator import listing, sending, shapes
from sms_desktop.simulator.errors import ApiError, not_found, refused
from sms_desktop.simulator.form import read_form
from sms_desktop.simulator.lifecycle import Lifecycle
from sms_desktop.simulator.messages import Media, Message
from sms_desktop.simulator.world import World


class Rest:
    """Handlers over the account; what they start goes to the lifecycle."""

    def __init__(self, world: World, lifecycle: Lifecycle, base_url: Callable[[], str]) -> None:
        self._account = world.account
        self._shape = world.shape
        self._lifecycle = lifecycle
        self._base_url = base_url

    def routes(self) -> list[web.AbstractRouteDef]:
        one, media = shapes.ACCOUNT + "/Messages/{sid}", shapes.ACCOUNT + "/Messages/{sid}/Media"
        return [
            web.get(shapes.ROOT + ".json", self.accounts),
            web.get(shapes.ACCOUNT + ".json", self.fetch_account),
            web.get(shapes.ACCOUNT + "/Balance.json", self.balance),
            web.get(shapes.ACCOUNT + "/Messages.json", self.messages),
            web.post(shapes.ACCOUNT + "/Messages.json", self.create_message),
            web.get(one + ".json", self.fetch_message),
            web.post(one + ".json", self.update_message),
            web.delete(one + ".json", self.delete_message),
            web.post(one + "/Feedback.json", self.feedback),
            web.get(media + ".json", self.media_list),
            web.get(media + "/{media}.json", self.fetch_media),
            web.delete(media + "/{media}.json", self.delete_media),
            web.get(media + "/{media:[^./]+}", self.media_bytes),
            web.get("/cdn/{token}", self.cdn),
        ]

    async def accounts(self, request: web.Request) -> web.Response:
        shape = shapes.account(self._account)
        name, status = request.query.get("FriendlyName"), request.query.get("Status")
        fits = name in (None, shape["friendly_name"]) and status in (None, shape["status"])
        return await listing.short_page("accounts", [shape] if fits else [], request)

    async def fetch_account(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.account(self._account))

    async def balance(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.balance(self._account))

    async def messages(self, request: web.Request) -> web.Response:
        return await listing.message_page(self._account.log, request, self._shape)

    async def create_message(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        if request.match_info["account"] == self._account.test_sid:
            order = sending.accept_as_test(form, self._account.now())
            return web.json_response(shapes.message(self._account.test_sid, order.message), status=201)
        order = sending.accept(self._account, form)
        self._lifecycle.begin(order)
        return web.json_response(self._shape(order.message), status=201)

    async def fetch_message(self, request: web.Request) -> web.Response:
        return web.json_response(self._shape(self._message(request)))

    async def update_message(self, request: web.Request) -> web.Response:
        message, form = self._message(request), await read_form(request)
        if form.one("Body"):
            raise refused(20001, "Body can only be updated to the empty string, which redacts it.")
        if form.has("Status"):
            if form.one("Status") != "canceled":
                raise refused(20001, "Status can only be updated to canceled.")
            self._lifecycle.cancel(message)
        if form.has("Body"):
            message.body, message.updated = "", self._account.now()
        return web.json_response(self._shape(message))

    async def delete_message(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if not message.finished:
            raise ApiError(409, 20009, "Cannot delete this resource before it is complete")
        self._account.delete(message)
        return web.Response(status=204)

    async def feedback(self, request: web.Request) -> web.Response:
        message, form = self._message(request), await read_form(request)
        outcome = form.one("Outcome") or "confirmed"
        if outcome not in {"confirmed", "unconfirmed"}:
            raise refused(20001, "Outcome is confirmed or unconfirmed.")
        return web.json_response(shapes.feedback(self._account.sid, message, outcome))

    async def media_list(self, request: web.Request) -> web.Response:
        found = listing.created_within(self._message(request).media, request.query)
        return await listing.short_page("media_list", [shapes.media(self._account.sid, m) for m in found], request)

    async def fetch_media(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.media(self._account.sid, self._media(request)[1]))

    async def delete_media(self, request: web.Request) -> web.Response:
        self._account.detach(*self._media(request))
        return web.Response(status=204)

    async def media_bytes(self, request: web.Request) -> web.Response:
        media = self._media(request)[1]
        return web.Response(status=302, headers={"Location": f"{self._base_url()}/cdn/{media.token}"})

    async def cdn(self, request: web.Request) -> web.Response:
        """The bytes, for whoever knows the address."""
        media = self._account.media.get(request.match_info["token"])
        if media is None:
            raise web.HTTPNotFound
        name = re.sub(r"[^\w.\- ]", "_", media.name) or "media"
        headers = {"Content-Type": media.content_type, "Content-Disposition": f'inline; filename="{name}"'}
        return web.Response(body=media.data, headers=headers)

    def _message(self, request: web.Request) -> Message:
        message = self._account.log.get(request.match_info["sid"])
        if message is None:
            raise not_found(request.path)
        return message

    def _media(self, request: web.Request) -> tuple[Message, Media]:
        message = self._message(request)
        for media in message.media:
            if media.sid == request.match_info["media"]:
                return message, media
        raise not_found(request.path)
