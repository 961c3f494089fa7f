"""Bringing lines' texts here, as the set-up and the preferences offer it: what is ticked, and what is done then."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.routing import Change, RouteState
from sms_desktop.ui.changes import ChangesCard
from sms_desktop.ui.needs import RoutingNeeds

SAMPLE = "demo.twilio.com"
"""Where every new number's texts go: to an answer of Twilio's own that nobody waits for."""


def offer(card: ChangesCard, routing: RoutingNeeds, plan: Sequence[Change]) -> None:
    """Ticks what takes nothing from anybody, unless the person has left it as it is before.

    What stands on the card already keeps its tick, or its lack of one.
    """
    ticked, unticked = card.ticked, card.unticked
    anothers = [change for change in plan if _is_anothers(routing, change)]
    left = [
        change
        for change in plan
        if change in anothers
        or (change.own is not None and change.before.url)
        or all(routing.is_left(line) for line in change.lines)
    ]
    card.show_changes(
        plan,
        anothers=anothers,
        unticked=[change for change in plan if change in unticked or (change in left and change not in ticked)],
    )


async def bring(card: ChangesCard, routing: RoutingNeeds) -> list[str]:
    """What is ticked comes here; what is not stays as it is, for good: the person has seen it and decided.

    Not so where somebody took a line that was here: it goes on being asked about until a person says what is meant.
    Sentences tell of what could not be done.
    """
    changes, left = card.ticked, card.unticked
    failures: list[str] = []
    try:
        if changes:
            failures += await routing.bring(changes)
        for line in [line for change in left if change.own is None for line in change.lines]:
            await routing.leave(line)
    except SmsDesktopError as error:
        failures.append(str(error))
    return failures


def _is_anothers(routing: RoutingNeeds, change: Change) -> bool:
    """Whether a program of somebody else's gets these texts now."""
    route = next((route for route in routing.routes if route.holder.sid == change.holder.sid), None)
    if route is None or not change.before.url or urlsplit(change.before.url).hostname == SAMPLE:
        return False
    if change.own is not None:  # it was here, and says so itself
        return False
    return routing.state(route) in (RouteState.ELSEWHERE, RouteState.CHANGED)
