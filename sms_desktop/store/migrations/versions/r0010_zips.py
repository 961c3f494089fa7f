"""ZIP codes of people, as Twilio tells them with their texts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "zips",
        sa.Column("peer", sa.Text, primary_key=True),
        sa.Column("zip", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
    )
