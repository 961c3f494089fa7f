"""What `POST Messages` demands before a message exists (facts §2, §18, §19)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sms_desktop.simulator.account import Account
from sms_desktop.simulator.address import Destination, destination, is_alphanumeric, is_short_code, normal
from sms_desktop.simulator.errors import ApiError, refused
from sms_desktop.simulator.form import Form, valid_url
from sms_desktop.simulator.messages import Message, compose
from sms_desktop.simulator.resources import Line

MOST_CHARACTERS = 1600
MOST_MEDIA = 10
TRIAL_PREFIX = "Sent from your Twilio trial account - "
_NANP = frozenset({"US", "CA", "PR", "AG", "AI", "BB", "BM", "BS", "DM", "DO", "GD", "GU", "JM", "KN", "KY", "VI"})
_SHORT = frozenset({"US", "PR", "VI", "GU"})
"""Where a US short code, as these are, reaches anybody."""

# Test credentials: what these numbers stand for; as From, every other number is 21606.
MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
_MAGIC_SENDER = "+15005550006"


@dataclass(frozen=True, slots=True)
class Order:
    """A message that was accepted, and what is still to be done for it. `send_at` is seconds since 1970."""

    message: Message
    media_urls: tuple[str, ...] = ()
    send_at: int | None = None


def accept(account: Account, form: Form) -> Order:
    """The message that the form asks for, queued, accepted or scheduled; an ApiError where Twilio would refuse it."""
    if account.status != "active":
        raise ApiError(403, 20005, "Account is not active")
    _check_presence(form)
    service = form.one("MessagingServiceSid")
    line = None if service and not form.one("From") else _sender(account, form)
    to = _recipient(form)
    _check_content(form)
    urls = form.all("MediaUrl")
    mms = bool(urls) or form.one("SendAsMms").lower() == "true"
    if service and service not in account.services:
        raise refused(21701, "The Messaging Service does not exist")
    if line is not None:
        _check_route(line, to, mms)
        if not service and account.blocked(line.number, to.number):
            raise refused(21610, "Attempt to send to unsubscribed recipient")
        if account.queued.get(line.number, 0) >= account.queue_limit:
            raise refused(21611, f"The 'From' number {line.number} has exceeded the maximum number of queued messages")
    elif not service and to.region in {"US", "CA"}:
        raise refused(21612, f"Message cannot be sent with this combination of 'To' and 'From' for {to.number}")
    if account.regions is not None and to.region not in account.regions:
        raise refused(21408, f"Permission to send an SMS has not been enabled for the region of {to.number}")
    if account.type == "Trial" and to.number not in account.verified:
        raise refused(21608, f"The number {to.number} is unverified. Trial accounts cannot send to unverified numbers")
    if to.landline:
        raise refused(21614, f"'To' number {to.number} is not a valid mobile number")
    send_at = _schedule(form, service, account.now())
    body = (TRIAL_PREFIX if account.type == "Trial" else "") + form.one("Body")
    sender = line.number if line else form.one("From") or None
    message = compose(sender, to.number, body, "outbound-api", account.now(), media=len(urls), mms=mms)
    message.status_callback = _callback(account, form)
    if service:
        message.messaging_service_sid = service
        message.num_segments = 0
        message.status = "accepted" if send_at is None else "scheduled"
    return Order(message, urls, send_at)


def accept_as_test(form: Form, at: int) -> Order:
    """The same under test credentials: magic numbers, and a message that exists in this answer alone."""
    _check_presence(form)
    sender = normal(form.one("From"))
    if sender != _MAGIC_SENDER:
        raise _magic(MAGIC_FROM.get(sender, 21606), sender)
    dialled = normal(form.one("To"))
    if dialled in MAGIC_TO:
        raise _magic(MAGIC_TO[dialled], dialled)
    to = _recipient(form)
    _check_content(form)
    urls = form.all("MediaUrl")
    return Order(compose(sender, to.number, form.one("Body"), "outbound-api", at, media=len(urls)))


def message_capable(line: Line, to: Destination) -> bool:
    """Whether this line reaches that number at all: toll-free numbers stay in North America, short codes at home."""
    if line.kind == "shortcode":
        return to.region in _SHORT
    return line.kind != "tollfree" or to.region in _NANP


def _check_presence(form: Form) -> None:
    if not form.one("To"):
        raise refused(21604, "A 'To' phone number is required.")
    if not form.one("From") and not form.one("MessagingServiceSid"):
        raise refused(21603, "A 'From' or 'MessagingServiceSid' parameter is required.")
    if not form.one("Body") and not form.all("MediaUrl"):
        if form.one("ContentSid"):
            raise refused(21655, "The ContentSid is invalid.")
        raise refused(21602, "Message body is required.")


def _sender(account: Account, form: Form) -> Line | None:
    """The line that From names; None for a sender's name (an alphanumeric From)."""
    text = form.one("From")
    line = account.find_line(text)
    if line is not None:
        service = account.services.get(form.one("MessagingServiceSid"))
        if not line.sms or (service and line.number not in service.senders):
            raise refused(21606, f"The 'From' phone number {text} cannot send this message.")
        return line
    if is_alphanumeric(text):
        return None
    if destination(text) is None and not is_short_code(text):
        raise refused(21212, f"The 'From' number {text} is not a valid phone number or short code.")
    raise refused(21606, f"The 'From' phone number {text} is not a message-capable number of this account.")


