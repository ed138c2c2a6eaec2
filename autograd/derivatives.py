r"""Derivatives as numbers, as Values to differentiate again, and as matrices.

## Derivatives of derivatives

Here y is one result, ys are n results, and x are m inputs. A sweep is one pass over the graph:

| you want | write | you get | sweeps |
|---|---|---|---|
| the gradient | `grad(y, x)` | m numbers | 1 |
| a derivative to differentiate again | `grad(y, x, create_graph=True)` | m Values | 1 |
| first derivatives of several results | `jacobian(ys, x)` | n × m numbers | n |
| second derivatives | `hessian(y, x)` | m × m numbers | m, over the graph of the gradient |
| vector × Jacobian | `vjp(ys, x, v)` | m numbers | 1 |
| Jacobian × vector | `jvp(ys, x, v)` | n numbers | 1, forward |
| Hessian × vector | `hvp(y, x, v)` | m numbers | 1, over the graph of the gradient |
| all derivatives up to an order | `jet(y, x, order=3)` | a dict of Values | 1, of Taylor series |

None of these reads or writes a `.grad`.

### Again and again

The formulas of an operation are text, so they can be evaluated on Values as well as on floats. With
`create_graph=True` the derivatives are graphs. They can be differentiated again, drawn, and
compiled:

```python
>>> import autograd
>>> from autograd import Value, grad, hessian
>>> x = Value(0.5, "x")
>>> y = x.sin()
>>> for _ in range(4):
...     (y,) = grad(y, [x], create_graph=True)
>>> y.data == x.sin().data  # sin⁗ = sin
True
>>> x = Value(0.5, "x")
>>> (by_x,) = grad(x**3, [x], create_graph=True)
>>> slope = autograd.compile(by_x, inputs=[x])  # 3x², as a program of x
>>> slope(2.0)[0]
12.0

```

### Matrices, and their products with a vector

A product takes one sweep and forms no matrix. `vjp` goes back from all results at once, `jvp` goes
forward, and `hvp` goes over the graph of the gradient:

```python
>>> u, v = Value(1.0, "u"), Value(2.0, "v")
>>> hessian(u * u * v, [u, v])
[[4.0, 2.0], [2.0, 0.0]]
>>> autograd.hvp(u * u * v, [u, v], [1.0, 10.0])  # that matrix times [1, 10]
[24.0, 2.0]
>>> autograd.vjp([u * v, v], [u, v], [1.0, 10.0])  # [1, 10] times the Jacobian
[2.0, 11.0]
>>> autograd.jvp([u * v, v], [u, v], [1.0, 10.0])  # the Jacobian times [1, 10]
[12.0, 10.0]

```

These, too, give graphs with `create_graph=True`, and the vector may hold Values:

```python
>>> along = autograd.jvp(u * u * v, [u, v], [1.0, 10.0], create_graph=True)
>>> grad(along, [u, v])  # forward, then back: hvp again
[24.0, 2.0]

```

### High orders at once

`jet` gives the value and all derivatives up to an order. Each mixed derivative is there once. Its
key says what it is taken by:

```python
>>> from autograd import jet
>>> u, v = Value(1.0, "u"), Value(2.0, "v")
>>> derivatives = jet(u.exp() * v.log(), [u, v], order=3)
>>> len(derivatives), derivatives[u, v, v].data == -u.exp().data / 4.0
(10, True)
>>> program = autograd.compile([*derivatives.values()], inputs=[u, v])
>>> values, _ = program(1.0, 2.0)
>>> values == tuple(d.data for d in derivatives.values())
True

```

It computes with Taylor series, so that the graphs of high orders stay small. An example is an
exchange-correlation energy of an electron gas, with its fourth derivatives by both spin densities:

| taken by | operations, in multiples of those of the energy |
|---|---|
| `jet` | 16 to 18 |
| `jvp` of `jvp` of … | 28 to 36 |
| `grad` of `grad` of … | 93 to 129 |

By `jet` they are recorded and compiled in 0.1 s. `tests/test_functionals.py` compares them with the
true numbers at 100 points.

### Where a derivative is not finite

An infinity or a NaN among derivatives raises an error that names the node where it arose. An
optimizer that tries a step too far needs the numbers: `allow_nonfinite=True` gives them.

```python
>>> rate = Value(800.0, "rate")
>>> autograd.jacobian([rate.exp(), 2 * rate], rate, allow_nonfinite=True)
[[inf], [2.0]]

```

### What second and higher derivatives are good for

`make newton` descends Rosenbrock's valley, with and without second derivatives. `make taylor` draws
the Taylor polynomials of tanh up to order eight:

![Newton's method ends in 22 steps, gradient descent in 34,870](../demos/pictures/newton.png)
"""

