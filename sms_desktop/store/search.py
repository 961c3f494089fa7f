"""Finding: people by name or number first, then messages, newest first; every word is taken for a beginning."""

import re
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, column, or_, select, table, text

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.hit import Hit
from sms_desktop.store.fulltext import expression
from sms_desktop.store.records import CONVERSATION, MESSAGE, SELECT_MESSAGES, conversation_of, messages_of
from sms_desktop.store.schema import clean, contact_numbers, conversations, messages
from sms_desktop.store.snippet import excerpt, words_of

PEOPLE = 10
"""Hits by name or number at most."""

_NUMBER = re.compile(r"[\d\s()+./-]+")
_c = conversations.c
_bodies = table("messages_fts", column("rowid"))
_names = table("names_fts", column("rowid"))
_MATCHING = (
    select(_bodies.c.rowid)
    .where(text("messages_fts MATCH :expression"))
    .order_by(_bodies.c.rowid.desc())
    .limit(bindparam("limit"))
)
_MESSAGES = (
    SELECT_MESSAGES.add_columns(*CONVERSATION)
    .where(messages.c.seq.in_(_MATCHING))
    .order_by(messages.c.at.desc(), messages.c.seq.desc())
)
_NAMED = select(contact_numbers.c.address).where(
    contact_numbers.c.contact_id.in_(select(_names.c.rowid).where(text("names_fts MATCH :expression")))
)
_same = conversations.alias("same")
_BY_NAME = _c.peer.in_(_NAMED)
# Within an index that holds the addresses alone: 10,000 of them take a millisecond. Senders with a name come after all
# numbers in it, so that "least" leaves those out.
_BY_ADDRESS = _c.id.in_(
    select(_same.c.id).where(_same.c.peer >= bindparam("least"), _same.c.peer.like(bindparam("address"), escape="\\"))
)


def find(db: Connection, text: str, limit: int = 50) -> list[Hit]:
    """At most 10 conversations whose contact's name or whose number matches, then at most ``limit`` messages.

    Digits find a number however it is written; quotes and operators in ``text`` mean nothing.
    """
    text = clean(text)
    sought = expression(text)
    words = words_of(text)
    hits = _people(db, text, sought, words)
    if sought:
        rows = db.execute(_MESSAGES, {"expression": sought, "limit": limit}).all()
        for message, row in zip(messages_of(db, rows), rows, strict=True):
            hits.append(Hit(conversation_of(row[len(MESSAGE) :]), message, *excerpt(message.body, words)))
    return hits


def _people(db: Connection, typed: str, sought: str, words: tuple[str, ...]) -> list[Hit]:
    digits = _digits(typed)
    sender = typed.strip()
    values: dict[str, Any] = {}
    if sought:
        values["expression"] = sought
    if digits:
        values |= {"address": f"%{digits}%", "least": ""}
    elif sought and len(sender) <= 11:  # an alphanumeric sender has at most as many
        values |= {"address": re.sub(r"([\\%_])", r"\\\1", sender) + "%", "least": sender[0].upper()}
    if not values:
        return []
    query = _people_query("expression" in values, "address" in values)
    return [_person(conversation_of(row), words, digits or sender) for row in db.execute(query, values)]


@cache
def _people_query(by_name: bool, by_address: bool) -> Select[Any]:
    ways = [way for way, wanted in ((_BY_NAME, by_name), (_BY_ADDRESS, by_address)) if wanted]
    chosen = select(_c.id).where(or_(*ways)).order_by(_c.at.desc(), _c.id.desc()).limit(PEOPLE)
    return select(*CONVERSATION).where(_c.id.in_(chosen)).order_by(_c.at.desc(), _c.id.desc())


def _person(conversation: Conversation, words: tuple[str, ...], address: str) -> Hit:
    if conversation.name:
        snippet, marks = excerpt(conversation.name, words)
        if marks:
            return Hit(conversation, None, snippet, marks)
    peer = conversation.peer
    start = peer.lower().find(address.lower())
    return Hit(conversation, None, peer, ((start, start + len(address)),) if start >= 0 else ())


def _digits(typed: str) -> str:
    """The digits of what looks like (part of) a number, as an address has them; "" for anything else."""
    if not _NUMBER.fullmatch(typed):
        return ""
    digits = re.sub(r"[^0-9]", "", typed)
    if len(digits) > 4:
        digits = digits.lstrip("0")  # 00 for abroad, 0 for a national number: neither is in the address
    return digits if len(digits) >= 3 else ""
