"""The tables of a benchmark, ratios first, and its picture."""

import math
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from demos.benchmark.published import SHORT

Found = dict[tuple[str, Any, int], dict[str, Any]]

LIBRARIES = ("scalar-autograd", "micrograd", "numpy", "numba", "jax", "torch")
WORK = {
    "moons_fused": "micrograd's moons demo, one step, ours with a node for each x·w+b",
    "moons_plain": "the same step, a node for each × and +",
    "scalar_operations": "{size:,} operations, build and backward",
    "bytes_a_node": "bytes of a binary node",
}


def write(found: Found, folder: Path) -> Path:
    """Write benchmark.md and benchmark.png, print the tables, and give the path of the first."""
    text = f"{machine()}\n\n{training(found)}\n\n{eager(found)}\n\n{growing(found)}\n"
    folder.mkdir(parents=True, exist_ok=True)
    (path := folder / "benchmark.md").write_text(text, encoding="utf-8")
    plot(found, folder / "benchmark.png")
    print(text)
    return path


def machine() -> str:
    """The processor and the versions that the numbers belong to."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    installed = {d.metadata["Name"].lower(): d.version for d in metadata.distributions() if d.metadata["Name"]}
    versions = [f"{name} {installed[name]}" for name in LIBRARIES if name in installed]
    return f"Measured on {os.cpu_count()} cores of {model}, Python {platform.python_version()}, {', '.join(versions)}."


def training(found: Found) -> str:
    """The published run: how many times faster than micrograd each competitor is, and what it takes."""
    entries = training_entries(found)
    steps = 90 * entries[0][1]
    slowest = next((one["seconds"] for who, _, one in entries if who == "micrograd" and "seconds" in one), math.nan)
    rows = [f"| {steps:,} steps of the published run | times micrograd | seconds | µs a step | to compile | results apart |"]
    rows += ["|---|--:|--:|--:|--:|--:|"]
    for who, _, one in entries:
        if "missing" in one:
            rows += [f"| {who} | not measured: {one['missing']} | | | | |"]
            continue
        seconds, compiling = one["seconds"], f"{one['first']:.1f} s" if one["first"] > 0.1 else ""
        cells = (
            digits(slowest / seconds),
            "≈ " * (not one["whole"] and steps > 90 * SHORT) + digits(seconds),
            digits(1e6 * seconds / steps),
        )
        rows += [f"| {who} | {' | '.join(cells)} | {compiling} | {one['apart']:.0e} |"]
    note = (
        f"≈: extrapolated from {min(steps, 90 * SHORT):,} steps. To compile: what the first call takes longer than the second."
    )
    return "\n".join([*rows, "", note])


def training_entries(found: Found) -> list[tuple[str, int, dict[str, Any]]]:
    """Who trained, in how many epochs, and how: slowest first."""
    entries = [(who, size, one) for (work, who, size), one in found.items() if work == "train"]
    return sorted(entries, key=lambda entry: -entry[2].get("seconds", math.inf))


def eager(found: Found) -> str:
    """Graphs that run themselves: micrograd and ours."""
    rows = ["| | times less than micrograd | micrograd | ours |", "|---|--:|--:|--:|"]
    for work, title in WORK.items():
        (size,) = {size for name, _, size in found if name == work}
        theirs, our = (found[work, who, size] for who in ("micrograd", "ours"))
        if "missing" in theirs:
            rows.append(f"| {title.format(size=size)} | not measured: {theirs['missing']} | | |")
        elif work == "bytes_a_node":
            rows.append(f"| {title} | {theirs['bytes'] / our['bytes']:.1f} | {theirs['bytes']:.0f} | {our['bytes']:.0f} |")
        else:
            times = f"{1e3 * theirs['seconds']:.0f} ms | {1e3 * our['seconds']:.1f} ms"
            rows.append(f"| {title.format(size=size)} | {digits(theirs['seconds'] / our['seconds'])} | {times} |")
    return "\n".join(rows)


def growing(found: Found) -> str:
    """Microseconds an operation as a chain grows: constant if time is linear."""
    rows = ["| µs an operation in a chain of | build | without collector | backward | compile | run the program |"]
    rows += ["|--:|--:|--:|--:|--:|--:|"]
    for (work, _, size), one in found.items():
        if work == "growth":
            columns = [
                f"{one[name]:.2f}" if name in one else "refused" for name in ("build", "alone", "backward", "compile", "run")
            ]
            rows.append(f"| {size:,} | {' | '.join(columns)} |")
    return "\n".join(rows)


def digits(x: float) -> str:
    """Three digits: 1,560 and 0.094 alike."""
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"


def plot(found: Found, path: Path) -> None:
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    run, chain = figure.subplots(1, 2, width_ratios=(3, 2))
    entries = [(who, one["seconds"], one["whole"]) for who, _, one in training_entries(found) if "seconds" in one]
    names, times, whole = zip(*entries, strict=True)
    bars = run.barh(names, times, color=["#d62728" if who.startswith("ours") else "#9aa5b1" for who in names])
    run.bar_label(bars, ["≈ " * (not w) + f"{digits(t)} s" for t, w in zip(times, whole, strict=True)], padding=3)
    run.set(
        xscale="log", xlim=(min(times) / 2, max(times) * 6), xlabel="seconds", title="the published training run, ours in red"
    )
    run.invert_yaxis()
    run.spines[["top", "right"]].set_visible(False)
    sizes = [(size, one) for (work, _, size), one in found.items() if work == "growth"]
    for name in ("compile", "build", "backward", "run"):
        points = [(size, size * one[name] * 1e-6) for size, one in sizes if name in one]
        chain.loglog(*zip(*points, strict=True), "o-", label=name)
    chain.set(title="a chain of operations", xlabel="operations", ylabel="seconds")
    chain.legend(frameon=False)
    chain.grid(alpha=0.3)
    figure.savefig(path, dpi=110)
