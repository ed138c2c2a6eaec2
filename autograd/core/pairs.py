"""How floats compute what two operands decide: powers, sums of two squares, of two exponentials."""

from autograd.core.computed import Computed

# b · a^(b - 1) is right as it reads for the usual exponents. Below 0.5, and past 9e15, the rounding
# of b - 1.0 is an error as many times as large as the logarithm of the power: a**b / a takes its
# place. Where a**b is no normal float, its square root is one, and is multiplied in twice.
_ROOT = "pow(a, 0.5 * b)"
_BY_BASE = "b * pow(a, b - 1.0)"


def _slope_by_base(power: str) -> str:
    """b · a^(b - 1), by the text for a^b."""
    by_power = f"b * {power} / a"
    where_normal = f"{_BY_BASE} if 0.5 <= b <= 9e15 else {by_power}"
    by_positive = f"({where_normal}) if 1e-290 < {power} < 1e300 else b * {_ROOT} / a * {_ROOT}"
    by_negative = f"{by_power} if abs(b) > 9e15 else {_BY_BASE}"
    return (
        f"{_BY_BASE} if 0.5 <= b <= 6.0 else {by_positive} if a > 0.0 else "
        f"({by_negative}) if a < 0.0 else {_BY_BASE}"
    )


# As recorded: what people read where b - 1.0 is exact, as of all whole numbers up to 9e15. Else its
# rounding would be in all that comes of it: past 9e15 it even makes an odd number an even one.
_RECORDED_BY_BASE = (
    "power_slope(a, b) if abs(b) > 9e15 else "
    f"{_BY_BASE} if 0.0 <= b - 1.0 + 1.0 - b <= 0.0 else power_slope(a, b)"
)
_POWER_BY_EXPONENT = f"out * log(a) if 1e-290 < out < 1e300 else {_ROOT} * log(a) * {_ROOT}"
POWER = Computed(
    primal="pow(a, b)",
    partials=(
        f"0.0 if abs(a) + abs(b) <= 0.0 else {_slope_by_base('out')}",
        f"0.0 if abs(a) + abs(out) <= 0.0 else {_POWER_BY_EXPONENT}",
    ),
    slopes=(
        f"0.0 if abs(a) + abs(b) <= 0.0 else {_RECORDED_BY_BASE}",
        "0.0 if abs(a) + abs(out) <= 0.0 else out * log(a)",
    ),
)
POWER_CONSTANT = Computed(
    primal="pow(a, b)",
    partials=(f"0.0 if 0.0 <= b <= 0.0 else {_slope_by_base('out')}",),
    slopes=(f"0.0 if 0.0 <= b <= 0.0 else {_RECORDED_BY_BASE}",),
)
# At a < 0 there is no derivative by the exponent; there b is a constant, and nothing asks for it.
_ROOT_BY_BASE = f"(b * {_ROOT} / a) * ((b - 1.0) * {_ROOT} / a)"
_RISE = "(1.0 + b * log(a))"
_RISE_BY_EXPONENT = f"p * {_RISE} / a if 1e-290 < p < 1e300 else {_ROOT} / a * {_RISE} * {_ROOT}"
POWER_SLOPE = Computed(
    steps=(("p", "pow(a, b)"),),
    primal=f"0.0 if 0.0 <= b <= 0.0 else {_slope_by_base('p')}",
    partials=(
        f"((b - 1.0) * out / a if 1e-290 < abs(out) < 1e290 else {_ROOT_BY_BASE}) if a > 0.0 else "
        "0.0 if 0.0 <= b * (b - 1.0) <= 0.0 else b * (b - 1.0) * pow(a, b - 2.0)",
        f"({_RISE_BY_EXPONENT}) if a > 0.0 else 0.0 if a >= 0.0 else nan",
    ),
    slopes=("(b - 1.0) * out / a", "out * log(a) + pow(a, b) / a"),
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
# and q, are exact, and so is their difference from c, to 1e-23 of c, if the larger one comes first.
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
    needs_doubles=True,
    steps=_SCALED,
    primal="hypot(a, b)",
    partials=(_COSINE, _SINE),
    slopes=("hypot_slope(a, b)", "hypot_slope(b, a)"),
)
HYPOT_SLOPE = Computed(
    needs_doubles=True,
    steps=_REST,
    primal=_COSINE,
    partials=(
        f"q / c * t * {_corrected(_SINE, 1.5)} * t",
        f"-p / c * t * {_corrected(_SINE, 1.5)} * t",
    ),
    slopes=(
        "hypot_slope(b, a) * hypot_slope(b, a) / hypot(a, b)",
        "-out * hypot_slope(b, a) / hypot(a, b)",
    ),
)
ATAN2 = Computed(
    needs_doubles=True,
    steps=_SCALED,
    primal="atan2(a, b)",
    partials=(_B_OVER_SQUARE, f"-{_A_OVER_SQUARE}"),
    slopes=("atan2_slope(b, a)", "-atan2_slope(a, b)"),
)
ATAN2_SLOPE = Computed(
    needs_doubles=True,
    steps=_REST,
    primal=_A_OVER_SQUARE,
    partials=(
        f"{_corrected('(q - p) / c', 2.0)} * ((q + p) / c) * s * s",
        f"-2.0 * {_corrected('p / c', 2.0)} * (q / c) * s * s",
    ),
    slopes=(
        "atan2_slope(b, a) * atan2_slope(b, a) - out * out",
        "-2.0 * out * atan2_slope(b, a)",
    ),
)

# gap is a - b, and z what its rounding took, exactly; e is exp(-|a - b|) with that. An error of gap
# is as large an error of e, relatively: at 700, of 256 units in the last place. Equal operands,
# such as two infinities, are 0 apart. Past 800 e is 0.
_APART = (
    ("gap", "0.0 if a <= b <= a else a - b"),
    ("s", "gap - a"),
    ("z", "a - (gap - s) - (b + s) if 0.0 < abs(gap) < 800.0 else 0.0"),
    ("p", "exp(-abs(gap))"),
    ("e", "p - p * z if gap > 0.0 else p + p * z"),
)
_SHARE_OF_A = "(e if gap < 0.0 else 1.0) / (1.0 + e)"
_SHARE_OF_B = "(e if gap > 0.0 else 1.0) / (1.0 + e)"
_BOTH_SHARES = "e / (1.0 + e * (2.0 + e))"
LOGADDEXP = Computed(
    needs_doubles=True,
    steps=_APART,
    primal="(b if gap < 0.0 else a) + log1p(e)",
    partials=(_SHARE_OF_A, _SHARE_OF_B),
    slopes=("logaddexp_slope(a, b)", "logaddexp_slope(b, a)"),
)
LOGADDEXP_SLOPE = Computed(
    needs_doubles=True,
    steps=_APART,
    primal=_SHARE_OF_A,
    partials=(_BOTH_SHARES, f"-({_BOTH_SHARES})"),
    slopes=(
        "out * logaddexp_slope(b, a)",
        "-out * logaddexp_slope(b, a)",
    ),
)
