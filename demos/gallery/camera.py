"""A browser that takes pictures of pages, in a language and a colour scheme."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from autograd.extras import brought_by
from demos.benchmark.browser import BROWSERS

with brought_by("test"):
    from PIL import Image
    from playwright.sync_api import Browser, Page, sync_playwright

WIDTH = 800  # of the column that README has on its host, in CSS pixels
SCALE = 2  # pixels of a file to one of them: sharp on dense screens
COLOURS = 256  # of a palette: a third of the bytes, and no eye sees it
LOCALES = {"en": "en-US", "zh": "zh-CN"}
STILL = "Promise.allSettled(document.getAnimations().map(x => x.finished))"
NEXT_FRAME = "new Promise(requestAnimationFrame)"


class Scene(NamedTuple):
    """A page and how it is looked at.

    `style` is laid over the page and `script` run in it; `crop` selects the element that is taken.
    `address` is what stands after # in the page's address.
    """

    page: Path
    crop: str
    style: str = ""
    script: str = ""
    address: str = ""


class Light(NamedTuple):
    """What a page is seen in: a language, "en" or "zh", and a scheme, "light" or "dark"."""

    language: str
    scheme: str

    @property
    def suffix(self) -> str:
        """What stands between a picture's name and .png."""
        chinese = ".zh" if self.language == "zh" else ""
        return chinese + ("-dark" if self.scheme == "dark" else "")


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium of this machine, without a window; SystemExit says so if there is none."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit("pictures need a browser, Chromium or Chrome: install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


def take(running: Browser, scene: Scene, light: Light) -> bytes:
    """The picture of a scene, as a PNG with a palette; RuntimeError if the page fails."""
    context = running.new_context(
        viewport={"width": WIDTH, "height": 900},
        device_scale_factor=SCALE,
        locale=LOCALES[light.language],
        color_scheme="dark" if light.scheme == "dark" else "light",
        reduced_motion="reduce",
        offline=True,
    )
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.goto(scene.page.as_uri() + scene.address)
    if scene.style:
        page.add_style_tag(content=scene.style)
    if scene.script:
        wait_until_still(page)
        page.evaluate(scene.script)
    wait_until_still(page)
    taken = page.locator(scene.crop).screenshot(animations="disabled")
    context.close()
    if trouble:
        raise RuntimeError(f"{scene.page.name}: {trouble[0]}")
    return with_palette(taken)


def wait_until_still(page: Page) -> None:
    """Wait until nothing fades or slides any more, and all has its size: that takes 3 frames."""
    page.evaluate(STILL)
    for _ in range(3):
        page.evaluate(NEXT_FRAME)


def with_palette(png: bytes) -> bytes:
    """The same picture in so few colours that it is small."""
    image = Image.open(BytesIO(png)).convert("RGB")
    few = image.quantize(COLOURS, dither=Image.Dither.NONE)
    file = BytesIO()
    few.save(file, "PNG", optimize=True)
    return file.getvalue()
