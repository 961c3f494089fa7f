"""What rows say, to the eye and to a screen reader."""

from datetime import datetime

from sms_desktop.domain.answering import TWILIOS
from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.consent import OPTED_OUT_CODE, TOLD_HERE, ConsentSource, Wish
from sms_desktop.domain.danger import danger
from sms_desktop.domain.failures import Action, Again, Failure, Who, explain, harm_of, stopped
from sms_desktop.domain.media import File, Media, size_words
from sms_desktop.domain.message import Doubt, Message, Status, TakenBack
from sms_desktop.domain.phone import display
from sms_desktop.domain.reception import obstacle_of
from sms_desktop.domain.reply import AUTHOR
from sms_desktop.ui.replies.sentences import UNSENT, held_back
from sms_desktop.ui.timeline.rows import AwayRow, ConsentRow, DayRow, HeldRow, Line, MessageRow, NoteRow, Row, UnreadRow
from sms_desktop.ui.words import (
    CONTRADICTED,
    accessible_message,
    clock,
    day_heading,
    isolated,
    media_word,
    one_line,
    to_come,
)

TWILIO_SENT_IT = "Twilio sent this by itself, so there is nothing to send again."
UNCONFIRMED = "Twilio did not confirm this one."
MAY_BE_SENT = "It may have been sent."
KEEP_ASKING = "We keep asking for 10 minutes before we bother you again."
NEVER_CONFIRMED = "Twilio never confirmed this one."
ASK = "Send it again?"
BARRED = "They opted out, so it cannot be sent again."
HAD_OPTED_OUT = "Not sent: this person had opted out."
AGREED_SINCE = "They have agreed to texts since, so it can be sent again."
TWICE = "If the first one got through after all, it will arrive twice."
UNCHECKED = "Waiting: checking first whether they wrote STOP"
WHY_UNCHECKED = "Twilio cannot tell at the moment what they have written. This leaves as soon as it can."
SEND_UNCHECKED = "Send without checking"
ASLEEP = "Waiting: it is night where they are"
STAYS, WHY_STAYS = "It will not leave:", "they have opted out since."
ASKED, WHY_ASKED = "It does not leave yet:", "they seem to ask you to stop. Say below whether they do."
SEND_NOW, TAKE_BACK = "Send now", "Take back"
MENDED_BY = {
    Who.YOU: "You can mend this.",
    Who.RECIPIENT: "Only your customer can change this.",
    Who.ADMIN: "Whoever runs the Twilio account can mend this.",
    Who.CARRIER: "It lies with the carrier; nobody here can mend it.",
    Who.TWILIO: "It lies with Twilio; nobody here can mend it.",
    Who.NOBODY: "Nobody can mend this.",
    Who.UNKNOWN: "Who can mend it is not known here.",
}
WROTE_SINCE = "They have texted since, so another try may pass."
UNTIL_THEN = "Until then each try is billed."
MEND = {
    Action.EDIT_NUMBER: "Correct the number",
    Action.REWORD: "Change the message",
    Action.OTHER_LINE: "Choose another line",
    Action.CALL: "Call instead",
    Action.ASK_START: "Copy what to ask",
    Action.REGISTRATION: "Open registration",
    Action.CONSOLE: "Open Twilio",
    Action.ACCOUNT: "Enter credentials",
    Action.HEALTH: "Line health",
    Action.LOOK_UP: "Look it up",
}
"""What the button says that does the one useful thing about a failure."""
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

TAKEN_BACK: dict[str, str] = {
    TakenBack.CAME_THROUGH: "Not sent again: the first one went out after all",
    TakenBack.BLOCKED: "Not sent: you have blocked this person",
}
"""Why a text was taken back though nobody wished it."""

_AWAY = {
    Origin.OFF: "this computer was off",
    Origin.CLOSED: "this inbox was closed",
    Origin.UNKEPT: "nothing could be stored on this computer",
    Origin.UNREACHED: "this computer could not be reached",
}


