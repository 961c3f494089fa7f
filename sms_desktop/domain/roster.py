"""A list of who may be texted and who may not, as another program exported it: which column is what, and what each row
says. Pure: what is no number, no date, no word of consent is told, row by row.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.line import is_service
from sms_desktop.domain.phone import AddressKind, kind_of, parse_recipient

_SHOWN = 60
"""Characters of a cell that a sentence about it repeats."""


class Column(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    CONSENT = "consent"
    OUT = "opted out"
    DATE = "date"
    SENDER = "sender"
    REASON = "reason"


def _all(words: str) -> dict[str, int]:
    """Words by their rank: what is sure comes first."""
    return {word: rank for rank, word in enumerate(words.split())}


_NAMES: dict[Column, dict[str, int]] = {
    Column.NUMBER: _all(
        "phone phonenumber mobile mobilenumber mobilephone cell cellphone cellnumber telephone smsnumber msisdn "
        "contactphone customerphone phone1 primaryphone tel telefon telefonnummer handy handynummer rufnummer telefono "
        "telefonomovil numerodetelefono movil celular telephoneportable numerodetelephone portable cellulare telefone "
        "telemovel telefoonnummer numertelefonu телефон 手机 手机号 電話番号 전화번호 الهاتف contactid recipient peer "
        "handset number nummer numero номер to address"
    ),
    Column.CONSENT: _all(
        "consent smsconsent consentstatus optin smsoptin optinstatus optedin optstatus smssubscribed smsstatus "
        "marketingconsent smsmarketing acceptssms acceptssmsmarketing acceptsmarketing maymessage maybetexted "
        "subscribed subscription subscriptionstatus zustimmung einwilligung consentimiento consentement consenso "
        "consentimento toestemming zgoda согласие change state status"
    ),
    Column.OUT: _all(
        "optout optedout smsoptout unsubscribed donottext dnt donotcontact dnc unsubscribe stopped stop suppressed "
        "abgemeldet desabonne baja blocked"
    ),
    Column.DATE: _all(
        "dateofconsent consentdate consentat consentedat optoutdate optedoutat unsubscribedat optindate optedinat "
        "subscribedat date at when timestamp datetime time datum fecha data дата updatedat lastupdated updated "
        "createdat created"
    ),
    Column.SENDER: _all(
        "sender senderid line ourline ournumber messagingservicesid messagingservice service twilionumber "
        "businessnumber fromnumber from absender remitente"
    ),
    Column.REASON: _all(
        "reason consentsource source how method evidence words notes note why comment comments origin grund notiz "
        "motivo nota"
    ),
}
_YES = frozenset(_all("yes y true t 1 x ja si sí oui sim da tak はい"))
_NO = frozenset(_all("no n false f 0 nein non não nao nie nee нет"))
_IN = frozenset(
    _all(
        "in optin optedin subscribed subscribe active allowed allow granted consented consent agreed start "
        "maybemessaged confirmed accepted enabled on"
    )
)
_OUT = frozenset(
    _all(
        "out optout optedout unsubscribed unsubscribe inactive revoked withdrawn denied refused declined stop stopped "
        "stopall blocked suppressed donottext dnt cancel cancelled canceled disabled off end quit"
    )
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: ``out`` or in again; ``at`` where the file says when; ``sender`` "" for all that were chosen.

    ``note`` is what was made of it that the file does not say.
    """

    row: int
    peer: str
    out: bool
    at: datetime | None
    sender: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A row (1 is the file's first line) that was not taken, or not as it says; ``what`` stands in it."""

    row: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column is what, by its place; ``names`` as the file has them. ``begins``: the first row with somebody."""

    places: dict[Column, int]
    names: dict[Column, str]
    begins: int

    @property
    def says_who(self) -> bool:
        """Whether a column tells who agreed and who asked to stop."""
        return Column.CONSENT in self.places or Column.OUT in self.places


def layout_of(rows: Sequence[Sequence[str]], region: str) -> Layout:
    """Guessed from the names in the first row, or, where that has a number already, from what stands there.

    Raises BadInput where no column holds phone numbers.
    """
    first = rows[0] if rows else ()
    places: dict[Column, int] = {}
    named = [_name(cell) for cell in first]
    for column, names in _NAMES.items():
        ranked = [(names[name], place) for place, name in enumerate(named) if name in names]
        if ranked:
            places[column] = min(ranked)[1]
    if Column.NUMBER in places:
        return Layout(places, {column: first[place].strip() for column, place in places.items()}, 1)
    for place, cell in enumerate(first):
        if _number(cell, region) is not None:
            places = {Column.NUMBER: place}
            break
    else:
        raise BadInput("No column of this file is named like a phone number. Name it “Phone” in the first row.")
    said = next((n for n, cell in enumerate(first) if n != place and _word(cell) is not None), None)
    if said is not None:
        places[Column.CONSENT] = said
    return Layout(places, {column: f"column {n + 1}" for column, n in places.items()}, 0)


def read_row(
    number: int,
    cells: Sequence[str],
    layout: Layout,
    region: str,
    now: datetime,
    *,
    everyone: bool | None,
    zone: tzinfo,
) -> Entry | Trouble:
    """What that row says. ``everyone``: True, all in the file opted out, False, all agreed, None: each as it says.

    An opt-out is taken whatever is the matter with its date: as of ``now`` then. Dates without a zone are in ``zone``.
    """

    def cell(column: Column) -> str:
        place = layout.places.get(column)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    written = _unprotected(cell(Column.NUMBER))
    if not written:
        return Trouble(
            number, _short(" · ".join(one for one in cells if one.strip())), "There is no phone number in it."
        )
    peer = _number(written, region)
    if peer is None:
        return Trouble(number, _short(written), _why_no_number(written, region))
    out = everyone if everyone is not None else _says(cell(Column.CONSENT), cell(Column.OUT))
    if out is None:
        said = cell(Column.CONSENT) or cell(Column.OUT)
        why = f"“{_short(said)}” says neither yes nor no." if said else "It does not say whether they agreed."
        return Trouble(number, peer, why)
    sender = _unprotected(cell(Column.SENDER))
    if sender and not is_service(sender):
        found = _number(sender, region)
        if found is None:
            return Trouble(number, peer, f"“{_short(sender)}” is none of your numbers.")
        sender = found
    at: datetime | None = None
    note = ""
    if date := _unprotected(cell(Column.DATE)):
        at = date_of(date, region, zone)
        wrong = "is no date" if at is None else "lies ahead" if at > now else ""
        if wrong and not out:
            return Trouble(number, peer, f"“{_short(date)}” {wrong}.")
        if wrong:
            at, note = None, f"“{_short(date)}” {wrong}, so the opt-out counts from today."
    return Entry(number, peer, out, at, sender, _unprotected(cell(Column.REASON))[:200], note)


def _says(consent: str, out: str) -> bool | None:
    """Whether they opted out; where either column says so, they did."""
    told = _word(consent)
    if told is None and (key := _key(consent)) in _YES | _NO:
        told = key in _NO
    against = _word(out)
    if against is None and (key := _key(out)) in _YES | _NO:
        against = key in _YES
    if told or against:
        return True
    return told if told is not None else against


def _word(cell: str) -> bool | None:
    """A word that says by itself whether somebody opted out."""
    key = _key(cell)
    return False if key in _IN else True if key in _OUT else None


def date_of(text: str, region: str, zone: tzinfo) -> datetime | None:
    """ISO 8601, 12.3.2026, 3/12/2026 (the month first in the US, the Philippines and Canada), 2026/3/12, with a time
    or without; None where it is none of these.
    """
    text = " ".join(text.split())
    at = _iso(text) or _written(text, region)
    if at is None:
        return None
    try:
        return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace(" UTC", "+00:00"))
    except ValueError:
        return None


_DATE = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?\.?[Mm]?\.?)?"
)


def _written(text: str, region: str) -> datetime | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    one, mark, two, three = int(found[1]), found[2], int(found[3]), int(found[4])
    if len(found[1]) == 4:
        year, month, day = one, two, three
    else:
        year, (day, month) = three, (one, two)
        if mark == "/" and region in {"US", "PH", "CA"}:
            day, month = month, day
        if month > 12:
            day, month = month, day
        if len(found[4]) == 2:
            year += 2000
    hour, minute, second = (int(part or 0) for part in found.group(5, 6, 7))
    if found[8]:
        hour = hour % 12 + (12 if found[8].lower() == "p" else 0)
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone is put to it by who asks
    except ValueError:
        return None


def _number(written: str, region: str) -> str | None:
    plain = _unprotected(written)
    if not any(c.isdigit() for c in plain) or kind_of(plain) is AddressKind.SHORT_CODE:
        return None  # a short code texts nobody, and is more likely an order number
    try:
        return parse_recipient(plain, region).address if sum(c.isdigit() for c in plain) >= 6 else None
    except BadInput:
        return None


def _why_no_number(written: str, region: str) -> str:
    try:
        parse_recipient(written, region)
    except BadInput as error:
        return str(error)
    return f"“{_short(written)}” is not a phone number. Write it like +1 212 555 0187."


def _unprotected(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running a cell, or the ="…" that keeps it as text."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return cell.removeprefix("'").strip()


def _name(cell: str) -> str:
    """A header's name without case, marks and what stands between words."""
    plain = unicodedata.normalize("NFKD", cell).casefold()
    return "".join(c for c in plain if c.isalnum())


def _key(cell: str) -> str:
    return re.sub(r"[\s_-]+", "", _unprotected(cell).casefold())


def _short(text: str) -> str:
    one = " ".join(text.split())
    return one if len(one) <= _SHOWN else one[: _SHOWN - 1] + "…"


Progress = Callable[[int, int], None]
"""How many rows of how many are done."""
