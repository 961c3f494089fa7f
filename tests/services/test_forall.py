"""Lists for all numbers, through the whole engine: they count for each number at each place that decides on a text."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from sms_desktop.domain.consent import ConsentEvent
from sms_desktop.domain.errors import OptedOut
from sms_desktop.domain.line import Line
from sms_desktop.domain.message import Status
from sms_desktop.domain.night import AtNight, When
from sms_desktop.domain.reply import Held, Rule, Trigger
from sms_desktop.services.roster import Imported
from sms_desktop.store import consent, forall, lines
from sms_desktop.store.schema import conversations
from tests.rig import LINE, SILENT, TOLL_FREE, YOURS, Rig, running
from tests.services.test_nights import night

UNMARK = update(conversations).values(opted_out_at=None, opted_out_words=None, opted_out_source=None)
HOURS = Rule("Hours", Trigger.CONTAINS, "Nine to five.", words=("hours",))


@pytest.fixture
async def one_in_use(tmp_path: Path) -> AsyncIterator[Rig]:
    """Of two numbers of the account one is in use."""
    async with running(tmp_path / "data") as rig:
        await rig.services.lines.refresh()
        await rig.services.lines.choose([LINE])
        yield rig


async def enter_for_all(rig: Rig, folder: Path, *people: str) -> Imported:
    path = folder / "people.csv"
    path.write_text("Phone,Opted out\n" + "".join(f"{peer},yes\n" for peer in people), encoding="utf-8")
    found = await rig.services.rosters.read(path, "US")
    known = [line.address for line in rig.services.lines.known()]
    return await rig.services.rosters.enter(found, known, (LINE, TOLL_FREE), for_all=True)


async def out(rig: Rig, peer: str, line: str) -> bool:
    return await rig.engine.store.read(lambda db: consent.opted_out(db, line, peer))


async def entries(rig: Rig) -> list[ConsentEvent]:
    return [event for _, event in await rig.engine.store.read(lambda db: consent.page(db, 0, 10_000))]


async def test_what_waits_for_the_morning_by_a_number_not_in_use_does_not_leave(
    one_in_use: Rig, tmp_path: Path
) -> None:
    rig = one_in_use
    place = await rig.services.conversations.open(TOLL_FREE, SILENT)
    await rig.services.outbox.put_night_rule(night(AtNight.ASK))
    kept = await rig.services.outbox.submit(place.id, "Sale!", when=When.MORNING)
    await enter_for_all(rig, tmp_path, SILENT)
    await rig.services.outbox.send_now(kept.id)
    await rig.status(kept, Status.FAILED)
    assert not rig.simulator.phone(SILENT).messages


async def test_a_rule_answers_nobody_who_is_on_the_list_on_whichever_number(one_in_use: Rig, tmp_path: Path) -> None:
    rig = one_in_use
    await rig.services.replies.add(HOURS)
    await enter_for_all(rig, tmp_path, YOURS)
    for line in (LINE, TOLL_FREE):
        await rig.simulator.phone(YOURS).text(line, f"hours? {line}")
        await rig.inbound(f"hours? {line}")
        assert [one.why for one in await rig.services.replies.held(line, YOURS)] == [Held.OPTED_OUT_BY_LIST]
    await rig.simulator.idle()
    assert all(message.mine for message in rig.simulator.phone(YOURS).messages)


async def test_a_number_that_comes_into_use_while_the_file_is_read_is_not_left_out(
    one_in_use: Rig, tmp_path: Path
) -> None:
    rig = one_in_use
    path = tmp_path / "people.csv"
    path.write_text(f"Phone,Opted out\n{YOURS},yes\n", encoding="utf-8")
    known = [line.address for line in rig.services.lines.known()]
    found = await rig.services.rosters.read(path, "US")
    await rig.services.lines.choose([LINE, TOLL_FREE])
    await rig.services.rosters.enter(found, known, (LINE, TOLL_FREE), for_all=True)
    assert await out(rig, YOURS, LINE) and await out(rig, YOURS, TOLL_FREE)


async def test_a_refusal_by_a_list_does_not_say_that_they_wrote_stop(one_in_use: Rig, tmp_path: Path) -> None:
    rig = one_in_use
    await enter_for_all(rig, tmp_path, YOURS)
    await rig.services.conversations.open(TOLL_FREE, YOURS)
    for _ in range(2):
        with pytest.raises(OptedOut, match=r"^They asked for no more texts from"):
            await rig.send(YOURS, "Sale!", TOLL_FREE)
        # as an earlier version left it: nothing of a list shows in conversations of a number that was not in use
        await rig.engine.store.do(lambda tx: tx.db.execute(UNMARK))


async def test_who_is_known_to_a_number_not_in_use_shows_as_opted_out_at_once(one_in_use: Rig, tmp_path: Path) -> None:
    rig = one_in_use
    before = await rig.services.conversations.open(TOLL_FREE, YOURS)
    await enter_for_all(rig, tmp_path, YOURS, SILENT)
    shown = await rig.services.conversations.open(TOLL_FREE, YOURS)
    made = await rig.services.conversations.open(TOLL_FREE, SILENT)
    assert shown.id == before.id
    for place in (shown, made):
        assert (place.opted_out_source, place.opted_out_at is None) == ("import", False)
        assert (place.opted_out_words or "").startswith("For all numbers: people.csv, row ")


async def test_that_they_agreed_lifts_it_for_that_number_alone(one_in_use: Rig, tmp_path: Path) -> None:
    rig = one_in_use
    await rig.engine.store.do(lambda tx: lines.save(tx, [Line("+12125550177")]))
    await enter_for_all(rig, tmp_path, YOURS)
    await rig.services.consents.opt_in(TOLL_FREE, YOURS, "Ann", "said so")
    assert not await out(rig, YOURS, TOLL_FREE)
    assert await out(rig, YOURS, LINE) and await out(rig, YOURS, "+12125550177")
    await rig.status(await rig.send(YOURS, "Thank you!", TOLL_FREE), Status.DELIVERED)
    await rig.services.lines.choose([LINE, TOLL_FREE])  # where it is written down too
    assert not await out(rig, YOURS, TOLL_FREE)


async def test_the_first_text_to_a_number_that_nobody_knew_copies_no_list(tmp_path: Path) -> None:
    """It counts there all the same; what it says is entered for that number when the account is asked next."""
    async with running(tmp_path / "data") as rig:
        await rig.services.lines.refresh()
        people = [f"+1415555{n:04d}" for n in range(100, 160)]
        await enter_for_all(rig, tmp_path, *people)
        bought = "+12125550177"
        before = await entries(rig)
        await rig.engine.store.do(lambda tx: lines.ensure(tx, bought))
        assert bought in await rig.engine.store.read(lines.in_use)
        assert await entries(rig) == before
        assert [peer for peer in people if not await out(rig, peer, bought)] == []
        await rig.services.lines.refresh()
        assert await rig.engine.store.read(lambda db: forall.missing(db, bought)) == []
        assert {event.peer for event in await entries(rig) if event.line == bought} == set(people)
