"""The rows of line health: each says from what was found how one thing stands. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sms_desktop.domain.account import CONSOLE, CredentialHome, Identity, KeyringState
from sms_desktop.domain.alert import Alert
from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.count import counted
from sms_desktop.domain.errors import (
    GatewayError,
    KeyringLocked,
    NoKeyring,
    SmsDesktopError,
    WrongCredentials,
    WrongKey,
)
from sms_desktop.domain.errors import TestCredentials as TestOnes
from sms_desktop.domain.health import Check, Fix
from sms_desktop.domain.light import Light
from sms_desktop.domain.line import is_service
from sms_desktop.domain.media import size_words
from sms_desktop.domain.phone import display
from sms_desktop.domain.receiving import HOW_OFTEN, Reach, Receiving, WayIn
from sms_desktop.domain.routing import Route, RouteState, plain
from sms_desktop.services.clock import WRONG
from sms_desktop.services.doubts import Counts
from sms_desktop.store.condition import Condition, Room

LOW_BALANCE = 5.0
LITTLE_ROOM, NO_ROOM = 500 * 1024 * 1024, 50 * 1024 * 1024
BEHIND = timedelta(minutes=10)
"""A catch-up that is so far behind is told."""
OVER = timedelta(hours=1)
LATELY = timedelta(minutes=10)
"""While a token or an address is wrong, every webhook is; ten minutes after the last it has been set right."""
MANY_FORGED = 50
"""In a day; fewer are the usual noise of the internet."""
CODES = {
    11200: "this computer did not answer as it should",
    11205: "this computer could not be reached",
    11210: "the name of the public address was not known",
    **dict.fromkeys((11220, 11235, 11237), "the certificate of the public address was not trusted"),
    11750: "an answer was too long",
    12100: "an answer could not be read",
    12300: "an answer, or a picture, was of the wrong type",
}
UNKNOWN = "something else went wrong"
COMPARE = "Compare the Auth Token with the one in the Twilio Console."
_ADDRESS = "It is over while “Public address” is green on this page."
TO_DO = {
    **dict.fromkeys((11200, 11205, 11210), _ADDRESS),
    **dict.fromkeys((11220, 11235, 11237), "Whoever looks after the public address has to renew its certificate."),
    **dict.fromkeys((11750, 12100, 12300), "Nothing is to be done: what was missed is fetched."),
}
FOR_NOW = "Enter them for this session"
REFUSED = "This cannot be checked while Twilio refuses the account"


@dataclass(frozen=True, slots=True)
class Tested:
    """How a test of the public address ended: ``took`` milliseconds (or bytes that came), or ``error``."""

    at: datetime
    took: int = 0
    error: str = ""


def keyring(state: KeyringState, home: CredentialHome, *, kept: bool = True) -> Check:
    """``kept``: it still holds what is in use."""
    title = "Keyring"
    if home is CredentialHome.ENVIRONMENT:
        return Check("keyring", title, Light.OK, "Not needed: the credentials come from the environment")
    if state.usable and home is CredentialHome.KEYRING and not kept:
        return Check("keyring", title, Light.WARN, "The credentials in use are in the keyring no more",
                     "They are good until you quit. Enter them again to keep them.", Fix.CREDENTIALS,
                     "Enter credentials")  # fmt: skip
    if home is CredentialHome.MEMORY:  # as the person chose
        sentence = "Credentials are kept only until SMS Desktop ends"
        if state.usable:
            return Check("keyring", title, Light.OK, sentence)
        if not state.name:  # nothing there that could be unlocked
            return Check("keyring", title, Light.OK, sentence, state.advice)
        return Check("keyring", title, Light.OK, sentence, state.sentence, Fix.UNLOCK_KEYRING, "Unlock")
    if state.usable and not state.made:
        return Check("keyring", title, Light.OK, f"{state.name}, not made yet: it is when something is to be kept")
    if state.usable:
        return Check("keyring", title, Light.OK, f"{state.name}, unlocked")
    if not state.name:
        return Check("keyring", title, Light.BAD, state.sentence, state.advice, Fix.CREDENTIALS, FOR_NOW)
    return Check("keyring", title, Light.BAD, state.sentence, state.advice, Fix.UNLOCK_KEYRING, "Unlock")


def account(
    identity: Identity | None,
    trouble: GatewayError | None,
    refusal: str,
    refused_by: SmsDesktopError | None,
    outside: str = "",
) -> Check:
    """``outside``: where what is refused is changed, where no button of ours can do it."""
    key, title = "account", "Twilio account"
    if refusal:
        if isinstance(refused_by, NoKeyring):
            return Check(key, title, Light.BAD, "Not connected: there is no keyring to take the credentials from",
                         refusal, Fix.CREDENTIALS, FOR_NOW)  # fmt: skip
        if isinstance(refused_by, KeyringLocked):
            return Check(key, title, Light.BAD, "Not connected: the keyring cannot be opened", refusal,
                         Fix.UNLOCK_KEYRING, "Try again")  # fmt: skip
        return Check(key, title, Light.BAD, "Not connected", refusal, Fix.CREDENTIALS, "Enter credentials")
    if isinstance(trouble, WrongKey) and outside:
        return Check(key, title, Light.BAD, "Twilio does not accept the API key",
                     f"Texts come in, but none is sent. {outside}")  # fmt: skip
    if isinstance(trouble, WrongCredentials | TestOnes) and outside:
        return Check(key, title, Light.BAD, str(trouble), outside)
    if isinstance(trouble, WrongKey):
        return Check(key, title, Light.BAD, "Twilio does not accept the API key",
                     "Texts come in, but none is sent. Enter the key anew, or take it away: then texts are sent "
                     "without.", Fix.CREDENTIALS, "Enter credentials")  # fmt: skip
    if isinstance(trouble, WrongCredentials | TestOnes):
        return Check(key, title, Light.BAD, str(trouble), "Enter the Auth Token that the Twilio Console shows now.",
                     Fix.CREDENTIALS, "Enter credentials")  # fmt: skip
    if trouble is not None:
        return Check(key, title, Light.WARN, str(trouble), "It is tried again every few seconds.",
                     Fix.CHECK_AGAIN, "Try now")  # fmt: skip
    if identity is None:
        return Check(key, title, Light.OFF, "Not asked yet")
    sentence = identity.described
    if identity.status != "active":
        name = " ".join(identity.name.split()) or "this account"
        return Check(key, title, Light.BAD, f"Twilio has {identity.status} {name}",
                     "Nothing can be sent or received until Twilio lifts that.", Fix.OPEN_CONSOLE, "Open Console",
                     CONSOLE)  # fmt: skip
    if identity.trial:
        advice = "A trial account reaches only numbers that you have verified in the Console."
        return Check(key, title, Light.OK, sentence, advice, Fix.OPEN_CONSOLE, "Upgrade", CONSOLE)
    if identity.balance is not None and (amount := _amount(identity.balance)) is not None and amount < LOW_BALANCE:
        light = Light.BAD if amount <= 0 else Light.WARN
        return Check(key, title, light, sentence, "When it is used up, nothing is sent or received any more.",
                     Fix.OPEN_CONSOLE, "Top up", CONSOLE,
                     brief=f"only {identity.balance} left at Twilio")  # fmt: skip
    return Check(key, title, Light.OK, sentence)


def door(trouble: str) -> Check | None:
    """Whether this computer listens for webhooks; told only when it does not."""
    if not trouble:
        return None
    advice = "Restarting the computer may help. It is tried again every few seconds."
    return Check("port", "This computer", Light.BAD, trouble, advice, Fix.CHECK_AGAIN, "Look again",
                 details=("The variable SMS_DESKTOP_WEBHOOK_PORT names another port.",))  # fmt: skip


def unasked(address: str, name: str = "") -> Check:
    """Of a line of which Twilio has not said where its texts go; ``name`` is what a Messaging Service is called."""
    return Check(f"line:{address}", name or display(address), Light.OFF, "Where its texts go is not known yet",
                 "Twilio is asked for that every minute.")  # fmt: skip


def line(
    route: Route, state: RouteState, way: Receiving, *, left: bool, refused: bool = False, name: str = ""
) -> Check:
    """``refused``: Twilio does not accept the account, so that what comes is turned away and nothing can be asked.
    ``name`` is what a Messaging Service is called.
    """
    key, title = f"line:{route.line}", name or display(route.line)
    if refused:
        advice = "What comes in meanwhile is fetched once the account is accepted."
        return Check(key, title, Light.WARN, REFUSED, advice, details=_notes(route))
    where = _where(route)
    if way.way is WayIn.POLLING and route.holder.loses:
        return Check(key, title, Light.WARN, f"Texts to it are lost: {where or 'it'} has no address",
                     "Twilio keeps none of them. Have that service leave them to the number, in the Twilio Console.",
                     Fix.OPEN_CONSOLE, "Open Console", CONSOLE, _notes(route))  # fmt: skip
    if way.way is WayIn.POLLING:
        return Check(key, title, Light.OK, "Twilio is asked for its messages", details=_notes(route))
    match state:
        case RouteState.HERE:
            via = f" through {where}" if where else ""
            return Check(key, title, Light.OK, f"Incoming texts come here{via}", details=_notes(route))
        case RouteState.WRONG_METHOD:
            sentence, button = "Texts are sent here in a way that does not work", "Set it right"
        case RouteState.MISSING:
            why = where and f": {where} has no address"
            sentence, button = f"Incoming texts go nowhere{why}", "Bring them here"
        case RouteState.STALE:
            sentence, button = "Incoming texts still go to a former address of this computer", "Bring them here"
        case RouteState.CHANGED:
            what = "service" if is_service(route.line) else "number"
            sentence, button = f"Somebody changed this {what}: its texts now go {_to(route)}", "Look at it"
        case RouteState.ELSEWHERE if route.holder.webhook.defers:
            sentence, button = f"Incoming texts go {_to(route)}", "Bring them here"
        case RouteState.ELSEWHERE:
            via = f", set on {where}" if where else ""
            sentence, button = (
                f"Incoming texts go somewhere else: {plain(route.holder.webhook.url)}{via}",
                "Bring them here",
            )
    advice = f"Twilio is asked for them {HOW_OFTEN}, so none is missing."
    if route.holder.loses:
        advice = "Twilio keeps none of them: until they are brought here they are lost."
    if state is RouteState.CHANGED:
        advice = f"Bring them back, or leave them there. {advice}"
    if way.public_url is None:
        return Check(key, title, Light.OFF, sentence, "This computer has no public address now. " + advice)
    if left:
        return Check(key, title, Light.OK, f"{sentence}, as you decided", advice,
                     Fix.ROUTE_HERE, "Bring them here", route.line, _notes(route))  # fmt: skip
    light = Light.WARN if state in {RouteState.CHANGED, RouteState.STALE} else Light.BAD
    if way.way is None:  # nobody has chosen yet how they are to come in
        light = Light.OFF
    return Check(key, title, light, sentence, advice, Fix.ROUTE_HERE, button, route.line, _notes(route))


def nameless(lines: Sequence[str]) -> Check:
    """``lines``, by their names, answer STOP, START and HELP without naming the business."""
    on = lines[0] if len(lines) == 1 else f"{len(lines)} lines"
    return Check("business", "Your business’s name", Light.WARN,
                 f"The answers to STOP, START and HELP on {on} do not say who you are",
                 "Carriers require that they name your business. Enter its name.", Fix.ANSWERING, "Enter the name",
                 brief="the answers to STOP do not name your business")  # fmt: skip


def address(way: Receiving, tested: Tested | None, now: datetime) -> Check:
    key, title = "address", "Public address"
    if way.way is WayIn.POLLING:
        return Check(key, title, Light.OK, "None, as you chose: Twilio is asked for news", "Pictures cannot be sent.")
    match way.reach:
        case Reach.OFF if way.way is not None:
            return Check(key, title, Light.OFF, way.sentence or "Starts as soon as this computer is ready to receive")
        case Reach.OFF:
            return Check(key, title, Light.WARN, "None yet, so messages can only be sent",
                         "Choose how incoming messages reach this computer.", Fix.RECEIVING, "Choose")  # fmt: skip
        case Reach.STARTING:
            return Check(key, title, Light.OFF, way.sentence)
        case Reach.DOWN:
            return Check(key, title, Light.BAD, way.sentence, way.advice, Fix.RECONNECT, "Reconnect")
        case Reach.UP:
            host = plain(way.public_url or "").partition("://")[2]
            if tested is None:
                return Check(key, title, Light.OK, host)
            if tested.error:
                return Check(key, title, Light.BAD, tested.error, "It is tried again every minute.",
                             Fix.RECONNECT, "Reconnect")  # fmt: skip
            ago = max(0, round((now - tested.at).total_seconds()))
            when = "just now" if ago < 5 else f"{ago} s ago" if ago < 120 else f"{ago // 60} min ago"
            return Check(key, title, Light.OK, f"{host} answered a signed test {when} ({tested.took} ms)")


def pictures(way: Receiving, tested: Tested | None) -> Check:
    key, title = "pictures", "Pictures"
    if way.way is WayIn.POLLING:
        return Check(key, title, Light.OK, "Come in; sending them needs a public address")
    if way.reach is not Reach.UP:
        return Check(key, title, Light.OFF, "Not tested: there is no public address now")
    if tested is None:
        return Check(key, title, Light.OFF, "Not tested")
    if tested.error:
        return Check(key, title, Light.WARN, tested.error, "Pictures that you send may not arrive.",
                     Fix.CHECK_AGAIN, "Test again")  # fmt: skip
    return Check(key, title, Light.OK, f"Twilio can fetch them ({size_words(tested.took)} came through)")


def complete(
    progress: Progress,
    last_inbound: datetime | None,
    now: datetime,
    clock: str,
    last: str,
    *,
    refused: bool = False,
    connected: bool = True,
) -> Check:
    """``clock`` is the mark in words, ``last`` when the last inbound message came (“at 12:00”). ``refused`` as for
    ``line``; ``connected``: there is an account that can be asked.
    """
    heard = f"the last message came in {last}" if last_inbound is not None else "no message has come in yet"
    if progress.complete_to is None:
        return Check("complete", "Complete", Light.OFF, progress.waiting or "Not asked yet")
    title = f"Complete up to {clock}"
    if not connected:
        return Check("complete", title, Light.OFF, "Nobody is asked while no account is connected",
                     "What came since is fetched once one is.")  # fmt: skip
    if refused:
        return Check("complete", title, Light.WARN, REFUSED, "What came since is fetched once it is accepted.")
    behind = progress.gaps or now - progress.complete_to > BEHIND
    if progress.cancelled and behind:
        return Check("complete", title, Light.WARN, "Catching up was stopped", "What came since is not all here.",
                     Fix.CATCH_UP, "Go on")  # fmt: skip
    if progress.unkept:
        return Check("complete", title, Light.WARN, progress.waiting,
                     "What comes in meanwhile is fetched as soon as it can be stored.",
                     Fix.CATCH_UP, "Try now")  # fmt: skip
    if progress.waiting:
        light = Light.WARN if behind else Light.OK
        return Check("complete", title, light, progress.waiting, "It goes on by itself.", Fix.CATCH_UP, "Try now")
    so_far = f"{counted(progress.added, 'message')} so far" if progress.added else "it has begun"
    if progress.gaps:
        return Check("complete", title, Light.OFF, f"Catching up: {so_far}; what came since is not all here yet",
                     brief="not all messages are here yet")  # fmt: skip
    if progress.running:
        return Check("complete", title, Light.OK, f"Catching up: {so_far}; {heard}")
    if progress.unreadable:
        many = progress.unreadable > 1
        what, where = (f"{progress.unreadable:,} messages", "They are") if many else ("1 message", "It is")
        return Check("complete", title, Light.WARN, f"{what} in Twilio’s list could not be read; {heard}",
                     f"All others are here. {where} in the Twilio Console, in the messaging logs.")  # fmt: skip
    return Check("complete", title, Light.OK, f"No gaps; {heard}")


def texts(in_doubt: int) -> Check | None:
    """Texts of which Twilio's list knew nothing after ten minutes; told only where there are some."""
    if not in_doubt:
        return None
    them = "it" if in_doubt == 1 else "each of them"
    said = f"{counted(in_doubt, 'text')} {'was' if in_doubt == 1 else 'were'} never confirmed"
    return Check("texts", "Texts", Light.WARN, f"{said} by Twilio, so most likely not sent",
                 f"Press Failed above the conversations, then send {them} again, or leave it.", brief=said)  # fmt: skip


