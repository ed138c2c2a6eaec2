"""Derivatives of any order come from the same rows, and leave every `grad` alone."""

import math
import threading
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import (
    MLP,
    CompileError,
    Value,
    draw,
    grad,
    gradcheck,
    hessian,
    jacobian,
    jvp,
    numeric_derivative,
)
from autograd.core.graph import below, operand_values
from autograd.core.rows import ROWS, Row
from autograd.core.value import record
from tests.bounds import contributions
from tests.strategies import ELEMENTAL, WIDE, Graph, examples, graphs, points


@examples(200)
@given(graph=graphs())
def test_grad_is_backward_bit_for_bit_in_both_ways(graph: Graph) -> None:
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    floats = grad(root, leaves, allow_unused=True)
    values = grad(root, leaves, create_graph=True, allow_unused=True)
    assert [node.grad for node in (*leaves, *below(root)[0])] == [0.0] * (
        len(leaves) + len(below(root)[0])
    )
    root.backward()
    assert floats == [leaf.grad for leaf in leaves] == [value.data for value in values]


@examples(100)
@given(graph=graphs(longest=6))
def test_second_derivatives_of_random_graphs_are_symmetric_and_central_differences(
    graph: Graph,
) -> None:
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    gradient = grad(root, leaves, create_graph=True, allow_unused=True)
    matrix = jacobian(gradient, leaves)
    scales = [contributions(g, leaves) for g in gradient]
    # As in test_value: moderate values and adjoints bound the truncation; max is kept off its kink.
    operations = [node for g in gradient for node in below(g)[0]]
    assume(
        all(abs(node.data) < 30.0 for node in operations)
        and all(scale < 1e3 for row in scales for scale in row)
    )
    maxima = [operand_values(node) for node in below(root)[0] if node.op.name == "max"]
    assume(all(abs(a.data - b.data) > 0.05 for a, b in maxima))
    for i in range(len(leaves)):
        for j in range(len(leaves)):
            # Each is a sum of at most some hundred products, each off by some roundings.
            assert abs(matrix[i][j] - matrix[j][i]) <= 1e-12 * (1.0 + scales[i][j] + scales[j][i])
    assert gradcheck(
        lambda *xs: autograd.total(grad(graph.build(xs), xs, create_graph=True, allow_unused=True)),
        leaves,
        atol=1e-2,
        rtol=1e-3,
    )


@pytest.mark.parametrize("op", ELEMENTAL + WIDE, ids=lambda op: f"{op.name}-{len(op.operands)}")
@examples(30)
@given(data=st.data())
def test_forward_and_reverse_agree(op: Row, data: st.DataObject) -> None:
    point = data.draw(points(op))
    leaves = [Value(x) for x in point]
    by = leaves[: len(op.partials)]
    node = record(op, *by, *point[len(by) :]).sin()
    tangents = [data.draw(st.floats(-2.0, 2.0)) for _ in by]
    along = sum(t * g for t, g in zip(tangents, grad(node, by), strict=True))
    # The same products in another order.
    size = sum(abs(t) * c for t, c in zip(tangents, contributions(node, by), strict=True))
    assert jvp(node, by, tangents) == pytest.approx(along, rel=1e-12, abs=1e-14 * size + 1e-300)


def test_sin_differentiated_twelve_times_cycles() -> None:
    x = Value(1.3, "x")
    y = x.sin()
    seen = [y.data]
    for _ in range(12):
        (y,) = grad(y, [x], create_graph=True)
        seen.append(y.data)
        assert len(below(y)[0]) <= 3
    assert seen == [math.sin(1.3), math.cos(1.3), -math.sin(1.3), -math.cos(1.3)] * 3 + [
        math.sin(1.3)
    ]


def test_the_hessian_of_the_documents_loss() -> None:
    net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    parameters = net.parameters()

    def loss() -> Value:
        return autograd.half_squared_error(net(0.5), 0.2)

    matrix = hessian(loss(), parameters)
    for i, parameter in enumerate(parameters):

        def derivative(x: Value, i: int = i, parameter: Value = parameter) -> list[float]:
            before, parameter.data = parameter.data, x.data
            result = grad(loss(), parameters)
            parameter.data = before
            return result

        for j in range(10):
            numeric = numeric_derivative(lambda x, j=j, at=derivative: at(x)[j], parameter.data)
            assert abs(matrix[j][i] - numeric) <= 1e-6
            assert abs(matrix[j][i] - matrix[i][j]) <= 1e-12
    assert any(abs(matrix[i][j]) > 1e-3 for i in range(10) for j in range(i))


