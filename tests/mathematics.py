"""What people read of a row, what floats compute, and what is true: all three at one point.

The truth is each function as mpmath has it, with its derivatives taken numerically, or 0 where a
row is held. `primal` and `partials` of a row are evaluated to as many digits, and have to be the
truth; what floats compute, and what `create_graph` records, has to be the same up to rounding.
"""

import ast
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, TypeAlias

import mpmath
from mpmath import mpf

from autograd import Value, grad
from autograd.core.numbers import evaluate
from autograd.core.rows import FUNCTIONS, Row
from autograd.core.value import record
from tests.rows import TESTED, entry_of

Point: TypeAlias = tuple[float, ...]
Numbers: TypeAlias = list[tuple[str, Any]]  # what each is of, and the number

DIGITS = 350  # so that 1 + 1e-300 is not 1
EXACT = 1e-30  # of formulas, relative
ROUNDED = 1e-12  # of floats, relative: far more than they miss, far less than any fault
LEAST, MOST = 1e-290, 1e290  # where no float on the way is tiny or infinite
NOTHING = 1e-300  # derivatives that are smaller are 0 when taken numerically

# Where rows change branch or saturate, beside the intervals of tests/rows.py.
FAR = (
    1e-8,
    1e-3,
    0.3,
    0.7,
    0.95,
    1.5,
    8.0,
    20.0,
    27.0,
    30.0,
    37.0,
    100.0,
    360.0,
    655.0,
    5e3,
    1e6,
    1e10,
)
PAIRS = ((1.5, -2.0), (-1e-150, 2e-150), (3e150, 1e150), (0.5, 0.25), (2.0, 0.3), (0.3, 7.5))

_OTHER_NAMES = {"abs": "fabs", "pow": "power"}
_MATHEMATICS: dict[str, Any] = {
    name: getattr(mpmath, _OTHER_NAMES.get(name, name)) for name in FUNCTIONS if name != "log2"
}
_MATHEMATICS |= {"log2": lambda a: mpmath.log(a, 2), "mpf": mpf}
_MATHEMATICS["fmod"] = lambda a, b: mpmath.sign(a) * (abs(a) % abs(b))  # mpmath's has b's sign
_MATHEMATICS |= {"pi": mpmath.pi, "inf": mpmath.inf, "nan": mpmath.nan}

# The rows whose name is no function of mathematics.
TRUTH: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "power": mpmath.power,
    "power_constant": mpmath.power,
    "floordiv": lambda a, b: mpmath.floor(a / b),
    "mod": lambda a, b: a - b * mpmath.floor(a / b),
    "exp2": lambda a: mpmath.power(2, a),
    "cbrt": lambda a: mpmath.sign(a) * mpmath.cbrt(abs(a)),
    "logaddexp": lambda a, b: mpmath.log(mpmath.exp(a) + mpmath.exp(b)),
    "normal_cdf": lambda a: mpmath.erfc(-a / mpmath.sqrt(2)) / 2,
    "sign": mpmath.sign,
    "floor": mpmath.floor,
    "detach": lambda a: a,
    "equal": lambda a, b: mpf(a == b),
    "max": max,
    "min": min,
    "sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)),
    "softplus": lambda a: mpmath.log(1 + mpmath.exp(a)),
    "relu": lambda a: max(a, mpf(0)),
    "leaky_relu": lambda a, slope: a if a > 0 else slope * a,
    "elu": lambda a, alpha: a if a > 0 else alpha * mpmath.expm1(a),
    "silu": lambda a: a / (1 + mpmath.exp(-a)),
    "gelu": lambda a: a * mpmath.erfc(-a / mpmath.sqrt(2)) / 2,
    "less": lambda a, b: mpf(a < b),
    "at_most": lambda a, b: mpf(a <= b),
    "where": lambda a, b, condition: a if condition else b,
    "half_squared_error": lambda a, b: (a - b) ** 2 / 2,
    "binary_cross_entropy": lambda a, b: _cross_entropy(a, b),
    "huber": lambda a, b, delta: (
        (a - b) ** 2 / 2 if abs(a - b) <= delta else delta * (abs(a - b) - delta / 2)
    ),
    "affine": lambda *operands: mpmath.fdot(*_halves(operands)) + operands[-1],
    "total": lambda *terms: mpmath.fsum(terms),
    "mean": lambda *terms: mpmath.fsum(terms) / len(terms),
    "atan2_slope": lambda a, b: a / (a * a + b * b),
}


def _cross_entropy(a: Any, b: Any) -> Any:
    if not -1e-30 <= b <= 1 + 1e-30:  # numerical derivatives look a little beyond
        raise ValueError
    return b * mpmath.log(1 + mpmath.exp(-a)) + (1 - b) * mpmath.log(1 + mpmath.exp(a))


