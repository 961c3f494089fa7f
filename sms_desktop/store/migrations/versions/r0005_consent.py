"""The consent ledger tells who entered what and why, and what Twilio said of it; what it comes to is kept by pair, also
where there is no conversation; texts that seem to ask us to stop, and what was answered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for name in ("author", "reason", "opt_out_type", "service", "pushed"):
        op.add_column("consent_events", sa.Column(name, sa.Text))
    op.create_index(
        "ix_consent_events_service", "consent_events", ["service", "peer"], sqlite_where=sa.text("service IS NOT NULL")
    )
    op.create_index(
        "ix_consent_events_unpushed",
        "consent_events",
        ["id"],
        sqlite_where=sa.text("pushed IS NULL AND source IN ('staff', 'import')"),
    )
    op.add_column("conversations", sa.Column("opted_out_source", sa.Text))
    op.create_table(
        "consents",
        sa.Column("line", sa.Text, primary_key=True),
        sa.Column("peer", sa.Text, primary_key=True),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_index("ix_consents_peer", "consents", ["peer", "line"])
    op.create_table(
        "consent_questions",
        sa.Column("sid", sa.Text, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("answered_by", sa.Text),
        sa.Column("answered_at", sa.Integer),
    )
    op.create_index("ix_consent_questions_peer", "consent_questions", ["line", "peer"])
    # Until now only the loss of a ledger was written down as an import.
    op.execute("UPDATE consent_events SET source = 'attested' WHERE source = 'import'")
    op.execute("UPDATE conversations SET opted_out_source = 'error' WHERE opted_out_words = '21610'")
    op.execute(
        "INSERT INTO consents (line, peer, standing, source, at, words) SELECT line, peer, 'opted_out',"
        " coalesce(opted_out_source, 'inbound'), opted_out_at, coalesce(opted_out_words, '') FROM conversations"
        " WHERE opted_out_at IS NOT NULL"
    )
    op.execute(
        "INSERT INTO consents (line, peer, standing, source, at, words)"
        " SELECT line, peer, 'may_be_messaged', source, max(at), words FROM consent_events WHERE state = 'opted_in'"
        " AND NOT EXISTS (SELECT 1 FROM consents c WHERE c.line = consent_events.line AND c.peer = consent_events.peer)"
        " GROUP BY line, peer"
    )
