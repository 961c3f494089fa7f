"""A list of who may be texted and who may not, as another program exported it: which column is what, and what each row
says. Pure: what is no number, no date, no word of consent is told, row by row.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import islice

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.line import is_service
from sms_desktop.domain.phone import AddressKind, Recipient, calling_code, is_mobile, kind_of, parse_recipient

_SHOWN = 60
"""Characters of a cell that a sentence about it repeats."""
_LONGEST_CODE = 6
"""Digits of a short code."""
_LOOKED_AT = 1000
"""Cells that tell what a column holds."""


class Column(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    CONSENT = "consent"
    OUT = "opted out"
    OUT_AT = "opted out at"
    IN_AT = "opted in at"
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
        "subscribed zustimmung einwilligung consentimiento consentement consenso consentimento toestemming zgoda "
        "согласие subscription subscriptionstatus change state status"
    ),
    Column.OUT: _all(
        "optout optedout smsoptout unsubscribed donottext dnt donotcontact dnc unsubscribe stopped stop suppressed "
        "abgemeldet desabonne baja blocked"
    ),
    Column.OUT_AT: _all(
        "optedoutat optedouton optedoutdate optoutat optoutdate optouttime dateoptedout dateofoptout unsubscribedat "
        "unsubscribedon unsubscribedate unsubscribetime unsubtime stoppedat smsoptoutdate smsoptedoutat"
    ),
    Column.IN_AT: _all(
        "dateofconsent consentdate consentat consentedat optindate optedinat subscribedat smsoptindate createdat "
        "created"
    ),
    Column.DATE: _all("date at when timestamp datetime time datum fecha data дата updatedat lastupdated updated"),
    Column.SENDER: _all(
        "sender senderid line ourline ournumber messagingservicesid messagingservice service twilionumber "
        "businessnumber fromnumber from absender remitente"
    ),
    Column.REASON: _all(
        "reason consentsource source how method evidence words notes note why comment comments origin grund notiz "
        "motivo nota"
    ),
}
_ALSO_NUMBERS = re.compile(
    r"(?:home|work|private|personal|other|alternate|alternative|alt|second|secondary|main|primary|"
    r"evening|day|daytime|landline|customer|contact)?"
    r"(?:mobile|cell|tele)?(?:phone|mobile|cell|telefon|movil|celular)(?:number|no|nr|nummer)?\d{0,2}(?:value|number)?"
)
"""Further names of columns with phone numbers: “Work phone”, “Phone 2 - Value”."""
_WEAK = frozenset(_all("contactid recipient peer handset number nummer numero номер to address"))
"""Names of a column with phone numbers where no other is named plainly: customers have numbers and addresses, too."""
_LOOSE = frozenset(_all("subscription subscriptionstatus change state status"))
"""Names under which other things stand as well: a state of the US, how an appointment is. They count where a word says
beyond doubt that it is about texts.
"""
_OF_EMAIL, _OF_TEXTS = "acceptsmarketing", "acceptssmsmarketing"
"""Where the second has a column of its own, the first is about e-mail."""
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
_CLEAR = frozenset(
    _all(
        "optin optedin subscribed subscribe maybemessaged out optout optedout unsubscribed unsubscribe stop stopped "
        "stopall suppressed donottext dnt"
    )
)
"""Those of both kinds that are said of nothing else."""
_HOLDS = frozenset(_all("on active enabled confirmed accepted granted agreed"))
"""In a column of opt-outs these say that there is one."""
_NOTHING = frozenset(_all("null none nil na n/a - – — never unknown undefined"))
EARLIEST = 1990
"""The year before which no date of a consent lies: nobody could be texted."""
_LATEST = 2100
"""The year from which on what reads like a day is a number."""
BOTH_SAID = "One column says that they agreed, another that they opted out: the opt-out counts."


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: ``out`` or in again; ``at`` where the file says when; ``sender`` "" for all that were chosen.

    ``sender`` is a number in E.164, a short code, the SID of a Messaging Service, or, where it reads like none of
    these, as it is written: it may be a line's name. ``note`` is what was made of it that the file does not say.
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
    """Which column is what, by its place, the likeliest of each; ``names`` as the file has them. ``begins``: the first
    row with somebody.

    ``told`` are all columns that say who agreed and who did not, in the file's order; of ``mixed`` ones only words
    that are beyond doubt count as an agreement. ``every`` has the names of those that are told, where there are some.
    ``beside`` are further columns of phone numbers, with their names.
    """

    places: dict[Column, int]
    names: dict[Column, str]
    begins: int
    told: tuple[tuple[Column, int], ...] = ()
    mixed: frozenset[int] = frozenset()
    every: Mapping[Column, Sequence[str]] = field(default_factory=dict)
    beside: Mapping[int, str] = field(default_factory=dict)

    def of_number(self, place: int) -> "Layout":
        """The same, of another column's number."""
        return replace(self, places={**self.places, Column.NUMBER: place}, beside={})

    @property
    def says_who(self) -> bool:
        """Whether a column tells who agreed and who asked to stop."""
        return bool(self.told)

    def named(self, column: Column) -> tuple[str, ...]:
        """The names of all columns that are read as that."""
        return tuple(self.every.get(column, ())) or (self.names[column],)


