"""Central differences keep to their error model, and a wrong gradient is found."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import GradcheckError, Value, gradcheck, numeric_derivative


@given(st.floats(-20.0, 20.0))
def test_the_error_model_holds(x: float) -> None:
    # f = exp: f‴ = f = exp(x), the step is 6e-6 · max(1, |x|).
    step = 6e-6 * max(1.0, abs(x))
    bound = (step**2 / 6 + 4 * 1.2e-16 / step) * math.exp(x)
    assert abs(numeric_derivative(lambda v: v.exp(), x) - math.exp(x)) <= bound


def test_tolerances_are_absolute_and_relative() -> None:
    off = autograd.elemental("off", "a * 1000.0", ["1000.5"])
    assert gradcheck(off, [2.0], rtol=1e-3)
    assert gradcheck(off, [2.0], atol=1.0)
    assert not gradcheck(off, [2.0], raise_exception=False)


def test_one_value_twice_is_two_inputs() -> None:
    x = Value(3.0)
    assert numeric_derivative(lambda a, b: a * b, [x, x]) == pytest.approx([3.0, 3.0], abs=1e-9)


def test_one_input_or_several() -> None:
    assert numeric_derivative(lambda a, b: a * b, [2.0, Value(5.0)]) == pytest.approx(
        [5.0, 2.0], abs=1e-9
    )
    assert numeric_derivative(lambda a: 3.0, 2.0) == 0.0


def test_a_wrong_gradient_is_found_and_named() -> None:
    def wrong(a: Value, b: Value) -> Value:
        return a * b.data  # the gradient by b is lost

    assert not gradcheck(wrong, [2.0, 5.0], raise_exception=False)
    with pytest.raises(
        GradcheckError, match=r"by input 1, b = 5\.0: backward 0\.0, differences (2\.0|1\.99)"
    ):
        gradcheck(wrong, [Value(2.0, "a"), Value(5.0, "b")])


def test_the_operation_to_blame_is_named() -> None:
    cube = autograd.elemental("cube", "a * a * a", ["2.0 * a * a"])
    with pytest.raises(
        GradcheckError,
        match=r"v3 = cube\(a\) at a = v2 = 3\.0 has the partial 18\.0 by a, diff.* 27\.0",
    ):
        gradcheck(lambda a, b: cube(a * b) + b.exp(), [1.5, Value(2.0, "b")])
    with pytest.raises(GradcheckError, match="each operation agrees with its own: a path was lost"):
        gradcheck(lambda a: a * a.data, [2.0])
    with pytest.raises(
        GradcheckError, match=r"v1 = relu\(a\) at a = x = 0\.0 has the partial 0\.0 by a, diff"
    ):
        gradcheck(lambda a: a.relu() + 1.0, [Value(0.0, "x")])


def test_what_gives_no_value_is_an_error() -> None:
    with pytest.raises(TypeError, match="a graph begins at a Value, got float"):
        gradcheck(lambda a: 3.0, [2.0])  # type: ignore[arg-type, return-value]


def test_the_inputs_keep_their_gradients() -> None:
    a = Value(2.0)
    a.grad = 7.0
    assert gradcheck(lambda v: v * v, [a])
    assert a.grad == 7.0


def test_arguments_that_are_none() -> None:
    assert autograd.gradcheck(lambda a: a * a, 2.0)
    with pytest.raises(ValueError, match="eps is a step above 0, got 0"):
        autograd.numeric_derivative(lambda a: a * a, 2.0, eps=0)
    with pytest.raises(TypeError, match=r"eps is one real number .* got bool: True"):
        autograd.numeric_derivative(lambda a: a * a, 2.0, True)
