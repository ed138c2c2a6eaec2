"""A GPT as small as Karpathy's microgpt, written on scalars for the Values of any engine.

One layer of four heads, embeddings of 16 numbers, RMS norms, a network of 64 relus, and a block of
eight positions: each letter of a name is guessed from those before it.
"""

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz"
END = len(LETTERS)  # the token around a name
# Seven letters each, so that every step fills the block.
NAMES = ("bertram", "celeste", "evelina", "florian", "hendrik", "isadora", "matthew", "quentin")
BLOCK = 8  # positions
WIDTH = 16  # of an embedding
HEADS = 4
HEAD = WIDTH // HEADS
RATE = 0.1

SHAPES = {
    "token": (END + 1, WIDTH),
    "position": (BLOCK, WIDTH),
    "query": (WIDTH, WIDTH),
    "key": (WIDTH, WIDTH),
    "value": (WIDTH, WIDTH),
    "attended": (WIDTH, WIDTH),
    "wide": (4 * WIDTH, WIDTH),
    "narrow": (WIDTH, 4 * WIDTH),
    "guess": (END + 1, WIDTH),
}

Numbers = dict[str, list[list[float]]]
Vector = list[Any]  # of Values
Dot = Callable[[Vector, Vector], Any]


def start() -> Numbers:
    """The numbers that training starts from, row by row of each matrix."""
    rng = random.Random(0)
    return {
        name: [[rng.gauss(0.0, 0.2) for _ in range(columns)] for _ in range(rows)]
        for name, (rows, columns) in SHAPES.items()
    }


def tokens(name: str) -> list[int]:
    return [END, *map(LETTERS.index, name), END]


def dot(xs: Vector, ws: Vector) -> Any:
    """x·w with a node for each × and +."""
    return sum(x * w for x, w in zip(xs, ws, strict=True))


class GPT:
    """Parameters that are Values of one engine, and the loss of a name."""

    def __init__(self, value: Callable[[float], Any], dot: Dot = dot) -> None:
        self.dot = dot
        self.matrices = {
            name: [[value(x) for x in row] for row in rows] for name, rows in start().items()
        }

    def parameters(self) -> Vector:
        return [p for rows in self.matrices.values() for row in rows for p in row]

    def loss(self, name: str) -> Any:
        """The mean of -log p over the tokens of a name, each guessed from those before it."""
        row = tokens(name)
        keys: list[Vector] = []
        values: list[Vector] = []
        losses = []
        for position, (token, following) in enumerate(pairwise(row)):
            guesses = self.guesses(token, position, keys, values)
            losses.append(-softmax(guesses)[following].log())
        return sum(losses) * (1.0 / len(losses))

    def guesses(
        self, token: int, position: int, keys: list[Vector], values: list[Vector]
    ) -> Vector:
        """The logits of what follows a token; its key and value join those of the ones before."""
        embedded = added(self.matrices["token"][token], self.matrices["position"][position])
        x = normed(embedded)
        x = added(x, self.attention(normed(x), keys, values))
        hidden = [h.relu() for h in self.times("wide", normed(x))]
        x = added(x, self.times("narrow", hidden))
        return self.times("guess", x)

    def attention(self, x: Vector, keys: list[Vector], values: list[Vector]) -> Vector:
        query = self.times("query", x)
        keys.append(self.times("key", x))
        values.append(self.times("value", x))
        heads: Vector = []
        for first in range(0, WIDTH, HEAD):
            part = slice(first, first + HEAD)
            scores = [self.dot(query[part], key[part]) * HEAD**-0.5 for key in keys]
            weights = softmax(scores)
            columns = zip(*[value[part] for value in values], strict=True)
            heads += [self.dot(weights, list(column)) for column in columns]
        return self.times("attended", heads)

    def times(self, name: str, x: Vector) -> Vector:
        return [self.dot(x, row) for row in self.matrices[name]]

    def step(self, name: str) -> float:
        """One step of gradient descent: record, differentiate, move; gives the loss before it."""
        loss = self.loss(name)
        loss.backward()
        for p in self.parameters():
            p.data -= RATE * p.grad
            p.grad = 0.0
        return loss.data  # type: ignore[no-any-return]  # of any engine


def added(xs: Sequence[Any], ys: Sequence[Any]) -> Vector:
    return [x + y for x, y in zip(xs, ys, strict=True)]


def normed(x: Vector) -> Vector:
    """x over the root of its mean square."""
    mean_square = sum(x_i * x_i for x_i in x) * (1.0 / len(x))
    scale = (mean_square + 1e-5) ** -0.5
    return [x_i * scale for x_i in x]


def softmax(scores: Vector) -> Vector:
    highest = max(score.data for score in scores)
    powers = [(score - highest).exp() for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
