"""Newton's method in Rosenbrock's valley, beside gradient descent: two dozen steps against tens of thousands.

    python demos/newton.py [--out build/newton.png]

The gradient says which way is down; the Hessian says how the gradient changes on the way, and so how far to go.
"""

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from matplotlib.figure import Figure

from autograd import Value, grad, hessian

START, TOLERANCE = (-1.2, 1.0), 1e-12
RATE = 0.002  # across the valley f'' is about 1000: a longer step, past 2/f'', ends higher than it began

Scalar = TypeVar("Scalar", Value, float)
Direction = Callable[[Value, list[Value], list[float]], tuple[float, float]]


class Step(NamedTuple):
    x: float
    y: float
    f: float
    slope: float


def rosenbrock(x: Scalar, y: Scalar) -> Scalar:
    """A narrow valley along y = x², whose floor falls gently to 0 at (1, 1)."""
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def newton(f: Value, inputs: list[Value], gradient: list[float]) -> tuple[float, float]:
    """The step to where the gradient is 0 if the Hessian stays as it is: H · (dx, dy) = −gradient, by Cramer's rule."""
    f_x, f_y = gradient
    (f_xx, f_xy), (_, f_yy) = hessian(f, inputs)
    determinant = f_xx * f_yy - f_xy * f_xy
    return (f_xy * f_y - f_yy * f_x) / determinant, (f_xy * f_x - f_xx * f_y) / determinant


def steepest(f: Value, inputs: list[Value], gradient: list[float]) -> tuple[float, float]:
    """The step of gradient descent."""
    return -RATE * gradient[0], -RATE * gradient[1]


def descend(direction: Direction) -> list[Step]:
    """The points from START until the gradient vanishes, each step halved until it leads down."""
    (x, y), path = START, list[Step]()
    while True:
        inputs = [Value(x, "x"), Value(y, "y")]
        f = rosenbrock(*inputs)
        gradient = grad(f, inputs)
        path.append(Step(x, y, f.data, math.hypot(*gradient)))
        if path[-1].slope <= TOLERANCE:
            return path
        dx, dy = direction(f, inputs, gradient)
        while rosenbrock(x + dx, y + dy) >= f.data:  # Newton's leads down where H is positive definite: all along here
            dx, dy = dx / 2, dy / 2
        x, y = x + dx, y + dy


def table(path: list[Step]) -> str:
    head = f"{'step':>4} {'x':>19} {'y':>19} {'f':>9} {'|gradient|':>10}"
    return "\n".join([head, *(f"{i:>4} {x:>19.16f} {y:>19.16f} {f:>9.2e} {g:>10.2e}" for i, (x, y, f, g) in enumerate(path))])


def plot(paths: dict[str, list[Step]], out: Path) -> None:
    """The paths over the contours of f, and f by step."""
    figure = Figure(figsize=(12, 5.2), layout="constrained")
    valley, progress = figure.subplots(1, 2, width_ratios=(1.5, 1))
    xs, ys = [i / 100 for i in range(-160, 141)], [i / 100 for i in range(-50, 161)]
    levels = [10 ** (k / 2) for k in range(-4, 7)]
    valley.contour(xs, ys, [[rosenbrock(x, y) for x in xs] for y in ys], levels, colors="#BBBBBB", linewidths=0.8)
    for (name, path), color in zip(paths.items(), ("#ED7D31", "#4472C4"), strict=True):
        x, y, f, _ = zip(*path, strict=True)
        marker = "o" if len(path) < 100 else ""
        valley.plot(x, y, color=color, marker=marker, markersize=4, label=f"{name}: {len(path) - 1:,} steps to f = {f[-1]:.1g}")
        progress.plot(f, color=color, marker=marker, markersize=4)
    valley.plot(1, 1, "*", color="#D9480F", markersize=14, label="minimum")
    valley.set(xlabel="x", ylabel="y", title="f(x, y) = (1 − x)² + 100 (y − x²)², a contour at each power of √10")
    progress.set(xlabel="step", ylabel="f", title="f by step", xscale="symlog", yscale="log")
    figure.legend(loc="outside lower center", ncols=3)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, format="png")


def main(argv: list[str] | None = None) -> dict[str, list[Step]]:
    parser = argparse.ArgumentParser(description="Newton's method beside gradient descent, in Rosenbrock's valley.")
    parser.add_argument("--out", type=Path, default=Path("build/newton.png"), help="where the picture goes")
    options = parser.parse_args(argv)
    paths = {"gradient descent": descend(steepest), "Newton": descend(newton)}
    print(table(paths["Newton"]))
    *_, last = descent = paths["gradient descent"]
    print(f"gradient descent: {len(descent) - 1:,} steps to f = {last.f:.2e}, |gradient| = {last.slope:.2e}")
    plot(paths, options.out)
    print(f"Written: {options.out}")
    return paths


if __name__ == "__main__":
    main()
