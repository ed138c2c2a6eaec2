"""What the published training run starts from: its samples, their order, and the parameters."""

from functools import cache
from typing import Any

import numpy as np

from autograd import MLP
from autograd.nn.loop import shuffle
from demos import document

EPOCHS = 4200
COUNT = document.TRAINED

_ALL = document.samples(document.COUNT, seed=0)
XS = _ALL[0][:COUNT]
YS = _ALL[1][:COUNT]


def network() -> MLP:
    return MLP(
        1,
        [3, 1],
        activation="sigmoid",
        seed=document.SEED,
    )


START = [p.data for p in network().parameters()]  # w1, b1 and w2 of 3 each, and b2


@cache
def orders(epochs: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The order of the samples in each epoch, as `fit` has it."""
    order = list(range(COUNT))
    state = 0
    rows = []
    for _ in range(epochs):
        state = shuffle(order, state)
        rows.append(order[:])
    return np.array(rows)
