"""A number that left the graph, in whatever way, is not frozen into a program."""

import copy
import pickle
import warnings
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest

import autograd
from autograd import CompileError, Value, fit, grad, hessian
from autograd.core import tracking
from tests.conftest import Line
from tests.ways import WAYS, WAYS_ASIDE


@pytest.mark.parametrize("way", WAYS)
def test_compile_refuses_a_graph_that_may_hold_a_number_that_left(way: str) -> None:
    x = Value(3.0, "x")
    w = Value(2.0, "w")
    y = w * x * WAYS[way](x)
    with pytest.raises(CompileError, match=r"after the inputs were made and before the loss was"):
        autograd.compile(y, [x])
    with pytest.raises(CompileError, match=r"after the inputs were made and before the loss was"):
        autograd.compile(y)
    with pytest.raises(CompileError, match=r"after the inputs were made and before the loss was"):
        autograd.compile(w * 2.0, [x])


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("data", "the data of x was read"),
        ("grad of backward", "the grad of x was read"),
        ("grad", "a derivative was looked at"),
        ("jvp", "a derivative along tangents was taken"),
        ("partials", "the partials of a Value were read"),
        ("numeric derivative", "a numeric derivative was taken"),
        ("comparison", "x was compared with 1.0"),
        ("truth", "2.0 was compared with 0.0"),
        ("format", "x was printed"),
        ("repr", "x was printed"),
        ("explain", "a Value was explained"),
        ("examination", "x was examined"),
        ("draw", "a Value was drawn"),
        ("copy", "x was copied"),
        ("deepcopy", "x was copied"),
        ("pickle", "x was copied"),
        ("error", "log(a) was not defined"),
        ("program", "a program gave numbers"),
    ],
)
def test_how_a_number_left_is_told(way: str, told: str) -> None:
    x = Value(3.0, "x")
    before = tracking.departures()
    {**WAYS, **WAYS_ASIDE}[way](x)
    assert tracking.what_left(before, tracking.departures()) == told


def test_to_set_data_and_to_read_partials_tell_whose() -> None:
    x = Value(3.0, "x")
    before = tracking.departures()
    x.data = 2.0
    between = tracking.departures()
    assert x.partials == ()
    assert tracking.what_left(before, between) == "the data of x was set"
    assert tracking.what_left(between, tracking.departures()) == "the partials of x were read"


@pytest.mark.parametrize("way", WAYS_ASIDE)
def test_what_leaves_aside_does_not_keep_from_compiling(way: str) -> None:
    x = Value(3.0, "x")
    known = WAYS_ASIDE[way](x)
    assert autograd.compile(x * known, [x])(5.0) == (5.0 * known, ())


@pytest.mark.parametrize("way", WAYS)
def test_what_leaves_after_the_loss_was_made_does_no_harm(way: str) -> None:
    x = Value(3.0, "x")
    w = Value(2.0, "w")
    y = w * x
    WAYS[way](x)
    assert autograd.compile(y, [x])(5.0) == (10.0, (5.0,))


@pytest.mark.parametrize("way", [*WAYS, *WAYS_ASIDE])
def test_what_leaves_before_the_inputs_were_made_does_no_harm(way: str) -> None:
    w = Value(2.0, "w")
    known = {**WAYS, **WAYS_ASIDE}[way](w)
    x = Value(3.0, "x")
    assert autograd.compile(w * x * known, [x])(5.0) == (2.0 * 5.0 * known, (5.0 * known,))


def trained(engine: str, loss: Callable[..., Any], net: Line | None = None) -> float:
    net = net or Line()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        options: dict[str, Any] = {"batch_size": 2, "learning_rate": 0.05, "engine": engine}
        fit(net, [1.0, 2.0], [0.0, 0.0], loss=lambda p, y: loss(net, p, y), **options)
    return net.w.data


@pytest.mark.parametrize("way", [*WAYS, *WAYS_ASIDE])
def test_fit_trains_by_the_numbers_of_each_step(way: str) -> None:
    look = {**WAYS, **WAYS_ASIDE}[way]

    def loss(net: Line, prediction: Value, target: Value) -> Value:
        return (prediction - target) ** 2 * (1.0 + 0.1 * look(net.w))

    assert trained("auto", loss) == trained("eager", loss)
    for engine in ("python", "numba", "tape"):
        with pytest.raises(CompileError, match="while a sample was recorded"):
            trained(engine, loss)


def test_the_penalty_of_a_gradient_as_a_number() -> None:
    def loss(net: Line, p: Value, y: Value) -> Value:
        return (p - y) ** 2 * (1 + grad(p, [net.w])[0] ** 2)

    # Mean gradient at w = 1: x² · 2w · (1 + x²), for x = 1 and 2: (4 + 40) / 2 = 22.
    assert trained("auto", loss) == pytest.approx(1.0 - 0.05 * 22.0, abs=1e-15)


def test_parameters_that_were_trained_between_have_not_left() -> None:
    x = Value(3.0, "x")
    net = Line()
    fit(net, [1.0, 2.0], [0.0, 0.0], learning_rate=0.1)
    fit(net, [1.0, 2.0], [0.0, 0.0], learning_rate=0.1, engine="eager")
    (net(1.0) ** 2).backward()
    autograd.SGD(net.parameters(), 0.1).step()
    assert autograd.compile(net(x), [x])(2.0) == (2.0 * net.w.data, (2.0,))


