"""`Value`: a number that remembers how it was computed.

Each arithmetic method is written from its row in `ops.py` at import: see `inspect.getsource(Value.__mul__)`. A node holds its
value, its operands and the derivative by each; `backward` multiplies these along paths and adds up where paths meet.
"""

from __future__ import annotations

import operator
import os
import reprlib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy, deepcopy
from numbers import Real
from threading import local
from types import SimpleNamespace
from typing import Any, SupportsFloat, TypeAlias, TypeVar

from autograd.errors import DomainError, called, check_finite, point
from autograd.formula import define, evaluate, method_source
from autograd.ops import FUNCTIONS, LEAF, OPS, Op
from autograd.tape import tape

__all__ = ["Value", "debug"]

Number: TypeAlias = SupportsFloat
Operand: TypeAlias = "Value | Number"
Scalar = TypeVar("Scalar", "Value", float)


def as_float(x: Any) -> float | None:
    """The Python float of an int, a float or a NumPy scalar; None for anything else, a bool among them."""
    if x.__class__ is float:
        return x
    return float(x) if isinstance(x, Real) and not isinstance(x, bool) else None


def number(x: Any) -> float:
    """As `as_float`, but a TypeError that says what it got."""
    if (result := as_float(x)) is None:
        got = "another Value" if isinstance(x, Value) else f"{type(x).__name__}: {reprlib.repr(x)}"
        raise TypeError(f"a Value holds one real number (int, float or NumPy scalar), got {got}") from None
    return result


def several(x: Any) -> list[Any]:
    """The items of a sequence or an iterator as a list; of a number or a Value, itself."""
    return list(x) if isinstance(x, Iterable) else [x]


class _Reads(local):
    count = 0


# How often Values were compared, and by this thread their data read: a graph recorded meanwhile may be one of several.
looks = SimpleNamespace(comparisons=0, latest="before they were copied", reads=_Reads(), debugging=0)  # debug() entered
_PACKAGE = os.path.dirname(__file__) + os.sep
_NAMESPACE = FUNCTIONS | {op.name.upper(): op for op in OPS.values()} | {"new": object.__new__, "as_float": as_float}


def _method(row: str, name: str = "", swapped: bool = False) -> Callable[..., Value]:
    return define(f"Value.{name or row}", method_source(OPS[row], name or row, swapped), _NAMESPACE)


def _comparison(compare: Callable[[float, float], bool]) -> Callable[[Value, Operand], bool]:
    def method(self: Value, other: Operand) -> Any:
        if (data := other._data if isinstance(other, Value) else as_float(other)) is None:
            return NotImplemented
        looks.comparisons += 1
        looks.latest = f"{self.label or self._data} with {getattr(other, 'label', '') or data}"
        return compare(self._data, data)

    return method


