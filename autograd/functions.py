"""The elemental functions by name, as in `math`, and nodes of many operands.

Each gives a Value if one of its operands is a Value, else a float. A row of `core/rows.py` gets its
name here, on one line with its type.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, overload

from autograd.core.numbers import as_list, number
from autograd.core.rows import ROWS, WIDEST, Row, affine_row, mean_row, total_row
from autograd.core.value import Number, Operand, Scalar, Value, record


class Binary(Protocol):
    """A function of two operands: a Value if one of them is."""

    @overload
    def __call__(self, a: Value, b: Operand, /) -> Value: ...
    @overload
    def __call__(self, a: Operand, b: Value, /) -> Value: ...
    @overload
    def __call__(self, a: Number, b: Number, /) -> float: ...


class Extreme(Protocol):
    """The largest or the smallest: a Value if one of the operands is."""

    @overload
    def __call__(self, a: Value, /, *others: Operand) -> Value: ...
    @overload
    def __call__(self, a: Operand, b: Value, /, *others: Operand) -> Value: ...
    @overload
    def __call__(self, a: Number, /, *others: Number) -> float: ...
    @overload
    def __call__(self, a: Operand, /, *others: Operand) -> Any: ...
    @overload
    def __call__(self, operands: Iterable[Value], /) -> Value: ...
    @overload
    def __call__(self, operands: Iterable[Number], /) -> float: ...
    @overload
    def __call__(self, operands: Iterable[Operand], /) -> Any: ...


def _unary(name: str) -> Callable[[Scalar], Scalar]:
    row = ROWS[name]
    method = getattr(Value, name)

    def function(a: Any, /) -> Any:
        return method(a) if isinstance(a, Value) else record(row, a)

    return _presented(function, row)  # type: ignore[no-any-return]  # the function


def _binary(name: str) -> Binary:
    row = ROWS[name]

    def function(a: Any, b: Any, /) -> Any:
        return record(row, a, b)

    return _presented(function, row)  # type: ignore[no-any-return]  # the function


def _extreme(name: str, superlative: str) -> Extreme:
    row = ROWS[name]

    def function(*operands: Any) -> Any:
        given = as_list(operands[0]) if len(operands) == 1 else operands
        if not given:
            raise ValueError(f"the {name} of no operands is not defined")
        found, *others = given
        if not others:
            return found if isinstance(found, Value) else number(found, f"{name} takes")
        for other in others:
            found = record(row, found, other)
        return found

    _presented(function, row)
    function.__doc__ = _TOLD_OF_EXTREME.format(superlative=superlative)
    return function


_TOLD_OF_EXTREME = """\
Return the {superlative} of one operand or more, or of those in one iterable, as Python's own.

