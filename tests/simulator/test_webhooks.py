"""Inbound messages at a real server: signed, retried, answered with TwiML."""

import asyncio
import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from sms_desktop.simulator import SHOP_LINE, Place, Simulator
from sms_desktop.simulator.webhooks import Overrides, overrides, signature, wire_url
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Posted, Receiver, status, twiml


def _update(sim: Simulator, **fields: str) -> None:
    line = sim.account.line(SHOP_LINE)
    for name, value in fields.items():
        setattr(line, name, value)


def _codes(sim: Simulator) -> list[int]:
    return [alert.code for alert in sim.account.alerts]


async def test_an_inbound_message_is_posted_signed_with_all_its_fields(sim: Simulator, receiver: Receiver) -> None:
    message = sim.customer_texts(SILENT, SHOP_LINE, "Grüße & Küsse 😀")
    await sim.idle()

    (posted,) = receiver.posted
    assert posted.method == "POST" and posted.signed_by(sim.account.auth_token)
    assert posted.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert posted.form["Body"] == "Grüße & Küsse 😀"
    assert posted.form["MessageSid"] == posted.form["SmsSid"] == posted.form["SmsMessageSid"] == message.sid
    assert (posted.form["From"], posted.form["To"]) == (SILENT, SHOP_LINE)
    assert (posted.form["NumMedia"], posted.form["NumSegments"]) == ("0", "1")
    assert (posted.form["SmsStatus"], posted.form["ApiVersion"]) == ("received", "2010-04-01")
    assert all(posted.form[f"From{name}"] == "" for name in ("City", "State", "Zip", "Country"))
    told = [posted.form[f"To{name}"] for name in ("City", "State", "Zip", "Country")]
    assert told == ["NEW YORK", "NY", "10007", "US"]
    assert posted.headers["I-Twilio-Idempotency-Token"]


async def test_a_text_tells_where_some_numbers_are(sim: Simulator, receiver: Receiver) -> None:
    sim.account.places["+18335550132"] = Place("RENO", "NV", "89501", "US")
    told = []
    for number in ("+14155550132", "+14165550132", "+14155550133", "+442079460018", "+18335550132"):
        sim.customer_texts(number, SHOP_LINE, "Hello")
        await sim.idle()
        form = receiver.posted[-1].form
        told.append([form["FromCity"], form["FromState"], form["FromZip"], form["FromCountry"]])
    assert told == [
        ["SAN FRANCISCO", "CA", "94105", "US"],
        ["TORONTO", "ON", "M5H 2N2", "CA"],
        ["", "", "", ""],
        ["", "", "", ""],
        ["RENO", "NV", "89501", "US"],
    ]


async def test_a_line_that_asks_for_get_gets_everything_in_the_query(sim: Simulator, receiver: Receiver) -> None:
    _update(sim, sms_method="GET", sms_url=f"{receiver.url}/in?shop=1")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello there")
    await sim.idle()
    (posted,) = receiver.posted
    assert posted.method == "GET" and posted.query["Body"] == "Hello there" and posted.query["shop"] == "1"
    assert posted.form == {} and posted.signed_by(sim.account.auth_token)


async def test_user_password_and_fragment_are_no_part_of_what_is_signed(sim: Simulator, receiver: Receiver) -> None:
    host = urlsplit(receiver.url).netloc
    _update(sim, sms_url=f"http://user:pass@{host}/in?a=b#rc=0")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    (posted,) = receiver.posted
    assert posted.headers["Authorization"].startswith("Basic ")
    assert posted.signed_by(sim.account.auth_token)


async def test_a_server_error_is_not_retried_unless_asked_for(sim: Simulator, receiver: Receiver) -> None:
    receiver.respond = status(503)
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert len(receiver.posted) == 1
    assert _codes(sim) == [11200]

    receiver.posted.clear()
    _update(sim, sms_url=f"{receiver.url}/in#rc=3&rp=5xx")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello again")
    await sim.idle()
    assert len(receiver.posted) == 4
    assert len({posted.headers["I-Twilio-Idempotency-Token"] for posted in receiver.posted}) == 1
    assert len({posted.form["MessageSid"] for posted in receiver.posted}) == 1


