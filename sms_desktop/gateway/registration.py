"""What the app asks of Twilio about the registration of lines with US carriers."""

from dataclasses import dataclass
from typing import Protocol

from sms_desktop.domain.brand import BrandForm
from sms_desktop.domain.campaign import CampaignForm
from sms_desktop.domain.registration import Brand, Campaign, SenderPool, Verification
from sms_desktop.domain.tollfree import TollFreeForm


@dataclass(frozen=True, slots=True)
class Usecase:
    """What a campaign may be for, for one brand: ``code`` is Twilio's, ``name`` and ``description`` are for people.

    ``needs_approval``: carriers look at it once more after it was registered.
    """

    code: str
    name: str
    description: str
    needs_approval: bool = False


class Registrar(Protocol):
    """All raise GatewayError with a sentence; NotAllowed where the account may not. What changes something raises
    Uncertain where it may have been done although no answer came: Twilio knows no key by which the same request is
    recognised, so whoever asks looks first at what there is.
    """

    async def brands(self) -> tuple[Brand, ...]: ...

    async def pools(self) -> tuple[SenderPool, ...]:
        """The Messaging Services, with who is in each."""
        ...

    async def campaigns(self, service: str) -> tuple[Campaign, ...]:
        """Those of one Messaging Service: one at most, but for those that failed."""
        ...

    async def verifications(self, number_sid: str | None = None) -> tuple[Verification, ...]:
        """Of all toll-free numbers, or of one."""
        ...

    async def usecases(self, service: str, brand: str) -> tuple[Usecase, ...]:
        """What a campaign of that brand may be for."""
        ...

    async def create_service(self, name: str) -> SenderPool:
        """A Messaging Service that leaves inbound texts to each number."""
        ...

    async def create_brand(self, form: BrandForm) -> Brand: ...

    async def create_campaign(self, service: str, brand: str, form: CampaignForm) -> Campaign: ...

    async def update_campaign(self, service: str, sid: str, form: CampaignForm) -> Campaign:
        """Sends in again what was rejected; use case, answers and keywords stay."""
        ...

    async def delete_rehearsal(self, service: str, sid: str) -> None:
        """Ends the mock campaign, so that a real one can take its place."""
        ...

    async def add_number(self, service: str, number_sid: str) -> None:
        """Into the pool of that service; that it is there already is no error."""
        ...

    async def create_verification(self, number_sid: str, form: TollFreeForm) -> Verification: ...

    async def update_verification(self, sid: str, form: TollFreeForm, before: TollFreeForm) -> Verification:
        """Sends in again what was rejected; what was said ``before`` and is empty now is taken back."""
        ...
