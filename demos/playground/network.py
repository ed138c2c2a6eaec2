"""The network: its figure, one weight to change, and files to save."""

from collections.abc import Callable, Mapping, Sequence

from nicegui import ui
from nicegui.events import GenericEventArguments

from demos.playground.picture import Picture
from demos.playground.sections import line, section
from demos.playground.trainer import Trainer

COLOURS_TOLD = (
    "Blue weights are positive, brown ones negative. "
    "In a neuron: its value over x, on a scale from 0 to 1."
)
ABOVE_PROGRAM = "# Loss and gradients of one sample.\nfrom math import *\n\n\n"
FIRST_WEIGHT = "w1_11"

# What the server is told of a click: the id of a weight's arrow or name.
WEIGHT = """(event) => {
  const group = event.target.closest("[id^=network_f_], .weight");
  if (group) emit(group.id);
}"""


class Network:
    """The section of the network; says when a weight is picked or changed."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.changed = changed
        with section("Network", "network"):
            self.figure = ui.html(sanitize=False)
            self.figure.classes("figure")
            self.figure.on("click", self._pick, js_handler=WEIGHT)
            ui.label(COLOURS_TOLD)
            with line():
                self._add_weight()
            with line():
                ui.button("Save figure", color=None, on_click=self._save_figure)
                ui.button("Save network", color=None, on_click=self._save_network)
                ui.button("Save program", color=None, on_click=self._save_program)

    def _add_weight(self) -> None:
        self.name: ui.select = ui.select([], label="weight", on_change=self.changed)
        self.weight = ui.number("its value", on_change=self._move_weight)
        self.weight.props("debounce=400 step=any")
        slider = ui.slider(min=-20, max=20, step=0.1)
        slider.props("aria-label=slider")
        slider.bind_value(self.weight)
        slider.bind_enabled_from(self.weight)

    def _save_figure(self) -> None:
        ui.download.content(self.figure.content, "network.svg")

    def _save_network(self) -> None:
        saved = self.trainer.saved()
        ui.download.content(saved, "network.json")

    def _save_program(self) -> None:
        program = ABOVE_PROGRAM + self.trainer.program.source
        ui.download.content(program, "program.py")

    def _pick(self, event: GenericEventArguments) -> None:
        name = self.picture.weight_at(event.args)
        if name:
            self.name.value = name

    def _move_weight(self) -> None:
        """Give the picked weight the number that was typed."""
        parameter = self.trainer.parameters[self.name.value]
        number = self.weight.value
        if number not in (None, parameter.data):
            parameter.data = number
            self.changed()

    def use(self, trainer: Trainer) -> None:
        """Show the network of a trainer; the same weight stays picked, if it has that."""
        self.trainer = trainer
        self.picture = Picture(trainer.net)
        names = list(trainer.parameters)
        name = self.name.value
        if name not in names:
            name = FIRST_WEIGHT
        self.name.set_options(names, value=name)

    def show(self, curves: Mapping[str, Sequence[float]], is_playing: bool) -> None:
        """Paint the figure, and show the picked weight, which moves when paused."""
        parameters = self.trainer.parameters
        weights = {name: parameter.data for name, parameter in parameters.items()}
        self.figure.content = self.picture.painted(weights, curves)
        self.weight.set_enabled(not is_playing)
        self.weight.value = weights[self.name.value]
