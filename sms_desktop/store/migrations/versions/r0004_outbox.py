"""The outbox: messages kept back for Undo, the settling of doubts, and conversations that take turns."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("messages", sa.Column("held_until", sa.Integer))
    op.add_column("messages", sa.Column("doubt", sa.Text))
    op.add_column("messages", sa.Column("asked_at", sa.Integer))
    op.add_column("outbox", sa.Column("turn", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_outbox_turn", "outbox", ["turn"])
    op.execute(  # what was never settled is asked about
        "UPDATE messages SET doubt = 'asking', poll_at = updated_at, polls = 0"
        " WHERE direction = 'outbound' AND sid IS NULL AND status = 'unconfirmed'"
    )
