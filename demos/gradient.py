"""Partial derivatives as slopes of cuts through a surface, the gradient they form, and the way down against it.

    python demos/gradient.py [--rate 0.2] [--out build/gradient.png]

A partial derivative is the derivative of the function of one variable that is left when the others are fixed.
"""

import argparse
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from autograd import Value, grad, numeric_derivative

START, STEPS = (0.9, 0.1), 12  # on the far slope of the picture, whose inside shows
STEEPEST = 3.0  # the larger eigenvalue of the Hessian (2 1; 1 2)
EDGE, GROUND = 1.5, -3.0  # the part of the surface that is drawn, and the ground under it
ORANGE, BLUE, RED, GREEN, GRAY = "#ED7D31", "#4472C4", "#C00000", "#548235", "#AAAAAA"


class Step(NamedTuple):
    x: float
    y: float
    f: float
    f_x: float
    f_y: float


def surface(x: Any, y: Any) -> Any:
    """A bowl with its lowest point at (0, 0), longer along one diagonal than along the other: of numbers, Values or arrays."""
    return x**2 + x * y + y**2


def along_x(x: Any) -> Any:
    """What is left of the surface when y is fixed: its cut at y = const."""
    return surface(x, START[1])


def along_y(y: Any) -> Any:
    return surface(START[0], y)


def at(x: float, y: float) -> Step:
    f = surface(a := Value(x, "x"), b := Value(y, "y"))
    return Step(x, y, f.data, *grad(f, [a, b]))


def descend(rate: float) -> list[Step]:
    """The points of gradient descent from START."""
    path = [at(*START)]
    for _ in range(STEPS):
        x, y, _, f_x, f_y = path[-1]
        path.append(at(x - rate * f_x, y - rate * f_y))
    return path


def table(path: list[Step]) -> str:
    x, y, _, f_x, f_y = path[0]
    lines = [f"∂f/∂x at ({x:g}, {y:g}): {f_x:.12f}, slope of the cut y = {y:g}: {numeric_derivative(along_x, x):.12f}"]
    lines += [f"∂f/∂y at ({x:g}, {y:g}): {f_y:.12f}, slope of the cut x = {x:g}: {numeric_derivative(along_y, y):.12f}"]
    lines += [f"{'step':>4} {'x':>9} {'y':>9} {'f':>9} {'∂f/∂x':>9} {'∂f/∂y':>9} {'|grad f|':>9}"]
    lines += [" ".join([f"{i:>4}", *(f"{n:>9.6f}" for n in (*step, math.hypot(*step[3:])))]) for i, step in enumerate(path)]
    return "\n".join(lines)


def bowl(axes: Any, title: str) -> None:
    """The surface over its ground, in axes that draw by zorder: the computed order goes by the depth of whole surfaces."""
    xs, ys = np.meshgrid(*[np.linspace(-EDGE, EDGE, 21)] * 2)
    zs = surface(xs, ys)
    axes.plot_surface(xs, ys, zs, color="#DDE6F2", edgecolor="#C4D0E2", linewidth=0.4, alpha=0.6, shade=False)
    axes.contour(xs, ys, zs, [0.2 * k * k for k in range(1, 7)], zdir="z", offset=GROUND, colors=GRAY, linewidths=0.8, zorder=0)
    axes.set(xlabel="x", ylabel="y", zlabel="f", xticks=(-1, 0, 1), yticks=(-1, 0, 1), zticks=range(0, 7, 2))
    axes.set(title=title, xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), zlim=(GROUND, 3 * EDGE**2))
    axes.set_box_aspect((1, 1, 0.85), zoom=1.15)


