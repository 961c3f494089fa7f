"""Line health: from the light to what is wrong, and from there to what mends it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from sms_desktop.services.health import health
from sms_desktop.simulator import Simulator
from tests.journeys.window.home import NGROK_TOKEN, House
from tests.ngrok import Standin
from tests.rig import LINE, SILENT, TOLL_FREE

SILENT_IN_THE_LIST = "(415) 555-0111"


async def test_a_missing_webhook_is_found_by_the_light_and_mended_by_its_button(
    house: House, twilio: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "EVERY", 0.3)
    async with house() as home:
        seat = await home.live()
        twilio.set_sms_url(TOLL_FREE, "")
        trouble = "(888) 555-0144: Incoming texts go nowhere"
        await seat.until(lambda: seat.light == "bad", "the light tells it")
        await seat.click(f"Line health: {trouble}")
        await seat.until(lambda: seat.window.windowTitle().startswith("Line health"), "the page is there")
        await seat.told("1 thing is broken")
        await seat.click("Bring them here: (888) 555-0144")
        await seat.told("nowhere: no address is set")
        here = f"{seat.session.engine.public_url}/twilio/inbound"
        assert seat.says(here)
        assert twilio.account.line(TOLL_FREE).sms_url == ""  # only shown yet
        await seat.click("Bring them here")
        await seat.told("All is well")
        await seat.until(lambda: seat.light == "ok", "the light is green")
        assert twilio.account.line(TOLL_FREE).sms_url.partition("#")[0] == here

        seat.key(Qt.Key.Key_Escape)
        await twilio.phone(SILENT).text(TOLL_FREE, "And there you are")
        await seat.open(SILENT_IN_THE_LIST)
        assert seat.sees("And there you are") is not None


async def test_the_report_can_be_given_to_anyone(house: House, twilio: Simulator) -> None:
    async with house() as home:
        seat = await home.live()
        await twilio.phone(SILENT).text(LINE, "My card number is 4111")
        await seat.open(SILENT_IN_THE_LIST)
        seat.session.desk.open_health()
        await seat.click("Check again")
        await seat.click("Copy report")
        await seat.told("Copied")
        report = QGuiApplication.clipboard().text()
        assert len(report.splitlines()) >= 9
        assert all(line.startswith("ok  ") for line in report.splitlines()), report
        secrets = (twilio.account.auth_token, NGROK_TOKEN, "4111", "555-0100", LINE, SILENT)
        assert [secret for secret in secrets if secret in report] == []


async def test_an_agent_that_is_refused_is_explained_and_tried_again_by_its_button(
    house: House, ngrok: Standin
) -> None:
    async with house() as home:
        seat = await home.live()
        ngrok.behave(refuse=108)
        ngrok.do("refuse", code=108)
        await seat.until(lambda: seat.light == "bad", "the light tells it")
        await seat.told("This ngrok account is already in use by another program or computer")
        seat.session.desk.open_health()
        await seat.until(lambda: seat.offers("Reconnect: Public address"), "there is a button")
        ngrok.behave(refuse=None)
        await seat.click("Reconnect: Public address")
        await seat.until(lambda: seat.light == "ok", "it is up again")
        await seat.told("All is well")
