"""A replayed function sees what changed in all that it reads, and says what it cannot see."""

import collections
import copy
import math
import pickle
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import MLP, Value, replay
from autograd.program import contents, reach, taped
from autograd.program import replay as module
from autograd.program.recordings import recording_of

w = Value(3.0, "w")
u = Value(2.0, "u")


class Model:
    """What people write themselves, of all kinds of attributes."""

    scale: Any = 2.0

    def __init__(self) -> None:
        self.w: Any = w
        self.many = [w, u]
        self.numbers: Any = {"a": [1.0, 2.0]}

    def __call__(self, x: Any) -> Any:
        first = self.many[0] * self.numbers["a"][1]
        return self.w * x * self.scale + first + sum(self.many, start=Value(0.0))


class Slotted:
    """The same without a dict."""

    __slots__ = ("w",)

    def __init__(self) -> None:
        self.w: Any = w


model = Model()
slotted = Slotted()
net = MLP(1, [2, 1], seed=0)
leaf = Value(5.0)
numbers = [[1.0, 2.0], [3.0]]
array = np.array([1.0, 2.0])
values = np.array([w, u], dtype=object)
tools = types.ModuleType("tools_of_tests")
tools.inner = types.ModuleType("inner_of_tests")  # type: ignore[attr-defined]  # a module
tools.inner.scale = 2.0
waiting = collections.deque([2.0])


class Settings:
    """A class that is never called."""

    power = 2.0


def by_default(x: Any, scale: list[float] = [2.0]) -> Any:  # noqa: B006  # as people write it
    return w * x * scale[0]


def by_name(x: Any, *, scale: float = 2.0) -> Any:
    return w * x * scale


def by_builtin(x: Any) -> Any:
    return w * tools.inner.scale * abs(x)


def helper(x: Any) -> Any:
    return w * x


def helped(x: Any) -> Any:
    return helper(x) * 2.0


CHANGES: dict[str, tuple[Callable[[Any], Any], Callable[[], Any]]] = {
    "a global rebound": (lambda x: leaf * x, lambda: globals().update(leaf=Value(7.0))),
    "a network rebound": (lambda x: net(x), lambda: globals().update(net=MLP(1, [1], seed=1))),
    "a layer": (lambda x: net(x), lambda: net.layers.__setitem__(0, MLP(1, [2]).layers[0])),
    "a bias": (lambda x: net(x), lambda: setattr(net.layers[0].neurons[0], "b", Value(9.0))),
    "an attribute": (lambda x: model(x), lambda: setattr(model, "w", Value(7.0))),
    "an item": (lambda x: model(x), lambda: model.many.__setitem__(1, Value(7.0))),
    "one more item": (lambda x: model(x), lambda: model.many.append(Value(7.0))),
    "items in another order": (lambda x: model(x), lambda: model.many.reverse()),
    "a number in a list in a dict": (
        lambda x: model(x),
        lambda: model.numbers["a"].__setitem__(1, 7.0),
    ),
    "an attribute of a class": (lambda x: model(x), lambda: setattr(Model, "scale", 7.0)),
    "a method": (lambda x: model(x), lambda: setattr(Model, "__call__", lambda self, x: w * x)),
    "a class that is named": (
        lambda x: w * x**Settings.power,
        lambda: setattr(Settings, "power", 3.0),
    ),
    "a slot": (lambda x: slotted.w * x, lambda: setattr(slotted, "w", Value(7.0))),
    "a number in lists": (lambda x: w * x * numbers[1][0], lambda: numbers[1].__setitem__(0, 7.0)),
    "a sign of zero": (
        lambda x: w * x * math.copysign(1.0, numbers[1][0] - 3.0),
        lambda: numbers[1].__setitem__(0, 2.0),
    ),
    "an array": (lambda x: w * x * array[1], lambda: array.__setitem__(1, 7.0)),
    "an array of Values": (lambda x: values[0] * x, lambda: values.__setitem__(0, Value(7.0))),
    "a default": (by_default, lambda: by_default.__defaults__[0].append(1.0)),  # type: ignore[index]  # there is one
    "another default": (by_default, lambda: setattr(by_default, "__defaults__", ([7.0],))),
    "a default by name": (by_name, lambda: (by_name.__kwdefaults__ or {}).update(scale=7.0)),
    "a name of Python's": (by_builtin, lambda: globals().update(abs=lambda x: x * 7.0)),
    "a function": (helped, lambda: globals().update(helper=lambda x: w * x * 7.0)),
    "a module's number": (
        lambda x: w * x * tools.inner.scale,
        lambda: setattr(tools.inner, "scale", 7.0),
    ),
    "a deque": (lambda x: w * x * waiting[0], lambda: waiting.appendleft(7.0)),
}


