"""The moment in which a text leaves: what has come since it was queued is looked at, and what Twilio said is kept."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sms_desktop.domain.consent import OPTED_OUT_CODE
from sms_desktop.domain.media import File, Media
from sms_desktop.domain.message import ANSWER, DECIDABLE, OURS, Message, Status, StatusReport, TakenBack
from sms_desktop.domain.reply import Held
from sms_desktop.gateway.gateway import Accepted, InDoubt, Outcome, Outgoing, Refused, Unreachable, Withheld
from sms_desktop.gateway.public_address import callback_url
from sms_desktop.services import sharing
from sms_desktop.services.absence import Absence
from sms_desktop.services.clock import now
from sms_desktop.services.inbox import turned_away
from sms_desktop.services.objection import asks_since, objection
from sms_desktop.services.replying import FRESH
from sms_desktop.services.statuses import WAITS
from sms_desktop.store import media, messages, nights, outbox, polls, questions, replies
from sms_desktop.store.reports import CAME_THROUGH
from sms_desktop.store.store import Tx

LONGEST_WAIT = timedelta(seconds=60)
DOZED = timedelta(minutes=10)
"""What was written longer ago than this was not decided of for the night that has come meanwhile."""
FILE_GONE = "This file is not on this computer any more."
NOT_WITHOUT = "A picture or file of this message is not on this computer any more, so it was not sent."


class Departure:
    """For the database's thread. ``path_of`` tells where a file of ours lies."""

    def __init__(self, path_of: Callable[[File], Path], absence: Absence) -> None:
        self._path_of, self._absence = path_of, absence

    def gone(self, message: Message) -> list[Media]:
        """Files of the message that are not here any more. Looks at the disk."""
        return [m for m in message.media if m.file is None or not self._path_of(m.file).is_file()]

    def claim(self, tx: Tx, message: Message, base: str | None, attempts: int, count: int) -> Outgoing | None:
        """Marks the message as on its way and says what is to be sent, in one transaction; None: not to be sent."""
        if count != self._absence.count or not outbox.waits(tx.db, message.id):
            return None
        asked, why = replies.asked_at(tx.db, message.id), objection(tx.db, message)
        if why is not None:
            if asked is not None:
                if outbox.withdraw(tx, message.id, now()):
                    replies.withdraw(tx, message.id, why)
            elif why is Held.BLOCKED:
                stopped = StatusReport(Status.CANCELED, None, None, OURS, now(), (("reason", TakenBack.BLOCKED.value),))
                messages.report(tx, key=message.id, sid=None, report=stopped)
            else:
                stopped = StatusReport(Status.FAILED, OPTED_OUT_CODE, None, OURS, now())
                messages.report(tx, key=message.id, sid=None, report=stopped)
            return None
        if message.retry_of is not None and _came_through(tx, message):
            stopped = StatusReport(Status.CANCELED, None, None, OURS, now(), CAME_THROUGH)
            messages.report(tx, key=message.id, sid=None, report=stopped)
            return None
        if asks_since(tx.db, message):
            outbox.until_answered(tx, message.id, now())
            return None
        if asked is not None and now() - asked > FRESH:  # “We open again at 9” would come when it is noon
            if outbox.withdraw(tx, message.id, now()):
                replies.withdraw(tx, message.id, Held.LATE)
            return None
        if not outbox.is_let(tx.db, message.id) and now() - message.at > DOZED:
            night = nights.night(tx.db, message.peer, message.line, now(), nights.rule(tx.db))
            if night is not None:  # not night when it was written; or we were not here in the morning it waited for
                outbox.until_morning(tx, message.id, night.morning, now())
                return None
        if gone := self.gone(message):
            lose(tx, gone)
            stopped = StatusReport(Status.FAILED, None, None, OURS, now(), (("reason", NOT_WITHOUT),))
            messages.report(tx, key=message.id, sid=None, report=stopped)
            return None
        if message.media and base is None:  # for Twilio to fetch them; it is not even tried
            outbox.defer(tx, message.id, now() + _backoff(attempts))
            return None
        outbox.sending(tx, message.id, now())
        urls = sharing.addresses(tx, message, base, now()) if base is not None else ()
        callback = callback_url(base, message.id) if base is not None else None
        return Outgoing(message.peer, message.line, message.body, urls, callback)

    def dawn(self, tx: Tx, at: datetime) -> None:
        """What waited for a morning that has come waits for its turn, or for news of its recipient first.

        It stays while something that they wrote since seems to ask us to stop; where it is said at night that it does
        not, until the next morning.
        """
        for message in outbox.dawned(tx.db, at):
            if objection(tx.db, message) is None and asks_since(tx.db, message):
                continue
            night = None
            if message.held_until and questions.answered_since(tx.db, message.line, message.peer, message.held_until):
                rule = nights.rule(tx.db)
                if outbox.is_let(tx.db, message.id):  # it was kept for a morning before
                    rule = rule.of_one_text()
                night = nights.night(tx.db, message.peer, message.line, at, rule)
            if night is not None:
                outbox.until_morning(tx, message.id, night.morning, at)
            else:
                outbox.wake(tx, message, at, held=self.is_held(message))

    def is_held(self, message: Message) -> bool:
        """Whether it waits for news of its recipient before it leaves."""
        return not self._absence.is_over(message.line, message.peer)

    def record(self, tx: Tx, message: Message, outcome: Outcome, attempts: int) -> None:
        """Keeps what became of it; what surely never left waits for another try."""
        at = now()
        match outcome:
            case Accepted(sid, status, segments, sender):
                report = StatusReport(status, None, sid, ANSWER, at)
                messages.report(tx, key=message.id, sid=sid, report=report, segments=segments or None, via=sender)
                polls.plan(tx, message.id, at + WAITS[0], 0)
            case Refused(code, reason):
                report = StatusReport(Status.FAILED, code, None, ANSWER, at, (("reason", reason),))
                messages.report(tx, key=message.id, sid=None, report=report)
                if code == OPTED_OUT_CODE:
                    turned_away(tx, message, report)
            case InDoubt(reason):
                outbox.unconfirmed(tx, message.id, reason, at)
            case Withheld():
                # Why is found out where it is claimed; it may be that nobody could look.
                outbox.postpone(tx, message.id, at + _backoff(attempts), at, held=False)
            case Unreachable():
                outbox.postpone(tx, message.id, at + _backoff(attempts), at, held=self.is_held(message))


def lose(tx: Tx, gone: Sequence[Media]) -> None:
    """Notes that these files are not here any more."""
    for item in gone:
        if item.file is not None:
            media.lost(tx, item.id, FILE_GONE)


def _came_through(tx: Tx, message: Message) -> bool:
    """Whether Twilio turned out to have an earlier try at it while this one waited."""
    others = [one for one in messages.tries(tx.db, message.id) if one.id != message.id]
    return any(one.status not in DECIDABLE and not outbox.waits(tx.db, one.id) for one in others)


def _backoff(attempts: int) -> timedelta:
    """1, 2, 4 … 60 seconds, less up to a half at random so that many do not come at once."""
    longest = min(LONGEST_WAIT, timedelta(seconds=2 ** min(attempts, 6)))
    return longest * random.uniform(0.5, 1)  # noqa: S311 - no secret hangs on it
