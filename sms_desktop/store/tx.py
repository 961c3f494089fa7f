"""What a unit of work is given."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from sms_desktop.domain.consent import ConsentEvent
from sms_desktop.domain.events import Event


@dataclass(slots=True)
class Tx:
    """``db`` is inside the transaction; events noted are published after its commit, or never. ``entered`` is what
    people here said of consent, which ``witness`` writes down beside the database.
    """

    db: Connection
    noted: list[Event] = field(default_factory=list)
    entered: list[ConsentEvent] = field(default_factory=list)

    def note(self, event: Event) -> None:
        """Has ``event`` told to everybody once it is true."""
        self.noted.append(event)
