"""Taking an account into use, as the set-up and the preferences both do."""

import asyncio
from collections.abc import Callable

from sms_desktop.domain.account import Entered, Identity
from sms_desktop.domain.errors import (
    BadField,
    BadInput,
    SmsDesktopError,
    TestCredentials,
    WrongCredentials,
    WrongKey,
)
from sms_desktop.ui.needs import AccountNeeds


class Attempt:
    """Connects what was entered, one at a time. As long as Twilio has not accepted it, ``call_off`` ends it and nothing
    has changed.
    """

    def __init__(self, account: AccountNeeds) -> None:
        self._account = account
        self._open: asyncio.Task[Identity] | None = None
        self._called_off: asyncio.Task[Identity] | None = None

    async def connect(
        self, entered: Entered, *, keep: bool, accepted: Callable[[], None] = lambda: None
    ) -> Identity | None:
        """None where it was called off; ``accepted`` is called once that is too late. Raises like the account's."""

        def settle() -> None:
            self._open = None
            accepted()

        task = self._open = asyncio.ensure_future(self._account.connect(entered, keep=keep, accepted=settle))
        try:
            return await task
        except asyncio.CancelledError:
            if self._called_off is not task:
                raise
            return None
        finally:
            if self._open is task:
                self._open = None

    def call_off(self) -> bool:
        """False where nothing is under way, or it is too late."""
        if self._open is None:
            return False
        self._called_off, self._open = self._open, None
        return self._called_off.cancel()


def field_of(error: SmsDesktopError) -> str:
    """The name in ``Entered`` of the field that it is about, or ""."""
    match error:
        case BadField(field=field):
            return field
        case WrongKey():
            return "api_key"
        case WrongCredentials() | TestCredentials():
            return "auth_token"
        case BadInput():  # the messages here are another account's
            return "account_sid"
    return ""
