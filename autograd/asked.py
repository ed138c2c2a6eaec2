"""What is asked of a function of vectors, and at what: by a sweep, or by a graph of its own."""

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from autograd import derivatives, products
from autograd.core.tracking import peek
from autograd.core.value import Value
from autograd.forms import Form, alone, taken_apart
from autograd.program.arguments import Arguments, End
from autograd.program.orders import Orders
from autograd.program.recordings import Recorded


class Given(NamedTuple):
    """What a function is asked at: the numbers of x, and what else it is called with."""

    form: Form
    numbers: list[float]
    others: tuple[Any, ...]
    named: dict[str, Any]
    structure: Hashable
    rest: list[float]  # the numbers among the others, then the data of Values
    vector: list[float] = []  # noqa: RUF012  # never changed

    @classmethod
    def of(cls, x: Any, others: tuple[Any, ...], named: dict[str, Any]) -> "Given":
        """Take arguments apart; TypeError for x of other forms, and for what has no hash."""
        form, numbers = taken_apart(x)
        if not others and not named:
            return cls(form, numbers, others, named, alone(form), [])
        arguments = Arguments.of(others, named)
        rest = [*arguments.numbers, *map(peek, arguments.values)]
        structure = arguments.structure_after(End(type(form), form))
        return cls(form, numbers, others, named, structure, rest)


class Asked(NamedTuple):
    """What may be asked of a function: how a sweep gives it, and how the function's own graph."""

    swept: Callable[[Orders, Given], Any]
    eager: Callable[[Recorded, Given, bool], Any]
    is_second: bool = False


def _values(call: Recorded, given: Given, allow_nonfinite: bool) -> list[float]:
    return [*map(peek, call.outputs)]


def _jacobian(call: Recorded, given: Given, allow_nonfinite: bool) -> tuple[list[float], Any]:
    by = _leaves(call, given)
    rows = [
        derivatives.gradients(output, by, allow_nonfinite=allow_nonfinite)
        for output in call.outputs
    ]
    return _values(call, given, allow_nonfinite), rows


def _hessian(call: Recorded, given: Given, allow_nonfinite: bool) -> Any:
    return derivatives.hessian(
        call.outputs[0], _leaves(call, given), allow_unused=True, allow_nonfinite=allow_nonfinite
    )


def _product(call: Recorded, given: Given, allow_nonfinite: bool) -> Any:
    return products.hvp(
        call.outputs[0],
        _leaves(call, given),
        given.vector,
        allow_unused=True,
        allow_nonfinite=allow_nonfinite,
    )


def _leaves(call: Recorded, given: Given) -> list[Value]:
    """The numbers of x as leaves of the call."""
    return call.numbers[: len(given.numbers)]


VALUES = Asked(lambda orders, at: orders.values(at.numbers, at.rest), _values)
JACOBIAN = Asked(lambda orders, at: orders.jacobian(at.numbers, at.rest), _jacobian)
HESSIAN = Asked(lambda orders, at: orders.hessian(at.numbers, at.rest), _hessian, is_second=True)
PRODUCT = Asked(
    lambda orders, at: orders.product(at.numbers, at.rest, at.vector), _product, is_second=True
)
