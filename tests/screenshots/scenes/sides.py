"""The details and the handset."""

from PySide6.QtWidgets import QWidget

from sms_desktop.demo import SHOP, seed
from tests.screenshots import samples
from tests.screenshots.samples import ROSA, Tale, them, us
from tests.screenshots.scene import scene
from tests.screenshots.scenes.window import MAYA
from tests.screenshots.stage import Stage


@scene()
async def details_named(stage: Stage) -> None:
    await stage.play()
    await stage.open(MAYA)


@scene()
async def details_unnamed(stage: Stage) -> None:
    await stage.play()
    await stage.open("+14155550132")


@scene()
async def details_editing(stage: Stage) -> None:
    await stage.play()
    await stage.open("+14155550132")
    stage.press("Change name")


@scene()
async def details_stopped(stage: Stage) -> None:
    await stage.play()
    await stage.open("+14155550123")


@scene()
async def details_shared_media(stage: Stage) -> None:
    files = (*samples.several(8), samples.landscape(), samples.portrait(), samples.unshowable(), samples.pdf())
    said = [them(60 - n, files=(item,)) for n, item in enumerate(files)]
    await stage.play(seed, Tale([*said, us(3, "Thank you!")], name="Rosa Lindqvist-Featherstonehaugh of Wolverhampton"))
    await stage.open(ROSA)


@scene()
async def details_notes(stage: Stage) -> None:
    await stage.play()
    await stage.services.contacts.set_notes(MAYA, "Prefers texts before noon.\n" * 9)
    await stage.open(MAYA)
    stage.person.named("Notes", QWidget).setFocus()


@scene()
async def handset(stage: Stage) -> None:
    await stage.play(right="phone")
    await stage.open(MAYA)


@scene()
async def handset_stopped(stage: Stage) -> None:
    """The customer's own view of an opt-out and back."""
    await stage.play(right="phone")
    await stage.open("+14155550132")
    phone = stage.phones.phone("+14155550132")
    await phone.text(SHOP, "Is Saturday still fine?")
    await phone.text(SHOP, "STOP")
    await phone.send_photo(SHOP, "")
    await stage.until(lambda: stage.desk.composer._view.is_locked, "the composer is locked")


@scene()
async def handset_weather(stage: Stage) -> None:
    await stage.play(right="phone")
    await stage.open(MAYA)
    for name in stage.phones.weather.NAMES[:2]:
        stage.phones.weather.turn(name, True)
    assert stage.desk.phone is not None
    stage.desk.phone.refresh_weather()


@scene()
async def handset_people(stage: Stage) -> None:
    await stage.play(right="phone")
    await stage.open(MAYA)
    stage.press("Choose customer")
