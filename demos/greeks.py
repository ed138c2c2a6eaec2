"""Option greeks for a strip of 200 strikes: right in both tails, where differences are mostly not.

    python demos/greeks.py [--out build/greeks.png]

Greeks are derivatives of a price. `grad` makes graphs of two of them, delta and vega; `compile`
makes one program of these and the price, and `map` runs and differentiates it at all strikes.
"""

import argparse
from pathlib import Path
from typing import Any

from autograd import Value, compile, exp, grad, log, normal_cdf, sqrt, value_and_grad
from autograd.extras import brought_by
from autograd.writing import escape_what_cannot_be_printed

with brought_by("plot"):
    import numpy as np
    from matplotlib.figure import Figure
with brought_by("proof"):
    from flint import arb, ctx

STRIKES = [float(strike) for strike in range(41, 241)]
YEARS = {"a week": 1 / 52, "a month": 1 / 12, "a quarter": 1 / 4, "a year": 1.0}
CALLS = [(100.0, strike, 0.2, time, 0.03) for time in YEARS.values() for strike in STRIKES]
WAYS = {"map": "#4472C4", "differences": "#ED7D31", "differences of differences": "#D9480F"}
NAMES: tuple[str, ...] = ("price", "delta ∂/∂spot", "vega ∂/∂volatility", "theta −∂/∂time")
NAMES += ("rho ∂/∂rate", "gamma ∂²/∂spot²", "vanna ∂²/∂spot∂volatility", "volga ∂²/∂volatility²")


@value_and_grad
def price(spot: Value, strike: Value, volatility: Value, time: Value, rate: Value) -> Value:
    """What a European call is worth, by Black and Scholes."""
    deviation = volatility * sqrt(time)
    d1 = (log(spot / strike) + (rate + volatility**2 / 2) * time) / deviation
    d2 = d1 - deviation
    return spot * normal_cdf(d1) - strike * exp(-rate * time) * normal_cdf(d2)


def named(worth: Any, by_price: Any, by_delta: Any, by_vega: Any) -> list[Any]:
    """The price and its greeks, of derivatives by spot, strike, volatility, time and rate."""
    delta, _, vega, decay, rho = by_price
    return [worth, delta, vega, -decay, rho, by_delta[0], by_delta[2], by_vega[2]]


def by_map() -> Any:
    inputs = [Value(x) for x in CALLS[0]]
    worth = price.function(*inputs)
    delta, vega = grad(worth, [inputs[0], inputs[2]], create_graph=True)
    program = compile([worth, delta, vega], inputs)
    spot, _, volatility, _, rate = CALLS[0]
    _, strikes, _, times, _ = zip(*CALLS, strict=True)
    mapped = program.map(spot, strikes, volatility, times, rate, by_inputs=True)
    values, _, by_inputs = map(np.array, mapped)
    return np.array(named(values[:, 0], *by_inputs.transpose(1, 2, 0)))


def by_differences(x: Any) -> list[Any]:
    """By the usual steps: ε^(1/3) of an input for first derivatives, ε^(1/4) for second."""

    def slope(g: Any, h: Any) -> Any:
        return lambda x: (g(x + h) - g(x - h)) / (2 * h.sum())

    first = [slope(price.value, h)(x) for h in np.diag(x) * 2**-17]
    steps = np.diag(x) * 2**-13
    second = [[slope(slope(price.value, h), k)(x) for k in steps] for h in steps[:3:2]]
    return named(price.value(x), first, *second)


def by_formulas(*x: float) -> list[Any]:
    """As books have them, in Arb's numbers, of as many bits as `ctx` says."""
    spot, strike, volatility, time, rate = map(arb, x)
    deviation = volatility * time.sqrt()
    d1 = ((spot / strike).log() + (rate + volatility**2 / 2) * time) / deviation
    d2 = d1 - deviation
    delta = (-d1 / arb(2).sqrt()).erfc() / 2
    paid = strike * (-rate * time).exp() * (-d2 / arb(2).sqrt()).erfc() / 2
    density = (-d1 * d1 / 2).exp() / (2 * arb.pi()).sqrt()
    vega = spot * density * time.sqrt()
    theta = -vega * volatility / (2 * time) - rate * paid
    gamma = density / (spot * deviation)
    vanna = -density * d2 / volatility
    volga = vega * d1 * d2 / volatility
    return [spot * delta - paid, delta, vega, theta, time * paid, gamma, vanna, volga]


def plot(values: Any, right: Any, out: Path) -> None:
    """The greeks over the strikes, and how many digits the worst of them have."""
    figure = Figure(figsize=(12, 8), layout="constrained")
    *panels, last = figure.subplots(3, 4, sharex=True)
    for axes, name, lines in zip(np.ravel(panels), NAMES, values, strict=True):
        axes.set_prop_cycle(color=("#C5E0B4", "#8FC36B", "#4E8A2B", "#1F3D0C"))
        axes.plot(STRIKES, lines.T)
        axes.set(title=name, xlim=(41, 240))
    panels[0][0].legend(YEARS, frameon=False)
    for axes, when, lines, prices in zip(last, YEARS, right, values[0], strict=True):
        axes.set_prop_cycle(color=WAYS.values())
        axes.plot(STRIKES, lines.T)
        axes.set(title=f"fewest right digits, {when}", ylim=(-0.5, 16.5))
        axes.set_xlabel(f"strike; at 240 the price is {prices[-1]:.0e}")
    figure.legend(last[0].lines, WAYS, loc="outside lower center", ncols=3)
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, format="png")


def main(argv: list[str] | None = None) -> None:
    escape_what_cannot_be_printed()
    parser = argparse.ArgumentParser(description="Option greeks for a strip of strikes.")
    parser.add_argument("--out", type=Path, default=Path("build/greeks.png"))
    out = parser.parse_args(argv).out
    found = np.array([by_map(), np.transpose([by_differences(x) for x in np.array(CALLS)])])
    with ctx.workprec(200):
        off = np.abs(found / np.transpose([by_formulas(*x) for x in CALLS]) - 1).astype(float)
    right = -np.log10(np.clip(off, 1e-16, 1.0)).reshape(2, 8, 4, 200)
    far = named(*price(CALLS[199]), *price.hessian(CALLS[199])[:3:2])  # by spot and by volatility
    print("a call at 240, in a week          fewest right digits: map  differences")
    for name, x, (ours, theirs) in zip(NAMES, far, right.min((2, 3)).T, strict=True):
        print(f"{name.split()[0]:<7}{x:<24.16g}{ours:>27.1f}{abs(theirs):>13.1f}")
    worst = [right[0].min(0), right[1, 1:5].min(0), right[1, 5:].min(0)]
    plot(found[0].reshape(8, 4, 200), np.swapaxes(worst, 0, 1), out)
    print(f"Written: {out}")


if __name__ == "__main__":
    main()
