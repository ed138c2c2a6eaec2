"""The playground: what a link says, what a trainer does, and the page in a browser as a person uses it."""

import gc
import os
import re
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from math import inf, isfinite, isnan
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

import autograd
from autograd import MLP, half_squared_error
from autograd.nn import ACTIVATIONS
from demos import document
from demos.playground.picture import NEGATIVE, POSITIVE, SVG, Picture
from demos.playground.settings import CURVES, POINTS, Settings
from demos.playground.trainer import LONGEST, Trainer

ROOT = Path(__file__).parents[1]


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
    assert (made.learning_rate, made.batch_size, made.seed) == (document.ETA, document.BATCH, document.SEED)
    assert (made.hidden, made.activation) == ((3,), "sigmoid")


@pytest.mark.parametrize("data", [name for name in CURVES if name != POINTS])
def test_samples_lie_about_their_curve(data: str) -> None:
    low, function = CURVES[data]
    (xs, ys), (more_xs, more_ys) = Settings(data=data, noise=0.1, samples=200, held_out=0.25).split()
    assert (len(xs), len(more_xs)) == (150, 50)
    assert all(low <= x <= 1.0 and abs(y - function(x)) <= 0.1 for x, y in zip(xs + more_xs, ys + more_ys, strict=True))
    assert min(xs) < low + 0.1 * (1.0 - low)
    assert {*map(function, xs)} != {*ys}


def test_clicked_points_are_the_samples_all_of_them() -> None:
    made = Settings(data=POINTS, points=(0.1, 0.2, -0.3, 0.4, 0.5, -0.6), held_out=0.5)
    assert made.split() == (([0.1, -0.3, 0.5], [0.2, 0.4, -0.6]), ([], []))


# what a trainer does


def weights(net: MLP) -> list[float]:
    return [p.data for p in net.parameters()]


@pytest.mark.parametrize("engine", ["python", "numba"])
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
    trainer = Trainer(Settings(hidden=(2, 3), activation="tanh", samples=30, held_out=0.2), "python")
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
    assert loss.data == pytest.approx(0.5 * (trainer.net(trainer.samples[6][0]).data - trainer.samples[6][1]) ** 2)
    slopes = [p.grad for p in trainer.net.parameters()]
    trainer.learn()
    assert weights(trainer.net) == [w - 0.25 * slope for w, slope in zip(before, slopes, strict=True)]
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


@pytest.mark.parametrize(("texts", "goes_on"), [
    ({"learning_rate": "0.1"}, True), ({"noise": "0"}, True), ({"data": "sine"}, True), ({"sample": "3"}, True),
    ({"hidden": "3,3"}, False), ({"activation": "tanh"}, False), ({"seed": "3"}, False),
])  # fmt: skip
def test_training_goes_on_while_the_network_is_the_same(texts: dict[str, str], goes_on: bool) -> None:
    trainer = Trainer(Settings(samples=60), "python")
    trainer.advance()
    changed = Trainer(trainer.now().changed(texts))
    assert (weights(changed.net) == weights(trainer.net), changed.step == 1) == (goes_on, goes_on)
    assert changed.now() == Settings(weights=changed.settings.weights, step=int(goes_on), samples=60).changed(texts)


def test_diverging_keeps_the_last_finite_weights_and_a_reset_goes_on() -> None:
    trainer = Trainer(Settings(learning_rate=1e6), "python")
    with pytest.raises(FloatingPointError, match="a smaller learning rate may help"):
        trainer.advance(seconds=10.0)
    assert all(map(isfinite, weights(trainer.net)))
    trainer.measure()
    again = Trainer(trainer.now().changed({"learning_rate": "0.5", "weights": "", "step": "0"}), "python")
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


def test_updates_leave_memory_flat() -> None:
    trainer = Trainer(Settings(samples=4, hidden=(1,), learning_rate=1e-3), "python")
    picture, sizes = Picture(trainer.net), []
    tracemalloc.start()
    for update in range(1501):
        trainer.advance()
        trainer.measure()
        picture.painted(dict(zip(trainer.parameters, weights(trainer.net), strict=True)), trainer.curves())
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
        (look,) = {(path.get("stroke"), float(path.get("stroke-width", 0))) for path in arrows.values() if path is not None}
        looks.append(look)
    assert [color for color, _ in looks] == [NEGATIVE] * 3 + [POSITIVE] * 3
    widths = [width for _, width in looks]
    assert widths == widths[::-1]
    assert widths[3] < widths[4] < widths[5] <= 7.0


