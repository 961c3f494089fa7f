"""What a person chose for themselves, beside the accounts."""

import stat
from pathlib import Path

import pytest

from sms_desktop.domain.errors import StoreError
from sms_desktop.store.preferences import FILE, Preferences


def test_what_is_chosen_is_kept_beside_what_was_chosen_before_and_for_this_user_alone(tmp_path: Path) -> None:
    root = tmp_path / "data"
    assert Preferences(root).all() == {}
    Preferences(root).put({"appearance": "dark", "author": "Zoë"})
    Preferences(root).put({"author": ""})
    assert Preferences(root).all() == {"appearance": "dark", "author": ""}
    assert stat.S_IMODE((root / FILE).stat().st_mode) == 0o600
    assert [path.name for path in root.iterdir()] == [FILE]


@pytest.mark.parametrize("found", [b"", b"{", b"[1, 2]", b"\xff\xfe", b"null"])
def test_a_damaged_file_counts_as_none_and_is_written_anew(tmp_path: Path, found: bytes) -> None:
    (tmp_path / FILE).write_bytes(found)
    assert Preferences(tmp_path).all() == {}
    Preferences(tmp_path).put({"appearance": "light"})
    assert Preferences(tmp_path).all() == {"appearance": "light"}


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be written"):
        Preferences(tmp_path / "file").put({"appearance": "dark"})
