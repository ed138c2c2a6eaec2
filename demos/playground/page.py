"""The page of one tab: its controls, and pictures and numbers of its Trainer."""

from collections.abc import Callable, Iterable
from dataclasses import Field, fields, replace
from functools import partial
from html import escape
from math import isfinite
from typing import Any
from weakref import WeakSet

from nicegui import run, ui

from autograd import draw, explain
from autograd.drawing import BLUE, GREEN, ORANGE, RED
from demos.playground.picture import Picture
from demos.playground.settings import LAYERS, POINTS, Settings
from demos.playground.trainer import Trainer, compiled

PERIOD, SHARE, PICTURES_A_LINK = 0.085, 0.055, 12  # seconds from picture to picture, and in them of training, by all tabs
PURPLE = "#8E63B8"
COLORS = BLUE, GREEN, ORANGE, RED, PURPLE, "#2A9D8F", "#767F8B"
# To the server: where the fit was clicked, in its own units, and the name of an arrow that was.
CLICKED = """(e) => {{ const box = e.currentTarget.getBoundingClientRect();
  emit(...getElement({}).chart.convertFromPixel({{gridIndex: 0}}, [e.clientX - box.left, e.clientY - box.top])) }}"""
ARROW = "(e) => { const arrow = e.target.closest('[id^=network_f_], .weight'); arrow && emit(arrow.id.split(/network_(?:f_)?/)[1]) }"