@examples(deadline=None)  # a layout takes its time
@given(st.sampled_from(ACTIVATIONS), st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_every_neuron_has_its_curve(activation: str, hidden: list[int]) -> None:
    trainer = Trainer(Settings(hidden=tuple(hidden), activation=activation, samples=4), "python")
    curves, picture = trainer.curves(), Picture(trainer.net)
    svg = picture.painted(dict.fromkeys(trainer.parameters, 1.0), curves)
    assert len(picture.curves) == sum(hidden) + 1
    assert all(path.get("d", "").startswith("M") for path, *_ in picture.curves.values())
    assert svg.count('stroke="white"') == sum(hidden) + 1
    assert [curves["x"], curves[f"z{len(hidden) + 1}_1"]] == [trainer.grid, [trainer.net(x).data for x in trainer.grid]]


# the page in a browser


class Server:
    """The playground as `make playground` starts it, in a process of its own."""

    def __init__(self) -> None:
        command, pipe = [sys.executable, "-m", "demos.playground"], subprocess.PIPE
        alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}  # nicegui looks for these
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=subprocess.STDOUT, text=True, env=alone)
        assert self.process.stdout
        said = self.process.stdout.readline()
        found = re.fullmatch(r"The playground is at (http://127\.0\.0\.1:\d+) \(Ctrl-C ends it\)\n", said)
        assert found, said
        self.url = found[1]

    def end(self) -> str:
        """Press Ctrl-C, and give what else was said."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=20)
        assert self.process.returncode == 0
        return str(said)

    def seconds(self) -> float:
        """Processor time so far."""
        ticks = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")")[1].split()[11:13]
        return sum(map(int, ticks)) / 100


@pytest.fixture(scope="module")
def server(browser: Browser) -> Iterator[Server]:
    running = Server()
    yield running
    assert running.end() == ""


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A browser's window; whatever its pages ask of others, log or throw is a failure."""
    trouble = list[str]()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.on("console", lambda message: trouble.append(message.text))
    context.on("weberror", lambda error: trouble.append(str(error.error)))
    context.on("request", lambda request: trouble.append(request.url) if not request.url.startswith(server.url) else None)
    yield context
    context.close()
    assert not trouble


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("location.search.includes('sample=')")  # what is typed before the page is served is lost
    expect(page.locator(".figure svg")).to_be_visible()
    expect(page.locator("nav")).to_contain_text("step ")
    return page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def link(page: Page) -> dict[str, str]:
    return {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}


def r_squared(page: Page) -> float:
    found = re.search(r"R² held out (-?[\d.]+)", page.locator("nav").inner_text())
    assert found
    return float(found[1])


def steps(page: Page) -> int:
    return int(page.locator("nav").inner_text().split("step ")[1].split(" ")[0].replace(",", ""))