@contextmanager
def undone() -> Iterator[None]:
    """Put back what `CHANGES` change."""
    kept = {name: copy.copy(globals()[name]) for name in ("leaf", "net", "helper")}
    of_class = {name: vars(Model)[name] for name in ("scale", "__call__")}
    try:
        yield
    finally:
        globals().update(kept, model=Model(), net=MLP(1, [2, 1], seed=0))
        for name, thing in of_class.items():
            setattr(Model, name, thing)
        Settings.power = 2.0
        slotted.w = w
        numbers[:] = [[1.0, 2.0], [3.0]]
        array[1] = 2.0
        values[0] = w
        by_default.__defaults__ = ([2.0],)
        tools.inner.scale = 2.0
        (by_name.__kwdefaults__ or {}).update(scale=2.0)
        globals().pop("abs", None)
        waiting.clear()
        waiting.append(2.0)


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_is_recorded_anew(name: str) -> None:
    function, change = CHANGES[name]
    with undone():
        replayed = replay(function)
        assert replayed(0.5) == replayed(0.5) == eager(function, 0.5)
        assert (replayed.replayed, replayed.recorded) == (1, 1), replayed.why
        change()
        assert replayed(0.5) == replayed(0.5) == eager(function, 0.5)
        assert (replayed.replayed, replayed.recorded) == (2, 2), replayed.why


def eager(function: Callable[..., Any], *arguments: Any) -> Any:
    root = function(*arguments)
    _, leaves = autograd.core.graph.below(root)
    found = dict(zip(leaves, autograd.grad(root, leaves), strict=True))
    return root.data, {
        leaf: x for leaf, x in found.items() if leaf.label != "x" and (leaf.label or leaf.data)
    }


def test_what_is_closed_over_is_seen() -> None:
    mine = Value(5.0)
    replayed = replay(lambda x: mine * x)
    assert replayed(2.0) == (10.0, {mine: 2.0})
    mine = Value(7.0)
    assert replayed(2.0) == (14.0, {mine: 2.0})


def test_equal_numbers_are_the_same() -> None:
    replayed = replay(lambda x: model(x))
    for _ in range(3):
        model.numbers["a"][1] = float("2.0")  # another object each time
        replayed(1.0)
    assert (replayed.replayed, replayed.recorded) == (2, 1)


def test_what_is_not_compared_is_told() -> None:
    large = np.zeros(contents.MOST_BYTES // 8 + 1)
    replayed = replay(lambda x: w * x * large[0])
    replayed(1.0)
    large[0] = 2.0
    assert replayed(1.0) == (6.0, {w: 2.0})
    assert replayed.why == "a large ndarray is within its reach, which may be changed in place"
    many = [[x] for x in range(reach.MOST)]
    replayed = replay(lambda x: w * x * many[0][0])
    replayed(1.0)
    assert replayed.why == "more than 10,000 things are within its reach"
    assert replayed.replayed == 0


def test_a_function_that_changes_something_is_called_once_each_time() -> None:
    seen: list[Any] = []

    def loss(x: Any) -> Any:
        seen.append(x)
        return w * x

    replayed = replay(loss)
    for x in (1.0, 2.0, 3.0):
        assert replayed(x) == (3.0 * x, {w: x})
    assert seen == [1.0, 2.0, 3.0]
    assert replayed.recorded == 3
    assert replayed.why == "it changes a list, a dict or an attribute within its reach"


def test_a_call_that_raises_is_not_counted() -> None:
    replayed = replay(lambda x: x.log())
    with pytest.raises(autograd.DomainError):
        replayed(Value(-1.0))
    assert (replayed.replayed, replayed.recorded) == (0, 0)


def test_what_a_person_runs_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "__file__", pytest.__file__, raising=False)
    reach.is_installed.cache_clear()
    assert reach.is_installed("pytest")
    assert not reach.is_installed("__main__")


def test_forget_drops_what_was_recorded(tmp_path: Any) -> None:
    path = tmp_path / "scale"
    path.write_text("2.0", encoding="utf-8")
    name = str(path)  # a Path keeps things in itself as it is used, in Python 3.10
    replayed = replay(lambda x: w * x * float(Path(name).read_text(encoding="utf-8")))
    assert replayed(1.0) == (6.0, {w: 2.0})
    path.write_text("5.0", encoding="utf-8")
    assert replayed(1.0) == (6.0, {w: 2.0})
    replayed.forget()
    assert replayed(1.0) == (15.0, {w: 5.0})


def test_whole_numbers_that_differ_again_and_again_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recordings = []

    def counted(*given: Any) -> Any:
        recordings.append(given)
        return recording_of(*given)

    monkeypatch.setattr(module, "recording_of", counted)

    def loss(xs: Any, ys: Any, *, key: Any) -> Any:
        return sum((w * x - y) ** 2 for x, y in zip(xs, ys, strict=True)) + key["n"]

    replayed = replay(loss)
    for n in range(100):
        ys = [1.0, n]
        assert replayed([1.0, 2.0], ys, key={"n": 0.0}) == eager(
            lambda ys: loss([1.0, 2.0], ys, key={"n": 0.0}), ys
        )
    assert len(recordings) <= 9
    hint = "pass 1.0 where it is a number to compute with"
    assert replayed.why == f"the whole number at ys[1] was 98, and is 99: {hint}"
    replayed.forget()
    for n in range(6):
        replayed([1.0], [1.0], key={"n": n})
    assert replayed.why == f"the whole number at key['n'] was 4, and is 5: {hint}"
    before = replayed.replayed
    replayed([1.0], [1.0], key={"n": 1})
    assert replayed.replayed == before + 1
    replayed([1.0], [1.0], key={"n": 77})
    assert replayed.why == ""  # a replay came between


