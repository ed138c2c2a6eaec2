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

from autograd.core.checks import check_flag, check_known, check_whole
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
"""What a unit may do to its weighted sum: the names that `activation` takes."""

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
    """One unit of a network: it gives `activation(x·w + b)` of its inputs x.

    Arguments:

    - `nin`: the number of inputs, from 1.
    - `activation`: what is done to the weighted sum, one of `ACTIVATIONS`; "relu" by default.
    - `seed`: what the weights are drawn from: a whole number, a `random.Random`, or None, the
      default, for Python's own generator, which `random.seed` sets. The weights are uniform within
      `±√(6 / (nin + fan_out))`, which keeps the variance of signals about the same forward and back
      (Glorot and Bengio, 2010, formula 16). The bias is 0.
    - `fused`: True, the default, records x·w + b as one node; False records each × and each +.
    - `fan_out`: the number of units in its layer; 1 by default.
    - `layer`: the number of its layer, from 1, for labels; 1 by default.
    - `unit`: its number in the layer, from 1, for labels; 1 by default.

    Arguments of a call:

    - `x`: the inputs, a list or array of `nin` numbers or Values; for one input a number or Value.
      Numbers become leaves labelled `x`, or `x_1`, `x_2`, … if there are several.

    A call returns a Value.

    Attributes:

    - `w`: the list of its weights, `nin` Parameters.
    - `b`: its bias, a Parameter.
    - `activation` and `fused`: as given.

    Raises:

    - `ValueError` if `nin` is below 1, for an unknown activation, and for "softmax", which needs
      all units of a `Layer`. A call raises it for another number of inputs.
    - `TypeError` if `nin` or `seed` is no whole number, or `fused` is neither True nor False.

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
        check_flag("fused", fused)
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
        """Give the output of the neuron for Values, without the checks of a call.

        Arguments:

        - `xs`: a list of Values, one for each weight.

        Returns a Value, labelled as the activation of this unit, such as `a1_1`; if the activation
        is "linear", as its weighted sum, such as `z1_1`.
        """
        z = self._weighted_sum(xs)
        z.label = self._sum_label
        if self.activation == "linear":
            return z
        activate: Callable[[], Value] = getattr(z, self.activation)
        a = activate()
        self.name_activation(a)
        return a

    def name_activation(self, a: Value) -> None:
        """Give a Value the label of this unit's activation, such as `a1_1`.

        Arguments:

        - `a`: the Value to label.
        """
        a.label = self._activation_label

    def _weighted_sum(self, xs: list[Value]) -> Value:
        if self.fused:
            return affine(xs, self.w, self.b)
        products: Value = reduce(add, map(mul, xs, self.w))
        return products + self.b

    def in_document(self) -> list[Value]:
        """List its weights, then its bias."""
        return _weights_and_bias(self)

    def names_in_document(self) -> list[str]:
        """List the names of its parameters: their labels, or places such as `w.0`, and `b`."""
        places = [*(f"w.{i}" for i in range(len(self.w))), "b"]
        return labels(self, self.in_document()) or places

    def _form(self) -> str:
        return f"{len(self.w)}-1, {self.activation}"

    def is_in_document(self) -> bool:
        """Whether it is of this class itself, with no attributes added."""
        return type(self) is Neuron and vars(self).keys() == OF_NEURON


class Layer(Module):
    """Several neurons on the same inputs.

    Arguments:

    - `nin`: the number of inputs, from 1.
    - `nout`: the number of units, from 1.
    - `activation`: what each unit does to its weighted sum, one of `ACTIVATIONS`, "relu" by
      default; or "softmax", which makes probabilities of all sums: the outputs add up to 1.
    - `seed`: what the weights are drawn from, as for `Neuron`.
    - `fused`: True, the default, records each x·w + b as one node; False records each × and each +.
    - `layer`: the number of the layer, from 1, for labels; 1 by default.

    Arguments of a call:

    - `x`: the inputs, a list or array of `nin` numbers or Values; for one input a number or Value.
      Numbers become leaves labelled `x`, or `x_1`, `x_2`, … if there are several.

    A call returns a list of `nout` Values, or for one unit a Value.

    Attributes:

    - `neurons`: the list of its neurons.
    - `is_softmax`: whether `activation` is "softmax".

    Raises:

    - `ValueError` if `nin` or `nout` is below 1, for an unknown activation, and for softmax of one
      unit. A call raises it for another number of inputs.
    - `TypeError` if `nin`, `nout` or `seed` is no whole number, or `fused` is neither True nor
      False.

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
        """The name of what the units do to their weighted sums."""
        return SOFTMAX if self.is_softmax else self.neurons[0].activation

    @property
    def W(self) -> tuple[tuple[Value, ...], ...]:  # noqa: N802  the document's name
        """The weights as the document's matrix: nin tuples, each of nout Parameters.

        To change a number write `layer.W[0][0].data = 5.0`. To assign to an item is a `TypeError`.
        """
        columns = [_weights_and_bias(neuron)[:-1] for neuron in self.neurons]
        return _Shown(map(_Shown, zip(*columns, strict=True)))

    @property
    def B(self) -> tuple[Value, ...]:  # noqa: N802  the document's name
        """The biases, a tuple with one Parameter for each unit, whose items cannot be assigned."""
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
        """List its weights row by row, as in `W`, then its biases.

        The list is empty if a neuron in it lists its own parameters.
        """
        if any(not isinstance(x, Neuron) or lists_its_own(x) for x in self.neurons):
            return []  # but each finds its own
        rows = zip(*map(_weights_and_bias, self.neurons), strict=True)  # the last is that of biases
        return [*chain.from_iterable(rows)]

    def names_in_document(self) -> list[str]:
        """List the names of its parameters: their labels, or places such as `W.0.0` and `B.0`."""
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
        """Whether it is of this class itself, with no attributes added; and so are its neurons."""
        is_as_made = type(self) is Layer and vars(self).keys() == OF_LAYER
        return is_as_made and all(_is_in_document(neuron) for neuron in self.neurons)


