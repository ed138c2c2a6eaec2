"""Newton's method in Rosenbrock's valley, beside gradient descent: 22 steps against 34,870.

    python demos/newton.py [--out build/newton.png]

The gradient says which way is down; the Hessian says how the gradient changes on the way, and so
how far to go.
"""

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from autograd import Value, grad, hessian
from autograd.extras import brought_by
from autograd.writing import escape_what_cannot_be_printed

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

START = (-1.2, 1.0)
TOLERANCE = 1e-12
RATE = 0.002  # across the valley f'' is about 1000: a longer step, past 2/f'', leads up
COLORS = {"gradient descent": "#ED7D31", "Newton": "#4472C4"}

Scalar = TypeVar("Scalar", Value, float)
Vector = tuple[float, float]
Direction = Callable[[Value, list[Value], list[float]], Vector]


class Step(NamedTuple):
    """A point, the function there, and the length of its gradient."""

    x: float
    y: float
    f: float
    slope: float


def rosenbrock(x: Scalar, y: Scalar) -> Scalar:
    """A narrow valley along y = x², whose floor falls gently to 0 at (1, 1)."""
    return (1.0 - x) ** 2 + 100.0 * (y - x**2) ** 2


def newton(f: Value, inputs: list[Value], gradient: list[float]) -> Vector:
    """The step to where the gradient is 0 if the Hessian stays as it is.

    It solves H · (dx, dy) = −gradient, here by Cramer's rule.
    """
    f_x = gradient[0]
    f_y = gradient[1]
    second = hessian(f, inputs)
    f_xx = second[0][0]
    f_xy = second[0][1]
    f_yy = second[1][1]
    determinant = f_xx * f_yy - f_xy * f_xy
    dx = (f_xy * f_y - f_yy * f_x) / determinant
    dy = (f_xy * f_x - f_xx * f_y) / determinant
    return dx, dy


def steepest(f: Value, inputs: list[Value], gradient: list[float]) -> Vector:
    """The step of gradient descent."""
    return -RATE * gradient[0], -RATE * gradient[1]


def descend(direction: Direction) -> list[Step]:
    """The points from START until the gradient vanishes, each step halved until it leads down."""
    x = START[0]
    y = START[1]
    path: list[Step] = []
    while True:
        inputs = [Value(x, "x"), Value(y, "y")]
        f = rosenbrock(*inputs)
        gradient = grad(f, inputs)
        slope = math.hypot(*gradient)
        path.append(Step(x, y, f.data, slope))
        if slope <= TOLERANCE:
            return path
        dx, dy = direction(f, inputs, gradient)
        # Newton's step leads down where H is positive definite: all along here.
        while rosenbrock(x + dx, y + dy) >= f.data:
            dx /= 2
            dy /= 2
        x += dx
        y += dy


def table(path: list[Step]) -> str:
    lines = [f"{'step':>4} {'x':>19} {'y':>19} {'f':>9} {'|gradient|':>10}"]
    for i, step in enumerate(path):
        point = f"{step.x:>19.16f} {step.y:>19.16f}"
        lines.append(f"{i:>4} {point} {step.f:>9.2e} {step.slope:>10.2e}")
    return "\n".join(lines)


def plot_valley(axes: Axes) -> None:
    """The contours of f, one at each power of √10, and its minimum."""
    xs = [i / 100 for i in range(-160, 141)]
    ys = [i / 100 for i in range(-50, 161)]
    heights = [[rosenbrock(x, y) for x in xs] for y in ys]
    levels = [10 ** (k / 2) for k in range(-4, 7)]
    axes.contour(xs, ys, heights, levels, colors="#BBBBBB", linewidths=0.8)
    axes.set_title("f(x, y) = (1 − x)² + 100 (y − x²)², a contour at each power of √10")
    axes.set(xlabel="x", ylabel="y")


def plot_path(valley: Axes, progress: Axes, name: str, path: list[Step]) -> None:
    """A path over the contours, and its f by step."""
    xs = [step.x for step in path]
    ys = [step.y for step in path]
    heights = [step.f for step in path]
    color = COLORS[name]
    marker = "o" if len(path) < 100 else ""
    label = f"{name}: {len(path) - 1:,} steps to f = {heights[-1]:.1g}"
    valley.plot(
        xs,
        ys,
        color=color,
        marker=marker,
        markersize=4,
        label=label,
    )
    progress.plot(heights, color=color, marker=marker, markersize=4)


def plot(paths: dict[str, list[Step]], out: Path) -> None:
    """The paths over the contours of f, and f by step."""
    figure = Figure(figsize=(12, 5.2), layout="constrained")
    panels = figure.subplots(1, 2, width_ratios=(1.5, 1))
    valley = panels[0]
    progress = panels[1]
    plot_valley(valley)
    for name, path in paths.items():
        plot_path(valley, progress, name, path)
    valley.plot(1, 1, "*", color="#D9480F", markersize=14, label="minimum")
    progress.set(title="f by step", xlabel="step", ylabel="f")
    progress.set_xscale("symlog")
    progress.set_yscale("log")
    figure.legend(loc="outside lower center", ncols=3)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, format="png")


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Newton's method beside gradient descent, in Rosenbrock's valley."
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/newton.png"),
        help="where the picture goes",
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> dict[str, list[Step]]:
    escape_what_cannot_be_printed()
    options = parse(argv)
    descent = descend(steepest)
    paths = {"gradient descent": descent, "Newton": descend(newton)}
    print(table(paths["Newton"]))
    last = descent[-1]
    arrival = f"f = {last.f:.2e}, |gradient| = {last.slope:.2e}"
    print(f"gradient descent: {len(descent) - 1:,} steps to {arrival}")
    plot(paths, options.out)
    print(f"Written: {options.out}")
    return paths


if __name__ == "__main__":
    main()
