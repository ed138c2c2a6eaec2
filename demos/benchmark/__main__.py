"""Measure everything in one run and write build/benchmark.md and build/benchmark.png.

    python -m demos.benchmark [--rounds 3] [--epochs 4200] [--operations 200000] [--out build]

Each competitor works in a process of its own, one after the other and round after round, so that no
library's threads or garbage slow down another; a number is the median of the rounds. Before any
time is printed, results are compared.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tqdm import tqdm

from demos.benchmark import graphs, published, report
from demos.benchmark.clock import timed
from demos.benchmark.samples import EPOCHS, orders

TOLERANCE = 1e-9  # relative, between results that add up in another order

Task = tuple[str, Any, int]  # what to do, who does it, and how much of it
Answer = dict[str, Any]


def train(name: str, epochs: int) -> Answer:
    """The published run by one competitor: seconds for all of it, and what compiling takes.

    Each length is run twice, as JAX compiles for each number of steps.
    """
    competitor = published.COMPETITORS[name]
    run = competitor.prepare()
    short = min(epochs, published.SHORT)
    orders(short)  # the orders are ready before the clock runs
    orders(epochs)

    cold = timed(partial(run, short))
    warm = timed(partial(run, short))
    answer = {
        "first": cold.seconds - warm.seconds,
        "results": cold.result,
        "seconds": warm.seconds * epochs / short,
        "whole": [],
    }
    if competitor.complete:
        run(epochs)
        whole = timed(partial(run, epochs))
        answer["seconds"] = whole.seconds
        answer["whole"] = whole.result
    return answer


WORK: dict[str, Callable[[str, int], Answer]] = {
    "train": train,
    "moons_fused": graphs.moons_fused,
    "moons_plain": graphs.moons_plain,
    "scalar_operations": graphs.scalar_operations,
    "bytes_a_node": graphs.bytes_a_node,
    "growth": graphs.growth,
}


def tasks(epochs: int, operations: int) -> list[Task]:
    steps = min(20, operations)
    sizes = {
        "moons_fused": steps,
        "moons_plain": steps,
        "scalar_operations": operations,
        "bytes_a_node": operations,
    }
    todo: list[Task] = [("train", name, epochs) for name in published.COMPETITORS]
    for work, size in sizes.items():
        todo += [(work, engine, size) for engine in graphs.ENGINES]
    chains = [size for size in graphs.SIZES if size <= 5 * operations]
    todo += [("growth", "ours", size) for size in chains]
    return todo


def measured(task: Task) -> Answer:
    """Do a task in a process of its own."""
    command = [sys.executable, "-m", "demos.benchmark", "--task", json.dumps(task)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{task} failed:\n{done.stderr}")
    last_line = done.stdout.splitlines()[-1]
    return json.loads(last_line)  # type: ignore[no-any-return]


def do(task: Task) -> Answer:
    work, who, size = task
    try:
        return WORK[work](who, size)
    except (ModuleNotFoundError, FileNotFoundError) as error:  # not on this machine
        return {"missing": str(error)}


def middle(rounds: list[Answer]) -> Answer:
    """The medians of what was measured in several rounds; the texts and results of the first."""
    first = rounds[0]
    measurements = [key for key, x in first.items() if isinstance(x, float)]
    medians = {key: median(answer[key] for answer in rounds) for key in measurements}
    return first | medians


def compare(found: dict[Task, Answer]) -> None:
    """Set `apart`, how far results are from ours at most.

    SystemExit names a competitor with other results.
    """
    for (work, who, size), answer in found.items():
        if "results" not in answer:
            continue
        reference = "ours, python" if work == "train" else "ours"
        apart = distance(answer, found[work, reference, size])
        answer["apart"] = apart
        if not apart <= TOLERANCE:  # a NaN neither
            reason = f"other results than ours, {apart:.1e} apart; no time is printed"
            sys.exit(f"{who}, {work}: {reason}")


def distance(answer: Answer, ours: Answer) -> float:
    """The largest relative difference between two answers' results."""
    differences: list[float] = []
    for name in ("results", "whole"):
        pairs = zip(answer.get(name, []), ours.get(name, []), strict=False)
        differences += [abs(a - b) / max(abs(b), 1e-3) for a, b in pairs]
    return max(differences)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Measure the engine beside others on the same work."
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--epochs",
        type=int,
        default=EPOCHS,
        help="of the published run",
    )
    parser.add_argument(
        "--operations",
        type=int,
        default=200_000,
        help="of the graph of plain operations",
    )
    parser.add_argument("--out", type=Path, default=Path("build"))
    parser.add_argument("--task", type=json.loads, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> Path:
    options = parse(arguments)
    if options.task:
        print(json.dumps(do(options.task)))
        return Path()
    todo = tasks(options.epochs, options.operations)
    rounds: list[dict[Task, Answer]] = []
    count = len(todo) * options.rounds
    with tqdm(total=count, unit="measurement", disable=None) as progress:
        for _ in range(options.rounds):
            found = {}
            for task in todo:
                found[task] = measured(task)
                progress.update()
            rounds.append(found)
    for found in rounds:
        compare(found)
    medians = {task: middle([found[task] for found in rounds]) for task in todo}
    return report.write(medians, options.out)


if __name__ == "__main__":
    main()
