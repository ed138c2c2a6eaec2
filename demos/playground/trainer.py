"""A network in training: all that the page shows, and nothing of how it looks."""

from dataclasses import replace
from itertools import chain, count
from math import hypot, nan
from pathlib import Path
from statistics import pvariance
from tempfile import TemporaryDirectory
from time import perf_counter

import autograd
from autograd import MLP, Value, half_squared_error
from demos.document import Samples
from demos.playground.settings import CURVES, Settings

PIECES, LONGEST, FOREVER = 60, 400, 10**9  # of a curve; points in the history; epochs


class Trainer:
    """A network, its samples, and how training went so far. ValueError for weights that are not as many as the network's."""

    def __init__(self, settings: Settings, engine: str = "auto") -> None:
        self.settings, self.step, self.speed, self.compiled = settings, settings.step, 0.0, False
        self.training, self.held_out = settings.split()
        self.samples = [pair for xs, ys in (self.training, self.held_out) for pair in zip(xs, ys, strict=True)]
        self.sample = min(settings.sample, len(self.samples))  # counted from 1
        self.net = MLP(1, [*settings.hidden, 1], activation=settings.activation, seed=settings.seed)
        self.parameters = dict(self.net.named_parameters())
        self.initial = tuple(p.data for p in self.net.parameters())
        if (given := len(settings.weights)) not in (0, len(self.initial)):
            raise ValueError(f"weights has {given} numbers: this network takes {len(self.initial)}")
        for parameter, data in zip(self.parameters.values(), settings.weights or self.initial, strict=True):
            parameter.data = data
        x, y = Value(0.0, "x"), Value(0.0, "y")
        self.program = autograd.compile(half_squared_error(self.net(x), y), inputs=[x, y])
        low = CURVES[settings.data][0]
        self.grid = [low + (1.0 - low) * i / PIECES for i in range(PIECES + 1)]
        self.descent = chain.from_iterable(  # each goes on until a number is not finite, and then the next begins
            autograd.batches(self.net, *self.training, learning_rate=settings.learning_rate, batch_size=settings.batch_size,
                             epochs=FOREVER, seed=settings.step, engine=engine) for _ in count())  # fmt: skip
        self.history: list[tuple[float, ...]] = []  # steps, losses trained on and held out, norm of each layer's gradient

    def advance(self, seconds: float = 0.0) -> None:
        """Take mini-batches for so long, at least one. At a FloatingPointError the last finite weights are kept."""
        start, seen = perf_counter(), 0
        while not seen or perf_counter() < start + seconds:
            seen += next(self.descent).size
            self.step += 1
        self.speed = seen / (perf_counter() - start)

    def learn(self) -> None:
        """Take a step along the gradient of the picked sample alone."""
        x, y = self.samples[self.sample - 1]
        next(autograd.batches(self.net, [x], [y], learning_rate=self.settings.learning_rate, engine="eager"))
        self.step += 1

    def loss(self) -> Value:
        """The loss of the picked sample, with its gradients."""
        x, y = self.samples[self.sample - 1]
        self.net.zero_grad()
        loss = half_squared_error(self.net(Value(x, "x")), Value(y, "y"))
        loss.backward(allow_nonfinite=True)
        return loss

    def measure(self) -> list[float]:
        """Put losses and gradients into the history, LONGEST points at most, evenly apart; R² trained on, and held out."""
        (loss, gradients), (held_out, _) = self._means(self.training), self._means(self.held_out)
        by = dict(zip(self.program.parameters, gradients, strict=True))
        lengths = [hypot(*(by[p] for p in layer.parameters())) for layer in self.net.layers]
        history = self.history = [past for past in self.history if past[0] != self.step]
        history.append((self.step, loss, held_out, *lengths))
        if len(history) > LONGEST:
            del history[min(range(1, LONGEST), key=lambda i: history[i + 1][0] - history[i - 1][0])]
        variances = [pvariance(ys) if ys else 0.0 for _, ys in (self.training, self.held_out)]
        return [1.0 - 2.0 * half / var if var else nan for half, var in zip((loss, held_out), variances, strict=True)]

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
        data = tuple(p.data for p in self.net.parameters())
        return replace(
            self.settings, weights=data if data != self.initial else (), step=min(self.step, 10**15), sample=max(self.sample, 1)
        )
