"""A list that is imported in the preferences, over real services."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.consent import Consent, ConsentEvent, ConsentSource
from sms_desktop.domain.errors import OptedOut
from sms_desktop.services import evidence
from sms_desktop.services.clock import now
from sms_desktop.services.evidence import Evidence
from sms_desktop.services.roster import STILL_OUT
from sms_desktop.ui.preferences import consentpresenter
from sms_desktop.ui.preferences.consent import ConsentPage
from sms_desktop.ui.preferences.consentpresenter import ConsentPresenter
from tests.rig import LINE, TOLL_FREE, YOURS, Rig
from tests.ui.conftest import Loop
from tests.ui.replies.conftest import Room

CODE = "55512"


@pytest.fixture
def room(qtbot: QtBot, loop: Loop, rig: Rig) -> Iterator[Room]:
    rig.simulator.account.add_line(CODE, "Raffle")
    loop.run(rig.services.lines.refresh())
    room = Room(qtbot, loop, rig.services)
    yield room
    room.leave()


def imported(room: Room, folder: Path, text: str, line: str = "") -> tuple[ConsentPage, list[str]]:
    """The page, and what it tells of the rows that were not taken as they are."""
    path = folder / "people.csv"
    path.write_text(f"Phone,Opt-in,Line,Date\n{text}", encoding="utf-8")

    async def chosen(_: object) -> Path:
        return path

    async def wanted(*_: object) -> Path:
        return folder / "evidence.csv"

    room.open("consent")
    page = room.dialog.consent
    [presenter] = page.findChildren(ConsentPresenter)
    presenter.ask_source, presenter.ask_target = chosen, wanted
    page.file.click()
    room.settle()
    page.line.setCurrentIndex(page.line.findData(line))
    page.enter.click()
    room.settle()
    return page, page.rows.stringList()


def may_be_texted(room: Room, peer: str, line: str) -> bool:
    place = room.loop.run(room.services.conversations.open(line, peer))
    try:
        room.loop.run(room.services.outbox.submit(place.id, "Hello?"))
    except OptedOut:
        return False
    return True


def test_opt_outs_of_a_short_code_are_taken_and_come_out_as_evidence_once(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"+14155550201,no,{CODE},\n+14155550202,no,raffle,\n+14155550203,no,66613,\n+14155550204,no,,\n"
    page, told = imported(room, tmp_path, text)
    assert told == ["Row 4: +14155550203 · 66613 is none of your numbers."]
    assert page.line.findData(CODE) > 0
    assert not may_be_texted(room, "+14155550201", CODE) and may_be_texted(room, "+14155550201", LINE)
    assert not may_be_texted(room, "+14155550202", CODE)
    monkeypatch.setattr(consentpresenter, "TOLD_EVERY", 2)
    told = []
    monkeypatch.setattr(page, "show_saved", lambda said, *_: told.append(said))
    page.csv.click()
    room.settle()
    assert told == [
        "Writing…", "Writing: 2 so far…", "Writing: 4 so far…", "evidence.csv was saved with 5 entries."
    ]  # fmt: skip
    rows = list(csv.DictReader((tmp_path / "evidence.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["phone"], row["line"]) for row in rows] == [
        ("+14155550201", CODE), ("+14155550202", CODE),
        ("+14155550204", LINE), ("+14155550204", TOLL_FREE), ("+14155550204", CODE),
    ]  # fmt: skip


def without_end(_: Path) -> Iterator[Evidence]:
    while True:
        event = ConsentEvent(LINE, YOURS, True, ConsentSource.STAFF, "", None, now(), "Ada", "at the counter")
        yield Evidence(LINE, YOURS, "Dana", (event,), Consent(), ((),))


@pytest.mark.parametrize("ending", ["csv", "pdf"])
@pytest.mark.parametrize("quits", [False, True])
def test_evidence_that_takes_long_is_stopped_by_its_button_or_the_end_and_leaves_what_was_there(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, quits: bool
) -> None:
    target = tmp_path / f"evidence.{ending}"
    target.write_text("of last year")

    async def wanted(*_: object) -> Path:
        return target

    monkeypatch.setattr(consentpresenter, "TOLD_EVERY", 20)
    monkeypatch.setattr(evidence, "all_of", without_end)
    room.open("consent")
    page = room.dialog.consent
    [presenter] = page.findChildren(ConsentPresenter)
    presenter.ask_target = wanted
    with room.bot.waitActive(room.dialog):
        room.dialog.activateWindow()
    saving = page.csv if ending == "csv" else page.pdf
    saving.setFocus()
    saving.click()
    room.loop.until(page.cease.isVisible)
    assert page.cease.hasFocus() and page.saved.said.startswith("Writing: ")
    if quits:
        room.loop.run(room.tasks.close())
    else:
        page.cease.click()
        room.settle()
        assert page.saved.said == "Stopped. Nothing was saved."
    assert page.cease.isHidden() and saving.isEnabled() and saving.hasFocus()
    room.loop.until(lambda: [path.name for path in tmp_path.iterdir() if path.is_file()] == [target.name])
    assert target.read_text() == "of last year"


@pytest.mark.parametrize("line", [LINE, ""])
@pytest.mark.parametrize("agreed", ["2020-01-01", "today", ""])
def test_no_agreement_in_a_list_undoes_a_stop(room: Room, rig: Rig, tmp_path: Path, agreed: str, line: str) -> None:
    room.loop.run(rig.simulator.phone(YOURS).text(LINE, "STOP"))
    room.loop.run(rig.inbound("STOP"))
    today = now().isoformat(timespec="microseconds")  # after the STOP, which counts more all the same
    page, told = imported(room, tmp_path, f"{YOURS},yes,,{today if agreed == 'today' else agreed}\n", line)
    assert told == [f"Row 2: {YOURS} · {STILL_OUT}"]
    assert page.said.said.startswith("0 rows were taken.")
    assert not may_be_texted(room, YOURS, LINE)
