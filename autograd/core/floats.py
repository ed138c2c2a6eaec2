"""How floats compute a row whose formulas would lose digits, and how its derivative is recorded.

The formulas of core/rows.py are the mathematics. Taken literally they lose digits where numbers
cancel, as in 1 - out near out = 1, and where a rounded number is the exponent of another. Here is
what is computed instead, right to 4 units in the last place at every float; a row that is not here
is computed as it reads. Three devices recur:

- A sum of 1 and what may be small is written so that the 1 comes last: (1 + e)² as 1 + e · (2 + e).
  One rounding counts then, where the product of two sums would have three.
- 1 - a² near a = 1 is 2d - d², where d = 1 - |a| is exact.
- exp(-a²) would make of the rounding of a² an error a² times as large. The upper digits h of `a`
  have an exact square, and exp(-a²) = exp(-h²) · exp(h² - a²) with a small second exponent.

And where a result is below the normal floats, no factor of it may be, as that has fewer digits:
there exp(a) is exp(a / 2), multiplied in twice.
"""

from collections.abc import Callable
from math import exp
from typing import NamedTuple


class Computed(NamedTuple):
    """The texts of a row for floats.

    `steps` are what value and partials share, as (name, text), computed first and in order.
    `primal` and `partials` may use them. `slopes` are the partials as `create_graph` records them:
    they have to be right when they are differentiated again, and have no steps.
    """

    primal: str
    partials: tuple[str, ...]
    slopes: tuple[str, ...]
    steps: tuple[tuple[str, str], ...] = ()


def steps(computed: Computed, write: Callable[[str], str] = str) -> list[str]:
    """The steps as statements, in the notation that writes them."""
    return [f"{name} = {write(text)}" for name, text in computed.steps]


# exp(-|a|) never overflows.
_E = (("e", "exp(-abs(a))"),)
_SIGMOID = "(1.0 if a > 0.0 else e) / (1.0 + e)"
_SIGMOID_SLOPE = "e / (1.0 + e * (2.0 + e))"
_CUBE = "(1.0 + e * (3.0 + e * (3.0 + e)))"  # of 1 + e

SIGMOID = Computed(
    steps=_E,
    primal=_SIGMOID,
    partials=(_SIGMOID_SLOPE,),
    slopes=("sigmoid_slope(a)",),
)
SIGMOID_SLOPE = Computed(
    steps=_E,
    primal=_SIGMOID_SLOPE,
    partials=(f"(e if a > 0.0 else -e) * expm1(-abs(a)) / {_CUBE}",),
    slopes=("-out * tanh(0.5 * a)",),
)
SOFTPLUS = Computed(
    steps=_E,
    primal="(a if a > 0.0 else 0.0) + log1p(e)",
    partials=(_SIGMOID,),
    slopes=("sigmoid(a)",),
)

_EXP_TAIL = "exp(0.5 * a) * exp(0.5 * a)"
_SILU_SLOPE = (
    f"(1.0 + a) * {_EXP_TAIL} if a < -700.0 else "
    "(e * (1.0 + a + e) if a < 0.0 else 1.0 + e * (1.0 + a)) / (1.0 + e * (2.0 + e))"
)
SILU = Computed(
    steps=_E,
    primal=f"a * {_EXP_TAIL} if a < -700.0 else a * ({_SIGMOID})",
    partials=(_SILU_SLOPE,),
    slopes=("silu_slope(a)",),
)
SILU_SLOPE = Computed(
    steps=_E,
    primal=_SILU_SLOPE,
    partials=(
        "(2.0 - abs(a)) * exp(-0.5 * abs(a)) * exp(-0.5 * abs(a)) if abs(a) > 700.0 else "
        f"e * (2.0 - abs(a) + e * (2.0 + abs(a))) / {_CUBE}",
    ),
    slopes=("sigmoid_slope(a) * (2.0 - a * tanh(0.5 * a))",),
)

_ELU_SLOPE = f"(alpha * {_EXP_TAIL} if a < -700.0 else alpha * exp(a)) if a <= 0.0 else 1.0"
ELU = Computed(
    primal="alpha * expm1(a) if a <= 0.0 else a",
    partials=(_ELU_SLOPE, "expm1(a) if a <= 0.0 else 0.0"),
    slopes=("elu_slope(a, alpha)", "expm1(a) if a <= 0.0 else 0.0"),
)
ELU_SLOPE = Computed(
    primal=_ELU_SLOPE,
    partials=(_ELU_SLOPE.replace("else 1.0", "else 0.0"), "exp(a) if a <= 0.0 else 0.0"),
    slopes=(_ELU_SLOPE.replace("else 1.0", "else 0.0"), "exp(a) if a <= 0.0 else 0.0"),
)

