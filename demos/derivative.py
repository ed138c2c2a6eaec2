"""The derivative as on the hand pages: ΔY/ΔX for ever smaller ΔX, beside the engine's exact one.

    python demos/derivative.py [--at 1.5] [--out build/derivative.png]

On paper ΔX goes to 0. Among floats the quotient is best near ΔX = 1e-8, and at 1e-16 x₀ + ΔX is
x₀ again.
"""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from autograd import Value, grad, hessian
from autograd.extras import brought_by
from autograd.writing import escape_what_cannot_be_printed

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

X = 0.7  # what stays fixed in x·w while w moves, as on the page of ∂z/∂w = x
EPSILON = sys.float_info.epsilon

# At 0 nothing of x² is rounded and sigmoid has f'' = 0: there the model is not all there is.
NEAREST = 0.5
FARTHEST = 5.0

SECANTS = {2.0: "#A5A5A5", 1.0: "#70AD47", 0.5: "#4472C4"}  # the color of each ΔX

Function = Callable[[Value], Value]

FUNCTIONS: dict[str, Function] = {
    "x²": lambda x: x**2,
    "x·w": lambda w: X * w,
    "e⁻ˣ": lambda x: (-x).exp(),
    "sigmoid": lambda x: x.sigmoid(),
}


class Row(NamedTuple):
    """One quotient ΔY/ΔX, how far off it is, and how far off it is expected to be."""

    dx: float
    quotient: float
    error: float
    truncation: float
    rounding: float


class Curve(NamedTuple):
    """A function at x₀ with its two derivatives, the ΔX expected to be best, and its quotients."""

    y: float
    slope: float
    bend: float
    best: float
    rows: list[Row]


def value(f: Function, x: float) -> float:
    return f(Value(x)).data


def quotient(f: Function, x0: float, dx: float) -> float:
    """ΔY/ΔX with ΔY = f(x₀ + ΔX) − f(x₀)."""
    return (value(f, x0 + dx) - value(f, x0)) / dx


def examine(f: Function, x0: float, steps: list[float]) -> Curve:
    """The quotients at x₀, and how far off the exact derivative each is expected to be.

    f(x₀ + ΔX) − f(x₀) = f' ΔX + f''/2 ΔX² + …: the second term is cut off, and the first comes
    from rounded numbers, f twice and x₀ + ΔX once, each by half an ε. The sum of both is smallest
    where they are equal.
    """
    x = Value(x0, "x")
    y = f(x)
    bend = hessian(y, [x])[0][0]
    slope = grad(y, [x])[0]
    cut_off = abs(bend) / 2
    rounded = EPSILON * (abs(y.data) + abs(x0 * slope) / 2)
    rows = []
    for dx in steps:
        ratio = quotient(f, x0, dx)
        row = Row(
            dx=dx,
            quotient=ratio,
            error=ratio - slope,
            truncation=cut_off * dx,
            rounding=rounded / dx,
        )
        rows.append(row)
    best = math.sqrt(rounded / cut_off) if bend else math.inf
    return Curve(y.data, slope, bend, best, rows)


def table(name: str, x0: float, curve: Curve) -> str:
    derivatives = f"derivative {curve.slope:.16g}, second derivative {curve.bend:.6g}"
    best = f"best ΔX {curve.best:.1e}" if curve.bend else "the larger ΔX the better"
    lines = [
        f"{name} at {x0:g}: {derivatives}, {best}",
        f"{'ΔX':>6} {'ΔY/ΔX':>19} {'ΔY/ΔX - exact':>14} {'truncation':>11} {'rounding':>9}",
    ]
    for row in curve.rows:
        found = f"{row.dx:>6.0e} {row.quotient:>19.16f} {row.error:>14.1e}"
        expected = f"{row.truncation:>11.1e} {row.rounding:>9.1e}"
        lines.append(f"{found} {expected}")
    return "\n".join(lines)


