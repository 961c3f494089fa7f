"""What the page says: what happened, what can be done, what is being done."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sms_desktop.domain.backup import Backup
from sms_desktop.domain.count import counted
from sms_desktop.domain.errors import EMPTY, GONE, REPLACED
from sms_desktop.services.repair import Outlook
from sms_desktop.ui.words import in_sentence


class Way(Enum):
    """What may be done."""

    BACKUP = "backup"
    RECOVER = "recover"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Choice:
    """A card: its title, a word beside it, a sentence below it, and what the button says."""

    way: Way
    title: str
    tag: str
    description: str
    button: str


TITLE = "Your messages cannot be opened"
TAKEN = "The file of your messages was taken away"
REPLACING = "Restoring a backup"
LOOKING = "Looking at your backups and at what can be read…"
MEANWHILE = "Texts that arrive meanwhile wait at Twilio and are fetched afterwards."
KEPT = f"Nothing is thrown away: the file stays on this computer, whatever you choose. {MEANWHILE}"
RESTORING = "Restoring the backup…"
RECOVERING = "Recovering what can be read…"
GOING_ON = "Going on with what was here…"
WENT_ON = "What was here when another program took the file away is back in its place."
RESCUED_GONE = (
    "What was saved then is gone as well: another program has taken that away, too. Choose from what is left."
)
BACK = "Back to my messages"
UNFINISHED = "This must come to its end first; it takes a moment."
ODD = (
    "Something went wrong inside SMS Desktop. Nothing was thrown away: go back or start it again, and see how your "
    "messages are. The log file says more."
)


def title(what: str) -> str:
    """``what`` as below."""
    return TAKEN if what == REPLACED else TITLE


def happened(what: str) -> str:
    """``what`` is the matter with the database, as its error says it."""
    if what == REPLACED:
        return (
            f"The file that holds them {what}. Programs that synchronise, move or clean up folders do that, or "
            f"somebody who puts a copy in its place by hand. Leave that folder to SMS Desktop. {KEPT}"
        )
    if what == GONE:
        return (
            "The file that holds them is gone. Perhaps it was deleted or moved, by a program that tidies up, say. If "
            "it lies on a disk that is not connected just now, quit, connect it and start SMS Desktop again. "
            f"{MEANWHILE}"
        )
    if what == EMPTY:
        return (
            "The file that holds them is empty. That happens when a disk is full or fails, or when the computer is "
            f"switched off while it writes. {MEANWHILE}"
        )
    return (
        f"The file that holds them {what}. That happens when a disk fails, when the computer is switched off while it "
        f"writes, or when another program changes the file. {KEPT}"
    )


def choices(outlook: Outlook, now: datetime) -> list[Choice]:
    """The best one first."""
    found = []
    if outlook.backup is not None and outlook.rescued:
        found.append(_rescued(outlook.backup, now))  # what lies in its place may be anybody's
    else:
        found += _of_damaged(outlook, now)
    found.append(
        Choice(Way.FILE, "Restore another copy", "", "One that you saved yourself, on a stick or a server.", "Choose…")
    )
    return found


def _of_damaged(outlook: Outlook, now: datetime) -> list[Choice]:
    found = []
    # Of one that was made before the first message nothing would be there but what both other ways bring along.
    backup = outlook.backup if outlook.backup is not None and outlook.backup.messages else None
    if backup is not None:
        found.append(_backup(backup, now, more=outlook.readable is not None))
    if outlook.readable is None:
        found.append(
            Choice(
                Way.RECOVER,
                "Start with an empty database",
                "",
                _empty(backed=backup is not None, there=outlook.there),
                "Start empty",
            )
        )
    elif outlook.stale:
        found.append(
            Choice(
                Way.RECOVER,
                "Go on with the file that lies there now",
                "",
                f"{counted(outlook.readable, 'message')}. It may be older than what was here: names, notes, drafts and "
                "texts that were not sent yet may be missing. What people wrote is asked for at Twilio, who said STOP "
                "above all.",
                "Go on",
            )
        )
    else:
        found.append(
            Choice(
                Way.RECOVER,
                "Recover what can be read",
                "",
                f"{counted(outlook.readable, 'message')}. Contacts, drafts and opt-outs come along as far as they can "
                "be read. What is missing is asked for at Twilio.",
                "Recover",
            )
        )
    return found


def _empty(*, backed: bool, there: bool) -> str:
    nothing = "Nothing in the damaged file can be read" if there else "Of the messages here nothing is left"
    if backed:
        return (
            f"{nothing}. Who said STOP, names, blocked people and settings are taken from your newest backup, its "
            "messages are not: those of the last 30 days are fetched from Twilio at once."
        )
    return (
        f"{nothing}, and no backup holds messages. Those of the last 30 days are fetched from Twilio at once; before a "
        "text leaves, Twilio is asked whether that person ever said STOP."
    )


def _rescued(backup: Backup, now: datetime) -> Choice:
    return Choice(
        Way.BACKUP,
        "Go on with what was here",
        "",
        f"{counted(backup.messages, 'message')}, saved {in_sentence(backup.at, now)} as soon as that was noticed, and "
        "checked just now: with all names, notes, drafts and opt-outs, and what waits to be sent.",
        "Go on",
    )


def _backup(backup: Backup, now: datetime, *, more: bool) -> Choice:
    """``more``: something newer can be read beside it."""
    newer = (
        "newer names, notes, drafts and opt-outs come along as far as they can be read"
        if more
        else "names, notes, drafts, preferences and automatic replies are as they were then"
    )
    return Choice(
        Way.BACKUP,
        f"Restore the backup of {in_sentence(backup.at, now)}",
        "",
        f"{counted(backup.messages, 'message')}, checked just now. What came since then is fetched from Twilio; "
        f"{newer}.",
        "Restore",
    )


def read(rows: int) -> str:
    return f"{RECOVERING} {rows:,} entries so far"


def restored(when: str) -> str:
    """How the window begins to tell of it afterwards; ``when`` the backup was made, "" for a copy of one's own."""
    return f"The backup of {when} was restored." if when else "Your copy was restored."


def recovered(outlook: Outlook) -> str:
    """The same of what is done without a backup."""
    if outlook.readable is None:
        return "A new database was begun."
    what = "the file that lay there" if outlook.stale else "the damaged database"
    return f"What could be read of {what} was recovered."
