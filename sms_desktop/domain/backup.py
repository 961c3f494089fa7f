"""Copies of the database: what there is, and what became of putting one back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sms_desktop.domain.count import counted


class Why(StrEnum):
    """What a backup was made for."""

    DAILY = "daily"
    UPDATE = "update"
    """Before the database was brought to a newer version's shape."""
    HAND = "hand"
    RESCUE = "rescue"
    """Made of what was open when another program replaced or deleted the database's files."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A file in the folder of backups, which was checked as it was made. ``size`` in bytes; ``at`` is UTC.

    ``trouble`` says why it cannot be read now, "" where it can.
    """

    path: Path
    at: datetime
    why: Why
    messages: int
    size: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a verified copy holds: ``account`` is the SID that it belongs to, ``newest`` the time of its last message.

    ``pictures`` is None for a copy that has none with it.
    """

    messages: int
    revision: str
    account: str | None
    newest: datetime | None
    pictures: int | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """A database was put in the place of another, which lies at ``aside`` now (None: there was none).

    ``carried_out``: opt-outs that only the replaced one knew, or the file beside it of those that were entered here.
    ``waiting``: texts that were brought along and still wait to be sent; ``doubtful``: texts that may have been sent
    and are not sent again by themselves. ``missing``: pictures that are to be fetched again. ``lost``: what of the
    replaced database could not all be read, in words.
    """

    messages: int
    aside: Path | None
    carried_out: int = 0
    waiting: int = 0
    doubtful: int = 0
    missing: int = 0
    lost: tuple[str, ...] = ()
    read: bool = True
    """False: there was a database, and nothing of it could be read."""
    brought: bool = False
    """It was a backup, and what only the replaced database knew came along, as far as that could be read."""
    filled: bool = False
    """It was no backup, and what could not be read was filled in from one, but for messages and drafts."""
    asks: bool = False
    """It is not known of everybody who said STOP, so Twilio is asked about each person before a text leaves."""
    entered_lost: bool = False
    """Opt-outs that were entered here or imported may be lost, which Twilio does not know of."""
    rescued: bool = False
    """It was no backup but what was in use until another program took its files away."""
    stale: bool = False
    """What was in use until then is lost: what was replaced lay in its place, and may be older."""

    @property
    def is_whole(self) -> bool:
        """Nothing was lost that only the replaced database knew, and nothing is doubtful."""
        return self.read and not (self.lost or self.doubtful or self.asks or self.stale)


def in_words(done: Restored) -> str:
    """What a person should know of it, after what was done was named."""
    if done.messages or done.read or done.brought:
        said = [f"It has {counted(done.messages, 'message')}; what is missing is fetched from Twilio."]
    else:
        said = ["It is empty; the messages of the last 30 days are fetched from Twilio now."]
    if done.brought:
        far = " as far as it could be read" if done.lost else ""
        said.append(
            "Names, notes, blocked people, drafts, preferences and automatic replies came along from the former "
            f"database{far}."
        )
    if not done.read:
        said.append(_nothing_read(done))
    elif done.stale:
        said.append(_LOST_SINCE)
    elif done.lost:
        begin = "" if done.brought else "Not all of the former database could be read. "
        fill = "What your newest backup knows was filled in. " if done.filled else ""
        said.append(f"{begin}{fill}Some of this may be missing: {_list(done.lost)}.")
    if done.asks and (done.read or done.filled):
        said.append(
            "It is not known of everybody who said STOP: before a text leaves, Twilio is asked whether that person did."
        )
    if done.carried_out == 1:
        said.append("1 person who opted out since stays opted out.")
    elif done.carried_out:
        said.append(f"{done.carried_out:,} people who opted out since stay opted out.")
    if done.entered_lost:
        said.append(
            "Opt-outs that were entered here or imported may be missing, and Twilio does not know of them: enter or "
            "import them again before you text those people."
        )
    if done.waiting:
        said.append(f"{counted(done.waiting, 'text')} still {'waits' if done.waiting == 1 else 'wait'} to be sent.")
    if done.doubtful == 1:
        said.append("1 text may have been sent; it is marked unconfirmed and not sent again by itself.")
    elif done.doubtful:
        said.append(
            f"{done.doubtful:,} texts may have been sent; they are marked unconfirmed and not sent again by themselves."
        )
    if done.missing:
        said.append(f"Not on this computer any more: {counted(done.missing, 'picture')}; Twilio is asked again.")
    if done.aside is not None:
        former = "What lay in its place" if done.rescued or done.stale else "The former database"
        said.append(f"{former} is kept as {done.aside.name}.")
    return " ".join(said)


_LOST_SINCE = (
    "What was done here last, before another program took the file away, may be missing: names, notes, drafts, "
    "settings and texts that were not sent yet."
)


_SET = "preferences, automatic replies, opening hours, who answers STOP and HELP, and all else that was set here"


def _nothing_read(done: Restored) -> str:
    nothing = "Nothing of the former database could be read"
    if done.filled:
        return (
            f"{nothing}. Who said STOP, names, notes, blocked people, what your numbers were set to, how messages come "
            f"in, {_SET} are as your newest backup knows them; what people wrote since then is fetched. Drafts and "
            "texts that were not sent yet are missing."
        )
    if done.asks:
        return (
            f"{nothing}, and no good backup knows your numbers. Before a text leaves, Twilio is asked whether that "
            f"person ever said STOP. Names, notes, blocked people, drafts, texts that were not sent yet, {_SET} are "
            "lost. Choose anew how messages come in, under Preferences, Receiving."
        )
    return (
        f"{nothing}. Names, notes, blocked people, drafts, {_SET} are as the backup has them: what was changed since "
        "is missing, and so are texts that were not sent yet. Who said STOP is known again once their messages are "
        "fetched from Twilio."
    )


def _list(words: tuple[str, ...]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
