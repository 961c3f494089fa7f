"""The first shape of the store."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "consent_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("sid", sa.Text),
        sa.Column("at", sa.Integer, nullable=False),
    )
    op.create_index("ix_consent_events_peer", "consent_events", ["line", "peer"])
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("unread", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_id", sa.Text),
        sa.Column("last_at", sa.Integer),
        sa.Column("last_body", sa.Text),
        sa.Column("last_direction", sa.Text),
        sa.Column("last_status", sa.Text),
        sa.Column("last_error_code", sa.Integer),
        sa.Column("last_num_media", sa.Integer),
        sa.Column("last_media_type", sa.Text),
        sa.Column("draft", sa.Text),
        sa.Column("archived", sa.Integer, nullable=False, server_default="0"),
        sa.Column("blocked", sa.Integer, nullable=False, server_default="0"),
        sa.Column("opted_out_at", sa.Integer),
        sa.Column("opted_out_words", sa.Text),
        sa.Column("messages", sa.Integer, nullable=False, server_default="0"),
        sa.Column("outbound", sa.Integer, nullable=False, server_default="0"),
        sa.Column("delivered", sa.Integer, nullable=False, server_default="0"),
        sa.Column("spent", sa.Integer, nullable=False, server_default="0"),
        sa.Column("price_unit", sa.Text),
        sa.UniqueConstraint("line", "peer"),
    )
    op.create_index("ix_conversations_archived", "conversations", ["at"], sqlite_where=sa.text("archived = 1"))
    op.create_index("ix_conversations_blocked", "conversations", ["at"], sqlite_where=sa.text("blocked = 1"))
    op.create_index(
        "ix_conversations_failed",
        "conversations",
        ["at"],
        sqlite_where=sa.text("failed > 0"),
    )
    op.create_index(
        "ix_conversations_line", "conversations", ["line", "at"], sqlite_where=sa.text("archived = 0 AND blocked = 0")
    )
    op.create_index(
        "ix_conversations_opted_out", "conversations", ["at"], sqlite_where=sa.text("opted_out_at IS NOT NULL")
    )
    op.create_index("ix_conversations_peer", "conversations", ["peer"])
    op.create_index(
        "ix_conversations_unread",
        "conversations",
        ["at"],
        sqlite_where=sa.text("unread > 0"),
    )
    op.create_index(
        "ix_conversations_visible", "conversations", ["at"], sqlite_where=sa.text("archived = 0 AND blocked = 0")
    )
    op.create_table(
        "lines",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("sms", sa.Integer, nullable=False),
        sa.Column("mms", sa.Integer, nullable=False),
        sa.Column("sid", sa.Text),
        sa.Column("sms_url", sa.Text),
        sa.Column("account_sid", sa.Text),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "contact_numbers",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("contact_id", sa.Integer, sa.ForeignKey("contacts.id"), nullable=False),
    )
    op.create_index("ix_contact_numbers_contact", "contact_numbers", ["contact_id"])
    op.create_table(
        "drafts",
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Integer, nullable=False),
    )
    op.create_table(
        "messages",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("updated_at", sa.Integer, nullable=False),
        sa.Column("sid", sa.Text, unique=True),
        sa.Column("error_code", sa.Integer),
        sa.Column("num_media", sa.Integer, nullable=False, server_default="0"),
        sa.Column("segments", sa.Integer),
        sa.Column("price", sa.Text),
        sa.Column("price_unit", sa.Text),
        sa.Column("author", sa.Text),
        sa.Column("retry_of", sa.Text),
    )
    op.create_index("ix_messages_at", "messages", ["at"])
    op.create_index("ix_messages_conversation", "messages", ["conversation_id", "at"])
    op.create_index(
        "ix_messages_failed",
        "messages",
        ["conversation_id"],
        sqlite_where=sa.text("status IN ('failed', 'undelivered')"),
    )
    op.create_index(
        "ix_messages_scheduled", "messages", ["conversation_id"], sqlite_where=sa.text("status = 'scheduled'")
    )
    op.create_table(
        "media",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_seq", sa.Integer, sa.ForeignKey("messages.seq"), nullable=False),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text),
        sa.Column("size", sa.Integer),
        sa.Column("name", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", sa.Integer),
        sa.UniqueConstraint("message_seq", "position"),
    )
    op.create_index("ix_media_pending", "media", ["due_at"], sqlite_where=sa.text("state = 'pending'"))
    op.create_index(
        "ix_media_ready",
        "media",
        ["conversation_id", "message_seq", "position"],
        sqlite_where=sa.text("state = 'ready'"),
    )
    op.create_table(
        "outbox",
        sa.Column("message_seq", sa.Integer, sa.ForeignKey("messages.seq"), primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", sa.Integer, nullable=False),
    )
    op.create_index("ix_outbox_conversation", "outbox", ["conversation_id", "message_seq"])
    op.create_index("ix_outbox_due", "outbox", ["due_at"])
    op.create_table(
        "status_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("message_seq", sa.Integer, sa.ForeignKey("messages.seq")),
        sa.Column("key", sa.Text),
        sa.Column("sid", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("error_code", sa.Integer),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
    )
    op.create_index("ix_status_events_message", "status_events", ["message_seq"])
    op.create_table(
        "media_shares",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("media_id", sa.Integer, sa.ForeignKey("media.id"), nullable=False, unique=True),
        sa.Column("expires_at", sa.Integer, nullable=False),
    )
    op.execute(
        "CREATE VIRTUAL TABLE messages_fts USING fts5(body, content='messages', content_rowid='seq',"
        " tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')"
    )
    # Merging is done between transactions, in small steps: left to FTS5 it would make every 64th commit a slow one.
    op.execute("INSERT INTO messages_fts (messages_fts, rank) VALUES ('automerge', 0)")
    op.execute(
        "CREATE VIRTUAL TABLE names_fts USING fts5(name, tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')"
    )
