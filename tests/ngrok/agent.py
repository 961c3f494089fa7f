"""A stand-in for ngrok's program: its log, its local API and its exit, and it really forwards from a second port.

Standard library only, so that it starts fast. Behaviour is read from the JSON file that STANDIN_CONTROL names:

    tokens            the tokens that are let in; none given: every one but the magic ones
    refuse            a code, like 108: no session is let in;     refuse_endpoint   a code: no address is given
    unreachable       true: there is no way to ngrok, until the file says otherwise
    silent            true: starts and never says a word
    dies              a line: said on standard error, then the end, before anything else came about
    old               true: knows tunnels, not endpoints, and no status;      version   what `ngrok version` says
    claims            a URL that it gives out in place of the one where it listens
    port              the public port; 0 or none: another one with every start

Magic: a token ``refuse_107_…`` or a domain ``refuse-334.…`` is refused with that code, no token at all with 4018.
A domain must be localhost:PORT or 127.0.0.1:PORT; any other is not yours (320).

While it runs, POST /standin/control {"do": …} on the port of its local API:

    drop      the session is lost; with "seconds" it comes back by itself, else at "back"
    move      the session is lost and comes back at once with another public address
    gone      the endpoint is no longer there, though the session is
    offline   ngrok's far side serves nobody, though the program thinks it does
    hang      the local API no longer answers
    refuse    the session is lost and refused with "code" from then on
"""

import http.client
import json
import os
import signal
import socketserver
import sys
import threading
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

VERSION = "3.30.0-standin"
_CHUNK = 64 * 1024
_HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade",
}  # fmt: skip
_WORDS = {
    105: "The authtoken you specified does not look like a proper ngrok authtoken.\\nYour authtoken: {token}",
    107: "The authtoken you specified is properly formed, but it is invalid.\\nYour authtoken: {token}",
    108: "Your account is limited to 1 simultaneous ngrok agent sessions.",
    121: 'Your ngrok-agent version \\"2.3.0\\" is too old.',
    320: "This domain is reserved for another account.\\nFailed to create an endpoint with the domain '{domain}'.",
    334: "The endpoint 'https://{domain}' is already online. Either\\n1. stop your existing endpoint first, or …",
    725: "This ngrok account has reached its network bandwidth limit for the month.",
    4018: "Usage of ngrok requires a verified account and authtoken.",
}


