"""``make bench``: seeds a store of a million messages once, then measures everything on it, one process a subject."""

import subprocess
import sys
import time
from pathlib import Path

DATA = Path("bench") / "data"
SUBJECTS = {
    "bench_start": ["--data", str(DATA)],
    "bench_store": ["--data", str(DATA)],
    "bench_timeline": ["--data", str(DATA)],
    "bench_webhooks": [],
    "bench_catchup": [],
    "bench_lists": [],
}


def main() -> int:
    """Returns how many subjects could not be measured."""
    if not (DATA / "sms.db").exists():
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "tests.benchmarks.seed", str(DATA)], check=True)
        print(f"seeded in {time.perf_counter() - begin:.0f} s")
    failed = 0
    for subject, arguments in SUBJECTS.items():
        done = subprocess.run([sys.executable, "-m", f"tests.benchmarks.{subject}", *arguments], check=False)
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
