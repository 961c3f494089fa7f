"""When the store refuses for a while, when two people press at once, when a stranger names a file."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sms_desktop.domain.errors import BadInput, StoreError
from sms_desktop.domain.message import Status
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from sms_desktop.services import outbox as sending
from sms_desktop.store.store import Store
from tests.rig import LINE, PHONE_OFF, PICTURE, SILENT, Rig


class Refusing:
    """Stands before a store's ``do`` and refuses while told to, as a full disk does."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self._do: Callable[..., Awaitable[Any]] = store.do
        self.refuse = False
        self._refused = 0
        self.refused_twice = asyncio.Event()
        monkeypatch.setattr(store, "do", self)

    async def __call__(self, work: Callable[..., Any]) -> Any:
        if self.refuse:
            self._refused += 1
            if self._refused == 2:
                self.refused_twice.set()
            raise StoreError("The disk is full.")
        return await self._do(work)


async def test_an_outcome_that_cannot_be_stored_is_kept_until_it_can(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "STUMBLED", 0.05)
    door = Refusing(rig.engine.store, monkeypatch)
    gateway = rig.services.link.gateway
    assert gateway is not None
    real_send = gateway.send

    async def send(outgoing: Any, *more: Any) -> Any:
        outcome = await real_send(outgoing)
        door.refuse = True
        return outcome

    monkeypatch.setattr(gateway, "send", send)
    first = await rig.send(SILENT, "first")
    await door.refused_twice.wait()
    monkeypatch.setattr(gateway, "send", real_send)
    door.refuse = False
    second = await rig.send(SILENT, "second")
    await rig.status(first, Status.DELIVERED)
    await rig.status(second, Status.DELIVERED)
    assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["first", "second"]


async def test_a_store_that_refuses_at_start_does_not_end_the_outbox(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "STUMBLED", 0.05)
    message = await rig.send(SILENT, "before")
    await rig.status(message, Status.DELIVERED)
    door = Refusing(rig.engine.store, monkeypatch)
    door.refuse = True
    running = asyncio.create_task(rig.services.outbox.run())
    await door.refused_twice.wait()
    assert not running.done()
    door.refuse = False
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_three_people_who_try_again_at_once_send_once(rig: Rig) -> None:
    message = await rig.send(PHONE_OFF, "hello")
    await rig.status(message, Status.UNDELIVERED)
    tries = await asyncio.gather(*(rig.services.outbox.retry(message.id) for _ in range(3)), return_exceptions=True)
    assert [type(t) for t in tries].count(BadInput) == 2
    [again] = [t for t in tries if not isinstance(t, BaseException)]
    await rig.status(again, Status.UNDELIVERED)
    third = await rig.services.outbox.retry(message.id)
    assert third.retry_of == message.id


async def test_someone_blocked_while_a_text_waits_is_not_texted(rig: Rig) -> None:
    rig.simulator.weather.turn("429", True)
    message = await rig.send(SILENT, "too late")
    await rig.until(lambda: rig.services.outbox.waiting == 1, "waiting")
    await rig.services.conversations.block(message.conversation_id, True)
    rig.services.outbox.hurry()
    await rig.status(message, Status.CANCELED)  # only then the weather clears: a try may be under way
    rig.simulator.weather.clear()
    rig.services.outbox.hurry()
    await rig.status(await rig.send(PHONE_OFF, "another"), Status.UNDELIVERED)
    assert rig.simulator.phone(SILENT).messages == ()


async def test_what_another_process_writes_between_our_own_messages_is_told(rig: Rig) -> None:
    beside = Engine(rig.directory, Environment())
    await beside.open_beside()
    services, store = beside.services, beside.store
    here = await rig.services.conversations.open(LINE, PICTURE)
    there = await services.conversations.open(LINE, SILENT)
    await rig.services.outbox.submit(here.id, "ours, before")
    theirs = await services.outbox.submit(there.id, "theirs")
    await rig.services.outbox.submit(here.id, "ours, after")
    await rig.until(lambda: rig.messages.get(theirs.id), "the neighbour's message")
    await store.close()
