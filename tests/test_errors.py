"""What went wrong is named: the operation, the operands, the first node."""

import math

import pytest

import autograd
from autograd import Value, first_nonfinite


def test_the_first_node_is_found_in_value_and_derivative() -> None:
    x = Value(0.0, "x")
    root = x.sqrt() + 1.0
    assert first_nonfinite(root) == (root.operands[0], "the derivative of v1 = sqrt(a) by a at a = x = 0.0 is inf")
    y = Value(1000.0, "y")
    root = y.exp() - y.exp()
    found = first_nonfinite(root)
    assert found is not None
    assert found == (root.operands[0], "the value of v1 = exp(a) at a = y = 1000.0 is inf")
    leaf = Value(math.nan, "n")
    assert first_nonfinite(leaf + 1.0) == (leaf, "the leaf n = nan is not finite")
    assert first_nonfinite(x + 1.0) is None


def test_a_gradient_that_overflows_is_found_last() -> None:
    x = Value(1e-300, "x")
    root = (x * 1e200) * 1e200
    with pytest.raises(FloatingPointError, match=r"the gradient of x \(value 1e-300\) is inf"):
        root.backward()


def test_long_operand_lists_are_cut() -> None:
    found = first_nonfinite(autograd.total([math.inf, *map(Value, range(100))]))
    assert found is not None
    assert "…" in found[1]
    assert len(found[1]) < 250


def test_a_million_nodes_are_searched_without_recursion() -> None:
    x = y = Value(0.0, "x")
    for i in range(100_000):
        y = y.sqrt() if i == 50_000 else y + 0.0
    found = first_nonfinite(y)
    assert found is not None
    assert found[0].op.name == "sqrt"
    assert x.grad == 0.0
