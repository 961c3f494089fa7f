"""A stand-in for ngrok on this computer, for tests and by hand.

    ngrok = standin(tmp_path)                       # and behaviour, such as refuse=108; see agent.py
    tunnel = Tunnel(…, executable=ngrok.path)       # or SMS_DESKTOP_NGROK=…
    ngrok.do("drop")                                # while it runs: drop, back, move, gone, offline, hang, refuse
    ngrok.behave(refuse=334)                        # for the next start

By hand:

    python -m tests.ngrok --install DIR             writes DIR/ngrok
    SMS_DESKTOP_NGROK=DIR/ngrok sms-desktop         any token will do; refuse_108_x is refused with ERR_NGROK_108
    python -m tests.ngrok DIR drop                  or back, move, gone, offline, hang, refuse=334
    python -m tests.ngrok DIR refuse=null           behaviour for the next start
"""

import contextlib
import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any

import psutil

_AGENT = Path(__file__).with_name("agent.py")


class Standin:
    """An executable in a folder of its own, and what steers it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._control = self.folder / "standin.json"

    @property
    def path(self) -> str:
        """What is to be run in ngrok's place."""
        return str(self.folder / ("ngrok.cmd" if os.name == "nt" else "ngrok"))

    def behave(self, **behaviour: Any) -> None:
        """Adds to the behaviour; None takes a word of it back."""
        now = json.loads(self._control.read_text(encoding="utf-8")) if self._control.exists() else {}
        part = self._control.with_suffix(".new")
        part.write_text(json.dumps({k: v for k, v in (now | behaviour).items() if v is not None}), encoding="utf-8")
        part.replace(self._control)

    def do(self, what: str, **more: Any) -> None:
        """Has it happen to the run that is under way; returns when it has. Blocks."""
        order = json.dumps({"do": what, **more}).encode()
        url = f"http://127.0.0.1:{self._running()['web']}/standin/control"
        with contextlib.suppress(ConnectionResetError):  # what happened may end the run before it answers
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, order, 10).close()

    @property
    def pid(self) -> int:
        """The last run's."""
        return int(self._running()["pid"])

    @property
    def alive(self) -> bool:
        """Whether the last run goes on."""
        try:
            return psutil.Process(self.pid).status() != psutil.STATUS_ZOMBIE
        except (FileNotFoundError, psutil.NoSuchProcess):
            return False

    def kill(self) -> None:
        """Ends the last run without a warning."""
        psutil.Process(self.pid).kill()

    def _running(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self._control.with_suffix(".running").read_text(encoding="utf-8"))
        return state


def standin(folder: Path, **behaviour: Any) -> Standin:
    """Writes an executable ``ngrok`` with that behaviour into ``folder``."""
    made = Standin(folder)
    made.folder.mkdir(parents=True, exist_ok=True)
    made.behave(**behaviour)
    Path(made.path).write_text(program(made.folder), encoding="utf-8")
    Path(made.path).chmod(0o700)
    return made


def program(folder: Path) -> str:
    """The text of an executable stand-in that is steered from ``folder``, wherever it lies itself."""
    control = str(folder.absolute() / "standin.json")
    if os.name == "nt":
        return f'@set "STANDIN_CONTROL={control}"\n@"{sys.executable}" "{_AGENT}" %*\n'
    start = f"import os, runpy\nos.environ['STANDIN_CONTROL'] = {control!r}\n"
    return f"#!{sys.executable}\n{start}runpy.run_path({str(_AGENT)!r}, run_name='__main__')\n"
