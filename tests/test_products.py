"""A vector times the Jacobian, from both sides, and times the Hessian: as numbers and as graphs.

Error model: a sweep rounds once for each product and once for each sum, so a derivative of a graph
with n arrows is off by at most 2n · ε/2 of Σ|contributions|, to first order; so is what it is
compared with, the product with a matrix, which rounds twice for each of its entries.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import CompileError, Value, draw, grad, hessian, hvp, jacobian, jvp, vjp
from autograd.core.graph import below, below_all, operand_values
from tests.bounds import contributions
from tests.strategies import Graph, examples, graphs

EPSILON = 2.0**-52
COMPONENTS = st.sampled_from([0.0, 1.0, -1.0]) | st.floats(-2.0, 2.0, allow_subnormal=False)


def drawn(graph: Graph, data: st.DataObject) -> tuple[list[Value], list[Value]]:
    """Leaves, and some of the nodes above them as outputs, which may be leaves or come twice."""
    leaves = [Value(x) for x in graph.numbers]
    nodes = graph.nodes(leaves)
    places = st.lists(st.integers(0, len(nodes) - 1), min_size=1, max_size=4)
    return leaves, [nodes[i] for i in data.draw(places)]


def vector(data: st.DataObject, length: int) -> list[float]:
    return data.draw(st.lists(COMPONENTS, min_size=length, max_size=length))


def sizes(outputs: Sequence[Value], inputs: Sequence[Value]) -> list[list[float]]:
    """Σ|contributions| to each derivative of the Jacobian."""
    return [contributions(output, inputs) for output in outputs]


def times(matrix: Sequence[Sequence[float]], numbers: Sequence[float]) -> list[float]:
    """A matrix times a column of numbers."""
    return [sum(a * x for a, x in zip(row, numbers, strict=True)) for row in matrix]


def transposed(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    return [list(column) for column in zip(*matrix, strict=True)]


def check(
    found: Sequence[float], right: Sequence[float], size: Sequence[float], outputs: Sequence[Value]
) -> None:
    """Compare within the error model; `size` is Σ|contributions| to each of the numbers."""
    operations, _ = below_all(outputs)
    arrows = sum(len(node.operands) for node in operations)
    rounding = (2 * arrows + len(outputs) + len(right)) * EPSILON
    for ours, expected, scale in zip(found, right, size, strict=True):
        assert abs(ours - expected) <= rounding * scale + 1e-290, (ours, expected)


@examples(200)
@given(graph=graphs(), data=st.data())
def test_vjp_is_a_vector_times_the_jacobian(graph: Graph, data: st.DataObject) -> None:
    leaves, outputs = drawn(graph, data)
    cotangents = vector(data, len(outputs))
    found = vjp(outputs, leaves, cotangents, allow_unused=True)
    size = times(transposed(sizes(outputs, leaves)), [*map(abs, cotangents)])
    check(found, times(transposed(jacobian(outputs, leaves)), cotangents), size, outputs)
    graph_of = vjp(outputs, leaves, cotangents, create_graph=True, allow_unused=True)
    check([x.data for x in graph_of], found, size, outputs)
    assert [node.grad for node in leaves] == [0.0] * len(leaves)


@examples(200)
@given(graph=graphs(), data=st.data())
def test_jvp_is_the_jacobian_times_a_vector(graph: Graph, data: st.DataObject) -> None:
    leaves, outputs = drawn(graph, data)
    tangents = vector(data, len(leaves))
    found = jvp(outputs, leaves, tangents)
    size = times(sizes(outputs, leaves), [*map(abs, tangents)])
    check(found, times(jacobian(outputs, leaves), tangents), size, outputs)
    assert found == [jvp(output, leaves, tangents) for output in outputs]
    assert found == [x.data for x in jvp(outputs, leaves, tangents, create_graph=True)]


@examples(100)
@given(graph=graphs(longest=6), data=st.data())
def test_hvp_is_the_hessian_times_a_vector(graph: Graph, data: st.DataObject) -> None:
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    numbers = vector(data, len(leaves))
    gradient = grad(root, leaves, create_graph=True, allow_unused=True)
    by_pair = sizes(gradient, leaves)
    assume(all(size < 1e6 for row in by_pair for size in row))
    matrix = hessian(root, leaves, allow_unused=True)
    size = times(transposed(by_pair), [*map(abs, numbers)])
    found = hvp(root, leaves, numbers, allow_unused=True)
    check(found, times(transposed(matrix), numbers), size, gradient)
    recorded = hvp(root, leaves, numbers, create_graph=True, allow_unused=True)
    check([x.data for x in recorded], found, size, gradient)
    # Forward over reverse gives the rows, which differ from the columns by more than by the order
    # of sums: a second derivative of a row is up to 4 units in the last place off.
    rows = jvp(gradient, leaves, numbers)
    for ours, column, scale in zip(rows, found, size, strict=True):
        assert abs(ours - column) <= 1e-12 * (1.0 + scale)
    # Reverse over forward.
    along = jvp(root, leaves, numbers, create_graph=True)
    for ours, column, scale in zip(
        grad(along, leaves, allow_unused=True), found, size, strict=True
    ):
        assert abs(ours - column) <= 1e-12 * (1.0 + scale)


@examples(100)
@given(graph=graphs(longest=6), data=st.data())
def test_what_a_graph_of_a_product_says_of_its_vector(graph: Graph, data: st.DataObject) -> None:
    """It is linear in the vector: its derivatives by that are the Jacobian, in either direction."""
    leaves, outputs = drawn(graph, data)
    matrix = jacobian(outputs, leaves)
    size = sizes(outputs, leaves)
    tangents = [Value(x) for x in vector(data, len(leaves))]
    along = jvp(outputs, leaves, tangents, create_graph=True)
    for row, right, scale in zip(jacobian(along, tangents), matrix, size, strict=True):
        check(row, right, scale, outputs)
    cotangents = [Value(x) for x in vector(data, len(outputs))]
    back = vjp(outputs, leaves, cotangents, create_graph=True, allow_unused=True)
    columns = zip(jacobian(back, cotangents), transposed(matrix), transposed(size), strict=True)
    for column, right, scale in columns:
        check(column, right, scale, outputs)


@examples(60)
@given(graph=graphs(longest=5), data=st.data())
def test_products_are_central_differences_along_the_vector(
    graph: Graph, data: st.DataObject
) -> None:
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    direction = vector(data, len(leaves))
    gradient = grad(root, leaves, create_graph=True, allow_unused=True)
    # As in test_derivatives: moderate numbers bound the truncation; max is kept off its kink.
    operations, _ = below_all(gradient)
    assume(all(abs(node.data) < 30.0 for node in operations))
    assume(all(scale < 1e3 for row in sizes(gradient, leaves) for scale in row))
    maxima = [operand_values(node) for node in below(root)[0] if node.op.name == "max"]
    assume(all(abs(a.data - b.data) > 0.05 for a, b in maxima))

    def moved(by: float) -> tuple[Value, list[Value]]:
        at = [Value(x + by * v) for x, v in zip(graph.numbers, direction, strict=True)]
        return graph.build(at), at

    step = 6e-6
    right, left = moved(step), moved(-step)
    slope = (right[0].data - left[0].data) / (2.0 * step)
    assert jvp(root, leaves, direction) == pytest.approx(slope, rel=1e-3, abs=1e-3)
    ends = [grad(end, at, allow_unused=True) for end, at in (right, left)]
    change = [(a - b) / (2.0 * step) for a, b in zip(*ends, strict=True)]
    found = hvp(root, leaves, direction, allow_unused=True)
    assert found == pytest.approx(change, rel=1e-3, abs=1e-2)


def test_in_textbooks() -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    outputs = [x * y, x + y, y**2]  # ∂: [3, 2], [1, 1], [0, 6]
    assert vjp(outputs, [x, y], [1.0, 10.0, 100.0]) == [13.0, 612.0]
    assert jvp(outputs, [x, y], [1.0, -1.0]) == [1.0, 0.0, -6.0]
    assert vjp(x * y, y, 5.0) == [10.0]
    assert vjp([x, x, x * x], x, [1.0, 10.0, 100.0]) == [411.0]
    assert hvp(x**3 * y, [x, y], [1.0, 2.0]) == [60.0, 12.0]  # [[36, 12], [12, 0]]
    assert hvp(x * x, [x, x], [1.0, 2.0]) == [6.0, 6.0]
    assert vjp([], [x], [], allow_unused=True) == [0.0]
    assert jvp([], [x], [1.0]) == []


def test_vectors_of_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    x, y = Value(2.0, "x"), Value(3.0, "y")
    ones = numpy.array([1, 1])
    inputs = numpy.array([x, y])
    assert vjp([x * y, x], inputs, ones) == [4.0, 2.0]
    assert jvp([x * y, x], inputs, ones.astype(numpy.float32)) == [5.0, 1.0]
    assert hvp(x * x * y, inputs, ones) == [10.0, 4.0]


def test_derivatives_of_derivatives_in_all_orders_of_sweeps() -> None:
    """Of sin(x) · y, whose derivatives are known, to the third."""
    x, y = Value(0.5, "x"), Value(3.0, "y")
    sine, cosine = math.sin(0.5), math.cos(0.5)
    up = jvp(x.sin() * y, [x, y], [1.0, 2.0], create_graph=True)
    assert up.data == pytest.approx(3.0 * cosine + 2.0 * sine, rel=1e-15)
    right = pytest.approx([-3.0 * sine + 2.0 * cosine, cosine], rel=1e-15)
    assert grad(up, [x, y]) == right  # reverse over forward
    (by_x,) = grad(x.sin() * y, [x], create_graph=True)
    assert jvp(by_x, [x, y], [1.0, 2.0]) == right.expected[0]  # forward over reverse
    twice = jvp(up, [x, y], [1.0, 2.0], create_graph=True)  # forward over forward
    assert twice.data == pytest.approx(-3.0 * sine + 4.0 * cosine, rel=1e-14)
    assert grad(twice, x) == pytest.approx([-3.0 * cosine - 4.0 * sine], rel=1e-14)
    back = vjp([x.sin() * y], [x, y], [2.0], create_graph=True)
    assert jacobian(back, [x, y]) == [
        pytest.approx([-6.0 * sine, 2.0 * cosine], rel=1e-15),
        pytest.approx([2.0 * cosine, 0.0], rel=1e-15),
    ]
    bent = hvp(x.sin() * y, [x, y], [1.0, 0.0], create_graph=True)
    assert [b.data for b in bent] == pytest.approx([-3.0 * sine, cosine], rel=1e-15)
    assert grad(bent[0], [x, y]) == pytest.approx([-3.0 * cosine, -sine], rel=1e-15)


def test_a_vector_that_depends_on_the_inputs_is_held_fixed_once() -> None:
    x = Value(3.0, "x")
    (back,) = vjp(x * x, x, x.exp(), create_graph=True)  # 2x · eˣ
    assert back.data == 6.0 * math.exp(3.0)
    assert grad(back, x)[0] == pytest.approx(8.0 * math.exp(3.0), rel=1e-15)
    along = jvp(x * x, x, x, create_graph=True)  # 2x · x
    assert (along.data, grad(along, x)) == (18.0, [12.0])
    (bent,) = hvp(x**3, x, x * 1.0, create_graph=True)  # 6x · x
    assert (bent.data, grad(bent, x)) == (54.0, [36.0])


def test_results_are_drawn_and_compiled() -> None:
    x, w, v = Value(0.5, "x"), Value(-1.5, "w"), Value(1.0, "v")
    outputs = [(x * w).tanh(), x * w]
    slope = jvp(outputs, w, v, create_graph=True)[0]
    for result in (slope, vjp(outputs, w, [v, 0.0], create_graph=True)[0]):
        program = autograd.compile(result, inputs=[x, v])
        for at, along in ((0.5, 1.0), (-2.0, 0.25), (30.0, 0.0)):
            right = along * at * (1.0 - math.tanh(at * -1.5) ** 2)
            assert program(at, along)[0] == pytest.approx(right, rel=1e-12, abs=1e-15)
    (bent,) = hvp((x * w).tanh(), w, v, create_graph=True)
    program = autograd.compile(bent, inputs=[x, v])
    tanh = math.tanh(3.0)
    right = 3.0 * -2.0 * 4.0 * tanh * (1.0 - tanh * tanh)
    assert program(-2.0, 3.0)[0] == pytest.approx(right, rel=1e-12)
    for graph in (slope, bent):
        assert draw(graph).source.count("shape=circle") == len(below(graph)[0])


PIECES: list[tuple[Callable[[Value], Value], Callable[[float], float]]] = [
    (lambda v: v.relu() * v, lambda v: 2.0 * v if v > 0.0 else 0.0),
    (lambda v: autograd.max(v * v, v), lambda v: 1.0 if 0.0 < v < 1.0 else 2.0 * v),
    (lambda v: autograd.where((v - 1.0).relu(), v**3, -v), lambda v: 3 * v * v if v > 1 else -1.0),
]


@pytest.mark.parametrize(("function", "slope"), PIECES)
@pytest.mark.parametrize("recorded_at", [3.0, -2.0, 0.5])
def test_a_compiled_product_chooses_its_branch_at_each_call(
    function: Callable[[Value], Value], slope: Callable[[float], float], recorded_at: float
) -> None:
    x = Value(recorded_at, "x")
    y = function(x)
    for result in (
        jvp(y, x, 1.0, create_graph=True),
        vjp([y, x], x, [1.0, 0.0], create_graph=True)[0],
    ):
        program = autograd.compile(result, inputs=[x])
        for at in (3.0, -2.0, 0.5):
            assert program(at)[0] == pytest.approx(slope(at), rel=1e-15)


def test_what_holds_at_one_point_only_is_not_compiled() -> None:
    x, power = Value(2.0, "x"), Value(2.0, "n")
    y = x**power
    for results in (
        [jvp(y, x, 1.0, create_graph=True)],
        vjp(y, x, 1.0, create_graph=True),
        hvp(y, x, 1.0, create_graph=True),
    ):
        with pytest.raises(CompileError, match="is a derivative that holds at this point only"):
            autograd.compile(results[0] * x, inputs=[x])


def test_numbers_that_leave() -> None:
    """A recorded product lets no number out; a number does, when it is looked at."""
    x = Value(2.0, "x")
    looks: list[Callable[[Value], float]] = [
        lambda y: jvp(y, x, 1.0),
        lambda y: jvp([y], x, 1.0)[0],
        lambda y: vjp(y, x, 1.0)[0],
        lambda y: hvp(y, x, 1.0)[0],
    ]
    for look in looks:
        with pytest.raises(CompileError, match="a derivative"):
            autograd.compile(x.sin() * look(x * x), inputs=[x])
    x = Value(2.0, "x")
    along = jvp([x * x, x.sin()], x, 1.0, create_graph=True)
    recorded = [
        *along,
        *vjp(x * x, x, 1.0, create_graph=True),
        *hvp(x**3, x, 1.0, create_graph=True),
    ]
    program = autograd.compile(autograd.total(recorded), inputs=[x])
    assert program(5.0) == (10.0 + math.cos(5.0) + 10.0 + 30.0, ())


def test_each_result_is_a_node_of_its_own() -> None:
    x, v = Value(2.0, "x"), Value(3.0, "v")
    found = [
        *jvp([x, x, x * 1.0], x, v, create_graph=True),
        *vjp([x, x * 1.0], [x, x], [v, 0.0], create_graph=True),
        *hvp(x * x, [x], [v], create_graph=True),
    ]
    assert len({x, v, *found}) == 2 + len(found)


def test_nothing_flows_along_0_not_even_at_a_pole() -> None:
    x, y = Value(0.0, "x"), Value(3.0, "y")
    outputs = [x.sqrt(), x * y]
    for create_graph in (False, True):
        back = vjp(outputs, [x, y], [0.0, 1.0], create_graph=create_graph)
        assert [getattr(b, "data", b) for b in back] == [3.0, 0.0]
        along = jvp(outputs, [x, y], [0.0, 1.0], create_graph=create_graph)
        assert [getattr(a, "data", a) for a in along] == [0.0, 0.0]


def test_what_is_not_finite() -> None:
    x, y = Value(0.0, "x"), Value(4.0, "y")
    outputs = [x.sqrt() * y, x + y]
    for create_graph in (False, True):
        with pytest.raises(
            FloatingPointError,
            match=r"x would get the gradient inf: the derivative of v1 = sqrt\(a\) by a at a = x",
        ):
            vjp(outputs, [x, y], [1.0, 1.0], create_graph=create_graph)
        with pytest.raises(
            FloatingPointError, match=r"the derivative along the tangents is inf: .*sqrt\(a\)"
        ):
            jvp(outputs, [x, y], [1.0, 1.0], create_graph=create_graph)
        with pytest.raises(FloatingPointError, match="x would get the gradient inf"):
            hvp(outputs[0], [x, y], [1.0, 1.0], create_graph=create_graph)
        given: dict[str, Any] = {"create_graph": create_graph, "allow_nonfinite": True}
        found = [
            *vjp(outputs, [x, y], [1.0, 1.0], **given),
            *jvp(outputs, [x, y], [1.0, 1.0], **given),
        ]
        assert [getattr(f, "data", f) for f in found] == [math.inf, 1.0, math.inf, 2.0]
        assert len(hvp(outputs[0], [x, y], [1.0, 1.0], **given)) == 2


@pytest.mark.parametrize("wrong", [math.inf, math.nan])
def test_a_vector_that_is_not_finite(wrong: float) -> None:
    x = Value(2.0, "x")
    y = x * x
    told = f"of x = 2\\.0 is {wrong}"
    with pytest.raises(FloatingPointError, match=f"the tangent {told}"):
        jvp(y, x, wrong)
    with pytest.raises(FloatingPointError, match=f"the vector component {told}"):
        hvp(y, x, Value(wrong), create_graph=True)
    with pytest.raises(FloatingPointError, match=f"the cotangent of x \\* x = 4.0 is {wrong}"):
        vjp(y, x, wrong)
    for found in (
        vjp(y, x, wrong, allow_nonfinite=True)[0],
        jvp(y, x, wrong, allow_nonfinite=True),
        hvp(y, x, wrong, allow_nonfinite=True)[0],
    ):
        assert repr(found) == repr(wrong)


def test_matrices_of_what_is_not_finite() -> None:
    """What an optimizer needs whose step went too far: numbers, not errors."""
    rate, time = Value(800.0, "rate"), Value(1.0, "time")
    residuals = [(rate * time).exp() - 2.0, rate - time]
    with pytest.raises(FloatingPointError, match=r"rate would get the gradient inf"):
        jacobian(residuals, [rate, time])
    found = jacobian(residuals, [rate, time], allow_nonfinite=True)
    assert found == [[math.inf, math.inf], [1.0, -1.0]]
    with pytest.raises(FloatingPointError, match="rate would get the gradient inf"):
        hessian(residuals[0], [rate, time])
    assert hessian(residuals[0], [rate], allow_nonfinite=True) == [[math.inf]]
    assert math.isnan(hessian(time.log().sqrt(), [time], allow_nonfinite=True)[0][0])
    base = Value(0.0, "base")  # whose first derivative alone is finite
    with pytest.raises(FloatingPointError, match="base would get the gradient inf"):
        hessian(base**1.5, base)
    assert hessian(base**1.5, base, allow_nonfinite=True) == [[math.inf]]


def test_inputs_without_a_path() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    told = r"the output does not depend on w = 3\.0; allow_unused=True gives 0 for it"
    for create_graph in (False, True):
        with pytest.raises(ValueError, match=told):
            vjp([x, x * x], [x, w], [1.0, 1.0], create_graph=create_graph)
        with pytest.raises(ValueError, match=told):
            hvp(x * x, [x, w], [1.0, 1.0], create_graph=create_graph)
    assert vjp([x, x * w], [x, w], [1.0, 0.0]) == [1.0, 0.0]  # there is a path, and 0 along it
    assert vjp([x, x * x], [x, w], [1.0, 1.0], allow_unused=True) == [5.0, 0.0]
    assert hvp(x * x, [x, w], [1.0, 1.0], allow_unused=True) == [2.0, 0.0]
    assert jvp([x, x * x], [x, w], [1.0, 1.0]) == [1.0, 4.0]


def test_what_is_no_vector_for_them() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = x * w
    calls: list[tuple[Callable[[], Any], str]] = [
        (lambda: vjp([y, x], [x], [1.0]), "each output has a cotangent, got 2 outputs and 1 cot"),
        (lambda: jvp(y, [x, w], [1.0]), "each input has a tangent, got 2 inputs and 1 tangents"),
        (lambda: hvp(y, [x, w], 1.0), "got 2 inputs and 1 vector components"),
    ]
    for call, told in calls:
        with pytest.raises(ValueError, match=told):
            call()
    wrong: Any
    for wrong in ("1", None, True, 1j):
        with pytest.raises(TypeError, match="a cotangent is one real number"):
            vjp(y, x, wrong)
        with pytest.raises(TypeError, match="a tangent is one real number"):
            jvp(y, x, wrong, create_graph=True)
        with pytest.raises(TypeError, match="a vector component is one real number"):
            hvp(y, x, wrong)
    keeps: Any = w
    with pytest.raises(TypeError, match="got a Value; create_graph=True takes Values"):
        jvp(y, x, keeps)


def test_data_that_changed_is_an_error_not_a_mixture() -> None:
    x, w = Value(2.0, "x"), Value(5.0, "w")
    y = x * w
    w.data = 100.0
    assert jvp([y, x], x, 1.0) == [5.0, 1.0]
    calls: list[Callable[[], Any]] = [
        lambda: jvp(y, x, 1.0, create_graph=True),
        lambda: vjp(y, x, 1.0, create_graph=True),
        lambda: hvp(y, x, 1.0),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="changed since it was recorded"):
            call()


def test_a_thousand_outputs_in_one_sweep() -> None:
    """A chain of 1,000 nodes, each an output: by sweeps for each it would be half a million."""
    x = Value(1.0, "x")
    outputs = [x]
    for _ in range(1000):
        outputs.append(outputs[-1] + 1.0)
    assert vjp(outputs, x, [1.0] * 1001) == [1001.0]
    (back,) = vjp(outputs, x, [1.0] * 1001, create_graph=True)
    assert back.data == 1001.0
    assert jvp(outputs, x, 2.0) == [2.0] * 1001
