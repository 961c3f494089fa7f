"""What is imported before the first window shows."""

import subprocess
import sys

LATE = "aiohttp alembic cryptography keyring puremagic pyngrok requests sqlalchemy.orm twilio urllib.request"


def test_what_the_first_window_does_not_need_is_imported_later() -> None:
    program = (
        "import qasync, sms_desktop.ui, sms_desktop.environment, sms_desktop.app.application, sms_desktop.app.session, "
        f"sys; print(*(name for name in {LATE.split()} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