def _recipient(form: Form) -> Destination:
    text = form.one("To")
    to = destination(text)
    if to is None:
        raise refused(21211, f"The 'To' number {text} is not a valid phone number.")
    if to.number == normal(form.one("From")):
        raise refused(21211, "'To' and 'From' cannot be the same number.")
    return to


def _check_content(form: Form) -> None:
    # Some glyphs count as more than one character; UTF-16 units are the strictest reading of that.
    if len(form.one("Body").encode("utf-16-le", "replace")) // 2 > MOST_CHARACTERS:
        raise refused(21617, f"The concatenated message body exceeds the {MOST_CHARACTERS} character limit")
    urls = form.all("MediaUrl")
    if len(urls) > MOST_MEDIA:
        raise refused(21623, f"Number of media files exceeds allowed limit of {MOST_MEDIA}")
    for url in urls:
        if not valid_url(url):
            raise refused(21620, f"Invalid media URL: {url}")
    callback = form.one("StatusCallback")
    if callback and not valid_url(callback):
        raise refused(21609, f"The 'StatusCallback' URL {callback} is not a valid URL.")
    validity = form.one("ValidityPeriod")
    if validity and not (validity.isdecimal() and 1 <= int(validity) <= 36000):
        raise refused(21624, f"The validity period {validity} is not between 1 and 36000 seconds")


def _check_route(line: Line, to: Destination, mms: bool) -> None:
    if mms and not line.mms:
        raise refused(21621, f"The 'From' number {line.number} has not been enabled for MMS")
    if line.kind == "shortcode" and not message_capable(line, to):
        raise refused(21606, f"The 'From' short code {line.number} cannot send to {to.number}")
    if not message_capable(line, to):
        raise refused(21612, f"'To' {to.number} is not reachable from {line.number}")


def _callback(account: Account, form: Form) -> str | None:
    """Where the message's statuses are told: its own URL, else its service's, else its application's."""
    service = account.services.get(form.one("MessagingServiceSid"))
    sid = form.one("ApplicationSid")
    if sid and sid not in account.applications:
        raise refused(21420, "ApplicationSid is not accessible")
    return (
        form.one("StatusCallback")
        or (service and service.status_callback)
        or (account.applications[sid].message_status_callback if sid else "")
        or None
    )


def _schedule(form: Form, service: str, now: int) -> int | None:
    if not form.one("ScheduleType") and not form.one("SendAt"):
        return None
    if not service:
        raise refused(35118, "MessagingServiceSid is required to schedule a message")
    if not form.one("SendAt"):
        raise refused(35111, "SendAt timestamp is missing")
    try:
        at = datetime.fromisoformat(form.one("SendAt"))
    except ValueError as error:
        raise refused(35114, "SendAt is no ISO 8601 timestamp") from error
    ahead = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now
    if not 300 < ahead <= 35 * 86400:
        raise refused(35114, "SendAt must be more than 300 seconds and at most 35 days from now")
    return now + round(ahead)


def _magic(code: int, number: str) -> ApiError:
    return refused(code, f"The test number {number} stands for error {code}.")
