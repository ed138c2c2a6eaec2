"""The published run in a page: the engine that pages have, in Chromium."""

import shutil

from autograd.core.rows import ROWS, affine_row
from autograd.show.page.rows import engine_script
from demos.benchmark.samples import START, XS, YS
from demos.document import BATCH, ETA

# On the path, as on Linux, or where macOS and Windows keep theirs.
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
USED = [affine_row(1), affine_row(3), ROWS["sigmoid"], ROWS["half_squared_error"]]

TRAINED = """([start, samples, epochs, rate, batchSize]) => {
    const network = new Network({inputs: 1, units: [3, 1], activation: "sigmoid"});
    const count = samples.length / 2;
    const numbers = Float64Array.from(samples);
    const training = new Training(network.program, numbers, count, start, {rate, batchSize});
    const losses = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
        let total = 0;
        for (let first = 0; first < count; first += batchSize) {
            total += training.step() * Math.min(batchSize, count - first) / count;
        }
        losses.push(total);
    }
    return [...losses, ...training.data];
}"""


class InPage:
    """A browser with an empty page in which the engine is loaded."""

    def __init__(self) -> None:
        from playwright.sync_api import sync_playwright

        program = next(filter(None, map(shutil.which, BROWSERS)), None)
        if program is None:
            raise FileNotFoundError("no chromium on this machine")
        self.playwright = sync_playwright().start()
        browser = self.playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        self.page = browser.new_page()
        self.page.set_content(f"<script>{engine_script(USED)}</script>")
        self.samples = [number for pair in zip(XS, YS, strict=True) for number in pair]

    def __call__(self, epochs: int) -> list[float]:
        task = [START, self.samples, epochs, ETA, BATCH]
        return self.page.evaluate(TRAINED, task)  # type: ignore[no-any-return]  # of numbers
