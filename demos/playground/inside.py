"""Inside a sample: its numbers, the steps of its loss, and its whole graph."""

from collections.abc import Callable
from html import escape

from nicegui import ui

from autograd import Value, draw, explain
from demos.playground.controls import Controls
from demos.playground.sections import section
from demos.playground.trainer import Trainer

STEPS = "Step by step (changes stay in there)"
GRAPH = "Whole graph, forward and backward"
TOO_LARGE = (
    "This network has more values than can be stepped through; its whole graph is drawn by layers."
)


class Inside:
    """The section of the picked sample; says when one of its parts is opened or closed."""

    def __init__(self, controls: Controls, opened: Callable[[], None]) -> None:
        with section("Inside a sample", "inside") as inside:
            controls.move_sample(inside)
            self.told = ui.label()
            with ui.expansion(STEPS, on_value_change=opened) as self.steps:
                self.explanation = ui.html(sanitize=False)
            with ui.expansion(GRAPH, on_value_change=opened) as self.graph:
                self.drawing = ui.html(sanitize=False).classes("wide")
                self.drawing.props('tabindex=0 role=region aria-label="graph"')

    def clear(self) -> None:
        self.told.text = ""
        self.drawing.content = ""
        self.explanation.content = ""

    def show(self, trainer: Trainer) -> None:
        """Tell the picked sample's numbers, and what of its graph is open."""
        sample = trainer.picked()
        loss = trainer.loss()
        largest = max(trainer.net.parameters(), key=lambda parameter: abs(parameter.grad))
        numbers = f"x = {sample.x:.6g}, y = {sample.y:.6g}, loss {loss.data:.6g}"
        gradient = f"largest gradient: {largest.label}, {largest.grad:.6g}"
        self.told.text = f"{numbers}; {gradient}"
        if self.graph.value:
            self.drawing.content = draw(loss, backward=True).pipe("svg", encoding="utf-8")
        if self.steps.value:
            self.explanation.content = _explained(loss)


def _explained(loss: Value) -> str:
    """The page of a loss, as a frame within this one."""
    try:
        page = explain(loss).html()
    except ValueError:
        return TOO_LARGE
    return f'<iframe title="explanation" srcdoc="{escape(page)}"></iframe>'
