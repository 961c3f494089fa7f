"""``make fuzz``: prints what became of the attack; exit 1 unless the engine stood it."""

import argparse
import sys

from tests.fuzz.attack import attack


def main() -> int:
    parser = argparse.ArgumentParser(description="Hostile requests at the running engine.")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcome = attack(options.count, options.seed)
    print("\n".join(outcome.lines()))
    for told in outcome.told[:5]:
        print(told)
    print(outcome.errors, end="")
    stood = outcome.alive and outcome.unchanged and not (outcome.failed or outcome.told or outcome.refused)
    return 0 if stood and not outcome.errors else 1


if __name__ == "__main__":
    sys.exit(main())
