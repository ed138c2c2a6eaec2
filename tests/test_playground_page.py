"""The playground in a browser, as a person uses it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

import autograd
from demos.playground.picture import SVG
from demos.playground.settings import Settings
from demos.playground.trainer import Trainer
from tests.test_playground import weights

ROOT = Path(__file__).parents[1]


class Server:
    """The playground as `make playground` starts it, in a process of its own."""

    def __init__(self) -> None:
        command, pipe = [sys.executable, "-m", "demos.playground"], subprocess.PIPE
        alone = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
        }  # nicegui looks for these
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=pipe, stderr=subprocess.STDOUT, text=True, env=alone
        )
        assert self.process.stdout
        said = self.process.stdout.readline()
        found = re.fullmatch(
            r"The playground is at (http://127\.0\.0\.1:\d+) \(Ctrl-C ends it\)\n", said
        )
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
    context.on(
        "request",
        lambda request: (
            trouble.append(request.url) if not request.url.startswith(server.url) else None
        ),
    )
    yield context
    context.close()
    assert not trouble


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.wait_for_function(
        "location.search.includes('sample=')"
    )  # what is typed before the page is served is lost
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


def settled(page: Page) -> dict[str, str]:
    """The link of a paused page, once it has followed what the page shows."""
    shown = "/step ([\\d,]+)/.exec(document.querySelector('nav').innerText)[1].replaceAll(',', '')"
    page.wait_for_function(f"new URL(location).searchParams.get('step') === {shown}")
    return link(page)


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

    before = Trainer(Settings().changed(settled(page)))
    button(page, "One sample").click()
    expect(page.locator("nav")).to_contain_text(f"step {before.step + 1:,} ")
    before.learn()
    after = Trainer(Settings().changed(settled(page)))
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
    page.wait_for_function("location.search.includes(',-1.5,')")
    assert float(link(page)["weights"].split(",")[6]) == -1.5
    assert fit.inner_html() != trained
    after.parameters["w2_11"].data = -1.5
    assert r_squared(page) == pytest.approx(after.measure()[1], rel=5e-3)

    here, picture = page.url, figure.inner_html()
    button(page, "Play").click()
    expect(button(page, "Pause")).to_be_visible()
    second = opened(context, here)
    assert link(second) == {
        name: texts[0] for name, texts in parse_qs(urlsplit(here).query).items()
    }
    assert second.locator(".figure").inner_html() == picture
    reached = steps(page)
    assert steps(second) == after.step < reached
    page.wait_for_timeout(500)
    assert steps(second) == after.step < reached < steps(page)
    button(second, "Reset").click()
    expect(second.locator("nav")).to_contain_text("step 0 ")
    assert second.locator(".figure").inner_html() == untrained
    assert steps(page) > reached


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("hidden=3,x", "This link cannot be opened: hidden is '3,x', not whole numbers"),
        ("weights=1,2", "This link cannot be opened: weights has 2 numbers: this network takes 10"),
        ("<b>=1", "This link cannot be opened: '<b>' is none of data, noise, "),
    ],
)
def test_a_bad_link_says_why_and_the_page_lives_on(
    context: BrowserContext, server: Server, query: str, complaint: str
) -> None:
    page = opened(context, f"{server.url}/?{query}")
    expect(page.get_by_role("alert")).to_contain_text(complaint)
    button(page, "One batch").click()
    expect(page.locator("nav")).to_contain_text("step 1 ")
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_learning_rate_that_diverges_says_so_and_the_page_lives_on(
    context: BrowserContext, server: Server
) -> None:
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
    expect(page.get_by_role("alert")).to_have_text(
        "Not changed: samples is 1: it goes from 2 to 2000"
    )
    assert link(page)["samples"] == "1000"
    page.get_by_label("samples", exact=True).fill("50")
    page.keyboard.press("Enter")
    page.wait_for_url("**samples=50&**")
    expect(page.get_by_role("alert")).to_be_empty()


def test_points_are_clicked_and_samples_picked_in_the_fit(
    context: BrowserContext, server: Server
) -> None:
    page = opened(context, f"{server.url}/?data=points&held_out=0")
    expect(page.get_by_role("alert")).to_contain_text("no points to learn from")
    button(page, "Play").click()
    for share in (0.3, 0.5, 0.8):
        box = page.locator(".fitted svg").bounding_box()
        assert box
        count = len(link(page).get("points", "").split(","))
        page.mouse.click(box["x"] + share * box["width"], box["y"] + share * box["height"])
        page.wait_for_function(
            "count => (new URL(location).searchParams.get('points') || '').split(',').length > count",
            arg=count,
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
    x = Settings(data="line", noise=0.0, samples=40, held_out=0.0).split()[0][0][
        int(link(page)["sample"]) - 1
    ]
    assert 0.2 < x < 0.7


def test_an_arrow_clicked_is_the_weight_to_change(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.url)
    page.locator("#network_w2_31").click()
    expect(page.get_by_role("combobox", name="weight")).to_have_value("w2_31")
    expect(page.get_by_label("its value")).to_have_value(
        str(Trainer(Settings()).parameters["w2_31"].data)
    )


def test_exports_are_the_figure_the_network_and_the_program(
    context: BrowserContext, server: Server, tmp_path: Path
) -> None:
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
    trainer = Trainer(Settings().changed(settled(page)))
    assert ElementTree.parse(files["Save figure"]).getroot().tag == f"{SVG}svg"
    assert f"w1_11 = {trainer.parameters['w1_11'].data:.6g}" in files["Save figure"].read_text(
        encoding="utf-8"
    )
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


def test_pausing_is_at_once_and_playing_outlasts_a_change_while_others_compile(
    context: BrowserContext, server: Server
) -> None:
    page, other = (
        opened(context, server.url),
        opened(context, f"{server.url}/?hidden=8,7,6&activation=silu"),
    )
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
    other.wait_for_function(
        "/step [1-9]/.test(document.querySelector('nav').innerText)", timeout=60_000
    )
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
