"""What comes along when a restore replaces a database: what that has written down and Twilio cannot tell again, so that
nothing is sent twice and nobody who said STOP is texted.

Every table is in ``CARRIED`` or in ``DROPPED``, every setting in ``carrysettings``: a test sees to it. Where the copy
and the former database differ the newer word counts, by its time where it has one; else what the former one says, if it
says anything: it was in use until now. But an opt-out stays one until a later START, and who is blocked in either stays
blocked.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from sms_desktop.domain.consent import SPOKEN, ConsentEvent, ConsentSource, Standing
from sms_desktop.domain.forall import is_for_all
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.lookup import Lookup
from sms_desktop.domain.media import File
from sms_desktop.domain.message import FAILURES, FINAL, Message, Status
from sms_desktop.domain.reception import CannotReceive, Evidence, Obstacle
from sms_desktop.store import (
    carrysettings,
    consent,
    contacts,
    conversations,
    diversions,
    drafts,
    gaps,
    lines,
    lookups,
    messages,
    polls,
    pushes,
    questions,
    reception,
    registration,
    registrationforms,
    replies,
    reports,
    rules,
    stops,
    summary,
    zips,
)
from sms_desktop.store.connect import raw
from sms_desktop.store.diversions import Diversion
from sms_desktop.store.former import Former, Row
from sms_desktop.store.schema import HELD, LOOKING, NIGHT, SENDING, WAITING, moment
from sms_desktop.store.schema import conversations as conversations_table
from sms_desktop.store.schema import drafts as drafts_table
from sms_desktop.store.schema import messages as messages_table
from sms_desktop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Brought:
    """``carried_out``: how many are opted out by what the former database knew. ``sure``: keys of texts that have not
    left; ``known``: keys of texts of which it is on record when they left.
    """

    carried_out: int
    sure: frozenset[str]
    known: frozenset[str]


def bring(tx: Tx, former: Former, at: datetime) -> Brought:
    """Tells the copy in ``tx`` what ``former`` has."""
    before = stops.opted_out(tx.db)
    for work in dict.fromkeys(CARRIED.values()):
        work(tx, former, at)
    states = {one["id"]: [row["state"] for row in one["outbox"]] for one in former.texts if former.whole}
    return Brought(
        len(stops.opted_out(tx.db) - before),
        frozenset(key for key, state in states.items() if {WAITING, HELD, NIGHT, LOOKING} & set(state)),
        frozenset(key for key, state in states.items() if SENDING in state),
    )


def _lines(tx: Tx, former: Former, at: datetime) -> None:
    """Those that the copy does not know, and what was decided here of each."""
    theirs = former.tables["lines"]
    known = {line.address for line in lines.all(tx.db)}
    lines.save(tx, [_line(row) for row in theirs if row["address"] not in known])
    in_use = {line.address for line in lines.all(tx.db) if line.watched} - {row["address"] for row in theirs}
    if theirs:
        lines.choose(tx, in_use | {row["address"] for row in theirs if row["watched"]})
    for row in theirs:
        if row["color"] is not None:
            lines.paint(tx, row["address"], row["color"])


def _line(row: Row) -> Line:
    return Line(
        row["address"], row["label"], LineKind(row["kind"]), bool(row["sms"]), bool(row["mms"]), row["sid"],
        row.get("account_sid"), row["color"], bool(row["watched"]), lines.senders_of(row.get("senders")),
        bool(row.get("sticky")),
    )  # fmt: skip


def _contacts(tx: Tx, former: Former, at: datetime) -> None:
    known = {row["id"]: row for row in former.tables["contacts"]}
    for number in former.tables["contact_numbers"]:
        contact = known.get(number["contact_id"])
        if contact is not None and contact["name"]:
            contacts.rename(tx, number["address"], contact["name"])
        if contact is not None and contact["notes"]:
            contacts.set_notes(tx, number["address"], contact["notes"])


def _texts(tx: Tx, former: Former, at: datetime) -> None:
    """Our own that the copy has not got, or of which it does not know what became of them. Those that Twilio has too
    keep their SID, by which its list recognises them: it knows neither who wrote them nor what they try again.
    """
    places: set[int] = set()
    for one in former.texts:
        mine = messages.get(tx.db, one["id"])
        if mine is None:
            places.add(_add(tx, one))
        elif mine.sid is None and mine.status not in FINAL:
            _go_on(tx, mine, one, at)
            places.add(mine.conversation_id)
    for place in places:
        summary.recount(tx.db, place)


def _add(tx: Tx, one: Row) -> int:
    """Returns the number of its conversation."""
    place = conversations.ensure(tx, one["line"], one["peer"], moment(one["at"]))
    seq = messages.newest_seq(tx.db) + 1
    listed = None if one["sid"] is None else messages.by_sid(tx.db, one["sid"])
    if listed is not None:  # at Twilio, before
        _link(tx, listed, one)
        return place.id
    _insert(tx.db, "messages", one | {"seq": seq, "conversation_id": place.id})
    raw(tx.db).execute("INSERT INTO messages_fts (rowid, body) VALUES (?, ?)", (seq, one["body"]))
    for item in one["media"]:
        _insert(tx.db, "media", item | {"id": None, "message_seq": seq, "conversation_id": place.id})
    for event in one["status_events"]:
        _insert(tx.db, "status_events", event | {"id": None, "message_seq": seq})
    for waits in one["outbox"]:
        _insert(tx.db, "outbox", waits | {"message_seq": seq, "conversation_id": place.id})
    return place.id


def _link(tx: Tx, listed: Message, one: Row) -> None:
    """The text ``listed`` is the former database's ``one``, whose key others may name."""
    columns = messages_table.c
    told = {name: one[name] for name in ("author", "retry_of") if one[name] is not None}
    here = update(messages_table).where(columns.seq == listed.seq)
    tx.db.execute(here.values(id=one["id"], origin=one.get("origin"), **told))
    tx.db.execute(update(messages_table).where(columns.retry_of == listed.id).values(retry_of=one["id"]))


