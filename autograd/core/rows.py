"""The whole calculus: one row for each elemental function.

A row is text over the names of its operands and `out`, the value of the primal: first the primal,
then the local partial derivative by each operand. Methods, compiled programs, derivatives of
derivatives, drawings and tests are all made from it. Where floats would lose digits by it, the row
says in `computed` what they do; tests/mathematics.py holds the two to one truth.

The text uses arithmetic, comparisons, conditionals and `FUNCTIONS`, so that it runs on Values too:
never `==`, which is identity there, hence `0.0 <= b <= 0.0`; and never `**`, complex for a
negative base. Conditionals are ordered so that a NaN operand reaches the result. Derivatives at
kinks: relu'(0) = 0, abs'(0) = 0, leaky_relu'(0) = slope, elu'(0) = alpha; a tie in max or min
splits evenly.
"""

import math
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from autograd.core import floats, gaussians, pairs, remainders
from autograd.core.computed import Computed

_MATH = """
    exp expm1 log log1p log2 log10 sqrt sin cos tan asin acos atan atan2
    sinh cosh tanh asinh acosh atanh erf erfc hypot pow fmod
"""
CONSTANTS = {"pi": math.pi, "inf": math.inf, "nan": math.nan}
FUNCTIONS: dict[str, Callable[..., float]] = {name: getattr(math, name) for name in _MATH.split()}
FUNCTIONS["abs"] = abs

_OF_TWO = ("atan2", "hypot", "pow", "fmod")

# Summands in one row: Python's compiler recurses along a sum, and gives up near 3,000.
WIDEST = 1000


def arity(function: str) -> int:
    """How many arguments one of `FUNCTIONS` takes."""
    return 2 if function in _OF_TWO else 1


class Row:
    """One elemental function, as text.

    `symbol` is what a drawing shows of it, `domain` where the primal exists, as errors say it. The
    operands are called a, b, c, d unless `operands` names them; those past the last partial are
    constants for the row. `computed` is what floats do where these formulas lose digits. A row is
    equal only to itself.

    >>> ROWS["mul"].primal, ROWS["mul"].partials
    ('a * b', ('b', 'a'))
    """

    def __init__(
        self,
        name: str,
        symbol: str,
        primal: str,
        partials: tuple[str, ...],
        domain: str = "",
        operands: tuple[str, ...] = (),
        computed: Computed | None = None,
    ) -> None:
        self.name = name
        self.symbol = symbol
        self.primal = primal
        self.partials = partials
        self.domain = domain
        self.operands = operands or ("a", "b", "c", "d")[: len(partials)]
        self.computed = computed or Computed(primal, partials, partials)

    def __repr__(self) -> str:
        return f"<{self.name}: {self.primal}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _row, tuple(vars(self).values())


@lru_cache(256)
def _row(*parts: Any) -> Row:
    """A row that was copied or pickled: itself, if it is one of ours."""
    for row in ROWS.values():
        if tuple(vars(row).values()) == parts:
            return row
    return Row(*parts)


_POWER_BY_A = "0.0 if abs(a) + abs(b) <= 0.0 else b * pow(a, b - 1.0)"
_POWER_BY_B = "0.0 if abs(a) + abs(out) <= 0.0 else out * log(a)"
_POWER_BY_BASE = "0.0 if 0.0 <= b <= 0.0 else b * pow(a, b - 1.0)"
_POWER_CURVE = "0.0 if 0.0 <= b * (b - 1.0) <= 0.0 else b * (b - 1.0) * pow(a, b - 2.0)"
_POWER_DOMAIN = "a > 0, or a = 0 with b ≥ 0, or a < 0 with a whole b"
_SILU_BY_A = "(1.0 + a - out) / (1.0 + exp(-a))"
_PHI = "0.5 * erfc(-a / sqrt(2.0))"
_GELU_BY_A = f"{_PHI} + a * exp(-0.5 * a * a) / sqrt(2.0 * pi)"
_ELU_BY_A = "1.0 if a > 0.0 else alpha * exp(a)"
_ELU_BY_ALPHA = "expm1(a) if a <= 0.0 else 0.0"
_MAX_BY_A = "1.0 if a > b else 0.0 if a < b else 0.5"
_MIN_BY_A = "1.0 if a < b else 0.0 if a > b else 0.5"
_FLOOR = "{a} - fmod({a}, 1.0) if fmod({a}, 1.0) >= 0.0 else {a} - fmod({a}, 1.0) - 1.0"
_THIRD_POWER = "pow(abs(a), 1.0 / 3.0)"

