"""Who may be texted: a ledger that only grows, and its upshot on each pair of line and peer, and on its conversation.

Lines of one Messaging Service share what a peer says to any of them: Twilio blocks the peer for all of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert as upsert

from sms_desktop.domain.consent import (
    CLOCKS,
    SPOKEN,
    TOLD_HERE,
    Consent,
    ConsentEvent,
    ConsentSource,
    Keywords,
    Standing,
    after,
    heard,
    upshot,
)
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.events import ConsentChanged
from sms_desktop.domain.forall import completed, is_for_all
from sms_desktop.domain.line import is_service
from sms_desktop.domain.phone import display
from sms_desktop.store import conversations, forall, settings
from sms_desktop.store.schema import clean, consent_events, consents
from sms_desktop.store.schema import conversations as table
from sms_desktop.store.tx import Tx

AT_A_TIME = 1000
"""SIDs or peers in one question to the database."""
SERVICES = "line_services"
"""The setting that names the Messaging Service of each line that belongs to one."""
SINCE = "line_services_since"
"""The setting that has the number of the newest entry when each of those lines became known as one of its service."""
WORDS = "consent_words"
"""The setting with the account's own keywords."""
_OUT = "opted_out"
_IN = "opted_in"

_e, _k = consent_events.c, consents.c
_RECORD = insert(consent_events)
_KEEP = upsert(consents)
_PUT = _KEEP.on_conflict_do_update(
    index_elements=["line", "peer"], set_={name: _KEEP.excluded[name] for name in ("standing", "source", "at", "words")}
)
_STANDING = select(_k.standing).where(_k.line == bindparam("line"), _k.peer == bindparam("peer"))
_OUT_OF_ANY = (
    select(_k.line)
    .where(_k.line.in_(bindparam("lines", expanding=True)), _k.peer == bindparam("peer"), _k.standing == Standing.OUT)
    .limit(1)
)
_STANDINGS = select(_k.line, _k.peer, _k.standing).where(
    _k.line.in_(bindparam("lines", expanding=True)), _k.peer.in_(bindparam("peers", expanding=True))
)
_SHOWN = select(table.c.opted_out_at).where(
    table.c.line == bindparam("line"), table.c.peer == bindparam("peer"), table.c.opted_out_at.is_not(None)
)
_INBOUND = select(_e.id, _e.line, _e.peer, _e.sid, _e.at, _e.service).where(
    _e.sid.in_(bindparam("sids", expanding=True)), _e.source.in_(sorted(SPOKEN))
)
_SPOKEN_IN = select(_e.id, _e.service, _e.opt_out_type).where(
    _e.sid == bindparam("sid"), _e.line == bindparam("line"), _e.peer == bindparam("peer"),
    _e.state == bindparam("state"), _e.source.in_(sorted(SPOKEN)),
)  # fmt: skip
COLUMNS = (
    _e.line, _e.peer, _e.state, _e.source, _e.words, _e.sid, _e.at, _e.author, _e.reason, _e.opt_out_type, _e.service,
)  # fmt: skip
"""Of an entry."""
_EVENTS = select(*COLUMNS).where(_e.line == bindparam("line"), _e.peer == bindparam("peer")).order_by(_e.at, _e.id)
_OF_LINES = (
    select(*COLUMNS)
    .where(
        _e.peer.in_(bindparam("peers", expanding=True)),
        or_(_e.line.in_(bindparam("lines", expanding=True)), _e.service == bindparam("service")),
    )
    .order_by(_e.at, _e.id)
)
_PLACES = select(table.c.id, table.c.peer).where(
    table.c.line == bindparam("line"), table.c.peer.in_(bindparam("peers", expanding=True))
)
_NOT_OUT = (
    select(_k.line, _k.peer)
    .where(_k.peer.in_(bindparam("peers", expanding=True)), _k.standing != Standing.OUT)
    .union(
        select(table.c.line, table.c.peer).where(
            table.c.peer.in_(bindparam("peers", expanding=True)), table.c.opted_out_at.is_(None)
        )
    )
)
_PAGE = select(_e.id, *COLUMNS).where(_e.id > bindparam("after")).order_by(_e.id).limit(bindparam("limit"))
_ENTRY = select(*COLUMNS).where(_e.id == bindparam("number"))
_PAIRS = select(_k.line, _k.peer).order_by(_k.peer, _k.line)
_NEWEST = select(func.coalesce(func.max(_e.id), 0))
_SPOKEN_OF = select(_e.line, _e.peer, _e.service).distinct()
_OUT_OF_THEM = select(_k.line, _k.peer).where(
    _k.line.in_(bindparam("lines", expanding=True)), _k.standing == Standing.OUT
)
_LEAVE = (
    update(consent_events)
    .where(
        _e.line == bindparam("of_line"),
        _e.service.is_(None),
        _e.state == _OUT,
        _e.peer.in_(select(_k.peer).where(_k.line == bindparam("of_line"), _k.standing == Standing.OUT)),
    )
    .values(service=bindparam("former"))
)
_JOINED = (
    update(consent_events)
    .where(
        _e.line.in_(bindparam("lines", expanding=True)),
        _e.peer == bindparam("of_peer"),
        _e.service.is_(None),
        _e.state == _OUT,
    )
    .values(service=bindparam("of"))
)


