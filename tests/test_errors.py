"""What went wrong is named: the operation, the operands, the first node."""

import copy
import math
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import DomainError, Value, first_nonfinite, grad
from autograd.core import graph


def test_the_first_node_is_found_in_value_and_derivative() -> None:
    x = Value(0.0, "x")
    root = x.sqrt() + 1.0
    derivative = "the derivative of v1 = sqrt(a) by a at a = x = 0.0 is inf"
    assert first_nonfinite(root) == (root.operands[0], derivative)
    y = Value(1000.0, "y")
    root = y.exp() - y.exp()
    value = "the value of v1 = exp(a) at a = y = 1000.0 is inf"
    assert first_nonfinite(root) == (root.operands[0], value)
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


x, w = Value(1.0, "x"), Value(2.0, "w")
UNDEFINED: dict[str, Callable[[], object]] = {
    "log(a) is not defined at a = x - 3.0 = -2.0: it needs a > 0": lambda: (x - 3).log(),
    "a / b is not defined at a = 1.0, b = 2.0 - w = 0.0: it needs b ≠ 0": lambda: 1 / (x * w - w),
    "sqrt(a) is not defined at a = -x = -1.0: it needs a ≥ 0": lambda: (-x).sqrt(),
    "acos(a) is not defined at a = affine(x, x, w, 3.0, 1.0) = 6.0: it needs -1 ≤ a ≤ 1": (
        lambda: autograd.acos(autograd.affine([x, x], [w, 3.0], 1.0))
    ),
    "log(a) is not defined at a = 0.7310585786300049 - 2.0 = -1.26": (
        lambda: (x.sigmoid() - 2.0).log()
    ),
    "log(a) is not defined at a = -1.0: it needs a > 0": lambda: Value(-1.0).log(),
}


@pytest.mark.parametrize("text", UNDEFINED)
def test_a_forward_error_shows_what_made_an_operand(text: str) -> None:
    with pytest.raises(DomainError, match="^" + re.escape(text)):
        UNDEFINED[text]()


def test_a_node_has_one_name_in_drawing_program_and_error() -> None:
    x = Value(0.0, "x")
    root = (x * 2.0).sqrt() * 3.0 + x
    names = graph.names(root)
    assert list(names.values()) == ["x", "v1", "v2", "v3", "v4"]
    blamed = r"the derivative of v2 = sqrt\(a\) by a at a = v1 = 0\.0 is inf"
    with pytest.raises(FloatingPointError, match=blamed):
        root.backward()
    assert "v2 = sqrt(v1)" in autograd.compile(root).source
    assert 'label="v2\\ndata 0\\n' in autograd.draw(root).source
    x.label = "v1"
    assert list(graph.names(root).values()) == ["v1", "v2", "v3", "v4", "v5"]


def test_errors_tell_values_and_leave_no_trace() -> None:
    ours: Any = autograd  # asked for what its types do not allow
    x, w = Value(2.0, "x"), Value(3.0, "w")
    inner = x * w
    loss = inner * x
    program = ours.compile(loss, [x])
    table = np.array([x, w])
    wrong: list[tuple[Callable[[], Any], str]] = [
        (lambda: ours.compile(loss, [inner]), "got list: [x * w = 6.0]"),
        (lambda: ours.compile(loss, [x, x]), "got list: [x = 2.0, x = 2.0]"),
        (lambda: ours.compile(loss, [table]), "got list: [ndarray([x = 2.0, w = 3.0])]"),
        (lambda: ours.compile([loss, [x]]), "got list: [x = 2.0]"),
        (lambda: ours.compile(loss, [x], plus=[w]), "got list: [w = 3.0]"),
        (lambda: ours.compile(loss, [x], parameters=[x]), "x = 2.0 is no parameter"),
        (lambda: program(x), "got another Value"),
        (lambda: program([[x]]), "got list: [x = 2.0]"),
        (lambda: program({"x": x}), "got dict: {'x': x = 2.0}"),
        (lambda: program(x, w, x), "got tuple: (x = 2.0, w = 3.0, x = 2.0)"),
        (lambda: ours.grad(loss, [[x]]), "got list: [x = 2.0]"),
        (lambda: ours.jvp([[loss]], [x], 1.0), "got list: [6.0 * x = 12.0]"),
        (lambda: ours.Value([x]), "got list: [x = 2.0]"),
    ]
    for ask, told in wrong:
        with pytest.raises((TypeError, ValueError), match=re.escape(told)):
            ask()
    assert ours.compile(loss, [x])(2.0) == (12.0, (4.0,))


