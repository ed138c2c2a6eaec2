"""What the lesson tells of the published run holds at the moments of that run."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import autograd
from demos import document
from demos.lesson.lesson import Story, write_lesson
from demos.lesson.moments import Moments, moments_of
from tests.lessons import close, opened

STEPS = 378_000
FLAT = 2
STEEP_ENOUGH = 4
STUCK, STEEP, BREAKTHROUGH = 61_200, 187_200, 223_200


def published() -> Story:
    """The published run alone; its network stands in for relatives."""
    data = document.samples(document.COUNT, seed=0)
    training = (data[0][: document.TRAINED], data[1][: document.TRAINED])
    net = document.started(3)
    batches = autograd.batches(
        net,
        *training,
        learning_rate=document.ETA,
        batch_size=document.BATCH,
        epochs=4200,
    )
    return Story(
        net=net,
        seed=document.SEED,
        epochs=4200,
        eta=document.ETA,
        batch=document.BATCH,
        trained=document.TRAINED,
        moments=moments_of(net, batches, STEPS),
        seeds={document.SEED: net},
        compared={3: net},
        program="",
    )


@pytest.fixture(scope="module")
def story() -> Story:
    return published()


@pytest.fixture(scope="module")
def path(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "index.html"
    write_lesson(path, story)
    return path


@pytest.fixture
def page(browser: Browser, path: Path) -> Iterator[Page]:
    page = opened(browser, path)
    yield page
    close(page)


def steepness(moments: Moments, step: int) -> list[float]:
    return [abs(w) for w in dict(moments)[step][:3]]


def bends(numbers: list[float]) -> list[float]:
    return [-b / w for w, b in zip(numbers[:3], numbers[3:6], strict=True)]


def are_inside(moments: Moments, unit: int, first: int, last: int = STEPS) -> bool:
    """Whether a neuron bends among the samples from a step to another."""
    between = [numbers for step, numbers in moments if first <= step <= last]
    return all(0 <= bends(numbers)[unit - 1] <= 1 for numbers in between)


def test_the_story_holds_at_the_moments(story: Story) -> None:
    moments = story.moments
    one, two, three = steepness(moments, STUCK)
    assert max(one, three) < FLAT
    assert two > STEEP_ENOUGH
    assert not any(0 <= bend <= 1 for bend in bends(dict(moments)[STUCK]))
    assert are_inside(moments, 1, 7_200, 28_973)  # it went through, flat
    assert all(
        0.9 <= abs(numbers[0]) <= 1.3 for step, numbers in moments if 7_200 <= step <= 28_973
    )
    for unit in (1, 2, 3):
        assert are_inside(moments, unit, STEEP)
    assert min(steepness(moments, STEEP)) > STEEP_ENOUGH
    before = max(step for step, _ in moments if step < STEEP)
    assert min(steepness(moments, before)) < STEEP_ENOUGH  # the first moment that has both


def test_numbers_of_the_story_are_those_of_its_moments(page: Page) -> None:
    items = page.locator("#run-story li")
    expect(items).to_have_count(5)
    for item in items.all():
        text = item.locator("p").inner_text()
        button = item.get_by_role("button")
        step = button.inner_text().removeprefix("Show step ")
        if step != "378,000":
            assert step in text
            button.click()
            told = page.locator("#history .state").inner_text()
            score = told.split()[-1]
            assert told.startswith(f"step {step}, ")
            assert score in text
            page.get_by_role("button", name="Back to the text").click()
            expect(button).to_be_focused()


def test_no_moment_of_the_story_is_a_spike(page: Page) -> None:
    scores = page.evaluate("PAGE.history.measured.map(({score}) => score)")
    steps = page.evaluate("PAGE.history.steps")
    told = page.evaluate("Object.values(STORY_STEPS)")
    assert told == [453, STUCK, STEEP, BREAKTHROUGH, STEPS]
    for step in told[:-1]:
        place = steps.index(step)
        assert scores[place] > max(scores[place - 5 : place]) - 0.01


def test_the_gradients_of_the_story_are_pythons(page: Page, story: Story) -> None:
    text = page.locator("#run-story li").nth(1).inner_text()
    found = re.search(r"samples is (\S+) long, that of one batch (\S+) on average, (\d+)", text)
    assert found is not None
    whole, batch, times = (float(number) for number in found.groups())
    data = document.samples(document.COUNT, seed=0)
    xs, ys = data[0][: document.TRAINED], data[1][: document.TRAINED]
    numbers = dict(story.moments)[STUCK]
    slopes = [hidden_slopes(numbers, x, y) for x, y in zip(xs, ys, strict=True)]
    assert whole == pytest.approx(length(slopes), rel=1e-3)
    size = document.BATCH
    batches = [slopes[start : start + size] for start in range(0, len(slopes), size)]
    mean = sum(length(batch) for batch in batches) / len(batches)
    assert batch == pytest.approx(mean, rel=0.05)
    assert times == round(mean / length(slopes))


def hidden_slopes(numbers: list[float], x: float, y: float) -> list[float]:
    """dw1 and db1 by formulas (11) and (12)."""
    w1, b1, w2, b2 = numbers[:3], numbers[3:6], numbers[6:9], numbers[9]
    a1 = [1 / (1 + math.exp(-(x * w + b))) for w, b in zip(w1, b1, strict=True)]
    dz2 = sum(a * w for a, w in zip(a1, w2, strict=True)) + b2 - y
    dz1 = [dz2 * w * a * (1 - a) for a, w in zip(a1, w2, strict=True)]
    return [*(x * d for d in dz1), *dz1]


def length(slopes: list[list[float]]) -> float:
    """Of the mean of gradients."""
    return math.hypot(*(sum(column) / len(slopes) for column in zip(*slopes, strict=True)))
