"""Every engine takes the same steps; what goes wrong is said, and nothing is lost."""

import math
import random
import signal
import sys
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import MLP, SGD, CompileError, Value, batches, fit
from autograd.nn.loop import shuffle
from tests.conftest import network

XS = [i / 40 for i in range(40)]
YS = [math.sin(3.0 * x) for x in XS]


def data(net: Any) -> list[float]:
    return [p.data for p in net.parameters()]


@pytest.mark.parametrize("engine", ["python", "eager", "numba", "tape"])
def test_an_optimizer_takes_the_place_of_the_learning_rate(engine: str) -> None:
    ends = []
    for rule in ({"learning_rate": 0.3}, {"optimizer": SGD(0.3)}):
        net = network()
        losses = fit(net, XS, YS, epochs=2, engine=engine, **rule).losses
        ends.append((losses, data(net)))
    assert ends[0] == ends[1]
    with pytest.raises(ValueError, match="a learning rate of its own; give one of the two"):
        fit(network(), XS, YS, learning_rate=0.3, optimizer=SGD(0.3))


def test_what_is_no_optimizer_is_refused() -> None:
    for wrong in ("adam", SGD):
        with pytest.raises(TypeError, match=r"an object such as Adam\(0\.01\), got (str|ABCMeta)"):
            fit(network(), XS, YS, optimizer=wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="an optimizer moves Values, got str: 'a'"):
        SGD("abc")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="one real number"):
        SGD(network().parameters(), "0.1")  # type: ignore[arg-type]


def test_a_learning_rate_that_is_changed_holds_from_the_next_step_on() -> None:
    net = network()
    rule = SGD(0.3)
    steps = batches(net, XS, YS, optimizer=rule)
    next(steps)
    rule.learning_rate = 0.0
    before = data(net)
    next(steps)
    assert data(net) == before


def test_a_constant_leaf_of_the_graph_is_not_moved() -> None:
    offset = Value(0.25, "offset")

    def loss(prediction: Value, target: Value) -> Value:
        return autograd.half_squared_error(prediction + offset, target)

    ends = []
    for engine in ("python", "eager", "numba", "tape"):
        net = network()
        losses = fit(net, XS, YS, loss=loss, epochs=2, engine=engine).losses
        ends.append((losses, data(net)))
    assert ends == [ends[0]] * 4
    assert offset.data == 0.25


@pytest.mark.parametrize("batch_size", [1, 7, 10, 40, 100])
def test_engines_agree_bit_for_bit(batch_size: int) -> None:
    results = []
    for engine in ("python", "eager", "auto", "numba", "tape"):
        net = network()
        losses = fit(net, XS, YS, epochs=3, batch_size=batch_size, engine=engine, seed=5).losses
        results.append((losses, data(net)))
    assert results == [results[0]] * 5
    assert len(results[0][0]) == 3
    assert results[0][1] != data(network())


def test_training_learns() -> None:
    net = network()
    losses = fit(net, XS, YS, epochs=3000).losses
    assert losses[-1] < 0.01 * losses[0]


def test_a_step_follows_the_mean_gradient_of_the_batch() -> None:
    net, reference = network(), network()
    assert fit(net, XS[:4], YS[:4], batch_size=4, learning_rate=0.3).losses[0] > 0.0
    loss = autograd.mean(
        [autograd.half_squared_error(reference(x), y) for x, y in zip(XS[:4], YS[:4], strict=True)]
    )
    loss.backward()
    for moved, p in zip(data(net), reference.parameters(), strict=True):
        assert moved == pytest.approx(
            p.data - 0.3 * p.grad, rel=1e-14, abs=1e-16
        )  # four summands in another order


def test_the_shuffle_is_a_permutation_and_the_seed_decides() -> None:
    order, same, other = (list(range(100)) for _ in range(3))
    state = shuffle(order, 1)
    assert (shuffle(same, 1), same) == (state, order)
    shuffle(other, 2)
    assert sorted(order) == list(range(100)) != order != other
    counts = [0] * 5
    for seed in range(2000):
        items = list(range(5))
        shuffle(items, seed * 2654435761)
        counts[items[0]] += 1
    assert (
        max(counts) - min(counts) < 200
    )  # each 400 ± 18, so ±100 is more than five standard deviations


@pytest.mark.parametrize("engine", ["python", "numba", "tape", "eager"])
def test_each_epoch_has_an_order_of_its_own(engine: str) -> None:
    steps = batches(network(), XS, YS, batch_size=1, epochs=3, learning_rate=0.0, engine=engine)
    losses = [
        batch.loss for batch in steps
    ]  # nothing moves, so that a loss tells which sample it is
    first, second, third = losses[:40], losses[40:80], losses[80:]
    assert sorted(first) == sorted(second) == sorted(third)
    assert first != second != third != first


