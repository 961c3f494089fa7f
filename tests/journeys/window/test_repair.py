"""A damaged database on somebody's own computer: the window helps, and comes back with what is to be had."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from sms_desktop.demo import SHOP
from sms_desktop.domain.errors import REPLACED
from sms_desktop.domain.message import Status
from sms_desktop.domain.receiving import WayIn
from sms_desktop.simulator import PastMessage
from sms_desktop.store.backup import backup
from sms_desktop.store.opening import migrate_file
from sms_desktop.store.restore import restore
from sms_desktop.ui.repair import sentences
from sms_desktop.ui.repair.window import RepairWindow
from tests.journeys.window.hands import Hands
from tests.journeys.window.home import Home, House
from tests.journeys.window.seat import Seat
from tests.store.damage import column, listing, overwrite, page_with

BACKUP = "sms-2026-05-04-030000.db"
ROB, ROB_IN_THE_LIST = "+14155550124", "(415) 555-0124"
SAID = ["Do you have stools?", "Or a bench?", "STOP"]


async def repair(home: Home) -> Hands:
    """The page that comes up in place of the inbox."""
    home.start()
    return await page(home)


async def page(home: Home) -> Hands:
    def there() -> RepairWindow | None:
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, RepairWindow) and w.isVisible()]
        return shown[0] if shown else None

    window = await home._until(there, "the repair comes up")
    hands = Hands(window)
    await home._front(hands, window)
    return hands


async def a_day(home: Home) -> None:
    """Some texts, then the night's backup, then a STOP, and the window is closed."""
    seat = await home.live(WayIn.POLLING)
    for body in ("Do you have stools?", "Or a bench?"):
        await seat.phone(ROB).text(SHOP, body)
        await heard(seat, body)
    backup(home.root / "sms.db", home.root / "backups" / BACKUP)
    await seat.phone(ROB).text(SHOP, "STOP")
    await seat.open(ROB_IN_THE_LIST)
    await seat.until(lambda: seat.says("You cannot text this person."), "he is opted out")
    await home.quit()


async def heard(seat: Seat, body: str) -> None:
    seat.services.catchup.ask()
    await seat.until(lambda: any(row.last and row.last.body == body for row in seat.conversations()), f"“{body}” came")


async def recovered(home: Home) -> None:
    """The inbox comes up and has all that was said, and the STOP."""
    seat = await home.seat()
    await seat.until(lambda: seat.says("What could be read of the damaged database was recovered."), "it says so")
    await seat.open(ROB_IN_THE_LIST)
    await seat.until(lambda: [m.body for m in seat.messages() if m.body in SAID] == SAID, "all of it is there")
    await seat.until(lambda: seat.says("You cannot text this person."), "he is still opted out")


