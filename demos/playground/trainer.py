"""A network in training: all that the page shows, and nothing of how it looks."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from math import hypot, nan
from pathlib import Path
from statistics import pvariance
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple

import autograd
from autograd import MLP, Batch, CompileError, Value, half_squared_error
from demos.document import Samples
from demos.playground.settings import Settings

ENGINE = "numba" if find_spec("numba") else "python"
GRID, LONGEST, FOREVER = 60, 400, 10**9  # pieces of a curve, points in the history, epochs


class Measured(NamedTuple):
    """Mean losses, R² of each, and the length of each layer's gradient, after `step` steps; NaN where there is none."""

    step: int
    losses: tuple[float, float]  # of the samples trained on, and of those held out
    r_squared: tuple[float, float]
    gradients: list[float]


class Trainer:
    """A network, its samples, and how training went so far.

    >>> trainer = Trainer(Settings(), engine="python")
    >>> trainer.advance()
    >>> trainer.step, trainer.measured().losses[0] < 1.0
    (1, True)
    """

    def __init__(self, settings: Settings, engine: str = ENGINE) -> None:
        self.settings, self.engine, self.step, self.speed = settings, engine, settings.step, 0.0
        self.training, self.held_out = settings.split()
        self.samples = [pair for xs, ys in (self.training, self.held_out) for pair in zip(xs, ys, strict=True)]
        self.sample = min(settings.sample, len(self.samples))  # counted from 1
        self.net = MLP(1, [*settings.hidden, 1], activation=settings.activation, seed=settings.seed)
        self.parameters = dict(self.net.named_parameters())
        self.initial = tuple(p.data for p in self.parameters.values())
        if settings.weights and len(settings.weights) != len(self.initial):
            raise ValueError(f"weights has {len(settings.weights)} numbers: this network takes {len(self.initial)}")
        for parameter, data in zip(self.parameters.values(), settings.weights or self.initial, strict=True):
            parameter.data = data
        x, y = Value(0.0, "x"), Value(0.0, "y")
        self.program = autograd.compile(half_squared_error(self.net(x), y), inputs=[x, y])
        self.descent: Iterator[Batch] | None = None
        self.history: list[Measured] = []
        self.grid = [settings.low + (1.0 - settings.low) * i / GRID for i in range(GRID + 1)]

    def advance(self, seconds: float = 0.0) -> None:
        """Take mini-batches for so long, at least one. FloatingPointError keeps the last finite weights."""
        self.descent = self.descent or self._batches(*self.training, self.settings.batch_size, self.engine)
        started, seen = perf_counter(), 0
        try:
            while not seen or perf_counter() < started + seconds:
                seen += next(self.descent).size
                self.step += 1
        except FloatingPointError:
            self.descent = None
            raise
        self.speed = seen / (perf_counter() - started)

    def learn(self) -> None:
        """Take one step along the gradient of the picked sample."""
        x, y = self.samples[self.sample - 1]
        next(self._batches([x], [y], 1, "eager"))
        self.step += 1

    def _batches(self, xs: list[float], ys: list[float], size: int, engine: str) -> Iterator[Batch]:
        return autograd.batches(
            self.net, xs, ys, learning_rate=self.settings.learning_rate, batch_size=size, epochs=FOREVER, engine=engine
        )

    def loss(self) -> Value:
        """The loss of the picked sample, with its gradients."""
        x, y = self.samples[self.sample - 1]
        self.net.zero_grad()
        loss = half_squared_error(self.net(Value(x, "x")), Value(y, "y"))
        loss.backward(allow_nonfinite=True)
        return loss

    def measured(self) -> Measured:
        """Where training stands, by the program on all samples."""
        (loss, gradients), (held_out, _) = self._means(self.training), self._means(self.held_out)
        by = dict(zip(self.program.parameters, gradients, strict=True))
        lengths = [hypot(*(by[p] for p in layer.parameters())) for layer in self.net.layers]
        r_squared = _explained(loss, self.training[1]), _explained(held_out, self.held_out[1])
        return Measured(self.step, (loss, held_out), r_squared, lengths)

    def _means(self, samples: Samples) -> tuple[float, tuple[float, ...]]:
        try:
            return self.program(*samples)
        except (ArithmeticError, ValueError):  # no samples, or weights for which a derivative is not finite
            return nan, (nan,) * len(self.parameters)

    def remember(self, measured: Measured) -> None:
        """Put it into the history, which keeps LONGEST points, as evenly apart as they come."""
        history = self.history
        if history and history[-1].step == measured.step:
            history.pop()
        history.append(measured)
        if len(history) > LONGEST:
            del history[min(range(1, LONGEST), key=lambda i: history[i + 1].step - history[i - 1].step)]

    def curves(self) -> dict[str, list[float]]:
        """Each value of the network, by its label, over x."""
        graphs = [autograd.trace(self.net(x))[0] for x in self.grid]
        return {nodes[0].label: [node.data for node in nodes] for nodes in zip(*graphs, strict=True)}

    def saved(self) -> str:
        """The network as JSON, for `autograd.load`."""
        with TemporaryDirectory() as folder:
            autograd.save(self.net, path := Path(folder, "network.json"))
            return path.read_text(encoding="utf-8")

    def text(self) -> str:
        """The loss of one sample and its derivatives as a Python file."""
        return f"from math import *\n\n\n{self.program.source}"

    def changed(self, **fields: Any) -> "Trainer":
        """A trainer of other settings; while the network stays the same, it goes on from here."""
        old, settings = self.settings, replace(self.now(), **fields)
        if (old.hidden, old.activation, old.seed) != (settings.hidden, settings.activation, settings.seed):
            return Trainer(replace(settings, weights=(), step=0), self.engine)
        trainer = Trainer(settings, self.engine)
        trainer.history = self.history
        return trainer

    def now(self) -> Settings:
        """The settings that give this state again, but for the order of samples still to come."""
        data = tuple(p.data for p in self.parameters.values())
        return replace(self.settings, weights=data if data != self.initial else (), step=self.step, sample=self.sample)


def _explained(loss: float, ys: list[float]) -> float:
    """R² from the mean of ½(z − y)²: the share of the variance of y that is explained."""
    variance = pvariance(ys) if ys else 0.0
    return 1.0 - 2.0 * loss / variance if variance else nan


def compiled(settings: Settings) -> None:
    """Have the machine code of these settings made, which takes seconds, on a network of its own."""
    with suppress(CompileError, FloatingPointError):
        Trainer(replace(settings, weights=())).advance()