def layout_of(rows: Sequence[Sequence[str]], region: str) -> Layout:
    """Guessed from the names in the first row, or, where that has a number already, from what stands there.

    ``rows`` are all of the file: what some columns are about their cells tell. Raises BadInput where no column holds
    phone numbers.
    """
    first = rows[0] if rows else ()
    named = [_name(cell) for cell in first]
    numbers = [place for place, cell in enumerate(first) if _number(cell, region) is not None]
    if any(name in _NAMES[Column.NUMBER] for name in named):
        return _named(rows, named, region)
    if not numbers and _further(rows, named, region):
        return _named(rows, named, region)
    # Where numbers have eight digits, a day may read like one.
    number = next((place for place in numbers if not _is_day(first[place], region)), next(iter(numbers), None))
    if number is None:
        raise BadInput("No column of this file is named like a phone number. Name it “Phone” in the first row.")
    places = {Column.NUMBER: number}
    columns = [place for place in range(max(map(len, rows))) if place != number]
    told = [(Column.CONSENT, place) for place in columns if _is_clear(rows, place)]
    if told:
        places[Column.CONSENT] = told[0][1]
    names = {column: f"column {place + 1}" for column, place in places.items()}
    return Layout(places, names, 0, tuple(told), _mixed(rows, told))


def _further(rows: Sequence[Sequence[str]], named: Sequence[str], region: str) -> list[int]:
    """The columns that are named as if phone numbers stood there, where at least one does."""
    plain = _NAMES[Column.NUMBER].keys() - _WEAK
    columns = [place for place, name in enumerate(named) if name in plain or _ALSO_NUMBERS.fullmatch(name)]
    return [place for place in columns if _holds_number(rows[1:], place, region)]


def _holds_number(rows: Sequence[Sequence[str]], place: int, region: str) -> bool:
    """By the first cells with something in them: a file may be long, and its numbers unreadable."""
    filled = (cells[place] for cells in rows if place < len(cells) and any(c.isdigit() for c in cells[place]))
    return any(_number(cell, region) is not None for cell in islice(filled, _LOOKED_AT))


