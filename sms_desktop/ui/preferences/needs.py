"""What the sections ask of the services."""

from collections.abc import Collection
from typing import Protocol

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.hub import Hub
from sms_desktop.ui.needs import AccountNeeds, LinesNeeds, ReceivingNeeds, RoutingNeeds


class Account(AccountNeeds, Protocol):
    @property
    def sid(self) -> str | None: ...
    @property
    def key(self) -> str: ...
    async def remove(self) -> str | None: ...
    async def remove_key(self) -> None: ...


class Connection(Protocol):
    @property
    def trouble(self) -> GatewayError | None: ...


class Routing(RoutingNeeds, Protocol):
    async def give_back(self, lines: Collection[str] | None = None) -> tuple[str, ...]: ...


class Receiving(ReceivingNeeds, Protocol):
    @property
    def restores_on_quit(self) -> bool: ...
    async def reconnect(self) -> None: ...
    async def set_restores_on_quit(self, on: bool) -> None: ...


class Needs(Protocol):
    """A part of the app's services, as they are there."""

    @property
    def hub(self) -> Hub: ...
    @property
    def account(self) -> Account: ...
    @property
    def connection(self) -> Connection: ...
    @property
    def lines(self) -> LinesNeeds: ...
    @property
    def routing(self) -> Routing: ...
    @property
    def receiving(self) -> Receiving: ...
