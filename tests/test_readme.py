"""What README says is so."""

import doctest
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import NonlinearConstraint, curve_fit, least_squares, minimize, newton

import autograd
from autograd import Value
from autograd.__main__ import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_examples_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    assert len(blocks) >= 7
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "README", "README.md", 0)
    assert len(test.examples) > 20
    assert doctest.DocTestRunner(optionflags=doctest.FAIL_FAST).run(test).failed == 0
    assert (tmp_path / "build/neuron.svg").read_text(encoding="utf-8").count("<svg") == 1


def _prepared() -> dict[str, Any]:
    """What the lines for those who come from elsewhere are about."""
    known: dict[str, Any] = {name: getattr(autograd, name) for name in dir(autograd)}
    solvers = (NonlinearConstraint, curve_fit, least_squares, minimize, newton)
    known |= {solver.__name__: solver for solver in solvers}
    x, w = Value(2.0, "x"), Value(3.0, "w")
    known |= {"x": x, "w": w, "t": Value(1.0, "t"), "np": np}
    known |= {"loss": (w * x).sin(), "y": w * x * x, "net": autograd.MLP(3, [1])}
    known |= {"f": autograd.value_and_grad(lambda x: (x[0] - x[1]) ** 2 + x[1] ** 4)}
    known |= {"g": lambda x: (x[0] - 1) ** 2 + (x[1] * x[0] - 3) ** 2}
    known["program"] = autograd.compile(known["loss"], [x], parameters=[w])
    known |= {"residuals": lambda x: [x[0] - 1, x[1] * x[0] - 3]}
    known |= {"h": lambda a, b: a * b, "model": lambda p, x: p["w"] * x}
    known |= {"cube": lambda x: x**3 - 2, "func": lambda x, a, b: a * np.exp(-b * x)}
    known |= {"xs": np.linspace(0.0, 2.0, 5), "ys": np.exp(np.linspace(0.0, -1.0, 5))}
    return known


def test_each_line_for_those_who_come_from_elsewhere_runs() -> None:
    _, _, rest = README.partition("| from | their line | ours |\n")
    table = rest.partition("\n\n")[0]
    ran = 0
    for row in table.splitlines()[1:]:
        known = _prepared()
        ours = re.split(r"(?<!\\)\|", row)[3]
        for line in re.findall(r"`([^`]*)`", ours):
            exec(line, known)
            ran += 1
    assert ran >= 50
    assert 30 < len(table.splitlines()) - 1 <= 40  # what one still looks through


def test_its_command_line_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = re.findall(r"^python -m autograd (.*?) +#", README, flags=re.M)
    main(shlex.split(line))
    assert capsys.readouterr().out.startswith("y = sigmoid(x*w + b) = 0.0629")
    assert (tmp_path / "build/steps.html").exists()


def test_its_map_names_every_file() -> None:
    (house,) = re.findall(r"^```\nautograd/\n(.*?)^```", README, flags=re.M | re.S)
    listed = re.findall(r"^ +(\w+\.py) ", house, flags=re.M)
    files = [path.name for path in (ROOT / "autograd").rglob("*.py")]
    assert sorted(listed) == sorted(name for name in files if name != "__init__.py")


def test_each_public_name_has_a_docstring() -> None:
    public = {
        name
        for name in dir(autograd)
        if not name.startswith("_") and callable(getattr(autograd, name))
    }
    assert not [name for name in public if not (getattr(autograd, name).__doc__ or "").strip()]


def test_its_pictures_exist_and_the_first_is_the_playground() -> None:
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", README)
    assert pictures[0] == "demos/pictures/playground.png"
    assert {*pictures} == {
        f"demos/pictures/{path.name}" for path in (ROOT / "demos/pictures").iterdir()
    }


def test_its_picture_is_what_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = autograd.draw_layers(autograd.MLP(1, [3, 1], "sigmoid", seed=0), backward=True).pipe(
        "svg", encoding="utf-8"
    )
    kept = (ROOT / "demos/pictures/backward.svg").read_text(encoding="utf-8")
    for pattern in (
        r"<title>(.*?)</title>",
        r"<text[^>]*>(.*?)</text>",
        r'fill="(.*?)"',
    ):  # layouts differ by program
        assert re.findall(pattern, kept) == re.findall(pattern, drawn)


def test_the_layout_of_the_repository() -> None:
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - {
        "build",
        "dist",
    }
    assert names == {
        "LICENSE",
        "Makefile",
        "README.md",
        "autograd",
        "demos",
        "hatch_build.py",
        "pyproject.toml",
        "tests",
    }
    assert (ROOT / "autograd/py.typed").exists()
