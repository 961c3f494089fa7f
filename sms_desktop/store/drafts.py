"""Drafts: what is typed and attached but not yet sent, saved as the person types."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.draft import Draft
from sms_desktop.domain.media import File
from sms_desktop.store import conversations
from sms_desktop.store.schema import clean
from sms_desktop.store.schema import conversations as conversations_table
from sms_desktop.store.schema import drafts as table
from sms_desktop.store.tx import Tx

PREVIEW = 200
"""Characters of a draft's first line that its conversation carries."""

_LOAD = select(table.c.body, table.c.files, table.c.updated_at).where(table.c.conversation_id == bindparam("id"))
_INSERT = insert(table)
_SAVE = _INSERT.on_conflict_do_update(
    index_elements=["conversation_id"],
    set_={name: _INSERT.excluded[name] for name in ("body", "files", "updated_at")},
)
_DELETE = delete(table).where(table.c.conversation_id == bindparam("id"))
_NO_PREVIEW = update(conversations_table).where(conversations_table.c.id == bindparam("of")).values(draft=None)


def load(db: Connection, conversation_id: int) -> Draft | None:
    """The conversation's draft, if there is one."""
    row = db.execute(_LOAD, {"id": conversation_id}).first()
    if row is None:
        return None
    return Draft(conversation_id, row.body, tuple(File(**file) for file in json.loads(row.files)), row.updated_at)


def save(tx: Tx, conversation_id: int, body: str, files: Sequence[File], at: datetime) -> Draft | None:
    """Keeps what is typed; nothing typed and nothing attached ends the draft. The conversation keeps its place.

    Notes ConversationChanged when the list's preview changed. Raises LookupError.
    """
    body = clean(body)
    if not body.strip() and not files:
        tx.db.execute(_DELETE, {"id": conversation_id})
        conversations.change(tx, conversation_id, draft=None)
        return None
    conversations.change(tx, conversation_id, draft=_preview(body, files))
    kept = json.dumps([asdict(file) for file in files])
    tx.db.execute(_SAVE, {"conversation_id": conversation_id, "body": body, "files": kept, "updated_at": at})
    return Draft(conversation_id, body, tuple(files), at)


def clear(db: Connection, conversation_id: int) -> None:
    """Ends the draft without a word; for those who tell of the conversation anyway."""
    if db.execute(_DELETE, {"id": conversation_id}).rowcount:
        db.execute(_NO_PREVIEW, {"of": conversation_id})


def _preview(body: str, files: Sequence[File]) -> str:
    lines = body.strip().splitlines()
    return lines[0][:PREVIEW] if lines else files[0].name[:PREVIEW]
