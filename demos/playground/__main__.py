"""Write the playground, one file that asks nothing of any network, and open it.

    python -m demos.playground [--out build/playground/index.html] [--no-browser]

It needs no other package: the page computes everything, by the rows of `autograd.core.rows`.
"""

import argparse
import webbrowser
from importlib.resources import files
from pathlib import Path

from autograd.core.rows import ROWS, affine_row
from autograd.show.page.assembly import embedded, filled, joined, text_of, words_of
from autograd.show.page.rows import engine_script
from autograd.show.why import why_as_data
from autograd.writing import escape_what_cannot_be_printed, write_whole

HERE = files(__package__)
DEMOS = files("demos")
WIDEST = 8  # units of a layer

LAYER_ROWS = (
    "relu sigmoid tanh leaky_relu elu silu gelu softplus half_squared_error mul neg".split()
)
KIT_STYLES = ("base.css", "why.css", "picture.css")
KIT_WORDS = ("picture.json", "telling.json", "why.json")
KIT_SCRIPTS = (
    "elements.js",
    "words.js",
    "numbers.js",
    "symbols.js",
    "charts.js",
    "mathml.js",
    "telling.js",
    "why.js",
    "places.js",
    "arrow.js",
    "neuron.js",
    "picture.js",
)
SCRIPTS = (
    "datasets.js",
    "pasted.js",
    "settings.js",
    "course.js",
    "run.js",
    "fit.js",
    "losses.js",
    "inside.js",
    "saving.js",
    "controls.js",
    "points.js",
    "playground.js",
)


def page_text() -> str:
    """The playground as one page."""
    rows = [*(ROWS[name] for name in LAYER_ROWS), *map(affine_row, range(1, WIDEST + 1))]
    words = words_of(*KIT_WORDS) | words_of("words.json", folder=HERE)
    scripts = joined("document.js", folder=DEMOS) + joined(*SCRIPTS, folder=HERE)
    parts = {
        "style": joined(*KIT_STYLES) + joined("playground.css", folder=HERE),
        "words": embedded(words),
        "whys": embedded([why_as_data(row) for row in rows]),
        "engine": engine_script(rows),
        "script": joined(*KIT_SCRIPTS) + scripts,
    }
    return filled(text_of("playground.html", HERE), parts)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write the playground, and open it.")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("build/playground/index.html"),
        help="where the page goes",
    )
    parser.add_argument(
        "--no-browser",
        action="store_true",
        help="write the page without opening it",
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> Path:
    escape_what_cannot_be_printed()
    options = parse(arguments)
    path: Path = options.out.resolve()
    write_whole(path, page_text())
    is_open = not options.no_browser and webbrowser.open(path.as_uri())
    print(f"The playground is {path}" if is_open else f"Open {path} in a browser")
    return path


if __name__ == "__main__":
    main()