def plot_secants(axes: Axes, name: str, x0: float, curve: Curve) -> None:
    """The function, and its secants through x₀ beside the tangent."""
    f = FUNCTIONS[name]
    xs = [x0 - 1.0 + i / 50 for i in range(176)]

    def line(slope: float) -> list[float]:
        return [curve.y + slope * (x - x0) for x in xs]

    heights = [value(f, x) for x in xs]
    axes.plot(xs, heights, color="black", linewidth=2.5, label="f")
    for dx, color in SECANTS.items():
        secant = line(quotient(f, x0, dx))
        end = value(f, x0 + dx)
        axes.plot(xs, secant, color=color, label=f"secant, ΔX = {dx:g}")
        axes.plot(x0 + dx, end, "o", color=color, markersize=5)
    tangent = line(curve.slope)
    axes.plot(xs, tangent, "--", color="#D9480F", label="tangent: exact derivative")
    axes.plot(x0, curve.y, "o", color="black", markersize=6)
    axes.set_title(name if curve.bend else f"{name}: secant = tangent")
    axes.set_xlabel(f"w, with x = {X:g}" if name == "x·w" else "x")


def plot_errors(axes: Axes, curve: Curve) -> None:
    """The errors of the quotients, with the lines of the model."""
    steps = [row.dx for row in curve.rows]
    truncation = [row.truncation for row in curve.rows]
    rounding = [row.rounding for row in curve.rows]
    errors = [abs(row.error) for row in curve.rows]
    axes.plot(steps, truncation, color="#ED7D31", label="model: truncation |f''| ΔX / 2")
    axes.plot(
        steps,
        rounding,
        color="#7030A0",
        label="model: rounding ε (|f| + |x₀ f'| / 2) / ΔX",
    )
    axes.plot(steps, errors, "o", color="#4472C4", markersize=4, label="|ΔY/ΔX − exact|")
    axes.axvline(curve.best, color="#777777", linestyle=":", label="model: best ΔX")
    axes.set_title(f"best ΔX = {curve.best:.0e}" if curve.bend else "no truncation")
    axes.set_xlabel("ΔX")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(4e-17, 2.5)
    axes.set_ylim(1e-17, 1e1)


def plot(x0: float, curves: dict[str, Curve], out: Path) -> None:
    """For each function its secants, and below them the errors of its quotients."""
    figure = Figure(figsize=(12, 6.2), layout="constrained")
    upper, lower = figure.subplots(2, len(curves))
    for (name, curve), above, below in zip(curves.items(), upper, lower, strict=True):
        plot_secants(above, name, x0, curve)
        plot_errors(below, curve)
    lower[0].set_ylabel("error of ΔY/ΔX")
    lines = upper[0].get_legend_handles_labels()
    errors = lower[0].get_legend_handles_labels()
    figure.legend(*lines, loc="outside upper center", ncols=5)
    figure.legend(*errors, loc="outside lower center", ncols=4)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, format="png")


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="ΔY/ΔX for ever smaller ΔX, beside the exact derivative."
    )
    parser.add_argument(
        "--at",
        type=float,
        default=1.5,
        help="the point x₀ (default: 1.5)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/derivative.png"),
        help="where the picture goes",
    )
    options = parser.parse_args(argv)
    if not NEAREST <= options.at <= FARTHEST:
        parser.error(f"--at is {NEAREST:g} to {FARTHEST:g}")
    return options


def main(argv: list[str] | None = None) -> dict[str, Curve]:
    escape_what_cannot_be_printed()
    options = parse(argv)
    steps = [float(f"1e-{k}") for k in range(17)]
    curves = {name: examine(f, options.at, steps) for name, f in FUNCTIONS.items()}
    print("\n\n".join(table(name, options.at, curve) for name, curve in curves.items()))
    plot(options.at, curves, options.out)
    print(f"Written: {options.out}")
    return curves


if __name__ == "__main__":
    main()