def line_of(row: Line, now: datetime) -> str:
    """The text of a line between messages."""
    match row:
        case DayRow():
            return day_heading(row.at, now)
        case UnreadRow():
            return "Unread"
        case ConsentRow():
            if row.source in TOLD_HERE:
                return told_here(row)
            if row.in_vain:
                blocked = "Twilio still blocks texts to them: only START lets them in again"
                return f"Wrote “{row.words}”. {blocked} · {clock(row.at)}"
            verb = "Opted out" if row.wish is Wish.STOP else "Opted in"
            return f"{verb} with “{row.words}” · {clock(row.at)}"
        case AwayRow():
            return away(row)
        case HeldRow():
            return held_back(row.held.why, row.held.at)
        case NoteRow():
            return note(row)


def note(row: NoteRow) -> str:
    """“The picture was left out: this number cannot send pictures”."""
    return f"The picture was left out: {UNSENT[row.unsent]}" if row.unsent is not None else TAKEN_BACK[row.taken_back]


def told_here(row: ConsentRow) -> str:
    """“Opted out by Ada: called and asked · 10:42”, “Opted in by an imported list: people.csv, row 7 · 10:42”."""
    verb = "Opted out" if row.wish is Wish.STOP else "Opted in"
    by = "an imported list" if row.source is ConsentSource.IMPORT else row.author or "somebody here"
    return f"{verb} by {by}: {one_line(row.words, 80)} · {clock(row.at)}"


def away(row: AwayRow) -> str:
    """“2 messages arrived while this computer was off · complete ✓”."""
    count = "1 message" if row.count == 1 else f"{row.count:,} messages"
    if row.more:
        count = f"More than {count}"
    return f"{count} arrived while {_AWAY[row.origin]}" + (" · complete ✓" if row.complete else " · still looking")


def spoken(row: Row, now: datetime) -> str:
    """A row as a screen reader says it."""
    if isinstance(row, HeldRow):
        return _said(line_of(row, now), would_have_answered(row))
    if not isinstance(row, MessageRow):
        return line_of(row, now)
    more: list[str] = []
    if row.stopped is not None:
        more.append(row.stopped.title.removesuffix("."))
    if row.message.author == TWILIOS:
        more.append(TWILIOS)
    if row.rule:
        more.append(f"{AUTHOR} by the rule {one_line(row.rule)}")
    elif row.message.author == AUTHOR:
        more.append(AUTHOR)
    if row.held is not None:
        more.append("It can be undone")
    if row.unchecked:
        more.append(UNCHECKED)
    if row.asleep:
        more.append(asleep(row, now))
    if row.message.failed and row.message.retry_of is not None:
        more.append(NEW_TRY)
    if row.retried_at is not None:
        more.append(tried_again(row.retried_at))
    return _said(accessible_message(row.message), *more)


def _said(*sentences: str) -> str:
    """One after the other, each ended once."""
    ended = [said if said.endswith(_ENDS) else f"{said}." for said in sentences[:-1]]
    return " ".join((*ended, sentences[-1]))


def would_have_answered(row: HeldRow) -> str:
    """Which rule was held back."""
    return f"“{one_line(row.held.name)}” would have answered."


def rule_word(name: str) -> str:
    """A rule's name as it stands beside the time."""
    said = one_line(name)
    return said if len(said) <= RULE_LETTERS else f"{said[: RULE_LETTERS - 1]}…"


RULE_LETTERS = 24
_ENDS = (".", "!", "?", "…")
NEW_TRY = "This was a new try."
AUTOMATIC = "It was an automatic reply."


def tried_again(at: datetime) -> str:
    return f"Tried again at {clock(at)}."


def meta_tried(message: Message, tried_at: datetime, *, brief: bool) -> str:
    """The same beside the time and hand of what was let rest, which has no card; ``brief``: without the hand."""
    return f"{clock(message.at) if brief else meta_of(message)} · tried again at {clock(tried_at)}"


