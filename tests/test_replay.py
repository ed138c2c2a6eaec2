"""A replayed function gives what the function gives, whatever it does, and tells how often."""

import math
import random
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import MLP, DomainError, Value, mean_squared_error, replay, value_and_grad
from autograd.core.graph import below
from autograd.core.tracking import peek
from autograd.core.value import record
from autograd.derivatives import gradients
from autograd.program import recordings, taped
from tests.strategies import WIDE, Graph, draw_of_all_rows, examples
from tests.test_tape import IN_TABLE

SEEDS = st.integers(0, 2**32).map(random.Random)
NUMBERS = st.lists(st.floats(-2.0, 2.0, allow_subnormal=False), min_size=4, max_size=4)

w = Value(3.0, "w")
u = Value(2.0, "u")


@examples(200)
@given(rng=SEEDS, others=NUMBERS)
def test_random_functions_give_their_own_answers(rng: random.Random, others: list[float]) -> None:
    graph = draw_of_all_rows(rng, [*IN_TABLE, *WIDE])
    given, kept = [Value(x) for x in graph.numbers[:2]], [Value(x) for x in graph.numbers[2:]]

    def loss(values: list[Value]) -> Value:
        return graph.build([*values, *kept])

    function = replay(loss)
    for numbers in (graph.numbers[:2], others[:2]):
        values = [Value(x) for x in numbers[: len(given)]]
        assert outcome(lambda: function(values)) == outcome(lambda: eager(graph, values, kept))  # noqa: B023
    assert function.recorded + function.replayed <= 2


def eager(graph: Graph, values: list[Value], kept: list[Value]) -> Any:
    root = graph.build([*values, *kept])
    leaves = [leaf for leaf in kept if leaf in below(root)[1]]
    by = [*values, *leaves]
    return root.data, dict(zip(by, gradients(root, by), strict=True))


def outcome(run: Callable[[], Any]) -> Any:
    try:
        loss, found = run()
    except (DomainError, FloatingPointError) as error:
        return str(error)
    return repr(loss), {id(value): repr(x) for value, x in found.items()}


