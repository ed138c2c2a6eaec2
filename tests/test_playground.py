"""The playground: what a link says, what a trainer does, and what is drawn."""

import gc
import re
import tracemalloc
from dataclasses import fields
from itertools import pairwise
from math import inf, isfinite, isnan
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import MLP, half_squared_error
from autograd.nn import ACTIVATIONS
from demos import document
from demos.playground.picture import NEGATIVE, POSITIVE, SVG, Picture
from demos.playground.settings import CURVES, POINTS, Settings
from demos.playground.trainer import LONGEST, Trainer
from tests.strategies import examples

# what a link says


def numbers(kind: Any, least: float, most: float) -> st.SearchStrategy[Any]:
    return st.integers(int(least), int(most)) if kind is int else st.floats(least, most)


@st.composite
def settings(draw: st.DrawFn) -> Settings:
    """Any settings within the limits that their fields state."""
    drawn: dict[str, Any] = {}
    for known in fields(Settings):
        rule, kind = known.metadata, known.type
        if "choices" in rule:
            drawn[known.name] = draw(st.sampled_from(rule["choices"]))
        elif kind in (int, float):
            drawn[known.name] = draw(numbers(kind, *rule["limits"]))
        else:
            number = numbers(int if known.name == "hidden" else float, *rule["limits"])
            several = draw(st.lists(number, min_size=1, max_size=4))
            drawn[known.name] = tuple(several * 2 if known.name == POINTS else several)
    return Settings(**drawn)


@given(settings())
def test_a_link_gives_the_settings_it_was_made_of(made: Settings) -> None:
    assert Settings().changed(made.texts()) == made


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        ({"epochs": "3"}, "'epochs' is none of data, noise, samples, "),
        ({"data": "circle"}, "data is 'circle': it is one of curve, line, sine, step, |x|, points"),
        ({"noise": "loud"}, "noise is 'loud', not numbers"),
        ({"noise": "nan"}, "noise is nan: it goes from 0 to 0.5"),
        ({"learning_rate": "-1"}, "learning_rate is -1.0: it goes from 0 to 1e+09"),
        ({"batch_size": "2.5"}, "batch_size is '2.5', not whole numbers"),
        ({"hidden": "3,9"}, "hidden is 9: it goes from 1 to 8"),
        ({"hidden": "1,1,1,1,1"}, "hidden has 5 layers, of 1 to 4; points 0 numbers, of pairs"),
        ({"hidden": ""}, "hidden has 0 layers, of 1 to 4; points 0 numbers, of pairs"),
        ({"points": "0,0,1"}, "hidden has 1 layers, of 1 to 4; points 3 numbers, of pairs"),
        ({"weights": "inf"}, "weights is inf: it goes from "),
    ],
)
def test_what_is_no_link_is_told_by_name(texts: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(complaint)):
        Settings().changed(texts)


def test_the_default_is_the_document_s_run() -> None:
    training, held_out = Settings().split()
    xs, ys = document.samples(1000, seed=0)
    assert (training, held_out) == ((xs[:900], ys[:900]), (xs[900:], ys[900:]))
    made = Settings()
    assert (made.learning_rate, made.batch_size, made.seed) == (
        document.ETA,
        document.BATCH,
        document.SEED,
    )
    assert (made.hidden, made.activation) == ((3,), "sigmoid")


@pytest.mark.parametrize("data", [name for name in CURVES if name != POINTS])
def test_samples_lie_about_their_curve(data: str) -> None:
    low, function = CURVES[data]
    (xs, ys), (more_xs, more_ys) = Settings(
        data=data, noise=0.1, samples=200, held_out=0.25
    ).split()
    assert (len(xs), len(more_xs)) == (150, 50)
    assert all(
        low <= x <= 1.0 and abs(y - function(x)) <= 0.1
        for x, y in zip(xs + more_xs, ys + more_ys, strict=True)
    )
    assert min(xs) < low + 0.1 * (1.0 - low)
    assert {*map(function, xs)} != {*ys}


def test_clicked_points_are_the_samples_all_of_them() -> None:
    made = Settings(data=POINTS, points=(0.1, 0.2, -0.3, 0.4, 0.5, -0.6), held_out=0.5)
    assert made.split() == (([0.1, -0.3, 0.5], [0.2, 0.4, -0.6]), ([], []))


# what a trainer does


def weights(net: MLP) -> list[float]:
    return [p.data for p in net.parameters()]


