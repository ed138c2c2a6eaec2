"""The lesson: one page from a disk, in two languages, with numbers that are the engine's."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from demos import document
from demos.lesson.moments import spread
from tests.conftest import LESSON_EPOCHS
from tests.lessons import close, opened

MOST_BYTES = 600_000
FORMULAS = range(5, 13)
ARROWS = {
    5: "Loss_Z2",
    6: "Z2_W2",
    7: "Z2_B2",
    8: "Z2_A1",
    9: "A1_Z1",
    10: "A1_Z1",
    11: "Z1_W1",
    12: "Z1_B1",
}


@pytest.fixture
def page(browser: Browser, lesson: Path) -> Iterator[Page]:
    page = opened(browser, lesson)
    yield page
    close(page)


def story(page: Page) -> dict[str, Any]:
    return page.evaluate("STORY")  # type: ignore[no-any-return]


def block(page: Page, number: int) -> Locator:
    page.get_by_role("button", name=f"({number})", exact=True).click()
    return page.locator(f"[data-formula='{number}']")


# One file, for everyone


def test_it_is_one_small_file(lesson: Path) -> None:
    text = lesson.read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert "https://" not in text


def test_the_moments_of_a_full_run_fit_in_the_file(lesson: Path) -> None:
    full = spread(378_000)
    assert 180 <= len(full) <= 220
    assert {0, 1, 378_000} <= full
    number = len("-0.12345678,")
    added = len(full) * 10 * number
    assert lesson.stat().st_size + added < MOST_BYTES


READERS = [
    ("zh-CN", 375, "light"),
    ("en-US", 1440, "dark"),
    *(
        pytest.param(language, width, scheme, marks=pytest.mark.long)
        for language in ("en-US", "zh-CN")
        for width in (375, 768, 1440)
        for scheme in ("light", "dark")
    ),
]


@pytest.mark.parametrize(("language", "width", "scheme"), READERS)
def test_everyone_can_read_it(
    browser: Browser, lesson: Path, language: str, width: int, scheme: str
) -> None:
    viewport = {"width": width, "height": 900}
    page = opened(browser, lesson, viewport=viewport, locale=language, color_scheme=scheme)
    root = "document.documentElement"
    assert page.evaluate(f"{root}.lang") == language.removesuffix("-US")
    for number in FORMULAS:
        block(page, number).locator("summary").click()
        assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), number
    violations = Axe().run(page).response["violations"]
    assert [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in violations] == []
    close(page)


def test_both_languages_are_complete(page: Page) -> None:
    words = page.evaluate("WORDS")
    for key, texts in words.items():
        assert set(texts) == {"en", "zh"}, key
        assert all(texts.values()), key
    asked = page.evaluate(
        """[...document.querySelectorAll("[data-word], [data-rich], [data-word-label]")]
            .flatMap(x => [x.dataset.word, x.dataset.rich, x.dataset.wordLabel])
            .filter(key => key !== undefined)"""
    )
    assert set(asked) <= set(words)


SHOWN_TEXTS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
        const {parentElement, data} = walker.currentNode;
        const isOurs = !parentElement.closest("script, style, code, pre, math, svg, .symbol");
        if (isOurs && data.trim()) texts.push(data.trim());
    }
    const labels = [...document.querySelectorAll("[aria-label]")];
    return [...texts, ...labels.map(x => x.getAttribute("aria-label"))];
}"""
NAMES_IN_CHINESE = {"Sigmoid", "English", "Python", "Tab", "program.py", "autograd", "loss", "Loss"}


def test_the_chinese_page_has_no_english(page: Page) -> None:
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    for text in page.evaluate(SHOWN_TEXTS):
        words = set(re.findall(r"[A-Za-z][a-z]{2,}(?:\.py)?", text))
        assert words <= NAMES_IN_CHINESE, text
    page.get_by_role("button", name="English").click()
    texts = page.evaluate(SHOWN_TEXTS)
    assert not [text for text in texts if re.search("[\u4e00-\u9fff]", text) and text != "中文"]


KEEPS_NOTHING = """Object.defineProperty(window, "sessionStorage", {
    get() { throw new DOMException("denied", "SecurityError"); }});"""


def test_the_language_is_remembered(page: Page, lesson: Path) -> None:
    page.get_by_role("button", name="中文").click()
    page.reload()
    page.trouble.remove(lesson.as_uri())  # type: ignore[attr-defined]
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_where_nothing_is_kept_the_browsers_language_decides(page: Page, lesson: Path) -> None:
    page.add_init_script(KEEPS_NOTHING)
    page.reload()
    page.trouble.remove(lesson.as_uri())  # type: ignore[attr-defined]
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


