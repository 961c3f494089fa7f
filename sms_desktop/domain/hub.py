"""Where committed facts are told: typed, synchronous, on the loop's thread."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sms_desktop.domain.events import Event

E = TypeVar("E")
Unsubscribe = Callable[[], None]

log = logging.getLogger(__name__)


class Hub:
    """Publishes events to the listeners of their exact type, in the order of subscription."""

    def __init__(self) -> None:
        self._listeners: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[E], listener: Callable[[E], None]) -> Unsubscribe:
        """Calls ``listener`` with each later event of ``kind``; the callable returned ends that."""
        listeners = self._listeners[kind]
        listeners.append(listener)

        def unsubscribe() -> None:
            if listener in listeners:
                listeners.remove(listener)

        return unsubscribe

    def publish(self, events: Iterable[Event]) -> None:
        """Tells every listener; one that fails is logged and keeps no other from hearing."""
        for event in events:
            for listener in tuple(self._listeners[type(event)]):
                try:
                    listener(event)
                except Exception:
                    log.exception("a listener failed on %s", type(event).__name__)
