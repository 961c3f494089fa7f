"""Text in bubbles: links, directions, controls, positions."""

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.links import destination_of, find_links
from sms_desktop.ui.timeline.prose import LONGEST, Hand, Prose, one_line, shown, units


@pytest.fixture
def hand(qapp: QApplication) -> Hand:
    return Hand.of(theme().font("body"), 20)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://example.com/a(b)?x=1), ok", ["https://example.com/a(b)?x=1"]),
        ("(www.example.org).", ["https://www.example.org"]),
        ("write to me@shop.example!", ["mailto:me@shop.example"]),
        ("http://a.example, http://b.example", ["http://a.example", "http://b.example"]),
        ("no link: example, a@b, http://, 10:42", []),
        ("https://a.example/\u202egpj.exe", ["https://a.example/"]),
    ],
)
def test_links_are_found_without_the_punctuation_around_them(text: str, found: list[str]) -> None:
    assert [link.url for link in find_links(text)] == found


def test_a_link_to_look_alike_letters_shows_its_network_name_and_warns() -> None:
    to = destination_of("https://аррӏе.com/login")
    assert to.host == "xn--80ak6aa92e.com"
    assert "look like others" in to.warning


def test_a_name_before_the_at_sign_is_not_taken_for_the_host() -> None:
    to = destination_of("https://paypal.com@evil.example:8080/p@th")
    assert (to.before, to.host, to.after) == ("https://paypal.com@", "evil.example", ":8080/p@th")
    assert "evil.example" in to.warning


def test_the_parts_of_a_destination_make_its_address() -> None:
    for url in ("https://x.example/a?b#c", "http://192.168.0.1/x", "mailto:me@x.example", "https://münchen.example/ü"):
        to = destination_of(url)
        assert to.before + to.host + to.after == to.url


def test_controls_become_harmless_and_line_breaks_one_kind() -> None:
    assert shown("a\0b\r\nc\rd\u2028e\x1b") == "a\ufffdb\nc\nd\ne\ufffd"


def test_an_endless_text_is_cut_for_the_eye() -> None:
    assert len(shown("x" * 100_000)) == LONGEST + 1


def test_a_label_cannot_be_reordered_by_a_name() -> None:
    assert one_line("gnp.\u202eexe\nx") == "gnp.exe x"


def test_a_long_word_is_wrapped_within_the_width(hand: Hand) -> None:
    prose = Prose("x" * 300, hand, 200)
    assert prose.size.width() <= 200
    assert prose.size.height() > 60


def test_a_short_text_takes_only_its_own_width(hand: Hand) -> None:
    assert Prose("ok", hand, 400).size.width() < 40


def test_lines_break_where_the_writer_broke_them(hand: Hand) -> None:
    assert Prose("a\n\nb", hand, 400).size.height() == 60
    assert Prose("א\n\nב", hand, 400).size.height() == 60


def test_each_paragraph_has_its_own_direction(hand: Hand) -> None:
    prose = Prose("a long first line in English\nשלום", hand, 400)
    height = prose.size.height() - 5
    first, _ = sorted([prose.position_at(QPointF(0, height)), prose.position_at(QPointF(399, height))])
    assert first == len("a long first line in English\n")
    assert prose.position_at(QPointF(399, height)) == first  # the Hebrew line begins at the right


def test_positions_count_emoji_as_qt_does(hand: Hand) -> None:
    prose = Prose("👋🏽 hi https://x.example", hand, 400, links=True)
    assert prose.whole == (0, units(prose.text))
    assert prose.between(*prose.whole) == prose.text
    first, last = prose.word_at(prose.position_at(QPointF(prose.size.width() - 2, 10)))
    assert prose.between(first, last) == "example"
    link = prose.link_at(QPointF(prose.size.width() - 4, 10))
    assert link is not None
    assert link.url == "https://x.example"
    assert prose.link_at(QPointF(4, 10)) is None


def test_an_emoji_is_never_halved_by_a_click(hand: Hand) -> None:
    family = "👩‍👩‍👧"
    prose = Prose(family, hand, 400)
    positions = {prose.position_at(QPointF(x, 10)) for x in range(int(prose.size.width()) + 2)}
    assert positions == {0, units(family)}


def painted(prose: Prose) -> bytes:
    """The picture of the text."""
    image = QImage(420, 60, QImage.Format.Format_ARGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    prose.draw(painter, QPointF(0, 0), QColor("black"))
    painter.end()
    return bytes(image.constBits())


def place_of(prose: Prose, url: str) -> QRectF:
    """Where on the first line that link can be clicked on."""
    found = [x for x in range(int(prose.size.width()) + 1) if (k := prose.link_at(QPointF(x, 10))) and k.url == url]
    return QRectF(found[0] + 2, 0, found[-1] - found[0] - 4, 20)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\u202eelpmaxe.live ", " more"),
        ("שלום ", " להתראות"),
        ("שלום 12 ", ""),
        ("\u2067א ", " ב"),
        ("\u202d\u202e", "\u202c."),
    ],
)
def test_a_link_reads_as_it_is_whatever_stands_around_it(hand: Hand, before: str, after: str) -> None:
    url = "https://bank.example/12/a/"
    alone = Prose(url, hand, 400, links=True)
    among = Prose(before + url + after, hand, 400, links=True)
    one, other = place_of(alone, url), place_of(among, url)
    assert other.width() == pytest.approx(one.width(), abs=2)
    first, last = among.position_at(QPointF(other.left(), 10)), among.position_at(QPointF(other.right(), 10))
    assert among.text[first:last].startswith("https://") or among.text[first - 1 : last].startswith("https://")
    assert first < last  # it runs from left to right
    assert among.text == before + url + after


def test_an_override_turns_nothing_round(hand: Hand) -> None:
    assert painted(Prose("gnp.\u202eexe", hand, 400)) == painted(Prose("gnp.\u2060exe", hand, 400))
    assert painted(Prose("gnp.\u202eexe", hand, 400)) != painted(Prose("gnp.exe"[::-1], hand, 400))


def test_positions_are_those_of_the_text_beside_a_link_too(hand: Hand) -> None:
    text = "👋 שלום https://x.example/a להתראות"
    prose = Prose(text, hand, 400, links=True)
    assert prose.between(*prose.whole) == text
    positions = {prose.position_at(QPointF(x, 10)) for x in range(int(prose.size.width()) + 2)}
    assert positions <= set(range(units(text) + 1))
    assert {0, units(text)} <= positions
    at = prose.link_at(QPointF(place_of(prose, "https://x.example/a").center().x(), 10))
    assert at is not None
