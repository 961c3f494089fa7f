"""What a stranger may throw at the door, by a seed: requests that are no HTTP, half HTTP, and HTTP that lies."""

import gzip
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, urlencode

from tests.gateway.signing import inbound_pairs

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
PATHS = (
    "/twilio/inbound", "/twilio/inbound?x=1", "/twilio/inbound/", "//twilio/inbound", "/twilio/inbound%00", "/health",
    "/twilio/status/loopback-" + "a" * 32, "/twilio/status/" + "0" * 32, "/twilio/status/" + "z" * 65,
    "/twilio/status/%2e%2e", "/media/" + "A" * 32 + "/a.jpg", "/media/../sms.db", "/media/..%2f..%2fsms.db/a",
    "/media/%00/a", "/media/a/%ff", "/media/\u00e9/a", "/media/" + "a" * 129 + "/b", "/media//", "/", "*", "/.env",
    "/../../etc/passwd", "/twilio/..;/inbound", "http://127.0.0.1/health", "http://evil.example/twilio/inbound",
    "/\\..\\..\\sms.db", "/twilio/inbound#a", "/%", "/%zz", "/?" + "a=" * 900, "/" + "a" * 5000, "/health?\r",
)  # fmt: skip
METHODS = ("GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PRI", "\0")
HOSTS = (
    "127.0.0.1", "localhost", "[::1]", "127.0.0.1:1", "evil.example", "a b", "[", "", "\xff", "127.0.0.1\0", "x" * 3000,
)  # fmt: skip
TYPES = (FORM, FORM, FORM, "application/json", "text/plain", "multipart/form-data; boundary=a", "", ";",
         FORM + "; charset=utf-16",
         "application/x-www-form-urlencoded; charset=\x01")  # fmt: skip
SIGNATURES = ("A" * 27 + "=", "A" * 43 + "=", "", "x", "\xe9" * 28, "=" * 28)
TEXTS = ("STOP", "START", "Hello", "=1+1", "\0", "\u202egpj.exe", "a" * 1600, "\U0001f44b" * 800, "%",
         "'; DROP TABLE messages;--",         "<script>", "\ud7ff\uffff", "../../etc/passwd")  # fmt: skip
EXTRAS = (
    "Expect: 100-continue", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAA", "Range: bytes=0-",
    "Range: bytes=-1,5-,x", "Content-Encoding: gzip", "Content-Encoding: br", "Content-Encoding: deflate",
    "Transfer-Encoding: chunked", "Transfer-Encoding: identity, chunked", "Transfer-Encoding: chunked, chunked",
    "Content-Length: 5", "Content-Length: -5", "Content-Length: 99999999999999999999", "Content-Length: 0x10",
    "Content-Length: 1, 2", "If-Modified-Since: yesterday", "Cookie: " + "a=b; " * 500, "X: " + "y" * 5000, " folded",
    "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: 127.0.0.1", "X-HTTP-Method-Override: DELETE", "NoColon", ": empty",
    "X-Twilio-Webhooks-Signature-Settings: HMAC_MD5", "X-Twilio-Webhooks-Signature-Settings: HMAC_SHA256",
    "Accept: text/html",
    "HTTP2-Settings: AAA\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings", "Host: 127.0.0.1",
)  # fmt: skip
TAILS = (
    b"\r\n",
    b"0\r\n\r\n",
    b"ffffffffffffffff\r\n",
    b"5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
    b"-1\r\n",
    b"5;" + b"x" * 500,
)
FEW, MANY = (b"".join(b"&F%d=x" % n for n in range(count)) for count in (900, 2000))
PACKED = tuple(gzip.compress(b"Body=" + b"a" * size, 1) for size in (10, 1_000_000, 5_000_000))


@dataclass(frozen=True, slots=True)
class Attack:
    """Bytes to be sent, in pieces that end at ``cuts``."""

    said: bytes
    cuts: tuple[int, ...] = ()


