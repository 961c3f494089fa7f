"""A look at line health beside the process that has the data directory."""

import base64

from sms_desktop.domain.health import Check
from sms_desktop.domain.light import Light
from sms_desktop.domain.receiving import Reach
from sms_desktop.engine import ADDRESS_NOW, Engine
from sms_desktop.environment import Environment
from tests.rig import Rig
from tests.secretservice import SecretService
from tests.services.front import Front

SHOP = "Basic " + base64.b64encode(b"shop:open-sesame").decode()


async def address_row(rig: Rig, environment: Environment) -> Check:
    """What ``doctor`` says of the public address while ``rig`` runs."""
    beside = Engine(rig.directory, environment)
    await beside.open_beside()
    try:
        credentials = rig.services.link.credentials
        assert credentials is not None
        await beside.services.account.use(credentials, rig.services.account.home)
        await beside.examine(beside=True)
        [row] = [check for check in (await beside.services.health.check()).checks if check.key == "address"]
        return row
    finally:
        await beside.close()


async def noted(rig: Rig, url: str) -> None:
    """Returns once the running engine has written down where it is reached."""
    while await rig.services.settings.get(ADDRESS_NOW) != url:
        await rig.until(lambda: rig.services.receiving.state.reach is Reach.UP, "reached")


async def test_an_address_behind_a_password_is_tried_with_it(keyring: SecretService, rig: Rig) -> None:
    async with Front(rig.engine.webhook_url or "") as front:
        front.demands = SHOP
        await rig.services.receiving.choose_own(front.url.replace("://", "://shop:open-sesame@"))
        await noted(rig, front.url)
        outside = Environment(twilio_url=rig.simulator.base_url)
        row = await address_row(rig, outside)
        assert (row.light, row.sentence.partition(" (")[0]) == (
            Light.OK, f"127.0.0.1:{front.port} answered a signed test just now",
        )  # fmt: skip
        front.demands = "Basic another"
        row = await address_row(rig, outside)
        assert (row.light, row.sentence) == (Light.BAD, "Another program answers at the public address (HTTP 401).")


async def test_another_address_than_the_running_one_is_not_tried(rig: Rig) -> None:
    async with Front(rig.engine.webhook_url or "") as front:
        await rig.services.receiving.choose_own(front.url)
        await noted(rig, front.url)
        elsewhere = Environment(twilio_url=rig.simulator.base_url, public_url="http://127.0.0.1:9")
        row = await address_row(rig, elsewhere)
        assert row.sentence.startswith(f"127.0.0.1:{front.port} answered")