def _go_on(tx: Tx, mine: Message, one: Row, at: datetime) -> None:
    """The copy's own row becomes what the former database has made of it."""
    here = {(word.status, word.source, word.at) for word in messages.reports(tx.db, mine.id)}
    for event in one["status_events"]:
        if (event["status"], event["source"], moment(event["at"])) not in here:
            _insert(tx.db, "status_events", event | {"id": None, "message_seq": mine.seq})
    reports.leave_outbox(tx.db, mine)
    for waits in one["outbox"]:
        _insert(tx.db, "outbox", waits | {"message_seq": mine.seq, "conversation_id": mine.conversation_id})
    values = {name: one.get(name) for name in ("error_code", "segments", "price", "price_unit", "doubt", "held_for")}
    values |= {name: _moment(one.get(name)) for name in ("held_until", "asked_at")}
    values["via"] = one.get("via") or mine.via
    if one["sid"] is not None and messages.by_sid(tx.db, one["sid"]) is None:
        values["sid"] = one["sid"]
    reports.change(tx, mine, at, status=Status(one["status"]), **values)
    polls.plan(tx, mine.id, _moment(one.get("poll_at")), one.get("polls") or 0)


def _conversations(tx: Tx, former: Former, at: datetime) -> None:
    """Who is blocked, what was put away, what was read: the latter two only where the former database goes on from
    the copy. One that is told of nothing but messages is made when they are listed.

    What failed and is not dealt with counts; where nobody can vouch for that, in doubt too much.
    """
    failed = Counter((one["line"], one["peer"]) for one in former.texts if one["status"] in FAILURES)
    for row in former.tables["conversations"]:
        blocked, archived, unread = row.get("blocked"), row.get("archived"), row.get("unread")
        place = conversations.find(tx.db, row["line"], row["peer"])
        if place is None and not (blocked or archived or unread):
            continue
        place = place or conversations.ensure(tx, row["line"], row["peer"], moment(row.get("at") or 0))
        if blocked and not place.blocked:
            conversations.set_blocked(tx, place.id, blocked=True)
        if archived is not None and (former.follows or archived) and bool(archived) is not place.archived:
            conversations.set_archived(tx, place.id, archived=bool(archived))
        if former.whole and former.follows:
            if (unread, row["failed"]) != (place.unread, place.failed):
                tx.db.execute(
                    update(conversations_table)
                    .where(conversations_table.c.id == place.id)
                    .values(unread=unread, failed=row["failed"])
                )
            continue
        known = row.get("failed", failed[place.line, place.peer])
        if known > place.failed:
            conversations.change(tx, place.id, failed=known)
            summary.recount(tx.db, place.id)


