"""The set-up: a control for each field of the settings that has choices or a label."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import Field, fields
from typing import Any, TypeAlias

from nicegui import ui

from demos.playground.sections import section
from demos.playground.settings import POINTS, Settings
from demos.playground.trainer import Trainer

# Goes on with other settings, given as a link's texts.
Change: TypeAlias = Callable[[Mapping[str, str]], Awaitable[None]]

NOT_OF_POINTS = ("noise", "samples", "held_out")  # settings of a curve alone


class Controls:
    """The section of the controls; the text in one is read as a link's."""

    def __init__(self, change: Change) -> None:
        self.change = change
        self.controls: dict[str, Any] = {}
        with section("Set-up", "setup"):
            for known in fields(Settings):
                self._add(known)

    def _add(self, known: Field[Any]) -> None:
        name = known.name

        def changed() -> Awaitable[None]:
            control = self.controls[name]
            return self.change({name: control.value})

        if "choices" in known.metadata:
            control = _choice(known)
            self.controls[name] = control.on("update:model-value", changed)
        elif known.metadata["label"]:
            control = _input(known)
            self.controls[name] = control.on("change", changed)

    def move_sample(self, section: ui.element) -> None:
        """Put the number of the picked sample into another section."""
        self.controls["sample"].move(section)

    def use(self, trainer: Trainer) -> None:
        """Show the settings of a trainer, and hide what does not concern its samples."""
        texts = trainer.now().texts()
        is_clicked = trainer.settings.data == POINTS
        for name, control in self.controls.items():
            control.value = texts[name]
        self.controls[POINTS].set_visibility(is_clicked)
        for name in NOT_OF_POINTS:
            control = self.controls[name]
            control.set_visibility(not is_clicked)


def _choice(known: Field[Any]) -> ui.element:
    choices = known.metadata["choices"]
    return ui.select(choices, label=known.name)


def _input(known: Field[Any]) -> ui.element:
    control = ui.input(known.metadata["label"])
    if known.type in (int, float):
        control.props("type=number")
    if known.type is float:
        control.props("step=0.05")
    return control
