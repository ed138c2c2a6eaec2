"""The page of one tab: its controls, and the pictures and numbers of its Trainer."""

from collections.abc import Callable, Mapping
from dataclasses import Field, fields, replace
from functools import partial
from html import escape
from math import hypot, isfinite
from typing import Any
from weakref import WeakSet

from nicegui import run, ui

from autograd import draw, explain
from autograd.drawing import BLUE, GREEN, ORANGE, RED
from demos.playground.picture import Picture
from demos.playground.settings import POINTS, Settings
from demos.playground.trainer import Trainer, compiled

PERIOD, SHARE, PICTURES_A_LINK = 0.07, 0.045, 14  # seconds from picture to picture, and in them of training, by all tabs
COLORS = BLUE, GREEN, ORANGE, RED, "#8E63B8", "#2A9D8F", "#767F8B"
# What the server is told of a click: where in the fit, in its units; and on which weight's arrow or name.
PLACE = """(e) => {{ const box = e.currentTarget.getBoundingClientRect();
  emit(...getElement({}).chart.convertFromPixel({{gridIndex: 0}}, [e.clientX - box.left, e.clientY - box.top])) }}"""
WEIGHT = "(e) => { const g = e.target.closest('[id^=network_f_], .weight'); if (g) emit(g.id.split(/network_(?:f_)?/)[1]) }"

PLAYING: "WeakSet[Page]" = WeakSet()


