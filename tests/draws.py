"""Where the rows are compared with the truth: doubles of all exponents, and near what is special.

A third of the draws are bit patterns, so that all exponents are alike; a third lie where functions
do what they are known for; a third are around the points where a text changes branch.
"""

import re
import zlib
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy
from numpy.typing import NDArray

from autograd.core.rows import Row

Numbers: TypeAlias = NDArray[numpy.float64]

# Where functions saturate, overflow, underflow, change branch, have a pole or a kink.
SPECIAL = (
    0.0, 1.0, 0.5, 2.0, 1.5707963267948966, 3.141592653589793, 0.7071067811865476, 5.9, 6.0, 19.0,
    26.5, 36.7, 37.5, 38.4, 40.0, 354.0, 700.0, 709.78, 710.4, 745.13, 1e8, 1e16,
    0.7517915246935645, 1.2784645427610738, 2.3993572805154054, 1.1996786402577,
    1.4142135623730951, 2.0**-26, 2.0**-53, 2.0**-511, 2.0**511, 2.0**-1022,
)  # fmt: skip

EXPONENTS = 200  # of power_constant, and thresholds of huber: a program for each

SUMS = ("affine", "total", "mean")  # no sum on the way overflows, and no product is denormal

DOMAINS: dict[str, Callable[..., Any]] = {
    "log": lambda a: a > 0.0,
    "log2": lambda a: a > 0.0,
    "log10": lambda a: a > 0.0,
    "log1p": lambda a: a > -1.0,
    "sqrt": lambda a: a > 0.0,
    "asin": lambda a: abs(a) < 1.0,
    "acos": lambda a: abs(a) < 1.0,
    "acosh": lambda a: a > 1.0,
    "atanh": lambda a: abs(a) < 1.0,
    "div": lambda a, b: b != 0.0,
    "floordiv": lambda a, b: b != 0.0,
    "mod": lambda a, b: b != 0.0,
    "cbrt": lambda a: a != 0.0,
    "atan2": lambda a, b: (a != 0.0) | (b > 0.0),
    "hypot": lambda a, b: (a != 0.0) | (b != 0.0),
    "power": lambda a, b: a > 0.0,
    "power_constant": lambda a, b: (a > 0.0) | ((a < 0.0) & (b == numpy.floor(b))),
    "abs": lambda a: a != 0.0,
    "max": lambda a, b: a != b,
    "min": lambda a, b: a != b,
    "relu": lambda a: a != 0.0,
    "leaky_relu": lambda a, slope: a != 0.0,
    "elu": lambda a, alpha: a != 0.0,
    "binary_cross_entropy": lambda a, b: (b >= 0.0) & (b <= 1.0),
    # Where a - b is rounded, floats may take the other branch.
    "huber": lambda a, b, delta: (
        (delta > 0.0) & (abs(abs(a - b) - delta) > 1e-9 * (abs(a) + abs(b)))
    ),
}


def draws(row: Row, count: int, seed: int = 0) -> Numbers:
    """So many points in the domain of a row, one a line; the same each time for a seed."""
    generator = numpy.random.default_rng(zlib.crc32(row.name.encode()) + seed)
    found: list[Numbers] = []
    while sum(map(len, found)) < count:
        found.append(inside(row, _points(row, generator, count)))
    return numpy.concatenate(found)[:count]


def inside(row: Row, points: Numbers) -> Numbers:
    """The points in the domain of a row, at no pole and no kink."""
    found: Numbers = points[are_inside(row, points)]
    return found


def are_inside(row: Row, points: Numbers) -> Any:
    """Whether each point is in the domain of a row, at no pole and no kink."""
    is_inside = _is_moderate if row.name in SUMS else DOMAINS.get(row.name)
    return numpy.ones(len(points), bool) if is_inside is None else is_inside(*points.T)


