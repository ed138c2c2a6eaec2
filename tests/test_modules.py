"""A module finds its parameters wherever they are, under names that stay; it says what it lacks."""

import ast
import math
import re
import tempfile
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import MLP, Embedding, Layer, Module, Neuron, Parameter, Value, fit, load, save
from autograd.nn.parameter import Given
from tests.models import Extended, Halves, Open, Plain, Scaled, names
from tests.strategies import examples

KEYS = st.one_of(
    st.text(min_size=1, max_size=3),
    st.integers(-2, 2),
    st.tuples(st.integers(0, 1), st.text(max_size=2)),
)
NAMES = st.sampled_from(["a", "b", "net", "layers", "w", "b1_1"])


@dataclass
class Built:
    """A module, and the parameters put into it, in order."""

    module: Open = field(default_factory=Open)
    put: list[Value] = field(default_factory=list)

    def part(self, data: st.DataObject, depth: int) -> Any:
        """A parameter, one that is there already, what holds more of them, or what holds none."""
        kinds = ["parameter", "shared", "number"]
        kinds += ["list", "tuple", "dict", "module", "network"] * (depth < 3)
        match data.draw(st.sampled_from(kinds)):
            case "parameter":
                self.put.append(Parameter(data.draw(FLOATS)))
                return self.put[-1]
            case "shared":
                return data.draw(st.sampled_from(self.put)) if self.put else 0.0
            case "number":
                return data.draw(st.sampled_from([1.5, "text", None, math.sin, Given(1.0)]))
            case "list":
                return [self.part(data, depth + 1) for _ in range(data.draw(st.integers(0, 3)))]
            case "tuple":
                return tuple(self.part(data, depth + 1) for _ in range(2))
            case "dict":
                keys = data.draw(st.lists(KEYS, max_size=3, unique=True))
                return {key: self.part(data, depth + 1) for key in keys}
            case "network":
                net = MLP(1, [2, 1], seed=data.draw(st.integers(0, 9)))
                self.put += net.parameters()
                return net
        return self.fill(Open(), data, depth + 1)

    def fill(self, module: Open, data: st.DataObject, depth: int) -> Open:
        for name in data.draw(st.lists(NAMES, max_size=3, unique=True)):
            setattr(module, name, self.part(data, depth))
        module.parent = self.module
        return module


FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def built(data: st.DataObject) -> Built:
    result = Built()
    result.fill(result.module, data, 0)
    return result


def followed(module: Any, path: str) -> Any:
    """What stands at a path, read as Python reads it."""
    thing = module
    while path:
        key, path = key_and_rest(path)
        if isinstance(thing, MLP):
            return dict(thing.named_parameters())[key]
        if isinstance(thing, list | tuple):
            thing = thing[int(key)]
        else:
            thing = thing[key] if isinstance(thing, dict) else getattr(thing, key)
    return thing


def key_and_rest(path: str) -> tuple[Any, str]:
    if not path.startswith("["):
        plain = re.match(r"\.?([^.\[]+)(.*)", path, re.DOTALL)
        assert plain
        return plain[1], plain[2]
    for i, sign in enumerate(path):
        if sign == "]":
            with suppress(SyntaxError):
                return ast.literal_eval(path[1:i]), path[i + 1 :]
    raise ValueError(path)


@examples(400)
@given(st.data())
def test_what_was_put_in_is_found_in_order_under_its_own_path(data: st.DataObject) -> None:
    made = built(data)
    assert made.module.parameters() == made.put
    named = made.module.named_parameters()
    assert [parameter for _, parameter in named] == made.put
    assert len(dict(named)) == len(made.put)
    for path, parameter in named:
        assert followed(made.module, path) is parameter


@examples(200)
@given(st.data())
def test_what_is_saved_comes_back_bit_for_bit(data: st.DataObject) -> None:
    made = built(data)
    if not made.put:
        return
    bits = [x.data.hex() for x in made.put]
    with tempfile.TemporaryDirectory() as folder:
        save(made.module, f"{folder}/module.json")
        for x in made.put:
            x.data = 7.0
        assert load(f"{folder}/module.json", into=made.module) is made.module
    assert [x.data.hex() for x in made.put] == bits


def test_parameters_are_found_in_slots_classes_and_arrays() -> None:
    class Slotted(Module):
        __slots__ = ("__inner", "empty", "w")
        bias = Parameter(0.0)

        def __init__(self) -> None:
            self.w = Value(1.0)
            self.__inner = [Parameter(2.0)]

    class More(Slotted):
        def __init__(self) -> None:
            super().__init__()
            self.table = np.array([[Parameter(3.0), 1.0], [1.0, Parameter(4.0)]])
            self.one = np.array(Parameter(5.0), dtype=object)
            self.queue = deque([Parameter(6.0)])
            self.numbers = np.ones(3)

    expected = ["bias", "_Slotted__inner.0", "w", "table.0.0", "table.1.1", "one.0", "queue.0"]
    assert names(More()) == expected
    assert names(Slotted()) == expected[:3]


