"""Which lines' texts come here by now, and which do not."""

from dataclasses import dataclass

from sms_desktop.domain.receiving import WayIn
from sms_desktop.domain.routing import RouteState
from sms_desktop.ui.setup.needs import SetupServices


@dataclass(frozen=True, slots=True)
class Standing:
    """Addresses of the lines in use. ``here``: Twilio brings their texts, or is asked for them every few seconds.

    ``left``: as the person decided, they do not come here; ``away``: they do not, and nobody has decided that.
    """

    here: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    away: tuple[str, ...] = ()


def standing(services: SetupServices) -> Standing:
    """As far as is known: where Twilio has not been asked, all count as here.

    So does a line with a former address of ours: the new one is taken to Twilio as soon as it is there.
    """
    routing, addresses = services.routing, [line.address for line in services.lines.known()]
    if services.receiving.state.way is WayIn.POLLING or not routing.routes:
        return Standing(tuple(addresses))
    ours = (RouteState.HERE, RouteState.STALE)
    here = {route.line for route in routing.routes if routing.state(route) in ours}
    return Standing(
        tuple(address for address in addresses if address in here),
        tuple(address for address in addresses if address not in here and routing.is_left(address)),
        tuple(address for address in addresses if address not in here and not routing.is_left(address)),
    )
