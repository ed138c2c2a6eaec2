"""Neurons, layers and networks, with the document's names.

In layer k the weight `wk_ij` leads from input i to unit j, whose bias is `bk_j`, weighted sum
`zk_j` and activation `ak_j`. From 10 inputs or units on, indices are separated: `w2_1_11`.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import chain, pairwise
from math import sqrt
from operator import add, mul
from typing import Any, NoReturn, TypeAlias

from autograd.core.checks import check_known, check_whole
from autograd.core.elsewhere import refuse_options
from autograd.core.numbers import as_float, as_list
from autograd.core.value import Value
from autograd.functions import affine
from autograd.lookups import lookup
from autograd.nn.module import Module, lists_its_own
from autograd.nn.naming import labels
from autograd.nn.parameter import Parameter, named_leaves
from autograd.probabilities import softmax

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
SOFTMAX = "softmax"  # of a layer as a whole
OUTPUTS = (*ACTIVATIONS, SOFTMAX)

Seed: TypeAlias = int | random.Random | None


# The attributes of each, as long as nobody gives it more.
OF_NEURON = {"w", "b", "activation", "fused", "_sum_label", "_activation_label"}
OF_LAYER = {"neurons", "is_softmax"}
OF_NETWORK = {"layers"}


class _Shown(tuple[Any, ...]):
    """A row of `W`, `W` itself or `B`, made anew for whoever asks: what is put into it is lost."""

    __slots__ = ()

    def __setitem__(self, place: Any, x: Any) -> NoReturn:
        write = "W[0][0].data = 5.0, B[0].data = 5.0"
        raise TypeError(f"W and B only show the parameters: to change a number write {write}")


class Neuron(Module):
    """activation(x·w + b), on `nin` inputs.

    `activation` is one of `ACTIVATIONS`. The weights `w` are drawn from `seed`, a number or a
    generator, uniformly within ±√(6 / (nin + fan_out)), so that signals keep their variance on the
    way and back (Glorot and Bengio, 2010, formula 16); the bias `b` is 0. `fused` makes x·w + b one
    node, else each × and + is one. `fan_out`, the number of units beside it, `layer` and `unit` are
    its place in a network. Raises ValueError for another activation (`Layer` has softmax) or
    without inputs.

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
        **unknown: NoReturn,
    ) -> None:
        refuse_options(Neuron, unknown)
        if activation == SOFTMAX:
            raise ValueError("softmax is of a layer as a whole: write Layer(nin, nout, 'softmax')")
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
        self.name_activation(a)
        return a

    def name_activation(self, a: Value) -> None:
        """Label an activation as that of this unit."""
        a.label = self._activation_label

    def _weighted_sum(self, xs: list[Value]) -> Value:
        if self.fused:
            return affine(xs, self.w, self.b)
        products: Value = reduce(add, map(mul, xs, self.w))
        return products + self.b

    def in_document(self) -> list[Value]:
        return _weights_and_bias(self)

    def names_in_document(self) -> list[str]:
        places = [*(f"w.{i}" for i in range(len(self.w))), "b"]
        return labels(self, self.in_document()) or places

    def _form(self) -> str:
        return f"{len(self.w)}-1, {self.activation}"

    def is_in_document(self) -> bool:
        return type(self) is Neuron and vars(self).keys() == OF_NEURON


