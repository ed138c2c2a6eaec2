r"""Networks and their training: parameters, layers, losses, optimizers, and `fit`.

## Training a network

| you want | write |
|---|---|
| a network of layers | `net = MLP(2, [8, 3], activation="tanh", seed=0)` |
| to train it | `fit(net, xs, ys, loss=…, optimizer=…, epochs=…)` |
| to train it step by step | `optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()` |
| to use it | `net([0.5, -1.0])`, for one sample: a Value, or a list of them |
| to stop when it gets no better | `fit(…, validation=…, on_epoch=EarlyStopping(net))` |
| a model of your own | a class that inherits from `Module` |
| to keep it | `save(net, "net.json")`, `load("net.json")` |

## Fit a network to samples

```python
>>> import autograd
>>> from autograd import MLP, Value, fit, half_squared_error
>>> net = MLP(1, [3, 1], activation="sigmoid", seed=2)
>>> xs = [i / 50 for i in range(50)]
>>> ys = [x * x for x in xs]
>>> run = fit(net, xs, ys, learning_rate=0.5, batch_size=10, epochs=2000)
>>> run.losses[-1] < 0.01 * run.losses[0]
True
>>> y = net(0.5)  # one sample at a time; a Value, whose number is `data`
>>> abs(y.data - 0.25) < 0.02
True

```

`fit` records the graph of one sample and makes a program of it (see `autograd.program`). `engine=`
says what runs the program:

| engine | what it does |
|---|---|
| `"auto"`, the default | the one of these that should finish first; `run.why` says why |
| `"python"` | the program in Python |
| `"numba"` | the program and the loop around it as machine code (extra `fast`) |
| `"tape"` | sweeps over flat arrays: for large graphs |
| `"eager"` | records each sample anew: for a net or a loss that draws random numbers |

Samples may differ in length. A loss or a network may ask for a number, as in `if y == 1`,
`logits[y]` or `table[x]`: then `fit` makes a program for each length, target or index, up to 100 of
them. Where that does not work, `fit` says why and records each sample. The numbers of all engines
are the same: `autograd.program` has a table of what was compared.

Ctrl-C ends a training within a second, and keeps its last step. It may wait for numba: what is
expected to take more than 2 s to compile, another process compiles, which Ctrl-C ends.

| option | for |
|---|---|
| `validation=(xs, ys)` | samples for measuring the loss after each epoch, not for training |
| `on_epoch=` | a function that is called after each epoch; training ends if it gives True |
| `plus=` | a term outside the mean over samples, such as a penalty on the weights |
| `seed=` | the order of the samples, the same in every engine |

```python
>>> class Mean(autograd.Module):  # of any number of numbers
...     def __init__(self):
...         self.w, self.b = autograd.Parameter(0.0, "w"), autograd.Parameter(0.0, "b")
...     def __call__(self, xs):
...         return self.w * autograd.mean(xs) + self.b
>>> samples = [[i / 10.0] * (1 + i % 3) for i in range(20)]
>>> targets = [3.0 * xs[0] - 1.0 for xs in samples]
>>> model = Mean()
>>> run = fit(
...     model, samples[:15], targets[:15], epochs=5000, learning_rate=0.1,
...     validation=(samples[15:], targets[15:]),
...     on_epoch=autograd.EarlyStopping(model, patience=20),
...     plus=lambda net: 1e-6 * (net.w ** 2 + net.b ** 2),
... )
>>> [round(p.data, 2) for p in model.parameters()], run.stopped
([3.0, -1.0], True)

```

`fit` raises an error for a network without parameters, a parameter that no gradient reaches, a
target that is NaN, and a label that is no class. The error says which. `fit` warns of a training
that ends far from where it should.

## The document's network, as a program

The document, which README tells about, derives the gradients of a network by hand. The network has
one input, three sigmoid neurons and one output; its loss is half the squared error. `compile` gives
the same derivation as a program:

```python
>>> net = MLP(1, [3, 1], activation="sigmoid", seed=0)
>>> x, y = Value(0.5, "x"), Value(0.2, "y")
>>> loss = half_squared_error(net(x), y)
>>> program = autograd.compile(loss, inputs=[x, y])
>>> print(program.source, end="")  # doctest: +ELLIPSIS
def program(x, y, w1_11, w1_12, w1_13, b1_1, b1_2, b1_3, w2_11, w2_21, w2_31, b2_1):
    # forward
    z1_1 = x * w1_11 + b1_1
    z1_2 = x * w1_12 + b1_2
    z1_3 = x * w1_13 + b1_3
    e_a1_1 = exp(-abs(z1_1))
    a1_1 = (1.0 if z1_1 > 0.0 else e_a1_1) / (1.0 + e_a1_1)
    e_a1_2 = exp(-abs(z1_2))
    a1_2 = (1.0 if z1_2 > 0.0 else e_a1_2) / (1.0 + e_a1_2)
    e_a1_3 = exp(-abs(z1_3))
    a1_3 = (1.0 if z1_3 > 0.0 else e_a1_3) / (1.0 + e_a1_3)
    z2_1 = a1_1 * w2_11 + a1_2 * w2_21 + a1_3 * w2_31 + b2_1
    loss = 0.5 * (z2_1 - y) * (z2_1 - y)
    # backward
    d_z2_1 = z2_1 - y
    d_w2_11 = d_z2_1 * a1_1
    d_w2_21 = d_z2_1 * a1_2
    d_w2_31 = d_z2_1 * a1_3
    d_b2_1 = d_z2_1
    d_a1_1 = d_z2_1 * w2_11
    d_a1_2 = d_z2_1 * w2_21
    d_a1_3 = d_z2_1 * w2_31
    # a1_1 * (1.0 - a1_1), written so that no digits are lost
    d_z1_1 = d_a1_1 * (e_a1_1 / (1.0 + e_a1_1 * (2.0 + e_a1_1)))
    d_z1_2 = d_a1_2 * (e_a1_2 / (1.0 + e_a1_2 * (2.0 + e_a1_2)))
    d_z1_3 = d_a1_3 * (e_a1_3 / (1.0 + e_a1_3 * (2.0 + e_a1_3)))
    d_w1_11 = d_z1_1 * x
    d_w1_12 = d_z1_2 * x
    d_w1_13 = d_z1_3 * x
    d_b1_1 = d_z1_1
    d_b1_2 = d_z1_2
    d_b1_3 = d_z1_3
    return loss, (d_w1_11, d_w1_12, d_w1_13, ..., d_b2_1)

```

![forward in blue, backward in red, with each derivative](../../demos/pictures/backward.svg)

These are formulas (1) to (12). The numbers are those of `loss.backward()`, to the last bit:

```python
>>> loss.backward()
>>> program(0.5, 0.2) == (loss.data, tuple(p.grad for p in program.parameters))
True

```

One line differs from the document. Formula (9), σ′ = a (1 − a), is written as e / (1 + e)² with e =
exp(−|z|). That is the same number, and keeps its digits: where a is 1 − 10⁻¹³, the difference 1 − a
has three right digits left, and where a is 1 it has none. It makes the document's training 3 %
slower in machine code, and 11 % in Python.

## Losses

| loss | takes | target |
|---|---|---|
| `half_squared_error` | an output, or several | as many numbers: ½ Σ (ŷ − y)², the document's |
| `huber` | an output, or several | as many numbers: a square near them, a line far off |
| `binary_cross_entropy` | a logit, or several | as many numbers, each 1, 0 or a probability |
| `cross_entropy` | a logit for each class | the label, a whole number, or probabilities |
| `mean_squared_error` | outputs of many samples | as many numbers: the mean of (ŷ − y)² |

A logit is a score z from −∞ to ∞. Its probability is σ(z); the probabilities of several logits are
their softmax.

Another loss has another gradient, but the process stays the same: a loss is a row like any other.
The loss of a yes-or-no answer is −y·log p − (1 − y)·log(1 − p), where p = σ(z) is the probability
of yes. Its row takes the logit z as `a` and the target y as `b`:

```python
>>> row = autograd.core.rows.ROWS["binary_cross_entropy"]
>>> print(row.primal)
b * log(1.0 + exp(-a)) + (1.0 - b) * log(1.0 + exp(a))
>>> row.partials
('1.0 / (1.0 + exp(-a)) - b', '-a')

```

So the gradient by a logit is σ(z) − y. In the document's network this is dZ2, in place of Z2 − Y in
formula (5). All other lines are as in the document:

```python
>>> net = MLP(1, [3, 1], activation="sigmoid", seed=0)
>>> answer = autograd.binary_cross_entropy(net(Value(0.5, "x")), Value(1.0, "y"))
>>> _, backward = str(autograd.explain(answer, matrices=True)).split("backward\n")
>>> print(backward)
  dZ2 = 1 / (1 + exp(-Z2)) - Y = (-0.61098)
  dW2 = A1ᵀ · dZ2              = (-0.368984; -0.353349; -0.290643)
  dB2 = dZ2                    = (-0.61098)
  dA1 = dZ2 · W2ᵀ              = (0.360803, -0.0168736, 0.142275)
  dZ1 = dA1 ⊙ A1 ⊙ (1 - A1)    = (0.0863042, -0.00411487, 0.0354846)
  dW1 = Xᵀ · dZ1               = (0.0431521, -0.00205744, 0.0177423)
  dB1 = dZ1                    = (0.0863042, -0.00411487, 0.0354846)

```

Losses take logits, not probabilities. So an answer that is right, and certain to 10⁻³⁰⁰, still has
a loss and a gradient that are not 0.

## Optimizers

`SGD` (with momentum, Nesterov momentum and weight decay), `Adam` and `AdamW` take the same steps as
in PyTorch. A learning rate may be a function of the step:

```python
>>> classifier = MLP(2, [8, 3], activation="tanh", seed=0)
>>> points = [[i / 10, j / 10] for i in range(-10, 11) for j in range(-10, 11)]
>>> labels = [0 if x * x + y * y < 0.25 else 1 if x < 0 else 2 for x, y in points]
>>> rule = autograd.Adam(lambda step: 0.05 / (1 + step / 500))
>>> run = fit(
...     classifier, points, labels, loss=autograd.cross_entropy, optimizer=rule, epochs=60
... )
>>> scores = [[score.data for score in classifier(point)] for point in points]
>>> hits = sum(found.index(max(found)) == label for found, label in zip(scores, labels))
>>> hits > 0.95 * len(points)
True

```

In a loop of your own, give the optimizer the parameters:

```python
>>> optimizer = autograd.SGD(net.parameters(), learning_rate=0.1)
>>> for _ in range(3):
...     optimizer.zero_grad()
...     loss = half_squared_error(net(0.5), 0.2)
...     loss.backward()
...     optimizer.step()

```

A gradient that is not finite raises an error that names its parameter. Then no parameter is moved.

## Models of your own

A `Module` finds its parameters in its attributes, in lists and dicts there, and in other modules
there:

```python
>>> class Classifier(autograd.Module):
...     def __init__(self, letters):
...         self.letters = autograd.Embedding(letters, 2, seed=0)  # 2 numbers for each letter
...         self.net = MLP(2, [4, 3], "tanh", seed=0, output="softmax")
...     def __call__(self, letter):
...         return self.net(self.letters(letter))
>>> model = Classifier(5)
>>> [name for name, _ in model.named_parameters()][9:12]
['letters.table.4.1', 'net.w1_11', 'net.w1_12']
>>> model.letters.freeze()  # training leaves it alone until unfreeze()
>>> model, len(model.parameters())
(<Classifier of 37 parameters, 10 frozen>, 27)

```

## Files

A network is saved as JSON that a person can read. The file is written whole or not at all:

```python
>>> autograd.save(MLP(1, [3, 1], activation="sigmoid", seed=0), "net.json")
>>> autograd.load("net.json")
<MLP 1-3-1, sigmoid, of 10 parameters>

```

`save` writes a module of your own by the names of its parameters. `load` puts them into a module
with the same names, all or none:

```python
>>> autograd.save(model, "model.json")
>>> autograd.load("model.json", into=Classifier(5))
<Classifier of 37 parameters>

```

`copy.deepcopy` and `pickle` take networks as well.

## What it can learn

`make moons` separates two moons of points by the network of micrograd's own demo:

![two moons, the score of the network between them, and its loss](../../demos/pictures/moons.png)

`make digits` trains a 64-32-10 network on 1,200 handwritten digits of 8 × 8 pixels: a second of
work, once its loop is compiled in 6 s. It reads 387 right of 397 digits that it has never seen:

![digits, what the network says, its hidden units, its losses](../../demos/pictures/digits.png)

`make names` reads 100 names of chemical elements and makes up others. An `Embedding` holds some
numbers for each letter, and one program serves all letters. This is its loss on 18 names that it
has not read:

| | loss | it says |
|---|---|---|
| by chance | 3.30 | |
| before training | 3.44 | yxabvtqioppcjjrzz nlga likwomf |
| pairs of letters, counted | 2.30 | |
| after 30 epochs | 2.13 | sronium manium nolosium |
"""

