"""An account that has been at work for long: its lines are registered with US carriers."""

from sms_desktop.simulator.account import Account
from sms_desktop.simulator.messages import new_sid
from sms_desktop.simulator.registration import Brand, Campaign, Verification

_SAID: dict[str, object] = {
    "description": "A chair shop answers its customers, and tells them when their order is ready.",
    "message_flow": "Customers write to the number on the receipt first, or tick a box at the checkout.",
    "message_samples": [
        "Hi Ava, your chair is ready to be picked up.",
        "We are open until 6 today. Reply STOP to get no more texts.",
    ],
    "us_app_to_person_usecase": "CUSTOMER_CARE",
}


def register(account: Account, service_name: str) -> None:
    """All local lines are in a Messaging Service with an approved campaign, and each toll-free number is verified."""
    at, registrar = account.now(), account.registrar
    numbers = [line.number for line in account.lines.values() if line.kind == "local"]
    service = account.add_service(*numbers, friendly_name=service_name)
    profiles = ("BU" + "1" * 32, "BU" + "2" * 32)
    brand = Brand(new_sid("BN"), *profiles, "STANDARD", False, at, at, status="APPROVED", score=60)
    campaign = Campaign(new_sid("QE"), service.sid, brand.sid, False, dict(_SAID), at, at, status="VERIFIED")
    registrar.brands[brand.sid], registrar.campaigns[campaign.sid] = brand, campaign
    for line in account.lines.values():
        if line.kind == "tollfree":
            said: dict[str, object] = {"business_name": account.friendly_name, "opt_in_type": "VIA_TEXT"}
            verification = Verification(new_sid("HH"), line.sid, said, at, at, status="TWILIO_APPROVED")
            registrar.verifications[verification.sid] = verification
