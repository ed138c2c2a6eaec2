"""Partial derivatives as slopes of cuts through a surface, their gradient, and the way down.

    python demos/gradient.py [--rate 0.2] [--out build/gradient.png]

A partial derivative is the derivative of the function of one variable that is left when the others
are fixed. The partials form the gradient, and descent walks against it.
"""

import argparse
import math
from pathlib import Path
from typing import Any, NamedTuple

from autograd import Value, grad, numeric_derivative
from autograd.extras import brought_by
from autograd.writing import escape_what_cannot_be_printed

with brought_by("plot"):
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

START = (0.9, 0.1)  # on the far slope of the picture, whose inside shows
STEPS = 12
STEEPEST = 3.0  # the larger eigenvalue of the Hessian (2 1; 1 2)

EDGE = 1.5  # the surface is drawn for x and y from -EDGE to EDGE
GROUND = -3.0  # the height of the ground under it
ARROWS = 0.3  # the length of an arrow for a slope of 1

ORANGE = "#ED7D31"
BLUE = "#4472C4"
RED = "#C00000"
GREEN = "#548235"
GRAY = "#AAAAAA"


class Step(NamedTuple):
    """A point, the surface's height there, and the two partial derivatives."""

    x: float
    y: float
    f: float
    f_x: float
    f_y: float


def surface(x: Any, y: Any) -> Any:
    """A bowl, of numbers, Values or arrays, with its lowest point at (0, 0).

    It is longer along one diagonal than along the other.
    """
    return x**2 + x * y + y**2


def along_x(x: Any) -> Any:
    """What is left of the surface when y is fixed: its cut at y = const."""
    return surface(x, START[1])


def along_y(y: Any) -> Any:
    return surface(START[0], y)


def at(x: float, y: float) -> Step:
    a = Value(x, "x")
    b = Value(y, "y")
    f = surface(a, b)
    return Step(x, y, f.data, *grad(f, [a, b]))


def descend(rate: float) -> list[Step]:
    """The points of gradient descent from START."""
    path = [at(*START)]
    for _ in range(STEPS):
        last = path[-1]
        x = last.x - rate * last.f_x
        y = last.y - rate * last.f_y
        path.append(at(x, y))
    return path


def table(path: list[Step]) -> str:
    start = path[0]
    place = f"({start.x:g}, {start.y:g})"
    x_slope = numeric_derivative(along_x, start.x)
    y_slope = numeric_derivative(along_y, start.y)
    lines = [
        f"∂f/∂x at {place}: {start.f_x:.12f}, slope of the cut y = {start.y:g}: {x_slope:.12f}",
        f"∂f/∂y at {place}: {start.f_y:.12f}, slope of the cut x = {start.x:g}: {y_slope:.12f}",
        f"{'step':>4} {'x':>9} {'y':>9} {'f':>9} {'∂f/∂x':>9} {'∂f/∂y':>9} {'|grad f|':>9}",
    ]
    for i, step in enumerate(path):
        numbers = [*step, math.hypot(step.f_x, step.f_y)]
        columns = " ".join(f"{number:>9.6f}" for number in numbers)
        lines.append(f"{i:>4} {columns}")
    return "\n".join(lines)


def contours(axes: Any, grid: Any, levels: list[float], **looks: Any) -> None:
    """The lines along which the surface has these heights."""
    heights = surface(*grid)
    axes.contour(*grid, heights, levels, colors=GRAY, linewidths=0.8, **looks)


def bowl(figure: Figure, place: int, title: str) -> Any:
    """Axes with the surface over its ground.

    They draw by zorder, as the computed order goes by the depth of whole surfaces.
    """
    axes = figure.add_subplot(place, projection="3d", computed_zorder=False)
    axes.view_init(elev=26, azim=-118)
    side = np.linspace(-EDGE, EDGE, 21)
    grid = np.meshgrid(side, side)
    axes.plot_surface(
        *grid,
        surface(*grid),
        color="#DDE6F2",
        edgecolor="#C4D0E2",
        linewidth=0.4,
        alpha=0.6,
        shade=False,
    )
    levels = [0.2 * k * k for k in range(1, 7)]
    contours(axes, grid, levels, zdir="z", offset=GROUND, zorder=0)
    axes.set(title=title, xlabel="x", ylabel="y", zlabel="f")
    axes.set_xticks((-1, 0, 1))
    axes.set_yticks((-1, 0, 1))
    axes.set_zticks(range(0, 7, 2))
    axes.set_xlim(-EDGE, EDGE)
    axes.set_ylim(-EDGE, EDGE)
    axes.set_zlim(GROUND, 3 * EDGE**2)
    axes.set_box_aspect((1, 1, 0.85), zoom=1.15)
    return axes


def flat(figure: Figure, place: int, levels: list[float]) -> Axes:
    """Axes that show the surface from above, by its contours at these heights."""
    axes = figure.add_subplot(place, aspect="equal")
    side = np.linspace(-2, 2, 201)
    grid = np.meshgrid(side, side)
    contours(axes, grid, levels)
    axes.set_ylabel("y")
    return axes