import sys as _sys
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import NoReturn as _NoReturn

from autograd.core.elsewhere import missing_from as _missing_from
from autograd.nn.files import load, save
from autograd.nn.fit import batches, fit
from autograd.nn.losses import (
    binary_cross_entropy,
    cross_entropy,
    half_squared_error,
    huber,
    mean_squared_error,
)
from autograd.nn.module import Module
from autograd.nn.modules import ACTIVATIONS, MLP, Embedding, Layer, Neuron
from autograd.nn.optimizers import SGD, Adam, AdamW, Optimizer
from autograd.nn.parameter import Parameter
from autograd.nn.result import Batch, Epoch, Fit
from autograd.nn.stopping import EarlyStopping

__all__ = [
    "ACTIVATIONS",
    "MLP",
    "SGD",
    "Adam",
    "AdamW",
    "Batch",
    "EarlyStopping",
    "Embedding",
    "Epoch",
    "Fit",
    "Layer",
    "Module",
    "Neuron",
    "Optimizer",
    "Parameter",
    "batches",
    "binary_cross_entropy",
    "cross_entropy",
    "fit",
    "half_squared_error",
    "huber",
    "load",
    "mean_squared_error",
    "save",
]

if not _TYPE_CHECKING:  # else every name would be taken for one that is there

    def __getattr__(name: str) -> _NoReturn:
        message = _missing_from("autograd.nn", name)
        message = message or f"module 'autograd.nn' has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=_sys.modules[__name__])
