"""Where somebody may be: by number and ZIP together, and by both where these contradict each other."""

from datetime import UTC, datetime

import pytest

from sms_desktop.domain.night import Rule, night_at
from sms_desktop.domain.whereabouts import whereabouts

NEW_YORK, SAN_FRANCISCO, TOLL_FREE, NEW_AREA = "+12125550187", "+14155550111", "+18885550144", "+13572345678"
WINDOW_ROCK, FLAGSTAFF, ANCHORAGE, LONDON = "+19288715678", "+19285265678", "+19072345678", "+442079460018"
SUMMER, WINTER = datetime(2026, 7, 15, 18, tzinfo=UTC), datetime(2026, 1, 15, 18, tzinfo=UTC)
USUAL = Rule()


def hours(peer: str, zip: str | None, at: datetime = SUMMER, line: str = "") -> list[int]:
    """The hours that it may be there, from east to west, at 18:00 UTC."""
    return [at.astimezone(zone).hour for zone in whereabouts(peer, at, zip, line).zones]


@pytest.mark.parametrize(
    ("peer", "zip", "expected"),
    [
        (NEW_YORK, None, [14]),
        (NEW_YORK, "10007", [14]),
        (NEW_YORK, "48201", [14]),  # Detroit has the same clocks
        (NEW_YORK, "42701", [14]),  # the ZIP lies in two zones, the number in one of them
        (NEW_YORK, "94105", [14, 11]),  # nothing in common: both
        (SAN_FRANCISCO, "96813", [11, 8]),
        (TOLL_FREE, "94105", [11]),
        (TOLL_FREE, "42701", [14, 13]),
        (TOLL_FREE, "96910", [4]),  # Guam, on the next day
        (NEW_AREA, "80202", [12]),
        (NEW_AREA, "V6B", [11]),
        (ANCHORAGE, None, [10]),
        (ANCHORAGE, "99501", [10]),
        (ANCHORAGE, "99546", [9]),  # Adak, where next to nobody lives, surely
        (LONDON, "94105", [19, 11]),
        ("+882123456789", "94105", [11]),
        (NEW_YORK, "00000", [14]),  # tells nothing
        ("72975", "94105", []),
        ("FEDEX", "94105", []),
    ],
)
def test_a_zip_narrows_what_the_number_tells(peer: str, zip: str | None, expected: list[int]) -> None:
    assert hours(peer, zip) == expected


def test_what_the_zip_tells_is_no_guess_and_where_the_line_is_does_not_count_then() -> None:
    guess = whereabouts(TOLL_FREE, SUMMER, None, NEW_YORK)
    assert guess.guessed and guess.time(SUMMER) is None
    known = whereabouts(TOLL_FREE, SUMMER, "94105", NEW_YORK)
    assert not known.guessed and known.time(SUMMER) == SUMMER.astimezone(known.zones[0])
    assert whereabouts("+882123456789", SUMMER, None, NEW_YORK).guessed


def test_the_navajo_nation_turns_its_clocks_and_the_rest_of_arizona_does_not() -> None:
    assert hours(WINDOW_ROCK, None) == [12, 11]
    assert hours(WINDOW_ROCK, "86515") == [12]
    assert hours(WINDOW_ROCK, "86515", WINTER) == [11]
    assert hours(FLAGSTAFF, "86001") == [11]
    assert hours(FLAGSTAFF, "86515") == [12, 11]  # the number says Phoenix: both


def test_of_contradicting_zones_the_most_cautious_counts() -> None:
    def asleep(hour: int, zip: str | None) -> bool:
        return night_at(NEW_YORK, NEW_YORK, SUMMER.replace(hour=hour), USUAL, zip) is not None

    assert not asleep(13, None) and asleep(13, "94105")  # 9:00 in New York, 6:00 in San Francisco
    assert asleep(1, None) and asleep(1, "94105")  # 21:00 in New York, 18:00 there
    assert not asleep(16, "94105")


def test_a_toll_free_number_with_a_zip_has_a_sure_morning() -> None:
    night = night_at(TOLL_FREE, NEW_YORK, SUMMER.replace(hour=13), USUAL, "94105")
    assert night is not None and night.sure
    assert night.sentence == "It is 6:00 AM where they are." and night.offer == "Send at 8 AM their time"
    assert night.morning == SUMMER.replace(hour=15)


def test_on_the_eve_of_a_change_of_clocks_zones_that_part_tomorrow_are_two() -> None:
    eve = datetime(2026, 10, 31, 18, tzinfo=UTC)  # California turns its clocks back in the night, Arizona does not
    assert hours(SAN_FRANCISCO, "85003") == [11]
    assert hours(SAN_FRANCISCO, "85003", eve) == [11, 11]
    assert hours(SAN_FRANCISCO, "85003", WINTER) == [11, 10]
