"""Neurons, layers and the document's network, with the document's names on every quantity.

In layer k weight `wk_ij` leads from input i to unit j, `bk_j` is the bias of unit j; `zk_j` is the unit's weighted sum and
`ak_j` its activation. Where a layer has 10 inputs or units and more, the indices are separated: `w2_1_11`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import reduce
from math import sqrt
from operator import add, mul

from autograd import value
from autograd.value import Number, Value, affine, mean

__all__ = ["MLP", "SGD", "Layer", "Module", "Neuron", "half_squared_error", "mean_squared_error"]

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "leaky_relu", "elu", "silu", "gelu", "softplus")

Inputs = Sequence["Value | Number"]


class Module:
    """Anything with parameters."""

    def parameters(self) -> list[Value]:
        """The weights and biases, in the document's order: W row by row, then B, layer after layer."""
        return []

    def named_parameters(self) -> list[tuple[str, Value]]:
        """The parameters with their labels, which are unique in a network."""
        return [(parameter.label, parameter) for parameter in self.parameters()]

    def zero_grad(self) -> None:
        """Set every parameter's `grad` to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0


class Neuron(Module):
    """activation(x·w + b), with `nin` weights drawn by Xavier's rule and bias 0.

    `fused` makes x·w + b one node; else every × and + is one, with the same labels, values and gradients.

    >>> n = Neuron(2, activation="tanh", seed=1)
    >>> [w.label for w in n.w], n.b.label, n([1.0, -2.0]).label
    (['w1_11', 'w1_21'], 'b1_1', 'a1_1')
    """

    def __init__(
        self, nin: int, activation: str = "relu", seed: int | None = None, fused: bool = True,
        *, fan_out: int = 1, layer: int = 1, unit: int = 1, rng: random.Random | None = None,
    ) -> None:  # fmt: skip
        if activation not in ACTIVATIONS:
            raise ValueError(f"unknown activation {activation!r}; known are {', '.join(ACTIVATIONS)}")
        if nin < 1:
            raise ValueError(f"a neuron has at least 1 input, got {nin}")
        rng = rng or _generator(seed)
        bound = sqrt(6.0 / (nin + fan_out))  # Xavier: variance is kept on the way forward and back
        gap = "_" if max(nin, fan_out) >= 10 else ""
        self.w = [Value(rng.uniform(-bound, bound), f"w{layer}_{i}{gap}{unit}") for i in range(1, nin + 1)]
        self.b = Value(0.0, f"b{layer}_{unit}")
        self.activation, self.fused = activation, fused
        self._names = f"z{layer}_{unit}", f"a{layer}_{unit}"

    def __call__(self, x: Value | Number | Inputs) -> Value:
        xs = named_leaves(x, len(self.w))
        z: Value = affine(xs, self.w, self.b) if self.fused else reduce(add, map(mul, xs, self.w)) + self.b
        z.label = self._names[0]
        if self.activation == "linear":
            return z
        a: Value = getattr(z, self.activation)()
        a.label = self._names[1]
        return a

    def parameters(self) -> list[Value]:
        return [*self.w, self.b]


class Layer(Module):
    """`nout` neurons that read the same `nin` inputs; `W` (nin × nout) and `B` read as the document's matrices.

    >>> layer = Layer(1, 3, "sigmoid", seed=0)
    >>> [[w.label for w in row] for row in layer.W], [b.label for b in layer.B]
    ([['w1_11', 'w1_12', 'w1_13']], ['b1_1', 'b1_2', 'b1_3'])
    """

    def __init__(
        self, nin: int, nout: int, activation: str = "relu", seed: int | None = None, fused: bool = True,
        *, layer: int = 1, rng: random.Random | None = None,
    ) -> None:  # fmt: skip
        if nout < 1:
            raise ValueError(f"a layer has at least 1 unit, got {nout}")
        rng = rng or _generator(seed)
        self.neurons = [
            Neuron(nin, activation, fused=fused, fan_out=nout, layer=layer, unit=unit, rng=rng)
            for unit in range(1, nout + 1)
        ]

    @property
    def W(self) -> list[list[Value]]:  # noqa: N802  the document's name
        """The weights, a row for each input and a column for each unit."""
        return [list(row) for row in zip(*(neuron.w for neuron in self.neurons), strict=True)]

    @property
    def B(self) -> list[Value]:  # noqa: N802  the document's name
        """The biases, one for each unit."""
        return [neuron.b for neuron in self.neurons]

    def __call__(self, x: Value | Number | Inputs) -> Value | list[Value]:
        xs = named_leaves(x, len(self.neurons[0].w))
        outputs = [neuron(xs) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self) -> list[Value]:
        return [*(w for row in self.W for w in row), *self.B]


class MLP(Module):
    """A multi-layer perceptron: `nin` inputs, layers of `nouts` units, all but the last with the activation.

    `MLP(1, [3, 1], activation="sigmoid", seed=0)` is the document's network. A call takes a list of numbers or Values
    (for one input a number will do) and gives one Value for one output, a list for more; numbers become leaves
    labelled `x`, or `x_1 x_2 …`. Without a seed the weights come from Python's `random`.

    Raises ValueError for an unknown activation, no layers, or an input of the wrong length.

    >>> net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    >>> net(0.5).label, len(net.parameters())
    ('z2_1', 10)
    """

    def __init__(
        self, nin: int, nouts: Sequence[int], activation: str = "relu", seed: int | None = None, fused: bool = True
    ) -> None:
        if not nouts:
            raise ValueError("a network has at least one layer, got nouts = []")
        rng = _generator(seed)
        self.layers = [
            Layer(fan_in, nout, "linear" if k == len(nouts) else activation, fused=fused, layer=k, rng=rng)
            for k, (fan_in, nout) in enumerate(zip([nin, *nouts], nouts, strict=False), start=1)
        ]

    def __call__(self, x: Value | Number | Inputs) -> Value | list[Value]:
        return reduce(lambda signal, layer: layer(signal), self.layers, x)  # type: ignore[return-value]  # layers give Values

    def parameters(self) -> list[Value]:
        return [parameter for layer in self.layers for parameter in layer.parameters()]


def half_squared_error(prediction: Value | Number, target: Value | Number) -> Value:
    """½(prediction − target)², the document's loss of one sample (4); a number as target becomes the leaf `y`."""
    [y] = named_leaves(target, 1, "y")
    loss = value.half_squared_error(prediction if isinstance(prediction, Value) else Value(prediction), y)
    loss.label = "loss"
    return loss