def test_any_leaf_is_a_parameter_but_not_what_is_computed_or_given() -> None:
    class Kept(Module):
        def __init__(self) -> None:
            self.w = Value(2.0, "w")
            self.inputs: list[Any] = []

        def __call__(self, x: Any) -> Any:
            self.inputs.append(x)
            self.last = self.w * x
            return self.last

    net = Kept()
    fit(net, [1.0, 2.0], [3.0, 6.0], epochs=30, learning_rate=0.2)
    assert net.inputs
    assert names(net) == ["w"]
    assert net.w.data == pytest.approx(3.0)


def test_keys_that_are_no_plain_text_stand_as_in_python() -> None:
    keys = ("a", 0, "0", "a.b", "[0]", "", True, (0, "x"), 1.5)
    told = "t.a; t[0]; t.0; t['a.b']; t['[0]']; t['']; t[True]; t[(0, 'x')]; t[1.5]".split("; ")
    assert names(Open(t={key: Parameter(0.0) for key in keys})) == told
    other = Open(t={print: [Parameter(0.0)], Value(1.0): Parameter(1.0)})
    assert names(other) == ["t[builtin_function_or_method 0].0", "t[Value 1]"]
    setattr(other, "a.b", Parameter(1.0))
    assert names(other)[-1] == "['a.b']"


def test_a_set_of_parameters_is_refused() -> None:
    assert names(Open(tags={"a", 1}, w=Parameter(0.0))) == ["w"]
    for thing in ({Parameter(1.0)}, frozenset({Neuron(1)})):
        with pytest.raises(TypeError, match="keep parameters and modules in a list"):
            Open(heads=[thing]).parameters()


def test_names_in_networks_are_the_documents() -> None:
    model = Open(net=MLP(1, [2, 1], seed=0), heads=[Layer(1, 1), Neuron(1)], scale=Parameter(1.0))
    assert names(model) == [
        *(f"net.{name}" for name in "w1_11 w1_12 b1_1 b1_2 w2_11 w2_21 b2_1".split()),
        *("heads.0.w1_11", "heads.0.b1_1", "heads.1.w1_11", "heads.1.b1_1", "scale"),
    ]


def test_labels_that_are_no_names_are_replaced_by_places() -> None:
    net = MLP(1, [2], seed=0)
    net.layers.append(Layer(2, 1))  # another layer 1
    places = ["W.0.0", "W.0.1", "B.0", "B.1"]
    assert names(net) == [
        *("layers.0.w1_11", "layers.0.w1_12", "layers.0.b1_1", "layers.0.b1_2"),
        *("layers.1.w1_11", "layers.1.w1_21", "layers.1.b1_1"),
    ]
    layer = net.layers[0]
    for label in ("w1_12", "", "a.b", "a[b"):
        layer.W[0][0].label = label
        assert names(layer) == places
        assert names(layer.neurons[0])[0] == ("w1_12" if label == "w1_12" else "w.0")
    assert names(net)[:4] == [f"layers.0.{place}" for place in places]


def test_a_network_may_have_more_than_the_document() -> None:
    assert names(Scaled()) == ["layers.0.w1_11", "layers.0.b1_1", "b1_1"]
    net = MLP(1, [1, 1], seed=0)
    net.layers[0].neurons[0].gain = Parameter(1.0)  # type: ignore[attr-defined]  # a person's own
    assert names(net)[-1] == "layers.0.neurons.0.gain"
    net = MLP(1, [1, 1], seed=0)
    net.scale = Parameter(1.0)  # type: ignore[attr-defined]  # a person's own
    assert names(net) == [*names(MLP(1, [1, 1])), "scale"]
    assert [name for name, _ in Open(net=net).named_parameters()][-1] == "net.scale"
    assert len(Open(net=net).parameters()) == 5


def test_a_module_is_asked_for_its_own_parameters() -> None:
    model = Open(halves=Halves(), plain=[Plain()], last=Parameter(0.0))
    assert names(model) == ["halves.first", "plain.0.w.0", "plain.0.w.1", "last"]
    assert names(Extended(Halves())) == ["first", "second", "more.0.first", "parameters.3"]
    assert len(Open(inner=Extended()).parameters()) == 3
    assert Open(net=MLP(1, [1]), halves=Halves()).parameters()[-1].label == "first"


def test_methods_of_one_module_or_for_names_alone_are_asked_too() -> None:
    class Renamed(Module):
        def __init__(self) -> None:
            self.w = Parameter(1.0)

        def named_parameters(self) -> list[tuple[str, Value]]:
            return [("weight", self.w)]

    assert names(Open(inner=Renamed())) == ["inner.weight"]
    net = MLP(1, [1], seed=0)
    net.parameters = lambda: [net.layers[0].B[0]]  # type: ignore[method-assign]  # a person's own
    assert Open(net=net).parameters() == net.parameters()
    assert names(Open(net=net)) == ["net.b1_1"]


@dataclass
class Settings(Module):
    """A module that is equal to others, and so has no hash."""

    w: Parameter
    rest: list[Any]


