"""The published training run, 4,200 epochs of 90 mini-batches, by each competitor.

A competitor is prepared, and then called with a number of epochs: it gives the mean loss of each,
then the ten parameters. All see the same samples in the same order. Those that cannot shuffle as
`fit` does get the order beforehand; C and our engines shuffle within the time that counts.
"""

import ctypes
import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

import autograd
from demos.benchmark.browser import InPage
from demos.benchmark.compiled import FAST, PLAIN, library
from demos.benchmark.samples import COUNT, START, XS, YS, network, orders
from demos.document import BATCH, ETA

SHORT = 23  # epochs, 2,070 steps: enough to compare results, and to extrapolate the slow ones from

STARTS = range(0, COUNT, BATCH)  # of the mini-batches
W1 = slice(0, 3)  # among the ten parameters
B1 = slice(3, 6)
W2 = slice(6, 9)
B2 = 9

Array = np.ndarray[Any, np.dtype[np.float64]]
Run = Callable[[int], list[float]]


class Competitor(NamedTuple):
    """Who prepares for the run, and whether all of it is run: what is slow is extrapolated."""

    prepare: Callable[[], Run]
    complete: bool


def flat(*arrays: Any) -> list[float]:
    """The numbers of arrays, one after the other."""
    return [float(x) for array in arrays for x in array.ravel()]


class Ours:
    """Our `fit`, by one of its engines."""

    def __init__(self, engine: str) -> None:
        self.engine = engine

    def __call__(self, epochs: int) -> list[float]:
        net = network()
        losses = autograd.fit(
            net,
            XS,
            YS,
            learning_rate=ETA,
            batch_size=BATCH,
            epochs=epochs,
            engine=self.engine,
            progress=False,
        ).losses
        return losses + [p.data for p in net.parameters()]


class Micrograd:
    """micrograd 0.1.0 has no exp, so the sigmoid is one node made as its own are."""

    def __init__(self) -> None:
        from micrograd.engine import Value

        self.value = Value

    def __call__(self, epochs: int) -> list[float]:
        parameters = [self.value(x) for x in START]
        losses = []
        for order in orders(epochs).tolist():
            total = 0.0
            for start in STARTS:
                batch = order[start : start + BATCH]
                loss = self.loss(parameters, batch)
                for p in parameters:
                    p.grad = 0.0
                loss.backward()
                for p in parameters:
                    p.data -= ETA * p.grad
                total += loss.data * len(batch) / COUNT
            losses.append(total)
        return losses + [p.data for p in parameters]

    def loss(self, parameters: list[Any], batch: list[int]) -> Any:
        neurons = list(zip(parameters[W1], parameters[B1], parameters[W2], strict=True))
        total = self.value(0.0)
        for i in batch:
            z2 = parameters[B2]
            for w, b, v in neurons:
                z2 = z2 + self.sigmoid(XS[i] * w + b) * v
            total += 0.5 * (z2 - YS[i]) ** 2
        return total * (1.0 / len(batch))

    def sigmoid(self, z: Any) -> Any:
        out = self.value(1.0 / (1.0 + math.exp(-z.data)), (z,), "sigmoid")

        def backward() -> None:
            z.grad += out.data * (1.0 - out.data) * out.grad

        out._backward = backward
        return out


class NumPy:
    """The document's matrix formulas (1) to (12), by hand."""

    def __init__(self) -> None:
        self.xs = np.array(XS)[:, None]
        self.ys = np.array(YS)[:, None]

    def __call__(self, epochs: int) -> list[float]:
        w1 = np.array(START[W1])[None, :]
        b1 = np.array(START[B1])
        w2 = np.array(START[W2])[:, None]
        b2 = np.array([START[B2]])
        losses = []
        for order in orders(epochs):
            xs = self.xs[order]
            ys = self.ys[order]
            total = 0.0
            for start in STARTS:
                x = xs[start : start + BATCH]
                y = ys[start : start + BATCH]
                total += step(w1, b1, w2, b2, x, y) * len(x)
            losses.append(float(total / COUNT))
        return losses + flat(w1, b1, w2, b2)


def step(w1: Array, b1: Array, w2: Array, b2: Array, x: Array, y: Array) -> Any:
    """Move the parameters by one batch; gives its mean loss before."""
    z1 = x @ w1 + b1
    a1 = 1.0 / (1.0 + np.exp(-z1))
    z2 = a1 @ w2 + b2
    loss = (0.5 * (z2 - y) ** 2).mean()

    dz2 = (z2 - y) / len(x)
    dw2 = a1.T @ dz2
    db2 = dz2.sum(axis=0)
    dz1 = dz2 @ w2.T * a1 * (1.0 - a1)
    dw1 = x.T @ dz1
    db1 = dz1.sum(axis=0)

    w1 -= ETA * dw1
    b1 -= ETA * db1
    w2 -= ETA * dw2
    b2 -= ETA * db2
    return loss


