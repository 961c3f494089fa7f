"""How many segments a second a line may send, where somebody has set it."""

from sqlalchemy import Connection

from sms_desktop.store import settings
from sms_desktop.store.tx import Tx

KEY = "paces"
"""The setting that holds them, by the line's address."""


def all(db: Connection) -> dict[str, float]:
    """By the line's address."""
    found = settings.get(db, KEY, {})
    return {line: float(rate) for line, rate in found.items() if isinstance(rate, int | float) and rate > 0}


def put(tx: Tx, line: str, rate: float | None) -> None:
    """None: what is usual for such a number."""
    others = {address: pace for address, pace in all(tx.db).items() if address != line}
    settings.put(tx, KEY, others if rate is None else others | {line: rate})
