"""Taylor polynomials of tanh, from derivatives of derivatives, and how far from a they hold.

    python demos/taylor.py [--around 0.5] [--order 8] [--out build/taylor.png]

A higher order helps only within the distance to the nearest pole of tanh, though that pole is off
the real line.
"""

import argparse
import math
from fractions import Fraction
from pathlib import Path

from autograd import Value, grad
from autograd.extras import brought_by
from autograd.writing import escape_what_cannot_be_printed

with brought_by("plot"):
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Each derivative has a graph three times the size of the one before: 180,000 nodes for the 12th.
HIGHEST = 12
FARTHEST = 20.0  # tanh(20) is 1 to the last bit
COLORS = ("#A5A5A5", "#70AD47", "#ED7D31", "#4472C4")
POLES = "#D9480F"


def derivatives(a: float, order: int) -> list[float]:
    """tanh and its derivatives at a.

    Each is a Value with a graph of its own, to be differentiated for the next.
    """
    x = Value(a, "x")
    derivative = x.tanh()
    found = [derivative.data]
    for _ in range(order):
        derivative = grad(derivative, [x], create_graph=True)[0]
        found.append(derivative.data + 0.0)  # -0.0 + 0.0 is 0.0
    return found


def exact_derivatives(a: float, order: int) -> list[float]:
    """The same by hand, as polynomials in t = tanh(a).

    As dt/da = 1 − t², the derivative of P(t) is P'(t) − t² · P'(t).
    """
    t = Fraction(math.tanh(a))
    polynomial = [0, 1]  # the coefficients of t⁰, t¹, …
    found: list[float] = []
    for _ in range(order + 1):
        terms = [c * t**power for power, c in enumerate(polynomial)]
        found.append(float(sum(terms)))
        slope = [power * c for power, c in enumerate(polynomial)][1:]
        padded = [*slope, 0, 0]
        times_t_squared = [0, 0, *slope]
        polynomial = [c - d for c, d in zip(padded, times_t_squared, strict=True)]
    return found


def taylor(coefficients: list[float], h: float) -> float:
    """The polynomial at a distance h from its point."""
    return sum(c * h**k for k, c in enumerate(coefficients))


def table(found: list[float], exact: list[float], coefficients: list[float]) -> str:
    lines = [f"{'k':>2} {'derivative':>20} {'coefficient':>20} {'derivative - exact':>20}"]
    for k, derivative in enumerate(found):
        difference = derivative - exact[k]
        numbers = f"{derivative:>20.14g} {coefficients[k]:>20.14g} {difference:>20.1e}"
        lines.append(f"{k:>2} {numbers}")
    return "\n".join(lines)


def radius(a: float) -> float:
    """The distance from a to the nearest poles, ±iπ/2."""
    return math.hypot(a, math.pi / 2)


def plot_polynomials(curves: Axes, errors: Axes, a: float, coefficients: list[float]) -> None:
    """tanh with its polynomials of the order, its half, quarter and eighth, and their errors."""
    order = len(coefficients) - 1
    reach = 1.5 * radius(a)
    distances = [reach * i / 500 for i in range(-500, 501)]
    xs = [a + h for h in distances]
    tanh = [math.tanh(x) for x in xs]
    curves.plot(xs, tanh, color="black", linewidth=3, label="tanh")

    orders = sorted({order, order // 2, order // 4, order // 8})
    for n, color in zip(orders, COLORS, strict=False):
        ys = [taylor(coefficients[: n + 1], h) for h in distances]
        curves.plot(xs, ys, color=color, label=f"order {n}")
        wrong = [abs(y - exact) for y, exact in zip(ys, tanh, strict=True)]
        errors.plot(xs, wrong, color=color)


def plot(a: float, coefficients: list[float], out: Path) -> None:
    figure = Figure(figsize=(12, 5.2), layout="constrained")
    panels = figure.subplots(1, 2)
    curves = panels[0]
    errors = panels[1]
    plot_polynomials(curves, errors, a, coefficients)

    near = radius(a)
    edges = {"color": POLES, "linestyle": "--"}
    label = f"a ± {near:.3f}, the distance to the poles ±iπ/2"
    curves.plot(a, math.tanh(a), "o", color="black", label=f"a = {a:g}")
    curves.axvline(a - near, label=label, **edges)
    curves.axvline(a + near, **edges)
    errors.axvline(a - near, **edges)
    errors.axvline(a + near, **edges)

    curves.set_title(f"tanh and its Taylor polynomials around {a:g}")
    curves.set_xlabel("x")
    curves.set_ylim(-2.2, 2.2)
    errors.set_title("|polynomial − tanh|")
    errors.set_xlabel("x")
    errors.set_yscale("log")
    errors.set_ylim(1e-12, 1e2)
    figure.legend(loc="outside lower center", ncols=7)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, format="png")


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Taylor polynomials of tanh, by derivatives of derivatives."
    )
    parser.add_argument(
        "--around",
        type=float,
        default=0.5,
        help="the point of expansion a (default: 0.5)",
    )
    parser.add_argument(
        "--order",
        type=int,
        default=8,
        help="the highest power (default: 8)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/taylor.png"),
        help="where the picture goes",
    )
    options = parser.parse_args(argv)
    if not 0 <= options.order <= HIGHEST:
        parser.error(f"--order is 0 to {HIGHEST}")
    if not -FARTHEST <= options.around <= FARTHEST:
        parser.error(f"--around is {-FARTHEST:g} to {FARTHEST:g}")
    return options


def main(argv: list[str] | None = None) -> list[float]:
    escape_what_cannot_be_printed()
    options = parse(argv)
    found = derivatives(options.around, options.order)
    exact = exact_derivatives(options.around, options.order)
    coefficients = [derivative / math.factorial(k) for k, derivative in enumerate(found)]
    print(table(found, exact, coefficients))
    plot(options.around, coefficients, options.out)
    print(f"Written: {options.out}")
    return coefficients


if __name__ == "__main__":
    main()