from collections.abc import Callable, Container, Iterable, Sequence
from functools import wraps
from math import isfinite
from typing import Any, Literal, TypeVar, overload

from autograd.core.adjoints import adjoints_of
from autograd.core.checks import check_flag
from autograd.core.choices import Use, sweep
from autograd.core.diagnosis import check_finite, described, told_instead
from autograd.core.graph import below
from autograd.core.numbers import as_list
from autograd.core.tracking import Numbers
from autograd.core.value import Value
from autograd.derivative_graphs import gradient_graphs

__all__ = ["grad", "hessian", "jacobian"]

Asked = TypeVar("Asked", bound=Callable[..., Any])


def _of_values(function: Asked) -> Asked:
    """Let `grad(f)` of a plain function, as JAX writes it, say what takes functions here."""

    @wraps(function)
    def asked(*arguments: Any, **options: Any) -> Any:
        if len(arguments) == 1 and callable(arguments[0]):
            check_output(arguments[0])
        return function(*arguments, **options)

    return asked  # type: ignore[return-value]  # called as the function is


@overload
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    create_graph: Literal[False] = False,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[float]: ...
@overload
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    create_graph: Literal[True],
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Value]: ...
@overload
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    create_graph: bool,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]: ...
@_of_values
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    create_graph: bool = False,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]:
    """Give the derivative of one Value by others.

    No `grad` is read or written, so several threads may use the same leaves.

    Arguments:

    - `output`: the Value to differentiate.
    - `inputs`: the Values to differentiate by, leaves or not: one, or a list, tuple or other
      iterable of them.
    - `create_graph`: True gives Values with graphs of their own, which can be differentiated again.
      False, the default, gives floats.
    - `allow_unused`: True gives 0 by an input on which `output` does not depend. False, the
      default, raises.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.

    Returns a list with one derivative for each of `inputs`, in their order.

    Raises:

    - `TypeError` if `output` or one of `inputs` is no Value.
    - `ValueError` if `output` does not depend on one of `inputs`; with `create_graph` also if the
      data of a leaf changed since the graph was recorded, or if an operation is `custom`.
    - `FloatingPointError` if a derivative is infinite or NaN, naming the node where it arose.

    >>> x = Value(2.0, "x")
    >>> (slope,) = grad(x**3, [x], create_graph=True)
    >>> slope.data, grad(slope, [x])  # 3 · x² and 6 · x
    (12.0, [12.0])
    """
    check_output(output)
    wanted = values_of(inputs)
    check_flag("create_graph", create_graph)
    found = swept(output, wanted)
    if not allow_unused:
        check_used(wanted, found)
    if not allow_nonfinite:
        check_finite(output, wanted, found)
    if create_graph:
        return gradient_graphs({output: 1.0}, wanted, closed_uses(output))
    return Numbers(found.get(x, 0.0) for x in wanted)


def gradients(
    output: Value, inputs: Sequence[Value], *, allow_nonfinite: bool = False
) -> tuple[float, ...]:
    """The derivatives by `grad`, 0 where nothing depends; callers let none of them out."""
    found = swept(output, [*inputs])
    if not allow_nonfinite:
        check_finite(output, inputs, found)
    return tuple(found.get(x, 0.0) for x in inputs)


