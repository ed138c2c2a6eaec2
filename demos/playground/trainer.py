"""A network in training: all that the page shows, and nothing of how it looks."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from math import hypot, nan
from pathlib import Path
from statistics import pvariance
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

import autograd
from autograd import MLP, Batch, CompileError, Value, half_squared_error
from demos.document import Samples
from demos.playground.settings import CURVES, Settings

ENGINE = "numba" if find_spec("numba") else "python"
PIECES, LONGEST, FOREVER = 60, 400, 10**9  # of a curve; points in the history; epochs


class Measured(NamedTuple):
    """Where training stands; what is not known, or not finite, is NaN."""

    step: int
    losses: tuple[float, float]  # the means over the samples trained on, and over those held out
    r_squared: tuple[float, float]
    gradients: list[float]  # the length of each layer's, of the mean loss


class Trainer:
    """A network, its samples, and how training went so far. ValueError for weights that are not as many as the network's."""

    def __init__(self, settings: Settings, engine: str = ENGINE) -> None:
        self.settings, self.engine, self.step, self.speed = settings, engine, settings.step, 0.0
        self.training, self.held_out = settings.split()
        self.samples = [pair for xs, ys in (self.training, self.held_out) for pair in zip(xs, ys, strict=True)]
        self.sample = min(settings.sample, len(self.samples))  # counted from 1
        self.picked = tuple([v] for v in self.samples[self.sample - 1]) if self.samples else ([], [])
        self.net = MLP(1, [*settings.hidden, 1], activation=settings.activation, seed=settings.seed)
        self.parameters = dict(self.net.named_parameters())
        self.initial = self.weights()
        if (given := len(settings.weights)) not in (0, len(self.initial)):
            raise ValueError(f"weights has {given} numbers: this network takes {len(self.initial)}")
        for parameter, data in zip(self.parameters.values(), settings.weights or self.initial, strict=True):
            parameter.data = data
        x, y = Value(0.0, "x"), Value(0.0, "y")
        self.program = autograd.compile(half_squared_error(self.net(x), y), inputs=[x, y])
        low = CURVES[settings.data][0]
        self.grid = [low + (1.0 - low) * i / PIECES for i in range(PIECES + 1)]
        self.descent: Iterator[Batch] | None = None
        self.history: list[Measured] = []

    def weights(self) -> tuple[float, ...]:
        return tuple(p.data for p in self.parameters.values())

    def advance(self, seconds: float = 0.0) -> None:
        """Take mini-batches for so long, at least one. At a FloatingPointError the last finite weights are kept."""
        self.descent = self.descent or self._batches(*self.training, self.settings.batch_size, self.engine)
        start, seen = perf_counter(), 0
        try:
            while not seen or perf_counter() < start + seconds:
                seen += next(self.descent).size
                self.step += 1
        except FloatingPointError:
            self.descent = None
            raise
        self.speed = seen / (perf_counter() - start)

    def learn(self) -> None:
        """Take a step along the gradient of the picked sample alone."""
        x, y = self.samples[self.sample - 1]
        next(self._batches([x], [y], 1, "eager"))
        self.step += 1

    def _batches(self, xs: list[float], ys: list[float], size: int, engine: str) -> Iterator[Batch]:
        rate = self.settings.learning_rate
        return autograd.batches(
            self.net, xs, ys, learning_rate=rate, batch_size=size, epochs=FOREVER, engine=engine, seed=self.settings.step
        )

    def loss(self) -> Value:
        """The loss of the picked sample, with its gradients."""
        x, y = self.samples[self.sample - 1]
        self.net.zero_grad()
        loss = half_squared_error(self.net(Value(x, "x")), Value(y, "y"))
        loss.backward(allow_nonfinite=True)
        return loss

    def measured(self) -> Measured:
        """Measure by the program, on all samples, and put it into the history: LONGEST points, as even as they come."""
        (loss, gradients), (held_out, _) = self._means(self.training), self._means(self.held_out)
        by = dict(zip(self.program.parameters, gradients, strict=True))
        lengths = [hypot(*(by[p] for p in layer.parameters())) for layer in self.net.layers]
        explained = _r_squared(loss, self.training[1]), _r_squared(held_out, self.held_out[1])
        measured, history = Measured(self.step, (loss, held_out), explained, lengths), self.history
        if history and history[-1].step == self.step:
            history.pop()
        history.append(measured)
        if len(history) > LONGEST:
            del history[min(range(1, LONGEST), key=lambda i: history[i + 1].step - history[i - 1].step)]
        return measured

    def _means(self, samples: Samples) -> tuple[float, tuple[float, ...]]:
        try:
            return self.program(*samples)
        except (ArithmeticError, ValueError):  # of numbers too large, or of no samples
            return nan, (nan,) * len(self.parameters)

    def curves(self) -> dict[str, list[float]]:
        """Each value of the network, by its label, over the grid."""
        graphs = [autograd.trace(self.net(x))[0] for x in self.grid]
        return {nodes[0].label: [node.data for node in nodes] for nodes in zip(*graphs, strict=True)}

    def saved(self) -> str:
        """The network as JSON, for `autograd.load`."""
        with TemporaryDirectory() as folder:
            autograd.save(self.net, path := Path(folder, "network.json"))
            return path.read_text(encoding="utf-8")

    def now(self) -> Settings:
        """The settings that give this state again, but for the order of samples to come."""
        weights = self.weights() if self.weights() != self.initial else ()
        return replace(self.settings, weights=weights, step=self.step, sample=max(self.sample, 1))

    def changed(self, texts: Mapping[str, str]) -> "Trainer":
        """A trainer of settings changed so, which goes on from here if the network stays the same."""
        old, new = self.settings, self.now().changed(texts)
        if (old.hidden, old.activation, old.seed) != (new.hidden, new.activation, new.seed):
            return Trainer(replace(new, weights=(), step=0), self.engine)
        trainer = Trainer(new, self.engine)
        trainer.history = self.history if new.weights else []
        return trainer


def _r_squared(loss: float, ys: list[float]) -> float:
    """The share of the variance of y that is explained, from the mean of ½(z − y)²."""
    return 1.0 - 2.0 * loss / variance if ys and (variance := pvariance(ys)) else nan


def compiled(settings: Settings) -> None:
    """Have machine code made for these settings, in some seconds, on a network of its own."""
    with suppress(CompileError, FloatingPointError):
        Trainer(replace(settings, weights=())).advance()