def _named(rows: Sequence[Sequence[str]], named: Sequence[str], region: str) -> Layout:
    people = rows[1:]
    further = _further(rows, named, region)
    weak = {place for place, name in enumerate(named) if further and name in _WEAK}
    ignored = {
        place
        for place, name in enumerate(named)
        if (name in _LOOSE and not _is_clear(people, place)) or (name == _OF_EMAIL and _OF_TEXTS in named)
    }
    places: dict[Column, int] = {}
    told: list[tuple[Column, int]] = []
    for column, names in _NAMES.items():
        ranked = [
            (names[name], place) for place, name in enumerate(named) if name in names and place not in ignored | weak
        ]
        if ranked:
            places[column] = min(ranked)[1]
        elif column is Column.NUMBER:
            places[column] = further[0]
        if column in {Column.CONSENT, Column.OUT, Column.OUT_AT}:
            told += [(column, place) for _, place in ranked]
    told.sort(key=lambda one: one[1])
    loose = [(column, place) for column, place in told if named[place] in _LOOSE]
    written = {column: rows[0][place].strip() for column, place in places.items()}
    every = {column: [rows[0][place].strip() for kind, place in told if kind is column] for column in places}
    beside = {place: rows[0][place].strip() for place in further if place != places[Column.NUMBER]}
    return Layout(places, written, 1, tuple(told), _mixed(people, loose), every, beside)


def _is_clear(rows: Sequence[Sequence[str]], place: int) -> bool:
    return any(place < len(cells) and _key(cells[place]) in _CLEAR for cells in rows)


def _mixed(rows: Sequence[Sequence[str]], told: Sequence[tuple[Column, int]]) -> frozenset[int]:
    """Those columns that hold other things as well as words of consent."""
    known = _IN | _OUT | _YES | _NO | _NOTHING | {""}
    return frozenset(
        place for _, place in told if any(place < len(cells) and _key(cells[place]) not in known for cells in rows)
    )


def read_row(
    number: int,
    cells: Sequence[str],
    layout: Layout,
    region: str,
    now: datetime,
    *,
    everyone: bool | None,
    zone: tzinfo | None = None,
) -> Entry | Trouble:
    """What that row says. ``everyone``: True, all in the file opted out, False, all agreed but who opted out by it,
    None: each as it says.

    An opt-out is taken whatever is the matter with its date: as of ``now`` then. Dates without a zone are in ``zone``,
    None: in this computer's.
    """

    def cell(column: Column) -> str:
        place = layout.places.get(column)
        return _unprotected(cells[place]) if place is not None and place < len(cells) else ""

    written = cell(Column.NUMBER)
    if not written:
        return Trouble(
            number, shortened(" · ".join(one for one in cells if one.strip())), "There is no phone number in it."
        )
    try:
        found = _read_number(written, region)
    except BadInput as error:
        return Trouble(number, shortened(written), str(error))
    peer = found.address
    said = _said(cells, layout, region, zone)
    out = True if everyone or said.out else everyone if everyone is not None else said.agreed
    if out is None or (everyone is None and not out and said.unclear):
        return Trouble(number, peer, said.why)
    if found.doubt and not out:
        return Trouble(number, shortened(written), f"{peer} may not be in use, so it is not taken that they agreed.")
    sender = line_of(cell(Column.SENDER), region)
    at: datetime | None = None
    notes = [f"{peer} may not be in use. It is opted out; look whether it is the right number."] if found.doubt else []
    if said.out and said.yes:
        notes.append(BOTH_SAID)
    # An opt-out is not of the day on which they agreed: it came after.
    date = (said.since or cell(Column.DATE)) if out else cell(Column.IN_AT) or cell(Column.DATE)
    if date:
        at = date_of(date, region, zone)
        wrong = "is no date" if at is None else "lies ahead" if at > now + SLACK else ""
        at = None if at is None else min(at, now)
        if wrong and not out:
            return Trouble(number, peer, f"“{shortened(date)}” {wrong}.")
        if wrong:
            at = None
            notes.append(f"“{shortened(date)}” {wrong}, so the opt-out counts from today.")
    return Entry(number, peer, out, at, sender, cell(Column.REASON)[:200], " ".join(notes))