@pytest.mark.parametrize("engine", ["python", pytest.param("numba", marks=pytest.mark.long)])
def test_it_trains_as_the_document_s_demo_does(engine: str) -> None:
    trainer, (xs, ys) = Trainer(Settings(), engine), document.samples(1000, seed=0)
    for _ in range(270):
        trainer.advance()
    net, _ = document.train(3, 3, (xs[:900], ys[:900]))
    assert weights(trainer.net) == weights(net)
    assert trainer.step == 270
    trainer.advance(seconds=0.01)
    assert trainer.step > 271
    assert trainer.speed > 0


def test_what_it_measures_is_the_mean_over_graphs() -> None:
    trainer = Trainer(
        Settings(hidden=(2, 3), activation="tanh", samples=30, held_out=0.2), "python"
    )
    r_squared = trainer.measure()
    ((step, *losses_then, gradient_1, gradient_2, gradient_3),) = trainer.history
    assert step == 0
    for which, (xs, ys) in enumerate((trainer.training, trainer.held_out)):
        losses = [half_squared_error(trainer.net(x), y) for x, y in zip(xs, ys, strict=True)]
        mean, mean_y = autograd.mean(losses), sum(ys) / len(ys)
        assert losses_then[which] == pytest.approx(mean.data, rel=1e-12)
        unexplained = 2 * sum(loss.data for loss in losses) / sum((y - mean_y) ** 2 for y in ys)
        assert r_squared[which] == pytest.approx(1 - unexplained, rel=1e-9)
        if which == 0:
            slopes = [autograd.grad(mean, layer.parameters()) for layer in trainer.net.layers]
            lengths = [sum(g * g for g in layer) ** 0.5 for layer in slopes]
            assert [gradient_1, gradient_2, gradient_3] == pytest.approx(lengths, rel=1e-9)


def test_one_sample_is_a_step_along_its_own_gradient() -> None:
    trainer = Trainer(Settings(sample=7, learning_rate=0.25), "python")
    before, loss = weights(trainer.net), trainer.loss()
    assert loss.data == pytest.approx(
        0.5 * (trainer.net(trainer.samples[6][0]).data - trainer.samples[6][1]) ** 2
    )
    slopes = [p.grad for p in trainer.net.parameters()]
    trainer.learn()
    assert weights(trainer.net) == [
        w - 0.25 * slope for w, slope in zip(before, slopes, strict=True)
    ]
    assert trainer.loss().data < loss.data
    assert trainer.step == 1


def test_settings_give_the_state_again_and_reset_the_first_weights() -> None:
    trainer = Trainer(Settings(samples=60, hidden=(3, 2)), "python")
    first = weights(trainer.net)
    assert trainer.now() == trainer.settings
    for _ in range(20):
        trainer.advance()
    trainer.parameters["b2_1"].data = -1.75
    again = Trainer(trainer.now(), "python")
    assert weights(again.net) == weights(trainer.net) != first
    assert (again.measure(), again.history) == (trainer.measure(), trainer.history)
    assert trainer.history[0][0] == 20
    assert weights(Trainer(trainer.now().changed({"weights": "", "step": "0"})).net) == first


@pytest.mark.parametrize(
    ("texts", "goes_on"),
    [
        ({"learning_rate": "0.1"}, True),
        ({"noise": "0"}, True),
        ({"data": "sine"}, True),
        ({"sample": "3"}, True),
        ({"hidden": "3,3"}, False),
        ({"activation": "tanh"}, False),
        ({"seed": "3"}, False),
    ],
)
def test_training_goes_on_while_the_network_is_the_same(
    texts: dict[str, str], goes_on: bool
) -> None:
    trainer = Trainer(Settings(samples=60), "python")
    trainer.advance()
    changed = Trainer(trainer.now().changed(texts))
    assert (weights(changed.net) == weights(trainer.net), changed.step == 1) == (goes_on, goes_on)
    assert changed.now() == Settings(
        weights=changed.settings.weights, step=int(goes_on), samples=60
    ).changed(texts)


def test_diverging_keeps_the_last_finite_weights_and_a_reset_goes_on() -> None:
    trainer = Trainer(Settings(learning_rate=1e6), "python")
    with pytest.raises(FloatingPointError, match="a smaller learning rate may help"):
        trainer.advance(seconds=10.0)
    assert all(map(isfinite, weights(trainer.net)))
    trainer.measure()
    again = Trainer(
        trainer.now().changed({"learning_rate": "0.5", "weights": "", "step": "0"}), "python"
    )
    again.advance()
    again.measure()
    assert again.history[-1][1] < 1.0


