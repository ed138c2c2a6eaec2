"""The whole calculus: one row for each elemental function.

A row is text over the names of its operands and `out`, the value of the primal: first the primal, then the local partial
of each operand. Eager methods, compiled programs, derivatives of derivatives, drawings and tests are all made from it: a
rule is said once. A new row also needs its name declared, for types: in `functions.py`, and with one operand in `value.py`.

The text uses arithmetic, comparisons, conditionals and `FUNCTIONS`, so that it runs on Values too: never `==`, which is
identity there, hence `0.0 <= b <= 0.0`; and never `**`, complex for a negative base. Conditionals are ordered so that a NaN
operand reaches the result. Derivatives at kinks: relu'(0) = 0, abs'(0) = 0, leaky_relu'(0) = slope, elu'(0) = alpha; a tie
in max or min splits evenly.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

REAL, POSITIVE, OPEN_UNIT = (-10.0, 10.0), (0.01, 100.0), (-0.99, 0.99)


@dataclass(frozen=True, eq=False)
class Op:
    """One elemental function, as text.

    `symbol` is what a drawing shows; `sample` the interval each operand is drawn from in tests; `domain` where the primal
    exists, as errors say it; `smooth` a predicate that keeps tests off kinks. Operands past the last partial are constants.
    Value and partials are right to `ulps` units in the last place: of the number or, where a partial is a difference, of
    `scale`, and where a value is a sum of more than two, of the sum of magnitudes.

    >>> OPS["mul"].primal, OPS["mul"].partials
    ('a * b', ('b', 'a'))
    """

    name: str
    symbol: str
    primal: str
    partials: tuple[str, ...]
    sample: tuple[tuple[float, float], ...] = (REAL,)
    domain: str = ""
    smooth: str = "True"
    operands: tuple[str, ...] = ()
    ulps: str = "2.0"  # each operation rounds by ½, a function of `math` by up to 1, and most rows are one or two of them
    scale: str = "0.0"

    def __post_init__(self) -> None:
        object.__setattr__(self, "operands", self.operands or ("a", "b", "c", "d")[: len(self.partials)])

    def __repr__(self) -> str:
        return f"<{self.name}: {self.primal}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _row, tuple(vars(self).values())


@lru_cache(256)
def _row(*parts: Any) -> Op:
    """A row that was copied or pickled: itself, if it is one of ours."""
    return next((op for op in _ROWS if tuple(vars(op).values()) == parts), None) or Op(*parts)


_MATH = """exp expm1 log log1p log2 log10 sqrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh
    erf erfc hypot pow pi inf nan"""
FUNCTIONS: dict[str, Any] = {name: getattr(math, name) for name in _MATH.split()} | {"abs": abs}

_POWERS = (0.1, 5.0), (-3.0, 3.0)
_POWER_BY_A = "0.0 if abs(a) + abs(b) <= 0.0 else b * pow(a, b - 1.0)"
_POWER_BY_B = "0.0 if abs(a) + abs(out) <= 0.0 else out * log(a)"
_POWER_BY_BASE = "0.0 if 0.0 <= b <= 0.0 else b * pow(a, b - 1.0)"
_POWER_DOMAIN = "a > 0, or a = 0 with b ≥ 0, or a < 0 with a whole b"
_SIGMOID, _PHI = "1.0 / (1.0 + exp(-a))", "0.5 * erfc(-a / sqrt(2.0))"
_SILU_BY_A = "(1.0 + a * exp(-a) / (1.0 + exp(-a))) / (1.0 + exp(-a)) if a > -40.0 else out + exp(a)"
# A relative rounding of y makes exp(y) wrong by |y| as many: y = a² in erf', more through a / √2, b · log(a) in a power.
_BY_SQUARE, _BY_ROOT = "2.0 + a * a", "4.0 + 2.0 * a * a"
_BY_LOG = "3.0 + (1.0 + abs(b)) * abs(log(abs(a))) if abs(a) > 0.0 else 3.0"

# fmt: off
_ROWS = (
    #  name      symbol   primal                   partials                               sample             domain
    Op("leaf",   "",      "a",                     ()),  # no operation: the `op` of a leaf
    Op("add",    "+",     "a + b",                 ("1.0", "1.0"),                        (REAL, REAL)),
    Op("sub",    "−",     "a - b",                 ("1.0", "-1.0"),                       (REAL, REAL)),
    Op("mul",    "×",     "a * b",                 ("b", "a"),                            (REAL, REAL)),
    Op("div",    "÷",     "a / b",                 ("1.0 / b", "-out / b"),               (REAL, REAL),      "b ≠ 0", "abs(b) > 0.1"),
    Op("neg",    "−",     "-a",                    ("-1.0",)),
    # By the exponent the derivative at a = 0 is 0 for b > 0; at a < 0 there is none, and log says so.
    Op("power",  "**",    "pow(a, b)",             (_POWER_BY_A, _POWER_BY_B),            _POWERS,            _POWER_DOMAIN, ulps=_BY_LOG),
    Op("power_constant", "**", "pow(a, b)", (_POWER_BY_BASE,), _POWERS, _POWER_DOMAIN, ulps=_BY_LOG, operands=("a", "b")),
    Op("exp",    "exp",   "exp(a)",                ("out",),                              ((-20.0, 20.0),)),
    Op("expm1",  "expm1", "expm1(a)",              ("exp(a)",),                           ((-20.0, 20.0),)),
    Op("log",    "log",   "log(a)",                ("1.0 / a",),                          (POSITIVE,),       "a > 0"),
    Op("log1p",  "log1p", "log1p(a)",              ("1.0 / (1.0 + a)",),                  ((-0.99, 100.0),), "a > -1"),
    Op("log2",   "log2",  "log2(a)",               ("1.0 / (a * log(2.0))",),             (POSITIVE,),       "a > 0"),
    Op("log10",  "log10", "log10(a)",              ("1.0 / log(10.0) / a",),            (POSITIVE,),       "a > 0"),
    Op("sqrt",   "√",     "sqrt(a)",               ("0.5 / out",),                        (POSITIVE,),       "a ≥ 0"),

    Op("sin",    "sin",   "sin(a)",                ("cos(a)",), domain="finite a"),
    Op("cos",    "cos",   "cos(a)",                ("-sin(a)",), domain="finite a"),
    Op("tan",    "tan",   "tan(a)",                ("1.0 + out * out",),                  ((-1.5, 1.5),),     "finite a"),
    Op("asin",   "asin",  "asin(a)",               ("1.0 / sqrt((1.0 - a) * (1.0 + a))",),  (OPEN_UNIT,),    "-1 ≤ a ≤ 1"),
    Op("acos",   "acos",  "acos(a)",               ("-1.0 / sqrt((1.0 - a) * (1.0 + a))",), (OPEN_UNIT,),    "-1 ≤ a ≤ 1"),
    Op("atan",   "atan",  "atan(a)",               ("1.0 / (1.0 + a * a)",)),
    Op("atan2",  "atan2", "atan2(a, b)",           ("b / hypot(a, b) / hypot(a, b)", "-a / hypot(a, b) / hypot(a, b)"),
                                                   (REAL, REAL), smooth="abs(a) > 0.1", ulps="4.0"),
    Op("sinh",   "sinh",  "sinh(a)",               ("cosh(a)",)),
    Op("cosh",   "cosh",  "cosh(a)",               ("sinh(a)",)),
    Op("tanh",   "tanh",  "tanh(a)",               ("1.0 - out * out",), scale="1.0"),
    Op("asinh",  "asinh", "asinh(a)",              ("1.0 / hypot(1.0, a)",)),
    Op("acosh",  "acosh", "acosh(a)",              ("1.0 / (sqrt(a - 1.0) * sqrt(a + 1.0))",), ((1.01, 100.0),), "a ≥ 1"),
    Op("atanh",  "atanh", "atanh(a)",              ("1.0 / ((1.0 - a) * (1.0 + a))",),    (OPEN_UNIT,),      "-1 < a < 1"),
    Op("erf",    "erf",   "erf(a)",                ("2.0 / sqrt(pi) * exp(-a * a)",), ulps=_BY_SQUARE),
    Op("erfc",   "erfc",  "erfc(a)",               ("-2.0 / sqrt(pi) * exp(-a * a)",), ulps=_BY_SQUARE),
    Op("hypot",  "hypot", "hypot(a, b)",           ("a / out", "b / out"),                (REAL, REAL), smooth="abs(a) > 0.1"),

    Op("abs",    "|a|",   "abs(a)",                ("1.0 if a > 0.0 else -1.0 if a < 0.0 else 0.0",), smooth="abs(a) > 0.01"),
    # a + b is the NaN of two operands that compare as none of <, =, >.
    Op("max",    "max",   "a if a > b else b if a <= b else a + b",
       ("1.0 if a > b else 0.0 if a < b else 0.5", "1.0 if a < b else 0.0 if a > b else 0.5"), (REAL, REAL), smooth="abs(a - b) > 0.01"),
    Op("min",    "min",   "a if a < b else b if a >= b else a + b",
       ("1.0 if a < b else 0.0 if a > b else 0.5", "1.0 if a > b else 0.0 if a < b else 0.5"), (REAL, REAL), smooth="abs(a - b) > 0.01"),

    # exp(-a) overflows below -709; there sigmoid is exp(a) to the last bit.
    Op("sigmoid",  "σ",   f"{_SIGMOID} if a > -700.0 else exp(a)", ("out * (1.0 - out)",),  ((-30.0, 30.0),), scale="1.0"),
    # softplus = log(1 + exp(a)); its derivative sigmoid(a) is 1 - exp(-out).
    Op("softplus", "softplus", "a + log1p(exp(-a)) if a > 0.0 else log1p(exp(a))", ("-expm1(-out)",), ((-30.0, 30.0),)),
    Op("relu",   "relu",  "0.0 if a <= 0.0 else a", ("0.0 if a <= 0.0 else 1.0",), smooth="abs(a) > 0.01"),
    Op("leaky_relu", "leaky relu", "slope * a if a <= 0.0 else a", ("slope if a <= 0.0 else 1.0", "a if a <= 0.0 else 0.0"),
       (REAL, (-1.0, 1.0)), smooth="abs(a) > 0.01", operands=("a", "slope")),
    Op("elu",    "elu",   "alpha * expm1(a) if a <= 0.0 else a", ("alpha * exp(a) if a <= 0.0 else 1.0", "expm1(a) if a <= 0.0 else 0.0"),
       (REAL, (0.1, 2.0)), smooth="abs(a) > 0.01", operands=("a", "alpha")),
    Op("silu",   "silu",  "a / (1.0 + exp(-a)) if a > -40.0 else a * exp(a)", (_SILU_BY_A,), ((-30.0, 30.0),), scale=_SIGMOID),
    Op("gelu",   "gelu",  f"a * {_PHI}", (f"{_PHI} + a * exp(-0.5 * a * a) / sqrt(2.0 * pi)",), ulps=_BY_ROOT, scale=_PHI),

    Op("less",    "<",    "1.0 if a < b else 0.0",  ("0.0", "0.0"), (REAL, REAL), smooth="abs(a - b) > 0.01"),
    Op("at_most", "≤",    "1.0 if a <= b else 0.0", ("0.0", "0.0"), (REAL, REAL), smooth="abs(a - b) > 0.01"),
    # A condition is true unless it is 0, as in Python; it is no number to differentiate by.
    Op("where",  "where", "b if 0.0 <= condition <= 0.0 else a",
       ("0.0 if 0.0 <= condition <= 0.0 else 1.0", "1.0 if 0.0 <= condition <= 0.0 else 0.0"),
       (REAL, REAL, REAL), smooth="abs(condition) > 0.01", operands=("a", "b", "condition")),
    # The document's formulas (4) and (5).
    Op("half_squared_error", "½(a−b)²", "0.5 * (a - b) * (a - b)", ("a - b", "b - a"), (REAL, REAL)),
)
# fmt: on

OPS: dict[str, Op] = {op.name: op for op in _ROWS}
LEAF = OPS["leaf"]
LONGEST = 1000  # summands in one expression: Python's compiler recurses along a sum and gives up near 3,000


@lru_cache(256)
def affine_row(width: int) -> Op:
    """x·w + b, the document's z, for a number of inputs: the operands are all x, all w, then b.

    >>> affine_row(2).primal, affine_row(2).partials
    ('x1 * w1 + x2 * w2 + b', ('w1', 'w2', 'x1', 'x2', '1.0'))
    """
    xs, ws = ([f"{name}{i}" for i in range(1, width + 1)] for name in "xw")
    products = [f"{x} * {w}" for x, w in zip(xs, ws, strict=True)]
    return Op("affine", "x·w+b", " + ".join([*products, "b"]), (*ws, *xs, "1.0"), operands=(*xs, *ws, "b"), ulps=f"{width}.0")


@lru_cache(256)
def total_row(width: int) -> Op:
    """Σ, added from left to right."""
    names = tuple(f"a{i}" for i in range(1, width + 1))
    return Op("total", "Σ", " + ".join(names), ("1.0",) * width, operands=names, ulps=f"{width}.0")


@lru_cache(256)
def mean_row(width: int) -> Op:
    """Σ / n."""
    names, total = total_row(width).operands, total_row(width).primal
    return Op("mean", "mean", f"({total}) / {width}.0", (f"1.0 / {width}.0",) * width, operands=names, ulps=f"{width}.0")
