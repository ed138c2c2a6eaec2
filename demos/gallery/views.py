"""Pages as the gallery shows them: the playground twice, the lesson, and the steps of a gradient.

A style is laid over each, which leaves out what a picture 800 pixels wide has no room for, and
puts what belongs together side by side. No word and no number is another than on the page.
"""

from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path

from autograd.show.page.assembly import joined
from demos import document
from demos.gallery.camera import Scene
from demos.playground.__main__ import page_text

HERE = files(__package__)
EPOCHS = 4200  # of the published run
TAKE_STEPS = """for (let i = 0; i < {steps}; i++) playground.run.training.step();
playground.show();"""
MOONS = "#data=moons&samples=200&noise=0.1&hidden=4&activation=tanh&rate=0.2&held_out=0.2"
MOONS_STEPS = 4_000
SAMPLE = 100  # near x = 0.5
LOOK_INSIDE = "playground.lookInside(playground.run.network.parameters[0]);"  # w1_11
FORMULA_9 = "[...document.querySelectorAll('#stepper .tab')].find(x => x.textContent === '(9)')"
STEP_OF_W1_11 = """choose(NODES.findIndex(({name}) => name === "w1_11"));
document.activeElement.blur();
document.querySelector(".why").open = true;
view.onscale = () => {};
document.querySelector("#drawing svg").classList.add("names");"""  # its letters are larger


def style(name: str) -> str:
    return joined("frame.css", f"{name}.css", folder=HERE)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@cache
def document_pages(folder: Path) -> Path:
    """The folder of what `make demo` writes: a minute's work, done once for all its pictures."""
    out = folder / "document"
    with redirect_stdout(StringIO()):
        document.main(["--out", str(out)])
    return out


def playground(folder: Path) -> Scene:
    """The document's curve, learnt, and how the gradient of w1_11 comes about."""
    path = written(folder / "playground.html", page_text())
    steps = EPOCHS * document.TRAINED // document.BATCH
    script = TAKE_STEPS.format(steps=steps) + LOOK_INSIDE
    return Scene(path, "body", style("playground"), script, f"#sample={SAMPLE}")


def classes(folder: Path) -> Scene:
    """Two moons told apart, with the map of each neuron."""
    path = written(folder / "classes.html", page_text())
    script = TAKE_STEPS.format(steps=MOONS_STEPS)
    return Scene(path, "main", style("classes"), script, MOONS)


def lesson(folder: Path) -> Scene:
    """Formula (9): its arrow, its argument, its number."""
    path = document_pages(folder) / "index.html"
    return Scene(path, "#way-back", style("lesson"), f"{FORMULA_9}.click()")


def steps(folder: Path) -> Scene:
    """The page of one sample's loss, where the gradient of w1_11 is told."""
    path = document_pages(folder) / "steps.html"
    return Scene(path, "body", style("steps"), STEP_OF_W1_11)


VIEWS: dict[str, Callable[[Path], Scene]] = {
    "playground": playground,
    "classes": classes,
    "lesson": lesson,
    "steps": steps,
}
