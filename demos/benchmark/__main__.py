"""Measure everything in one run and write build/benchmark.md and build/benchmark.png.

    python -m demos.benchmark [--rounds 3] [--epochs 4200] [--operations 200000] [--out build]

Each competitor works in a process of its own, one after the other and round after round; a number
is the median of the rounds. Before any time is printed, results are compared. With --readme the
short form goes into the README of this folder, and the picture that it shows.
"""

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from subprocess import CalledProcessError

from autograd.extras import brought_by
from autograd.writing import escape_what_cannot_be_printed
from demos import moons
from demos.benchmark import graphs, published, replay
from demos.benchmark.clock import timed
from demos.benchmark.engines import (
    C_TAPE,
    JAX,
    MICROGPT,
    MICROGRAD,
    NATIVE,
    PROGRAM,
    PURE,
    PYTORCH,
    TAPE,
    VECTORS,
    check_engine,
)
from demos.benchmark.processes import Answer, Task, measured
from demos.benchmark.samples import EPOCHS, orders

with brought_by("bench"):
    from tqdm import tqdm

TOLERANCE = 1e-9  # relative, between results that add up in another order
LEAST = 1_000  # operations of a graph, which all leaves are in
README = Path(__file__).with_name("README.md")


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
    "gpt": graphs.gpt_step,
    "gpt_affine": graphs.gpt_step_affine,
    "moons": graphs.moons_step,
    "moons_affine": graphs.moons_step_affine,
    "operations": graphs.scalar_operations,
    "chain": graphs.long_chain,
    "bytes": graphs.bytes_a_node,
    "replay": replay.replayed_operations,
    "moons_again": replay.moons_again,
    "first_calls": replay.first_calls,
    "first_call": replay.first_call,
}


def tasks(epochs: int, operations: int) -> list[Task]:
    """All there is to do in a round."""
    steps = min(10, operations)
    ours = (PURE, NATIVE)
    parts = (operations // 200, operations // 20, operations, 5 * operations)
    sizes = sorted({max(LEAST, size) for size in parts})
    todo: list[Task] = [("train", name, epochs) for name in published.COMPETITORS]
    todo += [("gpt", who, steps) for who in (MICROGPT, *ours, PYTORCH)]
    todo += [("gpt_affine", who, steps) for who in ours]
    todo += [("moons", who, steps) for who in (MICROGRAD, *ours)]
    todo += [("moons_affine", who, steps) for who in ours]
    for size in sizes:
        todo += [("operations", who, size) for who in (*ours, C_TAPE)]
        todo += [("replay", who, size) for who in (PROGRAM, TAPE, VECTORS)]
        if size <= operations:
            todo += [("operations", who, size) for who in (MICROGRAD, MICROGPT, PYTORCH)]
    todo += [("chain", who, 5 * operations) for who in ours]
    todo += [("bytes", who, operations) for who in (MICROGRAD, MICROGPT, *ours)]
    todo += [("moons_again", who, moons.COUNT) for who in (*ours, PROGRAM, TAPE, PYTORCH, JAX)]
    todo.append(("replay", JAX, sizes[0]))  # 10,000 operations take it half a minute to compile
    todo.append(("first_calls", TAPE, sizes[0]))
    return todo


def do(task: Task) -> Answer:
    work, who, size = task
    check_engine(who)
    try:
        return WORK[work](who, size)
    except (ModuleNotFoundError, FileNotFoundError, CalledProcessError) as error:  # not here
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
        apart = distance(answer, found[reference(work, size)])
        answer["apart"] = apart
        if not apart <= TOLERANCE:  # a NaN neither
            reason = f"other results than ours, {apart:.1e} apart; no time is printed"
            sys.exit(f"{who}, {work}: {reason}")


def reference(work: str, size: int) -> Task:
    """Whose results those of a task should be."""
    if work == "train":
        return work, "ours, python", size
    recorded = "operations" if work == "replay" else work
    return recorded, PURE, size


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
    parser.add_argument("--readme", action="store_true", help="write its README's numbers anew")
    parser.add_argument("--task", type=json.loads, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> Path:
    escape_what_cannot_be_printed()
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
    from demos.benchmark import report  # with matplotlib, which no task has a use for

    medians = {task: middle([found[task] for found in rounds]) for task in todo}
    return report.write(medians, options.out, README if options.readme else None)


if __name__ == "__main__":
    main()
