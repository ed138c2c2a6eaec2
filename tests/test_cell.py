"""The page of an explanation in a notebook's cell: a frame that asks for nothing."""

import sys
from types import SimpleNamespace

import IPython
import pytest
from playwright.sync_api import Browser

from autograd import Value, explain
from autograd.core.graph import names
from autograd.show.cell import in_cell
from tests.conftest import PATIENCE


def product() -> Value:
    y = Value(3.0, 'x "<b>&') * Value(-2.0, "w")
    y.label = "y</iframe>"
    return y


def test_a_cell_gets_the_page_and_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setattr(
        "IPython.display.display", lambda data, raw: shown.append(data) if raw else None
    )
    y = product()
    explain(y).show(language="zh")
    title = f"{names(y)[y]}, step by step"
    assert shown == [in_cell(explain(y).html("zh"), title)]
    assert shown[0]["text/plain"] == title
    assert shown[0]["text/html"].count("<iframe") == 1
    with pytest.raises(ValueError, match="unknown language 'fr'"):
        explain(y).show(language="fr")


def test_a_page_knows_its_own_gradients_alone() -> None:
    y = product()
    y.backward()
    y.backward()
    assert "gradients of leaves add up" not in explain(y).html()


def test_in_the_frame_the_page_works_without_a_network(browser: Browser) -> None:
    context = browser.new_context(offline=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda request: trouble.append(request.url))
    cell = in_cell(explain(product()).html(), "y")
    page.set_content(f"<div style='width: 800px'>{cell['text/html']}</div>")
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert box["width"] == 800
    (_, frame) = page.frames
    frame.locator("svg .bwd").first.wait_for()
    frame.locator("body").press("End")
    assert "-2" in frame.locator("body").inner_text()
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
    assert not trouble


TOLD = r"no notebook is running: \.page\(path\) writes a file"


def test_without_ipython_it_says_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", None)
    with pytest.raises(RuntimeError, match=TOLD):
        explain(product()).show()


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_in_a_terminal_too(shell: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    with pytest.raises(RuntimeError, match=TOLD):
        explain(product()).show()