def _points(row: Row, generator: Any, count: int) -> Numbers:
    special = numpy.array([*SPECIAL, *constants_in(row)])
    columns = [_mixed(generator, special, count) for _ in row.operands]
    if len(columns) == 2 or row.name == "huber":
        _pair(row, generator, columns)
    if row.name == "where":
        columns[2] = generator.choice([0.0, 1.0, -1.0, 5e-324], count)
    if row.name == "huber":
        columns[2] = generator.choice(columns[2][:EXPONENTS], count)
    if row.name == "power_constant":
        columns[1] = generator.choice(columns[1][:EXPONENTS], count)
    return numpy.stack(columns, axis=1)


def _is_moderate(*operands: Numbers) -> Any:
    sizes = abs(numpy.array(operands))
    return ((sizes == 0.0) | ((sizes > 1e-140) & (sizes < 1e150))).all(axis=0)


def constants_in(row: Row) -> list[float]:
    """The numbers in what floats compute: they may be where it changes branch."""
    computed = row.computed
    texts = [computed.primal, *computed.partials, *computed.slopes, *(x for _, x in computed.steps)]
    found = re.findall(r"(?<![\w.])\d+\.\d+(?:e[-+]?\d+)?", " ".join(texts))
    return sorted({float(x) for x in found})


def _mixed(generator: Any, special: Numbers, count: int) -> Any:
    kinds = generator.integers(0, 6, count)
    ways = [
        _patterns(generator, count),
        _patterns(generator, count),
        _sign(generator, count) * 10.0 ** generator.uniform(-3.0, 3.0, count),
        generator.uniform(-50.0, 50.0, count),
        _near(generator, special, count),
        _next_to(generator, special, count),
    ]
    return numpy.choose(kinds, ways)


def _sign(generator: Any, count: int) -> Any:
    return generator.choice([-1.0, 1.0], count)


def _patterns(generator: Any, count: int) -> Any:
    bits = generator.integers(0, 2047 << 52, count, dtype=numpy.uint64)
    return _sign(generator, count) * bits.view(numpy.float64)


def _near(generator: Any, special: Numbers, count: int) -> Any:
    """Off a special point by any power of two of it."""
    off = _sign(generator, count) * 2.0 ** -generator.uniform(1.0, 53.0, count)
    point = generator.choice(special, count)
    return _sign(generator, count) * numpy.where(point == 0.0, off, point * (1.0 + off))


def _next_to(generator: Any, special: Numbers, count: int) -> Any:
    """A special point, or one of its two neighbours; a quarter of them within 1,000 steps."""
    point = _sign(generator, count) * generator.choice(special, count)
    far = generator.choice([1, 1, 1, 1000], count)
    steps = generator.integers(-far, far + 1)
    return point + steps * numpy.spacing(point)


def _pair(row: Row, generator: Any, columns: list[Numbers]) -> None:
    """Bring a third of the second operands near the first, as they are where two numbers cancel."""
    a, b = columns[:2]
    kinds = generator.integers(0, 6, len(a))
    scaled = a * generator.uniform(-1.0, 1.0, len(a))
    apart = _sign(generator, len(a)) * 2.0 ** -generator.uniform(1.0, 53.0, len(a))
    with numpy.errstate(over="ignore"):
        close = a * (1.0 + apart)
    columns[1] = numpy.where(kinds == 0, scaled, numpy.where(kinds == 1, close, b))
    if row.name.startswith("power"):
        _exponents(generator, columns)
    columns[1] = numpy.where(numpy.isfinite(columns[1]), columns[1], b)


def _exponents(generator: Any, columns: list[Numbers]) -> None:
    """Exponents with which a power is a double, and whole ones."""
    a, b = columns
    kinds = generator.integers(0, 4, len(a))
    with numpy.errstate(divide="ignore", invalid="ignore"):
        widest = 745.0 / abs(numpy.log(abs(a)))
    within = generator.uniform(-1.0, 1.0, len(a)) * numpy.minimum(widest, 1e300)
    whole = generator.integers(-20, 21, len(a)).astype(float)
    halves = generator.integers(-20, 21, len(a)) / 2.0
    columns[1] = numpy.choose(kinds, [within, whole, halves, b])
