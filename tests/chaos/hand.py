"""Somebody inside the program who submits texts, and tells of each once it was promised to be kept."""

import asyncio
import json
from collections.abc import Sequence
from random import Random
from typing import Any

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.media import File
from sms_desktop.domain.pace import FASTEST
from sms_desktop.engine import Engine
from sms_desktop.services.services import Services
from tests.chaos.people import FEW, LINE, peers, picture

AT_ONCE = 4
MOST_WAITING = 500
"""Texts in the outbox at which nobody writes another."""


def sit_down(name: str, rate: float, pictures: float, people: int) -> None:
    """From the moment on that the engine runs: ``rate`` texts a second, their words beginning with ``name``;
    ``pictures`` is the share of them that have one, ``people`` to how many they go.
    """
    run = Engine.run

    async def run_with_hand(self: Engine, *, patient: bool) -> None:
        await run(self, patient=patient)
        await self.services.outbox.set_pace(LINE, FASTEST)  # what is looked at is not how fast carriers are
        dice, to = Random(name), peers(people or FEW)
        for n in range(AT_ONCE):
            self._start(
                _write(self.services, f"{name}-{n}", Random(dice.random()), rate / AT_ONCE, pictures, to),
                f"hand {n}",
            )

    Engine.run = run_with_hand  # type: ignore[method-assign]


def tell(event: str, **more: Any) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


async def _write(
    services: Services, name: str, dice: Random, rate: float, pictures: float, people: Sequence[str]
) -> None:
    n = 0
    while True:
        await asyncio.sleep(dice.expovariate(rate))
        while services.outbox.waiting > MOST_WAITING:  # noqa: ASYNC110 - a test waits as it can
            await asyncio.sleep(0.05)
        n += 1
        token = f"{name}-{n}"
        await submit(services, token, dice.choice(people), with_picture=dice.random() < pictures)


async def submit(services: Services, token: str, peer: str, *, with_picture: bool = False) -> None:
    """Tells ``acknowledged``, or ``refused`` with the sentence."""
    try:
        conversation = await services.conversations.open(LINE, peer)
        files: list[File] = []
        if with_picture:
            files = [await services.media.attach_bytes(picture(token), f"{token}.png")]
        await services.outbox.submit(conversation.id, token, files, keep_draft=True)
    except SmsDesktopError as error:
        tell("refused", token=token, sentence=str(error))
    else:
        tell("acknowledged", token=token)
