"""A density functional to fourth order as one program: small, and right to its last digits.

The exchange-correlation energy per volume of the spin-polarised electron gas, in hartree and bohr:
Slater's exchange with the correlation of Perdew and Wang, Phys. Rev. B 45, 13244 (1992), or of
Vosko, Wilk and Nusair, Can. J. Phys. 58, 1200 (1980), their fit V.
"""

import ast
import math
import random
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

import autograd
from autograd import Value, functions, jet
from autograd.core.graph import below
from autograd.core.tracking import peek, peek_grad

Energy = Callable[[Any, Any, Any], Any]  # of the two spin densities; the last has log and atan

# A, α1, β1, β2, β3, β4: of no polarisation, of full polarisation, and of minus the stiffness.
PERDEW_WANG = (
    (0.0310907, 0.21370, 7.5957, 3.5876, 1.6382, 0.49294),
    (0.01554535, 0.20548, 14.1189, 6.1977, 3.3662, 0.62517),
    (0.0168869, 0.11125, 10.357, 3.6231, 0.88026, 0.49671),
)
# A, x0, b, c of the same three, the last of the stiffness itself.
VOSKO_WILK_NUSAIR = (
    (0.0310907, -0.10498, 3.72744, 12.9352),
    (0.01554535, -0.32500, 7.06042, 18.0578),
    (-1.0 / (6.0 * math.pi**2), -0.0047584, 1.13107, 13.0045),
)
THIRD = 1.0 / 3.0
FOUR_THIRDS = 4.0 / 3.0
EXCHANGE = -0.75 * (6.0 / math.pi) ** THIRD
SPREAD = 2.0**FOUR_THIRDS - 2.0
CURVATURE = 8.0 / (9.0 * SPREAD)  # of the interpolation at no polarisation


def perdew_wang(rs: Any, of: tuple[float, ...], math: Any) -> Any:
    scale, alpha, *betas = of
    powers = betas[0] * rs**0.5 + betas[1] * rs + betas[2] * rs**1.5 + betas[3] * rs**2.0
    return -2.0 * scale * (1.0 + alpha * rs) * math.log(1.0 + 1.0 / (2.0 * scale * powers))


def vosko_wilk_nusair(rs: Any, of: tuple[float, ...], math: Any) -> Any:
    scale, x0, b, c = of
    x = rs**0.5
    q = (4.0 * c - b * b) ** 0.5
    parabola = x * x + b * x + c
    angle = math.atan(q / (2.0 * x + b))
    at_x0 = math.log((x - x0) ** 2.0 / parabola) + 2.0 * (b + 2.0 * x0) / q * angle
    rest = b * x0 / (x0 * x0 + b * x0 + c) * at_x0
    return scale * (math.log(x * x / parabola) + 2.0 * b / q * angle - rest)


def energy(a: Any, b: Any, gas: Any, constants: Any, math: Any) -> Any:
    """Of spin densities a and b, in the order of the papers."""
    n = a + b
    rs = (0.75 / 3.141592653589793 / n) ** THIRD
    zeta = (a - b) / n
    f = ((1.0 + zeta) ** FOUR_THIRDS + (1.0 - zeta) ** FOUR_THIRDS - 2.0) / SPREAD
    plain, full, stiffness = (gas(rs, of, math) for of in constants)
    if gas is perdew_wang:
        stiffness = -stiffness
    of_spin = stiffness * f / CURVATURE * (1.0 - zeta**4.0) + (full - plain) * f * zeta**4.0
    return EXCHANGE * (a**FOUR_THIRDS + b**FOUR_THIRDS) + n * (plain + of_spin)


def with_perdew_wang(a: Any, b: Any, math: Any) -> Any:
    return energy(a, b, perdew_wang, PERDEW_WANG, math)


def with_vosko_wilk_nusair(a: Any, b: Any, math: Any) -> Any:
    return energy(a, b, vosko_wilk_nusair, VOSKO_WILK_NUSAIR, math)


