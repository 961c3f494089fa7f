"""Fills the section of who answers, and does what it asks."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from PySide6.QtCore import QObject

from sms_desktop.domain.answering import Answering, Keyword
from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.ui.preferences.answering import AnsweringPage
from sms_desktop.ui.preferences.needs import Needs

Do = Callable[[str, Coroutine[Any, Any, None]], None]


class AnsweringPresenter(QObject):
    """``do_latest`` starts what takes the place of an earlier wish."""

    def __init__(self, services: Needs, do_latest: Do, page: AnsweringPage) -> None:
        super().__init__(page)
        self._services, self._do_latest, self._page = services, do_latest, page
        page.chosen.connect(lambda line, who: do_latest(f"answering {line}", self._choose(line, who)))
        page.businessChanged.connect(lambda name: do_latest("business", self._name(name)))
        page.textsChanged.connect(lambda texts: do_latest("keyword texts", self._write(texts)))
        page.usualWanted.connect(lambda: do_latest("keyword texts", self._write({})))

    def look(self) -> None:
        self._do_latest("answering", self._show())

    async def _show(self) -> None:
        replies, page = self._services.replies, self._page
        answering = {one.line: one for one in await replies.who_answers()}
        texts = await replies.texts()
        page.show_texts(texts)  # before the name, by which texts that wait are looked at once more
        page.show_business(await replies.business(), replies.known_as())
        page.show_lines(self._services.lines.known(), answering)

    async def _choose(self, line: str, who: Answering | None) -> None:
        try:
            await self._services.replies.set_who_answers(line, who)
        except SmsDesktopError as error:
            self._page.complain(str(error))
        await self._show()

    async def _name(self, name: str) -> None:
        try:
            await self._services.replies.set_business(name)
        except SmsDesktopError as error:
            self._page.complain_of_name(str(error))
        else:
            await self._show()

    async def _write(self, texts: Mapping[Keyword, str]) -> None:
        try:
            await self._services.replies.set_texts(texts)
        except SmsDesktopError as error:
            self._page.complain(str(error))
        else:
            await self._show()