class Page:
    """What one tab shows. It trains while it is open and plays."""

    def __init__(self, settings: Settings, trouble: str = "") -> None:
        self.trainer, self.pictures = Trainer(settings), 0
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
                    self._control(known, getattr(settings, known.name))
            self._pictures()
            self._inside()
        self.use(self.trainer)
        self.say(trouble)
        ui.timer(PERIOD, self.tick)
        ui.context.client.on_disconnect(self.pause)

    def _control(self, known: Field[Any], value: Any) -> None:
        """The control of a field of the settings, within its limits."""
        name, rule, whole = known.name, known.metadata, {"step": 1, "precision": 0}
        if choices := rule.get("choices"):
            ui.select(list(choices), label=name, value=value, on_change=lambda e: self.change(**{name: e.value}))
        elif name == "hidden":
            units, layers = [*value, 0, 0, 0][: rule["count"][1]], list[ui.number]()
            with ui.element("div").classes("line"):
                for k, count in enumerate(units, 1):
                    layers.append(
                        _number(f"layer {k}", count, lambda: self.change(hidden=_counts(layers)), min=0, max=8, **whole)
                    )
        elif name == POINTS:
            with ui.element("div") as self.adding:
                ui.label("Click into the fit to add a point, or type one:")
                x, y = (_number(axis, 0.0, None, min=-1.0, max=1.0, step=0.1) for axis in "xy")
                ui.button("Add", on_click=lambda: self.add(x.value, y.value))
                ui.button("Remove last", on_click=lambda: self.change(points=self.trainer.settings.points[:-2]))
        elif rule["label"]:
            (least, most), step = rule["limits"], whole if known.type is int else {"step": "any"}
            convert = known.type if callable(known.type) else float
            _number(
                rule["label"], value, lambda e: self.change(**{name: e.value and convert(e.value)}), min=least, max=most, **step
            )

    def _pictures(self) -> None:
        with _section("Network", "network"):
            self.figure = ui.html(sanitize=False).classes("figure")
            self.figure.on("click", lambda e: self.name.set_value(e.args), js_handler=WEIGHT)
            ui.label("Blue weights are positive, brown ones negative. The line in a neuron is its value over x.")
            with ui.element("div").classes("line"):
                self.name: ui.select = ui.select([*self.trainer.parameters], label="weight", on_change=self.show_weight)
                self.weight = _number("its value", 0.0, self.move_weight, step="any")
                ui.slider(min=-20.0, max=20.0, step=0.1).bind_value(self.weight).props('aria-label="value of the weight"')
            with ui.element("div").classes("line"):
                ui.button("Export figure", on_click=lambda: ui.download.content(self.figure.content, "network.svg"))
                ui.button("network", on_click=lambda: ui.download.content(self.trainer.saved(), "network.json"))
                ui.button(
                    "program",
                    on_click=lambda: ui.download.content(
                        f"from math import *\n\n\n{self.trainer.program.source}", "program.py"
                    ),
                )
        with _section("Fit", "fit"):
            self.fit = _chart("x", "value", max=1)
            self.fit.on("click", self.clicked, js_handler=PLACE.format(self.fit.id))
        with _section("Loss, and length of the gradient by layer", "course"):
            self.course = _chart("step", "log")

    def _inside(self) -> None:
        with _section("Inside a sample", "inside"):
            with ui.element("div").classes("line"):
                self.sample = _number("sample", 1, self.pick, min=1, step=1, precision=0)
                self.told = ui.label()
            with ui.expansion("Step by step", on_value_change=self.look_inside) as self.steps:
                self.explanation = ui.html(sanitize=False)
            with ui.expansion("Forward and backward, in numbers", on_value_change=self.look_inside) as self.graph:
                self.drawing = ui.html(sanitize=False).classes("wide").props('tabindex=0 role=region aria-label="graph"')

    def use(self, trainer: Trainer) -> None:
        """Show another trainer, paused."""
        self.pause()
        self.trainer, self.picture = trainer, Picture(trainer.net)
        self.adding.set_visibility(trainer.settings.data == POINTS)
        self.name.set_options([*trainer.parameters], value=next(iter(trainer.parameters)))
        self.sample.max, self.sample.value = len(trainer.samples), trainer.sample
        ys = [y for _, y in trainer.samples] if trainer.settings.data != POINTS else [-0.9, 0.9]
        self.fit.options["xAxis"]["min"] = trainer.grid[0]
        self.fit.options["yAxis"] |= {"min": round(min(ys) - 0.1, 1), "max": round(max(ys) + 0.1, 1)}
        self.say("")
        self.show()

    def say(self, text: str) -> None:
        self.message.text = text

    async def change(self, **changed: Any) -> None:
        """Go on with other settings, or say what is wrong with them."""
        plays = self in PLAYING
        try:
            self.use(self.trainer.changed(**changed))
        except ValueError as error:
            self.say(f"Not changed: {error}")
        else:
            if plays:
                await self.play_or_pause()

    async def play_or_pause(self) -> None:
        if self in PLAYING:
            self.pause()
            self.show()
        elif await self.ready():
            self.play.text = "Pause"
            PLAYING.add(self)

    def pause(self) -> None:
        self.play.text = "Play"
        PLAYING.discard(self)

    async def one_batch(self) -> None:
        if await self.ready():
            self.once(self.trainer.advance)

    async def ready(self) -> bool:
        """Compile the program if that is not done, and tell whether there is something to learn."""
        trainer = self.trainer
        self.say("" if trainer.samples else "There are no points to learn from: click into the fit to add some.")
        if trainer.samples:
            self.status.text = "compiling …"
            await run.io_bound(compiled, trainer.settings)
        return bool(trainer.samples) and trainer is self.trainer

    def once(self, step: Callable[[], None]) -> None:
        """Pause, and take one step."""
        self.pause()
        self.say("")
        self.take(step)

    def take(self, step: Callable[[], None]) -> None:
        try:
            step()
        except FloatingPointError as error:
            self.pause()
            self.say(f"Stopped at the last finite weights: {error}. Reset starts anew.")
        self.show()

    def tick(self) -> None:
        if self in PLAYING:
            self.take(partial(self.trainer.advance, SHARE / len(PLAYING)))

    def show(self) -> None:
        """Bring pictures and numbers up to date; the address and what is inside a sample follow when paused."""
        trainer, curves, measured = self.trainer, self.trainer.curves(), self.trainer.measured()
        self.figure.content = self.picture.painted({name: p.data for name, p in trainer.parameters.items()}, curves)
        picked = trainer.samples[trainer.sample - 1 : trainer.sample]
        dots = {
            "trained on": zip(*trainer.training, strict=True),
            "held out": zip(*trainer.held_out, strict=True),
            "sample": picked,
        }
        _plot(self.fit, dots, {"network": zip(trainer.grid, curves[f"z{len(trainer.net.layers)}_1"], strict=True)})
        names = ["loss", "loss, held out", *(f"gradient of layer {k}" for k, _ in enumerate(trainer.net.layers, 1))]
        columns = zip(*([(m.step, y) for y in (*m.losses, *m.gradients)] for m in trainer.history), strict=True)
        _plot(self.course, {}, dict(zip(names, columns, strict=True)))
        text = f"step {trainer.step:,} · R² {measured.r_squared[1]:.3f} held out, {measured.r_squared[0]:.3f} trained on"
        self.status.text = text + f" · {trainer.speed:,.0f} samples/s" * (self in PLAYING)
        self.pictures += 1
        if self not in PLAYING or self.pictures % PICTURES_A_LINK == 0:
            ui.navigate.history.replace(f"/?{trainer.now().link()}")
        if self not in PLAYING:
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
        """Turn to the sample of the number typed."""
        if (number := int(self.sample.value or 0)) != self.trainer.sample and 1 <= number <= len(self.trainer.samples):
            self.trainer.sample = number
            self.show()

    def clicked(self, event: Any) -> Any:
        """Add a point where the fit was clicked, or pick the sample nearest to that."""
        samples, (x, y) = self.trainer.samples, event.args
        if self.trainer.settings.data == POINTS:
            return self.add(x, y)
        self.sample.value = 1 + min(range(len(samples)), key=lambda i: hypot(samples[i][0] - x, samples[i][1] - y))

    def add(self, x: float, y: float) -> Any:
        return self.change(points=(*self.trainer.settings.points, round(x, 3), round(y, 3)))

    def look_inside(self) -> None:
        """Tell the picked sample's numbers, and what of its graph is open."""
        if self in PLAYING or not self.trainer.samples:
            return
        (x, y), loss = self.trainer.samples[self.trainer.sample - 1], self.trainer.loss()
        self.told.text = f"x = {x:.6g}, y = {y:.6g}: loss = {loss.data:.6g}"
        if self.graph.value:
            self.drawing.content = draw(loss, backward=True).pipe("svg", encoding="utf-8")
        if self.steps.value:
            try:
                page = explain(loss).html()
            except ValueError as error:  # more values than a page shows
                page = str(error)
            self.explanation.content = f'<iframe title="explanation" srcdoc="{escape(page)}"></iframe>'