def keywords(db: Connection) -> Keywords:
    """The account's own."""
    return Keywords.read(settings.get(db, WORDS, None))


def record(
    tx: Tx,
    *,
    line: str,
    peer: str,
    opted_out: bool,
    source: str,
    words: str,
    sid: str | None,
    at: datetime,
    past: bool = False,
    author: str | None = None,
    reason: str | None = None,
    opt_out_type: str = "",
    service: str | None = None,
) -> Conversation:
    """Writes down that ``peer`` opted out of ``line`` or in again, by which ``words``, and who says so and why.

    The first opt-out that stands is the one that the conversation shows. ``past``: word of it comes late, so that it
    changes nothing where something newer is known. What the peer wrote in one message is written down once, also where
    that comes again, as to a restored database whose ledger came along.
    """
    is_in = service_of(tx.db, line)
    service = service or is_in
    if (
        source in SPOKEN
        and sid is not None
        and _is_written(tx, sid, line, peer, service, opt_out_type, opted_out=opted_out)
    ):
        return conversations.ensure(tx, line, peer, at)
    event = ConsentEvent(
        line, peer, opted_out, ConsentSource(source), words, sid, at, author, reason, opt_out_type, service
    )
    # An opt-out also counts for the service of which the line is known to be, whatever Twilio names.
    sharing = _sharing(tx.db, line, service, is_in if opted_out else None)
    before = {one: of(tx.db, one, peer) for one in sharing}
    _record(tx, [event])
    conversation = conversations.ensure(tx, line, peer, at)
    if not opted_out and not past and service is not None:  # what it takes back of what others heard is the service's
        lines = [one for one, consent in before.items() if consent.is_out and one != line]
        if lines:
            tx.db.execute(_JOINED, {"lines": lines, "of_peer": peer, "of": service})
    for one, consent in before.items():
        _put(tx, one, peer, upshot(events(tx.db, one, peer)) if past else after(consent, event))
    return conversations.known(tx.db, conversation.id)


def enter(tx: Tx, found: Iterable[ConsentEvent]) -> None:
    """Adds what the ledger has not got of what another copy of it says, or the messages; its times decide."""
    pairs: dict[tuple[str, str], set[ConsentEvent]] = {}
    new: list[ConsentEvent] = []
    for event in found:
        pair = (event.line, event.peer)
        here = pairs[pair] if pair in pairs else pairs.setdefault(pair, set(_own(tx.db, *pair)))
        if event not in here and not any(_is_same(event, one) for one in here):
            here.add(event)
            new.append(event)
    _record(tx, new)
    for pair in _shared(tx.db, ((event.line, event.peer, event.service) for event in new)):
        settle(tx, *pair)
    _spread(tx, (event.peer for event in new if is_for_all(event)))


