"""The words of the page of steps: both languages, each row forward, and why each partial is so."""

import json
import re

import pytest
from playwright.sync_api import Page

from autograd import Value, explain, relu, sigmoid, where
from autograd.core.graph import below, names
from autograd.core.rows import FUNCTIONS, Row, total_row
from autograd.core.value import record
from tests.conftest import Open
from tests.rows import entry_of
from tests.strategies import ELEMENTAL, WIDE
from tests.test_house import PACKAGE
from tests.test_why import samples

ALL_ROWS = [*ELEMENTAL, *WIDE]
WORDS: dict[str, dict[str, str]] = json.loads(
    (PACKAGE / "show/page/telling.json").read_text(encoding="utf-8")
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")
# Names of functions, keys and numbers that Chinese has from us.
SHARED = {
    *FUNCTIONS,
    "sigmoid",
    "relu",
    "where",
    "Sigmoid",
    "Home",
    "End",
    "Shift",
    "Esc",
    "nan",
    "dw",
}


def recorded(row: Row, point: tuple[float, ...], mark: str) -> Value:
    leaves = [Value(x, f"{name}{mark}") for name, x in zip(row.operands, point, strict=True)]
    made: Value = record(row, *leaves)
    return made


def all_rows() -> Value:
    """A graph in which each row is used once, at leaves of its own."""
    used = [recorded(row, samples(row)[0], f"_{i}") for i, row in enumerate(ALL_ROWS)]
    total: Value = record(total_row(len(used)), *used)
    return total


@pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: f"{row.name}-{len(row.operands)}")
def test_each_row_is_told_in_words(row: Row) -> None:
    said = WORDS[f"row_{row.name}"]
    for text in said.values():
        assert {*re.findall(r"\{(\w+)\}", text)} <= {"name", "symbol", *row.operands}
    assert CHINESE.search(said["zh"])
    assert not CHINESE.search(said["en"])
    assert (f"domain_{row.name}" in WORDS) == bool(re.search("[a-z]{3}", row.domain))


def test_forward_steps_say_what_is_done_and_what_for(open_page: Open, loss: Value) -> None:
    page = open_page(loss)
    texts = {}
    for step in range(1, 1 + len(below(loss)[0])):
        page.evaluate(f"go({step})")
        texts[page.evaluate("NODES[STEPS[at].node].name")] = page.inner_text("#step")
    assert "the weighted sum of a neuron" in texts["z1_2"]
    assert "It goes on into a1_2." in texts["z1_2"]
    assert "smoothly between 0 and 1" in texts["a1_2"]
    assert "It goes on into z2_1." in texts["a1_2"]
    assert "how far the prediction z2_1 is from the target y" in texts["loss"]
    assert "the end of the way forward" in texts["loss"]


def test_no_word_is_missing_and_no_hole_is_left(open_page: Open) -> None:
    page = open_page(all_rows())
    for language in ("en", "zh"):
        page.evaluate(f"speak('{language}')")
        told = page.evaluate("""() => GRAPH.nodes.map((node, i) => {
            const parts = node.operands ? telling.forward(i) : telling.backward(i);
            return element("div", {}, parts).textContent;
        })""")
        assert not [text for text in told if re.search(r"[{}]|undefined|\[object", text)]


QUOTIENTS = """step => GRAPH.leaves.flatMap(leaf => state.flows[leaf].map(flow => ({
    name: NODES[leaf].name,
    quotient: quotient(telling, flow, step),
    value: flow.value,
    result: state.v[flow.result],
})))"""


def test_each_quotient_comes_to_the_local_derivative(open_page: Open) -> None:
    """For each row, with numbers.

    At h the quotient is off by h · f''/2, at most 10 · h · s as in test_why, and by the rounding of
    two values, each to some ulps, over h. Sums of 8 and exp(20) are the largest values.
    """
    root = all_rows()
    page = open_page(root)
    with_partials = sum(len(row.partials) for row in ALL_ROWS)
    h = 1e-6
    found = page.evaluate(QUOTIENTS, h)
    assert len(found) == with_partials
    for flow in found:
        scale = (1.0 + abs(flow["value"])) ** 2
        rounding = 16 * 2.3e-16 * (30.0 + abs(flow["result"])) / h
        row = ALL_ROWS[int(flow["name"].rsplit("_")[-1])]
        expected = 1.0 if entry_of(row).is_held else flow["value"]  # the slope of what is detached
        assert flow["quotient"] == pytest.approx(expected, abs=10 * h * scale + rounding)


def open_why(page: Page) -> str:
    page.locator(".why summary").first.click()
    page.wait_for_selector(".why[open] input")
    return page.locator(".why").first.inner_text()


