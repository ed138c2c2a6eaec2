"""`Value`: a number that remembers how it was computed.

Each operation makes a node that holds its value, its operands, and the local partial derivative by
each. `backward` multiplies these along the paths below a node, and adds up where paths meet. What
stands under `@in_c` runs in C where that was built, and does there what it says here.
"""

from __future__ import annotations

import operator
import reprlib
import warnings
from collections.abc import Callable
from math import isfinite
from typing import Any, SupportsFloat, TypeAlias, TypeVar

from autograd.core.at_once import at_once, grads_added, grads_put, grads_zeroed
from autograd.core.choices import sweep
from autograd.core.conversions import REFUSALS
from autograd.core.copying import Copied
from autograd.core.diagnosis import called, check_finite, point
from autograd.core.elsewhere import (
    BACKWARD_IS_NOT_SET,
    missing_attributes,
    refuse_attribute,
)
from autograd.core.graph import below, operand_values, recorded_partials, sign
from autograd.core.keeping import check_kept
from autograd.core.methods import method
from autograd.core.native.loading import begin, in_c
from autograd.core.numbers import (
    DomainError,
    as_float,
    evaluate,
    evaluate_undefined,
    gives_nan,
    number,
    value_alone,
)
from autograd.core.numpy_names import numpy_methods
from autograd.core.rows import LEAF, ROWS, SLOPES, Row
from autograd.core.tracking import (
    NO_GRAD,
    OVERWRITTEN,
    SCOPE,
    comparison,
    line_of,
    moment,
    number_left,
    told_grad,
)

Number: TypeAlias = SupportsFloat
Operand: TypeAlias = "Value | Number"
Scalar = TypeVar("Scalar", "Value", float)

# The adjoint of what no path has reached: the zero that changes no number it is added to. It is
# known by identity; from 0.0, -0.0 would become 0.0.
UNREACHED = -0.0

begin(SCOPE)


def _unary(row: str) -> Callable[[Value], Value]:
    return method(row)


def _binary(row: str, name: str = "", swapped: bool = False) -> Callable[[Value, Operand], Value]:
    return method(row, name, swapped)


