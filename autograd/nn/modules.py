"""Neurons, layers and networks, with the document's names.

In layer k the weight `wk_ij` leads from input i to unit j, whose bias is `bk_j`, weighted sum
`zk_j` and activation `ak_j`. From 10 inputs or units on, indices are separated: `w2_1_11`.
"""

import random
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from math import sqrt
from operator import add, mul
from typing import Any, TypeAlias

from autograd import views
from autograd.core.checks import check_known, check_whole
from autograd.core.value import Value
from autograd.functions import affine
from autograd.nn.parameter import Parameter, distinct, named_leaves

ACTIVATIONS = (
    "linear",
    "relu",
    "sigmoid",
    "tanh",
    "leaky_relu",
    "elu",
    "silu",
    "gelu",
    "softplus",
)

Seed: TypeAlias = int | random.Random | None


class Module:
    """Anything with parameters."""

    def parameters(self) -> list[Value]:
        """The weights row by row, then the biases, layer after layer; what is shared once."""
        return []

    def named_parameters(self) -> list[tuple[str, Value]]:
        """The parameters with their labels, which are unique in a network."""
        return [(parameter.label, parameter) for parameter in distinct(self.parameters())]

    def zero_grad(self) -> None:
        """Set every parameter's `grad` to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(distinct(self.parameters()))} parameters>"

    _repr_html_ = views.of_network


class Neuron(Module):
    """activation(x·w + b), on `nin` inputs.

    `activation` is one of `ACTIVATIONS`. The weights `w` are drawn from `seed`, a number or a
    generator, uniformly within ±√(6 / (nin + fan_out)), so that signals keep their variance on the
    way and back (Glorot and Bengio, 2010, formula 16); the bias `b` is 0. `fused` makes x·w + b one
    node, else each × and + is one. `fan_out`, the number of units beside it, `layer` and `unit` are
    its place in a network. Raises ValueError for another activation or without inputs.

    A call takes a list of numbers or Values (for one input a number will do).

    >>> n = Neuron(2, "tanh", seed=1)
    >>> [w.label for w in n.w], n.b.label, n([1.0, -2.0]).label
    (['w1_11', 'w1_21'], 'b1_1', 'a1_1')
    """

    def __init__(
        self,
        nin: int,
        activation: str = "relu",
        seed: Seed = None,
        *,
        fused: bool = True,
        fan_out: int = 1,
        layer: int = 1,
        unit: int = 1,
    ) -> None:
        check_known("activation", activation, ACTIVATIONS)
        nin = check_whole("nin", nin)
        if nin < 1:
            raise ValueError(f"a neuron has at least 1 input, got {nin}")
        rng = _generator(seed)
        bound = sqrt(6.0 / (nin + fan_out))
        gap = "_" if max(nin, fan_out) >= 10 else ""
        self.w: list[Value] = [
            Parameter(rng.uniform(-bound, bound), f"w{layer}_{i}{gap}{unit}")
            for i in range(1, nin + 1)
        ]
        self.b: Value = Parameter(0.0, f"b{layer}_{unit}")
        self.activation = activation
        self.fused = fused
        self._sum_label = f"z{layer}_{unit}"
        self._activation_label = f"a{layer}_{unit}"

    def __call__(self, x: Any) -> Value:
        return self.of_values(named_leaves(x, expected=len(self.w)))

    def of_values(self, xs: list[Value]) -> Value:
        """The neuron's output for Values, as many as it has weights."""
        z = self._weighted_sum(xs)
        z.label = self._sum_label
        if self.activation == "linear":
            return z
        activate: Callable[[], Value] = getattr(z, self.activation)
        a = activate()
        a.label = self._activation_label
        return a

    def _weighted_sum(self, xs: list[Value]) -> Value:
        if self.fused:
            return affine(xs, self.w, self.b)
        products: Value = reduce(add, map(mul, xs, self.w))
        return products + self.b

    def parameters(self) -> list[Value]:
        return distinct([*self.w, self.b])


class Layer(Module):
    """`nout` neurons on the same `nin` inputs; `W` (nin × nout) and `B` read as the document's
    matrices.

    The other arguments are those of `Neuron`. A call gives one Value for one unit, a list for more.
    Raises ValueError as `Neuron` does, and without units.

    >>> [[w.label for w in row] for row in Layer(1, 3).W]
    [['w1_11', 'w1_12', 'w1_13']]
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        activation: str = "relu",
        seed: Seed = None,
        *,
        fused: bool = True,
        layer: int = 1,
    ) -> None:
        nout = check_whole("nout", nout)
        if nout < 1:
            raise ValueError(f"a layer has at least 1 unit, got {nout}")
        rng = _generator(seed)
        self.neurons = [
            Neuron(nin, activation, rng, fused=fused, fan_out=nout, layer=layer, unit=unit)
            for unit in range(1, nout + 1)
        ]

    @property
    def W(self) -> list[list[Value]]:  # noqa: N802  the document's name
        """The weights: a row for each input, a column for each unit."""
        columns = [neuron.w for neuron in self.neurons]
        return [list(row) for row in zip(*columns, strict=True)]

    @property
    def B(self) -> list[Value]:  # noqa: N802  the document's name
        """The biases, one for each unit."""
        return [neuron.b for neuron in self.neurons]

    def __call__(self, x: Any) -> Value | Any:  # one Value for one unit, a list for more
        xs = named_leaves(x, expected=len(self.neurons[0].w))
        outputs = [neuron.of_values(xs) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    def parameters(self) -> list[Value]:
        weights = [w for row in self.W for w in row]
        return distinct([*weights, *self.B])


class MLP(Module):
    """A multi-layer perceptron: `nin` inputs, and layers of `nouts` units, the last one linear.

    `activation` is that of all layers but the last: relu, sigmoid, tanh, leaky_relu, elu, silu,
    gelu, softplus or linear. Weights are drawn from `seed`; without one Python's `random` decides.
    `fused` makes each x·w + b one node, else each × and +. Raises ValueError for another
    activation, no layers, or an input of the wrong length.

    A call takes a list of numbers or Values (for one input a number will do) and gives one Value
    for one output, a list for more; numbers become leaves `x`, or `x_1 x_2 …`. This is the
    document's network:

    >>> net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    >>> net(0.5).label, len(net.parameters())
    ('z2_1', 10)
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: str = "relu",
        seed: int | None = None,
        *,
        fused: bool = True,
    ) -> None:
        if isinstance(nouts, int) or not len(nouts):
            example = "at least one, such as [16, 1]"
            raise ValueError(f"nouts lists the units of each layer, {example}; got {nouts!r}")
        check_known("activation", activation, ACTIVATIONS)
        rng = _generator(seed)
        self.layers: list[Layer] = []
        for k, (inputs, units) in enumerate(pairwise([nin, *nouts]), start=1):
            own = "linear" if k == len(nouts) else activation
            self.layers.append(Layer(inputs, units, own, rng, fused=fused, layer=k))

    def __call__(self, x: Any) -> Value | Any:  # one Value for one output, a list for more
        signal = x
        for layer in self.layers:
            signal = layer(signal)
        return signal

    def parameters(self) -> list[Value]:
        return distinct(parameter for layer in self.layers for parameter in layer.parameters())


def _generator(seed: Seed) -> random.Random:
    if isinstance(seed, random.Random):
        return seed
    if seed is None:
        # So that random.seed() fixes the weights, as micrograd's users expect.
        return random.Random(random.getrandbits(64))
    return random.Random(check_whole("seed", seed))
