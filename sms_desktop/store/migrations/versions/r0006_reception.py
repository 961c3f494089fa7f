"""Numbers that texts do not reach, what was looked up of numbers, and texts that wait for their recipient's morning."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "receptions",
        sa.Column("peer", sa.Text, primary_key=True),
        sa.Column("obstacle", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("code", sa.Integer),
        sa.Column("sid", sa.Text),
        sa.Column("at", sa.Integer, nullable=False),
    )
    op.create_table(
        "lookups",
        sa.Column("peer", sa.Text, primary_key=True),
        sa.Column("valid", sa.Integer, nullable=False),
        sa.Column("line_type", sa.Text),
        sa.Column("carrier", sa.Text),
        sa.Column("at", sa.Integer, nullable=False),
    )
    op.add_column("messages", sa.Column("held_for", sa.Text))
    op.add_column("outbox", sa.Column("let", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_outbox_night", "outbox", ["due_at"], sqlite_where=sa.text("state = 'night'"))
