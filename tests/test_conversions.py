"""What Python and NumPy make of a Value that asks for a number: no number, and words for it."""

import math
import numbers
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Parameter, Value

FLOAT = r"^a Value is no float, .* and x\.data for the number, \[x\.data for x in xs\] for several$"
FLOOR = r"or autograd\.floor\(x\) for a Value$"


@pytest.mark.parametrize("kind", [Value, Parameter])
@pytest.mark.parametrize(
    ("convert", "told"),
    [
        (float, FLOAT),
        (complex, FLOAT),
        (math.sin, r"write autograd\.exp\(x\) .*, autograd\.sin\(x\) for math\.sin\(x\) and so on"),
        ("%.2f".__mod__, FLOAT),
        (np.float64, FLOAT),
        (lambda x: np.asarray([x, x], float), FLOAT),
        (int, rf"^a Value is no int: write int\(x\.data\) for the number, {FLOOR}"),
        (math.trunc, rf"^math\.trunc takes no Value: write math\.trunc\(x\.data\), {FLOOR}"),
        (math.floor, rf"^math\.floor takes no Value: write math\.floor\(x\.data\), {FLOOR}"),
        (math.ceil, r"^math\.ceil .*: write math\.ceil\(x\.data\) .*, or -autograd\.floor\(-x\)"),
        (round, r"^round takes no Value: write round\(x\.data, 2\) .*, f'\{x:\.2f\}' to print it"),
        (lambda x: round(x, 2), r"^round takes no Value: .* autograd\.floor\(x \+ 0\.5\)"),
    ],
)
def test_a_conversion_says_what_to_write_instead(
    kind: Callable[[float], Value], convert: Callable[[Any], Any], told: str
) -> None:
    with pytest.raises(TypeError, match=told):
        convert(kind(2.5))


def test_a_value_is_to_others_what_it_was_without_these() -> None:
    x = Value(2.5)
    assert not isinstance(x, numbers.Number)
    for array in (np.array(x), np.array([x, x]), np.asarray([[x], [x]]), np.full(2, x)):
        assert array.dtype == object
    for result in (np.float64(2.0) * x, x * np.float32(2.0), np.array([x]).sum() * 2.0):
        assert isinstance(result, Value)
        assert result.data == 5.0
    (scaled,) = np.array([2.0]) * x
    assert isinstance(scaled, Value)
    with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
        range(x)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="unsupported operand"):
        1j + x  # type: ignore[operator]


def equal(x: Value) -> Any:
    return x == 2.0


def swapped(x: Value) -> Any:
    return 2.0 == x  # noqa: SIM300  the order is what is asked


def different(x: Value) -> Any:
    return x != 2


def contained(x: Value) -> Any:
    return x in [2.0]


def containing(x: Value) -> Any:
    return 2.0 in (x,)


def of_numpy(x: Value) -> Any:
    return np.float64(2.0) == x


@pytest.mark.parametrize("ask", [equal, swapped, different, contained, containing, of_numpy])
def test_equality_with_a_number_is_identity_and_warns_once_at_its_line(
    ask: Callable[[Value], Any],
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")  # as Python has it for __main__
        __warningregistry__: dict[Any, Any] = {}
        globals()["__warningregistry__"] = __warningregistry__
        answers = [bool(ask(Value(2.0))) for _ in range(3)]
    assert answers == [ask is different] * 3
    assert len(caught) == 1
    told = "a Value is equal only to itself, to no number; compare its data, or use <= and >="
    assert str(caught[0].message) == told
    assert (caught[0].filename, caught[0].lineno) == (__file__, ask.__code__.co_firstlineno + 1)


def test_equality_with_anything_else_is_silent() -> None:
    x = Value(2.0)
    assert x == x
    assert x != Value(2.0)
    assert x not in [None, "2.0", Value(2.0)]