def import_many(tx: Tx, line: str, wanted: Sequence[ConsentEvent]) -> list[bool]:
    """Adds ``wanted`` to the ledger, all of ``line`` and imported; tells of each whether it is as it says by now.

    A row of a file that was imported before is not entered again while it stands. Many at a time: conversations are
    made for none of them.
    """
    peers = sorted({event.peer for event in wanted})
    service = service_of(tx.db, line)
    sharing = _sharing(tx.db, line, service)
    said, lists = _of_peers(tx.db, sharing, service, peers), forall.of_peers(tx.db, peers)
    known: dict[str, list[ConsentEvent]] = defaultdict(list)
    known |= {peer: heard(entries, line, service) for peer, entries in said.items()}
    rows = tx.db.execute(_STANDINGS, {"lines": sharing, "peers": peers})
    before = {(row.line, row.peer): Standing(row.standing) for row in rows}
    new: list[ConsentEvent] = []
    for event in wanted:
        if not _is_entered(event, known[event.peer], before.get((line, event.peer))):
            entry = replace(event, service=service)
            known[event.peer].append(entry)
            said.setdefault(event.peer, []).append(entry)
            new.append(entry)
    _record(tx, new)
    comes_to = {
        peer: _reconciled(completed(known[peer], line, lists.get(peer, ())), before.get((line, peer))) for peer in peers
    }
    _put_many(tx, line, comes_to)
    changed = dict.fromkeys(event.peer for event in new)
    for one in sharing[1:] if changed else ():
        heard_here = {peer: completed(heard(said[peer], one, service), one, lists.get(peer, ())) for peer in changed}
        _put_many(tx, one, {peer: _reconciled(heard_here[peer], before.get((one, peer))) for peer in changed})
    _spread(tx, (event.peer for event in new if is_for_all(event)))
    return [comes_to[event.peer].is_out is event.opted_out for event in wanted]


def _spread(tx: Tx, of_lists: Iterable[str]) -> None:
    """Who is out by a list for all numbers shows so at once with every line that knows them, be it by a conversation
    alone.
    """
    peers = sorted(set(of_lists))
    for start in range(0, len(peers), AT_A_TIME):
        for line, peer in tx.db.execute(_NOT_OUT, {"peers": peers[start : start + AT_A_TIME]}).all():
            found = of(tx.db, line, peer)
            if found.is_out:
                _put(tx, line, peer, found)


def _is_entered(event: ConsentEvent, known: Iterable[ConsentEvent], before: Standing | None) -> bool:
    stands = before is (Standing.OUT if event.opted_out else Standing.ALLOWED)
    return any(
        event == one
        or (stands and (event.source, event.opted_out, event.reason) == (one.source, one.opted_out, one.reason))
        for one in known
    )


def _reconciled(known: list[ConsentEvent], before: Standing | None) -> Consent:
    """By the times; but an opt-out that stood before is lifted by no import, even where the ledger lost it."""
    found = upshot(known)
    if before is Standing.OUT and not found.is_out:
        outs = [event for event in known if event.opted_out]
        return Consent(Standing.OUT, outs[-1] if outs else None)
    return found


def attest(tx: Tx, line: str, peer: str, at: datetime, words: str) -> None:
    """A conversation shows (or showed) an opt-out of ``at`` that the ledger does not come to, of which some must be
    lost: that it stands is entered, as of then. To be silent costs less.
    """
    if not upshot(events(tx.db, line, peer)).is_out:
        enter(tx, [ConsentEvent(line, peer, True, ConsentSource.ATTESTED, words, None, at)])


def redate(tx: Tx, times: Mapping[str, datetime]) -> None:
    """Twilio's own times of inbound messages, by SID, take the place of when their webhooks came: those may come late,
    and a START that overtook a STOP does not undo it.
    """
    sids = list(times)
    moved = [
        row
        for start in range(0, len(sids), AT_A_TIME)
        for row in tx.db.execute(_INBOUND, {"sids": sids[start : start + AT_A_TIME]})
        if row.at != times[row.sid]
    ]
    for row in moved:
        tx.db.execute(update(consent_events).where(_e.id == row.id).values(at=times[row.sid]))
    for pair in _shared(tx.db, ((row.line, row.peer, row.service) for row in moved)):
        settle(tx, *pair)


