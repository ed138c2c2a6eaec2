"""What was measured, looked up by tables and picture."""

import math
from typing import Any, NamedTuple

from demos.benchmark.published import STARTS

Answer = dict[str, Any]
Found = dict[tuple[str, Any, int], Answer]


class Entry(NamedTuple):
    """A competitor of the published run, its steps, and what was measured."""

    who: str
    steps: int
    answer: Answer

    @property
    def measured(self) -> bool:
        return "seconds" in self.answer

    @property
    def seconds(self) -> float:
        return float(self.answer.get("seconds", math.inf))


def trained(found: Found) -> list[Entry]:
    """Who trained, slowest first."""
    entries = []
    for (work, who, epochs), answer in found.items():
        if work == "train":
            entries.append(Entry(who, epochs * len(STARTS), answer))
    return sorted(entries, key=lambda entry: -entry.seconds)


def grown(found: Found) -> dict[str, dict[int, float]]:
    """Nanoseconds an operation at each size of the graph of many: of each competitor."""
    lines: dict[str, dict[int, float]] = {}
    for (work, who, size), answer in found.items():
        if work in ("operations", "replay") and "seconds" in answer:
            lines.setdefault(who, {})[size] = 1e9 * answer["seconds"] / size
    return {who: dict(sorted(line.items())) for who, line in lines.items()}


def digits(x: float) -> str:
    """Three digits: 1,560 and 0.094 alike."""
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"
