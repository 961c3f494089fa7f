"""Finding people and messages."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sms_desktop.store import contacts, fulltext, messages, search, snippet
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.store.recorder import at, text_in


async def _bodies(store: Store, words: str, limit: int = 50) -> list[str]:
    hits = await store.read(lambda db: search.find(db, words, limit))
    return [hit.message.body for hit in hits if hit.message is not None]


async def test_messages_are_found_newest_first_by_beginnings_of_words(store: Store) -> None:
    for n, body in enumerate(["The oak chair", "the OAKEN chairs", "A beech chair", "Oak, and a chair"]):
        await store.do(text_in(body, when=at(n)))
    assert await _bodies(store, "oak cha") == ["Oak, and a chair", "the OAKEN chairs", "The oak chair"]
    assert await _bodies(store, "chair", 2) == ["Oak, and a chair", "A beech chair"]
    assert await _bodies(store, "nothing like it") == []


async def test_diacritics_and_case_do_not_matter(store: Store) -> None:
    await store.do(text_in("Crème brûlée für ÄRZTE"))
    for words in ["creme brulee", "CRÈME", "fur arzte", "cre\u0300me"]:
        assert await _bodies(store, words) == ["Crème brûlée für ÄRZTE"], words


_ODD = ['"', '""', "oak OR", "NEAR(oak chair)", "body:oak", "-oak", "oak*", "^oak", "(", "oak AND", "'", "\0", "🎉"]


@pytest.mark.parametrize("words", [*_ODD, "a" * 5000, "", " \n", "%", "_", "\\", "\udc00"])
async def test_whatever_is_typed_is_harmless(store: Store, words: str) -> None:
    await store.do(text_in("An oak chair"))
    await store.read(lambda db: search.find(db, words))


async def test_operators_are_taken_for_words(store: Store) -> None:
    await store.do(text_in("oak not beech"))
    await store.do(text_in("oak only"))
    assert await _bodies(store, "oak NOT") == ["oak not beech"]
    assert await _bodies(store, "oak*") == ["oak only", "oak not beech"]
    assert await _bodies(store, '"oak on') == ["oak only"]


async def test_people_come_first_at_most_ten(store: Store) -> None:
    for n in range(12):
        await store.do(text_in("Quinn was here", peer=f"+1212555{n:04}", when=at(n)))
        await store.do(lambda tx, n=n: contacts.rename(tx, f"+1212555{n:04}", f"Quinn {n}"))  # type: ignore[misc]
    hits = await store.read(lambda db: search.find(db, "quinn"))
    assert [hit.message is None for hit in hits] == [True] * 10 + [False] * 12
    assert hits[0].snippet == "Quinn 11" and hits[0].marks == ((0, 5),)


@pytest.mark.parametrize(
    "typed", ["555 0187", "5550187", "(212) 555-0187", "+1 212", "212.555", "0187", "001 212 555 01"]
)
async def test_digits_find_a_number_however_it_is_written(store: Store, typed: str) -> None:
    await store.do(text_in(peer="+12125550187"))
    await store.do(text_in(peer="+13105550142", when=at(1)))
    hits = [hit for hit in await store.read(lambda db: search.find(db, typed)) if hit.message is None]
    assert [hit.conversation.peer for hit in hits] == ["+12125550187"]
    ((start, end),) = hits[0].marks
    assert hits[0].snippet[start:end] == "".join(c for c in typed if c.isdigit()).lstrip("0") or typed == "0187"


async def test_a_sender_without_a_number_is_found_by_its_name(store: Store) -> None:
    await store.do(text_in("Your parcel", peer="AMAZON"))
    (hit,) = await store.read(lambda db: search.find(db, "amaz"))
    assert hit.conversation.peer == "AMAZON" and hit.marks == ((0, 4),)


async def test_a_hit_knows_its_conversation_and_where_it_matched(store: Store) -> None:
    message = await store.do(text_in("So long, " * 40 + "and thanks\nfor all the fish, " + "bye " * 60))
    (hit,) = await store.read(lambda db: search.find(db, "than fi"))
    assert hit.message == message and hit.conversation.id == message.conversation_id
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["than", "fi"]
    assert "\n" not in hit.snippet and len(hit.snippet) <= snippet.LENGTH + 2
    assert hit.snippet.startswith("…") and hit.snippet.endswith("…")


_ALPHABET = st.sampled_from("abéßÄ ñ\u0301ö,.-🎉\n\0漢字شכ'\"한*")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.text(_ALPHABET, min_size=1, max_size=60), data=st.data())
def test_any_beginning_of_a_word_finds_its_message(tx: Tx, body: str, data: st.DataObject) -> None:
    mark = fulltext.mark(tx.db)
    message = text_in(body, peer=f"+1{messages.new_key()}")(tx)
    fulltext.catch_up(tx.db, mark)
    words = snippet.words_of(body)
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    sought = word[: data.draw(st.integers(min_value=1, max_value=len(word)))]
    hits = {hit.message.id: hit for hit in search.find(tx.db, sought, 100_000) if hit.message}
    assert message.id in hits
    hit = hits[message.id]
    assert hit.marks
    for start, end in hit.marks:
        assert 0 <= start < end <= len(hit.snippet)
        assert snippet.words_of(hit.snippet[start:end])[0] == sought


@given(body=st.text(max_size=400), typed=st.text(max_size=20))
def test_an_excerpt_is_one_line_with_marks_inside_it(body: str, typed: str) -> None:
    line, marks = snippet.excerpt(body, snippet.words_of(typed))
    assert len(line) <= snippet.LENGTH + 2 and "\n" not in line
    assert all(0 <= start < end <= len(line) for start, end in marks)