def mean_squared_error(predictions: Inputs, targets: Inputs) -> Value:
    """(1/n)·Σ(prediction − target)² over a batch, without the ½ of a single sample.

    Raises ValueError with both lengths if they differ.
    """
    if len(predictions) != len(targets):
        raise ValueError(f"got {len(predictions)} predictions for {len(targets)} targets")
    ys = named_leaves(targets, name="y")
    loss: Value = mean((prediction - y) ** 2 for prediction, y in zip(predictions, ys, strict=True))
    loss.label = "loss"
    return loss


class SGD:
    """Gradient descent: `step()` moves every parameter against its gradient, w ← w − η·dw.

    >>> w = Value(1.0, "w")
    >>> (w * w).backward()
    >>> SGD([w], learning_rate=0.25).step(); w.data
    0.5
    """

    def __init__(self, parameters: Iterable[Value], learning_rate: float = 0.01) -> None:
        self.parameters = list(parameters)
        self.learning_rate = learning_rate

    def step(self) -> None:
        """Move the parameters once."""
        for parameter in self.parameters:
            parameter.data -= self.learning_rate * parameter.grad

    def zero_grad(self) -> None:
        """Set the parameters' `grad` to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0


def _generator(seed: int | None) -> random.Random:
    # Without a seed random's own state decides, so that random.seed() fixes the weights, as micrograd's users expect.
    return random.Random(random.getrandbits(64) if seed is None else seed)


def named_leaves(x: Value | Number | Inputs, expected: int | None = None, name: str = "x") -> list[Value]:
    """Inputs as Values: numbers become leaves `x`, or `x_1 x_2 …` where there are several."""
    xs = [x] if isinstance(x, Value) or not isinstance(x, Iterable) else list(x)
    if len(xs) != (expected or len(xs)):
        raise ValueError(f"expected {expected} input{'s' * (expected != 1)}, got {len(xs)}")
    labels = [name] if len(xs) == 1 else [f"{name}_{i}" for i in range(1, len(xs) + 1)]
    return [v if isinstance(v, Value) else Value(v, label) for v, label in zip(xs, labels, strict=True)]
