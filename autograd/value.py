'''`Value`: a number that remembers how it was computed.

Every arithmetic method is written from its row in `ops.py` when this module is imported. For `a * b` the row says that
the partials are `b` and `a`, and the method written from it is

>>> import inspect
>>> print(inspect.getsource(Value.__mul__))
def __mul__(self, other):
    """a * b, with the local partials ∂/∂a = b and ∂/∂b = a."""
    a = self._data
    if isinstance(other, Value):
        b = other._data
    else:
        b = other = as_float(other)
        if b is None:
            return NotImplemented
    node = new(Value)
    node._data = a * b
    node._a, node._da = self, b
    node._b, node._db = other, a
    node.op, node.label, node.grad = MUL, "", 0.0
    return node
<BLANKLINE>

That is the forward pass and half of the backward pass: the node holds its value, its operands and the derivative by
each. `backward` multiplies and adds them up along the graph, which is the chain rule.
'''

from __future__ import annotations

import reprlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite
from numbers import Real
from typing import Any, Protocol, SupportsFloat, TypeVar, overload

from autograd.errors import domain_error, first_nonfinite
from autograd.formula import define, evaluate, check, method_source
from autograd.ops import FUNCTIONS, LEAF, OPS, Op
from autograd.tape import tape

__all__ = [  # fmt: skip
    "Value", "abs", "acos", "acosh", "affine", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "elemental", "elu",
    "erf", "erfc", "exp", "expm1", "gelu", "hypot", "leaky_relu", "log", "log10", "log1p", "log2", "max", "mean", "min",
    "neg", "relu", "sigmoid", "silu", "sin", "sinh", "softplus", "sqrt", "tan", "tanh", "total", "where",
]

Number = SupportsFloat
Scalar = TypeVar("Scalar", "Value", float)
Unary = Callable[["Value"], "Value"]
Operator = Callable[["Value", "Value | Number"], "Value"]


def as_float(x: Any) -> float | None:
    """The exact Python float of an int, a float or a NumPy scalar; None for anything else, a bool among them."""
    if x.__class__ is float:
        return x
    return float(x) if isinstance(x, Real) and not isinstance(x, bool) else None


def number(x: Any) -> float:
    """As `as_float`, but a TypeError that says what it got."""
    if (result := as_float(x)) is None:
        got = "another Value" if isinstance(x, Value) else f"{type(x).__name__}: {reprlib.repr(x)}"
        raise TypeError(f"a Value holds one real number (int, float or NumPy scalar), got {got}")
    return result


class _Comparisons(threading.local):
    """How often the caller compared Values: a graph recorded meanwhile may be one branch of several."""

    count = 0
    latest = ""


comparisons = _Comparisons()


def _operator(name: str, method: str, swapped: bool = False) -> Operator:
    return define(f"Value.{method}", method_source(OPS[name], method, swapped), _NAMESPACE)


def _methods(names: str) -> Iterator[Unary]:
    for name in names.split():
        yield define(f"Value.{name}", method_source(OPS[name], name), _NAMESPACE)


def _compare(sign: str) -> Callable[[Value, Value | Number], bool]:
    source = f"""def compare(self, other):
    b = other._data if isinstance(other, Value) else as_float(other)
    if b is None:
        return NotImplemented
    comparisons.count += 1
    comparisons.latest = f"{{self.label or 'Value'}} {sign} {{getattr(other, 'label', b) or 'Value'}}"
    return self._data {sign} b
"""
    return define(f"Value {sign}", source, _NAMESPACE)


_NAMESPACE: dict[str, Any] = {
    **FUNCTIONS,
    **{op.name.upper(): op for op in OPS.values()},
    "new": object.__new__,
    "as_float": as_float,
    "comparisons": comparisons,
}


