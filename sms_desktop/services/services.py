"""All services over one store, built in one place."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sms_desktop.domain.answering import known_as
from sms_desktop.domain.events import DatabaseLost, MessageAdded, RegistrationsChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.receiving import Reach
from sms_desktop.domain.reply import AUTHOR as REPLIES_AUTHOR
from sms_desktop.domain.routing import bare
from sms_desktop.gateway.credentials import CredentialFinder, Credentials
from sms_desktop.gateway.gateway import Gateway
from sms_desktop.gateway.public_address import inbound_url
from sms_desktop.gateway.vault import Vault
from sms_desktop.services.absence import Absence
from sms_desktop.services.account import NOT_CONNECTED, AccountService
from sms_desktop.services.backups import Backups
from sms_desktop.services.catchup import CatchUp
from sms_desktop.services.connection import Connection
from sms_desktop.services.consent import Consents
from sms_desktop.services.consentpush import ConsentPush
from sms_desktop.services.contacts import Contacts
from sms_desktop.services.conversations import Conversations
from sms_desktop.services.doubts import Doubts
from sms_desktop.services.drafts import Drafts
from sms_desktop.services.health import HealthService
from sms_desktop.services.hindrance import hindrance
from sms_desktop.services.inbox import Inbox
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.services.media import MediaService
from sms_desktop.services.neighbour import Neighbour
from sms_desktop.services.numbers import Numbers
from sms_desktop.services.outbox import Outbox
from sms_desktop.services.receiving import Outside, ReceivingService
from sms_desktop.services.registration import Registrations
from sms_desktop.services.replies import Replies
from sms_desktop.services.replying import Replier
from sms_desktop.services.rhythm import Rhythm
from sms_desktop.services.roster import Rosters
from sms_desktop.services.routing import RoutingService
from sms_desktop.services.search import Search
from sms_desktop.services.settings import AUTHOR, Settings
from sms_desktop.services.statuses import Statuses
from sms_desktop.services.timeline import Timeline
from sms_desktop.services.uptime import Uptime
from sms_desktop.services.wakefulness import Wakefulness
from sms_desktop.store.accounts import Accounts
from sms_desktop.store.preferences import Preferences
from sms_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies outside: the way to Twilio, the keyring, the environment's variables, the accounts on this computer,
    and how long the program has been at work.
    """

    open_gateway: Callable[[Credentials], Gateway]
    accounts: Accounts
    outside: Outside = field(default_factory=Outside)
    vault: Vault = field(default_factory=Vault)
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)
    uptime: Uptime = field(default_factory=Uptime)


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
    consents: Consents
    rosters: Rosters
    replies: Replies
    consentpush: ConsentPush
    search: Search
    lines: Lines
    connection: Connection
    settings: Settings
    neighbour: Neighbour
    account: AccountService
    routing: RoutingService
    receiving: ReceivingService
    registrations: Registrations
    catchup: CatchUp
    statuses: Statuses
    doubts: Doubts
    health: HealthService
    backups: Backups
    wakefulness: Wakefulness
    absence: Absence
    numbers: Numbers


