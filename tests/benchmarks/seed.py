"""A large store to measure on: `python -m tests.benchmarks.seed DIR [--messages N] [--conversations N] [--largest N]`.

1,000,000 messages in 10,000 conversations by default, one of 100,000 and one of exactly 100, over two years: the same
ones each time. Everything goes through the store's own `add_history`.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.message import Direction, Status
from sms_desktop.store import consent, contacts, conversations, fulltext, lines, messages
from sms_desktop.store.messages import PastMessage
from sms_desktop.store.store import Store, Tx

LINES = ("+12125550100", "+13105550100", "+18005550100")
SMALL = 100
"""Messages of the conversation that the largest is compared with."""
BATCH = 5000

_COMMON = (
    "the you to is a and your for we it on at of can in be have will that are this with me my order thanks please "
    "today tomorrow chair table ready pick up when what time delivery call back yes no ok great still waiting sorry "
    "late morning afternoon store open until sunday monday friday week price pay card cash link photo send look good"
)
_RARE = (
    "walnut beech oak maple cherry pine ash teak varnish sanding drawer handle hinge caster recliner ottoman sofa "
    "stool bench armrest cushion upholstery leather linen velvet stitching invoice receipt refund warranty exchange "
    "courier parcel tracking doorstep neighbour elevator stairs garage driveway appointment reschedule confirm cancel "
    "estimate discount coupon voucher birthday anniversary wedding graduation moving apartment landlord bedroom "
    "kitchen hallway balcony terrace blue green yellow burgundy charcoal ivory crème façade naïve señor über smörgås"
)
_FIRST = "Ada Ben Chloe Dmitri Elena Farid Grace Hugo Ines Jonas Keiko Liam Mona Noor Owen Priya Quinn Rosa Sami Tara"
_LAST = "Abbott Brandt Castillo Dubois Eriksen Fischer Gupta Haddad Ito Jansen Kowalski Lopez Moreau Novak Okafor Patel"
_MARKS = ("", ".", "!", "?", " 🙂", " 👍", "…")


async def seed(directory: Path, total: int = 1_000_000, places: int = 10_000, largest: int = 100_000) -> None:
    """Fills the store in ``directory``, which must be new."""
    chance = random.Random(2026)
    store = Store(directory, lambda events: None)
    await store.open()
    try:
        await store.do(_lines)
        past = _messages(chance, total, places, largest)
        while batch := list(islice(past, BATCH)):
            await store.do(lambda tx, batch=batch: messages.add_history(tx, batch))  # type: ignore[misc]
        await store.do(lambda tx: _people(tx, chance, places))
        await store.do(lambda tx: fulltext.optimize(tx.db))
    finally:
        await store.close()


def place_of_size(db: Connection, size: int | None = None) -> int:
    """The number of the largest conversation, or of one with ``size`` messages."""
    where = "" if size is None else f"WHERE messages = {size}"
    query = f"SELECT id FROM conversations {where} ORDER BY messages DESC LIMIT 1"
    return int(db.exec_driver_sql(query).scalar_one())


def peer(n: int) -> str:
    """The n-th peer's address."""
    return f"+1{212 + n // 10_000:03}555{n % 10_000:04}"


def words(chance: random.Random, count: int) -> str:
    """A sentence of ``count`` words, most of them common ones."""
    chosen = chance.choices(_WORDS, cum_weights=_WEIGHTS, k=count)
    return " ".join(chosen).capitalize() + chance.choice(_MARKS)


def _weights() -> tuple[list[str], list[float]]:
    every = [*_COMMON.split(), *_RARE.split()]
    reached, weights = 0.0, []
    for rank in range(len(every)):
        reached += 1 / (rank + 3)
        weights.append(reached)
    return every, weights


_WORDS, _WEIGHTS = _weights()


def _messages(chance: random.Random, total: int, places: int, largest: int) -> Iterator[PastMessage]:
    """In the order of time: to peer 0 the most, to peer 1 exactly ``SMALL``, to the others by chance."""
    turns = [0] * largest + [1] * SMALL + list(range(2, places))
    turns += [2 + int((places - 2) * chance.random() ** 3) for _ in range(total - len(turns))]
    chance.shuffle(turns)
    end = datetime(2026, 11, 1, tzinfo=UTC)
    step = timedelta(days=730) / len(turns)
    for n, who in enumerate(turns):
        inbound = chance.random() < 0.45
        status, code = _fate(chance, inbound)
        yield PastMessage(
            id=f"{n:012x}{chance.getrandbits(80):020x}",
            line=LINES[who % len(LINES)],
            peer=peer(who),
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            body=words(chance, chance.randint(2, 24)),
            status=status,
            at=end - step * (len(turns) - n),
            sid=f"SM{chance.getrandbits(128):032x}",
            error_code=code,
            segments=1,
            price="-0.00790",
            price_unit="USD",
            author=None if inbound else "Ada",
            unseen=n > len(turns) * 0.998,
        )


def _fate(chance: random.Random, inbound: bool) -> tuple[Status, int | None]:
    if inbound:
        return Status.RECEIVED, None
    draw = chance.random()
    if draw < 0.93:
        return Status.DELIVERED, None
    if draw < 0.97:
        return Status.SENT, None
    return (Status.UNDELIVERED, 30003) if draw < 0.99 else (Status.FAILED, 30007)


def _lines(tx: Tx) -> None:
    lines.save(tx, [Line(address, f"Line {n + 1}", LineKind.LOCAL) for n, address in enumerate(LINES)])


def _people(tx: Tx, chance: random.Random, places: int) -> None:
    for n in range(places):
        line = LINES[n % len(LINES)]
        if n % 10 < 6:
            contacts.rename(tx, peer(n), f"{chance.choice(_FIRST.split())} {chance.choice(_LAST.split())}")
        if n % 97 == 5:
            place = conversations.find(tx.db, line, peer(n))
            assert place is not None
            conversations.set_archived(tx, place.id, True)
        if n % 101 == 7:
            consent.record(
                tx, line=line, peer=peer(n), opted_out=True, source="inbound", words="STOP", sid=None,
                at=datetime(2026, 11, 1, tzinfo=UTC),
            )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--largest", type=int, default=100_000)
    given = parser.parse_args()
    began = time.perf_counter()
    asyncio.run(seed(given.directory, given.messages, given.conversations, given.largest))
    print(f"{given.messages:,} messages in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
