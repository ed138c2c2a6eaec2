"""Samples come in whatever people have them in, or a sentence says what to do."""

import itertools
import random
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

from autograd import MLP, CompileError, Module, Parameter, Value, batches, fit
from autograd.core.numbers import as_list
from autograd.nn.loop import first_seed, shuffle
from autograd.program.surroundings import Surroundings
from tests.conftest import Line, network

ENGINES = ("eager", "python", "numba", "tape", "auto")
XS = [1.0, 2.0, 3.0]
MASKED: Any = np.ma.masked_equal(np.array(XS), 2.0)
YS = [2.0, 4.0, 6.0]


class Series:
    """As pandas has it, with an index that lacks 0."""

    def __init__(self, numbers: list[float]) -> None:
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[float]:
        return iter(self.numbers)

    def __getitem__(self, key: int) -> float:
        return {i + 5: x for i, x in enumerate(self.numbers)}[key]

    def to_numpy(self) -> Any:
        return np.array(self.numbers)


class Table:
    """As pandas' DataFrame: iterated over, it gives the names of its columns."""

    def __init__(self, rows: list[list[float]]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[str]:
        return iter(["p", "q"])

    def to_numpy(self) -> Any:
        return np.array(self.rows)


def numbers_after(xs: Any, ys: Any, engine: str = "python", nin: int = 1, **options: Any) -> Any:
    net = MLP(nin, [1], seed=0)
    losses = fit(
        net, xs, ys, engine=engine, batch_size=2, learning_rate=0.05, epochs=3, **options
    ).losses
    return losses, [parameter.data for parameter in net.parameters()]


@pytest.mark.parametrize("engine", ENGINES)
def test_numbers_come_in_lists_arrays_tables_and_generators(engine: str) -> None:
    right = numbers_after(XS, YS, engine)
    array = np.array(XS)
    for xs in (
        tuple(XS),
        array,
        array.reshape(-1, 1),
        array.astype(np.float32),
        array.astype(int),
        np.ma.masked_equal(array, 9.0),
        Series(XS),
        (x for x in XS),
        [[x] for x in XS],
        iter(array),
    ):
        ys = Series(YS) if isinstance(xs, Series) else (y for y in YS)
        assert numbers_after(xs, ys, engine) == right
    rows = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]
    assert numbers_after(Table(rows), YS, engine, nin=2) == numbers_after(rows, YS, engine, nin=2)


@pytest.mark.parametrize(
    ("xs", "ys", "error", "told"),
    [
        (np.array(1.0), [1.0], TypeError, "xs holds a number or a sequence for each sample"),
        (
            1.0,
            [1.0],
            TypeError,
            "xs holds a number or a sequence .* got float",
        ),
        ({1.0, 2.0}, YS, TypeError, "xs holds .* in order; got set"),
        ({1.0: 2.0}, YS, TypeError, "xs holds .* in order; got dict"),
        ("123", YS, TypeError, "xs holds .* in order; got str"),
        (None, YS, TypeError, "xs holds .* in order; got NoneType"),
        (
            [np.array(1.0)],
            [1.0],
            TypeError,
            r"xs\[0\] holds one real.*write \.item\(\) for its number",
        ),
        (
            MASKED,
            YS,
            TypeError,
            r"xs\[1\].*masked; fill it or leave",
        ),
        (XS, [True, False, True], TypeError, r"ys\[0\] holds one real number .*, got bool: True"),
        (XS, np.array([True] * 3), TypeError, r"ys\[0\] .* write 1\.0 for True"),
        (["a"], [1.0], TypeError, r"xs\[0\] holds text, 'a': write float\(text\)"),
        (XS, [[], [], []], ValueError, r"ys\[0\] is empty"),
        ([[], [], []], YS, ValueError, r"xs\[0\] is empty"),
        ([], [], ValueError, "got 0 samples and 0 targets"),
        (XS, YS[:2], ValueError, "got 3 samples and 2 targets"),
        (
            XS,
            [[1.0], [2.0], [3.0, 4.0]],
            ValueError,
            r"expected 1 value for y, got 2; that was at xs\[2\]",
        ),
    ],
)
@pytest.mark.parametrize("engine", ["eager", "auto"])
def test_what_are_no_samples(
    xs: Any, ys: Any, error: type[Exception], told: str, engine: str
) -> None:
    with pytest.raises(error, match=told):
        numbers_after(xs, ys, engine)