def test_data_that_a_loss_sets_is_set_at_each_step() -> None:
    def loss(net: Line, p: Value, y: Value) -> Value:
        seen.data = 1.0 - seen._data
        return (p - y) ** 2 * (1.0 + seen)

    results = []
    for engine in ("eager", "auto"):
        seen = Value(0.0, "seen")
        results.append(trained(engine, loss))
    assert results[0] == results[1]


def test_comparisons_in_another_thread_are_not_of_this_one() -> None:
    x = Value(3.0, "x")
    w = Value(2.0, "w")
    look = Thread(target=lambda: [x > 1.0, w.data, f"{x}", grad(x * w, [x])[0]])
    look.start()
    look.join()
    assert autograd.compile(x * w, [x])(5.0) == (10.0, (5.0,))


def test_what_a_thread_compared_counts_in_what_it_records() -> None:
    x = Value(3.0, "x")
    refusals = []

    def record() -> None:
        y = x * x if x > 1.0 else -x
        with pytest.raises(CompileError, match=r"x was compared with 1\.0"):
            autograd.compile(y, [x])
        refusals.append(True)

    thread = Thread(target=record)
    thread.start()
    thread.join()
    assert refusals == [True]


def test_derivatives_that_nobody_looks_at_have_not_left() -> None:
    x = Value(0.5, "x")
    w = Value(2.0, "w")
    for function in (autograd.silu, autograd.elu, abs):
        hessian(function(x), x)
        grad(function(x), x)
        grad(function(x), x, create_graph=True)
    assert autograd.compile(x * w, [x])(5.0) == (10.0, (5.0,))


def test_a_graph_recorded_before_its_hessian_compiles() -> None:
    x = Value(0.5, "x")
    y = x.silu()
    assert hessian(y, x)[0][0] > 0.0
    assert autograd.compile(y, [x])(0.5) == (y.data, ())


def test_a_derivative_that_holds_at_one_point_is_refused_after_copying_too() -> None:
    x, n = Value(0.5, "x"), Value(2.0, "n")
    (slope,) = grad(x**n, [x], create_graph=True)
    y = slope * x
    for graph in (y, copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        told = "this point only: its rows chose branches that may fail elsewhere; differentiate"
        with pytest.raises(CompileError, match=f"a derivative that holds at {told} anew"):
            autograd.compile(graph)


def test_the_data_of_a_result_set_by_hand_is_refused_by_name() -> None:
    x = Value(2.0, "x")
    h = x * 2.0
    h.label = "h"
    h.data = 5.0
    y = h * 3.0
    assert y.data == 15.0
    for graph in (y, copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        with pytest.raises(
            CompileError, match=r"the data of h = 5\.0 was set, though an operation"
        ):
            autograd.compile(graph)


def test_more_departures_than_are_remembered_are_not_forgotten() -> None:
    x = Value(3.0, "x")
    factor = x.data
    y = x * factor
    for _ in range(2 * tracking._Log.LONGEST):
        assert x.data == 3.0
    with pytest.raises(CompileError, match="a number left the graph after the inputs were made"):
        autograd.compile(y, [x])
    z = Value(1.0, "z")
    assert autograd.compile(z * z, [z])(2.0) == (4.0, ())


def test_an_equality_with_a_number_says_that_it_never_holds() -> None:
    x = Value(1.0, "x")
    with pytest.warns(UserWarning, match="a Value is equal only to itself"):
        assert x != 1.0
    assert x == x
    assert {x: "x"}[x] == "x"


def test_a_copy_of_a_graph_has_its_leaves_and_knows_what_left() -> None:
    x, w = Value(3.0, "x"), Value(2.0, "w")
    y = (x * w).exp()
    twin = copy.copy(y)
    assert twin is not y
    assert twin.operands[0] is not y.operands[0]
    assert twin.operands[0].operands == (x, w)  # type: ignore[union-attr]  # a Value
    assert autograd.compile(twin, [x])(1.0) == autograd.compile(y, [x])(1.0)
    again = copy.copy(y * x.data)
    with pytest.raises(CompileError, match="x was read after the inputs were made"):
        autograd.compile(again, [x])
    leaf = copy.copy(x)
    assert (leaf.label, leaf.data) == ("x", 3.0)


class Noted(Value):
    """A Value that can be noted on."""

    note: str


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))]
)
def test_copies_keep_labels_gradients_and_constants(copied: Callable[[Any], Any]) -> None:
    x = Noted(0.5, "x")
    x.note = "of x"
    y = (x * 2.0).exp()
    y.label = "y"
    y.backward()
    twin = copied(y)
    (inner,) = twin.operands
    assert (twin.label, twin.grad, inner.grad, inner.operands[1]) == ("y", 1.0, y.data, 2.0)
    leaf = copied(x)
    assert (leaf.label, leaf.grad, leaf.note) == ("x", 2.0 * y.data, "of x")


def test_graphs_that_share_are_copied_together() -> None:
    x = Value(2.0, "x")
    y = x * 3.0
    z, again = copy.deepcopy([y * y, y + 1.0])
    assert z.operands[0] is z.operands[1] is again.operands[0] is not y
