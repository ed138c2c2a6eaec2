"""What may be set on Values and what is seen of them, and classes that inherit from Value."""

import copy
import gc
import inspect
import pickle
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import partial, wraps
from operator import attrgetter
from threading import Thread
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Parameter, Value, grad
from autograd.core.graph import below


class Roomy(Value):
    """A subclass whose instances have room for anything."""


@pytest.mark.parametrize("name", "data grad label op operands partials origin trained".split())
def test_attributes_cannot_be_deleted(name: str) -> None:
    for node in (Value(0.5), Value(0.5) * 2.0, autograd.total([Value(0.5)] * 3)):
        with pytest.raises(AttributeError):
            delattr(node, name)


@pytest.mark.parametrize("name", "op operands partials origin trained nothing".split())
@pytest.mark.parametrize("x", [3.0, None, (), Value(1.0)])
def test_what_was_recorded_cannot_be_set(name: str, x: Any) -> None:
    for node in (Value(0.5), Value(0.5) * 2.0):
        with pytest.raises(AttributeError):
            setattr(node, name, x)


@pytest.mark.parametrize("x", [None, "1", True, [1.0], Value(1.0)])
def test_data_is_a_number_and_stays_where_it_was(x: Any) -> None:
    node = Value(0.5) * 2.0
    with pytest.raises(TypeError, match="a Value holds one real number"):
        node.data = x
    assert node.data == 1.0


@pytest.mark.parametrize("x", ["1", True, [1.0], Value(1.0)])
def test_a_grad_is_a_number_or_nothing(x: Any) -> None:
    node = Value(0.5) * 2.0
    node.grad = 3
    with pytest.raises(TypeError, match="a grad is one real number"):
        node.grad = x
    assert repr(node.grad) == "3.0"
    node.grad = None  # type: ignore[assignment]  # as PyTorch sets it
    assert node.grad is None
    node.operands[0].backward()
    assert node.grad is None


def test_a_grad_of_none_is_left_where_backward_fails() -> None:
    x = Value(0.0)
    x.grad = None  # type: ignore[assignment]  # as PyTorch sets it
    with pytest.raises(FloatingPointError):
        x.sqrt().backward()
    assert x.grad is None
    (x * 2.0).backward()
    assert x.grad == 2.0


class Unmade(Value):
    """A subclass that forgets to let Value begin."""

    def __init__(self) -> None:
        pass


def test_a_value_that_was_never_made_is_no_zero() -> None:
    looks: list[Callable[[Value], Any]] = [
        *map(attrgetter, "data grad label op operands partials origin".split()),
        repr,
        Value.tanh,
        lambda x: x * 2.0,
        lambda x: 2.0 * x,
        lambda x: Value(2.0) * x,
        lambda x: autograd.total([Value(1.0), x, 2.0]),
    ]
    for look in looks:
        with pytest.raises(AttributeError):
            look(Unmade())
    for use in (Value.backward, Value.zero_grad, lambda x: grad(x, [x])):
        with pytest.raises(TypeError, match="a graph begins at a Value, got Unmade"):
            use(Unmade())


def setattr_to(x: Any, node: Value, name: str) -> None:
    setattr(node, name, x)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("item", "x.data is the number"),
        ("numpy", "x.data is the number"),
        ("requires_grad", r"a plain number, or detach\(x\)"),
        ("grad_fn", "x.op is the operation"),
        ("name", "x.label is the name"),
        ("m", r"a Parameter does: from autograd import Parameter as Value, .* a dict \{x: 0.0\}"),
    ],
)
def test_a_name_of_another_engine_is_missing_and_says_what_ours_is(name: str, ours: str) -> None:
    for node in (Value(0.5), Value(0.5) * 2.0, autograd.total([Value(0.5)] * 3)):
        for act in (getattr, partial(setattr_to, 0.0), delattr):
            with pytest.raises(
                AttributeError, match=f"a Value has no attribute '{name}': .*{ours}"
            ):
                act(node, name)
        assert not hasattr(node, name)
        assert getattr(node, name, 7.0) == 7.0
        assert name not in dir(node)
    assert not hasattr(Value, name)