# fmt: off
_TABLE = (
    # name     symbol   primal           partials                                    domain
    Row("leaf", "",     "a",             ()),  # no operation: the `op` of a leaf
    Row("add", "+",     "a + b",         ("1.0", "1.0")),
    Row("sub", "−",     "a - b",         ("1.0", "-1.0")),
    Row("mul", "×",     "a * b",         ("b", "a")),
    Row("div", "÷",     "a / b",         ("1.0 / b", "-out / b"),                    "b ≠ 0"),
    Row("neg", "−",     "-a",            ("-1.0",)),
    # A quotient without its fraction, and what is left: as Python's // and %, with the sign of b.
    Row("floordiv", "//", _FLOOR.format(a="a / b"), ("0.0", "0.0"),                "finite a, and b ≠ 0", computed=remainders.FLOORDIV),
    Row("mod", "%",     "fmod(fmod(a, b) + b, b)", ("1.0", "(out - a) / b"),         "finite a, and b ≠ 0", computed=remainders.MOD),
    # By the exponent the derivative at a = 0 is 0 for b > 0; at a < 0 there is none: log says so.
    Row("power", "**",  "pow(a, b)",     (_POWER_BY_A, _POWER_BY_B),                 _POWER_DOMAIN, computed=pairs.POWER),
    Row("power_constant", "**", "pow(a, b)", (_POWER_BY_BASE,),                      _POWER_DOMAIN, ("a", "b"), pairs.POWER_CONSTANT),
    Row("exp", "exp",   "exp(a)",        ("out",)),
    Row("exp2", "exp2", "pow(2.0, a)",   ("out * log(2.0)",), computed=floats.EXP2),
    Row("expm1", "expm1", "expm1(a)",    ("exp(a)",)),
    Row("log", "log",   "log(a)",        ("1.0 / a",),                               "a > 0"),
    Row("log1p", "log1p", "log1p(a)",    ("1.0 / (1.0 + a)",),                       "a > -1"),
    Row("log2", "log2", "log2(a)",       ("1.0 / log(2.0) / a",),                    "a > 0"),
    Row("log10", "log10", "log10(a)",    ("1.0 / log(10.0) / a",),                   "a > 0"),
    Row("sqrt", "√",    "sqrt(a)",       ("0.5 / out",),                             "a ≥ 0", computed=floats.SQRT),
    Row("cbrt", "∛",    f"{_THIRD_POWER} if a >= 0.0 else -{_THIRD_POWER}", ("1.0 / (3.0 * out * out)",), computed=floats.CBRT),
    Row("logaddexp", "logaddexp", "log(exp(a) + exp(b))", ("1.0 / (1.0 + exp(b - a))", "1.0 / (1.0 + exp(a - b))"), computed=pairs.LOGADDEXP),

    Row("sin", "sin",   "sin(a)",        ("cos(a)",),                                "finite a"),
    Row("cos", "cos",   "cos(a)",        ("-sin(a)",),                               "finite a"),
    Row("tan", "tan",   "tan(a)",        ("1.0 + out * out",),                       "finite a"),
    Row("asin", "asin", "asin(a)",       ("1.0 / sqrt((1.0 - a) * (1.0 + a))",),     "-1 ≤ a ≤ 1", computed=floats.ASIN),
    Row("acos", "acos", "acos(a)",       ("-1.0 / sqrt((1.0 - a) * (1.0 + a))",),    "-1 ≤ a ≤ 1", computed=floats.ACOS),
    Row("atan", "atan", "atan(a)",       ("1.0 / (1.0 + a * a)",), computed=floats.ATAN),
    Row("atan2", "atan2", "atan2(a, b)", ("b / hypot(a, b) / hypot(a, b)", "-a / hypot(a, b) / hypot(a, b)"), computed=pairs.ATAN2),
    Row("sinh", "sinh", "sinh(a)",       ("cosh(a)",)),
    Row("cosh", "cosh", "cosh(a)",       ("sinh(a)",)),
    Row("tanh", "tanh", "tanh(a)",       ("1.0 - out * out",), computed=floats.TANH),
    Row("asinh", "asinh", "asinh(a)",    ("1.0 / hypot(1.0, a)",), computed=floats.ASINH),
    Row("acosh", "acosh", "acosh(a)",    ("1.0 / (sqrt(a - 1.0) * sqrt(a + 1.0))",), "a ≥ 1", computed=floats.ACOSH),
    Row("atanh", "atanh", "atanh(a)",    ("1.0 / ((1.0 - a) * (1.0 + a))",),         "-1 < a < 1", computed=floats.ATANH),
    Row("erf", "erf",   "erf(a)",        ("2.0 / sqrt(pi) * exp(-a * a)",), computed=gaussians.ERF),
    Row("erfc", "erfc", "erfc(a)",       ("-2.0 / sqrt(pi) * exp(-a * a)",), computed=gaussians.ERFC),
    Row("normal_cdf", "Φ", _PHI,         ("exp(-0.5 * a * a) / sqrt(2.0 * pi)",), computed=gaussians.NORMAL_CDF),
    Row("hypot", "hypot", "hypot(a, b)", ("a / out", "b / out"), computed=pairs.HYPOT),

    Row("abs", "|a|",   "abs(a)",        ("1.0 if a > 0.0 else -1.0 if a < 0.0 else 0.0",)),
    Row("sign", "sign", "1.0 if a > 0.0 else -1.0 if a < 0.0 else a", ("0.0",)),
    Row("floor", "⌊a⌋", _FLOOR.format(a="a"), ("0.0",), computed=remainders.FLOOR),
    # The number as it is, to which nothing flows: its partial is not its slope, but what is wanted.
    Row("detach", "detach", "a",         ("0.0",)),
    # a + b is the NaN of two operands that compare as none of <, =, >.
    Row("max", "max",   "a if a > b else b if a <= b else a + b", (_MAX_BY_A, _MIN_BY_A)),
    Row("min", "min",   "a if a < b else b if a >= b else a + b", (_MIN_BY_A, _MAX_BY_A)),

    Row("sigmoid", "σ", "1.0 / (1.0 + exp(-a))", ("out * (1.0 - out)",), computed=floats.SIGMOID),
    # exp(out) is 1 + exp(a): so 1 - exp(-out) is sigmoid(a).
    Row("softplus", "softplus", "log(1.0 + exp(a))", ("1.0 - exp(-out)",), computed=floats.SOFTPLUS),
    Row("relu", "relu", "0.0 if a <= 0.0 else a", ("0.0 if a <= 0.0 else 1.0",)),
    Row("leaky_relu", "leaky relu", "slope * a if a <= 0.0 else a",
        ("slope if a <= 0.0 else 1.0", "a if a <= 0.0 else 0.0"), operands=("a", "slope")),
    Row("elu",  "elu",  "alpha * expm1(a) if a <= 0.0 else a", (_ELU_BY_A, _ELU_BY_ALPHA),
        operands=("a", "alpha"), computed=floats.ELU),
    Row("silu", "silu", "a / (1.0 + exp(-a))", (_SILU_BY_A,), computed=floats.SILU),
    Row("gelu", "gelu", f"a * {_PHI}",         (_GELU_BY_A,), computed=gaussians.GELU),

    Row("less", "<",    "1.0 if a < b else 0.0",  ("0.0", "0.0")),
    Row("at_most", "≤", "1.0 if a <= b else 0.0", ("0.0", "0.0")),
    Row("equal", "=",   "1.0 if a <= b <= a else 0.0", ("0.0", "0.0")),
    # A condition is true unless it is 0, as in Python; it is no number to differentiate by.
    Row("where", "where", "b if 0.0 <= condition <= 0.0 else a",
        ("0.0 if 0.0 <= condition <= 0.0 else 1.0", "1.0 if 0.0 <= condition <= 0.0 else 0.0"),
        operands=("a", "b", "condition")),
    # The document's formulas (4) and (5).
    Row("half_squared_error", "½(a−b)²", "0.5 * (a - b) * (a - b)", ("a - b", "b - a")),
    # -b · log(p) - (1 - b) · log(1 - p) of the probability p = sigmoid(a).
    Row("binary_cross_entropy", "cross-entropy", "b * log(1.0 + exp(-a)) + (1.0 - b) * log(1.0 + exp(a))",
        ("1.0 / (1.0 + exp(-a)) - b", "-a"),                                         "0 ≤ b ≤ 1", computed=floats.BINARY_CROSS_ENTROPY),
    # Half the square near 0, a line with the slope ±delta farther out.
    Row("huber", "huber", "0.5 * (a - b) * (a - b) if abs(a - b) <= delta else delta * (abs(a - b) - 0.5 * delta)",
        ("a - b if abs(a - b) <= delta else delta if a > b else -delta", "b - a if abs(a - b) <= delta else -delta if a > b else delta"),
        operands=("a", "b", "delta")),
)

