"""Automatic replies as people set them up: rules, opening hours, who answers the keywords; and what came of them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sms_desktop.domain.answering import TEXTS, Answering, Keyword, LineAnswering, check_texts
from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.hours import Hours
from sms_desktop.domain.media import File, wire_name
from sms_desktop.domain.reply import MOST_RULES, Answer, Held, HeldReply, Made, Rule, Unsent, Verdict, check
from sms_desktop.domain.replytext import BUSINESS, uses
from sms_desktop.gateway.public_address import callback_url, media_url
from sms_desktop.services import replying
from sms_desktop.services.clock import now
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.services.replying import LIMIT, MOST_AN_HOUR, Incoming
from sms_desktop.store import answerers, consent, replies, rules, settings
from sms_desktop.store.store import Store, Tx

__all__ = ["LIMIT", "SAMPLE_PEER", "Preview", "Replies"]

SAMPLE_PEER = "+14155550132"
"""Who writes in a preview that names nobody: the phone of the demo."""
LONGEST_BUSINESS = 60
_SAMPLE_URL, _TOKEN, _KEY = "https://example.com", "TOKEN", "KEY"
"""What stands in a preview for our public address and for what is made anew for each reply."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a text would get. ``rule`` is the one that answers, ``keyword`` the STOP, START or HELP that we answer;
    ``held``: why nothing leaves all the same. ``text`` is the reply as it would arrive, with its ``picture``;
    ``unsent``: why that stays here; ``left_out``: the variables that stand for nothing. ``twiml``: what Twilio is told.
    """

    verdicts: tuple[Verdict, ...]
    rule: Rule | None
    keyword: Keyword | None
    held: Held | None
    text: str
    twiml: str
    picture: File | None = None
    unsent: Unsent | None = None
    left_out: tuple[str, ...] = ()


class Replies:
    """Listeners hear of changes by RepliesChanged, and of what was held back by ReplyHeld."""

    def __init__(self, store: Store, link: Link, lines: Lines, known_as: Callable[[], str] = str) -> None:
        self._store, self._link, self._lines, self._known_as = store, link, lines, known_as

    async def rules(self) -> tuple[Rule, ...]:
        """In the order in which they are looked at: the first that fits answers."""
        return await self._store.read(rules.all)

    async def add(self, rule: Rule) -> Rule:
        """Behind all others; gives it with its id. Raises BadInput with what is wrong with it."""
        await asyncio.to_thread(check, rule)

        def work(tx: Tx) -> Rule:
            if len(rules.all(tx.db)) >= MOST_RULES:
                raise BadInput(f"There are {MOST_RULES} rules already. Remove one first.")
            return rules.add(tx, rule)

        return await self._store.do(work)

    async def change(self, rule: Rule) -> None:
        """Takes the place of the rule with its id. Raises BadInput."""
        await asyncio.to_thread(check, rule)
        await self._store.do(lambda tx: _change(tx, rule))

    async def enable(self, id: int, on: bool) -> None:
        """Raises BadInput where there is no such rule any more."""

        def work(tx: Tx) -> None:
            known = rules.get(tx.db, id)
            if known is None:
                raise BadInput(_GONE)
            _change(tx, replace(known, enabled=on))

        await self._store.do(work)

    async def remove(self, id: int) -> None:
        await self._store.do(lambda tx: rules.remove(tx, id))

    async def order(self, ids: Sequence[int]) -> None:
        """Those first and in this order."""
        await self._store.do(lambda tx: rules.order(tx, ids))

    async def hours(self) -> dict[str | None, Hours]:
        """By line; under None those of all lines that have none of their own."""
        return await self._store.read(rules.hours)

    async def set_hours(self, line: str | None, hours: Hours | None) -> None:
        """None: none of its own. Raises BadInput."""
        if hours is not None:
            hours.check()
        await self._store.do(lambda tx: rules.put_hours(tx, line, hours))

    async def limit(self) -> int:
        """How many automatic replies a person gets in an hour at most."""
        return await self._store.read(replying.limit)

    async def set_limit(self, wanted: int) -> None:
        """Raises BadInput."""
        if not 1 <= wanted <= MOST_AN_HOUR:
            raise BadInput(f"Between 1 and {MOST_AN_HOUR} replies an hour.")
        await self._put(replying.LIMIT_SETTING, wanted)

    async def business(self) -> str:
        """The name for ``{business}``; "" where nobody has entered it."""
        return await self._store.read(replying.business)

    def known_as(self) -> str:
        """What stands for ``{business}`` then: as carriers or Twilio know the business, "" where they do not."""
        return self._known_as()[:LONGEST_BUSINESS]

    async def nameless(self) -> tuple[str, ...]:
        """The lines in use on which our answers to the keywords do not name the business, as carriers ask."""
        addresses, known_as = [line.address for line in self._lines.known()], self.known_as()

        def read(db: Any) -> tuple[str, ...]:
            if known_as or replying.business(db) or not any(uses(one, BUSINESS) for one in replying.texts(db).values()):
                return ()
            return tuple(one for one in addresses if answerers.of(db, one).who is Answering.WE)

        return await self._store.read(read)

    async def set_business(self, name: str) -> None:
        """Raises BadInput."""
        name = " ".join(name.split())
        if len(name) > LONGEST_BUSINESS:
            raise BadInput(f"The name has {len(name)} characters; at most {LONGEST_BUSINESS} are taken.")
        await self._put(replying.BUSINESS_SETTING, name)

    async def who_answers(self) -> tuple[LineAnswering, ...]:
        """Of each line in use, who answers STOP, START and HELP."""
        addresses = [line.address for line in self._lines.known()]

        def read(db: Any) -> tuple[LineAnswering, ...]:
            found = (answerers.of(db, line) for line in addresses)
            return tuple(replace(one, advanced=consent.is_advanced(db, one.line)) for one in found)

        return await self._store.read(read)

    async def set_who_answers(self, line: str, who: Answering | None) -> None:
        """None: as is found out from the line."""

        def work(tx: Tx) -> None:
            answerers.choose(tx, line, who)

        await self._store.do(work)

    async def texts(self) -> dict[Keyword, str]:
        """What we answer to the keywords where we do."""
        return await self._store.read(replying.texts)

    async def set_texts(self, texts: Mapping[Keyword, str]) -> None:
        """Those that are not named are the usual ones again. Raises BadInput where one lacks what it has to say."""
        check_texts(texts, await self.business() or self.known_as())
        kept = {str(keyword): text for keyword, text in texts.items() if text != TEXTS[keyword]}
        await self._put(replying.TEXTS_SETTING, kept)

    async def preview(
        self,
        line: str,
        body: str,
        *,
        peer: str = SAMPLE_PEER,
        at: datetime | None = None,
        rules: Sequence[Rule] | None = None,
        first: bool | None = None,
    ) -> Preview:
        """What a text of ``peer`` to ``line`` would get at that UTC time, by these ``rules`` or those that are kept.
        ``first``: whether it is to count as the first that they write; None: as it is. Nothing is changed.
        """
        incoming, link = Incoming("", line, peer, body, at or now()), self._link
        known_as = self.known_as()

        def read(db: Any) -> Preview:
            found = replying.decide(db, incoming, rules_=rules, first=first)
            if not found.answers:
                return Preview(found.verdicts, None, None, None, "", _twiml(()))
            written = replying.write(db, self._store, link, found, incoming, known_as)
            held, base = found.held or written.held, link.public_url or _SAMPLE_URL
            urls = tuple(media_url(base, _TOKEN, wire_name(one.name, one.content_type)) for one in written.files)
            twiml = _twiml(() if held else (Answer(written.body, urls, callback_url(base, _KEY)),))
            picture = next(iter(written.files), None)
            return Preview(
                found.verdicts,
                found.rule,
                found.keyword,
                held,
                written.body,
                twiml,
                picture,
                written.unsent,
                written.left_out,
            )

        return await self._store.read(read)

    async def held(self, line: str, peer: str) -> tuple[HeldReply, ...]:
        """What was held back in one conversation, oldest first."""
        return tuple(await self._store.read(lambda db: replies.held(db, line, peer)))

    async def made(self, message_id: str) -> Made | None:
        """Which rule made the message with that key; None where none did."""
        return await self._store.read(lambda db: replies.made(db, message_id))

    async def _put(self, key: str, value: object) -> None:
        def work(tx: Tx) -> None:
            settings.put(tx, key, value)
            tx.note(replying.CHANGED)

        await self._store.do(work)


_GONE = "That rule does not exist any more."


def _change(tx: Tx, rule: Rule) -> None:
    try:
        rules.change(tx, rule)
    except LookupError:
        raise BadInput(_GONE) from None


def _twiml(answers: Sequence[Answer]) -> str:
    from sms_desktop.gateway.reply import xml  # Twilio's SDK, which nothing needs before

    return xml(answers).decode()
