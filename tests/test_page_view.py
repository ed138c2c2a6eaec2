"""What is seen of the page of steps at every width: the whole path, its words, no overflow."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page

from autograd import MLP, Value, explain, half_squared_error, relu, where
from tests.conftest import Open, recorded, violations, wait_until_still

WIDTHS = (375, 768, 1440, 1920)

Told = tuple[Value, Value]


def documents() -> Told:
    document = recorded()
    return document.loss, document.net.layers[0].W[0][0]


def chain() -> Told:
    x = Value(0.3, "x")
    y = x
    for _ in range(12):
        y = y.tanh()
    return y, x


def layers() -> Told:
    net = MLP(2, [4, 4, 1], activation="tanh", seed=1)
    return half_squared_error(net([0.3, -0.7]), 0.2), net.layers[0].W[0][0]


def branches() -> Told:
    x = Value(0.3, "x")
    return where(relu(1.0 - x), x * 2.0, x.sqrt().sqrt()), x


GRAPHS = [documents, chain, layers, branches]
each_graph = pytest.mark.parametrize("told", GRAPHS, ids=lambda told: told.__name__)
rarely = [pytest.param(width, marks=pytest.mark.long) for width in (768, 1920)]
each_width = pytest.mark.parametrize("width", [375, 1440, *rarely])

OUT_OF_FRAME = """() => {
    const frame = byId("drawing").getBoundingClientRect();
    const isOut = ({left, top, right, bottom}) => {
        return left < frame.left || top < frame.top || right > frame.right || bottom > frame.bottom;
    };
    const parts = [...document.querySelectorAll("#drawing .path")];
    return parts.filter(part => isOut(part.getBoundingClientRect())).map(part => part.id);
}"""

# Sentences and formulas are wrapped; tables alone may be scrolled.
OVERFLOWING = """() => {
    const {scrollWidth, clientWidth} = document.documentElement;
    const texts = [...document.querySelectorAll("p, h1, h2, h3, summary, .lines > div")];
    const wide = texts.filter(text => text.scrollWidth > text.clientWidth + 1);
    return [...wide.map(text => text.textContent), ...scrollWidth > clientWidth ? ["page"] : []];
}"""


# Lines are fitted in the picture after the one in which they have a size.
TWO_PICTURES = """() => new Promise(done => {
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
})"""


def window(width: int) -> dict[str, Any]:
    """A window in which nothing slides, so that nobody waits."""
    size = {"width": width, "height": 812 if width < 500 else 900}
    return {"viewport": size, "reduced_motion": "reduce"}


def on_paths(root: Value, node: Value) -> dict[Value, list[Value]]:
    """What lies on the paths of gradients from a root to a node, with what it flows from."""
    flows = {step.node: [flow.result for flow in step.flows] for step in explain(root).steps}
    found = {node: flows[node]}
    for reached in (waiting := [node]):
        for result in flows[reached]:
            if result not in found:
                found[result] = flows[result]
                waiting.append(result)
    return found


def lit(page: Page) -> set[str]:
    """The names of the boxes that are lit as a path."""
    names: list[str] = page.locator("#drawing .value.path .name").all_text_contents()
    return {*names}


@each_width
@each_graph
def test_the_whole_path_is_lit_and_in_view_at_once(
    open_page: Open, told: Callable[[], Told], width: int
) -> None:
    root, leaf = told()
    page = open_page(root, leaf, **window(width))
    wait_until_still(page)
    path = on_paths(root, leaf)
    named = explain(root).names
    assert lit(page) == {named[node] for node in path}
    flows = sum(len(flows) for flows in path.values())
    assert page.locator("#drawing .bwd.path").count() == flows
    assert page.evaluate(OUT_OF_FRAME) == []


@pytest.mark.parametrize("width", [375, 1440])
def test_at_every_step_what_it_tells_is_in_view(open_page: Open, width: int) -> None:
    root, _ = layers()
    page = open_page(root, **window(width))
    names = explain(root).names
    nodes = {name: node for node, name in names.items()}
    for step in range(0, page.evaluate("LAST"), 7):
        page.evaluate(f"go({step})")
        wait_until_still(page)
        assert page.evaluate(OUT_OF_FRAME) == []
        if page.evaluate("STEPS[at].kind") == "backward":
            node = nodes[page.evaluate("NODES[STEPS[at].node].name")]
            assert lit(page) == {names[x] for x in on_paths(root, node)}


@each_width
@each_graph
def test_nothing_is_wider_than_the_window(
    open_page: Open, told: Callable[[], Told], width: int
) -> None:
    root, leaf = told()
    page = open_page(root, leaf, **window(width))
    for language, step in product(("en", "zh"), ("stepOf(PAGE.start)", "1", "LAST")):
        page.evaluate(f"speak('{language}'); go({step})")
        page.evaluate("document.querySelectorAll('details').forEach(x => x.open = true)")
        page.evaluate(TWO_PICTURES)
        assert page.evaluate(OVERFLOWING) == []


def test_on_a_phone_drawing_and_words_are_seen_at_a_tap(open_page: Open, loss: Value) -> None:
    page = open_page(loss, **window(375), has_touch=True)
    for name in ("z1_1", "w2_21", "z2_1"):
        page.locator("#drawing .value", has_text=name).first.tap()
        wait_until_still(page)
        stage = page.locator("#stage").bounding_box()
        title = page.locator("#step h3").bounding_box()
        bar = page.locator("nav").bounding_box()
        assert stage
        assert title
        assert bar
        assert 0.38 * 812 <= stage["height"] <= 0.46 * 812
        assert stage["y"] >= 0
        assert stage["y"] + stage["height"] <= title["y"]
        assert title["y"] + title["height"] + 100 <= bar["y"]
        assert page.evaluate(OUT_OF_FRAME) == []
    page.evaluate("scrollBy(0, 400)")  # reading on, the drawing stays
    stage = page.locator("#stage").bounding_box()
    assert stage
    assert stage["y"] == 0


def width_of(page: Page, name: str) -> float:
    wait_until_still(page)
    box = page.locator("#drawing .value", has_text=name).first.bounding_box()
    assert box
    return box["width"]


def test_where_a_row_begins_again_the_name_is_lit_and_pressed(open_page: Open) -> None:
    root, leaf = chain()
    page = open_page(root, leaf, **window(1440))
    begins = page.locator("#drawing .value[id$=_again]")
    assert begins.count() > 0
    assert page.locator("#drawing .value[id$=_again].path").count() == begins.count()
    name = (begins.first.text_content() or "").strip()
    begins.first.click()
    assert f"d{name} = " in page.inner_text("#step")


def test_keys_and_buttons_zoom(open_page: Open, loss: Value) -> None:
    page = open_page(loss)
    first = width_of(page, "z1_1")
    page.keyboard.press("+")
    assert width_of(page, "z1_1") == pytest.approx(1.4 * first, rel=1e-3)
    page.keyboard.press("-")
    assert width_of(page, "z1_1") == pytest.approx(first, rel=1e-3)
    page.click("#closer")
    page.click("#closer")
    page.click("#farther")
    assert width_of(page, "z1_1") == pytest.approx(1.4 * first, rel=1e-3)
    page.keyboard.press("0")
    assert width_of(page, "z1_1") == pytest.approx(first, rel=1e-3)
    for _ in range(20):
        page.keyboard.press("-")
    assert width_of(page, "z1_1") == pytest.approx(first, rel=1e-3)  # never smaller than it fits


def test_it_is_moved_by_keys_and_by_hand(open_page: Open, loss: Value) -> None:
    page = open_page(loss)
    page.keyboard.press("+")
    page.keyboard.press("+")
    wait_until_still(page)
    box = page.locator("#drawing .value", has_text="z1_2").first

    def left() -> float:
        wait_until_still(page)
        bounds = box.bounding_box()
        assert bounds
        return bounds["x"]

    start = left()
    page.keyboard.press("Shift+ArrowRight")
    assert left() == pytest.approx(start - 60, abs=0.5)
    page.keyboard.press("Shift+ArrowLeft")
    assert left() == pytest.approx(start, abs=0.5)
    position = page.inner_text("#position")
    box.hover()
    page.mouse.down()
    x = start + 100
    bounds = box.bounding_box()
    assert bounds
    page.mouse.move(x, bounds["y"] + 10)
    moved = left()
    page.mouse.move(x - 50, bounds["y"] + 10)
    assert left() == pytest.approx(moved - 50, abs=0.5)
    page.mouse.up()
    # A drag is no click, in browsers too that send one to what lies below the pointer.
    page.evaluate("PARTS[0].box.dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert page.inner_text("#position") == position
    box.click()
    assert page.inner_text("#position") != position


def test_a_symbol_lights_up_wherever_it_stands(open_page: Open, loss: Value) -> None:
    page = open_page(loss, **window(1440))
    page.evaluate("go(stepOf(NODES.findIndex(node => node.name === 'z1_1')))")
    for place in ("#step h3 [data-symbol=z1_1]", "#drawing [data-symbol=z1_1]"):
        page.hover(place)
        places = page.locator("[data-symbol=z1_1]").count()
        assert places > 3
        assert page.locator("[data-symbol=z1_1].lit").count() == places
        page.hover("h1")
        assert page.locator(".lit").count() == 0


FEW = [("zh", "dark", 375), ("en", "light", 1440)]
MANY = [*product(("en", "zh"), ("light", "dark"), WIDTHS)]
REST = [pytest.param(*case, marks=pytest.mark.long) for case in MANY if case not in FEW]


@pytest.mark.parametrize(("language", "scheme", "width"), [*FEW, *REST])
def test_it_can_be_read_by_everyone(
    open_page: Open, loss: Value, language: str, scheme: str, width: int
) -> None:
    page = open_page(loss, language=language, color_scheme=scheme, **window(width))
    for step in ("LAST", "0", "4", "20", "LAST - 1"):
        page.evaluate(f"go({step})")
        page.evaluate("document.querySelectorAll('details').forEach(x => x.open = true)")
        wait_until_still(page)
        assert not violations(page)


def test_everything_to_press_is_large_enough(open_page: Open, loss: Value) -> None:
    page = open_page(loss, **window(375))
    page.click("#last")
    page.click("#back")
    page.locator(".why summary").first.click()
    sizes = """[...document.querySelectorAll("button, input, summary")]
        .map(item => [item.id || item.textContent, item.getBoundingClientRect()])
        .filter(([, {width, height}]) => Math.min(width, height) < 24)
        .map(([name]) => name)"""
    assert page.evaluate(sizes) == []


def test_on_paper_it_is_whole_and_light(open_page: Open, loss: Value) -> None:
    page = open_page(loss, color_scheme="dark", viewport={"width": 794, "height": 1123})
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.emulate_media(media="print", color_scheme="dark")
    wait_until_still(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.is_visible("nav")
    page.evaluate("document.querySelectorAll('.value').forEach(x => x.classList.add('path'))")
    assert page.evaluate(OUT_OF_FRAME) == []
