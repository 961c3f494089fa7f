"""Fills the section of registrations, and does what its buttons ask that is no form."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.events import LinesChanged, RegistrationsChanged
from sms_desktop.domain.phone import display
from sms_desktop.domain.registration import Kind, SenderPool, Step
from sms_desktop.domain.registrationreport import Report
from sms_desktop.services.clock import now
from sms_desktop.ui.preferences.lines import LinesPage
from sms_desktop.ui.preferences.needs import Needs
from sms_desktop.ui.preferences.registration import RegistrationPage
from sms_desktop.ui.registration.addpanel import AddPanel
from sms_desktop.ui.registration.looking import Looking, pauses_of
from sms_desktop.ui.registration.sentences import looked_at
from sms_desktop.ui.widgets.beforeafter import BeforeAfter, Setting
from sms_desktop.ui.words import one_line

Do = Callable[[str, Coroutine[Any, Any, None]], None]
FRESH = timedelta(minutes=1)
"""What Twilio was asked longer ago is asked again when the page is opened."""
ASKING = "Asking Twilio how your lines are registered…"
NO_SERVICE = "in no Messaging Service"
STAYS = "Texts to the number still come in as they do now."


class RegistrationPresenter(QObject):
    """``do_latest`` starts a look, in the place of an earlier one; ``do`` what is not to be broken off."""

    def __init__(self, services: Needs, do_latest: Do, do: Do, page: RegistrationPage, lines: LinesPage) -> None:
        super().__init__(page)
        self._services, self._page, self._lines = services, page, lines
        self._do_latest, self._do = do_latest, do
        self._anew = True
        self._looking = Looking(
            services.registrations, lambda coro: do_latest("registrations", coro), page, lambda: page.is_busy
        )
        self._looking.looked.connect(self.show)
        self._looking.missed.connect(page.show_not_looked)
        page.lookRequested.connect(self._ask)
        page.stepWanted.connect(self._step)
        self._unsubscribe = [
            services.hub.subscribe(RegistrationsChanged, lambda event: self.show()),
            services.hub.subscribe(LinesChanged, lambda event: self.show()),
        ]
        self.show()

    def close(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        self._looking.stop()

    def look(self) -> None:
        """The page is opened: what was not asked just now is asked again."""
        self._anew = True
        self.show()
        at = self._services.registrations.known.at
        if at is None or now() - at > FRESH:
            self._ask()

    def show(self) -> None:
        registrations = self._services.registrations
        reports = registrations.reports()
        in_doubt = dict.fromkeys(one.sentence for one in registrations.unsettled)
        self._page.show_reports(reports, (*in_doubt, *registrations.known.troubles), anew=self._anew)
        self._anew = registrations.known.at is None  # what is the matter comes first, once it is known
        self._lines.show_registration({report.line.address: report.standing.word for report in reports if report.parts})
        offered = self._services.lines.offered()
        self._lines.show_usual({line.address: registrations.report(line).rate for line in offered})
        if not self._page.is_busy:
            self._page.show_looked(looked_at(registrations.known.at, now()))
        self._looking.follow(pauses_of(report.rehearsed for report in reports if report.is_pending))

    def _ask(self) -> None:
        self._page.show_busy(ASKING)  # from now on, so that no look that nobody asked for takes its place
        self._do_latest("registrations", self._refresh())

    async def _refresh(self) -> None:
        self._page.show_busy(ASKING)
        try:
            await self._services.registrations.refresh()
        except SmsDesktopError as error:
            self._page.show_trouble(str(error))
            return
        self._page.show_done()
        self.show()

    # one line

    def _step(self, report: Report) -> None:
        match report.standing.step:
            case Step.LOOK | Step.WAIT:
                self._ask()
            case Step.ADD_NUMBER if report.pool is not None:
                self._ask_to_add(report, report.pool)
            case Step.BRAND | Step.CAMPAIGN | Step.VERIFY | Step.EDIT:
                if self._is_looked_for(report):
                    self._ask()  # what else is written now is not what was sent in
                else:
                    self._page.guideWanted.emit(report)

    def _is_looked_for(self, report: Report) -> bool:
        """Whether the form that is the next step was sent in, and no answer came."""
        match report.standing.step:
            case Step.BRAND:
                kind, key = Kind.BRAND, ""
            case Step.VERIFY:
                kind, key = Kind.VERIFICATION, report.line.address
            case _:
                kind, key = Kind.CAMPAIGN, report.pool.sid if report.pool is not None else ""
        return any((one.kind, one.key) == (kind, key) for one in self._services.registrations.unsettled)

    def _ask_to_add(self, report: Report, pool: SenderPool) -> None:
        if len(report.choices) > 1:
            self._ask_where_to_add(report)
            return
        card = self._page.cards[report.line.address]
        after = f"in the Messaging Service “{one_line(pool.name)}”"
        panel = BeforeAfter([Setting(display(report.line.address), NO_SERVICE, after, STAYS)], "Add it", "Cancel")
        panel.agreed.connect(lambda: self._do(f"add {report.line.address}", self._add(report, pool, panel)))
        panel.refused.connect(lambda: self._put_away(report))
        card.set_panel(panel)
        self._page.reveal(card, panel)
        panel.yes.setFocus()

    def _ask_where_to_add(self, report: Report) -> None:
        card, address = self._page.cards[report.line.address], report.line.address
        panel = AddPanel(report.choices, STAYS)
        panel.agreed.connect(lambda pool: self._do(f"add {address}", self._add(report, pool, panel)))
        panel.refused.connect(lambda: self._put_away(report))
        card.set_panel(panel)
        self._page.reveal(card, panel)
        panel.radios[0].setFocus()

    async def _add(self, report: Report, pool: SenderPool, panel: BeforeAfter | AddPanel) -> None:
        try:
            await self._services.registrations.add_number(report.line.address, pool.sid)
        except SmsDesktopError as error:
            card = self._page.cards.get(report.line.address)
            if card is not None and card.panel is panel:
                panel.say(str(error))
            else:
                self._page.complain(str(error))
            return
        card = self._page.cards.get(report.line.address)
        if card is not None:
            card.set_panel(None)
            card.setFocus()  # its button goes, and would pass the keyboard on to wherever
        await self._refresh()

    def _put_away(self, report: Report) -> None:
        card = self._page.cards.get(report.line.address)
        if card is not None:
            card.set_panel(None)
            (card.act if card.act.isVisibleTo(card) else self._page.look).setFocus()