class Value:
    """A scalar in a computation graph: `data`, and after `backward()` its gradient `grad`.

    In the field's words `data` is the primal, `grad` the adjoint, `partials` are the local partial derivatives of the
    elemental function `op` by its `operands`; a leaf has none. Values are equal only to themselves; `<` and its kin
    and truth go by `data`. Operations raise DomainError outside their domain, give ±inf past the largest float and keep a NaN.
    Raises TypeError for anything but one real number.

    >>> x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(6.5, "b")
    >>> y = (x * w + b).tanh()
    >>> y.backward()
    >>> y.op, y.operands, w.grad  # dy/dw = (1 - y²) · x
    (<tanh: tanh(a)>, (Value(data=0.5, grad=0.7864477329659274),), 1.5728954659318548)
    """

    # 96 bytes, and one object for the collector to visit:      _a, _da                     _b, _db
    # leaf                                                      None, comparisons before     None, line under debug()
    # one operand, its partial                                  Value, float                 None
    # two, of which numbers stand for themselves                Value or float, float        Value or float, float
    # more                                                      tuple, tuple                 None
    __slots__ = ("_a", "_b", "_da", "_data", "_db", "grad", "label", "op")

    def __init__(self, data: Number, label: str = "") -> None:
        if not isinstance(label, str):
            raise TypeError(f"a label is a string, got {type(label).__name__}: {reprlib.repr(label)}")
        self._data, self.grad, self.label, self.op = number(data), 0.0, label, LEAF
        self._a: Any = None
        self._b: Any = None
        self._da: Any = looks.comparisons
        self._db: Any = _caller() if looks.debugging else None

    @property
    def data(self) -> float:
        """The number itself, always a Python float; assigning changes what is recorded from then on."""
        looks.reads.count += 1
        return self._data

    @data.setter
    def data(self, data: Number) -> None:
        self._data = number(data)

    @property
    def operands(self) -> tuple[Value | float, ...]:
        """What the operation was applied to, in order: Values, and floats for plain numbers."""
        if self._b is not None:
            return self._a, self._b
        return self._a if self._a.__class__ is tuple else () if self._a is None else (self._a,)

    @property
    def partials(self) -> tuple[float, ...]:
        """The local derivative by each operand, as recorded; 0 by one that is constant for the row."""
        if self._a.__class__ is tuple:
            return (*self._da, *[0.0] * (len(self._a) - len(self._da)))
        return (self._da, self._db) if self._b is not None else () if self._a is None else (self._da,)

    @property
    def origin(self) -> str:
        """The line of code that made this Value, as `file.py:12`, if it was made under `debug()`; else nothing."""
        return str(self._db or "") if self._a is None else getattr(self, "_line", "")

    __add__, __radd__ = _method("add", "__add__"), _method("add", "__radd__", swapped=True)
    __sub__, __rsub__ = _method("sub", "__sub__"), _method("sub", "__rsub__", swapped=True)
    __mul__, __rmul__ = _method("mul", "__mul__"), _method("mul", "__rmul__", swapped=True)
    __truediv__, __rtruediv__ = _method("div", "__truediv__"), _method("div", "__rtruediv__", swapped=True)
    _power, __rpow__ = _method("power"), _method("power", "__rpow__", swapped=True)
    _power_constant = _method("power_constant")
    exp, expm1, log, log1p, log2, log10, sqrt = map(_method, "exp expm1 log log1p log2 log10 sqrt".split())
    sin, cos, tan, asin, acos, atan = map(_method, "sin cos tan asin acos atan".split())
    sinh, cosh, tanh, asinh, acosh, atanh = map(_method, "sinh cosh tanh asinh acosh atanh".split())
    erf, erfc, abs, neg = map(_method, "erf erfc abs neg".split())
    sigmoid, softplus, relu, silu, gelu = map(_method, "sigmoid softplus relu silu gelu".split())
    __neg__, __abs__ = neg, abs
    __lt__, __le__, __gt__, __ge__ = map(_comparison, (operator.lt, operator.le, operator.gt, operator.ge))

    def __pow__(self, exponent: Operand) -> Value:
        return self._power(exponent) if isinstance(exponent, Value) else self._power_constant(exponent)

    def __bool__(self) -> bool:
        return not 0.0 <= self <= 0.0  # a NaN is true, as for floats

    def __pos__(self) -> Value:
        return self

    def leaky_relu(self: Scalar, slope: Operand = 0.01) -> Scalar:  # type: ignore[misc]  # as a function, of a float
        """a for a > 0, else slope · a."""
        return record(OPS["leaky_relu"], self, slope)  # type: ignore[no-any-return]

    def elu(self: Scalar, alpha: Operand = 1.0) -> Scalar:  # type: ignore[misc]  # as a function, of a float
        """a for a > 0, else alpha · (exp(a) − 1)."""
        return record(OPS["elu"], self, alpha)  # type: ignore[no-any-return]

    def backward(self, allow_nonfinite: bool = False) -> None:
        """Add the derivative of this Value by each leaf below it to that leaf's `grad`.

        Each operation passes adjoint × partial down to its operands, results before operands: the chain rule. Interior
        `grad`s are computed afresh and stay readable, leaves accumulate until `zero_grad`. Where a leaf would receive an
        infinity or a NaN, all keep theirs and FloatingPointError names the node it arose in, unless `allow_nonfinite`.

        >>> x = Value(3.0)
        >>> y = x * x * x
        >>> y.backward(); y.backward(); x.grad  # 27 + 27
        54.0
        """
        operations, leaves = tape(self)
        grads = [leaf.grad for leaf in leaves]  # what leaves hold afterwards, after an error too
        nothing = -0.0  # the zero that changes no number it is added to; from 0.0, -0.0 would become 0.0
        try:
            for node in (*operations, *leaves):
                node.grad = nothing
            self.grad = 1.0
            for node in reversed(operations):
                adjoint, a, b = node.grad, node._a, node._b
                if adjoint is nothing:
                    continue  # below the condition of a `where`: nothing flows there, not even 0 · inf
                if b is not None:
                    if a.__class__ is not float:
                        a.grad += adjoint * node._da
                    if b.__class__ is not float:
                        b.grad += adjoint * node._db
                elif a.__class__ is not tuple:
                    a.grad += adjoint * node._da
                else:
                    for operand, partial in zip(a, node._da, strict=False):
                        if operand.__class__ is not float:
                            operand.grad += adjoint * partial
            if not allow_nonfinite:
                check_finite(self, leaves)
            grads = [(grad or 0.0) + leaf.grad for leaf, grad in zip(leaves, grads, strict=True)]  # None, as PyTorch sets, is 0
        finally:
            for leaf, grad in zip(leaves, grads, strict=True):
                leaf.grad = grad

    def zero_grad(self) -> None:
        """Set the `grad` of every leaf below this Value to 0."""
        for leaf in tape(self)[1]:
            leaf.grad = 0.0

    def __repr__(self) -> str:
        return f"Value(data={self._data!r}, grad={self.grad!r}{f', label={self.label!r}' if self.label else ''})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        """For pickle and copy: a leaf by its numbers, an operation by all below it, one after the other."""
        if self._a is None:
            numbers = self._data, self.grad, self.label, compared_since([self])
            return _leaf, (type(self), *numbers), getattr(self, "__dict__", None)
        operations, leaves = tape(self)
        index = {node: i for i, node in enumerate((*leaves, *operations))}
        return _graph, (leaves, [part for node in operations for part in node._parts(index.get)])

    def __deepcopy__(self, memo: dict[Any, Any]) -> Value:
        operations, leaves = tape(self, memo.setdefault(Value, set()))  # the set of those that memo knows already
        for leaf in leaves:
            twin = memo.setdefault(id(leaf), copy(leaf))
            if hasattr(twin, "__dict__"):
                twin.__dict__.update(deepcopy(leaf.__dict__, memo))
        for node in operations:
            memo[id(node)] = _operation(object.__new__, node._parts(lambda x, _: memo.get(id(x), x)))
        return memo[id(self)]  # type: ignore[no-any-return]

    def _parts(self, place: Callable[[Any, Any], Any]) -> tuple[Any, ...]:
        """What an operation is made of, with another thing in the place of each operand that is a Value."""
        a = tuple(place(x, x) for x in self._a) if self._a.__class__ is tuple else place(self._a, self._a)
        return self.op, self._data, self.grad, self.label, a, self._da, place(self._b, self._b), self._db

    @property
    def _prev(self) -> tuple[Value, ...]:  # micrograd's name for the operands that are Values
        return tuple(operand for operand in self.operands if isinstance(operand, Value))

    @property
    def _op(self) -> str:  # micrograd's name for the sign of the operation
        return f"**{self._b:g}" if self.op.name == "power_constant" else self.op.symbol


def record(op: Op, *operands: Operand) -> Any:
    """Apply a row to its operands, under the whole policy for numbers: a Value if one of them is, else a float.

    The methods of Value do the same for one and two operands, faster, and come here where `math` raises.
    """
    checked: Any = operands
    try:
        data = [*map(_DATA, operands)]
    except TypeError:  # a number has no slot for data
        checked = tuple(x if isinstance(x, Value) else number(x) for x in operands)
        data = [x if x.__class__ is float else x._data for x in checked]
    try:
        out, partials = evaluate(op, data)
    except (ValueError, ZeroDivisionError):
        needs = f": it needs {op.domain}" if op.domain else ""
        raise DomainError(f"{called(op)} is not defined at {point(op, checked)}{needs}") from None
    if all(x.__class__ is float for x in checked):
        return out
    if len(checked) > 2:
        return _operation(_NAMESPACE["new"], (op, out, 0.0, "", checked, partials, None, None))
    (a, b), (da, db) = (*checked, None)[:2], (*partials, 0.0)[:2]
    return _operation(_NAMESPACE["new"], (op, out, 0.0, "", a, da, b, db))


def compared_since(leaves: Iterable[Value]) -> bool:
    """Whether Values were compared since one of these leaves was made: a graph on them may be one branch of several."""
    return any(looks.comparisons > leaf._da for leaf in leaves)


_NAMESPACE |= {"Value": Value, "record": record}
_DATA: Callable[[Any], float] = Value.__dict__["_data"].__get__


def _leaf(kind: type[Value], data: float, grad: float, label: str, compared: bool) -> Value:
    leaf = object.__new__(kind)
    Value.__init__(leaf, data, label)
    leaf.grad, leaf._da, leaf._db = grad, -1 if compared else leaf._da, None
    return leaf


def _operation(new: Callable[[type[Value]], Value], parts: tuple[Any, ...]) -> Value:
    node = new(Value)
    node.op, node._data, node.grad, node.label, node._a, node._da, node._b, node._db = parts
    return node


def _graph(leaves: list[Value], parts: list[Any]) -> Value:
    """Put an operation together again from the parts of all below it, in which operands are known by their place."""
    nodes = leaves[:]

    def at(x: Any) -> Any:
        return nodes[x] if x.__class__ is int else tuple(map(at, x)) if x.__class__ is tuple else x

    for op, data, grad, label, a, da, b, db in zip(*[iter(parts)] * 8, strict=True):
        nodes.append(_operation(object.__new__, (op, data, grad, label, at(a), da, at(b), db)))
    return nodes[-1]


class _Located(Value):
    """An operation recorded under `debug()`: made as `new(Value)` makes others, it also keeps the line."""

    __slots__ = ("_line",)

    def __init__(self, _: type[Value]) -> None:
        self._line = _caller()


@contextmanager
def debug() -> Iterator[None]:
    """Let each Value made inside keep the line of code that made it, so that errors name it; copies of it do not keep it.

    >>> with debug():
    ...     x = Value(0.0, "x")
    ...     y = x.sqrt()
    >>> y.origin.endswith(":3")
    True
    """
    looks.debugging += 1
    _NAMESPACE["new"] = _Located
    try:
        yield
    finally:
        looks.debugging -= 1
        _NAMESPACE["new"] = _Located if looks.debugging else object.__new__


def _caller() -> str:
    frame = sys._getframe(2)
    while frame.f_back and frame.f_code.co_filename.startswith((_PACKAGE, "<autograd")):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
