"""The playground's numbers are those of Python's engine, and what it saves is read by it."""

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from math import atan2, cos, hypot, pi, sin
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import autograd
from autograd import MLP, Value, half_squared_error, softplus
from autograd.nn import ACTIVATIONS
from demos import document, playground
from demos.playground.__main__ import main

KB = 1000
MOONS = "#data=moons&samples=200&noise=0.1&hidden=4,2&activation=tanh"
LARGEST = "#hidden=8,8,8,8&activation=tanh&rate=0.05"
STEPS = "count => { for (let i = 0; i < count; i++) playground.run.training.step(); }"
SHOWN = f"count => {{ ({STEPS})(count); playground.show(); }}"
STATE = """() => ({
    data: [...playground.run.data],
    memory: [...playground.run.training.memory],
    steps: playground.run.steps,
    order: [...playground.run.training.order],
    samples: [...playground.run.samples],
    settings: playground.run.now(),
})"""

Open = Callable[..., Page]


def number(page: Page, name: str) -> float:
    """A number beside the buttons, by its name."""
    text = page.locator("#numbers div", has=page.get_by_text(name, exact=True)).locator("dd")
    return float(text.inner_text().replace(",", ""))


# Training


def test_a_thousand_steps_are_pythons(open_playground: Open) -> None:
    page = open_playground()
    page.evaluate(STEPS, 1000)
    xs, ys = document.samples(document.COUNT, seed=0)
    samples = [number for pair in zip(xs, ys, strict=True) for number in pair]
    state = page.evaluate(STATE)
    assert state["samples"] == samples
    net = MLP(1, [3, 1], activation="sigmoid", seed=document.SEED)
    batches = autograd.batches(
        net,
        xs[: document.TRAINED],
        ys[: document.TRAINED],
        learning_rate=document.ETA,
        batch_size=document.BATCH,
        epochs=20,
        seed=0,
    )
    for _ in range(1000):
        next(batches)
    expected = [w.data for w in net.parameters()]
    assert state["data"] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.long
def test_the_documents_run_fits_what_was_held_out(open_playground: Open) -> None:
    page = open_playground()
    page.evaluate(SHOWN, 378_000)
    assert number(page, "steps") == 378_000
    assert number(page, "epoch") == 4200
    assert number(page, "R² held out") >= 0.95


CURVES: dict[str, tuple[float, Callable[[float], float]]] = {
    "curve": (0.0, document.curve),
    "line": (-1.0, lambda x: 0.5 * x),
    "sine": (-1.0, lambda x: 0.5 * sin(pi * x)),
    "step": (-1.0, lambda x: -0.5 if x < 0.0 else 0.5),
    "abs": (-1.0, abs),
}
PLANES: dict[str, Callable[[float, float], bool]] = {  # where y is 1
    "moons": lambda x1, x2: hypot(1.7 * x1 - 0.5, 1.7 * x2 - 0.25) == pytest.approx(1.0),
    "circles": lambda x1, x2: hypot(x1, x2) < 0.5,
    "spiral": lambda x1, x2: cos(atan2(x1, x2) - 3.5 * pi * hypot(x1, x2)) < 0.0,
    "xor": lambda x1, x2: x1 * x2 > 0.0,
}


def test_samples_are_what_their_names_say(open_playground: Open, playground_address: str) -> None:
    page = open_playground()
    for data, (low, curve) in CURVES.items():
        page.goto(f"{playground_address}#data={data}&noise=0.1&samples=200&held_out=0.25")
        page.wait_for_function("data => playground.run.settings.data === data", arg=data)
        expected = document.samples(200, seed=0, function=curve, noise=0.1, low=low)
        rows = [number for pair in zip(*expected, strict=True) for number in pair]
        assert page.evaluate(STATE)["samples"] == pytest.approx(rows, rel=1e-12, abs=1e-15)
        assert page.evaluate("playground.run.trained") == 150
    for data, is_positive in PLANES.items():
        page.goto(f"{playground_address}#data={data}&noise=0&samples=200")
        page.wait_for_function("data => playground.run.settings.data === data", arg=data)
        numbers = page.evaluate(STATE)["samples"]
        for x1, x2, y in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
            assert is_positive(x1, x2) == (y == 1.0)


