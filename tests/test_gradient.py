"""Partials are slopes of cuts, the gradient is perpendicular to contours, its descent goes down."""

import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from autograd import numeric_derivative
from demos import gradient
from demos.gradient import START, Step

EPSILON = sys.float_info.epsilon


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gradient") / "made/gradient.png"


@pytest.fixture(scope="module")
def path(picture: Path) -> list[Step]:
    return gradient.main(["--out", str(picture)])


def test_the_partials_are_those_by_hand(path: list[Step]) -> None:
    for x, y, f, f_x, f_y in path:
        # Sums of two or three terms below 2, each rounded a few times.
        assert f == pytest.approx(x * x + x * y + y * y, rel=0, abs=4 * EPSILON)
        assert (f_x, f_y) == pytest.approx((2 * x + y, x + 2 * y), rel=0, abs=4 * EPSILON)


def test_a_partial_is_the_slope_of_the_cut(path: list[Step]) -> None:
    (x, y), start = START, path[0]
    # A parabola has no third derivative, so that central differences only round: f, below 1, at
    # both ends a few times, over 2h with h = 6e-6 or more.
    bound = 4 * EPSILON / 6e-6
    assert start.f_x == pytest.approx(numeric_derivative(gradient.along_x, x), rel=0, abs=bound)
    assert start.f_y == pytest.approx(numeric_derivative(gradient.along_y, y), rel=0, abs=bound)


def test_the_cuts_lie_in_the_surface_and_meet_at_the_start(path: list[Step]) -> None:
    x, y = START
    assert gradient.along_x(x) == gradient.along_y(y) == path[0].f
    for t in (-1.5, 0.0, 0.7):
        assert gradient.along_x(t) == gradient.surface(t, y)
        assert gradient.along_y(t) == gradient.surface(x, t)


def test_the_gradient_is_perpendicular_to_the_contour() -> None:
    for k in range(12):
        # A contour x² + xy + y² = 1 as a curve: with u along (1, 1)/√2 and v along (1, −1)/√2 it is
        # 3u² + v² = 2.
        angle = 2 * math.pi * k / 12
        u, v = math.sqrt(2 / 3) * math.cos(angle), math.sqrt(2) * math.sin(angle)
        along_u, along_v = -math.sqrt(2 / 3) * math.sin(angle), math.sqrt(2) * math.cos(angle)
        step = gradient.at((u + v) / math.sqrt(2), (u - v) / math.sqrt(2))
        along = (along_u + along_v) / math.sqrt(2), (along_u - along_v) / math.sqrt(2)
        assert step.f == pytest.approx(1.0, rel=0, abs=16 * EPSILON)
        # The products are below 4, and the roots, sums and quotients in them round a dozen times.
        assert step.f_x * along[0] + step.f_y * along[1] == pytest.approx(0.0, abs=32 * EPSILON)


def test_the_gradient_points_where_the_surface_rises_most() -> None:
    start = gradient.at(*START)
    directions = [(math.cos(math.radians(d)), math.sin(math.radians(d))) for d in range(360)]
    rises = {
        d: gradient.surface(START[0] + 1e-6 * c, START[1] + 1e-6 * s)
        for d, (c, s) in enumerate(directions)
    }
    steepest = max(rises, key=lambda d: float(rises[d]))
    # Half a degree off, the rise of 2e-6 is smaller by 8e-11; f'' adds a difference of 2e-12 at
    # most, rounding 1e-16.
    assert steepest == pytest.approx(math.degrees(math.atan2(start.f_y, start.f_x)), rel=0, abs=0.6)


@pytest.mark.parametrize("rate", [0.01, 0.2, 1 / 3, 0.6, 0.66])
def test_each_step_leads_down_and_is_the_one_by_hand(rate: float) -> None:
    path = gradient.descend(rate)
    assert len(path) == gradient.STEPS + 1
    assert all(after.f < before.f for before, after in pairwise(path))
    for k, step in enumerate(path):
        # The Hessian's directions are (1, 1) and (1, −1) with 3 and 1: a step multiplies what lies
        # along them by 1 − 3r, 1 − r.
        along, across = (
            (START[0] + START[1]) * (1 - 3 * rate) ** k,
            (START[0] - START[1]) * (1 - rate) ** k,
        )
        # A step rounds numbers below 2 half a dozen times, and later steps shorten what was
        # rounded.
        assert (step.x + step.y, step.x - step.y) == pytest.approx(
            (along, across), rel=0, abs=8 * EPSILON * (k + 1)
        )


def test_past_the_limit_it_leads_up() -> None:
    limit = 2 / gradient.STEEPEST
    inside, outside = (gradient.descend(rate)[-1] for rate in (0.99 * limit, 1.05 * limit))
    assert abs(outside.x + outside.y) > sum(START) > abs(inside.x + inside.y)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rate", "0"], "--rate is between 0 and 2/3"),
        (["--rate", "-0.1"], "--rate is between 0 and 2/3"),
        (["--rate", "0.67"], "--rate is between 0 and 2/3"),
        (["--rate", "nan"], "--rate is between 0 and 2/3"),
        (["--rate", "fast"], "invalid float"),
    ],
)
def test_wrong_arguments(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        gradient.main(arguments)
    assert message in capsys.readouterr().err


def test_the_picture_is_written(path: list[Step], picture: Path) -> None:
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_it_runs_as_a_script(path: list[Step], tmp_path: Path) -> None:
    command = [sys.executable, "-X", "utf8", gradient.__file__, "--rate", "0.2"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    by_x, by_y, head, *rows, written = done.stdout.splitlines()
    for line, partial in zip((by_x, by_y), (path[0].f_x, path[0].f_y), strict=True):
        exact, cut = line.split(": ")[1].split(", ")[0], line.rsplit(": ", 1)[1]
        assert (float(exact), float(cut)) == pytest.approx((partial, partial), rel=0, abs=2e-10)
    assert head.split()[:4] == ["step", "x", "y", "f"]
    for i, (text, step) in enumerate(zip(rows, path, strict=True)):
        number, *numbers = map(float, text.split())
        assert number == i
        assert numbers == pytest.approx(
            [*step, math.hypot(step.f_x, step.f_y)], rel=0, abs=6e-7
        )  # six decimals are printed
    assert (tmp_path / written.removeprefix("Written: ")).exists()
    assert (tmp_path / "build/gradient.png").exists()
