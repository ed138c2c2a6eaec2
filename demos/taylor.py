"""Taylor polynomials of tanh, from derivatives of derivatives of a Value, and how far from their point they hold.

    python demos/taylor.py [--around 0.5] [--order 8] [--out build/taylor.png]

A higher order helps only within the distance to the nearest pole of tanh, though that pole is off the real line.
"""

import argparse
import math
from fractions import Fraction
from pathlib import Path

from matplotlib.figure import Figure

from autograd import Value, grad

HIGHEST = 12  # the graph of each derivative is three times the size of the one before: 180,000 nodes for the 12th
FARTHEST = 20.0  # tanh(20) is 1 to the last bit
COLORS = "#A5A5A5", "#70AD47", "#ED7D31", "#4472C4"


def derivatives(a: float, order: int) -> list[float]:
    """tanh and its derivatives at a: each is a Value with a graph of its own, to be differentiated for the next."""
    x = Value(a, "x")
    derivative = x.tanh()
    found = [derivative.data]
    for _ in range(order):
        (derivative,) = grad(derivative, [x], create_graph=True)
        found.append(derivative.data + 0.0)  # -0.0 + 0.0 is 0.0
    return found


def exact_derivatives(a: float, order: int) -> list[float]:
    """The same by hand: polynomials in t = tanh(a), from P to P'(t) · (1 − t²) because dt/da = 1 − t²."""
    t = Fraction(math.tanh(a))
    polynomial, found = [0, 1], list[float]()
    for _ in range(order + 1):
        found.append(float(sum(c * t**power for power, c in enumerate(polynomial))))
        slope = [power * c for power, c in enumerate(polynomial)][1:]
        polynomial = [c - lower for c, lower in zip([*slope, 0, 0], [0, 0, *slope], strict=True)]
    return found


def taylor(coefficients: list[float], h: float) -> float:
    """The polynomial at a distance h from its point."""
    return sum(c * h**k for k, c in enumerate(coefficients))


def table(found: list[float], exact: list[float], coefficients: list[float]) -> str:
    lines = [f"{'k':>2} {'derivative':>20} {'coefficient':>20} {'derivative - exact':>20}"]
    for k, (derivative, by_hand, c) in enumerate(zip(found, exact, coefficients, strict=True)):
        lines += [f"{k:>2} {derivative:>20.14g} {c:>20.14g} {derivative - by_hand:>20.1e}"]
    return "\n".join(lines)


def plot(a: float, coefficients: list[float], out: Path) -> None:
    """tanh with its polynomials of the order, its half, its quarter, its eighth, and their errors."""
    order = len(coefficients) - 1
    radius = math.hypot(a, math.pi / 2)  # to the nearest poles, ±iπ/2
    distances = [1.5 * radius * i / 500 for i in range(-500, 501)]
    xs, tanh = [a + h for h in distances], [math.tanh(a + h) for h in distances]
    figure = Figure(figsize=(12, 5.2), layout="constrained")
    curves, errors = figure.subplots(1, 2)
    curves.plot(xs, tanh, color="black", linewidth=3, label="tanh")
    for n, color in zip(sorted({order >> halvings for halvings in range(4)}), COLORS, strict=False):
        ys = [taylor(coefficients[: n + 1], h) for h in distances]
        curves.plot(xs, ys, color=color, label=f"order {n}")
        errors.plot(xs, [abs(y - exact) for y, exact in zip(ys, tanh, strict=True)], color=color)
    curves.plot(a, math.tanh(a), "o", color="black", label=f"a = {a:g}")
    curves.axvline(a - radius, color="#D9480F", linestyle="--", label=f"a ± {radius:.3f}, the distance to the poles ±iπ/2")
    for axes, x in ((curves, a + radius), (errors, a - radius), (errors, a + radius)):
        axes.axvline(x, color="#D9480F", linestyle="--")
    curves.set(title=f"tanh and its Taylor polynomials around {a:g}", xlabel="x", ylim=(-2.2, 2.2))
    errors.set(title="|polynomial − tanh|", xlabel="x", yscale="log", ylim=(1e-12, 1e2))
    figure.legend(loc="outside lower center", ncols=7)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, format="png")


def main(argv: list[str] | None = None) -> list[float]:
    parser = argparse.ArgumentParser(description="Taylor polynomials of tanh, by derivatives of derivatives.")
    parser.add_argument("--around", type=float, default=0.5, help="the point of expansion a (default: 0.5)")
    parser.add_argument("--order", type=int, default=8, help="the highest power (default: 8)")
    parser.add_argument("--out", type=Path, default=Path("build/taylor.png"), help="where the picture goes")
    options = parser.parse_args(argv)
    if not 0 <= options.order <= HIGHEST:
        parser.error(f"--order is 0 to {HIGHEST}")
    if not -FARTHEST <= options.around <= FARTHEST:
        parser.error(f"--around is {-FARTHEST:g} to {FARTHEST:g}")
    found = derivatives(options.around, options.order)
    coefficients = [derivative / math.factorial(k) for k, derivative in enumerate(found)]
    print(table(found, exact_derivatives(options.around, options.order), coefficients))
    plot(options.around, coefficients, options.out)
    print(f"Written: {options.out}")
    return coefficients


if __name__ == "__main__":
    main()