def is_advanced(db: Connection, line: str) -> bool:
    """Whether Twilio has told of a text to the line, or to another of its service, what Advanced Opt-Out made of it."""
    of_it = _e.line == line
    if (service := service_of(db, line)) is not None:
        of_it = or_(of_it, _e.service == service)
    return db.execute(select(_e.id).where(of_it, _e.opt_out_type.is_not(None)).limit(1)).first() is not None


def knows(db: Connection, sid: str) -> bool:
    """Whether the message ``sid`` is in the ledger already."""
    return db.execute(select(_e.id).where(_e.sid == sid).limit(1)).first() is not None


def opted_out(db: Connection, line: str, peer: str) -> bool:
    """Whether an opt-out of ``peer`` from ``line`` stands; either of the two places that tell of it is believed, and
    the ledger where neither says anything.

    Of a Messaging Service also one from any number of its pool, whenever that joined: it may pick any of them.
    """
    stands = _stands(db, line, peer)
    if stands or (stands is False and not forall.of(db, peer)):
        return bool(stands)
    return comes_to(events(db, line, peer), stands).is_out


def out_of_any(db: Connection, lines: Collection[str], peer: str) -> bool:
    """Whether an opt-out of ``peer`` is kept of any of the lines."""
    return db.execute(_OUT_OF_ANY, {"lines": list(lines), "peer": peer}).first() is not None


def agreed_since(db: Connection, line: str, peer: str, at: datetime) -> bool:
    """Whether the newest that is known is that they agreed, later than ``at``."""
    found = of(db, line, peer)
    return found.standing is Standing.ALLOWED and found.by is not None and found.by.at > at - CLOCKS


def of(db: Connection, line: str, peer: str, known: Sequence[ConsentEvent] | None = None) -> Consent:
    """Whether ``peer`` may be texted from ``line``, and by which entry; ``known`` is the ledger, if it was read."""
    known = events(db, line, peer) if known is None else known
    return comes_to(known, _stands(db, line, peer))


def comes_to(known: Sequence[ConsentEvent], stands: bool | None) -> Consent:
    """The same from the ledger of the pair, and whether an opt-out is kept of it; None where nothing is. What a list
    for all numbers says need not be kept of the line.
    """
    found = upshot(known)
    if stands is None or stands is found.is_out or is_for_all(found.told or found.by):
        return found
    if stands:
        return Consent(Standing.OUT, next((event for event in reversed(known) if event.opted_out), None))
    # A START that came since is dated before it, until Twilio's list has told the times.
    return Consent(Standing.ALLOWED, next((event for event in reversed(known) if not event.opted_out), None))


def _stands(db: Connection, line: str, peer: str) -> bool | None:
    """What is kept of the pair: an opt-out, that it may be messaged; None where nothing is."""
    pair = {"line": line, "peer": peer}
    if is_service(line):
        pool = _sharing(db, line, line)
        if out_of_any(db, pool, peer):
            return True
    kept = db.execute(_STANDING, pair).scalar()
    if kept == Standing.OUT or db.execute(_SHOWN, pair).first() is not None:
        return True
    return None if kept is None else False


def events(db: Connection, line: str, peer: str) -> list[ConsentEvent]:
    """The ledger of that pair, with what was said to other lines of the same Messaging Service, and what lists for all
    numbers say; oldest first.
    """
    service = service_of(db, line)
    if service is None:
        known = _own(db, line, peer)
    else:
        known = heard(_of_peers(db, _sharing(db, line, service), service, [peer]).get(peer, ()), line, service)
    return completed(known, line, forall.of(db, peer))


