"""ΔY/ΔX comes as close to the exact derivative as truncation and rounding let it, and no closer."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from demos import derivative
from demos.derivative import EPSILON, FUNCTIONS, Curve, X

SIGMOID = 1 / (1 + math.exp(-1.5))
BY_HAND = {
    "x²": (2.25, 3.0, 2.0),
    "x·w": (1.5 * X, X, 0.0),
    "e⁻ˣ": (math.exp(-1.5), -math.exp(-1.5), math.exp(-1.5)),
    "sigmoid": (SIGMOID, SIGMOID * (1 - SIGMOID), SIGMOID * (1 - SIGMOID) * (1 - 2 * SIGMOID)),
}


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("derivative") / "made/derivative.png"


@pytest.fixture(scope="module")
def curves(picture: Path) -> dict[str, Curve]:
    return derivative.main(["--out", str(picture)])


def test_derivatives_are_those_by_hand(curves: dict[str, Curve]) -> None:
    assert curves.keys() == FUNCTIONS.keys()
    for name, curve in curves.items():
        # Each is a product of at most three factors, 1 − 2σ among them with twice the rounding: a
        # few ε.
        found = (curve.y, curve.slope, curve.bend)
        assert found == pytest.approx(BY_HAND[name], rel=8 * EPSILON, abs=0), name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_error_is_within_truncation_and_rounding(name: str, curves: dict[str, Curve]) -> None:
    curve = curves[name]
    assert [row.dx for row in curve.rows] == [float(f"1e-{k}") for k in range(17)]
    for row in curve.rows:
        # From 1.5 on |f''| only falls, so that ΔX/2 · |f''| bounds the truncation. x₀ + ΔX, at most
        # 2.5, is wrong by ε at most, which moves f by ε · |f'|, and |f'| is at most twice that at
        # 1.5; f at both ends and the quotient are wrong by an ε of themselves.
        ends = [abs(derivative.value(FUNCTIONS[name], x)) for x in (1.5, 1.5 + row.dx)]
        of_ends = EPSILON * (2 * abs(curve.slope) + sum(ends)) / row.dx
        of_quotient = EPSILON * abs(row.quotient)
        assert abs(row.error) <= row.truncation + of_ends + of_quotient, row
        assert row.error == row.quotient - curve.slope


@pytest.mark.parametrize("name", ["x²", "e⁻ˣ", "sigmoid"])
def test_truncation_is_the_error_of_large_steps(name: str, curves: dict[str, Curve]) -> None:
    for row in curves[name].rows[1:7]:
        # The next term is ΔX²/6 · f''', and |f'''| is at most |f''| here: a share of ΔX/3. At 1e-6
        # rounding is up to 4.4e-3.
        share = abs(row.error) / row.truncation
        assert share == pytest.approx(1.0, rel=0, abs=row.dx / 3 + 5e-3), row


def test_a_product_has_no_truncation(curves: dict[str, Curve]) -> None:
    curve = curves["x·w"]
    assert curve.slope == X
    assert curve.best == math.inf
    assert all(row.truncation == 0.0 for row in curve.rows)
    # Two products and a difference below 2, each wrong by half an ε of it.
    assert abs(curve.rows[0].error) <= 4 * EPSILON
    for dx in (0.25, 1.0, 1024.0):  # nothing is rounded, so that nothing is left
        assert derivative.quotient(lambda w: 0.5 * w, 1.5, dx) == 0.5


@pytest.mark.parametrize("name", ["x²", "e⁻ˣ", "sigmoid"])
def test_the_best_step_is_near_the_root_of_epsilon(name: str, curves: dict[str, Curve]) -> None:
    curve = curves[name]
    assert 1e-8 < curve.best < 1e-7
    first, last = curve.rows[0], curve.rows[-1]
    (at_best,) = derivative.examine(FUNCTIONS[name], 1.5, [curve.best]).rows
    assert at_best.truncation == pytest.approx(at_best.rounding, rel=1e-12)
    # Truncation and rounding there are together 1.5e-7 of the smaller of the errors at the ends, or
    # less.
    assert abs(at_best.error) < 1e-6 * min(abs(first.error), abs(last.error))
    assert min(curve.rows, key=lambda row: row.truncation + row.rounding).dx in (1e-7, 1e-8)


def test_the_smallest_step_does_not_move_at_all(curves: dict[str, Curve]) -> None:
    assert 1.5 + 1e-16 == 1.5  # floats are 2.2e-16 apart there
    assert all(curve.rows[-1].quotient == 0.0 for curve in curves.values())
    assert all(curve.rows[-1].error == -curve.slope for curve in curves.values())


@pytest.mark.parametrize("x0", ["0.5", "5"])
def test_other_points(x0: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    curves = derivative.main(["--at", x0, "--out", str(tmp_path / "derivative.png")])
    assert curves["x²"].slope == 2 * float(x0)
    assert f"x² at {x0}: derivative {2 * float(x0):g}, " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--at", "0"], "--at is 0.5 to 5"),
        (["--at", "-1"], "--at is 0.5 to 5"),
        (["--at", "5.1"], "--at is 0.5 to 5"),
        (["--at", "nan"], "--at is 0.5 to 5"),
        (["--at", "x"], "invalid float"),
    ],
)
def test_wrong_arguments(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        derivative.main(arguments)
    assert message in capsys.readouterr().err


def test_the_picture_is_written(curves: dict[str, Curve], picture: Path) -> None:
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_it_runs_as_a_script(curves: dict[str, Curve], tmp_path: Path) -> None:
    command = [sys.executable, "-X", "utf8", derivative.__file__]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    *tables, last = done.stdout.split("\n\n")
    last, written, _ = last.rsplit("\n", 2)
    for printed, (name, curve) in zip([*tables, last], curves.items(), strict=True):
        title, _, *rows = printed.splitlines()
        derivatives = f"derivative {curve.slope:.16g}, second derivative {curve.bend:.6g}"
        assert title.startswith(f"{name} at 1.5: {derivatives}, ")
        for text, row in zip(rows, curve.rows, strict=True):
            dx, quotient, *others = map(float, text.split())
            assert (dx, quotient) == pytest.approx((row.dx, row.quotient), rel=1e-14, abs=1e-16)
            assert others == pytest.approx(row[2:], rel=0.05)  # two digits are printed
    assert (tmp_path / written.removeprefix("Written: ")).exists()
    assert (tmp_path / "build/derivative.png").exists()