def words(*, fetching: bool, entered_lost: bool = False) -> Check:
    """Who said STOP was lost with a damaged database, and maybe what was entered here too (``entered_lost``);
    ``fetching``: all that Twilio has is on its way.
    """
    sentence = "Who said STOP earlier is not all known: a damaged database has lost it"
    advice = "Before a text leaves, Twilio is asked what that person wrote."
    brief = "who said STOP is not all known"
    known = "all of them are known"
    if entered_lost:
        known = (
            "all who wrote it are known. Opt-outs that were entered here or imported cannot be fetched: enter or "
            "import them again"
        )
    if fetching:
        return Check("words", "Opt-outs", Light.WARN, sentence,
                     f"{advice} The whole history is being fetched; then {known}.", brief=brief)  # fmt: skip
    return Check("words", "Opt-outs", Light.WARN, sentence,
                 f"{advice} Fetch the whole history, and {known}.", Fix.IMPORT, "Fetch it",
                 brief=brief)  # fmt: skip


def reported(
    alerts: Sequence[Alert],
    caught_up_to: datetime | None,
    span: str,
    now: datetime,
    *,
    asked: bool = True,
    last: Mapping[int, str] | None = None,
) -> Check:
    """``alerts`` of the last day that concern us; ``span`` says from when to when they were. ``asked``: Twilio has told
    them lately. ``last``: by their codes, when they last were (“at 12:00”).

    What is over for an hour and has been caught up need not be looked at any more.
    """
    key, title = "reported", "Twilio reported"
    if not alerts:
        if not asked:
            return Check(key, title, Light.OFF, "Twilio has not been asked lately")
        return Check(key, title, Light.OK, "Nothing in the last day")
    counts = Counter(alert.code for alert in alerts)
    kinds = Counter[str]()  # several codes may say the same
    for code, count in sorted(counts.items(), key=lambda told: (told[0] not in CODES, told)):
        kinds[CODES.get(code, UNKNOWN)] += count
    told = "; ".join(f"{kind} ({count} times)" if count > 1 else kind for kind, count in kinds.items())
    caught_up = caught_up_to is not None and all(alert.at <= caught_up_to for alert in alerts)
    details = tuple(_detail(code, count, (last or {}).get(code, "")) for code, count in sorted(counts.items()))
    sentence = f"{told[0].upper()}{told[1:]}, {span}" + ("; what was missed has been caught up" if caught_up else "")
    over = caught_up and all(now - alert.at > OVER for alert in alerts)
    light = Light.OK if over else Light.WARN
    return Check(key, title, light, sentence, "", Fix.DETAILS, "Details", details=details,
                 brief="Twilio reported trouble")  # fmt: skip


