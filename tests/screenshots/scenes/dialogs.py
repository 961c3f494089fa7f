"""What opens over the window."""

from sms_desktop.demo import seed
from tests.screenshots import samples
from tests.screenshots.samples import ROSA, Tale, them, us
from tests.screenshots.scene import scene
from tests.screenshots.scenes.window import MAYA
from tests.screenshots.stage import Stage


async def _link(stage: Stage, url: str) -> None:
    await stage.play()
    await stage.open(MAYA)
    stage.desk._timeline_pane.view.linkActivated.emit(url)
    await stage.dialog()


@scene()
async def link(stage: Stage) -> None:
    await _link(stage, "https://shop.example.com/chairs/blue?size=2")


@scene()
async def link_doubtful(stage: Stage) -> None:
    """A name that looks like another one, and an address that goes on for ever."""
    await _link(stage, "http://pаypal.example.com@xn--pypl-53dc.example.net/" + "login/" * 20)


@scene()
async def file(stage: Stage) -> None:
    await stage.play(Tale((them(9, files=(samples.pdf(),)),)))
    await stage.open(ROSA)
    message = stage.person.messages()[0]
    stage.desk._timeline_pane.view.fileActivated.emit(message.id, message.media[0].id)
    await stage.dialog()


@scene()
async def file_dangerous(stage: Stage) -> None:
    tool = ("holiday pictures.exe", "application/x-dosexec", b"MZ" + b"\0" * 90_000)
    await stage.play(Tale((them(9, files=(tool,)),)))
    await stage.open(ROSA)
    message = stage.person.messages()[0]
    stage.desk._timeline_pane.view.fileActivated.emit(message.id, message.media[0].id)
    await stage.dialog()


@scene()
async def picture(stage: Stage) -> None:
    said = (
        them(9, files=(samples.portrait(),)),
        us(8, files=(samples.landscape(),)),
        them(5, files=samples.several(3)),
    )
    await stage.play(seed, Tale(said))
    await stage.open(ROSA)
    message = stage.person.messages()[1]
    stage.desk._timeline_pane.view.pictureActivated.emit(message.id, message.media[0].id)
    await stage.dialog()


@scene()
async def picture_unshowable(stage: Stage) -> None:
    await stage.play(seed, Tale((them(9, files=(samples.unshowable(),)),)))
    await stage.open(ROSA)
    message = stage.person.messages()[0]
    stage.desk._timeline_pane.view.pictureActivated.emit(message.id, message.media[0].id)
    await stage.dialog()


@scene()
@scene(name="preferences-200-percent", scale=2)
async def preferences(stage: Stage) -> None:
    await stage.play()
    await stage.open(MAYA)
    stage.desk.open_preferences()
    await stage.dialog()


@scene()
@scene(name="shortcuts-right-to-left", rtl=True)
async def shortcuts(stage: Stage) -> None:
    await stage.play()
    await stage.open(MAYA)
    stage.desk.open_shortcuts()
    await stage.dialog()
