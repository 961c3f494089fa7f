"""``python -m sms_desktop`` and the ``sms-desktop`` command."""

import sys


def main() -> int:
    """Runs one command; the exit code is the contract's."""
    from sms_desktop.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
