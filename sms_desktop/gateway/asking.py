"""Requests that may be repeated: what the SDK answers, with its many errors as GatewayErrors."""

import logging
from collections.abc import Awaitable
from typing import Any, TypeVar

from twilio.base.exceptions import TwilioException

from sms_desktop.domain.errors import GatewayError
from sms_desktop.gateway.outcome import code_of, refusal, status_of

T = TypeVar("T")

log = logging.getLogger(__name__)

PAGE_SIZE = 1000
"""Twilio's most; the SDK would ask for more where a limit is given (error 20007)."""
BROKEN = (TwilioException, ValueError, TypeError, AttributeError, KeyError)
"""What the SDK raises on an answer that it cannot read; errors of status are TwilioExceptions that carry one."""


async def ask(answer: Awaitable[T]) -> T:
    """Awaits ``answer``; raises GatewayError."""
    try:
        return await answer
    except BROKEN as error:
        status = status_of(error)
        if status == 0:
            log.warning("an answer could not be read: %s", type(error).__name__)
            raise GatewayError("Twilio’s answer could not be read.") from error
        raise refusal(status, code_of(error)) from error


async def ask_all(first: Awaitable[Any], most: int = 100_000) -> list[Any]:
    """The records of all pages, ``most`` of them. Raises GatewayError.

    Not the SDK's ``list_async``, which never ends where pages go round in circles.
    """
    return await ask(_all(first, most))


async def _all(first: Awaitable[Any], most: int) -> list[Any]:
    page, seen = await first, set()
    records: list[Any] = []
    while page is not None and len(records) < most:
        records += list(page)
        if page.next_page_url in seen:
            raise GatewayError("Twilio’s list has no end.")
        seen.add(page.next_page_url)
        page = await page.next_page_async()
    return records
