"""The demos that draw: pictures of the guide, and the notebook, from a neuron to a classifier."""

import html
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from demos import drawings
from tests.guides import guide
from tests.notebook import PATH, as_html, executed

DEMOS = Path(__file__).parents[1] / "demos"


@pytest.mark.parametrize("name", ["neuron", "loss", "paths", "samples"])
def test_pictures_of_the_guide_are_what_is_drawn(name: str, tmp_path: Path) -> None:
    drawings.main(["--out", str(tmp_path)])
    drawn, kept = (
        (folder / f"{name}.svg").read_text(encoding="utf-8")
        for folder in (tmp_path, DEMOS / "pictures")
    )
    for pattern in (
        r"<title>(.*?)</title>",
        r"<desc>(.*?)</desc>",
        r"<text[^>]*>(.*?)</text>",
        r'fill="(.*?)"',
    ):
        assert re.findall(pattern, kept) == re.findall(pattern, drawn)  # layouts differ by program
    assert f"pictures/{name}.svg" in guide("autograd.show")


@pytest.fixture(scope="module")
def tour() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(DEMOS.parent))
        return executed()


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def test_the_notebook_runs(tour: Any) -> None:
    bundles = [output.get("data", {}) for output in outputs(tour)]
    shown = [data["image/svg+xml"] for data in bundles if "image/svg+xml" in data]
    assert len(shown) == 6
    assert sum("image/png" in data for data in bundles) == 2
    assert "no gradient yet" in shown[0]
    assert "∂/∂n = 1 - o · o" in html.unescape(shown[1])
    explained = [data for data in bundles if "text/markdown" in data]
    assert len(explained) == 3
    assert all("<math>" in data["text/html"] for data in explained)
    (opened,) = [data for data in bundles if "<iframe" in data.get("text/html", "")]
    assert opened["text/plain"] == "o, step by step"
    assert opened["text/html"].startswith('<iframe title="o, step by step" sandbox=')


def test_in_the_notebook_all_that_is_trained_learns(tour: Any) -> None:
    texts = [told(output) for output in outputs(tour)]
    assert "{'x1': -1.5, 'w1': 1.0, 'x2': 0.5, 'w2': 0.0, 'b': 0.5}" in texts
    runs = [text for text in texts if text.startswith("<Fit")]
    losses = [re.findall(r"loss (\S+) → (\S+),", run)[0] for run in runs]
    assert len(losses) == 2
    assert all(float(last) < 0.05 * float(first) for first, last in losses)
    assert "epoch 3,000 of 3,000" in " ".join(texts)
    right = re.findall(r"(\d+) of 120 fresh points are given their class", " ".join(texts))
    assert int(right[0]) >= 114
    assert "after one backward(): 3.0\nafter a second one: 6.0\nafter zero_grad(): 0.0" in texts
    before, after = re.findall(r"loss (\S+) before the step, (\S+) after it", " ".join(texts))[0]
    assert float(after) < float(before)
    assert texts[-1] == "{'a': 0.0, 'b': 0.5, 'c': 0.25, 'd': 0.25, 'r': 0.0}"


def told(output: Any) -> str:
    return str(output.get("text") or output.data["text/plain"]).strip()


def test_the_notebook_is_kept_as_it_runs(tour: Any) -> None:
    """With pictures, which differ by what lays them out, but for how long it took."""
    kept = nbformat.read(PATH, as_version=4)
    assert [cell.source for cell in kept.cells] == [cell.source for cell in tour.cells]
    for was, now in zip(outputs(kept), outputs(tour), strict=True):
        assert text_of(was) == text_of(now)
        assert numbers_of(now) == pytest.approx(numbers_of(was), rel=0.2, abs=0.01)
        assert was.get("data", {}).keys() == now.get("data", {}).keys()
    text = PATH.read_text(encoding="utf-8")
    assert len(text.encode()) < 500_000
    assert not re.search(r'"execution_count": \d', text)


def without_time(output: Any) -> str:
    """And without the engine, which depends on what is installed and how busy the machine is."""
    return re.sub(r"[\d.e-]+ s( by \w+)?", "", told(output))


def text_of(output: Any) -> str:
    return NUMBER.sub("#", without_time(output))


def numbers_of(output: Any) -> list[float]:
    """Which differ a little where the machine's exp and tanh do, after 3,000 epochs."""
    return [float(number) for number in NUMBER.findall(without_time(output))]


NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")


def test_the_notebook_as_html_needs_no_network(tour: Any) -> None:
    body = as_html(tour)
    assert body.count("<math>") == 8
    assert "<polyline" in body
    assert "$$" not in body
    assert r"\begin{" not in body
