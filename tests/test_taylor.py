"""Derivatives of derivatives of tanh are those by hand; its Taylor polynomials hold up to poles."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from demos import taylor


def test_around_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    coefficients = taylor.main(["--around", "0", "--out", str(tmp_path / "taylor.png")])
    known = [0, 1, 0, -1 / 3, 0, 2 / 15, 0, -17 / 315, 0]
    # At 0 every derivative is a whole number, exact as a float: only the division by k! rounds, by
    # less than 1e-16.
    assert coefficients == pytest.approx(known, rel=0, abs=1e-15)
    assert "-0 " not in capsys.readouterr().out


@pytest.mark.parametrize("a", [0.5, -1.25, 3.0])
def test_they_are_those_by_hand(a: float, tmp_path: Path) -> None:
    coefficients = taylor.main(["--around", str(a), "--out", str(tmp_path / "taylor.png")])
    by_hand = [
        derivative / math.factorial(k)
        for k, derivative in enumerate(taylor.exact_derivatives(a, 8))
    ]
    # The recurrence is exact for the float tanh(a) that the engine has as well, so that they differ
    # by the engine's rounding: 5e-17 for these coefficients, all of them below 1.
    assert coefficients == pytest.approx(by_hand, rel=0, abs=1e-15)


def test_a_polynomial_holds_only_as_far_as_the_poles(tmp_path: Path) -> None:
    coefficients = taylor.main(["--out", str(tmp_path / "taylor.png")])
    assert len(coefficients) == 9
    radius = math.hypot(0.5, math.pi / 2)

    def error(order: int, h: float) -> float:
        return abs(taylor.taylor(coefficients[: order + 1], h) - math.tanh(0.5 + h))

    for side in (-1, 1):
        assert (
            error(8, side * 0.02) < 1e-15
        )  # the next term is 0.0135 · 0.02⁹ = 7e-18: what remains is rounding
        assert error(8, side * radius / 2) < error(4, side * radius / 2)
        assert error(8, side * radius * 1.5) > error(4, side * radius * 1.5)


@pytest.mark.parametrize("order", [0, 1, 5, pytest.param(12, marks=pytest.mark.long)])
def test_other_orders(order: int, tmp_path: Path) -> None:
    out = tmp_path / "made/taylor.png"
    assert len(taylor.main(["--order", str(order), "--out", str(out)])) == order + 1
    assert out.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--order", "-1"], "--order is 0 to 12"),
        (["--order", "13"], "--order is 0 to 12"),
        (["--order", "2.5"], "invalid int"),
        (["--around", "nan"], "--around is -20 to 20"),
        (["--around", "1e200"], "--around is -20 to 20"),
        (["--around", "-21"], "--around is -20 to 20"),
    ],
)
def test_wrong_arguments(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        taylor.main(arguments)
    assert message in capsys.readouterr().err


def test_it_runs_as_a_script(tmp_path: Path) -> None:
    command = [sys.executable, taylor.__file__]
    done = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 11
    assert (tmp_path / "build/taylor.png").exists()
