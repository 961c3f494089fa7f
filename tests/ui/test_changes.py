"""What would change at Twilio, as it is put before the person."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from sms_desktop.domain.routing import Change, Holder, HolderKind, Webhook, ours_at
from sms_desktop.ui.changes import ASKED, LOST, ChangeBlock

LINE = "+12125550100"


@pytest.mark.parametrize(("kind", "says"), [(HolderKind.NUMBER, ASKED), (HolderKind.SERVICE, LOST)])
def test_of_a_line_without_an_address_it_is_told_whether_its_texts_are_lost(
    qtbot: QtBot, kind: HolderKind, says: str
) -> None:
    holder = Holder(kind, "PN" + "1" * 32, "Shop", Webhook())
    block = ChangeBlock(Change(holder, ours_at(holder.webhook, "https://shop.example/twilio/inbound"), (LINE,)))
    qtbot.addWidget(block)
    assert says in [label.text() for label in block.findChildren(QLabel)]
    assert f"Now {says}, will be" in block.check.accessibleDescription()
