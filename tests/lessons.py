"""The lesson's page, opened as its readers do: from the disk, with no network."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.conftest import PATIENCE


def opened(browser: Browser, path: Path, **options: Any) -> Page:
    """The page from the disk, with no network; what it asks for or logs is a failure."""
    settings = {"locale": "en-US", "reduced_motion": "reduce", "offline": True, **options}
    page = browser.new_context(**settings).new_page()
    page.set_default_timeout(PATIENCE)
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda request: trouble.append(request.url))
    page.goto(path.as_uri())
    trouble.remove(path.as_uri())
    page.trouble = trouble  # type: ignore[attr-defined]
    return page


def close(page: Page) -> None:
    trouble = page.trouble  # type: ignore[attr-defined]
    page.context.close()
    assert trouble == []