def test_batches_come_after_each_step() -> None:
    net = network()
    steps = batches(net, XS, YS, batch_size=16, epochs=2)
    before = data(net)
    first = next(steps)
    assert (first.epoch, first.step, first.size) == (0, 0, 16)
    assert data(net) != before
    assert [(b.epoch, b.step, b.size) for b in steps] == [
        (0, 1, 16),
        (0, 2, 8),
        (1, 0, 16),
        (1, 1, 16),
        (1, 2, 8),
    ]


def test_sequences_as_samples_and_losses_of_your_own() -> None:
    rng = random.Random(0)
    xs = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(60)]
    ys = [(a - b, a * 0.5) for a, b in xs]

    def loss(prediction: list[Value], target: list[Value]) -> Value:
        assert [t.label for t in target] == ["y_1", "y_2"]
        errors = (
            autograd.half_squared_error(p, t) for p, t in zip(prediction, target, strict=True)
        )
        total: Value = autograd.total(errors)
        return total

    results = []
    for engine in ("python", "eager"):
        net = MLP(2, [2], seed=0)
        losses = fit(net, xs, ys, loss=loss, epochs=60, learning_rate=0.2, engine=engine).losses
        assert losses[-1] < 1e-6
        results.append(data(net))
    assert results[0] == results[1]


def test_bad_arguments() -> None:
    for change, text in (
        ({"engine": "c"}, "unknown engine 'c'; known are auto, python, numba, tape, eager"),
        ({"batch_size": 0}, "batch_size is a whole number from 1 up to 2..63, got 0"),
        ({"xs": []}, "got 0 samples and 40 targets"),
        ({"ys": YS[:3]}, "got 40 samples and 3 targets"),
        (
            {"xs": [[1.0]] * 39 + [[1.0, 2.0]]},
            r"expected 1 value for x, got 2; .* once for each; that was at xs\[39\]",
        ),
    ):
        arguments: dict[str, Any] = {"xs": XS, "ys": YS} | change
        with pytest.raises(ValueError, match=text):
            fit(network(), **arguments)


@pytest.mark.parametrize("engine", ["python", "numba", "tape", "eager"])
def test_divergence_names_the_step_and_keeps_the_last_finite_one(engine: str) -> None:
    net = MLP(1, [3, 1], activation="relu", seed=1)
    history = [data(net)]
    steps = batches(net, XS, YS, learning_rate=1e6, epochs=50, engine=engine)
    what = r"epoch \d+, step \d+: .*(value|gradient|derivative|would become).*smaller learning rate"
    with pytest.raises(FloatingPointError, match=what):
        history.extend(data(net) for _ in steps)
    assert data(net) == history[-1]
    assert all(map(math.isfinite, data(net)))


def test_a_domain_error_names_the_step() -> None:
    net = MLP(1, [1], seed=0)
    with pytest.raises(
        FloatingPointError, match=r"epoch 0, step 0: log\(a\) is not defined at a = z1_1 = -?\d"
    ):
        fit(net, [1.0, -2.0], [1.0, 1.0], loss=log_loss)


def log_loss(prediction: Value, target: Value) -> Value:
    loss: Value = -(prediction.log() * target)
    return loss


def test_interrupting_keeps_the_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    net, reference = network(), network()
    calls = iter(range(3))  # steps
    run = vars(autograd.Program)["run"].func

    def interrupted(program: Any) -> Any:
        def once_more(*arguments: Any) -> Any:
            if next(calls, None) is None:
                raise KeyboardInterrupt
            return run(program)(*arguments)

        return once_more

    monkeypatch.setattr(autograd.Program, "run", property(interrupted))
    with pytest.raises(KeyboardInterrupt):
        fit(net, XS, YS, batch_size=10, epochs=5)
    monkeypatch.undo()
    steps = batches(reference, XS, YS, batch_size=10, epochs=5)
    for _ in range(3):
        next(steps)
    assert data(net) == data(reference)


# An interrupt in a callback of a weak reference is lost, by Python, which pytest tells as a
# warning.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("engine", ["python", "numba", "tape", "eager"])
def test_ctrl_c_ends_a_run_of_minutes(engine: str) -> None:
    net = network()
    fit(net, XS, YS, engine=engine)  # what is to be compiled is compiled
    before = data(net)
    caught = Event()

    def interrupt_once_moved() -> None:
        while data(net) == before and not caught.wait(0.01):
            pass
        while not caught.is_set():  # again, if one was lost
            signal.raise_signal(signal.SIGINT)
            caught.wait(0.5)

    thread = Thread(target=interrupt_once_moved)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            fit(net, XS * 50, YS * 50, engine=engine, epochs=1_000_000)
    finally:
        caught.set()
        thread.join()
    assert data(net) != before
    assert all(map(math.isfinite, data(net)))