class PyTorch:
    """PyTorch on the same matrices, on one thread."""

    def __init__(self) -> None:
        import torch

        torch.set_num_threads(1)
        self.torch = torch
        self.xs = self.tensor(XS)[:, None]
        self.ys = self.tensor(YS)[:, None]

    def tensor(self, numbers: list[float]) -> Any:
        return self.torch.tensor(numbers, dtype=self.torch.float64)

    def __call__(self, epochs: int) -> list[float]:
        parameters = [
            self.tensor(START[W1])[None, :],
            self.tensor(START[B1]),
            self.tensor(START[W2])[:, None],
            self.tensor([START[B2]]),
        ]
        for parameter in parameters:
            parameter.requires_grad_()
        descent = self.torch.optim.SGD(parameters, lr=ETA)
        losses = []
        for order in self.torch.tensor(orders(epochs).tolist()):
            xs = self.xs[order]
            ys = self.ys[order]
            total = 0.0
            for start in STARTS:
                x = xs[start : start + BATCH]
                y = ys[start : start + BATCH]
                loss = self.loss(x, y, *parameters)
                descent.zero_grad()
                loss.backward()
                descent.step()
                total += loss.item() * len(x)
            losses.append(total / COUNT)
        return losses + flat(*[parameter.detach() for parameter in parameters])

    def loss(self, x: Any, y: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
        a1 = self.torch.sigmoid(x @ w1 + b1)
        z2 = a1 @ w2 + b2
        return 0.5 * ((z2 - y) ** 2).mean()


class Jax:
    """JAX differentiating the matrix formulas, each step called from Python."""

    def __init__(self) -> None:
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]  # of JAX
        self.xs = jnp.array(XS)
        self.ys = jnp.array(YS)
        self.gradient: Callable[..., Any] = jax.value_and_grad(self.loss)
        self.compiled = jax.jit(self.add_step)

    def loss(self, parameters: Any, x: Any, y: Any) -> Any:
        from jax.nn import sigmoid

        a1 = sigmoid(x[:, None] * parameters[W1] + parameters[B1])
        z2 = a1 @ parameters[W2] + parameters[B2]
        return 0.5 * ((z2 - y) ** 2).mean()

    def step(self, parameters: Any, batch: Any) -> Any:
        x = self.xs[batch]
        y = self.ys[batch]
        loss, gradient = self.gradient(parameters, x, y)
        return parameters - ETA * gradient, loss

    def add_step(self, parameters: Any, total: Any, batch: Any) -> Any:
        moved = self.step(parameters, batch)
        return moved[0], total + moved[1] * len(batch) / COUNT

    def __call__(self, epochs: int) -> list[float]:
        import jax.numpy as jnp

        parameters = jnp.array(START)
        losses = []
        for epoch in orders(epochs).reshape(epochs, -1, BATCH):
            total: Any = 0.0
            for batch in epoch:
                parameters, total = self.compiled(parameters, total, batch)
            losses.append(float(total))  # waits for JAX, once an epoch
        return losses + flat(np.array(parameters))


class JaxScan(Jax):
    """All steps in one `scan`: of the matrix formulas, or of the text that our program gives."""

    def __init__(self, text: bool = False) -> None:
        import jax

        super().__init__()
        if text:
            self.gradient = our_program().to_jax()
        self.compiled = jax.jit(partial(jax.lax.scan, self.step))

    def __call__(self, epochs: int) -> list[float]:
        import jax.numpy as jnp

        batches = jnp.array(orders(epochs).reshape(-1, BATCH))
        parameters, losses = self.compiled(jnp.array(START), batches)
        means = np.array(losses).reshape(epochs, -1).mean(axis=1)
        return flat(means, np.array(parameters))


def our_program() -> autograd.Program:
    x = autograd.Value(0.5, "x")
    y = autograd.Value(0.5, "y")
    loss = autograd.half_squared_error(network()(x), y)
    return autograd.compile(loss, inputs=[x, y])


class C:
    """A file of C, compiled by options, that has the whole loop."""

    def __init__(self, source: str, options: tuple[str, ...]) -> None:
        self.train = library(source, options).train
        floats = np.ctypeslib.ndpointer(np.float64)
        integers = np.ctypeslib.ndpointer(np.int64)
        self.train.argtypes = [
            floats,  # xs
            floats,  # ys
            integers,  # order
            ctypes.c_int64,  # count
            ctypes.c_int64,  # size
            ctypes.c_int64,  # epochs
            ctypes.c_double,  # rate
            floats,  # parameters
            floats,  # losses
        ]
        self.xs = np.array(XS)
        self.ys = np.array(YS)

    def __call__(self, epochs: int) -> list[float]:
        order = np.arange(COUNT)
        parameters = np.array(START)
        losses = np.empty(epochs)
        self.train(
            self.xs,
            self.ys,
            order,
            COUNT,
            BATCH,
            epochs,
            ETA,
            parameters,
            losses,
        )
        return flat(losses, parameters)


COMPETITORS = {
    "micrograd": Competitor(Micrograd, complete=False),
    "ours, eager pure": Competitor(partial(Ours, "eager"), complete=False),
    "ours, eager native": Competitor(partial(Ours, "eager"), complete=False),
    "PyTorch": Competitor(PyTorch, complete=False),
    "NumPy by hand": Competitor(NumPy, complete=True),
    "JAX, jit": Competitor(Jax, complete=True),
    "ours, python": Competitor(partial(Ours, "python"), complete=True),
    "JAX, scan": Competitor(JaxScan, complete=True),
    "ours, in a page": Competitor(InPage, complete=True),
    "ours, through JAX's scan": Competitor(partial(JaxScan, text=True), complete=True),
    "ours, tape": Competitor(partial(Ours, "tape"), complete=True),
    "ours, numba": Competitor(partial(Ours, "numba"), complete=True),
    "C, plain": Competitor(partial(C, "loop.c", PLAIN), complete=True),
    "C, vectorised": Competitor(partial(C, "vectors.c", FAST), complete=True),
}
