"""What is logged may be shown to anyone."""

import logging
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sms_desktop import log
from sms_desktop.domain.errors import BadInput

TOKEN = "0123456789abcdef0123456789abcdef"
SID = "SM" + "a1" * 16


@pytest.fixture(autouse=True)
def _untouched() -> Iterator[None]:
    """Leaves the logging of the test run as it was."""
    root = logging.getLogger()
    level = root.level
    levels = {name: logging.getLogger(name).level for name in log._QUIET}
    yield
    for handler in [h for h in root.handlers if h.get_name() == "sms-desktop"]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


def logged(folder: Path) -> str:
    return (folder / "sms-desktop.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("to +14155550132.", "4155550132"),
        ("To=%2B14155550132&x", "4155550132"),
        ("peer='+442079460018'", "2079460018"),
        ("to +1 415-555-0132 now", "415-555-01"),
        ("to +44 20 7946 0018", "7946"),
        ("to (415) 555-0132", "555"),
        ("peer 14155550132", "4155550132"),
        ("Authorization: Basic QUMwMDpzZWNyZXQ=", "QUMw"),
        ("{'Authorization': 'Basic QUMwMDpzZWNyZXQ='}", "QUMw"),
        ("headers Authorization=QUMwMDpzZWNyZXQ=", "QUMw"),
        ("Bearer abc.def-123456", "def"),
        (f"auth token {TOKEN}", TOKEN),
        (f"TWILIO_AUTH_TOKEN={TOKEN}", TOKEN),
        (f"auth_token='{TOKEN}', x", TOKEN),
        (f'"auth_token": "{TOKEN}"', TOKEN),
        ("api_secret=hunter", "hunter"),
        ("X-Twilio-Signature: L/OH5YylLD5NRKLltdqwSvS0BnU=", "5YylLD5N"),
        ("https://name:word@proxy.example.com:3128", "word"),
        ("GET https://a.example.com/path?To=x&sig=y failed", "sig=y"),
        ("/2010-04-01/Messages.json?To=abc", "abc"),
        ("https://a.example.com/media/s3cret-tok_en/cat.jpg", "s3cret"),
        ("Message(id='1', body='see you at 8', status=1)", "see you"),
        ("Body=see+you+at+8&From=x", "see"),
        ('{"body": "see you at 8"}', "see you"),
        ("[SQL: INSERT INTO messages VALUES (?)] [parameters: ('see you',)]", "see you"),
    ],
)
def test_what_is_private_is_masked(line: str, hidden: str) -> None:
    assert hidden in line and hidden not in log.redact(line)


@pytest.mark.parametrize(
    "line",
    [
        "the token expired",
        "signature is missing or wrong",
        f"message {SID} delivered 201 in 35 ms RQ{'0' * 32}",
        f"our key {TOKEN}",
        "at 2026-11-23 16:29:10.123456+00:00",
        "took 1234567 rows, 12.345678901234 s",
        "POST /2010-04-01/Accounts/AC…4f2a/Messages.json 201 35 ms RQ1",
        'File "/home/x/sms_desktop/store/store.py", line 120, in do',
        "what happened?",
    ],
)
def test_what_is_not_private_stays_readable(line: str) -> None:
    assert log.redact(line) == line


def test_numbers_keep_their_last_two_digits() -> None:
    assert log.redact("to +14155550132 from 894546") == "to +…32 from 894546"


def test_a_file_holds_utc_lines_and_masked_tracebacks(tmp_path: Path) -> None:
    log.set_up(tmp_path / "logs", "info")
    logger = logging.getLogger("sms_desktop.somewhere")
    logger.info("sent to %s", "+14155550132")
    logger.debug("too fine")
    sentence = f"auth_token={TOKEN} for +14155550132\nbody='private words'"
    try:
        raise ValueError(sentence)
    except ValueError:
        logger.exception("it failed")
    text = logged(tmp_path / "logs")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO sms_desktop\.somewhere: sent to \+…32\n", text)
    assert "Traceback" in text and "ValueError" in text and "too fine" not in text
    for word in (TOKEN, "4155550132", "private words"):
        assert word not in text


def test_the_sdk_and_the_access_log_are_kept_quiet(tmp_path: Path) -> None:
    log.set_up(tmp_path, "debug")
    logging.getLogger("twilio.http_client").info("Query Params: To")
    logging.getLogger("aiohttp.access").info("GET /media")
    logging.getLogger("twilio.http_client").warning("loud")
    assert "Query" not in logged(tmp_path) and "GET" not in logged(tmp_path) and "loud" in logged(tmp_path)


def test_setting_up_again_replaces_what_was_there(tmp_path: Path) -> None:
    log.set_up(tmp_path / "a", "info")
    log.set_up(tmp_path / "b", "warning")
    logging.getLogger("x").warning("once")
    logging.getLogger("x").info("fine")
    assert logged(tmp_path / "a") == "" and logged(tmp_path / "b").count("once") == 1
    assert "fine" not in logged(tmp_path / "b")


def test_files_rotate_and_few_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "FILE_BYTES", 1000)
    log.set_up(tmp_path, "info")
    for n in range(200):
        logging.getLogger("x").info("line %d %s", n, "x" * 50)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 1 + log.FILES_KEPT
    assert all(file.stat().st_size <= 1000 for file in files) and "line 199 " in logged(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a profile's files private by other means")
def test_log_files_are_readable_by_the_user_alone(tmp_path: Path) -> None:
    log.set_up(tmp_path / "logs", "info")
    assert stat.S_IMODE((tmp_path / "logs" / "sms-desktop.log").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700


def test_without_a_directory_it_goes_to_stderr_masked(capsys: pytest.CaptureFixture[str]) -> None:
    log.set_up(None, "INFO")
    logging.getLogger("x").info("to +14155550132")
    assert "to +…32" in capsys.readouterr().err


def test_a_directory_that_cannot_be_made_does_not_stop_the_app(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    log.set_up(tmp_path / "file" / "logs", "info")
    logging.getLogger("x").info("fine")
    logging.getLogger("x").warning("to +14155550132")
    printed = capsys.readouterr().err
    assert "there is no log file" in printed and "to +…32" in printed and "fine" not in printed


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_costs_log_lines_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sms-desktop.log").symlink_to("/dev/full")
    log.set_up(tmp_path, "info")
    logging.getLogger("x").info("lost")
    assert capsys.readouterr().err == ""


def test_an_unknown_level_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadInput, match=r"“loud” is not a log level\. Use one of debug, info, warning, error\."):
        log.set_up(None, "loud")