@in_c
class Value(Copied):
    """A scalar in a computation graph: a number that remembers how it was computed.

    `Value(2.0)` makes a leaf. Each operation on Values, such as `x * w + b` or `x.tanh()`, makes a
    new Value, which keeps what it was made of. `backward()` then follows the graph down, and leaves
    in `grad` of each leaf the derivative by it. In the field's words `data` is the primal, `grad`
    the adjoint, `op` the elemental function, and `partials` are its local partial derivatives by
    its `operands`.

    Operands may be numbers too (int, float or NumPy scalar). The operators are `+ - * / // % **`
    and `abs`; the functions of `autograd`, such as `exp` and `tanh`, are methods as well. Outside
    its domain, as for `log` of -1, an operation raises `DomainError`. Past the largest float it
    gives inf or -inf, and a NaN stays a NaN. `<`, `<=`, `>`, `>=` and `if x:` look at `data`; `==`
    asks whether two are the same Value.

    Arguments:

    - `data`: one real number: an int, a float or a NumPy scalar. It is kept as a float.
    - `label`: a name, which drawings, programs and errors show; empty by default.

    Attributes:

    - `trained`: whether training moves this leaf. It is False, but True for a `Parameter` that is
      not frozen.

    Raises:

    - `TypeError` if `data` is no real number, as for a bool, an array or another Value, or if
      `label` is no string.

    >>> x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(6.5, "b")
    >>> y = (x * w + b).tanh()
    >>> y.backward()
    >>> y.op, y.operands
    (<tanh: tanh(a)>, (Value(data=0.5, grad=0.7864477329659274),))
    >>> w.grad  # dy/dw = (1 - y²) · x
    1.5728954659318548
    """

    __slots__ = (
        "_a",  # the first operand, a Value or a float
        "_b",  # the second operand
        "_da",  # the local partial by the first
        "_data",
        "_db",  # the local partial by the second
        "_grad",
        "_label",
        "_made",  # when, under debug() where, or a mark: see tracking.py
        "_row",
    )
    trained = False  # whether training moves this leaf, as it does a Parameter
    _a: Any
    _b: Any
    _operands: tuple[Any, ...]  # of more than two operands: see ManyOperands
    _partials: tuple[float, ...]

    def __init__(self, data: Number, label: str = "") -> None:
        self._data = number(data)
        self._grad = 0.0
        self.label = label
        self._keep(LEAF, (), ())
        self._made = moment()

    @property
    def data(self) -> float:
        """The number of this Value, a Python float.

        Another number may be assigned to it (int, float or NumPy scalar). Results that were
        computed before keep theirs; those computed later use the new one.
        """
        number_left(SCOPE["DATA_READ"], self._label)
        return self._data

    @data.setter
    def data(self, data: Number) -> None:
        number_left(SCOPE["DATA_SET"], self._label)
        self._data = number(data)
        if self.op is not LEAF:
            self._made = OVERWRITTEN

    @property
    def grad(self) -> float:
        """The derivative by this Value, a float, as `backward()` left it; 0.0 before.

        Each call of `backward()` adds to the `grad` of a leaf, and sets that of a result anew.
        """
        number_left(SCOPE["GRAD_READ"], self._label)
        return told_grad(self)  # type: ignore[return-value]  # None where somebody set it

    @grad.setter
    def grad(self, grad: float) -> None:
        # None, as PyTorch sets it, counts as 0.
        self._grad = NO_GRAD if grad is None else number(grad, "a grad is")

    @property
    def label(self) -> str:
        """The name that drawings, programs and errors show, a string; empty if there is none.

        Assigning anything but a string raises `TypeError`.
        """
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        if not isinstance(label, str):
            got = f"{type(label).__name__}: {reprlib.repr(label)}"
            raise TypeError(f"a label is a string, got {got}")
        self._label = str(label)

    @property
    def op(self) -> Row:
        """The operation that made this Value, as a row of the calculus: `op.name` is its name.

        Of a leaf it is the row named "leaf".
        """
        return self._row

    @property
    def operands(self) -> tuple[Value | float, ...]:
        """What the operation was applied to, a tuple: Values, and floats for plain numbers.

        Of a leaf it is empty.
        """
        if self._b is not None:
            return self._a, self._b
        return () if self._a is None else (self._a,)

    @property
    def partials(self) -> tuple[float, ...]:
        """The derivatives of the operation by each of its `operands`, a tuple of floats.

        They are the local ones, as they were recorded. By an operand that counts as a constant,
        such as the exponent 2 of `x ** 2`, it is 0.0.
        """
        number_left("the partials of {} were read", self._label)
        recorded = recorded_partials(self)
        constants = len(self.operands) - len(recorded)
        return (*recorded, *[0.0] * constants)

    @property
    def origin(self) -> str:
        """The line of code that made this Value, such as `file.py:12`, if made under `debug()`.

        Otherwise it is an empty string.
        """
        return line_of(self)

    __add__ = _binary("add", "__add__")
    __radd__ = _binary("add", "__radd__", swapped=True)
    __sub__ = _binary("sub", "__sub__")
    __rsub__ = _binary("sub", "__rsub__", swapped=True)
    __mul__ = _binary("mul", "__mul__")
    __rmul__ = _binary("mul", "__rmul__", swapped=True)
    __truediv__ = _binary("div", "__truediv__")
    __rtruediv__ = _binary("div", "__rtruediv__", swapped=True)
    __floordiv__ = _binary("floordiv", "__floordiv__")
    __rfloordiv__ = _binary("floordiv", "__rfloordiv__", swapped=True)
    __mod__ = _binary("mod", "__mod__")
    __rmod__ = _binary("mod", "__rmod__", swapped=True)
    __rpow__ = _binary("power", "__rpow__", swapped=True)
    _power = _binary("power", "_power")
    _power_constant = _binary("power_constant", "_power_constant")
    neg = __neg__ = _unary("neg")
    abs = __abs__ = _unary("abs")

    def __eq__(self, other: object) -> bool:
        if as_float(other) is not None:
            hint = "compare its data, or use <= and >="
            warnings.warn(f"a Value is equal only to itself, to no number; {hint}", stacklevel=2)
        return self is other

    __hash__ = object.__hash__

    __lt__ = comparison(operator.lt)
    __le__ = comparison(operator.le)
    __gt__ = comparison(operator.gt)
    __ge__ = comparison(operator.ge)

    def __pow__(self, exponent: Operand) -> Value:
        if isinstance(exponent, Value):
            return self._power(exponent)
        return self._power_constant(exponent)

    def __pos__(self) -> Value:
        return self

    def __bool__(self) -> bool:
        return not 0.0 <= self <= 0.0  # a NaN is true, as for floats

    exp = _unary("exp")
    exp2 = _unary("exp2")
    expm1 = _unary("expm1")
    log = _unary("log")
    log1p = _unary("log1p")
    log2 = _unary("log2")
    log10 = _unary("log10")
    sqrt = _unary("sqrt")
    cbrt = _unary("cbrt")
    sin = _unary("sin")
    cos = _unary("cos")
    tan = _unary("tan")
    asin = _unary("asin")
    acos = _unary("acos")
    atan = _unary("atan")
    sinh = _unary("sinh")
    cosh = _unary("cosh")
    tanh = _unary("tanh")
    asinh = _unary("asinh")
    acosh = _unary("acosh")
    atanh = _unary("atanh")
    erf = _unary("erf")
    erfc = _unary("erfc")
    normal_cdf = _unary("normal_cdf")
    sign = _unary("sign")
    floor = _unary("floor")
    detach = _unary("detach")
    sigmoid = _unary("sigmoid")
    softplus = _unary("softplus")
    relu = _unary("relu")
    silu = _unary("silu")
    gelu = _unary("gelu")

    def leaky_relu(self, slope: Operand = 0.01) -> Value:
        """Return `a` if it is above 0, else `slope · a`, where `a` is this Value.

        Arguments:

        - `slope`: the slope below 0, a Value or a number, 0.01 by default.
        """
        return record(ROWS["leaky_relu"], self, slope)  # type: ignore[no-any-return]  # a Value

    def elu(self, alpha: Operand = 1.0) -> Value:
        """Return `a` if it is above 0, else `alpha · (exp(a) − 1)`, where `a` is this Value.

        Arguments:

        - `alpha`: how far below 0 the result can get, a Value or a number, 1.0 by default.
        """
        return record(ROWS["elu"], self, alpha)  # type: ignore[no-any-return]  # a Value

    def backward(self, seed: Number = 1.0, *, allow_nonfinite: bool = False) -> None:
        """Add the derivative of this Value by each leaf below it to the `grad` of that leaf.

        The `grad` of a leaf adds up over calls, until `zero_grad()` or `grad = 0.0`. All other
        `grad`s below this Value are computed anew, and can be read afterwards.

        Arguments:

        - `seed`: the derivative of this Value itself, by which all are multiplied: a number, 1.0 by
          default.
        - `allow_nonfinite`: True lets leaves get infinities and NaNs. False, the default, raises.

        Raises:

        - `FloatingPointError` if a leaf would get an infinity or a NaN, naming the node where it
          arose. The leaves then keep what they had.
        - `TypeError` if `seed` is no number.

        >>> x = Value(3.0)
        >>> y = x * x * x
        >>> y.backward()
        >>> x.grad
        27.0
        >>> y.backward()
        >>> x.grad  # 27 + 27
        54.0
        """
        start = _checked_seed(seed)
        operations, leaves = below(self)
        gradients = _sweep(self, operations, leaves, start)
        if not all(map(isfinite, gradients)):
            adjoints, _ = sweep(self, operations, start)  # past the branches not taken
            at_once(grads_put(operations, _in_order(operations, adjoints)))
            if not allow_nonfinite:
                check_finite(self, leaves, adjoints)
            gradients = _in_order(leaves, adjoints)
        _add_gradients(leaves, gradients)

    def zero_grad(self) -> None:
        """Set the `grad` of every leaf below this Value to 0.0, before the next `backward()`."""
        _, leaves = below(self)
        at_once(grads_zeroed(leaves))

    def _keep(self, row: Row, operands: tuple[Any, ...], partials: tuple[float, ...]) -> None:
        """Become the result of an operation on one or two operands, or without any a leaf."""
        self._row = row
        self._a = operands[0] if operands else None
        self._b = operands[1] if len(operands) == 2 else None
        self._da = partials[0] if partials else 0.0
        self._db = partials[1] if len(partials) == 2 else 0.0

    def __repr__(self) -> str:
        number_left("{} was printed", self._label)
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}, grad={told_grad(self)!r}{label})"

    def __format__(self, spec: str) -> str:
        number_left("{} was printed", self._label)
        return format(self._data, spec) if spec else repr(self)

    @property
    def _prev(self) -> tuple[Value, ...]:  # micrograd's name for the operands that are Values
        return operand_values(self)

    @property
    def _op(self) -> str:  # micrograd's name for the sign of the operation
        return sign(self)

    @property
    def _backward(self) -> Callable[[], None]:  # micrograd's name for the step of one node
        return lambda: _pass_down(self)

    @_backward.setter
    def _backward(self, step: object) -> None:
        raise AttributeError(BACKWARD_IS_NOT_SET)


