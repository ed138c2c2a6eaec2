"""The demo tells the document's story, on few epochs."""

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from demos import document

WRITTEN = {
    "index.html",  # the lesson; tests/test_lesson.py reads it
    "steps.html",
    "network.svg",
    "forward.svg",
    "backward.svg",
    "scalar.svg",
    "curve_fit.png",
    "loss.png",
    "neurons.png",
    "program.py",
}
CHECKED = [4, 5, 6, 6, 6, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 11, 12, 12, 12]


def test_the_demo_prints_its_story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    r2 = document.main(["--epochs", "20", "--out", str(tmp_path)])
    printed = capsys.readouterr().out
    assert 0.3 < r2 < 0.98
    assert f"R² = {r2:.4f} on 1000 fresh samples" in printed
    assert "1,800 steps" in printed
    rows = re.findall(r"^ +(\(\d+\)) .* (\S+)$", printed, flags=re.M)
    assert [formula for formula, _ in rows] == [f"({n})" for n in CHECKED]
    assert all(abs(float(difference)) <= 1e-12 for _, difference in rows)
    assert len(re.findall(r" − 0\.5 · .* = ", printed)) == 10


def test_the_demo_writes_figures_and_pages(tmp_path: Path) -> None:
    document.main(["--epochs", "2", "--out", str(tmp_path)])
    assert {path.name for path in tmp_path.iterdir()} == WRITTEN
    assert all(path.stat().st_size > 800 for path in tmp_path.iterdir())
    scalar = (tmp_path / "scalar.svg").read_text(encoding="utf-8")
    assert (scalar.count(">×<"), scalar.count(">+<"), scalar.count(">σ<")) == (6, 6, 3)


def test_the_numbers_of_its_page_of_steps_may_be_changed(tmp_path: Path) -> None:
    document.main(["--epochs", "1", "--out", str(tmp_path)])
    assert '"fixed":false' in (tmp_path / "steps.html").read_text(encoding="utf-8")


def test_the_program_it_writes_runs_alone(tmp_path: Path) -> None:
    net, _ = document.train(3, 1, document.samples(100, seed=0))
    document.draw_figures(net, 0.3, -0.1, tmp_path)
    program: Any = runpy.run_path(str(tmp_path / "program.py"))["program"]
    loss, gradients = program(0.3, -0.1, *(p.data for p in net.parameters()))
    expected, _ = document.recorded(net, 0.3, -0.1)
    assert (loss, gradients) == (expected.data, tuple(p.grad for p in net.parameters()))


def test_wrong_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        document.main(["--neurons", "0"])
    assert "at least 1" in capsys.readouterr().err


def test_the_data_is_the_documents() -> None:
    xs, ys = document.samples(1000, seed=0)
    assert len(xs) == 1000
    assert max(abs(y - document.curve(x)) for x, y in zip(xs, ys, strict=True)) <= 0.05
    assert document.curve(0.0) == pytest.approx(-0.29)
    assert -0.42 < min(ys) < -0.36 < 0.35 < max(ys) < 0.42  # as in the document's picture


def test_it_runs_as_a_script(tmp_path: Path) -> None:
    import subprocess

    home = Path(document.__file__).parent.parent
    arguments = [
        sys.executable,
        "-m",
        "demos.document",
        "--epochs",
        "1",
        "--neurons",
        "2",
        "--out",
        str(tmp_path),
    ]
    done = subprocess.run(arguments, capture_output=True, encoding="utf-8", check=False, cwd=home)
    assert done.returncode == 0, done.stderr
    assert "Training 1-2-1" in done.stdout
