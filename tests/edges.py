"""Every row against mathematics: value, partials, second derivatives, at ordinary and edge points.

The truth is each function as mathematics writes it, differentiated by sympy and evaluated by mpmath
to 50 digits beyond the smallest float. Error model, with u(x) the unit in the last place of x:

- A value misses by at most `ulps` · u(value), a partial by `ulps` · u(max(|partial|, scale)), both
  as tests/rows.py states them.
- A second derivative is a sum of products of a few such numbers:
  8 · `ulps` · u(max(|result|, Σ|contributions|, scale)).
- What becomes smaller than the smallest normal float on the way is lost: 2⁻¹⁰²² times operands |x|,
  in derivatives 1/|x| too.
- What becomes infinite on the way may end as an infinity or a NaN, never as another number.

At infinite operands the truth is the limit, or NaN where the text says 0 · inf or inf − inf; a NaN
stays a NaN. Outside the domain and at poles there is a DomainError. At a kink the derivative is the
one that core/rows.py states.

    python -m tests.conformance    writes build/conformance.md
"""

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import mpmath
import sympy
from mpmath import mpf
from tqdm import tqdm

from autograd import DomainError, Value, grad
from autograd.core.rows import Row, affine_row, mean_row, total_row
from autograd.core.value import record
from tests.bounds import contributions
from tests.rows import NOTHING, Tested, entry_of
from tests.strategies import ELEMENTAL, intervals

mpmath.mp.dps = 324 + 50
TINY = 2.0**-1022
EPSILON = 2.0**-52
LARGEST = math.nextafter(math.inf, 0.0)
INF = math.inf
KINDS = ("value", "partials", "second")

Point: TypeAlias = tuple[float, ...]

a, b, c, d, e = sympy.symbols("a b c d e", real=True)


def cases(*pairs: Any) -> Any:
    return sympy.Piecewise(*pairs)


TRUTH: dict[str, Any] = {
    "add": a + b,
    "sub": a - b,
    "mul": a * b,
    "div": a / b,
    "neg": -a,
    "power": a**b,
    "power_constant": a**b,
    "exp": sympy.exp(a),
    "expm1": sympy.exp(a) - 1,
    "log": sympy.log(a),
    "log1p": sympy.log(1 + a),
    "log2": sympy.log(a) / sympy.log(2),
    "log10": sympy.log(a) / sympy.log(10),
    "sqrt": sympy.sqrt(a),
    "sin": sympy.sin(a),
    "cos": sympy.cos(a),
    "tan": sympy.tan(a),
    "asin": sympy.asin(a),
    "acos": sympy.acos(a),
    "atan": sympy.atan(a),
    "atan2": sympy.atan2(a, b),
    "sinh": sympy.sinh(a),
    "cosh": sympy.cosh(a),
    "tanh": sympy.tanh(a),
    "asinh": sympy.asinh(a),
    "acosh": sympy.acosh(a),
    "atanh": sympy.atanh(a),
    "erf": sympy.erf(a),
    "erfc": sympy.erfc(a),
    "hypot": sympy.sqrt(a * a + b * b),
    "abs": cases((a, a > 0), (-a, a < 0), (0, True)),
    "max": cases((a, a > b), (b, a < b), ((a + b) / 2, True)),
    "min": cases((a, a < b), (b, a > b), ((a + b) / 2, True)),
    "sigmoid": 1 / (1 + sympy.exp(-a)),
    "relu": cases((0, a <= 0), (a, True)),
    "softplus": cases(
        (a + sympy.log(1 + sympy.exp(-a)), a > 0), (sympy.log(1 + sympy.exp(a)), True)
    ),
    "leaky_relu": cases((b * a, a <= 0), (a, True)),
    "elu": cases((b * (sympy.exp(a) - 1), a <= 0), (a, True)),
    "silu": a / (1 + sympy.exp(-a)),
    "gelu": a * sympy.erfc(-a / sympy.sqrt(2)) / 2,
    "less": cases((1, a < b), (0, True)),
    "at_most": cases((1, a <= b), (0, True)),
    "where": cases((b, sympy.Eq(c, 0)), (a, True)),
    "half_squared_error": (a - b) ** 2 / 2,
    "affine": a * c + b * d + e,
    "total": a + b + c + d,
    "mean": (a + b + c + d) / 4,
}
WIDE = [affine_row(2), total_row(4), mean_row(4)]

# From the smallest float to the largest: where functions saturate, change branch, overflow; then
# beyond.
MAGNITUDES = [
    0.0,
    5e-324,
    TINY,
    1e-200,
    1e-20,
    1e-8,
    0.3,
    0.5,
    1.0 - EPSILON / 2,
    1.0,
    1.0 + EPSILON,
    1.5,
    2.5,
    6.0,
    10.0,
    19.0,
    25.0,
    38.0,
    100.0,
    150.0,
    300.0,
    400.0,
    700.0,
    709.7,
    720.0,
    745.0,
    1e4,
    1e8,
    1e16,
    1e100,
    1e200,
    LARGEST,
    INF,
]
FEWER = [0.0, 5e-324, 1e-200, 0.5, 1.0, 1.0 + EPSILON, 2.0, 3.0, 1e200, LARGEST, INF]
EXPONENTS = [0.0, 1e-6, 0.5, 1.0, 2.0, 3.0, 100.5, 1e3]


