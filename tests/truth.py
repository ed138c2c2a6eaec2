"""The truth: each row as mathematics writes it, over python-flint's balls of real numbers.

Arb encloses every number in a ball that is proven to hold it, and power series give derivatives:
of f(a + t) the coefficients are f, f' and f'' / 2. No formula of ours has a part in it. A ball that
is too wide is computed again with more bits, until at least ACCURATE bits are right.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flint import arb, arb_series, ctx

from autograd.core.rows import Row

Series = Any
BITS = (128, 512, 2048, 8192)
ACCURATE = 80  # bits; a double has 53
LEAST, MOST = arb(2) ** -1200, arb(2) ** 1100  # beyond them a double is 0 or infinite anyhow
NOTHING = arb_series([arb.nan()] * 3, 3)
FARTHEST = 10**6  # no double brings exp(±10⁶) back within its range

# fmt: off
TRUTH: dict[str, Callable[..., Series]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: over(a, b),
    "neg": lambda a: -a,
    "floordiv": lambda a, b: whole(over(a, b)),
    "mod": lambda a, b: NOTHING if b[0] == 0 else a - b * whole(a / b),
    "power": lambda a, b: power(a, b),
    "power_constant": lambda a, b: power(a, b),
    "exp": lambda a: exp(a),
    "exp2": lambda a: exp(a * arb(2).log()),
    "expm1": lambda a: expm1(a),
    "log": lambda a: a.log(),
    "log1p": lambda a: known(a[0].log1p(), over(1, 1 + a), a),
    "log2": lambda a: a.log() / arb(2).log(),
    "log10": lambda a: a.log() / arb(10).log(),
    "sqrt": lambda a: a.sqrt(),
    "cbrt": lambda a: cube_root(a) if a[0] > 0 else -cube_root(-a),
    "logaddexp": lambda a, b: logaddexp(a, b),
    "sin": lambda a: a.sin(),
    "cos": lambda a: a.cos(),
    "tan": lambda a: a.tan(),
    "asin": lambda a: a.asin(),
    "acos": lambda a: a.acos(),
    "atan": lambda a: a.atan(),
    "atan2": lambda a, b: atan2(a, b),
    "sinh": lambda a: sinh(a),
    "cosh": lambda a: cosh(a),
    "tanh": lambda a: known(a[0].tanh(), over(1, cosh(a) * cosh(a)), a),
    "asinh": lambda a: known(a[0].asinh(), (1 + a * a).rsqrt(), a),
    "acosh": lambda a: known(a[0].acosh(), (a * a - 1).rsqrt(), a),
    "atanh": lambda a: known(a[0].atanh(), over(1, 1 - a * a), a),
    "erf": lambda a: a.erf(),
    "erfc": lambda a: a.erfc(),
    "normal_cdf": lambda a: (-a / arb(2).sqrt()).erfc() / 2,
    "hypot": lambda a, b: (a * a + b * b).sqrt(),
    "abs": lambda a: a if a[0] > 0 else -a if a[0] < 0 else 0 * a,
    "sign": lambda a: 0 * a + (1 if a[0] > 0 else -1 if a[0] < 0 else 0),
    "floor": lambda a: whole(a),
    "detach": lambda a: 0 * a + a[0],
    "max": lambda a, b: a if a[0] > b[0] else b if a[0] < b[0] else (a + b) / 2,
    "min": lambda a, b: a if a[0] < b[0] else b if a[0] > b[0] else (a + b) / 2,
    "sigmoid": lambda a: over(1, 1 + exp(-a)),
    "softplus": lambda a: log_of_rise(a),
    "relu": lambda a: a if a[0] > 0 else 0 * a,
    "leaky_relu": lambda a, slope: a if a[0] > 0 else slope * a,
    "elu": lambda a, alpha: a if a[0] > 0 else alpha * expm1(a),
    "silu": lambda a: over(a, 1 + exp(-a)),
    "gelu": lambda a: a * (-a / arb(2).sqrt()).erfc() / 2,
    "less": lambda a, b: 0 * a + (1 if a[0] < b[0] else 0),
    "at_most": lambda a, b: 0 * a + (1 if a[0] <= b[0] else 0),
    "equal": lambda a, b: 0 * a + (1 if a[0] == b[0] else 0),
    "where": lambda a, b, condition: b if condition[0] == 0 else a,
    "half_squared_error": lambda a, b: (a - b) * (a - b) / 2,
    "binary_cross_entropy": lambda a, b: cross_entropy(a, b),
    "huber": lambda a, b, delta: huber(a, b, delta),
    "affine": lambda *xwb: sum(map(product, halves(xwb)), xwb[-1]),
    "total": lambda *summands: sum(summands[1:], summands[0]),
    "mean": lambda *summands: sum(summands[1:], summands[0]) / len(summands),
}
# fmt: on

# Near a zero that is no double no formula keeps the digits of a difference: the largest summand of
# such numbers, by their place in `numbers`. Of a sum of several operands it is that of magnitudes.
SUMMANDS: dict[str, dict[int, Callable[..., Any]]] = {
    "silu": {
        1: lambda a: larger(sigmoid(a), a * sigmoid(a) * sigmoid(-a)),
        2: lambda a: sigmoid(a) * sigmoid(-a) * larger(arb(2), a * (a / 2).tanh()),
    },
    "gelu": {
        1: lambda a: larger((-a / arb(2).sqrt()).erfc() / 2, a * normal(a)),
        2: lambda a: normal(a) * larger(arb(2), a * a),
    },
    "logaddexp": {0: lambda a, b: larger(max(a, b), max(-abs(a - b), arb(-FARTHEST)).exp())},
    "binary_cross_entropy": {1: lambda a, b: larger((1 - b) * sigmoid(a), b * sigmoid(-a))},
    "power": {4: lambda a, b: ((b - 1) * a.log()).exp() * larger(arb(1), b * a.log())},
    "affine": {0: lambda *xwb: sum(abs(x * w) for x, w in halves(xwb)) + abs(xwb[-1])},
    "total": {0: lambda *summands: sum(map(abs, summands))},
    "mean": {0: lambda *summands: sum(map(abs, summands)) / len(summands)},
}


def larger(a: Any, b: Any) -> Any:
    return max(abs(a), abs(b))


def sigmoid(a: Any) -> Any:
    return 1 / (1 + max(-a, arb(-FARTHEST)).exp()) if a > -FARTHEST else arb(0)


def normal(a: Any) -> Any:
    return (-a * a / 2).exp() / (2 * arb.pi()).sqrt()


def over(a: Series, b: Series) -> Series:
    """A quotient; of no number where b is 0."""
    return NOTHING if b[0].contains(0) else a / b


def known(value: Any, slope: Series, a: Series) -> Series:
    """A function of a with a known value and a known derivative."""
    return (slope * a.derivative()).integral() + value


def start(a: Series) -> Any:
    """The number that a series starts from; of one too far out for exp, the farthest."""
    return min(max(a[0], arb(-FARTHEST)), arb(FARTHEST)) if abs(a[0]) > FARTHEST else a[0]


def moved(a: Series) -> Series:
    return a - a[0] + start(a)


def exp(a: Series) -> Series:
    return moved(a).exp()


def expm1(a: Series) -> Series:
    return known(start(a).expm1(), exp(a), a)


def sinh(a: Series) -> Series:
    step = a - a[0]
    even, odd = (step.exp() + (-step).exp()) / 2, (step.exp() - (-step).exp()) / 2
    return start(a).sinh() * even + start(a).cosh() * odd


def cosh(a: Series) -> Series:
    step = a - a[0]
    even, odd = (step.exp() + (-step).exp()) / 2, (step.exp() - (-step).exp()) / 2
    return start(a).cosh() * even + start(a).sinh() * odd


def softplus(a: Any) -> Any:
    small = max(-abs(a), arb(-FARTHEST)).exp().log1p()
    return a + small if a > 0 else small


def log_of_rise(a: Series) -> Series:
    return known(softplus(a[0]), over(1, 1 + exp(-a)), a)


def cross_entropy(a: Series, b: Series) -> Series:
    is_inside = bool(b[0] >= 0) and bool(b[0] <= 1)
    return b * log_of_rise(-a) + (1 - b) * log_of_rise(a) if is_inside else NOTHING


def huber(a: Series, b: Series, delta: Series) -> Series:
    apart = a - b if a[0] > b[0] else b - a
    return apart * apart / 2 if apart[0] <= delta[0] else delta * (apart - delta / 2)


def logaddexp(a: Series, b: Series) -> Series:
    by_a, by_b = over(1, 1 + exp(b - a)), over(1, 1 + exp(a - b))
    rise = by_a * a.derivative() + by_b * b.derivative()
    return rise.integral() + b[0] + softplus(a[0] - b[0])


def cube_root(a: Series) -> Series:
    return power(a, series(arb(1) / 3))


def whole(a: Series) -> Series:
    """The whole number at or below; none of its derivatives is other than 0."""
    return 0 * a + a[0].floor()


def atan2(a: Series, b: Series) -> Series:
    turned = a.derivative() * b - b.derivative() * a
    return over(turned, a * a + b * b).integral() + arb.atan2(a[0], b[0])


def power(a: Series, b: Series) -> Series:
    if a[0] > 0:
        return exp(b * a.log())
    whole = b[0].unique_fmpz()
    if whole is None or b[1] != 0:
        return NOTHING
    return exp(b * (-a).log()) * (-1 if int(whole) % 2 else 1)


def halves(xwb: Sequence[Series]) -> Iterator[tuple[Series, Series]]:
    count = len(xwb) // 2
    return zip(xwb[:count], xwb[count:-1], strict=True)


def product(pair: tuple[Series, Series]) -> Series:
    return pair[0] * pair[1]


def numbers(row: Row, point: Sequence[float]) -> list[Any]:
    """Value, partials, and second derivatives by (1, 1), (1, 2), … (2, 2), … as balls."""
    exact = [arb(x) for x in point]
    found: list[Any] = []
    for bits in BITS:
        ctx.prec = bits
        found = list(derivatives(TRUTH[row.name], exact, len(row.partials)))
        if all(map(is_accurate, found)):
            return found
    raise ArithmeticError(f"{row.name}{tuple(point)} needs more than {BITS[-1]} bits: {found}")


def derivatives(function: Callable[..., Series], point: Sequence[Any], count: int) -> Iterator[Any]:
    """Along a direction (1, 1) the second derivative is that by both twice, and each once."""
    if count == 1:
        along = [series(point[0], 1), *map(series, point[1:])]
        found = function(*along)
        yield from (found[0], found[1], 2 * found[2])
        return
    single: list[Series] = [_along(function, point, [i]) for i in range(count)]
    yield single[0][0]
    yield from (found[1] for found in single)
    for i in range(count):
        for j in range(i, count):
            if i == j:
                yield 2 * single[i][2]
            else:
                yield _along(function, point, [i, j])[2] - single[i][2] - single[j][2]


def _along(function: Callable[..., Series], point: Sequence[Any], moving: list[int]) -> Series:
    return function(*(series(x, int(i in moving)) for i, x in enumerate(point)))


def series(x: Any, speed: int = 0) -> Series:
    """x + speed · t, up to t²."""
    return arb_series([x, speed], 3)


def is_accurate(ball: Any) -> bool:
    if ball.rel_accuracy_bits() >= ACCURATE or ball.is_zero():
        return True
    return bool(ball.is_finite()) and (ball.abs_upper() < LEAST or ball.abs_lower() > MOST)