def _pass_down(node: Value) -> None:
    """Add to the `grad` of each operand what the `grad` of their result gives it."""
    for operand, partial in zip(node.operands, recorded_partials(node), strict=False):
        if isinstance(operand, Value):
            operand._grad += node._grad * partial


def _checked_seed(seed: Number) -> float:
    try:
        return number(seed, "the seed of backward is")
    except TypeError as error:
        raise TypeError(f"{error}; options are keywords, as allow_nonfinite=True") from None


def _in_order(nodes: list[Value], adjoints: dict[Value, float]) -> list[float]:
    return [adjoints.get(node, UNREACHED) for node in nodes]


@in_c
def _sweep(root: Value, operations: list[Value], leaves: list[Value], seed: float) -> list[float]:
    """Give the derivative of `root` by each leaf; leave in the `grad` of each operation its own.

    Results come before operands, so that an adjoint is complete when it is passed down: each
    operation adds adjoint × local partial to the adjoint of each operand. (In C the two lists are
    found anew, faster than they are read.)
    """
    # Not in the nodes, which other threads may be sweeping, too.
    adjoints = dict.fromkeys((*operations, *leaves), UNREACHED)
    adjoints[root] = seed
    for node in reversed(operations):
        adjoint = adjoints[node]
        node._grad = adjoint
        if adjoint is UNREACHED:
            continue  # below the condition of a `where`: nothing flows there, not even 0 · inf
        a = node._a
        b = node._b
        if b is not None:
            if a.__class__ is not float:
                adjoints[a] += adjoint * node._da
            if b.__class__ is not float:
                adjoints[b] += adjoint * node._db
        elif a is not None:
            adjoints[a] += adjoint * node._da
        else:
            for operand, partial in zip(node._operands, node._partials, strict=False):
                if operand.__class__ is not float:
                    adjoints[operand] += adjoint * partial
    return [adjoints[leaf] for leaf in leaves]