# In cosh(a), as 4e / (1 + e)² with e = exp(-2|a|).
_E_TWICE = (("e", "exp(-2.0 * abs(a))"),)
_TANH_SLOPE = (
    "4.0 * e / (1.0 + e * (2.0 + e)) if abs(a) < 350.0 else 4.0 * exp(-abs(a)) * exp(-abs(a))"
)
TANH = Computed(
    steps=_E_TWICE,
    primal="tanh(a)",
    partials=(_TANH_SLOPE,),
    slopes=("tanh_slope(a)",),
)
TANH_SLOPE = Computed(
    steps=_E_TWICE,
    primal=_TANH_SLOPE,
    partials=(
        f"(8.0 * e if a > 0.0 else -8.0 * e) * expm1(-2.0 * abs(a)) / {_CUBE} "
        "if abs(a) < 350.0 else (-8.0 if a > 0.0 else 8.0) * exp(-abs(a)) * exp(-abs(a))",
    ),
    slopes=("-2.0 * tanh(a) * out",),
)

# 1 - a²; a - 1 and 1 - |a| are exact where they are used.
_RIM = "2.0 * (1.0 - abs(a)) - (1.0 - abs(a)) * (1.0 - abs(a))"
_BELOW_ONE = (("m", f"1.0 - a * a if abs(a) < 0.5 else {_RIM}"),)
ASIN = Computed(
    steps=_BELOW_ONE,
    primal="asin(a)",
    partials=("1.0 / sqrt(m)",),
    slopes=("asin_slope(a)",),
)
ACOS = Computed(
    steps=_BELOW_ONE,
    primal="acos(a)",
    partials=("-1.0 / sqrt(m)",),
    slopes=("-asin_slope(a)",),
)
ASIN_SLOPE = Computed(
    steps=_BELOW_ONE,
    primal="1.0 / sqrt(m)",
    partials=("a * pow(m, -1.5)",),
    slopes=("a * pow(out, 3.0)",),
)
ATANH = Computed(
    steps=_BELOW_ONE,
    primal="atanh(a)",
    partials=("1.0 / m",),
    slopes=("atanh_slope(a)",),
)
ATANH_SLOPE = Computed(
    steps=_BELOW_ONE,
    primal="1.0 / m",
    partials=("2.0 * a / m / m",),
    slopes=("2.0 * a * out * out",),
)

# a² - 1; past 1e9 that is a².
_ABOVE_ONE = (("m", "2.0 * (a - 1.0) + (a - 1.0) * (a - 1.0) if a < 2.0 else a * a - 1.0"),)
_ACOSH_SLOPE = "1.0 / sqrt(m) if a < 1e9 else 1.0 / a"
ACOSH = Computed(
    steps=_ABOVE_ONE,
    primal="acosh(a)",
    partials=(_ACOSH_SLOPE,),
    slopes=("acosh_slope(a)",),
)
ACOSH_SLOPE = Computed(
    steps=_ABOVE_ONE,
    primal=_ACOSH_SLOPE,
    partials=("-a * pow(m, -1.5) if a < 1e9 else -1.0 / a / a",),
    slopes=("-a * pow(out, 3.0)",),
)

# 1 + a²; past 1e9 that is a².
_ATAN_SLOPE = "1.0 / (1.0 + a * a) if abs(a) < 1e9 else 1.0 / a / a"
ATAN = Computed(
    primal="atan(a)",
    partials=(_ATAN_SLOPE,),
    slopes=("atan_slope(a)",),
)
ATAN_SLOPE = Computed(
    primal=_ATAN_SLOPE,
    partials=(
        "-2.0 * a / (1.0 + a * a * (2.0 + a * a)) if abs(a) < 1.0 else "
        "-2.0 * pow(a + 1.0 / a, -2.0) / a",
    ),
    slopes=("-2.0 * a * out * out",),
)
ASINH = Computed(
    primal="asinh(a)",
    partials=("1.0 / hypot(1.0, a)",),
    slopes=("asinh_slope(a)",),
)
ASINH_SLOPE = Computed(
    primal="1.0 / hypot(1.0, a)",
    partials=("-a * pow(1.0 + a * a, -1.5) if abs(a) < 1e9 else -1.0 / a / abs(a)",),
    slopes=("-a * pow(out, 3.0)",),
)

SQRT = Computed(
    primal="sqrt(a)",
    partials=("0.5 / out",),
    slopes=("sqrt_slope(a)",),
)
SQRT_SLOPE = Computed(
    primal="0.5 / sqrt(a)",
    partials=("-0.25 / a / sqrt(a)",),
    slopes=("-0.5 * out / a",),
)
LOG2 = Computed(
    primal="log2(a)",
    partials=("1.0 / log(2.0) / a",),  # a · log(2) may be below the normal floats
    slopes=("1.0 / log(2.0) / a",),
)

