"""Neurons, layers and networks, with the document's names: in layer k the weight `wk_ij` leads from input i to unit j, whose
bias is `bk_j`, weighted sum `zk_j` and activation `ak_j`. From 10 inputs or units on, indices are separated: `w2_1_11`."""

import random
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from math import sqrt
from operator import add, mul
from typing import Any

from autograd.errors import check_known
from autograd.functions import affine, mean, total
from autograd.ops import OPS
from autograd.value import Number, Value, record, several

__all__ = ["MLP", "SGD", "Layer", "Module", "Neuron", "Parameter", "half_squared_error", "mean_squared_error"]

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "leaky_relu", "elu", "silu", "gelu", "softplus")


class Module:
    """Anything with parameters."""

    def parameters(self) -> list[Value]:
        """The weights row by row, then the biases, layer after layer."""
        return []

    def named_parameters(self) -> list[tuple[str, Value]]:
        """The parameters with their labels, which are unique in a network."""
        return [(parameter.label, parameter) for parameter in self.parameters()]

    def zero_grad(self) -> None:
        """Set every parameter's `grad` to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.parameters())} parameters>"


class Parameter(Value):
    """A leaf that training moves; drawings show it as one."""

    __slots__ = ()


class Neuron(Module):
    """activation(x·w + b): `w` drawn by Xavier's rule, `b` 0; `fused` makes x·w + b one node, else each × and + is one.

    >>> n = Neuron(2, "tanh", seed=1)
    >>> [w.label for w in n.w], n.b.label, n([1.0, -2.0]).label
    (['w1_11', 'w1_21'], 'b1_1', 'a1_1')
    """

    def __init__(self, nin: int, activation: str = "relu", seed: int | random.Random | None = None, fused: bool = True,
                 *, fan_out: int = 1, layer: int = 1, unit: int = 1) -> None:  # fmt: skip
        check_known("activation", activation, ACTIVATIONS)
        if nin < 1:
            raise ValueError(f"a neuron has at least 1 input, got {nin}")
        rng, bound = _generator(seed), sqrt(6.0 / (nin + fan_out))  # Xavier: keeps the variance on the way and back
        gap = "_" if max(nin, fan_out) >= 10 else ""
        self.w = [Parameter(rng.uniform(-bound, bound), f"w{layer}_{i}{gap}{unit}") for i in range(1, nin + 1)]
        self.b = Parameter(0.0, f"b{layer}_{unit}")
        self.activation, self.fused = activation, fused
        self._z, self._a = f"z{layer}_{unit}", f"a{layer}_{unit}"

    def __call__(self, x: Any) -> Value:
        return self._on(named_leaves(x, expected=len(self.w)))

    def _on(self, xs: list[Value]) -> Value:
        z = _named(affine(xs, self.w, self.b) if self.fused else reduce(add, map(mul, xs, self.w)) + self.b, self._z)
        return z if self.activation == "linear" else _named(getattr(z, self.activation)(), self._a)

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]


class Layer(Module):
    """`nout` neurons on the same `nin` inputs; `W` (nin × nout) and `B` read as the document's matrices.

    >>> [[w.label for w in row] for row in Layer(1, 3).W]
    [['w1_11', 'w1_12', 'w1_13']]
    """

    def __init__(self, nin: int, nout: int, activation: str = "relu", seed: int | random.Random | None = None,
                 fused: bool = True, *, layer: int = 1) -> None:  # fmt: skip
        if nout < 1:
            raise ValueError(f"a layer has at least 1 unit, got {nout}")
        rng, units = _generator(seed), range(1, nout + 1)
        self.neurons = [Neuron(nin, activation, rng, fused, fan_out=nout, layer=layer, unit=unit) for unit in units]

    @property
    def W(self) -> list[list[Value]]:  # noqa: N802  the document's name
        """The weights: a row for each input, a column for each unit."""
        return [list(row) for row in zip(*(neuron.w for neuron in self.neurons), strict=True)]

    @property
    def B(self) -> list[Value]:  # noqa: N802  the document's name
        """The biases, one for each unit."""
        return [neuron.b for neuron in self.neurons]

    def __call__(self, x: Any) -> Any:
        xs = named_leaves(x, expected=len(self.neurons[0].w))
        outputs = [neuron._on(xs) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self) -> list[Value]:
        return [*(w for row in self.W for w in row), *self.B]


class MLP(Module):
    """A multi-layer perceptron: `nin` inputs, layers of `nouts` units, all but the last with the activation: relu, sigmoid,
    tanh, leaky_relu, elu, silu, gelu, softplus or linear. `fused` makes each x·w + b one node, else each × and +.

    A call takes a list of numbers or Values (for one input a number will do) and gives one Value for one output, a list
    for more; numbers become leaves `x`, or `x_1 x_2 …`. Without a seed Python's `random` decides. Raises ValueError for
    an unknown activation, no layers, or an input of the wrong length. This is the document's network:

    >>> net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    >>> net(0.5).label, len(net.parameters())
    ('z2_1', 10)
    """

    def __init__(self, nin: int, nouts: Sequence[int], activation: str = "relu", seed: int | None = None,
                 fused: bool = True) -> None:  # fmt: skip
        if not nouts or isinstance(nouts, int):
            raise ValueError(f"nouts lists the units of each layer, at least one, such as [16, 1]; got {nouts!r}")
        check_known("activation", activation, ACTIVATIONS)
        rng, last, shapes = _generator(seed), len(nouts), enumerate(pairwise([nin, *nouts]), start=1)
        self.layers = [Layer(*shape, "linear" if k == last else activation, rng, fused, layer=k) for k, shape in shapes]

    def __call__(self, x: Any) -> Any:
        return reduce(lambda signal, layer: layer(signal), self.layers, x)

    def parameters(self) -> list[Value]:
        return [parameter for layer in self.layers for parameter in layer.parameters()]


def half_squared_error(prediction: Any, target: Any) -> Value:
    """½(prediction − target)², the document's loss of one sample (4); of several outputs the sum of e_1, e_2, ….

    Numbers as targets become leaves `y`, or `y_1 y_2 …`. Raises ValueError if there are not as many as predictions.

    >>> half_squared_error(Value(3.0), 1.0)
    Value(data=2.0, grad=0.0, label='loss')
    """
    predictions = named_leaves(prediction, name="z")
    targets = named_leaves(target, len(predictions), "y")
    pairs = enumerate(zip(predictions, targets, strict=True), start=1)
    errors = [_named(record(OPS["half_squared_error"], z, y), f"e_{j}") for j, (z, y) in pairs]
    return _named(errors[0] if len(errors) == 1 else total(errors), "loss")


def mean_squared_error(predictions: Sequence[Value | Number], targets: Sequence[Value | Number]) -> Value:
    """(1/n)·Σ(prediction − target)² over a batch, without the ½ of a sample; ValueError if the lengths differ."""
    pairs = zip(named_leaves(predictions, name="z"), named_leaves(targets, len(predictions), "y"), strict=True)
    return _named(mean((prediction - target) ** 2 for prediction, target in pairs), "loss")


class SGD:
    """Gradient descent: `step()` moves every parameter against its gradient, w ← w − η·dw.

    >>> w = Value(1.0, "w")
    >>> (w * w).backward()
    >>> SGD([w], learning_rate=0.25).step(); w.data
    0.5
    """

    def __init__(self, parameters: Iterable[Value], learning_rate: float = 0.01) -> None:
        self.parameters, self.learning_rate = list(parameters), learning_rate

    def step(self) -> None:
        """Move the parameters once."""
        for parameter in self.parameters:
            parameter.data = parameter._data - self.learning_rate * parameter.grad

    def zero_grad(self) -> None:
        """Set the parameters' `grad` to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0


def _named(value: Value, label: str) -> Value:
    value.label = label
    return value


def _generator(seed: int | random.Random | None) -> random.Random:
    # Without a seed random's own state decides, so that random.seed() fixes the weights, as micrograd's users expect.
    return seed if isinstance(seed, random.Random) else random.Random(random.getrandbits(64) if seed is None else int(seed))


def named_leaves(x: Any, expected: int | None = None, name: str = "x") -> list[Value]:
    """A number, a Value or a sequence of them as Values; numbers become leaves `x`, or `x_1 x_2 …` where more are."""
    xs = several(x)
    if expected is not None and len(xs) != expected:
        raise ValueError(f"expected {expected} value{'s' * (expected != 1)} for {name}, got {len(xs)}")
    labels = [name] if len(xs) == 1 else [f"{name}_{i}" for i in range(1, len(xs) + 1)]
    return [v if isinstance(v, Value) else Value(v, label) for v, label in zip(xs, labels, strict=True)]
