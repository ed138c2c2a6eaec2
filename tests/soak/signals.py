"""Ctrl-C at random moments: what it ends has happened wholly or not at all."""

import json
import random
import signal
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import autograd
from autograd import MLP, SGD, Adam, Value, batches, compile, fit, load, save
from autograd.nn import Optimizer

INTERRUPTS = 20  # of each scene
LEAVES = 200

Work = Callable[[], Any]


class Interrupted:
    """Runs work into which Ctrl-C comes, anywhere within the time that it usually takes."""

    def __init__(self, rng: random.Random, usual: Work) -> None:
        self.rng = rng
        start = perf_counter()
        usual()
        self.longest = 1.2 * (perf_counter() - start)
        self.count = 0

    def __call__(self, work: Work) -> bool:
        """Whether the interrupt came before the end."""
        try:
            try:
                signal.setitimer(signal.ITIMER_REAL, max(1e-6, self.rng.random() * self.longest))
                work()
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0.0)
        except KeyboardInterrupt:
            self.count += 1
            return True
        return False


def round_of(seed: int) -> int:
    """How many interrupts left all as it should be."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    return sum(scene(random.Random(f"{seed} {scene.__name__}")) for scene in SCENES)


def data(parameters: list[Value]) -> list[float]:
    return [parameter.data for parameter in parameters]


def wide_graph(leaves: list[Value]) -> Value:
    """The gradient by each leaf is exactly 3."""
    return autograd.total([(leaf * 2.0 + 1.0) + leaf for leaf in leaves])


def backward(rng: random.Random) -> int:
    """The gradients of all leaves are those before, or those after."""
    leaves = [Value(1.0) for _ in range(LEAVES)]
    root = wide_graph(leaves)
    interrupted = Interrupted(rng, root.backward)
    for _ in range(INTERRUPTS):
        before = leaves[0].grad
        was = interrupted(root.backward)
        found = {leaf.grad for leaf in leaves}
        assert found in ({before}, {before + 3.0}), f"gradients {sorted(found)} after {before}"
        assert was or found == {before + 3.0}
    return interrupted.count


def zero_grad(rng: random.Random) -> int:
    leaves = [Value(1.0) for _ in range(LEAVES)]
    root = wide_graph(leaves)
    interrupted = Interrupted(rng, root.zero_grad)
    for _ in range(INTERRUPTS):
        root.backward()
        was = interrupted(root.zero_grad)
        found = {leaf.grad for leaf in leaves}
        assert found in ({0.0}, {3.0}), f"gradients {sorted(found)}"
        assert was or found == {0.0}
        root.zero_grad()
    return interrupted.count


def optimizer(rng: random.Random) -> tuple[Optimizer, list[Value]]:
    """A rule and parameters, the same for the same numbers drawn."""
    parameters = [Value(rng.uniform(-1.0, 1.0)) for _ in range(LEAVES)]
    for parameter in parameters:
        parameter.grad = rng.uniform(-1.0, 1.0)
    rules: list[Callable[[list[Value]], Optimizer]] = [
        lambda own: SGD(own, learning_rate=0.1, momentum=0.9),
        lambda own: Adam(own, learning_rate=0.1),
    ]
    return rng.choice(rules)(parameters), parameters


def step(rng: random.Random) -> int:
    """A step is taken or not; what the rule remembers went along, as the steps after it show."""
    seed = rng.random()
    expected_rule, expected = optimizer(random.Random(seed))
    rule, parameters = optimizer(random.Random(seed))
    interrupted = Interrupted(rng, rule.step)
    expected_rule.step()
    for _ in range(INTERRUPTS):
        before = data(parameters)
        expected_rule.step()
        was = interrupted(rule.step)
        assert data(parameters) in (before, data(expected)), "some parameters moved"
        assert was or data(parameters) != before
        if data(parameters) == before:
            rule.step()
        assert data(parameters) == data(expected), "the rule remembers something else"
    return interrupted.count


def compiling(rng: random.Random) -> int:
    """What was interrupted compiles when it is asked for again."""
    engine = rng.choice(["python", "tape"])

    def program() -> Any:
        x = Value(0.5, "x")
        y = x
        for _ in range(60):
            y = (y * x + 1.0).tanh()
        return compile(y, inputs=[x], engine=engine)

    expected = program()(0.25)
    interrupted = Interrupted(rng, lambda: program()(0.25))
    for _ in range(INTERRUPTS):
        interrupted(lambda: program()(0.25))
        assert program()(0.25) == expected
    return interrupted.count


def network() -> MLP:
    return MLP(2, [6, 1], activation="tanh", seed=0)


def training(rng: random.Random) -> int:
    """The network is left as a number of whole steps leave it."""
    engine = rng.choice(["eager", "python", "tape"])
    xs = [[i / 20, 1.0 - i / 30] for i in range(20)]
    settings: dict[str, Any] = {"batch_size": 4, "epochs": 8, "engine": engine}
    ys = [x[0] * x[1] for x in xs]
    twin = network()
    course = [data(twin.parameters())]
    course += [data(twin.parameters()) for _ in batches(twin, xs, ys, **settings)]
    interrupted = Interrupted(rng, lambda: fit(network(), xs, ys, **settings))
    for _ in range(INTERRUPTS):
        net = network()
        was = interrupted(partial(fit, net, xs, ys, **settings))
        found = data(net.parameters())
        assert found in course, f"fit by {engine} left the network between two steps"
        assert was or found == course[-1]
    return interrupted.count


def saving_and_loading(rng: random.Random) -> int:
    """The file is the old one or the new one; a module has all old numbers or all new ones."""
    nets = [MLP(8, [16, 1], seed=seed) for seed in (1, 2)]
    states = [data(net.parameters()) for net in nets]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "net.json")
        save(nets[0], path)
        texts = []
        for net in reversed(nets):
            save(net, path)
            texts.append(path.read_text(encoding="utf-8"))
        interrupted = Interrupted(rng, lambda: save(nets[0], path))
        for turn in range(INTERRUPTS):
            interrupted(partial(save, nets[turn % 2], path))
            assert path.read_text(encoding="utf-8") in texts
            target = MLP(8, [16, 1], seed=3)
            old = data(target.parameters())
            interrupted(partial(load, path, into=target))
            assert data(target.parameters()) in (old, *states)
        left = [name for name in path.parent.iterdir() if name != path]
        assert not left, f"{left} were left behind"
        json.loads(path.read_text(encoding="utf-8"))
    return interrupted.count


SCENES: tuple[Callable[[random.Random], int], ...] = (
    backward,
    zero_grad,
    step,
    compiling,
    training,
    saving_and_loading,
)
