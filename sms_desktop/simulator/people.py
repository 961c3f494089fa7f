"""The people at the other end: seven with ways of their own, and one phone for the person at the screen to play."""

import asyncio
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from sms_desktop.simulator.account import Attachment
from sms_desktop.simulator.messages import Message
from sms_desktop.simulator.pace import Pace
from sms_desktop.simulator.phones import Send
from sms_desktop.simulator.picture import landscape
from sms_desktop.simulator.tasks import Tasks

Manner = Literal["answers", "silent", "picture", "stop", "yours"]


@dataclass(frozen=True, slots=True)
class Person:
    """`ways` is a sentence for the screen; `undelivered` the error code that every text to them ends with."""

    name: str
    number: str
    ways: str
    manner: Manner = "silent"
    undelivered: int | None = None


PEOPLE = (
    Person("Maya Chen", "+14155550110", "Answers after a moment.", "answers"),
    Person("Oliver Grant", "+14155550111", "Gets every text and says nothing."),
    Person("Priya Nair", "+14155550112", "Sends a picture back.", "picture"),
    Person("Sam Whitlock", "+14155550113", "Says STOP when texted.", "stop"),
    Person("Harbor Dental", "+14155550114", "A landline: nothing arrives (30006).", undelivered=30006),
    Person("Nora Feld", "+14155550115", "Her carrier filters every text (30007).", undelivered=30007),
    Person("Leo Martins", "+14155550116", "His phone is off (30003).", undelivered=30003),
    Person("Customer", "+14155550132", "Yours: play this one on the handset.", "yours"),
)
UNDELIVERED = {person.number: person.undelivered for person in PEOPLE if person.undelivered}
_BY_NUMBER = {person.number: person for person in PEOPLE}

# What a text is about, in the order of asking, and what one says to that.
_TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"\b(thanks|thank you|cheers)\b",
        ("You're welcome!", "Thank you, that was quick 🙂", "No problem at all."),
    ),
    (
        r"\b(price|cost|how much|quote|invoice|pay|paid|refund)\b|[$€£]\s?\d",
        (
            "That works for me. Can I pay by card?",
            "Okay! Could you email me the invoice as well?",
            "Got it. Does that include delivery?",
        ),
    ),
    (
        r"\b(deliver\w*|ship\w*|courier|pick ?up|collect|on (its|the) way|driver)\b",
        (
            "Great. Could they ring the bell? The buzzer is broken.",
            "Lovely, I'm home from three.",
            "Can it go to my neighbour if I'm out?",
        ),
    ),
    (
        r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(today|tomorrow|tonight|appointment|o'clock)\b|\d\s?(am|pm)\b",
        ("Yes, that suits me.", "Could we make it half an hour later?", "I'll be there. Is there parking nearby?"),
    ),
    (
        r"\b(photo|picture|image|colou?r|fabric|wood|size)\b",
        ("The darker one, please.", "Ooh, I like that. Is it in stock?", "How tall is the seat?"),
    ),
    (r"\b(sorry|delay\w*|late|unfortunately)\b", ("That's alright, thanks for telling me.", "Oh no. Until when?")),
    (r"\b(hi|hello|hey|good (morning|afternoon|evening))\b", ("Hi there! What's up?", "Hello 👋", "Hey, good timing.")),
    (r"\?", ("Yes, please!", "I think so. Let me check and get back to you.", "Hmm, what would you suggest?")),
)
_OTHERWISE = ("Sounds good!", "Okay, got it.", "Perfect, see you then.", "Alright. Anything you need from me?")
_TO_A_PICTURE = ("Oh, that looks great!", "Nice picture! Is that the new one?", "Yes, exactly that one.")
_WITH_A_PICTURE = ("Here's how it looks at home.", "This is the spot I mean.", "Took this a minute ago.", "")


class People:
    """Who answers what. At most 12 answers a minute from one person, so that two machines cannot talk for ever."""

    def __init__(self, send: Send, tasks: Tasks, pace: Pace, random: Random) -> None:
        self._send = send
        self._tasks = tasks
        self._pace = pace
        self._random = random
        self._waiting: set[tuple[str, str]] = set()
        self._answers: dict[str, deque[float]] = {}
        self._said: dict[str, str] = {}

    def react(self, message: Message) -> None:
        """A text has reached a phone. Several that come while one is typing get one answer."""
        person = _BY_NUMBER.get(message.to)
        line = message.from_ or ""
        if person is None or person.manner in {"silent", "yours"} or message.automatic:
            return
        if (person.number, line) in self._waiting or self._tired(person):
            return
        self._waiting.add((person.number, line))
        self._tasks.spawn(self._answer(person, line, message))

    async def _answer(self, person: Person, line: str, message: Message) -> None:
        try:
            await self._pace.pause(1.5, 3.5)
        finally:
            self._waiting.discard((person.number, line))
        media: Sequence[Attachment] = ()
        if person.manner == "stop":
            words = "STOP"
        elif person.manner == "picture":
            words = self._pick(person, _WITH_A_PICTURE)
            media = [("image/png", landscape(self._random), f"IMG_{self._random.randint(1000, 9999)}.png")]
        else:
            words = self._pick(person, _choices(message))
        self._send(person.number, line, words, media)

    def _pick(self, person: Person, choices: tuple[str, ...]) -> str:
        """One of them, and not what was said last."""
        words = self._random.choice([one for one in choices if one != self._said.get(person.number)])
        self._said[person.number] = words
        return words

    def _tired(self, person: Person) -> bool:
        at = asyncio.get_running_loop().time()
        answers = self._answers.setdefault(person.number, deque(maxlen=12))
        if len(answers) == 12 and at - answers[0] < 60:
            return True
        answers.append(at)
        return False


def _choices(message: Message) -> tuple[str, ...]:
    if message.media:
        return _TO_A_PICTURE
    text = message.wire.lower()
    return next((answers for topic, answers in _TOPICS if re.search(topic, text)), _OTHERWISE)