class Refusal(Exception):
    """ngrok says no; ``words`` as it writes them, escapes included."""

    def __init__(self, code: int, token: str = "", domain: str = "") -> None:
        said = _WORDS.get(code, "This is not allowed.").format(token=token, domain=domain)
        self.words = f"{said}\\r\\n\\r\\nERR_NGROK_{code}\\r\\n"
        super().__init__(self.words)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hung up is gone."""


class Agent:
    """One run of the program."""

    def __init__(self, control: Path) -> None:
        self.control = control
        self.token = os.environ.get("NGROK_AUTHTOKEN", "")
        self.connected = False
        self.offline = False
        self.hanging = threading.Event()
        self.stopping = threading.Event()
        self.endpoint: dict[str, Any] | None = None
        self.target: tuple[str, int] = ("127.0.0.1", 0)
        self.public: Server | None = None
        self.web: Server | None = None
        self._lock = threading.RLock()

    def behaviour(self, name: str) -> Any:
        try:
            return json.loads(self.control.read_text(encoding="utf-8")).get(name)
        except (OSError, ValueError):
            return None

    # the program's life

    def run(self) -> int:
        say("no configuration paths supplied")
        self._tell_where(0)
        if line := self.behaviour("dies"):
            complain(line)
            return 1
        if self.behaviour("silent"):
            self.stopping.wait()
            return 0
        self.web = self._web_server()
        serve(self.web)
        port = self.web.server_address[1]
        say("starting web service", obj="web", addr=f"127.0.0.1:{port}", allow_hosts="[]")
        self._tell_where(port)
        while self.behaviour("unreachable") and not self.stopping.is_set():
            words = 'failed to dial ngrok server with address \\"connect.ngrok-agent.com:443\\": dial tcp: i/o timeout'
            say("failed to reconnect session", "eror", obj="tunnels.session", err=words)
            self.stopping.wait(0.1)
        try:
            self._connect()
        except Refusal as refusal:
            return self._die(refusal)
        self.stopping.wait()
        say("received stop request", obj="app", stopReq="{err:{Inner:<nil>} restart:false}")
        return 0

    def _connect(self) -> None:
        """A session with ngrok, or a Refusal."""
        accepted = self.behaviour("tokens")
        if not self.token:
            raise Refusal(4018)
        if self.token.startswith("refuse_"):
            raise Refusal(int(self.token.split("_")[1]), token=self.token)
        if accepted is not None and self.token not in accepted:
            raise Refusal(107, token=self.token)
        if code := self.behaviour("refuse"):
            raise Refusal(int(code), token=self.token)
        self.connected = True
        say("client session established", obj="tunnels.session")
        say("tunnel session started", obj="tunnels.session")

    def _die(self, refusal: Refusal) -> int:
        words = f"authentication failed: {refusal.words}"
        say("failed to reconnect session", "eror", obj="tunnels.session", err=words)
        say("session closing", "eror", obj="tunnels.session", err=words)
        say("terminating with error", "eror", obj="app", err=words)
        say("command failed", "crit", err=words)
        for line in words.replace("\\r", "").split("\\n"):
            complain(line)
        return 1

    def _web_server(self) -> Server:
        for port in range(4040, 4240):
            try:
                return Server(("127.0.0.1", port), type("Web", (WebPage,), {"agent": self}))
            except OSError:
                if port == 4040:
                    say("can't bind default web address, trying alternatives", "warn", obj="web", addr="127.0.0.1:4040")
        raise SystemExit("no port for the web service")

    def _tell_where(self, web: int) -> None:
        """For whoever steers this: where, and that it runs."""
        state = {"pid": os.getpid(), "web": web}
        part = self.control.with_suffix(".part")
        part.write_text(json.dumps(state), encoding="utf-8")
        part.replace(self.control.with_suffix(".running"))

    # endpoints

    def create(self, name: str, url: str, target: str, domain: str) -> dict[str, Any]:
        with self._lock:
            if not self.connected:
                raise Refusal(803)
            if code := self.behaviour("refuse_endpoint"):
                raise Refusal(int(code), domain=domain)
            if domain.startswith("refuse-"):
                raise Refusal(int(domain.partition(".")[0].split("-")[1]), domain=domain)
            host, _, port = domain.partition(":")
            if domain and host not in {"localhost", "127.0.0.1"}:
                raise Refusal(320, domain=domain)
            address = target.removeprefix("http://").partition("/")[0]
            self.target = (address.partition(":")[0], int(address.partition(":")[2] or 80))
            self._listen(int(port or 0) or int(self.behaviour("port") or 0), host or "127.0.0.1")
            assert self.endpoint is not None
            self.endpoint |= {"name": name, "upstream": {"url": target}, "asked": url}
            return self.endpoint

    def _listen(self, port: int, host: str) -> None:
        """Opens the public side; the former one is closed."""
        former, self.public = self.public, Server(("127.0.0.1", port), type("Edge", (Edge,), {"agent": self}))
        serve(self.public)
        url = f"http://{host}:{self.public.server_address[1]}"
        self.endpoint = (self.endpoint or {}) | {"url": url}
        if former is not None:
            close(former)
        say("started tunnel", obj="tunnels", name="sms-desktop", addr=f"http://127.0.0.1:{self.target[1]}", url=url)

    def remove(self) -> None:
        with self._lock:
            self.endpoint = None
            if self.public is not None:
                close(self.public)
                self.public = None

    # what happens to it

    def happen(self, order: dict[str, Any]) -> None:
        what = order["do"]
        with self._lock:
            if what == "drop":
                self._lose("read EOF from remote peer")
                if order.get("seconds"):
                    threading.Timer(order["seconds"], self.happen, [{"do": "back"}]).start()
            elif what == "back":
                self._back()
            elif what == "move":
                self._lose("read EOF from remote peer")
                self._listen(0, "127.0.0.1")
                self._back()
            elif what == "refuse":
                self._lose(Refusal(int(order["code"]), token=self.token).words)
            elif what == "gone":
                self.remove()
            elif what == "offline":
                self.offline = True
            elif what == "hang":
                self.hanging.set()
            else:
                raise ValueError(what)

    def _lose(self, words: str) -> None:
        self.connected = False
        say("session closed, starting reconnect loop", "eror", obj="tunnels.session", err=words)

    def _back(self) -> None:
        self.connected = True
        say("client session established", obj="tunnels.session")
        say("tunnel session started", obj="tunnels.session")


class Page(BaseHTTPRequestHandler):
    agent: Agent
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def answer(self, status: int, body: bytes, kind: str, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def incoming(self) -> Iterable[bytes]:
        """The body of the request, piece by piece."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            while size := int(self.rfile.readline().split(b";")[0], 16):
                yield self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0 and (piece := self.rfile.read(min(left, _CHUNK))):
            left -= len(piece)
            yield piece