@pytest.mark.parametrize(
    ("name", "wrong", "error"),
    [
        *[
            (name, x, TypeError)
            for name in ("epochs", "batch_size", "seed")
            for x in (2.0, True, "2")
        ],
        ("epochs", -1, ValueError),
        ("batch_size", 0, ValueError),
        ("seed", 2**63 + 1, ValueError),
        ("seed", None, TypeError),
        ("learning_rate", "fast", TypeError),
    ],
)
def test_arguments_are_named_in_their_errors(name: str, wrong: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=f"{name} is"):
        fit(network(), XS, YS, **{name: wrong})


def test_what_is_no_network() -> None:
    for wrong in (lambda x: x, MLP, None):
        with pytest.raises(TypeError, match="a network is called on a sample and has parameters"):
            fit(wrong, XS, YS)
    with pytest.raises(TypeError, match="a loss is called on a prediction and a target, got 'mse'"):
        fit(network(), XS, YS, loss="mse")  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("loss", [lambda p, y: None, lambda p, y: [p - y], lambda p, y: "a"])
def test_a_loss_that_gives_no_value(loss: Any, engine: str) -> None:
    with pytest.raises(TypeError, match="the loss of a sample is one Value, got"):
        fit(network(), XS, YS, loss=loss, engine=engine)


