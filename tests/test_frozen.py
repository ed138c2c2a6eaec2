"""What is frozen is left alone, by whatever trains, and stays so in copies."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import MLP, SGD, Parameter, Value, fit
from tests.models import Extended, Halves, Open, names


def test_frozen_parameters_are_left_alone() -> None:
    model = Open(net=MLP(1, [2, 1], seed=0), scale=Parameter(1.0))
    everything = names(model)
    optimizer = SGD(model.parameters(), 0.1)
    model.net.freeze()
    assert model.parameters() == [model.scale]
    assert names(model) == everything
    assert repr(model) == "<Open of 8 parameters, 7 frozen>"
    assert repr(model.net) == "<MLP 1-2-1, relu, of 7 parameters, 7 frozen>"
    before = [w.data for _, w in model.named_parameters()]
    for _, w in model.named_parameters():
        w.grad = 1.0
    optimizer.step()
    after = [w.data for _, w in model.named_parameters()]
    assert after == [*before[:-1], before[-1] - 0.1]
    model.zero_grad()
    assert {w.grad for _, w in model.named_parameters()} == {0.0}
    model.unfreeze()
    assert len(model.parameters()) == 8


def test_a_class_that_lists_its_own_thaws() -> None:
    for net in (Halves(), Extended(Halves())):
        listed = net.parameters()
        net.freeze()
        assert [x for x in net.named_parameters() if not x[1].frozen] == []  # type: ignore[attr-defined]
        assert Open(net=net).parameters() == []
        net.unfreeze()
        assert net.parameters() == listed


@pytest.mark.parametrize("engine", ["python", "numba", "tape", "eager"])
def test_fit_leaves_frozen_parameters_alone(engine: str) -> None:
    net = MLP(1, [2, 1], seed=0)
    net.layers[0].freeze()
    before = [w.data for _, w in net.named_parameters()]
    fit(net, [0.0, 1.0], [1.0, 2.0], epochs=3, engine=engine)
    changed = [w.data != x for x, (_, w) in zip(before, net.named_parameters(), strict=True)]
    assert changed == [False] * 4 + [True] * 3


class Named(Parameter):
    """A parameter of somebody's own."""


@pytest.mark.parametrize("kind", [Parameter, Named])
@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies_are_frozen_too(kind: type[Parameter], copied: Callable[[Any], Any]) -> None:
    w = kind(2.0, "w")
    assert (w.frozen, w.trained) == (False, True)
    w.frozen = True
    again = copied(w)
    assert (again.frozen, again.trained, again.data, again.label) == (True, False, 2.0, "w")
    below = copied(w * 3.0).operands[0]
    assert below.frozen
    again.frozen = False
    assert (again.frozen, w.frozen, isinstance(again, kind)) == (False, True, True)
    with pytest.raises(TypeError, match="frozen is True or False"):
        w.frozen = 1  # type: ignore[assignment]


def test_a_plain_value_cannot_be_frozen() -> None:
    model = Open(p=Parameter(1.0), w=Value(1.0), rest=[Value(float(i)) for i in range(9)])
    hint = r"w, rest\.0, rest\.1, rest\.2 and 6 more; make it a Parameter, as by Parameter\(0\.5\)"
    with pytest.raises(TypeError, match=f"a plain Value cannot be frozen: {hint}"):
        model.freeze()
    assert not model.p.frozen
    model.unfreeze()


def test_a_frozen_parameter_is_drawn_as_what_it_is() -> None:
    net = MLP(1, [1], seed=0)
    net.layers[0].neurons[0].b.frozen = True  # type: ignore[attr-defined]  # a Parameter
    drawing = autograd.draw(net(0.5)).source
    assert [drawing.count(f'class="value {kind}') for kind in ("parameter", "leaf")] == [1, 2]


def test_what_others_set_to_freeze_is_refused_with_what_to_write() -> None:
    net: Any = MLP(1, [2, 1], seed=0)
    rule: Any = SGD(net.parameters(), 0.1)
    for thing, name, told in (
        (net, "requires_grad", r"freeze\(\) and unfreeze\(\)"),
        (net.layers[0], "frozen", r"a Layer has no frozen: freeze\(\)"),
        (net.parameters()[0], "requires_grad", r"p\.frozen = True"),
        (net.parameters()[0], "trainable", r"p\.frozen = True"),
        (rule, "lr", "a SGD has no lr: its learning_rate"),
    ):
        assert not hasattr(thing, name)
        with pytest.raises(AttributeError, match=told):
            setattr(thing, name, False)
