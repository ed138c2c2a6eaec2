"""Newton's method arrives quadratically, gradient descent linearly."""

import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from demos import newton
from demos.newton import Step

Paths = dict[str, list[Step]]


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newton") / "made/newton.png"


@pytest.fixture(scope="module")
def paths(picture: Path) -> Paths:
    return newton.main(["--out", str(picture)])


def errors(path: list[Step]) -> list[float]:
    return [math.hypot(step.x - 1, step.y - 1) for step in path]


def test_newton_arrives(paths: Paths) -> None:
    path = paths["Newton"]
    assert (path[0].x, path[0].y) == (-1.2, 1.0)
    assert path[0].f == pytest.approx(24.2)
    assert len(path) - 1 <= 30
    assert errors(path)[-1] <= 1e-12


def test_its_first_step_is_the_one_by_hand(paths: Paths) -> None:
    first = paths["Newton"][
        1
    ]  # at the start H = (1330 480; 480 200), det H = 35600, gradient = (−215.6, −88)
    assert first.x == pytest.approx(-1.2 + (480 * -88 + 200 * 215.6) / 35600, abs=1e-14)
    assert first.y == pytest.approx(1.0 + (480 * -215.6 + 1330 * 88) / 35600, abs=1e-14)


def test_it_converges_quadratically(paths: Paths) -> None:
    close = [error for error in errors(paths["Newton"]) if error < 0.01]
    assert len(close) >= 4
    assert all(after <= 30 * before**2 for before, after in pairwise(close))


def test_gradient_descent_needs_a_thousand_times_as_many_steps(paths: Paths) -> None:
    distances = errors(paths["gradient descent"])
    assert (
        distances[-1] <= 1e-11
    )  # along the floor f'' is 0.4: a gradient of 1e-12 is an error of 2.5e-12
    assert len(distances) > 1000 * len(paths["Newton"])
    assert distances[1000] > 0.1
    assert all(after > 0.99 * before for before, after in pairwise(distances[-1000:]))


def test_each_step_leads_down(paths: Paths) -> None:
    assert all(after.f < before.f for path in paths.values() for before, after in pairwise(path))


def test_the_picture_is_written(paths: Paths, picture: Path) -> None:
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_it_runs_as_a_script(paths: Paths, tmp_path: Path) -> None:
    command = [sys.executable, newton.__file__]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    *rows, last, written = done.stdout.splitlines()
    assert [int(row.split()[0]) for row in rows[1:]] == list(range(len(paths["Newton"])))
    assert last.startswith(f"gradient descent: {len(paths['gradient descent']) - 1:,} steps")
    assert (tmp_path / written.removeprefix("Written: ")).exists()
    assert (tmp_path / "build/newton.png").exists()