def _section(title: str, name: str) -> ui.element:
    with ui.element("section").classes(name) as section:
        ui.html(title, tag="h2", sanitize=False)
    return section


def _number(label: str, value: float, changed: Any, step: Any, **limits: Any) -> ui.number:
    """An input that waits until typing pauses."""
    return ui.number(label, value=value, on_change=changed, **limits).props(f"debounce=400 step={step}")


def _counts(layers: list[ui.number]) -> tuple[int, ...]:
    return tuple(int(layer.value) for layer in layers if layer.value)


def _chart(x: str, y: str, **limits: Any) -> ui.echart:
    """An empty chart over x, whose y is a "value" or its "log"."""
    rows = {"type": "value", "name": x, "nameLocation": "middle", "nameGap": 25, **limits}
    options = {"animation": False, "legend": {}, "tooltip": {}, "grid": {"left": 55, "right": 15, "top": 50, "bottom": 40}}
    chart = ui.echart(options | {"xAxis": rows, "yAxis": {"type": y}, "series": []}, renderer="svg")
    return chart.props(f'role=img aria-label="chart over {x}"')


def _plot(chart: ui.echart, dots: Mapping[str, Any], lines: Mapping[str, Any]) -> None:
    """Draw named series of points (x, y); where y is not finite, nothing."""
    kinds = [*((name, "scatter", dots[name]) for name in dots), *((name, "line", lines[name]) for name in lines)]
    chart.options["series"] = [
        {"id": name, "name": name, "type": kind, "color": color, "data": [[x, y if isfinite(y) else None] for x, y in points],
         "symbolSize": 14 if name == "sample" else 4, "showSymbol": False}
        for (name, kind, points), color in zip(kinds, COLORS, strict=False)
    ]  # fmt: skip
    chart.update()
