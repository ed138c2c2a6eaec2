"""The published training run, 4,200 epochs of 90 mini-batches, by each competitor: the same samples in the same order.

Each function prepares a competitor and gives what runs it: epochs → mean loss of each epoch, then the ten parameters. Those
that cannot shuffle as `fit` does get the order of samples beforehand; C and our engines shuffle within the time that counts.
"""

import ctypes
import math
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

import autograd
from autograd import MLP
from autograd.training import _shuffle
from demos.document import BATCH, ETA, SEED, samples

Run = Callable[[int], list[float]]

EPOCHS, SHORT = 4200, 23  # 23 epochs are 2,070 steps: enough to compare results, and to extrapolate the slow ones from
COUNT = 900
XS, YS = (column[:COUNT] for column in samples(1000, seed=0))


def network() -> MLP:
    return MLP(1, [3, 1], activation="sigmoid", seed=SEED)


START = [p.data for p in network().parameters()]


@cache
def orders(epochs: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The order of the samples in each epoch, as `fit` has it."""
    order, state, rows = list(range(COUNT)), 0, []
    for _ in range(epochs):
        state = _shuffle(order, state)
        rows.append(order[:])
    return np.array(rows)


def ours(engine: str) -> Run:
    def run(epochs: int) -> list[float]:
        net = network()
        losses = autograd.fit(net, XS, YS, learning_rate=ETA, batch_size=BATCH, epochs=epochs, engine=engine, progress=False)
        return losses + [p.data for p in net.parameters()]

    return run


def micrograd() -> Run:
    """micrograd 0.1.0 has no exp, so the sigmoid is one node made as its own are."""
    from micrograd.engine import Value

    def sigmoid(z: Any) -> Any:
        out = Value(1.0 / (1.0 + math.exp(-z.data)), (z,), "sigmoid")

        def backward() -> None:
            z.grad += out.data * (1.0 - out.data) * out.grad

        out._backward = backward
        return out

    def run(epochs: int) -> list[float]:
        parameters, losses = [Value(x) for x in START], []
        w1, b1, w2, b2 = parameters[:3], parameters[3:6], parameters[6:9], parameters[9]
        for order in orders(epochs).tolist():
            losses.append(0.0)
            for start in range(0, COUNT, BATCH):
                batch = order[start : start + BATCH]
                total = Value(0.0)
                for i in batch:
                    z2 = sum((sigmoid(XS[i] * w + b) * v for w, b, v in zip(w1, b1, w2, strict=True)), b2)
                    total += 0.5 * (z2 - YS[i]) ** 2
                loss = total * (1.0 / len(batch))
                for p in parameters:
                    p.grad = 0.0
                loss.backward()
                for p in parameters:
                    p.data -= ETA * p.grad
                losses[-1] += loss.data * len(batch) / COUNT
        return losses + [p.data for p in parameters]

    return run


def numpy() -> Run:
    """The document's matrix formulas (1) to (12), by hand."""
    x_all, y_all = np.array(XS)[:, None], np.array(YS)[:, None]

    def run(epochs: int) -> list[float]:
        w1, b1, w2, b2 = (np.array(part) for part in (START[:3], START[3:6], START[6:9], START[9:]))
        w1, w2, losses = w1[None, :], w2[:, None], []
        for order in orders(epochs):
            x_epoch, y_epoch, total = x_all[order], y_all[order], 0.0
            for start in range(0, COUNT, BATCH):
                x, y = x_epoch[start : start + BATCH], y_epoch[start : start + BATCH]
                z1 = x @ w1 + b1
                a1 = 1.0 / (1.0 + np.exp(-z1))
                z2 = a1 @ w2 + b2
                total += (0.5 * (z2 - y) ** 2).mean() * len(x)
                dz2 = (z2 - y) / len(x)
                dw2 = a1.T @ dz2
                db2 = dz2.sum(axis=0)
                dz1 = dz2 @ w2.T * a1 * (1.0 - a1)
                dw1 = x.T @ dz1
                db1 = dz1.sum(axis=0)
                w1, b1, w2, b2 = w1 - ETA * dw1, b1 - ETA * db1, w2 - ETA * dw2, b2 - ETA * db2
            losses.append(total / COUNT)
        return [*map(float, losses), *w1.ravel().tolist(), *b1.tolist(), *w2.ravel().tolist(), *b2.tolist()]

    return run


def torch() -> Run:
    import torch

    torch.set_num_threads(1)
    x_all, y_all = (torch.tensor(column, dtype=torch.float64)[:, None] for column in (XS, YS))

    def run(epochs: int) -> list[float]:
        shapes = (START[:3], (1, 3)), (START[3:6], (3,)), (START[6:9], (3, 1)), (START[9:], (1,))
        tensors = [torch.tensor(part, dtype=torch.float64).reshape(shape).requires_grad_() for part, shape in shapes]
        w1, b1, w2, b2 = tensors
        descent, losses = torch.optim.SGD(tensors, lr=ETA), []
        for order in torch.tensor(orders(epochs).tolist()):
            x_epoch, y_epoch, total = x_all[order], y_all[order], 0.0
            for start in range(0, COUNT, BATCH):
                x, y = x_epoch[start : start + BATCH], y_epoch[start : start + BATCH]
                loss = 0.5 * ((torch.sigmoid(x @ w1 + b1) @ w2 + b2 - y) ** 2).mean()
                descent.zero_grad()
                loss.backward()
                descent.step()
                total += loss.item() * len(x)
            losses.append(total / COUNT)
        return losses + [x for tensor in tensors for x in tensor.detach().ravel().tolist()]

    return run


def jax(scan: bool, text: bool = False) -> Run:
    """JAX differentiating the matrix formulas, or our text; each step from Python, or all of them in one `scan`."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]  # of JAX
    x_all, y_all = jnp.array(XS), jnp.array(YS)

    def matrices(parameters: Any, x: Any, y: Any) -> Any:
        w1, b1, w2, b2 = parameters[:3], parameters[3:6], parameters[6:9], parameters[9]
        return 0.5 * ((jax.nn.sigmoid(x[:, None] * w1 + b1) @ w2 + b2 - y) ** 2).mean()

    x, y = autograd.Value(0.5, "x"), autograd.Value(0.5, "y")
    program = autograd.compile(autograd.half_squared_error(network()(x), y), inputs=[x, y])
    both = program.to_jax() if text else jax.value_and_grad(matrices)

    def step(parameters: Any, batch: Any) -> Any:
        loss, gradient = both(parameters, x_all[batch], y_all[batch])
        return parameters - ETA * gradient, loss

    @jax.jit
    def one(parameters: Any, total: Any, batch: Any) -> Any:
        parameters, loss = step(parameters, batch)
        return parameters, total + loss * len(batch) / COUNT

    all_at_once = jax.jit(partial(jax.lax.scan, step))

    def run(epochs: int) -> list[float]:
        parameters, means = jnp.array(START), []
        batches = orders(epochs).reshape(epochs, -1, BATCH)
        if scan:
            parameters, losses = all_at_once(parameters, jnp.array(batches.reshape(-1, BATCH)))
            means = np.array(losses).reshape(epochs, -1).mean(axis=1).tolist()
        else:
            for epoch in batches:
                total = 0.0
                for batch in epoch:
                    parameters, total = one(parameters, total, batch)
                means.append(float(total))  # waits for JAX, once an epoch
        return [*means, *np.array(parameters).tolist()]

    return run


def c() -> Run:
    """The loop of loop.c, compiled by gcc -O3."""
    source = Path(__file__).with_name("loop.c")
    with tempfile.TemporaryDirectory() as folder:  # once loaded, the file is not needed
        library = f"{folder}/loop.so"
        subprocess.run(["gcc", "-O3", "-shared", "-fPIC", "-o", library, source, "-lm"], check=True)
        train = ctypes.CDLL(library).train
    pointer = np.ctypeslib.ndpointer
    floats, whole = pointer(np.float64), pointer(np.int64)
    train.argtypes = [floats, floats, whole, *[ctypes.c_int64] * 3, ctypes.c_double, floats, floats]
    xs, ys = np.array(XS), np.array(YS)

    def run(epochs: int) -> list[float]:
        parameters, losses = np.array(START), np.empty(epochs)
        train(xs, ys, np.arange(COUNT), COUNT, BATCH, epochs, ETA, parameters, losses)
        return [*losses.tolist(), *parameters.tolist()]

    return run


COMPETITORS: dict[str, tuple[Callable[[], Run], bool]] = {  # and whether all of the run is run
    "micrograd": (micrograd, False),
    "ours, eager": (partial(ours, "eager"), False),
    "PyTorch": (torch, False),
    "NumPy by hand": (numpy, True),
    "JAX, jit": (partial(jax, scan=False), True),
    "ours, python": (partial(ours, "python"), True),
    "JAX, scan": (partial(jax, scan=True), True),
    "ours, through JAX's scan": (partial(jax, scan=True, text=True), True),
    "ours, numba": (partial(ours, "numba"), True),
    "C, gcc -O3": (c, True),
}