def _halves(operands: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    width = len(operands) // 2
    return operands[:width], operands[width : 2 * width]


def _function(name: str) -> Callable[..., Any]:
    """The function that a row is by its name; a slope is the derivative by the first operand."""
    known = TRUTH.get(name) or _MATHEMATICS.get(name)
    if known is not None:
        return known
    if not name.endswith("_slope"):
        raise KeyError(f"{name} has no line in TRUTH of tests/mathematics.py")
    base = _function(name.removesuffix("_slope"))
    return lambda *operands: _derivative(base, operands, 0)


def _derivative(function: Callable[..., Any], operands: Sequence[Any], slot: int) -> Any:
    order = [int(i == slot) for i in range(len(operands))]
    return mpmath.diff(function, tuple(operands), tuple(order))


@lru_cache(10_000)
def truth(name: str, partials: int, point: Point) -> tuple[Any, ...] | None:
    """The value of a row and its partials; None where one is no usual float."""
    function = _function(name)
    operands = tuple(map(mpf, point))
    with mpmath.workdps(DIGITS):
        try:
            if name in TESTED and TESTED[name].is_held:
                slopes = [mpf(0)] * partials
            else:
                slopes = [_derivative(function, operands, i) for i in range(partials)]
            found = (function(*operands), *slopes)
        except (ValueError, ZeroDivisionError):
            return None
    are_usual = all(isinstance(x, mpf) and (x == 0 or LEAST < abs(x) < MOST) for x in found)
    return found if are_usual else None


@cache
def compiled(text: str) -> Any:
    """A formula with its numbers as mpmath's."""
    tree = ast.parse(text, mode="eval")
    for node in ast.walk(tree):
        for name, part in ast.iter_fields(node):
            setattr(node, name, _exact(part))
    return compile(ast.fix_missing_locations(tree), text, "eval")


def _exact(part: Any) -> Any:
    if isinstance(part, list):
        return [_exact(x) for x in part]
    if isinstance(part, ast.Constant):
        return ast.Call(ast.Name("mpf", ast.Load()), [ast.Constant(repr(part.value))], [])
    return part


def read(row: Row, point: Point) -> Numbers:
    """What the formulas give that people read."""
    out, partials = _read(row.primal, row.partials, row.operands, point)
    return [("primal", out), *((f"partial {i}", x) for i, x in enumerate(partials))]


@lru_cache(10_000)
def _read(
    primal: str, partials: Sequence[str], operands: Sequence[str], point: Point
) -> tuple[Any, list[Any]]:
    names = dict(zip(operands, map(mpf, point), strict=True))
    with mpmath.workdps(DIGITS):
        names["out"] = eval(compiled(primal), _MATHEMATICS, names)
        return names["out"], [eval(compiled(text), _MATHEMATICS, names) for text in partials]


def computed(row: Row, point: Point) -> Numbers:
    """What floats give."""
    out, partials = evaluate(row, point)
    return [("value", out), *((f"slope {i}", x) for i, x in enumerate(partials))]


def recorded(row: Row, point: Point) -> Numbers:
    """What `create_graph` records."""
    count = len(row.partials)
    leaves = [Value(x) for x in point[:count]]
    node = record(row, *leaves, *point[count:])
    graphs = grad(node, leaves, create_graph=True)
    return [("value", node.data), *((f"graph {i}", x.data) for i, x in enumerate(graphs))]


WAYS = {read: EXACT, computed: ROUNDED, recorded: ROUNDED}


def points(row: Row) -> Iterator[Point]:
    """Points where a row is smooth: of its own intervals, of where it saturates, and far out."""
    rng = random.Random(row.name)
    entry = entry_of(row)

    def drawn() -> Point:
        return tuple(rng.uniform(*interval) for interval in entry.sample)

    own = [drawn() for _ in range(12)]
    far = [(sign * x, *drawn()[1:]) for x in FAR for sign in (1.0, -1.0)]
    for x, *others in [drawn() for _ in range(120)] if len(row.operands) == 2 else []:
        far.append((x * 10.0 ** rng.uniform(-3.0, 3.0), *others))
    pairs = PAIRS if len(row.operands) == 2 else ()
    for point in (*own, *far, *pairs):
        if entry.smooth(*point) and truth(row.name, len(row.partials), point):
            yield point


def disagreements(row: Row) -> Iterator[str]:
    """Where a formula is not the truth, or floats are not what is read."""
    for point in points(row):
        true = truth(row.name, len(row.partials), point) or ()
        for way, tolerance in WAYS.items():
            try:
                found = way(row, point)
            except (ArithmeticError, TypeError, ValueError) as error:  # TypeError: complex numbers
                yield f"{row.name}{point}: {error}"
                continue
            for (what, x), y in zip(found, true, strict=True):
                if not abs(x - y) <= tolerance * abs(y) + NOTHING:
                    told = mpmath.nstr(y, 20)
                    yield f"{row.name}{point}: {what} is {x}, truth {told}"