@in_c
def _add_gradients(leaves: list[Value], gradients: list[float]) -> None:
    """Add to the `grad` of all leaves at once, as at_once.py says, so that threads lose nothing."""
    at_once(grads_added(leaves, gradients))


class ManyOperands(Value):
    """The node of an operation on more than two operands."""

    __slots__ = (
        "_operands",
        "_partials",  # as many as the row has: operands past these are constants
    )

    def _keep(self, row: Row, operands: tuple[Any, ...], partials: tuple[float, ...]) -> None:
        self._row = row
        self._a = None
        self._b = None
        self._operands = operands
        self._partials = partials

    @property
    def operands(self) -> tuple[Value | float, ...]:
        return self._operands


# What errors say: to people all are Values.
ManyOperands.__name__ = "Value"
ManyOperands.__qualname__ = "Value"

_data_of: Callable[[Any], float] = Value.__dict__["_data"].__get__


@in_c
def record(row: Row, *operands: Operand) -> Any:
    """Apply a row to its operands, under the whole policy for numbers.

    Gives a Value if one of the operands is, else a float. The methods of Value do the same for one
    and two operands, faster, and come here where `math` raises.
    """
    checked: Any = operands
    has_value = True
    try:
        numbers = [*map(_data_of, operands)]
    except TypeError:  # a plain number has no slot for data
        checked = tuple(x if isinstance(x, Value) else number(x) for x in operands)
        has_value = any(isinstance(x, Value) for x in checked)
        numbers = [x if x.__class__ is float else x._data for x in checked]
    try:
        if not has_value:
            return value_alone(row, numbers)
        out, partials = evaluate(row, numbers)
    except (ValueError, ZeroDivisionError) as error:
        if not gives_nan():
            raise _domain_error(row, checked, error) from error.__cause__
        out, partials = evaluate_undefined(row, numbers)
    return _node(row, out, checked, partials) if has_value else out


def _domain_error(row: Row, operands: tuple[Any, ...], error: Exception) -> DomainError:
    """What there is instead of a value."""
    needs = f": it needs {row.domain}" if row.domain else ""
    why = f": {error}" if isinstance(error, DomainError) else needs  # of a custom one
    at = point(row, operands)
    number_left("{} was not defined", called(row), aside=True)
    return DomainError(f"{called(row)} is not defined at {at}{why}")


@in_c
def kind_of_node(operands: tuple[Any, ...]) -> type[Value]:
    """The class of the result of an operation."""
    return Value if len(operands) <= 2 else ManyOperands


def _node(row: Row, out: float, operands: tuple[Any, ...], partials: tuple[float, ...]) -> Value:
    node: Value = object.__new__(kind_of_node(operands))
    node._data = out
    node._keep(row, operands, partials)
    node._label = ""
    node._grad = 0.0
    node._made = moment()
    return node


SCOPE |= {"Value": Value, "record": record, "kind_of_node": kind_of_node}
SCOPE |= {"refuse_attribute": refuse_attribute, "check_kept": check_kept}

for _row in ROWS.values():
    if len(_row.operands) == 1 and _row not in SLOPES and not hasattr(Value, _row.name):
        setattr(Value, _row.name, method(_row.name))

for _name, _method in numpy_methods(record):
    setattr(Value, _name, _method)
for _name, _missing in missing_attributes():
    setattr(Value, _name, _missing)
for _name, _refusal in REFUSALS.items():
    setattr(Value, _name, _refusal)
