"""PyTorch and JAX on the same work: as formulas of whole matrices, or scalar by scalar."""

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd import MLP
from demos import moons
from demos.benchmark import gpt


def torch_of_one_thread() -> Any:
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    return torch


class TorchGPT:
    """The GPT of gpt.py over all positions of a name at once."""

    def __init__(self) -> None:
        self.torch = torch_of_one_thread()
        self.functional = importlib.import_module("torch.nn.functional")
        tensor = partial(self.torch.tensor, dtype=self.torch.float64, requires_grad=True)
        self.matrices = {name: tensor(rows) for name, rows in gpt.start().items()}
        self.descent = self.torch.optim.SGD(self.matrices.values(), lr=gpt.RATE)

    def loss(self, name: str) -> Any:
        tokens = self.torch.tensor(gpt.tokens(name))
        embedded = self.matrices["token"][tokens[:-1]] + self.matrices["position"]
        x = self.normed(embedded)
        x = x + self.attention(self.normed(x))
        hidden = self.times("wide", self.normed(x)).relu()
        x = x + self.times("narrow", hidden)
        return self.functional.cross_entropy(self.times("guess", x), tokens[1:])

    def attention(self, x: Any) -> Any:
        heads = [
            self.times(name, x).view(-1, gpt.HEADS, gpt.HEAD).transpose(0, 1)
            for name in ("query", "key", "value")
        ]
        attended = self.functional.scaled_dot_product_attention(*heads, is_causal=True)
        return self.times("attended", attended.transpose(0, 1).reshape(-1, gpt.WIDTH))

    def times(self, name: str, x: Any) -> Any:
        return x @ self.matrices[name].T

    def normed(self, x: Any) -> Any:
        return x * ((x * x).mean(dim=-1, keepdim=True) + 1e-5) ** -0.5

    def step(self, name: str) -> float:
        loss = self.loss(name)
        self.descent.zero_grad()
        loss.backward()
        self.descent.step()
        return loss.item()  # type: ignore[no-any-return]  # a float


def layers(model: MLP) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Weights, a row an input, and biases of each layer: the order of `model.parameters()`."""
    arrays = []
    for layer in model.layers:
        weights = [[w.data for w in neuron.w] for neuron in layer.neurons]
        arrays += [np.array(weights).T, np.array([neuron.b.data for neuron in layer.neurons])]
    return arrays


def moons_loss(relu: Callable[[Any], Any], x: Any, y: Any, parameters: Sequence[Any]) -> Any:
    """The loss of demos/moons.py over all samples, by the matrices of either library."""
    w1, b1, w2, b2, w3, b3 = parameters
    hidden = relu(relu(x @ w1 + b1) @ w2 + b2)
    scores = (hidden @ w3 + b3)[:, 0]
    decay = sum((p * p).sum() for p in parameters)
    return relu(1.0 - y * scores).mean() + moons.ALPHA * decay


Gradient = Callable[[], tuple[Any, Sequence[Any]]]


def torch_moons(model: MLP) -> Gradient:
    """The loss and its gradients by PyTorch, eagerly on one thread."""
    torch = torch_of_one_thread()
    x, y = (torch.tensor(points, dtype=torch.float64) for points in moons.moons(moons.COUNT, 0))
    parameters = [torch.tensor(array, requires_grad=True) for array in layers(model)]

    def run() -> tuple[Any, Sequence[Any]]:
        loss = moons_loss(torch.relu, x, y, parameters)
        return loss.detach(), torch.autograd.grad(loss, parameters)

    return run


def jax_moons(model: MLP) -> Gradient:
    """The same by JAX, compiled."""
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    x, y = map(jax.numpy.array, moons.moons(moons.COUNT, 0))
    parameters = [jax.numpy.array(array) for array in layers(model)]
    loss = partial(moons_loss, jax.nn.relu, x, y)
    gradient = jax.jit(jax.value_and_grad(loss))
    return lambda: jax.block_until_ready(gradient(parameters))


class Traced:
    """A scalar of JAX with the operations of `scalar_graph`."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __add__(self, other: "Traced") -> "Traced":
        return Traced(self.array + other.array)

    def __mul__(self, other: "Traced") -> "Traced":
        return Traced(self.array * other.array)

    def relu(self) -> "Traced":
        return Traced(importlib.import_module("jax").nn.relu(self.array))


def jax_scalars(graph: Callable[[list[Traced]], Traced], numbers: list[float]) -> Gradient:
    """The value of a graph of scalars and its derivatives by JAX, compiled."""
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    leaves = [jax.numpy.array(x) for x in numbers]
    gradient = jax.jit(jax.value_and_grad(lambda arrays: graph([*map(Traced, arrays)]).array))
    return lambda: jax.block_until_ready(gradient(leaves))
