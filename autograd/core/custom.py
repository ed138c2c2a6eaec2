"""Operations that are no formulas: the row of two Python functions, for values and derivatives."""

from collections.abc import Callable, Sequence
from typing import Any

from autograd.core.rows import CONSTANTS, FUNCTIONS, Row

Function = Callable[..., Any]


class CustomRow(Row):
    """The row of `custom`: `forward` gives the value, `backward` the local partials.

    In its texts a value is a call by its name, `kepler(m, e)`, and a partial `kepler_by_m(m, e)`:
    that is what people read. No engine computes with them; `core/numbers.py` calls the functions.
    """

    def __init__(self, name: str, forward: Function, backward: Function) -> None:
        given = _arguments(name, "forward", forward)
        operands = tuple(_free(operand, given) for operand in given)
        called = f"({', '.join(operands)})"
        partials = tuple(f"{name}_by_{operand}{called}" for operand in operands)
        super().__init__(name, name, f"{name}{called}", partials, operands=operands)
        self.forward = forward
        self.backward = backward
        self.takes_out = _takes_out(self)

    def __copy__(self) -> "CustomRow":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "CustomRow":
        return self  # as a row is equal only to itself

    def __reduce__(self) -> tuple[Any, ...]:
        import pickle  # when it is needed: it is in use then

        parts = (self.name, self.forward, self.backward)
        try:
            pickle.dumps(parts)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            hint = "pickle takes functions made by a def at the top of a module, no lambda"
            raise pickle.PicklingError(f"{self.name} cannot be pickled: {hint}") from error
        return CustomRow, parts

    def refusal(self, needs: str) -> str:
        """Why something cannot be done with this row: `needs` a formula, as in "a proof needs"."""
        hint = "write it as elemental, whose texts are formulas, or out of operations of ours"
        return f"{self.name} is custom, two Python functions, and {needs} formulas: {hint}"


def _arguments(name: str, role: str, function: Any) -> list[str]:
    """The names of what a function takes; those with a default keep that."""
    # Loaded when it is needed: it takes as long to load as the core.
    from inspect import Parameter, signature

    if not callable(function):
        got = f"{type(function).__name__}: {function!r:.80}"
        raise TypeError(f"{name}: {role} is a function, got {got}")
    try:
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError):
        raise TypeError(f"{name}: {role} does not tell what it takes; {_WRAP}") from None
    needed = [x for x in parameters if x.default is Parameter.empty]
    for x in needed:
        if x.kind not in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD):
            raise TypeError(f"{name}: {role} takes {x}, no fixed number of floats; {_WRAP}")
    return [x.name for x in needed]


_WRAP = "wrap it, as in lambda a, b: f(a, b)"


def _free(name: str, given: Sequence[str]) -> str:
    """The name of an operand, which means nothing else in a formula, and is no other operand's."""
    others = {*given} - {name}
    while name == "out" or name in FUNCTIONS or name in CONSTANTS or name in others:
        name += "_"
    return name


def _takes_out(row: CustomRow) -> bool:
    """Whether `backward` takes the value too, after the operands."""
    count = len(row.operands)
    if not count:
        raise TypeError(f"{row.name}: forward has no argument; it needs one float or more")
    taken = _arguments(row.name, "backward", row.backward)
    if len(taken) == count + 1 and taken[-1] != "out":
        takes = "backward takes the operands of forward, and may take `out`, the value, after them"
        hint = "it gives ∂out/∂a alone, which is multiplied by the gradient from above for you"
        raise TypeError(f"{row.name}: {takes}; got ({', '.join(taken)}): {hint}")
    if len(taken) - count not in (0, 1):
        needs = f"{', '.join(row.operands)}, and after these the value, if it needs that"
        got = ", ".join(taken) or "nothing"
        raise TypeError(f"{row.name}: backward takes {needs}; this one takes {got}")
    return len(taken) > count
