"""Whose fault it is, as types. Every message is one plain sentence that may be shown to the person at the desk."""

from datetime import datetime


class SmsDesktopError(Exception):
    """The root of all errors that the app raises on purpose; ``str()`` is a sentence for the screen."""


class BadInput(SmsDesktopError):
    """What a person or a file gave cannot be used; nothing was changed."""


class SaysNotWho(BadInput):
    """A list of people does not tell who agreed and who asked to stop; whoever imports it has to say so."""


class BadField(BadInput):
    """One field of several holds what cannot be used; ``field`` is its name in ``account.Entered``."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class MayArriveTwice(BadInput):
    """Another try at the same message was never confirmed; whoever sends it again has to say so."""


class FilesGone(BadInput):
    """A picture or file of the message is not on this computer any more; a person may have it sent without."""


class NotReached(BadInput):
    """Texts do not reach that number, as far as is known; whoever sends one all the same has to say so.

    ``final``: Twilio itself refuses it, so that nothing is to be gained.
    """

    def __init__(self, sentence: str, *, final: bool) -> None:
        super().__init__(sentence)
        self.final = final


class NightThere(BadInput):
    """It is night where the recipient is; whoever sends says whether now or in the morning, which is at ``morning``,
    UTC. ``offer`` says the latter in the words of a button, or is "" where only the clock here can tell it.
    """

    def __init__(self, sentence: str, offer: str, morning: datetime) -> None:
        super().__init__(sentence)
        self.offer, self.morning = offer, morning


class OptedOut(SmsDesktopError):
    """The recipient said STOP to this line; nothing was sent."""


class StoreError(SmsDesktopError):
    """The database or the media folder cannot be used (read-only, full, damaged, from a newer version)."""


class DatabaseTooNew(StoreError):
    """The database was written by a newer version of the app; it was left untouched."""


GONE, EMPTY = "is gone", "is empty"
"""What is the matter with a database of which nothing is left at all."""
REPLACED = "was replaced or deleted by another program while SMS Desktop was using it"


class DatabaseDamaged(StoreError):
    """The database cannot be read as it should be (overwritten, cut short, gone, replaced); a backup or a repair helps.

    ``what`` is the matter with it, in words that follow “the database …”; ``remedy`` is for those without a window.
    """

    def __init__(self, what: str = "is damaged", remedy: str = "") -> None:
        super().__init__(f"The database {what}.")
        self.what, self.remedy = what, remedy


class NotConfigured(SmsDesktopError):
    """No Twilio account is set up for this data directory."""


class NoAccount(NotConfigured):
    """Neither the environment nor the keyring says anything of an account."""


class EngineRunning(SmsDesktopError):
    """Another engine (window or ``serve``) holds this data directory."""


class GatewayError(SmsDesktopError):
    """Twilio or the network refused or could not answer a request that changes nothing.

    ``transient`` tells whether the same request may well pass when tried again later; ``answered`` is False where it
    was not Twilio that said so, but nobody, or a stranger. ``left`` is False where the request surely never did.
    """

    transient: bool = True
    answered: bool = True
    left: bool = True

    def __init__(self, sentence: str, *, transient: bool | None = None) -> None:
        super().__init__(sentence)
        if transient is not None:
            self.transient = transient


class TooMany(GatewayError):
    """Twilio answered 429: it is there, and wants fewer requests at a time."""


class TwilioFaulty(GatewayError):
    """Twilio answered 5xx: it is there, and has a problem of its own."""


class WrongCredentials(GatewayError):
    """Twilio answered 401: the Account SID, Auth Token or API key is not right (any more)."""

    transient = False


class WrongKey(WrongCredentials):
    """Account SID and Auth Token are right, but Twilio does not know the API key and its secret."""


class NotThere(GatewayError):
    """Twilio answered 404: it has no such thing, or has it no more."""

    transient = False


class NotAllowed(GatewayError):
    """Twilio answered that this account, or these credentials, may not do or see this."""

    transient = False


class Uncertain(GatewayError):
    """The request that was to change something left, and no usable answer came: it may have been done."""


class PortBusy(SmsDesktopError):
    """The webhook port on 127.0.0.1 is taken by another program."""


class KeyringLocked(SmsDesktopError):
    """The keyring is there but locked, or did not answer: unlock it and try again."""


class NoKeyring(SmsDesktopError):
    """This computer has no keyring that can keep a secret."""


class TestCredentials(GatewayError):
    """Twilio's test credentials: good for trying out an API, but they neither send nor receive anything."""

    __test__ = False  # not one of pytest's
    transient = False


class TunnelError(SmsDesktopError):
    """ngrok's agent could not be fetched or started, or was refused. ``code`` like ERR_NGROK_108, or "".

    ``lasting``: trying again by itself cannot help (a wrong token, a limit of the plan). ``about`` is what was entered
    wrongly, "token" or "domain", or "".
    """

    def __init__(self, sentence: str, *, code: str = "", lasting: bool = False, about: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.lasting = lasting
        self.about = about


UNEXPECTED = "Something unexpected happened; it is tried again by itself."


def sentence_of(error: Exception) -> str:
    """What a person may be told of it: its own sentence, if it is one of ours; the log has the rest."""
    return str(error) if isinstance(error, SmsDesktopError) else UNEXPECTED
