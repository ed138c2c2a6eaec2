r"""`value_and_grad`: gradient, Jacobian and Hessian of a plain function of numbers.

## Functions of vectors

Optimizers take plain functions of numbers. `f = value_and_grad(function)` gives what they ask for:

| optimizer | asks for | write |
|---|---|---|
| `minimize(…, jac=True)` | value and gradient at once | `f(x)` |
| `minimize(…, jac=…)` | value, gradient | `f.value(x)`, `f.grad(x)` |
| `method="trust-exact"` | the Hessian | `f.hessian(x)` |
| `method="trust-krylov"` | the Hessian times a vector | `f.hvp(x, v)` |
| `least_squares(…, jac=…)` | the Jacobian of several results | `f.jacobian(x)` |

```python
>>> from autograd import value_and_grad
>>> def rosenbrock(x):
...     return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
>>> f = value_and_grad(rosenbrock)
>>> f([-1.0, 2.0])  # value and gradient
(104.0, [396.0, 200.0])
>>> f.hessian([1.0, 1.0])
[[802.0, -400.0], [-400.0, 200.0]]
>>> f.hvp([1.0, 1.0], [1.0, 2.0])
[2.0, 0.0]
>>> from scipy.optimize import least_squares, minimize
>>> x0 = [-1.2, 1.0]
>>> bool(minimize(f, x0, jac=True).success)
True
>>> bool(minimize(f.value, x0, jac=f.grad, hess=f.hessian, method="trust-exact").success)
True

```

The function gets a list of Values; if `x` is an array, it gets an array, and NumPy's functions
work. If it has several parameters and `x` is the only argument, it gets the Values one by one. It
gives one Value, or a list or an array of them.

### How it is fast, and when it is not

The graph of the function is recorded at the first call. Later calls run that graph at other
numbers, in C or as a program, and do not call the function. (The first call calls it three times,
to see that its graph is the same each time.)

The function is called again if its graph depends on numbers, as by `if x[0] > 0` or `.data`, or if
something that it reads has changed. So the answer is always right, and fast where that is possible.
`f.why` says why the function was called:

```python
>>> f.recorded  # once for lists, once for the arrays of SciPy
2

```

### Several results, and other arguments

A function of several results has `f.jacobian`, a row for each. Other arguments come after `x`, as
SciPy's `args` do; nothing is differentiated by them:

```python
>>> from autograd import exp
>>> def residuals(b, times, heights):
...     return [b[0] * exp(-b[1] * t) - h for t, h in zip(times, heights)]
>>> f = value_and_grad(residuals)
>>> times, heights = [0.0, 1.0, 2.0, 4.0], [3.0, 1.8, 1.1, 0.4]
>>> least_squares(f.value, [1.0, 1.0], jac=f.jacobian, args=(times, heights)).x.round(3).tolist()
[2.997, 0.504]

```

### Steps that go too far

`f.value` may be infinite or a NaN, outside a domain too. `f.grad` raises an error there that says
what went wrong. This error ends methods that ask for a gradient at such a point, such as BFGS.
`value_and_grad(g, allow_nonfinite=True)` gives infinities and NaNs instead.

### What exact derivatives are worth

`make least_squares` fits the thermal expansion of copper with SciPy, once with our Jacobian and
once with SciPy's own differences. The steps of these, 1.5e-8 or 6.1e-6, are too large for a
parameter of 1.2e-7. The Jacobian also says how sure the fitted curve is:

![data, fit and bands of 95 %; right digits by each Jacobian](../demos/pictures/least_squares.png)

| Jacobian | right digits |
|---|---|
| ours | 8 to 11 |
| two-point differences | 2 to 3 |
| three-point differences | none |
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from inspect import Parameter, signature
from itertools import count
from math import isclose, isfinite
from typing import Any

from autograd.asked import HESSIAN, JACOBIAN, PRODUCT, VALUES, Asked, Given
from autograd.core.checks import check_flag
from autograd.core.numbers import undefined_is_nan
from autograd.core.tracking import number_left, peek
from autograd.core.value import Value
from autograd.forms import Single, is_single, outputs_of, taken_apart
from autograd.program.arguments import Arguments, NumberLeaf
from autograd.program.orders import NOT_FINITE, Orders
from autograd.program.recordings import Recorded, Recording, names_of, recording_of
from autograd.program.replayed import Replayed

__all__ = ["VectorFunction", "value_and_grad"]


def value_and_grad(
    function: Callable[..., Any], *, allow_nonfinite: bool = False
) -> "VectorFunction":
    """Wrap a plain function of numbers, to have its derivatives as optimizers ask for them.

    With `f = value_and_grad(function)`, at m numbers x,

    - `f(x)` is a pair: the value, a float, and the gradient, m numbers;
    - `f.value(x)` is the value alone; of a function that gives n Values it is n numbers;
    - `f.grad(x)` is the gradient alone, m numbers;
    - `f.jacobian(x)` is n × m numbers, a row for each Value that the function gives;
    - `f.hessian(x)` is the m × m second derivatives;
    - `f.hvp(x, v)` is their product with m numbers v.

    x is a number, a list, a tuple or a NumPy array of any shape. Results with m numbers are of the
    same kind. If the function has several parameters and x is the only argument, it gets the
    numbers of x one by one. Other arguments follow x, as in `f(x, data)` or `f(x, data=data)`:
    nothing is differentiated by these.

    The graph of the first call is kept, and later calls sweep over it at other numbers. At the
    first call the function is called three times, to see that its graph is the same each time. Some
    functions are called each time instead: those that look at a number, as by `if x > 0` or
    `.data`, that draw random numbers, or that change something. Any function is called again if
    something that it reads has changed; `replay` says what is compared.

    Arguments:

    - `function`: a function of one vector, which it gets as a list or an array of Values, or of
      several Values. It gives a Value, or a list or array of n Values and numbers.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.
      `f.value` gives them in both cases, so that an optimizer may try a step too far.

    Returns a `VectorFunction`.

    Raises:

    - `TypeError` if `function` cannot be called; and in a call if x is none of these kinds.
    - `ValueError` in a call that needs a function of one Value, if that gives several.
    - `DomainError` or `FloatingPointError` in a call where a value or a derivative is not finite,
      naming the node where that arose.

    >>> def rosenbrock(x):
    ...     return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
    >>> f = value_and_grad(rosenbrock)
    >>> f([-1.0, 2.0])
    (104.0, [396.0, 200.0])
    >>> f.hessian([1.0, 1.0])
    [[802.0, -400.0], [-400.0, 200.0]]
    >>> polar = value_and_grad(lambda r, phi: [r * phi.cos(), r * phi.sin()])
    >>> polar.jacobian((2.0, 0.0))
    [(1.0, -0.0), (0.0, 2.0)]
    """
    check_flag("allow_nonfinite", allow_nonfinite)
    return VectorFunction(function, allow_nonfinite=allow_nonfinite)


class VectorFunction(Replayed[Orders]):
    """A function of numbers with its derivatives, as `value_and_grad` makes it.

    `f(x)` gives a pair: the value at x, a float, and the gradient, as many numbers as x.

    Arguments:

    - `function`: a function of one vector or of several Values.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.

    Arguments of a call:

    - `x`: the point: a number, or m numbers as a list, a tuple or a NumPy array.
    - `others`, `named`: further arguments of the function, by which nothing is differentiated.

    Attributes:

    - `function`: the function as it was given.
    - `allow_nonfinite`: as it was given.
    - `replayed`: how many calls swept over a graph that was kept.
    - `recorded`: how many calls called the function.
    - `why`: why the last call was not replayed, a sentence; empty if it was.
    - `recordings`: the graphs that are kept.

    Raises:

    - `TypeError` if `function` cannot be called.

    >>> from autograd import value_and_grad
    >>> f = value_and_grad(lambda x, y: x * y + x.sin())
    >>> f((0.0, 3.0))
    (0.0, (4.0, 0.0))
    >>> f((0.0, 5.0))
    (0.0, (6.0, 0.0))
    >>> f.replayed, f.recorded
    (1, 1)
    """

    __slots__ = ("_takes_several", "allow_nonfinite")
    made_by = "value_and_grad"

    def __init__(self, function: Callable[..., Any], *, allow_nonfinite: bool = False) -> None:
        super().__init__(function)
        self.allow_nonfinite = allow_nonfinite
        self._takes_several = _takes_several(function)

    def __call__(self, x: Any, /, *others: Any, **named: Any) -> tuple[float, Any]:
        """Give the value at x, and the gradient by x."""
        given = Given.of(x, others, named)
        _, (values, rows) = self._answer(given, JACOBIAN, "f(x)")
        return values[0], given.form.vector(rows[0])

    def value(self, x: Any, /, *others: Any, **named: Any) -> Any:
        """Give the value at a point, which may be infinite or a NaN.

        Arguments:

        - `x`: the point: a number, or m numbers as a list, a tuple or a NumPy array.
        - `others`, `named`: further arguments of the function, by which nothing is differentiated.

        Returns a float; for a function that gives n Values, n numbers of the kind of x.
        """
        given = Given.of(x, others, named)
        call, values = self._answer(given, VALUES)
        return values[0] if is_single(call.result) else given.form.others(values)

    def grad(self, x: Any, /, *others: Any, **named: Any) -> Any:
        """Give the gradient at a point.

        Arguments:

        - `x`: the point: a number, or m numbers as a list, a tuple or a NumPy array.
        - `others`, `named`: further arguments of the function, by which nothing is differentiated.

        Returns m numbers, of the kind of x.
        """
        given = Given.of(x, others, named)
        _, (_, rows) = self._answer(given, JACOBIAN, "f.grad")
        return given.form.vector(rows[0])

    def jacobian(self, x: Any, /, *others: Any, **named: Any) -> Any:
        """Give the derivatives at a point, of a function that gives n Values.

        Arguments:

        - `x`: the point: a number, or m numbers as a list, a tuple or a NumPy array.
        - `others`, `named`: further arguments of the function, by which nothing is differentiated.

        Returns n × m numbers, a row for each Value that the function gives.
        """
        given = Given.of(x, others, named)
        _, (_, rows) = self._answer(given, JACOBIAN)
        return given.form.matrix(rows)

    def hessian(self, x: Any, /, *others: Any, **named: Any) -> Any:
        """Give the second derivatives at a point.

        Arguments:

        - `x`: the point: a number, or m numbers as a list, a tuple or a NumPy array.
        - `others`, `named`: further arguments of the function, by which nothing is differentiated.

        Returns m × m numbers, a row and a column for each number of x.
        """
        given = Given.of(x, others, named)
        _, rows = self._answer(given, HESSIAN, "f.hessian")
        return given.form.square(rows)

    def hvp(self, x: Any, v: Any, /, *others: Any, **named: Any) -> Any:
        """Give the Hessian-vector product: second derivatives times a vector, without the matrix.

        Arguments:

        - `x`: the point: a number, or m numbers as a list, a tuple or a NumPy array.
        - `v`: the vector, m numbers.
        - `others`, `named`: further arguments of the function, by which nothing is differentiated.

        Returns m numbers, of the kind of x.

        Raises:

        - `ValueError` if `v` does not have as many numbers as `x`.

        >>> from autograd import value_and_grad
        >>> f = value_and_grad(lambda x, y: x * x * y)
        >>> f.hvp([3.0, 5.0], [1.0, -1.0])  # [[10, 6], [6, 0]] · [1, -1]
        [4.0, 6.0]
        """
        given = Given.of(x, others, named)
        _, vector = taken_apart(v)
        if len(vector) != len(given.numbers):
            got = f"{len(given.numbers)} and {len(vector)}"
            raise ValueError(f"f.hvp takes as many numbers in v as in x, got {got}")
        _, product = self._answer(given._replace(vector=vector), PRODUCT, "f.hvp")
        return given.form.vector(product)

    def _made_anew(self) -> tuple[Any, ...]:
        wrap = partial(VectorFunction, allow_nonfinite=self.allow_nonfinite)
        return wrap, (self.function,)

    def _answer(self, given: Given, asked: Asked, needs_one: str = "") -> tuple[Recorded, Any]:
        """What is asked there, by a sweep or by the function itself, and the call it is of.

        `needs_one` names what only a function of one Value has.
        """
        known = self._known_at(given, asked)
        if isinstance(known, Recording):
            _check_result(known.call, needs_one)
            answer = asked.swept(known.laid_out, given)
            if not isinstance(answer, str):
                self.replayed += 1
                number_left("a function gave its derivatives", aside=True)
                return known.call, answer
            self.why = answer
        else:
            self.why = known or ""
        with undefined_is_nan() if asked is VALUES or self.allow_nonfinite else nullcontext():
            call = self._called(given)
            _check_result(call, needs_one)
            answer = asked.eager(call, given, self.allow_nonfinite)
        self.recorded += 1
        if not all(isfinite(peek(output)) for output in call.outputs):
            self.why = NOT_FINITE  # where a function may take another way than elsewhere
        elif known is None:
            self._learn(given, call, asked)
        return call, answer

    def _known_at(self, given: Given, asked: Asked) -> Recording[Orders] | str | None:
        known = self.recordings.find(given.structure)
        if asked.is_second and isinstance(known, Recording) and not known.laid_out.has_second:
            return None
        return known

    def _called(self, given: Given) -> Recorded:
        """The function's own graph there, with labels for the numbers of x."""
        labels = self._labels(given)
        size = len(given.numbers)
        places = count()

        def of_number(x: float) -> Any:
            return NumberLeaf(x, next(labels)) if next(places) < size else x

        return Recorded.of(self.function, self._arguments(given), of_number, outputs_of)

    def _learn(self, given: Given, call: Recorded, asked: Asked) -> None:
        """Keep what may be swept from now on, or the reason why nothing is."""
        size = len(given.numbers)
        arguments = self._arguments(given)
        known = recording_of(self.function, arguments, outputs_of, partial(Orders, size=size))
        if isinstance(known, Recording):
            values = known.laid_out.values(given.numbers, given.rest)
            if not isinstance(values, str) and not _are_close(values, call.outputs):
                known = "it computes something else with Values than with floats"
            else:
                asked.swept(known.laid_out, given)  # of second order, while leaves are as they are
        self.why = known if isinstance(known, str) else ""
        self.recordings.keep(given.structure, known)

    def _arguments(self, given: Given) -> Arguments:
        first = given.form.argument(given.numbers)
        positional = given.numbers if self._is_spread(given) else (first, *given.others)
        return Arguments.of(tuple(positional), given.named)

    def _is_spread(self, given: Given) -> bool:
        """Whether the function gets the numbers of x one by one."""
        is_alone = not given.others and not given.named
        return self._takes_several and is_alone and not isinstance(given.form, Single)

    def _labels(self, given: Given) -> Iterator[str]:
        """The names of the numbers of x, for errors."""
        names = names_of(self.function) or ["x"]
        size = len(given.numbers)
        if isinstance(given.form, Single):
            return iter(names[:1])
        if self._is_spread(given) and len(names) == size:
            return iter(names)
        return (f"{names[0]}[{i}]" for i in range(size))


def _takes_several(function: Callable[..., Any]) -> bool:
    """Whether a function has to be called with several arguments, or may be with any number."""
    try:
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError):  # as of some in C
        return False
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    needed = [x for x in parameters if x.kind in kinds and x.default is Parameter.empty]
    return len(needed) > 1 or any(x.kind is Parameter.VAR_POSITIONAL for x in parameters)


def _check_result(call: Recorded, needs_one: str) -> None:
    if needs_one and len(call.outputs) != 1:
        got = f"a {type(call.result).__name__} of {len(call.outputs)}"
        hint = "f.value and f.jacobian do with several"
        raise ValueError(f"{needs_one} needs a function that gives one Value, got {got}; {hint}")


def _are_close(mine: Sequence[float], theirs: Sequence[Value]) -> bool:
    """Whether a sweep gives about what the function did."""
    pairs = zip(mine, map(peek, theirs), strict=False)
    return len(mine) == len(theirs) and all(isclose(a, b) for a, b in pairs)
