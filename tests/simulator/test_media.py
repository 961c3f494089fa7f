"""Pictures both ways."""

from urllib.parse import urlsplit

import aiohttp
import pytest

from sms_desktop.simulator import SHOP_LINE, Simulator
from sms_desktop.simulator.fetch import MOST_BYTES
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver

GIF = b"GIF89a" + bytes(100)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


async def test_outbound_pictures_are_asked_for_with_head_and_get_and_kept(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    receiver.files = {"one.gif": ("image/gif", GIF), "two.png": ("image/png", PNG)}
    form = [("To", SILENT), ("From", SHOP_LINE), *[("MediaUrl", f"{receiver.url}/files/{n}") for n in receiver.files]]
    created = await api.post("Messages.json", form)
    assert created.data["sid"].startswith("MM") and created.data["num_media"] == "2"
    await sim.idle()

    asked = [("HEAD", "one.gif"), ("GET", "one.gif"), ("HEAD", "two.png"), ("GET", "two.png")]
    assert receiver.asked_for == asked
    assert sim.phone(SILENT).messages[0].media == (("image/gif", GIF), ("image/png", PNG))
    listed = (await api.get(created.data["subresource_uris"]["media"])).data["media_list"]
    assert [media["content_type"] for media in listed] == ["image/gif", "image/png"]
    assert (await api.get(created.data["uri"])).data["price"] == "-0.02000"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (("image/webp", b"RIFF"), 12300),
        (("text/html", b"<html>"), 12300),
        (("image/png", GIF), 12300),
        (("image/gif", b""), 12300),
        (("image/gif", GIF + bytes(MOST_BYTES)), 11751),
    ],
    ids=["webp", "a page", "a GIF called PNG", "empty", "over 5 MB"],
)
async def test_a_picture_that_cannot_be_sent_fails_the_message(
    api: Api, sim: Simulator, receiver: Receiver, file: tuple[str, bytes], code: int
) -> None:
    receiver.files["x"] = file
    created = await api.send(MediaUrl=f"{receiver.url}/files/x", StatusCallback=f"{receiver.url}/status")
    await sim.idle()
    message = (await api.get(created.data["uri"])).data
    assert (message["status"], message["error_code"], message["price"]) == ("failed", code, None)
    assert receiver.statuses() == ["failed"]
    assert receiver.posted[0].form["ErrorCode"] == str(code)
    assert [alert.code for alert in sim.account.alerts] == [code]
    assert not sim.phone(SILENT).messages


async def test_five_megabytes_are_counted_over_all_pictures(api: Api, sim: Simulator, receiver: Receiver) -> None:
    receiver.files["x"] = ("image/gif", GIF + bytes(MOST_BYTES // 2))
    url = f"{receiver.url}/files/x"
    created = await api.post(
        "Messages.json", [("To", SILENT), ("From", SHOP_LINE), ("MediaUrl", url), ("MediaUrl", url)]
    )
    await sim.idle()
    assert (await api.get(created.data["uri"])).data["error_code"] == 11751


@pytest.mark.parametrize("url", ["{}/files/missing.png", "http://127.0.0.1:9/a.png"])
async def test_a_picture_that_is_not_there_fails_with_11200(
    api: Api, sim: Simulator, receiver: Receiver, url: str
) -> None:
    created = await api.send(MediaUrl=url.format(receiver.url))
    await sim.idle()
    assert (await api.get(created.data["uri"])).data["error_code"] == 11200


async def test_inbound_pictures_are_behind_a_password_and_then_at_an_open_address(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    sim.customer_texts(SILENT, SHOP_LINE, "Look", [("image/gif", GIF, "chair.gif"), ("image/png", PNG, "b.png")])
    await sim.idle()
    form = receiver.posted[0].form
    assert (form["NumMedia"], form["MediaContentType0"], form["MediaContentType1"]) == ("2", "image/gif", "image/png")
    url = form["MediaUrl0"]
    assert url.startswith(sim.base_url + api.root) and form["MessageSid"] in url

    redirect = await api.get(urlsplit(url).path)
    assert redirect.status == 302
    location = redirect.headers["Location"]
    assert location.startswith(f"{sim.base_url}/cdn/")
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as refused:
            assert refused.status == 401
        async with session.get(location) as response:
            assert response.content_type == "image/gif" and await response.read() == GIF
            assert response.content_disposition is not None
            assert response.content_disposition.filename == "chair.gif"
        async with session.get(f"{sim.base_url}/cdn/guess") as nothing:
            assert nothing.status == 404

    assert (await api.delete(urlsplit(url).path + ".json")).status == 204
    assert (await api.get(urlsplit(url).path)).code == 20404
    listed = await api.get(f"Messages/{form['MessageSid']}/Media.json")
    assert len(listed.data["media_list"]) == 1


async def test_the_media_list_is_filtered_by_date(api: Api, sim: Simulator) -> None:
    message = sim.customer_texts(SILENT, SHOP_LINE, "", [("image/gif", GIF, "a.gif")])
    path = f"Messages/{message.sid}/Media.json"
    assert len((await api.get(f"{path}?DateCreated%3E=2026-01-01")).data["media_list"]) == 1
    assert (await api.get(f"{path}?DateCreated%3C=2020-01-01")).data["media_list"] == []
