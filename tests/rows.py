"""What the tests know of each row: where to draw operands, where it is smooth, how exact."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy

from autograd.core.rows import ROWS, Row

Interval: TypeAlias = tuple[float, float]

REAL = (-10.0, 10.0)
POSITIVE = (0.01, 100.0)
OPEN_UNIT = (-0.99, 0.99)
FAR = (-30.0, 30.0)
BASE = (0.1, 5.0)
TINY, HUGE = 2.0**-1022, 2.0**1023
EXPONENT = (-3.0, 3.0)


def everywhere(*operands: float) -> bool:
    return True


def first_not_zero(a: float, *others: float) -> bool:
    return abs(a) > 0.01


def apart(a: float, b: float) -> bool:
    return abs(a - b) > 0.01


def between_wholes(a: float) -> bool:
    return 0.01 < a % 1.0 < 0.99


def between_multiples(a: float, b: float) -> bool:
    return abs(b) > 0.1 and between_wholes(a / b)


def off_the_joint(a: float, b: float, delta: float) -> bool:
    return abs(abs(a - b) - delta) > 0.01


class Bound(NamedTuple):
    """By how many units in the last place a number may miss, and how a table tells it.

    Numbers are arrays, a number for each point; it is infinite where nothing is asked.
    """

    text: str
    at: Callable[..., Any]


def _of_power(a: Any, b: Any) -> Any:
    with numpy.errstate(all="ignore"):
        log = abs(numpy.log(abs(a)))
        least, most = TINY / numpy.minimum(1.0, log**2), HUGE / numpy.maximum(1.0, log**2)
        powers = [abs(a) ** (b - lower) for lower in (0.0, 1.0, 2.0)]
        are_normal = [(power > least) & (power < most / (1.0 + b * b)) for power in powers]
    return numpy.where(numpy.all(are_normal, axis=0), 6.0, numpy.inf)


ONE = Bound("1", lambda *operands: 1.0)
# Below the normal floats two roundings count whole.
TWO = Bound("2", lambda *operands: 2.0)
FOUR = Bound("4", lambda *operands: 4.0)
# b · pow(a, b - 1.0) rounds twice there.
BY_EXPONENT = Bound("1 + |b|", lambda a, b: 1.0 + abs(b))
# b · (b - 1) · a^b / a / a takes six roundings; and on the way there may be no normal floats.
OF_POWER = Bound("6, where all on the way is normal", _of_power)


@dataclass(frozen=True)
class Tested:
    """How a row is tested.

    `sample` is an interval for each operand; `smooth` keeps points off kinks. Value and partials
    miss by at most `bound` units in their last place, below the normal floats by `below` of the
    smallest; what is recorded, partials and second derivatives, by `second` and `second_below`.
    Where it `is_held`, partials are 0 because that is wanted, whatever its slope is.
    """

    sample: tuple[Interval, ...]
    smooth: Callable[..., bool] = everywhere
    bound: Bound = FOUR
    second: Bound = FOUR
    below: Bound = ONE
    second_below: Bound = TWO
    is_held: bool = False


TESTED: dict[str, Tested] = {
    "add": Tested((REAL, REAL)),
    "sub": Tested((REAL, REAL)),
    "mul": Tested((REAL, REAL)),
    "div": Tested((REAL, REAL), smooth=lambda a, b: abs(b) > 0.1),
    "neg": Tested((REAL,)),
    "floordiv": Tested((REAL, REAL), smooth=between_multiples),
    "mod": Tested((REAL, REAL), smooth=between_multiples),
    "power": Tested((BASE, EXPONENT), second=OF_POWER, below=BY_EXPONENT, second_below=OF_POWER),
    "power_constant": Tested(
        (BASE, EXPONENT), second=OF_POWER, below=BY_EXPONENT, second_below=OF_POWER
    ),
    "exp": Tested(((-20.0, 20.0),)),
    "exp2": Tested(((-20.0, 20.0),)),
    "expm1": Tested(((-20.0, 20.0),)),
    "log": Tested((POSITIVE,)),
    "log1p": Tested(((-0.99, 100.0),)),
    "log2": Tested((POSITIVE,)),
    "log10": Tested((POSITIVE,)),
    "sqrt": Tested((POSITIVE,)),
    "cbrt": Tested((REAL,), smooth=first_not_zero),
    "logaddexp": Tested((FAR, FAR)),
    "sin": Tested((REAL,)),
    "cos": Tested((REAL,)),
    "tan": Tested(((-1.5, 1.5),)),
    "asin": Tested((OPEN_UNIT,)),
    "acos": Tested((OPEN_UNIT,)),
    "atan": Tested((REAL,)),
    "atan2": Tested((REAL, REAL), smooth=lambda a, b: abs(a) > 0.1),
    "sinh": Tested((REAL,)),
    "cosh": Tested((REAL,)),
    "tanh": Tested((REAL,)),
    "asinh": Tested((REAL,)),
    "acosh": Tested(((1.01, 100.0),)),
    "atanh": Tested((OPEN_UNIT,)),
    "erf": Tested((REAL,)),
    "erfc": Tested((REAL,)),
    "normal_cdf": Tested((REAL,)),
    "hypot": Tested((REAL, REAL), smooth=lambda a, b: abs(a) > 0.1),
    "abs": Tested((REAL,), smooth=first_not_zero),
    "sign": Tested((REAL,), smooth=first_not_zero),
    "floor": Tested((REAL,), smooth=between_wholes),
    "detach": Tested((REAL,), is_held=True),
    "max": Tested((REAL, REAL), smooth=apart),
    "min": Tested((REAL, REAL), smooth=apart),
    "sigmoid": Tested((FAR,)),
    "softplus": Tested((FAR,)),
    "relu": Tested((REAL,), smooth=first_not_zero),
    "leaky_relu": Tested((REAL, (-1.0, 1.0)), smooth=first_not_zero),
    "elu": Tested((REAL, (0.1, 2.0)), smooth=first_not_zero),
    "silu": Tested((FAR,)),
    "gelu": Tested((REAL,)),
    "less": Tested((REAL, REAL), smooth=apart),
    "at_most": Tested((REAL, REAL), smooth=apart),
    "equal": Tested((REAL, REAL), smooth=apart),
    "where": Tested((REAL, REAL, REAL), smooth=lambda a, b, condition: abs(condition) > 0.01),
    "half_squared_error": Tested((REAL, REAL)),
    "binary_cross_entropy": Tested((FAR, (0.01, 0.99))),
    "huber": Tested((REAL, REAL, (0.1, 5.0)), smooth=off_the_joint),
}


def entry_of(row: Row) -> Tested:
    """How a row is tested: by its entry, a slope as what it is the slope of, others over REAL."""
    name = row.name.removesuffix("_slope")
    return TESTED[name] if name in ROWS else Tested((REAL,) * len(row.operands))
