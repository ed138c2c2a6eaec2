"""The page in a browser with the network cut off.

Each step by each way, and numbers that are the engine's after any change.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from autograd import MLP, Value, elemental, explain, half_squared_error, relu, where
from autograd.core.graph import below, names
from tests.conftest import Open
from tests.strategies import draw_of_all_rows

KB = 1000


def sample_loss(net: MLP) -> Value:
    return half_squared_error(net(0.5), 0.2)


def boxes(page: Page) -> dict[str, list[str]]:
    """What the drawing says: name → the numbers on its box."""
    script = "PARTS.map(({texts}) => texts.map(text => text.textContent))"
    texts: list[list[str]] = page.evaluate(script)
    return {name: [text.split()[-1] for text in numbers if text] for name, *numbers in texts}


def expected(root: Value) -> dict[str, list[str]]:
    gradients = {step.node: step.gradient for step in explain(root).steps}
    named = names(root).items()
    return {name: [f"{node.data:.4g}", f"{gradients[node]:.4g}"] for node, name in named}


def told(page: Page) -> tuple[str, str]:
    return page.inner_text("#position"), page.inner_text("#step")


def by_button(page: Page) -> list[tuple[str, str]]:
    """What is told of each step, from the first to the last, by pressing a button."""
    seen = [told(page)]
    while not page.is_disabled("#next"):
        page.click("#next")
        seen.append(told(page))
    return seen


@pytest.mark.long
def test_each_step_by_button(open_page: Open, loss: Value) -> None:
    page = open_page(loss)
    count = page.evaluate("STEPS.length")
    assert count == 1 + len(below(loss)[0]) + len(names(loss)) + 1
    steps = by_button(page)
    numbers = [position.split(" ")[0] for position, _ in steps]
    assert numbers == [str(i) for i in range(1, count + 1)]
    assert len({text for _, text in steps}) == count
    for _ in range(count - 1):
        page.click("#back")
    assert told(page) == steps[0]
    page.click("#last")
    assert told(page) == steps[-1]
    page.click("#first")
    assert told(page) == steps[0]


def test_each_step_by_key_and_slider(open_page: Open, loss: Value) -> None:
    page = open_page(loss)
    steps = by_button(page)
    page.click("#first")
    page.evaluate("document.activeElement.blur()")
    by_key = [told(page)]
    for _ in steps[1:]:
        page.keyboard.press("ArrowRight")
        by_key.append(told(page))
    assert by_key == steps
    for key, step in (("ArrowLeft", steps[-2]), ("Home", steps[0]), ("End", steps[-1])):
        page.keyboard.press(key)
        assert told(page) == step
    by_slider = []
    for i in range(len(steps)):
        page.locator("#slider").fill(str(i))
        by_slider.append(told(page))
    assert by_slider == steps


def test_it_plays_by_itself(open_page: Open, loss: Value) -> None:
    page = open_page(loss)
    page.clock.install()
    page.keyboard.press("Space")
    while not page.inner_text("#position").startswith("3 /"):
        page.clock.run_for(100)
    page.click("#play")
    stopped = page.evaluate("at")
    page.clock.run_for(60_000)
    assert page.evaluate("at") == stopped == 2


def test_steps_tell_what_the_explanation_tells(open_page: Open, loss: Value) -> None:
    page = open_page(loss)
    for i, step in enumerate(explain(loss).steps):
        page.evaluate(f"go({1 + len(below(loss)[0]) + i})")
        text = page.inner_text("#step")
        for flow in step.flows:
            for number in (flow.local, flow.upstream, flow.contribution, flow.sum_so_far):
                assert f"{number:.4g}" in text
        assert f"{step.gradient:.4g}" in text
        assert page.locator(".value.target").count() == 1
        assert page.locator(".bwd.used").count() == len(step.flows)


def test_another_number_changes_every_number_to_the_engines(
    open_page: Open, net: MLP, loss: Value, new_net: Callable[[], MLP]
) -> None:
    page = open_page(loss)
    page.click("#last")
    assert boxes(page) == expected(loss)
    for number in (-0.75, 3.0, 1e-7, 0.1):
        page.get_by_label("w1_11", exact=True).fill(str(number))
        net.layers[0].W[0][0].data = number
        assert boxes(page) == expected(sample_loss(net))
    before = net.layers[0].W[0][0].data
    page.get_by_label("w1_11", exact=True).fill("")
    assert "w1_11 needs a number" in page.inner_text("#error")
    assert page.evaluate("state.v[0] !== undefined")
    assert boxes(page)["w1_11"][0] == f"{before:.4g}"
    page.click("#reset")
    assert boxes(page) == expected(sample_loss(new_net()))
    assert page.inner_text("#error") == ""


def test_a_leaf_is_clicked_to_change_it_and_a_gradient_to_see_why(
    open_page: Open, loss: Value
) -> None:
    page = open_page(loss)
    leaf = page.locator("#drawing .value", has_text="w2_21")
    leaf.click()
    assert "dw2_21 = ∂loss/∂w2_21" in page.inner_text("#step")
    assert page.evaluate("document.activeElement.labels[0].textContent") == "w2_21 is"
    page.keyboard.type("2.5")
    assert page.input_value("#leaf8") == "2.5"
    assert boxes(page)["w2_21"][0] == "2.5"
    assert "loss 0.2122 → " in page.inner_text("#outcome")
    changed = page.locator(".value.changed .name").all_text_contents()
    assert {*changed} == {"w2_21", "z2_1", "loss"}
    page.get_by_role("button", name="∂loss/∂w2_21").click()
    assert "dw2_21 = ∂loss/∂w2_21" in page.inner_text("#step")
    page.locator("#drawing .value", has_text="a1_2").press("Enter")
    assert "da1_2 = ∂loss/∂a1_2" in page.inner_text("#step")


def test_a_gradient_step_moves_all_parameters_as_sgd(
    open_page: Open, net: MLP, loss: Value
) -> None:
    page = open_page(loss)
    page.get_by_label("learning rate").fill("0.25")
    page.click("#last")
    for _ in range(3):
        page.click("#descend")
        steps = explain(sample_loss(net)).steps
        gradients = {step.node.label: step.gradient for step in steps}
        for parameter in net.parameters():
            parameter.data = parameter.data - 0.25 * gradients[parameter.label]
        assert boxes(page) == expected(sample_loss(net))


def test_without_parameters_all_leaves_move(open_page: Open) -> None:
    x = Value(3.0, "x")
    page = open_page(x * x, x)
    assert "dx = ∂v1/∂x = 6" in page.inner_text("#step")  # opened at the leaf
    page.click("#descend")
    assert page.input_value("#leaf0") == "0"


def test_what_is_not_defined_is_said_and_nothing_is_lost(open_page: Open) -> None:
    x = Value(2.0, "x")
    y = Value(4.0, "y")
    page = open_page(x.log() + 1.0 / y + y**0.5)
    page.click("#last")
    whole = boxes(page)
    for name, number, message in (
        ("x", "-1", "v1 = log(x) is not defined at x = -1"),
        ("x", "0", "x > 0"),
        ("y", "0", "y ≠ 0"),
    ):
        before = page.input_value(f"#leaf{'xy'.index(name)}")
        page.get_by_label(name, exact=True).fill(number)
        assert message in page.inner_text("#error")
        assert boxes(page) == whole
        page.get_by_label(name, exact=True).fill(before)
        assert page.inner_text("#error") == ""


def test_undefined_points_can_be_passed_on_the_way(open_page: Open) -> None:
    x = Value(1.0, "x")
    y = Value(1.0, "y")
    page = open_page((x * y).log() * 1.0)
    page.get_by_label("x", exact=True).fill("-1")
    assert "it needs v1 > 0" in page.inner_text("#error")
    page.get_by_label("y", exact=True).fill("-2")
    assert page.inner_text("#error") == ""
    page.click("#last")
    assert boxes(page)["v1"][0] == "2"
    page.get_by_label("learning rate").fill("100")
    page.click("#descend")  # into a negative product
    page.click("#reset")
    assert page.input_value("#leaf0") == page.input_value("#leaf1") == "1"


def test_one_branch_of_several_is_shown_but_not_changed(open_page: Open) -> None:
    x = Value(2.0, "x")
    page = open_page(x * x if x > 0 else -x)
    assert "might have led to another graph" in page.inner_text("#edit")
    assert page.inner_text("#error") == ""
    assert page.locator("input:not([disabled])").count() == 1  # the slider
    page.click("#last")
    assert boxes(page)["x"] == ["2", "4"]


def test_keys_go_on_after_a_button_was_pressed(open_page: Open, loss: Value) -> None:
    page = open_page(loss)
    page.click("#next")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#position").startswith("3 / ")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#position").startswith("29 / ")
    page.get_by_label("x", exact=True).press("Home")  # in a field the keys move the cursor
    assert page.inner_text("#position").startswith("29 / ")


def test_keys_are_left_to_what_has_the_focus(open_page: Open, loss: Value) -> None:
    page = open_page(loss)
    page.locator(".value").first.press("Space")
    assert page.locator("#play").inner_text().startswith("▶")
    assert page.locator("#step").get_attribute("class") == "backward"
    page.keyboard.press("End")
    page.evaluate("document.querySelector('.scroll').style.width = '80px'")
    position = page.locator("#position").inner_text()
    page.locator(".scroll").first.press("ArrowLeft")
    assert page.locator("#position").inner_text() == position


def test_powers_of_one_and_minus_one(open_page: Open) -> None:
    for base, exponent in ((1.0, "inf"), (-1.0, "-inf"), (1.0, "nan"), (1.0, "2")):
        root = Value(base, "x") ** float(exponent)
        page = open_page(root)
        assert page.evaluate("shown(state.v[ROOT])") == f"{root.data:.4g}" == "1"


@pytest.mark.parametrize("count", [4, pytest.param(40, marks=pytest.mark.long)])
def test_its_functions_are_those_of_the_engine(open_page: Open, count: int) -> None:
    """Values and gradients of graphs of all rows: alike as far as another libm lets them be."""
    rng = random.Random(6)
    for _ in range(count):
        graph = draw_of_all_rows(rng)
        leaves = [Value(number, f"x{i}") for i, number in enumerate(graph.numbers)]
        root = graph.build(leaves)
        page = open_page(root)
        operations, used = below(root)
        gradients = {step.node: step.gradient for step in explain(root).steps}
        found = page.evaluate("[state.v, state.d]")
        for node, v, d in zip((*used, *operations), *found, strict=True):
            # Functions of two libraries differ by an ulp or two; the graphs keep moderate what
            # follows from it.
            assert v == pytest.approx(node.data, rel=1e-11, abs=1e-13)
            assert d == pytest.approx(gradients[node], rel=1e-9, abs=1e-9)
        page.context.close()


SMALLEST_AND_LARGEST = [0.0, -0.0, 1e300, -1e300, 1e-300, -1e-300, 5e-324, 1.7976931348623157e308]
TURNS = [1e-4, 9.9995e-5, 9999.5, 9998.5, 1e4, 1234.5]  # where the notation changes
HALVES = [k / 2**n for k in (1, 3, 5, 7, 65, 129, 1023) for n in range(40)]  # of the fourth digit


def test_digits_are_shown_as_the_engine_shows_them(open_page: Open) -> None:
    rng = random.Random(0)
    drawn = [rng.uniform(-1, 1) * 10.0 ** rng.randint(-12, 12) for _ in range(3000)]
    numbers = drawn + HALVES + TURNS + SMALLEST_AND_LARGEST
    page = open_page(Value(1.0, "x") * 2.0)
    shown = page.evaluate("numbers => numbers.map(x => shown(x))", numbers)
    assert shown == [f"{x:.4g}" for x in numbers]
    assert page.evaluate("[NaN, Infinity, -Infinity].map(x => shown(x))") == ["nan", "inf", "-inf"]


def test_names_and_rows_of_ones_own(open_page: Open) -> None:
    softsign = elemental("softsign", "a / (1.0 + abs(a))", ["1.0 / pow(1.0 + abs(a), 2.0)"])
    x = Value(-3.0, "</script><b>\n权重 & {root}")
    root = softsign(x) * softsign(x)
    root.label = "loss"
    page = open_page(root, x)
    assert page.locator("b:not(figcaption b)").count() == 0
    assert "权重" in page.inner_text("#step")
    page.click("#last")
    page.locator("#leaf0").fill("1")
    assert page.evaluate("shown(state.v[ROOT])") == "0.25"


def test_a_page_is_one_small_file(loss: Value, tmp_path: Path) -> None:
    path = explain(loss).page(tmp_path / "made/steps.html")
    assert Path(path).stat().st_size <= 200 * KB


def test_large_graphs_and_unknown_languages_are_refused(tmp_path: Path) -> None:
    x = Value(1.0, "x")
    for _ in range(300):
        x = x + 1.0
    size = "at most 300 values, this graph has 301: explain the loss of one sample"
    with pytest.raises(ValueError, match=size):
        explain(x).page(tmp_path / "large.html")
    with pytest.raises(ValueError, match="unknown language 'fr'; known are en, zh"):
        explain(Value(1.0, "x") + 1.0).page(tmp_path / "french.html", language="fr")
    assert not list(tmp_path.glob("*.html"))


def test_nothing_flows_to_the_branch_not_taken(open_page: Open) -> None:
    x = Value(0.0, "x")
    page = open_page(where(relu(1.0 - x), x * 2.0, x.sqrt().sqrt()))
    page.click("#last")
    assert boxes(page)["x"] == ["0", "2"]
    page.fill("#leaf0", "16")
    assert boxes(page)["x"] == ["16", f"{0.25 * 16**-0.75:.4g}"]


def test_a_trained_network_may_be_looked_at_and_its_page_changed(net: MLP) -> None:
    assert [w.data for w in net.parameters()]
    assert '"fixed":false' in explain(sample_loss(net)).html()
    x = Value(0.5, "x")
    assert net.parameters()[0].data
    assert '"fixed":true' in explain(half_squared_error(net(x), 0.2)).html()
