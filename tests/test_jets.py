"""The jet has all derivatives up to an order, right to their roundings, at any shape of graph."""

import math
from itertools import combinations_with_replacement
from typing import Any

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import CompileError, Value, grad, jet, total
from autograd.core.graph import below
from autograd.core.rows import ROWS
from autograd.core.tracking import peek, peek_grad
from autograd.core.value import record
from tests.strategies import ELEMENTAL, WIDE, Graph, examples, graphs, points


def nested(output: Value, inputs: list[Value], order: int) -> dict[tuple[Value, ...], Value]:
    """The same by `grad` of `grad`, 0 where nothing depends."""
    found: dict[tuple[Value, ...], Value] = {(): output}
    for degree in range(1, order + 1):
        for by in combinations_with_replacement(inputs, degree):
            below_it = found[by[:-1]]
            (found[by],) = grad(below_it, [by[-1]], create_graph=True, allow_unused=True)
    return found


def rounding(result: Value) -> float:
    """How far roundings can move a result, to first order: each node by four units of itself.

    So much again for the numbers that are multiplied before anything is recorded.
    """
    result.zero_grad()
    result.backward()
    parts = [abs(peek_grad(node) * peek(node)) for node in below(result)[0]]
    return 2.0**-50 * (sum(parts) + abs(peek(result)))


def assert_alike(ours: dict[Any, Value], theirs: dict[Any, Value]) -> None:
    assert [*ours] == [*theirs]
    for by, result in ours.items():
        # Below the normal floats, from 2e-308, a unit is 5e-324, whatever the result.
        room = rounding(result) + rounding(theirs[by]) + 1e-300
        assert peek(result) == pytest.approx(peek(theirs[by]), rel=0.0, abs=room), by


@examples(200)
@given(graph=graphs(longest=8))
def test_the_jet_of_a_random_graph_is_grad_of_grad(graph: Graph) -> None:
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    used = [leaf for leaf in leaves if leaf in below(root)[1]]
    assume(all(abs(peek(node)) < 30.0 for node in below(root)[0]))
    assert_alike(jet(root, used, order=3), nested(root, used, 3))


@pytest.mark.parametrize("op", [*ELEMENTAL, *WIDE], ids=lambda op: op.name)
@examples(20)
@given(data=st.data())
def test_the_jet_of_each_row_is_grad_of_grad(op: Any, data: st.DataObject) -> None:
    numbers = (
        data.draw(points(op))
        if op in ELEMENTAL
        else [0.5 + 0.5 * i for i in range(len(op.operands))]
    )
    assume(all(abs(x) < 30.0 for x in numbers))
    x, y = Value(0.5, "x"), Value(0.25, "y")
    # Each operand moves with both: at 0.5 and 0.25 it has the number that was drawn.
    operands = [
        (x * y - 0.125) * (i + 1.0) + (number - 0.5 + x) for i, number in enumerate(numbers)
    ]
    if op.name == "power_constant":
        operands[1] = peek(operands[1])  # type: ignore[call-overload]  # a constant of the row
    try:
        root = record(op, *operands) * (x + y)
        theirs = nested(root, [x, y], 3)
    except (autograd.DomainError, FloatingPointError):
        assume(False)
    assert_alike(jet(root, [x, y], order=3), theirs)


def test_of_one_variable_they_are_those_by_hand() -> None:
    x = Value(0.5, "x")
    by_hand = [math.exp(0.5) * 2.0**k for k in range(7)]
    # exp(2x) at 0.25: a unit for exp, and one for the product with 2ᵏ/k!, and k!.
    x = Value(0.25, "x")
    found = [peek(result) for result in jet((2.0 * x).exp(), [x], order=6).values()]
    assert found == pytest.approx(by_hand, rel=4e-16)


def test_high_orders_are_right_and_take_the_square_of_the_order() -> None:
    with mpmath.workdps(60):
        truth = [c * math.factorial(k) for k, c in enumerate(mpmath.taylor(mpmath.tanh, 0.5, 20))]
    x = Value(0.5, "x")
    derivatives = [*jet(x.tanh(), [x], order=20).values()]
    for found, known in zip(derivatives, truth, strict=True):
        assert abs(peek(found) - known) <= rounding(found)
    # By grad of grad it grows to 2.7 times with each order: 1,770 operations at order 8.
    assert len(autograd.compile(derivatives, [x]).source.splitlines()) < 20**2 + 50


