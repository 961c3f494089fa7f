"""How times, statuses and people are put into words. The only module that turns UTC into local time."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zlib import crc32

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication

from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.consent import SPOKEN
from sms_desktop.domain.conversation import Conversation, Last
from sms_desktop.domain.count import counted
from sms_desktop.domain.failures import explain
from sms_desktop.domain.line import SERVICE_WORD, Line
from sms_desktop.domain.message import FAILURES, Direction, Message, Status
from sms_desktop.domain.phone import display
from sms_desktop.domain.whereabouts import whereabouts

Tone = Literal["text", "muted", "ok", "warn", "bad"]

Via = Callable[[Conversation], str]
"""What ``via`` says, of the lines that are known when it is asked."""

Tint = Callable[[Conversation], int | None]
"""What ``line_color`` says of a conversation's line, of the lines that are known when it is asked."""

# NUL ends what a screen reader is given, an override turns a line around. Joiners stay: emoji are built with them.
_UNSPOKEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=1)
def _twelve_hours() -> bool:
    return "AP" in QLocale.system().timeFormat(QLocale.FormatType.ShortFormat).upper()


def twelve_hours() -> bool:
    """Whether people here count hours to twelve."""
    return _twelve_hours()


def clock(at: datetime) -> str:
    """The local time of day: 10:42, or 10:42 AM where the system's locale counts to twelve."""
    local = at.astimezone()
    return _twelve(local) if _twelve_hours() else f"{local:%H:%M}"


def clock_to_second(at: datetime) -> str:
    """The local time of day as ``clock`` tells it, with seconds."""
    local = at.astimezone()
    return _twelve(local, f":{local:%S}") if _twelve_hours() else f"{local:%H:%M:%S}"


def _twelve(local: datetime, seconds: str = "") -> str:
    return f"{local.hour % 12 or 12}:{local.minute:02}{seconds} {'AM' if local.hour < 12 else 'PM'}"


def list_time(at: datetime, now: datetime) -> str:
    """A list row's time: 10:42 today, Yesterday, Fri within a week, 12 Mar within the year, else 12 Mar 2025."""
    local, today = at.astimezone(), now.astimezone()
    days = (today.date() - local.date()).days
    if days == 0:
        return clock(at)
    if days == 1:
        return "Yesterday"
    if 1 < days < 7:
        return _DAYS[local.weekday()][:3]
    return _date(local, today)


def day_of(at: datetime) -> date:
    """The local calendar day, by which the timeline is divided."""
    return at.astimezone().date()


def day_heading(at: datetime, now: datetime) -> str:
    """A timeline's day: Today, Yesterday, Friday within a week, 12 Mar within the year, else 12 Mar 2025."""
    local, today = at.astimezone(), now.astimezone()
    days = (today.date() - local.date()).days
    if days in (0, 1):
        return "Yesterday" if days else "Today"
    if 1 < days < 7:
        return _DAYS[local.weekday()]
    return _date(local, today)


def _date(local: datetime, today: datetime) -> str:
    return short_date(local.date(), today.date())


def short_date(day: date, today: date) -> str:
    """12 Mar within the year, else 12 Mar 2025."""
    said = f"{day.day} {_MONTHS[day.month - 1]}"
    return said if day.year == today.year else f"{said} {day.year}"


def day_and_time(at: datetime, now: datetime) -> str:
    """For proofs and tooltips: today 10:42, yesterday 10:42, 12 Mar 2025 10:42."""
    local, today = at.astimezone(), now.astimezone()
    days = (today.date() - local.date()).days
    day = {0: "today", 1: "yesterday"}.get(days) or _date(local, today)
    return f"{day} {clock(at)}"


def on_paper(at: datetime) -> str:
    """What is read on any day: 12 Mar 2025 10:42."""
    local = at.astimezone()
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year} {clock(at)}"


def in_sentence(at: datetime, now: datetime) -> str:
    """“the backup of …”: today 10:42, yesterday 10:42, Tuesday 10:42, 12 Mar 10:42."""
    heading = day_heading(at, now)
    return f"{heading.lower() if heading in ('Today', 'Yesterday') else heading} {clock(at)}"


def to_come(at: datetime, now: datetime) -> str:
    """Of what is still to be: today at 14:00, tomorrow at 08:00, on 12 Mar at 08:00."""
    local, today = at.astimezone(), now.astimezone()
    day = {0: "today", 1: "tomorrow"}.get((local.date() - today.date()).days) or f"on {_date(local, today)}"
    return f"{day} at {clock(at)}"