def read_person(
    number: int,
    cells: Sequence[str],
    layout: Layout,
    region: str,
    now: datetime,
    *,
    everyone: bool | None,
    zone: tzinfo | None = None,
) -> list[Entry | Trouble]:
    """As ``read_row``, and what an opt-out says of the row's further numbers; who agreed did so for the first alone."""
    first = read_row(number, cells, layout, region, now, everyone=everyone, zone=zone)
    found = [first]
    if isinstance(first, Entry) and not first.out:
        return found
    for place in layout.beside:
        if place >= len(cells) or not any(c.isdigit() for c in cells[place]):
            continue
        other = read_row(number, cells, layout.of_number(place), region, now, everyone=everyone, zone=zone)
        if isinstance(other, Trouble):
            found += [other] if isinstance(first, Entry) else []  # else the whole row is told
        elif other.out and other.peer not in {one.peer for one in found if isinstance(one, Entry)}:
            found.append(other)
    return found


SLACK = timedelta(seconds=30)
"""How far another computer's clock may be ahead of ours; what it says counts from now then."""
_SAYS_NOTHING = "It does not say whether they agreed."


@dataclass(slots=True)
class _Said:
    """What all columns of one row say together: ``out`` where any of them does, ``since`` when, as it is written.

    ``agreed`` is False where one says that they did (as Entry.out has it), ``yes`` where one says so outright;
    ``unclear`` is the first cell that says neither, or not beyond doubt as ``mixed`` has it.
    """

    out: bool = False
    since: str = ""
    agreed: bool | None = None
    yes: bool = False
    unclear: str = ""
    mixed: bool = False

    @property
    def why(self) -> str:
        """Why it is not taken that they agreed."""
        if not self.unclear:
            return _SAYS_NOTHING
        if self.mixed:
            return (
                f"Other things than consent stand in this column too, so “{shortened(self.unclear)}” may be about "
                "something else. If it is not, name the column “Consent”."
            )
        return f"“{shortened(self.unclear)}” does not tell whether they agreed or opted out."


def _said(cells: Sequence[str], layout: Layout, region: str, zone: tzinfo | None) -> _Said:
    said = _Said()
    for column, place in layout.told:
        cell = _unprotected(cells[place]) if place < len(cells) else ""
        if not cell or _is_nothing(cell):
            continue
        if column is Column.OUT_AT:
            _heard_since(said, cell)
            continue
        key, word = _key(cell), _word(cell)
        if key in _YES | _NO:
            word = (key in _NO) is (column is Column.CONSENT)
        elif column is Column.OUT and key in _HOLDS:
            word = True
        mixed = word is False and place in layout.mixed and key not in _CLEAR
        if mixed or (word is False and column is Column.OUT and key not in _NO | _CLEAR):
            word = None
        if word is None and column is Column.OUT and date_of(cell, region, zone) is not None:
            _heard_since(said, cell)
        elif word is None:
            said.mixed = said.mixed if said.unclear else mixed
            said.unclear = said.unclear or cell
        elif word:
            said.out = True
        else:
            said.agreed = False
            said.yes = said.yes or column is Column.CONSENT
    return said


def _heard_since(said: _Said, cell: str) -> None:
    """A column of when they opted out: whatever stands there, they did, unless it is a plain no."""
    key = _key(cell)
    if key in _NO:
        return
    said.out = True
    if key not in _YES | _OUT:
        said.since = said.since or cell


def _is_nothing(cell: str) -> bool:
    """How programs write that nothing is there, a date of noughts too."""
    low = cell.casefold()
    return low in _NOTHING or (len(low) >= 8 and not low.strip("0-/.: t"))


def _word(cell: str) -> bool | None:
    """A word that says by itself whether somebody opted out."""
    key = _key(cell)
    return False if key in _IN else True if key in _OUT else None