def explanation(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Step by step").click()
    return page.frame_locator("iframe")


def test_the_whole_story(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.url)
    figure, fit = page.locator(".figure"), page.locator(".fitted")
    untrained, first_fit = figure.inner_html(), fit.inner_html()
    held_out = "/R² held out (-?[\\d.]+)/.exec(document.querySelector('nav').innerText)"
    for _ in range(9):  # at this learning rate R² still trembles, and may be lower a picture later
        button(page, "Play").click()
        page.wait_for_function(f"{held_out} && Number({held_out}[1]) > 0.96", timeout=60_000)
        button(page, "Pause").click()
        expect(button(page, "Play")).to_be_visible()
        if r_squared(page) >= 0.95:
            break
    assert r_squared(page) >= 0.95
    assert figure.inner_html() != untrained
    assert fit.inner_html() != first_fit

    before = Trainer(Settings().changed(link(page)))
    button(page, "One sample").click()
    expect(page.locator("nav")).to_contain_text(f"step {before.step + 1:,} ")
    before.learn()
    after = Trainer(Settings().changed(link(page)))
    assert (after.step, weights(after.net)) == (before.step, weights(before.net))

    loss = after.loss()
    frame = explanation(page)
    expect(frame.locator("#result")).to_contain_text(f"loss = {loss.data:.6g}")
    frame.get_by_role("button", name="Last").click()
    expect(frame.locator("#leaves")).to_contain_text(f"{after.parameters['w1_12'].grad:.6g}")

    trained = fit.inner_html()
    page.get_by_role("combobox", name="weight").click()
    page.get_by_role("option", name="w2_11").click()
    page.get_by_label("its value").fill("-1.5")
    expect(frame.locator("#leaves input").nth(7)).to_have_value("-1.5")
    assert float(link(page)["weights"].split(",")[6]) == -1.5
    assert fit.inner_html() != trained
    after.parameters["w2_11"].data = -1.5
    assert r_squared(page) == pytest.approx(after.measure()[1], rel=5e-3)

    here, picture = page.url, figure.inner_html()
    button(page, "Play").click()
    expect(button(page, "Pause")).to_be_visible()
    second = opened(context, here)
    assert link(second) == {name: texts[0] for name, texts in parse_qs(urlsplit(here).query).items()}
    assert second.locator(".figure").inner_html() == picture
    reached = steps(page)
    assert steps(second) == after.step < reached
    page.wait_for_timeout(500)
    assert steps(second) == after.step < reached < steps(page)
    button(second, "Reset").click()
    expect(second.locator("nav")).to_contain_text("step 0 ")
    assert second.locator(".figure").inner_html() == untrained
    assert steps(page) > reached


@pytest.mark.parametrize(("query", "complaint"), [
    ("hidden=3,x", "This link cannot be opened: hidden is '3,x', not whole numbers"),
    ("weights=1,2", "This link cannot be opened: weights has 2 numbers: this network takes 10"),
    ("<b>=1", "This link cannot be opened: '<b>' is none of data, noise, "),
])  # fmt: skip
def test_a_bad_link_says_why_and_the_page_lives_on(context: BrowserContext, server: Server, query: str, complaint: str) -> None:
    page = opened(context, f"{server.url}/?{query}")
    expect(page.get_by_role("alert")).to_contain_text(complaint)
    button(page, "One batch").click()
    expect(page.locator("nav")).to_contain_text("step 1 ")
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_learning_rate_that_diverges_says_so_and_the_page_lives_on(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.url)
    page.get_by_label("learning rate η").fill("1e6")
    page.keyboard.press("Enter")
    page.wait_for_url("**learning_rate=1000000.0&**")
    button(page, "Play").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Training diverged, and was stopped. Lower the learning rate, then Reset.", timeout=20_000
    )
    expect(button(page, "Play")).to_be_visible()
    page.get_by_label("learning rate η").fill("0.5")
    page.keyboard.press("Enter")
    page.wait_for_url("**learning_rate=0.5&**")
    button(page, "Reset").click()
    expect(page.locator("nav")).to_contain_text("step 0 ")
    button(page, "One batch").click()
    expect(page.locator("nav")).to_contain_text("step 1 ")
    expect(page.get_by_role("alert")).to_be_empty()


def test_settings_out_of_limits_change_nothing(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.url)
    page.get_by_label("samples", exact=True).fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Not changed: samples is 1: it goes from 2 to 2000")
    assert link(page)["samples"] == "1000"
    page.get_by_label("samples", exact=True).fill("50")
    page.keyboard.press("Enter")
    page.wait_for_url("**samples=50&**")
    expect(page.get_by_role("alert")).to_be_empty()


def test_points_are_clicked_and_samples_picked_in_the_fit(context: BrowserContext, server: Server) -> None:
    page = opened(context, f"{server.url}/?data=points&held_out=0")
    expect(page.get_by_role("alert")).to_contain_text("no points to learn from")
    button(page, "Play").click()
    for share in (0.3, 0.5, 0.8):
        box = page.locator(".fitted svg").bounding_box()
        assert box
        count = len(link(page).get("points", "").split(","))
        page.mouse.click(box["x"] + share * box["width"], box["y"] + share * box["height"])
        page.wait_for_function(
            "count => (new URL(location).searchParams.get('points') || '').split(',').length > count", arg=count
        )
    points = [float(x) for x in link(page)["points"].split(",")]
    assert len(points) == 6
    assert points[0] < points[2] < points[4]
    assert points[1] > points[3] > points[5]
    button(page, "One sample").click()
    expect(page.locator("nav")).to_contain_text("step 1 ")

    page = opened(context, f"{server.url}/?data=line&noise=0&samples=40")
    box = page.locator(".fitted svg").bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"])
    page.wait_for_function("Number(new URL(location).searchParams.get('sample')) > 1")
    x = Settings(data="line", noise=0.0, samples=40, held_out=0.0).split()[0][0][int(link(page)["sample"]) - 1]
    assert 0.2 < x < 0.7


def test_an_arrow_clicked_is_the_weight_to_change(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.url)
    page.locator("#network_w2_31").click()
    expect(page.get_by_role("combobox", name="weight")).to_have_value("w2_31")
    expect(page.get_by_label("its value")).to_have_value(str(Trainer(Settings()).parameters["w2_31"].data))


