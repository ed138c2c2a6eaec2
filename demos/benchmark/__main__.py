"""Measure everything in one run and write build/benchmark.md and build/benchmark.png.

    python -m demos.benchmark [--rounds 3] [--epochs 4200] [--operations 200000] [--out build]

Each competitor works in a process of its own, one after the other and round after round, so that no library's threads or
garbage slow down another; a number is the median of the rounds. Before any time is printed, results are compared.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from tqdm import tqdm

from demos.benchmark import graphs, published, report

TOLERANCE = 1e-9  # relative, between results that add up in another order

Task = tuple[str, Any, int]


def train(name: str, epochs: int) -> dict[str, Any]:
    """The published run by one competitor: seconds for all of it, and what the first call takes longer than the second."""
    make, complete = published.COMPETITORS[name]
    run, short, times, answers = make(), min(epochs, published.SHORT), list[float](), list[list[float]]()
    published.orders(short), published.orders(epochs)  # are ready before the clock runs
    for count in (short, short, *([epochs] * 2 if complete else [])):  # twice, as JAX compiles for each number of steps
        begin = perf_counter()
        answers.append(run(count))
        times.append(perf_counter() - begin)
    whole = times[-1] if complete else times[-1] * epochs / short
    return {"seconds": whole, "first": times[0] - times[1], "results": answers[0], "whole": answers[-1] if complete else []}


WORK = {
    f.__name__: f
    for f in (train, graphs.moons_fused, graphs.moons_plain, graphs.scalar_operations, graphs.bytes_a_node, graphs.growth)
}


def tasks(epochs: int, operations: int) -> list[Task]:
    steps = min(20, operations)
    both = [("moons_fused", steps), ("moons_plain", steps), ("scalar_operations", operations), ("bytes_a_node", operations)]
    return [
        *(("train", name, epochs) for name in published.COMPETITORS),
        *((work, engine, size) for work, size in both for engine in graphs.ENGINES),
        *(("growth", "ours", size) for size in graphs.SIZES if size <= 5 * operations),
    ]


def measured(task: Task) -> dict[str, Any]:
    """Do a task in a process of its own."""
    command = [sys.executable, "-m", "demos.benchmark", "--task", json.dumps(task)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{task} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def do(task: Task) -> dict[str, Any]:
    work, who, size = task
    try:
        return WORK[work](who, size)
    except (ModuleNotFoundError, FileNotFoundError) as error:  # a competitor that is not on this machine
        return {"missing": str(error)}


def middle(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The medians of what was measured in several rounds; the texts and results of the first."""
    return {key: median(r[key] for r in rounds) if isinstance(x, float) else x for key, x in rounds[0].items()}


def compare(found: dict[Task, dict[str, Any]]) -> None:
    """Set `apart`, how far results are from ours at most; SystemExit naming a competitor with other results."""
    for (work, who, size), one in found.items():
        if "results" in one:
            our = found[work, "ours, python" if work == "train" else "ours", size]
            pairs = [pair for name in ("results", "whole") for pair in zip(one.get(name, []), our.get(name, []), strict=False)]
            one["apart"] = max(abs(a - b) / max(abs(b), 1e-3) for a, b in pairs)
            if not one["apart"] <= TOLERANCE:  # a NaN neither
                sys.exit(f"{who}, {work}: other results than ours, {one['apart']:.1e} apart; no time is printed")


def main(arguments: list[str] | None = None) -> Path:
    parser = argparse.ArgumentParser(description="Measure the engine beside others on the same work.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=published.EPOCHS, help="of the published run")
    parser.add_argument("--operations", type=int, default=200_000, help="of the graph of plain operations")
    parser.add_argument("--out", type=Path, default=Path("build"))
    parser.add_argument("--task", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.task:
        print(json.dumps(do(options.task)))
        return Path()
    todo = tasks(options.epochs, options.operations)
    runs = [(task, measured(task)) for task in tqdm(todo * options.rounds, unit="measurement", disable=None)]
    rounds = [dict(runs[i : i + len(todo)]) for i in range(0, len(runs), len(todo))]
    for found in rounds:
        compare(found)
    return report.write({task: middle([found[task] for found in rounds]) for task in todo}, options.out)


if __name__ == "__main__":
    main()
