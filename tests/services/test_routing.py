"""Bringing inbound texts here and giving them back: every holder, with a whole engine and the simulated account."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sms_desktop.domain.receiving import WayIn
from sms_desktop.domain.routing import Change, Holder, HolderKind, Route, RouteState, Webhook, plain
from sms_desktop.services import routing
from sms_desktop.services.clock import now
from sms_desktop.services.routing import RoutingService
from sms_desktop.simulator import Simulator
from sms_desktop.simulator.resources import Application, Line, Service
from sms_desktop.store import diversions, reminder
from sms_desktop.store.backup import backup
from sms_desktop.store.restore import restore
from sms_desktop.store.schema import FILE
from tests.rig import LINE, PATIENCE, TOLL_FREE, YOURS, Rig
from tests.services.front import Front

SHORT = "74567"
OLD = Webhook("https://old.example/sms?shop=1", "GET", "https://old.example/fallback", "GET")
NOTHING = Webhook()


class Desk(Rig):
    """Nothing leads here unless a test has it so."""

    def route_inbound(self) -> None:
        """Left to the test."""

    @property
    def routing(self) -> RoutingService:
        return self.services.routing

    def line(self, number: str = LINE) -> Line:
        return self.simulator.account.line(number)

    def ours(self, fragment: str = "#rc=3&rp=all") -> str:
        return f"{self.engine.public_url}/twilio/inbound{fragment}"

    async def stop_and_start(self, meanwhile: Callable[[], bool] = lambda: True) -> None:
        """Quits, sees to it that ``meanwhile`` holds, and starts again at the same simulator."""
        await self.engine.close()
        assert meanwhile()
        await self.open(self.simulator.base_url)
        await self.connect()

    async def look(self, line: str = LINE) -> Route:
        return next(route for route in await self.routing.look() if route.line == line)

    async def state(self, line: str = LINE) -> RouteState:
        return self.routing.state(await self.look(line))

    async def bring(self, *lines: str) -> tuple[Change, ...]:
        """What was brought here, without a word of complaint."""
        await self.routing.look()
        changes = self.routing.plan(lines or None)
        assert await self.routing.bring(changes) == ()
        return changes


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "data")
    await desk.start()
    await desk.until(desk.services.lines.known, "lines")
    yield desk
    await desk.stop()


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "AGAIN", 0.1)


# -- each that may hold the setting -----------------------------------------------------------------------------------

Thing = Line | Service | Application


def number(simulator: Simulator) -> tuple[Line, str]:
    return simulator.account.line(LINE), LINE


def short_code(simulator: Simulator) -> tuple[Line, str]:
    return simulator.account.add_line(SHORT, "Raffle"), SHORT


def application(simulator: Simulator) -> tuple[Application, str]:
    app = simulator.account.add_application("Old app")
    simulator.account.line(LINE).sms_application_sid = app.sid
    return app, LINE


def service(simulator: Simulator) -> tuple[Service, str]:
    made = simulator.account.add_service(LINE, friendly_name="Shop service")
    made.use_inbound_webhook_on_number = False
    return made, LINE


def deferring_service(simulator: Simulator) -> tuple[Line, str]:
    simulator.account.add_service(LINE).inbound_request_url = "https://unused.example"
    return simulator.account.line(LINE), LINE


def trunk(simulator: Simulator) -> tuple[Line, str]:
    line = simulator.account.line(LINE)
    line.trunk_sid = "TK" + "1" * 32
    return line, LINE


KINDS: dict[str, tuple[Callable[[Simulator], tuple[Thing, str]], HolderKind, str]] = {
    "number": (number, HolderKind.NUMBER, "Shop"),
    "short code": (short_code, HolderKind.SHORT_CODE, "Raffle"),
    "application": (application, HolderKind.APPLICATION, "Old app"),
    "service": (service, HolderKind.SERVICE, "Shop service"),
    "deferring service": (deferring_service, HolderKind.NUMBER, "Shop"),
    "trunk": (trunk, HolderKind.NUMBER, "Shop"),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def put(thing: Thing, webhook: Webhook) -> None:
    if isinstance(thing, Service):
        thing.inbound_request_url, thing.inbound_method = webhook.url or None, webhook.method
        thing.fallback_url, thing.fallback_method = webhook.fallback_url or None, webhook.fallback_method
    else:
        thing.sms_url, thing.sms_method = webhook.url, webhook.method
        thing.sms_fallback_url, thing.sms_fallback_method = webhook.fallback_url, webhook.fallback_method


def at(thing: Thing) -> Webhook:
    if isinstance(thing, Service):
        return Webhook(
            thing.inbound_request_url or "", thing.inbound_method, thing.fallback_url or "", thing.fallback_method
        )
    return Webhook(thing.sms_url, thing.sms_method, thing.sms_fallback_url, thing.sms_fallback_method)


@every_kind
async def test_it_is_shown_before_and_after_and_brought_here_and_texts_arrive(desk: Desk, kind: str) -> None:
    make, holder_kind, name = KINDS[kind]
    thing, line = make(desk.simulator)
    put(thing, OLD)
    assert await desk.state(line) is RouteState.ELSEWHERE
    [change] = desk.routing.plan([line])
    assert (change.holder.kind, change.holder.sid, change.holder.name) == (holder_kind, thing.sid, name)
    assert (change.before, change.lines, change.changes_anything) == (OLD, (line,), True)
    assert change.after == Webhook(desk.ours(), "POST", OLD.fallback_url, OLD.fallback_method)
    assert at(thing) == OLD

    assert await desk.routing.bring([change]) == ()
    assert at(thing) == change.after
    assert desk.routing.state(desk.routing.route_of(line) or pytest.fail("no route")) is RouteState.HERE
    assert desk.routing.plan([line]) == ()
    await desk.simulator.phone(YOURS).text(line, "Hello there")
    await desk.inbound("Hello there")
    assert not desk.simulator.account.alerts


@pytest.mark.parametrize("former", [OLD, NOTHING, replace(OLD, fallback_url="", fallback_method="POST")])
@every_kind
async def test_giving_back_restores_every_former_value(desk: Desk, kind: str, former: Webhook) -> None:
    make, _, _ = KINDS[kind]
    thing, line = make(desk.simulator)
    put(thing, former)
    await desk.services.lines.refresh()
    await desk.bring(line)
    assert at(thing).url == desk.ours()
    assert await desk.routing.give_back([line]) == ()
    assert at(thing) == former
    assert await desk.state(line) is (RouteState.ELSEWHERE if former.url else RouteState.MISSING)


async def test_a_line_that_is_left_while_it_comes_here_is_still_given_back(desk: Desk) -> None:
    make, _, _ = KINDS["number"]
    thing, line = make(desk.simulator)
    put(thing, OLD)
    await desk.services.lines.refresh()
    await desk.bring(line)
    await desk.routing.leave(line)
    assert desk.routing.is_left(line)
    assert at(thing).url == desk.ours()
    assert await desk.routing.give_back() == ()
    assert at(thing) == OLD


async def test_what_the_number_says_is_shown_where_it_is_overridden(desk: Desk) -> None:
    put(desk.line(), OLD)
    service(desk.simulator)
    route = await desk.look()
    assert route.overridden == OLD
    await desk.bring(LINE)
    assert at(desk.line()) == OLD
    trunk(desk.simulator)
    assert (await desk.look()).trunk


async def test_an_application_that_is_gone_leads_nowhere_and_cannot_be_changed(desk: Desk) -> None:
    app, _ = application(desk.simulator)
    del desk.simulator.account.applications[app.sid]
    assert await desk.state() is RouteState.MISSING
    assert await desk.state(TOLL_FREE) is RouteState.MISSING
    said = await desk.routing.bring(desk.routing.plan([LINE]))
    assert said == ("The TwiML App could not be changed. Twilio has no such thing (any more).",)
    assert await desk.engine.store.read(diversions.all) == {}


async def test_two_lines_of_a_service_are_one_change(desk: Desk) -> None:
    made = desk.simulator.account.add_service(LINE, TOLL_FREE, friendly_name="Both")
    made.use_inbound_webhook_on_number = False
    [change] = await desk.bring()
    assert change.lines == (LINE, TOLL_FREE)
    assert made.inbound_request_url == desk.ours()
    assert await desk.state(TOLL_FREE) is RouteState.HERE
    assert await desk.routing.give_back([TOLL_FREE]) == ()
    assert made.inbound_request_url is None


async def test_a_wrong_method_is_told_and_set_right(desk: Desk) -> None:
    put(desk.line(), Webhook(desk.ours(""), "GET"))
    assert await desk.state() is RouteState.WRONG_METHOD
    await desk.bring(LINE)
    assert at(desk.line()) == Webhook(desk.ours())
    assert await desk.state() is RouteState.HERE


async def test_what_a_person_set_by_hand_is_here_and_left_as_it_is(desk: Desk) -> None:
    put(desk.line(), Webhook(desk.ours("")))
    assert await desk.state() is RouteState.HERE
    assert desk.routing.plan([LINE]) == ()


async def test_lines_that_are_not_in_use_are_not_brought_here(desk: Desk) -> None:
    await desk.services.lines.choose([TOLL_FREE])
    await desk.routing.look()
    assert [change.lines for change in desk.routing.plan()] == [(TOLL_FREE,)]


# -- somebody else ----------------------------------------------------------------------------------------------------

THEIRS = Webhook("https://theirs.example/sms")


async def test_somebody_elses_change_is_noticed_and_neither_fought_nor_undone(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    put(desk.line(), THEIRS)
    assert await desk.state() is RouteState.CHANGED
    await desk.routing.follow()
    assert at(desk.line()) == THEIRS
    assert await desk.routing.give_back() == ()
    assert at(desk.line()) == THEIRS
    assert await desk.state() is RouteState.ELSEWHERE


async def test_somebody_elses_change_can_be_accepted(desk: Desk) -> None:
    await desk.bring(LINE)
    put(desk.line(), THEIRS)
    await desk.routing.look()
    await desk.routing.leave(LINE)
    assert desk.routing.is_left(LINE)
    assert await desk.state() is RouteState.ELSEWHERE
    await desk.routing.give_back()
    assert at(desk.line()) == THEIRS
    await desk.stop_and_start()
    assert desk.routing.is_left(LINE)
    await desk.bring(LINE)
    assert not desk.routing.is_left(LINE)


async def test_accepting_somebody_elses_change_of_a_service_is_for_all_its_lines(desk: Desk) -> None:
    made = desk.simulator.account.add_service(LINE, TOLL_FREE)
    made.use_inbound_webhook_on_number = False
    await desk.bring()
    made.inbound_request_url = THEIRS.url
    await desk.routing.look()
    await desk.routing.leave(LINE)
    assert desk.routing.is_left(TOLL_FREE)


@pytest.mark.parametrize("own", [OLD, NOTHING])
@every_kind
async def test_what_the_shop_had_is_given_back_whatever_somebody_set_meanwhile(
    desk: Desk, kind: str, own: Webhook
) -> None:
    thing, line = KINDS[kind][0](desk.simulator)
    put(thing, own)
    await desk.services.lines.refresh()
    await desk.bring(line)
    put(thing, THEIRS)
    [change] = await desk.bring(line)
    assert (change.before, change.own) == (THEIRS, own)
    assert desk.routing.former_of(await desk.look(line)) == own
    await desk.routing.give_back()
    assert at(thing) == own
    [change] = [one for one in desk.routing.plan([line]) if line in one.lines]
    assert change.own is None


async def lost_since_the_backup(desk: Desk, meanwhile: Callable[[], None] = lambda: None) -> str:
    """A backup, then a start with another address, which the line is brought to; then the database is unreadable, the
    backup is restored, and it starts again with a third. Gives the second.
    """
    put(desk.line(), OLD)
    await desk.bring(LINE)
    copy = backup(desk.directory / FILE, desk.directory.parent / "copy.db")
    first = at(desk.line()).url
    await desk.stop_and_start()
    await desk.until(lambda: at(desk.line()).url == desk.ours() != first, "it has followed")
    second = at(desk.line()).url

    def lose() -> bool:
        (desk.directory / FILE).write_bytes(b"Dear diary, " * 3000)
        for ending in ("-wal", "-shm"):
            (desk.directory / f"{FILE}{ending}").unlink(missing_ok=True)
        restore(copy, desk.directory, now())
        meanwhile()
        return True

    await desk.stop_and_start(lose)
    assert desk.ours() != second
    return second


async def test_our_own_last_address_is_ours_though_the_database_that_knew_it_is_lost(desk: Desk) -> None:
    await lost_since_the_backup(desk)
    await desk.until(lambda: at(desk.line()).url == desk.ours(), "it has followed again")
    assert await desk.state() is RouteState.HERE
    await desk.routing.give_back()
    assert at(desk.line()) == OLD


@pytest.mark.parametrize("age", ["first address", "before us"])
async def test_our_own_last_address_is_ours_though_an_older_database_was_put_in_place(desk: Desk, age: str) -> None:
    put(desk.line(), OLD)
    copy = desk.directory.parent / "copy.db"
    if age == "before us":
        backup(desk.directory / FILE, copy)
    await desk.bring(LINE)
    if age == "first address":
        backup(desk.directory / FILE, copy)
    first = at(desk.line()).url
    await desk.stop_and_start()
    await desk.until(lambda: at(desk.line()).url == desk.ours() != first, "it has followed")
    second = at(desk.line()).url

    def put_in_place() -> bool:
        for ending in ("-wal", "-shm"):
            (desk.directory / f"{FILE}{ending}").unlink(missing_ok=True)
        copy.replace(desk.directory / FILE)
        return True

    await desk.stop_and_start(put_in_place)
    assert desk.ours() != second
    await desk.until(lambda: at(desk.line()).url == desk.ours(), "it has followed again")
    assert await desk.state() is RouteState.HERE
    await desk.routing.give_back()
    assert at(desk.line()) == OLD


async def test_a_strangers_address_is_none_of_ours_though_the_database_is_lost(desk: Desk) -> None:
    await lost_since_the_backup(desk, lambda: put(desk.line(), THEIRS))
    await desk.routing.follow()
    assert at(desk.line()) == THEIRS
    assert await desk.state() is RouteState.CHANGED


async def test_a_start_writes_down_what_an_earlier_version_has_not(desk: Desk) -> None:
    await desk.bring(LINE)
    kept = desk.directory / reminder.FILE
    before = kept.read_text()
    kept.unlink()
    await desk.routing.follow()
    assert kept.read_text() == before and desk.ours("") in before


async def test_what_the_shop_had_outlives_that_ours_is_given_up(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    put(desk.line(), THEIRS)
    await desk.services.receiving.choose_polling()
    await desk.until(lambda: not desk.routing.diverts, "given up")
    assert at(desk.line()) == THEIRS
    await desk.stop_and_start()
    await desk.services.receiving.choose_own(desk.engine.webhook_url or "")
    await desk.look()
    [change] = [one for one in desk.routing.plan([LINE]) if one.lines == (LINE,)]
    assert change.own == OLD
    assert await desk.routing.bring([change]) == ()
    await desk.services.receiving.choose_polling()
    await desk.until(lambda: at(desk.line()) == OLD, "put back")


async def test_what_somebody_set_over_night_does_not_take_the_place_of_what_the_shop_had(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    await desk.services.receiving.set_restores_on_quit(True)

    def meanwhile() -> bool:
        put(desk.line(), THEIRS)
        return True

    await desk.stop_and_start(meanwhile)
    await desk.until(lambda: not desk.routing._resting, "seen")
    assert at(desk.line()) == THEIRS
    [change] = await desk.bring(LINE)
    assert change.own == OLD
    await desk.routing.give_back()
    assert at(desk.line()) == OLD


async def test_who_leaves_somebody_elses_setting_makes_it_the_shops_own(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    put(desk.line(), THEIRS)
    await desk.routing.give_back()
    await desk.routing.leave(LINE)
    [change] = await desk.bring(LINE)
    assert change.own is None
    await desk.routing.give_back()
    assert at(desk.line()) == THEIRS


async def test_where_the_shops_own_stands_again_nothing_is_owed_any_more(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    put(desk.line(), THEIRS)
    await desk.routing.give_back()
    put(desk.line(), OLD)
    await desk.routing.look()
    put(desk.line(), replace(OLD, url="https://new-provider.example/sms"))
    [change] = await desk.bring(LINE)
    assert change.own is None
    await desk.routing.give_back()
    assert at(desk.line()).url == "https://new-provider.example/sms"


async def test_what_changed_between_the_showing_and_the_doing_is_left_alone(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.routing.look()
    changes = desk.routing.plan()
    put(desk.line(), THEIRS)
    [said] = await desk.routing.bring(changes)
    assert said == ("(212) 555-0100 was changed by somebody else just now, so it was left alone. Look at it again.")
    assert at(desk.line()) == THEIRS
    assert at(desk.line(TOLL_FREE)).url == desk.ours()
    assert await desk.state() is RouteState.ELSEWHERE


# -- trouble ----------------------------------------------------------------------------------------------------------


class Losing:
    """A gateway that loses the answers to what it sets, after it is done or before."""

    def __init__(self, desk: Desk, *, done: bool) -> None:
        gateway = desk.services.link.gateway
        assert gateway is not None
        self._gateway, self._done = gateway, done

    def __getattr__(self, name: str) -> object:
        return getattr(self._gateway, name)

    async def set_webhook(self, holder: Holder, webhook: Webhook) -> None:
        from sms_desktop.gateway.wire import NoAnswer

        if self._done:
            await self._gateway.set_webhook(holder, webhook)
        raise NoAnswer("Twilio did not answer in time.")


@pytest.mark.parametrize("done", [True, False])
async def test_a_lost_answer_keeps_what_stood_there_before(desk: Desk, done: bool) -> None:
    put(desk.line(), OLD)
    await desk.routing.look()
    changes = desk.routing.plan([LINE])
    whole = desk.services.link.gateway
    desk.services.link.gateway = Losing(desk, done=done)  # type: ignore[assignment]
    assert await desk.routing.bring(changes) == ("(212) 555-0100 could not be changed. Twilio did not answer in time.",)
    desk.services.link.gateway = whole
    assert await desk.state() is (RouteState.HERE if done else RouteState.ELSEWHERE)
    await desk.stop_and_start()
    await desk.bring(LINE)
    await desk.routing.give_back()
    assert at(desk.line()) == OLD


async def test_a_change_whose_answer_was_lost_can_be_made_again(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.routing.look()
    changes = desk.routing.plan([LINE])
    whole = desk.services.link.gateway
    desk.services.link.gateway = Losing(desk, done=True)  # type: ignore[assignment]
    await desk.routing.bring(changes)
    desk.services.link.gateway = whole
    assert await desk.routing.bring(changes) == ()
    await desk.routing.give_back()
    assert at(desk.line()) == OLD


async def test_without_twilio_it_is_said_and_nothing_is_forgotten(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.routing.look()
    changes = desk.routing.plan([LINE])
    desk.simulator.weather.down = 1
    [said] = await desk.routing.bring(changes)
    assert said.startswith("(212) 555-0100 could not be changed. ")
    desk.simulator.weather.clear()
    await desk.bring(LINE)
    desk.simulator.weather.down = 1
    [said] = await desk.routing.give_back()
    assert said.startswith("The number “Shop” could not be given back yet. ")
    desk.simulator.weather.clear()
    assert await desk.routing.give_back() == ()
    assert at(desk.line()) == OLD


async def test_a_line_that_could_not_be_given_back_is_not_let_go(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    desk.simulator.weather.down = 1
    [said] = await desk.routing.give_back([LINE])
    assert "could not be given back yet" in said and not desk.routing.is_left(LINE)
    desk.simulator.weather.clear()
    assert await desk.routing.give_back([LINE]) == ()
    assert desk.routing.is_left(LINE) and at(desk.line()) == OLD


async def test_whether_all_is_put_back_is_known_after_the_next_try(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    desk.simulator.weather.down = 1
    withdrawing = asyncio.create_task(desk.routing.withdraw())
    assert not await desk.routing.withdrawn()
    assert at(desk.line()).url == desk.ours()
    desk.simulator.weather.clear()
    await withdrawing
    assert await desk.routing.withdrawn() and at(desk.line()) == OLD


async def test_who_waits_for_what_is_put_back_is_told_when_nobody_puts_it_back_any_more(desk: Desk) -> None:
    await desk.bring(LINE)
    desk.simulator.weather.slow, desk.simulator.weather.slow_seconds = 1, PATIENCE
    withdrawing = asyncio.create_task(desk.routing.withdraw())
    waiting = asyncio.create_task(desk.routing.withdrawn())
    await asyncio.wait({waiting}, timeout=0)
    withdrawing.cancel()
    assert not await waiting
    desk.simulator.weather.clear()


async def test_wrong_credentials_do_not_make_us_forget_what_belongs_there(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    right = desk.simulator.account.auth_token
    desk.simulator.rotate_token("e5" * 16)
    [said] = await desk.routing.give_back()
    assert "could not be given back yet. Twilio does not accept" in said
    desk.simulator.rotate_token(right)
    assert await desk.routing.give_back() == ()
    assert at(desk.line()) == OLD


async def test_a_number_that_is_gone_keeps_nobody_from_quitting(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    account = desk.simulator.account
    del account.lines[account.line(LINE).sid]
    assert await desk.routing.part() == ()
    assert not desk.routing.diverts


async def test_a_number_that_was_sold_is_forgotten(desk: Desk) -> None:
    await desk.bring(LINE)
    account = desk.simulator.account
    del account.lines[account.line(LINE).sid]
    [said] = await desk.routing.give_back()
    assert said == "The number “Shop” could not be given back. Twilio has no such thing (any more)."
    assert await desk.engine.store.read(diversions.all) == {}


# -- another address --------------------------------------------------------------------------------------------------


@pytest.fixture
async def front(desk: Desk) -> AsyncIterator[Front]:
    async with Front(desk.engine.webhook_url or "") as front:
        yield front


async def test_a_changed_address_is_followed_within_seconds_where_it_is_still_ours(desk: Desk, front: Front) -> None:
    put(desk.line(), OLD)
    await desk.bring()
    put(desk.line(TOLL_FREE), THEIRS)
    await desk.services.receiving.choose_own(front.url)
    expected = Webhook(f"{front.url}/twilio/inbound#rc=3&rp=all", "POST", OLD.fallback_url, OLD.fallback_method)
    await desk.until(lambda: at(desk.line()) == expected, "followed")
    await desk.until(
        lambda: [desk.routing.state(route) for route in desk.routing.routes] == [RouteState.HERE, RouteState.CHANGED],
        "seen",
    )
    assert at(desk.line(TOLL_FREE)) == THEIRS
    await desk.simulator.phone(YOURS).text(LINE, "By the new way")
    await desk.inbound("By the new way")
    await desk.until(lambda: front.seen.count("/twilio/inbound") == 1, "also where the list was sooner")
    await desk.routing.give_back()
    assert at(desk.line()) == OLD


async def test_while_twilio_is_down_a_changed_address_is_tried_again(desk: Desk, front: Front) -> None:
    await desk.bring(LINE)
    before = at(desk.line())
    desk.simulator.weather.down = 1
    asked = desk.simulator.requests.total()
    await desk.services.receiving.choose_own(front.url)
    await desk.until(lambda: desk.simulator.requests.total() > asked + 2, "tried")
    assert at(desk.line()) == before
    desk.simulator.weather.clear()
    await desk.until(lambda: at(desk.line()).url.startswith(front.url), "followed")


async def test_with_wrong_credentials_a_changed_address_waits_for_the_right_ones(desk: Desk, front: Front) -> None:
    await desk.bring(LINE)
    before, right = at(desk.line()), desk.simulator.account.auth_token
    desk.simulator.rotate_token("e5" * 16)
    asked = desk.simulator.requests["GET IncomingPhoneNumbers/{line}.json"]
    await desk.services.receiving.choose_own(front.url)
    await desk.until(lambda: desk.simulator.requests["GET IncomingPhoneNumbers/{line}.json"] > asked + 1, "tried")
    assert at(desk.line()) == before
    desk.simulator.rotate_token(right)
    await desk.until(lambda: at(desk.line()).url.startswith(front.url), "followed")


async def test_who_chooses_polling_has_the_former_values_put_back(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring()
    desk.simulator.weather.down = 1
    asked = desk.simulator.requests.total()
    await desk.services.receiving.choose_polling()
    await desk.until(lambda: desk.simulator.requests.total() > asked + 2, "tried")
    desk.simulator.weather.clear()
    await desk.until(lambda: at(desk.line()) == OLD and at(desk.line(TOLL_FREE)) == NOTHING, "put back")
    assert desk.routing.plan() == ()


# -- quitting ---------------------------------------------------------------------------------------------------------


async def test_what_another_way_in_changes_is_known_before_it_does(desk: Desk, front: Front) -> None:
    put(desk.line(), OLD)
    assert (desk.routing.holds, desk.routing.moves(None)) == (False, ())
    await desk.bring(LINE)
    [back] = desk.routing.moves(None)
    assert (back.lines, plain(back.before.url), back.after) == ((LINE,), desk.ours(""), OLD)
    assert desk.routing.moves(desk.engine.public_url) == (), "it is there already"
    [unknown] = desk.routing.moves("")
    assert plain(unknown.after.url) == "/twilio/inbound"
    [follows] = desk.routing.moves(desk.services.receiving.address_of(WayIn.OWN, f" {front.url}/ "))
    await desk.services.receiving.choose_own(front.url)
    await desk.until(lambda: at(desk.line()) == follows.after, "it follows as it was said")
    await desk.routing.look()
    [back] = desk.routing.moves(desk.services.receiving.address_of(WayIn.POLLING))
    await desk.services.receiving.choose_polling()
    await desk.until(lambda: at(desk.line()) == back.after == OLD, "it is given back as it was said")
    await desk.routing.look()
    assert desk.routing.moves("https://c.example") == (), "what somebody else has is not moved"


async def test_quitting_leaves_all_as_it_is_unless_it_is_set_otherwise(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    here = at(desk.line())
    await desk.stop_and_start(lambda: at(desk.line()) == here)


async def test_quitting_puts_back_where_so_set_and_the_next_start_brings_here_again(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring()
    await desk.services.receiving.set_restores_on_quit(True)

    def meanwhile() -> bool:
        assert at(desk.line()) == OLD
        put(desk.line(TOLL_FREE), THEIRS)
        return True

    await desk.stop_and_start(meanwhile)
    await desk.until(lambda: at(desk.line()).url == desk.ours(), "here again")
    assert at(desk.line(TOLL_FREE)) == THEIRS
    await desk.services.receiving.set_restores_on_quit(False)
    await desk.stop_and_start()
    await desk.until(lambda: at(desk.line()).url == desk.ours(), "followed")
    await desk.routing.give_back()
    assert at(desk.line()) == OLD


@pytest.mark.parametrize("same_address", [True, False])
@pytest.mark.parametrize("taken", [True, False])
async def test_quitting_that_is_cut_short_while_twilio_is_told_is_remembered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, taken: bool, same_address: bool
) -> None:
    if same_address:
        assert desk.engine.webhook_url is not None
        desk.environment = replace(desk.environment, webhook_port=int(desk.engine.webhook_url.rpartition(":")[2]))
    put(desk.line(), OLD)
    await desk.bring(LINE)
    await desk.services.receiving.set_restores_on_quit(True)
    gateway = desk.services.link.gateway
    assert gateway is not None
    set_webhook = gateway.set_webhook

    async def silent(holder: Holder, webhook: Webhook) -> None:
        if taken:
            await set_webhook(holder, webhook)
        await asyncio.Event().wait()

    monkeypatch.setattr(gateway, "set_webhook", silent)
    monkeypatch.setattr(routing, "PARTING", 2.0)  # enough for what is to reach Twilio, also on a busy machine
    await desk.stop_and_start(lambda: (at(desk.line()) == OLD) is taken)
    await desk.until(lambda: at(desk.line()).url == desk.ours(), "here again")
    await desk.until(lambda: not desk.routing._resting, "nothing rests any more")
    assert await desk.engine.store.read(diversions.resting) == {}
    await desk.routing.give_back()
    assert at(desk.line()) == OLD


async def test_what_somebody_took_back_before_we_quit_is_not_taken_again(desk: Desk) -> None:
    put(desk.line(), OLD)
    await desk.bring(LINE)
    put(desk.line(), OLD)
    await desk.services.receiving.set_restores_on_quit(True)
    await desk.stop_and_start()
    await desk.routing.follow()
    assert at(desk.line()) == OLD
    assert await desk.engine.store.read(diversions.resting) == {}


async def test_a_crash_before_the_change_was_made_keeps_what_stood_there_before(desk: Desk) -> None:
    put(desk.line(), OLD)
    route = await desk.look()
    await desk.engine.store.do(lambda tx: diversions.put(tx, route.holder, desk.ours(""), now()))
    await desk.stop_and_start()
    assert await desk.state() is RouteState.ELSEWHERE
    assert at(desk.line()) == OLD
    await desk.bring(LINE)
    await desk.routing.give_back()
    assert at(desk.line()) == OLD


async def test_without_an_address_or_an_account_nothing_is_planned_and_all_is_said(desk: Desk) -> None:
    await desk.routing.look()
    changes = desk.routing.plan([LINE])
    gateway, desk.services.link.gateway = desk.services.link.gateway, None
    assert await desk.routing.bring(changes) == ("(212) 555-0100 could not be changed: Twilio is not connected.",)
    desk.services.link.public_url = None
    assert desk.routing.plan() == ()
    await asyncio.wait_for(desk.routing.follow(), PATIENCE)
    desk.services.link.gateway = gateway
