"""What one tab of the playground shows, and what happens when a person acts on it."""

from collections.abc import Callable, Mapping
from dataclasses import Field, fields, replace
from functools import partial
from html import escape
from math import ceil, floor, hypot, isfinite
from typing import Any
from urllib.parse import urlencode

from nicegui import run, ui

from autograd import Value, draw, explain
from demos.playground.charts import Points, chart, plot, section
from demos.playground.picture import Picture
from demos.playground.settings import POINTS, Settings
from demos.playground.trainer import Trainer

PERIOD = 0.07  # seconds from picture to picture
SHARE = 0.045  # and in them of training, by all tabs
PICTURES_A_LINK = 14

SUBTITLE = "Train a small network, stop, and look inside the gradient of any sample."
COLOURS_TOLD = (
    "Blue weights are positive, brown ones negative. "
    "In a neuron: its value over x, on a scale from 0 to 1."
)
NO_POINTS = "There are no points to learn from: click into the fit to add some."
TOO_LARGE = (
    "This network has more values than can be stepped through; its whole graph is drawn by layers."
)
ABOVE_PROGRAM = "# Loss and gradients of one sample.\nfrom math import *\n\n\n"
NOT_OF_POINTS = ("noise", "samples", "held_out")  # settings of a curve alone

# What the server is told of a click: where in the fit, in its units.
PLACE = """(e) => {{
  const box = e.currentTarget.getBoundingClientRect();
  const at = [e.clientX - box.left, e.clientY - box.top];
  const chart = getElement({}).chart;
  if (chart.containPixel("grid", at)) emit(...chart.convertFromPixel("grid", at));
}}"""
# And on which weight's arrow or name.
WEIGHT = """(e) => {
  const group = e.target.closest('[id^=network_f_], .weight');
  if (group) emit(group.id.split(/network_(?:f_)?/)[1]);
}"""

PLAYING: set["Page"] = set()