# The slopes of others, which `create_graph` records: these are right when they are differentiated.
SLOPES = (
    Row("power_slope", "power′", _POWER_BY_BASE,
        (_POWER_CURVE, "pow(a, b - 1.0) * (1.0 + b * log(a))"), _POWER_DOMAIN, computed=pairs.POWER_SLOPE),
    Row("sqrt_slope", "√′", "0.5 / sqrt(a)", ("-0.5 * out / a",), computed=floats.SQRT_SLOPE),
    Row("exp2_slope", "exp2′", "pow(2.0, a) * log(2.0)", ("out * log(2.0)",), computed=floats.EXP2_SLOPE),
    Row("cbrt_slope", "∛′", "1.0 / (3.0 * pow(abs(a), 2.0 / 3.0))", ("-2.0 * out / (3.0 * a)",), computed=floats.CBRT_SLOPE),
    Row("logaddexp_slope", "logaddexp′", "1.0 / (1.0 + exp(b - a))", ("out * (1.0 - out)", "-out * (1.0 - out)"), computed=pairs.LOGADDEXP_SLOPE),
    Row("asin_slope", "asin′", "1.0 / sqrt((1.0 - a) * (1.0 + a))", ("a * pow(out, 3.0)",), computed=floats.ASIN_SLOPE),
    Row("atan_slope", "atan′", "1.0 / (1.0 + a * a)", ("-2.0 * a * out * out",), computed=floats.ATAN_SLOPE),
    Row("tanh_slope", "tanh′", "1.0 - tanh(a) * tanh(a)", ("-2.0 * tanh(a) * out",), computed=floats.TANH_SLOPE),
    Row("asinh_slope", "asinh′", "1.0 / hypot(1.0, a)", ("-a * pow(out, 3.0)",), computed=floats.ASINH_SLOPE),
    Row("acosh_slope", "acosh′", "1.0 / (sqrt(a - 1.0) * sqrt(a + 1.0))", ("-a * pow(out, 3.0)",), computed=floats.ACOSH_SLOPE),
    Row("atanh_slope", "atanh′", "1.0 / ((1.0 - a) * (1.0 + a))", ("2.0 * a * out * out",), computed=floats.ATANH_SLOPE),
    Row("atan2_slope", "atan2′", "a / hypot(a, b) / hypot(a, b)",
        ("(b - a) * (b + a) / (a * a + b * b) / (a * a + b * b)", "-2.0 * a * b / (a * a + b * b) / (a * a + b * b)"), computed=pairs.ATAN2_SLOPE),
    Row("hypot_slope", "hypot′", "a / hypot(a, b)",
        ("b * b / pow(hypot(a, b), 3.0)", "-a * b / pow(hypot(a, b), 3.0)"), computed=pairs.HYPOT_SLOPE),
    Row("erf_slope", "erf′", "2.0 / sqrt(pi) * exp(-a * a)", ("-2.0 * a * out",), computed=gaussians.ERF_SLOPE),
    Row("normal_cdf_slope", "φ", "exp(-0.5 * a * a) / sqrt(2.0 * pi)", ("-a * out",), computed=gaussians.NORMAL_CDF_SLOPE),
    Row("sigmoid_slope", "σ′", "exp(-a) / ((1.0 + exp(-a)) * (1.0 + exp(-a)))", ("-out * tanh(0.5 * a)",), computed=floats.SIGMOID_SLOPE),
    Row("elu_slope", "elu′", _ELU_BY_A, ("0.0 if a > 0.0 else alpha * exp(a)", "0.0 if a > 0.0 else exp(a)"),
        operands=("a", "alpha"), computed=floats.ELU_SLOPE),
    Row("silu_slope", "silu′", "(1.0 + exp(-a) + a * exp(-a)) / ((1.0 + exp(-a)) * (1.0 + exp(-a)))",
        ("(2.0 - a * tanh(0.5 * a)) * exp(-a) / ((1.0 + exp(-a)) * (1.0 + exp(-a)))",), computed=floats.SILU_SLOPE),
    Row("gelu_slope", "gelu′", _GELU_BY_A, ("(2.0 - a * a) * exp(-0.5 * a * a) / sqrt(2.0 * pi)",), computed=gaussians.GELU_SLOPE),
)
# fmt: on