def test_play_pause_and_single_steps(open_playground: Open) -> None:
    page = open_playground()
    page.click("#batch")
    assert number(page, "steps") == 1
    page.click("#one-sample")
    assert number(page, "steps") == 2
    page.click("#play")
    page.wait_for_function("playground.run.steps > 500")
    page.click("#play")
    stopped = page.evaluate(STATE)["steps"]
    assert number(page, "steps") == stopped
    page.evaluate("playground.onFrame(1e9)")
    assert page.evaluate(STATE)["steps"] == stopped
    page.click("#reset")
    state = page.evaluate(STATE)
    assert (state["steps"], state["settings"]["weights"]) == (0, [])
    assert page.evaluate("[...playground.run.data]") == page.evaluate("playground.run.start")


def test_one_sample_is_one_step_along_its_gradient(open_playground: Open) -> None:
    page = open_playground("#sample=100")
    page.click("#one-sample")
    xs, ys = document.samples(document.COUNT, seed=0)
    net = MLP(1, [3, 1], activation="sigmoid", seed=document.SEED)
    half_squared_error(net(xs[99]), ys[99]).backward()
    moved = [w.data - document.ETA * w.grad for w in net.parameters()]
    assert page.evaluate("[...playground.run.data]") == pytest.approx(moved, rel=1e-12)


def test_slow_speeds_take_the_steps_that_are_due(open_playground: Open) -> None:
    page = open_playground("#speed=10")
    page.evaluate("playground.play(true); playground.play(false);")
    for _ in range(30):
        page.evaluate("playground.advance(100)")
    assert page.evaluate(STATE)["steps"] == 30


def test_a_picture_that_comes_late_costs_no_step(open_playground: Open) -> None:
    page = open_playground("#speed=100")
    page.evaluate("playground.play(true); playground.play(false);")
    page.evaluate("playground.advance(1500)")
    page.evaluate("playground.pace.slice = 0; playground.advance(30)")  # time for one step alone
    for _ in range(2):
        page.evaluate("playground.advance(0)")
    assert page.evaluate(STATE)["steps"] == 153
    page.evaluate("playground.advance(3_600_000)")  # of a machine that slept for an hour
    assert page.evaluate("playground.due") < 10 * 100
    page.evaluate("playground.change({speed: '1'}); playground.advance(0)")
    assert page.evaluate(STATE)["steps"] == 154


def test_samples_of_a_short_batch_are_counted_as_they_are(open_playground: Open) -> None:
    page = open_playground("#samples=7&held_out=0&batch=5")
    page.click("#batch")
    page.click("#batch")
    assert page.evaluate("playground.run.training.seen") == 7


def test_a_hidden_tab_does_not_train(open_playground: Open) -> None:
    page = open_playground()
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    page.evaluate("playground.play(true); playground.onFrame(performance.now() + 50)")
    assert page.evaluate(STATE)["steps"] == 0


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_divergence_stops_with_a_sentence(open_playground: Open, language: str) -> None:
    page = open_playground("#rate=1000000&activation=relu", language)
    page.click("#play")
    expect(page.locator("#message")).to_contain_text("η")
    assert page.evaluate("playground.isPlaying") is False
    expect(page.locator("#numbers")).to_have_attribute("aria-live", "polite")
    told = {"en-US": "diverged", "zh-CN": "发散"}[language]
    expect(page.locator("#message")).to_contain_text(told)
    assert page.evaluate("playground.run.data.every(Number.isFinite)")


def test_a_run_that_diverges_is_seen_to_grow(open_playground: Open) -> None:
    page = open_playground("#rate=5")
    page.click("#play")
    expect(page.locator("#message")).to_contain_text("diverged")
    finite = "playground.run.course.moments.filter(({loss}) => Number.isFinite(loss))"
    steps = page.evaluate(f"{finite}.map(moment => moment.steps)")
    assert steps[:4] == [0, 1, 2, 4]
    losses = page.evaluate(f"{finite}.map(moment => moment.loss)")
    assert losses == sorted(losses)
    assert len(page.locator("#losses .trained").get_attribute("d") or "") > 20
    texts = page.locator("#losses .axes text").all_text_contents()
    assert "10⁷" in texts


def test_a_long_run_does_not_grow(open_playground: Open) -> None:
    page = open_playground("#samples=20&batch=20")
    page.evaluate("""() => {
        const {run} = playground;
        for (let i = 0; i < 1500; i++) {
            run.training.step();
            run.measure();
        }
    }""")
    steps = page.evaluate("playground.run.course.moments.map(moment => moment.steps)")
    assert len(steps) == 400
    assert (steps[0], steps[-1]) == (0, 1500)
    gaps = [after - before for before, after in pairwise(steps)]
    assert max(gaps) <= 12