def _detail(code: int, count: int, last: str) -> str:
    """“2 × 11200, last at 12:00: this computer did not answer as it should. It is over while …”."""
    when = f", last {last}" if last else ""
    what = TO_DO.get(code, f"twilio.com/docs/api/errors/{code} says what it means.")
    return f"{count} × {code}{when}: {CODES.get(code, UNKNOWN)}. {what}"


def unsigned(counts: Counts, now: datetime, outside: str = "") -> Check:
    """Posts of the last day that were not signed: strangers', and genuine ones after the token was changed, which are
    no trouble any more once the right one is in use. ``outside`` as for the account.
    """
    key, title = "unsigned", "Signatures"
    told = []
    if counts.genuine == 1:
        told.append("1 message was announced without the right signature, and fetched from Twilio instead")
    elif counts.genuine:
        told.append(
            f"{counts.genuine:,} messages were announced without the right signature, and fetched from Twilio instead"
        )
    if counts.forged:
        told.append(f"{counted(counts.forged, 'forged webhook')} turned away in the last day")
    if counts.crowded:
        told.append(f"{counts.crowded:,} came too fast to be looked into one by one")
    if not told:
        return Check(key, title, Light.OK, "Nothing forged came in the last day")
    sentence = told[0][:1].upper() + "; ".join(told)[1:]
    if counts.genuine_at is not None and now - counts.genuine_at < LATELY:
        if outside:
            return Check(key, title, Light.WARN, sentence, f"{COMPARE} {outside}")
        return Check(key, title, Light.WARN, sentence, COMPARE,
                     Fix.CREDENTIALS, "Enter credentials")  # fmt: skip
    many = counts.forged + counts.crowded >= MANY_FORGED
    if many and counts.forged_at is not None and now - counts.forged_at < OVER:
        return Check(key, title, Light.WARN, sentence,
                     "None got in. A new public address leaves them behind.",
                     Fix.RECEIVING, "Change it")  # fmt: skip
    return Check(key, title, Light.OK, sentence)


