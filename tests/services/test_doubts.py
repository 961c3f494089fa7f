"""Posts that Twilio did not sign: what Twilio knows of is fetched from it, what it does not is counted, nothing is
believed. Twilio's list answers nobody here, so that catching up is of no help.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import aiohttp
import pytest

from sms_desktop.domain.account import CredentialHome
from sms_desktop.domain.light import Light
from sms_desktop.domain.message import Message, Status
from sms_desktop.domain.reply import Rule, Trigger
from sms_desktop.gateway.allowance import Allowance
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.form import Claim
from sms_desktop.services import doubts
from sms_desktop.services.clock import now
from sms_desktop.services.doubts import Counts
from sms_desktop.services.health import rows
from sms_desktop.simulator import Simulator
from sms_desktop.store import consent, export
from tests.gateway.signing import Pairs, encoded, inbound_pairs
from tests.rig import LINE, SILENT, YOURS, Rig
from tests.services.front import Front

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SHORT = "72975"
NEW_TOKEN = "e5" * 16
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "A" * 27 + "="}


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rig]:
    monkeypatch.setattr(doubts, "EACH", 0.01)
    monkeypatch.setattr(doubts, "UNREACHED", (0.02,))
    monkeypatch.setattr(doubts, "NOTED_EVERY", 0.05)
    rig = Rig(tmp_path / "data")
    await rig.start()
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "the first round")
    rig.simulator.weather.list_error = 1.0
    yield rig
    await rig.stop()


async def post(desk: Rig, pairs: Pairs, path: str = "/twilio/inbound") -> int:
    """Posts what is not signed; gives the status of the answer."""
    async with aiohttp.ClientSession() as session, session.post(
        f"{desk.engine.webhook_url}{path}", data=encoded(pairs), headers=FORM
    ) as answer:  # fmt: skip
        return answer.status


def about(desk: Rig, sid: str, **fields: str) -> Pairs:
    return inbound_pairs(MessageSid=sid, AccountSid=desk.simulator.account.sid, **fields)


def lost(simulator: Simulator, body: str, *, media: bool = False, line: str = LINE) -> str:
    """A text that came in at Twilio and of which nothing is posted: its SID."""
    simulator.weather.lost_inbound = 1.0
    picture = [("image/png", b"\x89PNG\r\n\x1a\n", "a.png")] if media else []
    return simulator.customer_texts(YOURS, line, body, picture).sid


async def all_messages(desk: Rig) -> list[Message]:
    return await desk.engine.store.read(lambda db: export.rows(db, None))


async def counted(desk: Rig, **wanted: int) -> Counts:
    def reached() -> Counts | None:
        counts = desk.services.doubts.counts
        return counts if all(getattr(counts, name) >= least for name, least in wanted.items()) else None

    return await desk.until(reached, f"counts {wanted}, {desk.services.doubts.counts}")


async def test_what_twilio_has_is_stored_as_twilio_has_it_and_not_as_it_was_posted(desk: Rig) -> None:
    sid = lost(desk.simulator, "the true words")
    assert (
        await post(desk, about(desk, sid, Body="false words", From="+14155559999", NumMedia="1", MediaUrl0="x")) == 403
    )
    message = await desk.inbound("the true words")
    assert (message.sid, message.peer, message.line, message.media) == (sid, YOURS, LINE, ())
    assert message.origin is None
    assert [m.body for m in await all_messages(desk)] == ["the true words"]
    assert (await counted(desk, genuine=1)).forged == 0


async def test_what_twilio_posts_about_one_message_counts_once(desk: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubts, "REST", 0.0)
    sid = lost(desk.simulator, "once")
    for _ in range(3):
        await post(desk, about(desk, sid))
    await desk.inbound("once")
    await post(desk, about(desk, sid))
    await desk.until(lambda: not desk.services.doubts._waiting, "asked for again")
    assert desk.services.doubts.counts.genuine == 1


async def test_its_pictures_are_fetched(desk: Rig) -> None:
    await post(desk, about(desk, lost(desk.simulator, "see", media=True)))
    message = await desk.inbound("see")
    await desk.until(lambda: [m for m in desk.messages[message.id].media if m.file is not None], "the picture")


async def test_a_stop_that_was_not_signed_counts_as_soon_as_twilio_confirms_it(desk: Rig) -> None:
    await post(desk, about(desk, lost(desk.simulator, "STOP"), Body="Hello"))
    await desk.inbound("STOP")
    assert await desk.engine.store.read(lambda db: consent.opted_out(db, LINE, YOURS))


async def test_on_a_short_code_no_rule_answers_what_a_look_at_it_alone_has_told(desk: Rig) -> None:
    desk.simulator.weather.list_error = 0
    desk.simulator.account.add_line(SHORT, "Five digits")
    await desk.services.lines.refresh()
    await desk.services.catchup.import_history(None)
    await desk.until(lambda: desk.services.absence.is_over(SHORT, YOURS), "caught up")
    await desk.services.replies.add(Rule("Hours", Trigger.CONTAINS, "Nine to five.", words=("hours",)))
    desk.simulator.weather.list_error = 1.0
    lost(desk.simulator, "STOP", line=SHORT)
    await post(desk, about(desk, lost(desk.simulator, "hours?", line=SHORT)))
    await desk.inbound("hours?")
    reply = await desk.until(lambda: next((m for m in desk.messages.values() if m.outbound), None), "a reply")
    await desk.until(lambda: reply.id in desk.services.absence.held, "it waits for Twilio's list")
    desk.simulator.weather.list_error = 0
    desk.services.absence.hurry()
    assert (await desk.status(reply, Status.FAILED, Status.CANCELED)).sid is None
    assert await desk.engine.store.read(lambda db: consent.opted_out(db, SHORT, YOURS))


async def test_a_stop_that_twilio_does_not_know_changes_nothing(desk: Rig) -> None:
    assert await post(desk, about(desk, "SM" + token_hex(16), Body="STOP", From=YOURS, To=LINE)) == 403
    await counted(desk, forged=1)
    assert not await desk.engine.store.read(lambda db: consent.opted_out(db, LINE, YOURS))
    assert await all_messages(desk) == []


async def test_after_the_token_was_changed_nothing_is_lost(desk: Rig) -> None:
    desk.simulator.rotate_token(NEW_TOKEN)
    await desk.simulator.phone(YOURS).text(LINE, "while the token was another")
    await desk.simulator.idle()
    assert await all_messages(desk) == []  # it was not let in by itself
    account = desk.simulator.account
    await desk.services.account.use(Credentials(account.sid, NEW_TOKEN), CredentialHome.ENVIRONMENT)
    await desk.inbound("while the token was another")
    assert len(await all_messages(desk)) == 1
    counts = await counted(desk, genuine=1)
    assert rows.unsigned(counts, now()).light is Light.OK  # it is right again, so nothing is to be compared


async def test_a_wrong_token_is_told_until_the_right_one_is_in_use(desk: Rig) -> None:
    await post(desk, about(desk, lost(desk.simulator, "unsigned")))
    await counted(desk, genuine=1)
    assert rows.unsigned(desk.services.doubts.counts, now()).light is Light.WARN
    account = desk.simulator.account
    desk.simulator.rotate_token(NEW_TOKEN)
    await desk.services.account.use(Credentials(account.sid, NEW_TOKEN), CredentialHome.ENVIRONMENT)
    assert rows.unsigned(desk.services.doubts.counts, now()).light is Light.OK


async def test_what_comes_by_an_address_that_we_do_not_know_is_not_lost(desk: Rig) -> None:
    async with Front(desk.engine.webhook_url or "") as front:
        desk.simulator.set_sms_url(LINE, f"{front.url}/twilio/inbound")
        await desk.simulator.phone(YOURS).text(LINE, "by the side door")
        await desk.inbound("by the side door")
        assert front.seen == ["/twilio/inbound"]
    assert (await counted(desk, genuine=1)).forged == 0


async def test_while_twilio_is_away_a_post_is_kept_in_mind(desk: Rig) -> None:
    sid = lost(desk.simulator, "later")
    desk.simulator.weather.down = 1.0
    await post(desk, about(desk, sid))
    asked = desk.simulator.requests.total()
    await desk.until(lambda: desk.services.doubts._failures > 1, "tries")
    desk.simulator.weather.down = 0.0
    await desk.inbound("later")
    assert desk.simulator.requests.total() > asked


async def test_a_callback_that_was_not_signed_has_its_message_asked_about(desk: Rig) -> None:
    desk.simulator.weather.lost_callbacks = 1.0
    message = await desk.send(SILENT, "did it arrive?")
    await desk.until(lambda: message.id in desk.messages and desk.messages[message.id].sid, "accepted")
    await desk.simulator.idle()
    pairs = [
        ("MessageSid", str(desk.messages[message.id].sid)),
        ("AccountSid", desk.simulator.account.sid),
        ("MessageStatus", "failed"),
    ]
    assert await post(desk, pairs, f"/twilio/status/{message.id}") == 403
    await desk.status(message, Status.DELIVERED)


async def test_a_forged_callback_changes_no_status(desk: Rig) -> None:
    message = await desk.send(SILENT, "hello")
    await desk.status(message, Status.DELIVERED)
    for sid in ("SM" + token_hex(16), str(desk.messages[message.id].sid)):
        pairs = [("MessageSid", sid), ("AccountSid", desk.simulator.account.sid), ("MessageStatus", "failed"),
                 ("ErrorCode", "21610")]  # fmt: skip
        assert await post(desk, pairs, f"/twilio/status/{message.id}") == 403
    await counted(desk, forged=1, genuine=1)
    assert desk.messages[message.id].status is Status.DELIVERED
    assert not await desk.engine.store.read(lambda db: consent.opted_out(db, LINE, SILENT))


async def test_the_same_doubtful_post_again_asks_twilio_once(desk: Rig) -> None:
    sid, forged = lost(desk.simulator, "once"), "SM" + token_hex(16)
    for _ in range(5):
        await post(desk, about(desk, sid))
        await post(desk, about(desk, forged))
    await counted(desk, forged=5, genuine=1)
    for _ in range(5):
        await post(desk, about(desk, forged))
    assert (await counted(desk, forged=10)).forged == 10
    assert len(await all_messages(desk)) == 1
    looked = [name for name in desk.simulator.requests if sid in name or forged in name]
    assert sum(desk.simulator.requests[name] for name in looked) <= 2


async def test_what_names_another_account_or_nothing_is_not_asked_for(desk: Rig) -> None:
    asked = desk.simulator.requests.copy()
    for claim in (None, Claim("SM" + "a" * 32, "AC" + "b" * 32)):
        desk.services.doubts.hear(claim)
    await counted(desk, forged=2)
    assert not [n for n in (desk.simulator.requests - asked) if n.startswith("GET Messages/")]


async def test_a_flood_of_forged_posts_keeps_no_genuine_one_waiting(desk: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubts, "EACH", 3600.0)  # not one of them is looked into
    desk.simulator.weather.list_error = 0.0
    account = desk.simulator.account.sid
    for _ in range(500):
        desk.services.doubts.hear(Claim("SM" + token_hex(16), account))
    sid = lost(desk.simulator, "genuine among them")
    desk.services.doubts._crowded_at = float("-inf")
    await post(desk, about(desk, sid))
    await desk.inbound("genuine among them")
    assert len(desk.services.doubts._waiting) <= doubts.MOST
    assert desk.services.doubts.counts.crowded >= 500 - doubts.MOST


async def test_while_strangers_crowd_the_door_neither_genuine_nor_doubtful_posts_are_lost(desk: Rig) -> None:
    server = desk.engine._server
    assert server is not None
    server._unsigned = Allowance(0.0, 0)  # they have posted as much as they may
    assert await post(desk, inbound_pairs(AccountSid="AC" + "9" * 32)) == 429
    await desk.simulator.phone(YOURS).text(LINE, "signed as it should be")
    await desk.inbound("signed as it should be")
    assert await post(desk, about(desk, lost(desk.simulator, "with another token"))) == 403
    await desk.inbound("with another token")
    assert (await counted(desk, genuine=1)).forged == 0


async def test_what_is_long_past_is_not_brought_back(desk: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    sid = lost(desk.simulator, "of long ago")
    monkeypatch.setattr(doubts, "RECENT", timedelta(seconds=-5))
    await post(desk, about(desk, sid))
    await counted(desk, genuine=1)
    assert await all_messages(desk) == []


async def test_a_line_that_is_not_in_use_gets_nothing(desk: Rig) -> None:
    await desk.services.lines.choose([])
    sid = lost(desk.simulator, "to a line of somebody else's")
    await post(desk, about(desk, sid))
    await counted(desk, genuine=1)
    assert await all_messages(desk) == []


async def test_how_many_there_were_is_known_to_a_command_beside(desk: Rig) -> None:
    await post(desk, about(desk, "SM" + token_hex(16)))
    await counted(desk, forged=1)
    await desk.until(lambda: not desk.services.doubts._unnoted, "written down")
    beside = doubts.Doubts(
        desk.engine.store, desk.services.link, desk.services.lines, lambda: None, lambda: None
    )  # fmt: skip
    await beside.recall()
    assert beside.counts.forged == 1 and beside.counts.forged_at is not None


async def test_nothing_of_a_forged_post_is_logged_but_its_sid(desk: Rig, caplog: pytest.LogCaptureFixture) -> None:
    sid = "SM" + token_hex(16)
    await post(desk, about(desk, sid, Body="Gooseberry", From="+14155550198"))
    await counted(desk, forged=1)
    assert f"a forged webhook: Twilio has no message {sid}" in caplog.text
    assert "Gooseberry" not in caplog.text and "4155550198" not in caplog.text


def test_the_row_of_signatures() -> None:
    assert rows.unsigned(Counts(), AT).sentence == "Nothing forged came in the last day"
    few = Counts(forged=3, forged_at=AT)
    assert (rows.unsigned(few, AT).light, rows.unsigned(few, AT).sentence) == (
        Light.OK, "3 forged webhooks turned away in the last day",
    )  # fmt: skip
    many = replace(few, forged=1, crowded=9000)
    row = rows.unsigned(many, AT + timedelta(minutes=1))
    assert row.light is Light.WARN and row.advice
    assert row.sentence == (
        "1 forged webhook turned away in the last day; 9,000 came too fast to be looked into one by one"
    )
    assert rows.unsigned(many, AT + timedelta(hours=2)).light is Light.OK
    off = rows.unsigned(Counts(genuine=2, genuine_at=AT), AT)
    assert off.light is Light.WARN and off.sentence.startswith("2 messages were announced without the right signature")
    assert rows.unsigned(Counts(genuine=1, genuine_at=AT), AT + timedelta(minutes=11)).light is Light.OK
