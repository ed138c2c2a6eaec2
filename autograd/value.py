'''`Value`: a number that remembers how it was computed.

Each arithmetic method is written from its row in `ops.py` when this module is imported. The row of `a * b` gives the
partials `b` and `a`, and the method written from it is

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

(`new` makes an empty node, `as_float` a number a float, `MUL` is the row.) The node holds its value, its operands and the
derivative by each; `backward` multiplies these along the graph and adds up where paths meet, which is the chain rule.
'''

from __future__ import annotations

import operator
import re
import reprlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite
from numbers import Real
from types import SimpleNamespace
from typing import Any, Protocol, SupportsFloat, TypeAlias, TypeVar

from autograd.errors import DomainError, first_nonfinite, point
from autograd.formula import check, define, evaluate, method_source
from autograd.ops import FUNCTIONS, LEAF, LONGEST, OPS, Op, affine_row, mean_row, total_row
from autograd.tape import tape

__all__ = [
    "Value", "abs", "acos", "acosh", "affine", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "elemental", "elu",
    "erf", "erfc", "exp", "expm1", "gelu", "hypot", "leaky_relu", "log", "log1p", "log2", "log10", "max", "mean", "min", "neg",
    "relu", "sigmoid", "silu", "sin", "sinh", "softplus", "sqrt", "tan", "tanh", "total", "where",
]  # fmt: skip

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
        raise TypeError(f"a Value holds one real number (int, float or NumPy scalar), got {got}")
    return result


# How often Values were compared or their data read, by anyone: a graph recorded meanwhile may be one of several.
looks = SimpleNamespace(comparisons=0, latest="", reads=0)
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
    # leaf                                                      None, comparisons before     None
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
        self._db: Any = None

    @property
    def data(self) -> float:
        """The number itself, always a Python float; assigning changes what is recorded from then on."""
        looks.reads += 1
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
        if self._b is not None:
            return self._da, self._db
        if self._a.__class__ is tuple:
            return (*self._da, *[0.0] * (len(self._a) - len(self._da)))
        return () if self._a is None else (self._da,)

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

    def backward(self) -> None:
        """Add the derivative of this Value by each leaf below it to that leaf's `grad`.

        Interior `grad`s are computed afresh and stay readable, leaves accumulate until `zero_grad`. Raises
        FloatingPointError if a leaf would receive an infinity or a NaN, naming the node where it arose; leaves then
        keep the `grad` they had.

        >>> x = Value(3.0)
        >>> y = x * x * x
        >>> y.backward(); y.backward(); x.grad  # 27 + 27
        54.0
        """
        for leaf, gradient in zip(*gradients(self), strict=True):
            leaf.grad = (leaf.grad or 0.0) + gradient  # None, as PyTorch's users reset it, is 0

    def zero_grad(self) -> None:
        """Set the `grad` of every leaf below this Value to 0."""
        for leaf in tape(self)[1]:
            leaf.grad = 0.0

    def __repr__(self) -> str:
        return f"Value(data={self._data!r}, grad={self.grad!r}{f', label={self.label!r}' if self.label else ''})"

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else repr(self)

    @property
    def _prev(self) -> tuple[Value, ...]:  # micrograd's name for the operands that are Values
        return tuple(operand for operand in self.operands if isinstance(operand, Value))

    @property
    def _op(self) -> str:  # micrograd's name for the sign of the operation
        return f"**{self._b:g}" if self.op.name == "power_constant" else self.op.symbol


