"""What README's pictures keep of a benchmark: the published run, to three digits, as JSON."""

import json
from pathlib import Path
from typing import NamedTuple

from demos.benchmark.found import Found, digits, trained

HERE = Path(__file__).parent
NAME = "kept.json"


class Time(NamedTuple):
    """How long a competitor takes; unless `whole`, extrapolated from the first steps."""

    who: str
    seconds: float
    whole: bool


class Run(NamedTuple):
    """The published run: its steps, and who took how long, slowest first."""

    steps: int
    entries: list[Time]


def run_of(found: Found) -> Run:
    """The published run as it was measured."""
    entries = [entry for entry in trained(found) if entry.measured]
    times = []
    for entry in entries:
        seconds = float(digits(entry.seconds).replace(",", ""))
        times.append(Time(entry.who, seconds, bool(entry.answer["whole"])))
    return Run(entries[0].steps, times)


def write(run: Run, folder: Path = HERE) -> None:
    lines = ",\n".join(f"  {json.dumps(time._asdict())}" for time in run.entries)
    text = f'{{"steps": {run.steps}, "run": [\n{lines}\n]}}\n'
    (folder / NAME).write_text(text, encoding="utf-8")


def read(folder: Path = HERE) -> Run:
    kept = json.loads((folder / NAME).read_text(encoding="utf-8"))
    return Run(kept["steps"], [Time(**time) for time in kept["run"]])
