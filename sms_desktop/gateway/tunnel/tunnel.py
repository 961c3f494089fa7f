"""The public address by ngrok, kept up: opened, watched, told of, and made again whenever it is lost."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sms_desktop.domain.receiving import Reach
from sms_desktop.gateway.tunnel import leftovers, program, refusals
from sms_desktop.gateway.tunnel.address import bare_domain, bare_token, check_domain, checked_address
from sms_desktop.gateway.tunnel.agent import Agent, run
from sms_desktop.gateway.tunnel.far_side import says_offline
from sms_desktop.gateway.tunnel.local_api import LocalApi
from sms_desktop.gateway.tunnel.pace import Pace, wait_after
from sms_desktop.gateway.tunnel.refusals import Refused
from sms_desktop.gateway.tunnel.state import TunnelState

CONFIG = "ngrok.yml"
_CONFIG_TEXT = """\
version: 3
agent:
  console_ui: false
  inspect_db_size: -1
  update_check: false
"""
"""No token. Without -1 the program would keep customers' texts and show them on a local page."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Wanted:
    port: int
    domain: str
    token: str = field(repr=False)


class Tunnel:
    """``directory`` is ours alone (0700): the configuration (never the token), the pid record, our own program.

    ``changed`` is called on the loop with each new state. ``executable`` is the program that a person named; else one
    on the PATH is used, else our own, which is fetched from ``source`` (default: ngrok's) when it is not there yet.
    """

    def __init__(
        self,
        directory: Path,
        *,
        changed: Callable[[TunnelState], None],
        executable: str | None = None,
        source: str | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._directory = directory.absolute()
        self._config = self._directory / CONFIG
        self._changed = changed
        self._executable = executable
        self._source = source
        self._pace = pace or Pace()
        self._state = _off()
        self._agent: Agent | None = None
        self._api: LocalApi | None = None
        self._passed_over: set[str] = set()
        self._program = ""
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Lock()
        self._stirred = asyncio.Event()
        self._kicked = asyncio.Event()

    @property
    def state(self) -> TunnelState:
        """As it was last told."""
        return self._state

    async def open(self, port: int, token: str, domain: str = "") -> TunnelState:
        """Has a public address lead to 127.0.0.1:``port``; ``domain`` like my-shop.ngrok.app, or "" for ngrok's choice.

        Gives the first state that is up, or raises TunnelError for the first try. Either way it goes on, told through
        ``changed``, until `close`: what was lost is made again, and what was refused is tried again. What was open
        before is closed first.
        """
        await self.close()
        wanted = _Wanted(port, bare_domain(domain), bare_token(token))
        self._passed_over.clear()
        self._kicked.clear()
        first: asyncio.Future[TunnelState] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._keep_up(wanted, first), name="ngrok")
        try:
            return await asyncio.shield(first)
        except asyncio.CancelledError:
            await self.close()
            if first.done() and not first.cancelled():
                first.exception()  # nobody else will look at it
            raise

    async def close(self) -> None:
        """Ends our ngrok and waits for it. Closing twice, or what was never open, is no harm."""
        async with self._closing:
            task, self._task = self._task, None
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
            await self._end_agent()
            self._state = _off()

    def kick(self) -> None:
        """Looks now, ngrok's far side included, and connects anew what is dead: after a wake or a failed loop-back."""
        self._kicked.set()
        self._stirred.set()

    async def _keep_up(self, wanted: _Wanted, first: asyncio.Future[TunnelState]) -> None:
        clock = asyncio.get_running_loop().time
        failures = 0
        self._publish(TunnelState(Reach.STARTING, None, "Connecting to ngrok…", "", reserved=False))
        try:
            while True:
                up_since: float | None = None
                try:
                    state = await self._come_up(wanted)
                    up_since = clock()
                    if not first.done():
                        first.set_result(state)
                    trouble = await self._watch(wanted)
                except Refused as error:
                    trouble = error
                except OSError as error:
                    trouble = refusals.cannot_keep((error.strerror or "unknown reason").lower())
                except Exception:
                    log.exception("the public address")
                    trouble = Refused("Something unexpected happened with ngrok.", "It is tried again by itself.")
                if self._pass_over(trouble):
                    await self._end_agent()
                    continue
                self._publish_down(trouble)
                if not first.done():
                    first.set_exception(trouble)
                await self._end_agent()
                if up_since is not None and clock() - up_since >= self._pace.steady:
                    failures = 0
                await _at_most(wait_after(trouble, failures, self._pace), self._kicked)
                failures += 1
        finally:
            if not first.done():
                first.set_exception(Refused("Connecting to ngrok was stopped."))

    async def _come_up(self, wanted: _Wanted) -> TunnelState:
        """One try; the state that is up, and told of."""
        check_domain(wanted.domain)
        self._kicked.clear()
        await asyncio.to_thread(self._prepare)
        self._program = await self._find_program()
        self._agent = await run(self._program, self._config, wanted.token, self._stirred.set)
        await asyncio.to_thread(leftovers.note, self._directory, self._config, self._agent.pid)
        await self._until_connected(self._agent)
        self._api = LocalApi(self._agent.address)
        try:
            url = await self._api.create(wanted.port, wanted.domain, self._pace.address_patience)
        except Refused as error:
            if not error.code and refusals.code_in(self._agent.words):  # said in the log alone
                raise refusals.from_words(self._agent.words) from None
            raise
        log.info("ngrok's program runs (pid %d)", self._agent.pid)
        return self._publish_up(url, wanted)

    def _prepare(self) -> None:
        """Folder and configuration as they should be, and nothing left running; in a thread."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._directory.chmod(0o700)
        descriptor = os.open(self._config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(_CONFIG_TEXT)
        self._config.chmod(0o600)
        leftovers.end(self._directory, self._config)

    async def _find_program(self) -> str:
        found = await asyncio.to_thread(program.find, self._executable, self._directory, self._passed_over)
        if found is not None:
            return found
        source = self._source if self._source is not None else await asyncio.to_thread(program.usual_source)
        own = program.own_program(self._directory)
        await program.fetch(source, own, self._publish_progress)
        self._publish(TunnelState(Reach.STARTING, None, "Connecting to ngrok…", "", reserved=False))
        return str(own)

    def _pass_over(self, trouble: Refused) -> bool:
        """Whether a program that does not do is to be replaced by our own, fetched now; once for each."""
        own = str(program.own_program(self._directory))
        if not trouble.spoilt or self._executable or self._program in self._passed_over:
            return False
        self._passed_over.add(self._program)
        if self._program == own:
            with contextlib.suppress(OSError):
                os.unlink(own)
        return True

    async def _until_connected(self, agent: Agent) -> None:
        try:
            async with asyncio.timeout(self._pace.start_patience):
                while not (agent.address and agent.started and agent.connected):
                    self._stirred.clear()
                    if not agent.running:
                        raise await agent.why_ended()
                    if refusals.code_in(agent.words):
                        raise refusals.from_words(agent.words)
                    await self._stirred.wait()
        except TimeoutError:
            if not agent.address:
                raise refusals.silent() from None
            raise refusals.from_words(agent.words) if agent.words else refusals.unreachable() from None

    async def _watch(self, wanted: _Wanted) -> Refused:
        """Looks until the program has to be started anew; why."""
        agent, api, clock = self._agent, self._api, asyncio.get_running_loop().time
        assert agent is not None
        assert api is not None
        lost_at: float | None = None
        while True:
            await _at_most(self._pace.look_every, self._stirred)
            self._stirred.clear()
            kicked = self._kicked.is_set()
            self._kicked.clear()
            if not agent.running:
                return await agent.why_ended()
            try:
                look = await api.look(self._pace.look_patience, connected=agent.connected)
            except Refused as error:
                if not agent.running:
                    return await agent.why_ended()
                trouble = error
            else:
                if look.online and look.url:
                    lost_at = None
                    self._publish_up(look.url, wanted)
                    if kicked and await says_offline(look.url):
                        return refusals.lost()
                    continue
                if look.online:  # connected, but the address is gone: the program will not ask for it again
                    return refusals.lost()
                trouble = refusals.from_words(agent.words) if refusals.code_in(agent.words) else refusals.lost()
            self._publish_down(trouble)
            lost_at = clock() if lost_at is None else lost_at
            if kicked or clock() - lost_at >= self._pace.grace:
                return trouble

    async def _end_agent(self) -> None:
        """Cut short, it can be done again: nothing is let go of before it is over."""
        if self._api is not None:
            await self._api.close()
            self._api = None
        if self._agent is not None:
            await self._agent.stop()
            await asyncio.to_thread(leftovers.forget, self._directory)
            self._agent = None

    def _publish_up(self, url: str, wanted: _Wanted) -> TunnelState:
        checked = checked_address(url)
        reserved = bool(wanted.domain) and urlsplit(checked).netloc.lower() == wanted.domain
        state = TunnelState(Reach.UP, checked, f"This computer can be reached at {checked}.", "", reserved=reserved)
        self._publish(state)
        return state

    def _publish_down(self, trouble: Refused) -> None:
        self._publish(
            TunnelState(Reach.DOWN, None, trouble.sentence, trouble.advice, reserved=False, code=trouble.code)
        )

    def _publish_progress(self, part: float | None) -> None:
        sentence = "Fetching ngrok’s program, once…"
        self._publish(TunnelState(Reach.STARTING, None, sentence, "", reserved=False, progress=part))

    def _publish(self, state: TunnelState) -> None:
        if state == self._state:
            return
        if state.reach is not self._state.reach or state.code != self._state.code:
            log.info("public address by ngrok: %s %s", state.reach, state.code)
        self._state = state
        try:
            self._changed(state)
        except Exception:
            log.exception("somebody who hears of the public address")


def _off() -> TunnelState:
    return TunnelState(Reach.OFF, None, "", "", reserved=False)


async def _at_most(seconds: float, event: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
