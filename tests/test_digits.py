"""Handwritten digits are read by a network that has not seen them."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from autograd import MLP, Fit
from demos import digits
from demos.digits import Digits


def test_an_epoch_is_told_and_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A guess is right once in ten times; one epoch makes it eight in ten."""
    picture = tmp_path / "digits.png"
    share = digits.main(["--epochs", "1", "--engine", "tape", "--out", str(picture)])
    assert share > 0.8
    assert picture.stat().st_size > 50_000
    printed = capsys.readouterr().out
    assert printed.startswith(f"{share:.1%} of 397 fresh digits are read right; 1 epochs took")
    assert "by tape" in printed


@pytest.mark.long
def test_the_digits_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In under a minute on an idle machine; here it may be busy."""
    picture = tmp_path / "made/digits.png"
    assert digits.main(["--out", str(picture)]) >= 0.95
    assert picture.stat().st_size > 50_000
    assert str(picture) in capsys.readouterr().out


def test_each_digit_is_in_one_of_three_parts() -> None:
    parts = digits.digits()
    assert [len(part.labels) for part in parts] == [1200, 200, 397]
    data = load_digits()
    whole = sorted(zip((data.data / 16.0).tolist(), data.target.tolist(), strict=True))
    found = sorted(pair for part in parts for pair in zip(*part, strict=True))
    assert found == whole
    assert digits.digits() == parts
    assert digits.digits(seed=1)[2] != parts[2]


def test_all_parts_have_all_digits_in_like_shares() -> None:
    """A tenth each, and by chance up to four deviations √(0.1 · 0.9 / n) more or less."""
    for part in digits.digits():
        count = len(part.labels)
        shares = np.bincount(part.labels, minlength=10) / count
        assert np.abs(shares - 0.1).max() < 4.0 * (0.09 / count) ** 0.5


def some(part: Digits, count: int) -> Digits:
    return Digits(part.images[:count], part.labels[:count])


def trained_on_few(engine: str) -> tuple[list[float], Fit]:
    seen, others, _ = digits.digits()
    net = MLP(64, [4, 10], activation="tanh", seed=0)
    run = digits.train(net, some(seen, 40), some(others, 10), epochs=3, engine=engine)
    return [p.data for p in net.parameters()], run


def test_each_engine_trains_the_same() -> None:
    """Sums of 64 terms may be added in another order: off by some 64 ε, by Adam in each step."""
    expected, run = trained_on_few("python")
    for engine in ("tape", "python"):
        found, again = trained_on_few(engine)
        assert again.engine == engine
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-11)
        assert again.losses == pytest.approx(run.losses, rel=1e-10)
        assert again.validation_losses == pytest.approx(run.validation_losses, rel=1e-10)


def test_what_is_read_is_the_highest_score() -> None:
    """By the 64-4-10 network of NumPy."""
    net = MLP(64, [4, 10], activation="tanh", seed=3)
    images = digits.digits()[2].images[:20]
    w1, w2 = (np.array([[w.data for w in row] for row in layer.W]) for layer in net.layers)
    scores = np.tanh(np.array(images) @ w1) @ w2
    assert digits.read(net, images) == scores.argmax(axis=1).tolist()


def test_pixels_without_ink_weigh_nothing_in_the_end() -> None:
    """The decay alone moves their weights, by Adam at the full rate: 120 steps do from 0.3."""
    seen, others, _ = digits.digits()
    blank = np.flatnonzero(np.array(seen.images).max(axis=0) == 0.0)
    net = MLP(64, [4, 10], activation="tanh", seed=0)
    before = [abs(w.data) for place in blank for w in net.layers[0].W[place]]
    digits.train(net, some(seen, 200), some(others, 10), epochs=12, engine="tape")
    after = [abs(w.data) for place in blank for w in net.layers[0].W[place]]
    assert max(before) > 0.1
    assert max(after) < 1e-3


def test_all_right_is_drawn_too(tmp_path: Path) -> None:
    net = MLP(64, [digits.HIDDEN, 10], activation="tanh", seed=0)
    kept = some(digits.digits()[2], 20)
    run = Fit(losses=[1.0], validation_losses=[1.0], seconds=0.0, engine="", why="")
    for name, said in (("right", kept.labels), ("wrong", [(x + 1) % 10 for x in kept.labels])):
        digits.plot(net, run, kept, said, tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 20_000
