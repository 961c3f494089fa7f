"""What keeps a text from somebody, and what of it is told first: they opted out, we blocked them, texts do not reach
them, it is night there. At submit all four count; when it leaves, what a person has decided by submitting it does not.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from sms_desktop.domain.consent import OPTED_OUT_CODE
from sms_desktop.domain.errors import BadInput, NightThere, NotReached, OptedOut
from sms_desktop.domain.message import Hold, Message, Status
from sms_desktop.domain.night import AtNight, Rule, When
from sms_desktop.domain.reception import CannotReceive, Evidence, Obstacle
from sms_desktop.gateway.gateway import Outcome, Outgoing
from sms_desktop.services import clock
from sms_desktop.services.departure import DOZED
from sms_desktop.store import messages, outbox, reception
from tests.rig import LINE, PHONE_OFF, SILENT, YOURS, Rig
from tests.services.test_nights import night
from tests.services.test_numbers import LOOK_UPS

OUT, BLOCKED, DEAD, NIGHT = "opted out", "blocked", "does not reach them", "night"
ORDER = (OUT, BLOCKED, DEAD, NIGHT)
REFUSED = {
    OUT: (OptedOut, "asked for no more texts"),
    BLOCKED: (BadInput, "You blocked this person"),
    DEAD: (NotReached, "landline"),
    NIGHT: (NightThere, "where they are"),
}
ALL = [tuple(what for what, holds in zip(ORDER, some, strict=True) if holds) for some in product((1, 0), repeat=4)]
"""Every set of them."""


async def happen(rig: Rig, peer: str, what: str) -> None:
    services = rig.services
    match what:
        case "opted out":
            await services.consents.opt_out(LINE, peer, "Ada", "said so at the counter")
        case "blocked":
            await services.conversations.block((await services.conversations.open(LINE, peer)).id, True)
        case "does not reach them":
            found = CannotReceive(peer, Obstacle.LANDLINE, Evidence.LOOKUP, None, None, clock.now())
            await rig.engine.store.do(lambda tx: reception.put(tx, found))
        case "night":
            await services.outbox.put_night_rule(night(AtNight.ASK))


def names(some: tuple[str, ...]) -> str:
    return ", ".join(some) or "nothing"


async def test_a_stop_that_comes_while_the_connection_is_made_keeps_the_text_here(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.until(lambda: rig.services.absence.is_over(LINE, YOURS), "all is known")
    gateway = rig.services.link.gateway
    assert gateway is not None
    send = gateway.send

    async def slowly(outgoing: Outgoing, may_leave: Callable[[], Awaitable[bool]] | None = None) -> Outcome:
        await happen(rig, SILENT, OUT)
        return await send(outgoing, may_leave)

    monkeypatch.setattr(gateway, "send", slowly)
    failed = await rig.status(await rig.send(SILENT, "Sale"), Status.FAILED)
    assert (failed.error_code, failed.sid) == (OPTED_OUT_CODE, None)
    assert not rig.simulator.phone(SILENT).messages
    assert rig.services.connection.trouble is None
    assert rig.services.absence.is_over(LINE, YOURS)


@pytest.mark.parametrize("some", ALL, ids=names)
async def test_of_all_that_speaks_against_a_text_the_first_is_told_and_nothing_is_queued(
    rig: Rig, some: tuple[str, ...]
) -> None:
    for what in reversed(some):
        await happen(rig, SILENT, what)
    if not some:
        await rig.status(await rig.send(SILENT, "hello"), Status.DELIVERED)
        return
    kind, words = REFUSED[some[0]]
    with pytest.raises(kind, match=words) as raised:
        await rig.send(SILENT, "hello")
    assert type(raised.value) is kind
    assert await rig.engine.store.read(outbox.waiting) == 0


@pytest.mark.parametrize("some", ALL, ids=names)
async def test_a_new_try_is_held_to_the_same(rig: Rig, some: tuple[str, ...]) -> None:
    failed = await rig.status(await rig.send(PHONE_OFF, "hello"), Status.UNDELIVERED)
    for what in reversed(some):
        await happen(rig, PHONE_OFF, what)
    if not some:
        assert (await rig.services.outbox.retry(failed.id)).retry_of == failed.id
        return
    kind, words = REFUSED[some[0]]
    with pytest.raises(kind, match=words):
        await rig.services.outbox.retry(failed.id)


@pytest.mark.parametrize("first", [OUT, BLOCKED])
async def test_whoever_insists_insists_in_vain_where_the_person_does_not_want_it(rig: Rig, first: str) -> None:
    for what in (first, DEAD, NIGHT):
        await happen(rig, SILENT, what)
    place = await rig.services.conversations.open(LINE, SILENT)
    for when in (When.NOW, When.MORNING):
        with pytest.raises(REFUSED[first][0], match=REFUSED[first][1]):
            await rig.services.outbox.submit(place.id, "hello", anyway=True, when=when)


@pytest.mark.parametrize("first", [OUT, BLOCKED])
async def test_nobody_is_looked_up_at_a_price_who_cannot_be_texted_anyhow(rig: Rig, first: str) -> None:
    await rig.services.numbers.set_look_up_first(True)
    await happen(rig, SILENT, first)
    with pytest.raises(REFUSED[first][0], match=REFUSED[first][1]):
        await rig.send(SILENT, "hello")
    assert rig.simulator.requests[LOOK_UPS] == 0


@pytest.fixture
async def offline(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path / "data")
    await rig.simulator.start()
    await rig.open(rig.simulator.base_url)
    yield rig
    await rig.stop()


async def written(rig: Rig, how: str) -> Message:
    """A text that was taken long ago and may leave now, once it is known what its recipient wrote meanwhile."""
    place = await rig.services.conversations.open(LINE, SILENT)
    before = clock.now() - DOZED - timedelta(hours=1)
    return await rig.engine.store.do(
        lambda tx: messages.add_outbound(
            tx, id=messages.new_key(), conversation_id=place.id, body="waited", at=before, held=how == "held",
            morning=clock.now() - timedelta(seconds=1) if how == "asleep" else None,
        )
    )  # fmt: skip


@pytest.mark.parametrize("how", ["waiting", "held", "asleep"])
@pytest.mark.parametrize("some", [ORDER, ORDER[1:], (DEAD, NIGHT), (NIGHT,), (DEAD,), ()], ids=names)
async def test_what_waited_leaves_only_to_who_may_have_it_and_by_day(
    offline: Rig, some: tuple[str, ...], how: str
) -> None:
    message = await written(offline, how)
    for what in some:
        await happen(offline, SILENT, what)
    await offline.connect()
    if OUT in some:
        failed = await offline.status(message, Status.FAILED)
        assert failed.error_code == OPTED_OUT_CODE
    elif BLOCKED in some:
        await offline.status(message, Status.CANCELED)
    elif NIGHT in some:

        def sleeps() -> bool:
            known = offline.messages.get(message.id)
            return known is not None and known.held_for is Hold.NIGHT

        await offline.until(sleeps, "it waits for the morning")
    else:  # only trying tells whether a text reaches them, and somebody wants it tried
        await offline.status(message, Status.DELIVERED)
    assert len(offline.simulator.account.log) == (0 if {OUT, BLOCKED, NIGHT} & set(some) else 1)


async def test_what_sleeps_and_is_woken_by_hand_goes_to_nobody_who_opted_out_meanwhile(rig: Rig) -> None:
    await happen(rig, SILENT, NIGHT)
    place = await rig.services.conversations.open(LINE, SILENT)
    kept = await rig.services.outbox.submit(place.id, "in the morning", when=When.MORNING)
    await happen(rig, SILENT, OUT)
    await rig.services.outbox.send_now(kept.id)
    assert (await rig.status(kept, Status.FAILED)).error_code == OPTED_OUT_CODE
    assert len(rig.simulator.account.log) == 0


async def test_what_an_opt_out_kept_here_can_be_tried_again_once_they_agree(rig: Rig) -> None:
    await happen(rig, SILENT, NIGHT)
    place = await rig.services.conversations.open(LINE, SILENT)
    kept = await rig.services.outbox.submit(place.id, "in the morning", when=When.MORNING)
    await happen(rig, SILENT, OUT)
    await rig.services.outbox.send_now(kept.id)
    await rig.status(kept, Status.FAILED)
    with pytest.raises(OptedOut):
        await rig.services.outbox.retry(kept.id)
    await rig.services.outbox.put_night_rule(Rule(AtNight.OFF))
    await rig.services.consents.opt_in(LINE, SILENT, "Ada", "called back and wants them")
    await rig.status(await rig.services.outbox.retry(kept.id), Status.DELIVERED)
