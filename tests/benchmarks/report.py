"""Figures beside their baselines: a table on the screen and JSON in ``bench/``."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path("bench")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; ``ratio`` is value over baseline."""

    name: str
    value: float
    unit: str
    baseline: float | None
    of: str
    ratio: float | None
    target: str


class Report:
    """Collects the figures of one benchmark under ``title``."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._figures: list[Figure] = []
        self._notes: list[str] = []
        print(f"\n{title}")

    def add(
        self, name: str, value: float, unit: str, *, baseline: float | None = None, of: str = "", target: str = ""
    ) -> None:
        """Prints one line and keeps it."""
        ratio = value / baseline if baseline else None
        self._figures.append(Figure(name, value, unit, baseline, of, ratio, target))
        beside = f"{_shown(baseline)} {unit} {of}  (×{ratio:.2f})" if baseline is not None and ratio is not None else ""
        print(f"  {name:<44} {_shown(value):>10} {unit:<6} {target:<12} {beside}", flush=True)

    def note(self, sentence: str) -> None:
        """Prints what could not be measured, and why."""
        self._notes.append(sentence)
        print(f"  {sentence}", flush=True)

    def write(self) -> None:
        """Writes ``bench/<title>.json``."""
        FOLDER.mkdir(exist_ok=True)
        content = {"title": self._title, "figures": [asdict(f) for f in self._figures], "notes": self._notes}
        path = FOLDER / f"{self._title.split(':')[0].replace(' ', '-')}.json"
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
