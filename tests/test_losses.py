"""Losses against sixty digits, and what they say to a target that is none."""

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mpf

import autograd
from autograd import (
    MLP,
    Adam,
    DomainError,
    Value,
    binary_cross_entropy,
    compile,
    cross_entropy,
    fit,
    gradcheck,
    half_squared_error,
    huber,
    softmax,
)
from tests.rows import TINY

ENGINES = ("python", "eager", "numba", "tape")
DIGITS = 400  # so that 1 + exp(-700) is not 1

untyped: Any = autograd  # for what a type checker would refuse

scores = st.floats(-700.0, 700.0)


def in_truth(logits: list[float], label: int) -> tuple[Any, list[Any]]:
    """The cross-entropy and its gradient, softmax − one-hot."""
    powers = [mpmath.exp(mpf(z)) for z in logits]
    shares = [power / mpmath.fsum(powers) for power in powers]
    others = mpmath.fsum(power for i, power in enumerate(powers) if i != label)
    slopes = [*shares]
    slopes[label] = -others / mpmath.fsum(powers)
    return mpmath.log(1 + others / powers[label]), slopes


def close_to(true: Any, ulps: float) -> Any:
    return pytest.approx(float(true), rel=ulps * 2.0**-52, abs=4.0 * TINY)


@given(st.lists(scores, min_size=2, max_size=12), st.data())
def test_cross_entropy_has_its_digits_in_every_tail(logits: list[float], data: Any) -> None:
    """Error model: a difference of two scores is rounded once, to 2⁻⁵³ of the larger, 700 here.

    Its exponential is wrong by so many parts of itself; beside it stand some ten roundings.
    """
    label = data.draw(st.integers(0, len(logits) - 1))
    with mpmath.workdps(DIGITS):
        value, slopes = in_truth(logits, label)
    zs = [Value(z) for z in logits]
    loss = cross_entropy(zs, label)
    loss.backward()
    rounding = 2.0 * (1.0 + max(map(abs, logits))) + 20.0
    assert loss.data == close_to(value, rounding)
    for z, slope in zip(zs, slopes, strict=True):
        assert z.grad == close_to(slope, rounding)


def test_an_answer_that_is_right_and_certain_keeps_its_tiny_loss() -> None:
    for certain in (20.0, 40.0, 700.0):
        logits = [certain, 0.0, 0.0]
        with mpmath.workdps(DIGITS):
            value, slopes = in_truth(logits, 0)
        zs = [Value(z) for z in logits]
        loss = cross_entropy(zs, 0)
        loss.backward()
        assert loss.data == close_to(value, certain + 8.0)  # of a rounded exponent
        assert [z.grad for z in zs] == [close_to(slope, certain + 8.0) for slope in slopes]
        z = Value(certain)
        loss = binary_cross_entropy(z, 1.0)
        loss.backward()
        with mpmath.workdps(DIGITS):
            value, slopes = in_truth([certain, 0.0], 0)
        assert loss.data == close_to(value, 4.0)
        assert z.grad == close_to(slopes[0], 4.0)


LABELS: list[Any] = [1, 1.0, np.int64(1), np.float32(1.0), np.array(1).item(), Value(1.0)]


@pytest.mark.parametrize("label", LABELS, ids=lambda label: type(label).__name__)
def test_a_label_is_any_whole_number(label: Any) -> None:
    zs = [Value(0.5), Value(-1.0), Value(2.0)]
    loss = cross_entropy(zs, label)
    loss.backward()
    assert loss.label == "loss"
    assert loss.data == cross_entropy([0.5, -1.0, 2.0], 1).data
    shares = softmax([0.5, -1.0, 2.0])
    shares[1] -= 1.0
    assert [z.grad for z in zs] == pytest.approx(shares, rel=1e-15)


def test_probabilities_as_a_target() -> None:
    logits = [0.5, -1.0, 2.0]
    of_classes = [cross_entropy(logits, i).data for i in range(3)]
    for shares in ([0.2, 0.3, 0.5], np.array([0.2, 0.3, 0.5]), iter([0.2, 0.3, 0.5])):
        expected = sum(p * x for p, x in zip([0.2, 0.3, 0.5], of_classes, strict=True))
        assert cross_entropy(logits, shares).data == pytest.approx(expected, rel=1e-15)
    for i, one_hot in enumerate(np.eye(3)):
        assert cross_entropy(logits, one_hot).data == pytest.approx(of_classes[i], rel=1e-15)
    assert cross_entropy([0.5, -math.inf, 2.0], [0.25, 0.0, 0.75]).data < math.inf
    own = softmax(logits)  # nothing is nearer to a distribution than itself
    zs = [Value(z) for z in logits]
    cross_entropy(zs, own).backward()
    assert [z.grad for z in zs] == pytest.approx([0.0] * 3, abs=1e-15)


