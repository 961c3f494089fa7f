"""An account whose lines are registered already, as in a shop that has texted for years."""

from sms_desktop.simulator.account import Account
from sms_desktop.simulator.messages import new_sid
from sms_desktop.simulator.registry import Brand, Campaign, Verification

NAME = "Texts of the shop"
SAID: dict[str, object] = {
    "description": "Texts about orders, and answers to customers' questions.",
    "message_flow": "Customers give their number at the counter and tick that they want texts about their order.",
    "message_samples": ["Your order is ready. Reply STOP to opt out.", "See you on Monday at 9, then."],
    "us_app_to_person_usecase": "CUSTOMER_CARE",
    "has_embedded_links": False,
    "has_embedded_phone": False,
}


def register_lines(account: Account) -> None:
    """A brand, and a campaign with all long codes of the United States that are in no Messaging Service; toll-free
    numbers are verified.
    """
    registry, at = account.registry, account.now()
    brand = Brand(new_sid("BN"), new_sid("BU"), new_sid("BU"), "STANDARD", False, at, at, "APPROVED", score=60)
    registry.brands[brand.sid] = brand
    lines = list(account.lines.values())
    long_codes = [line for line in lines if line.kind not in {"tollfree", "shortcode"} and line.sms]
    free = [one.number for one in long_codes if one.number.startswith("+1") and account.service_of(one.number) is None]
    if free:
        service = account.add_service(*free, friendly_name=NAME)
        campaign = Campaign(new_sid("QE"), service.sid, brand.sid, False, dict(SAID), at, at, "VERIFIED")
        registry.campaigns[campaign.sid] = campaign
    for line in lines:
        if line.kind == "tollfree":
            verified = Verification(new_sid("HH"), line.sid, {}, at, at, "TWILIO_APPROVED")
            registry.verifications[verified.sid] = verified
