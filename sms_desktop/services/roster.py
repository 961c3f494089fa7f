"""Importing who may be texted and who may not from a file: read beside the loop, entered a few hundred rows at a time.

Opt-outs are entered first, so that an import which is cut short has lost none of them to somebody's opt-in.
"""

import asyncio
import csv
import io
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from sms_desktop.domain.consent import ConsentEvent, ConsentSource, word_key
from sms_desktop.domain.count import counted
from sms_desktop.domain.errors import BadInput, SaysNotWho, StoreError
from sms_desktop.domain.events import ListEntered
from sms_desktop.domain.forall import reason_of
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.line import Line, is_service
from sms_desktop.domain.phone import can_be_texted, display
from sms_desktop.domain.roster import Column, Entry, Layout, Progress, Trouble, layout_of, read_person, shortened
from sms_desktop.services import clock
from sms_desktop.services.settings import Settings
from sms_desktop.store import consent
from sms_desktop.store import lines as lines_
from sms_desktop.store.store import Store, Tx

BIGGEST = 64 * 1024 * 1024
"""Bytes of a file that is read."""
AT_A_TIME = 200
"""Rows in one transaction, so that an inbound webhook need not wait long."""
TELL_EVERY = 250
STILL_OUT = "They opted out, and a list cannot take that back."
IN_SINCE = "They opted out before, and agreed again since."
NOT_OURS = "is none of your numbers."
NO_SERVICE = "No Messaging Service of that name is known here."
COUNTS_LATER = "No Messaging Service of that name is known here: the opt-out counts once it is."
TORN = "A quotation mark runs on over several rows here: put that right in the file."
TORN_OUT = "A quotation mark runs on over several rows here: the opt-out counts all the same."


@dataclass(frozen=True, slots=True)
class Roster:
    """A file as it was read: who, and the rows that were not understood (``troubles``, in the file's order). A row has
    an entry for each of its numbers.
    """

    name: str
    layout: Layout
    entries: tuple[Entry, ...]
    troubles: tuple[Trouble, ...]

    @property
    def rows(self) -> int:
        """How many were understood."""
        return len({entry.row for entry in self.entries})

    @property
    def out(self) -> int:
        """How many rows say that somebody opted out."""
        return len({entry.row for entry in self.entries if entry.out})


@dataclass(frozen=True, slots=True)
class Imported:
    """``taken`` rows stand as they say by now; ``troubles`` do not, or not just as they say, in the file's order.

    ``undone`` rows were not reached when it was stopped.
    """

    taken: int
    troubles: tuple[Trouble, ...]
    undone: int = 0

    @property
    def said(self) -> str:
        """In a sentence or two, after which the troubles are listed."""
        count = len(self.troubles)
        said = f"{counted(self.taken, 'row')} {'was' if self.taken == 1 else 'were'} taken."
        if count:
            said += f" {count:,} {'was' if count == 1 else 'were'} not, or not just as the file says:"
        if self.undone:
            said = f"Stopped: {counted(self.undone, 'row')} not looked at. {said}"
        return said


@dataclass(frozen=True, slots=True)
class Entering:
    """An import of the file ``name``: ``done`` of ``of`` entries. ``imported`` is what came of it, ``broken`` a
    sentence that says why it broke off; it has neither while it goes on.
    """

    name: str
    done: int = 0
    of: int = 0
    imported: Imported | None = None
    broken: str = ""

    @property
    def goes_on(self) -> bool:
        return self.imported is None and not self.broken

    @property
    def went_well(self) -> bool:
        """Whether all of it was looked at."""
        return self.imported is not None and not self.imported.undone

    @property
    def said(self) -> str:
        """What came of it; "" while it goes on."""
        if self.imported is not None:
            return self.imported.said
        return f"{self.broken} What was taken until then stays; import the file once more." if self.broken else ""