def test_things_that_change_at_each_call_are_not_recorded_each_time() -> None:
    history: list[float] = []
    replayed = replay(lambda x: w * x + 0.0 * len(history))
    for n in range(20):
        assert replayed(2.0) == (6.0, {w: 2.0})
        history.append(n)
    assert replayed.why == "what is within its reach is another thing at each call"
    for _ in range(40):
        replayed(2.0)
    assert replayed.replayed > 0  # it holds still again


@dataclass
class Line:
    """A model with a method that is replayed."""

    slope: Value

    @replay
    def loss(self, x: float) -> Value:
        return self.slope * x


def test_methods_are_replayed_for_each_object() -> None:
    Line.loss.forget()
    lines = [Line(Value(2.0)), Line(Value(2.0))]
    for line in (*lines, *lines):
        assert line.loss(3.0) == (6.0, {line.slope: 3.0})
    assert Line.loss.replayed == 2
    lines[0].slope = Value(5.0)
    assert lines[0].loss(3.0) == (15.0, {lines[0].slope: 3.0})


def test_what_arguments_hold_is_read_from_outside() -> None:
    replayed = replay(lambda net, x: net(x))
    mine = MLP(1, [1], "linear", seed=0)
    replayed(mine, 1.0)
    mine.layers[0] = MLP(1, [1], "linear", seed=1).layers[0]
    assert replayed(mine, 1.0)[0] == mine(1.0).data
    assert (replayed.replayed, replayed.recorded) == (0, 2)


def test_arrays_are_taken_as_nested_lists() -> None:
    replayed = replay(lambda xs, n: sum(w * x for x in xs.ravel()) * n)
    for scale in (1.0, 2.0):
        xs = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32) * np.float32(scale)
        assert replayed(xs, np.array(2.0)) == (60.0 * scale, {w: 20.0 * scale})
    assert replayed.replayed == 1
    replayed(np.array([1, 2]), 1.0)
    replayed(np.array([1, 3]), 1.0)
    assert replayed.replayed == 1  # whole numbers are structure
    assert replayed(np.array([w, u]), 1.0) == (15.0, {w: 8.0, u: 3.0})


def test_rows_of_ones_own_are_called_where_c_does_not_sweep_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not autograd.native:
        pytest.skip("Value is not in C here")
    monkeypatch.setattr(taped, "HAS_NUMBA", False)
    twice = autograd.elemental("twice_in_replay", "2.0 * a", ["2.0"])
    replayed = replay(lambda x: twice(w * x))
    for x in (1.0, 2.0):
        assert replayed(x) == (6.0 * x, {w: 2.0 * x})
    assert replayed.recorded == 2
    assert replayed.why.startswith("twice_in_replay is a row of one's own: numba sweeps it")


@pytest.mark.parametrize(
    ("function", "argument", "why"),
    [
        (lambda xs: sum(w * x for x in xs), "(iterator)", "one call uses up: pass a list"),
        (lambda x: w * x * np.random.default_rng().normal(), 1.0, "of a generator that it makes"),
        (lambda x: w * math.sin(x), 1.0, "autograd.sin(x) for math.sin(x)"),
    ],
)
def test_the_reason_says_what_to_do(function: Any, argument: Any, why: str) -> None:
    replayed = replay(function)
    replayed(iter([1.0, 2.0]) if argument == "(iterator)" else argument)
    assert why in replayed.why


def test_a_replay_in_a_replay_is_told() -> None:
    inner: Any = replay(lambda x: w * x)
    with pytest.raises(
        TypeError, match=r"got what another replay gives: call its \.function in this one$"
    ):
        replay(inner)(1.0)
    outer = replay(lambda x: inner.function(x) * 2.0)
    assert outer(1.0) == outer(1.0) == (6.0, {w: 2.0})
    assert outer.replayed == 1


def squared(x: Any) -> Any:
    return w * x * x


decorated = replay(squared)
decorated.__qualname__ = "decorated"  # type: ignore[attr-defined]  # as `@replay` would


def test_a_replay_is_pickled_by_its_function() -> None:
    assert pickle.loads(pickle.dumps(decorated)) is decorated
    other = pickle.loads(pickle.dumps(replay(squared)))
    assert other.function is squared
    assert copy.copy(replay(squared)).function is squared


def test_the_order_of_a_dict_counts_as_a_function_may_read_it() -> None:
    replayed = replay(lambda items: w * next(iter(items.values())))
    assert replayed({"a": 1.0, "b": 2.0}) == (3.0, {w: 1.0})
    assert replayed({"b": 2.0, "a": 1.0}) == (6.0, {w: 2.0})
    assert replayed({"a": 5.0, "b": 2.0}) == (15.0, {w: 5.0})
    assert replayed.replayed == 1
