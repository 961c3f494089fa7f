"""One person's consent, over real services."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.consent import Consent, ConsentEvent, ConsentSource, Standing
from sms_desktop.domain.conversation import Conversation
from sms_desktop.services import clock, evidence
from sms_desktop.services.consent import only_they_can
from sms_desktop.store import consent
from sms_desktop.store.store import Tx
from sms_desktop.ui.consent import saving, sentences
from sms_desktop.ui.consent.dialog import ConsentDialog
from sms_desktop.ui.consent.presenter import ConsentPresenter
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from tests.rig import LINE, YOURS, Rig
from tests.ui.conftest import Loop


class Room:
    """The dialog with its presenter; ``target`` is where a file is to go."""

    def __init__(self, loop: Loop, rig: Rig, bot: QtBot) -> None:
        theme()
        self.loop, self.rig, self.bot = loop, rig, bot
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.target: Path | None = None
        self.of: Conversation = loop.run(rig.services.conversations.open(LINE, YOURS))
        self.dialog: ConsentDialog

    def open(self) -> ConsentDialog:
        self.dialog = ConsentDialog("Dana", LINE, "Ada")
        presenter = ConsentPresenter(self.rig.services, self.tasks, self.dialog, self.of)
        presenter.ask_target = self._chosen
        self.loop.run(presenter.start())
        self.dialog.open()
        with self.bot.waitActive(self.dialog):
            self.dialog.activateWindow()
        return self.dialog

    async def _chosen(self, *_: object) -> Path | None:
        return self.target

    def settle(self) -> None:
        self.loop.until(lambda: not self.tasks._tasks)

    def standing(self) -> Standing:
        return self.loop.run(self.rig.services.consents.of(LINE, YOURS)).consent.standing

    def stops(self, body: str = "STOP") -> None:
        async def play() -> None:
            await self.rig.simulator.phone(YOURS).text(LINE, body)
            await self.rig.inbound(body)

        self.loop.run(play())
        self.settle()

    def rows(self) -> list[list[str]]:
        return [[label.said for label in row.findChildren(WrappedLabel)] for row in self.dialog.rows]

    def enter(self, why: str) -> None:
        self.dialog.why.setText(why)
        QTest.keyClick(self.dialog.why, Qt.Key.Key_Return)
        self.settle()


@pytest.fixture
def room(loop: Loop, rig: Rig, qtbot: QtBot) -> Iterator[Room]:
    room = Room(loop, rig, qtbot)
    yield room
    if shiboken6.isValid(room.dialog):
        room.dialog.close()
    room.settle()
    loop.run(room.tasks.close())
    assert room.errors == []


def test_nothing_is_known_at_first_and_what_is_entered_stands(room: Room) -> None:
    dialog = room.open()
    assert dialog.standing.said == "Nothing is known yet"
    assert dialog.none.isVisible() and dialog.leave.hasFocus()
    dialog.agree.click()
    assert dialog.why.hasFocus() and dialog.who.text() == "Ada"
    room.enter("signed the form")
    assert dialog.standing.said == "Can be messaged"
    assert room.standing() is Standing.ALLOWED
    [[title, said]] = room.rows()
    assert title.startswith("Opted in · today ") and said == "Entered by Ada: signed the form"
    assert not dialog.form.isVisible()


def test_who_has_texted_and_said_nothing_of_it_can_be_messaged_here_as_in_details(room: Room) -> None:
    dialog = room.open()
    assert dialog.standing.said == "Nothing is known yet" and dialog.said.said == sentences.NOTHING
    room.stops("hello shop")
    dialog = room.open()
    assert dialog.standing.said == "Can be messaged" and dialog.said.said == sentences.WROTE
    assert not dialog.agree.isHidden() and not dialog.stop.isHidden()
    room.stops("STOP")
    assert dialog.standing.said == "Opted out"


def test_who_enters_nothing_is_told_what_is_missing(room: Room) -> None:
    dialog = room.open()
    dialog.stop.click()
    room.enter("  ")
    assert dialog.wrong.said.startswith("Say how you know it")
    assert dialog.why.hasFocus()
    dialog.who.clear()
    room.enter("called")
    assert dialog.wrong.said == "Say who enters it: your name."
    assert dialog.who.hasFocus()
    assert room.standing() is Standing.UNKNOWN


def test_an_opt_out_of_staff_is_taken_back_by_staff(room: Room) -> None:
    dialog = room.open()
    dialog.stop.click()
    assert "no more texts from (212) 555-0100" in dialog.asked.said
    room.enter("called")
    assert room.standing() is Standing.OUT and not dialog.stop.isVisible()
    dialog.agree.click()
    room.enter("it was somebody else")
    assert room.standing() is Standing.ALLOWED


def test_a_stop_of_their_own_cannot_be_taken_back_here_and_says_who_can(room: Room) -> None:
    room.stops()
    dialog = room.open()
    assert not dialog.agree.isVisible() and not dialog.stop.isVisible()
    assert "Ask them to text START to (212) 555-0100" in dialog.barred.said
    [[title, said, proof]] = room.rows()
    assert title.startswith("Opted out · ") and said == "They wrote “STOP” to (212) 555-0100"
    assert proof.startswith("SM")


def test_a_stop_that_comes_while_somebody_enters_an_agreement_puts_the_form_away(room: Room) -> None:
    dialog = room.open()
    dialog.agree.click()
    room.stops()
    assert not dialog.form.isVisible() and dialog.barred.isVisible()
    assert room.standing() is Standing.OUT


def test_escape_puts_the_form_away_and_then_the_dialog(room: Room) -> None:
    dialog = room.open()
    dialog.stop.click()
    QTest.keyClick(dialog.why, Qt.Key.Key_Escape)
    assert dialog.isVisible() and not dialog.form.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_evidence_is_saved_as_csv_and_pdf(room: Room, tmp_path: Path) -> None:
    room.loop.run(room.rig.services.contacts.rename(YOURS, "=Dana"))
    room.stops()
    dialog = room.open()
    room.target = tmp_path / "evidence.csv"
    dialog.csv.click()
    room.settle()
    assert dialog.trouble.said == "evidence.csv was saved with 1 entry."
    [row] = list(csv.DictReader(room.target.read_text(encoding="utf-8-sig").splitlines()))
    assert (row["phone"], row["name"], row["words"], row["standing"]) == (YOURS, "'=Dana", "STOP", "opted out")
    assert row["message_sid"].startswith("SM")
    room.target = tmp_path / "evidence.pdf"
    dialog.pdf.click()
    room.settle()
    assert room.target.read_bytes().startswith(b"%PDF-")
    assert sorted(path.name for path in tmp_path.glob("evidence*")) == ["evidence.csv", "evidence.pdf"]


def test_a_file_that_cannot_be_written_is_told(room: Room, tmp_path: Path) -> None:
    dialog = room.open()
    room.target = tmp_path / "nowhere" / "evidence.csv"
    dialog.csv.click()
    room.settle()
    assert dialog.trouble.said.startswith("evidence.csv cannot be written")


def test_everybodys_evidence_fits_however_many_pages_it_takes(room: Room, tmp_path: Path) -> None:
    async def enter() -> None:
        for n in range(40):
            await room.rig.services.consents.opt_out(LINE, f"+1415555{2000 + n}", "Ada", "called " * 40)

    room.loop.run(enter())
    room.open()
    target = tmp_path / "all.pdf"
    count = saving.write(evidence.all_of(room.rig.directory), target, "Everybody", clock.now())
    assert count == 40
    assert target.read_bytes().count(b"/Type /Page\n") > 3


def test_an_opt_out_by_a_word_of_our_own_is_not_said_to_be_blocked_by_twilio(room: Room) -> None:
    room.loop.run(room.rig.services.consents.set_keywords(["alto"], []))
    room.stops("ALTO")
    dialog = room.open()
    assert dialog.barred.said == (
        "They opted out of (212) 555-0100 themselves, so only they can take it back. "
        "Ask them to text START to (212) 555-0100."
    )
    stop = ConsentEvent(LINE, YOURS, True, ConsentSource.INBOUND, "STOP", "SM1", clock.now())
    assert "Twilio blocks" in only_they_can(LINE, Consent(Standing.OUT, stop))


def test_what_was_said_to_another_number_of_the_service_is_saved_once_with_all_that_it_counts_for(
    room: Room, tmp_path: Path
) -> None:
    service, other = "MG" + "0b" * 16, "+12125550143"

    def work(tx: Tx) -> None:
        consent.set_services(tx, {LINE: service, other: service})
        consent.record(
            tx, line=other, peer=YOURS, opted_out=True, source="inbound", words="STOP", sid="SM1", at=clock.now()
        )

    room.loop.run(room.rig.engine.store.do(work))
    dialog = room.open()
    room.target = tmp_path / "evidence.csv"
    dialog.csv.click()
    room.settle()
    assert dialog.trouble.said == "evidence.csv was saved with 1 entry."
    [row] = csv.DictReader(room.target.read_text(encoding="utf-8-sig").splitlines())
    assert (row["line"], row["counts_for"], row["standing"]) == (other, f"'{LINE}, {service}", "opted out")
    [one] = evidence.all_of(room.rig.directory, YOURS)
    assert sentences.evidence_shared(one, one.shared[0]) == (
        "It counts for (212) 555-0100 and Messaging Service as well, which share a service with it."
    )
    named = replace(one, called={service: "Reminders"})
    assert sentences.evidence_shared(named, (service,)) == (
        "It counts for Messaging Service “Reminders” as well, which shares a service with it."
    )


def test_a_long_ledger_is_read_by_page_keys(room: Room) -> None:
    for day in range(12):
        room.loop.run(room.rig.services.consents.opt_out(LINE, YOURS, "Ada", f"called on day {day}"))
        room.loop.run(room.rig.services.consents.opt_in(LINE, YOURS, "Ada", f"signed on day {day}"))
    dialog = room.open()
    bar = dialog.page.verticalScrollBar()
    room.bot.waitUntil(lambda: bar.maximum() > 0)
    QTest.keyClick(dialog.leave, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    QTest.keyClick(dialog.leave, Qt.Key.Key_PageUp)
    assert bar.value() < bar.maximum()


def test_the_proof_names_the_messaging_service_that_the_line_was_in(room: Room) -> None:
    service = room.rig.simulator.account.add_service(LINE, friendly_name="Shop texts")
    room.loop.run(room.rig.services.lines.refresh())
    room.stops()
    room.open()
    (row,) = room.rows()
    assert row[-1].endswith(f" · Messaging Service “Shop texts”, {service.sid}")
    (one,) = evidence.all_of(room.rig.directory, YOURS)
    assert sentences.event_proof(one.events[0], one.called) == row[-1]
