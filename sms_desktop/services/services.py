"""All services over one store, built in one place."""

from dataclasses import dataclass

from sms_desktop.domain.hub import Hub
from sms_desktop.services.connection import Connection
from sms_desktop.services.contacts import Contacts
from sms_desktop.services.conversations import Conversations
from sms_desktop.services.drafts import Drafts
from sms_desktop.services.inbox import Inbox
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.services.media import MediaService
from sms_desktop.services.neighbour import Neighbour
from sms_desktop.services.outbox import Outbox
from sms_desktop.services.search import Search
from sms_desktop.services.settings import Settings
from sms_desktop.services.timeline import Timeline
from sms_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class Services:
    """What presenters and commands may ask of the app."""

    hub: Hub
    link: Link
    conversations: Conversations
    timeline: Timeline
    inbox: Inbox
    outbox: Outbox
    drafts: Drafts
    media: MediaService
    contacts: Contacts
    search: Search
    lines: Lines
    connection: Connection
    settings: Settings
    neighbour: Neighbour


def build(store: Store, hub: Hub, *, demo: bool = False) -> Services:
    """Wires the services; nothing runs yet, and no gateway is needed to read."""
    link = Link()
    lines = Lines(store, hub, link)
    media = MediaService(store, link)
    connection = Connection(hub, link, lines, demo=demo)
    outbox = Outbox(store, hub, link, lines, connection.heard)
    connection.returned = outbox.hurry
    return Services(
        hub=hub,
        link=link,
        conversations=Conversations(store),
        timeline=Timeline(store),
        inbox=Inbox(store, media.wake),
        outbox=outbox,
        drafts=Drafts(store),
        media=media,
        contacts=Contacts(store),
        search=Search(store),
        lines=lines,
        connection=connection,
        settings=Settings(store),
        neighbour=Neighbour(store, hub, outbox.wake),
    )
