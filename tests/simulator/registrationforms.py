"""What is sent in to register, as Twilio's API has it."""

from sms_desktop.simulator import SHOP_LINE, TOLL_FREE_LINE, Simulator
from tests.simulator.api import Api

BRANDS, VERIFICATIONS = "/v1/a2p/BrandRegistrations", "/v1/Tollfree/Verifications"
PROFILE, A2P_PROFILE = "BU" + "1" * 32, "BU" + "2" * 32
BRAND = {"CustomerProfileBundleSid": PROFILE, "A2PProfileBundleSid": A2P_PROFILE, "BrandType": "STANDARD"}

Pairs = list[tuple[str, str]]


def campaign(brand: str, **changed: str) -> Pairs:
    """A campaign that is taken, but for what is changed; "" leaves a field out."""
    fields = {
        "BrandRegistrationSid": brand,
        "Description": "Bright Chairs texts customers about the chairs that they ordered.",
        "MessageFlow": "Customers tick a box at the checkout on brightchairs.example to get texts.",
        "UsAppToPersonUsecase": "CUSTOMER_CARE",
        "HasEmbeddedLinks": "false",
        "HasEmbeddedPhone": "false",
    } | changed
    samples = ("Bright Chairs: your chair is ready.", "Bright Chairs: we are closed today. Reply STOP to end.")
    return [(name, value) for name, value in fields.items() if value] + [("MessageSamples", one) for one in samples]


def verification(sim: Simulator, **changed: str) -> Pairs:
    """A toll-free verification that is taken, but for what is changed; "" leaves a field out."""
    fields = {
        "TollfreePhoneNumberSid": sim.account.line(TOLL_FREE_LINE).sid,
        "BusinessName": "Bright Chairs",
        "BusinessWebsite": "https://brightchairs.example",
        "NotificationEmail": "shop@brightchairs.example",
        "UseCaseCategories": "CUSTOMER_CARE",
        "UseCaseSummary": "We tell customers when their chair is ready.",
        "ProductionMessageSample": "Your chair is ready.",
        "OptInImageUrls": "https://brightchairs.example/opt-in.png",
        "OptInType": "WEB_FORM",
        "MessageVolume": "1,000",
    } | changed
    return [(name, value) for name, value in fields.items() if value]


async def approved_brand(api: Api, sim: Simulator, **more: str) -> str:
    """Its SID."""
    made = await api.post(BRANDS, BRAND | more)
    await sim.idle()
    if made.data["mock"] is False:
        sim.decide(made.data["sid"], "APPROVED")
    return str(made.data["sid"])


async def approved_campaign(api: Api, sim: Simulator) -> str:
    """The SID of the service, in which the shop's line is."""
    service = sim.account.add_service(SHOP_LINE).sid
    made = await api.post(f"/v1/Services/{service}/Compliance/Usa2p", campaign(await approved_brand(api, sim)))
    sim.decide(made.data["sid"], "VERIFIED")
    return service
