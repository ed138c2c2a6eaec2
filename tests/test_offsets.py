"""Detached numbers, and probabilities of scores that have a large number in common.

Scores z on a grid, and z + c on it too: differences of scores are then the same real numbers at any
c, and so are all floats that are made of these. So softmax, log_softmax and all gradients are equal
to the last bit; logsumexp is off by 1 unit in the last place of the result and by what it is off
without c, some 4 ε · (1 + spread) for each level of the tree.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mpf

import autograd
from autograd import Value, detach, grad, hessian, jvp, log_softmax, logsumexp, softmax
from tests.strategies import examples

inf = math.inf
OFFSETS = [0.0, 1e3, 1e9, -1e9, 1e15, -1e15]
LOSS = 3.5357869495349834  # log(4 + 3e + 3e²), of ten scores 0, 1, 2, 0, …

# One number of a list of scores: of each function, and of all its numbers together.
ROOTS: dict[str, Callable[[Any], Any]] = {
    "logsumexp": logsumexp,
    "softmax": lambda scores: softmax(scores)[0],
    "log_softmax": lambda scores: log_softmax(scores)[-1],
    "entropy": lambda scores: (
        -autograd.total(
            [p * log_p for p, log_p in zip(softmax(scores), log_softmax(scores), strict=True)]
        )
    ),
}


@st.composite
def moved_scores(draw: Callable[..., Any]) -> tuple[list[float], float]:
    """Scores, and a number that can be added to them without rounding."""
    offset = draw(st.floats(-1e15, 1e15))
    grid = math.ulp(2.0 * max(abs(offset), 1024.0))
    scores = draw(st.lists(st.floats(-50.0, 50.0) | st.just(3.0), min_size=1, max_size=9))
    return [round(z / grid) * grid for z in scores], round(offset / grid) * grid


def assert_moves_with(name: str, scores: Sequence[float], offset: float, ours: Any) -> None:
    """A value is the true one; a sum moves with the scores, all else stays to the last bit."""
    if name != "logsumexp":
        assert ours == ROOTS[name](scores)
        return
    true = mpmath.log(mpmath.fsum(mpmath.exp(mpf(z)) for z in scores)) + mpf(offset)
    levels = math.log2(len(scores)) + 1.0
    allowed = math.ulp(float(true)) + 4.0 * levels * 2.0**-52 * (1.0 + max(map(abs, scores)))
    assert abs(ours - true) <= allowed


@pytest.mark.parametrize("name", ROOTS)
@examples(100)
@given(moved=moved_scores())
def test_a_number_added_to_all_scores_changes_no_probability_in_any_engine(
    name: str, moved: tuple[list[float], float]
) -> None:
    scores, offset = moved
    at = [z + offset for z in scores]
    assert [mpf(z) + mpf(offset) for z in scores] == at
    leaves = [Value(z) for z in scores]
    root = ROOTS[name](leaves) * 1.0  # as one score is its own log-sum-exp
    slopes = grad(root, leaves)
    program, tape = autograd.compile(root), autograd.compile(root, engine="tape")
    for leaf, z in zip(leaves, at, strict=True):
        leaf.data = z
    by_program = program()
    assert_moves_with(name, scores, offset, by_program[0])
    by_leaf = dict(zip(program.parameters, by_program[1], strict=True))
    assert [by_leaf[leaf] for leaf in leaves] == slopes
    assert tape() == by_program
    again = [Value(z) for z in at]
    assert_moves_with(name, scores, offset, ROOTS[name](again).data)
    assert grad(ROOTS[name](again), again) == slopes
    assert ROOTS[name](at) == ROOTS[name](again).data


@pytest.mark.parametrize("name", ROOTS)
def test_second_derivatives_stay_as_they_are_too(name: str) -> None:
    scores = [0.0, 1.0, 2.0, -0.5, 1.0]
    expected = hessian(ROOTS[name](leaves := [Value(z) for z in scores]), leaves)
    for offset in OFFSETS:
        leaves = [Value(z + offset) for z in scores]
        assert hessian(ROOTS[name](leaves), leaves) == expected


@pytest.mark.parametrize("offset", OFFSETS)
def test_the_loss_of_ten_classes_is_the_same_at_any_offset(offset: float) -> None:
    scores = [Value(offset + i % 3) for i in range(10)]
    assert -log_softmax(scores)[3].data == pytest.approx(LOSS, rel=4e-16, abs=0.0)
    assert sum(p.data for p in softmax(scores)) == pytest.approx(1.0, rel=1e-15, abs=0.0)


def test_ten_of_one_score_share_alike() -> None:
    for score in (0.0, -1e9, 1e16, -1e300, 1.7e308):
        scores = [Value(score)] * 10
        assert [p.data for p in softmax(scores)] == pytest.approx([0.1] * 10, rel=1e-15, abs=0.0)


def test_a_mask_that_is_only_very_low_takes_no_digits() -> None:
    scores = [0.0, -1e9, 1.0, 2.0, -1e9]
    masked = [0.0, -inf, 1.0, 2.0, -inf]
    assert softmax(scores) == softmax(masked)
    assert logsumexp(scores) == logsumexp(masked)


def test_an_infinite_score_takes_all_and_two_leave_nothing_to_say() -> None:
    leaves = [Value(x) for x in (1.0, inf, 2.0)]
    assert [p.data for p in softmax(leaves)] == [0.0, 1.0, 0.0]
    assert [p.data for p in log_softmax(leaves)] == [-inf, 0.0, -inf]
    assert logsumexp(leaves).data == inf
    assert grad(logsumexp(leaves), leaves) == [0.0, 1.0, 0.0]
    first, second, third = softmax([inf, inf, 3.0])
    assert math.isnan(first)
    assert math.isnan(second)
    assert third == 0.0
    assert logsumexp([inf, inf, 3.0]) == inf
    assert logsumexp([-inf] * 3) == -inf


def test_what_is_detached_is_the_number_without_its_derivative() -> None:
    x = Value(3.0, "x")
    y = x * x.detach()
    assert (detach(3), y.data, grad(y, x), jvp(y, x, 1.0)) == (3.0, 9.0, [3.0], 3.0)
    assert hessian(x * x * detach(x), [x]) == [[6.0]]
    assert grad(detach(x * x), x) == [0.0]
    slope = grad(x * x * detach(x), [x], create_graph=True)[0]
    assert grad(slope, [x]) == [6.0]
    derivatives = autograd.jet(x * x * x.detach(), x, 3)
    assert [part.data for part in derivatives.values()] == [27.0, 18.0, 6.0, 0.0]


@pytest.mark.parametrize("engine", ["python", "numba", "tape"])
def test_a_program_detaches_the_number_of_each_call(engine: str) -> None:
    x, w = Value(3.0, "x"), Value(2.0, "w")
    program = autograd.compile(w * detach(w) * x, inputs=[x], engine=engine)
    assert program(5.0) == (20.0, (10.0,))
    w.data = 4.0
    assert program(5.0) == (80.0, (20.0,))


@pytest.mark.parametrize("number", [0.0, -0.0, 2.5, inf, -inf, 5e-324])
def test_what_is_detached_is_the_same_to_the_sign_of_its_zero(number: float) -> None:
    assert repr(detach(number)) == repr(Value(number).detach().data) == repr(number)


def test_a_formula_of_ones_own_may_detach() -> None:
    cube = autograd.elemental("cube", "a * a * a", ["3.0 * a * detach(a)"])
    x = Value(2.0)
    assert hessian(cube(x), [x]) == [[6.0]]
