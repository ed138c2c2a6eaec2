"""The elemental functions by name, as in `math`: a Value for Values, a float for numbers; and nodes of many operands."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd.formula import check
from autograd.ops import LONGEST, OPS, Op, affine_row, mean_row, total_row
from autograd.value import Operand, Scalar, Value, record

__all__ = [
    "abs", "acos", "acosh", "affine", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "elemental", "elu", "erf",
    "erfc", "exp", "expm1", "gelu", "hypot", "leaky_relu", "log", "log1p", "log2", "log10", "max", "mean", "min", "neg", "relu",
    "sigmoid", "silu", "sin", "sinh", "softplus", "sqrt", "tan", "tanh", "total", "where",
]  # fmt: skip


def _function(op: Op, method: Callable[..., Value] | None = None) -> Any:
    def function(a: Operand, *others: Operand) -> Any:
        return method(a, *others) if method and isinstance(a, Value) else record(op, a, *others)

    function.__name__ = function.__qualname__ = op.name
    rules = ", ".join(f"∂/∂{name} = {partial}" for name, partial in zip(op.operands, op.partials, strict=True))
    domain = f", for {op.domain}" if op.domain else ""
    function.__doc__ = f"{op.primal}{domain}; a number for numbers. Derivatives: {rules}, where `out` is the result."
    return function


def _unary(name: str) -> Callable[[Scalar], Scalar]:
    return _function(OPS[name], getattr(Value, name))  # type: ignore[no-any-return]


exp, expm1, log, log1p, log2, log10, sqrt = map(_unary, "exp expm1 log log1p log2 log10 sqrt".split())
sin, cos, tan, asin, acos, atan = map(_unary, "sin cos tan asin acos atan".split())
sinh, cosh, tanh, asinh, acosh, atanh = map(_unary, "sinh cosh tanh asinh acosh atanh".split())
erf, erfc, abs, neg = map(_unary, "erf erfc abs neg".split())
sigmoid, softplus, relu, silu, gelu = map(_unary, "sigmoid softplus relu silu gelu".split())
atan2, hypot, max, min = (_function(OPS[name]) for name in ("atan2", "hypot", "max", "min"))
leaky_relu, elu = Value.leaky_relu, Value.elu  # these take a number as well


def where(condition: Any, a: Operand, b: Operand) -> Any:
    """a if the condition is true (not 0), else b; the derivative goes to the one taken.

    The condition x > 1 compares once and for all; where(relu(x - 1), a, b) chooses anew each time a program runs.
    """
    return record(OPS["where"], a, b, condition if isinstance(condition, Value) else condition + 0.0)  # a bool, NumPy's too


def affine(xs: Sequence[Operand], ws: Sequence[Operand], b: Operand) -> Any:
    """x·w + b as one node, as `total` for many. Raises ValueError with both lengths if there are not as many x as w."""
    if len(xs) != len(ws):
        raise ValueError(f"affine takes as many inputs as weights, got {len(xs)} inputs and {len(ws)} weights")
    if len(xs) > 2 * LONGEST:
        b, xs, ws = affine(xs[2 * LONGEST :], ws[2 * LONGEST :], b), xs[: 2 * LONGEST], ws[: 2 * LONGEST]
    return record(affine_row(len(xs)), *xs, *ws, b)


def total(values: Iterable[Operand]) -> Any:
    """The sum of up to 1,000 Values as one node, added from left to right; of more, a sum of such sums."""
    values = tuple(values)
    if len(values) > LONGEST:
        return total(total(values[i : i + LONGEST]) for i in range(0, len(values), LONGEST))
    return record(total_row(len(values)), *values) if values else 0.0


def mean(values: Iterable[Operand]) -> Any:
    """The mean of up to 1,000 Values as one node, of more by `total`. Raises ValueError for none at all."""
    if not (values := tuple(values)):
        raise ValueError("the mean of no values is not defined")
    return record(mean_row(len(values)), *values) if len(values) <= LONGEST else total(values) / len(values)


def elemental(name: str, primal: str, partials: Sequence[str]) -> Any:
    """Make an elemental function of your own from one row: differentiated, compiled and drawn like the others.

    Operands are called a, b, c, d, one for each partial; `out` is the value of the primal. The text may use numbers,
    + - * /, pow(a, b), comparisons, conditionals and `autograd.ops.FUNCTIONS`. Raises ValueError naming anything else.

    >>> softsign = elemental("softsign", "a / (1.0 + abs(a))", ["1.0 / pow(1.0 + abs(a), 2.0)"])
    >>> x = Value(-3.0)
    >>> y = softsign(x); y.backward(); y.data, x.grad
    (-0.75, 0.0625)
    """
    whole = re.compile(r"(?<![\w.])(?<!\de[-+])\d+(?![\w.])")  # 1 → 1.0, so that values stay floats
    primal, *partials = (whole.sub(r"\g<0>.0", text) for text in (primal, *partials))
    op = Op(name, name, primal, tuple(partials))
    check(op)
    return _function(op)
