"""Marks and gaps: what is here, what is on its way, and where it goes on."""

from datetime import datetime, timedelta

from sms_desktop.domain.message import Direction
from sms_desktop.store import gaps
from sms_desktop.store.gaps import Gap, Mark
from sms_desktop.store.store import Store, Tx
from tests.store.recorder import LINE, at, text_in

OTHER = "+15005550007"
CURSOR = "/2010-04-01/Accounts/AC1/Messages.json?PageToken=PA1"


async def here(store: Store) -> list[Gap]:
    return await store.read(gaps.all)


async def marked(store: Store, line: str = LINE) -> Mark | None:
    return await store.read(lambda db: gaps.mark(db, line))


async def watched(store: Store, *seconds: float, line: str = LINE) -> None:
    for until in seconds:
        await store.do(lambda tx, until=until: gaps.watch(tx, line, at(until)))  # type: ignore[misc]


def spans(found: list[Gap]) -> list[tuple[Direction, datetime, datetime]]:
    return [(gap.direction, gap.since, gap.until) for gap in found]


async def test_a_line_is_watched_from_the_first_time_on_and_nothing_older_is_missing(store: Store) -> None:
    await watched(store, 0)
    assert await marked(store) == Mark(LINE, at(0), at(0))
    assert await here(store) == []
    assert await store.read(lambda db: gaps.complete_to(db, (LINE,))) == at(0)


async def test_the_next_time_leaves_one_gap_for_each_direction(store: Store) -> None:
    await watched(store, 0, 60)
    assert spans(await here(store)) == [(Direction.INBOUND, at(0), at(60)), (Direction.OUTBOUND, at(0), at(60))]
    assert await store.read(lambda db: gaps.complete_to(db, (LINE,))) == at(0)


async def test_a_gap_that_nobody_began_with_grows_however_often_it_failed(store: Store) -> None:
    await watched(store, 0, *range(60, 600, 60))
    found = await here(store)
    assert spans(found) == [(Direction.INBOUND, at(0), at(540)), (Direction.OUTBOUND, at(0), at(540))]
    assert not any(gap.begun for gap in found)


async def test_a_clock_that_goes_back_moves_no_mark(store: Store) -> None:
    await watched(store, 0, 60, 30)
    assert await marked(store) == Mark(LINE, at(0), at(60))
    assert {gap.until for gap in await here(store)} == {at(60)}


async def test_a_gap_that_was_begun_stays_as_it_is_and_what_came_since_is_another(store: Store) -> None:
    await watched(store, 0, 60)
    [inbound, outbound] = await here(store)
    await store.do(lambda tx: gaps.advance(tx, inbound.id, at(40), CURSOR))
    await watched(store, 120)
    found = await here(store)
    assert [(gap.direction, gap.since, gap.until, gap.reached, gap.cursor) for gap in found] == [
        (Direction.OUTBOUND, at(0), at(120), at(120), None),
        (Direction.INBOUND, at(60), at(120), at(120), None),
        (Direction.INBOUND, at(0), at(60), at(40), CURSOR),
    ]
    assert found[0].id == outbound.id
    assert [gap.begun for gap in found] == [False, False, True]


async def test_a_gap_counts_as_begun_by_its_cursor_or_by_what_was_reached(store: Store) -> None:
    await watched(store, 0, 60)
    [inbound, outbound] = await here(store)

    def begin(tx: Tx) -> None:
        gaps.advance(tx, inbound.id, at(60), CURSOR)  # a page that held only what is newer
        gaps.advance(tx, outbound.id, at(40), CURSOR)
        gaps.begin_again(tx, outbound.id)

    await store.do(begin)
    assert [(gap.begun, gap.cursor, gap.reached) for gap in await here(store)] == [
        (True, CURSOR, at(60)),
        (True, None, at(40)),
    ]


async def test_complete_is_what_the_laggard_among_the_lines_says(store: Store) -> None:
    await watched(store, 0, 60)
    assert await store.read(lambda db: gaps.complete_to(db, (LINE, OTHER))) is None
    assert await store.read(lambda db: gaps.complete_to(db, ())) is None
    await watched(store, 30, line=OTHER)
    assert await store.read(lambda db: gaps.complete_to(db, (LINE, OTHER))) == at(0)
    for gap in await here(store):
        await store.do(lambda tx, gap=gap: gaps.close(tx, gap.id))  # type: ignore[misc]
    assert await store.read(lambda db: gaps.complete_to(db, (LINE, OTHER))) == at(30)
    assert await store.read(lambda db: gaps.complete_to(db, (LINE,))) == at(60)