class Layer(Module):
    """`nout` neurons on the same `nin` inputs; `W` (nin × nout) and `B` read as the document's
    matrices, in tuples. A weight is set by `W[0][0].data = 5.0`.

    The other arguments are those of `Neuron`, but that `activation` may be "softmax": the units'
    activations are probabilities then, which sum to 1. A call gives one Value for one unit, a list
    for more. Raises ValueError as `Neuron` does, without units, and for softmax of one unit.

    >>> [[w.label for w in row] for row in Layer(1, 3).W]
    [['w1_11', 'w1_12', 'w1_13']]
    >>> [a.label for a in Layer(1, 2, "softmax")(0.5)]
    ['a1_1', 'a1_2']
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
        **unknown: NoReturn,
    ) -> None:
        refuse_options(Layer, unknown)
        nout = check_whole("nout", nout)
        if nout < 1:
            raise ValueError(f"a layer has at least 1 unit, got {nout}")
        check_known("activation", activation, OUTPUTS)
        self.is_softmax = activation == SOFTMAX
        if self.is_softmax and nout == 1:
            raise ValueError("softmax needs at least 2 units, got 1: for one write 'sigmoid'")
        of_unit = "linear" if self.is_softmax else activation
        rng = _generator(seed)
        self.neurons = [
            Neuron(nin, of_unit, rng, fused=fused, fan_out=nout, layer=layer, unit=unit)
            for unit in range(1, nout + 1)
        ]

    @property
    def activation(self) -> str:
        """What its units do to their weighted sums."""
        return SOFTMAX if self.is_softmax else self.neurons[0].activation

    @property
    def W(self) -> tuple[tuple[Value, ...], ...]:  # noqa: N802  the document's name
        """The weights: a row for each input, a column for each unit."""
        columns = [_weights_and_bias(neuron)[:-1] for neuron in self.neurons]
        return _Shown(map(_Shown, zip(*columns, strict=True)))

    @property
    def B(self) -> tuple[Value, ...]:  # noqa: N802  the document's name
        """The biases, one for each unit."""
        return _Shown(_weights_and_bias(neuron)[-1] for neuron in self.neurons)

    def __call__(self, x: Any) -> Value | Any:  # one Value for one unit, a list for more
        xs = named_leaves(x, expected=len(self.neurons[0].w))
        outputs = [neuron.of_values(xs) for neuron in self.neurons]
        if self.is_softmax:
            outputs = softmax(outputs)
            for neuron, a in zip(self.neurons, outputs, strict=True):
                neuron.name_activation(a)
        return outputs[0] if len(outputs) == 1 else outputs

    def in_document(self) -> list[Value]:
        if any(not isinstance(x, Neuron) or lists_its_own(x) for x in self.neurons):
            return []  # but each finds its own
        rows = zip(*map(_weights_and_bias, self.neurons), strict=True)  # the last is that of biases
        return [*chain.from_iterable(rows)]

    def names_in_document(self) -> list[str]:
        parameters = self.in_document()
        units = len(self.neurons)
        weights = [divmod(place, units) for place in range(len(parameters) - units)]
        places = [*(f"W.{i}.{j}" for i, j in weights), *(f"B.{j}" for j in range(units))]
        return labels(self, parameters) or places

    def _form(self) -> str:
        if any(not isinstance(x, Neuron) for x in self.neurons):
            return ""
        return f"{len(self.W)}-{len(self.neurons)}, {self.activation}"

    def is_in_document(self) -> bool:
        is_as_made = type(self) is Layer and vars(self).keys() == OF_LAYER
        return is_as_made and all(_is_in_document(neuron) for neuron in self.neurons)


class MLP(Module):
    """A multi-layer perceptron: `nin` inputs, and layers of `nouts` units.

    `activation` is that of all layers but the last: relu, sigmoid, tanh, leaky_relu, elu, silu,
    gelu, softplus or linear; `output` is that of the last, one of these or softmax, which makes
    probabilities of two units or more. Weights are drawn from `seed`; without one Python's `random`
    decides. `fused` makes each x·w + b one node, else each × and +. Raises ValueError for another
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
        output: str = "linear",
        **unknown: NoReturn,
    ) -> None:
        refuse_options(MLP, unknown)
        if isinstance(nouts, int) or not len(nouts):
            example = "at least one, such as [16, 1]"
            raise ValueError(f"nouts lists the units of each layer, {example}; got {nouts!r}")
        if activation == SOFTMAX:
            raise ValueError("softmax is for the last layer: write output='softmax'")
        check_known("activation", activation, ACTIVATIONS)
        check_known("output", output, OUTPUTS)
        rng = _generator(seed)
        self.layers: list[Layer] = []
        for k, (inputs, units) in enumerate(pairwise([nin, *nouts]), start=1):
            own = output if k == len(nouts) else activation
            self.layers.append(Layer(inputs, units, own, rng, fused=fused, layer=k))

    def __call__(self, x: Any) -> Value | Any:  # one Value for one output, a list for more
        signal = x
        for layer in self.layers:
            signal = layer(signal)
        return signal

    def in_document(self) -> list[Value]:
        return [x for _, layer in self._layers_in_document() for x in layer.in_document()]

    def names_in_document(self) -> list[str]:
        by_label = labels(self, self.in_document())
        return by_label or [
            f"layers.{k}.{name}"
            for k, layer in self._layers_in_document()
            for name in layer.names_in_document()
        ]

    def _form(self) -> str:
        if any(not isinstance(layer, Layer) or not layer._form() for layer in self.layers):
            return ""
        widths = [len(self.layers[0].W), *(len(layer.neurons) for layer in self.layers)]
        *hidden, last = [layer.activation for layer in self.layers]
        output = [f"output {last}"] if last != "linear" or not hidden else []
        return ", ".join(["-".join(map(str, widths)), *dict.fromkeys(hidden), *output])

    def is_in_document(self) -> bool:
        is_as_made = type(self) is MLP and vars(self).keys() == OF_NETWORK
        return is_as_made and all(_is_in_document(layer) for layer in self.layers)

    def _layers_in_document(self) -> list[tuple[int, Layer]]:
        numbered = enumerate(self.layers)
        return [(k, x) for k, x in numbered if isinstance(x, Layer) and not lists_its_own(x)]