ROWS: dict[str, Row] = {row.name: row for row in (*_TABLE, *SLOPES)}
LEAF = ROWS["leaf"]


@cache  # as the C of Value keeps a row once it has met it
def affine_row(width: int) -> Row:
    """x·w + b, the document's z, for a number of inputs: the operands are all x, all w, then b.

    >>> affine_row(2).primal, affine_row(2).partials
    ('x1 * w1 + x2 * w2 + b', ('w1', 'w2', 'x1', 'x2', '1.0'))
    """
    xs = _numbered("x", width)
    ws = _numbered("w", width)
    products = [f"{x} * {w}" for x, w in zip(xs, ws, strict=True)]
    primal = " + ".join([*products, "b"])
    return _only(Row("affine", "x·w+b", primal, (*ws, *xs, "1.0"), operands=(*xs, *ws, "b")))


@cache
def total_row(width: int) -> Row:
    """Σ, added from left to right."""
    terms = _numbered("a", width)
    return _only(Row("total", "Σ", " + ".join(terms), ("1.0",) * width, operands=terms))


@cache
def mean_row(width: int) -> Row:
    """Σ / n."""
    terms = _numbered("a", width)
    primal = f"({' + '.join(terms)}) / {width}.0"
    return _only(Row("mean", "mean", primal, (f"1.0 / {width}.0",) * width, operands=terms))


_made: dict[tuple[str, int], Row] = {}


def _only(row: Row) -> Row:
    """Of two rows that two threads made for one number of operands at the same time, the first."""
    return _made.setdefault((row.name, len(row.operands)), row)


def _numbered(name: str, width: int) -> tuple[str, ...]:
    return tuple(f"{name}{i}" for i in range(1, width + 1))


def role(operand: str) -> str:
    """The part that an operand plays in a row made for a number of inputs: `w` for `w12`."""
    return operand.rstrip("0123456789")