class Page:
    """What one tab shows; it trains while it is open and plays."""

    playing: "WeakSet[Page]" = WeakSet()

    def __init__(self, settings: Settings, trouble: str = "") -> None:
        self.trainer, self.pictures = Trainer(settings), 0
        self._build()
        self.use(self.trainer)
        self.say(trouble)
        ui.timer(PERIOD, self.tick)
        ui.context.client.on_disconnect(self.pause)

    def _build(self) -> None:
        with ui.element("header"):
            ui.html("Playground", tag="h1", sanitize=False)
            ui.label("Train a small network on a curve, stop, and look inside the gradient of any sample.")
        with ui.element("nav"):
            self.play = ui.button("Play", on_click=self.play_or_pause)
            ui.button("One batch", on_click=self.one_batch)
            ui.button("One sample", on_click=lambda: self.once(self.trainer.learn))
            ui.button("Reset", on_click=lambda: self.use(Trainer(replace(self.trainer.settings, weights=(), step=0))))
            self.status = ui.label()
            self.message = ui.label().classes("message").props("role=alert")
        with ui.element("div").classes("board"):
            with _section("Set-up", "setup"):
                for known in fields(Settings):
                    self._control(known)
            with _section("Network", "network"):
                self.figure = ui.html(sanitize=False).classes("figure")
                self.figure.on("click", lambda e: self.name.set_value(e.args), js_handler=ARROW)
                ui.label("Blue weights are positive, brown ones negative. The line in a neuron is its value over x.")
                with ui.element("div").classes("line"):
                    self.name = ui.select([], label="weight", on_change=self.show_weight)
                    self.weight = _number("its value", 0.0, self.move_weight, step=0.1)
                    ui.slider(min=-20.0, max=20.0, step=0.1).bind_value(self.weight).props('aria-label="value of the weight"')
            with _section("Fit", "fit"):
                self.fit = ui.echart(_chart("x", "value"), renderer="svg")
                self.fit.on("click", self.clicked, js_handler=CLICKED.format(self.fit.id))
            with _section("Loss, and length of the gradient by layer", "course"):
                self.course = ui.echart(_chart("step", "log"), renderer="svg")
            with _section("Inside a sample", "inside"):
                self.sample = _number("sample", 1, self.pick, min=1, step=1, precision=0)
                self.said = ui.label()
                with ui.expansion("Forward and backward, in numbers", on_value_change=self.look_inside) as self.graph:
                    self.drawing = ui.html(sanitize=False).classes("wide").props('tabindex=0 role=region aria-label="graph"')
                with ui.expansion("Step by step", on_value_change=self.look_inside) as self.steps:
                    self.explanation = ui.html(sanitize=False)
            with _section("Export", "export"), ui.element("div").classes("line"):
                ui.button("Figure", on_click=lambda: ui.download.content(self.figure.content, "network.svg"))
                ui.button("Network", on_click=lambda: ui.download.content(self.trainer.saved(), "network.json"))
                ui.button("Program", on_click=lambda: ui.download.content(self.trainer.text(), "program.py"))

    def _control(self, known: Field[Any]) -> None:
        """A control for a field of the settings, within its limits."""
        name, rule, value = known.name, known.metadata, getattr(self.trainer.settings, known.name)
        if choices := rule.get("choices"):
            ui.select(list(choices), label=rule["label"], value=value, on_change=lambda e: self.change(**{name: e.value}))
        elif name == "hidden":
            counts = [*value, *[0] * (LAYERS - len(value))]
            with ui.element("div").classes("line"):
                inputs = [_number(f"layer {k}", n, lambda: self.change(hidden=tuple(int(i.value) for i in inputs if i.value)),
                                  min=0, max=8, step=1) for k, n in enumerate(counts, 1)]  # fmt: skip
        elif name == POINTS:
            with ui.element("div").classes("line") as self.adding:
                ui.label("Click into the fit to add a point, or give it in numbers:")
                x, y = (ui.number(axis, value=0.0, min=-1.0, max=1.0, step=0.1) for axis in "xy")
                ui.button("Add", on_click=lambda: self.add(x.value, y.value))
                ui.button("Remove last", on_click=lambda: self.change(points=self.trainer.settings.points[:-2]))
        elif rule["label"] and name != "sample":
            least, most = rule["limits"]
            step = {"step": 1, "precision": 0} if known.type is int else {"step": "any"}
            _number(rule["label"], value, lambda e: self.change(**{name: e.value}), min=least, max=most, **step)

    def use(self, trainer: Trainer) -> None:
        """Show another trainer, paused."""
        self.pause()
        self.trainer, self.picture = trainer, Picture(trainer.net)
        self.adding.set_visibility(trainer.settings.data == POINTS)
        self.name.set_options([*trainer.parameters], value=next(iter(trainer.parameters)))
        self.sample.max, self.sample.value = len(trainer.samples), trainer.sample
        self.fit.options["xAxis"]["min"] = trainer.settings.low
        self.say("")
        self.show()

    def say(self, text: str) -> None:
        self.message.text = text
        self.message.set_visibility(bool(text))

    def change(self, **changed: Any) -> None:
        """Train on with other settings, or say what is wrong with them."""
        try:
            self.use(self.trainer.changed(**changed))
        except ValueError as error:
            self.say(f"Not changed: {error}")

    async def play_or_pause(self) -> None:
        if self in self.playing:
            self.pause()
            self.show()
        elif await self.ready():
            self.playing.add(self)
            self.play.text = "Pause"

    async def ready(self) -> bool:
        """Compile the network's program, unless that is done; whether there is something to learn."""
        trainer = self.trainer
        self.say(
            "" if trainer.samples else "There are no points to learn from yet: click into the fit, or add them by numbers."
        )
        self.status.text = "compiling …"
        await run.io_bound(compiled, trainer.settings)
        return bool(trainer.samples) and trainer is self.trainer

    def pause(self) -> None:
        self.playing.discard(self)
        self.play.text = "Play"

    async def one_batch(self) -> None:
        if await self.ready():
            self.once(self.trainer.advance)

    def once(self, step: Callable[[], None]) -> None:
        """Take a step and stop."""
        self.pause()
        self.say("")
        self.take(step)

    def take(self, step: Callable[[], None]) -> None:
        try:
            step()
        except FloatingPointError as error:
            self.pause()
            self.say(
                f"Training stopped before numbers became too large: {error}. The last weights are kept; Reset starts anew."
            )
        self.show()

    def tick(self) -> None:
        if self in self.playing:
            self.take(partial(self.trainer.advance, SHARE / len(self.playing)))

    def show(self) -> None:
        """Bring all pictures and numbers up to date."""
        trainer, measured, curves = self.trainer, self.trainer.measured(), self.trainer.curves()
        self.figure.content = self.picture.painted({name: p.data for name, p in trainer.parameters.items()}, curves)
        z = curves[f"z{len(trainer.net.layers)}_1"]
        picked = trainer.samples[trainer.sample - 1 : trainer.sample]
        self.fit.options["series"] = [
            _series("trained on", "scatter", zip(*trainer.training, strict=True), BLUE),
            _series("held out", "scatter", zip(*trainer.held_out, strict=True), GREEN),
            _series("sample", "scatter", picked, PURPLE, symbolSize=14),
            _series("network", "line", zip(trainer.grid, z, strict=True), RED),
        ]
        self.fit.update()
        trainer.remember(measured)
        names = ["loss, trained on", "loss, held out", *(f"gradient of layer {k + 1}" for k in range(len(measured.gradients)))]
        steps, columns = (
            [m.step for m in trainer.history],
            zip(*((*m.losses, *m.gradients) for m in trainer.history), strict=True),
        )
        self.course.options["series"] = [
            _series(name, "line", zip(steps, column, strict=True), color)
            for name, column, color in zip(names, columns, COLORS, strict=False)
        ]
        self.course.update()
        self.status.text = " · ".join([
            f"step {trainer.step:,}", f"R² {measured.r_squared[1]:.3f} held out, {measured.r_squared[0]:.3f} trained on",
            f"loss {measured.losses[0]:.3g}", *[f"{trainer.speed:,.0f} samples/s"] * (self in self.playing),
        ])  # fmt: skip
        self.pictures += 1
        if self not in self.playing or self.pictures % PICTURES_A_LINK == 0:
            ui.navigate.history.replace(f"/?{trainer.now().link()}")
        if self not in self.playing:
            self.show_weight()
            self.look_inside()

    def show_weight(self) -> None:
        self.weight.value = self.trainer.parameters[self.name.value].data

    def move_weight(self) -> None:
        parameter = self.trainer.parameters[self.name.value]
        if self.weight.value is not None and self.weight.value != parameter.data:
            parameter.data = self.weight.value
            self.show()

    def pick(self) -> None:
        """Turn to another sample."""
        if self.sample.value and 1 <= self.sample.value <= len(self.trainer.samples):
            self.trainer.sample = int(self.sample.value)
            self.show()

    def clicked(self, event: Any) -> None:
        """Add a point where the fit was clicked, or pick the sample nearest to it."""
        at, samples = complex(*event.args), self.trainer.samples
        if self.trainer.settings.data == POINTS:
            self.add(at.real, at.imag)
        elif samples:
            self.sample.value = 1 + min(range(len(samples)), key=lambda i: abs(complex(*samples[i]) - at))

    def add(self, x: float, y: float) -> None:
        self.change(points=(*self.trainer.settings.points, round(x, 3), round(y, 3)))

    def look_inside(self) -> None:
        """The sample in numbers, its graph, and its explanation, as far as they are open."""
        trainer = self.trainer
        if self in self.playing or not trainer.samples:
            return
        x, y = trainer.samples[trainer.sample - 1]
        loss = trainer.loss()
        self.said.text = f"x = {x:.6g}, y = {y:.6g}, loss = {loss.data:.6g}"
        if self.graph.value:
            self.drawing.content = draw(loss, backward=True).pipe("svg", encoding="utf-8")
        if self.steps.value:
            try:
                page = explain(loss).html()
            except ValueError as error:
                page = str(error)
            self.explanation.content = f'<iframe title="explanation of the sample" srcdoc="{escape(page)}"></iframe>'