class Page:
    """What one tab shows. It trains while it is open and plays."""

    def __init__(self, settings: Settings) -> None:
        self.trainer = Trainer(settings)
        self.controls: dict[str, Any] = {}
        ui.colors(primary="#2B5FB8")
        ui.html(f"<h1>Playground</h1>{SUBTITLE}", sanitize=False)
        self._add_buttons()
        with ui.element("div").classes("board"):
            self._add_set_up()
            self._add_network()
            self._add_charts()
            self._add_inside()
        self.use(self.trainer)
        ui.timer(PERIOD, self.tick)
        ui.context.client.on_disconnect(lambda: PLAYING.discard(self))

    def _add_buttons(self) -> None:
        with ui.element("nav"):
            self.play = ui.button("Play", on_click=self.play_or_pause)
            ui.button("One batch", on_click=lambda: self.once(self.trainer.advance))
            ui.button("One sample", on_click=lambda: self.once(self.trainer.learn))
            ui.button("Reset", on_click=lambda: self.change({"weights": "", "step": "0"}))
            self.status = ui.label()
            self.message = ui.label().classes("message").props("role=alert")

    def _add_set_up(self) -> None:
        """A control for each field that has choices or a label; its text is read as a link's."""
        with section("Set-up", "setup"):
            for known in fields(Settings):
                if "choices" in known.metadata:
                    self.controls[known.name] = self._choice(known)
                elif known.metadata["label"]:
                    self.controls[known.name] = self._input(known)

    def _choice(self, known: Field[Any]) -> ui.element:
        control = ui.select(known.metadata["choices"], label=known.name)
        return control.on("update:model-value", lambda _: self._change_by_control(known.name))

    def _input(self, known: Field[Any]) -> ui.element:
        properties = "type=number" if known.type in (int, float) else ""
        if known.type is float:
            properties += " step=0.05"
        control = ui.input(known.metadata["label"]).props(properties)
        return control.on("change", lambda _: self._change_by_control(known.name))

    def _change_by_control(self, name: str) -> Any:
        return self.change({name: self.controls[name].value})

    def _add_network(self) -> None:
        with section("Network", "network"):
            self.figure = ui.html(sanitize=False).classes("figure")
            self.figure.on("click", lambda e: self.name.set_value(e.args), js_handler=WEIGHT)
            ui.label(COLOURS_TOLD)
            with ui.element("div").classes("line"):
                self.name: ui.select = ui.select([], label="weight", on_change=self.show)
                self.weight = ui.number("its value", on_change=self.move_weight)
                self.weight.props("debounce=400 step=any")
                slider = ui.slider(min=-20, max=20, step=0.1).props("aria-label=slider")
                slider.bind_value(self.weight).bind_enabled_from(self.weight)
            with ui.element("div").classes("line"):
                self._add_save("Save figure", "network.svg", lambda: self.figure.content)
                self._add_save("Save network", "network.json", lambda: self.trainer.saved())
                self._add_save("Save program", "program.py", self._program_text)

    def _add_save(self, text: str, file: str, content: Callable[[], str]) -> None:
        ui.button(text, color=None, on_click=lambda: ui.download.content(content(), file))

    def _program_text(self) -> str:
        return ABOVE_PROGRAM + self.trainer.program.source

    def _add_charts(self) -> None:
        self.fit = chart("Fit", "fitted", "x", "value")
        self.fit.on("click", self.clicked, js_handler=PLACE.format(self.fit.id))
        self.course = chart("Loss, and norm of the gradient by layer", "course", "step", "log")

    def _add_inside(self) -> None:
        with section("Inside a sample", "inside") as inside:
            self.controls["sample"].move(inside)
            self.told = ui.label()
            steps = "Step by step (changes stay in there)"
            with ui.expansion(steps, on_value_change=self.look_inside) as self.steps:
                self.explanation = ui.html(sanitize=False)
            whole = "Whole graph, forward and backward"
            with ui.expansion(whole, on_value_change=self.look_inside) as self.graph:
                self.drawing = ui.html(sanitize=False).classes("wide")
                self.drawing.props('tabindex=0 role=region aria-label="graph"')

    def use(self, trainer: Trainer) -> None:
        """Show another trainer from here on."""
        self.trainer = trainer
        self.picture = Picture(trainer.net)
        self.pictures = 0
        self._fill_controls()
        self._set_axes()
        for told in (self.drawing, self.explanation):
            told.content = ""
        for label in (self.told, self.message):
            label.text = ""
        if not trainer.samples:
            PLAYING.discard(self)
            self.message.text = NO_POINTS
        self.show()

    def _fill_controls(self) -> None:
        texts = self.trainer.now().texts()
        is_clicked = self.trainer.settings.data == POINTS
        for name, control in self.controls.items():
            control.value = texts[name]
            if name == POINTS:
                control.set_visibility(is_clicked)
            elif name in NOT_OF_POINTS:
                control.set_visibility(not is_clicked)
        known = self.trainer.parameters
        kept = self.name.value if self.name.value in known else "w1_11"
        self.name.set_options([*known], value=kept)

    def _set_axes(self) -> None:
        trainer = self.trainer
        is_clicked = trainer.settings.data == POINTS
        ys = [-1.0, 1.0] if is_clicked else [y for _, y in trainer.samples]
        low = floor(5 * min(ys)) / 5
        high = ceil(5 * max(ys)) / 5
        self.fit.options["xAxis"] |= {"min": trainer.grid[0], "max": trainer.grid[-1]}
        self.fit.options["yAxis"] |= {"min": low, "max": high}

    async def change(self, texts: Mapping[str, str]) -> None:
        """Go on with other settings, or say what is wrong with them."""
        try:
            new = Trainer(self.trainer.now().changed(texts))
        except ValueError as error:
            self.message.text = f"Not changed: {error}"
            return
        new.history = self.trainer.history if new.settings.weights else []
        self.use(new)
        if self in PLAYING:
            await self.compile()

    async def play_or_pause(self) -> None:
        """Begin to train, if there is something to learn, or stop."""
        if self in PLAYING or not self.trainer.samples:
            PLAYING.discard(self)
        else:
            PLAYING.add(self)
        self.show()
        if self in PLAYING:
            await self.compile()

    async def once(self, step: Callable[[], None]) -> None:
        """Pause, and take one step if there is something to learn."""
        PLAYING.discard(self)
        if self.trainer.samples and await self.compile():
            self.take(step)

    async def compile(self) -> bool:
        """Have the network's machine code made, if it is not, in another thread.

        False if all has changed meanwhile.
        """
        trainer = self.trainer
        self.message.text = ""
        self.status.text = "compiling …"
        await run.io_bound(Trainer(replace(trainer.settings, weights=())).advance)
        trainer.compiled = True
        return trainer is self.trainer and self.play.client.has_socket_connection

    def tick(self) -> None:
        if self in PLAYING and self.trainer.compiled:
            self.take(partial(self.trainer.advance, SHARE / len(PLAYING)))

    def take(self, step: Callable[[], None]) -> None:
        """Take a step, and show where it led; or say that training diverged, and stop."""
        try:
            step()
        except FloatingPointError as error:
            PLAYING.discard(self)
            advice = "Lower the learning rate, then Reset."
            self.message.text = f"Training diverged, and was stopped. {advice} ({error})"
        self.show()

    def show(self) -> None:
        """Bring pictures and numbers up to date.

        The address, and what is inside a sample, follow when paused; the address now and then.
        """
        r_squared = self.trainer.measure()
        self._show_pictures()
        self._show_status(r_squared)
        self.play.text = "Pause" if self in PLAYING else "Play"
        if self not in PLAYING or self.pictures % PICTURES_A_LINK == 0:
            self._show_link()
        self.pictures += 1
        self.weight.set_enabled(self not in PLAYING)
        self.weight.value = self.trainer.parameters[self.name.value].data
        self.look_inside()

    def _show_pictures(self) -> None:
        trainer = self.trainer
        curves = trainer.curves()
        weights = {name: parameter.data for name, parameter in trainer.parameters.items()}
        self.figure.content = self.picture.painted(weights, curves)
        dots: dict[str, Points] = {
            "trained on": zip(*trainer.training, strict=True),
            "held out": zip(*trainer.held_out, strict=True),
            "sample": trainer.samples[trainer.sample - 1 : trainer.sample],
        }
        output = curves[f"z{len(trainer.net.layers)}_1"]
        plot(self.fit, dots, {"network": zip(trainer.grid, output, strict=True)})
        steps, *columns = zip(*trainer.history, strict=True)
        layers = [f"layer {k}" for k in range(1, len(columns) - 1)]
        names = ["loss", "loss held out", *layers]
        lines: dict[str, Points] = {}
        for name, column in zip(names, columns, strict=True):
            lines[name] = zip(steps, column, strict=True)
        plot(self.course, {}, lines)

    def _show_status(self, r_squared: list[float]) -> None:
        _, loss, held_out, *_ = self.trainer.history[-1]
        names = ("loss", "loss held out", "R²", "R² held out")
        told = [f"step {self.trainer.step:,}"]
        for name, x in zip(names, (loss, held_out, *r_squared), strict=True):
            if isfinite(x):
                told.append(f"{name} {x:.3g}")
        if self in PLAYING:
            told.append(f"{self.trainer.speed:,.0f} samples/s")
        self.status.text = " · ".join(told)

    def _show_link(self) -> None:
        link = {name: text for name, text in self.trainer.now().texts().items() if text}
        ui.navigate.history.replace(f"/?{urlencode(link, safe=',|')}")

    def move_weight(self) -> None:
        """Give the picked weight the number that was typed."""
        parameter = self.trainer.parameters[self.name.value]
        if self.weight.value not in (None, parameter.data):
            parameter.data = self.weight.value
            self.show()

    def clicked(self, event: Any) -> Any:
        """Add a point where the fit was clicked, or pick the sample nearest to that."""
        x, y = event.args
        if self.trainer.settings.data == POINTS:
            points = self.trainer.now().texts()[POINTS]
            return self.change({POINTS: f"{points},{x:.3f},{y:.3f}"})
        far = [hypot(x - x_i, y - y_i) for x_i, y_i in self.trainer.samples]
        return self.change({"sample": str(1 + far.index(min(far)))})

    def look_inside(self) -> None:
        """When paused, tell the picked sample's numbers, and what of its graph is open."""
        if self in PLAYING or not self.trainer.samples:
            return
        x, y = self.trainer.samples[self.trainer.sample - 1]
        loss = self.trainer.loss()
        largest = max(self.trainer.net.parameters(), key=lambda w: abs(w.grad))
        sample = f"x = {x:.6g}, y = {y:.6g}, loss {loss.data:.6g}"
        self.told.text = f"{sample}; largest gradient: {largest.label}, {largest.grad:.6g}"
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
