"""NIST's certified regressions, fitted by SciPy with our residuals and our Jacobian.

SciPy compares costs to the last bit here. Such a comparison finds a parameter to about √ε of its
standard deviation, so what 11 digits certify is reached to 6 or more. The least, 6.1, are those of
Lanczos3, whose residuals are a hundred-thousandth of the numbers that they are differences of.
"""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.optimize import least_squares

from autograd import value_and_grad
from tests.regressions import REGRESSIONS, Regression

TO_THE_LAST_BIT = {"x_scale": "jac", "max_nfev": 5000, "ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15}
LINES = {method: {"method": method, **TO_THE_LAST_BIT} for method in ("trf", "lm")}
FAR = 0
BOX_BOD_FROM_FAR = ("BoxBOD", FAR)  # where the first step of MINPACK leads onto a plateau
FITS = [
    pytest.param(line, regression, start, id=f"{line}-{regression.name}-{start + 1}")
    for line in LINES
    for regression in REGRESSIONS
    for start in range(2)
    if (line, regression.name, start) != ("lm", *BOX_BOD_FROM_FAR)
]

each_regression = pytest.mark.parametrize("regression", REGRESSIONS, ids=lambda r: r.name)


def digits(found: Sequence[float], certified: Sequence[float]) -> float:
    """How many digits of each number are right at least."""
    pairs = zip(found, certified, strict=True)
    worst = max(abs(x - truth) / abs(truth) for x, truth in pairs)
    return -math.log10(worst) if worst else math.inf


def test_there_are_13_with_26_starts() -> None:
    names = {regression.name for regression in REGRESSIONS}
    assert len(names) == 13
    assert names >= {"BoxBOD", "MGH17", "Thurber", "Hahn1"}
    assert len(FITS) == 26 + 25


@each_regression
def test_the_data_are_nists(regression: Regression) -> None:
    """At the minimum the 11 digits of the parameters leave the sum right in its 11 digits."""
    f = value_and_grad(regression.residuals)
    residuals = f.value(np.array(regression.parameters))
    squares = math.fsum(residual * residual for residual in residuals)
    assert digits([squares], [regression.squares]) >= 10


@each_regression
def test_the_jacobian_gives_the_certified_deviations(regression: Regression) -> None:
    """The covariance is s² (JᵀJ)⁻¹, with J = QR: s² R⁻¹ R⁻ᵀ.

    As the parameters are rounded to 11 digits, J's columns are right to some 9.
    """
    f = value_and_grad(regression.residuals)
    jacobian = f.jacobian(np.array(regression.parameters))
    root = np.linalg.inv(np.linalg.qr(jacobian, mode="r"))
    freedom = len(regression.xs) - len(regression.parameters)
    deviations = np.sqrt(regression.squares / freedom * (root**2).sum(axis=1))
    assert digits(deviations, regression.deviations) >= 8.5


@pytest.mark.parametrize(("line", "regression", "start"), FITS)
def test_it_reaches_six_digits(line: str, regression: Regression, start: int) -> None:
    f = value_and_grad(regression.residuals)
    x0 = regression.starts[start]
    with np.errstate(over="ignore"):  # of SciPy's own sum of squares
        fit = least_squares(f.value, x0, jac=f.jacobian, **LINES[line])
    assert digits(fit.x, regression.parameters) >= 6


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("name", ["BoxBOD", "MGH17"])
def test_on_the_way_from_far_it_meets_infinities(line: str, name: str) -> None:
    """exp(844 · 10) is inf and inf − inf is NaN: SciPy then takes a shorter step."""
    (regression,) = [r for r in REGRESSIONS if r.name == name]
    f = value_and_grad(regression.residuals)
    met = []

    def residuals(x: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> object:
        found = f.value(x)
        met.append(bool(np.isfinite(found).all()))
        return found

    with np.errstate(over="ignore"):
        least_squares(residuals, regression.starts[FAR], jac=f.jacobian, **LINES[line])
    assert met[0]
    assert not all(met)