def pairs(db: Connection, after: tuple[str, str] | None, limit: int, peer: str | None = None) -> list[tuple[str, str]]:
    """Line and peer of the pairs that follow ``after``, by peer and line; of ``peer`` alone, if one is named."""
    query = _PAIRS.limit(limit)
    if peer is not None:
        query = query.where(_k.peer == peer)
    if after is not None:
        query = query.where(tuple_(_k.peer, _k.line) > (after[1], after[0]))
    return [(row.line, row.peer) for row in db.execute(query)]


def page(db: Connection, after: int, limit: int = 500) -> list[tuple[int, ConsentEvent]]:
    """The entries that follow number ``after``, in the order in which they were made, each with its number."""
    return [(row.id, event_of(row)) for row in db.execute(_PAGE, {"after": after, "limit": limit})]


def entry(db: Connection, number: int) -> ConsentEvent:
    """The entry with that number, of which there is one."""
    return event_of(db.execute(_ENTRY, {"number": number}).one())


def newest(db: Connection) -> int:
    """The number of the newest entry; 0 where there is none."""
    return int(db.execute(_NEWEST).scalar_one())


def settle(tx: Tx, line: str, peer: str) -> None:
    """The pair and its conversation show what the ledger comes to by its times; of the same moment the opt-out counts.

    Whoever opted out in their own words has a conversation. Where the ledger says nothing, all stays as it is.
    """
    known = events(tx.db, line, peer)
    if any(event.is_final and event.line == line for event in known):
        conversations.ensure(tx, line, peer, known[-1].at)
    _put(tx, line, peer, upshot(known))


def settle_all(tx: Tx) -> None:
    """The same of each pair that the ledger says something of."""
    rows = tx.db.execute(_SPOKEN_OF).all()
    for pair in _shared(tx.db, ((row.line, row.peer, row.service) for row in rows)):
        settle(tx, *pair)
    _spread(tx, forall.people(tx.db))


def service_of(db: Connection, line: str) -> str | None:
    """The Messaging Service that the line belongs to, as far as is known; a service's own is itself."""
    if is_service(line):
        return line
    return services(db).get(line)


def services(db: Connection) -> dict[str, str]:
    """The Messaging Service of each line that is known to belong to one, by the line."""
    return services_in(settings.get(db, SERVICES, {}))


def services_in(kept: object) -> dict[str, str]:
    """The same of the setting's value; what makes no sense in it counts as none."""
    items = kept.items() if isinstance(kept, dict) else ()
    return {line: service for line, service in items if isinstance(line, str) and service and isinstance(service, str)}


def sharing(db: Connection, line: str) -> list[str]:
    """The line itself and all others that share an opt-out with it, as far as is known: a Messaging Service and its
    numbers.
    """
    return _sharing(db, line, service_of(db, line))


def set_services(tx: Tx, told: Mapping[str, str | None]) -> None:
    """What is known by now of the Messaging Service of each of these lines: None where it belongs to none."""
    before = services(tx.db)
    now = {line: service for line, service in (before | dict(told)).items() if service is not None}
    if now == before:
        return
    for line in told:
        if (former := before.get(line)) is not None and now.get(line) != former:
            _leave(tx, line, former)
    settings.put(tx, SERVICES, now)
    new = {line: newest(tx.db) for line in now if now[line] != before.get(line)}
    settings.put(tx, SINCE, {line: number for line, number in _since(tx.db).items() if line in now} | new)
    for service in dict.fromkeys(now[line] for line in told if line in now):
        if any(now.get(line) == service != before.get(line) for line in told):
            join(tx, service)


def joined_before(db: Connection, line: str, number: int) -> bool:
    """Whether the line was one of its Messaging Service when entry ``number`` was made, as far as is known."""
    return _since(db).get(line, 0) < number


def _since(db: Connection) -> dict[str, int]:
    kept = settings.get(db, SINCE, {})
    return {line: number for line, number in kept.items() if isinstance(number, int)} if isinstance(kept, dict) else {}