def test_plain_functions_are_told_where_they_belong() -> None:
    def f(x: Any) -> Any:
        return x * x

    ours: Any = autograd
    told = "for a plain function write value_and_grad(f).grad(x), or .jacobian, .hessian, .hvp"
    asked: list[Callable[[Any], Any]] = [
        ours.compile,
        lambda f: ours.compile([f]),
        lambda f: ours.grad(f, 1.0),
        lambda f: ours.jacobian(f, [1.0, 2.0]),
        lambda f: ours.hessian(f, np.array([1.0, 2.0])),
        lambda f: ours.jvp(f, [1.0], [1.0]),
        lambda f: ours.vjp(f, [1.0], [1.0]),
        lambda f: ours.hvp(f, [1.0], [1.0]),
    ]
    for ask in asked:
        with pytest.raises(TypeError, match=f"got function: <.*; {re.escape(told)}$"):
            ask(f)
        with pytest.raises(TypeError, match=r"got float: 3\.0$"):
            ask(3.0)


def test_the_blame_is_on_the_path_to_the_leaf() -> None:
    x = Value(0.0, "x")
    w = Value(1e-300, "w")
    attention = (w + Value(-math.inf, "mask")).exp()  # infinite below, its derivative finite
    assert grad(attention, [w]) == [0.0]
    root = x.sqrt() + attention + w * 1e200 * 1e200
    of_w = r"w would get the gradient inf: the gradient of w"
    with pytest.raises(FloatingPointError, match=of_w):
        grad(root, [w])
    of_x = r"x would get the gradient inf: the derivative of v1 = sqrt"
    with pytest.raises(FloatingPointError, match=of_x):
        root.backward()
    chosen = autograd.where(w, x, 5.0).sqrt()  # nothing flows to the condition w
    with pytest.raises(FloatingPointError, match=of_w):
        grad(chosen + w * 1e200 * 1e200, [w])
    of_exp = r"w would get .* nan: the value of v1 = exp\(a\) at a = y = 1000\.0 is inf"
    with pytest.raises(FloatingPointError, match=of_exp):
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
    assert (x.origin, made.origin) == (here(line - 1), here(line))
    assert {node.origin for node in graph.below(root)[0]} == {here(line), here(line + 2)}
    assert {parameter.origin for parameter in net.parameters()} == {here(line + 3)}
    # Ours, not a line of the package.
    assert {node.origin for node in graph.below(out)[0]} == {here(line + 4)}
    made_at = rf"\(made at {re.escape(here(line))}\)"
    sqrt_at = rf"\(made at {re.escape(here(line + 2))}\)"
    by_a = rf"v2 = sqrt\(a\) {sqrt_at} by a at a = v1 = 0\.0 {made_at}"
    with pytest.raises(FloatingPointError, match=by_a):
        root.backward()
    domain = rf"at a = x \* 2\.0 = 0\.0 {made_at}: it needs a > 0"
    with pytest.raises(DomainError, match=domain):
        made.log()


def here(line: int) -> str:
    return f"{__file__}:{line}"


def test_what_was_made_under_debug_works_like_any_other() -> None:
    with autograd.debug():
        made = Value(3.0, "x") * 2.0
    assert isinstance(made, Value)
    for later in (Value(1.0), made + 1.0, autograd.total([made, made])):
        assert later.origin == ""
    root = made * made
    root.backward()
    assert copy.deepcopy(root).data == root.data == 36.0


def test_debug_ends_with_its_block() -> None:
    with suppress(ZeroDivisionError), autograd.debug():
        with autograd.debug():
            pass
        assert Value(1.0).origin
        raise ZeroDivisionError
    assert not (Value(1.0) * 2.0).origin


def test_debug_lasts_until_its_last_block_ends() -> None:
    first = autograd.debug()
    second = autograd.debug()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)  # as threads may
    assert Value(1.0).origin
    second.__exit__(None, None, None)
    assert not (Value(1.0) * 2.0).origin