# The upper digits of `a`, down to 2⁻²⁰, have an exact square where exp(-a²) is not 0.
_UPPER = ("h", "a + 6442450944.0 - 6442450944.0")
# The first factor, as it is and times exp(512), and the exponent of the second. Past 40 all is 0.
_SQUARED = (
    _UPPER,
    ("p", "exp(-h * h)"),
    ("r", "exp(512.0 - h * h)"),
    ("d", "(h - a) * (h + a) if abs(a) < 40.0 else 0.0"),
)
_HALVED = (
    _UPPER,
    ("p", "exp(-0.5 * h * h)"),
    ("r", "exp(512.0 - 0.5 * h * h)"),
    ("d", "0.5 * (h - a) * (h + a) if abs(a) < 40.0 else 0.0"),
)


_SHIFT = repr(exp(-512.0))


def _times_bell(x: str, tail: float) -> str:
    """x · exp(-a²), or x · exp(-a² / 2), by the steps; past the tail that is below normal floats."""
    near = f"p * {x} + p * {x} * expm1(d)"
    far = f"r * {x} * {_SHIFT} + r * {x} * {_SHIFT} * expm1(d)"
    return f"({near} if abs(a) < {tail} else {far})"


_ERF_SLOPE = _times_bell("1.1283791670955126", 26.6)  # 2 / √π
ERF = Computed(
    steps=_SQUARED,
    primal="erf(a)",
    partials=(_ERF_SLOPE,),
    slopes=("erf_slope(a)",),
)
ERFC = Computed(
    steps=_SQUARED,
    primal="erfc(a)",
    partials=(f"-{_ERF_SLOPE}",),
    slopes=("-erf_slope(a)",),
)
ERF_SLOPE = Computed(
    steps=_SQUARED,
    primal=_ERF_SLOPE,
    partials=(_times_bell("-2.2567583341910251 * a", 26.6),),
    slopes=("-2.0 * a * out",),
)

# x · Φ(-x) · exp(x² / 2) for x ≥ 0.7, as powers of u = (x - 2) / (x + 2): the polynomial of degree
# 26 through its values at the zeros of a Chebyshev polynomial, 7e-18 off at most.
_MILLS = (
    0.3362040024463412,
    0.17050178125195087,
    -0.1513035410217091,
    0.03275786065709975,
    0.018124382067241637,
    -0.003597251953082139,
    -0.004338015618785661,
    -0.0005830031132169473,
    0.0008061585836642746,
    0.0005170974779110463,
    4.56476816493811e-05,
    -0.00012214675325378238,
    -8.726873893499066e-05,
    -1.8021832028797784e-05,
    1.5336238000128232e-05,
    1.65473558703693e-05,
    9.376904724840106e-06,
    1.3319235627528702e-08,
    -9.591450504589993e-06,
    2.4674710764866083e-06,
    8.90218664036275e-06,
    -1.5800034964898514e-05,
    1.5539092631869231e-06,
    1.5144911301589204e-05,
    -1.3162680799701724e-05,
    4.291588185426616e-06,
    -4.804514428849228e-07,
)


def _polynomial(coefficients: tuple[float, ...], x: str) -> str:
    """The text of a polynomial, lowest power first, by Horner's rule."""
    *lower, text = map(repr, coefficients)
    for coefficient in reversed(lower):
        text = f"{coefficient} + {x} * ({text})"
    return text


_NORMAL = "0.5 * erfc(-a / sqrt(2.0))"
_BELL = "0.3989422804014327"  # 1 / √(2π)
_GELU = (
    *_HALVED,
    ("u", "(abs(a) - 2.0) / (abs(a) + 2.0)"),
    ("g", _polynomial(_MILLS, "u")),
)
_GELU_SLOPE = f"{_NORMAL} + {_BELL} * a * exp(-0.5 * a * a) if a > -0.9 else " + _times_bell(
    f"(g / abs(a) - {_BELL} * abs(a))", 37.6
)
GELU = Computed(
    steps=_GELU,
    primal=f"a * ({_NORMAL}) if a > -0.9 else {_times_bell('-g', 37.6)}",
    partials=(_GELU_SLOPE,),
    slopes=("gelu_slope(a)",),
)
GELU_SLOPE = Computed(
    steps=_GELU,
    primal=_GELU_SLOPE,
    partials=(
        _times_bell(f"{_BELL} * (2.0 - h * h + 2.0 * d)", 37.6)
        + " if abs(a) < 40.0 else -0.0 * abs(a)",
    ),
    slopes=("(2.0 - a * a) * exp(-0.5 * a * a) / sqrt(2.0 * pi)",),
)

