"""The playground in a browser, as a person uses it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FrameLocator,
    Locator,
    Page,
    Request,
    expect,
)

import autograd
from demos.playground.picture import SVG
from demos.playground.settings import Settings
from demos.playground.trainer import Trainer
from tests.conftest import PATIENCE, violations, wait_until_still
from tests.test_playground import weights

ROOT = Path(__file__).parents[1]


STEP = """Number((/step ([\\d,]+)/.exec(document.querySelector("nav").innerText) || [0, "-1"])[1]
    .replaceAll(",", ""))"""
HELD_OUT = (
    """Number((/R² held out (-?[\\d.]+)/.exec(document.querySelector("nav").innerText) || [])[1])"""
)


class Server:
    """The playground as `make playground` starts it, in a process of its own."""

    def __init__(self) -> None:
        # NiceGUI looks for pytest's variables.
        alone = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "demos.playground"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=alone,
        )
        assert self.process.stdout
        said = self.process.stdout.readline()
        found = re.fullmatch(r"The playground is at (http://\S+:\d+) \(Ctrl-C ends it\)\n", said)
        assert found, said
        self.url = found[1]

    def end(self) -> str:
        """Press Ctrl-C, and give what else was said."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=PATIENCE / 1000)
        assert self.process.returncode == 0
        return str(said)

    def seconds(self) -> float:
        """Processor time so far."""
        ticks = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")")[1].split()[11:13]
        return sum(map(int, ticks)) / 100


@pytest.fixture(scope="module")
def server(browser: Browser) -> Iterator[Server]:
    running = Server()
    assert running.url.startswith("http://127.0.0.1:")  # for this machine alone
    yield running
    assert running.end() == ""


