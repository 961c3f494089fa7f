"""How often Twilio is asked for news: seldom where its webhooks reach us, else as lively as the conversations are."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sms_desktop.domain.events import MessageAdded
from sms_desktop.domain.hub import Hub
from sms_desktop.services.clock import now

WITH_WEBHOOKS = timedelta(seconds=50)
"""A webhook may be lost all the same, and nobody should wait longer than a minute then."""
LIVELY, USUAL, NIGHT = (timedelta(seconds=s) for s in (3, 15, 300))
FRESH, WARM = timedelta(minutes=3), timedelta(minutes=30)
"""How long after a message a conversation counts as lively, and as going on."""
NIGHT_HOURS = (*range(22, 24), *range(7))


class Rhythm:
    """``reachable`` tells whether webhooks come in now; ``hour`` is the hour of the day here, from 0 to 23."""

    def __init__(self, hub: Hub, reachable: Callable[[], bool], hour: Callable[[], int]) -> None:
        self._reachable, self._hour = reachable, hour
        self._last: datetime | None = None
        hub.subscribe(MessageAdded, self._heard)

    @property
    def polling(self) -> bool:
        """Whether nothing tells us of news, so that we have to ask."""
        return not self._reachable()

    def pause(self) -> timedelta:
        """Until the next time to ask."""
        if self._reachable():
            return WITH_WEBHOOKS
        since = now() - self._last if self._last is not None else None
        if since is not None and since < FRESH:
            return LIVELY
        if since is not None and since < WARM:
            return USUAL
        return NIGHT if self._hour() in NIGHT_HOURS else USUAL

    def longest(self) -> timedelta:
        """The longest pause that may lie behind us."""
        return WITH_WEBHOOKS if self._reachable() else NIGHT

    def _heard(self, event: MessageAdded) -> None:
        self._last = now()
