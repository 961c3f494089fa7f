"""The details pane's facts as words."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QLocale

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.conversation import Conversation, ConversationFacts
from sms_desktop.domain.lookup import Lookup
from sms_desktop.domain.phone import AddressKind, can_be_texted, international, kind_of, region_of
from sms_desktop.domain.reception import CannotReceive, Evidence, Obstacle
from sms_desktop.ui.words import Tone, day_and_time, day_heading, one_line


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether the person may be texted, in the colour it is said in, and since when; ``since`` may be ""."""

    word: str
    tone: Tone
    since: str


def consent_of(
    conversation: Conversation,
    first_at: datetime | None,
    now: datetime,
    known: ConsentEvent | None = None,
    *,
    wrote: bool = True,
) -> Consent:
    """What stands between us and the peer, if anything does. ``first_at`` is the first message's time.

    ``known`` is the ledger's entry by which they may be texted; ``wrote``: they have texted us.
    """
    if conversation.opted_out_at is not None:
        return Consent("Opted out", "bad", _stopped(conversation, conversation.opted_out_at, now))
    if conversation.blocked:
        return Consent("Blocked by you", "bad", "")
    if not can_be_texted(conversation.peer):
        return Consent("Cannot be answered", "muted", "")
    if known is not None and not known.opted_out:
        return Consent("Can be messaged", "ok", f"{day_heading(known.at, now)}, {_agreed(known)}")
    if not wrote:
        return Consent("Not known yet", "muted", "")
    return Consent("Can be messaged", "ok", day_heading(first_at, now) if first_at is not None else "")


def _stopped(conversation: Conversation, at: datetime, now: datetime) -> str:
    words, day = one_line(conversation.opted_out_words or "", 20), day_heading(at, now)
    match conversation.opted_out_source:
        case ConsentSource.STAFF:
            return f"{day}, entered here"
        case ConsentSource.IMPORT:
            return f"{day}, imported"
        case ConsentSource.ERROR:
            return f"{day}, Twilio said so"
        case _:
            return f"{day}, wrote {words}" if words else day


def _agreed(event: ConsentEvent) -> str:
    match event.source:
        case ConsentSource.STAFF:
            return "entered here"
        case ConsentSource.IMPORT:
            return "imported"
        case _:
            return f"wrote {one_line(event.words, 20)}"


def phone_words(peer: str) -> str:
    """+1 212 555 0187; other addresses as they came."""
    return international(peer).replace("-", " ")


def region_words(peer: str, zip: str | None = None) -> str:
    """“United States · ZIP 94105”, “Canada · M5H 2N2”: the country of a number in the language of the system and the
    code that Twilio tells of it; or what kind of sender it is.
    """
    kind = kind_of(peer)
    if kind is AddressKind.SHORT_CODE:
        return "Short code"
    if kind is AddressKind.ALPHANUMERIC:
        return "Sender without a number"
    territory = QLocale.codeToTerritory(region_of(peer))
    country = "" if territory == QLocale.Country.AnyTerritory else QLocale.territoryToString(territory)
    code = f"ZIP {zip}" if zip and zip.isdecimal() else zip or ""
    return " · ".join(filter(None, (country, code)))


def reception_words(found: CannotReceive, now: datetime) -> str:
    """“Landline · error 30006, Friday”: why texts do not arrive, and how that is known."""
    how = "looked up" if found.source is Evidence.LOOKUP else f"error {found.code}"
    day = day_heading(found.at, now)
    return f"{_OBSTACLES[found.obstacle]} · {how}, {day.lower() if day in ('Today', 'Yesterday') else day}"


def overtaken(found: Lookup, heard: datetime, now: datetime) -> str:
    """“Looked up yesterday 10:42: Landline · Acme. They texted today 9:15, so texts may well reach it.”"""
    looked, texted = day_and_time(found.at, now), day_and_time(heard, now)
    return f"Looked up {looked}: {found.words}. They texted {texted}, so texts may well reach it."


_OBSTACLES = {
    Obstacle.NOT_A_NUMBER: "Not a number",
    Obstacle.NOT_MOBILE: "No mobile",
    Obstacle.LANDLINE: "Landline",
    Obstacle.GONE: "Out of use",
    Obstacle.SILENT: "Out of reach",
}
NOTHING_YET = "–"


def delivered_words(facts: ConversationFacts) -> str:
    """The share that arrived of our messages that have ended: what waits, or is on its way, is no failure. “–” until
    one of them has; "" where we sent none.
    """
    if not facts.outbound:
        return ""
    if not facts.ended:
        return NOTHING_YET
    share = f"{facts.delivered * 100 / facts.ended:.1f}".removesuffix(".0")
    return f"{share} %"


def spent_words(facts: ConversationFacts) -> str:
    """$1.62, $0.0079 below a cent, 1.62 EUR; "" while Twilio has named no price."""
    if facts.spent is None:
        return ""
    amount = abs(Decimal(facts.spent))
    said = f"{amount:.2f}" if amount >= Decimal("0.01") or not amount else f"{amount:.4f}"
    unit = (facts.price_unit or "USD").upper()
    return f"${said}" if unit == "USD" else f"{said} {unit}"