@pytest.mark.parametrize("neurons", [1, 5])
def test_other_networks_have_a_lesson_too(browser: Browser, tmp_path: Path, neurons: int) -> None:
    arguments = ["--epochs", "1", "--neurons", str(neurons), "--out", str(tmp_path)]
    document.main(arguments)
    page = opened(browser, tmp_path / "index.html", viewport={"width": 375, "height": 800})
    for number in FORMULAS:
        expect(block(page, number)).to_be_visible()
    page.get_by_role("button", name="Numbers in place of names").click()
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
    close(page)


# What it says is true


def test_numbers_by_hand_and_by_the_engine_are_pythons(page: Page) -> None:
    data = document.samples(document.COUNT, seed=0)
    training = (data[0][: document.TRAINED], data[1][: document.TRAINED])
    x, y = document.sample_near(0.5, training)
    net = document.started(3)
    for parameter, number in zip(net.parameters(), story(page)["numbers"], strict=True):
        parameter.data = number
    engine = document.recorded(net, x, y)[1]
    assert page.evaluate("[PAGE.lesson.x, PAGE.lesson.y]") == pytest.approx([x, y], rel=1e-14)
    assert page.evaluate("PAGE.lesson.value('loss')") == pytest.approx(engine["loss"], rel=1e-11)
    expected: dict[str, list[tuple[float, float]]] = {}
    for formula, name, by_hand in document.closed_forms(net, x, y):
        expected.setdefault(formula, []).append((by_hand, engine[name]))
    for number in FORMULAS:
        shown = block(page, number)
        shown.locator("summary").click()
        cells = shown.locator("details td .number")
        found = [float(cell.get_attribute("title") or "") for cell in cells.all()]
        wanted = [number for pair in expected[f"({number})"] for number in pair]
        assert found == pytest.approx(wanted, rel=1e-9)


def test_no_formula_is_cut_on_a_phone(browser: Browser, lesson: Path) -> None:
    page = opened(browser, lesson, viewport={"width": 375, "height": 740}, locale="zh-CN")
    page.locator("#forward-numbers").click()
    for number in FORMULAS:
        block(page, number)
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
        cut = page.evaluate(
            """[...document.querySelectorAll(".formula-line")]
                .filter(x => x.scrollWidth > x.clientWidth).map(x => x.textContent)"""
        )
        assert cut == [], number
    close(page)


def test_each_formula_lights_its_arrow(page: Page) -> None:
    for number in FORMULAS:
        block(page, number)
        lit = page.locator("#backward-drawing .bwd.told")
        expect(lit).to_have_count(1)
        assert (lit.get_attribute("id") or "").endswith(f"_b_{ARROWS[number]}")


def test_each_why_ends_at_the_partial(page: Page) -> None:
    ends = {5: "z2−y", 6: "a11", 7: "1", 8: "w211", 9: "a11·(1−a11)", 11: "x", 12: "1"}
    for number, end in ends.items():
        lines = block(page, number).locator(".limit .formula-line").first.locator("mtr")
        last = lines.last.text_content() or ""
        assert "".join(last.split()).lstrip("=→") == end
        assert lines.count() >= 3


QUOTIENTS = """([number, powers]) => {
    const formula = PAGE.backward.blocks.find(block => block.formula.number === number);
    const {argument} = formula;
    const {result, operand} = argument;
    return {
        quotients: powers.map(power => { argument.power = power; return argument.quotient(); }),
        partial: PAGE.lesson.partial(result, operand),
    };
}"""


def test_each_quotient_runs_to_its_limit(page: Page) -> None:
    for number in FORMULAS:
        if number == 10:  # nothing but the chain rule
            continue
        found = page.evaluate(QUOTIENTS, [number, [0, 2, 4, 6]])
        errors = [abs(quotient - found["partial"]) for quotient in found["quotients"]]
        assert errors[-1] < 1e-6
        assert errors[-1] <= errors[0] or errors[0] < 1e-9


def test_the_slider_of_delta_shows_the_quotient(page: Page) -> None:
    shown = block(page, 9)
    slider = shown.get_by_label("Δ, smaller and smaller")
    for _ in range(8):
        slider.press("ArrowRight")
    expect(shown.locator("output.running")).to_contain_text("=1·10−5")
    slider.press("End")
    expect(shown).to_contain_text("rounding of floating-point numbers")


def test_moments_are_those_of_python(page: Page) -> None:
    found = story(page)["moments"]
    steps = LESSON_EPOCHS * 90
    assert found["steps"] == sorted(spread(steps))
    last = found["numbers"][-10:]
    assert last == pytest.approx(story(page)["numbers"], rel=1e-7)
    assert found["numbers"][:10] == pytest.approx(
        [p.data for p in document.started(3).parameters()], rel=1e-7
    )