FUNCTIONALS = pytest.mark.parametrize("functional", [with_perdew_wang, with_vosko_wilk_nusair])
ORDERS = [(k - j, j) for k in range(5) for j in range(k + 1)]  # in the order of `jet`
DIGITS = 200
STEP = mpmath.mpf(10) ** -35  # of each density


def to_fourth_order(functional: Energy, a: float, b: float) -> tuple[list[Value], list[Value]]:
    """The densities, and the energy with its derivatives."""
    densities = [Value(a, "a"), Value(b, "b")]
    recorded = functional(densities[0], densities[1], functions)
    return densities, [*jet(recorded, densities, order=4).values()]


def true_derivatives(functional: Energy, a: float, b: float) -> list[Any]:
    """By forward differences: off by some 1e-35, and cancellation takes 4 · 35 of 200 digits."""
    with mpmath.workdps(DIGITS):
        steps = (a * STEP, b * STEP)
        energies = {
            (i, j): functional(a + i * steps[0], b + j * steps[1], mpmath) for i, j in ORDERS
        }
        return [_difference(energies, *by) / steps[0] ** by[0] / steps[1] ** by[1] for by in ORDERS]


def _difference(energies: dict[tuple[int, int], Any], by_a: int, by_b: int) -> Any:
    return sum(
        (-1) ** (by_a - i + by_b - j) * math.comb(by_a, i) * math.comb(by_b, j) * energies[i, j]
        for i in range(by_a + 1)
        for j in range(by_b + 1)
    )


def rounding(result: Value) -> float:
    """How far the roundings of all nodes can move a result, to first order.

    A sum, product or quotient is off by half a unit in the last place, 2⁻⁵³ of it at most, and as
    much again where a number in it was made of two; a function by four units. Each counts as many
    times as the result depends on that node. Measured is a quarter of this.
    """
    result.zero_grad()
    result.backward()
    arithmetic = ("add", "sub", "mul", "div", "neg")
    return sum(
        abs(peek_grad(node) * peek(node)) * (2.0**-52 if node.op.name in arithmetic else 2.0**-50)
        for node in below(result)[0]
    )


def operations(program: autograd.Program[Any]) -> int:
    """The operators and calls in the text of a program."""
    found = 0
    for node in ast.walk(ast.parse(program.source)):
        is_sign = isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant)
        found += is_sign or isinstance(node, ast.BinOp | ast.Call | ast.IfExp)
    return found


def test_the_formula_is_the_one_known() -> None:
    # XCFun's own test of its PW92 at these densities, of correlation alone.
    a, b = 39.0, 38.0
    exchange = EXCHANGE * (a**FOUR_THIRDS + b**FOUR_THIRDS)
    found = with_perdew_wang(mpmath.mpf(a), mpmath.mpf(b), mpmath) - exchange
    # The sum cancels the exchange, 30 times as large: 30 roundings.
    assert float(found) == pytest.approx(-8.4713855882783946, rel=1e-14)


@FUNCTIONALS
def test_fourth_derivatives_take_less_than_20_times_the_operations(functional: Energy) -> None:
    densities, derivatives = to_fourth_order(functional, 0.3, 0.2)
    value = autograd.compile(derivatives[0], inputs=densities)
    all_of_them = autograd.compile(derivatives, inputs=densities)
    assert operations(all_of_them) < 20 * operations(value)


@FUNCTIONALS
def test_at_100_points_one_program_is_right(functional: Energy) -> None:
    densities, derivatives = to_fourth_order(functional, 0.3, 0.2)
    program = autograd.compile(derivatives, inputs=densities)
    rng = random.Random(1)
    for _ in range(100):
        # From the tails of an atom to its core, up to a polarisation of 99.9 %.
        a = 10.0 ** rng.uniform(-4.0, 2.0)
        b = a * 10.0 ** rng.uniform(-3.0, 0.0)
        values, _ = program(a, b)
        _, eager = to_fourth_order(functional, a, b)
        assert [*values] == [peek(result) for result in eager]
        for by, result, truth in zip(
            ORDERS, eager, true_derivatives(functional, a, b), strict=True
        ):
            assert abs(peek(result) - truth) <= rounding(result), (a, b, by)