def read(
    path: Path, region: str, now: datetime, *, everyone: bool | None = None, progress: Progress = lambda done, of: None
) -> Roster:
    """Reads the file; takes its time. ``region`` is where numbers and dates without more are from.

    Raises BadInput where it is no such list as a whole.
    """
    rows = _rows(path)
    filled = [row for row in rows if any(cell.strip() for cell in row.cells)]
    if not filled:
        raise BadInput("This file is empty.")
    layout = layout_of([row.cells for row in filled], region)
    if everyone is None and not layout.says_who:
        raise SaysNotWho(
            "No column of this file says who agreed and who asked to stop. Name it “Consent” in the first row, with "
            "yes or no below; or choose what holds for everyone in it."
        )
    entries: dict[tuple[int, str], Entry] = {}
    troubles: list[Trouble] = []
    passing: list[Trouble] = []  # nothing is amiss where something else of the row was taken
    number = layout.places[Column.NUMBER]
    people = filled[layout.begins :]
    for done, row in enumerate(people):
        if done % TELL_EVERY == 0:
            progress(done, len(people))
        is_blank = number >= len(row.cells) or not row.cells[number].strip()
        for one in read_person(row.number, row.cells, layout, region, now, everyone=everyone):
            found = _of_torn(one) if row.is_torn else one
            if isinstance(found, Entry):
                entries.setdefault((found.row, found.peer), found)
            else:
                (passing if row.is_torn or is_blank else troubles).append(found)
    progress(len(people), len(people))
    known = {row for row, _ in entries}
    told = {(one.row, one.what): one for one in (*(one for one in passing if one.row not in known), *troubles)}
    return Roster(path.name, layout, tuple(entries.values()), tuple(sorted(told.values(), key=lambda one: one.row)))


def _of_torn(found: Entry | Trouble) -> Entry | Trouble:
    """Of rows that a quotation mark has run together only the opt-outs are taken."""
    if isinstance(found, Entry):
        return replace(found, note=TORN_OUT) if found.out else Trouble(found.row, found.peer, TORN)
    return Trouble(found.row, found.what, TORN)


class Rosters:
    """``read`` a file, then ``enter`` what it says. ``stop`` ends an import after the rows that are being entered."""

    def __init__(self, store: Store, hub: Hub, preferences: Settings) -> None:
        self._store, self._hub, self._preferences = store, hub, preferences
        self._stopped = False
        self.latest: Entering | None = None
        """The import that goes on, or what came of the last one until that was ``seen``."""

    def seen(self) -> None:
        """A person has read what came of it."""
        self.latest = None

    async def read(
        self, path: Path, region: str, *, everyone: bool | None = None, progress: Progress = lambda done, of: None
    ) -> Roster:
        """``progress`` is called on the loop. Raises BadInput."""
        loop = asyncio.get_running_loop()
        gone = threading.Event()

        def told(done: int, of: int) -> None:
            if gone.is_set():
                raise BadInput("It was stopped.")
            loop.call_soon_threadsafe(progress, done, of)

        try:
            return await asyncio.to_thread(read, path, region, clock.theirs(), everyone=everyone, progress=told)
        finally:
            gone.set()

    def stop(self) -> None:
        self._stopped = True

    async def enter(
        self,
        roster: Roster,
        lines: Sequence[str],
        ours: Collection[str],
        *,
        for_all: bool = False,
        progress: Progress = lambda done, of: None,
    ) -> Imported:
        """Enters what it says: of the sender that a row names (one of ``ours``, by its address or as the account calls
        it), else of each of ``lines``. An opt-out of a Messaging Service that is not known is entered too, and told.

        ``for_all``: the opt-outs of rows that name none count for every other number too, whatever comes into use.

        Raises StoreError; what was entered until then stays.
        """

        def told(done: int, of: int) -> None:
            self._tell(Entering(roster.name, done, of))
            progress(done, of)

        self._tell(Entering(roster.name))
        try:
            imported = await self._enter(roster, lines, ours, for_all, told)
        except StoreError as error:
            self._tell(Entering(roster.name, broken=str(error)))
            raise
        except Exception:
            self._tell(Entering(roster.name, broken="Something went wrong inside SMS Desktop. The log file says more."))
            raise
        self._tell(Entering(roster.name, imported=imported))
        return imported

    def _tell(self, entering: Entering) -> None:
        self.latest = entering
        self._hub.publish([ListEntered()])

    async def _enter(
        self, roster: Roster, lines: Sequence[str], ours: Collection[str], for_all: bool, progress: Progress
    ) -> Imported:
        self._stopped = False
        at = clock.theirs()
        own, services, known = await self._store.read(
            lambda db: (self._preferences.author(db), set(consent.services(db).values()), lines_.all(db))
        )
        named = named_of(line for line in known if line.address in ours)
        people, told = await asyncio.to_thread(_in_order, roster, {*ours, *services}, named)
        done = 0
        taken: dict[int, bool] = {}  # by rows, which stand where all their numbers do
        waiting = iter(people)
        while not self._stopped and (some := list(islice(waiting, AT_A_TIME))):
            stands = await self._store.do(_entering(some, lines, roster.name, at, own, for_all=for_all))
            for entry, as_it_says in zip(some, stands, strict=True):
                taken[entry.row] = taken.get(entry.row, True) and as_it_says
                if not as_it_says:
                    told.append(Trouble(entry.row, entry.peer, IN_SINCE if entry.out else STILL_OUT))
                elif entry.note:
                    told.append(Trouble(entry.row, entry.peer, entry.note))
            done += len(some)
            progress(done, len(people))
        undone = len({entry.row for entry in people[done:]})
        return Imported(sum(taken.values()), tuple(sorted(told, key=lambda one: one.row)), undone)


