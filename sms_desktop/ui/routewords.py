"""How a change of where a line's texts go is put before the person who is to agree."""

from collections.abc import Sequence

from sms_desktop.domain.line import is_service
from sms_desktop.domain.phone import display
from sms_desktop.domain.routing import Change, Holder, Route, Webhook, plain
from sms_desktop.ui.widgets.beforeafter import Setting
from sms_desktop.ui.words import isolated, one_line

NO_ADDRESS = "This computer has no public address that texts could be brought to. Choose how messages come in first."
NOT_OURS = "the same: this computer did not set it, so it is not changed"
NO_MORE = "no address, as before: this computer asks for its texts"
TO_COME = "the address that ngrok gives this computer"
GIVEN = "It stays so until you bring them here again; no warning is shown for it."


def setting(change: Change, line: str) -> Setting:
    """What ``line`` has now and what it will have."""
    return Setting(_line(change.holder, line), address(change.before), address(change.after), note(change, [line]))


def moved(change: Change, line: str) -> Setting:
    """What happens to ``line``, which was brought here, as another way in is taken."""
    where = f"It is set in the {change.holder.called}." if change.holder.is_shared else ""
    return Setting(_line(change.holder, line), address(change.before), then(change), where)


def _line(holder: Holder, line: str) -> str:
    """What the line is called: a number, or the service that it is."""
    name = one_line(holder.name) if holder.sid == line else ""
    return isolated(name or display(line))


def then(change: Change) -> str:
    """Where the texts of lines that were brought here go once another way in is taken."""
    if not change.after.url:
        return NO_MORE
    return address(change.after) if plain(change.after.url).startswith("http") else TO_COME


def back(route: Route, lines: Sequence[str], former: Webhook | None) -> Setting:
    """What giving ``route``'s texts back means; ``lines`` are all that its holder has, ``former`` is what is put there,
    or None where nothing is.
    """
    change = Change(route.holder, route.holder.webhook, tuple(lines))
    parts = [part for part in (note(change, [route.line], keeps=False), GIVEN) if part]
    after = NOT_OURS if former is None else address(former)
    return Setting(_line(route.holder, route.line), address(change.before), after, " ".join(parts))


def address(webhook: Webhook) -> str:
    """Where a setting leads, without what only machines read."""
    if webhook.defers:
        return "where each of its numbers sends them"
    if not webhook.url:
        return "nowhere: no address is set"
    method = "" if webhook.method.upper() == "POST" else f" (by {webhook.method.upper()})"
    return f"{plain(webhook.url)}{method}"


def note(change: Change, lines: Sequence[str], *, keeps: bool = True) -> str:
    """What else is to be known of a change before one agrees: where it is set, which other lines it moves, and with
    ``keeps`` what is put back one day.
    """
    parts = []
    if change.holder.is_shared:
        parts.append(f"It is set in the {change.holder.called}.")
    others = [display(line) for line in change.lines if line not in lines and not is_service(line)]
    if others:
        parts.append(f"This also moves the texts of {' and '.join(others)}.")
    if change.own is not None:
        parts.append(own(change.own))
    elif change.before.defers and keeps:
        parts.append("That is kept, and put back when you disconnect.")
    elif change.before.url and keeps and plain(change.before.url) != plain(change.after.url):
        parts.append(f"{address(change.before)} is kept, and put back when you disconnect.")
    return " ".join(parts)


def own(webhook: Webhook) -> str:
    """Of a line that somebody has changed since we first brought it here: what was the shop's, and is put back."""
    first = address(webhook) if webhook.url else "no address"
    return (
        f"Somebody has changed this since this computer first set it. When you disconnect, what was set before both is "
        f"put back: {first}. To keep what is set now, leave it as it is."
    )


def several(addresses: Sequence[str], limit: int = 3) -> str:
    """(212) 555-0100, (888) 555-0144 and 2 more; of Messaging Services and their numbers the numbers alone."""
    numbers = [address for address in addresses if not is_service(address)] or addresses
    return some_of([display(address) for address in numbers], limit)


def some_of(names: Sequence[str], limit: int = 3) -> str:
    """The first of them, and how many more there are."""
    shown = [isolated(name) for name in names]
    more = len(shown) - limit
    if more > 0:
        return f"{', '.join(shown[:limit])} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def change_title(change: Change) -> str:
    """What holds the setting: the number itself, or the service or app that its texts go to."""
    if not change.holder.is_shared:
        return several(change.lines)
    called = one_line(change.holder.called)
    return f"{called} takes the texts of {several(change.lines)}" if _numbers(change) else called


def consent(change: Change) -> str:
    """What a tick means, for a screen reader."""
    lines = several(change.lines, 99) if _numbers(change) else f"the {one_line(change.holder.called)}"
    return f"Bring the texts of {lines} here"


def bringing(changes: Sequence[Change]) -> str:
    """“Bring 3 numbers here”; “Continue” where none is to be brought."""
    count = sum(_numbers(change) or 1 for change in changes)
    if not count:
        return "Continue"
    return "Bring 1 number here" if count == 1 else f"Bring {count} numbers here"


def together(change: Change) -> str:
    """What else moves with it, or ""."""
    return f"All numbers of this {change.holder.noun} move together." if _numbers(change) > 1 else ""


def _numbers(change: Change) -> int:
    return sum(not is_service(line) for line in change.lines)
