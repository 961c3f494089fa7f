"""What the page asks of the services."""

from collections.abc import Collection, Sequence
from typing import Protocol

from sms_desktop.domain.health import Health
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.routing import Change


class Checks(Protocol):
    @property
    def state(self) -> Health: ...
    async def check(self) -> Health: ...
    def report(self) -> str: ...


class Routing(Protocol):
    def plan(self, lines: Collection[str] | None = None) -> tuple[Change, ...]: ...
    async def bring(self, changes: Sequence[Change]) -> tuple[str, ...]: ...
    async def leave(self, line: str) -> None: ...


class Receiving(Protocol):
    async def reconnect(self) -> None: ...


class CatchUp(Protocol):
    def resume(self) -> None: ...


class Account(Protocol):
    async def open_keyring(self) -> bool: ...


class Needs(Protocol):
    """A part of the app's services, as they are there."""

    @property
    def hub(self) -> Hub: ...
    @property
    def health(self) -> Checks: ...
    @property
    def routing(self) -> Routing: ...
    @property
    def receiving(self) -> Receiving: ...
    @property
    def catchup(self) -> CatchUp: ...
    @property
    def account(self) -> Account: ...