def clock(ahead: timedelta | None) -> Check:
    key, title = "clock", "Clock"
    if ahead is None:
        return Check(key, title, Light.OFF, "Not compared with Twilio’s yet")
    if abs(ahead) <= WRONG:
        return Check(key, title, Light.OK, "Agrees with Twilio’s")
    way = "slow" if ahead > timedelta(0) else "fast"
    said = f"computer’s clock is {_long(abs(ahead))} {way}"
    return Check(key, title, Light.WARN, f"This {said}",
                 "Set it right in the system’s settings. Until then Twilio’s time is used here.",
                 Fix.CHECK_AGAIN, "Compare again", brief=f"this {said}")  # fmt: skip


def database(
    condition: Condition | None, messages: int, room: Room | None, checked: str, backup: str, no_backup: str = ""
) -> Check:
    """``no_backup``: why the last try to make one did not work."""
    key, title = "database", "Database"
    if condition is not None and condition.trouble:
        return Check(key, title, Light.BAD, "The database is damaged",
                     "Repair it: with the newest backup, or with what can still be read. Twilio tells the rest again.",
                     Fix.REPAIR, "Repair…", details=(condition.trouble[:200],))  # fmt: skip
    parts = [counted(messages, "message")]
    if room is not None:
        parts.append(size_words(room.database))
    if condition is not None:
        parts.append(f"checked {checked}")
    if backup:
        parts.append(f"backup {backup}")
    if no_backup:
        return Check(key, title, Light.WARN, f"The last backup failed; newest backup: {backup or 'none'}", no_backup,
                     Fix.BACKUPS, "Backups…", details=(", ".join(parts),))  # fmt: skip
    return Check(key, title, Light.OK, ", ".join(parts))