def test_a_why_is_unfolded_tried_and_kept_open(open_page: Open, loss: Value) -> None:
    [z] = [node for node in below(loss)[0] if node.label == "z1_1"]

    def slope(step: float) -> float:
        return (sigmoid(z.data + step) - sigmoid(z.data)) / step

    page = open_page(loss)
    page.evaluate("to(stepOf(NODES.findIndex(node => node.name === 'z1_1')))")
    text = open_why(page)
    assert "Why is ∂a1_1/∂z1_1 = a1_1 · (1 - a1_1)?" in text
    assert page.locator(".why .lines math").count() == 6
    assert page.locator(".why .lines [data-symbol=z1_1]").count() > 5
    assert f"At Δ = 0.1 the difference quotient is {slope(0.1):.4g}; the local derivative" in text
    page.locator(".why input").fill("0")
    told = page.inner_text(".why")
    assert f"At Δ = 1 the difference quotient is {slope(1.0):.4g}; the local derivative" in told
    page.locator(".why input").press("End")
    told = page.inner_text(".why")
    assert "At Δ = 1e-10 the difference quotient is 0.2392; the local" in told
    page.get_by_label("w1_11", exact=True).fill("0")  # a1_1 is ½ there
    assert page.locator(".why").get_attribute("open") is not None
    assert "At Δ = 1e-10 the difference quotient is 0.25; the local" in page.inner_text(".why")


def test_at_a_kink_both_sides_are_told(open_page: Open) -> None:
    x = Value(0.0, "x")
    page = open_page(relu(x), x)
    text = open_why(page)
    assert "by convention" in text
    assert "quotient is 0 to the left and 1 to the right; the local derivative is 0" in text
    page.evaluate("speak('zh')")
    text = page.locator(".why").first.inner_text()
    assert "左侧的差商是 0，右侧的差商是 1" in text
    assert not LATIN.search(text.replace("inf", ""))


def test_a_quotient_that_leaves_the_domain_is_no_number(open_page: Open) -> None:
    x = Value(0.95, "x")
    page = open_page(x.asin() * 1.0, x)
    assert "At Δ = 0.1 the difference quotient is nan" in open_why(page)
    page.locator(".why input").press("End")
    assert "the difference quotient is 3.203" in page.locator(".why").first.inner_text()


SAID = """() => {
    const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) {
        const {parentElement: holder, data} = texts.currentNode;
        if (!holder.closest("script, style, #language")) found.push(data);
    }
    for (const item of document.querySelectorAll("[aria-label], [title], [aria-valuetext]")) {
        const {ariaLabel, title, ariaValueText} = item;
        found.push(...[ariaLabel, title, ariaValueText].filter(Boolean));
    }
    return found;
}"""


def branches() -> Value:
    x = Value(0.3, "x")
    return where(relu(1.0 - x), x * 2.0, x.sqrt().sqrt())


def one_branch() -> Value:
    x = Value(2.0, "x")
    return x * x if x > 0 else -x


@pytest.mark.parametrize("graph", ["loss", "branches", "one_branch"])
def test_the_button_changes_every_word(open_page: Open, loss: Value, graph: str) -> None:
    root = {"loss": lambda: loss, "branches": branches, "one_branch": one_branch}[graph]()
    page = open_page(root)
    named = names(root).values()
    known = SHARED | {word for name in named for word in LATIN.findall(f"{name} d{name}")}
    if graph != "one_branch":
        page.click("#descend")
    for _ in range(page.evaluate("STEPS.length")):
        page.evaluate("document.querySelectorAll('details').forEach(x => x.open = true)")
        for language in ("zh", "en"):
            page.click("#language")
            assert page.evaluate("document.documentElement.lang.slice(0, 2)") == language
            said = page.evaluate(SAID)
            if language == "en":
                assert not [text for text in said if CHINESE.search(text)]
            else:
                assert {word for text in said for word in LATIN.findall(text)} <= known
        page.evaluate("go(at + 1)")


def test_what_is_said_of_numbers_changes_its_language(open_page: Open) -> None:
    x = Value(2.0, "x")
    page = open_page((x**1.5).sin() * 1.0, x, "zh")
    assert "反向传播" in page.title()
    page.fill("#leaf0", "-1")
    assert "没有定义：需要 x > 0；或 x = 0 且 1.5 ≥ 0；或 x < 0 且 1.5 为整数" in (
        page.inner_text("#error")
    )
    page.click("#language")
    assert "is not defined at x = -1: it needs x > 0, or" in page.inner_text("#error")
    assert "Backpropagation" in page.title()
    page.fill("#leaf0", "1")
    assert "its gradient promised" in page.inner_text("#outcome")
    page.click("#language")
    assert "按梯度估计" in page.inner_text("#outcome")


def test_numbers_show_all_digits_at_a_touch_and_by_a_button(open_page: Open, loss: Value) -> None:
    page = open_page(loss)
    page.click("#last")
    page.click("#back")
    exact = repr(explain(loss).steps[-1].gradient)
    number = page.locator("#step h3 .number")
    assert number.text_content() == f"{float(exact):.4g}"
    number.click()
    assert number.text_content() == exact
    number.click()
    page.locator("#exact").press("Enter")
    assert number.text_content() == exact
    assert page.get_attribute("#exact", "aria-pressed") == "true"
    leaf = below(loss)[1][1]
    assert page.input_value("#leaf1") == repr(leaf.data)
    (gradient,) = (step.gradient for step in explain(loss).steps if step.node is leaf)
    assert page.inner_text("#why1") == repr(gradient)
    page.set_viewport_size({"width": 375, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 375