# b · a^(b - 1) is right as it reads for the usual exponents. Below 0.5 the rounding of b - 1.0 would
# be an error as many times as large as the logarithm of the power: a**b / a takes its place. Where
# a**b is no normal float, its square root is one, and is multiplied in twice.
_ROOT = "pow(a, 0.5 * b)"
_BY_BASE = "b * pow(a, b - 1.0)"
_BY_BASE_WHERE_NORMAL = f"{_BY_BASE} if b >= 0.5 else b * out / a"
_BY_POSITIVE_BASE = (
    f"({_BY_BASE_WHERE_NORMAL}) if 1e-290 < out < 1e300 else b * {_ROOT} / a * {_ROOT}"
)
_POWER_BY_BASE = (
    f"{_BY_BASE} if 0.5 <= b <= 6.0 else {_BY_BASE} if a <= 0.0 else {_BY_POSITIVE_BASE}"
)
_POWER_BY_EXPONENT = f"out * log(a) if 1e-290 < out < 1e300 else {_ROOT} * log(a) * {_ROOT}"
POWER = Computed(
    primal="pow(a, b)",
    partials=(
        f"0.0 if abs(a) + abs(b) <= 0.0 else {_POWER_BY_BASE}",
        f"0.0 if abs(a) + abs(out) <= 0.0 else {_POWER_BY_EXPONENT}",
    ),
    slopes=(
        "0.0 if abs(a) + abs(b) <= 0.0 else b * pow(a, b - 1.0)",
        "0.0 if abs(a) + abs(out) <= 0.0 else out * log(a)",
    ),
)
POWER_CONSTANT = Computed(
    primal="pow(a, b)",
    partials=(f"0.0 if 0.0 <= b <= 0.0 else {_POWER_BY_BASE}",),
    slopes=("0.0 if 0.0 <= b <= 0.0 else b * pow(a, b - 1.0)",),
)

# a and b times a power of two, so that the sum of their squares is a normal float.
_SCALED = (
    (
        "t",
        f"{2.0**-300} if abs(a) + abs(b) > 1e140 else "
        f"{2.0**300} if abs(a) + abs(b) < 1e-140 else 1.0",
    ),
    ("s", "t * t"),
    ("p", "a * s"),
    ("q", "b * s"),
    ("c", "p * p + q * q"),
)
# And r, what the rounding of c took, in parts of c. The squares of x and y, the upper 26 bits of p
# and q, are exact, and so are the differences from c if the larger one comes first.
_REST = (
    *_SCALED,
    ("x", "p * 134217729.0 - (p * 134217729.0 - p)"),
    ("y", "q * 134217729.0 - (q * 134217729.0 - q)"),
    (
        "r",
        "((x * x - c + y * y if abs(p) >= abs(q) else y * y - c + x * x)"
        " + ((p - x) * (p + x) + (q - y) * (q + y))) / c",
    ),
)
_COSINE = "a * t / sqrt(c) * t"
_SINE = "b * t / sqrt(c) * t"
_A_OVER_SQUARE = "p / c * s"
_B_OVER_SQUARE = "q / c * s"


def _corrected(x: str, power: float) -> str:
    """x, which has c to a power below the line, with (1 + r) · c instead."""
    return f"({x} - {power} * r * ({x}))"


HYPOT = Computed(
    steps=_SCALED,
    primal="hypot(a, b)",
    partials=(_COSINE, _SINE),
    slopes=("hypot_slope(a, b)", "hypot_slope(b, a)"),
)
HYPOT_SLOPE = Computed(
    steps=_REST,
    primal=_COSINE,
    partials=(
        f"{_corrected(_SINE, 1.5)} * ({_B_OVER_SQUARE})",
        f"-{_corrected(_SINE, 1.5)} * ({_A_OVER_SQUARE})",
    ),
    slopes=(
        "hypot_slope(b, a) * hypot_slope(b, a) / hypot(a, b)",
        "-out * hypot_slope(b, a) / hypot(a, b)",
    ),
)
ATAN2 = Computed(
    steps=_SCALED,
    primal="atan2(a, b)",
    partials=(_B_OVER_SQUARE, f"-{_A_OVER_SQUARE}"),
    slopes=("atan2_slope(b, a)", "-atan2_slope(a, b)"),
)
ATAN2_SLOPE = Computed(
    steps=_REST,
    primal=_A_OVER_SQUARE,
    partials=(
        f"{_corrected('(q - p) / c * s', 2.0)} * ((q + p) / c * s)",
        f"-2.0 * {_corrected(_A_OVER_SQUARE, 2.0)} * ({_B_OVER_SQUARE})",
    ),
    slopes=(
        "atan2_slope(b, a) * atan2_slope(b, a) - out * out",
        "-2.0 * out * atan2_slope(b, a)",
    ),
)
