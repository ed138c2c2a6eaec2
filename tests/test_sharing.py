"""What a program computes once, though it was recorded several times."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value
from autograd.core.graph import below
from autograd.program.sharing import duplicates
from tests.strategies import Graph, examples, graphs


def statements(program: autograd.Program[Any]) -> list[str]:
    return [line.strip() for line in program.source.splitlines() if " = " in line]


@examples(200)
@given(graph=graphs(), data=st.data())
def test_a_graph_recorded_twice_is_computed_once_to_the_same_bits(
    graph: Graph, data: st.DataObject
) -> None:
    leaves = [Value(x) for x in graph.numbers]
    once = graph.build(leaves)
    used = [leaf for leaf in leaves if leaf in below(once)[1]]
    twice = graph.build(leaves) * once
    program = autograd.compile(twice, used, parameters=[])
    alone = autograd.compile(once, used, parameters=[])
    assert len(statements(program)) == len(statements(alone)) + 1
    assert program(*(leaf.data for leaf in used))[0] == twice.data
    moved = [data.draw(st.floats(-2.0, 2.0, allow_subnormal=False)) for _ in leaves]
    for leaf, x in zip(leaves, moved, strict=True):
        leaf.data = x
    again = graph.build(leaves)
    assert program(*(leaf.data for leaf in used))[0] == (graph.build(leaves) * again).data


@examples(100)
@given(graph=graphs())
def test_gradients_through_what_is_computed_once_are_eager_ones(graph: Graph) -> None:
    leaves = [Value(x) for x in graph.numbers]
    twice = graph.build(leaves) * graph.build(leaves)
    program = autograd.compile(twice)
    loss, gradients = program()
    twice.backward()
    assert loss == twice.data
    assert gradients == tuple(leaf.grad for leaf in program.parameters)


def test_a_sum_and_a_product_are_the_same_in_both_orders_and_a_quotient_is_not() -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    assert duplicates(below((x + y) * (y + x))[0])
    assert duplicates(below((x * y) + (y * x))[0])
    assert not duplicates(below((x / y) + (y / x))[0])
    assert not duplicates(below((x + x) * (x + y))[0])


def test_numbers_are_the_same_to_the_last_bit_alone() -> None:
    x = Value(2.0, "x")
    assert duplicates(below((x * 0.5) + (0.5 * x))[0])
    assert not duplicates(below((x * 0.0) + (x * -0.0))[0])
    assert not duplicates(below((x * 0.1) + (x * 0.10000000000000002))[0])


def test_a_label_keeps_its_name() -> None:
    x = Value(0.5, "x")
    first, second = (x * x).sin(), (x * x).sin()
    second.label = "wave"
    program = autograd.compile(first + second * 2.0, [x])
    assert statements(program) == [
        "v1 = x * x",
        "v2 = sin(v1)",
        "wave = v2",
        "v4 = wave * 2.0",
        "v5 = v2 + v4",
    ]
    assert program(0.5)[0] == (first + second * 2.0).data


def test_what_a_step_is_called_after_is_computed() -> None:
    x = Value(0.5, "x")
    loss = x.tanh() + x.tanh() * 3.0
    program = autograd.compile(loss)
    assert program.source.count("exp(-abs(x))") == 1
    loss.backward()
    assert program() == (loss.data, (x.grad,))


def test_what_is_not_differentiated_is_counted_without_partials() -> None:
    # Those of a power have nine branches to choose among, past 400 of which numba fails.
    x, w = Value(3.0, "x"), Value(2.0, "w")
    values = autograd.compile(x**1.5 + x * w, [x], parameters=[]).size
    gradients = autograd.compile((x * w) ** 1.5, [x]).size
    assert values.choices == 0 < gradients.choices
    assert values.lines < gradients.lines


def test_outputs_that_are_alike_are_one_name() -> None:
    x = Value(3.0, "x")
    program = autograd.compile([x * x, x * x, x + 1.0], [x])
    assert len(statements(program)) == 2
    assert program(2.0)[0] == (4.0, 4.0, 3.0)
    assert program([1.0, 3.0])[0] == (5.0, 5.0, 3.0)


def test_what_the_term_outside_the_mean_computes_is_not_computed_for_each_sample() -> None:
    x, w = Value(3.0, "x"), Value(2.0, "w")
    program = autograd.compile(x * (w * w), [x], plus=w * w)
    assert program.source.count("w * w") == 1
    assert program([1.0, 3.0]) == (12.0, (12.0,))


@pytest.mark.parametrize("engine", ["python", "tape"])
def test_derivatives_of_derivatives_are_computed_once(engine: str) -> None:
    x = Value(0.5, "x")
    slopes = [x.sin()]
    for _ in range(4):
        slopes += autograd.grad(slopes[-1], [x], create_graph=True)
    program = autograd.compile(slopes, [x], engine)
    assert program(0.5)[0] == tuple(slope.data for slope in slopes)
    # sin, cos, -sin, -cos, and sin again as -(-sin).
    assert len(statements(program)) == 5
