"""The account's Messaging Services and what they send by. Twilio tells which service holds a number only by the lists
of each: all of them are asked for seldom, in between those in which something can have changed for lines in use.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import compress
from typing import Any

from twilio.rest import Client

from sms_desktop.domain.errors import GatewayError, WrongCredentials
from sms_desktop.domain.routing import Webhook
from sms_desktop.gateway.asking import PAGE_SIZE, ask_all

log = logging.getLogger(__name__)

AT_ONCE = 4
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A Messaging Service and what it sends by, as the SDK has them; ``senders`` are their addresses, in the order in
    which they joined, and names where these were asked for.
    """

    service: Any
    numbers: tuple[Any, ...]
    senders: tuple[str, ...]
    sids: frozenset[str]


class Pools:
    """Those of one account; what was told last is known until it is asked for again."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, ServiceRecord] = {}

    async def all(self, *, names: bool = False) -> tuple[ServiceRecord, ...]:
        """All of them; their senders’ names only with ``names``. Raises GatewayError."""
        services = await self._services()
        found = await self._asked(services, names=names)
        if not names:
            self._known = found
        return _in_order(services, found)

    async def about(self, used: Collection[str], loose: Collection[str]) -> tuple[ServiceRecord, ...]:
        """The same as ``all``, without names; asked are the services among the lines ``used``, those that hold one of
        these, and those that are new. What a service says of itself is always told as it is now. Raises GatewayError.

        A number is in one service at most. Those of ``loose``, the numbers and short codes used, that are in none of
        these may have been taken by any other: by one that leads texts away, or, if they were in one till now, by any.
        """
        services, known = await self._services(), self._known
        held = {sender for pool in known.values() for sender in pool.senders}
        first = [one for one in services if _may_differ(one, known.get(one.sid), used)]
        found = await self._asked(first)
        still = {sender for pool in found.values() for sender in pool.senders}
        free = set(loose) - still
        others = [one for one in services if one.sid not in found and (free & held or not webhook_of(one).defers)]
        if free:
            found |= await self._asked(await self._holding(others, free))
        kept = {one.sid: _anew(known[one.sid], one) for one in services if one.sid not in found}
        self._known = kept | found
        return _in_order(services, self._known)

    async def _services(self) -> list[Any]:
        return await ask_all(self._client.messaging.v1.services.page_async(page_size=PAGE_SIZE))

    async def _holding(self, services: Iterable[Any], free: Collection[str]) -> list[Any]:
        """Those that hold any of these addresses."""
        gate, kinds = asyncio.Semaphore(AT_ONCE), {one.startswith("+") for one in free}

        async def holds(service: Any) -> bool:
            pool, held = self._client.messaging.v1.services(service.sid), set[str]()
            async with gate:
                if True in kinds:
                    held |= {
                        one.phone_number for one in await ask_all(pool.phone_numbers.page_async(page_size=PAGE_SIZE))
                    }
                if False in kinds:
                    held |= {one.short_code for one in await ask_all(pool.short_codes.page_async(page_size=PAGE_SIZE))}
            return not held.isdisjoint(free)

        services = list(services)
        return list(compress(services, await asyncio.gather(*map(holds, services))))

    async def _asked(self, services: Iterable[Any], *, names: bool = False) -> dict[str, ServiceRecord]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def pool_of(service: Any) -> ServiceRecord:
            async with gate:
                pool = self._client.messaging.v1.services(service.sid)
                numbers = await ask_all(pool.phone_numbers.page_async(page_size=PAGE_SIZE))
                codes = await ask_all(pool.short_codes.page_async(page_size=PAGE_SIZE))
                alpha = await ask_all(pool.alpha_senders.page_async(page_size=PAGE_SIZE)) if names else []
            named = [(one.date_created, one.phone_number) for one in numbers]
            named += [(one.date_created, one.short_code) for one in codes]
            named += [(one.date_created, one.alpha_sender) for one in alpha]
            in_order = sorted(named, key=lambda one: one[0] if isinstance(one[0], datetime) else _NEVER)
            sids = frozenset(member.sid for member in (*numbers, *codes))
            return ServiceRecord(
                service, (*numbers, *codes), tuple(str(sender) for _, sender in in_order if sender), sids
            )

        found = await asyncio.gather(*map(pool_of, services))
        return {pool.service.sid: pool for pool in found}


async def services(pools: Pools) -> tuple[ServiceRecord, ...]:
    """All, with their senders’ names; none where they cannot be listed: what is known of them stays known.

    Raises WrongCredentials.
    """
    try:
        return await pools.all(names=True)
    except WrongCredentials:
        raise
    except GatewayError as error:
        log.info("Messaging Services could not be listed: %s", error)
        return ()


def webhook_of(service: Any) -> Webhook:
    """Where a service leads the texts of its numbers."""
    return Webhook(
        service.inbound_request_url or "", service.inbound_method or "POST", service.fallback_url or "",
        service.fallback_method or "POST", bool(service.use_inbound_webhook_on_number),
    )  # fmt: skip


def _may_differ(service: Any, known: ServiceRecord | None, used: Collection[str]) -> bool:
    """Whether what that service holds may be another than is known, and matter to the lines that are used."""
    return known is None or service.sid in used or any(sender in used for sender in known.senders)


def _anew(pool: ServiceRecord, service: Any) -> ServiceRecord:
    """The same pool, with what its service says of itself now."""
    return ServiceRecord(service, pool.numbers, pool.senders, pool.sids)


def _in_order(services: Iterable[Any], found: dict[str, ServiceRecord]) -> tuple[ServiceRecord, ...]:
    """As Twilio lists the services."""
    return tuple(found[one.sid] for one in services)
