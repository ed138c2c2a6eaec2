"""What went wrong is named: the operation, the operands, the first node."""

import copy
import math
import re
import sys
from contextlib import nullcontext, suppress

import pytest

import autograd
from autograd import DomainError, Value, first_nonfinite, grad, tape


def test_the_first_node_is_found_in_value_and_derivative() -> None:
    x = Value(0.0, "x")
    root = x.sqrt() + 1.0
    assert first_nonfinite(root) == (
        root.operands[0],
        "the derivative of v1 = sqrt(a) by a at a = x = 0.0 is inf",
    )
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


def test_a_forward_error_shows_what_made_an_operand() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    for undefined, text in {
        lambda: (x - 3).log(): r"log(a) is not defined at a = x - 3.0 = -2.0: it needs a > 0",
        lambda: (
            1 / (x * w - w)
        ): "a / b is not defined at a = 1.0, b = 2.0 - w = 0.0: it needs b ≠ 0",
        lambda: (-x).sqrt(): "sqrt(a) is not defined at a = -x = -1.0: it needs a ≥ 0",
        lambda: autograd.acos(
            autograd.affine([x, x], [w, 3.0], 1.0)
        ): "acos(a) is not defined at a = affine(x, x, w, 3.0, 1.0) = 6.0: it needs -1 ≤ a ≤ 1",
        lambda: (
            x.sigmoid() - 2.0
        ).log(): "log(a) is not defined at a = 0.7310585786300049 - 2.0 = -1.26",
        lambda: Value(-1.0).log(): "log(a) is not defined at a = -1.0: it needs a > 0",
    }.items():
        with pytest.raises(DomainError) as caught:
            undefined()  # type: ignore[no-untyped-call]  # a lambda
        assert str(caught.value).startswith(text)


def test_a_node_has_one_name_in_drawing_program_and_error() -> None:
    x = Value(0.0, "x")
    root = (x * 2.0).sqrt() * 3.0 + x
    names = tape.names(root)
    assert list(names.values()) == ["x", "v1", "v2", "v3", "v4"]
    with pytest.raises(
        FloatingPointError, match=r"the derivative of v2 = sqrt\(a\) by a at a = v1 = 0\.0 is inf"
    ):
        root.backward()
    assert "v2 = sqrt(v1)" in autograd.compile(root).source
    assert 'label="v2\\ndata 0\\n' in autograd.draw(root).source
    x.label = "v1"
    assert list(tape.names(root).values()) == ["v1", "v2", "v3", "v4", "v5"]


def test_the_blame_is_on_the_path_to_the_leaf() -> None:
    x, w, mask = Value(0.0, "x"), Value(1e-300, "w"), Value(-math.inf, "mask")
    attention = (w + mask).exp()  # an infinite value whose derivative is finite
    assert grad(attention, [w]) == [0.0]
    root = x.sqrt() + attention + w * 1e200 * 1e200
    with pytest.raises(
        FloatingPointError, match=r"w would get the gradient inf: the gradient of w"
    ):
        grad(root, [w])
    with pytest.raises(
        FloatingPointError, match=r"x would get the gradient inf: the derivative of v1 = sqrt"
    ):
        root.backward()
    chosen = (
        autograd.where(w, x, 5.0).sqrt() + w * 1e200 * 1e200
    )  # nothing flows to the condition w
    with pytest.raises(
        FloatingPointError, match=r"w would get the gradient inf: the gradient of w"
    ):
        grad(chosen, [w])
    with pytest.raises(
        FloatingPointError,
        match=r"w would get .* nan: the value of v1 = exp\(a\) at a = y = 1000\.0 is inf",
    ):
        (w * (Value(1000.0, "y").exp() - math.inf)).backward()


def test_allow_nonfinite() -> None:
    x, w = Value(0.0, "x"), Value(4.0, "w")
    root = x.sqrt() * w
    root.backward(allow_nonfinite=True)
    assert (x.grad, w.grad) == (math.inf, 0.0)


def test_debug_names_the_line() -> None:
    with autograd.debug():
        x = Value(0.0, "x")
        made = x * 2.0
        line = sys._getframe().f_lineno - 1
        root = made.sqrt() + autograd.total([x, x, x])
        net = autograd.MLP(1, [2, 1], seed=0)
        out = net(0.5)
    here = rf"{re.escape(__file__)}:"
    assert (x.origin, made.origin) == (f"{__file__}:{line - 1}", f"{__file__}:{line}")
    assert {node.origin for node in tape.tape(root)[0]} == {
        f"{__file__}:{line}",
        f"{__file__}:{line + 2}",
    }
    assert {node.origin for node in tape.tape(out)[0]} == {
        f"{__file__}:{line + 4}"
    }  # ours, not a line of the package
    assert {parameter.origin for parameter in net.parameters()} == {f"{__file__}:{line + 3}"}
    with pytest.raises(
        FloatingPointError,
        match=rf"v2 = sqrt\(a\) \(made at {here}{line + 2}\) by a at a = v1 = 0\.0 \(made at {here}{line}\)",
    ):
        root.backward()
    with pytest.raises(
        DomainError, match=rf"at a = x \* 2\.0 = 0\.0 \(made at {here}{line}\): it needs a > 0"
    ):
        made.log()
    assert (Value(1.0).origin, (x + 1.0).origin, autograd.total([x, x, x]).origin) == ("", "", "")
    root = made * made  # what was made under debug() works like any other
    root.backward()
    assert copy.deepcopy(root).data == root.data
    assert isinstance(made, Value)


def test_debug_ends_with_its_block() -> None:
    with suppress(ZeroDivisionError), autograd.debug():
        with autograd.debug():
            pass
        assert Value(1.0).origin
        raise ZeroDivisionError
    assert not (Value(1.0) * 2.0).origin
    first, second = autograd.debug(), autograd.debug()
    first.__enter__(), second.__enter__()
    first.__exit__(None, None, None)  # as threads may
    assert Value(1.0).origin
    second.__exit__(None, None, None)
    assert not (Value(1.0) * 2.0).origin


@pytest.mark.parametrize("debugging", [False, True])
def test_the_500000th_of_a_million_nodes_is_named(debugging: bool) -> None:
    x = y = Value(0.0, "x")
    line = sys._getframe().f_lineno + 3
    with autograd.debug() if debugging else nullcontext():
        for i in range(1, 1_000_001):
            y = y + 0.0 if i != 500_000 else y.sqrt()
    where = rf" \(made at {re.escape(__file__)}:{line}\)" if debugging else ""
    with pytest.raises(
        FloatingPointError,
        match=rf"the derivative of v500000 = sqrt\(a\){where} by a at a = v499999 = 0\.0",
    ):
        y.backward()
    assert x.grad == 0.0
