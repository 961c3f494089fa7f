"""How lines are registered with US carriers, and forms of it that are being filled in."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "registry",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("body", sa.Text),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
    )
    op.create_table(
        "registration_forms",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("sent_at", sa.Integer),
    )
