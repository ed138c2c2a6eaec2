"""micrograd's own demo: a 2-16-16-1 network learns to tell two moons apart, one graph for all samples at each step.

    python demos/moons.py [--steps 100] [--out build/moons.png]

The loss is the hinge of an SVM plus a little weight decay, and the whole graph of 100 samples, some 8,000 nodes, is recorded
anew at each of 100 steps. `accuracy` and the map of the boundary come from the same network as a program.
"""

import argparse
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

import autograd
from autograd import MLP, Value

ALPHA, COUNT = 1e-4, 100

Points = tuple[list[list[float]], list[float]]


def moons(count: int, seed: int, noise: float = 0.1) -> Points:
    """Two half circles, one reaching into the other; their points with Gaussian noise, and +1 or −1."""
    rng, xs, ys = random.Random(seed), list[list[float]](), list[float]()
    for i in range(count):
        angle, lower = math.pi * rng.random(), i % 2
        x = (1.0 - math.cos(angle), 0.5 - math.sin(angle)) if lower else (math.cos(angle), math.sin(angle))
        xs.append([x[0] + rng.gauss(0.0, noise), x[1] + rng.gauss(0.0, noise)])
        ys.append(1.0 if lower else -1.0)
    return xs, ys


def total_loss(model: Any, xs: Sequence[Any], ys: Sequence[float]) -> Any:
    """The mean hinge over all samples plus the decay: what micrograd's demo computes, for its model as well as ours."""
    scores = list(map(model, xs))
    hinges = [(1.0 + -y * score).relu() for y, score in zip(ys, scores, strict=True)]
    return sum(hinges) * (1.0 / len(hinges)) + ALPHA * sum(p * p for p in model.parameters())


def step(model: Any, xs: Sequence[Any], ys: Sequence[float], rate: float) -> float:
    """One step of gradient descent: record, differentiate, move; gives the loss before it."""
    loss = total_loss(model, xs, ys)
    model.zero_grad()
    loss.backward()
    for p in model.parameters():
        p.data -= rate * p.grad
    return loss.data  # type: ignore[no-any-return]  # of any model


def train(model: MLP, points: Points, steps: int) -> list[float]:
    """micrograd's schedule: the learning rate falls from 1.0 to 0.1."""
    return [step(model, *points, rate=1.0 - 0.9 * k / steps) for k in range(steps)]


def scores(model: MLP, points: Sequence[Sequence[float]]) -> list[float]:
    """What the network says of each point, by its program."""
    x = [Value(0.0, "x_1"), Value(0.0, "x_2")]
    program = autograd.compile(model(x), inputs=x)
    return [program(*point)[0] for point in points]


def accuracy(model: MLP, points: Points) -> float:
    """The share of points that get their own sign."""
    xs, ys = points
    return sum(score * y > 0.0 for score, y in zip(scores(model, xs), ys, strict=True)) / len(ys)


def plot(model: MLP, points: Points, losses: list[float], path: Path) -> None:
    side = 60
    columns, rows = ([low + (high - low) * i / (side - 1) for i in range(side)] for low, high in ((-1.5, 2.5), (-1.1, 1.6)))
    heights = scores(model, [(x, y) for y in rows for x in columns])
    grid = [heights[i : i + side] for i in range(0, len(heights), side)]
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    plane, curve = figure.subplots(1, 2, width_ratios=(3, 2))
    most = max(map(abs, heights))
    plane.contourf(columns, rows, grid, levels=20, cmap="RdBu", vmin=-most, vmax=most, alpha=0.8)
    plane.contour(columns, rows, grid, levels=[0.0], colors="black", linewidths=1.5)
    for sign, colour in ((-1.0, "#b2182b"), (1.0, "#2166ac")):
        where = [x for x, y in zip(*points, strict=True) if y == sign]
        plane.scatter(*zip(*where, strict=True), s=22, color=colour, edgecolors="white", linewidths=0.6)
    plane.set(title="score of the network, and where it is 0", aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    curve.semilogy(losses, color="black")
    curve.set(title="loss", xlabel="step")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def main(arguments: list[str] | None = None) -> float:
    parser = argparse.ArgumentParser(description="Train micrograd's network on two moons and draw its boundary.")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--out", type=Path, default=Path("build/moons.png"))
    options = parser.parse_args(arguments)
    model, points = MLP(2, [16, 16, 1], seed=0), moons(COUNT, seed=0)
    losses = train(model, points, options.steps)
    seen, fresh = accuracy(model, points), accuracy(model, moons(1000, seed=1))
    plot(model, points, losses, options.out)
    print(f"loss {losses[0]:.4f} → {losses[-1]:.4f} in {options.steps} steps; right are {seen:.1%} of {COUNT} samples and "
          f"{fresh:.1%} of 1,000 fresh ones; {options.out}")  # fmt: skip
    return seen


if __name__ == "__main__":
    main()
