"""The From line says how its line is registered, and a text that carriers would stop is asked about first."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.events import RegistrationsChanged
from sms_desktop.domain.registration import Known
from sms_desktop.ui.composer.asking import SEND_ANYWAY
from sms_desktop.ui.composer.cautioning import DECIDE, OPEN
from sms_desktop.ui.composer.presenter import FIRST_WHETHER_TO_STOP
from sms_desktop.ui.consent.sentences import NOT_MEANT
from tests.rig import LINE, TOLL_FREE, YOURS, Rig
from tests.ui import registrationsamples as told
from tests.ui.composer.test_presenter import Desk
from tests.ui.conftest import Loop

ABROAD = "+4915155501234"
STOPPED = "(212) 555-0100 is not registered for texts to the United States: carriers will stop this text."


@pytest.fixture
def desk(loop: Loop, rig: Rig, qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(loop, rig)
    loop.run(desk.start())
    yield desk
    loop.run(desk.stop())
    assert desk.errors == []


def tell(desk: Desk, known: Known) -> None:
    """What Twilio says of the line that is open."""
    line = desk.services.lines.get(LINE)
    free = desk.services.lines.get(TOLL_FREE)
    assert line is not None and line.sid is not None and free is not None and free.sid is not None
    pools = tuple(replace(pool, senders=(line.sid,) if pool.senders else ()) for pool in known.pools or ())
    verified = tuple(replace(one, number_sid=free.sid) for one in known.verifications or ())
    desk.services.registrations.known = replace(known, pools=pools, verifications=verified)
    desk.services.hub.publish([RegistrationsChanged(desk.services.registrations.known)])


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (told.APPROVED, "A2P 10DLC registered"),
        (told.NOTHING, "Not registered for US texts"),
        (told.DESCRIBED, "Registration in review"),
        (told.REJECTED, "Not registered for US texts"),
        (told.REHEARSED, "Rehearsal only"),
        (replace(told.IN_REVIEW, brands=(replace(told.BRAND, status="PENDING", mock=True),)), "Rehearsal only"),
        (Known(), ""),
    ],
)
def test_the_from_line_says_how_its_line_is_registered(desk: Desk, known: Known, said: str) -> None:
    tell(desk, known)
    button = desk.view.registration
    assert button.said == said and button.isVisible() is bool(said)
    assert button.accessibleName() == (f"{said}. Show the registration" if said else "")


def test_a_text_by_an_unregistered_line_is_asked_about_each_time(desk: Desk) -> None:
    tell(desk, told.NOTHING)
    desk.type("Ready.")
    assert desk.view.caution.asked.startswith(STOPPED) and not desk.view.send_button.isEnabled()
    desk.press_enter()
    assert desk.view.notice == DECIDE
    desk.view.caution.button(SEND_ANYWAY).click()
    desk.loop.run(desk.named("send"))
    assert desk.loop.run(desk.bodies(desk.maria)) == ["Ready."]
    desk.type("Really.")
    assert desk.view.caution.asked.startswith(STOPPED) and not desk.view.send_button.isEnabled()
    assert desk.loop.run(desk.bodies(desk.maria)) == ["Ready."]


def test_with_nothing_written_nothing_is_asked_and_the_from_line_says_how_it_is(desk: Desk) -> None:
    tell(desk, told.NOTHING)
    card = desk.view.caution
    assert card.asked == "" and desk.view.registration.said == "Not registered for US texts"
    desk.type("R")
    assert card.asked.startswith(STOPPED) and [button.text() for button in card.buttons] == [OPEN, SEND_ANYWAY]
    desk.view.editor.textCursor().deletePreviousChar()
    assert card.asked == ""
    desk.view.set_content("a draft that was kept")
    assert card.asked.startswith(STOPPED)


def test_whether_they_want_texts_at_all_is_asked_before_what_becomes_of_a_text(desk: Desk) -> None:
    tell(desk, told.NOTHING)
    view = desk.view

    async def play() -> None:
        await desk.rig.simulator.phone(YOURS).text(LINE, "Please stop texting me")
        await desk.rig.inbound("Please stop texting me")

    desk.loop.run(play())
    desk.loop.until(lambda: view.consent.asked)
    desk.type("Did you mean all of them?")
    desk.press_enter()
    assert view.caution.asked == "" and view.notice == FIRST_WHETHER_TO_STOP and not view.send_button.isEnabled()
    view.consent.button(NOT_MEANT).click()
    desk.loop.until(lambda: view.consent.asked == "")
    assert view.caution.asked.startswith(STOPPED) and view.notice == DECIDE
    view.caution.button(SEND_ANYWAY).click()
    desk.loop.run(desk.named("send"))
    assert "Did you mean all of them?" in desk.loop.run(desk.bodies(desk.maria))


def test_both_buttons_lead_to_the_registration_of_the_line(desk: Desk) -> None:
    wanted: list[str] = []
    desk.presenter.registrationWanted.connect(wanted.append)
    tell(desk, told.NOTHING)
    desk.type("Ready.")
    desk.view.caution.button(OPEN).click()
    desk.view.registration.click()
    assert wanted == [LINE, LINE]


def test_once_it_is_registered_nothing_is_asked_any_more(desk: Desk) -> None:
    tell(desk, told.NOTHING)
    desk.type("Ready.")
    desk.press_enter()
    tell(desk, told.APPROVED)
    assert desk.view.caution.asked == "" and desk.view.notice == "" and desk.view.send_button.isEnabled()
    desk.press_enter()
    desk.loop.run(desk.named("send"))
    assert desk.loop.run(desk.bodies(desk.maria)) == ["Ready."]


def test_texts_to_other_countries_and_of_what_nobody_knows_are_not_asked_about(desk: Desk) -> None:
    tell(desk, Known())
    assert desk.view.caution.asked == ""
    tell(desk, told.NOTHING)
    abroad = desk.loop.run(desk.services.conversations.open(LINE, ABROAD))
    desk.loop.run(desk.presenter.open(abroad))
    assert desk.view.caution.asked == "" and desk.view.registration.said == "Not registered for US texts"


def test_what_was_decided_for_one_person_is_not_decided_for_the_next(desk: Desk) -> None:
    tell(desk, told.NOTHING)
    desk.type("Ready.")
    desk.view.set_busy("The attachments are being read.")  # so it is decided, and does not go yet
    desk.view.caution.button(SEND_ANYWAY).click()
    assert desk.view.caution.asked == "" and desk.view.body == "Ready."
    desk.loop.run(desk.presenter.open(desk.dan))
    QTest.keyClicks(desk.view.editor, "Hello")
    assert desk.view.caution.asked.startswith(STOPPED) and not desk.view.send_button.isEnabled()


def test_an_unverified_toll_free_line_is_asked_about_for_canada_too(desk: Desk) -> None:
    tell(desk, told.REJECTED)
    for peer in (YOURS, "+14165550123"):
        conversation = desk.loop.run(desk.services.conversations.open(TOLL_FREE, peer))
        desk.loop.run(desk.presenter.open(conversation))
        desk.type("Ready.")
        assert desk.view.registration.said == "Not verified for US texts"
        assert "(888) 555-0144 is not verified for texts to the United States and Canada" in desk.view.caution.asked
