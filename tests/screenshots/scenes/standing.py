"""How we stand with Twilio, told by banners; and the windows that come before the first message."""

import socket

from sms_desktop.app.page import STILL_THERE
from sms_desktop.demo import seed
from sms_desktop.domain.events import Light
from sms_desktop.ui.setup.trouble import TroubleWindow
from tests.screenshots.scene import scene
from tests.screenshots.scenes.window import MAYA
from tests.screenshots.stage import Stage

NOBODY = "http://127.0.0.1:9"


async def _live(stage: Stage, wanted: str, **environ: str) -> None:
    """A window that is not the demo's, over the demo's history."""
    await stage.play(seed, demo=False, environ=environ)
    await stage.until(lambda: wanted in stage.services.connection.state.sentence, wanted)
    await stage.open(MAYA)


def _account(sid: str = "AC" + "5d" * 16, token: str = "b4" * 16, url: str = NOBODY, port: int = 0) -> dict[str, str]:
    return {
        "TWILIO_ACCOUNT_SID": sid,
        "TWILIO_AUTH_TOKEN": token,
        "SMS_DESKTOP_TWILIO_URL": url,
        "SMS_DESKTOP_WEBHOOK_PORT": str(port),
    }


@scene()
async def standing_live(stage: Stage) -> None:
    """All is well, under an address of one's own that leads here."""
    simulator = await stage.simulator()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    for line in simulator.account.lines.values():
        simulator.set_sms_url(line.number, f"{address}/twilio/inbound")
    account = _account(url=simulator.base_url, port=port)
    await _live(stage, "Live", **account, SMS_DESKTOP_PUBLIC_URL=address)


@scene()
@scene(name="standing-offline-500", size=(500, 840))
async def standing_offline(stage: Stage) -> None:
    await _live(stage, "Offline", **_account())


@scene()
async def standing_offline_waiting(stage: Stage) -> None:
    """A text waits in the outbox."""
    await _live(stage, "Offline", **_account())
    stage.person.type("We are open until six.")
    stage.press("Send")
    await stage.until(lambda: stage.services.outbox.waiting, "the text waits")


@scene()
async def standing_wrong_credentials(stage: Stage) -> None:
    simulator = await stage.simulator()
    await _live(stage, "does not accept", **_account(token="00" * 16, url=simulator.base_url))


@scene()
async def standing_port_busy(stage: Stage) -> None:
    simulator = await stage.simulator()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        await _live(stage, "cannot reach", **_account(url=simulator.base_url, port=port))
        await stage.until(lambda: stage.services.connection.state.account, "the account is known")


@scene()
async def standing_not_connected(stage: Stage) -> None:
    """No account is set up, but there is history."""
    await _live(stage, "Not connected")


@scene()
async def standing_connecting(stage: Stage) -> None:
    await stage.play(seed, connected=False)
    await stage.open(MAYA)
    assert stage.services.connection.state.light in Light


@scene()
async def standing_complaint(stage: Stage) -> None:
    """Something of the window's own went wrong."""
    await stage.play()
    await stage.open(MAYA)
    stage.desk.show_error("The disk is full, so the draft could not be saved.")


@scene(size=(560, 300))
@scene(name="trouble-right-to-left", size=(560, 300), rtl=True)
async def trouble(stage: Stage) -> None:
    stage.put(TroubleWindow(STILL_THERE))


@scene(size=(560, 300))
async def trouble_long(stage: Stage) -> None:
    stage.put(
        TroubleWindow(
            "The database in /home/maria/.local/share/sms-desktop/sms.db is damaged and cannot be opened. Nothing was "
            "changed. Restore the newest backup with: sms-desktop restore "
            "/home/maria/.local/share/sms-desktop/backups/2026-04-15T0312.db, or move the file away to start afresh."
        )
    )
