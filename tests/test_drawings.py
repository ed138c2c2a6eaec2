"""The demos that draw: README's pictures, and the notebook of the lecture's session."""

import html
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from demos import drawings

DEMOS = Path(__file__).parents[1] / "demos"


@pytest.mark.parametrize("name", ["neuron", "loss", "paths", "samples"])
def test_readmes_pictures_are_what_is_drawn(name: str, tmp_path: Path) -> None:
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
    assert f"pictures/{name}.svg" in (DEMOS.parent / "README.md").read_text(encoding="utf-8")


def test_the_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(DEMOS.parent))
    notebook = nbformat.read(DEMOS / "notebook.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [
        output.get("data", {})
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]
    shown = [data for data in outputs if "image/svg+xml" in data]
    assert len(shown) == 7
    assert all("max-width: 100%" in data["image/svg+xml"] for data in shown)
    assert "no gradient yet" in shown[0]["image/svg+xml"]
    assert "∂/∂n = 1 - o · o" in html.unescape(shown[1]["image/svg+xml"])
    (explained,) = [data["text/markdown"] for data in outputs if "text/markdown" in data]
    assert (
        r"dw_{1} & = dv_{1} \cdot \frac{\partial v_{1}}{\partial w_{1}} = dv_{1} \cdot x_{1}"
        in explained
    )
    (opened,) = [data for data in outputs if "text/html" in data]
    assert opened["text/plain"] == "o, step by step"
    assert opened["text/html"].startswith('<iframe title="o, step by step" sandbox=')
    texts = [
        data["text/plain"]
        for data in outputs
        if not {"image/svg+xml", "text/markdown", "text/html"} & data.keys()
    ]
    assert texts[0] == "{'x1': -1.5, 'w1': 1.0, 'x2': 0.5, 'w2': 0.0, 'b': 0.5}"
    first, middle, last = map(float, texts[1].strip("[]").split(", "))
    assert last < middle < first
