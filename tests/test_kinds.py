"""Samples of several kinds, each with a graph of its own, are trained as eagerly, to the bit."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import MLP, Module, Parameter, Value, fit, lookup, mean, mean_squared_error, total
from autograd.nn.optimizers import Adam
from tests.strategies import examples

COMPILED = ("python", "tape", "numba")


class Average(Module):
    """w · the mean of what comes, of any length, and a bias for short ones alone."""

    def __init__(self) -> None:
        self.w = Parameter(0.3, "w")
        self.b = Parameter(0.1, "b")

    def parameters(self) -> list[Value]:
        return [self.w, self.b]

    def __call__(self, xs: Any) -> Value:
        if isinstance(xs, Value):
            return self.w * xs + self.b
        score: Value = self.w * mean(xs)
        return score + self.b if len(xs) < 3 else score


def ends(
    make: Callable[[], Any], xs: Sequence[Any], ys: Sequence[Any], engine: str, **options: Any
) -> tuple[list[float], list[float], list[float]]:
    """The losses of a training, the parameters after it, and the losses of validation."""
    net = make()
    run = fit(net, xs, ys, engine=engine, batch_size=3, epochs=4, **options)
    assert run.engine == engine
    return run.losses, [p.data for p in net.parameters()], run.validation_losses


@pytest.mark.parametrize("engine", COMPILED)
@pytest.mark.parametrize("has_term", [False, True])
def test_samples_differ_in_length(engine: str, has_term: bool) -> None:
    rng = random.Random(1)
    xs: list[Any] = [[rng.random() for _ in range(1 + i % 4)] for i in range(11)] + [0.5]
    ys = [rng.random() for _ in xs]
    options: dict[str, Any] = {"learning_rate": 0.1, "validation": (xs[:5], ys[:5])}
    if has_term:
        options["plus"] = lambda net: 0.1 * total(p * p for p in net.parameters())
    right = ends(Average, xs, ys, "eager", **options)
    found = ends(Average, xs, ys, engine, **options)
    assert found[:2] == right[:2]
    # Of validation samples each kind is added up by itself.
    assert found[2] == pytest.approx(right[2], rel=1e-15)


@pytest.mark.parametrize("engine", COMPILED)
def test_an_index_of_ones_own_makes_a_graph_for_each_label(engine: str) -> None:
    def loss(logits: Any, label: Any) -> Any:
        return -(logits[label].exp() / total(z.exp() for z in logits)).log()

    xs = [[0.1 * i, 1.0 - 0.3 * i] for i in range(9)]
    labels = [int(label) for label in np.arange(9) % 3]
    make = lambda: MLP(2, [4, 3], "tanh", seed=1)  # noqa: E731  made anew each time
    options: dict[str, Any] = {"loss": loss, "optimizer": Adam(0.05)}
    assert ends(make, xs, labels, engine, **options) == ends(make, xs, labels, "eager", **options)


class Bigram(Module):
    """A row of scores for each letter."""

    def __init__(self, *, by_lookup: bool) -> None:
        rng = random.Random(3)
        self.rows = [[Parameter(rng.gauss(0, 1), f"r{i}{j}") for j in range(4)] for i in range(4)]
        self.by_lookup = by_lookup

    def parameters(self) -> list[Value]:
        return [p for row in self.rows for p in row]

    def __call__(self, letter: Any) -> list[Value]:
        return lookup(self.rows, letter) if self.by_lookup else self.rows[letter]


def squares(scores: Any, target: Any) -> Value:
    return mean_squared_error(scores, [target] * len(scores))


@pytest.mark.parametrize("engine", COMPILED)
@pytest.mark.parametrize("by_lookup", [True, False])
def test_a_table_is_looked_up_by_whole_inputs(engine: str, by_lookup: bool) -> None:
    letters = [0, 1, 2, 3, 1, 2, 0]
    ys = [0.5, 1.0, -1.0, 2.0, 1.0, -1.0, 0.5]
    make = lambda: Bigram(by_lookup=by_lookup)  # noqa: E731  made anew each time
    right = ends(make, letters, ys, "eager", loss=squares)
    assert ends(make, letters, ys, engine, loss=squares) == right


@examples(30)
@given(seed=st.integers(0, 10**6), engine=st.sampled_from(["python", "tape"]))
def test_any_mixture_of_kinds_is_as_eager(seed: int, engine: str) -> None:
    rng = random.Random(seed)
    count = rng.randrange(1, 12)
    xs = [[rng.gauss(0, 1) for _ in range(rng.randrange(1, 5))] for _ in range(count)]
    xs += [[1.0, 2.0], [1.0, 2.0, 3.0]]  # so that each parameter is reached
    ys = [rng.gauss(0, 1) for _ in xs]
    found = ends(Average, xs, ys, engine, learning_rate=0.01)
    assert found == ends(Average, xs, ys, "eager", learning_rate=0.01)


def test_too_many_kinds_are_recorded_one_by_one() -> None:
    class Reader(Module):
        w = Parameter(0.5, "w")

        def parameters(self) -> list[Value]:
            return [self.w]

        def __call__(self, x: Any) -> Value:
            return self.w * float(int(x) % 7)

    xs = list(range(150))
    with pytest.warns(UserWarning, match="training runs eagerly, which is slower: the data of x"):
        run = fit(Reader(), xs, [1.0] * 150, learning_rate=0.01)
    assert run.engine == "eager"
