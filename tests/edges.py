"""Every row at its edges: infinities, domains, poles, kinks, and numbers that overflow on the way.

At infinite operands the truth is the limit, or NaN where the text says 0 · inf or inf − inf.
Outside the domain and at poles there is a DomainError. At a kink the derivative is the one that
core/rows.py states. Error model, beside the row's own bound:

- What becomes smaller than the smallest normal float on the way is lost: 2⁻¹⁰²² times operands |x|,
  in derivatives 1/|x| too.
- What becomes infinite on the way may end as an infinity or a NaN, never as another number.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy
from flint import arb, ctx

from autograd import DomainError, Value, grad
from autograd.core.rows import Row
from autograd.core.value import record
from tests import truth
from tests.rows import entry_of

Point: TypeAlias = tuple[float, ...]

BITS = 8192
TINY = 2.0**-1022
EPSILON = 2.0**-52
LARGEST = math.nextafter(math.inf, 0.0)
INF = math.inf

# From the smallest float to the largest: where functions saturate, change branch, overflow; then
# beyond.
MAGNITUDES = [
    *(0.0, 5e-324, TINY, 1e-200, 1e-20, 1e-8, 0.3, 0.5, 1.0 - EPSILON / 2, 1.0, 1.0 + EPSILON),
    *(1.5, 2.5, 6.0, 10.0, 19.0, 25.0, 38.0, 100.0, 150.0, 300.0, 400.0, 700.0, 709.7, 720.0),
    *(745.0, 1e4, 1e8, 1e16, 1e100, 1e200, LARGEST, INF),
]
FEWER = [0.0, 5e-324, 1e-200, 0.5, 1.0, 1.0 + EPSILON, 2.0, 3.0, 1e200, LARGEST, INF]
EXPONENTS = [0.0, 1e-6, 0.5, 1.0, 2.0, 3.0, 100.5, 1e3]


def points(row: Row) -> Iterator[Point]:
    """Every combination of edges."""
    seconds = EXPONENTS if row.name.startswith("power") else FEWER
    edges = [[MAGNITUDES], [FEWER, seconds], [[0.0, 1e-20, 2.0]] * 3][len(row.operands) - 1]
    signed = ([sign * x for x in magnitudes for sign in (1.0, -1.0)] for magnitudes in edges)
    for point in itertools.product(*signed):
        if not has_no_limit(row.name, *point):
            yield point


def has_no_limit(name: str, x: float, y: float = 1.0, *others: float) -> bool:
    """Where a function has a value by C's Annex F, or a derivative by our choice, but no limit."""
    if name.startswith("power"):
        # x**0 is constant at 0 too; ∂²/∂a∂b of a**b at (0, 1) is -inf one way, 0 the other
        slow = x in (0.0, INF) and 0.0 < abs(y) < 0.01  # a limit beyond 10^±800
        return slow or (x == 0.0 and y in (0.0, 1.0)) or (abs(x) < TINY and y == 0.0) or x == -INF
    if name == "huber":  # its second derivative jumps, and a - b is rounded
        return abs(abs(x - y) - others[0]) < 1e-9
    if name == "atan2":  # no direction at all, or the sign of a zero decides between π and -π
        return abs(x) == abs(y) in (0.0, INF) or (x == 0.0 and y < 0.0)
    return name == "hypot" and x == y == 0.0


def limits(row: Row, point: Point) -> list[Any]:
    """The numbers of a row or, at zeros and infinities, what they tend to; None where neither."""
    ctx.prec = BITS
    found = numbers(row, point)
    for moved in ([INF], [INF, 0.0]):
        near = _at(row, tuple(_toward(x, 400, moved) for x in point))
        nearer = _at(row, tuple(_toward(x, 800, moved) for x in point))
        pairs = zip(found, near, nearer, strict=True)
        found = [_limit(*pair) if known is None else known for known, *pair in pairs]
    return found