def plot_cut(axes: Any, points: list[Any], color: str, label: str) -> None:
    """A cut as a curve in the surface, over a curtain down to the ground."""
    xs, ys, zs = points
    axes.plot_surface(
        np.array([xs, xs]),
        np.array([ys, ys]),
        np.array([zs, 0 * zs + GROUND]),
        color=color,
        alpha=0.15,
        shade=False,
    )
    axes.plot(xs, ys, zs, color=color, zorder=4, label=label)


def plot_tangent(axes: Any, points: list[Any], color: str, partial: str) -> None:
    label = f"its tangent, slope {partial}"
    axes.plot(*points, color=color, linewidth=3, zorder=5, label=label)


def plot_cuts(axes: Any, start: Step) -> None:
    """The cuts through START with their tangents, and the gradient on the ground."""
    x, y, f, f_x, f_y = start
    along = np.linspace(-EDGE, EDGE, 101)
    near = np.array([-0.7, 0.7])

    x_cut = [along, 0 * along + y, along_x(along)]
    x_tangent = [x + near, 0 * near + y, f + f_x * near]
    plot_cut(axes, x_cut, ORANGE, "cut, y fixed")
    plot_tangent(axes, x_tangent, ORANGE, f"∂f/∂x = {f_x:g}")

    y_cut = [0 * along + x, along, along_y(along)]
    y_tangent = [0 * near + x, y + near, f + f_y * near]
    plot_cut(axes, y_cut, BLUE, "cut, x fixed")
    plot_tangent(axes, y_tangent, BLUE, f"∂f/∂y = {f_y:g}")

    axes.plot(x, y, f, "o", color="black", zorder=6)
    axes.quiver(
        x,
        y,
        GROUND,
        ARROWS * f_x,
        ARROWS * f_y,
        0,
        color=RED,
        linewidth=2.5,
        zorder=6,
    )


def plot_arrow(axes: Axes, start: Step, arrow: tuple[float, float], color: str, text: str) -> None:
    """An arrow from START, and its text at its head."""
    axes.arrow(
        start.x,
        start.y,
        *arrow,
        color=color,
        width=0.01,
        length_includes_head=True,
        zorder=4,
    )
    axes.text(
        start.x + arrow[0],
        start.y + arrow[1] + 0.04,
        text,
        color=color,
        ha="center",
        backgroundcolor="white",
    )


def plot_gradient(axes: Axes, start: Step) -> None:
    """The partials at START as arrows that add up to the gradient, and the contour's direction."""
    right = ARROWS * start.f_x
    up = ARROWS * start.f_y
    here = (start.x, start.y)
    ahead = (start.x - up, start.y + right)
    axes.axline(here, ahead, color="black", linestyle="--", linewidth=1)
    plot_arrow(axes, start, (right, 0), ORANGE, f"∂f/∂x = {start.f_x:g}")
    plot_arrow(axes, start, (0, up), BLUE, f"∂f/∂y = {start.f_y:g}")
    plot_arrow(axes, start, (right, up), RED, "gradient")
    axes.set_title("the partials form the gradient, ⊥ to the contour")
    axes.set_xlabel(f"x (arrows at {ARROWS:g} of their length)")
    axes.set_xlim(start.x - 0.4, start.x + 0.8)
    axes.set_ylim(start.y - 0.4, start.y + 0.8)


def plot(path: list[Step], out: Path) -> None:
    """Above, the cuts and the gradient; below, the descent on the surface and from above."""
    start = path[0]
    xs = [step.x for step in path]
    ys = [step.y for step in path]
    heights = [step.f for step in path]
    figure = Figure(figsize=(11, 9.4), layout="constrained")

    cuts = bowl(figure, 221, f"f(x, y) = x² + xy + y², cut at ({start.x:g}, {start.y:g})")
    plot_cuts(cuts, start)
    walk = bowl(figure, 223, f"gradient descent, {STEPS} steps")
    walk.plot(xs, ys, heights, "o-", color=GREEN, markersize=4, zorder=6)
    ground = flat(figure, 222, [start.f * k / 2 for k in range(1, 9)])
    plot_gradient(ground, start)
    above = flat(figure, 224, sorted(set(heights[:6])))
    above.plot(xs, ys, "o-", color=GREEN, markersize=4)
    above.set_title("each step starts at a right angle to its contour")
    above.set(xlabel="x", xlim=(-1.2, 1.2), ylim=(-1.2, 1.2))

    labels = cuts.get_legend_handles_labels()
    figure.legend(*labels, loc="outside upper center", ncols=4)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, format="png")


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Partial derivatives, the gradient, and gradient descent on a surface."
    )
    parser.add_argument(
        "--rate",
        type=float,
        default=0.2,
        help="a step is minus the gradient times this (default: 0.2)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/gradient.png"),
        help="where the picture goes",
    )
    options = parser.parse_args(argv)
    if not 0 < options.rate < 2 / STEEPEST:
        limits = f"between 0 and 2/{STEEPEST:g}"
        reason = "with more, steps along the steepest diagonal lead up"
        parser.error(f"--rate is {limits}: {reason}")
    return options


def main(argv: list[str] | None = None) -> list[Step]:
    escape_what_cannot_be_printed()
    options = parse(argv)
    path = descend(options.rate)
    print(table(path))
    plot(path, options.out)
    print(f"Written: {options.out}")
    return path


if __name__ == "__main__":
    main()
