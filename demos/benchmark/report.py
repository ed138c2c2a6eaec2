"""The tables of a benchmark, ratios first, and its picture."""

import math
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from demos.benchmark.published import SHORT, STARTS

Answer = dict[str, Any]
Found = dict[tuple[str, Any, int], Answer]

LIBRARIES = ("scalar-autograd", "micrograd", "numpy", "numba", "jax", "torch")
WORK = {
    "moons_fused": "micrograd's moons demo, one step, ours with a node for each x·w+b",
    "moons_plain": "the same step, a node for each × and +",
    "scalar_operations": "{size:,} operations, build and backward",
    "bytes_a_node": "bytes of a binary node",
}


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


def write(found: Found, folder: Path) -> Path:
    """Write benchmark.md and benchmark.png, print the tables, and give the path of the first."""
    text = f"{machine()}\n\n{training(found)}\n\n{eager(found)}\n\n{growing(found)}\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "benchmark.md"
    path.write_text(text, encoding="utf-8")
    plot(found, folder / "benchmark.png")
    print(text)
    return path


def machine() -> str:
    """The processor and the versions that the numbers belong to."""
    installed = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            installed[name.lower()] = distribution.version
    versions = [f"{name} {installed[name]}" for name in LIBRARIES if name in installed]
    cores = f"{os.cpu_count()} cores of {processor()}"
    return f"Measured on {cores}, Python {platform.python_version()}, {', '.join(versions)}."


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return platform.machine()


def training(found: Found) -> str:
    """The published run: how many times faster than micrograd each is, and what it takes."""
    entries = training_entries(found)
    steps = entries[0].steps
    slowest = math.nan
    for entry in entries:
        if entry.who == "micrograd" and entry.measured:
            slowest = entry.seconds
    columns = "times micrograd | seconds | µs a step | to compile | results apart"
    rows = [f"| {steps:,} steps of the published run | {columns} |", "|---|--:|--:|--:|--:|--:|"]
    rows += [training_row(entry, slowest) for entry in entries]
    extrapolated = f"extrapolated from {min(steps, SHORT * len(STARTS)):,} steps"
    compiling = "what the first call takes longer than the second"
    return "\n".join([*rows, "", f"≈: {extrapolated}. To compile: {compiling}."])


def training_row(entry: Entry, slowest: float) -> str:
    answer = entry.answer
    if not entry.measured:
        return f"| {entry.who} | not measured: {answer['missing']} | | | | |"
    about = "≈ " if not answer["whole"] and entry.steps > SHORT * len(STARTS) else ""
    compiling = f"{answer['first']:.1f} s" if answer["first"] > 0.1 else ""
    cells = [
        entry.who,
        digits(slowest / entry.seconds),
        about + digits(entry.seconds),
        digits(1e6 * entry.seconds / entry.steps),
        compiling,
        f"{answer['apart']:.0e}",
    ]
    return f"| {' | '.join(cells)} |"


def training_entries(found: Found) -> list[Entry]:
    """Who trained, slowest first."""
    entries = []
    for (work, who, epochs), answer in found.items():
        if work == "train":
            entries.append(Entry(who, epochs * len(STARTS), answer))
    return sorted(entries, key=lambda entry: -entry.seconds)


def eager(found: Found) -> str:
    """Graphs that run themselves: micrograd and ours."""
    rows = ["| | times less than micrograd | micrograd | ours |", "|---|--:|--:|--:|"]
    for work, who, size in found:
        if work in WORK and who == "ours":
            title = WORK[work].format(size=size)
            theirs = found[work, "micrograd", size]
            rows.append(f"| {title} | {eager_cells(theirs, found[work, who, size])} |")
    return "\n".join(rows)


def eager_cells(theirs: Answer, ours: Answer) -> str:
    if "missing" in theirs:
        return f"not measured: {theirs['missing']} | |"
    if "bytes" in ours:
        ratio = theirs["bytes"] / ours["bytes"]
        return f"{ratio:.1f} | {theirs['bytes']:.0f} | {ours['bytes']:.0f}"
    ratio = theirs["seconds"] / ours["seconds"]
    their_ms = 1e3 * theirs["seconds"]
    our_ms = 1e3 * ours["seconds"]
    return f"{digits(ratio)} | {their_ms:.0f} ms | {our_ms:.1f} ms"


def growing(found: Found) -> str:
    """Microseconds an operation as a chain grows: constant if time is linear."""
    columns = "build | without collector | backward | compile | run the program"
    rows = [f"| µs an operation in a chain of | {columns} |", "|--:|--:|--:|--:|--:|--:|"]
    for size, answer in chains(found).items():
        cells = [f"{size:,}"]
        for name in ("build", "alone", "backward", "compile", "run"):
            cells.append(f"{answer[name]:.2f}" if name in answer else "refused")
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def chains(found: Found) -> dict[int, Answer]:
    """What was measured of each length."""
    return {size: answer for (work, _, size), answer in found.items() if work == "growth"}


def digits(x: float) -> str:
    """Three digits: 1,560 and 0.094 alike."""
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"


def plot(found: Found, path: Path) -> None:
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    panels = figure.subplots(1, 2, width_ratios=(3, 2))
    plot_training(panels[0], found)
    plot_growth(panels[1], found)
    figure.savefig(path, dpi=110)


def plot_training(axes: Axes, found: Found) -> None:
    entries = [entry for entry in training_entries(found) if entry.measured]
    names = [entry.who for entry in entries]
    times = [entry.seconds for entry in entries]
    colors = ["#d62728" if name.startswith("ours") else "#9aa5b1" for name in names]
    labels = []
    for entry in entries:
        about = "" if entry.answer["whole"] else "≈ "
        labels.append(f"{about}{digits(entry.seconds)} s")
    bars = axes.barh(names, times, color=colors)
    axes.bar_label(bars, labels, padding=3)
    axes.set_xscale("log")
    axes.set_xlim(min(times) / 2, max(times) * 6)
    axes.set_xlabel("seconds")
    axes.set_title("the published training run, ours in red")
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)


def plot_growth(axes: Axes, found: Found) -> None:
    for name in ("compile", "build", "backward", "run"):
        measured = {size: answer[name] for size, answer in chains(found).items() if name in answer}
        seconds = [1e-6 * size * microseconds for size, microseconds in measured.items()]
        axes.loglog([*measured], seconds, "o-", label=name)
    axes.set_title("a chain of operations")
    axes.set_xlabel("operations")
    axes.set_ylabel("seconds")
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)
