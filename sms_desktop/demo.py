"""The demo: a simulated Twilio account on this computer, and a small shop's sample history in its own directory."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Direction, Message, Status
from sms_desktop.domain.phone import AddressKind, kind_of
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.public_address import inbound_url
from sms_desktop.paths import resources
from sms_desktop.services.clock import now
from sms_desktop.simulator import SHOP_LINE, TOLL_FREE_LINE, HandsetMessage, Simulator
from sms_desktop.store import consent, contacts, conversations, drafts, lines, messages, settings
from sms_desktop.store.messages import PastMessage
from sms_desktop.store.store import Tx

SHOP = "+12125550100"
_REACHED = frozenset({Status.SENT, Status.DELIVERED, Status.READ, Status.RECEIVED})


class Demo:
    """Owns the simulator; hands out its credentials as any other source does."""

    def __init__(self, pace: float = 1.0) -> None:
        self.simulator = Simulator(pace=pace)
        self.simulator.register_lines()

    def load(self) -> Credentials:
        account = self.simulator.account
        return Credentials(account.sid, account.auth_token)

    async def connect(self, engine: Engine) -> None:
        """Starts the simulator and connects ``engine`` to it, as to Twilio; inbound texts are posted to the engine."""
        await self.simulator.start()
        port = engine.environment.webhook_port or 0
        engine.environment = Environment(twilio_url=self.simulator.base_url, webhook_port=port)
        await engine.connect(self, patient=True)
        if engine.webhook_url is not None:
            for line in (SHOP_LINE, TOLL_FREE_LINE):
                self.simulator.set_sms_url(line, inbound_url(engine.webhook_url))
        with suppress(SmsDesktopError):  # it is asked again by itself
            await engine.services.registrations.refresh()
        await self._remember(engine)

    async def _remember(self, engine: Engine) -> None:
        """The phones still hold what was said before this run."""
        for conversation in await engine.services.conversations.page(Filter.ALL):
            if kind_of(conversation.peer) is AddressKind.E164:
                for message in (await engine.services.timeline.latest(conversation.id)).messages:
                    if message.status in _REACHED:
                        noted = await asyncio.to_thread(_on_the_phone, engine, message)
                        self.simulator.phone(conversation.peer).note(noted)

    async def close(self) -> None:
        await self.simulator.stop()


def _on_the_phone(engine: Engine, message: Message) -> HandsetMessage:
    files = [m.file for m in message.media if m.file is not None]
    media = tuple((f.content_type, engine.services.media.path_of(f).read_bytes()) for f in files)
    return HandsetMessage(message.body, message.direction is Direction.INBOUND, media, message.at, message.line)


@dataclass(frozen=True, slots=True)
class _Said:
    """One sample message: minutes ago, who, words, and what became of it."""

    ago: float
    ours: bool
    body: str
    status: Status | None = None
    error_code: int | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class _Sample:
    peer: str
    name: str
    said: tuple[_Said, ...]
    unread: int = 0
    notes: str = ""
    draft: str = ""
    stopped: bool = False


DAY = 24 * 60.0

_SAMPLES = (
    _Sample(
        "+14155550110",
        "Maya Chen",
        (
            _Said(9 * DAY, False, "Hello! Do you reupholster dining chairs? I have six of them."),
            _Said(9 * DAY - 14, True, "Hi Maya, yes we do. Could you send us a picture of one?"),
            _Said(9 * DAY - 20, False, "Here it is.", picture="chair-old.jpg"),
            _Said(9 * DAY - 41, True, "Lovely frame. About $120 each, ready in a week."),
            _Said(34, False, "Hi, is my reupholstered chair ready? The blue one."),
            _Said(31, True, "Morning Maya! Nearly, the last coat dries this afternoon."),
            _Said(30, False, "Great. Could you send a picture when it is done?"),
            _Said(
                5,
                True,
                "Here is the photo of the finished seat. You can collect it from 9 tomorrow.",
                picture="seat.jpg",
            ),
            _Said(4, True, "Parking is behind the building, ring the second bell."),
        ),
        notes="Prefers texts before noon. Second chair due in May.",
    ),
    _Sample(
        "+14155550121",
        "Dan Kessler",
        (
            _Said(3 * DAY, True, "Hi Dan, your appointment is on Wednesday at 3 pm. Reply here if that changes."),
            _Said(3 * DAY - 9, False, "Thanks, see you then"),
            _Said(17, False, "Hi, something came up at work"),
            _Said(15, False, "Can I move my 3 pm to Thursday?"),
        ),
        unread=2,
    ),
    _Sample(
        "+14155550132",
        "",
        (_Said(48, False, "Is this seat worth saving?", picture="IMG_2214.jpg"),),
        unread=1,
    ),
    _Sample(
        "+14155550114",
        "Harbor Dental",
        (
            _Said(
                94,
                True,
                "Your invoice 1182 is ready. You can pay by the end of the month.",
                Status.UNDELIVERED,
                30006,
            ),
        ),
    ),
    _Sample(
        "+14155550122",
        "Aiko Sato",
        (
            _Said(DAY + 200, False, "When will my order be ready?"),
            _Said(DAY + 190, True, "We will text you as soon as it is, probably tomorrow."),
        ),
        draft="Your order is ready for pick-up at our workshop on Pier 9",
    ),
    _Sample(
        "+14155550123",
        "Tomas Jelinek",
        (
            _Said(DAY + 320, True, "Spring offer: 15 % off leather care this week."),
            _Said(DAY + 300, False, "STOP"),
        ),
        stopped=True,
    ),
    _Sample(
        "+14155550112",
        "Priya Nair",
        (
            _Said(3 * DAY + 100, False, "This is the sofa I told you about.", picture="sofa.jpg"),
            _Said(3 * DAY + 90, True, "See you on Monday 👋"),
        ),
    ),
    _Sample(
        "+14155550124",
        "Rob Baines",
        (
            _Said(4 * DAY + 60, True, "Your stools are ready, open until 6."),
            _Said(4 * DAY + 30, False, "Thanks!"),
        ),
    ),
)


async def seed(engine: Engine) -> None:
    """Writes the sample history into an empty store, once."""
    if await engine.services.conversations.page(Filter.ALL, limit=1):
        return
    folder = resources() / "demo"
    pictures = {
        said.picture: engine.store.media.put((folder / said.picture).read_bytes(), said.picture, "image/jpeg")
        for sample in _SAMPLES
        for said in sample.said
        if said.picture
    }
    await engine.store.do(lambda tx: _write(tx, pictures))


def _write(tx: Tx, pictures: dict[str, File]) -> None:
    at = now()
    lines.ensure(tx, SHOP)
    settings.put(tx, "author", "Ada")
    for sample in _SAMPLES:
        conversation = conversations.ensure(tx, SHOP, sample.peer, at - timedelta(minutes=sample.said[0].ago))
        messages.add_history(tx, tuple(_past(sample, at, pictures)))
        if sample.name:
            contacts.rename(tx, sample.peer, sample.name)
        if sample.notes:
            contacts.set_notes(tx, sample.peer, sample.notes)
        if sample.draft:
            drafts.save(tx, conversation.id, sample.draft, (), at - timedelta(minutes=sample.said[-1].ago - 5))
        if sample.stopped:
            last = sample.said[-1]
            consent.record(
                tx,
                line=SHOP,
                peer=sample.peer,
                opted_out=True,
                source="inbound",
                words=last.body,
                sid=None,
                at=at - timedelta(minutes=last.ago),
            )


def _past(sample: _Sample, at: datetime, pictures: dict[str, File]) -> Iterator[PastMessage]:
    for number, said in enumerate(sample.said):
        usual = Status.DELIVERED if said.ours else Status.RECEIVED
        yield PastMessage(
            id=secrets.token_hex(16),
            line=SHOP,
            peer=sample.peer,
            direction=Direction.OUTBOUND if said.ours else Direction.INBOUND,
            body=said.body,
            status=said.status or usual,
            at=at - timedelta(minutes=said.ago),
            error_code=said.error_code,
            files=(pictures[said.picture],) if said.picture else (),
            author="Ada" if said.ours else None,
            unseen=said.status is Status.UNDELIVERED or number >= len(sample.said) - sample.unread,
        )