async def test_history_is_one_gap_for_each_direction_that_ends_where_watching_began(store: Store) -> None:
    await watched(store, 0, 60)
    await store.do(lambda tx: gaps.reach_back(tx, LINE, at(-1000)))
    found = await here(store)
    assert [gap.history for gap in found] == [False, False, True, True]
    assert spans(found[2:]) == [(way, at(-1000), at(0)) for way in Direction]
    assert await marked(store) == Mark(LINE, at(-1000), at(60))
    assert await store.read(lambda db: gaps.complete_to(db, (LINE,))) == at(0)


async def test_history_that_is_here_or_on_its_way_is_not_asked_for_again(store: Store) -> None:
    await watched(store, 0)
    for since in (-1000, -1000, -500, 10):
        await store.do(lambda tx, since=since: gaps.reach_back(tx, LINE, at(since)))  # type: ignore[misc]
    assert len(await here(store)) == 2
    await store.do(lambda tx: gaps.reach_back(tx, LINE, at(-3000)))
    assert spans((await here(store))[2:]) == [(way, at(-3000), at(-1000)) for way in Direction]


async def test_a_line_that_is_not_watched_has_no_history_to_ask_for(store: Store) -> None:
    await store.do(lambda tx: gaps.reach_back(tx, LINE, at(-1000)))
    assert await here(store) == []
    assert await marked(store) is None


async def test_a_mark_that_a_wrong_clock_set_into_the_future_is_pulled_back(store: Store) -> None:
    await watched(store, 0, 3600)
    for gap in await here(store):
        await store.do(lambda tx, gap=gap: gaps.close(tx, gap.id))  # type: ignore[misc]
    await watched(store, 20)
    assert await marked(store) == Mark(LINE, at(0), at(20))
    day = timedelta(days=1).total_seconds()
    assert spans(await here(store)) == [(way, at(20 - day), at(20)) for way in Direction]
    await watched(store, 30)  # and goes on from there
    assert await marked(store) == Mark(LINE, at(0), at(30))


async def test_what_an_earlier_version_received_says_from_when_on_something_may_be_missing(store: Store) -> None:
    await store.do(text_in("before the update", when=at(-500)))
    await watched(store, 0)
    assert spans(await here(store)) == [(way, at(-500), at(0)) for way in Direction]
    assert await marked(store) == Mark(LINE, at(-500), at(0))


async def test_the_newest_comes_first_and_history_last(store: Store) -> None:
    await watched(store, 0, 60)
    await store.do(lambda tx: gaps.reach_back(tx, LINE, at(-1000)))
    for gap in await here(store):
        await store.do(lambda tx, gap=gap: gaps.advance(tx, gap.id, gap.since, CURSOR))  # type: ignore[misc]
    await watched(store, 60 + timedelta(days=1).total_seconds())
    found = await here(store)
    assert [gap.history for gap in found] == [False] * 4 + [True] * 2
    assert [gap.until for gap in found] == sorted((gap.until for gap in found), reverse=True)


async def test_however_often_it_is_cut_off_only_a_few_gaps_are_left_and_they_miss_nothing(store: Store) -> None:
    await watched(store, 0)
    for minute in range(1, 30):
        await watched(store, 60 * minute)
        for gap in await here(store):
            await store.do(lambda tx, gap=gap: gaps.advance(tx, gap.id, gap.since, CURSOR))  # type: ignore[misc]
        for direction in Direction:
            left = sorted((gap for gap in await here(store) if gap.direction is direction), key=lambda gap: gap.since)
            assert len(left) <= gaps.MOST
            assert [gap.since for gap in left] == [at(0), *(gap.until for gap in left[:-1])]
            assert left[-1].until == at(60 * minute)


async def test_gaps_that_were_begun_days_ago_are_not_begun_again(store: Store) -> None:
    day = 86_400
    await watched(store, 0)
    for days in range(1, 8):
        await watched(store, days * day)
        for gap in await here(store):
            await store.do(lambda tx, gap=gap: gaps.advance(tx, gap.id, gap.since, CURSOR))  # type: ignore[misc]
    assert len(await here(store)) == 14
