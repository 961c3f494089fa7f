"""What rows say, to the eye and to a screen reader."""

from datetime import datetime

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.consent import Wish
from sms_desktop.domain.danger import danger
from sms_desktop.domain.media import File, Media, size_words
from sms_desktop.domain.message import Doubt, Message, Status
from sms_desktop.ui.timeline.rows import AwayRow, ConsentRow, DayRow, MessageRow, Row, UnreadRow
from sms_desktop.ui.words import CONTRADICTED, accessible_message, clock, day_heading, media_word

UNCONFIRMED = "Twilio did not confirm this one."
MAY_BE_SENT = "It may have been sent."
KEEP_ASKING = "We keep asking for 10 minutes before we bother you again."
NEVER_CONFIRMED = "Twilio never confirmed this one."
ASK = "Send it again?"
BARRED = "They wrote STOP, so it cannot be sent again."
TWICE = "If the first one got through after all, it will arrive twice."
UNCHECKED = "Waiting: checking first whether they wrote STOP"
WHY_UNCHECKED = (
    "It was written before we were back, and Twilio’s list does not answer at the moment. It leaves as soon as the "
    "list does."
)
SEND_UNCHECKED = "Send without checking"
FILE_GONE = "Not sent: a picture or file of it is not on this computer any more."
WITHOUT_OR_ANEW = "Send it without, or attach it anew to a new message."
ONLY_ANEW = "Attach it anew to a new message."
TWICE_ANOTHER = "Another try was never confirmed: if it got through after all, this will arrive twice."
NOT_SHOWN = "This picture cannot be shown"
NOT_SHOWN_SHORT = "Cannot be shown"
NOT_FETCHED = "Not fetched"
FETCHING = "Fetching…"
EMPTY = "Empty message"
NO_MESSAGES = "No messages yet. Write the first one below."

_AWAY = {
    Origin.OFF: "this computer was off",
    Origin.CLOSED: "this inbox was closed",
    Origin.UNKEPT: "nothing could be stored on this computer",
    Origin.UNREACHED: "this computer could not be reached",
}


def line_of(row: DayRow | UnreadRow | ConsentRow | AwayRow, now: datetime) -> str:
    """The text of a line between messages."""
    match row:
        case DayRow():
            return day_heading(row.at, now)
        case UnreadRow():
            return "Unread"
        case ConsentRow():
            verb = "Opted out" if row.wish is Wish.STOP else "Opted in again"
            return f"{verb} with “{row.words}” · {clock(row.at)}"
        case AwayRow():
            return away(row)


def away(row: AwayRow) -> str:
    """“2 messages arrived while this computer was off · complete ✓”."""
    count = "1 message" if row.count == 1 else f"{row.count:,} messages"
    if row.more:
        count = f"More than {count}"
    return f"{count} arrived while {_AWAY[row.origin]}" + (" · complete ✓" if row.complete else " · still looking")


def spoken(row: Row, now: datetime) -> str:
    """A row as a screen reader says it."""
    if not isinstance(row, MessageRow):
        return line_of(row, now)
    text = accessible_message(row.message)
    if row.held is not None:
        text += ". It can be undone"
    if row.unchecked:
        text += f". {UNCHECKED}"
    if row.message.failed and row.message.retry_of is not None:
        text += f". {NEW_TRY}"
    if row.retried_at is not None:
        text += f". {tried_again(row.retried_at)}"
    return text


NEW_TRY = "This was a new try."


def tried_again(at: datetime) -> str:
    return f"Tried again at {clock(at)}."


def meta_of(message: Message, held: int | None = None) -> str:
    """Time and hand, left of the status mark; of one that can be undone for ``held`` seconds just that."""
    if held is not None:
        return sending_in(held)
    parts = [clock(message.at)]
    if message.outbound and message.author:
        parts.append(message.author)
    if message.retry_of is not None:
        parts.append("new try")
    if message.origin is Origin.OFF:
        parts.append("while you were away")
    elif message.origin is Origin.CLOSED:
        parts.append("while this inbox was closed")
    elif message.origin in (Origin.UNREACHED, Origin.UNKEPT):
        parts.append("came late")
    elif message.origin is Origin.ELSEWHERE:
        parts.append("sent from elsewhere")
    return " · ".join(parts)


def status_tip(message: Message) -> str:
    """What pointing at the status word says."""
    doubt = f"It arrived, though {CONTRADICTED}. " if message.contradicted else ""
    return f"{doubt}Click to see what became of it."


def sending_in(seconds: int) -> str:
    """“Sending in 5 s”."""
    return f"Sending in {seconds} s"


def doubt(message: Message) -> tuple[str, str]:
    """Title and advice of an unconfirmed message's card: only what is known, and what will be done."""
    at = clock(message.asked_at) if message.asked_at is not None else ""
    match message.doubt:
        case Doubt.ASKING:
            not_yet = f" At {at} Twilio’s list did not have it." if at else ""
            return UNCONFIRMED, f"{MAY_BE_SENT} {KEEP_ASKING}{not_yet}"
        case Doubt.OVER:
            return NEVER_CONFIRMED, f"At {at} Twilio’s list still did not have it, so it was most likely not sent."
        case _:
            return UNCONFIRMED, MAY_BE_SENT


def corner_of(message: Message) -> str:
    """What stands at the right of a failure card: when, and Twilio's code."""
    parts = [clock(message.at)]
    if message.error_code is not None:
        parts.append(str(message.error_code))
    return " · ".join(parts)


def waits_for(media: Media) -> str:
    """“Picture · fetching…”."""
    word = "Picture" if media.is_image else media_word(media.content_type)
    return f"{word} · fetching…"


def kind_and_size(media: Media) -> str:
    """“PDF · 86 KB”."""
    return media_word(media.content_type) if media.file is None else file_and_size(media.file)


def file_and_size(file: File) -> str:
    """The same. Of one whose name contradicts its kind, or that may do harm, no kind is vouched for."""
    word = "File" if danger(file) else media_word(file.content_type)
    return f"{word} · {size_words(file.size)}"


def why_failed(media: Media) -> str:
    """The sentence of the last failed fetch."""
    assert media.is_missing
    return media.error or "It could not be fetched from Twilio."


def failure(message: Message) -> tuple[str, str]:
    """Title and advice of a failed message's card."""
    from sms_desktop.domain.failures import explain

    if message.lacks_files and message.error_code is None:
        return FILE_GONE, WITHOUT_OR_ANEW if message.body.strip() else ONLY_ANEW
    found = explain(message.error_code, message.peer)
    return found.title, found.advice


def can_try_again(message: Message) -> bool:
    """Whether the same message may be sent once more from its card."""
    from sms_desktop.domain.failures import explain

    return message.outbound and message.failed and explain(message.error_code, message.peer).retry


def in_doubt(message: Message) -> bool:
    """Whether nobody knows if it was sent; what the person let rest has no card any more."""
    return message.outbound and message.status is Status.UNCONFIRMED