class Has:
    """Something that comes after Value among the classes that one inherits from."""

    def item(self) -> str:
        return "an item"


def test_such_names_are_free_in_subclasses() -> None:
    class Kind(Value, Has):
        def clone(self) -> str:
            return "a clone"

    x: Any = Kind(0.5)
    assert (x.item(), x.clone(), Kind.item) == ("an item", "a clone", Has.item)
    x.m = x.item = 3.0
    assert (x.m, x.item, vars(x)) == (3.0, 3.0, {"m": 3.0, "item": 3.0})
    assert {"m", "item", "clone"} <= set(dir(x))
    assert "v" not in dir(x)
    del x.item
    assert x.item() == "an item"
    with pytest.raises(AttributeError, match="a Value has no attribute 'v'"):
        del x.v


def test_the_step_back_of_a_node_is_run_by_hand_and_not_set() -> None:
    x, w = Roomy(0.5, "x"), Value(-2.0, "w")
    y = (x * w + autograd.total([x, w, 2.0])).tanh()
    y.backward()
    expected = [x.grad, w.grad]
    order, _ = below(y)
    for node in (*order, x, w):
        node.grad = 0.0
    y.grad = 1.0
    for node in reversed([x, w, *order]):
        node._backward()
    assert [x.grad, w.grad] == expected
    for node in (x, w, y):
        with pytest.raises(AttributeError, match=r"y.backward\(\) walks them; .* autograd.custom"):
            node._backward = lambda: None


@pytest.mark.parametrize("twin_of", [copy.copy, copy.deepcopy, lambda x: by_pickle(x)])
def test_a_parameter_takes_numbers_and_text(twin_of: Callable[..., Any]) -> None:
    p: Any = Parameter(0.5, "p")
    p.m = 0.0
    p.m += 2.5
    p.kind, p.steps, p.last = "weight", 3, None
    p.history = np.zeros(2)
    twin = twin_of(p)
    assert (type(twin), twin.data, twin.label) == (Parameter, 0.5, "p")
    assert (twin.m, twin.kind, twin.steps, twin.last) == (2.5, "weight", 3, None)
    twin.m = 7.0
    assert p.m == 2.5
    del p.m
    assert not hasattr(p, "m")
    assert p.data == 0.5


@pytest.mark.skipif(not autograd.native, reason="in Python the collector sees all")
@pytest.mark.parametrize("x", [[1.0], Value(0.5), {}, lambda: 0.0, np.array([None])])
def test_a_parameter_in_c_keeps_nothing_that_may_hold_a_graph(x: Any) -> None:
    p: Any = Parameter(0.5, "p")
    for name in ("note", "m"):
        with pytest.raises(TypeError, match=f"a Parameter keeps numbers and text, .* for {name}: "):
            setattr(p, name, x)
    assert vars(p) == {}
    assert not gc.is_tracked(p * 2.0)
    with pytest.raises(AttributeError):
        p.operands = x


def test_a_subclass_of_parameter_keeps_anything() -> None:
    class Weight(Parameter):
        pass

    class Slotted(Parameter):
        __slots__ = ("note",)

    for kind in (Weight, Slotted):
        p: Any = kind(0.5)
        p.note = [p * 2.0]
        assert gc.is_tracked(p.note[0])


@pytest.mark.skipif(not autograd.native, reason="Python has words of its own")
def test_any_attribute_that_is_set_is_answered() -> None:
    for node in (Value(0.5), Roomy(0.5) * 2.0):
        with pytest.raises(AttributeError, match="a Value has no attribute 'cache': it takes none"):
            node.cache = 0.0  # type: ignore[attr-defined]


class Text(str):
    """A string of a class of its own."""


def test_a_label_is_a_plain_string() -> None:
    node = Value(0.5) * 2.0
    node.label = Text("named")
    assert type(node.label) is str
    for x in (None, 3, b"x", Value(1.0)):
        with pytest.raises(TypeError, match=f"a label is a string, got {type(x).__name__}: "):
            node.label = x  # type: ignore[assignment]
    assert node.label == "named"