def spoil(root: Path, damage: str) -> None:
    path = root / "sms.db"
    match damage:
        case "header":
            overwrite(path, 0, bytes(100))
        case "emptied":
            path.write_bytes(b"")
        case "rubbish":
            path.write_bytes(b"Dear diary, " * 3000)
        case "short":
            with path.open("r+b") as file:
                file.truncate(path.stat().st_size // 2)


@pytest.mark.parametrize("damage", ["header", "rubbish", "short"])
async def test_the_newest_backup_is_restored_and_the_rest_comes_from_twilio(house: House, damage: str) -> None:
    async with house() as home:
        await a_day(home)
        spoil(home.root, damage)
        hands = await repair(home)
        assert hands.says("Your messages cannot be opened")
        await hands.until(lambda: hands.offers("Restore"), "a backup is offered")
        assert hands.says("Restore the backup of ") and hands.says("2 messages, checked just now.")
        await hands.click("Restore")
        seat = await home.seat()
        await seat.until(lambda: seat.says("was restored. It has"), "the window says what was done")
        await seat.open(ROB_IN_THE_LIST)
        await seat.until(lambda: seat.sees("STOP"), "what came since is here again")
        await seat.until(lambda: seat.says("You cannot text this person."), "he is still opted out")
        assert [m.body for m in seat.messages() if m.body in SAID] == SAID
        assert [name for name in listing(home.root) if name.startswith("damaged-") and name.endswith(".db")]
        await home.quit()
        seat = await home.seat()  # it is said once
        await seat.until(lambda: seat.says("Complete up to"), "all is as ever")
        assert not seat.says("was restored")


async def test_without_a_backup_what_can_be_read_is_recovered(house: House) -> None:
    async with house() as home:
        await a_day(home)
        (home.root / "backups" / BACKUP).unlink()
        spoil(home.root, "header")
        hands = await repair(home)
        await hands.click("Recover")
        await recovered(home)


async def test_quitting_leaves_the_damaged_file_as_it_is(house: House) -> None:
    async with house() as home:
        await a_day(home)
        spoil(home.root, "rubbish")
        before = (home.root / "sms.db").read_bytes()
        hands = await repair(home)
        await hands.click("Quit")
        assert home._life is not None
        await home._life
        assert (home.root / "sms.db").read_bytes() == before


async def test_damage_that_the_check_finds_leads_from_line_health_to_the_repair(house: House) -> None:
    async with house() as home:
        await a_day(home)
        overwrite(home.root / "sms.db", page_with(home.root / "sms.db", "opted_outlist"), b"\xff" * 4096)
        seat = await home.seat()
        seat.session.desk.open_health()
        await seat.click("Repair…: Database")
        hands = await page(home)
        await hands.click("Restore")
        again = await home.seat(seat.session)
        await again.until(lambda: again.says("was restored. It has"), "it was restored")


async def test_damage_that_only_the_list_comes_upon_leads_to_the_repair_too(house: House) -> None:
    async with house() as home:
        await a_day(home)
        [root] = column(home.root / "sms.db", "SELECT rootpage FROM sqlite_master WHERE name = 'conversations'")
        overwrite(home.root / "sms.db", (int(str(root)) - 1) * 4096, b"\xff" * 4096)
        hands = await repair(home)
        await hands.until(lambda: hands.offers("Restore"), "a backup is offered")
        hands.press("Recover what can be read")
        await hands.click("Recover")
        await recovered(home)


MIA, MIA_IN_THE_LIST = "+14155550125", "(415) 555-0125"


async def start_empty(home: Home) -> Seat:
    hands = await repair(home)
    await hands.until(lambda: hands.offers("Restore") or hands.offers("Start empty"), "there are choices")
    hands.press("Start with an empty database")
    await hands.click("Start empty")
    seat = await home.seat()
    await seat.until(lambda: seat.says("A new database was begun. It is empty"), "it says so")
    assert seat.session.desk.window.banner.property("role") == "banner-warn"
    return seat


@pytest.mark.parametrize("damage", ["emptied", "rubbish"])
async def test_starting_empty_forgets_no_stop_and_not_how_texts_come_in(house: House, damage: str) -> None:
    async with house() as home:
        seat = await home.live()
        await seat.phone(ROB).text(SHOP, "STOP")
        await seat.until(lambda: any(row.peer == ROB for row in seat.conversations()), "his STOP came")
        backup(home.root / "sms.db", home.root / "backups" / BACKUP)
        await seat.phone(MIA).text(SHOP, "STOP")  # the backup knows nothing of hers
        await seat.until(lambda: any(row.peer == MIA for row in seat.conversations()), "her STOP came")
        await home.quit()
        spoil(home.root, damage)
        seat = await start_empty(home)
        assert seat.says("as your newest backup knows them; what people wrote since then is fetched.")
        await seat.until(lambda: seat.services.routing.looked and seat.services.routing.all_here(), "texts come here")
        assert seat.services.receiving.state.way is WayIn.NGROK
        for name in (ROB_IN_THE_LIST, MIA_IN_THE_LIST):
            await seat.open(name)
            await seat.until(lambda: seat.says("You cannot text this person."), "nobody who said STOP can be texted")
        await seat.until(lambda: seat.sees("STOP"), "what was written is fetched")


async def test_where_nothing_is_left_twilio_is_asked_about_each_before_a_text_leaves(house: House) -> None:
    async with house() as home:
        then = datetime.now(UTC) - timedelta(days=400)
        home.simulator.account.import_messages(
            [
                PastMessage(ROB, SHOP, "STOP", then, None),
                PastMessage(ROB, SHOP, "Is it true?", datetime.now(UTC) - timedelta(days=3), None),
                PastMessage(MIA, SHOP, "Do you have stools?", datetime.now(UTC) - timedelta(days=3), None),
            ]
        )
        await home.live(WayIn.POLLING)
        await home.quit()
        spoil(home.root, "rubbish")
        seat = await start_empty(home)
        assert seat.says("no good backup knows your numbers")
        await seat.until(lambda: len(seat.people) == 2, "the last thirty days come by themselves")
        await seat.open(ROB_IN_THE_LIST)
        await seat.reaches(await seat.send("It is."), Status.FAILED)
        await seat.until(lambda: seat.says("You cannot text this person."), "his STOP is known again")
        await seat.open(MIA_IN_THE_LIST)
        await seat.reaches(await seat.send("Yes, we have."), Status.DELIVERED)
        assert seat.taken("It is.") == 0 and seat.taken("Yes, we have.") == 1
        seat.session.desk.open_health()
        await seat.until(lambda: seat.says("Who said STOP earlier is not all known"), "line health says so")
        await seat.click("Fetch it: Opt-outs")
        await seat.until(lambda: not seat.says("Who said STOP earlier is not all known"), "all is known again")


async def test_a_copy_from_before_the_set_up_loses_nothing_where_nothing_else_can_be_read(house: House) -> None:
    async with house() as home:
        migrate_file(home.root.parent / "early.db")
        then = datetime.now(UTC) - timedelta(days=3)
        home.simulator.account.import_messages([PastMessage(MIA, SHOP, "Do you have stools?", then, None)])
        seat = await home.live(WayIn.POLLING)
        await seat.phone(ROB).text(SHOP, "STOP")
        await seat.until(lambda: any(row.peer == ROB for row in seat.conversations()), "his STOP came")
        await home.quit()
        spoil(home.root, "rubbish")
        restore(home.root.parent / "early.db", home.root, datetime.now(UTC))
        seat = await home.seat()
        await seat.until(lambda: len(seat.people) == 2, "the last thirty days come by themselves")
        await seat.open(ROB_IN_THE_LIST)
        await seat.until(lambda: seat.says("You cannot text this person."), "his STOP is known again")


async def test_a_backup_is_made_and_restored_from_the_preferences(house: House) -> None:
    async with house() as home:
        seat = await home.live(WayIn.POLLING)
        await seat.phone(ROB).text(SHOP, "Hello?")
        await heard(seat, "Hello?")
        seat.session.desk.open_preferences("backups")
        await seat.click("Back up now")
        await seat.told("A backup was made and checked.")
        await seat.phone(ROB).text(SHOP, "Since then")
        await heard(seat, "Since then")
        restore = next(text for text in names(seat) if text.startswith("Restore the backup of today"))
        seat.press(restore)
        await seat.told("It has 1 message")
        seat.press("Restore")
        again = await home.seat(seat.session)
        await again.until(lambda: again.says("was restored. It has 1 message"), "the window says what was done")
        await heard(again, "Since then")
        assert [name for name in listing(home.root) if name.startswith("replaced-") and name.endswith(".db")]


def names(seat: Seat) -> list[str]:
    dialog = seat.session.desk.preferences.dialog
    assert dialog is not None
    return [
        button.accessibleName() for row in dialog.backups.rows for button in row.findChildren(type(dialog.backups.make))
    ]


@pytest.mark.parametrize("gone", ["-wal", "-shm", ""], ids=["log", "index", "database"])
async def test_files_taken_away_under_the_window_lead_to_the_page_at_once_and_cost_nothing(
    house: House, gone: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with house() as home:
        seat = await home.live()
        await seat.phone(ROB).text(SHOP, "STOP")
        await seat.until(lambda: any(row.peer == ROB for row in seat.conversations()), "his STOP came")
        (home.root / f"sms.db{gone}").unlink()
        await seat.phone(MIA).text(SHOP, "Are you open?")
        hands = await page(home)
        assert hands.says(REPLACED)
        assert not hands.offers("Recover")
        assert not seat.window.isVisible()
        errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
        assert [error for error in errors if REPLACED not in error] == []
        caplog.clear()
        await hands.click("Go on")
        again = await home.seat(seat.session)
        await again.until(lambda: again.says("is back in its place. It has"), "it says so")
        assert not again.says("The backup of")
        await again.until(lambda: any(row.peer == MIA for row in again.conversations()), "what came meanwhile is here")
        await again.open(ROB_IN_THE_LIST)
        await again.until(lambda: again.says("You cannot text this person."), "he is still opted out")


async def test_where_what_was_saved_is_taken_away_too_the_page_stays_and_nobody_who_is_out_is_let_in(
    house: House,
) -> None:
    async with house() as home:
        seat = await home.live(WayIn.POLLING)
        for body in ("Do you have stools?", "STOP"):
            await seat.phone(ROB).text(SHOP, body)
        await seat.phone(MIA).text(SHOP, "Hello?")
        seat.services.catchup.ask()
        await seat.until(lambda: {row.peer for row in seat.conversations()} == {ROB, MIA}, "all of it came")
        await seat.until(lambda: any(row.opted_out_at for row in seat.conversations()), "his STOP came")
        await seat.services.consents.opt_out(SHOP, MIA, "Priya", "said so at the counter")
        (home.root / "sms.db-wal").unlink()
        hands = await page(home)
        await hands.until(lambda: hands.offers("Go on"), "what was here is offered")
        (home.root / "sms.db.rescued").unlink()
        await hands.click("Go on")
        await hands.until(lambda: hands.says(sentences.RESCUED_GONE), "it says so")
        assert not hands.says("checked just now")
        await hands.click("Quit")
        assert home._life is not None
        await home._life
        home._life = None
        hands = await repair(home)  # and not the old file without a word
        assert hands.says(REPLACED)
        await hands.until(lambda: hands.offers("Go on") or hands.offers("Start empty"), "there are choices")
        hands.press(next(text for text in ("Go on", "Start empty") if hands.offers(text)))
        again = await home.seat(seat.session)
        await again.until(lambda: again.says("What could be read") or again.says("was begun"), "it says so")
        assert again.session.desk.window.banner.property("role") == "banner-warn"
        for name in (ROB_IN_THE_LIST, MIA_IN_THE_LIST):
            await again.open(name)
            await again.until(lambda: again.says("You cannot text this person."), "who is out stays out")


async def test_who_quits_then_is_helped_at_the_next_start(house: House) -> None:
    async with house() as home:
        seat = await home.live(WayIn.POLLING)
        await seat.phone(ROB).text(SHOP, "STOP")
        seat.services.catchup.ask()
        await seat.until(lambda: any(row.peer == ROB for row in seat.conversations()), "his STOP came")
        (home.root / "sms.db-wal").unlink()
        hands = await page(home)
        await hands.click("Quit")
        assert home._life is not None
        await home._life
        home._life = None
        hands = await repair(home)
        await hands.click("Go on")
        again = await home.seat(seat.session)
        await again.open(ROB_IN_THE_LIST)
        await again.until(lambda: again.says("You cannot text this person."), "he is still opted out")