class Value:
    """A scalar in a computation graph: `data`, and after `backward()` its gradient `grad`.

    In the field's words `data` is the primal, `grad` the adjoint, `partials` are the local partial derivatives of the
    elemental function `op` by its `operands`. A leaf has no operands. Values are equal only to themselves; `<` and
    its kin compare `data`. `data` is always a Python float: assigning checks and converts.

    Raises TypeError for anything but one real number. Operations follow one policy: outside the domain DomainError,
    past the largest float ±inf, a NaN stays a NaN.

    >>> x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(6.5, "b")
    >>> y = (x * w + b).tanh()
    >>> y.backward()
    >>> y.op, y.operands
    (<tanh: tanh(a)>, (Value(data=0.5, grad=0.7864477329659274),))
    >>> w.grad  # dy/dw = (1 - y²) · x
    1.5728954659318548
    """

    # 96 bytes and one object for the collector to visit. Operands and partials of one or two operands stand in slots
    # of their own, those of more in tuples in _a and _da; a number stands in for itself. A leaf's _a is None, and its
    # _da is the count of comparisons when it was made.
    __slots__ = ("_a", "_b", "_da", "_data", "_db", "grad", "label", "op")

    op: Op
    grad: float
    label: str

    def __init__(self, data: Number, label: str = "") -> None:
        self._data: float = number(data)
        if not isinstance(label, str):
            raise TypeError(f"a label is a string, got {type(label).__name__}: {reprlib.repr(label)}")
        self.label = label
        self.grad = 0.0
        self.op = LEAF
        self._a: Any = None
        self._b: Any = None
        self._da: Any = comparisons.count
        self._db: Any = None

    @property
    def data(self) -> float:
        """The number itself; what is recorded already keeps the number it was computed with."""
        return self._data

    @data.setter
    def data(self, data: Number) -> None:
        self._data = number(data)

    @property
    def operands(self) -> tuple[Value | float, ...]:
        """What the operation was applied to, in order: Values, and floats for plain numbers."""
        a, b = self._a, self._b
        if a is None:
            return ()
        if b is not None:
            return (a, b)
        return a if a.__class__ is tuple else (a,)

    @property
    def partials(self) -> tuple[float, ...]:
        """The local derivative by each operand, as recorded."""
        da = self._da
        if self._a is None:
            return ()
        if self._b is not None:
            return (da, self._db)
        return da if da.__class__ is tuple else (da,)

    __add__, __radd__ = _operator("add", "__add__"), _operator("add", "__radd__", swapped=True)
    __sub__, __rsub__ = _operator("sub", "__sub__"), _operator("sub", "__rsub__", swapped=True)
    __mul__, __rmul__ = _operator("mul", "__mul__"), _operator("mul", "__rmul__", swapped=True)
    __truediv__, __rtruediv__ = _operator("div", "__truediv__"), _operator("div", "__rtruediv__", swapped=True)
    _power, __rpow__ = _operator("power", "_power"), _operator("power", "__rpow__", swapped=True)
    _power_constant = _operator("power_constant", "_power_constant")

    exp, expm1, log, log1p, log2, log10, sqrt = _methods("exp expm1 log log1p log2 log10 sqrt")
    sin, cos, tan, asin, acos, atan = _methods("sin cos tan asin acos atan")
    sinh, cosh, tanh, asinh, acosh, atanh = _methods("sinh cosh tanh asinh acosh atanh")
    erf, erfc, abs, neg = _methods("erf erfc abs neg")
    sigmoid, softplus, relu, silu, gelu = _methods("sigmoid softplus relu silu gelu")
    __neg__, __abs__ = neg, abs

    __lt__, __le__, __gt__, __ge__ = _compare("<"), _compare("<="), _compare(">"), _compare(">=")

    def __pow__(self, exponent: Value | Number) -> Value:
        """`self ** exponent`: a row of its own for a number, which is never differentiated."""
        return self._power(exponent) if isinstance(exponent, Value) else self._power_constant(exponent)

    def leaky_relu(self, slope: Value | Number = 0.01) -> Value:
        """a for a > 0, else slope · a."""
        return leaky_relu(self, slope)

    def elu(self, alpha: Value | Number = 1.0) -> Value:
        """a for a > 0, else alpha · (exp(a) − 1)."""
        return elu(self, alpha)

    def __pos__(self) -> Value:
        return self

    def backward(self) -> None:
        """Add the derivative of this Value by each leaf below it to that leaf's `grad`.

        Interior `grad`s are computed afresh and stay readable; leaves accumulate until `zero_grad`. Each operation
        passes adjoint × local partial down to its operands, results before operands.

        Raises FloatingPointError if a leaf would receive an infinity or a NaN, naming the node where it arose; the
        leaves then keep the `grad` they had.

        >>> x = Value(3.0)
        >>> y = x * x * x
        >>> y.backward(); y.backward()
        >>> x.grad  # 27 + 27
        54.0
        """
        operations, leaves = tape(self)
        before = [leaf.grad for leaf in leaves]
        for node in (*operations, *leaves):
            node.grad = -0.0  # the zero that leaves every number it is added to as it was, -0.0 too
        self.grad = 1.0
        try:
            for node in reversed(operations):
                adjoint = node.grad
                a, b = node._a, node._b
                if b is not None:
                    if a.__class__ is not float:
                        a.grad += adjoint * node._da
                    if b.__class__ is not float:
                        b.grad += adjoint * node._db
                elif a.__class__ is not tuple:
                    a.grad += adjoint * node._da
                else:
                    for operand, partial in zip(a, node._da, strict=True):
                        if operand.__class__ is not float:
                            operand.grad += adjoint * partial
            for leaf in leaves:
                if not isfinite(leaf.grad):
                    raise _nonfinite_gradient(self, leaf)
        except BaseException:
            for leaf, grad in zip(leaves, before, strict=True):
                leaf.grad = grad
            raise
        for leaf, grad in zip(leaves, before, strict=True):
            leaf.grad += grad

    def zero_grad(self) -> None:
        """Set the `grad` of every leaf below this Value to 0."""
        for leaf in tape(self)[1]:
            leaf.grad = 0.0

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}, grad={self.grad!r}{label})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    @property
    def _prev(self) -> tuple[Value, ...]:
        # micrograd's name for the operands that are Values; the lecture's draw_dot reads it, and _op
        return tuple(operand for operand in self.operands if isinstance(operand, Value))

    @property
    def _op(self) -> str:
        return f"**{self._b:g}" if self.op is OPS["power_constant"] else self.op.symbol