def time_there(peer: str, now: datetime, zip: str | None = None) -> str:
    """“their time 10:44 AM”, or "" unless every zone that they may be in has the same hour now.

    Always with AM or PM: the question that it answers is whether it is night there.
    """
    there = whereabouts(peer, now, zip).time(now)
    return "" if there is None else f"their time {_twelve(there)}"


_STATUS_WORDS = {
    Status.QUEUED: "Queued",
    Status.ACCEPTED: "Queued",
    Status.SCHEDULED: "Scheduled",
    Status.SENDING: "Sending",
    Status.UNCONFIRMED: "Unconfirmed",
    Status.SENT: "Sent",
    Status.DELIVERED: "Delivered",
    Status.PARTIALLY_DELIVERED: "Partly delivered",
    Status.UNDELIVERED: "Not delivered",
    Status.FAILED: "Not sent",
    Status.CANCELED: "Canceled",
    Status.READ: "Read",
    Status.RECEIVING: "Receiving",
    Status.RECEIVED: "Received",
}


def status_word(status: Status, code: int | None = None) -> str:
    """A status as the meta line says it; of a failure with a ``code`` as its card does."""
    outcome = explain(code).outcome if code is not None and status in FAILURES else ""
    return outcome or _STATUS_WORDS[status]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The mark of an outbound status: an icon of ``assets``, its word, and the colour's name."""

    icon: str
    word: str
    tone: Tone


_MARKS: dict[Status, tuple[str, Tone]] = {
    Status.QUEUED: ("clock", "muted"),
    Status.ACCEPTED: ("clock", "muted"),
    Status.SCHEDULED: ("clock", "muted"),
    Status.SENDING: ("clock", "muted"),
    Status.UNCONFIRMED: ("question", "warn"),
    Status.SENT: ("check", "muted"),
    Status.DELIVERED: ("check-double", "ok"),
    Status.PARTIALLY_DELIVERED: ("check", "warn"),
    Status.READ: ("check-double-filled", "ok"),
    Status.UNDELIVERED: ("alert", "bad"),
    Status.FAILED: ("alert", "bad"),
    Status.CANCELED: ("x", "muted"),
}


def receipt(status: Status, code: int | None = None) -> Receipt | None:
    """The mark of a status (of a failure: with that ``code``); None for inbound ones, which carry none."""
    mark = _MARKS.get(status)
    return None if mark is None else Receipt(mark[0], status_word(status, code), mark[1])


CONTRADICTED = "a failure was reported, too"
"""Of a message that counts as delivered."""

_KINDS = {"image": "photo", "video": "video", "audio": "audio file"}


def media_word(content_type: str | None) -> str:
    """Photo, Video, Audio, Contact card, PDF, File."""
    if content_type == "application/pdf":
        return "PDF"
    if content_type and "vcard" in content_type:
        return "Contact card"
    kind = (content_type or "").split("/")[0]
    return {"image": "Photo", "video": "Video", "audio": "Audio"}.get(kind, "File")


def media_words(content_types: Sequence[str | None]) -> str:
    """Photo, PDF, 3 photos; “8 photos, 2 files” where they are of several kinds."""
    if len(content_types) == 1:
        return media_word(content_types[0])
    counts: dict[str, int] = {}
    for content_type in content_types:
        kind = _KINDS.get((content_type or "").split("/")[0], "file")
        counts[kind] = counts.get(kind, 0) + 1
    return ", ".join(counted(count, kind) for kind, count in counts.items())


@dataclass(frozen=True, slots=True)
class Preview:
    """The second line of a list row, on one line, and the colour's name it is painted in."""

    text: str
    tone: Tone


