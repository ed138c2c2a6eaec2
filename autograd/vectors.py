"""`value_and_grad`: a plain function of numbers with its gradient, Jacobian and Hessian.

The function is called with Values, and from then on its graph is swept at other numbers, as long as
that is its graph there, too. What an optimizer asks for is a method each.
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

    `function` takes one vector, as a list or an array of Values, or several Values; it gives a
    Value, or a list or an array of n Values (numbers among them are constants). With
    `f = value_and_grad(function)`, at m numbers x,

    - `f(x)` is the value, a float, and the gradient, m numbers;
    - `f.value(x)` the value alone, of a function of n Values n numbers;
    - `f.grad(x)` the gradient alone, `f.jacobian(x)` a row of m numbers for each of n Values;
    - `f.hessian(x)` the m × m second derivatives, `f.hvp(x, v)` their product with m numbers v.

    x is a number, a list, a tuple or an array of NumPy's, and all that is as long as x is of its
    kind: arrays for an array, which may have any shape, and in which the function may compute as
    NumPy does. Where the function has several parameters and x is all that is given, it gets the
    numbers of x one by one. Other arguments follow x, as in `f(x, data)` or `f(x, data=data)`:
    nothing is differentiated by them, which are constants to `f` as they are to JAX.

    The graph of the first call is swept at later ones; at the first the function is called three
    times, to see that its graph is the same again. A function that looks at a number, as by
    `if x > 0` or `.data`, draws random ones or changes something is called each time, and once more
    whenever what it reads has changed; `replay` says what is looked at, and `forget()` drops what
    was recorded. `replayed` and `recorded` count the calls of either kind, `why` says why the last
    one was not replayed.

    `f.value` is infinite or a NaN where floats are, outside a domain too, so that an optimizer may
    try a step too far. The others raise there as `grad` does: DomainError, or FloatingPointError
    naming the node where it arose; with `allow_nonfinite` they give what there is. Raises TypeError
    for x of other kinds, and ValueError where one Value is needed, and the function gives several.

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
    """A function of numbers with its derivatives: see `value_and_grad`."""

    __slots__ = ("_takes_several", "allow_nonfinite")
    made_by = "value_and_grad"

    def __init__(self, function: Callable[..., Any], *, allow_nonfinite: bool = False) -> None:
        super().__init__(function)
        self.allow_nonfinite = allow_nonfinite
        self._takes_several = _takes_several(function)

    def __call__(self, x: Any, /, *others: Any, **named: Any) -> tuple[float, Any]:
        """The value at x, and the gradient by x."""
        given = Given.of(x, others, named)
        _, (values, rows) = self._answer(given, JACOBIAN, "f(x)")
        return values[0], given.form.vector(rows[0])

    def value(self, x: Any, /, *others: Any, **named: Any) -> Any:
        """The value at x, or those of a function of several: infinite or a NaN where floats are."""
        given = Given.of(x, others, named)
        call, values = self._answer(given, VALUES)
        return values[0] if is_single(call.result) else given.form.others(values)

    def grad(self, x: Any, /, *others: Any, **named: Any) -> Any:
        """The gradient at x."""
        given = Given.of(x, others, named)
        _, (_, rows) = self._answer(given, JACOBIAN, "f.grad")
        return given.form.vector(rows[0])

    def jacobian(self, x: Any, /, *others: Any, **named: Any) -> Any:
        """The derivatives at x, a row for each Value of the function."""
        given = Given.of(x, others, named)
        _, (_, rows) = self._answer(given, JACOBIAN)
        return given.form.matrix(rows)

    def hessian(self, x: Any, /, *others: Any, **named: Any) -> Any:
        """The second derivatives at x, a row and a column for each of its numbers."""
        given = Given.of(x, others, named)
        _, rows = self._answer(given, HESSIAN, "f.hessian")
        return given.form.square(rows)

    def hvp(self, x: Any, v: Any, /, *others: Any, **named: Any) -> Any:
        """The second derivatives at x times a vector v, as many numbers as x; no matrix is made.

        Raises ValueError if they are not as many.
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
    """Whether a sweep gives what the function did, but for hypot."""
    pairs = zip(mine, map(peek, theirs), strict=False)
    return len(mine) == len(theirs) and all(isclose(a, b) for a, b in pairs)