def numbers(row: Row, point: Point) -> list[Any]:
    """The numbers of a row at a point; None where there is none."""
    count = len(row.partials)
    if any(map(math.isinf, point)):
        return [None] * (1 + count + count * (count + 1) // 2)
    return _at(row, tuple(map(arb, point)))


def _toward(x: float, far: int, moved: list[float]) -> Any:
    if abs(x) not in moved:
        return arb(x)
    return arb(10) ** -far if x == 0.0 else arb(10) ** far * (1 if x > 0.0 else -1)


def _limit(near: Any, nearer: Any) -> Any:
    """What numbers at 10^±400 and 10^±800 tend to."""
    if near is None or nearer is None:
        return None
    is_large = abs(nearer) > truth.MOST or (abs(nearer) > 1.5 * abs(near) and abs(nearer) > 300)
    if is_large:
        return arb.pos_inf() if nearer > 0 else arb.neg_inf()
    if abs(nearer) < truth.LEAST or abs(nearer) < abs(near) / 1.5:
        return arb(0)
    return nearer if abs(nearer - near) < arb(10) ** -80 else None


def _at(row: Row, point: tuple[Any, ...]) -> list[Any]:
    function = truth.TRUTH[row.name]
    value = function(*(truth.series(x) for x in point))[0]
    _, *others = truth.derivatives(function, point, len(row.partials))
    return [x if x.is_finite() else None for x in (value, *others)]


def problems(row: Row) -> Iterator[str]:
    """What is wrong with a row at its edges."""
    for point in points(row):
        for problem in _problems_at(row, point):
            yield f"{row.name}{point}: {problem}"


def _problems_at(row: Row, point: Point) -> Iterator[str]:
    count = len(row.partials)
    true = limits(row, point)
    leaves = [Value(x) for x in point[:count]]
    try:
        node = record(row, *leaves, *point[count:])
    except DomainError:
        value = numbers(row, point)[0]
        if value is not None:
            yield f"DomainError, truth {value.str(20)}"
        return
    ours = [node.data, *node.partials[:count]]
    if all(map(math.isfinite, (*ours, *point))):
        gradients = grad(node, leaves, create_graph=True)
        for i, gradient in enumerate(gradients):
            second = grad(gradient, leaves, allow_unused=True, allow_nonfinite=True)
            ours += second[i:]
    overflows = any(x is not None and math.isinf(float(x)) for x in true)
    for i, number in enumerate(ours):
        if overflows and not math.isfinite(number):
            continue
        if not is_right(row, point, i, number, true[i]):
            told = true[i] and true[i].str(20)
            yield f"number {i} is {number!r}, truth {told}"


def is_right(row: Row, point: Point, place: int, ours: float, true: Any) -> bool:
    """Whether a number is the truth, as far as floats on the way can tell."""
    if true is None:
        return not math.isfinite(ours)
    near = float(true)
    tested = entry_of(row)
    bound = tested.bound if place <= len(row.partials) else tested.second
    ulps = float(bound.at(*map(numpy.float64, point)))
    if math.isinf(near) or not math.isfinite(ours):
        signs_a_pole = 0.0 in point and abs(ours) == abs(near)  # as -0.0 may
        undecided = math.isnan(ours) and (any(map(math.isinf, point)) or math.isinf(ulps))
        return ours == near or signs_a_pole or undecided
    most = ulps * math.ulp(max(abs(near), _summand(row, point, place)))
    return bool(abs(arb(ours) - true) <= arb(most) + _lost(point, is_derivative=place > 0))


def _summand(row: Row, point: Point, place: int) -> float:
    """The largest summand of a number that is a difference, else 0."""
    summand = truth.SUMMANDS.get(row.name, {}).get(place)
    size = float(summand(*map(arb, point))) if summand else 0.0
    return size if math.isfinite(size) else 0.0


def _lost(point: Sequence[float], is_derivative: bool) -> Any:
    """What is lost below the smallest normal float on the way."""
    sizes = [abs(x) for x in point if x and math.isfinite(x)]
    inverses = [1.0 / max(TINY, x) for x in sizes if is_derivative]
    return arb(TINY) * max([1.0, *sizes, *inverses])
