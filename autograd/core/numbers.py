"""What counts as a number, and what an operation gives where floats have no answer.

One policy: outside the domain, or at a pole, there is a DomainError; past the largest float an
infinity with the right sign; a NaN operand, inf − inf and 0 · inf give NaN.
"""

import math
import reprlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from numbers import Real
from typing import Any

from autograd.core.computed import steps
from autograd.core.custom import CustomRow
from autograd.core.define import define
from autograd.core.rows import CONSTANTS, FUNCTIONS, Row


class DomainError(ValueError, ArithmeticError):
    """An operation has no value at a number, such as `log(-1)` or `1 / 0`.

    It is a `ValueError` and an `ArithmeticError`. The message names the operation, its operands and
    the domain.

    >>> from autograd import DomainError, Value
    >>> try:
    ...     Value(-1.0, "x").log()
    ... except DomainError as error:
    ...     print(error)
    log(a) is not defined at a = x = -1.0: it needs a > 0
    """


_gives_nan: ContextVar[bool] = ContextVar("gives_nan", default=False)


@contextmanager
def undefined_is_nan() -> Iterator[None]:
    """Let operations outside their domain give what IEEE 754 does, without a DomainError.

    That is a NaN, or at a pole an infinity.
    """
    before = _gives_nan.set(True)
    try:
        yield
    finally:
        _gives_nan.reset(before)


def as_float(x: Any) -> float | None:
    """The Python float of an int, a float or a NumPy scalar; None for anything else, bools too."""
    if x.__class__ is float:
        return x
    if isinstance(x, Real) and not isinstance(x, bool):
        try:
            return float(x)
        except OverflowError:  # of an int with more than 308 digits
            return math.inf if x > 0 else -math.inf  # type: ignore[operator]  # an int
    return None


def number(x: Any, what: str = "a Value holds") -> float:
    """As `as_float`, but a TypeError that says what it is for, and what it got."""
    result = as_float(x)
    if result is None:
        got = "another Value" if hasattr(x, "operands") else _told(x)
        needs = f"{what} one real number (int, float or NumPy scalar)"
        raise TypeError(f"{needs}, got {got}{_hint(x)}") from None
    return result


def _told(x: Any) -> str:
    # Loaded when it is needed, as that of errors stands on this module.
    from autograd.core.diagnosis import told

    return told(x)


def _hint(x: Any) -> str:
    """How what is no number may become one."""
    if getattr(x, "ndim", None) != 0:
        return ""
    if getattr(x.dtype, "kind", "") == "b":
        return "; write 1.0 for True"
    return (
        "; fill it or leave it out"
        if getattr(x, "mask", False)
        else "; write .item() for its number"
    )


def as_list(x: Any) -> list[Any]:
    """The items of a sequence or an iterator; of anything else, a number or a Value, itself."""
    is_ordered = isinstance(x, Iterable) and not isinstance(x, NOT_ORDERED)
    return list(x) if is_ordered and getattr(x, "ndim", 1) > 0 else [x]


# What can be iterated over, but holds no numbers one after the other.
NOT_ORDERED = (str, bytes, bytearray, set, frozenset, dict)


Evaluated = tuple[float, tuple[float, ...]]  # the value of the primal, and the local partials


def evaluate(row: Row, operands: Sequence[float]) -> Evaluated:
    """Value and partials; ValueError or ZeroDivisionError where there is no value."""
    if isinstance(row, CustomRow):
        out = _value_of(row, operands)
        return out, _partials_of(row, operands, out)
    try:
        return _strict(row)(*operands)
    except (ArithmeticError, ValueError):
        if not any(map(math.isnan, operands)):
            with suppress(OverflowError):
                _primal(row)(*operands)
        return _lenient(row)(*operands)


def gives_nan() -> bool:
    """Whether `undefined_is_nan` holds here."""
    return _gives_nan.get()


def evaluate_undefined(row: Row, operands: Sequence[float]) -> Evaluated:
    """What there is outside the domain, where that is to be a number.

    What has no value has no derivatives: of log at -1 the formula 1 / a would give -1.
    """
    nothing = (math.nan, (math.nan,) * len(row.partials))
    if isinstance(row, CustomRow):
        return nothing
    found = _lenient(row)(*operands)
    return nothing if math.isnan(found[0]) else found