def gradients(root: Value, by: Sequence[Value] | None = None) -> tuple[Sequence[Value], list[float]]:
    """The leaves below `root`, or those asked for, and its derivatives by them; their `grad` is afterwards as before.

    Each operation passes adjoint × partial down to its operands, results before operands: the chain rule. Raises
    FloatingPointError if one of the derivatives is not finite.
    """
    operations, leaves = tape(root)
    before = [leaf.grad for leaf in leaves]
    try:
        for node in (*operations, *leaves):
            node.grad = -0.0  # the zero that changes no number it is added to; from 0.0, -0.0 would become 0.0
        root.grad = 1.0
        for node in reversed(operations):
            adjoint, a, b = node.grad, node._a, node._b
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
        found = {leaf: leaf.grad for leaf in leaves}
        wanted = leaves if by is None else by
        result = [found.get(leaf, 0.0) for leaf in wanted]
        for leaf, gradient in zip(wanted, result, strict=True):
            if not isfinite(gradient):
                how = (first_nonfinite(root) or ("", ""))[1]
                raise FloatingPointError(f"{leaf.label or 'a leaf'} would get the gradient {gradient!r}: {how}")
        return wanted, result
    finally:
        for leaf, grad in zip(leaves, before, strict=True):
            leaf.grad = grad


def record(op: Op, *operands: Operand) -> Any:
    """Apply a row to its operands, under the whole policy for numbers: a Value if one of them is, else a float.

    The methods of Value do the same for one and two operands, faster, and come here where `math` raises.
    """
    checked: list[Any] = [x if isinstance(x, Value) else number(x) for x in operands]
    try:
        out, partials = evaluate(op, [x if x.__class__ is float else x._data for x in checked])
    except (ValueError, ZeroDivisionError):
        raise DomainError(f"{op.primal} is not defined at {point(op, checked)}: it needs {op.domain}") from None
    if all(x.__class__ is float for x in checked):
        return out
    node: Value = object.__new__(Value)
    if len(checked) > 2:
        node._a, node._da, node._b, node._db = tuple(checked), partials, None, None
    else:
        (node._a, node._b), (node._da, node._db) = (*checked, None)[:2], (*partials, 0.0)[:2]
    node._data, node.op, node.label, node.grad = out, op, "", 0.0
    return node


_NAMESPACE |= {"Value": Value, "record": record}


class _Unary(Protocol):
    def __call__(self, a: Scalar, /) -> Scalar: ...


def _function(op: Op, method: Callable[..., Value] | None = None) -> Any:
    def function(a: Operand, *others: Operand) -> Any:
        return method(a, *others) if method and isinstance(a, Value) else record(op, a, *others)

    function.__name__ = function.__qualname__ = op.name
    rules = ", ".join(f"∂/∂{name} = {partial}" for name, partial in zip(op.operands, op.partials, strict=True))
    domain = f", for {op.domain}" if op.domain else ""
    function.__doc__ = f"{op.primal}{domain}; a number for numbers. Derivatives: {rules}, where `out` is the result."
    return function


def _unary(names: str) -> Iterator[_Unary]:
    return (_function(OPS[name], getattr(Value, name)) for name in names.split())


exp, expm1, log, log1p, log2, log10, sqrt = _unary("exp expm1 log log1p log2 log10 sqrt")
sin, cos, tan, asin, acos, atan = _unary("sin cos tan asin acos atan")
sinh, cosh, tanh, asinh, acosh, atanh = _unary("sinh cosh tanh asinh acosh atanh")
erf, erfc, abs, neg = _unary("erf erfc abs neg")
sigmoid, softplus, relu, silu, gelu = _unary("sigmoid softplus relu silu gelu")
atan2, hypot, max, min = (_function(OPS[name]) for name in ("atan2", "hypot", "max", "min"))
leaky_relu, elu = Value.leaky_relu, Value.elu  # these take a number as well


def where(condition: Any, a: Operand, b: Operand) -> Any:
    """a if the condition is true (not 0), else b; the derivative goes to the one taken.

    The condition x > 1 compares once and for all; where(relu(x - 1), a, b) chooses anew each time a program runs.
    """
    chosen_by = condition if isinstance(condition, Value) else condition + 0.0  # a bool, NumPy's too, as a number
    return record(OPS["where"], a, b, chosen_by)


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
    op = Op(name, name, primal, tuple(partials), domain="operands where it has a value")
    check(op)
    return _function(op)