def test_numbers_too_large_to_measure_are_unknown() -> None:
    trainer = Trainer(Settings(samples=20), "python")
    trainer.parameters["b2_1"].data = 1e200
    assert trainer.measure() == [-inf, -inf]
    trainer.parameters["w2_11"].data = trainer.parameters["w1_11"].data = 1e300
    assert all(map(isnan, trainer.measure()))
    assert all(map(isnan, trainer.history[-1][1:]))


def test_the_last_step_that_a_link_can_tell_is_not_the_last() -> None:
    trainer = Trainer(Settings(samples=10, step=10**15), "python")
    trainer.learn()
    assert trainer.now().step == 10**15


def test_nothing_to_learn_from_is_a_state_too() -> None:
    trainer = Trainer(Settings(data=POINTS), "python")
    assert (trainer.samples, trainer.sample, trainer.now()) == ([], 0, trainer.settings)
    assert all(map(isnan, trainer.measure()))


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^weights has 2 numbers: this network takes 10$"):
        Trainer(Settings(weights=(1.0, 2.0)))


def test_the_history_stays_short_and_even() -> None:
    trainer = Trainer(Settings(samples=4, batch_size=2, hidden=(1,)), "python")
    for _ in range(3 * LONGEST):
        trainer.advance()
        trainer.measure()
        trainer.measure()
    steps = [past[0] for past in trainer.history]
    assert len(steps) == LONGEST
    assert (steps[0], steps[-1]) == (1, 3 * LONGEST)
    assert max(b - a for a, b in pairwise(steps)) <= 8


def test_the_history_is_full_after_so_many_updates() -> None:
    trainer = Trainer(Settings(samples=4, hidden=(1,), learning_rate=1e-3), "python")
    for _ in range(LONGEST + 10):
        trainer.advance()
        trainer.measure()
    assert len(trainer.history) == LONGEST


@pytest.mark.long
def test_updates_leave_memory_flat() -> None:
    trainer = Trainer(Settings(samples=4, hidden=(1,), learning_rate=1e-3), "python")
    picture, sizes = Picture(trainer.net), []
    tracemalloc.start()
    for update in range(1501):
        trainer.advance()
        trainer.measure()
        picture.painted(
            dict(zip(trainer.parameters, weights(trainer.net), strict=True)), trainer.curves()
        )
        if update in (500, 1500):  # when the history is full, and long after
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert sizes[1] <= 1.1 * sizes[0]


# what is drawn


def test_arrows_are_as_wide_and_coloured_as_their_weights() -> None:
    net = MLP(1, [3, 2, 1], "sigmoid", seed=0)
    made = dict(net.named_parameters())
    picture = Picture(net)
    looks = []
    for w in (-30.0, -2.0, -0.5, 0.5, 2.0, 30.0):
        svg = ElementTree.fromstring(picture.painted(dict.fromkeys(made, w), {}))
        arrows = {name: svg.find(f".//{SVG}g[@id='network_f_{name}']//{SVG}path") for name in made}
        assert None not in arrows.values()
        (look,) = {
            (path.get("stroke"), float(path.get("stroke-width", 0)))
            for path in arrows.values()
            if path is not None
        }
        looks.append(look)
    assert [color for color, _ in looks] == [NEGATIVE] * 3 + [POSITIVE] * 3
    widths = [width for _, width in looks]
    assert widths == widths[::-1]
    assert widths[3] < widths[4] < widths[5] <= 7.0


@examples(100)
@given(st.sampled_from(ACTIVATIONS), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_every_neuron_has_its_curve(activation: str, hidden: list[int]) -> None:
    trainer = Trainer(Settings(hidden=tuple(hidden), activation=activation, samples=4), "python")
    curves, picture = trainer.curves(), Picture(trainer.net)
    svg = picture.painted(dict.fromkeys(trainer.parameters, 1.0), curves)
    assert len(picture.curves) == sum(hidden) + 1
    assert all(path.get("d", "").startswith("M") for path, *_ in picture.curves.values())
    assert svg.count('stroke="white"') == sum(hidden) + 1
    assert [curves["x"], curves[f"z{len(hidden) + 1}_1"]] == [
        trainer.grid,
        [trainer.net(x).data for x in trainer.grid],
    ]
