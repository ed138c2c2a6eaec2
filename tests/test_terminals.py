"""What is printed is printed on terminals that lack its signs, too."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograd import MLP, Explanation, Value, explain, half_squared_error, total
from autograd.__main__ import main
from demos import derivative, document, gradient, moons, newton, taylor


class Terminal(io.TextIOWrapper):
    """Standard output in some encoding, which raises for signs that are not in it."""

    def __init__(self, encoding: str) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding=encoding)

    def text(self) -> str:
        self.flush()
        return self.bytes.getvalue().decode(self.encoding)


def explanations() -> list[Explanation]:
    x, w = Value(0.5, "x"), Value(2.0, "权")
    net = MLP(1, [3, 1], "sigmoid", seed=0)
    return [
        explain((x * w).tanh() * 3.0, x),
        explain(total([x] * 20)),
        explain(half_squared_error(net(0.5), 0.2), matrices=True),
    ]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk", "utf-8"])
def test_an_explanation_is_printed(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(encoding)
    monkeypatch.setattr(sys, "stdout", terminal)
    for explanation in explanations():
        print(explanation)
    text = terminal.text()
    has_all_signs = encoding == "utf-8"
    assert ("∂" in text) == has_all_signs
    assert "A1ᵀ · dZ2" in text if has_all_signs else "A1^T * dZ2" in text


def test_without_the_signs_the_columns_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    told = explain((Value(0.5, "x") * 2.0).tanh())
    usual = str(told).splitlines()
    monkeypatch.setattr(sys, "stdout", Terminal("ascii"))
    plain = str(told).splitlines()
    assert [line.replace("∂", "d").replace("·", "*") for line in usual] == plain


@pytest.mark.parametrize(
    ("demo", "arguments"),
    [
        (document.main, ["--epochs", "1", "--out", "document"]),
        (derivative.main, ["--out", "derivative.png"]),
        (gradient.main, ["--out", "gradient.png"]),
        (moons.main, ["--steps", "1", "--out", "moons.png"]),
        (newton.main, ["--out", "newton.png"]),
        (taylor.main, ["--out", "taylor.png"]),
        (main, ["sigmoid(x*w)", "x=1", "w=2"]),
    ],
    ids=["document", "derivative", "gradient", "moons", "newton", "taylor", "command line"],
)
def test_demos_are_printed(
    demo: Callable[[list[str]], Any],
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal("ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.chdir(tmp_path)
    demo(arguments)
    assert len(terminal.text()) > 50
