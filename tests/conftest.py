"""What several files share: how hypothesis draws, two networks, a browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from autograd import MLP, Module, Parameter, Value, explain, half_squared_error, native
from demos import document as document_demo
from demos.benchmark.browser import BROWSERS
from demos.playground.__main__ import main
from tests import ALL_EXAMPLES
from tests.parsed import BACKENDS

# No test may fail because a machine is busy, so that nothing here looks at the clock.
settings.register_profile(
    "tests",
    deadline=None,
    max_examples=100 if ALL_EXAMPLES else 25,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize=bool(os.environ.get("CI")),  # what was green there stays green
)
settings.load_profile("tests")

os.environ["PYTHONIOENCODING"] = "utf-8"  # as what Pythons print that tests start is read

# Of the extra `dev`; pytest would import them for their doctests.
collect_ignore = [] if find_spec("mutmut") else ["faults.py", "hunt.py", "mutants.py", "reach.py"]

LESSON_EPOCHS = 3
PATIENCE = 120_000  # milliseconds until a state of a page is given up: a bound for a hang, no more
expect.set_options(timeout=PATIENCE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which engine was tested, at the end, as a quiet run has no header."""
    terminalreporter.line(f"Value runs in {'C' if native else 'Python'}")


class Document(NamedTuple):
    """The document's network with one sample, x and y, and its loss (4)."""

    net: MLP
    x: Value
    y: Value
    loss: Value


class Line(Module):
    """w · x."""

    def __init__(self, w: Value | float = 1.0) -> None:
        self.w = w if isinstance(w, Value) else Parameter(w, "w")

    def parameters(self) -> list[Value]:
        return [self.w]

    def __call__(self, x: Any) -> Value:
        return self.w * x  # type: ignore[no-any-return]  # a Value


def network(seed: int = 0) -> MLP:
    return MLP(1, [3, 1], activation="sigmoid", seed=seed)


def recorded(seed: int = 0) -> Document:
    """The document's network and loss, for tests that need several or a part."""
    net = network(seed)
    x = Value(0.5, "x")
    y = Value(0.2, "y")
    return Document(net, x, y, half_squared_error(net(x), y))


@pytest.fixture
def document() -> Document:
    return recorded()


@pytest.fixture
def net(document: Document) -> MLP:
    return document.net


@pytest.fixture
def loss(document: Document) -> Value:
    return document.loss


@pytest.fixture
def new_net() -> Callable[[], MLP]:
    """Makes the document's network anew, with the same parameters."""
    return network


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What lays out the figures of a test, which is run with each."""
    if request.param == "graphviz-pure":
        monkeypatch.setattr(shutil, "which", lambda name: None)
    return str(request.param)


def miss(what: str) -> NoReturn:
    """Skip a test that needs a program that is not there; fail it in CI, which installs all."""
    end = pytest.fail if os.environ.get("BROWSER_REQUIRED") else pytest.skip
    end(what)


@pytest.fixture(scope="session")
def cc() -> str:
    """The machine's C compiler."""
    return shutil.which("cc") or miss("C is not tested: no cc on this machine")


@pytest.fixture(scope="module")  # no longer: its event loop would be in the way of notebooks
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        miss("pages are not tested: no chromium on this machine")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def open_offline(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page from disk without a network; what it asks for, logs or throws is a failure."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_offline(address: str, language: str = "en-US", width: int = 1440, **more: Any) -> Page:
        window = {"viewport": {"width": width, "height": 900}, "locale": language} | more
        context = browser.new_context(offline=True, **window)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        own = address.split("#")[0]
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: trouble.extend({request.url.split("#")[0]} - {own}))
        page.goto(address)
        return page

    yield open_offline
    for context in contexts:
        context.close()
    assert not trouble


Open = Callable[..., Page]


@pytest.fixture
def open_page(open_offline: Open, tmp_path: Path) -> Open:
    """Open the page of a graph."""
    opened: list[Path] = []

    def open_page(
        root: Value, leaf: Value | None = None, language: str = "en", **options: Any
    ) -> Page:
        path = tmp_path / f"{len(opened)}.html"
        opened.append(path)
        explain(root, leaf).page(path, language)
        return open_offline(path.as_uri(), **{"viewport": {"width": 1280, "height": 900}} | options)

    return open_page


@pytest.fixture(scope="session")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lesson of a training of LESSON_EPOCHS epochs, and what stands beside it."""
    out = tmp_path_factory.mktemp("document")
    document_demo.main(["--epochs", str(LESSON_EPOCHS), "--out", str(out)])
    return out / "index.html"


@pytest.fixture(scope="session")
def playground_address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("playground") / "index.html"
    return main(["--no-browser", "--out", str(path)]).as_uri()


@pytest.fixture
def open_playground(
    open_offline: Callable[..., Page], playground_address: str
) -> Callable[..., Page]:
    """Open the playground where a link says."""
    return lambda link="", *about, **more: open_offline(playground_address + link, *about, **more)


def wait_until_still(page: Page) -> None:
    """Wait until nothing fades or slides any more, and all has its size: that takes 3 pictures."""
    page.evaluate("Promise.allSettled(document.getAnimations().map(x => x.finished))")
    for _ in range(3):
        page.evaluate("new Promise(requestAnimationFrame)")


def violations(page: Page) -> list[str]:
    """What keeps some people from reading a page, little as it may be."""
    found = Axe().run(page).response["violations"]
    return [str(rule)[:2000] for rule in found]