def test_two_classes_are_a_binary_cross_entropy_of_the_difference() -> None:
    for z in (-30.0, -1.0, 0.0, 2.0, 50.0):
        two = cross_entropy([0.0, z], 1).data
        assert two == pytest.approx(binary_cross_entropy(z, 1.0).data, rel=1e-15)


@pytest.mark.parametrize(
    ("loss", "point"),
    [
        (lambda z: binary_cross_entropy(z, 0.25), [0.5]),
        (lambda z: binary_cross_entropy(z, 1), [-3.0]),
        (lambda z, y: huber(z, y, 0.5), [1.0, 0.75]),
        (lambda z, y: huber(z, y, 0.5), [1.0, 2.0]),
        (lambda *zs: cross_entropy(list(zs), 2), [0.5, -1.0, 2.0]),
        (lambda *zs: cross_entropy(list(zs), [0.5, 0.25, 0.25]), [0.5, -1.0, 2.0]),
    ],
)
def test_slopes(loss: Callable[..., Value], point: list[float]) -> None:
    assert gradcheck(loss, point)


def test_huber_is_half_the_square_and_then_a_line() -> None:
    for d in (-0.5, 0.0, 0.25):
        assert huber(d, 0.0, 0.5).data == half_squared_error(d, 0.0).data
    for d in (-10.0, 0.75, 1e200):
        z = Value(d)
        loss = huber(z, 0.0, 0.5)
        loss.backward()
        assert loss.data == 0.5 * (abs(d) - 0.25)
        assert z.grad == math.copysign(0.5, d)


@pytest.mark.parametrize("loss", [half_squared_error, binary_cross_entropy, huber])
def test_of_several_outputs_it_is_the_sum_with_the_documents_names(loss: Any) -> None:
    whole = loss([2.0, -1.0], [0.5, 1.0])
    errors = whole.operands
    assert [e.label for e in errors] == ["e_1", "e_2"]
    assert [[x.label for x in e.operands[:2]] for e in errors] == [["z_1", "y_1"], ["z_2", "y_2"]]
    assert whole.data == loss(2.0, 0.5).data + loss(-1.0, 1.0).data
    assert whole.label == loss(2.0, 0.5).label == "loss"
    with pytest.raises(ValueError, match="expected 2 values for y, got 1"):
        loss([2.0, -1.0], [0.5])
    with pytest.raises(
        ValueError, match=f"{loss.__name__} takes at least one prediction, got list"
    ):
        loss([], [])


