"""The playground's page plays beside two busy loops, and loses no step.

    python -m tests.played [--minutes 10]

Two pages play at once: one as fast as it can, one at a hundred steps a second. Each step goes one
further than the last one; of every 20th picture the steps are done again by a copy, to the same
bits; the numbers and the charts are of the step that is shown. The slow page has taken as many
steps as its time was long: none is left out where a picture comes late. Nothing is logged, memory
does not grow, and a click is answered throughout.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from playwright.sync_api import Browser, Page

from autograd.writing import escape_what_cannot_be_printed
from demos.gallery.camera import browser
from demos.playground.__main__ import main as write_playground

WATCH = Path(__file__).with_name("played.js")
LINKS = {
    "as fast as it can": "",
    "100 steps a second": "#data=moons&samples=200&hidden=4,2&activation=tanh&speed=100",
}
SEEN = "({...watched, shown: playground.run.steps, owed: playground.due})"
LOOPS = 2  # busy ones, on the machine's two cores
BETWEEN = 2_000  # milliseconds from one look at a page to the next
BEGINNING = 600  # pictures, after which the charts have all moments that they keep
GROWTH = 1.5  # times the memory after the beginning
PATIENCE = 120_000  # milliseconds until a page is given up: a bound for a hang, no more


@contextmanager
def busy_loops() -> Iterator[None]:
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(LOOPS)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


class Played:
    """A page that plays, and what was seen of it."""

    def __init__(self, running: Browser, address: str, fault: str = "") -> None:
        self.trouble: list[str] = []
        context = running.new_context(offline=True, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.goto(address)
        self.page.evaluate(f"() => {{ {fault} }}")  # by which tests try the watch itself
        self.page.evaluate(WATCH.read_text(encoding="utf-8") + "; window.watched = watched;")
        self.session = context.new_cdp_session(self.page)
        self.session.send("Performance.enable")
        self.memory = 0.0
        self.page.click("#play")

    def seen(self) -> dict[str, Any]:
        return dict(self.page.evaluate(SEEN))

    def used(self) -> float:
        """Bytes of the page's heap that are in use."""
        self.session.send("HeapProfiler.collectGarbage")
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return float(next(x["value"] for x in metrics if x["name"] == "JSHeapUsedSize"))

    def look(self) -> None:
        """A click changes the language, and another one changes it back."""
        for language in ("zh-CN", "en"):
            self.page.click("#language")
            told = self.page.get_attribute("html", "lang")
            assert told == language, f"after a click the page is in {told}"
        seen = self.seen()
        assert not seen["wrong"], seen["wrong"]
        assert not self.trouble, self.trouble
        if not self.memory and seen["pictures"] > BEGINNING:
            self.memory = self.used()

    def finish(self) -> dict[str, Any]:
        """Pause, and check what the whole time came to."""
        self.page.click("#play")
        assert self.page.evaluate("playground.isPlaying") is False
        self.look()
        seen = self.seen()
        assert seen["steps"] == seen["shown"], f"{seen['steps']} steps taken, {seen['shown']} shown"
        if seen["due"]:
            lost = seen["due"] - seen["owed"] - seen["steps"]
            assert abs(lost) < 1e-6, f"{lost:.1f} of {seen['due']:.1f} steps were left out"
        if self.memory:
            now = self.used()
            assert now < GROWTH * self.memory, f"memory grew from {self.memory:.0f} to {now:.0f}"
            seen["megabytes"] = now / 1e6
        return seen


def play(running: Browser, address: str, until: Callable[[Played], bool]) -> dict[str, Any]:
    """Play all links until that is so of each; gives what was seen. AssertionError if not right."""
    with busy_loops():
        pages = {name: Played(running, address + link) for name, link in LINKS.items()}
        while not all(map(until, pages.values())):
            for played in pages.values():
                played.page.wait_for_timeout(BETWEEN / len(pages))
                played.look()
        return {name: played.finish() for name, played in pages.items()}


def told(name: str, seen: dict[str, Any]) -> str:
    parts = [
        f"{seen['steps']:,} steps in {seen['pictures']:,} pictures, {seen['again']:,} done again",
        f"longest pause {seen['longest']:.0f} ms",
    ]
    if seen["due"]:
        parts.append(f"{seen['due']:.1f} were due, of which {seen['owed']:.1f} at the end")
    if "megabytes" in seen:
        parts.append(f"{seen['megabytes']:.1f} MB")
    return f"{name}: {'; '.join(parts)}"


def main(arguments: Sequence[str] | None = None) -> int:
    escape_what_cannot_be_printed()
    parser = argparse.ArgumentParser(
        prog="python -m tests.played", description="Play the playground beside two busy loops."
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    minutes = parser.parse_args(arguments).minutes
    with tempfile.TemporaryDirectory() as folder, browser() as running:
        path = write_playground(["--no-browser", "--out", f"{folder}/index.html"])
        end = monotonic() + 60.0 * minutes
        try:
            found = play(running, path.as_uri(), lambda _: monotonic() > end)
        except AssertionError as error:
            print(error, file=sys.stderr)
            return 1
    for name, seen in found.items():
        print(told(name, seen))
    return 0


if __name__ == "__main__":
    sys.exit(main())
