"""The document's story from one command: train its network, check its formulas against the engine, draw its figures.

    python demos/document.py [--epochs 4200] [--neurons 3] [--out build/document]

The published run is 4,200 epochs of 90 batches: 378,000 steps. From seed 0 it ends at R² = 0.968 on fresh samples; the
noise allows about 0.979. Many other seeds stick near 0.8, where one neuron of the three does no work.
"""

import argparse
import math
import random
from collections.abc import Iterator
from pathlib import Path

import autograd
from autograd import MLP, Value
from autograd.tape import tape

ETA, BATCH, SEED = 0.5, 10, 0

Samples = tuple[list[float], list[float]]


def curve(x: float) -> float:
    """The curve under the document's samples."""
    return 0.4 * x * x + 0.3 * x * math.sin(15 * x) + 0.01 * math.cos(50 * x) - 0.3


def samples(count: int, seed: int) -> Samples:
    """x drawn from [0, 1], y = curve(x) with uniform noise of ±0.05."""
    rng = random.Random(seed)
    xs = [rng.random() for _ in range(count)]
    return xs, [curve(x) + rng.uniform(-0.05, 0.05) for x in xs]


def train(neurons: int, epochs: int, data: Samples) -> tuple[MLP, list[float]]:
    """The published run: learning rate 0.5, batches of 10; the network, and the mean loss of each epoch."""
    net = MLP(1, [neurons, 1], activation="sigmoid", seed=SEED)
    return net, autograd.fit(net, *data, learning_rate=ETA, batch_size=BATCH, epochs=epochs, seed=SEED)


def predict(net: MLP, x: float) -> float:
    z2 = net(x)
    assert isinstance(z2, Value)
    return z2.data


def r_squared(net: MLP, data: Samples) -> float:
    """The share of the variance that the network explains: 1 is perfect, 0 no better than the mean."""
    xs, ys = data
    mean = sum(ys) / len(ys)
    return 1 - sum((predict(net, x) - y) ** 2 for x, y in zip(xs, ys, strict=True)) / sum((y - mean) ** 2 for y in ys)


def closed_forms(net: MLP, x: float, y: float) -> Iterator[tuple[str, str, float]]:
    """Formulas (4) to (12) by hand, on plain floats: number, name, value."""
    (w1,), b1 = ([[w.data for w in row] for row in net.layers[0].W], [b.data for b in net.layers[0].B])
    w2, (b2,) = [row[0].data for row in net.layers[1].W], [b.data for b in net.layers[1].B]
    a1 = [1 / (1 + math.exp(-(x * w + b))) for w, b in zip(w1, b1, strict=True)]
    z2 = sum(a * w for a, w in zip(a1, w2, strict=True)) + b2
    dz2 = z2 - y
    da1 = [dz2 * w for w in w2]
    slope = [a * (1 - a) for a in a1]
    dz1 = [d * s for d, s in zip(da1, slope, strict=True)]
    yield "(4)", "loss", 0.5 * (z2 - y) ** 2
    yield "(5)", "dloss/dz2_1", dz2
    yield from (("(6)", f"dloss/dw2_{j}1", dz2 * a) for j, a in enumerate(a1, 1))
    yield "(7)", "dloss/db2_1", dz2
    yield from (("(8)", f"dloss/da1_{j}", d) for j, d in enumerate(da1, 1))
    yield from (("(9)", f"da1_{j}/dz1_{j}", s) for j, s in enumerate(slope, 1))
    yield from (("(10)", f"dloss/dz1_{j}", d) for j, d in enumerate(dz1, 1))
    yield from (("(11)", f"dloss/dw1_1{j}", x * d) for j, d in enumerate(dz1, 1))
    yield from (("(12)", f"dloss/db1_{j}", d) for j, d in enumerate(dz1, 1))


def recorded(net: MLP, x: float, y: float) -> tuple[Value, dict[str, float]]:
    """The loss of one sample after backward, and what the engine has for each name of `closed_forms`."""
    net.zero_grad()
    loss = autograd.half_squared_error(net(x), y)  # type: ignore[arg-type]  # one output: a Value
    loss.backward()
    operations, leaves = tape(loss)
    engine = {f"dloss/d{node.label}": node.grad for node in (*operations, *leaves)}
    engine |= {f"d{n.label}/d{n._prev[0].label}": n.partials[0] for n in operations if n.label.startswith("a")}
    return loss, engine | {"loss": loss.data}


def print_formulas(net: MLP, x: float, y: float) -> None:
    loss, engine = recorded(net, x, y)
    print(f"\nFormulas (4)-(12) at the sample x = {x:.4f}, y = {y:.4f}")
    print(f"{'':>5} {'quantity':<14} {'by hand':>24} {'by the engine':>24} {'difference':>11}")
    for formula, name, by_hand in closed_forms(net, x, y):
        print(f"{formula:>5} {name:<14} {by_hand:>24.17g} {engine[name]:>24.17g} {engine[name] - by_hand:>11.1e}")
    print(f"\nOne step w − η·dw with η = {ETA}")
    for name, w in net.named_parameters():
        print(f"      {name:<6} {w.data:>12.8f} − {ETA} · {w.grad:>12.8f} = {w.data - ETA * w.grad:>12.8f}")
    before = loss.data
    autograd.SGD(net.parameters(), ETA).step()
    after = recorded(net, x, y)[0].data
    print(f"      the loss of this sample falls from {before:.3e} to {after:.3e}")


def main(arguments: list[str] | None = None) -> float:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=4200, help="passes over the 900 samples (published: 4200)")
    parser.add_argument("--neurons", type=int, default=3, help="hidden neurons (the document's network has 3)")
    parser.add_argument("--out", type=Path, default=Path("build/document"), help="where the pictures go")
    options = parser.parse_args(arguments)

    xs, ys = samples(1000, seed=SEED)
    training = xs[:900], ys[:900]
    fresh = samples(1000, seed=SEED + 1)
    print(
        f"Training 1-{options.neurons}-1 on 900 samples: {options.epochs} epochs of 90 batches, η = {ETA}, batch {BATCH}"
    )
    net, losses = train(options.neurons, options.epochs, training)
    r2 = r_squared(net, fresh)
    print(f"mean loss {losses[0]:.5f} → {losses[-1]:.5f};  R² = {r2:.4f} on 1000 fresh samples")
    print_formulas(net, xs[0], ys[0])
    return r2


if __name__ == "__main__":
    main()