class Embedding(Module):
    """A row of `width` parameters for each of `count` things, such as words: `table`.

    A call takes the index of a thing, from 0, and gives its row, a list; of several indices a list
    of rows. An index that is a Value, as `fit` and `compile` pass it, makes a graph that serves all
    indices: see `autograd.lookup`. The numbers are drawn from `seed`, a number or a generator,
    normally with mean 0 and variance 1. Raises ValueError for an index that is none of these.

    >>> letters = Embedding(26, 2, seed=0)
    >>> [e.label for e in letters(0)], len(letters([2, 0, 1]))
    (['e_1_1', 'e_1_2'], 3)
    """

    def __init__(self, count: int, width: int, seed: Seed = None) -> None:
        count = check_whole("count", count, least=1)
        width = check_whole("width", width, least=1)
        rng = _generator(seed)
        self.table: list[list[Value]] = [
            [Parameter(rng.gauss(0.0, 1.0), f"e_{i}_{j}") for j in range(1, width + 1)]
            for i in range(1, count + 1)
        ]

    def __call__(self, index: Any) -> list[Any]:  # a row of Values, or a list of rows
        rows = [[*lookup(self.table, item)] for item in as_list(index)]
        return rows if isinstance(index, Iterable) else rows[0]


def _weights_and_bias(neuron: Any) -> list[Value]:
    """The weights of a neuron, then its bias. Raises TypeError for one that is no Value."""
    found = [*neuron.w, neuron.b]
    if all(issubclass(kind, Value) for kind in {*map(type, found)}):
        return found
    for i, x in enumerate(found):
        if not isinstance(x, Value):
            name = "b" if i == len(neuron.w) else f"w[{i}]"
            is_number = as_float(x) is not None
            hint = f"write {name}.data = {x!r}" if is_number else "put a Parameter there"
            raise TypeError(f"{name} of a neuron is {x!r:.40}, no Value: {hint}")
    return found


def _is_in_document(thing: Any) -> bool:
    return isinstance(thing, Module) and thing.is_in_document() and not lists_its_own(thing)


def _generator(seed: Seed) -> random.Random:
    if isinstance(seed, random.Random):
        return seed
    if seed is None:
        # So that random.seed() fixes the weights, as micrograd's users expect.
        return random.Random(random.getrandbits(64))
    return random.Random(check_whole("seed", seed))