def plot(path: list[Step], out: Path) -> None:
    """Above, the cuts with their tangents, and the gradient on the ground; below, the descent on the surface and from above."""
    x0, y0, f, f_x, f_y = path[0]
    figure = Figure(figsize=(11, 9.4), layout="constrained")
    cuts, walk = (figure.add_subplot(k, projection="3d", elev=26, azim=-118, computed_zorder=False) for k in (221, 223))
    ground, above = (figure.add_subplot(k, aspect="equal", ylabel="y") for k in (222, 224))
    wide, ticks, near = np.linspace(-2, 2, 201), np.linspace(-EDGE, EDGE, 101), np.array([-0.7, 0.7])
    heights, dx, dy = surface(*np.meshgrid(wide, wide)), 0.3 * f_x, 0.3 * f_y
    texts, colors = (f"∂f/∂x = {f_x:g}", f"∂f/∂y = {f_y:g}", "gradient"), (ORANGE, BLUE, RED)
    x_cut, x_line = (ticks, y0 + 0 * ticks, along_x(ticks)), (x0 + near, y0 + 0 * near, f + f_x * near)
    y_cut, y_line = (x0 + 0 * ticks, ticks, along_y(ticks)), (x0 + 0 * near, y0 + near, f + f_y * near)
    bowl(cuts, f"f(x, y) = x² + xy + y², cut at ({x0:g}, {y0:g})")
    for fixed, (xs, ys, zs), line, text, color in zip("yx", (x_cut, y_cut), (x_line, y_line), texts, colors, strict=False):
        cuts.plot_surface(*map(np.array, ([xs, xs], [ys, ys], [zs, 0 * zs + GROUND])), color=color, alpha=0.15, shade=False)
        cuts.plot(xs, ys, zs, color=color, zorder=4, label=f"cut, {fixed} fixed")
        cuts.plot(*line, color=color, linewidth=3, zorder=5, label=f"its tangent, slope {text}")
    cuts.plot(x0, y0, f, "o", color="black", zorder=6)
    cuts.quiver(x0, y0, GROUND, dx, dy, 0, color=RED, linewidth=2.5, zorder=6)
    ground.contour(wide, wide, heights, [f * k / 2 for k in range(1, 9)], colors=GRAY, linewidths=0.8)
    ground.axline((x0, y0), (x0 - dy, y0 + dx), color="black", linestyle="--", linewidth=1)
    for right, up, text, color in zip((dx, 0, dx), (0, dy, dy), texts, colors, strict=True):
        ground.arrow(x0, y0, right, up, color=color, width=0.01, length_includes_head=True, zorder=4)
        ground.text(x0 + right, y0 + up + 0.04, text, color=color, ha="center", backgroundcolor="white")
    ground.set(title="the partials form the gradient, ⊥ to the contour", xlabel="x (arrows at 0.3 of their length)")
    ground.set(xlim=(x0 - 0.4, x0 + 0.8), ylim=(y0 - 0.4, y0 + 0.8))
    bowl(walk, f"gradient descent, {STEPS} steps")
    walk.plot(*zip(*[step[:3] for step in path], strict=True), "o-", color=GREEN, markersize=4, zorder=6)
    above.contour(wide, wide, heights, sorted({step.f for step in path[:6]}), colors=GRAY, linewidths=0.8)
    above.plot(*zip(*[step[:2] for step in path], strict=True), "o-", color=GREEN, markersize=4)
    above.set(title="each step starts at a right angle to its contour", xlabel="x", xlim=(-1.2, 1.2), ylim=(-1.2, 1.2))
    figure.legend(*cuts.get_legend_handles_labels(), loc="outside upper center", ncols=4)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, format="png")


def main(argv: list[str] | None = None) -> list[Step]:
    parser = argparse.ArgumentParser(description="Partial derivatives, the gradient, and gradient descent on a surface.")
    parser.add_argument("--rate", type=float, default=0.2, help="a step is minus the gradient times this (default: 0.2)")
    parser.add_argument("--out", type=Path, default=Path("build/gradient.png"), help="where the picture goes")
    options = parser.parse_args(argv)
    if not 0 < options.rate < 2 / STEEPEST:
        parser.error(f"--rate is between 0 and 2/{STEEPEST:g}: with more, steps along the steepest diagonal lead up")
    path = descend(options.rate)
    print(table(path))
    plot(path, options.out)
    print(f"Written: {options.out}")
    return path


if __name__ == "__main__":
    main()
