"""Another time of day for texts that leave."""

from collections.abc import Callable
from datetime import datetime

import pytest


def set_outbox(monkeypatch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """What a text is let in by, waits by and leaves by; all else keeps its time."""
    for name in ("admission", "outbox", "departure"):
        monkeypatch.setattr(f"sms_desktop.services.{name}.now", now)
