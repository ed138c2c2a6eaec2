"""Four drawings: derivatives as formulas, a loss, paths to a weight, and 7,238 values on a page.

python demos/drawings.py [--out build/drawings]
"""

import argparse
from pathlib import Path

import autograd
from autograd import MLP, Figure, Value, draw
from autograd.writing import escape_what_cannot_be_printed


def neuron() -> Figure:
    """x·w + b through tanh: on each red arrow the local derivative as its row has it."""
    x = Value(2.0, "x")
    w = Value(-3.0, "w")
    b = Value(6.5, "b")
    y = (x * w + b).tanh()
    y.label = "y"
    y.backward()
    return draw(y, backward=True, edges="formula")


def loss() -> Figure:
    """A neuron under another loss than the document's: the arrow from it says σ(z) - y."""
    x = Value(2.0, "x")
    w = Value(-0.5, "w")
    b = Value(0.25, "b")
    y = Value(1.0, "y")
    z = autograd.affine([x], [w], b)
    z.label = "z"
    loss = autograd.binary_cross_entropy(z, y)
    loss.backward()
    return draw(loss, backward=True, edges="formula")


def paths() -> Figure:
    """The document's network: what reaches the weight w1_11, and how much of it."""
    net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    loss = autograd.half_squared_error(net(0.5), 0.2)
    loss.backward()
    weight = net.layers[0].W[0][0]
    return draw(
        loss,
        backward=True,
        edges="contribution",
        highlight=weight,
    )


def samples() -> Figure:
    """The mean loss of a 2-16-16-1 network over 100 samples: one of them, layer by layer."""
    net = MLP(2, [16, 16, 1], activation="tanh", seed=0)
    predictions = [net([i / 100, 0.5]) for i in range(100)]
    losses = [autograd.half_squared_error(z, 1.0) for z in predictions]
    return draw(autograd.mean(losses))


def main(arguments: list[str] | None = None) -> None:
    escape_what_cannot_be_printed()
    parser = argparse.ArgumentParser(description="Draw four scalar graphs.")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/drawings"),
    )
    options = parser.parse_args(arguments)
    for drawn in (neuron, loss, paths, samples):
        figure = drawn()
        path = options.out / f"{drawn.__name__}.svg"
        print(figure.save(path))


if __name__ == "__main__":
    main()
