"""The playground as people use it: by keyboard, pointer and finger, on every screen."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demos import document
from tests.conftest import violations

MOONS = "#data=moons&samples=200&noise=0.1&hidden=4,2&activation=tanh"
LARGEST = "#hidden=8,8,8,8&activation=tanh&rate=0.05"
STEPS = "count => { for (let i = 0; i < count; i++) playground.run.training.step(); }"
SHOWN = f"count => {{ ({STEPS})(count); playground.show(); }}"

Open = Callable[..., Page]


def number(page: Page, name: str) -> float:
    """A number beside the buttons, by its name."""
    text = page.locator("#numbers div", has=page.get_by_text(name, exact=True)).locator("dd")
    return float(text.inner_text().replace(",", ""))


# Controls, by keyboard


def test_every_data_set_by_keyboard(open_playground: Open) -> None:
    page = open_playground("#samples=60")
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
def test_two_classes_can_be_learnt(open_playground: Open, data: str) -> None:
    hidden = "8,8" if data == "spiral" else "4"
    page = open_playground(
        f"#data={data}&samples=300&noise=0.05&hidden={hidden}&activation=tanh&rate=0.2"
    )
    page.evaluate(SHOWN, 12_000)
    assert number(page, "accuracy") >= 0.97
    assert page.locator(".network-picture image[href^='data:image/png']").count() >= 5


def test_every_field_by_keyboard(open_playground: Open) -> None:
    page = open_playground()
    typed = {"samples": "50", "rate": "0.25", "batch": "5", "decay": "0.01", "seed": "4"}
    for name, text in typed.items():
        page.focus(f"#field-{name}")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        assert page.evaluate("name => playground.run.settings[name]", name) == float(text)
    for name, expected in (("noise", 0.06), ("held_out", 0.15)):
        page.focus(f"#field-{name}")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("name => playground.run.settings[name]", name) == expected
    for name, choice in (("activation", "tanh"), ("optimizer", "momentum"), ("speed", "10000")):
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


def test_a_wrong_number_is_told_and_not_taken(open_playground: Open) -> None:
    page = open_playground()
    page.fill("#field-batch", "many")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("Not changed. batch = “many”")
    assert page.get_attribute("#field-batch", "aria-invalid") == "true"
    assert page.evaluate("playground.run.settings.batch") == document.BATCH


def test_limits_of_layers(open_playground: Open) -> None:
    page = open_playground("#hidden=8,1,1,1")
    for button in ("layers-more", "units-1-more", "units-2-less"):
        assert page.get_attribute(f"#{button}", "aria-disabled") == "true"
        page.dispatch_event(f"#{button}", "click")
    assert page.evaluate("playground.run.settings.hidden") == [8, 1, 1, 1]


# Own points


def test_points_by_touch_and_by_typing(open_playground: Open) -> None:
    page = open_playground("#data=points")
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
    ("0 -1e308\n1 1e308", [0, -1, 1, 1]),  # further apart than the largest float
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


def test_pasted_points(open_playground: Open) -> None:
    page = open_playground("#data=points")
    for text, points in PASTED:
        page.fill("#pasted", text)
        page.click("#take-pasted")
        told = f"Taken: {len(points) // 2} points"
        expect(page.locator("#paste-outcome")).to_contain_text(told)
        assert page.evaluate("playground.run.settings.points") == points
        page.click("#batch")
        assert number(page, "steps") == 1
        page.click("#reset")


def test_bad_points_are_told_by_their_line(open_playground: Open) -> None:
    page = open_playground("#data=points")
    for text, told in BAD_PASTES:
        page.fill("#pasted", text)
        page.click("#take-pasted")
        expect(page.locator("#paste-outcome")).to_contain_text(told)
        assert page.get_attribute("#pasted", "aria-invalid") == "true"
        assert page.evaluate("playground.run.count") == 0


# The picture


def weight(page: Page, name: str) -> Any:
    return page.locator(f".weight[data-symbol='{name}']")


def test_a_weight_by_keys(open_playground: Open) -> None:
    page = open_playground()
    arrow = weight(page, "w2_21")
    before = page.evaluate("playground.run.data[7]")
    arrow.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowLeft")
    moved = before + 0.1 - 1
    assert page.evaluate("playground.run.data[7]") == pytest.approx(moved, abs=1e-4)
    assert float(arrow.get_attribute("aria-valuenow")) == pytest.approx(moved, rel=1e-3)
    page.evaluate("playground.moveWeight(7, -61.5)")
    assert arrow.get_attribute("aria-valuenow") == arrow.get_attribute("aria-valuemin")
    assert arrow.get_attribute("aria-valuetext") == "-61.5"
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


def test_a_weight_by_dragging(open_playground: Open) -> None:
    page = open_playground()
    x, y = middle(page, "w1_12")
    before = page.evaluate("playground.run.data[1]")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y)
    expect(page.locator(".bubble")).to_contain_text("w1_12 = ")
    page.mouse.up()
    assert page.evaluate("playground.run.data[1]") == pytest.approx(before + 2, abs=1e-4)
    assert page.locator(".bubble").count() == 0
    page.wait_for_function("location.hash.includes('weights=')")


def test_a_touch_on_a_phone(open_playground: Open) -> None:
    page = open_playground(width=375, has_touch=True, is_mobile=True)
    x, y = middle(page, "w1_12")
    page.touchscreen.tap(x, y)
    expect(page.locator("#inside-text h3")).to_contain_text("dw1_12")
    page.locator(".neuron[data-symbol='a1_3']").tap()
    expect(page.locator("#inside-text h3")).to_contain_text("da1_3")


ON_THE_NAME = 0
ON_THE_ARROW = 32  # pixels further on


@pytest.mark.parametrize("beside", [ON_THE_NAME, ON_THE_ARROW])
@pytest.mark.parametrize(("across", "up"), [(60, 0), (0, 200)])
def test_a_finger_drags_sideways_and_scrolls_up(
    open_playground: Open, across: int, up: int, beside: int
) -> None:
    page = open_playground(width=375, has_touch=True, is_mobile=True)
    x, y = middle(page, "w2_21")
    x += beside
    before = page.evaluate("playground.run.data[7]")
    fingers = page.context.new_cdp_session(page)
    for kind, share in (("Start", 0.0), *(("Move", i / 20) for i in range(1, 21)), ("End", 1.0)):
        at = [{"x": x + share * across, "y": y - share * up}] if kind != "End" else []
        touch = {"type": f"touch{kind}", "touchPoints": at}
        fingers.send("Input.dispatchTouchEvent", touch)
    moved = before + across / 30
    page.wait_for_function("moved => Math.abs(playground.run.data[7] - moved) < 1e-4", arg=moved)


def test_a_neuron_that_is_pointed_at_is_shown_large(open_playground: Open) -> None:
    page = open_playground(MOONS)
    plane = page.locator("#fit image")
    own = plane.get_attribute("href")
    page.hover(".neuron[data-symbol='a1_2']")
    assert plane.get_attribute("href") != own
    page.hover("h1")
    assert plane.get_attribute("href") == own
    page.focus(".neuron[data-symbol='a2_1']")
    assert plane.get_attribute("href") != own


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

CROSSED_BIASES = """() => {
    const place = circle => ["cx", "cy", "r"].map(name => Number(circle.getAttribute(name)));
    const biases = [...document.querySelectorAll(".network-picture .bias circle")].map(place);
    const shafts = [...document.querySelectorAll(".network-picture .weight[data-symbol^='w']")];
    return biases.flatMap(([x, y, r]) => shafts.filter(weight => {
        const shaft = weight.querySelector(".shaft");
        const shares = Array.from({length: 100}, (_, i) => i / 99 * shaft.getTotalLength());
        const points = shares.map(share => shaft.getPointAtLength(share));
        return points.some(point => Math.hypot(point.x - x, point.y - y) < r);
    })).length;
}"""


@pytest.mark.parametrize("width", [375, pytest.param(768, marks=pytest.mark.long), 1440])
def test_nothing_in_the_picture_overlaps(
    open_playground: Open, playground_address: str, width: int
) -> None:
    page = open_playground(width=width)
    for hidden in ("3", "4,2", "8,8,8,8", "1,8,1,8"):
        page.goto(f"{playground_address}#hidden={hidden}")
        page.wait_for_function(
            "hidden => String(playground.run.settings.hidden) === hidden", arg=hidden
        )
        check_picture(page)


def check_picture(page: Page) -> None:
    assert page.evaluate(OVERLAPS) == 0
    assert page.evaluate(CROSSED_BIASES) == 0
    frame = page.locator("#picture").bounding_box()
    assert frame
    for circle in page.locator(".network-picture .neuron").all():
        box = circle.bounding_box()
        assert box
        assert box["x"] >= frame["x"] - 1
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


def test_names_give_way_in_the_largest_network(open_playground: Open) -> None:
    page = open_playground(LARGEST)
    assert page.locator(".network-picture .weight text").count() == 0
    assert weight(page, "w3_11").get_attribute("aria-label") == "w3_11"
    stops = page.locator(".network-picture [role=slider][tabindex='0']")
    assert stops.count() == 1
    stops.focus()
    page.keyboard.press("PageDown")
    assert page.evaluate("document.activeElement.ariaLabel") == "w1_12"


def test_names_stand_on_the_documents_network(open_playground: Open) -> None:
    page = open_playground(width=375)
    names = page.locator(".network-picture .weight text").all_text_contents()
    assert {"w111", "w112", "w113", "w211", "w221", "w231"} <= {*names}


def test_the_fit_stays_in_the_chart(open_playground: Open) -> None:
    page = open_playground()
    page.evaluate("playground.moveWeight(9, 1e12)")
    assert page.locator("#fit .plot, #fit [clip-path]").count() == 1
    path = page.get_attribute("#fit path.fit", "d")
    assert path
    assert "e+" not in path


# How it looks


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
def test_it_fits_and_is_accessible(
    open_playground: Open, width: int, language: str, scheme: str
) -> None:
    for link in ("", MOONS, LARGEST, "#data=points"):
        page = open_playground(link, language, width, color_scheme=scheme)
        page.evaluate("byId('setup').open = true; playground.inside.go(20)")
        for why in page.locator(".why:visible summary").all():
            why.click()
        assert page.evaluate(OVERFLOW) <= 0
        assert violations(page) == []
        page.context.close()


def test_on_paper_it_is_light(open_playground: Open) -> None:
    page = open_playground(color_scheme="dark")
    colours = """() => ["--ground", "--positive", "--layer-2"].map(name => {
        return getComputedStyle(document.documentElement).getPropertyValue(name);
    })"""
    page.emulate_media(media="print")
    on_paper = page.evaluate(colours)
    page.emulate_media(media="screen", color_scheme="light")
    assert page.evaluate(colours) == on_paper


def test_both_languages_have_all_words(open_playground: Open) -> None:
    page = open_playground()
    for language in ("en", "zh"):
        page.evaluate("language => { setLanguage(language); playground.say(); }", language)
        words = page.locator("[data-word]").all()
        assert all(item.text_content() for item in words)
    assert "训练" in page.inner_text("#play")
    page.click("#language")
    assert "Play" in page.inner_text("#play")


def test_targets_are_large_enough_for_a_finger(open_playground: Open) -> None:
    page = open_playground(width=375)
    page.evaluate("byId('setup').open = true")
    for control in page.locator("button:visible, select:visible, summary").all():
        box = control.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
