"""What the tests know of each row: where to draw operands, where it is smooth, how exact."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from autograd.core.rows import Row

Interval: TypeAlias = tuple[float, float]

REAL = (-10.0, 10.0)
POSITIVE = (0.01, 100.0)
OPEN_UNIT = (-0.99, 0.99)
FAR = (-30.0, 30.0)
BASE = (0.1, 5.0)
EXPONENT = (-3.0, 3.0)


class Bound(NamedTuple):
    """A number that depends on the operands, and how a table tells it."""

    text: str
    at: Callable[..., float]


def everywhere(*operands: float) -> bool:
    return True


def first_not_zero(a: float, *others: float) -> bool:
    return abs(a) > 0.01


def apart(a: float, b: float) -> bool:
    return abs(a - b) > 0.01


def _by_log(a: float, b: float) -> float:
    return 3.0 + (1.0 + abs(b)) * abs(math.log(abs(a))) if abs(a) > 0.0 else 3.0


def _sigmoid(a: float) -> float:
    return 1.0 / (1.0 + math.exp(-a)) if a > -700.0 else 0.0


def _normal(a: float) -> float:
    return 0.5 * math.erfc(-a / math.sqrt(2.0))


# Each operation rounds by ½, a function of `math` by up to 1, and most rows are one or two of them.
TWO = Bound("2.0", lambda *operands: 2.0)
FOUR = Bound("4.0", lambda *operands: 4.0)
# A relative rounding of y makes exp(y) wrong by |y| as many: y = a² in erf', more through a / √2,
# b · log(a) in a power.
BY_SQUARE = Bound("2.0 + a²", lambda a: 2.0 + a * a)
BY_ROOT = Bound("4.0 + 2·a²", lambda a: 4.0 + 2.0 * a * a)
BY_LOG = Bound("3.0 + (1 + |b|)·|log|a||", _by_log)

NOTHING = Bound("0.0", lambda *operands: 0.0)
ONE = Bound("1.0", lambda *operands: 1.0)
SIGMOID = Bound("σ(a)", _sigmoid)
NORMAL = Bound("Φ(a)", _normal)


@dataclass(frozen=True)
class Tested:
    """How a row is tested.

    `sample` is an interval for each operand; `smooth` keeps points off kinks. Value and partials
    are right to `ulps` units in the last place: of the number or, where a partial is a difference,
    of `scale`, and where a value is a sum of more than two, of the sum of magnitudes.
    """

    sample: tuple[Interval, ...]
    smooth: Callable[..., bool] = everywhere
    ulps: Bound = TWO
    scale: Bound = NOTHING


TESTED: dict[str, Tested] = {
    "add": Tested((REAL, REAL)),
    "sub": Tested((REAL, REAL)),
    "mul": Tested((REAL, REAL)),
    "div": Tested((REAL, REAL), smooth=lambda a, b: abs(b) > 0.1),
    "neg": Tested((REAL,)),
    "power": Tested((BASE, EXPONENT), ulps=BY_LOG),
    "power_constant": Tested((BASE, EXPONENT), ulps=BY_LOG),
    "exp": Tested(((-20.0, 20.0),)),
    "expm1": Tested(((-20.0, 20.0),)),
    "log": Tested((POSITIVE,)),
    "log1p": Tested(((-0.99, 100.0),)),
    "log2": Tested((POSITIVE,)),
    "log10": Tested((POSITIVE,)),
    "sqrt": Tested((POSITIVE,)),
    "sin": Tested((REAL,)),
    "cos": Tested((REAL,)),
    "tan": Tested(((-1.5, 1.5),)),
    "asin": Tested((OPEN_UNIT,)),
    "acos": Tested((OPEN_UNIT,)),
    "atan": Tested((REAL,)),
    "atan2": Tested((REAL, REAL), smooth=lambda a, b: abs(a) > 0.1, ulps=FOUR),
    "sinh": Tested((REAL,)),
    "cosh": Tested((REAL,)),
    "tanh": Tested((REAL,), scale=ONE),
    "asinh": Tested((REAL,)),
    "acosh": Tested(((1.01, 100.0),)),
    "atanh": Tested((OPEN_UNIT,)),
    "erf": Tested((REAL,), ulps=BY_SQUARE),
    "erfc": Tested((REAL,), ulps=BY_SQUARE),
    "hypot": Tested((REAL, REAL), smooth=lambda a, b: abs(a) > 0.1),
    "abs": Tested((REAL,), smooth=first_not_zero),
    "max": Tested((REAL, REAL), smooth=apart),
    "min": Tested((REAL, REAL), smooth=apart),
    "sigmoid": Tested((FAR,), scale=ONE),
    "softplus": Tested((FAR,)),
    "relu": Tested((REAL,), smooth=first_not_zero),
    "leaky_relu": Tested((REAL, (-1.0, 1.0)), smooth=first_not_zero),
    "elu": Tested((REAL, (0.1, 2.0)), smooth=first_not_zero),
    "silu": Tested((FAR,), scale=SIGMOID),
    "gelu": Tested((REAL,), ulps=BY_ROOT, scale=NORMAL),
    "less": Tested((REAL, REAL), smooth=apart),
    "at_most": Tested((REAL, REAL), smooth=apart),
    "where": Tested((REAL, REAL, REAL), smooth=lambda a, b, condition: abs(condition) > 0.01),
    "half_squared_error": Tested((REAL, REAL)),
}


def entry_of(row: Row) -> Tested:
    """How a row is tested: by its entry or, of the rows made for a number of operands, by it."""
    if row.name not in WIDE:
        return TESTED[row.name.removesuffix("_slope")]
    count = WIDE[row.name](len(row.operands))
    ulps = Bound(f"{count}.0", lambda *operands: float(count))
    return Tested((REAL,) * len(row.operands), ulps=ulps)


# The summands in rows that are made for a number of operands: each addition rounds by up to ½.
WIDE: dict[str, Callable[[int], int]] = {
    "affine": lambda operands: operands // 2,
    "total": lambda operands: operands,
    "mean": lambda operands: operands,
}