def test_textbook_matrices() -> None:
    x, y, z = Value(2.0, "x"), Value(3.0, "y"), Value(0.5, "z")
    assert jacobian([x * y, x + z, y / x], [x, y, z]) == [
        [3.0, 2.0, 0.0],
        [1.0, 0.0, 1.0],
        [-0.75, 0.5, 0.0],
    ]
    assert hessian(x**3 * y, [x, y]) == [[36.0, 12.0], [12.0, 0.0]]
    assert hessian(x**y, [x, y])[0] == pytest.approx([12.0, 4.0 * (1.0 + 3.0 * math.log(2.0))])
    assert hessian(x ** Value(0.0, "n"), [x]) == [[0.0]]
    n = Value(0.0, "n")
    assert hessian(x**n, [x, n]) == [[0.0, 0.5], [0.5, math.log(2.0) ** 2]]
    assert grad(x * y, x) == [3.0]
    assert jvp(x * y * z, [x, y, x], [1.0, 0.0, 1.0]) == 3.0
    u = x * x
    assert jvp(u * x, [u, x], [1.0, 1.0]) == sum(grad(u * x, [u, x])) == 14.0  # x moves u too


def test_nothing_flows_to_a_condition() -> None:
    x = Value(0.0, "x")
    y = autograd.where(x.sqrt(), x * 2.0, x * 3.0)  # the derivative of the condition is infinite
    y.backward()
    assert [x.grad] == grad(y, x) == [jvp(y, x, 1.0)] == [3.0]
    assert hessian(autograd.where(x.relu(), x * x, x), [x]) == [[0.0]]


def test_inner_nodes_are_inputs_too() -> None:
    x = Value(2.0)
    h = x * x
    y = h.sin() * x
    assert grad(y, [h, y]) == [math.cos(4.0) * 2.0, 1.0]
    assert jvp(y, [h], [1.0]) == grad(y, [h])[0]


def test_a_derivative_is_drawn_compiled_and_differentiated_again() -> None:
    x, w = Value(0.5, "x"), Value(-1.5, "w")
    (slope,) = grad((x * w).tanh(), [w], create_graph=True)
    assert draw(slope).source.count("shape=circle") == len(below(slope)[0]) == 3
    program = autograd.compile(slope, inputs=[x])
    for at in (0.5, -2.0, 30.0):
        t = math.tanh(at * -1.5)
        found, (second,) = program(at)
        assert found == pytest.approx(at * (1.0 - t * t), rel=1e-12, abs=1e-15)
        assert second == pytest.approx(-2.0 * at * at * t * (1.0 - t * t), rel=1e-12, abs=1e-15)


def test_a_compiled_derivative_chooses_its_branch_at_each_call() -> None:
    x = Value(3.0, "x")
    for function, expected in (
        (lambda v: v.relu() * v, lambda v: 2.0 * v if v > 0.0 else 0.0),
        (abs, lambda v: 1.0 if v > 0.0 else -1.0),
        (lambda v: autograd.max(v * v, v), lambda v: 1.0 if 0.0 < v < 1.0 else 2.0 * v),
    ):
        program = autograd.compile(grad(function(x), [x], create_graph=True)[0], inputs=[x])
        for at in (3.0, -2.0, 0.5):
            assert program(at)[0] == pytest.approx(expected(at), rel=1e-15)  # type: ignore[no-untyped-call]


def test_conditionals_of_your_own_rows() -> None:
    clipped = ["0.0 if a > 1.0 else 0.0 if a < -1.0 else 1.0"]
    clip = autograd.elemental("clip", "1.0 if a > 1.0 else -1.0 if a < -1.0 else a", clipped)
    near = "(a if a > 0.0 else -a) < 1.0"
    inner = autograd.elemental("inner", f"a * a if {near} else a", [f"a + a if {near} else 1.0"])
    x = Value(0.5, "x")
    slope = grad(clip(x) * x, [x], create_graph=True)[0]
    program = autograd.compile(slope, inputs=[x])
    assert [program(at)[0] for at in (0.5, 3.0, -3.0)] == [1.0, 1.0, -1.0]
    assert hessian(inner(x), [x]) == [[2.0]]
    assert hessian(inner(x * 4.0), [x]) == [[0.0]]


@pytest.mark.parametrize("function", [autograd.silu, autograd.elu, autograd.gelu, autograd.sqrt])
def test_a_slope_of_branches_is_a_row_that_chooses_anew(function: Any) -> None:
    x = Value(3.0, "x")
    program = autograd.compile(grad(function(x), [x], create_graph=True)[0], inputs=[x])
    for at in (0.25, 3.0, 50.0):
        moved = Value(at)
        assert program(at)[0] == grad(function(moved), [moved])[0]


def test_a_branch_that_could_fail_elsewhere_is_not_compiled() -> None:
    x, power = Value(2.0, "x"), Value(2.0, "n")
    (slope,) = grad(x**power, [x], create_graph=True)
    root = slope * x
    assert grad(slope, [x]) == [2.0]
    with pytest.raises(CompileError, match=r"is a derivative that holds at this point only"):
        autograd.compile(root, inputs=[x])
    x = Value(0.0, "x")
    (slope,) = grad(x.sqrt(), [x], create_graph=True, allow_nonfinite=True)
    root = slope + x
    assert slope.data == math.inf
    with pytest.raises(CompileError, match="is a derivative that holds at this point only"):
        autograd.compile(root, inputs=[x])