def value_alone(row: Row, operands: Sequence[float]) -> float:
    """The value, for which no function of somebody else is asked for derivatives."""
    return _value_of(row, operands) if isinstance(row, CustomRow) else evaluate(row, operands)[0]


def _value_of(row: CustomRow, operands: Sequence[float]) -> float:
    try:
        result = row.forward(*operands)
    except (ArithmeticError, ValueError) as error:
        raise DomainError(_raised("forward", error)) from error
    return number(result, f"the forward of {row.name} gives")


def _partials_of(row: CustomRow, operands: Sequence[float], out: float) -> tuple[float, ...]:
    arguments = (*operands, out) if row.takes_out else operands
    try:
        result = row.backward(*arguments)
    except (ArithmeticError, ValueError) as error:
        hint = "where there is a value without derivative it returns math.nan"
        raise DomainError(f"{_raised('backward', error)}; {hint}") from error
    partials = as_list(result)
    if len(partials) != len(operands):
        needs = f"a derivative by each of {', '.join(row.operands)}"
        got = f"{len(partials)}: {reprlib.repr(result)}"
        raise TypeError(f"the backward of {row.name} gives {needs}, got {got}")
    return tuple(number(x, f"each derivative by the backward of {row.name} is") for x in partials)


def _raised(role: str, error: Exception) -> str:
    return f"its {role} raised {type(error).__name__}: {error}"


@lru_cache(256)
def _strict(row: Row) -> Callable[..., Evaluated]:
    """A row as a function of its operands, which raises where Python does."""
    return define(row.name, _source(row, str), {**FUNCTIONS, **CONSTANTS})


@lru_cache(256)
def _lenient(row: Row) -> Callable[..., Evaluated]:
    """A row with IEEE 754's infinities and NaNs where Python raises."""
    # Loaded when it is needed: notations take as long to load as the rest of the core.
    from autograd.core.notation import IEEE

    return define(row.name, _source(row, IEEE.written), {**IEEE_FUNCTIONS, **CONSTANTS})


@lru_cache(256)
def _primal(row: Row) -> Callable[..., float]:
    lines = [*steps(row.computed), f"return {row.computed.primal}"]
    return define(row.name, _function(row, lines), {**FUNCTIONS, **CONSTANTS})


def _source(row: Row, write: Callable[[str], str]) -> str:
    """The text of a function that gives value and partials."""
    partials = "".join(f"{write(partial)}, " for partial in row.computed.partials)
    lines = [
        *steps(row.computed, write),
        f"out = {write(row.computed.primal)}",
        f"return out, ({partials})",
    ]
    return _function(row, lines)


def _function(row: Row, lines: Sequence[str]) -> str:
    return f"def {row.name}({', '.join(row.operands)}):\n" + "".join(f"    {x}\n" for x in lines)


def _infinite_power(a: float, b: float) -> float:
    is_odd = b % 2.0 == 1.0
    return math.copysign(math.inf, a) if is_odd else math.inf


# Where Python raises, IEEE 754 has an infinity: at the pole at 0, and past the largest float.
_AT_POLE: dict[str, Callable[..., float]] = {
    "log": lambda a: -math.inf,
    "pow": _infinite_power,
}
_PAST_LARGEST: dict[str, Callable[..., float]] = {
    "sinh": lambda a: math.copysign(math.inf, a),
    "pow": _infinite_power,
}


def _ieee(name: str, function: Callable[..., float]) -> Callable[..., float]:
    """A function of `math` that gives IEEE 754's ±inf and NaN where Python's raises."""

    def lenient(a: float, *others: float) -> float:
        try:
            return function(a, *others)
        except OverflowError:
            return _PAST_LARGEST[name](a, *others) if name in _PAST_LARGEST else math.inf
        except ValueError:
            return _AT_POLE[name](a, *others) if name in _AT_POLE and a == 0.0 else math.nan

    return lenient


def _divide(a: float, b: float) -> float:
    return a / b if b else a * math.copysign(math.inf, b)


IEEE_FUNCTIONS = {name: _ieee(name, function) for name, function in FUNCTIONS.items()}
IEEE_FUNCTIONS["divide"] = _divide
