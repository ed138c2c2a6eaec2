"""Names of elements, made up by a network that has read those there are."""

import random
from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import Any

import pytest

from autograd import Value
from autograd.nn import Fit
from demos import names
from demos.names import ELEMENTS, LETTERS, NextLetter, Samples

FEW = names.samples(["tin", "iron", "zinc", "lead"])


def test_it_is_at_most_120_lines() -> None:
    assert len(Path(names.__file__).read_text(encoding="utf-8").splitlines()) <= 120


def test_the_elements_are_all_of_them() -> None:
    assert len(set(ELEMENTS)) == len(ELEMENTS) == 118
    assert {letter for name in ELEMENTS for letter in name} < set(LETTERS)
    assert [ELEMENTS.index(name) + 1 for name in ("carbon", "gold", "oganesson")] == [6, 79, 118]


def test_a_name_is_a_sample_for_each_letter_and_the_end() -> None:
    contexts, nexts = names.samples(["tin"])
    read = ["".join(LETTERS[place] for place in context) for context in contexts]
    assert read == ["...", "..t", ".ti", "tin"]
    assert "".join(LETTERS[place] for place in nexts) == "tin."


def test_two_epochs_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    run = names.main(["--epochs", "2"])
    _, alike, pairs, before, after = capsys.readouterr().out.splitlines()
    assert alike == "3.30 all letters alike"
    assert 2.0 < float(pairs.split()[0]) < 2.5
    assert float(before.split()[0]) == pytest.approx(log(27), abs=0.3)
    assert float(after.split()[0]) == pytest.approx(run.validation_losses[-1], abs=0.006)
    assert run.validation_losses[-1] < 0.9 * float(before.split()[0])
    assert len(before.split(": ")[1].split()) == len(after.split(": ")[1].split()) == 10


@pytest.mark.long
def test_the_names_are_like_elements(capsys: pytest.CaptureFixture[str]) -> None:
    """Of names that it has not read it knows more than counts of pairs do; most it makes up."""
    run = names.main([])
    assert run.engine in ("python", "tape")  # one program for all letters, by the look-ups
    _, _, pairs, before, after = capsys.readouterr().out.splitlines()
    assert float(after.split()[0]) < float(pairs.split()[0]) - 0.1
    assert "ium" not in before
    assert after.count("ium") >= 4
    assert int(after.split("; ")[1].split()[0]) >= 5


def trained(engine: str) -> tuple[list[float], Fit]:
    model = NextLetter(width=2, hidden=4)
    run = names.train(model, FEW, FEW, epochs=3, engine=engine)
    return [p.data for p in model.parameters()], run


def test_each_engine_trains_the_same() -> None:
    """Sums of 27 terms may be added in another order: off by some 27 ε, by Adam in each step."""
    expected, run = trained("python")
    for engine in ("tape", "python", "eager"):
        found, again = trained(engine)
        assert again.engine == engine
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-11)
        assert again.validation_losses == pytest.approx(run.validation_losses, rel=1e-10)
    assert run.losses[-1] < run.losses[0]


def test_the_mean_loss_is_that_of_fit() -> None:
    model = NextLetter(width=2, hidden=4)
    run = names.train(model, FEW, FEW, epochs=1)
    assert names.mean_loss(model, FEW) == pytest.approx(run.validation_losses[0], rel=1e-12)


def test_counts_of_pairs_are_chances() -> None:
    """Of all 27 letters after an `n` they add up to 1; `n` was followed by c once, by the end twice
    (of tin, iron), so that the chance of the end is (2 + 1) / (3 + 27)."""

    def chance(letter: int) -> float:
        only: Samples = ([[0, 0, LETTERS.index("n")]], [letter])
        return float(2.718281828459045 ** -names.loss_by_pairs(FEW, only))

    assert sum(map(chance, range(27))) == pytest.approx(1.0)
    assert chance(0) == pytest.approx(0.1)


class Speller(NextLetter):
    """It is certain of what comes next in one name."""

    following: dict[tuple[Any, ...], int]

    def __call__(self, context: Sequence[int | Value]) -> Any:
        after = self.following[tuple(context)]
        return [Value(0.0 if place == after else -1e3) for place in range(len(LETTERS))]


@pytest.mark.parametrize("name", ["tin", "iron", "californium"])
def test_a_name_follows_the_last_three_letters(name: str) -> None:
    model = Speller()
    contexts, nexts = names.samples([name])
    model.following = {tuple(x): y for x, y in zip(contexts, nexts, strict=True)}
    assert names.name(model, random.Random(0)) == name


def test_a_name_is_drawn_alike_by_a_seed_and_ends() -> None:
    model = NextLetter(seed=1)
    made = [[names.name(model, random.Random(seed)) for seed in range(20)] for _ in range(2)]
    assert made[0] == made[1]
    assert len(set(made[0])) > 10
    assert all(len(name) < names.LONGEST and "." not in name for name in made[0])
