"""Opening hours of all numbers and of one, and how many replies anybody gets."""

from datetime import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sms_desktop.domain.hours import Hours, Span
from sms_desktop.ui.replies.hours import USUAL_WEEK
from tests.rig import LINE
from tests.ui.replies.conftest import Room


def kept(room: Room) -> dict[str | None, Hours]:
    return room.loop.run(room.services.replies.hours())


def test_days_are_ticked_and_their_times_typed(room: Room) -> None:
    page = room.open()
    assert page.rules.hours_said.said.startswith("No day is ticked")
    monday = page.rules.week.rows[0]
    monday.check.click()
    room.settle()
    assert kept(room)[None] == Hours((Span(0, time(9), time(17)),))
    [field] = monday.fields
    assert (field.opens.accessibleName(), field.closes.accessibleName()) == ("Monday, opens", "Monday, closes")
    field.closes.setFocus()
    QTest.keyClick(field.closes, Qt.Key.Key_Up)
    room.settle()
    assert kept(room)[None].spans[0].closes == time(18)
    assert page.rules.hours_said.said == "Mon 9:00–18:00, by this computer’s clock."
    assert monday.fields[0] is field and field.closes.hasFocus()
    monday.check.click()
    room.settle()
    assert kept(room) == {} and monday.closed.isVisible()


def test_a_day_may_have_a_break(room: Room) -> None:
    room.loop.run(room.services.replies.set_hours(None, USUAL_WEEK))
    page = room.open()
    friday = page.rules.week.rows[4]
    friday.more.click()
    room.settle()
    assert friday.spans == (Span(4, time(9), time(12)), Span(4, time(13), time(17)))
    assert set(friday.spans) <= set(kept(room)[None].spans) and friday.fields[1].opens.hasFocus()
    assert not friday.more.isVisible()
    friday.fields[1].removed.emit()
    room.settle()
    assert kept(room)[None] == USUAL_WEEK


def test_one_number_may_have_hours_of_its_own(room: Room) -> None:
    room.loop.run(room.services.replies.set_hours(None, USUAL_WEEK))
    page = room.open()
    page.rules.hours_of.setCurrentIndex(page.rules.hours_of.findData(LINE))
    assert page.rules.hours_said.said == "As for all your numbers: Mon–Fri 9:00–17:00."
    assert not page.rules.week.isVisible()
    page.rules.own_hours.click()
    room.settle()
    page.rules.week.rows[4].check.click()
    room.settle()
    assert len(kept(room)[LINE].spans) == 4 and kept(room)[None] == USUAL_WEEK
    page.rules.same_hours.click()
    room.settle()
    assert set(kept(room)) == {None} and page.rules.own_hours.isVisible()


def test_a_zone_that_was_set_elsewhere_stays(room: Room) -> None:
    room.loop.run(room.services.replies.set_hours(None, Hours(USUAL_WEEK.spans, "Europe/Berlin")))
    page = room.open()
    assert page.rules.hours_said.said == "Mon–Fri 9:00–17:00, in Europe/Berlin."
    page.rules.week.rows[5].check.click()
    room.settle()
    assert kept(room)[None].zone == "Europe/Berlin"


@pytest.mark.parametrize("limit", [1, 10])
def test_the_limit_is_kept_as_it_is_set(room: Room, limit: int) -> None:
    page = room.open()
    assert page.rules.limit.value() == 3
    page.rules.limit.setValue(limit)
    room.settle()
    assert room.loop.run(room.services.replies.limit()) == limit