def quietly(net: Any, **options: Any) -> list[float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return fit(net, XS, YS, learning_rate=0.05, batch_size=2, **options).losses


@pytest.mark.parametrize(
    ("loss", "right"),
    [
        # d/dw of max(0, 1 - yp) is -yx below the margin: at w = 0, x = 1, y = 2 and so on.
        (lambda p, y: max(0, 1 - y * p), lambda x, y, w: -y * x if 1 - y * w * x > 0 else 0.0),
        (
            lambda p, y: (p - 1) ** 2 if y == 2 else p * 3,
            lambda x, y, w: 2 * (w * x - 1) * x if y == 2 else 3 * x,
        ),
        (lambda p, y: p * [5.0, 7.0][int(y) // 4], lambda x, y, w: x * (7.0 if y >= 4 else 5.0)),
        (lambda p, y: p * {2.0: 1.0, 4.0: 2.0, 6.0: 3.0}[y.data], lambda x, y, w: x * y / 2),
        (lambda p, y: p * 3 if y in {2.0, 4.0} else p * 5, lambda x, y, w: x * (5 if y > 4 else 3)),
        (lambda p, y: p * {2.0: 1.0, 4.0: 2.0, 6.0: 3.0}[y], lambda x, y, w: x * y / 2),
        (lambda p, y: p * (y % 4) + p * float(y), lambda x, y, w: x * (y % 4 + y)),
        (lambda p, y: p * (3 if y == 6 else round(y)), lambda x, y, w: x * (3 if y == 6 else y)),
    ],
)
@pytest.mark.parametrize("engine", ["eager", "auto"])
def test_a_loss_may_ask_for_a_target_as_a_number(
    loss: Any, right: Callable[[float, float, float], float], engine: str
) -> None:
    net = Line(0.0)
    quietly(net, loss=loss, engine=engine, epochs=1, seed=3)
    order = [0, 1, 2]
    shuffle(order, first_seed(3))
    w = 0.0
    for batch in (order[:2], order[2:]):
        w -= 0.05 * sum(right(XS[i], YS[i], w) for i in batch) / len(batch)
    assert net.w.data == pytest.approx(w, rel=1e-14)


class Power(Module):
    """(w · x) ** k, where k is a leaf that nobody trains."""

    def __init__(self) -> None:
        self.w = Parameter(-1.5, "w")
        self.k = Value(2.0, "k")

    def parameters(self) -> list[Value]:
        return [self.w]

    def __call__(self, x: Value) -> Value:
        return (self.w * x) ** self.k


def test_a_derivative_that_nobody_asks_for_is_nobodys_error() -> None:
    ends = []
    for engine in ENGINES:
        net = Power()
        fit(net, [1.0, 2.0], [4.0, 16.0], learning_rate=0.01, epochs=5, engine=engine)
        ends.append((net.w.data, net.k.data))
    assert ends == [ends[0]] * len(ENGINES)
    assert ends[0] != (-1.5, 2.0)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_parameter_that_is_a_result_is_refused_by_name(engine: str) -> None:
    w = Value(2.0, "u") * 0.5
    w.label = "w"
    with pytest.raises(ValueError, match=r"w = 1\.0 is the result of an operation, and training"):
        fit(Line(w), XS, YS, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_parameter_listed_twice_is_moved_once(engine: str) -> None:
    class Twice(Line):
        def parameters(self) -> list[Value]:
            return [self.w, self.w]

    once, twice = Line(), Twice()
    quietly(once, engine=engine)
    quietly(twice, engine=engine)
    assert once.w.data == twice.w.data
    assert repr(twice) == "<Twice of 1 parameter>"


class Dropout(Module):
    """Four hidden units, of which each is left out one time in ten."""

    def __init__(self, source: str, seed: int) -> None:
        self.net = MLP(1, [4, 1], activation="tanh", seed=0)
        self.own: dict[str, Any] = {
            "own": random.Random(seed),
            "NumPy's own": np.random.default_rng(seed),
        }
        self.source = source
        random.seed(seed)
        np.random.seed(seed)

    def parameters(self) -> list[Value]:
        return self.net.parameters()

    def drawn(self) -> float:
        if self.source in self.own:
            return float(self.own[self.source].random())
        return random.random() if self.source == "Python's" else float(np.random.rand())

    def __call__(self, x: Value) -> Value:
        hidden, output = self.net.layers
        units: Any = hidden(x)
        kept = [a * (0.0 if self.drawn() < 0.1 else 1.0) for a in units]
        return output(kept)


SOURCES = ("Python's", "NumPy's", "own", "NumPy's own")


@pytest.mark.parametrize("source", SOURCES)
def test_random_graphs_are_never_frozen(source: str) -> None:
    for seed in range(50):
        with pytest.raises(CompileError, match="random"):
            fit(Dropout(source, seed), XS, YS, engine="python")


@pytest.mark.parametrize("source", SOURCES)
def test_random_graphs_are_trained_as_eagerly(source: str) -> None:
    ends = []
    for engine in ("auto", "eager"):
        net = Dropout(source, 7)
        quietly(net, engine=engine)
        ends.append([parameter.data for parameter in net.parameters()] + [net.drawn()])
    assert ends[0] == ends[1]


def test_graphs_that_change_without_a_generator_are_not_frozen() -> None:
    class Alternating(Line):
        calls = 0

        def __call__(self, x: Value) -> Value:
            self.calls += 1
            return super().__call__(x) + (self.w if self.calls % 3 == 0 else 0.0)

    with pytest.raises(CompileError, match="gives two graphs"):
        fit(Alternating(), XS, YS, engine="python")


@pytest.mark.parametrize("source", ["attribute", "closure", "global", "iterator"])
def test_what_is_counted_is_the_same_by_all_engines(source: str) -> None:
    ends = []
    for engine in ("auto", "eager"):
        COUNTS["calls"] = 0
        net = Counting(source)
        quietly(net, engine=engine, epochs=3)
        ends.append((net.w.data, net.calls, COUNTS["calls"]))
        with pytest.raises(CompileError, match="gives two graphs"):
            fit(Counting(source), XS, YS, engine="python")
    # What an iterator gave while samples were looked at is gone: nothing can put it back.
    assert source == "iterator" or ends[0] == ends[1]


COUNTS = {"calls": 0}


class Counting(Line):
    """Another graph at every fifth call, by something that is counted somewhere."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.calls = 0
        self.turns = itertools.cycle([1, 1, 1, 1, 0]) if source == "iterator" else None
        count = 0

        def counted() -> int:
            nonlocal count
            count += 1
            return count

        self.source = source
        self.counted = counted

    def count(self) -> int:
        if self.turns:
            return next(self.turns)
        if self.source == "closure":
            return self.counted() % 5
        if self.source == "global":
            COUNTS["calls"] += 1
            return COUNTS["calls"] % 5
        self.calls += 1
        return self.calls % 5

    def __call__(self, x: Value) -> Value:
        return super().__call__(x) + (0.0 if self.count() else self.w)


def test_a_count_that_decides_nothing_is_no_reason_to_refuse() -> None:
    class Watched(Line):
        calls = 0

        def __call__(self, x: Value) -> Value:
            self.calls += 1
            return super().__call__(x)

    net = Watched()
    fit(net, XS, YS, learning_rate=0.05, engine="python")
    assert net.calls == 0  # as before the recordings: the program calls nothing


def test_generators_within_reach_are_found() -> None:
    hidden = random.Random(1)

    def loss() -> float:
        return hidden.random()

    class Net:
        rng = np.random.RandomState(2)  # of the class: methods name it

        def __init__(self) -> None:
            self.parts = [{"noise": (random.Random(3),)}, self]

        def __call__(self) -> float:
            return float(self.rng.rand())

    net = Net()
    surroundings = Surroundings(net, loss)
    before = surroundings.draws()
    with surroundings.restored():
        loss()
        assert surroundings.draws() != before
    assert surroundings.draws() == before
    net.parts[0]["noise"][0].random()  # type: ignore[index]
    assert surroundings.draws() != before


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_that_ends_in_nonsense_says_so(engine: str) -> None:
    net = Line()
    with pytest.warns(UserWarning, match="the mean loss of some samples rose from .* smaller lear"):
        fit(net, [1.0, 2.0], [0.0, 0.0], batch_size=2, learning_rate=1e6, engine=engine)
    assert net.w.data == -2499999.0
    with pytest.warns(UserWarning, match="rose from"):
        list(batches(Line(), [1.0, 2.0], [0.0, 0.0], learning_rate=1e6, engine=engine))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_parameter_that_grows_without_use_is_named(engine: str) -> None:
    def bounded(prediction: Value, target: Value) -> Value:
        return (prediction - target).tanh() ** 2

    with pytest.warns(UserWarning, match=r"w = -?\d.* which made the loss no better"):
        fit(Line(), [1.0, -0.9], [1.2, 0.5], loss=bounded, learning_rate=1e6, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_that_learns_says_nothing(engine: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(Line(), XS, YS, learning_rate=0.05, epochs=20, engine=engine)
        fit(Line(), XS, [1e6 * y for y in YS], learning_rate=0.05, epochs=20, engine=engine)
        perfect = Line(2.0)
        fit(perfect, XS, YS, learning_rate=0.05, epochs=2, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_trains_nothing_says_so(engine: str) -> None:
    class Bare(Line):
        def parameters(self) -> list[Value]:
            return []

    class Elsewhere(Line):
        def parameters(self) -> list[Value]:
            return [self.w, Parameter(1.0, "v"), Parameter(2.0, "u")]

    with pytest.raises(ValueError, match="<Bare of 0 parameters> has no parameters to train"):
        fit(Bare(), XS, YS, engine=engine)
    net = Elsewhere()
    before = net.w.data
    with pytest.raises(
        ValueError, match=r"no gradient reaches v = 1\.0, u = 2\.0: no sample's loss"
    ):
        fit(net, XS, YS, engine=engine)
    assert net.w.data == before


ours = random.Random(4)


class Inheriting(Dropout):
    """Draws in a method of the class that it is made from, or in a lambda within one."""


def drawn_by_default(*, rng: random.Random = ours) -> float:
    return rng.random()


class Slotted:
    __slots__ = ("rng",)

    def __init__(self) -> None:
        self.rng = random.Random(5)


@pytest.mark.parametrize(
    "draws",
    [
        lambda: (lambda: ours.random())(),
        partial(ours.random),
        drawn_by_default,
        Inheriting("own", 6).drawn,
        [Slotted()],
        {"deep": [(Slotted(),)]},
    ],
    ids=["nested lambda", "partial", "default", "inherited", "slots", "deep"],
)
def test_generators_are_found_wherever_code_keeps_them(draws: Any) -> None:
    surroundings = Surroundings(draws)
    before = surroundings.draws()
    assert len(before) > len(Surroundings().draws())
    if callable(draws):
        draws()
        assert surroundings.draws() != before


class Tensor:
    """An array without a dimension, as of a library whose types have no `kind`."""

    ndim = 0
    dtype = object()


@pytest.mark.parametrize(
    ("x", "hint"),
    [
        (np.array(1.0), "; write .item() for its number"),
        (Tensor(), "; write .item() for its number"),
        (np.bool_(True), "; write 1.0 for True"),
        (np.ma.masked, "; fill it or leave it out"),
        (True, ": True"),
        (np.array([1.0]), ")"),
    ],
)
def test_what_is_no_number_is_told_how_it_becomes_one(x: Any, hint: str) -> None:
    with pytest.raises(TypeError) as caught:
        Value(x)
    assert str(caught.value).startswith(
        "a Value holds one real number (int, float or NumPy scalar)"
    )
    assert str(caught.value).endswith(hint)


def test_what_holds_numbers_one_after_the_other() -> None:
    alone = np.array(1.0)
    assert as_list(alone) == [alone]
    assert as_list("12") == ["12"]
    assert as_list(x for x in (1.0, 2.0)) == as_list(np.array([1.0, 2.0])) == [1.0, 2.0]


def test_nodes_of_one_or_two_operands_are_small() -> None:
    x = Value(1.0)
    assert {type(node) for node in (-x, x * x, x.elu(), x.leaky_relu(0.1))} == {Value}


CATS = ["cat"] * len(XS)


@pytest.mark.parametrize("ys", [CATS, [[cat] for cat in CATS], np.array(CATS)])
def test_text_is_answered_with_what_to_write(ys: Any) -> None:
    told = r"^ys\[0\] holds text, 'cat': write float\(text\), or number the classes 0, 1, 2, …$"
    with pytest.raises(TypeError, match=told):
        fit(network(), XS, ys)