def test_polynomials_are_exact_and_end() -> None:
    x, y = Value(3.0, "x"), Value(5.0, "y")
    found = jet(x * x * y + y * 2.0, [x, y], order=4)
    values = {"".join(v.label for v in by): peek(result) for by, result in found.items()}
    known = {"": 55.0, "x": 30.0, "y": 11.0, "xx": 10.0, "xy": 6.0, "xxy": 2.0}
    assert values == {name: known.get(name, 0.0) for name in values}
    assert len(values) == 15
    program = autograd.compile([*found.values()], [x, y])
    assert dict(zip(values, program(3.0, 5.0)[0], strict=True)) == values


def test_the_results_are_values_of_their_own() -> None:
    x = Value(2.0, "x")
    y = x * 3.0
    found = jet(y, [x], order=2)
    assert len({*found.values(), x, y}) == 5
    assert [peek(result) for result in found.values()] == [6.0, 3.0, 0.0]


def test_a_branch_not_taken_adds_nothing_not_even_0_times_infinity() -> None:
    x, chosen = Value(0.0, "x"), Value(0.0, "chosen")
    root = autograd.where(chosen, x.sqrt(), x * x)
    assert [peek(result) for result in jet(root, [x], order=3).values()] == [0.0, 0.0, 2.0, 0.0]


def test_what_holds_at_this_point_only_is_not_compiled() -> None:
    x = Value(0.0, "x")
    root = autograd.where(Value(0.0), x.sqrt(), x * x)
    found = jet(root, [x], order=2)
    with pytest.raises(CompileError, match="holds at this point only"):
        autograd.compile([*found.values()], [x])


@examples(50)
@given(graph=graphs(longest=6), data=st.data())
def test_a_program_of_a_jet_is_the_jet_bit_for_bit(graph: Graph, data: st.DataObject) -> None:
    leaves = [Value(x) for x in graph.numbers]
    root = graph.build(leaves)
    used = [leaf for leaf in leaves if leaf in below(root)[1]]
    assume(ROWS["max"] not in {node.op for node in below(root)[0]})  # which chooses anew
    program = autograd.compile([*jet(root, used, order=2).values()], used)
    moved = [data.draw(st.floats(-2.0, 2.0, allow_subnormal=False)) for _ in used]
    for leaf, x in zip(used, moved, strict=True):
        leaf.data = x
    again = jet(graph.build(leaves), used, order=2)
    assert program(*moved)[0] == tuple(map(peek, again.values()))


def test_depth_is_not_limited_by_recursion() -> None:
    x, y = Value(0.5, "x"), Value(0.25, "y")
    deep = x
    for _ in range(3000):
        deep = (deep * 1.0001).sin() + y * 1e-4
    found = jet(deep, [x, y], order=2)
    (by_x,) = grad(deep, [x])
    # A sum of products of 3,000 factors, each off by a few units.
    assert peek(found[x,]) == pytest.approx(by_x, rel=3000 * 1e-15)


def test_refusals_say_what_to_do() -> None:
    x, y = Value(2.0, "x"), Value(5.0, "y")
    with pytest.raises(ValueError, match=r"does not depend on y = 5\.0"):
        jet(x * 2.0, [x, y], order=2)
    with pytest.raises(ValueError, match="inputs are leaves, each made by Value"):
        jet(x * 2.0, [x * 2.0], order=2)
    with pytest.raises(ValueError, match="by one input or several, got none"):
        jet(x * 2.0, [], order=1)
    with pytest.raises(ValueError, match="an input is named twice"):
        jet(x * 2.0, [x, x], order=2)
    with pytest.raises(ValueError, match="order is a whole number from 1"):
        jet(x * 2.0, [x], order=0)
    with pytest.raises(TypeError, match="order is a whole number, got float"):
        jet(x * 2.0, [x], order=2.0)  # type: ignore[arg-type]  # which is refused
    zero = Value(0.0, "zero")
    with pytest.raises(FloatingPointError, match=r"by zero = 0\.0 is inf"):
        jet(zero.sqrt(), [zero], order=1)
    changed = x * y
    x.data = 3.0
    with pytest.raises(ValueError, match="changed since it was recorded"):
        jet(changed, [x, y], order=1)


def test_a_jet_of_a_jet_goes_on() -> None:
    x = Value(0.5, "x")
    second = jet(x.sin() * x, [x], order=2)[x, x]
    fourth = jet(second, [x], order=2)[x, x]
    straight = jet(x.sin() * x, [x], order=4)[x, x, x, x]
    room = rounding(fourth) + rounding(straight)
    assert peek(fourth) == pytest.approx(peek(straight), rel=0.0, abs=room)
    assert peek(total([fourth, straight])) == peek(fourth) + peek(straight)
