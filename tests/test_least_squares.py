"""SciPy finds the thermal expansion of copper by our Jacobian; its differences do not."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import value_and_grad
from demos import least_squares
from demos.least_squares import KELVINS, digits, expansion, f, uncertainty
from tests.regressions import REGRESSIONS

(HAHN1,) = [regression for regression in REGRESSIONS if regression.name == "Hahn1"]
Fits = dict[str, list[Any]]


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("least_squares") / "made/least_squares.png"


@pytest.fixture(scope="module")
def fits(picture: Path) -> Fits:
    return least_squares.main(["--out", str(picture)])


def test_its_numbers_are_nists() -> None:
    assert HAHN1.starts == (least_squares.FAR, least_squares.NEAR)
    assert HAHN1.parameters == (*least_squares.ABOVE, *least_squares.BELOW)
    assert len(KELVINS) == 236


def test_the_jacobian_reaches_six_digits_and_differences_do_not(fits: Fits) -> None:
    reached = {way: [digits(b).min() for b in found] for way, found in fits.items()}
    assert min(reached["f.jacobian"]) >= 6
    assert max(reached["2-point"]) < 4
    assert max(reached["3-point"]) < 1


def test_its_deviations_are_nists(fits: Fits) -> None:
    root, s = uncertainty(fits["f.jacobian"][1])
    assert s == pytest.approx((HAHN1.squares / 229) ** 0.5, rel=1e-9)
    assert np.hypot.reduce(root, axis=1) == pytest.approx(HAHN1.deviations, rel=1e-5)


def test_the_band_of_new_measurements_holds_95_percent_of_the_old(fits: Fits) -> None:
    """Of 236 that fall in with 0.95, some 224 ± 3.3 do; 4 deviations are 13."""
    best = fits["f.jacobian"][1]
    root, s = uncertainty(best)
    spread = np.hypot(np.hypot.reduce(f.jacobian(best) @ root, axis=1), s)
    inside = np.abs(f.value(best)) < 1.9704 * spread  # Student's t of 229 degrees, at 97.5%
    assert abs(np.count_nonzero(inside) - 224) <= 13


def test_the_curve_is_least_sure_beyond_the_data(fits: Fits) -> None:
    best = fits["f.jacobian"][1]
    root, _ = uncertainty(best)
    along = value_and_grad(lambda b: [expansion(b, x) for x in (1, 500, 1000)])
    cold, middle, hot = np.hypot.reduce(along.jacobian(best) @ root, axis=1)
    assert cold > 10 * middle
    assert hot > 10 * middle


def test_the_picture_is_written(fits: Fits, picture: Path) -> None:
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_it_runs_as_a_script(fits: Fits, tmp_path: Path) -> None:
    command = [sys.executable, least_squares.__file__]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    *rows, written = done.stdout.splitlines()
    best = fits["f.jacobian"][1]
    assert [float(row.split(" ± ")[0]) for row in rows] == pytest.approx(best, rel=1e-9)
    assert (tmp_path / written.removeprefix("Written: ")).exists()
