"""The window as a whole: the picture that people see first, narrow, at 200 %, right to left, and with nothing in it."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from sms_desktop.domain.message import Status
from tests.screenshots.samples import ROSA, Tale, pdf, portrait, them, us
from tests.screenshots.scene import scene
from tests.screenshots.stage import Stage, nothing

MAYA = "+14155550110"
WORDS = "Thanks for your patience, Maya. The balance is $120, cash or card both work 🙂"


async def _typing(stage: Stage, right: str | None = "details") -> None:
    await stage.play(right=right)
    await stage.open(MAYA)
    stage.desk.composer._view.insert(WORDS)


@scene()
@scene(name="main-200-percent", scale=2)
@scene(name="main-1600", size=(1600, 1000))
async def main(stage: Stage) -> None:
    """Like the target picture."""
    await _typing(stage)


@scene()
async def main_attachment(stage: Stage) -> None:
    await _typing(stage)
    name, _, data = pdf()
    stage.desk.composer._view.add_file(await stage.services.media.attach_bytes(data, name))


@scene()
@scene(name="narrow-800", size=(800, 840))
@scene(name="narrow-500", size=(500, 840))
@scene(name="demo-200-percent", scale=2)
async def demo(stage: Stage) -> None:
    """The demo as it opens, with the handset."""
    await _typing(stage, "phone")


@scene(size=(800, 840))
async def narrow_800_details(stage: Stage) -> None:
    await _typing(stage)
    stage.desk.window.show_details()


@scene(size=(500, 840))
async def narrow_500_details(stage: Stage) -> None:
    await _typing(stage)
    stage.desk.window.show_details()


@scene(size=(500, 840))
async def narrow_500_list(stage: Stage) -> None:
    await _typing(stage)
    stage.desk.window.show_list()


@scene(size=(480, 560))
async def smallest(stage: Stage) -> None:
    await _typing(stage)


HEBREW = Tale(
    (
        them(50, "שלום, הכיסא הכחול שלי מוכן?"),
        us(48, "בוקר טוב! כמעט, השכבה האחרונה מתייבשת אחר הצהריים.", author="פריה"),
        them(47, "מעולה. אפשר תמונה כשזה מוכן? https://example.com/chair"),
        us(20, "הנה התמונה", files=(portrait(),)),
        us(18, "החניה מאחורי הבניין.", code=30003, status=Status.UNDELIVERED),
    ),
    name="רחל כהן",
)


@scene(rtl=True)
@scene(name="right-to-left-500", rtl=True, size=(500, 840))
async def right_to_left(stage: Stage) -> None:
    from sms_desktop.demo import seed

    await stage.play(seed, HEBREW)
    await stage.open(ROSA)
    stage.desk.composer._view.insert("תודה על הסבלנות")


@scene(rtl=True)
async def right_to_left_phone(stage: Stage) -> None:
    await _typing(stage, "phone")


@scene()
async def empty_store(stage: Stage) -> None:
    await stage.play(nothing)


@scene()
async def empty_store_phone(stage: Stage) -> None:
    await stage.play(nothing, right="phone")


@scene()
async def nothing_selected(stage: Stage) -> None:
    await stage.play()


@scene()
async def conversation_without_messages(stage: Stage) -> None:
    await stage.play()
    await stage.open("+12125550199")


@scene()
async def focus_first_tab(stage: Stage) -> None:
    """The keyboard's first step into the window."""
    from PySide6.QtCore import Qt

    await _typing(stage)
    stage.person.named("Search", QWidget).setFocus()
    QTest.keyClick(stage.person.named("Search", QWidget), Qt.Key.Key_Tab)