def _leave(tx: Tx, line: str, service: str) -> None:
    """What was said to the line counts for the service from now on as well, and what was said to that for the line:
    whoever is out of it by that alone is so by an entry of its own.
    """
    out = [row.peer for row in tx.db.execute(_OUT_OF_THEM, {"lines": [line]})]
    sharing = _sharing(tx.db, line, service)
    for start in range(0, len(out), AT_A_TIME):
        some = out[start : start + AT_A_TIME]
        new: list[ConsentEvent] = []
        for said in _of_peers(tx.db, sharing, service, some).values():
            own = [event for event in said if event.line == line]
            if not upshot(own).is_out:
                stands = comes_to(heard(said, line, service), True)
                since = max((event.at for event in own if not event.opted_out), default=None)
                new += [_of_its_own(event, line, since) for event in (stands.by, stands.told) if event is not None]
        _record(tx, new)
    tx.db.execute(_LEAVE, {"of_line": line, "former": service})


def _of_its_own(event: ConsentEvent, line: str, since: datetime | None) -> ConsentEvent:
    """An opt-out that counts for the line, as said to that; not before ``since``, when they opted in to it."""
    at = event.at if since is None else max(event.at, since)
    if event.source in TOLD_HERE:
        return replace(event, line=line, at=at, service=None)
    return ConsentEvent(
        line, event.peer, True, ConsentSource.ATTESTED, event.words, None, at,
        reason=f"{display(event.line)} was told so while both numbers were in one Messaging Service",
    )  # fmt: skip


def join(tx: Tx, service: str) -> None:
    """A line of that Messaging Service is new, or the service itself: each shows who opted out of any. Nobody is let
    in by that.
    """
    sharing = _sharing(tx.db, service, service)
    out = {(row.line, row.peer) for row in tx.db.execute(_OUT_OF_THEM, {"lines": sharing})}
    peers = sorted({peer for _, peer in out})
    for start in range(0, len(peers), AT_A_TIME):
        some = peers[start : start + AT_A_TIME]
        said = _of_peers(tx.db, sharing, service, some)
        for line in sharing:
            missing = [peer for peer in some if (line, peer) not in out]
            found = {peer: upshot(heard(said.get(peer, ()), line, service)) for peer in missing}
            _put_many(tx, line, {peer: consent for peer, consent in found.items() if consent.is_out})


def _sharing(db: Connection, line: str, *of: str | None) -> list[str]:
    """The line itself and all others whose peers are blocked together with its own, the services themselves among
    them.
    """
    named = [service for service in of if service is not None]
    others = [one for one, service in services(db).items() if service in named] if named else []
    return list(dict.fromkeys([line, *named, *others]))


def _shared(db: Connection, said: Iterable[tuple[str, str, str | None]]) -> list[tuple[str, str]]:
    """The pairs that entries with that line, peer and service say something of."""
    lines: dict[tuple[str, str | None], list[str]] = {}
    pairs: dict[tuple[str, str], None] = {}
    for line, peer, service in said:
        if (line, service) not in lines:
            lines[line, service] = _sharing(db, line, service, service_of(db, line))
        pairs |= dict.fromkeys((one, peer) for one in lines[line, service])
    return list(pairs)


def _of_peers(
    db: Connection, lines: Collection[str], service: str | None, peers: Collection[str]
) -> dict[str, list[ConsentEvent]]:
    """What was said to any of the ``lines``, or while a line was of the ``service``, by peer; oldest first."""
    found: dict[str, list[ConsentEvent]] = {}
    for row in db.execute(_OF_LINES, {"lines": list(lines), "service": service, "peers": list(peers)}):
        found.setdefault(row.peer, []).append(event_of(row))
    return found


def _own(db: Connection, line: str, peer: str) -> list[ConsentEvent]:
    return [event_of(row) for row in db.execute(_EVENTS, {"line": line, "peer": peer})]


def _is_same(event: ConsentEvent, other: ConsentEvent) -> bool:
    """Whether both tell of one message, whichever way it became known, and when: of the peer's, or of ours that was
    refused. A webhook, a callback and the list have different times of it.
    """
    if event.sid is None or event.sid != other.sid:
        return False
    if event.source is ConsentSource.ERROR:
        return other.source is ConsentSource.ERROR
    return event.source in SPOKEN and other.source in SPOKEN and event.opted_out is other.opted_out