def _drafts(tx: Tx, former: Former, at: datetime) -> None:
    """Of the conversations that a whole one which goes on from the copy knows, its drafts alone: one that it has not
    got any more was sent or thrown away. Else the newer one of each.
    """
    exactly = former.whole and former.follows
    if exactly:
        _end_drafts(tx, former, at)
    for row in former.tables["drafts"]:
        pair = former.place(row["conversation_id"])
        if pair is None:
            continue
        saved = moment(row["updated_at"])
        place = conversations.ensure(tx, *pair, saved)
        mine = drafts.load(tx.db, place.id)
        if exactly or mine is None or mine.updated_at < saved:
            drafts.save(tx, place.id, row["body"], _files(row["files"]), saved)


def _end_drafts(tx: Tx, former: Former, at: datetime) -> None:
    has = {row["conversation_id"] for row in former.tables["drafts"]}
    ended = {(row["line"], row["peer"]) for row in former.tables["conversations"] if row["id"] not in has}
    here = select(conversations_table.c.id, conversations_table.c.line, conversations_table.c.peer)
    for number, line, peer in tx.db.execute(here.join(drafts_table)).all():
        if (line, peer) in ended:
            drafts.save(tx, number, "", (), at)


def _files(kept: str) -> tuple[File, ...]:
    try:
        return tuple(File(**file) for file in json.loads(kept))
    except (ValueError, TypeError):
        return ()


def _consent(tx: Tx, former: Former, at: datetime) -> None:
    """The ledgers become one; then what the former database's conversations show, and what its messages say."""
    consent.set_services(tx, services_of(former))
    ledger = ledger_of(former)
    # Twilio's times may have been learned since: one event is not to count at two of them.
    consent.redate(tx, {event.sid: event.at for event in ledger if event.source in SPOKEN and event.sid})
    consent.enter(tx, ledger)
    pushes.bring(tx, former.tables["consent_events"])
    if not former.whole:
        stops.enter(tx, former.words)
    attest(tx, shown(former), ledger)
    bring_questions(tx, former)


def bring_questions(tx: Tx, former: Former) -> None:
    """What seemed to ask us to stop, and what was answered."""
    questions.bring(tx, (row | _times(row) for row in former.tables["consent_questions"]))


def _times(row: Row) -> Row:
    return {name: _moment(row.get(name)) for name in ("at", "answered_at")}


def services_of(former: Former) -> dict[str, str]:
    """The Messaging Services of its lines."""
    return consent.services_in(carrysettings.value_of(former.tables["settings"], consent.SERVICES))


def shown(former: Former) -> list[Row]:
    """Line, peer, time and words of the opt-outs that stand there, whatever its ledger says."""
    kept = [
        {"line": row["line"], "peer": row["peer"], "opted_out_at": row["at"], "opted_out_words": row["words"]}
        for row in former.tables["consents"]
        if row["standing"] == Standing.OUT
    ]
    return [*(row for row in former.tables["conversations"] if row.get("opted_out_at") is not None), *kept]


def ledger_of(former: Former) -> list[ConsentEvent]:
    """What the former database has written down of who may be texted, oldest first."""
    return [_event(row) for row in sorted(former.tables["consent_events"], key=lambda row: (row["at"], row["id"]))]


def attest(tx: Tx, shown: Iterable[Row], ledger: Iterable[ConsentEvent]) -> None:
    """Opt-outs that conversations of another database have ``shown`` stand, later than any START in its ``ledger``.

    Those of lists for all numbers show on lines without an entry, where nothing is lost.
    """
    allowed: dict[tuple[str, str], datetime] = defaultdict(lambda: moment(0))
    listed = set[tuple[str, datetime]]()
    for event in ledger:
        if not event.opted_out:
            allowed[event.line, event.peer] = max(allowed[event.line, event.peer], event.at)
        elif is_for_all(event):
            listed.add((event.peer, event.at))
    for row in shown:
        if row.get("opted_out_at") is not None and not consent.opted_out(tx.db, row["line"], row["peer"]):
            at = moment(row["opted_out_at"])
            if (row["peer"], at) not in listed:
                since = max(at, allowed[row["line"], row["peer"]])
                consent.attest(tx, row["line"], row["peer"], since, row.get("opted_out_words") or "")


def _event(row: Row) -> ConsentEvent:
    source = ConsentSource(row["source"])
    if source is ConsentSource.IMPORT and row.get("author") is None:  # an earlier version wrote a loss down as that
        source = ConsentSource.ATTESTED
    return ConsentEvent(
        row["line"], row["peer"], row["state"] != "opted_in", source, row["words"], row["sid"], moment(row["at"]),
        row.get("author"), row.get("reason"), row.get("opt_out_type") or "", row.get("service"),
    )  # fmt: skip


