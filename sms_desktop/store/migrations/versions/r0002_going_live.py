"""Catch-up and polling: where a message came from and when to ask about it; marks and gaps; lines chosen and painted;
what was registered at Twilio."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("messages", sa.Column("origin", sa.Text))
    op.add_column("messages", sa.Column("poll_at", sa.Integer))
    op.add_column("messages", sa.Column("polls", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_messages_polled", "messages", ["poll_at"], sqlite_where=sa.text("poll_at IS NOT NULL"))
    op.create_index(
        "ix_messages_without_sid", "messages", ["conversation_id", "at"], sqlite_where=sa.text("sid IS NULL")
    )
    op.execute(  # what no callback came for is asked about
        "UPDATE messages SET poll_at = at WHERE direction = 'outbound' AND sid IS NOT NULL"
        " AND status IN ('accepted', 'queued', 'sending', 'sent', 'scheduled')"
    )
    op.add_column("lines", sa.Column("color", sa.Integer))
    op.add_column("lines", sa.Column("watched", sa.Integer, nullable=False, server_default="1"))
    op.create_table(
        "marks",
        sa.Column("line", sa.Text, primary_key=True),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer, nullable=False),
    )
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer, nullable=False),
        sa.Column("history", sa.Integer, nullable=False),
        sa.Column("reached", sa.Integer, nullable=False),
        sa.Column("cursor", sa.Text),
    )
    op.create_index("ix_gaps_line", "gaps", ["line"])
    op.create_table(
        "registrations",
        sa.Column("sid", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("former", sa.Text, nullable=False),
        sa.Column("ours", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
    )