def test_methods_are_shown_as_they_are_written() -> None:
    assert "∂/∂a = b and ∂/∂b = a" in inspect.getsource(Value.__mul__)
    assert "node._da = self, db" not in inspect.getsource(Value.__mul__)
    assert "def tanh(self):" in inspect.getsource(Value.tanh)
    assert "def __pow__(self, exponent" in inspect.getsource(Value.__pow__)
    assert "def __init__(self, data" in inspect.getsource(Value.__init__)
    assert list(inspect.signature(Value).parameters) == ["data", "label"]
    assert list(inspect.signature(Value.__rsub__).parameters) == ["self", "other"]
    assert (Value.__name__, Value.__module__) == ("Value", "autograd.core.value")
    assert str(Value.__doc__).startswith("A scalar in a computation graph")


def test_methods_are_those_of_values() -> None:
    for name in ("tanh", "neg", "__mul__", "__rsub__", "__rpow__"):
        method = getattr(Value, name)
        assert (method.__module__, method.__qualname__) == ("autograd.core.value", f"Value.{name}")
        assert pickle.loads(pickle.dumps(method)) is method
    assert not [name for name in dir(Value(1.0)) if name.endswith("_slope")]


class Doubled(Value):
    """What is multiplied by it is doubled."""

    def __mul__(self, other: Any) -> Any:
        return super().__mul__(other) * 2.0

    @wraps(Value.__rmul__)
    def __rmul__(self, other: Any) -> Any:  # type: ignore[override]  # wraps says less of it
        return super().__rmul__(other) * 2.0

    def tanh(self) -> Any:
        return super().tanh() * 2.0

    def __neg__(self) -> Any:
        return super().__neg__() * 2.0


class Halved(Value):
    """What is multiplied by it is halved."""

    def __mul__(self, other: Any) -> Any:
        return super().__mul__(other) * 0.5


class Between(Value):
    """A subclass without operators, which others inherit from first."""


class Mixin(ABC):
    """Something with an operator and an abstract method, beside Value."""

    kinds: list[tuple[type, str]] = []  # noqa: RUF012  # filled by its subclasses

    def __init_subclass__(cls, note: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)
        Mixin.kinds.append((cls, note))

    def __matmul__(self, other: Any) -> Any:
        return ("@", other)

    def __mul__(self, other: Any) -> Any:
        return ("×", other)

    @abstractmethod
    def named(self) -> str: ...


def test_a_subclass_has_operators_of_its_own() -> None:
    x = Doubled(3.0)
    others: list[Any] = [5.0, Value(5.0)]
    for other in others:
        assert [(x * other).data, (other * x).data] == [30.0, 30.0]
    assert (x + 1.0).data == (1.0 + x).data == 4.0
    assert x.tanh().data == 2.0 * Value(3.0).tanh().data
    assert ((-x).data, (-Value(x.data)).data) == (-6.0, -3.0)
    with pytest.raises(TypeError, match=r"'(Doubled|NotImplementedType)'"):
        x * "text"


@pytest.mark.parametrize(
    ("bases", "product"),
    [
        ((Between,), 15.0),
        ((Between, Doubled), 30.0),
        ((Doubled, Between), 30.0),
        ((Doubled, Between, Halved), 15.0),
        ((Halved, Between), 7.5),
    ],
)
def test_operators_are_found_in_the_order_of_classes(bases: Any, product: float) -> None:
    kind = type("Kind", bases, {})
    assert (kind(3.0) * 5.0).data == product
    assert (kind(3.0) - 5.0).data == -2.0
    for name in ("__mul__", "__sub__", "__neg__", "tanh"):
        first = next(base for base in kind.__mro__ if name in vars(base))
        assert first in (Doubled, Halved, Value)
        assert getattr(kind, name) is vars(first)[name]