def _nonfinite_gradient(root: Value, leaf: Value) -> FloatingPointError:
    found = first_nonfinite(root)
    name = leaf.label or "a leaf"
    return FloatingPointError(f"{name} would get the gradient {leaf.grad!r}: {found[1] if found else ''}")


def record(op: Op, *operands: Value | Number) -> Value | float:
    """Apply a row to its operands: a Value if one of them is a Value, else a float.

    The general way, for any number of operands, under the whole policy for numbers. The methods of Value do the same
    for one and two operands, faster, and come here where `math` raises.
    """
    checked = [operand if isinstance(operand, Value) else number(operand) for operand in operands]
    data = [operand if operand.__class__ is float else operand._data for operand in checked]  # type: ignore[union-attr]  # by class
    try:
        out, partials = evaluate(op, data)
    except (ValueError, ZeroDivisionError):
        raise domain_error(op, checked) from None
    if all(operand.__class__ is float for operand in checked):
        return out
    node = object.__new__(Value)
    node._data = out
    if len(checked) > 2:
        node._a, node._da, node._b, node._db = tuple(checked), partials, None, None
    else:
        node._a, node._b = (*checked, None)[:2]
        node._da, node._db = (*partials, 0.0)[:2]
    node.op, node.label, node.grad = op, "", 0.0
    return node


_NAMESPACE |= {"Value": Value, "record": record}


class UnaryFunction(Protocol):
    """A Value gives a Value, a number a float."""

    def __call__(self, a: Scalar, /) -> Scalar: ...


class BinaryFunction(Protocol):
    """A Value among the operands gives a Value, numbers alone a float."""

    @overload
    def __call__(self, a: Value, b: Value | Number, /) -> Value: ...
    @overload
    def __call__(self, a: float, b: Scalar, /) -> Scalar: ...