async def test_a_retry_that_succeeds_is_the_end_of_it(sim: Simulator, receiver: Receiver) -> None:
    async def fail_once(posted: Posted) -> web.StreamResponse:
        return web.Response(status=500 if len(receiver.posted) == 1 else 204)

    receiver.respond = fail_once
    _update(sim, sms_url=f"{receiver.url}/in#rc=5&rp=all")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert len(receiver.posted) == 2 and not _codes(sim)


async def test_an_answer_that_takes_too_long_is_given_up(sim: Simulator, receiver: Receiver) -> None:
    async def never(posted: Posted) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    receiver.respond = never
    _update(sim, sms_url=f"{receiver.url}/in#rt=500&rc=1&rp=rt")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert len(receiver.posted) == 2
    assert _codes(sim) == [11200]


async def test_the_total_limit_ends_the_retries(sim: Simulator, receiver: Receiver) -> None:
    async def never(posted: Posted) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    receiver.respond = never
    _update(sim, sms_url=f"{receiver.url}/in#rt=1000&rc=5&rp=all&tt=1500")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert len(receiver.posted) == 2


async def test_nobody_listening_is_11205_and_the_fallback_is_asked(sim: Simulator, receiver: Receiver) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}/in"
    _update(sim, sms_url=dead, sms_fallback_url=f"{receiver.url}/fallback")
    receiver.respond = twiml("<Response><Message>From the fallback</Message></Response>")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    (posted,) = receiver.posted
    assert posted.url.endswith("/fallback") and posted.signed_by(sim.account.auth_token)
    assert (posted.form["ErrorCode"], posted.form["ErrorUrl"]) == ("11205", dead)
    assert _codes(sim) == [11205]
    assert sim.phone(SILENT).messages[-1].body == "From the fallback"


async def test_the_fallback_is_asked_once(sim: Simulator, receiver: Receiver) -> None:
    receiver.respond = status(500)
    _update(sim, sms_fallback_url=f"{receiver.url}/fallback")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert [urlsplit(posted.url).path for posted in receiver.posted] == ["/inbound", "/fallback"]
    assert _codes(sim) == [11200, 11200]


async def test_twiml_messages_are_replies_of_the_line(sim: Simulator, receiver: Receiver, api: Api) -> None:
    receiver.files["p.gif"] = ("image/gif", b"GIF89a!")
    receiver.respond = twiml(
        "<Response><Message>One</Message>"
        '<Message to="+14155550110" statusCallback="/status"><Body>Two</Body><Media>/files/p.gif</Media></Message>'
        "</Response>"
    )
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await receiver.count(1)
    receiver.respond = status(204)
    await sim.idle()
    replies = {m["body"]: m for m in (await api.get("Messages.json")).data["messages"]}
    assert replies["One"]["direction"] == "outbound-reply" and replies["One"]["to"] == SILENT
    assert replies["Two"]["to"] == "+14155550110" and replies["Two"]["num_media"] == "1"
    assert receiver.statuses() == ["sent", "delivered"]
    assert [(m.body, m.mine) for m in sim.phone(SILENT).messages] == [("Hello", True), ("One", False)]
    assert sim.phone("+14155550110").messages[0].media == (("image/gif", b"GIF89a!"),)


async def test_a_redirect_is_followed_with_the_same_fields(sim: Simulator, receiver: Receiver) -> None:
    async def respond(posted: Posted) -> web.StreamResponse:
        first = len(receiver.posted) == 1
        body = "<Redirect>/second?x=1</Redirect>" if first else "<Message>Moved</Message>"
        return web.Response(text=f"<Response>{body}</Response>", content_type="text/xml")

    receiver.respond = respond
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    second = receiver.posted[1]
    assert second.url.endswith("/second?x=1") and second.form["Body"] == "Hello"
    assert second.signed_by(sim.account.auth_token)
    assert sim.phone(SILENT).messages[-1].body == "Moved"


async def test_redirects_in_a_circle_end(sim: Simulator, receiver: Receiver) -> None:
    receiver.respond = twiml("<Response><Redirect/></Response>")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert len(receiver.posted) == 10 and _codes(sim) == [14106]


