"""Our own numbers, as the account has them."""

from sms_desktop.domain.events import LinesChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.line import Line
from sms_desktop.domain.phone import region_of
from sms_desktop.services.link import Link
from sms_desktop.store import lines
from sms_desktop.store.store import Store


class Lines:
    """Known from the store at once, refreshed from the account when it can be reached."""

    def __init__(self, store: Store, hub: Hub, link: Link) -> None:
        self._store = store
        self._link = link
        self._known: tuple[Line, ...] = ()
        hub.subscribe(LinesChanged, self._changed)

    async def load(self) -> None:
        self._known = _of_the_account(await self._store.read(lines.all))

    async def refresh(self) -> None:
        """Asks the account. Raises GatewayError where it does not answer; what was known stays known."""
        if self._link.gateway is None:
            return
        found = await self._link.gateway.lines()
        await self._store.do(lambda tx: lines.save(tx, found))

    def known(self) -> tuple[Line, ...]:
        return self._known

    def get(self, address: str) -> Line | None:
        return next((line for line in self._known if line.address == address), None)

    def home_region(self) -> str:
        """The region that numbers without a country code are read in: that of our first line, else US."""
        return next((region for line in self._known if (region := region_of(line.address))), "US")

    def _changed(self, event: LinesChanged) -> None:
        self._known = _of_the_account(event.lines)


def _of_the_account(found: tuple[Line, ...]) -> tuple[Line, ...]:
    """Once the account has told its lines, an address that only stands in a conversation is none of them."""
    told = tuple(line for line in found if line.sid is not None)
    return told or found
