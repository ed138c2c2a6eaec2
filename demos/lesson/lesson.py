"""The lesson: the document as one page, with the numbers of its network in it."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from autograd import MLP, draw_layers
from autograd.core.rows import ROWS, Row, affine_row
from autograd.show.page.assembly import embedded, filled, joined, text_of, words_of
from autograd.show.page.rows import engine_script
from autograd.show.why import why_as_data
from autograd.writing import write_whole
from demos.lesson.moments import Moments, as_data, numbers_of

HERE = files(__package__)
DEMOS = files("demos")
STYLES = ("base.css", "picture.css")
KIT = (
    "elements.js",
    "words.js",
    "numbers.js",
    "symbols.js",
    "mathml.js",
    "why.js",
    "charts.js",
    "places.js",
    "arrow.js",
    "neuron.js",
    "picture.js",
)
OWN_STYLES = ("lesson.css", "formulas.css", "figures.css", "print.css")
OWN = (
    "prose.js",
    "curves.js",
    "lesson.js",
    "feel.js",
    "structure.js",
    "figures.js",
    "formulas.js",
    "forward_formulas.js",
    "forward.js",
    "backward_formulas.js",
    "limits.js",
    "examples.js",
    "backward.js",
    "slopes.js",
    "surface.js",
    "cuts.js",
    "gradient.js",
    "history.js",
    "run_story.js",
    "seeds.js",
    "questions.js",
    "quiz.js",
    "code.js",
    "start.js",
)
WORDS = (
    "words.json",
    "words_forward.json",
    "words_backward.json",
    "words_gradient.json",
    "words_history.json",
    "words_questions.json",
)
USED_ROWS = ("sigmoid", "half_squared_error", "add", "mul", "pow")


class Story(NamedTuple):
    """What the page tells of: a trained network, moments of its training, and its relatives."""

    net: MLP
    seed: int
    epochs: int
    eta: float
    batch: int
    trained: int  # samples
    moments: Moments
    seeds: dict[int, MLP]  # the same training from other seeds
    compared: dict[int, MLP]  # with so many neurons
    program: str


def write_lesson(path: Path, story: Story) -> None:
    """Write the page, one file that asks for no other."""
    write_whole(path, lesson(story))


def lesson(story: Story) -> str:
    neurons = len(story.net.layers[0].B)
    widths = {1, neurons, *story.compared}
    rows = [row for name, row in ROWS.items() if name in USED_ROWS]
    parts = {
        "style": joined(*STYLES) + joined(*OWN_STYLES, folder=HERE),
        "forward": inline(draw_layers(story.net).pipe(encoding="utf-8"), "lesson_forward"),
        "backward": inline(
            draw_layers(story.net, backward=True).pipe(encoding="utf-8"), "lesson_backward"
        ),
        "words": embedded(
            words_of("picture.json", "why.json") | unbroken(words_of(*WORDS, folder=HERE))
        ),
        "why": embedded({name: why_as_data(row) for name, row in whys().items()}),
        "story": embedded(story_data(story)),
        "kit": joined(*KIT),
        "lesson": joined("document.js", folder=DEMOS) + joined(*OWN, folder=HERE),
        "engine": engine_script([*rows, *affine_rows(widths)]),
    }
    return filled(text_of("lesson.html", HERE), parts)


def unbroken(words: dict[str, Any]) -> dict[str, Any]:
    """The words with each number in the line of its = sign."""
    return {
        key: {language: text.replace(" = ", "\u00a0=\u00a0") for language, text in texts.items()}
        for key, texts in words.items()
    }


def affine_rows(widths: set[int]) -> list[Row]:
    return [affine_row(width) for width in sorted(widths)]


def whys() -> dict[str, Row]:
    """The rows of the network, with affine for one input, as the document argues."""
    return {
        "affine": affine_row(1),
        "sigmoid": ROWS["sigmoid"],
        "half_squared_error": ROWS["half_squared_error"],
    }


def story_data(story: Story) -> dict[str, Any]:
    return {
        "neurons": len(story.net.layers[0].B),
        "seed": story.seed,
        "epochs": story.epochs,
        "eta": story.eta,
        "batch": story.batch,
        "trained": story.trained,
        "numbers": numbers_of(story.net),
        "moments": as_data(story.moments),
        "seeds": {seed: numbers_of(net) for seed, net in story.seeds.items()},
        "compared": {count: numbers_of(net) for count, net in story.compared.items()},
        "program": story.program,
    }


_TITLE = re.compile(r"<title>.*?</title>\n?|<!--.*?-->\n?", re.S)
_LINK = re.compile(r"</?a\b[^>]*>\n?")
_SYMBOL = re.compile(r'<g id="(\w+)_([A-Z]\w*)" class="node value">')

_DERIVATIVE = re.compile(r">d(\w+)/d(\w+)<")


def inline(svg: str, name: str) -> str:
    """A drawing of Graphviz for the page: ids of its own, a symbol on each box, and ∂ for d."""
    drawing = svg[svg.index("<svg") :]
    drawing = _LINK.sub("", _TITLE.sub("", drawing))
    drawing = re.sub(r'<g id="a_\w+">', "<g>", drawing)
    drawing = _SYMBOL.sub(r'<g id="\1_\2" class="node value" data-symbol="\2">', drawing)
    drawing = _DERIVATIVE.sub(r">∂\1/∂\2<", drawing)
    drawing = re.sub(r'id="(?:forward|backward)', f'id="{name}', drawing)
    return re.sub(r'width="\w+" height="\w+"\s', "", drawing)
