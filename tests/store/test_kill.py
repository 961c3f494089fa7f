"""What was acknowledged survives the death of the process."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sms_desktop.store import connect, messages, search
from sms_desktop.store.opening import prepare

_WRITER = """
import asyncio, sys
from pathlib import Path
from sms_desktop.store.store import Store
from tests.store.recorder import text_in

async def main():
    store = Store(Path(sys.argv[1]), lambda events: None)
    await store.open()
    async def one(n):
        while True:
            message = await store.do(text_in(f"acknowledged {n}", peer=f"+1212555{n:04}", sid=None))
            print(message.id, flush=True)
            n += 20
    await asyncio.gather(*(one(n) for n in range(20)))

asyncio.run(main())
"""


@pytest.mark.parametrize("round_", range(3))
def test_every_acknowledged_message_survives_a_kill(tmp_path: Path, round_: int) -> None:
    enough = random.Random(round_).randrange(100, 1500)
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().strip() for _ in range(enough)]
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        rest = process.stdout.read().split("\n")
    acknowledged += [line for line in rest if len(line) == 32]
    db = connect.writer(prepare(tmp_path))
    try:
        lost = [key for key in acknowledged if messages.get(db, key) is None]
        assert lost == []
        assert db.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert len(search.find(db, "acknowledged", 50)) == 50
    finally:
        db.close()