def no_limit(name: str, x: float, y: float = 1.0, *_: float) -> bool:
    """Where a function has a value by C's Annex F, or a derivative by our choice, but no limit."""
    if name.startswith(
        "power"
    ):  # x**0 is constant at 0 too; ∂²/∂a∂b of a**b at (0, 1) is -inf one way, 0 the other
        slow = x in (0.0, INF) and 0.0 < abs(y) < 0.01  # a limit beyond 10^±800
        return slow or (x == 0.0 and y in (0.0, 1.0)) or (abs(x) < TINY and y == 0.0) or x == -INF
    if name == "atan2":  # no direction at all, or the sign of a zero decides between π and -π
        return abs(x) == abs(y) in (0.0, INF) or (x == 0.0 and y < 0.0)
    return name == "hypot" and x == y == 0.0


def points(op: Row, ordinary: int = 60) -> Iterator[tuple[float, ...]]:
    """Points from the row's own intervals, and every combination of edges."""
    rng = random.Random(op.name)
    for _ in range(ordinary):
        yield tuple(rng.uniform(*interval) for interval in intervals(op))
    if op in WIDE:
        return
    seconds = EXPONENTS if op.name.startswith("power") else FEWER
    edges = [[MAGNITUDES], [FEWER, seconds], [[0.0, 1e-20, 2.0]] * 3][len(op.operands) - 1]
    yield from itertools.product(
        *([sign * x for x in magnitudes for sign in (1.0, -1.0)] for magnitudes in edges)
    )


class Truth:
    """An expression, evaluated where it has a value or a limit."""

    def __init__(self, expression: Any, symbols: list[Any]) -> None:
        self.function = sympy.lambdify(
            symbols, expression, [{"exp": _exp, "erfc": _erfc}, "mpmath"]
        )

    def at(self, point: tuple[Any, ...]) -> Any:
        """The value; None where there is none."""
        try:
            value = mpmath.mpmathify(self.function(*map(mpf, point)))
        except (ZeroDivisionError, ValueError):
            return None
        return value if isinstance(value, mpf) and mpmath.isfinite(value) else None

    def limit(self, point: tuple[float, ...]) -> Any:
        """The value or, at zeros and infinities, what it tends to; None where neither is."""
        if not any(map(math.isinf, point)) and (value := self.at(point)) is not None:
            return value
        for moved in ([INF], [INF, 0.0]):
            near, nearer = (
                self.at(tuple(_toward(x, far, moved) for x in point)) for far in (400, 800)
            )
            if near is None or nearer is None:
                continue
            if abs(nearer) > 1.5 * abs(near) and abs(nearer) > 300:
                return mpmath.sign(nearer) * mpmath.inf
            if abs(nearer) < abs(near) / 1.5:
                return mpf(0)
            if abs(nearer - near) < mpf(10) ** -80:
                return nearer
        return None


def _toward(x: float, far: int, moved: list[float]) -> Any:
    return (
        mpf(x)
        if abs(x) not in moved
        else mpf(10) ** -far
        if x == 0.0
        else math.copysign(1.0, x) * mpf(10) ** far
    )


def _exp(x: Any) -> Any:
    return mpmath.exp(
        max(-1e9, min(1e9, x))
    )  # mpmath takes long beyond; 10^±434,294,481 is as good


def _erfc(x: Any) -> Any:
    return (
        mpmath.erfc(x) if x < 1e5 else mpf(0)
    )  # mpmath gives up soon after; below 10^-4,342,944,819


@dataclass
class Result:
    """How a row did: the worst misses in units in the last place, and what broke its bounds."""

    row: Row
    tested: Tested
    points: int = 0
    worst: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))
    problems: list[str] = field(default_factory=list)

    def compare(
        self,
        kind: str,
        point: Point,
        ours: float,
        truth: Any,
        ulps: float,
        scale: float = 0.0,
    ) -> None:
        """Count one number, and note it if it is out of bounds."""
        rounded = math.nan if truth is None else float(truth)
        if truth is None:
            right = not math.isfinite(ours)
        elif math.isinf(rounded) or not math.isfinite(ours):
            right = _is_right_infinity(point, ours, rounded, scale)
        else:
            miss = _miss(kind, point, ours, truth, scale)
            self.worst[kind] = max(self.worst[kind], miss)
            right = miss <= ulps
        if not right:
            told = truth and mpmath.nstr(truth, 20)
            self.problems.append(f"{self.row.name}{point}: {kind} {ours!r}, truth {told}")