def _in_order(roster: Roster, ours: Collection[str], named: Mapping[str, str]) -> tuple[list[Entry], list[Trouble]]:
    """Those that can be entered, opt-outs first, and all troubles."""
    told = list(roster.troubles)
    people: list[Entry] = []
    for entry in roster.entries:
        if not entry.sender or entry.sender in ours:
            people.append(entry)
        elif (line := named.get(word_key(entry.sender))) is not None:
            people.append(replace(entry, sender=line))
        elif not is_service(entry.sender):
            told.append(Trouble(entry.row, entry.peer, f"{_as_written(entry.sender)} {NOT_OURS}"))
        elif entry.out:
            people.append(replace(entry, note=" ".join(filter(None, (entry.note, COUNTS_LATER)))))
        else:
            told.append(Trouble(entry.row, entry.peer, NO_SERVICE))
    people.sort(key=lambda entry: not entry.out)
    return people, told


def _as_written(sender: str) -> str:
    return display(sender) if can_be_texted(sender) else f"“{shortened(sender)}”"


def _entering(
    some: Sequence[Entry], lines: Sequence[str], name: str, at: datetime, who: str, *, for_all: bool
) -> Callable[[Tx], list[bool]]:
    """The work of entering them; gives of each whether it stands as it says on every line that it is about."""

    def work(tx: Tx) -> list[bool]:
        stands = [True] * len(some)
        by_line: dict[str, list[int]] = {}
        for place, entry in enumerate(some):
            for line in (entry.sender,) if entry.sender else lines:
                by_line.setdefault(line, []).append(place)
        for line, places in by_line.items():
            wanted = [_event(some[place], line, name, at, who, for_all=for_all) for place in places]
            told = consent.import_many(tx, line, wanted)
            for place, as_it_says in zip(places, told, strict=True):
                stands[place] = stands[place] and as_it_says
        return stands

    return work


def _event(entry: Entry, line: str, name: str, at: datetime, who: str, *, for_all: bool) -> ConsentEvent:
    where = f"{name}, row {entry.row}"
    if for_all and not entry.sender:
        where = reason_of(where)
    reason = f"{where}: {entry.reason}" if entry.reason else where
    return ConsentEvent(line, entry.peer, entry.out, ConsentSource.IMPORT, "", None, entry.at or at, who, reason)


