"""When it is night where a number is: its own clock, the most cautious of several, and when morning comes."""

from datetime import UTC, datetime, timedelta

import pytest

from sms_desktop.domain.night import AtNight, Rule, night_at

NEW_YORK, SAN_FRANCISCO, HONOLULU = "+12125550187", "+14155550111", "+18085550101"
TOLL_FREE, SPAIN, RUSSIA, UNKNOWN_UK = "+18885550144", "+34612345678", "+79161234567", "+447700900123"
AUSTRALIA, NEW_AREA = "+61412345678", "+13572345678"
USUAL = Rule()


def july(hour: int, minute: int = 0, day: int = 15) -> datetime:
    return datetime(2026, 7, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("peer", "at", "morning"),
    [
        (NEW_YORK, july(0, 59), None),  # 20:59 there
        (NEW_YORK, july(1), july(12)),  # 21:00
        (NEW_YORK, july(11, 59), july(12)),  # 7:59
        (NEW_YORK, july(12), None),  # 8:00
        (SAN_FRANCISCO, july(12), july(15)),
        (SAN_FRANCISCO, july(5), july(15)),  # 22:00 of the day before, and the next morning
        (HONOLULU, july(17, 30), july(18)),
        (SPAIN, july(6, 30), july(7)),  # 8:30 in Madrid, and 7:30 on the Canaries
        (SPAIN, july(19, 30), july(7, day=16)),  # 21:30 in Madrid, 20:30 there
        ("72975", july(5), None),  # short codes do not sleep
        ("FEDEX", july(5), None),
    ],
)
def test_texts_wait_while_it_is_night_in_any_zone_that_the_number_may_lie_in(
    peer: str, at: datetime, morning: datetime | None
) -> None:
    night = night_at(peer, NEW_YORK, at, USUAL)
    assert (None if night is None else night.morning) == morning


@pytest.mark.parametrize("rule", [USUAL, *(Rule(AtNight.ASK, begin, 9) for begin in (20, 19, 18, 12, 10))], ids=str)
@pytest.mark.parametrize("peer", [TOLL_FREE, NEW_AREA, RUSSIA, AUSTRALIA, UNKNOWN_UK, "+882123456789", SPAIN, HONOLULU])
@pytest.mark.parametrize("line", [NEW_YORK, TOLL_FREE])
def test_when_the_morning_that_was_told_has_come_it_is_night_no_more(line: str, peer: str, rule: Rule) -> None:
    """Also where no hour is day in all zones that the number may lie in: else a text would wait for ever."""
    for at in [july(hour, 30) + days for hour in range(24) for days in (timedelta(0), timedelta(days=180))]:
        night = night_at(peer, line, at, rule)
        if night is not None:
            assert at < night.morning <= at + timedelta(days=1)
            assert night_at(peer, line, night.morning, rule) is None


@pytest.mark.parametrize("peer", [TOLL_FREE, "+15215550123", "+19005550123"])
def test_what_is_of_no_place_in_north_america_is_taken_to_be_where_the_line_is(peer: str) -> None:
    assert night_at(peer, NEW_YORK, july(16), USUAL) is None  # noon in New York
    night = night_at(peer, NEW_YORK, july(2, 40), USUAL)
    assert night is not None and (night.sentence, night.offer) == ("It may be 10:40 PM where they are.", "")
    assert night.morning == july(12)


@pytest.mark.parametrize("peer", [NEW_AREA, "+18375550123", "+14715550123"])
def test_an_area_code_that_is_not_known_is_taken_to_be_where_it_is_night_still(peer: str) -> None:
    """837 is Californian: 8:30 in New York is 5:30 there."""
    night = night_at(peer, NEW_YORK, july(12, 30), USUAL)
    assert night is not None and not night.sure
    assert night.morning == july(18)  # 8:00 in Honolulu
    assert night_at(peer, NEW_YORK, july(19), USUAL) is None


def test_zones_with_next_to_nobody_do_not_count_for_a_number_that_may_be_elsewhere() -> None:
    night = night_at(AUSTRALIA, NEW_YORK, july(23, day=14), USUAL)  # 9:00 in Sydney, 7:00 in Perth, 7:45 in Eucla
    assert night is not None and night.morning == july(0)  # 8:00 in Perth
    guam = night_at("+16715550123", NEW_YORK, july(12), USUAL)
    assert guam is not None and guam.sure


def test_a_number_that_tells_no_zone_may_be_anywhere_in_its_country() -> None:
    night = night_at(UNKNOWN_UK, NEW_YORK, july(5), USUAL)  # 6:00 in London
    assert night is not None and night.morning == july(7)


def test_a_number_that_tells_no_country_is_taken_to_be_where_the_line_is() -> None:
    assert night_at("+882123456789", NEW_YORK, july(13), USUAL) is None
    assert night_at("+882123456789", SAN_FRANCISCO, july(13), USUAL) is not None


def test_the_hour_is_told_and_whether_it_is_sure() -> None:
    sure, maybe = night_at(NEW_YORK, NEW_YORK, july(2, 40), USUAL), night_at(SPAIN, NEW_YORK, july(19, 30), USUAL)
    assert sure is not None and maybe is not None
    assert (sure.sentence, sure.offer) == ("It is 10:40 PM where they are.", "Send at 8 AM their time")
    assert (maybe.sentence, maybe.offer) == ("It may be 9:30 PM where they are.", "")


def test_an_hour_that_the_clock_leaves_out_does_not_move_the_morning() -> None:
    before = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)  # midnight in New York; at two it is three there
    night = night_at(NEW_YORK, NEW_YORK, before, USUAL)
    assert night is not None and night.morning == datetime(2026, 3, 8, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("begin", "end", "quiet"), [(21, 8, {21, 23, 0, 7}), (1, 5, {1, 4}), (8, 8, set())])
def test_the_hours_are_those_that_were_chosen(begin: int, end: int, quiet: set[int]) -> None:
    rule = Rule(AtNight.ASK, begin, end)
    assert {hour for hour in range(24) if rule.is_quiet(hour)} >= quiet
    assert not any(rule.is_quiet(hour) for hour in (end, 12))
    assert (night_at(NEW_YORK, NEW_YORK, july(5), rule) is None) is (begin == end or not rule.is_quiet(1))