# The address


@pytest.mark.parametrize(
    "link",
    [
        "#optimizer=Adam&rate=0.01&sample=7&decay=0.001",
        *(pytest.param(link, marks=pytest.mark.long) for link in ("", MOONS, LARGEST)),
    ],
)
def test_a_link_in_another_tab_shows_the_same_state(open_playground: Open, link: str) -> None:
    first = open_playground(link)
    first.evaluate(SHOWN, 250)
    second = open_playground(first.evaluate("'#' + addressOf(playground.run.now())"))
    assert second.evaluate(STATE) == first.evaluate(STATE)
    for name in ("#numbers", "#inside-text", "#field-rate"):
        assert second.locator(name).inner_html() == first.locator(name).inner_html()
    for page in (first, second):
        page.evaluate(STEPS, 100)
    assert second.evaluate(STATE) == first.evaluate(STATE)


WRONG_LINKS = [
    ("#data=cube", "data = “cube”: it is one of curve, line, sine"),
    ("#noise=loud", "noise = “loud”: it is a number from 0 to 0.5"),
    ("#batch=2.5", "batch = “2.5”: it is a whole number from 1 to 2000"),
    ("#hidden=3,9", "hidden = “3,9”: it is up to 4 whole numbers from 1 to 8"),
    ("#hidden=1,1,1,1,1", "up to 4 whole numbers"),
    ("#epochs=3", "epochs = “3”: nothing here has this name"),
    ("#toString=3", "toString = “3”: nothing here has this name"),
    ("#weights=AAAA", "weights = “AAAA”: it is not a list of numbers"),
    ("#weights=AAAAAAAA8D8", "weights = “1”: this network takes 10 numbers"),
    ("#data=points&points=AAAAAAAA8D8", "points are up to 1000 pairs"),
    ("#data=points&points=AAAAAAAA8D8AAAAAAAAIQA", "from −1 to 1"),  # 1.0, 3.0
]


def test_what_is_wrong_in_a_link_is_told(open_playground: Open, playground_address: str) -> None:
    page = open_playground()
    for link, told in WRONG_LINKS:
        page.goto(playground_address + link)
        expect(page.locator("#message")).to_contain_text(told)
        assert page.evaluate("playground.run.network.shape.units") == [3, 1]
    page.goto(playground_address + "#hidden=2")
    expect(page.locator("#message")).to_be_empty()


def test_an_address_typed_meanwhile_is_not_overwritten(open_playground: Open) -> None:
    page = open_playground("#hidden=2")
    opened = """() => new Promise(done => {
        addEventListener("hashchange", () => setTimeout(() => done(playground.run.settings.data)));
        location.hash = "data=xor";
        playground.showAddress(1e9);
    })"""
    assert page.evaluate(opened) == "xor"


def test_another_address_is_followed(open_playground: Open) -> None:
    page = open_playground()
    page.evaluate("location.hash = 'data=xor&hidden=2'")
    page.wait_for_function("playground.run.dataset.inputs === 2")
    assert page.input_value("#field-data") == "xor"


# Inside a sample


def test_each_number_inside_a_sample_is_pythons(open_playground: Open) -> None:
    page = open_playground("#sample=12")
    xs, ys = document.samples(document.COUNT, seed=0)
    net = MLP(1, [3, 1], activation="sigmoid", seed=document.SEED)
    loss = half_squared_error(net(Value(xs[11], "x")), Value(ys[11], "y"))
    loss.backward()
    steps = {step.node.label: step for step in autograd.explain(loss).steps}
    assert page.evaluate("playground.inside.steps.length") == 1 + 8 + 18 + 1
    page.focus("#inside-next")
    seen = []
    for _ in range(27):
        page.keyboard.press("Enter")
        seen.append(page.locator("#inside-text h3").inner_text())
        phase, node = page.evaluate(
            "(({phase, node}) => [phase, node])(playground.inside.steps[playground.inside.at])"
        )
        if phase != "backward":
            continue
        label = page.evaluate("node => playground.run.network.nodes[node].name", node)
        found = page.evaluate("node => playground.inside.telling.state.d[node]", node)
        assert found == pytest.approx(steps[label].gradient, rel=1e-12, abs=1e-15)
    assert len({*seen}) == 27
    assert page.get_attribute("#inside-next", "aria-disabled") == "true"
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("playground.inside.at") == 26
    assert page.locator(".network-picture .weight.told.backward").count() == 1