class Hostile:
    """An endless supply; the same ``seed`` gives the same. ``genuine`` is a request that Twilio did sign."""

    def __init__(self, seed: int, account_sid: str, genuine: bytes) -> None:
        self._random = Random(seed)
        self._account_sid = account_sid
        self._genuine = genuine

    def next(self) -> Attack:
        """One of all kinds."""
        random = self._random
        kinds = (
            self._noise, self._mutated, self._lying, self._lying, self._form, self._form, self._form, self._replayed,
            self._packed, self._several,
        )  # fmt: skip
        said = random.choice(kinds)()
        if random.random() < 0.1:
            said = said[: random.randrange(len(said) + 1)]
        cuts = sorted(random.randrange(len(said) + 1) for _ in range(random.choice((0, 0, 0, 0, 1, 3))))
        return Attack(said, tuple(cuts))

    def _noise(self) -> bytes:
        """No HTTP at all: random bytes, and how other protocols begin."""
        random = self._random
        begun = (
            b"",
            b"\x16\x03\x01\x02\0",
            b"SSH-2.0-x\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET ",
            b"\r\n" * 50,
            b"\x04\x01",
        )
        return random.choice(begun) + random.randbytes(random.choice((1, 20, 300, 9000)))

    def _mutated(self) -> bytes:
        """The genuine request with bytes flipped, left out, or repeated."""
        random, said = self._random, bytearray(self._genuine)
        for _ in range(random.randint(1, 8)):
            at = random.randrange(len(said))
            match random.randrange(3):
                case 0:
                    said[at] ^= 1 << random.randrange(8)
                case 1:
                    del said[at : at + random.randint(1, 20)]
                case _:
                    said[at:at] = said[at : at + random.randint(1, 40)]
        return bytes(said)

    def _lying(self) -> bytes:
        """HTTP with paths, methods, names and headers that do not fit together."""
        random = self._random
        version = random.choice(("1.1", "1.1", "1.1", "1.1", "1.0", "2.0", "x"))
        lines = [f"{random.choice(METHODS)} {random.choice(PATHS)} HTTP/{version}"]
        lines += [
            f"Host: {random.choice(HOSTS if random.random() < 0.2 else HOSTS[:5])}"
            for _ in range(random.choice((0, 1, 1, 1, 1, 1, 1, 2)))
        ]
        lines += random.sample(EXTRAS, random.choice((0, 0, 1, 1, 2, 4)))
        lines += [f"X-{n}: {n}" for n in range(random.choice((0, 0, 0, 0, 0, 0, 40, 200)))]
        return self._ended(lines) + random.choice((b"", b"From=a", *TAILS))

    def _form(self) -> bytes:
        """A form as Twilio posts it, with the right account even, that it did not sign."""
        random = self._random
        sid = random.choice(("SM", "MM", "XX")) + random.randbytes(16).hex()
        fields = {"MessageSid": sid, "AccountSid": self._account_sid, "Body": random.choice(TEXTS)}
        fields |= {
            random.choice(("MediaUrl0", "OptOutType", "NumMedia", "ErrorCode", "From", "To")): random.choice(TEXTS)
        }
        pairs = inbound_pairs(**fields)
        if random.random() < 0.4:
            pairs.append(("MessageStatus", random.choice(("delivered", "failed", "x", ""))))
        body = urlencode(pairs, errors="replace").encode() if random.random() < 0.95 else random.randbytes(400)
        body += random.choice((b"", b"", b"", b"", b"", FEW, MANY))
        body += b"&Body=" + b"x" * random.choice((0, 0, 0, 0, 0, 0, 0, 70_000, 300_000))
        return self._posted(body, FORM if random.random() < 0.8 else random.choice(TYPES), random.choice(SIGNATURES))

    def _replayed(self) -> bytes:
        """What Twilio signed, with one thing changed."""
        random = self._random
        head, _, body = self._genuine.partition(b"\r\n\r\n")
        said = random.choice((b"STOP", b"Hi", b"%00", quote("\u202e").encode()))
        match random.randrange(3):
            case 0:
                body += b"&Body=" + said
            case 1:
                head = head.replace(b"/twilio/inbound", b"/twilio/inbound?a=" + said, 1)
            case _:
                head = head.replace(b"/twilio/inbound", b"/twilio/status/" + random.randbytes(16).hex().encode(), 1)
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
        return b"\r\n".join([*lines, f"Content-Length: {len(body)}".encode(), b"", b""]) + body

    def _packed(self) -> bytes:
        """A small body that unpacks to a large one, or to none."""
        random = self._random
        body = random.choice(PACKED)
        if random.random() < 0.3:
            body = body[: len(body) // 2] + random.randbytes(30)
        return self._posted(
            body,
            FORM,
            random.choice(SIGNATURES),
            f"Content-Encoding: {random.choice(('gzip', 'deflate', 'gzip, gzip'))}",
        )

    def _several(self) -> bytes:
        """Several at once on one connection."""
        return b"".join(
            self._random.choice((self._lying, self._form, self._replayed))() for _ in range(self._random.randint(2, 30))
        )

    def _posted(self, body: bytes, kind: str, signature: str, *more: str) -> bytes:
        random = self._random
        path = random.choice(("/twilio/inbound", "/twilio/inbound", "/twilio/status/" + random.randbytes(16).hex()))
        length = len(body) + random.choice((0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 7))
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {random.choice(HOSTS[:5])}",
            f"Content-Type: {kind}",
            f"Content-Length: {length}",
        ]
        return self._ended([*lines, f"X-Twilio-Signature: {signature}", *more]) + body

    def _ended(self, lines: list[str]) -> bytes:
        end = "\n" if self._random.random() < 0.05 else "\r\n"
        return end.join([*lines, "", ""]).encode("utf-8", "replace")