TEN = [0.1 * i for i in range(10)]
NO_CLASS = "is none of the 10 classes, which are 0 … 9"


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: cross_entropy(TEN, 10), ValueError, f"label 10 {NO_CLASS}"),
        (lambda: cross_entropy(TEN, -1), ValueError, f"label -1 {NO_CLASS}"),
        (lambda: cross_entropy(TEN, 2.5), ValueError, f"label 2.5 {NO_CLASS}"),
        (lambda: cross_entropy(TEN, math.nan), ValueError, f"label nan {NO_CLASS}"),
        (lambda: cross_entropy(TEN, Value(10.0)), ValueError, f"label 10 {NO_CLASS}"),
        (lambda: cross_entropy(TEN, Value(math.nan)), ValueError, f"label nan {NO_CLASS}"),
        (lambda: cross_entropy(TEN, "cat"), TypeError, "a label is a whole number, .*'cat'"),
        (lambda: cross_entropy(TEN, None), TypeError, "a label is a whole number, .* None"),
        (lambda: cross_entropy(TEN, True), TypeError, "a label is a whole number, .* True"),
        (lambda: cross_entropy(TEN, [3]), ValueError, "a probability for each of the 10 classes"),
        (lambda: cross_entropy([0, 1], [0.5, 0.6]), ValueError, r"add up to 1, got \[0.5, 0.6\]"),
        (lambda: cross_entropy([0, 1], [-0.5, 1.5]), ValueError, "from 0 on, and add up to 1"),
        (lambda: cross_entropy([0, 1], [math.nan, 1]), ValueError, "from 0 on, and add up to 1"),
        (lambda: cross_entropy([0, 1], {0.5}), TypeError, "a label is a whole number, or"),
        (lambda: cross_entropy(Value(1.0), 0), TypeError, "a list of logits, one for each class; "),
        (lambda: cross_entropy(1.0, 0), TypeError, "for one logit there is binary_cross_entropy"),
        (lambda: cross_entropy([1.0], 0), ValueError, "a logit for each of several classes"),
        (lambda: binary_cross_entropy(1.0, 2.0), DomainError, "it needs 0 ≤ b ≤ 1"),
        (lambda: binary_cross_entropy(1.0, -1), ValueError, "y = -1.0: it needs 0 ≤ b ≤ 1"),
        (lambda: huber(1.0, 0.0, 0.0), ValueError, "delta is a finite number above 0, got 0.0"),
        (lambda: huber(1.0, 0.0, -1.0), ValueError, "delta is a finite number above 0"),
        (lambda: huber(1.0, 0.0, math.nan), ValueError, "delta is a finite number above 0"),
        (lambda: untyped.huber(1.0, 0.0, "1"), TypeError, "delta is one real number"),
    ],
)
def test_what_is_refused(make: Callable[[], Any], error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        make()


def test_a_nan_stays_one() -> None:
    assert math.isnan(binary_cross_entropy(math.nan, 1.0).data)
    assert math.isnan(binary_cross_entropy(1.0, math.nan).data)
    assert math.isnan(huber(math.nan, 1.0).data)
    assert math.isnan(cross_entropy([math.nan, 1.0], 0).data)


def test_one_program_serves_all_classes() -> None:
    label = Value(0.0, "label")
    zs = [Value(z, f"z_{i}") for i, z in enumerate((0.5, -1.0, 2.0), start=1)]
    program = compile(cross_entropy(zs, label), [label])
    for k in range(3):
        value, _ = program(float(k))
        assert value == cross_entropy([0.5, -1.0, 2.0], k).data
    with pytest.raises(DomainError):
        program(3.0)


@pytest.mark.parametrize(
    ("loss", "outputs", "targets"),
    [
        (cross_entropy, 3, [0, 2, 1, 2]),
        (cross_entropy, 2, [[0.5, 0.5], [1.0, 0.0], [0.25, 0.75], [0.0, 1.0]]),
        (binary_cross_entropy, 1, [0, 1, 1, 0.5]),
        (binary_cross_entropy, 2, [[0, 1], [1, 1], [0, 0], [1, 0.5]]),
        (huber, 1, [0.0, 5.0, -5.0, 0.5]),
    ],
)
def test_every_engine_trains_by_it(loss: Any, outputs: int, targets: Any) -> None:
    """To the same bits by one graph.

    Eagerly a class is a number, whose graph is smaller and adds up in another order: to 1e-16 each
    step, which a hundred steps of Adam do not make more than 1e-12.
    """
    ends = []
    for engine in ENGINES:
        net = MLP(2, [3, outputs], "tanh", seed=0)
        xs = [[0.0, 1.0], [1.0, 0.5], [0.25, -1.0], [1.0, 1.0]]
        run = fit(
            net,
            xs,
            targets,
            loss=loss,
            optimizer=Adam(0.05),
            batch_size=2,
            epochs=30,
            engine=engine,
        )
        assert run.losses[-1] < run.losses[0]
        ends.append([*(p.data for p in net.parameters()), *run.losses])
    compiled = [end for end, engine in zip(ends, ENGINES, strict=True) if engine != "eager"]
    assert compiled == [ends[0]] * 3
    assert ends[1] == pytest.approx(ends[0], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_wrong_target_among_many_is_an_error_in_training(engine: str) -> None:
    xs = [0.0, 0.5, 1.0]
    with pytest.raises(
        (ValueError, ArithmeticError), match=r"label 3 is none|log\(a\) is not defined"
    ):
        fit(MLP(1, [3], seed=0), xs, [0, 1, 3], loss=cross_entropy, engine=engine)
    with pytest.raises((ValueError, ArithmeticError), match="0 ≤ b ≤ 1"):
        fit(MLP(1, [1], seed=0), xs, [0, 1, 2], loss=binary_cross_entropy, engine=engine)


def test_softmax_before_cross_entropy_is_told_of() -> None:
    net = MLP(2, [3, 3], "tanh", seed=1, output="softmax")
    with pytest.warns(UserWarning, match="give it the scores before softmax"):
        cross_entropy(net([1.0, 2.0]), 1)


def test_a_label_for_several_predictions_is_sent_to_cross_entropy() -> None:
    with pytest.raises(ValueError, match="3 predictions need as many values for y, got 1: for the"):
        half_squared_error(MLP(2, [3], seed=1)([1.0, 2.0]), 1)