def test_an_input_without_a_path() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    for create_graph in (False, True):
        with pytest.raises(
            ValueError,
            match=r"the output does not depend on w = 3\.0; allow_unused=True gives 0 for it",
        ):
            grad(x * x, [x, w], create_graph=create_graph)
    assert grad(x * x, [x, w], allow_unused=True) == [4.0, 0.0]
    values = grad(x * x, [x, w], create_graph=True, allow_unused=True)
    assert [(type(v), v.data) for v in values] == [(Value, 4.0), (Value, 0.0)]
    with pytest.raises(ValueError, match="does not depend on w"):
        hessian(x * x, [x, w])
    assert hessian(x * 3.0 + w, [x, w]) == [[0.0, 0.0], [0.0, 0.0]]
    with pytest.raises(ValueError, match="got 2 inputs and 1 tangents"):
        jvp(x * w, [x, w], [1.0])
    assert hessian(x * x, [x, w], allow_unused=True) == [[2.0, 0.0], [0.0, 0.0]]
    with pytest.raises(TypeError, match="a graph begins at a Value"):
        grad(3.0, [x])  # type: ignore[call-overload]
    for function in (grad, jacobian, hessian, lambda y, xs: jvp(y, xs, 1.0)):
        for wrong in ("x", 2.0, [2.0], None):
            with pytest.raises(
                TypeError, match=r"inputs and outputs are Values, got (str|float|NoneType): "
            ):
                function(x * x, wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes 2 positional arguments but 3 were given"):
        grad(x * w, x, w)  # type: ignore[call-overload]


def test_each_result_is_a_node_of_its_own() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    for output in (x * w, (x + w).sin(), x * 3.0 + w):
        results = grad(output, [x, w, x], create_graph=True)
        assert len({x, w, *results}) == 5


def test_data_that_changed_is_an_error_not_a_mixture() -> None:
    x, w = Value(2.0, "x"), Value(5.0, "w")
    y = x * w
    w.data = 100.0
    assert grad(y, [x, w]) == [5.0, 2.0]
    with pytest.raises(
        ValueError, match=r"data below a \* b = 10\.0 changed since it was recorded"
    ):
        grad(y, [x], create_graph=True)
    even = Value(1.0, "even")
    cosine = even.sin()  # whose derivative is the same at -1
    even.data = -1.0
    with pytest.raises(ValueError, match="changed since it was recorded"):
        hessian(cosine, [even])


def test_what_is_not_finite() -> None:
    x, w = Value(0.0, "x"), Value(4.0, "w")
    root = x.sqrt() * w
    for create_graph in (False, True):
        with pytest.raises(
            FloatingPointError,
            match=r"x would get the gradient inf: the derivative of v1 = sqrt\(a\) by a",
        ):
            grad(root, [x, w], create_graph=create_graph)
        found = [
            *grad(root, [w], create_graph=create_graph),
            *grad(root, [x], create_graph=create_graph, allow_nonfinite=True),
        ]
        assert [getattr(derivative, "data", derivative) for derivative in found] == [0.0, math.inf]
    with pytest.raises(
        FloatingPointError, match="the derivative along the tangents is inf: the derivative of v1"
    ):
        jvp(root, [x], [1.0])
    assert jvp(root, [x, w], [0.0, 1.0]) == 0.0
    tiny = Value(1e-300, "tiny")
    with pytest.raises(
        FloatingPointError, match=r"tiny would get the gradient inf: the gradient of tiny"
    ):
        grad((tiny * 1e200) * 1e200, [tiny])


def test_threads_share_leaves() -> None:
    w = Value(0.7, "w")
    results: list[Any] = [None] * 4

    def work(i: int) -> None:
        results[i] = {grad((w * x).sin() * w, [w])[0] for x in [float(i)] * 300}

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, found in enumerate(results):
        assert len(found) == 1
        assert found.pop() == pytest.approx(
            math.sin(0.7 * i) + 0.7 * i * math.cos(0.7 * i), rel=1e-14
        )
    assert w.grad == 0.0


def test_wide_nodes() -> None:
    xs, ws = ([Value(i * 0.001, f"{name}{i}") for i in range(1000)] for name in "xw")
    z = autograd.affine(xs, ws, 0.5).sin()
    assert [v.data for v in grad(z, [*xs, *ws], create_graph=True)] == grad(z, [*xs, *ws])


def test_only_derivatives_know_these_rows() -> None:
    assert ROWS["less"].partials == ROWS["at_most"].partials == ("0.0", "0.0")


def test_a_number_below_the_normal_floats_beside_0() -> None:
    a, b = Value(1e-310), Value(0.0)
    for slope in grad(autograd.hypot(a, b), [a, b], create_graph=True):
        assert not any(map(math.isnan, grad(slope, [a, b], allow_nonfinite=True)))
