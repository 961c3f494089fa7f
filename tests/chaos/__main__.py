"""``python -m tests.chaos``: see the package. Exit code 1 where anything was lost, doubled or not found."""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.report import Report
from tests.chaos.kills import AT_THE_WINDOW, MOMENTS, kills
from tests.chaos.memory import memory
from tests.chaos.planted import every_bug
from tests.chaos.sides import Verdict
from tests.chaos.trouble import POSSIBLE, TROUBLES, meet
from tests.chaos.weather import day
from tests.chaos.world import world

SLOWER, DRAFT, GROWTH = 2.0, 2.5, 0.05
"""Seconds that a start after a kill may take longer than another; seconds of typing that a kill may cost, of which half
a second is the machine's; the share by which memory may grow."""


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.chaos", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=1, help="of all dice; what the system decides is chance all the same"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("kills", "trouble", "weather", "memory", "planted", "all"):
        command = commands.add_parser(name)
        command.add_argument("--seed", type=int, default=argparse.SUPPRESS)
        if name in {"kills", "all"}:
            command.add_argument("--times", type=int, default=1000 if name == "all" else 100)
            command.add_argument(
                "--windows", type=int, default=100 if name == "all" else 0, help="of the window besides"
            )
        if name in {"trouble", "all"}:
            command.add_argument("--seconds", type=float, default=60.0, help="that each lasts")
        if name in {"weather", "all"}:
            command.add_argument("--hours", type=float, default=24.0)
            command.add_argument("--rate", type=float, default=5.0, help="messages a second")
        if name in {"memory", "all"}:
            command.add_argument("--messages", type=int, default=200_000)
    chosen = parser.parse_args(argv)
    report, good = Report("chaos: the program in bad weather, and both sides compared afterwards"), True
    wanted = chosen.command
    if wanted in {"planted", "all"}:
        good &= _planted(report, chosen.seed)
    if wanted in {"kills", "all"}:
        good &= _kills(report, chosen.times, chosen.seed, window=False)
        if chosen.windows:
            good &= _kills(report, chosen.windows, chosen.seed, window=True)
    if wanted in {"trouble", "all"}:
        good &= _trouble(report, chosen.seed, chosen.seconds)
    if wanted in {"weather", "all"}:
        good &= _weather(report, chosen.hours, chosen.rate, chosen.seed)
    if wanted in {"memory", "all"}:
        good &= _memory(report, chosen.messages, chosen.seed)
    report.write()
    return 0 if good else 1


def _kills(report: Report, times: int, seed: int, *, window: bool) -> bool:
    what = "window" if window else "serve"
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), seed=seed) as place:
        tally = kills(place, times, seed, window=window, moments=AT_THE_WINDOW if window else MOMENTS)
    report.add(f"{what}: killed", tally.kills.total(), "times")
    for moment, count in sorted(tally.kills.items()):
        report.add(f"  {moment}", count, "times")
    report.add("texts that it took", tally.submitted, "")
    report.add("webhooks that only it knows of, answered", tally.posted, "")
    report.add("messages at Twilio", tally.at_twilio, "")
    report.add("of ours unconfirmed, and not at Twilio", tally.unconfirmed, "")
    _compared(report, tally.verdict)
    ends = tally.after_end
    if tally.after_kill:
        usual, of = (statistics.median(ends), "after a usual end, median") if ends else (None, "")
        median = statistics.median(tally.after_kill)
        report.add("start after a kill, median", median, "s", baseline=usual, of=of, target="≤ 2 s more")
        usual, of = (max(ends), "after a usual end, slowest") if ends else (None, "")
        report.add("start after a kill, slowest", max(tally.after_kill), "s", baseline=usual, of=of)
    if window:
        report.add("typing that a kill cost, at most", tally.draft, "s", target="≤ 2 s")
    report.add("all of it", tally.seconds, "s")
    return tally.verdict.equal and tally.slower <= SLOWER and tally.draft <= DRAFT


def _trouble(report: Report, seed: int, seconds: float) -> bool:
    good = True
    for name in TROUBLES:
        if name not in POSSIBLE:
            report.note(f"{name}: needs a disk of its own, which only the superuser may mount")
            continue
        told = meet(name, seed, seconds)
        report.add(name, told.seconds, "s")
        _compared(report, told.verdict)
        good &= told.verdict.equal
    return good


def _weather(report: Report, hours: float, rate: float, seed: int) -> bool:
    found = day(hours, rate, seed)
    report.add(f"{hours:g} hours at {rate:g} a second", found.messages, "texts")
    report.add("in", found.seconds, "s")
    report.add("of ours unconfirmed, and not at Twilio", found.unconfirmed, "")
    _compared(report, found.verdict)
    return found.verdict.equal


def _memory(report: Report, messages: int, seed: int) -> bool:
    found = memory(messages, seed)
    report.add("messages", found.points[-1].messages, "")
    report.add("resident at the end", found.points[-1].megabytes, "MB")
    report.add("growth from a fifth of them on", found.growth * 100, "%", target="≤ 5 %")
    return found.growth <= GROWTH


def _planted(report: Report, seed: int) -> bool:
    good = True
    for found in every_bug(seed):
        good &= bool(found.kind)
        report.add(f"planted: {found.bug}", found.kills, "kills", target=found.kind or "NOT FOUND")
    return good


def _compared(report: Report, verdict: Verdict) -> None:
    report.add("  lost", len(verdict.lost) + len(verdict.unknown), "", target="0")
    report.add("  doubled", len(verdict.doubled) + len(verdict.twice), "", target="0")
    others = {name: what for name, what in verdict.troubles().items() if name not in _COUNTED}
    report.add("  otherwise not equal", sum(map(len, others.values())), "", target="0")
    if not verdict.equal:
        report.note(str(verdict))


_COUNTED = {"lost", "unknown", "doubled", "twice"}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