@dataclass(frozen=True, slots=True)
class _Row:
    """``number`` is as a spreadsheet counts; ``is_torn`` where a quotation mark seems to have run rows together."""

    number: int
    cells: list[str]
    is_torn: bool = False


def _rows(path: Path) -> list[_Row]:
    """All rows of the file; CSV as spreadsheets of any country write it. Raises BadInput."""
    try:
        if path.stat().st_size > BIGGEST:
            raise BadInput("This file is larger than 64 MB. Split it.")
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    if raw[:4] == b"PK\x03\x04" or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise BadInput("This is a spreadsheet. Save it as CSV there, and choose that file.")
    text = _decoded(raw)
    first = text[:20_000].partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[_Row] = []
    begun, number = 0, 1
    try:
        for cells in reader:
            there, begun = lines[begun : reader.line_num], reader.line_num
            found = [_Row(number, cells)] if len(there) == 1 else list(_apart(number, cells, there, delimiter))
            if not rows and found[0].is_torn and any(cell.strip() for cell in cells):
                raise BadInput("A quotation mark in the first row is never closed. Put that right in the file.")
            rows += found
            number = found[-1].number + 1
    except csv.Error:
        raise BadInput(
            f"This file cannot be read from line {begun + 1} on: a quotation mark there is never closed, it seems. "
            "Put that right, or save the list as CSV once more."
        ) from None
    return rows


def _apart(number: int, cells: list[str], lines: Sequence[str], delimiter: str) -> Iterator[_Row]:
    """A row that goes over several ``lines``. Where that seems to be a mistake, since a number stands in one that it
    has swallowed or its quotation mark is never closed, each line is given as well.
    """
    each = [
        [cell.replace('"', "") for cell in next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])]
        for line in lines
    ]
    torn = any(_DIGITS.fullmatch(cell.strip()) for other in each[1:] for cell in other) or not _is_closed(
        lines, delimiter
    )
    yield _Row(number, cells, torn)
    for further, other in enumerate(each if torn else ()):
        yield _Row(number + further, other, is_torn=True)


_DIGITS = re.compile(r"[='+(]*(?:\d[\s().'/-]*){7,15}")
"""What may be a phone number."""


def _is_closed(lines: Sequence[str], delimiter: str) -> bool:
    try:
        return bool(list(csv.reader(lines, delimiter=delimiter, strict=True)))
    except csv.Error:
        return False


def _decoded(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    for half, encoding in ((raw[1::2], "utf-16-le"), (raw[::2], "utf-16-be")):  # without the mark that tells which
        if 2 * half.count(0) > len(half):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def columns_said(layout: Layout) -> str:
    """“the number from “Phone”, the consent from “Opt-in””."""
    nouns = {
        Column.NUMBER: "the number",
        Column.CONSENT: "the consent",
        Column.OUT: "the opt-out",
        Column.OUT_AT: "the day of the opt-out",
        Column.IN_AT: "the day they agreed",
        Column.DATE: "the date",
        Column.SENDER: "your number",
        Column.REASON: "the reason",
    }
    said = {column: f"{nouns[column]} from {_with_commas(layout.named(column))}" for column in layout.places}
    if layout.beside:
        said[Column.NUMBER] += f" (who opted out, from {_with_commas(tuple(layout.beside.values()))} too)"
    return ", ".join(said[column] for column in Column if column in said)


def _with_commas(names: Sequence[str]) -> str:
    shown = [f"“{name}”" for name in names]
    return " and ".join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else "".join(shown)


def named_of(lines: Iterable[Line]) -> dict[str, str]:
    """The addresses of lines by the names that the account has for them, as ``word_key`` gives these; what two are
    called alike names neither.
    """
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(word_key(line.name), []).append(line.address)
    return {name: addresses[0] for name, addresses in found.items() if name and len(addresses) == 1}
