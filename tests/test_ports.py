"""Loops that were written for other engines run when their import alone is changed.

Each is written as its users write it, for a `Value` that is given, and gives the same numbers with
a `Value` of closures, which is what these engines have, and with ours.
"""

import copy
import math
import pickle
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Layer, Module, Parameter, Value, explain, fit
from demos.benchmark.graphs import micrograd_copy

Kind = Callable[..., Any]


class Closures:
    """A Value as these engines have it: each node keeps a function that passes its grad down."""

    def __init__(self, data: float, operands: tuple[Any, ...] = (), *slopes: float) -> None:
        self.data = data
        self.grad = 0.0
        self._prev = operands
        self._backward = lambda: None
        if operands:
            self._backward = lambda: self._pass_down(slopes)

    def _pass_down(self, slopes: Sequence[float]) -> None:
        for operand, slope in zip(self._prev, slopes, strict=True):
            operand.grad += slope * self.grad

    def __add__(self, other: Any) -> "Closures":
        b = other if isinstance(other, Closures) else Closures(other)
        return Closures(self.data + b.data, (self, b), 1.0, 1.0)

    def __mul__(self, other: Any) -> "Closures":
        b = other if isinstance(other, Closures) else Closures(other)
        return Closures(self.data * b.data, (self, b), b.data, self.data)

    def __pow__(self, n: float) -> "Closures":
        return Closures(self.data**n, (self,), n * self.data ** (n - 1))

    def __neg__(self) -> "Closures":
        return self * -1.0

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __truediv__(self, other: Any) -> Any:
        return self * other**-1

    __radd__ = __add__
    __rmul__ = __mul__

    def relu(self) -> "Closures":
        return Closures(max(self.data, 0.0), (self,), float(self.data > 0.0))

    def tanh(self) -> "Closures":
        y = math.tanh(self.data)
        return Closures(y, (self,), 1.0 - y * y)

    def exp(self) -> "Closures":
        return Closures(math.exp(self.data), (self,), math.exp(self.data))

    def log(self) -> "Closures":
        return Closures(math.log(self.data), (self,), 1.0 / self.data)

    def backward(self) -> None:
        run_back(self)


def run_back(root: Any) -> None:
    """The sweep as the lecture has it before it becomes a method."""
    order: list[Any] = []
    seen = set()

    def visit(node: Any) -> None:
        if node in seen:
            return
        seen.add(node)
        for operand in node._prev:
            visit(operand)
        order.append(node)

    visit(root)
    root.grad = 1.0
    for node in reversed(order):
        node._backward()


class Net:
    """A network as these engines have it: layers of neurons, each of weights and a bias."""

    def __init__(self, kind: Kind, draw: Callable[[], float], *widths: int) -> None:
        self.layers = [
            [([kind(draw()) for _ in range(nin)], kind(draw())) for _ in range(nout)]
            for nin, nout in pairwise(widths)
        ]

    def __call__(self, x: Any) -> Any:
        for k, layer in enumerate(self.layers, start=1):
            x = [sum((wi * xi for wi, xi in zip(w, x, strict=True)), b) for w, b in layer]
            if k < len(self.layers):
                x = [z.tanh() for z in x]
        return x[0] if len(x) == 1 else x

    def parameters(self) -> list[Any]:
        return [p for layer in self.layers for w, b in layer for p in [*w, b]]


# Two engines round alike but for a / b, which is a · b⁻¹ with closures: an ulp or two in each of
# some 10² operations, through some 10 steps that magnify it a little.
ALIKE = 1e-11


def moons_loop(kind: Kind, model: Any) -> list[float]:
    """Hinge loss, L2, a decaying rate; batches are drawn by NumPy, with numbers of its own."""
    rng = np.random.RandomState(1)
    points = rng.uniform(-1.0, 1.0, (30, 2))
    signs = np.sign(points[:, 0] * points[:, 1]).astype(int)
    losses = []
    for k in range(8):
        chosen = rng.permutation(len(points))[:20]
        inputs = [list(map(kind, row)) for row in points[chosen]]
        scores = list(map(model, inputs))
        hinges = [(1 + -y * s).relu() for y, s in zip(signs[chosen], scores, strict=True)]
        loss = sum(hinges) * (1.0 / len(hinges)) + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.1 * k) * p.grad
        losses.append(loss.data)
    return losses


def test_micrograds_moons_loop_gives_its_numbers() -> None:
    engine = pytest.importorskip("micrograd.engine")
    model = autograd.MLP(2, [16, 16, 1], seed=3)
    theirs = micrograd_copy(model)
    expected = moons_loop(engine.Value, theirs)
    assert moons_loop(Value, model) == pytest.approx(expected, rel=ALIKE)
    assert expected[-1] < expected[0]


def lecture_loop(kind: Kind, back: Callable[[Any], None]) -> list[float]:
    """Four samples, squared errors, steps by hand."""
    rng = random.Random(4)
    net = Net(kind, lambda: rng.uniform(-1.0, 1.0), 3, 4, 4, 1)
    xs = [[1.0, 2.0, -1.5], [2.5, -1.0, 0.5], [0.5, 1.5, 1.0], [1.0, 0.5, -0.5]]
    ys = [1.0, -1.0, -1.0, 1.0]
    losses = []
    for _ in range(20):
        outputs = [net(x) for x in xs]
        loss = sum((out - y) ** 2 for y, out in zip(ys, outputs, strict=True))
        for p in net.parameters():
            p.grad = 0.0
        back(loss)
        for p in net.parameters():
            p.data += -0.02 * p.grad
        losses.append(loss.data)
    return losses