@pytest.fixture(autouse=True, params=["numba", "C"])
def sweeps(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweep in C, as where numba is not installed."""
    if request.param == "C":
        if not autograd.native:
            pytest.skip("Value is not in C here")
        monkeypatch.setattr(taped, "HAS_NUMBA", False)


def test_a_structure_is_recorded_once() -> None:
    def loss(x: Any, pairs: Any, *, power: int = 2) -> Value:
        return sum((w * a - b) ** power for a, b in pairs) * x  # type: ignore[no-any-return]

    function = replay(loss)
    pairs = [(1.0, 2.0), (3.0, -1.0)]
    for x in (0.5, np.float64(-2.0), np.float32(4.0), 1e-3):
        value, found = function(x, pairs)
        eagerly = loss(x, pairs)
        assert (value, found) == (eagerly.data, {w: autograd.grad(eagerly, [w])[0]})
    assert (function.replayed, function.recorded) == (3, 1)
    function(u, pairs)  # a Value where a number was
    function(0.5, [*pairs, (0.0, 0.0)])
    function(0.5, pairs, power=3)
    function(0.5, [[*pair] for pair in pairs])
    assert (function.replayed, function.recorded) == (3, 5)
    function(w, pairs)  # another Value
    function(0.25, pairs, power=3)
    assert (function.replayed, function.recorded, function.why) == (5, 5, "")
    assert repr(function).endswith("loss: 5 calls replayed, 5 recorded>")


def test_a_value_that_is_there_several_times_gets_the_sum() -> None:
    function = replay(lambda a, b: a * a * b + w)
    x = Value(5.0, "x")
    for _ in range(2):
        assert function(x, u) == (53.0, {x: 20.0, u: 25.0, w: 1.0})
        assert function(u, u) == (11.0, {u: 12.0, w: 1.0})
        assert function(w, u) == (21.0, {w: 13.0, u: 9.0})
    assert function.replayed == 5


def test_leaves_are_read_at_each_call_and_keep_their_grad() -> None:
    scale = Value(2.0, "scale")
    function = replay(lambda x: scale * x)
    assert function(3.0) == (6.0, {scale: 3.0})
    scale.data = 5.0
    assert function(3.0) == (15.0, {scale: 3.0})
    assert function.replayed == 1
    assert scale.grad == 0.0


def test_results_among_the_arguments_are_leaves() -> None:
    function = replay(lambda x: x * x)
    for root in (w * u, u + 1.0):
        assert function(root) == (root.data**2, {root: 2.0 * root.data})


def test_leaves_that_a_function_makes_are_numbers() -> None:
    function = replay(lambda x: Value(7.0) * x + sum([w * 2.0], start=Value(0.0)))
    for x in (1.0, 2.0):
        assert function(x) == (7.0 * x + 6.0, {w: 2.0})
    assert function.replayed == 1


def test_what_is_not_used_has_the_derivative_0() -> None:
    function = replay(lambda x, y: x * 2.0)
    for _ in range(2):
        assert function(w, u) == (6.0, {w: 2.0, u: 0.0})


def test_a_function_that_computes_nothing_is_replayed_too() -> None:
    function = replay(lambda x: x)
    assert function(w) == function(w) == (3.0, {w: 1.0})
    assert function.replayed == 1


Pair = namedtuple("Pair", "a b")  # untyped, as people have them


def test_arguments_are_trees_of_all_kinds() -> None:
    def loss(tree: Any, *rest: Any) -> Value:
        if (type(tree["pair"]), *rest) != (Pair, "n", True, None):
            raise LookupError
        return tree["pair"].a * tree["list"][0][1] + tree["pair"].b  # type: ignore[no-any-return]

    function = replay(loss)
    for a in (w, u):
        for b in (0.5, 1.5):
            tree = {"pair": Pair(a, b), "list": [(1.0, 4.0)]}
            assert function(tree, "n", True, None) == (a.data * 4.0 + b, {a: 4.0})
    assert function.replayed == 3


counter = 0


def looks(x: Any) -> Any:
    return x * w if x > 1.0 else x + w


def reads(x: Any) -> Any:
    return w * (x.data if isinstance(x, Value) else x)


def equals(x: Any) -> Any:
    return w * x if x == 2.0 else w + x


def by_math(x: Any) -> Any:
    return w * (math.exp(x) if isinstance(x, float) else math.exp(peek(x)) * 2.0)


def draws(x: Any) -> Any:
    return w * x * random.random()


def counts(x: Any) -> Any:
    global counter
    counter += 1
    return w * x * counter


def old(x: Any, made: list[Value] = [w * 2.0]) -> Any:  # noqa: B006  # as an attribute would be
    return made[0] * x


def sets(x: Any) -> Any:
    y = w * x
    y.data = 1.0
    return y


def rounds(x: Any) -> Any:
    return w * round(x)


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (looks, "was compared with 1.0 on the way"),
        (reads, "the data of a Value was read on the way"),
        (equals, "was compared on the way"),
        (by_math, "it computes something else with Values than with floats"),
        (draws, "it draws random numbers"),
        (counts, "it counts, or keeps numbers from call to call"),
        (old, "it reads results that were recorded before"),
        (sets, "on the way"),
        (rounds, "it works with numbers, and not with Values"),
    ],
)
def test_a_function_that_depends_on_more_is_called_each_time(function: Any, why: str) -> None:
    replayed = replay(function)
    for x in (2.0, 0.5, 2.0):
        random.seed(7)
        before = counter
        answer = replayed(x)
        random.seed(7)
        globals()["counter"] = before
        root = function(x)
        assert answer == (root.data, {w: autograd.grad(root, [w])[0]})
    assert (replayed.replayed, replayed.recorded) == (0, 3)
    assert why in replayed.why
    assert f"0 calls replayed, 3 recorded, the last because {replayed.why}" in repr(replayed)


SCALE = 2.0


def scaled(x: Any) -> Any:
    return w * x * SCALE


def test_a_global_number_that_changes_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    function = replay(scaled)
    assert function(1.0) == function(1.0) == (6.0, {w: 2.0})
    monkeypatch.setitem(globals(), "SCALE", 5.0)
    assert function(1.0) == function(1.0) == (15.0, {w: 5.0})
    assert (function.replayed, function.recorded) == (2, 2)


def test_another_graph_each_time_is_recorded_each_time() -> None:
    rows = iter(range(100))
    function = replay(lambda x: w * x if next(rows) % 2 else w + x)
    function(1.0)
    function(1.0)
    assert (function.replayed, function.recorded) == (0, 2)


def test_errors_are_those_of_the_function() -> None:
    function = replay(lambda x: x.log() * w)
    assert function(u)[0] == 3.0 * math.log(2.0)
    negative = Value(-1.0, "negative")
    with pytest.raises(DomainError, match=r"log\(a\) is not defined at a = negative = -1\.0"):
        function(negative)
    root = replay(lambda x: x.sqrt() * w)
    root(u)
    with pytest.raises(FloatingPointError, match="zero would get the gradient inf"):
        root(Value(0.0, "zero"))
    assert root.why == "a number was not finite"
    assert root(u)[0] == 3.0 * math.sqrt(2.0)
    assert root.replayed == 1
    with pytest.raises(DomainError):
        replay(lambda x: x.log())(negative)


def test_other_kinds_are_refused() -> None:
    with pytest.raises(TypeError, match=r"gives one Value, got float: 2\.0"):
        replay(lambda x: x)(2.0)
    with pytest.raises(TypeError, match=r"recorded takes numbers, Values, .*; got set: \{1\.0\}$"):
        replay(lambda x: w)({1.0})
    for function in (replay(lambda x, data: w * x), value_and_grad(lambda x, data: x[0])):
        with pytest.raises(
            TypeError, match=r"has a hash; got recarray: .*; np\.asarray\(x\) is an arr"
        ):
            function([1.0], np.array([2.0]).view(np.recarray))
        with pytest.raises(TypeError, match=r"has a hash; got MaskedArray: [^;]*$"):
            function([1.0], np.ma.array([2.0]))
    with pytest.raises(TypeError, match="takes a function, got 3"):
        replay(3)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        replay(lambda x: w * (1 // 0))(1.0)


def test_the_last_structures_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "MOST_RECORDINGS", 2)
    function = replay(lambda x, n: w * x * n)
    for n in (1, 2, 1, 3, 1, 2):
        assert function(2.0, n) == (6.0 * n, {w: 2.0 * n})
    assert (function.replayed, function.recorded) == (2, 4)


def test_it_is_a_decorator_that_keeps_name_and_text() -> None:
    @replay
    def loss(x: float) -> Value:
        """Of x."""
        return w * x

    assert (loss.__name__, loss.__doc__) == ("loss", "Of x.")  # type: ignore[attr-defined]
    assert loss(2.0) == (6.0, {w: 2.0})


def test_a_training_by_replayed_gradients_ends_where_eager_ends() -> None:
    xs = [[i / 10, 1.0 - i / 7] for i in range(10)]
    ys = [math.sin(i) for i in range(10)]
    ends = []
    for is_replayed in (False, True):
        net = MLP(2, [4, 1], "tanh", seed=0)
        parameters = net.parameters()

        def loss(ys: list[float], net: MLP = net) -> Value:
            return mean_squared_error([net(x) for x in xs], ys)

        function = replay(loss)
        for _ in range(20):
            if is_replayed:
                _, found = function(ys)
            else:
                root = loss(ys)
                found = dict(zip(parameters, gradients(root, parameters), strict=True))
            for p in parameters:
                p.data -= 0.1 * found[p]
        ends.append([p.data for p in parameters])
        assert function.replayed == (19 if is_replayed else 0)
    assert ends[0] == ends[1]


def test_wide_rows_and_constants_keep_their_places() -> None:
    row = WIDE[1]
    function = replay(lambda xs, b: record(row, *xs, w, 2.0, u, b))
    for xs in ([1.0, 2.0, 3.0], [0.5, -1.0, 4.0]):
        value, found = function(xs, 0.25)
        assert value == xs[0] * 3.0 + xs[1] * 2.0 + xs[2] * 2.0 + 0.25
        assert found == {w: xs[0], u: xs[2]}
