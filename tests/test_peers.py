"""Where published scalar engines fail: each of these was wrong in most of 20 measured ones."""

import math
from pathlib import Path
from typing import Any

import pytest

from autograd import MLP, DomainError, LayoutError, Neuron, Value, draw, gradcheck
from autograd.show import layout


def test_backward_twice_leaves_54_on_the_leaf() -> None:
    x = Value(3.0)
    y = x * x * x
    y.backward()
    y.backward()
    assert x.grad == 54.0


def test_two_losses_that_share_a_node_leave_the_true_sum() -> None:
    x = Value(3.0)
    h = x * x
    (h * 2.0).backward()
    (h * 3.0).backward()
    assert x.grad == 30.0


def test_a_loss_over_976_samples_and_a_neuron_with_991_inputs() -> None:
    w = Value(0.5)
    loss: Any = sum((w * x - 1.0) ** 2 for x in range(976))
    loss.backward()
    assert w.grad == sum(2.0 * (0.5 * x - 1.0) * x for x in range(976))
    for fused in (True, False):
        neuron = Neuron(991, "tanh", seed=0, fused=fused)
        neuron([0.001] * 991).backward()
        assert all(weight.grad for weight in neuron.w)


def test_values_as_exponents() -> None:
    a, b = Value(2.0), Value(3.0)
    (a**b + 2**b).backward()
    assert (a.grad, b.grad) == (12.0, 16.0 * math.log(2.0))


def test_a_root_of_a_negative_number_is_an_error_that_says_so() -> None:
    with pytest.raises(
        DomainError,
        match=r"pow\(a, b\) is not defined at a = x = -8\.0, b = 0\.333.*a < 0 with a whole b",
    ):
        Value(-8.0, "x") ** (1 / 3)


def test_sigmoid_and_tanh_at_a_thousand() -> None:
    x = Value(1000.0)
    assert [x.sigmoid().data, (-x).sigmoid().data, x.tanh().data, (-x).tanh().data] == [
        1.0,
        0.0,
        1.0,
        -1.0,
    ]


def test_overflow_is_one_policy() -> None:
    x = Value(1e200)
    assert (x**2).data == (x * x).data == Value(1000.0).exp().data == math.inf
    assert (x * -x).data == (-x * x).data == ((-x) ** 3).data == -math.inf


def test_relu_of_nan_is_nan() -> None:
    assert math.isnan(Value(math.nan).relu().data)


def test_powers_of_zero_are_right_or_say_where() -> None:
    x = Value(0.0, "x")
    (x**0 + x**2 + x**1).backward()
    assert x.grad == 1.0
    with pytest.raises(
        FloatingPointError, match=r"v1 = pow\(a, b\) by a at a = x = 0\.0, b = 0\.5 is inf"
    ):
        (x**0.5).backward()


def test_log_of_a_negative_number_names_the_node() -> None:
    with pytest.raises(
        DomainError, match=r"log\(a\) is not defined at a = price = -1\.0: it needs a > 0"
    ):
        Value(-1.0, "price").log()


def test_data_changed_between_forward_and_backward() -> None:
    x, w = Value(2.0), Value(5.0)
    y = x * w
    w.data = 100.0
    y.backward()
    assert (x.grad, w.grad, y.data) == (5.0, 2.0, 10.0)


def test_hidden_layers_of_width_one() -> None:
    z = MLP(1, [1, 1, 1], activation="tanh", seed=0)(0.5)
    assert gradcheck(lambda x: MLP(1, [1, 1, 1], activation="tanh", seed=0)(x), [0.5])
    assert isinstance(z, Value)


def test_an_input_shorter_than_the_weights() -> None:
    with pytest.raises(ValueError, match="expected 3 values for x, got 2"):
        Neuron(3)([1.0, 2.0])


def test_small_numbers_are_drawn_as_they_are() -> None:
    assert "data 1e-07" in draw(Value(1e-7)).source


def test_1500_nodes_are_drawn_or_it_says_why_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    x = y = Value(1.0, "x")
    for _ in range(1500):
        y = y * x
    figure = draw(y, max_nodes=2000)
    assert figure.source.count("shape=circle") == 1500
    monkeypatch.setattr(layout, "TIME_LIMIT", 0.01)
    with pytest.raises(LayoutError, match=r"took longer than 0\.01 s and was ended\. Try group="):
        figure.save(tmp_path / "chain.svg")
    with pytest.raises(LayoutError, match="this graph has 1 501 nodes; at most 300 are drawn"):
        draw(y).save(tmp_path / "chain.svg")


def test_ordinary_operations_have_right_gradients() -> (
    None
):  # and each row: tests/test_conformance.py
    for function, points in {
        lambda a, b: a - b: [2.0, 3.0],
        lambda a, b: 1.0 - a * b: [2.0, 3.0],
        lambda a, b: a**b: [2.0, 3.0],
        lambda a: -a: [2.0],
        lambda a: abs(a): [-2.0],
        lambda a: a.tanh(): [0.3],
        lambda a: a.sigmoid(): [-0.3],
        lambda a, b: a / b: [2.0, -3.0],
        lambda a: 2.0**a: [0.7],
        lambda a: a.exp(): [1.2],
    }.items():
        assert gradcheck(function, points)  # type: ignore[arg-type]  # lambdas
