"""What several modules share: a browser."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="module")  # no longer: its event loop would be in the way of notebooks
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        end = pytest.fail if os.environ.get("BROWSER_REQUIRED") else pytest.skip
        end("pages are not tested: no chromium on this machine")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()
