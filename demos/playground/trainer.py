"""A network in training: all that the page shows, and nothing of how it looks."""

from collections.abc import Iterator
from dataclasses import replace
from math import hypot, nan
from pathlib import Path
from statistics import pvariance
from tempfile import TemporaryDirectory
from time import perf_counter

import autograd
from autograd import MLP, Batch, Value, half_squared_error
from demos.document import Samples
from demos.playground.settings import CURVES, Settings

PIECES = 60  # of a curve
LONGEST = 400  # points in the history
FOREVER = 10**9  # epochs
MOST_STEPS = 10**15  # that a link says


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
        self.training, self.held_out = settings.split()
        self.samples = [*_pairs(self.training), *_pairs(self.held_out)]
        self.sample = min(settings.sample, len(self.samples))  # counted from 1
        shape = [*settings.hidden, 1]
        self.net = MLP(1, shape, activation=settings.activation, seed=settings.seed)
        self.parameters = dict(self.net.named_parameters())
        self.initial = self._weights()
        self._set_weights(settings.weights or self.initial)
        self.program = self._program()
        low, _ = CURVES[settings.data]
        self.grid = [low + (1.0 - low) * i / PIECES for i in range(PIECES + 1)]
        self.descent = self._batches()
        # Steps, losses trained on and held out, and the norm of each layer's gradient.
        self.history: list[tuple[float, ...]] = []

    def _weights(self) -> tuple[float, ...]:
        return tuple(parameter.data for parameter in self.net.parameters())

    def _set_weights(self, weights: tuple[float, ...]) -> None:
        if len(weights) != len(self.initial):
            takes = f"this network takes {len(self.initial)}"
            raise ValueError(f"weights has {len(weights)} numbers: {takes}")
        for parameter, data in zip(self.net.parameters(), weights, strict=True):
            parameter.data = data

    def _program(self) -> autograd.Program:
        x = Value(0.0, "x")
        y = Value(0.0, "y")
        return autograd.compile(half_squared_error(self.net(x), y), inputs=[x, y])

    def _batches(self) -> Iterator[Batch]:
        """Mini-batches without end: each run goes on until a number is not finite."""
        while True:
            yield from autograd.batches(
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
            seen += self._next_batch().size
            self.step += 1
        self.speed = seen / (perf_counter() - start)

    def _next_batch(self) -> Batch:
        try:
            return next(self.descent)
        except BaseException:
            self.descent = self._batches()  # a generator ends at its first error
            raise

    def learn(self) -> None:
        """Take a step along the gradient of the picked sample alone."""
        x, y = self.samples[self.sample - 1]
        rate = self.settings.learning_rate
        next(autograd.batches(self.net, [x], [y], learning_rate=rate, engine="eager"))
        self.step += 1

    def loss(self) -> Value:
        """The loss of the picked sample, with its gradients."""
        x, y = self.samples[self.sample - 1]
        self.net.zero_grad()
        loss = half_squared_error(self.net(Value(x, "x")), Value(y, "y"))
        loss.backward(allow_nonfinite=True)
        return loss

    def measure(self) -> list[float]:
        """Put losses and gradients into the history; give R² trained on, and held out."""
        loss, gradients = self._means(self.training)
        held_out, _ = self._means(self.held_out)
        by = dict(zip(self.program.parameters, gradients, strict=True))
        norms = [hypot(*(by[p] for p in layer.parameters())) for layer in self.net.layers]
        self._remember((self.step, loss, held_out, *norms))
        return [_r_squared(self.training, loss), _r_squared(self.held_out, held_out)]

    def _remember(self, now: tuple[float, ...]) -> None:
        """Keep LONGEST points at most, evenly apart; of one step the last."""
        self.history = [past for past in self.history if past[0] != self.step]
        self.history.append(now)
        if len(self.history) > LONGEST:
            steps = [past[0] for past in self.history]
            del self.history[min(range(1, LONGEST), key=lambda i: steps[i + 1] - steps[i - 1])]

    def _means(self, samples: Samples) -> tuple[float, tuple[float, ...]]:
        try:
            return self.program(*samples)
        except (ArithmeticError, ValueError):  # of numbers too large, or of no samples
            return nan, (nan,) * len(self.parameters)

    def curves(self) -> dict[str, list[float]]:
        """Each value of the network, by its label, over the grid."""
        graphs = [autograd.trace(self.net(x))[0] for x in self.grid]
        curves = {}
        for nodes in zip(*graphs, strict=True):
            curves[nodes[0].label] = [node.data for node in nodes]
        return curves

    def saved(self) -> str:
        """The network as JSON, for `autograd.load`."""
        with TemporaryDirectory() as folder:
            path = Path(folder, "network.json")
            autograd.save(self.net, path)
            return path.read_text(encoding="utf-8")

    def now(self) -> Settings:
        """The settings that give this state again, but for the order of samples to come."""
        data = self._weights()
        return replace(
            self.settings,
            weights=data if data != self.initial else (),
            step=min(self.step, MOST_STEPS),
            sample=max(self.sample, 1),
        )


def _pairs(samples: Samples) -> Iterator[tuple[float, float]]:
    xs, ys = samples
    return zip(xs, ys, strict=True)


def _r_squared(samples: Samples, half_loss: float) -> float:
    """The share of the variance that is explained; NaN where there is none."""
    _, ys = samples
    variance = pvariance(ys) if ys else 0.0
    return 1.0 - 2.0 * half_loss / variance if variance else nan
