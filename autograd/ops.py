"""The whole calculus: one row for each elemental function.

A row is text over the names of its operands and `out`, the result: the primal, then the local partial of each operand.
The eager methods, the compiled programs, the drawings and the tests are all made from it, so a rule is said once.

    a, b     operands; `*xs` is a group of any number of operands
    out      the value of the primal, so that exp and tanh are not computed twice
    dot      x1 * w1 + x2 * w2 + ..., added from left to right; `sum` likewise

Text uses arithmetic, comparisons, conditionals and the functions in `FUNCTIONS` only, never `==` (identity on a Value)
and never `**` (complex for a negative base). Conditionals are ordered so that a NaN operand reaches the result.
Subgradients at kinks: relu'(0) = 0, abs'(0) = 0, leaky_relu'(0) = slope, elu'(0) = alpha; a tie in max or min splits evenly.
"""

import builtins
import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

Interval = tuple[float, float]

REAL = (-10.0, 10.0)
POSITIVE = (0.01, 100.0)
OPEN_UNIT = (-0.99, 0.99)
ANYWHERE = "finite operands"


@dataclass(frozen=True, eq=False)
class Op:
    """One elemental function, as text.

    Fields: `name`; `symbol`, as drawn; `primal` and `partials`, the rule; `sample`, the interval each operand is drawn
    from in tests; `domain`, where the primal exists, as errors say it; `smooth`, a predicate that keeps numeric
    derivatives away from kinks and poles; `operands`, by default `a` and `b`. An operand without a partial is constant.

    >>> OPS["mul"].primal, OPS["mul"].partials
    ('a * b', ('b', 'a'))
    """

    name: str
    symbol: str
    primal: str
    partials: tuple[str, ...]
    sample: tuple[Interval, ...] = ()
    domain: str = ANYWHERE
    smooth: str = "True"
    operands: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.operands:
            object.__setattr__(self, "operands", ("a", "b", "c", "d")[: len(self.partials)])

    def __repr__(self) -> str:
        return f"<{self.name}: {self.primal}>"

    def grouped(self, operands: Sequence[Any]) -> list[Any]:
        """Give each operand name its share of a flat sequence: affine's (x1, x2, w1, w2, b) → [(x1, x2), (w1, w2), b]."""
        groups = builtins.sum(name.startswith("*") for name in self.operands)
        width = (len(operands) - len(self.operands) + groups) // groups if groups else 0
        shares, start = [], 0
        for name in self.operands:
            shares.append(operands[start : start + width] if name.startswith("*") else operands[start])
            start += width if name.startswith("*") else 1
        return shares


def _sum(terms: Sequence[float]) -> float:
    # Plain additions from the left, as in compiled text; from Python 3.12 on the builtin gives other bits.
    return reduce(operator.add, terms) if terms else 0.0


def _dot(xs: Sequence[float], ws: Sequence[float]) -> float:
    return _sum(list(map(operator.mul, xs, ws)))


_MATH = """exp expm1 log log1p log2 log10 sqrt sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh
    erf erfc hypot pow pi inf nan"""
FUNCTIONS: dict[str, Any] = {name: getattr(math, name) for name in _MATH.split()}
FUNCTIONS |= {"abs": builtins.abs, "len": builtins.len, "sum": _sum, "dot": _dot}

_SIGMOID = "1.0 / (1.0 + exp(-a)) if a > -700.0 else exp(a)"  # exp(-a) overflows below -709, where sigmoid is exp

