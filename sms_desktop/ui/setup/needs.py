"""What the set-up asks of the services, and no more."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sms_desktop.domain.account import KnownAccount
from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.line import Line
from sms_desktop.ui.needs import AccountNeeds, LinesNeeds, ReceivingNeeds, RoutingNeeds

E = TypeVar("E")


class SetupAccount(AccountNeeds, Protocol):
    def known(self) -> tuple[KnownAccount, ...]: ...


class SetupLines(LinesNeeds, Protocol):
    def known(self) -> Sequence[Line]: ...


class SetupReceiving(ReceivingNeeds, Protocol):
    async def loop_back(self) -> int: ...
    async def ngrok_lender(self) -> str: ...


class CatchUpNeeds(Protocol):
    @property
    def progress(self) -> Progress: ...
    async def import_history(self, since: datetime | None) -> None: ...
    def cancel(self) -> None: ...
    def resume(self) -> None: ...


class SettingsNeeds(Protocol):
    async def get(self, key: str, default: Any = None) -> Any: ...
    async def put(self, key: str, value: Any) -> None: ...


class HubNeeds(Protocol):
    def subscribe(self, kind: type[E], listener: Callable[[E], None]) -> Callable[[], None]: ...


class SetupServices(Protocol):
    """``services.services.Services`` is one."""

    @property
    def account(self) -> SetupAccount: ...
    @property
    def lines(self) -> SetupLines: ...
    @property
    def routing(self) -> RoutingNeeds: ...
    @property
    def receiving(self) -> SetupReceiving: ...
    @property
    def catchup(self) -> CatchUpNeeds: ...
    @property
    def settings(self) -> SettingsNeeds: ...
    @property
    def hub(self) -> HubNeeds: ...
