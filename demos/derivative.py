"""The derivative as on the hand pages: ΔY/ΔX for ever smaller ΔX, beside the exact one of the engine.

    python demos/derivative.py [--at 1.5] [--out build/derivative.png]

On paper ΔX goes to 0. Among floats the quotient is best near ΔX = 1e-8, and at 1e-16 x₀ + ΔX is x₀ again.
"""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure

from autograd import Value, grad, hessian

X = 0.7  # what stays fixed in x·w while w moves, as on the page of ∂z/∂w = x
NEAREST, FARTHEST = 0.5, 5.0  # at 0 nothing of x² is rounded and sigmoid has f'' = 0: the model is not all there is
EPSILON = sys.float_info.epsilon
SECANTS = 2.0, 1.0, 0.5
COLORS = "#A5A5A5", "#70AD47", "#4472C4"

FUNCTIONS: dict[str, Callable[[Value], Value]] = {
    "x²": lambda x: x**2,
    "x·w": lambda w: X * w,
    "e⁻ˣ": lambda x: (-x).exp(),
    "sigmoid": lambda x: x.sigmoid(),
}


class Row(NamedTuple):
    dx: float
    quotient: float
    error: float
    truncation: float
    rounding: float


class Curve(NamedTuple):
    y: float
    slope: float
    bend: float
    best: float
    rows: list[Row]


def value(f: Callable[[Value], Value], x: float) -> float:
    return f(Value(x)).data


def quotient(f: Callable[[Value], Value], x0: float, dx: float) -> float:
    """ΔY/ΔX with ΔY = f(x₀ + ΔX) − f(x₀)."""
    return (value(f, x0 + dx) - value(f, x0)) / dx


def examine(f: Callable[[Value], Value], x0: float, steps: list[float]) -> Curve:
    """The quotients at x₀, and how far off the exact derivative each is expected to be.

    f(x₀ + ΔX) − f(x₀) = f' ΔX + f''/2 ΔX² + …: the second term is cut off, and the first comes from rounded numbers, f twice
    and x₀ + ΔX once, each by half an ε. The sum of both is smallest where they are equal.
    """
    x = Value(x0, "x")
    y = f(x)
    ((bend,),) = hessian(y, [x])
    (slope,) = grad(y, [x])
    bent, rounded = abs(bend) / 2, EPSILON * (abs(y.data) + abs(x0 * slope) / 2)
    found = [(dx, quotient(f, x0, dx)) for dx in steps]
    rows = [Row(dx, ratio, ratio - slope, bent * dx, rounded / dx) for dx, ratio in found]
    return Curve(y.data, slope, bend, math.sqrt(rounded / bent) if bent else math.inf, rows)


def table(name: str, x0: float, curve: Curve) -> str:
    best = f"best ΔX {curve.best:.1e}" if curve.bend else "the larger ΔX the better"
    lines = [f"{name} at {x0:g}: derivative {curve.slope:.16g}, second derivative {curve.bend:.6g}, {best}"]
    lines += [f"{'ΔX':>6} {'ΔY/ΔX':>19} {'ΔY/ΔX - exact':>14} {'truncation':>11} {'rounding':>9}"]
    for dx, ratio, error, truncation, rounding in curve.rows:
        lines += [f"{dx:>6.0e} {ratio:>19.16f} {error:>14.1e} {truncation:>11.1e} {rounding:>9.1e}"]
    return "\n".join(lines)


def plot(x0: float, curves: dict[str, Curve], out: Path) -> None:
    """For each function its secants above the tangent, and below them the errors of the quotients with the model's lines."""
    figure = Figure(figsize=(12, 6.2), layout="constrained")
    upper, lower = figure.subplots(2, len(curves))
    xs = [x0 - 1.0 + i / 50 for i in range(176)]
    for (name, curve), axes, errors in zip(curves.items(), upper, lower, strict=True):
        f, variable = FUNCTIONS[name], f"w, with x = {X:g}" if name == "x·w" else "x"
        axes.plot(xs, [value(f, x) for x in xs], color="black", linewidth=2.5, label="f")
        for dx, color in zip(SECANTS, COLORS, strict=True):
            ratio = quotient(f, x0, dx)
            axes.plot(xs, [curve.y + ratio * (x - x0) for x in xs], color=color, label=f"secant, ΔX = {dx:g}")
            axes.plot(x0 + dx, value(f, x0 + dx), "o", color=color, markersize=5)
        axes.plot(xs, [curve.y + curve.slope * (x - x0) for x in xs], "--", color="#D9480F", label="tangent: exact derivative")
        axes.plot(x0, curve.y, "o", color="black", markersize=6)
        axes.set(title=name if curve.bend else f"{name}: secant = tangent", xlabel=variable)
        steps, _, differences, truncation, rounding = zip(*curve.rows, strict=True)
        errors.plot(steps, truncation, color="#ED7D31", label="model: truncation |f''| ΔX / 2")
        errors.plot(steps, rounding, color="#7030A0", label="model: rounding ε (|f| + |x₀ f'| / 2) / ΔX")
        errors.plot(steps, list(map(abs, differences)), "o", color="#4472C4", markersize=4, label="|ΔY/ΔX − exact|")
        errors.axvline(curve.best, color="#777777", linestyle=":", label="model: best ΔX")
        errors.set(title=f"best ΔX = {curve.best:.0e}" if curve.bend else "no truncation", xlim=(4e-17, 2.5))
        errors.set(xlabel="ΔX", xscale="log", yscale="log", ylim=(1e-17, 1e1))
    lower[0].set_ylabel("error of ΔY/ΔX")
    figure.legend(*upper[0].get_legend_handles_labels(), loc="outside upper center", ncols=5)
    figure.legend(*lower[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, format="png")


def main(argv: list[str] | None = None) -> dict[str, Curve]:
    parser = argparse.ArgumentParser(description="ΔY/ΔX for ever smaller ΔX, beside the exact derivative.")
    parser.add_argument("--at", type=float, default=1.5, help="the point x₀ (default: 1.5)")
    parser.add_argument("--out", type=Path, default=Path("build/derivative.png"), help="where the picture goes")
    options = parser.parse_args(argv)
    if not NEAREST <= options.at <= FARTHEST:
        parser.error(f"--at is {NEAREST:g} to {FARTHEST:g}")
    curves = {name: examine(f, options.at, [float(f"1e-{k}") for k in range(17)]) for name, f in FUNCTIONS.items()}
    print("\n\n".join(table(name, options.at, curve) for name, curve in curves.items()))
    plot(options.at, curves, options.out)
    print(f"Written: {options.out}")
    return curves


if __name__ == "__main__":
    main()