def test_training_in_the_page_ends_where_python_did(page: Page) -> None:
    page.evaluate("PAGE.feel.advance(1e6)")
    found = page.evaluate("[...PAGE.feel.training.data]")
    assert found == pytest.approx(story(page)["numbers"], rel=1e-12)
    page.get_by_role("button", name="Seed 5,").click()
    page.get_by_role("button", name="▶ Train it here").click()
    page.wait_for_function(f"PAGE.seeds.run.steps === {LESSON_EPOCHS * 90}")
    seeds = story(page)["seeds"]
    assert page.evaluate("[...PAGE.seeds.run.data]") == pytest.approx(seeds["5"], rel=1e-12)


def test_scores_are_pythons(page: Page) -> None:
    net = document.started(3)
    for parameter, number in zip(net.parameters(), story(page)["numbers"], strict=True):
        parameter.data = number
    fresh = document.samples(document.COUNT, seed=1)
    expected = document.r_squared(net, fresh)
    assert page.evaluate("PAGE.lesson.curves.rSquared(STORY.numbers)") == pytest.approx(expected)


# What a reader does


def test_a_symbol_lights_wherever_it_stands(page: Page) -> None:
    page.locator("#code [data-symbol='w1_12']").first.hover()
    for section in ("#structure-picture", "#forward-formulas", "#forward-drawing", "#code"):
        assert page.locator(f"{section} .lit").count() > 0, section
    assert page.locator("[data-symbol='w1_11'].lit").count() == 0
    assert page.locator("[data-symbol='W1'].lit").count() > 0


def test_a_weight_is_dragged_and_all_follows(page: Page) -> None:
    before = page.locator("#structure-state").inner_text()
    weight = page.locator("#structure-picture").get_by_role("slider", name="w2_11", exact=True)
    number = story(page)["numbers"][6]
    weight.press("Shift+ArrowUp")
    assert page.evaluate("PAGE.lesson.numbers[6]") == pytest.approx(number + 1, abs=1e-3)
    assert page.locator("#structure-state").inner_text() != before
    page.get_by_role("button", name="Numbers after training").first.click()
    assert page.evaluate("PAGE.lesson.numbers[6]") == number


def test_numbers_stand_in_for_names(page: Page) -> None:
    page.get_by_role("button", name="Numbers in place of names").click()
    z1 = page.evaluate("shown(PAGE.lesson.value('z1_1'))").replace("-", "−")
    first = page.locator("#forward-formulas .formula-line").first
    expect(first).to_contain_text(f"={z1}")
    page.locator("[data-sample] input").first.press("Home")
    moved = page.evaluate("shown(PAGE.lesson.value('z1_1'))").replace("-", "−")
    assert moved != z1
    expect(first).to_contain_text(f"={moved}")


def test_a_sample_is_carried_through(browser: Browser, lesson: Path) -> None:
    page = opened(browser, lesson, reduced_motion="no-preference")
    page.clock.install()
    page.get_by_role("button", name="Carry the sample through").click()
    lit = page.locator("#forward-drawing .told")
    expect(lit).to_have_count(3)
    for name in ("Z1", "A1"):
        page.clock.run_for(900)
        expect(lit).to_have_attribute("data-symbol", name)
    assert page.locator("#forward-drawing [data-symbol='Loss'] tspan").count() == 0
    page.clock.run_for(3000)
    expect(lit).to_have_attribute("data-symbol", "Loss")
    assert page.locator("#forward-drawing [data-symbol='Loss'] tspan").count() == 1
    close(page)


def test_formulas_are_stepped_by_keys(page: Page) -> None:
    page.get_by_role("button", name="(5)", exact=True).focus()
    for number in (6, 7, 8):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".backward-formula.current")).to_have_attribute(
            "data-formula", str(number)
        )
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="(7)", exact=True)).to_be_focused()


def test_stepping_returns_to_the_head_of_the_step(browser: Browser, lesson: Path) -> None:
    page = opened(browser, lesson, viewport={"width": 375, "height": 700})
    block(page, 6).locator("summary").click()
    block(page, 6).locator("details").scroll_into_view_if_needed()
    title = block(page, 7).locator("h3")
    expect(title).to_be_in_viewport()
    stepper = page.locator("#stepper").bounding_box()
    head = title.bounding_box()
    assert stepper is not None
    assert head is not None
    assert stepper["y"] + stepper["height"] <= head["y"] + 1
    close(page)


def test_a_nudge_runs_on_to_the_loss(page: Page) -> None:
    page.get_by_label("Δ of the weight").fill("0.005")
    last = page.locator("#nudge tr").last
    titles = last.locator(".number").evaluate_all("all => all.map(x => Number(x.title))")
    gradient = page.evaluate("PAGE.lesson.gradient('w1_11')")
    assert titles[0] == pytest.approx(gradient * 0.005, rel=0.1)
    assert titles[-1] == pytest.approx(titles[0], rel=0.1)