def meta_of(message: Message, held: int | None = None) -> str:
    """Time and hand, left of the status mark; of one that can be undone for ``held`` seconds just that."""
    if held is not None:
        return sending_in(held)
    parts = [clock(message.at)]
    if message.outbound and message.author:
        parts.append(message.author)
    if message.via is not None:
        parts.append(f"{'from' if message.outbound else 'to'} {isolated(display(message.via))}")
    if message.retry_of is not None:
        parts.append("new try")
    if message.origin is Origin.OFF:
        parts.append("while you were away")
    elif message.origin is Origin.CLOSED:
        parts.append("while this inbox was closed")
    elif message.origin in (Origin.UNREACHED, Origin.UNKEPT):
        parts.append("came late")
    elif message.origin is Origin.ELSEWHERE and message.author != TWILIOS:
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


def asleep(row: MessageRow, now: datetime) -> str:
    """When what waits for its recipient's morning leaves, by the clock here; or that it does not."""
    if row.barred:
        return f"{STAYS} {WHY_STAYS}"
    if row.asks:
        return f"{ASKED} {WHY_ASKED}"
    assert row.message.held_until is not None
    if row.message.held_until <= now:
        return "It leaves as soon as it can."
    return f"It leaves {to_come(row.message.held_until, now)}, your time."


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


def explained(row: MessageRow) -> Failure:
    """What is the matter with a failed message, as far as is known."""
    message = row.message
    if row.stopped is None and message.sid is None and message.error_code is None:
        return stopped(None, "")  # why it did not get to Twilio is still being read
    return row.stopped or explain(message.error_code, message.peer)


def failure(row: MessageRow) -> tuple[str, str]:
    """Title and advice of a failed message's card, with who can mend it."""
    message = row.message
    if is_twilios(row):
        return explained(row).title, TWILIO_SENT_IT
    if agreed_since(row):
        return HAD_OPTED_OUT, AGREED_SINCE
    if message.lacks_files and message.error_code is None:
        return FILE_GONE, WITHOUT_OR_ANEW if message.body.strip() else ONLY_ANEW
    found = explained(row)
    if since := wrote_since(row):
        return found.title, since  # what was advised before is overtaken
    costs = UNTIL_THEN if found.again is Again.COSTS else ""
    return found.title, " ".join(filter(None, (found.advice, MENDED_BY[found.who], costs)))


def is_twilios(row: MessageRow) -> bool:
    """Whether Twilio answered a keyword with it: then it is not for us to send again."""
    return row.message.author == TWILIOS


def agreed_since(row: MessageRow) -> bool:
    """Whether an opt-out is what refused it, and does not stand any more."""
    return row.message.error_code == OPTED_OUT_CODE and row.answered and not row.barred


def mend_of(row: MessageRow) -> str:
    """The words of the button for the one useful thing to do about a failure, or ""; where the person said STOP,
    that they be asked for START.
    """
    if agreed_since(row) or is_twilios(row):
        return ""
    action = explained(row).action
    return MEND.get(action, "") if not row.barred or action is Action.ASK_START else ""


def again(row: MessageRow) -> Again:
    """What it does to try a failed message again: what was in vain may pass once they have texted."""
    found = explained(row).again
    return Again.COSTS if found is Again.VAIN and wrote_since(row) else found


def wrote_since(row: MessageRow) -> str:
    """That they have texted since it was found that texts do not reach them, or ""."""
    reached_nobody = row.stopped is not None or obstacle_of(row.message.error_code) is not None
    return WROTE_SINCE if row.answered and reached_nobody and not row.barred else ""


def harm(row: MessageRow) -> str:
    """Why a failed message must not be sent again as it was, or ""."""
    message = row.message
    return harm_of(message.error_code, answered=row.answered, barred=row.barred) if message.failed else ""


def can_try_again(row: MessageRow) -> bool:
    """Whether the same message may be sent once more from its card."""
    message = row.message
    if not message.outbound or not message.failed or row.retried_at is not None or row.barred or harm(row):
        return False
    if is_twilios(row) or row.asked_below:
        return False
    return again(row) is not Again.VAIN


def in_doubt(message: Message) -> bool:
    """Whether nobody knows if it was sent; what the person let rest has no card any more."""
    return message.outbound and message.status is Status.UNCONFIRMED


def may_be_sent_again(row: MessageRow) -> bool:
    """Whether one that is in doubt may be sent a second time, after a question."""
    return in_doubt(row.message) and row.retried_at is None and not row.barred and not row.asked_below
