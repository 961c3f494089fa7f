"""What Twilio signed is believed, and nothing else."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from sms_desktop.gateway import signature as signatures
from sms_desktop.gateway.form import BadForm, parse
from sms_desktop.gateway.public_address import signed_base
from sms_desktop.gateway.signature import bases, signed_over
from tests.gateway.signing import TOKEN, encoded, inbound_pairs, sign

FORM = "application/x-www-form-urlencoded"
URL = "https://sms.example.com/twilio/inbound"
VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors" / "signature-vectors.json"


def genuine(url: str, form: MultiDict[str], signature: str, token: str = TOKEN, algorithm: str = "HMAC_SHA1") -> bool:
    public = "/".join(url.split("/")[:3])
    settings = f"key=1,algorithm={algorithm}"
    return signed_over(bases(public), url.removeprefix(public), form, signature, token, settings) is not None


def vectors() -> list[Any]:
    if not VECTORS.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"{VECTORS.name} is not beside this checkout"))]
    return [pytest.param(v, id=v["id"]) for v in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]]


@pytest.mark.parametrize("vector", vectors())
def test_every_known_signature_is_judged_right(vector: dict[str, Any]) -> None:
    if "body" in vector:  # JSON, which messages never come as
        with pytest.raises(BadForm):
            parse(vector["content_type"], vector["body"].encode())
        return
    form = parse(vector["content_type"], vector["raw_form_body"].encode()) if "raw_form_body" in vector else MultiDict()
    signature, token, algorithm = vector["signature"], vector["auth_token"], vector["algorithm"]
    assert genuine(vector["url"], form, signature, token, algorithm) is vector["valid"]
    assert RequestValidator(token).validate(vector["url"], form, signature, algorithm) is vector["valid"]


@pytest.mark.parametrize("vector", vectors())
def test_the_parsed_form_is_the_form_that_was_signed(vector: dict[str, Any]) -> None:
    if "raw_form_body" not in vector:
        return
    given = vector.get("params_list") or list(vector["params"].items())
    assert sorted(parse(FORM, vector["raw_form_body"].encode()).items()) == sorted(map(tuple, given))


@pytest.mark.parametrize(
    ("configured", "base"),
    [
        ("https://sms.example.com", "https://sms.example.com"),
        ("https://sms.example.com/", "https://sms.example.com"),
        ("https://sms.example.com/desk/", "https://sms.example.com/desk"),
        ("https://sms.example.com:8443/desk", "https://sms.example.com:8443/desk"),
        ("https://user:pass@sms.example.com/#rc=2&rp=5xx", "https://sms.example.com"),
        ("http://127.0.0.1:8437", "http://127.0.0.1:8437"),
        ("http://[::1]:8437/", "http://[::1]:8437"),
    ],
)
def test_what_twilio_signs_is_the_public_address_without_its_ornaments(configured: str, base: str) -> None:
    assert signed_base(configured) == base


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
forms = st.lists(st.tuples(texts.filter(bool), texts), max_size=12)


@settings(deadline=None)
@given(forms)
def test_any_form_signed_by_another_implementation_is_accepted(pairs: list[tuple[str, str]]) -> None:
    assert genuine(URL, parse(FORM, encoded(pairs)), sign(URL, pairs), TOKEN)


@settings(deadline=None)
@given(forms, st.data())
def test_any_change_to_a_signed_form_is_noticed(pairs: list[tuple[str, str]], data: st.DataObject) -> None:
    changed = list(pairs)
    longer: bool = data.draw(st.booleans())
    if changed and longer:
        place = data.draw(st.integers(0, len(changed) - 1))
        name, value = changed[place]
        changed[place] = (name, value + data.draw(texts.filter(bool)))
    else:
        changed.append((data.draw(texts.filter(bool)), data.draw(texts)))
    # Twilio joins names and values without separators and drops repeats, so some changes are none to it.
    if sign(URL, changed) != sign(URL, pairs):
        assert not genuine(URL, parse(FORM, encoded(changed)), sign(URL, pairs), TOKEN)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_made_up_signature_is_accepted_or_breaks_anything(signature: str) -> None:
    assert not genuine(URL, MultiDict(inbound_pairs()), signature, TOKEN)


@pytest.mark.parametrize(
    ("public", "other"),
    [
        ("https://sms.example.com/desk", "https://sms.example.com:443/desk"),
        ("http://sms.example.com", "http://sms.example.com:80"),
        ("https://sms.example.com:8443/desk", "https://sms.example.com/desk"),
        ("http://[::1]:8437", "http://[::1]"),
        ("http://[::1]", "http://[::1]:80"),
    ],
)
def test_an_address_is_signed_with_its_port_or_without(public: str, other: str) -> None:
    assert bases(public) == (public, other)


def test_the_address_that_was_signed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []
    make = signatures._made

    def counted(key: bytes, signed: bytes, algorithm: str) -> bytes:
        made.append(signed)
        return make(key, signed, algorithm)

    monkeypatch.setattr(signatures, "_made", counted)
    pairs = inbound_pairs()
    signature = sign("https://b.example/twilio/inbound", pairs)
    addresses = ["https://a.example", "https://b.example", "https://c.example"]
    form = MultiDict(pairs)
    assert signed_over(addresses, "/twilio/inbound", form, signature, TOKEN) == "https://b.example"
    assert len(made) == 2
    assert signed_over(addresses, "/twilio/inbound", form, "no signature by its looks", TOKEN) is None
    assert len(made) == 2


def test_an_algorithm_that_is_none_is_refused_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    pairs = inbound_pairs()
    assert not genuine(URL, MultiDict(pairs), sign(URL, pairs), TOKEN, "MD5 for whoever reads the log")
    assert caplog.text == ""


def test_an_empty_token_signs_nothing() -> None:
    assert not genuine(URL, MultiDict(inbound_pairs()), sign(URL, inbound_pairs(), ""), "")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_a_form_or_refused_and_nothing_else(body: bytes) -> None:
    try:
        form = parse(FORM, body)
    except BadForm:
        return
    assert list(form.items()) == parse_qsl(body.decode(), keep_blank_values=True)


PIECES = st.sampled_from(
    ["a", "=", "=41", "=\n", "&", "+", "_", "%41", "%3D", "%26", "%25", "%2b", "%C3%A9", "%c3", "%A9", "%0A", "é", "\n",
     "\r\n", " ", ".", "%00", "%", "%4", "%=", "?"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_form_is_read_as_the_library_reads_it(text: str) -> None:
    broken = re.search("%(?![0-9A-Fa-f]{2})", text)
    try:
        expected = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        expected = None
    if broken or expected is None:
        with pytest.raises(BadForm):
            parse(FORM, text.encode())
    else:
        assert list(parse(FORM, text.encode()).items()) == expected


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"From": "+1"}'),
        ("text/plain", b"From=a"),
        ("", b"From=a"),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("application/x-www-form-urlencoded; charset=latin-1", b"From=a"),
        (FORM, b"Body=%zz"),
        (FORM, b"Body=100%"),
        (FORM, b"Body=%ff%fe"),
        (FORM, b"Body=\xff"),
        (FORM, b"Body=%ed%a0%80"),
        (FORM, b"hello"),
        (FORM, b"&".join(b"a=b" for _ in range(201))),
        (FORM, b"a=b&&c=d"),
        (FORM, b"a=%\n"),
    ],
)
def test_what_is_no_form_is_told_so(content_type: str, body: bytes) -> None:
    with pytest.raises(BadForm):
        parse(content_type, body)


def test_blank_repeated_and_padded_fields_stay_as_they_came() -> None:
    form = parse(FORM + "; charset=UTF-8", b"b=&a=+1+&a=%00&a=&=x")
    assert list(form.items()) == [("b", ""), ("a", " 1 "), ("a", "\0"), ("a", ""), ("", "x")]
