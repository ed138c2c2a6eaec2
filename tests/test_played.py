"""The playground plays beside busy loops without losing a step; what watches it sees a loss."""

import pytest
from playwright.sync_api import Browser

from tests import played

PICTURES = 150  # of each page


def has_played(page: played.Played) -> bool:
    return bool(page.seen()["pictures"] >= PICTURES)


@pytest.mark.long
def test_no_step_is_lost_beside_busy_loops(browser: Browser, playground_address: str) -> None:
    found = played.play(browser, playground_address, has_played)
    for name, seen in found.items():
        assert seen["steps"] > PICTURES or seen["due"] > 0.0
        assert seen["again"] >= PICTURES // 20
        assert played.told(name, seen).startswith(f"{name}: {seen['steps']:,} steps in ")


SKIPS = """
    const {step} = Training.prototype;
    Training.prototype.step = function () { this.steps += 1; return step.call(this); };
"""
DRIFTS = """
    const {move} = Training.prototype;
    Training.prototype.move = function (...parts) {
        const loss = move.apply(this, parts);
        this.data[0] += 1e-9 * Math.random();
        return loss;
    };
"""
FORGETS = """
    const advance = playground.advance.bind(playground);
    playground.advance = elapsed => advance(elapsed / 2);
"""
LAGS = "playground.run.course.add = () => {};"
LOGS = "console.log('one step more');"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (SKIPS, "step 0 led to 2"),
        (DRIFTS, "the same steps done again led elsewhere"),
        (FORGETS, "steps were left out"),
        (LAGS, "the last step is not in the charts"),
        (LOGS, "one step more"),
    ],
)
def test_a_loss_is_seen(browser: Browser, playground_address: str, fault: str, told: str) -> None:
    link = f"{playground_address}{played.LINKS['100 steps a second']}"
    page = played.Played(browser, link, fault)
    page.page.wait_for_function("watched.pictures > 50")
    with pytest.raises(AssertionError, match=told):
        page.finish()
    page.page.context.close()