def test_mixins_are_heard() -> None:
    class First(Mixin, Value, note="first"):
        def named(self) -> str:
            return "first"

    class Last(Value, Mixin, note="last"):
        def named(self) -> str:
            return "last"

    assert Mixin.kinds[-2:] == [(First, "first"), (Last, "last")]
    assert First(3.0) * 5.0 == ("×", 5.0)
    assert (Last(3.0) * 5.0).data == 15.0
    assert Last(3.0) @ 5.0 == First(3.0) @ 5.0 == ("@", 5.0)
    with pytest.raises(TypeError, match="takes no keyword arguments"):
        type("Kind", (Value,), {}, note="nobody takes it")


def test_operators_may_be_replaced_and_taken_back() -> None:
    class Kind(Value):
        pass

    classes: list[Any] = [Kind, Between]
    for replaced in classes:
        replaced.__mul__ = lambda self, other: "replaced"
        assert replaced(3.0) * 5.0 == "replaced"
        assert (5.0 * replaced(3.0)).data == 15.0
        del replaced.__mul__
        assert (replaced(3.0) * 5.0).data == 15.0


def test_attributes_of_a_subclass_are_kept_and_copied() -> None:
    x: Any = Roomy(0.5, "x")
    x.note = ["kept"]
    x.result = x * 2.0
    y = x.result.tanh()
    twin: Any = copy.deepcopy(y)
    copied_x = twin.operands[0].operands[0]
    assert copied_x.note == ["kept"]
    assert copied_x.note is not x.note
    assert copied_x.result is twin.operands[0]
    again: Any = pickle.loads(pickle.dumps(x))
    assert again.result.operands[0] is again


class Noted(Value):
    """A subclass with a slot of its own, and one that is private."""

    __slots__ = ("__own", "note")
    note: Any

    def keep(self, x: Any) -> None:
        self.__own = x

    def kept(self) -> Any:
        return self.__own


class NotedAndRoomy(Noted):
    """The same with room for anything else."""


def by_pickle(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x))


@pytest.mark.parametrize("twin_of", [copy.copy, copy.deepcopy, by_pickle])
@pytest.mark.parametrize("kind", [Noted, NotedAndRoomy])
def test_slots_of_a_subclass_are_copied(kind: type[Noted], twin_of: Callable[..., Any]) -> None:
    x = kind(0.5, "x")
    assert not hasattr(twin_of(x), "note")  # nothing is in it yet
    x.note = [x * 2.0]
    x.keep("own")
    if kind is NotedAndRoomy:
        vars(x)["more"] = 3
    twin = twin_of(x)
    assert (type(twin), twin.data, twin.label, twin.kept()) == (kind, 0.5, "x", "own")
    assert getattr(twin, "more", 3) == 3
    assert (twin.note is x.note) == (twin_of is copy.copy)
    if twin_of is not copy.copy:
        assert twin.note[0].operands[0] is twin


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads take turns a thousand times as often."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(interval / 1000.0)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("switching")
def test_threads_share_leaves() -> None:
    xs = [Roomy(0.1 * i, f"x{i}") for i in range(1, 20)]

    def work(factor: float) -> list[float]:
        y: Any = 1.0
        for x in xs:
            y = (y * factor + x).tanh()
        return [*grad(y, xs)]

    found: dict[float, list[list[float]]] = {2.0: [], 3.0: []}
    threads = [
        Thread(target=lambda factor=factor: found[factor].extend(work(factor) for _ in range(100)))
        for factor in found
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for factor, gradients in found.items():
        assert gradients == [work(factor)] * 100
    assert [x.grad for x in xs] == [0.0] * len(xs)


def test_a_hash_sees_no_gradient_on_its_way_and_may_sweep_itself() -> None:
    seen = []

    class Curious(Value):
        def __hash__(self) -> int:
            seen.append(y.grad)
            (other * 5.0).backward()
            return id(self)

    x, other = Curious(3.0), Value(4.0)
    y = x * other
    y.grad = 77.0
    assert [*grad(y, [x, other])] == [4.0, 3.0]
    assert set(seen) == {77.0}


def test_a_grad_of_minus_zero_is_a_number_to_add_to() -> None:
    x = Value(2.0)
    x.grad = -0.0
    (x * -0.0).backward()
    assert repr(x.grad) == "-0.0"