def test_a_dataclass_is_a_module() -> None:
    model = Settings(Parameter(1.0), [])
    model.rest.append(Settings(Parameter(2.0), [model]))
    assert names(model) == ["w", "rest.0.w"]


def test_a_network_of_layers_of_ones_own() -> None:
    class Biased(Layer):
        def parameters(self) -> list[Value]:
            return [*self.B]

    class Gated(Neuron):
        def parameters(self) -> list[Value]:
            return [self.b]

    net = MLP(1, [2, 2, 1], seed=0)
    net.layers[0] = Biased(1, 2)
    net.layers[1].neurons[0] = Gated(2)
    found = net.parameters()
    assert net.layers[0].B[0] in found
    assert net.layers[0].W[0][0] not in found
    assert net.layers[1].neurons[1].w[0] in found
    assert net.layers[1].neurons[0].w[0] not in found
    assert len(found) == 2 + 1 + 3 + 3
    assert len({*names(net)}) == len(found)


def test_modules_may_hold_each_other() -> None:
    parent = Open(w=Parameter(0.0))
    parent.children = [Extended(parent), Extended(parent), Halves(parent), Open(parent=parent)]
    parent.itself = [parent]
    parent.itself.append(parent.itself)
    first = ["children.0.first", "children.0.second", "children.0.parameters.2"]
    others = ["children.1.first", "children.1.second", "children.2.first"]
    assert names(parent) == ["w", *first, *others]
    assert len(parent.parameters()) == 7
    assert len({*parent.children[0].parameters()}) == 7
    deep: Any = Parameter(0.0)
    for _ in range(5000):
        deep = Open(inner=[deep])
    assert len(deep.parameters()) == 1
    assert len(names(deep)[0]) == 5000 * len("inner.0.") - 1


def test_what_is_listed_is_a_list_of_values() -> None:
    class Wrong(Halves):
        def parameters(self) -> Any:
            return [1.0]

    with pytest.raises(TypeError, match=r"the parameters of a Wrong are Values, got float: 1\.0"):
        Open(inner=Wrong()).named_parameters()


def test_a_module_that_is_not_called_says_what_to_define() -> None:
    class Forward(Module):
        def forward(self, x: Any) -> Any:
            return x

    with pytest.raises(TypeError, match=r"Open cannot be called: define __call__\(self, x\) in it"):
        Open()(1.0)
    with pytest.raises(
        TypeError, match="Forward has a method forward, and a call runs __call__: rename it so"
    ):
        Forward()(1.0)
    with pytest.raises(TypeError, match="define __call__"):
        fit(Open(w=Parameter(1.0)), [1.0], [1.0])


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("state_dict", r"named_parameters\(\) lists them; autograd\.save"),
        ("load_state_dict", r"autograd\.load\(path, into=module\)"),
        ("train", r"fit\(module, xs, ys\)"),
        ("eval", "leave it out"),
        ("to", "leave it out"),
        ("requires_grad_", r"freeze\(\)"),
        ("register_parameter", "set a Parameter as an attribute"),
        ("predict", r"\[module\(x\)\.data for x in xs\]"),
        ("fit", r"autograd\.fit\(module, xs, ys\)"),
        ("save", r"autograd\.save\(module, path\)"),
        ("history", r"fit\(module, xs, ys\)\.losses"),
    ],
)
def test_methods_of_others_say_what_there_is(name: str, instead: str) -> None:
    with pytest.raises(AttributeError, match=f"Open has no {name}: .*{instead}"):
        getattr(Open(), name)
    assert not hasattr(Open(), name)


def test_an_error_within_a_property_is_told() -> None:
    class Failing(Module):
        @property
        def width(self) -> Any:
            return self.table.width  # type: ignore[attr-defined]  # there is none

    with pytest.raises(AttributeError, match="no attribute 'table'"):
        _ = Failing().width
    with pytest.raises(AttributeError, match="no attribute 'with'"):
        getattr(Failing(), "with")


@pytest.mark.parametrize(
    ("module", "told"),
    [
        (MLP(1, [3, 1], "sigmoid"), "MLP 1-3-1, sigmoid, of 10 parameters"),
        (MLP(2, [4, 3, 2], "tanh", output="softmax"), "MLP 2-4-3-2, tanh, output softmax, of 35"),
        (MLP(2, [1]), "MLP 2-1, output linear, of 3 parameters"),
        (Layer(2, 3), "Layer 2-3, relu, of 9 parameters"),
        (Layer(2, 3, "softmax"), "Layer 2-3, softmax, of 9 parameters"),
        (Neuron(1, "tanh"), "Neuron 1-1, tanh, of 2 parameters"),
        (Embedding(1, 1), "Embedding of 1 parameter>"),
        (Open(), "Open of 0 parameters"),
    ],
)
def test_modules_are_told_by_widths_activations_and_parameters(module: Module, told: str) -> None:
    assert repr(module).startswith(f"<{told}")


def test_a_network_of_other_layers_is_told_by_its_parameters_alone() -> None:
    net: Any = MLP(1, [3, 1], "sigmoid")
    net.layers[0] = Open(scale=Parameter(1.0))
    assert repr(net) == "<MLP of 5 parameters>"