def swept(output: Value, wanted: list[Value]) -> dict[Any, float]:
    """The derivatives of an output by those Values that lead to it.

    If one is not finite, they are taken again past the branches not taken, with all others.
    """
    found = adjoints_of(output, wanted)
    if all(map(isfinite, found.values())):
        return found
    operations, _ = below(output)
    return sweep(output, operations).adjoints


def closed_uses(output: Value) -> set[Use]:
    """The uses below an output through which nothing flows at this point."""
    operations, _ = below(output)
    return sweep(output, operations).closed


def check_used(wanted: Iterable[Value], adjoints: Container[Value]) -> None:
    """Raise ValueError naming the first of the wanted that the output does not depend on."""
    for x in wanted:
        if x not in adjoints:
            hint = "allow_unused=True gives 0 for it"
            raise ValueError(f"the output does not depend on {described(x)}; {hint}")


@_of_values
def jacobian(
    outputs: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    *,
    allow_nonfinite: bool = False,
) -> list[list[float]]:
    """Give the derivatives of several Values by several others, as a matrix.

    Where an output does not depend on an input the derivative is 0.

    Arguments:

    - `outputs`: the n Values to differentiate: one, or a list, tuple or other iterable of them.
    - `inputs`: the m Values to differentiate by: one, or a list, tuple or other iterable of them.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.

    Returns n × m floats: a list with a row for each output, which has a number for each input.

    Raises:

    - `TypeError` if one of `outputs` or `inputs` is no Value.
    - `FloatingPointError` if a derivative is infinite or NaN, naming the node where it arose.

    >>> r, phi = Value(2.0, "r"), Value(0.0, "phi")
    >>> jacobian([r * phi.cos(), r * phi.sin()], [r, phi])
    [[1.0, -0.0], [0.0, 2.0]]
    """
    rows = values_of(outputs)
    wanted = values_of(inputs)
    return [
        grad(output, wanted, allow_unused=True, allow_nonfinite=allow_nonfinite) for output in rows
    ]


@_of_values
def hessian(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[list[float]]:
    """Give the second derivatives of one Value, as a matrix.

    For the product of this matrix and a vector `hvp` is faster.

    Arguments:

    - `output`: the Value to differentiate twice.
    - `inputs`: the m Values to differentiate by: one, or a list, tuple or other iterable of them.
    - `allow_unused`: True gives 0 by an input on which `output` does not depend. False, the
      default, raises.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.

    Returns m × m floats: a list with a row for each input, which has a number for each input.

    Raises:

    - `TypeError` if `output` or one of `inputs` is no Value.
    - `ValueError` if `output` does not depend on one of `inputs`, if the data of a leaf changed
      since the graph was recorded, or if an operation is `custom`.
    - `FloatingPointError` if a derivative is infinite or NaN, naming the node where it arose.

    >>> x, y = Value(3.0, "x"), Value(5.0, "y")
    >>> hessian(x * x * y, [x, y])
    [[10.0, 6.0], [6.0, 0.0]]
    """
    check_output(output)
    wanted = values_of(inputs)
    gradient = grad(
        output,
        wanted,
        create_graph=True,
        allow_unused=allow_unused,
        allow_nonfinite=allow_nonfinite,
    )
    return jacobian(gradient, wanted, allow_nonfinite=allow_nonfinite)


def check_output(x: Any) -> None:
    """Raise TypeError for anything but a Value, with what takes plain functions."""
    if not isinstance(x, Value):
        raise TypeError(f"a graph begins at a Value, got {told_instead(x)}")


def values_of(x: Value | Iterable[Value]) -> list[Value]:
    """The Values of a list, or of one alone; TypeError for anything else."""
    values = as_list(x)
    for value in values:
        if not isinstance(value, Value):
            raise TypeError(f"inputs and outputs are Values, got {told_instead(value)}")
    return values
