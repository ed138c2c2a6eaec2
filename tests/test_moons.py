"""micrograd's demo, on this engine."""

from pathlib import Path

import pytest

from autograd import MLP, Value
from demos import moons


def test_a_few_steps_are_told_and_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "moons.png"
    moons.main(["--steps", "5", "--out", str(picture)])
    assert picture.stat().st_size > 10_000
    assert "in 5 steps" in capsys.readouterr().out


@pytest.mark.long
def test_the_moons_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "made/moons.png"
    assert moons.main(["--out", str(picture)]) >= 0.98
    assert picture.stat().st_size > 10_000
    printed = capsys.readouterr().out
    assert "in 100 steps; right are 100.0% of 100 samples" in printed
    assert str(picture) in printed


def test_a_step_is_gradient_descent_on_the_total_loss() -> None:
    model, (xs, ys) = MLP(2, [3, 1], seed=1), moons.moons(4, seed=0)
    before = [p.data for p in model.parameters()]
    loss: Value = moons.total_loss(model, xs, ys)
    loss.backward()
    slopes = [p.grad for p in model.parameters()]
    assert moons.step(model, xs, ys, rate=0.5) == loss.data
    assert [p.data for p in model.parameters()] == [
        x - 0.5 * slope for x, slope in zip(before, slopes, strict=True)
    ]
    margin = [max(0.0, 1.0 - y * score) for y, score in zip(ys, scores(before, xs), strict=True)]
    assert loss.data == pytest.approx(
        sum(margin) / 4 + 1e-4 * sum(x * x for x in before), rel=1e-12
    )


def scores(parameters: list[float], xs: list[list[float]]) -> list[float]:
    """The 2-3-1 network with relu by hand; parameters by layer, weights by rows, then biases."""
    w1, b1, w2, b2 = parameters[:6], parameters[6:9], parameters[9:12], parameters[12]
    hidden = [[max(0.0, x[0] * w1[j] + x[1] * w1[3 + j] + b1[j]) for j in range(3)] for x in xs]
    return [sum(a * w for a, w in zip(row, w2, strict=True)) + b2 for row in hidden]


def test_the_two_moons_lie_where_they_should() -> None:
    xs, ys = moons.moons(1000, seed=3, noise=0.0)
    for (x1, x2), y in zip(xs, ys, strict=True):
        centre = (1.0, 0.5) if y > 0.0 else (0.0, 0.0)
        assert (x1 - centre[0]) ** 2 + (x2 - centre[1]) ** 2 == pytest.approx(1.0)
        assert (x2 <= 0.5) if y > 0.0 else (x2 >= 0.0)
    assert sum(ys) == 0.0
