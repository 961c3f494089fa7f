"""Automatic replies: their rules, the hours of the lines, and what was answered or held back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "reply_rules",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("line", sa.Text),
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("dates", sa.Text, nullable=False),
        sa.Column("until", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("picture", sa.Text),
        sa.Column("enabled", sa.Integer, nullable=False, server_default="1"),
        sa.Column("cooldown", sa.Integer, nullable=False, server_default="0"),
        sa.Column("position", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "line_hours",
        sa.Column("line", sa.Text, primary_key=True),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("spans", sa.Text, nullable=False),
    )
    op.create_table(
        "replies",
        sa.Column("sid", sa.Text, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("rule", sa.Integer),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("held", sa.Text),
    )
    op.create_index("ix_replies_peer", "replies", ["line", "peer", "at"])
    op.create_index("ix_replies_message", "replies", ["message_id"], sqlite_where=sa.text("message_id IS NOT NULL"))
