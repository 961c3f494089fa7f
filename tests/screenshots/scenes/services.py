"""A Messaging Service among the lines: in the list, the timeline, the menus, the preferences and the set-up."""

from sms_desktop.demo import SHOP
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.message import Status
from sms_desktop.domain.routing import RouteState
from tests.rig import YOURS
from tests.screenshots.scene import scene
from tests.screenshots.scenes.live import _preferences
from tests.screenshots.stage import Stage
from tests.ui.live import TOLL_FREE, Live

SID = "MG" + "0a" * 16
ABROAD = "+447911123456"


async def _talk(stage: Stage) -> str:
    """Written by a service, answered, and once refused. Gives the service’s SID."""
    await stage.play()
    simulator = stage.phones
    made = simulator.account.service_of(SHOP)
    assert made is not None
    made.friendly_name, made.senders[TOLL_FREE] = "Reminders", simulator.account.now()
    await stage.services.lines.refresh()
    await stage.services.lines.choose([SHOP, TOLL_FREE, made.sid])
    conversation = await stage.services.conversations.open(made.sid, YOURS)
    await _ended(stage, conversation.id, "Your chair is ready. Shall we bring it on Friday?")
    await simulator.phone(YOURS).text(SHOP, "Friday is fine!")
    listed = stage.desk._column.conversations.model
    await stage.until(lambda: (first := listed.record(0)) and first.line == made.sid, "it is answered")
    await stage.still()
    await stage.open(YOURS, made.sid)
    abroad = await stage.services.conversations.open(made.sid, ABROAD)
    del made.senders[SHOP]
    await _ended(stage, abroad.id, "Your chair is ready.")
    return made.sid


async def _ended(stage: Stage, conversation: int, body: str) -> None:
    message = await stage.services.outbox.submit(conversation, body)

    async def status() -> Status:
        found = await stage.services.outbox.message(message.id)
        assert found is not None
        return found.status

    while await status() not in {Status.DELIVERED, Status.FAILED}:
        await stage.still()


@scene()
@scene(name="service-right-to-left", rtl=True)
async def service(stage: Stage) -> None:
    """Each message says by which number it went or came; the details say which there are."""
    await _talk(stage)


@scene()
async def service_menu(stage: Stage) -> None:
    """The From menu of the composer."""
    await _talk(stage)
    stage.desk.composer._view.line_button.open_menu(stage.desk.composer._view.line_button)


@scene()
async def service_fails(stage: Stage) -> None:
    """No number of it fits."""
    service = await _talk(stage)
    await stage.open(ABROAD, service)


@scene(size=(700, 640))
@scene(name="preferences-lines-service-640", size=(640, 640))
async def preferences_lines_service(stage: Stage) -> None:
    live = Live()
    line = Line(SID, "Reminders", LineKind.SERVICE, sid=SID, senders=(SHOP, TOLL_FREE), sticky=True)
    live.lines.lines = (*live.lines.lines, line)
    live.routing.states[SID] = RouteState.ELSEWHERE
    await _preferences(stage, "lines", live)