def test_exports_are_the_figure_the_network_and_the_program(context: BrowserContext, server: Server, tmp_path: Path) -> None:
    page = opened(context, f"{server.url}/?hidden=2,2&activation=tanh")
    for _ in range(3):
        button(page, "One batch").click()
    expect(page.locator("nav")).to_contain_text("step 3 ")
    files = {}
    for name in ("Save figure", "Save network", "Save program"):
        with page.expect_download() as download:
            button(page, name).click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    trainer = Trainer(Settings().changed(link(page)))
    assert ElementTree.parse(files["Save figure"]).getroot().tag == f"{SVG}svg"
    assert f"w1_11 = {trainer.parameters['w1_11'].data:.6g}" in files["Save figure"].read_text(encoding="utf-8")
    assert weights(autograd.load(files["Save network"])) == weights(trainer.net)
    scope: dict[str, Any] = {}
    exec(files["Save program"].read_text(encoding="utf-8"), scope)
    assert scope["program"](0.5, 0.1, *weights(trainer.net)) == trainer.program(0.5, 0.1)


def test_the_keyboard_alone_is_enough(context: BrowserContext, server: Server) -> None:
    page = opened(context, f"{server.url}/?samples=50")
    reached = list[str]()

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.evaluate("""() => { const e = document.activeElement;
                return e.closest('[aria-label]')?.ariaLabel || e.labels?.[0]?.innerText || e.innerText || e.tagName }""")
            reached.append(focused)
            if focused.startswith(name):
                return
        raise AssertionError(f"{name} was not reached: {reached}")

    tab_to("Play")
    page.keyboard.press("Enter")
    expect(button(page, "Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(button(page, "Play")).to_be_visible()
    tab_to("One batch")
    page.keyboard.press("Enter")
    tab_to("data")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("new URL(location).searchParams.get('data') != 'curve'")
    tab_to("hidden neurons")
    page.keyboard.press("Control+A")
    page.keyboard.type("2,2")
    page.keyboard.press("Enter")
    page.wait_for_url("**hidden=2,2&**")
    tab_to("its value")
    page.keyboard.press("Control+A")
    page.keyboard.type("0.75")
    page.wait_for_url("**weights=0.75,**")
    tab_to("slider")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("!location.search.includes('weights=0.75,')")
    tab_to("sample")
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    page.wait_for_url("**sample=5")
    tab_to('Expand "Step by step')
    page.keyboard.press("Enter")
    expect(page.frame_locator("iframe").locator("h1")).to_contain_text("loss")


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_seen_by_all(browser: Browser, server: Server, width: int, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = opened(context, f"{server.url}/?hidden=4,2&activation=tanh")
    button(page, "One batch").click()
    expect(page.locator("nav")).to_contain_text("step 1 ")
    explanation(page)
    page.get_by_role("button", name="Whole graph").click()
    expect(page.locator(".wide svg")).to_be_visible()
    violations = Axe().run(page).response["violations"]
    assert not [rule["id"] for rule in violations if rule["impact"] in ("serious", "critical")]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_pausing_is_at_once_and_playing_outlasts_a_change_while_others_compile(context: BrowserContext, server: Server) -> None:
    page, other = opened(context, server.url), opened(context, f"{server.url}/?hidden=8,7,6&activation=silu")
    button(page, "Play").click()
    page.wait_for_function("document.querySelector('nav').innerText.includes('samples/s')")
    button(other, "Play").click()
    expect(other.locator("nav")).to_contain_text("compiling")
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()
    paused = steps(page)
    other.get_by_label("batch size").fill("20")
    other.keyboard.press("Enter")
    expect(button(other, "Pause")).to_be_visible()
    other.wait_for_function("/step [1-9]/.test(document.querySelector('nav').innerText)", timeout=60_000)
    assert link(other)["batch_size"] == "20"
    assert steps(page) == paused


def test_closing_a_tab_ends_its_training(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.url)
    button(page, "Play").click()
    expect(button(page, "Pause")).to_be_visible()
    busy = server.seconds()
    page.wait_for_timeout(1000)
    busy = server.seconds() - busy
    page.close()
    idle = opened(context, f"{server.url}/?samples=10")
    idle.wait_for_timeout(1000)
    quiet = server.seconds()
    idle.wait_for_timeout(1000)
    assert server.seconds() - quiet < 0.3 * busy