def _function(op: Op) -> Any:
    method = getattr(Value, op.name, None)

    def function(*operands: Value | Number) -> Value | float:
        if len(operands) != len(op.operands):
            raise TypeError(f"{op.name} takes {len(op.operands)} ({', '.join(op.operands)}), got {len(operands)}")
        return method(*operands) if method and isinstance(operands[0], Value) else record(op, *operands)

    function.__name__ = function.__qualname__ = op.name
    rules = ", ".join(f"∂/∂{name} = {partial}" for name, partial in zip(op.operands, op.partials, strict=True))
    function.__doc__ = f"{op.primal}, with {rules}."
    return function


def _unary(names: str) -> Iterator[UnaryFunction]:
    return (_function(OPS[name]) for name in names.split())


def _binary(names: str) -> Iterator[BinaryFunction]:
    return (_function(OPS[name]) for name in names.split())


exp, expm1, log, log1p, log2, log10, sqrt = _unary("exp expm1 log log1p log2 log10 sqrt")
sin, cos, tan, asin, acos, atan = _unary("sin cos tan asin acos atan")
sinh, cosh, tanh, asinh, acosh, atanh = _unary("sinh cosh tanh asinh acosh atanh")
erf, erfc, abs, neg = _unary("erf erfc abs neg")
sigmoid, softplus, relu, silu, gelu = _unary("sigmoid softplus relu silu gelu")
atan2, hypot, max, min, half_squared_error = _binary("atan2 hypot max min half_squared_error")


def leaky_relu(a: Scalar, slope: Value | Number = 0.01) -> Scalar:
    """a for a > 0, else slope · a; at 0 the derivative is the slope."""
    return record(OPS["leaky_relu"], a, slope)  # type: ignore[return-value]  # a Value gives a Value


def elu(a: Scalar, alpha: Value | Number = 1.0) -> Scalar:
    """a for a > 0, else alpha · (exp(a) − 1); at 0 the derivative is alpha."""
    return record(OPS["elu"], a, alpha)  # type: ignore[return-value]  # a Value gives a Value


def where(condition: Value | Number, a: Value | Number, b: Value | Number) -> Any:
    """a if the condition is true (not 0), else b; the derivative goes to the one taken, 0 to the condition."""
    if type(condition).__name__ in ("bool", "bool_"):  # NumPy's too
        condition = float(condition)  # type: ignore[arg-type]  # by name
    return record(OPS["where"], condition, a, b)


def affine(xs: Sequence[Value | Number], ws: Sequence[Value | Number], b: Value | Number) -> Any:
    """x·w + b as one node: the document's z. Raises ValueError if xs and ws differ in length."""
    if len(xs) != len(ws):
        raise ValueError(f"affine takes as many inputs as weights, got {len(xs)} inputs and {len(ws)} weights")
    return record(OPS["affine"], *xs, *ws, b)


def total(values: Iterable[Value | Number]) -> Any:
    """The sum of any number of Values as one node, added from left to right."""
    return record(OPS["total"], *values)


def mean(values: Iterable[Value | Number]) -> Any:
    """The mean of any number of Values as one node. Raises ValueError for none at all."""
    values = list(values)
    if not values:
        raise ValueError("the mean of no values is not defined")
    return record(OPS["mean"], *values)


def elemental(name: str, primal: str, partials: Sequence[str]) -> Any:
    """Make an elemental function of your own from one row of text, differentiable, compiled and drawn like ours.

    Operands are called a, b, c, d, one for each partial; `out` is the value of the primal. The text may use
    arithmetic, comparisons, conditionals and the functions of `autograd.ops.FUNCTIONS`; powers are written `pow(a, b)`.
    Raises ValueError naming what the text may not use.

    >>> softsign = elemental("softsign", "a / (1.0 + abs(a))", ["1.0 / pow(1.0 + abs(a), 2.0)"])
    >>> x = Value(-3.0)
    >>> y = softsign(x); y.backward(); y.data, x.grad
    (-0.75, 0.0625)
    """
    op = Op(name, name, primal, tuple(partials))
    check(op)
    return _function(op)