def _section(title: str, name: str) -> Any:
    section = ui.element("section").classes(name)
    with section:
        ui.html(title, tag="h2", sanitize=False)
    return section


def _number(label: str, value: float, changed: Callable[..., Any], **limits: Any) -> ui.number:
    """An input that waits until typing pauses."""
    step = limits.pop("step")
    return ui.number(label, value=value, on_change=changed, **limits).props(f"debounce=400 step={step}")


def _chart(x: str, y: str) -> dict[str, Any]:
    axis = {"splitLine": {"lineStyle": {"color": "#8884"}}}
    return {
        "animation": False, "legend": {"top": 0}, "tooltip": {}, "grid": {"left": 60, "right": 20, "top": 50, "bottom": 40},
        "xAxis": axis | {"type": "value", "name": x, "nameLocation": "middle", "nameGap": 25, "max": 1 if x == "x" else None},
        "yAxis": axis | {"type": y}, "series": [],
    }  # fmt: skip


def _series(name: str, kind: str, points: Iterable[tuple[float, float]], color: str, **looks: Any) -> dict[str, Any]:
    """What a chart draws; points that are not finite are left out."""
    data = [[x, y if isfinite(y) else None] for x, y in points]
    return {"id": name, "name": name, "type": kind, "data": data, "color": color, "symbolSize": 4, "showSymbol": False} | looks