@pytest.fixture
def new_context(browser: Browser, server: Server) -> Iterator[Callable[..., BrowserContext]]:
    """Opens windows; whatever their pages ask of others, log or throw is a failure."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith(server.url):
            trouble.append(request.url)

    def new_context(**options: Any) -> BrowserContext:
        window = {"viewport": {"width": 1440, "height": 900}} | options
        context = browser.new_context(**window)
        context.set_default_timeout(PATIENCE)
        context.on("console", lambda message: trouble.append(message.text))
        context.on("weberror", lambda error: trouble.append(str(error.error)))
        context.on("request", asked)
        contexts.append(context)
        return context

    yield new_context
    for context in contexts:
        context.close()
    assert not trouble


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    return new_context()


def opened(context: BrowserContext, url: str) -> Page:
    """A page that is served: what is typed before is lost."""
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("location.search.includes('sample=')")
    expect(page.locator(".figure svg")).to_be_visible()
    expect(page.locator(".fitted svg path").first).to_be_attached()
    expect(page.locator("nav")).to_contain_text("step ")
    return page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def alert(page: Page) -> Locator:
    return page.get_by_role("alert")


def parts(url: str) -> dict[str, str]:
    return {name: texts[0] for name, texts in parse_qs(urlsplit(url).query).items()}


def link(page: Page) -> dict[str, str]:
    return parts(page.url)


def r_squared(page: Page) -> float:
    return float(page.evaluate(HELD_OUT))


def steps(page: Page) -> int:
    return int(page.evaluate(STEP))


def wait_for_step(page: Page, least: int) -> None:
    page.wait_for_function(f"least => {STEP} >= least", arg=least)


def play(page: Page) -> None:
    """Press the button, and wait until the first steps are taken."""
    before = steps(page)
    button(page, "Play").click()
    expect(button(page, "Pause")).to_be_visible()
    wait_for_step(page, before + 1)


def pause(page: Page) -> None:
    button(page, "Pause").click()
    expect(button(page, "Play")).to_be_visible()


def settled(page: Page) -> dict[str, str]:
    """The link of a paused page, once it has followed what the page shows."""
    page.wait_for_function(f"Number(new URL(location).searchParams.get('step')) === {STEP}")
    return link(page)


def restored(page: Page) -> Trainer:
    """The training that the link of a paused page tells."""
    return Trainer(Settings().changed(settled(page)))


def wait_for_change(page: Page, place: str, before: str) -> None:
    """Wait until a part of the page is drawn anew."""
    changed = "([place, before]) => document.querySelector(place).innerHTML !== before"
    page.wait_for_function(changed, arg=[place, before])


def explanation(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Step by step").click()
    return page.frame_locator("iframe")


def trained(page: Page) -> None:
    """Play until the fit is good."""
    for _ in range(9):  # at this learning rate R² still trembles, and may be lower a picture later
        button(page, "Play").click()
        page.wait_for_function(f"{HELD_OUT} > 0.96")
        pause(page)
        if r_squared(page) >= 0.95:
            break
    assert r_squared(page) >= 0.95


@pytest.mark.long
def test_training_is_seen_and_one_sample_is_explained(
    context: BrowserContext, server: Server
) -> None:
    page = opened(context, server.url)
    untrained = page.locator(".figure").inner_html()
    first_fit = page.locator(".fitted").inner_html()
    trained(page)
    wait_for_change(page, ".figure", untrained)
    wait_for_change(page, ".fitted", first_fit)
    before = restored(page)
    button(page, "One sample").click()
    wait_for_step(page, before.step + 1)
    before.learn()
    after = restored(page)
    assert (after.step, weights(after.net)) == (before.step, weights(before.net))
    loss = after.loss()
    frame = explanation(page)
    expect(frame.locator("#result")).to_contain_text(f"loss = {loss.data:.4g}")
    frame.get_by_role("button", name="Last").click()
    expect(frame.locator("#leaves")).to_contain_text(f"{after.parameters['w1_12'].grad:.4g}")


@pytest.mark.long
def test_a_weight_that_is_changed_changes_all(context: BrowserContext, server: Server) -> None:
    page = opened(context, f"{server.url}/?seed=3&samples=60")
    button(page, "One batch").click()
    wait_for_step(page, 1)
    trainer = restored(page)
    frame = explanation(page)
    fit = page.locator(".fitted").inner_html()
    page.get_by_role("combobox", name="weight").click()
    page.get_by_role("option", name="w2_11").click()
    page.get_by_label("its value").fill("-1.5")
    expect(frame.locator("#leaves input").nth(7)).to_have_value("-1.5")
    page.wait_for_function("location.search.includes(',-1.5,')")
    assert float(link(page)["weights"].split(",")[6]) == -1.5
    wait_for_change(page, ".fitted", fit)
    trainer.parameters["w2_11"].data = -1.5
    assert r_squared(page) == pytest.approx(trainer.measure()[1], rel=5e-3)


@pytest.mark.long
def test_a_second_tab_goes_its_own_way(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.url)
    untrained = page.locator(".figure").inner_html()
    button(page, "One batch").click()
    wait_for_step(page, 1)
    settled(page)
    here = page.url
    picture = page.locator(".figure").inner_html()
    play(page)
    second = opened(context, here)
    assert link(second) == parts(here)
    assert second.locator(".figure").inner_html() == picture != untrained
    reached = steps(page)
    wait_for_step(page, reached + 1)
    assert steps(second) == 1 < reached
    button(second, "Reset").click()
    expect(second.locator("nav")).to_contain_text("step 0 ")
    assert second.locator(".figure").inner_html() == untrained
    assert steps(page) > reached


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("<b>=1", "'<b>' is none of data, noise, "),
        pytest.param("hidden=3,x", "hidden is '3,x', not whole numbers", marks=pytest.mark.long),
        pytest.param(
            "weights=1,2",
            "weights has 2 numbers: this network takes 10",
            marks=pytest.mark.long,
        ),
    ],
)
def test_a_bad_link_says_why_and_the_page_lives_on(
    context: BrowserContext, server: Server, query: str, complaint: str
) -> None:
    page = opened(context, f"{server.url}/?{query}")
    expect(alert(page)).to_contain_text(f"This link cannot be opened: {complaint}")
    button(page, "One batch").click()
    expect(page.locator("nav")).to_contain_text("step 1 ")
    expect(alert(page)).to_be_empty()


@pytest.mark.long
def test_a_learning_rate_that_diverges_says_so_and_the_page_lives_on(
    context: BrowserContext, server: Server
) -> None:
    page = opened(context, server.url)
    page.get_by_label("learning rate η").fill("1e6")
    page.keyboard.press("Enter")
    page.wait_for_url("**learning_rate=1000000.0&**")
    button(page, "Play").click()
    expect(alert(page)).to_contain_text(
        "Training diverged, and was stopped. Lower the learning rate, then Reset."
    )
    expect(button(page, "Play")).to_be_visible()
    page.get_by_label("learning rate η").fill("0.5")
    page.keyboard.press("Enter")
    page.wait_for_url("**learning_rate=0.5&**")
    button(page, "Reset").click()
    expect(page.locator("nav")).to_contain_text("step 0 ")
    button(page, "One batch").click()
    expect(page.locator("nav")).to_contain_text("step 1 ")
    expect(alert(page)).to_be_empty()


def test_settings_out_of_limits_change_nothing(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.url)
    page.get_by_label("samples", exact=True).fill("1")
    page.keyboard.press("Enter")
    expect(alert(page)).to_have_text("Not changed: samples is 1: it goes from 2 to 2000")
    assert link(page)["samples"] == "1000"
    page.get_by_label("samples", exact=True).fill("50")
    page.keyboard.press("Enter")
    page.wait_for_url("**samples=50&**")
    expect(alert(page)).to_be_empty()


def click_fit(page: Page, right: float, down: float) -> None:
    """Click into the fit, at shares of its width and height."""
    box = page.locator(".fitted svg").bounding_box()
    assert box
    page.mouse.click(box["x"] + right * box["width"], box["y"] + down * box["height"])


@pytest.mark.long
def test_points_are_clicked_into_the_fit(context: BrowserContext, server: Server) -> None:
    page = opened(context, f"{server.url}/?data=points&held_out=0")
    expect(alert(page)).to_contain_text("no points to learn from")
    button(page, "Play").click()
    numbers = "(new URL(location).searchParams.get('points') || '').split(',').length"
    for count, share in enumerate((0.3, 0.5, 0.8), start=1):
        click_fit(page, share, share)
        page.wait_for_function(f"count => {numbers} === 2 * count", arg=count)
    points = [float(x) for x in link(page)["points"].split(",")]
    assert len(points) == 6
    assert points[0] < points[2] < points[4]
    assert points[1] > points[3] > points[5]
    button(page, "One sample").click()
    expect(page.locator("nav")).to_contain_text("step 1 ")


@pytest.mark.long
def test_a_sample_is_picked_in_the_fit(context: BrowserContext, server: Server) -> None:
    page = opened(context, f"{server.url}/?data=line&noise=0&samples=40")
    click_fit(page, 0.75, 0.5)
    page.wait_for_function("Number(new URL(location).searchParams.get('sample')) > 1")
    (xs, _), _ = Settings(data="line", noise=0.0, samples=40, held_out=0.0).split()
    assert 0.2 < xs[int(link(page)["sample"]) - 1] < 0.7


@pytest.mark.long
def test_an_arrow_clicked_is_the_weight_to_change(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.url)
    page.locator("#network_w2_31").click()
    expect(page.get_by_role("combobox", name="weight")).to_have_value("w2_31")
    number = Trainer(Settings()).parameters["w2_31"].data
    expect(page.get_by_label("its value")).to_have_value(str(number))


@pytest.mark.long
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
    trainer = restored(page)
    assert ElementTree.parse(files["Save figure"]).getroot().tag == f"{SVG}svg"
    figure = files["Save figure"].read_text(encoding="utf-8")
    assert f"w1_11 = {trainer.parameters['w1_11'].data:.6g}" in figure
    assert weights(autograd.load(files["Save network"])) == weights(trainer.net)
    scope: dict[str, Any] = {}
    exec(files["Save program"].read_text(encoding="utf-8"), scope)
    assert scope["program"](0.5, 0.1, *weights(trainer.net)) == trainer.program(0.5, 0.1)


FOCUSED = """() => {
    const element = document.activeElement;
    return element.closest("[aria-label]")?.ariaLabel || element.labels?.[0]?.innerText
        || element.innerText || element.tagName;
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus."""
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
        if reached[-1].startswith(name):
            return
    raise AssertionError(f"{name} was not reached: {reached}")


def type_into(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


@pytest.mark.long
def test_the_keyboard_alone_trains(context: BrowserContext, server: Server) -> None:
    page = opened(context, f"{server.url}/?samples=50")
    tab_to(page, "Play")
    page.keyboard.press("Enter")
    expect(button(page, "Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(button(page, "Play")).to_be_visible()
    reached = int(settled(page)["step"])
    tab_to(page, "One batch")
    page.keyboard.press("Enter")
    expect(page.locator("nav")).to_contain_text(f"step {reached + 1:,} ")


@pytest.mark.long
def test_the_keyboard_alone_sets_up(context: BrowserContext, server: Server) -> None:
    page = opened(context, f"{server.url}/?samples=50")
    tab_to(page, "data")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".q-manual-focusable--focused")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_function("new URL(location).searchParams.get('data') != 'curve'")
    type_into(page, "hidden neurons", "2,2")
    page.wait_for_url("**hidden=2,2&**")
    type_into(page, "its value", "0.75")
    page.wait_for_url("**weights=0.75,**")
    tab_to(page, "slider")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("!location.search.includes('weights=0.75,')")
    type_into(page, "sample", "5")
    page.wait_for_url("**sample=5")
    tab_to(page, 'Expand "Step by step')
    page.keyboard.press("Enter")
    expect(page.frame_locator("iframe").locator("h1")).to_contain_text("loss")


@pytest.mark.long
@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_seen_by_all(
    new_context: Callable[..., BrowserContext], server: Server, width: int, scheme: str
) -> None:
    window = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = opened(window, f"{server.url}/?hidden=4,2&activation=tanh")
    button(page, "One batch").click()
    expect(page.locator("nav")).to_contain_text("step 1 ")
    frame = explanation(page)
    expect(frame.locator("h1")).to_contain_text("loss")
    page.get_by_role("button", name="Whole graph").click()
    expect(page.locator(".wide svg")).to_be_visible()
    wait_until_still(page)
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.long
def test_pausing_is_at_once_and_playing_outlasts_a_change_while_others_compile(
    context: BrowserContext, server: Server
) -> None:
    page = opened(context, server.url)
    other = opened(context, f"{server.url}/?hidden=8,7,6&activation=silu")
    play(page)
    button(other, "Play").click()
    expect(other.locator("nav")).to_contain_text("compiling")
    pause(page)
    paused = steps(page)
    other.get_by_label("batch size").fill("20")
    other.keyboard.press("Enter")
    expect(button(other, "Pause")).to_be_visible()
    wait_for_step(other, 1)
    assert link(other)["batch_size"] == "20"
    assert steps(page) == paused


def seconds_of_the_server(server: Server, page: Page) -> float:
    """The processor time it takes while a second passes, or more on a busy machine."""
    before = server.seconds()
    start = page.evaluate("performance.now()")
    page.wait_for_function("start => performance.now() > start + 1000", arg=start)
    return server.seconds() - before


@pytest.mark.long
def test_closing_a_tab_ends_its_training(context: BrowserContext, server: Server) -> None:
    page = opened(context, server.url)
    idle = opened(context, f"{server.url}/?samples=10")
    play(page)
    busy = seconds_of_the_server(server, idle)
    page.close()
    for _ in range(PATIENCE // 1000):
        if seconds_of_the_server(server, idle) < 0.3 * busy:
            return
    raise AssertionError("the server trains on after the tab was closed")