def preview(conversation: Conversation) -> Preview:
    """What a list row says below the name: an opt-out, the draft, a failure or the newest message, in that order."""
    last = conversation.last
    if conversation.opted_out_at is not None:
        said = conversation.opted_out_words or ""  # a carrier's refusal leaves its code there: no word of theirs
        theirs = conversation.opted_out_source in (None, *SPOKEN) and said and not said.isdigit()
        return Preview(f"Opted out with {one_line(said)}" if theirs else "Opted out", "muted")
    if conversation.draft is not None:
        return Preview(f"Draft: {one_line(conversation.draft)}", "muted")
    if last is None:
        return Preview("No messages yet", "muted")
    if last.direction is Direction.OUTBOUND and last.status in FAILURES:
        why = short_reason(last.status, last.error_code) or one_line(last.body) or _attached(last)
        code = "" if last.error_code is None or str(last.error_code) in why else f" ({last.error_code})"
        return Preview(f"{status_word(last.status, last.error_code)} · {why}{code}", "bad")
    said = one_line(last.body) or _attached(last)
    if last.status is Status.UNCONFIRMED and conversation.failed:
        return Preview(f"{status_word(last.status)} · {said}", "bad")
    if last.direction is Direction.OUTBOUND:
        return Preview(f"You: {said}", "muted")
    return Preview(said, "text" if conversation.unread else "muted")


def short_reason(status: Status, code: int | None) -> str:
    """“landline”, “error 39999”; "" of what was not sent and has no code: the card below it says why."""
    return "" if code is None and status is Status.FAILED else explain(code).short


def _attached(last: Last) -> str:
    if not last.num_media:
        return "Empty message"
    # Of several, only the first one's kind is known here.
    return media_word(last.media_type) if last.num_media == 1 else f"{last.num_media} attachments"


def one_line(text: str, limit: int = 200) -> str:
    """The text's beginning without line breaks and what is not to be seen or said: a list row shows no more."""
    return " ".join(_UNSPOKEN.sub("", text[: limit * 2]).split())[:limit]


def person(conversation: Conversation, home: str = "US") -> str:
    """The contact's name, or the number as people at ``home`` write it."""
    return one_line(conversation.name or "") or one_line(display(conversation.peer, home))


def line_word(line: Line) -> str:
    """The name that the account gave a line of ours, or its number where the name is but that."""
    if line.is_service:
        return one_line(line.label) or SERVICE_WORD
    digits = "".join(c for c in line.label if c.isdigit())
    nameless = not line.label.strip() or (len(digits) >= 7 and line.address.endswith(digits[-7:]))
    return display(line.address) if nameless else one_line(line.label)


def via(conversation: Conversation, lines: Sequence[Line]) -> str:
    """The line that a conversation goes over, where there are several and it is not the first; else ""."""
    return "" if lines and conversation.line == lines[0].address else by_line(conversation, lines)


def by_line(conversation: Conversation, lines: Sequence[Line]) -> str:
    """The line that a conversation goes over, where there are several; else ""."""
    if len(lines) < 2:
        return ""
    known = next((line for line in lines if line.address == conversation.line), None)
    return display(conversation.line) if known is None else line_word(known)


def only_line(conversation: Conversation) -> str:
    """The ``Via`` of those who have one line."""
    return ""


def untinted(conversation: Conversation) -> int | None:
    """The ``Tint`` of those who have one line."""
    return None


def line_name(line: Line) -> str:
    """“(212) 555-0100 · Shop”; the number alone where the account gave it no other name; “Reminders · Messaging
    Service”.
    """
    if line.is_service:
        name = one_line(line.label)
        return f"{name} · {SERVICE_WORD}" if name else SERVICE_WORD
    number, word = display(line.address), line_word(line)
    return number if word == number else f"{number} · {word}"


def name_of(address: str, lines: Sequence[Line]) -> str:
    """How a sentence names a line: a number as people write it, a Messaging Service by its name."""
    service = next((line for line in lines if line.address == address and line.is_service), None)
    return display(address) if service is None else line_word(service)


def pool_words(line: Line) -> str:
    """Of a Messaging Service: by which numbers it texts, and whether one person is always texted by the same."""
    if not line.senders:
        return "It has no number yet: add one in the Twilio Console, else nothing can be sent by it."
    *first, last = (isolated(display(one)) for one in line.senders)
    by = f"{', '.join(first)} or {last}" if first else last
    if not first:
        return f"It texts by {by}."
    how = "each person by the same one every time" if line.sticky else "a person may get texts from several of them"
    return f"It texts by {by}; {how}."


LINE_COLORS = (4, 3, 1, 5, 0, 2, 7, 6)
"""The places of the theme's palette in the order that lines are given them: those that look alike come last."""


def own_color(line: Line) -> int:
    """A line's place in the palette: the one it was given, else one that goes by its number alone."""
    return avatar_color_index(line.address) % len(LINE_COLORS) if line.color is None else line.color


