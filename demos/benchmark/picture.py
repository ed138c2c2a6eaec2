"""The picture of a benchmark: the published run, and graphs as they grow."""

from math import inf, log10
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from demos.benchmark.engines import JAX, PROGRAM, PURE, TAPE, VECTORS
from demos.benchmark.found import Found, digits, grown, trained

MACHINE_CODE = "#c8102e"
PYTHON = "#f0a3a3"
BY_HAND = "#111111"
OTHERS = "#9aa5b1"
MEANING = {
    "ours, as machine code": MACHINE_CODE,
    "ours, in Python alone": PYTHON,
    "C by hand": BY_HAND,
    "others": OTHERS,
}
IN_PYTHON = (PURE, "ours, eager pure", "ours, python")
AGAIN = (TAPE, JAX)  # what runs a graph that was recorded once
HIDDEN = (PROGRAM, VECTORS)  # by the line of the tape
GAP = 0.18  # decades between two labels


def color(who: str) -> str:
    if who in IN_PYTHON:
        return PYTHON
    if who.startswith("ours"):
        return MACHINE_CODE
    return BY_HAND if who.startswith("C") else OTHERS


def plot(found: Found, path: Path) -> None:
    figure = Figure(figsize=(11, 5), layout="constrained")
    panels = figure.subplots(1, 2, width_ratios=(5, 4))
    plot_training(panels[0], found)
    plot_growth(panels[1], found)
    patches = [Patch(color=shade, label=meaning) for meaning, shade in MEANING.items()]
    figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), frameon=False)
    figure.savefig(path, dpi=110)


def plot_training(axes: Axes, found: Found) -> None:
    entries = [entry for entry in trained(found) if entry.measured]
    names = [entry.who for entry in entries]
    times = [entry.seconds for entry in entries]
    labels = []
    for entry in entries:
        about = "" if entry.answer["whole"] else "≈ "
        labels.append(f"{about}{digits(entry.seconds)} s")
    bars = axes.barh(names, times, color=[*map(color, names)], height=0.72)
    axes.bar_label(bars, labels, padding=4)
    axes.set_xscale("log")
    axes.set_xlim(min(times) / 2, max(times) * 6)
    axes.set_xticks([])
    axes.minorticks_off()
    axes.set_title(f"{entries[0].steps:,} steps of the published run", loc="left", fontsize=11)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def plot_growth(axes: Axes, found: Found) -> None:
    """A line for each competitor, its name at its end: flat if time is linear."""
    lines = {who: line for who, line in grown(found).items() if who not in HIDDEN}
    ends = {who: [*line.items()][-1] for who, line in lines.items()}
    heights = apart({who: log10(end[1]) for who, end in ends.items()})
    for who, line in lines.items():
        style = "o--" if who in AGAIN else "o-"
        axes.loglog([*line], [*line.values()], style, color=color(who), markersize=4, linewidth=2)
        size, nanoseconds = ends[who]
        axes.annotate(
            f"{who}  {digits(nanoseconds)}",
            (size, 10 ** heights[who]),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
        )
    title = "ns an operation: solid recorded anew, dashed run again"
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel("operations in the graph")
    axes.grid(axis="y", alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)


def apart(heights: dict[str, float]) -> dict[str, float]:
    """The heights of labels in decades, moved up where they would overlap."""
    moved: dict[str, float] = {}
    lowest = -inf
    for who, height in sorted(heights.items(), key=lambda pair: pair[1]):
        moved[who] = max(height, lowest)
        lowest = moved[who] + GAP
    return moved