def _put(tx: Tx, line: str, peer: str, consent: Consent) -> None:
    by = consent.by
    if by is None:
        return
    tx.db.execute(_PUT, _kept(line, peer, consent))
    tx.note(ConsentChanged(frozenset({(line, peer)})))
    conversation = conversations.find(tx.db, line, peer)
    if conversation is not None:
        conversations.change(tx, conversation.id, **_on_show(consent))


def _put_many(tx: Tx, line: str, comes_to: Mapping[str, Consent]) -> None:
    told = {peer: consent for peer, consent in comes_to.items() if consent.by is not None}
    if not told:
        return
    tx.db.execute(_PUT, [_kept(line, peer, consent) for peer, consent in told.items()])
    for number, peer in tx.db.execute(_PLACES, {"line": line, "peers": list(told)}).all():
        conversations.change(tx, number, **_on_show(told[peer]))
    tx.note(ConsentChanged(frozenset((line, peer) for peer in told)))


def _kept(line: str, peer: str, consent: Consent) -> dict[str, Any]:
    assert consent.by is not None
    return {
        "line": line, "peer": peer, "standing": consent.standing, "source": consent.by.source, "at": consent.by.at,
        "words": said_by(consent.by),
    }  # fmt: skip


def _on_show(consent: Consent) -> dict[str, Any]:
    by = consent.by if consent.is_out else None
    if by is None:
        return {"opted_out_at": None, "opted_out_words": None, "opted_out_source": None}
    return {"opted_out_at": by.at, "opted_out_words": clean(said_by(by)), "opted_out_source": by.source}


def unmade(db: Connection, line: str, peer: str, at: datetime) -> Conversation:
    """What the conversation of the pair would begin with, were it made; its number is 0."""
    return Conversation(0, line, peer, at, **_on_show(of(db, line, peer)))


def said_by(event: ConsentEvent) -> str:
    """What the pair shows of an entry: the peer's words, or why somebody here entered it."""
    return event.words or event.reason or ""


def _is_written(
    tx: Tx, sid: str, line: str, peer: str, service: str | None, opt_out_type: str, *, opted_out: bool
) -> bool:
    """Whether the pair's ledger has that message already; the ``service`` of the line and Twilio's ``opt_out_type``,
    which its list does not tell, it learns where it lacks them.
    """
    state = _OUT if opted_out else _IN
    known = tx.db.execute(_SPOKEN_IN, {"sid": sid, "line": line, "peer": peer, "state": state}).first()
    if known is None:
        return False
    told = {"service": service, "opt_out_type": opt_out_type or None}
    learned = {name: value for name, value in told.items() if value is not None and getattr(known, name) is None}
    if learned:
        tx.db.execute(update(consent_events).where(_e.id == known.id).values(**learned))
        for pair in _shared(tx.db, [(line, peer, service)]):
            settle(tx, *pair)
    return True


def _record(tx: Tx, events: Sequence[ConsentEvent]) -> None:
    if events:
        tx.db.execute(_RECORD, [_row(event) for event in events])
        tx.entered += [event for event in events if event.source in TOLD_HERE]


def _row(event: ConsentEvent) -> dict[str, Any]:
    return {
        "line": event.line, "peer": event.peer, "state": _OUT if event.opted_out else _IN, "source": event.source,
        "words": event.words, "sid": event.sid, "at": event.at, "author": event.author, "reason": event.reason,
        "opt_out_type": event.opt_out_type or None, "service": event.service,
    }  # fmt: skip


def event_of(row: Any) -> ConsentEvent:
    """The value of a row of COLUMNS."""
    return ConsentEvent(
        row.line, row.peer, row.state != _IN, ConsentSource(row.source), row.words, row.sid, row.at,
        row.author, row.reason, row.opt_out_type or "", row.service,
    )  # fmt: skip
