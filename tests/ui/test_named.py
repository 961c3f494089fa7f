"""What one part of the app calls something, every other calls it too."""

import pytest

from sms_desktop.domain.account import Identity, masked
from sms_desktop.domain.routing import Change, Holder, HolderKind, Webhook, host_of, without_password
from sms_desktop.ui import routewords
from sms_desktop.ui.routewords import change_title

LINE = "+12125550100"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://texts.example.com/sms?x=1#rc=3", "texts.example.com"),
        ("https://shop:secret@texts.example.com:8443/sms", "texts.example.com:8443"),
        ("", ""),
    ],
)
def test_a_host_is_told_without_a_password(url: str, host: str) -> None:
    assert host_of(url) == host
    assert host_of(without_password(url)) == host


@pytest.mark.parametrize(
    ("kind", "name", "called"),
    [
        (HolderKind.APPLICATION, "Shop", "TwiML App “Shop”"),
        (HolderKind.SERVICE, "Two\nlines ", "Messaging Service “Two lines”"),
        (HolderKind.SERVICE, "", "Messaging Service"),
    ],
)
def test_what_holds_a_setting_is_called_the_same_in_set_up_and_preferences(
    kind: HolderKind, name: str, called: str
) -> None:
    change = Change(Holder(kind, "XX1", name, Webhook()), Webhook("https://here.example"), (LINE,))
    assert change.holder.called == called
    assert change_title(change) == f"{called} takes the texts of (212) 555-0100"
    assert routewords.note(change, [LINE]) == f"It is set in the {called}."


def test_an_account_is_described_in_one_line_and_its_sid_cut_short() -> None:
    sid = "AC" + "1" * 28 + "4f2a"
    assert masked(sid) == "AC…4f2a"
    assert Identity(sid, "Bright\nChairs", balance="$38.20").described == "Bright Chairs, full account, balance $38.20"
    assert Identity(sid, " ", trial=True).described == "Your account, trial account"
