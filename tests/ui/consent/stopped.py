"""Somebody who opted out of another number of the same Messaging Service."""

from collections.abc import Callable

from sms_desktop.domain.message import Message
from sms_desktop.services import clock
from sms_desktop.services.inbox import wished
from sms_desktop.store import consent, messages
from sms_desktop.store.tx import Tx
from tests.rig import LINE, TOLL_FREE


def stopped_at_another_number(peer: str, line: str = TOLL_FREE) -> Callable[[Tx], Message | None]:
    """They wrote STOP to one of two numbers of one Messaging Service, the other by default."""

    def work(tx: Tx) -> Message | None:
        consent.set_services(tx, dict.fromkeys((LINE, TOLL_FREE), "MG" + "0a" * 16))
        sid, at = "SM" + "5" * 32, clock.now()
        message = messages.add_inbound(tx, sid=sid, line=line, peer=peer, body="STOP", at=at)
        assert message is not None
        wished(tx, message)
        return message

    return work