def _is_right_infinity(point: Point, ours: float, rounded: float, scale: float) -> bool:
    signs_a_pole = 0.0 in point and abs(ours) == abs(rounded)  # as -0.0 may
    on_the_way = not math.isfinite(ours) and not math.isfinite(scale)
    undecided = math.isnan(ours) and any(map(math.isinf, point))
    return ours == rounded or signs_a_pole or on_the_way or undecided


def _miss(kind: str, point: Point, ours: float, truth: Any, scale: float) -> float:
    """By how many units in the last place a number misses, but for what was lost on the way."""
    sizes = [abs(x) for x in point if x and math.isfinite(x)]
    inverses = [1.0 / max(TINY, x) for x in sizes if kind != "value"]
    lost = TINY * max([1.0, *sizes, *inverses])
    unit = math.ulp(max(abs(float(truth)), scale if math.isfinite(scale) else 0.0))
    return float(max(0, abs(mpf(ours) - truth) - lost) / unit)


class Calculus:
    """The truth of a row: its value, and the derivatives by the operands that have partials."""

    def __init__(self, row: Row) -> None:
        symbols = [a, b, c, d, e][: len(row.operands)]
        by = symbols[: len(row.partials)]
        truth = TRUTH[row.name]
        self.value = Truth(truth, symbols)
        self.first = [Truth(sympy.diff(truth, x), symbols) for x in by]
        self.second = [[Truth(sympy.diff(truth, x, y), symbols) for y in by] for x in by]


def measure(row: Row, entry: Tested | None = None) -> Result:
    """Compare a row with the truth at all its points."""
    result = Result(row, entry or entry_of(row))
    truth = Calculus(row)
    for point in points(row):
        if not no_limit(row.name, *point):
            result.points += 1
            _measure_at(point, result, truth)
    return result


def _measure_at(point: Point, result: Result, truth: Calculus) -> None:
    row = result.row
    count = len(row.partials)
    leaves = [Value(x) for x in point[:count]]
    try:
        node = record(row, *leaves, *point[count:])
    except DomainError:
        value = truth.value.at(point)
        if value is not None:
            result.problems.append(f"{row.name}{point}: DomainError, truth {value}")
        return
    finite = [max(-LARGEST, min(LARGEST, x)) for x in point]
    ulps = result.tested.ulps.at(*finite)
    scale = result.tested.scale.at(*finite)
    magnitudes = _magnitudes(node, point) if row in WIDE else 0.0
    result.compare("value", point, node.data, truth.value.limit(point), ulps, magnitudes)
    for i, first in enumerate(truth.first):
        result.compare("partials", point, node.partials[i], first.limit(point), ulps, scale)
    if all(map(math.isfinite, (node.data, *node.partials, *point))):
        _measure_second(point, result, truth, node, leaves)


def _magnitudes(node: Value, point: Point) -> float:
    """The sum of the magnitudes of what a sum adds up."""
    return sum(abs(x * partial) for x, partial in zip(point, node.partials, strict=True))


def _measure_second(
    point: Point, result: Result, truth: Calculus, node: Value, leaves: list[Value]
) -> None:
    ulps = 8 * result.tested.ulps.at(*point)
    scale = result.tested.scale.at(*point)
    for i, gradient in enumerate(grad(node, leaves, create_graph=True)):
        scales = contributions(gradient, leaves)
        seconds = grad(gradient, leaves, allow_unused=True, allow_nonfinite=True)
        for j, ours in enumerate(seconds):
            exact = truth.second[i][j].limit(point)
            result.compare("second", point, ours, exact, ulps, max(scales[j], scale))


def table(results: list[Result]) -> str:
    """The results as Markdown."""
    count = sum(result.points for result in results)
    lines = [
        f"# Conformance: {len(results)} rows, {count:,} points",
        "",
        "The worst misses in units in the last place (u) against 50 digits, and each row's bound.",
        "The bound of a second derivative is eight times that, of Σ|contributions|.",
        "",
        "| row | primal | points | value | partials | second derivatives | bound (u) | of |",
        "|---|---|--:|--:|--:|--:|---|---|",
    ]
    return "\n".join([*lines, *map(_line, results)]) + "\n"


def _line(result: Result) -> str:
    row = result.row
    known = result.tested
    of = "sum of magnitudes" if row in WIDE else "result"
    if known.scale is not NOTHING:
        of = f"max(result, {known.scale.text})"
    misses = [f"{miss:.2f}" for miss in result.worst.values()]
    cells = [row.name, f"`{row.primal}`", str(result.points), *misses, known.ulps.text, of]
    return f"| {' | '.join(cells)} |"


def main(out: Path = Path("build/conformance.md")) -> int:
    """Measure every row, write the table, and say what broke its bounds."""
    results = [measure(row) for row in tqdm(ELEMENTAL + WIDE, unit="row", disable=None)]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(table(results), encoding="utf-8")
    problems = [problem for result in results for problem in result.problems]
    print("\n".join([*problems, f"{len(results)} rows, {len(problems)} out of bounds: {out}"]))
    return bool(problems)


if __name__ == "__main__":
    raise SystemExit(main())
