"""What `fit` takes beside samples, and what it gives back."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    MLP,
    SGD,
    Adam,
    EarlyStopping,
    Epoch,
    Module,
    Parameter,
    Value,
    batches,
    cross_entropy,
    fit,
    half_squared_error,
    total,
)
from tests.conftest import network
from tests.strategies import examples

ENGINES = ("eager", "python", "tape", "numba")
XS = [i / 7 for i in range(7)]
YS = [x * x for x in XS]
OTHERS = ([0.3, 0.6, 0.9], [0.1, 0.4, 0.8])


def data(net: Any) -> list[float]:
    return [p.data for p in net.parameters()]


def mean_loss(net: Any, xs: Any, ys: Any) -> float:
    losses = [half_squared_error(net(x), y).data for x, y in zip(xs, ys, strict=True)]
    return sum(losses) / len(losses)


@pytest.mark.parametrize("engine", ENGINES)
def test_validation_is_the_mean_loss_after_each_epoch(engine: str) -> None:
    net = network()
    expected: list[float] = []

    def after(epoch: Epoch) -> None:
        assert epoch.epoch == len(expected)
        expected.append(mean_loss(net, *OTHERS))
        assert epoch.validation_loss == pytest.approx(expected[-1], rel=1e-14)

    run = fit(net, XS, YS, epochs=5, validation=OTHERS, on_epoch=after, engine=engine)
    assert run.validation_losses == pytest.approx(expected, rel=1e-14)
    assert len(expected) == len(run.losses) == 5
    alone = network()
    assert fit(alone, XS, YS, epochs=5, engine=engine).losses == run.losses
    assert data(alone) == data(net)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_training_ends_when_on_epoch_says_so(engine: str) -> None:
    net = network()
    run = fit(net, XS, YS, epochs=50, on_epoch=lambda epoch: epoch.epoch == 3, engine=engine)
    assert run.stopped
    assert len(run.losses) == 4
    other = network()
    assert not fit(other, XS, YS, epochs=4, engine=engine).stopped
    assert data(net) == data(other)


def test_what_on_epoch_gives_is_looked_at() -> None:
    for answer in (0.5, "stop", 1):
        with pytest.raises(TypeError, match="on_epoch gives True to end the training, else None"):
            fit(network(), XS, YS, on_epoch=lambda _: answer)  # type: ignore[arg-type, return-value]  # noqa: B023  # called at once
    with pytest.raises(TypeError, match="on_epoch is called with an Epoch, got int: 3"):
        fit(network(), XS, YS, on_epoch=3)  # type: ignore[arg-type]


def test_early_stopping_goes_back_to_the_best() -> None:
    net = MLP(1, [1], seed=0)
    seen: list[list[float]] = []
    losses: list[float] = []
    stop = EarlyStopping(net, patience=4)

    def watched(epoch: Epoch) -> bool:
        seen.append(data(net))
        losses.append(math.inf if epoch.validation_loss is None else epoch.validation_loss)
        return stop(epoch)

    # A line is fitted to one slope, and looked at on another: better at first, then worse.
    run = fit(
        net,
        [1.0, -1.0],
        [4.0, -4.0],
        epochs=500,
        learning_rate=0.05,
        validation=([1.0], [2.0]),
        on_epoch=watched,
    )
    best = losses.index(min(losses))
    assert run.stopped
    assert 0 < best < len(losses) - 1 == best + 4
    assert (stop.best_epoch, stop.best_loss) == (best, losses[best])
    assert data(net) == seen[best] != seen[-1]


@examples(40)
@given(decay=st.floats(0.0, 0.5), engine=st.sampled_from(ENGINES[:3]))
def test_a_square_outside_the_mean_is_weight_decay(decay: float, engine: str) -> None:
    penalized, decaying = network(), network()
    rate = 0.1

    def plus(net: Any) -> Value:
        squares: Value = total(p * p for p in net.parameters())
        return 0.5 * decay * squares

    fit(penalized, XS, YS, batch_size=3, epochs=4, learning_rate=rate, plus=plus, engine=engine)
    rule = SGD(rate, weight_decay=decay)
    fit(decaying, XS, YS, batch_size=3, epochs=4, optimizer=rule, engine=engine)
    # 12 steps, of some ten roundings each in numbers near 1.
    assert data(penalized) == pytest.approx(data(decaying), rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("engine", ENGINES[:3])
def test_losses_are_those_with_the_term(engine: str) -> None:
    net = network()
    plain = network()
    run = fit(
        net, XS, YS, batch_size=7, plus=lambda net: net.layers[0].W[0][0] * 2.0, engine=engine
    )
    without = fit(plain, XS, YS, batch_size=7, engine=engine)
    assert run.losses[0] == pytest.approx(
        without.losses[0] + 2.0 * network().layers[0].W[0][0].data, rel=1e-14
    )


@pytest.mark.parametrize("wrong", [lambda net: 1.0, lambda net: Value(1.0), lambda net: None])
@pytest.mark.parametrize("engine", ["eager", "auto"])
def test_a_term_that_is_none_is_refused(wrong: Any, engine: str) -> None:
    with pytest.raises(
        TypeError, match="plus gives for the network a Value made of its parameters"
    ):
        fit(network(), XS, YS, plus=wrong, engine=engine)


def test_a_schedule_is_followed_in_every_engine_past_what_is_asked_for_at_once() -> None:
    def rate(step: int) -> float:
        return 0.5 / (1.0 + step / 100)

    ends = []
    for engine in ENGINES:
        net = network()
        run = fit(net, XS, YS, batch_size=2, epochs=600, learning_rate=rate, engine=engine)
        ends.append((run.losses, data(net)))
    assert ends == [ends[0]] * len(ENGINES)
    # By hand, step by step.
    net = network()
    steps = batches(net, XS, YS, batch_size=2, epochs=600, optimizer=SGD(rate), engine="python")
    assert len([*steps]) == 2400
    assert data(net) == ends[0][1]


def test_a_schedule_that_gives_no_number_names_the_step() -> None:
    with pytest.raises(ValueError, match="learning rate at step 5"):
        fit(network(), XS, YS, learning_rate=lambda step: math.nan if step == 5 else 0.1, epochs=9)


@pytest.mark.parametrize(
    ("xs", "ys", "told"),
    [
        ([0.0, 1.0], [1.0, math.nan], r"ys\[1\] holds nan, and training takes finite numbers"),
        ([0.0, math.inf], [1.0, 1.0], r"xs\[1\] holds inf"),
        ([[0.0], [-math.inf]], [1.0, 1.0], r"xs\[1\] holds -inf"),
    ],
)
def test_numbers_that_are_not_finite_are_found_before_training(xs: Any, ys: Any, told: str) -> None:
    net = network()
    before = data(net)
    with pytest.raises(ValueError, match=told):
        fit(net, xs, ys)
    assert data(net) == before
    with pytest.raises(ValueError, match="validation " + told):
        fit(net, XS, YS, validation=(xs, ys))


@pytest.mark.parametrize("engine", [*ENGINES, "auto"])
def test_a_label_that_is_no_class_is_named_with_its_sample(engine: str) -> None:
    net = MLP(1, [3], seed=0)
    for label in (3, -1, 0.5):
        with pytest.raises(ValueError, match=rf"{label}.* that was at xs\[2\]"):
            fit(net, [0.0, 1.0, 2.0], [0, 1, label], loss=cross_entropy, engine=engine)
    assert data(net) == data(MLP(1, [3], seed=0))


class Looking(Module):
    """Four parameters, looked up by the second number of a sample."""

    def __init__(self) -> None:
        self.table = [Parameter(0.1 * i, f"t{i}") for i in range(4)]

    def __call__(self, x: Any) -> Any:
        return x[0] * autograd.lookup(self.table, x[1])


@pytest.mark.parametrize("engine", [*ENGINES, "auto"])
def test_an_index_that_is_none_is_named_with_its_sample(engine: str) -> None:
    xs = [[1.0, i] for i in (0, 1, 2, 3, 4)]
    with pytest.raises(ValueError, match=r"4 is no index of 4 items.* that was at xs\[4\]"):
        fit(Looking(), xs, [1.0] * 5, engine=engine, batch_size=2)


@pytest.mark.parametrize("wrong", [3, "ab", (XS,), (XS, YS, YS), {"xs": XS}])
def test_validation_is_a_pair(wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="validation"):
        fit(network(), XS, YS, validation=wrong)


@pytest.mark.parametrize("engine", ENGINES)
def test_frozen_parameters_stay(engine: str) -> None:
    net = network()
    net.layers[0].freeze()
    before = data(net.layers[0])
    all_before = [p.data for _, p in net.named_parameters()]
    fit(net, XS, YS, optimizer=Adam(0.05), engine=engine)
    after = [p.data for _, p in net.named_parameters()]
    assert before == []
    assert after[:6] == all_before[:6]
    assert after[6:] != all_before[6:]


def test_the_name_of_a_parameter_that_nothing_reaches_is_its_path() -> None:
    class Forgetful(Module):
        def __init__(self) -> None:
            self.net = MLP(1, [1], seed=0)
            self.head = MLP(1, [2, 1], seed=0)
            self.scale = Parameter(1.0)

        def __call__(self, x: Any) -> Any:
            return self.net(x)

    with pytest.raises(ValueError, match=r"reaches head\.w1_11, head\.w1_12, .* and 3 more: no"):
        fit(Forgetful(), XS, YS)
    model = Forgetful()
    model.head.freeze()
    model.scale.frozen = True
    assert fit(model, XS, YS, epochs=3).losses[-1] < 1.0


def test_a_result_says_how_it_went() -> None:
    run = fit(network(), XS, YS, epochs=3, engine="python")
    assert repr(run).startswith(f"<Fit of 3 epochs, loss {run.losses[0]:.4g} → ")
    assert run.why == "it was asked for"
    assert run.seconds > 0.0
    auto = fit(network(), XS, YS, epochs=3)
    assert auto.why.startswith("expected to be done first, compiling included: ")
    assert auto.engine in autograd.program.engines.ENGINES


def test_a_loss_that_rises_is_told_of() -> None:
    # |w| grows by a fifth at each step: 40 steps make the loss some 1,000 times what it was.
    net = MLP(1, [1], seed=0)
    net.named_parameters()[1][1].frozen = True  # type: ignore[attr-defined]  # b1_1, a Parameter
    for on_epoch in (None, lambda epoch: epoch.epoch == 20):
        net.layers[0].neurons[0].w[0].data = 0.7
        with pytest.warns(UserWarning, match="rose from"):
            fit(net, [1.0], [0.5], learning_rate=2.2, epochs=30, on_epoch=on_epoch)


def test_a_network_that_a_training_has_ruined_is_told_of() -> None:
    net = network()
    for p in net.parameters():
        p.data = 1e200
    with pytest.raises(FloatingPointError, match=r"w1_11 = 1e\+200 before the first step: if a"):
        fit(net, XS, YS)


def test_an_error_of_training_is_short() -> None:
    net = MLP(1, [1], seed=0)
    with pytest.raises(FloatingPointError) as caught:
        fit(net, XS, YS, learning_rate=1e200, epochs=9)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


class Annealed(Module):
    """A network of which a factor is changed from outside."""

    def __init__(self) -> None:
        self.net = MLP(1, [3, 1], "tanh", seed=0)
        self.beta = 0.0

    def __call__(self, x: Any) -> Any:
        return self.net(x) * (1.0 + self.beta)


@pytest.mark.parametrize("engine", [*ENGINES[1:], "auto"])
def test_what_on_epoch_changes_is_followed_as_eagerly(engine: str) -> None:
    def ends(engine: str) -> Any:
        net = Annealed()
        strength = [0.0]
        rule = SGD(0.1)

        def change(epoch: Epoch) -> None:
            net.beta = 0.5 * epoch.epoch
            strength[0] = 0.01 * epoch.epoch
            rule.learning_rate = 0.1 / (1 + epoch.epoch) if epoch.epoch % 2 else lambda step: 0.05

        run = fit(
            net,
            XS,
            YS,
            epochs=5,
            batch_size=3,
            optimizer=rule,
            engine=engine,
            on_epoch=change,
            validation=OTHERS,
            plus=lambda net: strength[0] * net.net.layers[0].W[0][0] ** 2,
        )
        return run.losses, data(net), run.validation_losses

    right = ends("eager")
    found = ends(engine)
    assert found[:2] == right[:2]
    assert found[2] == pytest.approx(right[2], rel=1e-14)
    assert len({*right[0]}) == 5


def test_a_parameter_that_is_frozen_meanwhile_is_an_error() -> None:
    net = network()
    with pytest.raises(ValueError, match=r"w1_11 = .* was frozen while it was trained"):
        fit(net, XS, YS, epochs=3, on_epoch=lambda _: net.layers[0].freeze())


def test_an_optimizer_for_other_parameters_is_refused() -> None:
    net = network()
    with pytest.raises(ValueError, match="made for other parameters than the network's"):
        fit(net, XS, YS, optimizer=SGD(net.layers[1].parameters(), 0.1))
    assert fit(net, XS, YS, optimizer=SGD(net.parameters(), 0.1)).losses


def test_a_parameter_that_nobody_lists_is_told_of() -> None:
    class Hiding(Module):
        def __init__(self) -> None:
            self.net = MLP(1, [1], seed=0)
            hidden = Parameter(0.5, "hidden")
            self.scale: Any = lambda: hidden

        def __call__(self, x: Any) -> Any:
            return self.net(x) * self.scale()

    with pytest.warns(
        UserWarning, match=r"training does not move hidden = 0\.5: parameters\(\) do"
    ):
        fit(Hiding(), XS, YS)


@pytest.mark.parametrize("engine", [*ENGINES, "auto"])
def test_validation_is_checked_before_training(engine: str) -> None:
    net = MLP(1, [3], seed=0)
    before = data(net)
    with pytest.raises(ValueError, match=r"label 7 is none .* that was at validation xs\[1\]"):
        fit(
            net,
            [0.0, 1.0],
            [0, 1],
            loss=cross_entropy,
            engine=engine,
            validation=([0.0, 1.0], [2, 7]),
        )
    assert data(net) == before


@pytest.mark.parametrize("engine", [*ENGINES, "auto"])
def test_probabilities_are_checked_in_every_sample(engine: str) -> None:
    targets = [[0.5, 0.5 + 1e-9 * i] for i in range(150)]
    targets[137] = [5.0, -3.0]
    with pytest.raises(ValueError, match=r"add up to 1.* that was at xs\[137\]"):
        fit(MLP(1, [2], seed=0), [0.1] * 150, targets, loss=cross_entropy, engine=engine)


@pytest.mark.parametrize("engine", [*ENGINES[1:], "auto"])
def test_a_look_up_in_a_set_or_dict_is_as_eager(engine: str) -> None:
    weights = {3: 5.0}

    def weighted(prediction: Any, y: Any) -> Any:
        return (prediction - 1.0) ** 2 * weights.get(y, 1.0)

    ys = sorted(i % 4 for i in range(200))
    xs = [0.01 * i for i in range(200)]
    ends = []
    for way in ("eager", engine):
        net = network()
        fit(net, xs, ys, loss=weighted, learning_rate=0.05, engine=way)
        ends.append(data(net))
    assert ends[0] == ends[1]


def test_memory_that_would_overflow_is_an_error() -> None:
    net = MLP(1, [1], seed=0)
    with pytest.raises(FloatingPointError, match="what the optimizer remembers"):
        fit(net, [1.0], [1.0], loss=lambda p, y: (p - y) * 1e160, optimizer=Adam(0.01))


def test_a_stopping_for_another_network_is_refused() -> None:
    with pytest.raises(ValueError, match="is of another network"):
        fit(network(), XS, YS, on_epoch=EarlyStopping(network()))