# fmt: off
_ROWS = (
    #  name        symbol    primal                              partials                            sample
    Op("leaf",     "",       "a",                                ()),
    Op("add",      "+",      "a + b",                            ("1.0", "1.0"),                     (REAL, REAL)),
    Op("sub",      "−",      "a - b",                            ("1.0", "-1.0"),                    (REAL, REAL)),
    Op("mul",      "×",      "a * b",                            ("b", "a"),                         (REAL, REAL)),
    Op("div",      "÷",      "a / b",                            ("1.0 / b", "-out / b"),            (REAL, REAL),
       domain="b ≠ 0", smooth="abs(b) > 0.1"),
    Op("neg",      "−",      "-a",                               ("-1.0",),                          (REAL,)),
    # At a = 0 the derivative by b is 0 for b > 0; for a < 0 there is none, and log says so.
    Op("power",    "**",     "pow(a, b)",                        ("0.0 if 0.0 <= b <= 0.0 else b * pow(a, b - 1.0)",
                                                                  "0.0 if out <= 0.0 <= a else out * log(a)"),
       ((0.1, 5.0), (-3.0, 3.0)), domain="a > 0, or a = 0 with b ≥ 0, or a < 0 with a whole b"),
    Op("power_constant", "**", "pow(a, b)",                      ("0.0 if 0.0 <= b <= 0.0 else b * pow(a, b - 1.0)",),
       ((0.1, 5.0), (-3.0, 3.0)), domain="a > 0, or a = 0 with b ≥ 0, or a < 0 with a whole b", operands=("a", "b")),

    Op("exp",      "exp",    "exp(a)",                           ("out",),                           ((-20.0, 20.0),)),
    Op("expm1",    "expm1",  "expm1(a)",                         ("exp(a)",),                        ((-20.0, 20.0),)),
    Op("log",      "log",    "log(a)",                           ("1.0 / a",),                       (POSITIVE,), "a > 0"),
    Op("log1p",    "log1p",  "log1p(a)",                         ("1.0 / (1.0 + a)",),        ((-0.99, 100.0),), "a > -1"),
    Op("log2",     "log2",   "log2(a)",                          ("1.0 / (a * log(2.0))",),          (POSITIVE,), "a > 0"),
    Op("log10",    "log10",  "log10(a)",                         ("1.0 / (a * log(10.0))",),         (POSITIVE,), "a > 0"),
    Op("sqrt",     "√",      "sqrt(a)",                          ("0.5 / out",),                     (POSITIVE,), "a ≥ 0"),

    Op("sin",      "sin",    "sin(a)",                           ("cos(a)",),                        (REAL,)),
    Op("cos",      "cos",    "cos(a)",                           ("-sin(a)",),                       (REAL,)),
    Op("tan",      "tan",    "tan(a)",                           ("1.0 + out * out",),               ((-1.5, 1.5),)),
    Op("asin",     "asin",   "asin(a)",  ("1.0 / sqrt((1.0 - a) * (1.0 + a))",),                (OPEN_UNIT,), "-1 ≤ a ≤ 1"),
    Op("acos",     "acos",   "acos(a)",  ("-1.0 / sqrt((1.0 - a) * (1.0 + a))",),               (OPEN_UNIT,), "-1 ≤ a ≤ 1"),
    Op("atan",     "atan",   "atan(a)",                          ("1.0 / (1.0 + a * a)",),           (REAL,)),
    Op("atan2",    "atan2",  "atan2(a, b)",                      ("b / hypot(a, b) / hypot(a, b)",
                                                                  "-a / hypot(a, b) / hypot(a, b)"), (REAL, REAL),
       smooth="hypot(a, b) > 0.1 and (b > 0.0 or abs(a) > 0.1)"),
    Op("sinh",     "sinh",   "sinh(a)",                          ("cosh(a)",),                       (REAL,)),
    Op("cosh",     "cosh",   "cosh(a)",                          ("sinh(a)",),                       (REAL,)),
    Op("tanh",     "tanh",   "tanh(a)",                          ("1.0 - out * out",),               (REAL,)),
    Op("asinh",    "asinh",  "asinh(a)",                         ("1.0 / hypot(1.0, a)",),           (REAL,)),
    Op("acosh",    "acosh",  "acosh(a)", ("1.0 / (sqrt(a - 1.0) * sqrt(a + 1.0))",),      ((1.01, 100.0),), "a ≥ 1"),
    Op("atanh",    "atanh",  "atanh(a)", ("1.0 / ((1.0 - a) * (1.0 + a))",),                (OPEN_UNIT,), "-1 < a < 1"),
    Op("erf",      "erf",    "erf(a)",                           ("2.0 / sqrt(pi) * exp(-a * a)",),  ((-5.0, 5.0),)),
    Op("erfc",     "erfc",   "erfc(a)",                          ("-2.0 / sqrt(pi) * exp(-a * a)",), ((-5.0, 5.0),)),
    Op("hypot",    "hypot",  "hypot(a, b)",                      ("a / out", "b / out"),             (REAL, REAL),
       smooth="hypot(a, b) > 0.1"),

    Op("abs",      "|a|",    "abs(a)",   ("1.0 if a > 0.0 else -1.0 if a < 0.0 else 0.0",),          (REAL,),
       smooth="abs(a) > 0.01"),
    Op("max",      "max",    "a if a > b else b if a <= b else a + b",  # a + b is the NaN that compares as neither
       ("1.0 if a > b else 0.0 if a < b else 0.5", "1.0 if a < b else 0.0 if a > b else 0.5"),       (REAL, REAL),
       smooth="abs(a - b) > 0.01"),
    Op("min",      "min",    "a if a < b else b if a >= b else a + b",
       ("1.0 if a < b else 0.0 if a > b else 0.5", "1.0 if a > b else 0.0 if a < b else 0.5"),       (REAL, REAL),
       smooth="abs(a - b) > 0.01"),

    Op("sigmoid",  "σ",      _SIGMOID,                           ("out * (1.0 - out)",),             ((-30.0, 30.0),)),
    # softplus = log(1 + exp(a)); its derivative sigmoid(a) is 1 - exp(-out).
    Op("softplus", "softplus", "a + log1p(exp(-a)) if a > 0.0 else log1p(exp(a))", ("-expm1(-out)",), ((-30.0, 30.0),)),
    Op("relu",     "relu",   "0.0 if a <= 0.0 else a",           ("0.0 if a <= 0.0 else 1.0",),      (REAL,),
       smooth="abs(a) > 0.01"),
    Op("leaky_relu", "leaky relu", "slope * a if a <= 0.0 else a",
       ("slope if a <= 0.0 else 1.0", "a if a <= 0.0 else 0.0"), (REAL, (-1.0, 1.0)),
       smooth="abs(a) > 0.01", operands=("a", "slope")),
    Op("elu",      "elu",    "alpha * expm1(a) if a <= 0.0 else a",
       ("alpha * exp(a) if a <= 0.0 else 1.0", "expm1(a) if a <= 0.0 else 0.0"), (REAL, (0.1, 2.0)),
       smooth="abs(a) > 0.01", operands=("a", "alpha")),
    Op("silu",     "silu",   "a / (1.0 + exp(-a)) if a > -700.0 else a * exp(a)",
       ("out + (1.0 - out) / (1.0 + exp(-a)) if a > -700.0 else out + exp(a)",),                     ((-30.0, 30.0),)),
    Op("gelu",     "gelu",   "0.5 * a * erfc(-a / sqrt(2.0))",
       ("0.5 * erfc(-a / sqrt(2.0)) + a * exp(-0.5 * a * a) / sqrt(2.0 * pi)",),                     (REAL,)),

    # A condition is true unless it is 0, as in Python; nothing flows to it.
    Op("where",    "where",  "b if 0.0 <= condition <= 0.0 else a",
       ("0.0", "0.0 if 0.0 <= condition <= 0.0 else 1.0", "1.0 if 0.0 <= condition <= 0.0 else 0.0"),
       ((-1.0, 1.0), REAL, REAL), smooth="abs(condition) > 0.01", operands=("condition", "a", "b")),
    # The document's formulas (4) and (5).
    Op("half_squared_error", "½(a−b)²", "0.5 * (a - b) * (a - b)", ("a - b", "b - a"),               (REAL, REAL)),
    Op("affine",   "x·w+b",  "dot(xs, ws) + b",                  ("ws", "xs", "1.0"),
       (REAL, REAL, REAL), operands=("*xs", "*ws", "b")),
    Op("total",    "Σ",      "sum(values)",                      ("1.0",), (REAL,), operands=("*values",)),
    Op("mean",     "mean",   "sum(values) / len(values)",        ("1.0 / len(values)",), (REAL,), operands=("*values",)),
)
# fmt: on

OPS: dict[str, Op] = {op.name: op for op in _ROWS}
LEAF = OPS["leaf"]
