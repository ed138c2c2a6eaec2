"""How floats compute what falls as exp(-a²) does: the slopes of erf, and gelu.

Taken as it reads, exp(-a²) makes of the rounding of a² an error a² times as large. The upper digits
h of `a` have an exact square, and exp(-a²) = exp(-h²) · exp(h² - a²) with a small second exponent.
"""

from collections.abc import Iterator
from math import exp

from autograd.core.computed import Computed

# The upper 26 bits of `a` have an exact square. Past 40 exp(-a²) is 0, and so is exp(-a² / 2).
_UPPER = ("h", "134217729.0 * a - (134217729.0 * a - a) if abs(a) < 40.0 else a")
# The first factor, as it is and times exp(512), and the exponent of the second.
_SQUARED = (
    _UPPER,
    ("p", "exp(-h * h)"),
    ("r", "exp(512.0 - h * h)"),
    ("k", "(h - a) * (h + a) if abs(a) < 40.0 else 0.0"),
)
_HALVED = (
    _UPPER,
    ("p", "exp(-0.5 * h * h)"),
    ("r", "exp(512.0 - 0.5 * h * h)"),
    ("k", "0.5 * (h - a) * (h + a) if abs(a) < 40.0 else 0.0"),
)

_SHIFT = repr(exp(-512.0))  # what takes the factor exp(512) back, in one rounding


def _times_bell(x: str, tail: float) -> str:
    """x · exp(-a²), or x · exp(-a² / 2), by the steps; past `tail` p is below the normal floats."""
    near = f"p * {x} + p * {x} * expm1(k)"
    far = f"(r * {x} + r * {x} * expm1(k)) * {_SHIFT}"
    return f"({near} if abs(a) < {tail} else {far})"


_ERF_SLOPE = _times_bell("1.1283791670955126", 26.6)  # 2 / √π
ERF = Computed(
    needs_doubles=True,
    steps=_SQUARED,
    primal="erf(a)",
    partials=(_ERF_SLOPE,),
    slopes=("erf_slope(a)",),
)
ERFC = Computed(
    needs_doubles=True,
    steps=_SQUARED,
    primal="erfc(a)",
    partials=(f"-{_ERF_SLOPE}",),
    slopes=("-erf_slope(a)",),
)
ERF_SLOPE = Computed(
    needs_doubles=True,
    steps=_SQUARED,
    primal=_ERF_SLOPE,
    partials=(_times_bell("-2.2567583341910251 * a", 26.6),),
    slopes=("-2.0 * a * out",),
)

# x · Φ(-x) · exp(x² / 2) for x ≥ 0.7, as powers of u = (x - 2) / (x + 2): the polynomial of degree
# 26 through its values at the zeros of a Chebyshev polynomial. It is 7e-18 off at most, and with
# coefficients as floats 2.8e-17.
MILLS = (
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


def _polynomial(name: str, coefficients: tuple[float, ...], x: str) -> Iterator[tuple[str, str]]:
    """The steps to a polynomial, lowest power first, by Horner's rule: three powers in each."""
    higher = ""
    for start in reversed(range(0, len(coefficients), 3)):
        text = higher
        for coefficient in reversed(coefficients[start : start + 3]):
            text = f"{coefficient!r} + {x} * ({text})" if text else repr(coefficient)
        higher = f"{name}{start}" if start else name
        yield higher, text


_NORMAL = "0.5 * erfc(-a / sqrt(2.0))"
_BELL = "0.3989422804014327"  # 1 / √(2π)
_MILLS = (
    *_HALVED,
    ("u", "(abs(a) - 2.0) / (abs(a) + 2.0)"),
    *_polynomial("g", MILLS, "u"),
)
_GELU_SLOPE = f"{_NORMAL} + {_BELL} * a * exp(-0.5 * a * a) if a > -0.9 else " + _times_bell(
    f"(g / abs(a) - {_BELL} * abs(a))", 37.6
)
GELU = Computed(
    needs_doubles=True,
    steps=_MILLS,
    primal=f"a * ({_NORMAL}) if a > -0.9 else {_times_bell('-g', 37.6)}",
    partials=(_GELU_SLOPE,),
    slopes=("gelu_slope(a)",),
)
# Past 40 it is 0, with the sign of 2 - a²; and a NaN stays one.
GELU_SLOPE = Computed(
    needs_doubles=True,
    steps=_MILLS,
    primal=_GELU_SLOPE,
    partials=(
        _times_bell(f"{_BELL} * (2.0 - h * h + 2.0 * k)", 37.6)
        + " if abs(a) < 40.0 else -0.0 * abs(a)",
    ),
    slopes=("(2.0 - a * a) * exp(-0.5 * a * a) / sqrt(2.0 * pi)",),
)

# Below -40 it is 0, and a NaN stays one.
NORMAL_CDF = Computed(
    needs_doubles=True,
    steps=_MILLS,
    primal=f"{_NORMAL} if a > -0.9 else 0.0 if a < -40.0 else {_times_bell('(g / abs(a))', 37.6)}",
    partials=(_times_bell(_BELL, 37.6),),
    slopes=("normal_cdf_slope(a)",),
)
NORMAL_CDF_SLOPE = Computed(
    needs_doubles=True,
    steps=_HALVED,
    primal=_times_bell(_BELL, 37.6),
    partials=(_times_bell(f"-{_BELL} * a", 37.6),),
    slopes=("-a * out",),
)