@pytest.mark.parametrize(
    ("body", "content_type", "codes"),
    [
        ("<Response", "text/xml", [12100]),
        ("<Reply/>", "application/xml", [12100]),
        ('<!DOCTYPE r [<!ENTITY e "x">]><Response>&e;</Response>', "text/xml", [12100]),
        ('{"ok": true}', "application/json", [12300]),
        ("<Response>" + " " * 70_000 + "</Response>", "text/xml", [11750]),
        ("<Response><Dial>1</Dial></Response>", "text/xml", [14110]),
        ("<Response><Message></Message></Response>", "text/xml", [14103]),
        ('<Response><Message to="nobody">x</Message></Response>', "text/xml", [14101]),
        ('<Response><Message from="+14155550199">x</Message></Response>', "text/xml", [14102]),
        ("", "text/html", []),
        ("<Response/>", "text/xml", []),
    ],
)
async def test_an_answer_that_is_no_twiml_is_an_alert(
    sim: Simulator, receiver: Receiver, body: str, content_type: str, codes: list[int]
) -> None:
    async def respond(posted: Posted) -> web.StreamResponse:
        return web.Response(text=body, content_type=content_type)

    receiver.respond = respond
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert _codes(sim) == codes
    assert len(sim.account.log) == 1


async def test_a_plain_text_answer_is_sent_back(sim: Simulator, receiver: Receiver) -> None:
    async def respond(posted: Posted) -> web.StreamResponse:
        return web.Response(text="Got it")

    receiver.respond = respond
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert sim.phone(SILENT).messages[-1].body == "Got it"


async def test_the_eleventh_reply_is_not_sent(sim: Simulator, receiver: Receiver) -> None:
    receiver.respond = twiml("<Response>" + "<Message>x</Message>" * 12 + "</Response>")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert len(sim.account.log) == 11 and _codes(sim) == [14109]


async def test_a_line_without_a_url_keeps_the_message_all_the_same(sim: Simulator) -> None:
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert len(sim.account.log) == 1


async def test_a_line_tied_to_an_application_does_not_use_its_own_url(sim: Simulator, receiver: Receiver) -> None:
    _update(sim, sms_application_sid="AP" + "0" * 32)
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert receiver.posted == []


async def test_a_text_over_1600_characters_comes_in_parts(sim: Simulator, receiver: Receiver) -> None:
    sim.customer_texts(SILENT, SHOP_LINE, "a" * 1600 + "b")
    await sim.idle()
    assert sorted(posted.form["Body"][-1] for posted in receiver.posted) == ["a", "b"]
    assert len(sim.phone(SILENT).messages) == 1


async def test_short_codes_and_names_can_text_a_line(sim: Simulator, receiver: Receiver) -> None:
    sim.customer_texts("72975", SHOP_LINE, "Your code is 1234")
    sim.customer_texts("MyBank", SHOP_LINE, "Hello")
    await sim.idle()
    assert {posted.form["From"] for posted in receiver.posted} == {"72975", "MyBank"}


def test_overrides_are_read_from_the_fragment_and_kept_in_range() -> None:
    assert overrides("") == Overrides()
    assert overrides("rc=3&rp=ct,rt&ct=2000&rt=5000&tt=9000") == Overrides(2, 5, 9, 3, frozenset({"ct", "rt"}))
    assert overrides("rc=9&ct=1&rt=99999") == Overrides(0.1, 15, 15, 5)
    assert not overrides("rp=sometimes").valid


async def test_a_policy_that_is_none_is_an_alert(sim: Simulator, receiver: Receiver) -> None:
    _update(sim, sms_url=f"{receiver.url}/in#rp=sometimes")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert len(receiver.posted) == 1 and _codes(sim) == [11243]


def test_what_goes_over_the_wire_keeps_its_port_and_has_a_path() -> None:
    assert wire_url("https://a.example:8443#rc=1") == ("https://a.example:8443/", None)
    assert wire_url("http://u:p@a.example/x?y=%20z") == ("http://a.example/x?y=%20z", "Basic dTpw")


def test_signatures_are_those_of_the_vectors(shared: Path) -> None:
    vectors = json.loads((shared / "vectors" / "signature-vectors.json").read_text())["vectors"]
    checked = 0
    for vector in vectors:
        # A simulated webhook is a form without repeated fields, and its URL keeps the port just as it is written.
        as_written = "signed_url" not in vector and vector["id"] != "py-04-https-port-443-added"
        if vector["valid"] and "params" in vector and as_written:
            made = signature(vector["auth_token"], vector["url"], vector["params"])
            assert made == vector["signature"], vector["id"]
            checked += 1
    assert checked >= 8
