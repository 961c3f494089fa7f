"""Printed evidence on a disk that is full."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.consent import Consent, ConsentEvent, ConsentSource
from sms_desktop.domain.errors import StoreError
from sms_desktop.services.clock import now
from sms_desktop.services.evidence import Evidence, write_whole
from sms_desktop.ui.consent.pdf import write_pdf

LINE = "+14155550100"


@contextmanager
def full(size: int) -> Iterator[None]:
    """No file grows beyond so many bytes."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def people(count: int) -> Iterator[Evidence]:
    for n in range(count):
        peer = f"+1415555{n:04d}"
        event = ConsentEvent(LINE, peer, True, ConsentSource.STAFF, "", None, now(), "Ada", "at the counter")
        yield Evidence(LINE, peer, "Dana", (event,), Consent(), ((),))


def test_a_full_disk_leaves_the_good_file_and_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    target = tmp_path / "evidence.pdf"
    assert write_whole(target, lambda partial: write_pdf(people(3), partial, "Everybody", now())) == 3
    good = target.read_bytes()
    with full(8_000), pytest.raises(StoreError, match="disk may be full"):
        write_whole(target, lambda partial: write_pdf(people(300), partial, "Everybody", now()))
    assert target.read_bytes() == good
    assert [path.name for path in tmp_path.iterdir()] == ["evidence.pdf"]
