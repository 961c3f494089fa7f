"""The tables as SQLAlchemy Core sees them; ``migrations/`` makes them. Times are integer microseconds since 1970 UTC.

A conversation carries what its row in the list says (``last_…``, ``draft``, counters), so that a page of the list is
one walk along an index. Full-text tables are SQLite's own (FTS5) and live in ``search``.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

HEAD = "0010"
"""The newest revision in ``migrations/versions``: a database that says so is opened without importing Alembic."""

ADDED = frozenset({
    "consents", "consent_questions", "receptions", "lookups", "registry", "registration_forms", "reply_rules",
    "line_hours", "replies", "zips",
})  # fmt: skip
"""Tables that an earlier version's database has not got: that is no loss."""

FILE = "sms.db"
RESCUED = f"{FILE}.rescued"
"""What was saved of a database whose files were taken away while it was open, until somebody has decided about it.
Empty where nothing could be saved.
"""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored as integer microseconds since the epoch; comes back in UTC."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


def moment(stored: int) -> datetime:
    """The time that the database has as ``stored``."""
    return EPOCH + timedelta(microseconds=stored)


class Words(TypeDecorator[str]):
    """Text from anywhere: what UTF-8 cannot hold (lone surrogates) is replaced on the way in, see ``clean``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


def clean(words: str) -> str:
    """The same text, with surrogates that form a pair joined and each lone one replaced by U+FFFD. NUL is kept."""
    if words.isascii():
        return words
    try:
        words.encode()
    except UnicodeEncodeError:
        return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words


metadata = MetaData()

contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False),
    Column("notes", Words, nullable=False),
)

contact_numbers = Table(
    "contact_numbers",
    metadata,
    Column("address", Words, primary_key=True),
    Column("contact_id", Integer, ForeignKey("contacts.id"), nullable=False),
    Index("ix_contact_numbers_contact", "contact_id"),
)

# Conditions that partial indexes are made for: SQLite uses such an index only where a query repeats them literally.
VISIBLE = "archived = 0 AND blocked = 0"
UNREAD = "unread > 0"
FAILED = "failed > 0"
ARCHIVED = "archived = 1"
OPTED_OUT = "opted_out_at IS NOT NULL"
BLOCKED = "blocked = 1"
MESSAGE_FAILED = "status IN ('failed', 'undelivered')"
# Nobody confirmed it in ten minutes, and nobody has let it rest. What is unconfirmed has no SID; that
# many may have none keeps SQLite from going through them all by the index of SIDs, where one conversation's are wanted.
MESSAGE_NEVER_CONFIRMED = "likelihood(sid IS NULL, 0.9) AND doubt = 'over'"
MESSAGE_SCHEDULED = "status = 'scheduled'"
MESSAGE_POLLED = "poll_at IS NOT NULL"
MESSAGE_WITHOUT_SID = "sid IS NULL"
CONSENT_OF_SERVICE = "service IS NOT NULL"
CONSENT_UNPUSHED = "pushed IS NULL AND source IN ('staff', 'import')"
REPLY_SENT = "message_id IS NOT NULL"
OUTBOX_NIGHT = "outbox.state = 'night'"
MEDIA_PENDING = "state = 'pending'"
MEDIA_READY = "state = 'ready'"

conversations = Table(
    "conversations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("line", Words, nullable=False),
    Column("peer", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("unread", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("last_id", Words),
    Column("last_at", UtcDateTime),
    Column("last_body", Words),
    Column("last_direction", Words),
    Column("last_status", Words),
    Column("last_error_code", Integer),
    Column("last_num_media", Integer),
    Column("last_media_type", Words),
    Column("draft", Words),
    Column("archived", Integer, nullable=False, server_default="0"),
    Column("blocked", Integer, nullable=False, server_default="0"),
    Column("opted_out_at", UtcDateTime),
    Column("opted_out_words", Words),
    Column("opted_out_source", Words),
    # Totals for the details pane; spent in millionths of price_unit.
    Column("messages", Integer, nullable=False, server_default="0"),
    Column("outbound", Integer, nullable=False, server_default="0"),
    Column("delivered", Integer, nullable=False, server_default="0"),
    Column("spent", Integer, nullable=False, server_default="0"),
    Column("price_unit", Words),
    UniqueConstraint("line", "peer"),
    Index("ix_conversations_peer", "peer"),
    Index("ix_conversations_visible", "at", sqlite_where=text(VISIBLE)),
    Index("ix_conversations_line", "line", "at", sqlite_where=text(VISIBLE)),
    Index("ix_conversations_unread", "at", sqlite_where=text(UNREAD)),
    Index("ix_conversations_failed", "at", sqlite_where=text(FAILED)),
    Index("ix_conversations_archived", "at", sqlite_where=text(ARCHIVED)),
    Index("ix_conversations_opted_out", "at", sqlite_where=text(OPTED_OUT)),
    Index("ix_conversations_blocked", "at", sqlite_where=text(BLOCKED)),
)

messages = Table(
    "messages",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Words, nullable=False, unique=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False),
    Column("direction", Words, nullable=False),
    Column("body", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("sid", Words, unique=True),
    Column("error_code", Integer),
    Column("num_media", Integer, nullable=False, server_default="0"),
    Column("segments", Integer),
    Column("price", Words),
    Column("price_unit", Words),
    Column("author", Words),
    Column("retry_of", Words),
    Column("origin", Words),
    # When Twilio is to be asked about it next, and how often it was.
    Column("poll_at", UtcDateTime),
    Column("polls", Integer, nullable=False, server_default="0"),
    # Kept back for Undo until then; whether an unconfirmed one was sent, and when the list was last read for it.
    Column("held_until", UtcDateTime),
    Column("doubt", Words),
    Column("asked_at", UtcDateTime),
    # Why it is kept back until ``held_until``, if not for Undo.
    Column("held_for", Words),
    # The number that it left by or came to, where its line is a Messaging Service.
    Column("via", Words),
    Index("ix_messages_conversation", "conversation_id", "at"),  # the row number, which breaks ties, ends every index
    Index("ix_messages_at", "at"),
    Index("ix_messages_failed", "conversation_id", sqlite_where=text(MESSAGE_FAILED)),
    Index("ix_messages_scheduled", "conversation_id", sqlite_where=text(MESSAGE_SCHEDULED)),
    Index("ix_messages_polled", "poll_at", sqlite_where=text(MESSAGE_POLLED)),
    Index("ix_messages_without_sid", "conversation_id", "at", sqlite_where=text(MESSAGE_WITHOUT_SID)),
)

media = Table(
    "media",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_seq", Integer, ForeignKey("messages.seq"), nullable=False),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("content_type", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("sha256", Words),
    Column("size", Integer),
    Column("name", Words),
    Column("url", Words),
    Column("error", Words),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", UtcDateTime),
    UniqueConstraint("message_seq", "position"),
    Index("ix_media_pending", "due_at", sqlite_where=text(MEDIA_PENDING)),
    Index("ix_media_ready", "conversation_id", "message_seq", "position", sqlite_where=text(MEDIA_READY)),
)

media_shares = Table(
    "media_shares",
    metadata,
    Column("token", Words, primary_key=True),
    Column("media_id", Integer, ForeignKey("media.id"), nullable=False, unique=True),
    Column("expires_at", UtcDateTime, nullable=False),
)

status_events = Table(
    "status_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_seq", Integer, ForeignKey("messages.seq")),
    Column("key", Words),
    Column("sid", Words),
    Column("status", Words, nullable=False),
    Column("error_code", Integer),
    Column("source", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("raw", Words, nullable=False),
    Index("ix_status_events_message", "message_seq"),
)

# What a message in the outbox does: wait for its turn; not leave before it is known whether the person wrote STOP while
# we were away; not leave before ``due_at``, when its recipient's night is over; not leave before its number was looked
# up; leave.
WAITING, HELD, NIGHT, LOOKING, SENDING = "waiting", "held", "night", "looking", "sending"

outbox = Table(
    "outbox",
    metadata,
    Column("message_seq", Integer, ForeignKey("messages.seq"), primary_key=True),
    Column("conversation_id", Integer, ForeignKey("conversations.id"), nullable=False),
    Column("state", Words, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", UtcDateTime, nullable=False),
    # Conversations take turns: a message queues anew, behind all, when the one before it in its conversation has left.
    Column("turn", Integer, nullable=False, server_default="0"),
    # 1: it leaves though it is night where its recipient is: somebody wants it to, or it was put off till morning once
    # already. Higher: the newest row of messages when somebody saw it wait, and wanted it to leave all the same.
    Column("let", Integer, nullable=False, server_default="0"),
    Index("ix_outbox_conversation", "conversation_id", "message_seq"),
    Index("ix_outbox_due", "due_at"),
    Index("ix_outbox_turn", "turn"),
    Index("ix_outbox_night", "due_at", sqlite_where=text("state = 'night'")),
)

drafts = Table(
    "drafts",
    metadata,
    Column("conversation_id", Integer, ForeignKey("conversations.id"), primary_key=True),
    Column("body", Words, nullable=False),
    Column("files", Words, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

lines = Table(
    "lines",
    metadata,
    Column("address", Words, primary_key=True),
    Column("label", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("sms", Integer, nullable=False),
    Column("mms", Integer, nullable=False),
    Column("sid", Words),
    Column("account_sid", Words),
    Column("color", Integer),
    Column("watched", Integer, nullable=False, server_default="1"),
    # The pool of a Messaging Service, as JSON, and whether one person is texted by the same of it each time.
    Column("senders", Words, nullable=False, server_default="[]"),
    Column("sticky", Integer, nullable=False, server_default="0"),
)

# What Twilio has told of a line: all from ``since`` to ``until`` is here, or a gap says what is still to be listed.
marks = Table(
    "marks",
    metadata,
    Column("line", Words, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("line", Words, nullable=False),
    Column("direction", Words, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("history", Integer, nullable=False),
    # Listing goes from new to old: how far it is, and the page that comes next.
    Column("reached", UtcDateTime, nullable=False),
    Column("cursor", Words),
    Index("ix_gaps_line", "line"),
)

# Whose texts were diverted to us: what was set at Twilio before we set ours, by the resource that holds it; both as
# JSON. (Named before anything else was registered; installed databases have it.)
diversions = Table(
    "registrations",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("former", Words, nullable=False),
    Column("ours", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

consent_events = Table(
    "consent_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("line", Words, nullable=False),
    Column("peer", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("words", Words, nullable=False),
    Column("sid", Words),
    Column("at", UtcDateTime, nullable=False),
    # Who entered it here and why; Twilio's word of it, and the Messaging Service whose lines share it.
    Column("author", Words),
    Column("reason", Words),
    Column("opt_out_type", Words),
    Column("service", Words),
    # What Twilio's Consent API said of it: "taken", "needless", or why not; NULL while it was not told.
    Column("pushed", Words),
    Index("ix_consent_events_peer", "line", "peer"),
    Index("ix_consent_events_sid", "sid", sqlite_where=text("sid IS NOT NULL")),
    Index("ix_consent_events_service", "service", "peer", sqlite_where=text(CONSENT_OF_SERVICE)),
    Index("ix_consent_events_unpushed", "id", sqlite_where=text(CONSENT_UNPUSHED)),
)

# What the ledger comes to, for pairs that may have no conversation yet: one that is made later begins with it.
consents = Table(
    "consents",
    metadata,
    Column("line", Words, primary_key=True),
    Column("peer", Words, primary_key=True),
    Column("standing", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("words", Words, nullable=False),
    Index("ix_consents_peer", "peer", "line"),
)

# Inbound texts that seem to ask us to stop without being a keyword; ``answer`` is "stop", "no" or "overtaken".
consent_questions = Table(
    "consent_questions",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("line", Words, nullable=False),
    Column("peer", Words, nullable=False),
    Column("words", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("answer", Words),
    Column("answered_by", Words),
    Column("answered_at", UtcDateTime),
    Index("ix_consent_questions_peer", "line", "peer"),
)

# Numbers that texts do not reach, by the newest evidence; ``at`` is when what befell was sent, or looked up.
receptions = Table(
    "receptions",
    metadata,
    Column("peer", Words, primary_key=True),
    Column("obstacle", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("code", Integer),
    Column("sid", Words),
    Column("at", UtcDateTime, nullable=False),
)

# What Twilio's Lookup has told of a number.
lookups = Table(
    "lookups",
    metadata,
    Column("peer", Words, primary_key=True),
    Column("valid", Integer, nullable=False),
    Column("line_type", Words),
    Column("carrier", Words),
    Column("at", UtcDateTime, nullable=False),
)

# ZIP codes of people, as Twilio tells them with their texts; ``at`` is when it was told for the first time.
zips = Table(
    "zips",
    metadata,
    Column("peer", Words, primary_key=True),
    Column("zip", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# How lines are registered with US carriers, as Twilio last told, a list a row: as JSON, NULL where it was never told.
registration_lists = Table(
    "registry",
    metadata,
    Column("name", Words, primary_key=True),
    Column("body", Words),
    Column("trouble", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Forms of registrations that are being filled in; ``sent_at`` where one was sent in and the answer is not here yet.
registration_forms = Table(
    "registration_forms",
    metadata,
    Column("kind", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("form", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
)

# Automatic replies, in the order of ``position``; ``line`` NULL is all of them. Lists are JSON.
reply_rules = Table(
    "reply_rules",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False),
    Column("line", Words),
    Column("trigger", Words, nullable=False),
    Column("words", Words, nullable=False),
    Column("dates", Words, nullable=False),
    Column("until", UtcDateTime),
    Column("text", Words, nullable=False),
    Column("picture", Words),
    Column("enabled", Integer, nullable=False, server_default="1"),
    Column("cooldown", Integer, nullable=False, server_default="0"),
    Column("position", Integer, nullable=False),
    sqlite_autoincrement=True,  # no number twice: replies tell by it which rule made them
)

# When a line is open; the line "" stands for all that have no hours of their own.
line_hours = Table(
    "line_hours",
    metadata,
    Column("line", Words, primary_key=True),
    Column("zone", Words, nullable=False),
    Column("spans", Words, nullable=False),
)

# Each inbound text, by its SID, that a rule or we for a keyword answered, with the message that came of it; or why not.
# ``held`` beside a message: why that left without its picture.
replies = Table(
    "replies",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("line", Words, nullable=False),
    Column("peer", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("rule", Integer),
    Column("name", Words, nullable=False),
    Column("said", Words, nullable=False),
    Column("message_id", Words),
    Column("held", Words),
    Index("ix_replies_peer", "line", "peer", "at"),
    Index("ix_replies_message", "message_id", sqlite_where=text(REPLY_SENT)),
)

settings = Table(
    "settings",
    metadata,
    Column("key", Words, primary_key=True),
    Column("value", Words, nullable=False),
)