class MLP(Module):
    """A multi-layer perceptron: layers, each of which takes the outputs of the one before.

    Arguments:

    - `nin`: the number of inputs, from 1.
    - `nouts`: the number of units in each layer, a list such as `[16, 16, 1]`. The last is the
      number of outputs.
    - `activation`: what the units of all layers but the last do to their weighted sums: "relu", the
      default, or another of `ACTIVATIONS`: "linear", "sigmoid", "tanh", `"leaky_relu"`, "elu",
      "silu", "gelu" and "softplus".
    - `seed`: what the weights are drawn from, as for `Neuron`; None by default. Biases are 0.
    - `fused`: True, the default, records each x·w + b as one node; False records each × and each +,
      to be looked at one by one.
    - `output`: what the units of the last layer do, one of the same names, "linear" by default; or
      "softmax", which makes probabilities of two outputs or more.

    Arguments of a call:

    - `x`: the inputs, a list or array of `nin` numbers or Values; for one input a number or Value.
      Numbers become leaves labelled `x`, or `x_1`, `x_2`, … if there are several.

    A call returns a list of Values, or for one output a Value.

    Attributes:

    - `layers`: the list of its layers, each a `Layer`.

    Raises:

    - `ValueError` if `nouts` is empty or a single number, for a number of inputs or units below 1,
      for an unknown activation, and for softmax in other than the last layer or of one unit. A call
      raises it for another number of inputs.
    - `TypeError` if a number of inputs or units, or `seed`, is no whole number, or `fused` is
      neither True nor False.

    This is the document's network:

    >>> net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    >>> net
    <MLP 1-3-1, sigmoid, of 10 parameters>
    >>> net(0.5)
    Value(data=-0.4514346499685121, grad=0.0, label='z2_1')
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        activation: str = "relu",
        seed: Seed = None,
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
        """List the parameters of its layers, from the first layer to the last."""
        return [x for _, layer in self._layers_in_document() for x in layer.in_document()]

    def names_in_document(self) -> list[str]:
        """List the names of its parameters: their labels, or places such as `layers.0.W.0.0`."""
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
        """Whether it is of this class itself, with no attributes added; and so are its layers."""
        is_as_made = type(self) is MLP and vars(self).keys() == OF_NETWORK
        return is_as_made and all(_is_in_document(layer) for layer in self.layers)

    def _layers_in_document(self) -> list[tuple[int, Layer]]:
        numbered = enumerate(self.layers)
        return [(k, x) for k, x in numbered if isinstance(x, Layer) and not lists_its_own(x)]


class Embedding(Module):
    """A table with a row of parameters for each of several things, such as words.

    Arguments:

    - `count`: the number of things, from 1.
    - `width`: the length of a row, from 1.
    - `seed`: what the numbers are drawn from: a whole number, a `random.Random`, or None, the
      default, for Python's own generator. They are normal, with mean 0 and variance 1.

    Arguments of a call:

    - `index`: which thing, a whole number from 0, or a list of several. It may be a Value, as `fit`
      and `compile` pass it: then one graph serves all indices (see `lookup`).

    A call returns a row, a list of `width` Values; for several indices a list of rows.

    Attributes:

    - `table`: the list of rows, each a list of Parameters.

    Raises:

    - `ValueError` if `count` or `width` is below 1. A call raises it for an index that is not a
      whole number from 0 to `count` − 1.
    - `TypeError` if `count`, `width` or `seed` is no whole number. A call raises it for an index
      that is no number.

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
