"""A network in training: all that the page shows, and nothing of how it looks."""

from collections.abc import Iterator
from dataclasses import replace
from math import hypot, nan
from pathlib import Path
from statistics import pvariance
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

import autograd
from autograd import MLP, Batch, Program, Value, half_squared_error
from demos.document import Samples
from demos.playground.settings import CURVES, Settings

PIECES = 60  # of a curve
LONGEST = 400  # points in the history
FOREVER = 10**9  # epochs
MOST_STEPS = 10**15  # that a link says

# A step, the losses trained on and held out, and the norm of each layer's gradient.
Point = tuple[float, ...]


class Sample(NamedTuple):
    """One pair that the network learns from."""

    x: float
    y: float


class Means(NamedTuple):
    """Over some samples the mean loss, and of each parameter the mean gradient."""

    loss: float
    gradients: tuple[float, ...]


class Trainer:
    """A network, its samples, and how training went so far.

    Raises ValueError for weights that are not as many as the network's.
    """

    def __init__(self, settings: Settings, engine: str = "auto") -> None:
        self.settings = settings
        self.engine = engine
        self.step = settings.step
        self.speed = 0.0  # samples a second
        self.compiled = False
        split = settings.split()
        self.training = split.training
        self.held_out = split.held_out
        self.samples = _pairs(self.training) + _pairs(self.held_out)
        self.sample = min(settings.sample, len(self.samples))  # counted from 1
        self.net = _network(settings)
        self.parameters = dict(self.net.named_parameters())
        self.initial = self._weights()
        if settings.weights:
            self._set_weights(settings.weights)
        self.program = _program(self.net)
        self.grid = _grid(CURVES[settings.data].low)
        self.run = self._new_run()
        self.history: list[Point] = []

    def _weights(self) -> tuple[float, ...]:
        return tuple(parameter.data for parameter in self.net.parameters())

    def _set_weights(self, weights: tuple[float, ...]) -> None:
        if len(weights) != len(self.initial):
            takes = f"this network takes {len(self.initial)}"
            raise ValueError(f"weights has {len(weights)} numbers: {takes}")
        for parameter, data in zip(self.net.parameters(), weights, strict=True):
            parameter.data = data

    def _new_run(self) -> Iterator[Batch]:
        """Mini-batches without end, until an error."""
        return autograd.batches(
            self.net,
            *self.training,
            learning_rate=self.settings.learning_rate,
            batch_size=self.settings.batch_size,
            epochs=FOREVER,
            seed=self.settings.step,
            engine=self.engine,
        )

    def advance(self, seconds: float = 0.0) -> None:
        """Take mini-batches for so long, at least one.

        At a FloatingPointError the last finite weights are kept, and the next call begins anew.
        """
        start = perf_counter()
        seen = 0
        while not seen or perf_counter() < start + seconds:
            batch = self._next_batch()
            seen += batch.size
            self.step += 1
        self.speed = seen / (perf_counter() - start)

    def _next_batch(self) -> Batch:
        batch = next(self.run, None)
        if batch is None:  # an error has ended the run
            self.run = self._new_run()
            batch = next(self.run)
        return batch

    def learn(self) -> None:
        """Take a step along the gradient of the picked sample alone."""
        sample = self.picked()
        run = autograd.batches(
            self.net,
            [sample.x],
            [sample.y],
            learning_rate=self.settings.learning_rate,
            engine="eager",
        )
        next(run)
        self.step += 1

    def picked(self) -> Sample:
        """The picked sample, where there is one."""
        return self.samples[self.sample - 1]

    def loss(self) -> Value:
        """The loss of the picked sample, with its gradients."""
        sample = self.picked()
        x = Value(sample.x, "x")
        y = Value(sample.y, "y")
        self.net.zero_grad()
        loss = half_squared_error(self.net(x), y)
        loss.backward(allow_nonfinite=True)
        return loss

    def measure(self) -> list[float]:
        """Put losses and gradients into the history; give R² trained on, and held out."""
        training = self._means(self.training)
        held_out = self._means(self.held_out)
        norms = self._norms(training.gradients)
        self._remember((self.step, training.loss, held_out.loss, *norms))
        return [
            _r_squared(self.training, training.loss),
            _r_squared(self.held_out, held_out.loss),
        ]

    def _means(self, samples: Samples) -> Means:
        try:
            return Means(*self.program(*samples))
        except (ArithmeticError, ValueError):  # of numbers too large, or of no samples
            return Means(nan, (nan,) * len(self.parameters))

    def _norms(self, gradients: tuple[float, ...]) -> list[float]:
        """The norm of each layer's gradient."""
        known = dict(zip(self.program.parameters, gradients, strict=True))
        norms = []
        for layer in self.net.layers:
            of_layer = [known[parameter] for parameter in layer.parameters()]
            norms.append(hypot(*of_layer))
        return norms

    def _remember(self, now: Point) -> None:
        """Keep LONGEST points at most, evenly apart; of one step the last."""
        self.history = [past for past in self.history if past[0] != self.step]
        self.history.append(now)
        if len(self.history) > LONGEST:
            del self.history[_closest([past[0] for past in self.history])]

    def curves(self) -> dict[str, list[float]]:
        """Each value of the network, by its label, over the grid."""
        graphs = [autograd.trace(self.net(x))[0] for x in self.grid]
        curves = {}
        for nodes in zip(*graphs, strict=True):
            label = nodes[0].label
            curves[label] = [node.data for node in nodes]
        return curves

    def saved(self) -> str:
        """The network as JSON, for `autograd.load`."""
        with TemporaryDirectory() as folder:
            path = Path(folder, "network.json")
            autograd.save(self.net, path)
            return path.read_text(encoding="utf-8")

    def now(self) -> Settings:
        """The settings that give this state again, but for the order of samples to come."""
        weights = self._weights()
        return replace(
            self.settings,
            weights=() if weights == self.initial else weights,
            step=min(self.step, MOST_STEPS),
            sample=max(self.sample, 1),
        )


def _network(settings: Settings) -> MLP:
    return MLP(
        1,
        [*settings.hidden, 1],
        activation=settings.activation,
        seed=settings.seed,
    )


def _program(net: MLP) -> Program:
    """The loss of a sample, and its gradients."""
    x = Value(0.0, "x")
    y = Value(0.0, "y")
    loss = half_squared_error(net(x), y)
    return autograd.compile(loss, inputs=[x, y])


def _grid(low: float) -> list[float]:
    """Places from the least x to 1."""
    width = 1.0 - low
    return [low + width * i / PIECES for i in range(PIECES + 1)]


def _pairs(samples: Samples) -> list[Sample]:
    return [Sample(x, y) for x, y in zip(*samples, strict=True)]


def _closest(steps: list[float]) -> int:
    """Where a step stands, neither first nor last, whose neighbours are closest."""
    inner = range(1, len(steps) - 1)
    return min(inner, key=lambda i: steps[i + 1] - steps[i - 1])


def _r_squared(samples: Samples, half_loss: float) -> float:
    """The share of the variance that is explained; NaN where there is none."""
    ys = samples[1]
    variance = pvariance(ys) if ys else 0.0
    if not variance:
        return nan
    return 1.0 - 2.0 * half_loss / variance