def test_the_lectures_loop_gives_its_numbers() -> None:
    expected = lecture_loop(Closures, Closures.backward)
    for back in (Value.backward, run_back):  # by the method, and node by node by hand
        assert lecture_loop(Value, back) == pytest.approx(expected, rel=ALIKE)
    assert expected[-1] < expected[0]


class OwnAdam:
    """An optimizer that keeps its two moments on the Values themselves."""

    def __init__(self, parameters: list[Any]) -> None:
        self.parameters = parameters
        self.steps = 0
        for p in parameters:
            p.m = 0
            p.v = 0

    def step(self) -> None:
        self.steps += 1
        for p in self.parameters:
            p.m = 0.9 * p.m + 0.1 * p.grad
            p.v = 0.95 * p.v + 0.05 * p.grad**2
            m_hat = p.m / (1 - 0.9**self.steps)
            v_hat = p.v / (1 - 0.95**self.steps)
            p.data -= 0.1 * (m_hat / (v_hat**0.5 + 1e-8) + 1e-4 * p.data)

    def zero_grad(self) -> None:
        for p in self.parameters:
            p.grad = 0


def classes(count: int) -> Iterator[tuple[list[float], int]]:
    rng = random.Random(2)
    for _ in range(count):
        x = [rng.uniform(-2.0, 2.0), rng.uniform(-2.0, 2.0)]
        yield x, 0 if x[0] < 0.0 else 1 if x[1] < 0.0 else 2


def own_cross_entropy(logits: list[Any], label: int) -> Any:
    powers = [z.exp() for z in logits]
    whole = sum(powers)
    return -(powers[label] / whole).log()


def classifier_loop(kind: Kind, net: Any) -> list[float]:
    optimizer = OwnAdam(net.parameters())
    samples = list(classes(20))
    losses = []
    for _ in range(10):
        loss = kind(0.0)
        for x, label in samples:
            loss = loss + own_cross_entropy(net(x), label)
        loss = loss * (1.0 / len(samples))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.data)
    return losses


def net_of(kind: Kind) -> Net:
    rng = random.Random(5)
    return Net(kind, lambda: rng.uniform(-0.7, 0.7), 2, 8, 3)


class Weight(Value):
    """A Value with room, and numbers of its own from the start."""

    def __init__(self, data: Any, label: str = "") -> None:
        super().__init__(data, label)
        self.m = 0.0
        self.v = 0.0


@pytest.mark.parametrize("kind", [Parameter, Weight])
def test_an_optimizer_that_writes_on_values_gives_its_numbers(kind: Kind) -> None:
    expected = classifier_loop(Closures, net_of(Closures))
    assert classifier_loop(kind, net_of(kind)) == pytest.approx(expected, rel=ALIKE)
    assert expected[-1] < 0.6 * expected[0]


def test_it_writes_on_the_parameters_of_our_networks() -> None:
    losses = classifier_loop(Value, autograd.MLP(2, [8, 3], activation="tanh", seed=5))
    assert losses[-1] < 0.6 * losses[0]


def test_on_plain_values_it_is_told_which_import_to_write() -> None:
    with pytest.raises(AttributeError, match="from autograd import Parameter as Value"):
        classifier_loop(Value, net_of(Value))


class Line(Module):
    """w · x, with a weight of a class of one's own."""

    def __init__(self) -> None:
        self.w = Weight(0.5, "w")

    def __call__(self, x: Any) -> Any:
        return self.w * x

    def parameters(self) -> list[Value]:
        return [self.w]


def test_a_subclass_keeps_its_attributes_through_all_that_is_done_with_it() -> None:
    w, x = Weight(0.5, "w"), Value(2.0, "x")
    w.m = 3.0
    y = w * x
    assert not isinstance(y, Weight)  # as of micrograd's own operations
    y.backward()
    assert autograd.compile(y, inputs=[x], parameters=[w])([2.0], 1.0)[0] == 2.0
    assert "∂y/∂w" in str(explain(y)) or "dw" in str(explain(y))
    for twin in (copy.copy(w), copy.deepcopy(w), pickle.loads(pickle.dumps(w))):
        assert (type(twin), twin.m, twin.v, twin.data) == (Weight, 3.0, 0.0, 0.5)
    assert (w.m, w.grad) == (3.0, 2.0)


@pytest.mark.parametrize("engine", ["python", "tape", "eager"])
def test_fit_moves_such_weights_and_leaves_the_rest(engine: str) -> None:
    line = Line()
    line.w.m = 3.0
    fit(line, [1.0, 2.0], [3.0, 6.0], learning_rate=0.1, epochs=40, engine=engine)
    assert line.w.data == pytest.approx(3.0, rel=1e-3)
    assert (type(line.w), line.w.m) == (Weight, 3.0)


def test_parameters_of_layers_keep_theirs_when_copied() -> None:
    layer: Any = Layer(2, 2, seed=0)
    for i, p in enumerate(layer.parameters()):
        p.m = float(i)
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert [p.m for p in twin.parameters()] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
