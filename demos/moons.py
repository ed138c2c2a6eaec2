"""micrograd's own demo: a 2-16-16-1 network learns to tell two moons apart.

    python demos/moons.py [--steps 100] [--out build/moons.png]

The loss is the hinge of an SVM plus a little weight decay, and the whole graph of 100 samples, some
8,000 nodes, is recorded anew at each of 100 steps. `accuracy` and the map of the boundary come from
the same network as a program.
"""

import argparse
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import autograd
from autograd import MLP, Value
from autograd.extras import brought_by
from autograd.writing import escape_what_cannot_be_printed

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ALPHA = 1e-4  # of the weight decay
COUNT = 100
SIDE = 60  # points along each side of the map
LOWER_MOON = 1.0
UPPER_MOON = -1.0
COLORS = {UPPER_MOON: "#b2182b", LOWER_MOON: "#2166ac"}

Points = tuple[list[list[float]], list[float]]


def moons(count: int, seed: int, noise: float = 0.1) -> Points:
    """Two half circles, one reaching into the other; their points with Gaussian noise, and ±1."""
    rng = random.Random(seed)
    xs: list[list[float]] = []
    ys: list[float] = []
    for i in range(count):
        angle = math.pi * rng.random()
        x1 = math.cos(angle)
        x2 = math.sin(angle)
        y = UPPER_MOON
        if i % 2:
            x1 = 1.0 - x1
            x2 = 0.5 - x2
            y = LOWER_MOON
        x1 += rng.gauss(0.0, noise)
        x2 += rng.gauss(0.0, noise)
        xs.append([x1, x2])
        ys.append(y)
    return xs, ys


def total_loss(model: Any, xs: Sequence[Any], ys: Sequence[float]) -> Any:
    """The mean hinge over all samples plus the decay.

    It is what micrograd's demo computes, for its model as well as ours.
    """
    scores = [model(x) for x in xs]
    hinges = [(1.0 + -y * score).relu() for y, score in zip(ys, scores, strict=True)]
    mean = sum(hinges) * (1.0 / len(hinges))
    decay = ALPHA * sum(p * p for p in model.parameters())
    return mean + decay


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
    rates = [1.0 - 0.9 * k / steps for k in range(steps)]
    return [step(model, *points, rate) for rate in rates]


def scores(model: MLP, points: Sequence[Sequence[float]]) -> list[float]:
    """What the network says of each point, by its program."""
    x = [Value(0.0, "x_1"), Value(0.0, "x_2")]
    program = autograd.compile(model(x), inputs=x)
    return [program(*point)[0] for point in points]


def accuracy(model: MLP, points: Points) -> float:
    """The share of points that get their own sign."""
    xs, ys = points
    found = scores(model, xs)
    right = [score * y > 0.0 for score, y in zip(found, ys, strict=True)]
    return sum(right) / len(right)


def evenly_between(low: float, high: float) -> list[float]:
    """SIDE numbers from low to high."""
    return [low + (high - low) * i / (SIDE - 1) for i in range(SIDE)]


def plot_map(axes: Axes, model: MLP) -> None:
    """The score of the network over the plane, and where it is 0."""
    columns = evenly_between(-1.5, 2.5)
    rows = evenly_between(-1.1, 1.6)
    heights = scores(model, [(x, y) for y in rows for x in columns])
    grid = [heights[i : i + SIDE] for i in range(0, len(heights), SIDE)]
    most = max(abs(height) for height in heights)
    axes.contourf(
        columns,
        rows,
        grid,
        levels=20,
        cmap="RdBu",
        vmin=-most,
        vmax=most,
        alpha=0.8,
    )
    axes.contour(
        columns,
        rows,
        grid,
        levels=[0.0],
        colors="black",
        linewidths=1.5,
    )
    axes.set_title("score of the network, and where it is 0")
    axes.set_aspect("equal")
    axes.set_xlabel("$x_1$")
    axes.set_ylabel("$x_2$")


def plot_points(axes: Axes, points: Points) -> None:
    for sign, color in COLORS.items():
        moon = [x for x, y in zip(*points, strict=True) if y == sign]
        axes.scatter(
            [x[0] for x in moon],
            [x[1] for x in moon],
            s=22,
            color=color,
            edgecolors="white",
            linewidths=0.6,
        )


def plot(model: MLP, points: Points, losses: list[float], path: Path) -> None:
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    panels = figure.subplots(1, 2, width_ratios=(3, 2))
    plane = panels[0]
    curve = panels[1]
    plot_map(plane, model)
    plot_points(plane, points)
    curve.semilogy(losses, color="black")
    curve.set_title("loss")
    curve.set_xlabel("step")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Train micrograd's network on two moons and draw its boundary."
    )
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--out", type=Path, default=Path("build/moons.png"))
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> float:
    escape_what_cannot_be_printed()
    options = parse(arguments)
    model = MLP(2, [16, 16, 1], seed=0)
    points = moons(COUNT, seed=0)
    losses = train(model, points, options.steps)
    seen = accuracy(model, points)
    fresh = accuracy(model, moons(1000, seed=1))
    plot(model, points, losses, options.out)
    course = f"loss {losses[0]:.4f} → {losses[-1]:.4f} in {options.steps} steps"
    right = f"{seen:.1%} of {COUNT} samples and {fresh:.1%} of 1,000 fresh ones"
    print(f"{course}; right are {right}; {options.out}")
    return seen


if __name__ == "__main__":
    main()
