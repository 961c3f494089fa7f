"""Who answers the keywords on each line, and so whether Twilio blocks by itself who said STOP there."""

from sqlalchemy import Connection

from sms_desktop.domain.answering import Answering, LineAnswering, usual
from sms_desktop.domain.events import RepliesChanged
from sms_desktop.domain.phone import AddressKind, is_toll_free, kind_of
from sms_desktop.store import consent, settings
from sms_desktop.store.tx import Tx

SETTING = "keyword_answering"


def of(db: Connection, line: str) -> LineAnswering:
    """Who answers there."""
    known = next((one for one in Answering if one == _chosen(db).get(line)), None)
    return LineAnswering(line, usual(line, consent.service_of(db, line)), known)


def ours(db: Connection) -> list[str]:
    """The lines on which a person has set that we do."""
    return [line for line, who in _chosen(db).items() if who == Answering.WE]


def choose(tx: Tx, line: str, who: Answering | None) -> None:
    """Somebody sets who answers there; None: as is found out from the line."""
    chosen = {one: whose for one, whose in _chosen(tx.db).items() if one != line}
    settings.put(tx, SETTING, chosen | ({} if who is None else {line: str(who)}))
    tx.note(RepliesChanged())


def twilio_blocks(db: Connection, line: str) -> bool:
    """Whether Twilio itself stops what is sent there to whoever said STOP, in whatever word: not on a short code, nor
    where we answer in its place; of toll-free numbers the network knows one word alone, and nobody knows keywords of
    the account's own.
    """
    service = consent.service_of(db, line)
    chosen = [of(db, one).chosen for one in (line, service) if one is not None]
    own = kind_of(line) is AddressKind.SHORT_CODE or Answering.WE in chosen
    return not own and not is_toll_free(line) and not consent.keywords(db).stop


def _chosen(db: Connection) -> dict[str, object]:
    kept = settings.get(db, SETTING, {})
    return kept if isinstance(kept, dict) else {}