def test_a_sample_by_touch_and_by_number(open_playground: Open) -> None:
    page = open_playground()
    page.fill("#sample", "5")
    page.keyboard.press("Enter")
    assert page.evaluate("playground.run.sample") == 4
    page.wait_for_function("location.hash.includes('sample=5')")
    page.fill("#sample", "1001")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("from 1 to 1000")
    box = page.locator("#fit svg").bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    x = page.evaluate("playground.run.sampleAt(playground.run.sample)[0]")
    assert x == pytest.approx(0.5, abs=0.1)


# What can be saved


def logistic(z: Value, y: Value) -> Value:
    margin = y * z
    margin.label = "margin"
    opposite = -margin
    opposite.label = "opposite"
    loss = softplus(opposite)
    loss.label = "loss"
    return loss


def compiled(net: MLP, sample: list[float]) -> str:
    """The text of the program that Python makes of a network, and of its loss at a sample."""
    *xs, y = sample
    names = ["x"] if len(xs) == 1 else ["x_1", "x_2"]
    inputs = [Value(x, name) for x, name in zip(xs, names, strict=True)]
    target = Value(y, "y")
    loss_of = half_squared_error if len(xs) == 1 else logistic
    return autograd.compile(loss_of(net(inputs), target), [*inputs, target]).source


@pytest.mark.parametrize(
    "link",
    [
        "",
        MOONS,
        *(
            pytest.param(f"#hidden=4,2&activation={name}", marks=pytest.mark.long)
            for name in ACTIVATIONS
        ),
    ],
)
def test_the_saved_network_and_program(open_playground: Open, link: str, tmp_path: Path) -> None:
    page = open_playground(link)
    page.evaluate(SHOWN, 50)
    with page.expect_download() as waiting:
        page.click("#save-network")
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    net = autograd.load(path)
    data = page.evaluate("[...playground.run.data]")
    assert [w.data for w in net.parameters()] == data
    assert json.loads(path.read_text(encoding="utf-8"))["inputs"] == page.evaluate(
        "playground.run.dataset.inputs"
    )

    with page.expect_download() as waiting:
        page.click("#save-program")
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    sample = page.evaluate("playground.run.sampleAt(0)")
    assert compiled(net, sample) in text
    known: dict[str, Any] = {}
    exec(text, known)
    loss, gradients = known["program"](*sample, **known["parameters"])
    found = page.evaluate(
        """() => {
            const {network: {graph, program, parameters}, samples, data} = playground.run;
            const {v, d} = graph.evaluate(program.numbers(samples, 0, data));
            return {loss: v[graph.root], gradients: parameters.map(leaf => d[leaf])};
        }"""
    )
    assert loss == pytest.approx(found["loss"], rel=1e-12)
    assert [*gradients] == pytest.approx(found["gradients"], rel=1e-12, abs=1e-15)


def test_the_saved_figure_is_a_drawing_of_its_own(open_playground: Open, tmp_path: Path) -> None:
    page = open_playground()
    with page.expect_download() as waiting:
        page.click("#save-figure")
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "var(" not in text
    assert text.count("<circle") >= 7
    assert "tabindex" not in text


# The command


def test_it_is_written_without_any_other_package(tmp_path: Path) -> None:
    path = tmp_path / "there" / "playground.html"
    command = [sys.executable, "-S", "-m", "demos.playground", "--no-browser", "--out", str(path)]
    done = subprocess.run(
        command,
        cwd=Path(playground.__file__).parents[2],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout == f"Open {path} in a browser\n"
    assert path.stat().st_size < 300 * KB


def test_it_opens_in_a_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []

    def open_once(url: str) -> bool:
        opened.append(url)
        return len(opened) == 1

    monkeypatch.setattr("webbrowser.open", open_once)
    path = main(["--out", str(tmp_path / "page.html")])
    assert opened == [path.as_uri()]
    assert capsys.readouterr().out == f"The playground is {path}\n"
    main(["--out", str(tmp_path / "page.html")])
    assert capsys.readouterr().out == f"Open {path} in a browser\n"
