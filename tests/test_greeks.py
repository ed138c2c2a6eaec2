"""The greeks of a strip of calls are right in both tails; those by differences are not."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from flint import ctx
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, exp, log, normal_cdf, sqrt, value_and_grad
from demos import greeks
from demos.greeks import CALLS, STRIKES, by_differences, by_formulas, by_map, named, price

NAMES = [name.split()[0] for name in greeks.NAMES]
ORDERS = {  # of the derivatives by spot, strike, volatility, time and rate
    "price": (0, 0, 0, 0, 0),
    "delta": (1, 0, 0, 0, 0),
    "vega": (0, 0, 1, 0, 0),
    "theta": (0, 0, 0, 1, 0),
    "rho": (0, 0, 0, 0, 1),
    "gamma": (2, 0, 0, 0, 0),
    "vanna": (1, 0, 1, 0, 0),
    "volga": (0, 0, 2, 0, 0),
}
SPOT, STRIKE, VOLATILITY, TIME, RATE = np.transpose(CALLS)
DEVIATION = VOLATILITY * np.sqrt(TIME)
D1 = (np.log(SPOT / STRIKE) + (RATE + VOLATILITY**2 / 2) * TIME) / DEVIATION
D2 = D1 - DEVIATION
REACH = 1.0 + np.maximum(np.abs(D1), np.abs(D2))
# How far off a greek may be, as a share of itself. d1 and d2 are off by ε |d|, the densities at
# them by ε d² of themselves. Derivatives of the price contain spot · density(d1) less the same as
# strike · e⁻ʳᵗ · density(d2), over spot · σ√t: 0 in truth, in floats ε d² / σ√t of a density, and
# delta is |d| times smaller than that in the tail. The 2 is for the operations on the way.
BOUND = 2.0 * 2.0**-53 * REACH**3 / DEVIATION
# Vanna is 0 where d2 is, and volga where d1 or d2 is; they are off as if these were 1 there.
SCALE = {
    "vanna": np.maximum(1.0, 1.0 / np.abs(D2)),
    "volga": np.maximum(1.0, 1.0 / np.abs(D1 * D2)),
}


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    return dict(zip(NAMES, by_map(), strict=True))


@pytest.fixture(scope="module")
def true() -> dict[str, Any]:
    with ctx.workprec(200):
        rows = [[float(x) for x in by_formulas(*call)] for call in CALLS]
    return dict(zip(NAMES, np.transpose(rows), strict=True))


def test_it_is_about_200_strikes() -> None:
    assert len(STRIKES) == 200
    assert list(ORDERS) == NAMES


@pytest.mark.parametrize("place", [0, 59, 350, 799])
def test_the_formulas_are_the_derivatives_of_the_price(place: int) -> None:
    """By mpmath's differences in 300 digits, of which they leave 100."""

    def worth(spot: Any, strike: Any, volatility: Any, time: Any, rate: Any) -> Any:
        deviation = volatility * mpmath.sqrt(time)
        d1 = (mpmath.log(spot / strike) + (rate + volatility**2 / 2) * time) / deviation
        paid = strike * mpmath.exp(-rate * time) * mpmath.ncdf(d1 - deviation)
        return spot * mpmath.ncdf(d1) - paid

    with mpmath.workdps(300), ctx.workprec(1000):
        for name, found in zip(NAMES, by_formulas(*CALLS[place]), strict=True):
            derivative = mpmath.diff(worth, CALLS[place], ORDERS[name])
            sign = -1 if name == "theta" else 1
            assert abs(mpmath.mpf(found.str(60, radius=False)) / derivative - sign) < 1e-20, name


@pytest.mark.parametrize("name", NAMES)
def test_map_is_off_by_rounding_alone(
    name: str, ours: dict[str, Any], true: dict[str, Any]
) -> None:
    off = np.abs(ours[name] / true[name] - 1.0)
    assert (off <= BOUND * SCALE.get(name, 1.0)).all()


