"""Three drawings of scalar graphs: each derivative as a formula, the paths to one weight, and 7,238 values on a page.

python demos/drawings.py [--out build/drawings]
"""

import argparse
from pathlib import Path

import autograd
from autograd import MLP, Figure, Value, draw


def neuron() -> Figure:
    """x·w + b through tanh: on each red arrow the local derivative as its row has it."""
    x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(6.5, "b")
    y = (x * w + b).tanh()
    y.label = "y"
    y.backward()
    return draw(y, backward=True, edges="formula")


def paths() -> Figure:
    """The document's network: what reaches the weight w1_11, and how much of it."""
    net = MLP(1, [3, 1], activation="sigmoid", seed=0)
    loss = autograd.half_squared_error(net(0.5), 0.2)
    loss.backward()
    return draw(loss, backward=True, edges="contribution", highlight=net.layers[0].W[0][0])


def samples() -> Figure:
    """The mean loss of a 2-16-16-1 network over 100 samples: one sample of them, layer by layer."""
    net = MLP(2, [16, 16, 1], activation="tanh", seed=0)
    return draw(autograd.mean([autograd.half_squared_error(net([i / 100, 0.5]), 1.0) for i in range(100)]))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Draw three scalar graphs.")
    parser.add_argument("--out", type=Path, default=Path("build/drawings"))
    out = parser.parse_args(arguments).out
    for figure in (neuron, paths, samples):
        print(figure().save(out / f"{figure.__name__}.svg"))


if __name__ == "__main__":
    main()