def build(store: Store, hub: Hub, surroundings: Surroundings, *, demo: bool = False) -> Services:
    """Wires the services; nothing runs yet, and no gateway is needed to read."""
    vault = surroundings.vault
    finder = CredentialFinder(vault, surroundings.variables)
    link = Link()
    lines = Lines(store, hub, link)
    routing = RoutingService(store, link, lines)
    account = AccountService(
        store, link, lines, routing, vault, finder, surroundings.accounts, surroundings.open_gateway
    )
    media = MediaService(store, link)
    connection = Connection(hub, link, lines, account, demo=demo)
    absence = Absence(store, hub, link)
    registrations = Registrations(store, link, lines)

    def called() -> str:
        return known_as(registrations.known.business_names, account.name)

    replier = Replier(store, hub, link, called)
    replies = Replies(store, link, lines, called)
    replier.is_over, replier.recalls, replier.doubt = absence.is_over, absence.recalls, absence.doubt
    outbox = Outbox(store, hub, link, lines, absence, connection.heard)
    numbers = Numbers(store, link)
    outbox.look_up_first = numbers.look_up_first
    outbox.usual_pace_of = lambda line: registrations.report(line).rate
    statuses = Statuses(store, link)
    outbox.doubted = statuses.wake
    receiving = ReceivingService(store, hub, link, vault, finder, surroundings.outside)
    rhythm = Rhythm(
        hub,
        lambda: receiving.state.reach is Reach.UP and routing.all_here(),
        lambda: datetime.now().astimezone().hour,
    )
    catchup = CatchUp(store, hub, link, lines, rhythm, media.wake, surroundings.uptime, absence)
    doubts = Doubts(store, link, lines, catchup.ask, media.wake)
    catchup.replier = doubts.replier = replier
    health = HealthService(store, hub, link, lines, account, routing, receiving, catchup, doubts, connection, demo=demo)
    hub.subscribe(RegistrationsChanged, registrations.told)
    registrations.ours = lambda url: link.public_url is not None and bare(url) == bare(inbound_url(link.public_url))
    backups = Backups(store, hub, lambda: catchup.progress.running, health.look_soon, demo=demo)
    health.backup_trouble = lambda: backups.trouble
    health.reports = registrations.reports
    health.nameless = replies.nameless

    def returned() -> None:
        absence.found()
        catchup.ask()
        outbox.hurry()
        media.hurry()
        statuses.wake()
        registrations.returned()
        health.look_soon()

    def woke() -> None:
        absence.begin()
        absence.hurry()
        catchup.woke()
        receiving.woke()
        connection.look()
        outbox.hurry()
        media.hurry()
        statuses.wake()
        health.look_soon()

    def account_changed() -> None:
        gone = link.gateway is None
        routing.account_changed()
        connection.refuse(NOT_CONNECTED if gone else "")
        connection.renew(routed=gone or routing.looked)
        health.renew()
        registrations.account_changed()
        absence.begin()
        absence.hurry()
        catchup.ask()
        if gone:
            receiving.account_gone()
        else:
            receiving.account_came()

    def refused() -> None:
        catchup.refused()
        health.look_at_disk_soon()

    store.refused = refused

    def written_elsewhere() -> None:
        absence.wake()
        outbox.wake()

    def added(event: MessageAdded) -> None:
        if event.message.waits and event.message.author == REPLIES_AUTHOR:
            written_elsewhere()

    hub.subscribe(MessageAdded, added)
    inbox = Inbox(store, media.wake, replier)
    inbox.hear_words = catchup.hear_words
    hub.subscribe(DatabaseLost, lambda event: connection.refuse(event.sentence))
    settings = Settings(store, Preferences(surroundings.accounts.root))
    outbox.author = lambda: settings.own(AUTHOR)
    receiving.accounts = account.known
    wakefulness = Wakefulness(woke)
    outbox.look = wakefulness.look
    absence.hear, absence.pool_of = catchup.hear, lines.sharing
    absence.released = outbox.wake
    absence.unanswered = connection.look
    absence.offline = media.offline = lambda: connection.offline
    connection.lost = absence.begin
    outbox.hindered = lambda: hindrance(link, connection, absence)
    connection.returned = returned
    connection.looked = health.tell_soon
    account.changed = account_changed
    routing.changed = health.tell_soon
    doubts.changed = health.tell_soon
    return Services(
        hub=hub,
        link=link,
        conversations=Conversations(store),
        timeline=Timeline(store),
        inbox=inbox,
        outbox=outbox,
        drafts=Drafts(store),
        media=media,
        contacts=Contacts(store),
        consents=Consents(store, settings),
        rosters=Rosters(store, hub, settings),
        replies=replies,
        consentpush=ConsentPush(store, hub, link, absence, lines.listed),
        search=Search(store),
        lines=lines,
        connection=connection,
        settings=settings,
        neighbour=Neighbour(store, hub, written_elsewhere),
        account=account,
        routing=routing,
        receiving=receiving,
        registrations=registrations,
        catchup=catchup,
        statuses=statuses,
        doubts=doubts,
        health=health,
        backups=backups,
        wakefulness=wakefulness,
        absence=absence,
        numbers=numbers,
    )