It is found from the left, a node for each operand after the first. The derivative goes to the
{superlative}; each that ties with the {superlative} before it takes half of what went there: of two
that tie each has 1/2, of three 1/4, 1/4 and 1/2. A NaN stays one. ValueError for none at all.
"""


def _presented(function: Callable[..., Any], row: Row) -> Any:
    """Give a function the name of its row, and a text that `help` shows."""
    function.__name__ = function.__qualname__ = row.name
    function.__annotations__ = {}
    function.__doc__ = _told(row)
    return function


def _told(row: Row) -> str:
    called = f"{row.name}({', '.join(row.operands)})"
    formula = "" if row.primal == called else f" = {row.primal}"
    domain = f", for {row.domain}" if row.domain else ""
    named = zip(row.operands, row.partials, strict=True)
    rules = ", ".join(f"∂/∂{name} = {partial}" for name, partial in named)
    return (
        f"Return {called}{formula}{domain}.\n\n"
        "The result is a Value if an operand is one, else a float.\n"
        f"Derivatives: {rules}, where `out` is the result."
    )


exp = _unary("exp")
exp2 = _unary("exp2")
expm1 = _unary("expm1")
log = _unary("log")
log1p = _unary("log1p")
log2 = _unary("log2")
log10 = _unary("log10")
logaddexp = _binary("logaddexp")
sqrt = _unary("sqrt")
cbrt = _unary("cbrt")
sin = _unary("sin")
cos = _unary("cos")
tan = _unary("tan")
asin = _unary("asin")
acos = _unary("acos")
atan = _unary("atan")
atan2 = _binary("atan2")
sinh = _unary("sinh")
cosh = _unary("cosh")
tanh = _unary("tanh")
asinh = _unary("asinh")
acosh = _unary("acosh")
atanh = _unary("atanh")
erf = _unary("erf")
erfc = _unary("erfc")
normal_cdf = _unary("normal_cdf")
hypot = _binary("hypot")
abs = _unary("abs")
neg = _unary("neg")
max = _extreme("max", "largest")
min = _extreme("min", "smallest")
sign = _unary("sign")
floor = _unary("floor")
detach = _unary("detach")
floordiv = _binary("floordiv")
mod = _binary("mod")
less = _binary("less")
at_most = _binary("at_most")
equal = _binary("equal")
sigmoid = _unary("sigmoid")
softplus = _unary("softplus")
relu = _unary("relu")
silu = _unary("silu")
gelu = _unary("gelu")


def leaky_relu(a: Scalar, slope: Operand = 0.01) -> Scalar:
    """a for a > 0, else slope · a."""
    return record(ROWS["leaky_relu"], a, slope)  # type: ignore[no-any-return]  # as a is


def elu(a: Scalar, alpha: Operand = 1.0) -> Scalar:
    """a for a > 0, else alpha · (exp(a) − 1)."""
    return record(ROWS["elu"], a, alpha)  # type: ignore[no-any-return]  # as a is


@overload
def where(condition: Any, a: Value, b: Operand) -> Value: ...
@overload
def where(condition: Any, a: Operand, b: Value) -> Value: ...
@overload
def where(condition: Any, a: Number, b: Number) -> Any: ...
def where(condition: Any, a: Operand, b: Operand) -> Any:
    """a if the condition is true, not 0, else b; the derivative goes to the one taken.

    The condition is a Value, a number or a bool. `x > 1` compares once and for all;
    where(relu(x - 1), a, b) chooses anew each time a program runs.

    >>> x = Value(3.0)
    >>> where(x > 1, x * x, 0.0)
    Value(data=9.0, grad=0.0)
    """
    numpy_kind = getattr(getattr(condition, "dtype", None), "kind", "")
    is_bool = isinstance(condition, bool) or numpy_kind == "b"
    decides = float(condition) if is_bool else condition
    return record(ROWS["where"], a, b, decides)


@overload
def affine(xs: Sequence[Value], ws: Sequence[Operand], b: Operand) -> Value: ...
@overload
def affine(xs: Sequence[Operand], ws: Sequence[Value], b: Operand) -> Value: ...
@overload
def affine(xs: Sequence[Number], ws: Sequence[Number], b: Number) -> float: ...
def affine(xs: Sequence[Operand], ws: Sequence[Operand], b: Operand) -> Any:
    """x·w + b as one node; of more than 2,000 inputs, a sum of such nodes.

    `xs` and `ws` are as many inputs as weights, else there is a ValueError with both lengths.

    >>> affine([1.0, 2.0], [Value(3.0), Value(4.0)], 0.5)
    Value(data=11.5, grad=0.0)
    """
    if len(xs) != len(ws):
        counts = f"{len(xs)} inputs and {len(ws)} weights"
        raise ValueError(f"affine takes as many inputs as weights, got {counts}")
    most = 2 * WIDEST
    if len(xs) > most:
        b = affine(xs[most:], ws[most:], b)  # type: ignore[arg-type]  # of any operands
        return affine(xs[:most], ws[:most], b)  # type: ignore[arg-type]
    return record(affine_row(len(xs)), *xs, *ws, b)


@overload
def total(values: Iterable[Value]) -> Value: ...
@overload
def total(values: Iterable[Number]) -> float: ...
@overload
def total(values: Iterable[Operand]) -> Value | Any: ...
def total(values: Iterable[Operand]) -> Any:
    """The sum of up to 1,000 Values as one node, from left to right; of more, a sum of such sums.

    >>> total([Value(1.0), 2.0, Value(3.0)])
    Value(data=6.0, grad=0.0)
    """
    terms = tuple(values)
    if not terms:
        return 0.0
    if len(terms) > WIDEST:
        starts = range(0, len(terms), WIDEST)
        return total([total(terms[start : start + WIDEST]) for start in starts])
    return record(total_row(len(terms)), *terms)


@overload
def mean(values: Iterable[Value]) -> Value: ...
@overload
def mean(values: Iterable[Number]) -> float: ...
@overload
def mean(values: Iterable[Operand]) -> Value | Any: ...
def mean(values: Iterable[Operand]) -> Any:
    """The mean of up to 1,000 Values as one node, of more by `total`. ValueError for none at all.

    >>> mean([Value(1.0), Value(3.0)])
    Value(data=2.0, grad=0.0)
    """
    terms = tuple(values)
    if not terms:
        raise ValueError("the mean of no values is not defined")
    if len(terms) > WIDEST:
        return total(terms) / len(terms)
    return record(mean_row(len(terms)), *terms)


def _is_defined_here(thing: Any) -> bool:
    return getattr(thing, "__module__", "") == __name__


if not TYPE_CHECKING:  # which would read a list only if it were written out
    __all__ = [
        name
        for name, thing in globals().items()
        if name.islower() and not name.startswith("_") and _is_defined_here(thing)
    ]