class WebPage(Page):
    """The local API."""

    def do_GET(self) -> None:
        if self._hangs():
            return
        kind, _, name = self.path.removeprefix("/api/").partition("/")
        agent = self.agent
        if kind == "status" and not agent.behaviour("old"):
            status = "online" if agent.connected else "reconnecting"
            self._json(200, {"status": status, "agent_version": VERSION, "session": {"legs": []}, "uri": "/api/status"})
        elif kind in self._known() and not name:
            self._json(200, {kind: [self._shown(kind)] if agent.endpoint else [], "uri": f"/api/{kind}"})
        elif kind in self._known() and agent.endpoint and agent.endpoint["name"] == name:
            self._json(200, self._shown(kind))
        elif self.path == "/api/requests/http":
            self._json(200, {"requests": [], "uri": self.path})
        else:
            self._json(404, {"error_code": 100, "status_code": 404, "msg": "no such thing", "details": {}})

    def do_POST(self) -> None:
        try:
            body = json.loads(b"".join(self.incoming()) or b"{}")
        except ValueError:
            self._json(400, {"error_code": 101, "status_code": 400, "msg": "invalid JSON", "details": {}})
            return
        if self.path == "/standin/control":
            self.agent.happen(body)
            self._json(200, {})
            return
        if self._hangs():
            return
        kind = self.path.removeprefix("/api/")
        if kind not in self._known():
            self._json(404, {"error_code": 100, "status_code": 404, "msg": "no such thing", "details": {}})
            return
        target = str((body.get("upstream") or {}).get("url") or body.get("addr") or "")
        asked = str(body.get("url") or "")
        domain = asked.partition("://")[2] or str(body.get("domain") or "")
        try:
            self.agent.create(str(body.get("name") or "command_line"), asked, target, domain)
        except Refusal as refusal:
            words = "failed to start tunnel: " + refusal.words.replace("\\r", "\r").replace("\\n", "\n")
            failed = {"error_code": 103, "status_code": 502, "msg": "failed to start tunnel", "details": {"err": words}}
            self._json(502, failed)
            return
        self._json(201, self._shown(kind))

    def do_DELETE(self) -> None:
        self.agent.remove()
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _known(self) -> tuple[str, ...]:
        return ("tunnels",) if self.agent.behaviour("old") else ("tunnels", "endpoints")

    def _shown(self, kind: str) -> dict[str, Any]:
        endpoint = self.agent.endpoint or {}
        name, target = endpoint["name"], endpoint["upstream"]["url"]
        url = self.agent.behaviour("claims") or endpoint["url"]
        if kind == "endpoints":
            shown = {"name": name, "uri": f"/api/endpoints/{name}", "url": url, "upstream": endpoint["upstream"]}
            return {**shown, "inspect": True, "pooling_enabled": False}
        shown = {"name": name, "ID": "standin", "uri": f"/api/tunnels/{name}", "public_url": url}
        return {**shown, "proto": url.partition(":")[0], "config": {"addr": target, "inspect": True}, "metrics": {}}

    def _hangs(self) -> bool:
        if self.agent.hanging.is_set():
            self.agent.stopping.wait()
            return True
        return False

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self.answer(status, json.dumps(body).encode(), "application/json")