def test_x_is_multiplied(page: Page) -> None:
    shown = block(page, 11)
    last = shown.locator("table").first.locator("tr").last.locator("td .number")
    doubled = page.evaluate(
        "PAGE.lesson.evaluated(2 * PAGE.lesson.x).d[PAGE.lesson.place('w1_11')]"
    )
    assert float(last.nth(1).get_attribute("title") or "") == doubled
    shown.get_by_label("x times").fill("1")
    assert last.nth(0).inner_text() == last.nth(1).inner_text()


def test_the_first_of_the_parameters_has_the_largest_gradient(page: Page) -> None:
    titles = page.locator("#ranking td .number").evaluate_all("all => all.map(x => x.title)")
    sizes = [abs(float(title)) for title in titles]
    assert len(sizes) == 10
    assert sizes == sorted(sizes, reverse=True)


def test_paths_add_up(page: Page) -> None:
    gradient = page.evaluate("shown(PAGE.lesson.gradient('x'))").replace("-", "−")
    expect(page.locator("#paths")).to_contain_text(f"={gradient}")


# Large output weights make the valley of one sample narrow; the bias puts it nearly at the bottom.
STEEP = """(() => {
    const {lesson} = PAGE;
    for (const name of ["w2_11", "w2_21", "w2_31"]) lesson.move(lesson.network.parameters.indexOf(
        lesson.place(name)), 6);
    const error = lesson.value("z2_1") - lesson.y;
    lesson.move(9, lesson.numbers[9] - error + 0.01);
})()"""


def test_a_step_that_raises_the_loss_says_why(page: Page) -> None:
    page.evaluate(STEEP)
    page.get_by_role("button", name="Take this step").click()
    expect(page.locator("#step-told")).to_contain_text("It rises")


def test_a_step_lowers_the_loss(page: Page) -> None:
    before = page.evaluate("PAGE.lesson.value('loss')")
    page.get_by_role("button", name="Take this step").click()
    assert page.evaluate("PAGE.lesson.value('loss')") < before
    expect(page.locator("#step-told")).not_to_contain_text("It rises")


def test_a_walk_that_diverges_stays_in_its_curves(page: Page) -> None:
    page.locator("#descent").get_by_role("button", name="Too large").click()
    for cut in page.locator("#cuts .chart").all():
        frame = cut.bounding_box()
        point = cut.locator(".ends").bounding_box()
        assert frame is not None
        assert point is not None
        assert frame["x"] <= point["x"] <= frame["x"] + frame["width"]
        assert frame["y"] <= point["y"] <= frame["y"] + frame["height"]


def test_the_run_plays_and_pauses(browser: Browser, lesson: Path) -> None:
    page = opened(browser, lesson, reduced_motion="no-preference")
    page.clock.install()
    page.get_by_role("button", name="▶ Play the run").click()
    page.clock.run_for(300)
    page.locator("#history").get_by_role("button", name="Pause").click()
    now = page.evaluate("PAGE.history.now")
    assert 0 < now < 20
    page.clock.run_for(300)
    assert page.evaluate("PAGE.history.now") == now
    close(page)


def test_too_large_a_rate_diverges(page: Page) -> None:
    descent = page.locator("#descent")
    start = page.evaluate("PAGE.descent.loss(...PAGE.descent.path[0])")
    descent.get_by_role("button", name="Good").click()
    losses = page.evaluate("PAGE.descent.path.map(place => PAGE.descent.loss(...place))")
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.1 * start
    descent.get_by_role("button", name="Too large").click()
    expect(descent.locator(".verdict")).to_contain_text("diverges")


def test_the_surface_is_turned_by_keys(page: Page) -> None:
    surface = page.locator("#descent .surface")
    first = surface.locator("polygon").first
    before = first.get_attribute("points")
    surface.press("ArrowLeft")
    assert first.get_attribute("points") != before


def test_the_run_is_scrubbed(page: Page) -> None:
    moment = page.get_by_label("Moment")
    moment.press("Home")
    expect(page.locator("#history")).to_contain_text("Step 0: R²")
    start = page.locator("#history .history-fit path.fit").get_attribute("d")
    moment.press("End")
    assert page.locator("#history .history-fit path.fit").get_attribute("d") != start


# On paper


def test_in_print_all_formulas_stand(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for number in FORMULAS:
        printed = page.locator(f"[data-formula='{number}']")
        expect(printed).to_be_visible()
        expect(printed.locator("details .number").first).to_be_visible()
    assert page.locator("button:visible").count() == 0


def test_words_stand_once() -> None:
    """Words of several files: none takes the place of another."""
    folder = Path(document.__file__).parent / "lesson"
    keys: list[str] = []
    for file in sorted(folder.glob("words*.json")):
        keys += json.loads(file.read_text(encoding="utf-8"))
    assert len(keys) == len(set(keys))