@pytest.mark.parametrize("place", [0, 59, 199, 350, 799])
def test_hessian_is_what_map_gives(place: int, ours: dict[str, Any]) -> None:
    hessian = price.hessian(CALLS[place])
    found = named(*price(CALLS[place]), hessian[0], hessian[2])
    for name, x in zip(NAMES, found, strict=True):
        tolerance = 2.0 * BOUND[place] * SCALE.get(name, np.ones(800))[place]
        assert x == pytest.approx(ours[name][place], rel=tolerance, abs=0.0), name


def test_gamma_and_vega_are_above_0_in_both_tails(ours: dict[str, Any]) -> None:
    assert (ours["gamma"] > 0.0).all()
    assert (ours["vega"] > 0.0).all()
    assert ours["gamma"].min() < 1e-225
    assert (np.abs(ours["delta"] - 0.5) <= 0.5).all()


def test_differences_give_0_or_noise_in_the_money(ours: dict[str, Any]) -> None:
    """A price of 59 is rounded by 7e-15; over the square of a step, 0.012², that is 5e-11."""
    found = dict(zip(NAMES, by_differences(np.array(CALLS[0])), strict=True))
    for name in ("vega", "gamma", "vanna", "volga"):
        assert found[name] == 0.0 or abs(found[name]) > 1e100 * abs(ours[name][0])


def test_decay_pays_for_gamma(ours: dict[str, Any]) -> None:
    """The equation of Black, Scholes and Merton, each summand off by its bound."""
    summands = [
        ours["theta"],
        VOLATILITY**2 * SPOT**2 * ours["gamma"] / 2.0,
        RATE * SPOT * ours["delta"],
        -RATE * ours["price"],
    ]
    assert (np.abs(sum(summands)) <= BOUND * sum(map(np.abs, summands))).all()


@value_and_grad
def put(spot: Value, strike: Value, volatility: Value, time: Value, rate: Value) -> Value:
    deviation = volatility * sqrt(time)
    d1 = (log(spot / strike) + (rate + volatility**2 / 2) * time) / deviation
    d2 = d1 - deviation
    return strike * exp(-rate * time) * normal_cdf(-d2) - spot * normal_cdf(-d1)


@given(
    strike=st.floats(50.0, 200.0),
    volatility=st.floats(0.1, 0.8),
    time=st.floats(0.05, 2.0),
    rate=st.floats(-0.02, 0.1),
)
def test_a_call_less_a_put_is_a_forward(
    strike: float, volatility: float, time: float, rate: float
) -> None:
    """Its greeks are those of spot − strike · e⁻ʳᵗ.

    No greek is larger than spot · √t / σ · d² · density(d) beside these, and each is off by 2 ε
    (1 + |d|)³ / σ√t of itself, as above. With (1 + |d|)⁵ · density(d) below 14 and a spot of 100
    that is 28 ε · 100 / σ², at most 3.2e-11, for the call and for the put.
    """
    x = [100.0, strike, volatility, time, rate]
    discount = np.exp(-rate * time)
    forward = [100.0 - strike * discount, 1.0, 0.0, -rate * strike * discount]
    forward += [time * strike * discount, 0.0, 0.0, 0.0]
    of_call = named(*price(x), *price.hessian(x)[:3:2])
    of_put = named(*put(x), *put.hessian(x)[:3:2])
    assert np.subtract(of_call, of_put) == pytest.approx(forward, rel=0.0, abs=1e-10)


def test_it_runs_as_a_script(true: dict[str, Any], tmp_path: Path) -> None:
    command = [sys.executable, greeks.__file__, "--out", "made/greeks.png"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    _, *rows, written = done.stdout.splitlines()
    for row, name in zip(rows, NAMES, strict=True):
        label, found, digits, of_differences = row.split()
        assert label == name
        assert float(found) == pytest.approx(true[name][199], rel=1e-10, abs=0.0)
        assert float(digits) >= 10.0
        assert name == "price" or float(of_differences) < 7.0
    picture = tmp_path / written.removeprefix("Written: ")
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
