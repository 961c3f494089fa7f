"""Plain records for tests of models, delegates and views: a list as the drawings show it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sms_desktop.domain.conversation import Conversation, Last
from sms_desktop.domain.message import Direction, Message, Status

NOW = datetime(2026, 4, 15, 14, 44, tzinfo=UTC)
LINE = "+12125550100"


def now() -> datetime:
    return NOW


def last(body: str = "Hello", *, ours: bool = False, status: Status | None = None, **more: Any) -> Last:
    """The newest message; inbound and received unless told otherwise."""
    given = {"error_code": None, "num_media": 0, "media_type": None} | more
    usual = Status.DELIVERED if ours else Status.RECEIVED
    return Last(body, Direction.OUTBOUND if ours else Direction.INBOUND, status or usual, **given)


def conversation(number: int = 1, minutes: float = 5, **more: Any) -> Conversation:
    """Number 3 has the peer +14155550103; ``minutes`` ago."""
    given: dict[str, Any] = {"peer": f"+1415555{100 + number:04}", "last": last()} | more
    return Conversation(id=number, line=LINE, at=NOW - timedelta(minutes=minutes), **given)


def message(number: int = 1, body: str = "Hello", *, ours: bool = False, **more: Any) -> Message:
    """A message of conversation 1, ``number`` minutes before now."""
    given = {
        "status": Status.DELIVERED if ours else Status.RECEIVED,
        "at": NOW - timedelta(minutes=number),
        "peer": "+14155550101",
        "conversation_id": 1,
    } | more
    return Message(
        id=f"{number:032x}",
        seq=number,
        line=LINE,
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        body=body,
        updated_at=NOW,
        **given,
    )