class Edge(Page):
    """The public side."""

    def do_GET(self) -> None:
        agent = self.agent
        if agent.offline or not agent.connected or agent.endpoint is None:
            self.close_connection = True
            self._ngroks_own(404, 3200, "The endpoint is offline.")
            return
        far = http.client.HTTPConnection(*agent.target, timeout=60)
        try:
            far.connect()
        except OSError:
            self.close_connection = True
            self._ngroks_own(502, 8012, f"dial tcp {agent.target[0]}:{agent.target[1]}: connection refused")
            return
        try:
            self._forward(far)
        except (OSError, http.client.HTTPException):
            self.close_connection = True
        finally:
            far.close()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_GET

    def _forward(self, far: http.client.HTTPConnection) -> None:
        say("join connections", obj="join", id="standin", l=f"127.0.0.1:{self.agent.target[1]}", r="127.0.0.1:0")
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        far.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in _HOP_BY_HOP and not name.lower().startswith("x-forwarded-"):
                far.putheader(name, value)
        far.putheader("X-Forwarded-For", self.client_address[0])
        far.putheader("X-Forwarded-Host", self.headers.get("Host", ""))
        far.putheader("X-Forwarded-Proto", "http")
        if chunked:
            far.putheader("Transfer-Encoding", "chunked")
        far.endheaders()
        for piece in self.incoming():
            far.send(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            far.send(b"0\r\n\r\n")
        self._give_back(far.getresponse())

    def _give_back(self, response: http.client.HTTPResponse) -> None:
        self.send_response_only(response.status, response.reason)
        length = response.getheader("Content-Length")
        for name, value in response.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        bodiless = self.command == "HEAD" or response.status in {204, 304} or response.status < 200
        streamed = length is None and not bodiless
        if streamed:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while not bodiless and (piece := response.read1(_CHUNK)):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if streamed else piece)
            self.wfile.flush()
        if streamed:
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _ngroks_own(self, status: int, code: int, words: str) -> None:
        page = f"<!DOCTYPE html><title>ngrok</title><p>{words}</p><p>ERR_NGROK_{code}</p>"
        self.answer(status, page.encode(), "text/html", ("Ngrok-Error-Code", f"ERR_NGROK_{code}"))


def say(message: str, level: str = "info", **more: str) -> None:
    """A line of the log, as ngrok writes it."""
    at = time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime())
    rest = "".join(f" {name}={_quoted(value)}" for name, value in more.items())
    line = f't={at} lvl={level} msg="{message}"{rest}\n'
    try:
        sys.stdout.write(line)
        sys.stdout.flush()
    except (OSError, ValueError):  # whoever started this is gone
        pass


def complain(line: str) -> None:
    """Standard error, where ngrok repeats why it ends."""
    sys.stderr.write(f"ERROR:  {line}\n")
    sys.stderr.flush()


def _quoted(value: str) -> str:
    return f'"{value}"' if any(c in value for c in ' \\"=') else value


def serve(server: Server) -> None:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


def close(server: Server) -> None:
    threading.Thread(target=_close, args=[server], daemon=True).start()


def _close(server: Server) -> None:
    server.shutdown()
    server.server_close()


def main(arguments: list[str]) -> int:
    """What the program was asked to do; the exit code."""
    control = Path(os.environ.get("STANDIN_CONTROL", os.devnull))
    agent = Agent(control)
    if arguments[:1] in (["version"], ["--version"], ["-v"]):
        sys.stdout.write(f"ngrok version {agent.behaviour('version') or VERSION}\n")
        return 0
    if arguments[:2] == ["config", "check"]:
        sys.stdout.write(f"Valid configuration file at {arguments[-1]}\n")
        return 0
    if arguments[:1] != ["start"]:
        complain("unknown command")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: agent.stopping.set())
    code = agent.run()
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