def line_color(address: str, lines: Sequence[Line]) -> int | None:
    """``own_color`` of the line with that address.

    None where there is but one line, or ``address`` is none of them: then nothing needs to be told apart.
    """
    if len(lines) < 2:
        return None
    return next((own_color(line) for line in lines if line.address == address), None)


def colors_for(lines: Sequence[Line]) -> dict[str, int]:
    """A place in the palette for each line: its own, else the first that none has; by address."""
    given = {line.address: line.color for line in lines if line.color is not None}
    free = [place for place in LINE_COLORS if place not in given.values()]
    bare = sorted((line for line in lines if line.color is None), key=lambda line: not line.can_text)
    for line in bare:
        given[line.address] = free.pop(0) if free else own_color(line)
    return given


def catching_up(progress: Progress, now: datetime) -> str:
    """“Catching up… 1,200 messages” (that were missing), “Complete up to 14:32”, or "" where nothing is known."""
    if progress.running:
        return _so_far("Fetching history…" if progress.history else "Catching up…", progress)
    if progress.cancelled:
        return "Fetching history was stopped" if progress.history else "Catching up was stopped"
    if progress.refused:
        return "Catching up waits until Twilio accepts the account"
    if progress.waiting:
        return "Catching up is interrupted; it goes on by itself"
    if progress.gaps:
        return _so_far("Catching up…", progress)
    if progress.complete_to is None:
        return ""
    today = day_of(progress.complete_to) == day_of(now)
    return f"Complete up to {clock(progress.complete_to) if today else day_and_time(progress.complete_to, now)}"


def _so_far(verb: str, progress: Progress) -> str:
    return f"{verb} {counted(progress.added, 'message')}" if progress.added else verb


def plain(text: str) -> str:
    """For a menu's or a button's text, in which a single & is no letter."""
    return text.replace("&", "&&")


def unbroken(text: str) -> str:
    """For a narrow label: numbers in it are not broken at their hyphens and brackets."""
    return re.sub(r"(?<=\d)-(?=\d)", "\u2011", text).replace(") ", ")\u00a0")


def isolated(text: str) -> str:
    """For a widget's text: a number keeps its own direction where the window runs from right to left."""
    rtl = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return f"\u2068{text}\u2069" if rtl else text


def initials(name: str | None, peer: str) -> str:
    """MO for Maria Ortega, # for a bare number, the first letter of an alphanumeric sender."""
    words = [word for word in (name or "").split() if word[0].isalnum()]
    if not words:
        return peer[0].upper() if peer[:1].isalpha() else "#"
    return "".join(word[0] for word in words[:2]).upper()


def avatar_color_index(peer: str) -> int:
    """The same colour for the same number, on every computer; wraps around the theme's list."""
    return crc32(peer.encode())


def accessible_message(message: Message) -> str:
    """“Outbound, Delivered, 10:15: Morning Maria!”, as a screen reader is to say it."""
    side = "Outbound" if message.outbound else "Inbound"
    said = one_line(message.body, 1600)
    if message.media:
        pictures = media_words([media.content_type for media in message.media])
        said = f"{pictures}. {said}" if said else pictures
    reason = ""
    if message.outbound and message.failed:
        short = short_reason(message.status, message.error_code)
        reason = f", {short}" if short else ""
    if message.contradicted:
        reason = f", though {CONTRADICTED}"
    return f"{side}, {status_word(message.status, message.error_code)}{reason}, {clock(message.at)}: {said}"


def accessible_conversation(conversation: Conversation, now: datetime, via: str = "") -> str:
    """“Dan Kessler, via Toll-free, 2 unread, 10:31: Can I move …”."""
    parts = [person(conversation)]
    if via:
        parts.append(f"via {via}")
    if conversation.unread:
        parts.append(f"{conversation.unread} unread")
    if conversation.failed:
        parts.append(f"{conversation.failed} failed or never confirmed")
    if conversation.opted_out_at is not None:
        parts.append("opted out")
    if conversation.blocked:
        parts.append("blocked")
    last = conversation.last
    if last is not None and last.direction is Direction.OUTBOUND and last.status not in FAILURES:
        parts.append(status_word(last.status))
    parts.append(list_time(conversation.at, now))
    return f"{', '.join(parts)}: {preview(conversation).text}"
