"""How floats compute a row of one operand whose formulas would lose digits.

The formulas of core/rows.py are the mathematics. Taken literally they lose digits where numbers
cancel, as in 1 - out near out = 1, and where a rounded number is the exponent of another. Here, in
gaussians.py, in pairs.py and in remainders.py is what is computed instead, right to 4 units in the
last place, as `make conform` measures. A row that is not here is computed as it reads. Three
devices recur:

- A sum of 1 and what may be small is written so that the 1 comes last: (1 + e)² as 1 + e · (2 + e).
  One rounding counts then, where the product of two sums would have three.
- 1 - a² near a = 1 is 2d - d², where d = 1 - |a| is exact.
- Where a result is below the normal floats, no factor of it may be, as that has fewer digits: there
  exp(a) is exp(a / 2), multiplied in twice.
"""

from autograd.core.computed import Computed

# exp(-|a|) never overflows.
_E = (("e", "exp(-abs(a))"),)
_SIGMOID = "(1.0 if a > 0.0 else e) / (1.0 + e)"
_SIGMOID_SLOPE = "e / (1.0 + e * (2.0 + e))"
_CUBE = "(1.0 + {e} * (3.0 + {e} * (3.0 + {e})))"  # of 1 + e

SIGMOID = Computed(
    steps=_E,
    primal=_SIGMOID,
    partials=(_SIGMOID_SLOPE,),
    slopes=("sigmoid_slope(a)",),
)
SIGMOID_SLOPE = Computed(
    steps=_E,
    primal=_SIGMOID_SLOPE,
    partials=(f"(e if a > 0.0 else -e) * expm1(-abs(a)) / {_CUBE.format(e='e')}",),
    slopes=("-out * tanh(0.5 * a)",),
)
SOFTPLUS = Computed(
    steps=_E,
    primal="(a if a > 0.0 else 0.0) + log1p(e)",
    partials=(_SIGMOID,),
    slopes=("sigmoid(a)",),
)

# The two shares of the slope, b and 1 - b of it, cancel only where it is near 0. Outside the domain
# a logarithm raises as one of a negative number does.
BINARY_CROSS_ENTROPY = Computed(
    steps=_E,
    primal="(a * (1.0 - b) if a > 0.0 else -a * b) + log1p(e) if 0.0 <= b <= 1.0 else log(-1.0)",
    partials=(
        "((1.0 - b) - b * e if a > 0.0 else (1.0 - b) * e - b) / (1.0 + e)",
        "-a",
    ),
    slopes=("(1.0 - b) * sigmoid(a) - b * sigmoid(-a)", "-a"),
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
        f"e * (2.0 - abs(a) + e * (2.0 + abs(a))) / {_CUBE.format(e='e')}",
    ),
    slopes=("sigmoid_slope(a) * (2.0 - a * tanh(0.5 * a))",),
)

_ALPHA_EXP = f"alpha * {_EXP_TAIL} if a < -700.0 else alpha * exp(a)"
_ELU_SLOPE = f"1.0 if a > 0.0 else {_ALPHA_EXP}"
_ELU_SLOPES = (f"0.0 if a > 0.0 else {_ALPHA_EXP}", "0.0 if a > 0.0 else exp(a)")
ELU = Computed(
    primal="alpha * expm1(a) if a <= 0.0 else a",
    partials=(_ELU_SLOPE, "expm1(a) if a <= 0.0 else 0.0"),
    slopes=("elu_slope(a, alpha)", "expm1(a) if a <= 0.0 else 0.0"),
)
ELU_SLOPE = Computed(
    primal=_ELU_SLOPE,
    partials=_ELU_SLOPES,
    slopes=_ELU_SLOPES,
)

# 1 / cosh(a)², as (2e)² / (1 + e²)² with e = exp(-|a|).
_TANH_SLOPE = "4.0 * e / (1.0 + e * e * (2.0 + e * e)) * e"
TANH = Computed(
    steps=_E,
    primal="tanh(a)",
    partials=(_TANH_SLOPE,),
    slopes=("tanh_slope(a)",),
)
# There f = exp(-2|a|) has one rounding less than e², but fewer digits below the normal floats.
TANH_SLOPE = Computed(
    steps=(*_E, ("f", "exp(-2.0 * abs(a))")),
    primal=_TANH_SLOPE,
    partials=(
        f"(8.0 * f if a > 0.0 else -8.0 * f) * expm1(-2.0 * abs(a)) / {_CUBE.format(e='f')} "
        "if abs(a) < 350.0 else (-8.0 * e if a > 0.0 else 8.0 * e) * e",
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
    steps=(("q", "1.0 / a / abs(a) if abs(a) > 2.0 else 0.0"),),
    primal="1.0 / hypot(1.0, a)",
    partials=(
        "-q - q * expm1(-1.5 * log1p(abs(q))) if abs(a) > 2.0 else -a * pow(1.0 + a * a, -1.5)",
    ),
    slopes=("-a * pow(out, 3.0)",),
)

# From 1024 to 1024.5 the power is past the largest float, and its slope is not.
_EXP2_SLOPE = (
    "{power} * 0.6931471805599453 if a < 1023.0 else pow(2.0, a - 1.0) * 1.3862943611198906"
)
EXP2 = Computed(
    primal="pow(2.0, a)",
    partials=(_EXP2_SLOPE.format(power="out"),),
    slopes=("exp2_slope(a)",),
)
EXP2_SLOPE = Computed(
    primal=_EXP2_SLOPE.format(power="pow(2.0, a)"),
    partials=("out * log(2.0)",),
    slopes=("out * log(2.0)",),
)

# 1/3 as an exponent is rounded, which leaves 13 digits of the power; Newton's step
# doubles them.
_THIRD_POWER = (
    ("r", "pow(abs(a), 0.3333333333333333)"),
    ("c", "r - (r - abs(a) / (r * r)) / 3.0 if 0.0 < r < 1e200 else r"),
)
_CBRT_SLOPE = "c / abs(a) / 3.0 if 0.0 < c < 1e200 else 1.0 / (3.0 * c * c)"
CBRT = Computed(
    steps=_THIRD_POWER,
    primal="c if a > 0.0 else -c if a < 0.0 else a",
    partials=(_CBRT_SLOPE,),
    slopes=("cbrt_slope(a)",),
)
CBRT_SLOPE = Computed(
    steps=_THIRD_POWER,
    primal=_CBRT_SLOPE,
    partials=("-out / 1.5 / a",),
    slopes=("-out / 1.5 / a",),
)

# Right as it reads, but not when that is differentiated again.
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