def _receptions(tx: Tx, former: Former, at: datetime) -> None:
    """Of two findings the newer counts, unless a text from the number is newer still. No error tells them again."""
    for row in former.tables["receptions"]:
        since = moment(row["at"])
        if not reception.heard_since(tx.db, row["peer"], since):
            kind, source = Obstacle(row["obstacle"]), Evidence(row["source"])
            reception.put(tx, CannotReceive(row["peer"], kind, source, row["code"], row["sid"], since))


def _lookups(tx: Tx, former: Former, at: datetime) -> None:
    """They were paid for."""
    for row in former.tables["lookups"]:
        found = Lookup(row["peer"], bool(row["valid"]), row["line_type"], row["carrier"], moment(row["at"]))
        lookups.put(tx, found)


def _zips(tx: Tx, former: Former, at: datetime) -> None:
    """No list of Twilio's tells them again."""
    for row in former.tables["zips"]:
        zips.put(tx, row["peer"], row["zip"], moment(row["at"]))


def _diversions(tx: Tx, former: Former, at: datetime) -> None:
    """What stood at Twilio before ours, and what was put back only until the next start."""
    found: list[Diversion] = []
    for row in former.tables["registrations"]:
        try:
            found.append(diversions.of_row(**row | {"at": moment(row["at"])}))
        except (ValueError, TypeError):
            continue
    resting = carrysettings.value_of(former.tables["settings"], diversions.RESTING)
    known = diversions.resting_of(resting or [])
    diversions.bring(tx, found, known, exactly=former.whole and former.follows)


def _settings(tx: Tx, former: Former, at: datetime) -> None:
    carrysettings.bring(tx, former.tables["settings"])


def _registration(tx: Tx, former: Former, at: datetime) -> None:
    """Of two words on the same the newer counts; a form that was sent in stays one."""
    registration.bring(tx, former.tables["registry"])
    registrationforms.bring(tx, former.tables["registration_forms"])


def _replies(tx: Tx, former: Former, at: datetime) -> None:
    """The rules and hours as they were there, if that is certain; else its own beside those of the copy. What was
    answered is not answered again.
    """
    exactly = former.whole and former.follows
    numbers = rules.bring(tx, former.tables["reply_rules"], former.tables["line_hours"], exactly=exactly)
    replies.bring(tx, (row | {"at": moment(row["at"])} for row in former.tables["replies"]), numbers)


def _marks(tx: Tx, former: Former, at: datetime) -> None:
    """How far back each line is to be known. What people have seen since the copy was made is no news; what nobody
    can vouch for is, and so is all that came while the former database had not listed it yet.
    """
    for row in former.tables["marks"]:
        line, since, until = row["line"], moment(row["since"]), moment(row["until"])
        begun = [gap["since"] for gap in former.tables["gaps"] if gap["line"] == line and not gap["history"]]
        if former.whole and former.follows:
            gaps.seen(tx, line, since, min([until, *map(moment, begun)]))
        elif gaps.mark(tx.db, line) is None:
            gaps.watch(tx, line, since)
        gaps.reach_back(tx, line, since)


Work = Callable[[Tx, Former, datetime], None]

CARRIED: dict[str, Work] = {
    "lines": _lines,
    "contacts": _contacts,
    "contact_numbers": _contacts,
    "messages": _texts,
    "media": _texts,
    "status_events": _texts,
    "outbox": _texts,
    "conversations": _conversations,
    "drafts": _drafts,
    "consent_events": _consent,
    "consents": _consent,
    "consent_questions": _consent,
    "receptions": _receptions,
    "lookups": _lookups,
    "zips": _zips,
    "registrations": _diversions,
    "registry": _registration,
    "registration_forms": _registration,
    "settings": _settings,
    "reply_rules": _replies,
    "line_hours": _replies,
    "replies": _replies,
    "marks": _marks,
    "gaps": _marks,
}
"""What is done with each table, in this order. Of messages only our own: Twilio tells the others again."""

DROPPED = {
    "media_shares": "Tokens for some hours, by which Twilio fetches a picture; each send makes its own.",
}
"""Tables of which nothing comes along, and why that is right."""


def _moment(at: Any) -> datetime | None:
    return None if at is None else moment(at)


def _insert(db: Connection, table: str, row: Row) -> None:
    """As far as the table has such columns: another version may have more, or fewer."""
    driver = raw(db)
    here = {found[1] for found in driver.execute(f"PRAGMA table_info({table})")}
    names = [name for name in row if name in here]
    marks = ", ".join("?" * len(names))
    driver.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", [row[name] for name in names])  # noqa: S608 - names of our own
