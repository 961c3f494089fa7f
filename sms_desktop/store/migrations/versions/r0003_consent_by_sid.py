"""What a line's webhook says is Twilio's to tell, and may hold a password; an inbound message's consent is found by its
SID."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("PRAGMA secure_delete = ON")  # the bytes too
    op.execute("UPDATE lines SET sms_url = NULL")
    op.drop_column("lines", "sms_url")
    op.create_index("ix_consent_events_sid", "consent_events", ["sid"], sqlite_where=sa.text("sid IS NOT NULL"))