def disk(room: Room | None) -> Check:
    key, title = "disk", "Disk"
    if room is None:
        return Check(key, title, Light.OFF, "Not known")
    sentence = f"{size_words(room.free)} free"
    if room.free < NO_ROOM:
        return Check(key, title, Light.BAD, sentence, "Make room now: messages cannot be kept without.",
                     Fix.CHECK_AGAIN, "Look again")  # fmt: skip
    if room.free < LITTLE_ROOM:
        return Check(key, title, Light.WARN, sentence, "Make room soon.", Fix.CHECK_AGAIN, "Look again")
    return Check(key, title, Light.OK, sentence)


def _where(route: Route) -> str:
    """What holds the setting, where that is not the line itself."""
    return route.holder.called if route.holder.is_shared and route.holder.sid != route.line else ""


def _notes(route: Route) -> tuple[str, ...]:
    notes = []
    if route.overridden is not None and route.overridden.url:
        notes.append(f"The address set on the number itself is not used: {plain(route.overridden.url)}")
    if is_service(route.line):
        notes.append(f"Its numbers: {pool_words(route.pool)}")
    if route.trunk:
        notes.append("Calls to this number go to a SIP trunk; its texts do not.")
    return tuple(notes)


def pool_words(pool: Sequence[str]) -> str:
    """“(212) 555-0100, (415) 555-0100”; that there is none where it has none."""
    return ", ".join(map(display, pool)) or "none yet, so nothing comes in by it, and nothing leaves but by a name"


def _to(route: Route) -> str:
    if route.holder.webhook.defers:
        return "where each number of its pool sends them"
    url = plain(route.holder.webhook.url)
    return f"to {url}" if url else "nowhere"


def _amount(balance: str) -> float | None:
    try:
        return float(balance.split(maxsplit=1)[0].replace("$", "").replace(",", ""))
    except (ValueError, IndexError):
        return None


def _long(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    if seconds < 120:
        return f"{seconds} seconds"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} minutes"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"
