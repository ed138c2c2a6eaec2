"""The thermal expansion of copper, fitted with SciPy: by our Jacobian, and by differences.

    python demos/least_squares.py [--out build/least_squares.png]

The smallest parameter is 1.2e-7. SciPy's differences step by 1.5e-8 (two points) or 6.1e-6 (three);
a Jacobian takes no step. It also carries the parameters' covariance to the curve, for its bands.
"""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograd import Value, value_and_grad
from autograd.extras import brought_by
from autograd.writing import escape_what_cannot_be_printed

with brought_by("plot"):
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
with brought_by("scipy"):
    from scipy.optimize import least_squares
    from scipy.stats import t

# NIST's Hahn1: kelvins and millionths a kelvin, the starts, the parameters to 11 digits.
KELVINS, EXPANSIONS = np.loadtxt(Path(__file__).with_name("copper.txt"), unpack=True)
FAR = (10.0, -1.0, 0.05, -1e-5, -0.05, 1e-3, -1e-6)
NEAR = (1.0, -0.1, 0.005, -1e-6, -0.005, 1e-4, -1e-7)
ABOVE = (1.0776351733, -0.12269296921, 4.0863750610e-3, -1.4262662514e-6)
BELOW = (-5.7609940901e-3, 2.4053735503e-4, -1.2314450199e-7)
LAST_BIT = {"x_scale": "jac", "ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15, "max_nfev": 5000}
BLUE = "#4472C4"
RED = "#D9480F"
COLORS = {"f.jacobian": BLUE, "2-point": "#ED7D31", "3-point": RED}


def expansion(b: Sequence[Value], kelvin: float) -> Value:
    above = b[0] + b[1] * kelvin + b[2] * kelvin**2 + b[3] * kelvin**3
    below = 1.0 + b[4] * kelvin + b[5] * kelvin**2 + b[6] * kelvin**3
    return above / below


@value_and_grad
def f(b: Sequence[Value]) -> list[Value]:
    """The model less the data, for SciPy to square and add."""
    return [expansion(b, x) - y for x, y in zip(KELVINS, EXPANSIONS, strict=True)]


def fit(jac: Any) -> list[Any]:
    """The parameters, from the far start and from the near one."""
    return [least_squares(f.value, x0, jac=jac, **LAST_BIT).x for x0 in (FAR, NEAR)]


def uncertainty(best: Any) -> tuple[Any, float]:
    """A root of the parameters' covariance s² (JᵀJ)⁻¹, which is s R⁻¹ of J = QR; and s."""
    s = math.sqrt(sum(f.value(best) ** 2) / (len(KELVINS) - len(best)))
    return s * np.linalg.inv(np.linalg.qr(f.jacobian(best), mode="r")), s


def digits(parameters: Any) -> Any:
    """How many digits of each parameter are right; 11 are certified."""
    certified = np.array([*ABOVE, *BELOW])
    return np.clip(-np.log10(np.abs(parameters / certified - 1.0)), 0.0, 11.0)


def plot_curves(whole: Axes, rest: Axes, best: Any, wrong: Any) -> None:
    """Data, fits, and bands of 95%: as they are, and less the best fit."""
    x = np.linspace(1.0, 1000.0, 500)
    along = value_and_grad(lambda b: [expansion(b, kelvin) for kelvin in x])
    curve = along.value(best)
    root, s = uncertainty(best)
    deviation = np.sqrt(((along.jacobian(best) @ root) ** 2).sum(axis=1))
    quantile = t.ppf(0.975, len(KELVINS) - len(best))
    bands = (
        ("where 95% of new measurements fall", quantile * np.hypot(deviation, s), 0.15),
        ("where the curve is, with 95% confidence", quantile * deviation, 0.45),
    )
    for axes, under in ((whole, 0.0 * curve), (rest, curve)):
        y = curve - under
        axes.plot(x, y, color=BLUE, label="by f.jacobian")
        for label, wide, alpha in bands:
            axes.fill_between(x, y - wide, y + wide, color=BLUE, alpha=alpha, lw=0, label=label)
        axes.plot(x, along.value(wrong) - under, "--", color=RED, label="by 3-point differences")
        y = EXPANSIONS - np.interp(KELVINS, x, under)
        axes.scatter(KELVINS, y, s=9, facecolors="none", edgecolors="#444444", lw=0.6, zorder=3)
    whole.set(title="thermal expansion of copper, 10⁻⁶ per kelvin", xlim=(0, 1000), ylim=(-1.5, 24))
    rest.set(title="the same, less the fit", xlabel="kelvins", xlim=(0, 1000), ylim=(-0.36, 0.36))
    whole.legend(loc="lower right", frameon=False)


def plot_digits(axes: Axes, fits: dict[str, list[Any]]) -> None:
    for row, (way, found) in enumerate(fits.items()):
        y = np.arange(1, 8) + 0.22 * (row - 1)
        far, near = map(digits, found)
        axes.hlines(y, far, near, color=COLORS[way])
        axes.plot(far, y, "o", color=COLORS[way], label=way)
        axes.plot(near, y, "o", color=COLORS[way], markerfacecolor="white")
    axes.set(title="right digits: ● far start, ○ near start", xlim=(-0.4, 11.4), ylim=(7.6, 0.4))
    axes.set_yticks(range(1, 8), [f"$b_{k}$" for k in range(1, 8)])
    axes.legend(title="jac =", loc=(0.3, 0.52), frameon=False)


def main(argv: list[str] | None = None) -> dict[str, list[Any]]:
    escape_what_cannot_be_printed()
    parser = argparse.ArgumentParser(description="Least squares with SciPy, by our Jacobian.")
    parser.add_argument("--out", type=Path, default=Path("build/least_squares.png"))
    out = parser.parse_args(argv).out
    fits = {"f.jacobian": fit(f.jacobian), "2-point": fit("2-point"), "3-point": fit("3-point")}
    best = fits["f.jacobian"][1]
    for b, row in zip(best, uncertainty(best)[0], strict=True):
        print(f"{b:>17.10e} ± {math.hypot(*row):.1e}")
    figure = Figure(figsize=(12, 6.2), layout="constrained")
    panels = figure.subplot_mosaic("WD;RD", width_ratios=(1.9, 1), height_ratios=(1.5, 1))
    plot_curves(panels["W"], panels["R"], best, fits["3-point"][1])
    plot_digits(panels["D"], fits)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, format="png")
    print(f"Written: {out}")
    return fits


if __name__ == "__main__":
    main()
