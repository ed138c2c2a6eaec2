"""The playground from a disk, without a network: its numbers are those of Python's engine."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

import autograd
from autograd import MLP, Value, half_squared_error
from autograd.nn import ACTIVATIONS
from demos import document, playground
from demos.playground.__main__ import main
from tests.conftest import PATIENCE

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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("playground") / "index.html"
    return main(["--no-browser", "--out", str(path)]).as_uri()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Open the page without a network; what it asks for, logs or throws is a failure."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_page(link: str = "", language: str = "en-US", width: int = 1440, **more: Any) -> Page:
        window = {"viewport": {"width": width, "height": 900}, "locale": language} | more
        context = browser.new_context(offline=True, **window)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: trouble.extend({request.url.split("#")[0]} - {address}))
        page.goto(address + link)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not trouble


def number(page: Page, name: str) -> float:
    """A number beside the buttons, by its name."""
    text = page.locator("#numbers div", has=page.get_by_text(name, exact=True)).locator("dd")
    return float(text.inner_text().replace(",", ""))


# Training


def test_a_thousand_steps_are_pythons(open_page: Open) -> None:
    page = open_page()
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
def test_the_documents_run_fits_what_was_held_out(open_page: Open) -> None:
    page = open_page()
    page.evaluate(SHOWN, 378_000)
    assert number(page, "steps") == 378_000
    assert number(page, "epoch") == 4200
    assert number(page, "R² held out") >= 0.95


def test_play_pause_and_single_steps(open_page: Open) -> None:
    page = open_page()
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


def test_one_sample_is_one_step_along_its_gradient(open_page: Open) -> None:
    page = open_page("#sample=100")
    page.click("#one-sample")
    xs, ys = document.samples(document.COUNT, seed=0)
    net = MLP(1, [3, 1], activation="sigmoid", seed=document.SEED)
    half_squared_error(net(xs[99]), ys[99]).backward()
    moved = [w.data - document.ETA * w.grad for w in net.parameters()]
    assert page.evaluate("[...playground.run.data]") == pytest.approx(moved, rel=1e-12)


def test_slow_speeds_take_the_steps_that_are_due(open_page: Open) -> None:
    page = open_page("#speed=10")
    page.evaluate("playground.play(true); playground.play(false);")
    for _ in range(30):
        page.evaluate("playground.advance(100)")
    assert page.evaluate(STATE)["steps"] == 30


def test_a_hidden_tab_does_not_train(open_page: Open) -> None:
    page = open_page()
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    page.evaluate("playground.play(true); playground.onFrame(performance.now() + 50)")
    assert page.evaluate(STATE)["steps"] == 0


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_divergence_stops_with_a_sentence(open_page: Open, language: str) -> None:
    page = open_page("#rate=1000000&activation=relu", language)
    page.click("#play")
    expect(page.locator("#message")).to_contain_text("η")
    assert page.evaluate("playground.isPlaying") is False
    told = {"en-US": "diverged", "zh-CN": "发散"}[language]
    expect(page.locator("#message")).to_contain_text(told)
    assert page.evaluate("playground.run.data.every(Number.isFinite)")


def test_a_long_run_does_not_grow(open_page: Open) -> None:
    page = open_page("#samples=20&batch=20")
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
def test_a_link_in_another_tab_shows_the_same_state(open_page: Open, link: str) -> None:
    first = open_page(link)
    first.evaluate(SHOWN, 250)
    second = open_page(first.evaluate("location.hash"))
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
    ("#data=points&points=AAAAAAAA8D8", "points are pairs of numbers"),
]


def test_what_is_wrong_in_a_link_is_told(open_page: Open, address: str) -> None:
    page = open_page()
    for link, told in WRONG_LINKS:
        page.goto(address + link)
        expect(page.locator("#message")).to_contain_text(told)
        assert page.evaluate("playground.run.network.shape.units") == [3, 1]
    page.goto(address + "#hidden=2")
    expect(page.locator("#message")).to_be_empty()


def test_another_address_is_followed(open_page: Open) -> None:
    page = open_page()
    page.evaluate("location.hash = 'data=xor&hidden=2'")
    page.wait_for_function("playground.run.dataset.inputs === 2")
    assert page.input_value("#field-data") == "xor"


# Controls, by keyboard


def test_every_data_set_by_keyboard(open_page: Open) -> None:
    page = open_page("#samples=60")
    page.focus("#field-data")
    seen = [page.input_value("#field-data")]
    for _ in range(9):
        page.keyboard.press("ArrowDown")
        seen.append(page.input_value("#field-data"))
        assert page.evaluate("playground.run.settings.data") == seen[-1]
        expect(page.locator("#message")).to_be_empty()
    choices = page.evaluate("Object.keys(DATASETS)")
    assert seen == choices


@pytest.mark.parametrize("data", ["moons", "circles", "spiral", "xor"])
def test_two_classes_can_be_learnt(open_page: Open, data: str) -> None:
    hidden = "8,8" if data == "spiral" else "4"
    page = open_page(
        f"#data={data}&samples=300&noise=0.05&hidden={hidden}&activation=tanh&rate=0.2"
    )
    page.evaluate(SHOWN, 12_000)
    assert number(page, "accuracy") >= 0.97
    assert page.locator(".network-picture image[href^='data:image/png']").count() >= 5


def test_every_field_by_keyboard(open_page: Open) -> None:
    page = open_page()
    typed = {"samples": "50", "rate": "0.25", "batch": "5", "decay": "0.01", "seed": "4"}
    for name, text in typed.items():
        page.focus(f"#field-{name}")
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        assert page.evaluate("name => playground.run.settings[name]", name) == float(text)
    for name, expected in (("noise", 0.06), ("held_out", 0.15)):
        page.focus(f"#field-{name}")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("name => playground.run.settings[name]", name) == expected
    for name, choice in (("activation", "tanh"), ("optimizer", "momentum"), ("speed", "1000")):
        page.focus(f"#field-{name}")
        page.keyboard.press("ArrowUp" if name == "speed" else "ArrowDown")
        assert page.evaluate("name => playground.run.settings[name]", name) == choice
    for button, units in (
        ("layers-more", [3, 3, 1]),
        ("units-2-more", [3, 4, 1]),
        ("units-1-less", [2, 4, 1]),
        ("layers-less", [2, 1]),
    ):
        page.focus(f"#{button}")
        page.keyboard.press("Enter")
        assert page.evaluate("playground.run.network.shape.units") == units
        assert page.evaluate("document.activeElement.id") == button
    for button in ("batch", "one-sample", "reset", "language"):
        page.focus(f"#{button}")
        page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.locator("#message").inner_text() == ""


def test_a_wrong_number_is_told_and_not_taken(open_page: Open) -> None:
    page = open_page()
    page.fill("#field-batch", "many")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("Not changed. batch = “many”")
    assert page.get_attribute("#field-batch", "aria-invalid") == "true"
    assert page.evaluate("playground.run.settings.batch") == document.BATCH


def test_limits_of_layers(open_page: Open) -> None:
    page = open_page("#hidden=8,1,1,1")
    for button in ("layers-more", "units-1-more", "units-2-less"):
        assert page.get_attribute(f"#{button}", "aria-disabled") == "true"
        page.dispatch_event(f"#{button}", "click")
    assert page.evaluate("playground.run.settings.hidden") == [8, 1, 1, 1]


# Own points


def test_points_by_touch_and_by_typing(open_page: Open) -> None:
    page = open_page("#data=points")
    page.click("#play")
    expect(page.locator("#message")).to_contain_text("nothing to learn from")
    box = page.locator("#fit svg").bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    page.fill("#point-x", "0.5")
    page.fill("#point-y", "-0.25")
    page.keyboard.press("Enter")
    points = page.evaluate("playground.run.settings.points")
    assert len(points) == 4
    assert points[2:] == [0.5, -0.25]
    page.click("#remove-point")
    assert page.evaluate("playground.run.count") == 1
    page.click("#clear-points")
    assert page.evaluate("playground.run.count") == 0


PASTED: list[tuple[str, list[float]]] = [
    ("0.1\t0.2\n0.3\t-0.4\n", [0.1, 0.2, 0.3, -0.4]),
    ("x, y\r\n.5, 1\r\n\r\n-1e-1,−0.25", [0.5, 1, -0.1, -0.25]),
    ("0 10\n50 20\n100 30", [-1, -1, 0, 0, 1, 1]),
    ("0.5;0.5", [0.5, 0.5]),
]
BAD_PASTES = [
    ("", "There are no numbers"),
    ("1 2\n\n3", "Line 3 has 1 columns, not 2"),
    ("1 2 3", "Line 1 has 3 columns, not 2"),
    ("x y\n1,two", "Line 2: “two” is no number"),
    ("1 nan", "Line 1: “nan” is no number"),
    ("1 1e999", "Line 1: “1e999” is no number"),
    ("1 2\n" * 1001, "1001 points are too many: 1000 at most"),
]


def test_pasted_points(open_page: Open) -> None:
    page = open_page("#data=points")
    for text, points in PASTED:
        page.fill("#pasted", text)
        page.click("#take-pasted")
        told = f"Taken: {len(points) // 2} points"
        expect(page.locator("#paste-outcome")).to_contain_text(told)
        assert page.evaluate("playground.run.settings.points") == points
        page.click("#batch")
        assert number(page, "steps") == 1
        page.click("#reset")


def test_bad_points_are_told_by_their_line(open_page: Open) -> None:
    page = open_page("#data=points")
    for text, told in BAD_PASTES:
        page.fill("#pasted", text)
        page.click("#take-pasted")
        expect(page.locator("#paste-outcome")).to_contain_text(told)
        assert page.get_attribute("#pasted", "aria-invalid") == "true"
        assert page.evaluate("playground.run.count") == 0


# The picture


def weight(page: Page, name: str) -> Any:
    return page.locator(f".weight[data-symbol='{name}']")


def test_a_weight_by_keys(open_page: Open) -> None:
    page = open_page()
    arrow = weight(page, "w2_21")
    before = page.evaluate("playground.run.data[7]")
    arrow.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    moved = before + 0.1 - 1
    assert page.evaluate("playground.run.data[7]") == pytest.approx(moved, abs=1e-4)
    assert float(arrow.get_attribute("aria-valuenow")) == pytest.approx(moved, rel=1e-3)
    page.keyboard.press("Enter")
    expect(page.locator("#inside-text h3")).to_contain_text("dw2_21 = ∂loss/∂w2_21")


def middle(page: Page, name: str) -> tuple[float, float]:
    """The middle of an arrow, in the window."""
    weight(page, name).scroll_into_view_if_needed()
    x, y = weight(page, name).evaluate(
        """group => {
            const line = group.querySelector(".hit");
            const at = line.getPointAtLength(line.getTotalLength() * 0.3);
            const place = at.matrixTransform(line.getScreenCTM());
            return [place.x, place.y];
        }"""
    )
    return x, y


def test_a_weight_by_dragging(open_page: Open) -> None:
    page = open_page()
    x, y = middle(page, "w1_12")
    before = page.evaluate("playground.run.data[1]")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y)
    expect(page.locator(".bubble")).to_contain_text("w1_12 = ")
    page.mouse.up()
    assert page.evaluate("playground.run.data[1]") == pytest.approx(before + 2, abs=1e-4)
    assert page.locator(".bubble").count() == 0
    assert "weights=" in page.url


def test_a_touch_on_a_phone(open_page: Open) -> None:
    page = open_page(width=375, has_touch=True, is_mobile=True)
    x, y = middle(page, "w1_12")
    page.touchscreen.tap(x, y)
    expect(page.locator("#inside-text h3")).to_contain_text("dw1_12")
    page.locator(".neuron[data-symbol='a1_3']").tap()
    expect(page.locator("#inside-text h3")).to_contain_text("da1_3")


OVERLAPS = """() => {
    const box = shape => shape.getBoundingClientRect();
    const circles = [...document.querySelectorAll(".network-picture circle")]
        .filter(circle => !circle.closest("clipPath"))
        .map(box)
        .map(({x, y, width}) => ({x: x + width / 2, y: y + width / 2, r: width / 2}));
    const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) >= a.r + b.r;
    const names = [...document.querySelectorAll(".network-picture .weight text")].map(text => {
        const {x, y, width, height} = box(text);
        return {x: x + width / 2, y: y + height / 2, r: 7};
    });
    const all = [...circles, ...names];
    return all.flatMap((a, i) => all.slice(i + 1).filter(b => !apart(a, b))).length;
}"""


@pytest.mark.parametrize("width", [375, pytest.param(768, marks=pytest.mark.long), 1440])
def test_nothing_in_the_picture_overlaps(open_page: Open, address: str, width: int) -> None:
    page = open_page(width=width)
    for hidden in ("3", "4,2", "8,8,8,8", "1,8,1,8"):
        page.goto(f"{address}#hidden={hidden}")
        page.wait_for_function(
            "hidden => String(playground.run.settings.hidden) === hidden", arg=hidden
        )
        check_picture(page)


def check_picture(page: Page) -> None:
    assert page.evaluate(OVERLAPS) == 0
    frame = page.locator("#picture").bounding_box()
    assert frame
    for circle in page.locator(".network-picture .neuron").all():
        box = circle.bounding_box()
        assert box
        assert box["x"] >= frame["x"] - 1
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


def test_names_give_way_in_the_largest_network(open_page: Open) -> None:
    page = open_page(LARGEST)
    assert page.locator(".network-picture .weight text").count() == 0
    assert weight(page, "w3_11").get_attribute("aria-label") == "w3_11"
    stops = page.locator(".network-picture [role=slider][tabindex='0']")
    assert stops.count() == 1
    stops.focus()
    page.keyboard.press("PageDown")
    assert page.evaluate("document.activeElement.ariaLabel") == "w1_12"


def test_names_stand_on_the_documents_network(open_page: Open) -> None:
    page = open_page(width=375)
    names = page.locator(".network-picture .weight text").all_text_contents()
    assert {"w111", "w112", "w113", "w211", "w221", "w231"} <= {*names}


def test_the_fit_stays_in_the_chart(open_page: Open) -> None:
    page = open_page()
    page.evaluate("playground.moveWeight(9, 1e12)")
    assert page.locator("#fit .plot, #fit [clip-path]").count() == 1
    path = page.get_attribute("#fit path.fit", "d")
    assert path
    assert "e+" not in path


# Inside a sample


def test_each_number_inside_a_sample_is_pythons(open_page: Open) -> None:
    page = open_page("#sample=12")
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


def test_a_sample_by_touch_and_by_number(open_page: Open) -> None:
    page = open_page()
    page.fill("#sample", "5")
    page.keyboard.press("Enter")
    assert page.evaluate("playground.run.sample") == 4
    assert "sample=5" in page.url
    page.fill("#sample", "1001")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("from 1 to 1000")
    box = page.locator("#fit svg").bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    x = page.evaluate("playground.run.sampleAt(playground.run.sample)[0]")
    assert x == pytest.approx(0.5, abs=0.1)


# What can be saved


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
def test_the_saved_network_and_program(open_page: Open, link: str, tmp_path: Path) -> None:
    page = open_page(link)
    page.evaluate(SHOWN, 50)
    with page.expect_download() as waiting:
        page.click("#save-network")
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    net = autograd.load(path)
    data = page.evaluate("[...playground.run.data]")
    assert [w.data for w in net.parameters()] == data
    assert json.loads(path.read_text())["inputs"] == page.evaluate("playground.run.dataset.inputs")

    with page.expect_download() as waiting:
        page.click("#save-program")
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    known: dict[str, Any] = {}
    exec(text, known)
    sample = page.evaluate("playground.run.sampleAt(0)")
    loss, gradients = known["program"](*sample, **known["parameters"])
    found = page.evaluate(
        """() => {
            const {network: {graph, program, parameters}, samples, data} = playground.run;
            const {v, d} = graph.evaluate(program.numbers(samples, 0, data));
            return {loss: v[graph.root], gradients: parameters.map(leaf => d[leaf])};
        }"""
    )
    assert loss == pytest.approx(found["loss"], rel=1e-12)
    assert [*gradients.values()] == pytest.approx(found["gradients"], rel=1e-12, abs=1e-15)


def test_the_saved_figure_is_a_drawing_of_its_own(open_page: Open, tmp_path: Path) -> None:
    page = open_page()
    with page.expect_download() as waiting:
        page.click("#save-figure")
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "var(" not in text
    assert text.count("<circle") >= 7
    assert "tabindex" not in text


# How it looks


def all_violations(page: Page) -> list[str]:
    return [str(rule)[:1500] for rule in Axe().run(page).response["violations"]]


OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


LOOKS = [
    pytest.param(
        width,
        language,
        scheme,
        marks=[] if (width, language, scheme) == (375, "zh-CN", "dark") else pytest.mark.long,
    )
    for width in (375, 768, 1440)
    for language in ("en-US", "zh-CN")
    for scheme in ("light", "dark")
]


@pytest.mark.parametrize(("width", "language", "scheme"), LOOKS)
def test_it_fits_and_is_accessible(open_page: Open, width: int, language: str, scheme: str) -> None:
    for link in ("", MOONS, LARGEST, "#data=points"):
        page = open_page(link, language, width, color_scheme=scheme)
        page.evaluate("byId('setup').open = true; playground.inside.go(20)")
        assert page.evaluate(OVERFLOW) <= 0
        assert all_violations(page) == []
        page.context.close()


def test_both_languages_have_all_words(open_page: Open) -> None:
    page = open_page()
    for language in ("en", "zh"):
        page.evaluate("language => { setLanguage(language); playground.say(); }", language)
        words = page.locator("[data-word]").all()
        assert all(item.text_content() for item in words)
    assert "训练" in page.inner_text("#play")
    page.click("#language")
    assert "Play" in page.inner_text("#play")


def test_targets_are_large_enough_for_a_finger(open_page: Open) -> None:
    page = open_page(width=375)
    page.evaluate("byId('setup').open = true")
    for control in page.locator("button:visible, select:visible, summary").all():
        box = control.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


# The command


def test_it_is_written_without_any_other_package(tmp_path: Path) -> None:
    path = tmp_path / "there" / "playground.html"
    command = [sys.executable, "-S", "-m", "demos.playground", "--no-browser", "--out", str(path)]
    done = subprocess.run(
        command,
        cwd=Path(playground.__file__).parents[2],
        capture_output=True,
        text=True,
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
