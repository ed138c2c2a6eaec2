"""The elemental functions by name, as in `math`, and nodes of many operands.

Each gives a Value if one of its operands is a Value, else a float. A row of `core/rows.py` gets its
name here, on one line with its type.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, overload

from autograd.core.numbers import as_list, number
from autograd.core.rows import ROWS, WIDEST, Row, affine_row, mean_row, total_row
from autograd.core.value import Number, Operand, Scalar, Value, record
from autograd.meanings import docstring


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
    function.__doc__ = _TOLD_OF_EXTREME.format(name=name, superlative=superlative)
    return function


_TOLD_OF_EXTREME = """\
Return the {superlative} of some numbers, as Python's own `{name}` does.

The derivative goes to the {superlative}. Operands are compared from the left, two at a time, with a
node for each one after the first. If two tie, each gets half of the derivative. If three tie, the
first two get 1/4 each and the third gets 1/2. A NaN stays a NaN.

Arguments:

- `operands`: one or more Values or numbers (int, float or NumPy scalar), or a single list, tuple,
  array or other iterable of them.

Returns a Value if an operand is one, else a float.

Raises:

- `ValueError` if there are no operands.
- `TypeError` for an operand that is no number.

>>> from autograd import Value, {name}
>>> a, b = Value(2.0), Value(2.0)
>>> out = {name}(a, b)
>>> out.backward()
>>> out.data, a.grad, b.grad
(2.0, 0.5, 0.5)
"""


def _presented(function: Callable[..., Any], row: Row) -> Any:
    """Give a function the name of its row, and a docstring made of it."""
    function.__name__ = function.__qualname__ = row.name
    function.__annotations__ = {}
    function.__doc__ = docstring(row)
    return function


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
    """Return `a` if it is above 0, else `slope · a`.

    The derivative at 0 is taken to be `slope`.

    Arguments:

    - `a`: a Value or a number (int, float or NumPy scalar).
    - `slope`: the slope below 0, a Value or a number, 0.01 by default.

    Returns a Value if an argument is one, else a float.

    Raises:

    - `TypeError` for an argument that is no number.

    >>> a = Value(-3.0)
    >>> out = leaky_relu(a, 0.1)
    >>> out.backward()
    >>> print(f"{out.data:.6g}, by a {a.grad:.6g}")
    -0.3, by a 0.1
    """
    return record(ROWS["leaky_relu"], a, slope)  # type: ignore[no-any-return]  # as a is


def elu(a: Scalar, alpha: Operand = 1.0) -> Scalar:
    """Return `a` if it is above 0, else `alpha · (exp(a) − 1)`.

    The derivative at 0 is taken to be `alpha`.

    Arguments:

    - `a`: a Value or a number (int, float or NumPy scalar).
    - `alpha`: how far below 0 the result can get, a Value or a number, 1.0 by default.

    Returns a Value if an argument is one, else a float.

    Raises:

    - `TypeError` for an argument that is no number.

    >>> a = Value(-1.0)
    >>> out = elu(a, 2.0)
    >>> out.backward()
    >>> print(f"{out.data:.6g}, by a {a.grad:.6g}")
    -1.26424, by a 0.735759
    """
    return record(ROWS["elu"], a, alpha)  # type: ignore[no-any-return]  # as a is


@overload
def where(condition: Any, a: Value, b: Operand) -> Value: ...
@overload
def where(condition: Any, a: Operand, b: Value) -> Value: ...
@overload
def where(condition: Any, a: Number, b: Number) -> Any: ...
def where(condition: Any, a: Operand, b: Operand) -> Any:
    """Return `a` if a condition is true, else `b`; the derivative goes to the one returned.

    `where(x > 1, a, b)` compares when it is called, and the graph keeps that choice. A condition
    that is a Value, as in `where(relu(x - 1), a, b)`, is part of the graph: a compiled program
    chooses anew at each call.

    Arguments:

    - `condition`: a bool, a Value or a number. True, and any number but 0, takes `a`; False and 0
      take `b`. No derivative flows to it.
    - `a`, `b`: each a Value or a number (int, float or NumPy scalar).

    Returns a Value if an argument is one, else a float.

    Raises:

    - `TypeError` for an argument that is no number.

    >>> x = Value(3.0)
    >>> y = where(x > 1, x * x, 0.0)
    >>> y.backward()
    >>> y.data, x.grad
    (9.0, 6.0)
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
    """Return x·w + b, the sum of inputs times weights and a bias, as one node.

    More than 2,000 inputs make several such nodes, one added to the other.

    Arguments:

    - `xs`: the n inputs, a sequence of Values or numbers.
    - `ws`: the n weights, a sequence of Values or numbers.
    - `b`: the bias, a Value or a number.

    Returns a Value if one of all these is a Value, else a float.

    Raises:

    - `ValueError` if there are not as many inputs as weights.
    - `TypeError` for an operand that is no number.

    >>> w1, w2 = Value(3.0), Value(4.0)
    >>> z = affine([1.0, 2.0], [w1, w2], 0.5)
    >>> z.backward()
    >>> z.data, w1.grad, w2.grad
    (11.5, 1.0, 2.0)
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
    """Return the sum of some Values and numbers as one node, where `sum` makes a node for each.

    Terms are added from left to right. More than 1,000 of them make a sum of such sums.

    Arguments:

    - `values`: a list, tuple, generator or other iterable of Values and numbers.

    Returns a Value if one of `values` is one, else a float: 0.0 for none at all.

    Raises:

    - `TypeError` for a term that is no number.

    >>> s = total([Value(1.0), 2.0, Value(3.0)])
    >>> s.data, len(s.operands)
    (6.0, 3)
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
    """Return the mean of some Values and numbers as one node.

    For more than 1,000 values it is their `total`, divided by their count.

    Arguments:

    - `values`: a list, tuple, generator or other iterable of Values and numbers.

    Returns a Value if one of `values` is one, else a float.

    Raises:

    - `ValueError` if `values` is empty.
    - `TypeError` for a term that is no number.

    >>> a, b = Value(1.0), Value(4.0)
    >>> m = mean([a, b])
    >>> m.backward()
    >>> m.data, a.grad, b.grad
    (2.5, 0.5, 0.5)
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