class Branching:
    """A network whose shape depends on its input: only one branch would be recorded."""

    def __init__(self) -> None:
        self.w = Value(0.5, "w")

    def parameters(self) -> list[Value]:
        return [self.w]

    def __call__(self, x: Value) -> Value:
        return self.w * x if x > 0.5 else -self.w * x


def test_a_branching_network_is_trained_eagerly() -> None:
    auto, eager = Branching(), Branching()
    with pytest.warns(
        UserWarning, match=r"runs eagerly, which is slower: x was compared with 0\.5"
    ) as warned:
        losses = fit(auto, XS, YS, epochs=2).losses
    assert warned[0].filename == __file__
    assert losses == fit(eager, XS, YS, epochs=2, engine="eager").losses
    assert auto.w.data == eager.w.data
    with pytest.raises(CompileError, match="compared"):
        fit(auto, XS, YS, engine="python")


def by_data(prediction: Value, target: Value) -> Value:
    return prediction * (1.0 if target.data > 0.5 else -1.0)


def noisy(prediction: Value, target: Value) -> Value:
    return autograd.half_squared_error(prediction + random.gauss(0.0, 0.1), target)


@pytest.mark.parametrize(("loss", "why"), [(by_data, "data of y was read"), (noisy, "random")])
def test_what_a_program_would_freeze_is_trained_eagerly(loss: Any, why: str) -> None:
    auto, eager = network(), network()
    random.seed(0)
    with pytest.warns(UserWarning, match=why):
        losses = fit(auto, XS, YS, loss=loss).losses
    with pytest.raises(CompileError, match=why):
        fit(network(), XS, YS, loss=loss, engine="python")
    if loss is by_data:
        assert losses == fit(eager, XS, YS, loss=loss, engine="eager").losses
        assert data(auto) == data(eager)


def test_what_another_thread_reads_is_its_own_affair() -> None:
    net = MLP(1, [2, 1], seed=0)

    def loss(prediction: Value, target: Value) -> Value:
        watcher = Thread(target=lambda: net.parameters()[0].data)
        watcher.start()
        watcher.join()
        return autograd.half_squared_error(prediction, target)

    fit(net, [0.0, 1.0], [1.0, 2.0], loss=loss, engine="python")


class Overflowing:
    """At x = 800 the text raises, and the graph answers tanh(inf) = 1."""

    def __init__(self) -> None:
        self.w = Value(1.0, "w")

    def parameters(self) -> list[Value]:
        return [self.w]

    def __call__(self, x: Value) -> Value:
        return x.exp().tanh() * self.w


def test_steps_that_need_graphs_are_taken_alike_and_silently() -> None:
    ends = []
    for engine in ("eager", "python", "numba", "tape"):
        net = Overflowing()
        with np.errstate(all="raise"):
            losses = fit(
                net,
                [1.0, 800.0, 2.0, 3.0],
                [0.0, 1.0, 0.5, 2.0],
                engine=engine,
                batch_size=2,
                epochs=9,
                seed=-5,
            ).losses
        ends.append((losses, net.w.data))
    assert ends == [ends[0]] * 4


def test_batches_go_on_for_as_long_as_one_likes() -> None:
    net = network()
    steps = batches(net, XS, YS, epochs=sys.maxsize, batch_size=10**9)
    for expected in range(3):
        assert next(steps)[:2] == (expected, 0)
        net.parameters()[0].data = 0.25  # a change in between is kept
        assert data(net)[0] == 0.25
    with pytest.raises(TypeError, match=r"batch_size is a whole number, got float: 10\.0"):
        fit(net, XS, YS, batch_size=10.0)  # type: ignore[arg-type]


def test_several_outputs_have_a_loss() -> None:
    net = MLP(1, [2], seed=0)
    losses = fit(net, XS, [(x, -x) for x in XS], epochs=100).losses
    assert losses[-1] < 1e-4


def test_constants_of_the_graph_are_not_trained() -> None:
    class Shifted(Branching):
        shift = Value(3.0, "shift")

        def __call__(self, x: Value) -> Value:
            return self.w * x + self.shift

    net = Shifted()
    fit(net, XS, YS)
    assert net.shift.data == 3.0
    assert net.w.data != 0.5


def test_progress_is_silent_off_a_terminal_and_without_tqdm(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fit(network(), XS, YS, epochs=2)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    losses = fit(network(), XS, YS, epochs=2).losses
    assert losses == fit(network(), XS, YS, epochs=2, progress=False).losses
    assert fit(network(), XS, YS, epochs=0).losses == []
    assert capfd.readouterr() == ("", "")
