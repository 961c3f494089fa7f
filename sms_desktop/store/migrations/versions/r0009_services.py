"""Messaging Services as lines: their pools, and by which number of them a message went or came."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("messages", sa.Column("via", sa.Text))
    op.add_column("lines", sa.Column("senders", sa.Text, nullable=False, server_default="[]"))
    op.add_column("lines", sa.Column("sticky", sa.Integer, nullable=False, server_default="0"))