def date_of(text: str, region: str, zone: tzinfo | None = None) -> datetime | None:
    """ISO 8601, 12.3.2026, 3/12/2026 (the month first in the US, the Philippines and Canada), 2026/3/12, with a time
    or without; None where it is none of these, or of before ``EARLIEST``. Without a zone of its own it is in ``zone``,
    None: in this computer's as that was on that day, in summer or in winter.
    """
    text = " ".join(text.split())
    at = _iso(text) or _written(text, region)
    if at is None or at.year < EARLIEST:
        return None
    try:
        return (at.replace(tzinfo=zone) if at.tzinfo is None and zone is not None else at).astimezone(UTC)
    except (ValueError, OverflowError, OSError):  # the last of years that Windows does not know
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
    try:
        return _read_number(written, region).address
    except BadInput:
        return None


_FLOAT = re.compile(r"(\+?\d{7,})[.,]0+")
"""A whole number as a spreadsheet, or a program that reads one, writes it where its column has gaps."""
_FRACTION = re.compile(r"\+?\d{7,}[.,]\d{1,2}|.*\d[.,]0")
_POWER = re.compile(r"[+-]?\d+(?:[.,]\d+)?[Ee][+-]?\d+")
_SCHEME = re.compile(r"(?:tel|sms):", re.IGNORECASE)
"""What may stand before a number."""


def _read_number(written: str, region: str) -> Recipient:
    """Stricter than what a person types and sees: of a number that can be read as another one somebody else would be
    opted out, without a word. Raises BadInput with the reason.
    """
    plain = _unprotected(written)
    whole = _FLOAT.fullmatch(plain)
    plain = whole[1] if whole is not None else plain
    if _POWER.fullmatch(plain):
        raise BadInput(
            f"“{shortened(plain)}” is how a spreadsheet shortens a number, whose last digits may be lost. Have it show "
            "that column as text."
        )
    if _FRACTION.fullmatch(plain):
        raise BadInput(f"“{shortened(plain)}” ends like a number with decimals. Write it like +1 212 555 0187.")
    digits = sum(c.isdigit() for c in plain)
    # A short code texts nobody, and is more likely an order number.
    if digits < _LONGEST_CODE or (digits == _LONGEST_CODE and kind_of(plain) is AddressKind.SHORT_CODE):
        parse_recipient(plain, region)
        raise _no_number(plain)
    found = parse_recipient(plain, region)  # of an extension, or what is far too long, it tells more
    if any(c.isalpha() for c in _SCHEME.sub("", plain, count=1)):
        raise BadInput(f"“{shortened(plain)}” has letters in it. Write it like +1 212 555 0187.")
    return _with_code(plain, region, found) or found


def _with_code(plain: str, region: str, found: Recipient) -> Recipient | None:
    """What stands there where only the + before the country’s own code is missing, as in a column of numbers, and the
    number ``found`` without that may not be in use, or is no mobile phone’s as that one is.
    """
    if not plain.isdecimal() or not plain.startswith(calling_code(region)) or found.address == f"+{plain}":
        return None
    try:
        coded = parse_recipient(f"+{plain}", region)
    except BadInput:
        return None
    better = found.doubt or (is_mobile(coded.address) and not is_mobile(found.address))
    return coded if better and not coded.doubt else None


def _no_number(plain: str) -> BadInput:
    return BadInput(f"“{shortened(plain)}” is not a phone number. Write it like +1 212 555 0187.")


def _is_day(cell: str, region: str) -> bool:
    at = date_of(_unprotected(cell), region, UTC)
    return at is not None and at.year < _LATEST


def line_of(written: str, region: str) -> str:
    """A line of ours as its address is kept; what looks like none, as it is written."""
    if is_service(written):
        return written
    digits = re.sub(r"[\s-]+", "", written)
    if len(digits) <= _LONGEST_CODE and kind_of(digits) is AddressKind.SHORT_CODE:
        return digits
    return _number(written, region) or " ".join(written.split())


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


def shortened(text: str) -> str:
    """What a sentence about a cell repeats of it."""
    one = " ".join(text.split())
    return one if len(one) <= _SHOWN else one[: _SHOWN - 1] + "…"


Progress = Callable[[int, int], None]
"""How many rows of how many are done."""
