"""The playground's page and its server, for this machine alone: python -m demos.playground."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from functools import partial
from html import escape
from math import ceil, floor, hypot, isfinite
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from nicegui import app, run, ui
from nicegui.native import find_open_port

from autograd import draw, explain
from autograd.drawing import BLUE, GREEN, ORANGE, RED
from demos.playground.picture import Picture
from demos.playground.settings import POINTS, Settings
from demos.playground.trainer import Trainer

PERIOD, SHARE, PICTURES_A_LINK = 0.07, 0.045, 14  # seconds from picture to picture, and in them of training, by all tabs
COLORS = BLUE, GREEN, "#8E63B8", RED, ORANGE, "#2A9D8F", "#767F8B"
# What the server is told of a click: where in the fit, in its units; and on which weight's arrow or name.
PLACE = """(e) => {{ const box = e.currentTarget.getBoundingClientRect(), at = [e.clientX - box.left, e.clientY - box.top];
  const chart = getElement({}).chart; if (chart.containPixel("grid", at)) emit(...chart.convertFromPixel("grid", at)) }}"""
WEIGHT = "(e) => { const g = e.target.closest('[id^=network_f_], .weight'); if (g) emit(g.id.split(/network_(?:f_)?/)[1]) }"
PLAYING: set["Page"] = set()


class Page:
    """What one tab shows. It trains while it is open and plays."""

    def __init__(self, settings: Settings) -> None:
        self.trainer, self.controls = Trainer(settings), dict[str, Any]()
        ui.colors(primary="#2B5FB8")
        ui.html("<h1>Playground</h1>Train a small network, stop, and look inside the gradient of any sample.", sanitize=False)
        with ui.element("nav"):
            self.play = ui.button("Play", on_click=self.play_or_pause)
            ui.button("One batch", on_click=lambda: self.once(self.trainer.advance))
            ui.button("One sample", on_click=lambda: self.once(self.trainer.learn))
            ui.button("Reset", on_click=lambda: self.change({"weights": "", "step": "0"}))
            self.status = ui.label()
            self.message = ui.label().classes("message").props("role=alert")
        with ui.element("div").classes("board"):
            with _section("Set-up", "setup"):  # a control for each field that has a label; its text is read as a link's
                for name, kind, rule in ((known.name, known.type, known.metadata) for known in fields(Settings)):
                    change = partial(lambda name, _: self.change({name: self.controls[name].value}), name)
                    if "choices" in rule:
                        self.controls[name] = ui.select(rule["choices"], label=name).on("update:model-value", change)
                    elif rule["label"]:
                        number = "type=number" * (kind in (int, float)) + " step=0.05" * (kind is float)
                        self.controls[name] = ui.input(rule["label"]).props(number).on("change", change)
            self._pictures()
            with _section("Inside a sample", "inside") as section:
                self.controls["sample"].move(section)
                self.told = ui.label()
                with ui.expansion("Step by step (changes stay in there)", on_value_change=self.look_inside) as self.steps:
                    self.explanation = ui.html(sanitize=False)
                with ui.expansion("Whole graph, forward and backward", on_value_change=self.look_inside) as self.graph:
                    self.drawing = ui.html(sanitize=False).classes("wide").props('tabindex=0 role=region aria-label="graph"')
        self.use(self.trainer)
        ui.timer(PERIOD, self.tick)
        ui.context.client.on_disconnect(lambda: PLAYING.discard(self))

    def _pictures(self) -> None:
        with _section("Network", "network"):
            self.figure = ui.html(sanitize=False).classes("figure")
            self.figure.on("click", lambda e: self.name.set_value(e.args), js_handler=WEIGHT)
            ui.label("Blue weights are positive, brown ones negative. In a neuron: its value over x, on a scale from 0 to 1.")
            with ui.element("div").classes("line"):
                self.name: ui.select = ui.select([], label="weight", on_change=self.show)
                self.weight = ui.number("its value", on_change=self.move_weight).props("debounce=400 step=any")
                slider = ui.slider(min=-20, max=20, step=0.1).props("aria-label=slider")
                slider.bind_value(self.weight).bind_enabled_from(self.weight)
            with ui.element("div").classes("line"):
                save, above = ui.download.content, "# Loss and gradients of one sample.\nfrom math import *\n\n\n"
                ui.button("Save figure", color=None, on_click=lambda: save(self.figure.content, "network.svg"))
                ui.button("Save network", color=None, on_click=lambda: save(self.trainer.saved(), "network.json"))
                ui.button("Save program", color=None, on_click=lambda: save(above + self.trainer.program.source, "program.py"))
        self.fit = _chart("Fit", "fitted", "x", "value")
        self.fit.on("click", self.clicked, js_handler=PLACE.format(self.fit.id))
        self.course = _chart("Loss, and norm of the gradient by layer", "course", "step", "log")

    def use(self, trainer: Trainer) -> None:
        self.trainer, self.picture, self.pictures = trainer, Picture(trainer.net), 0
        for name, control in self.controls.items():
            control.value = trainer.now().texts()[name]
            if name in (POINTS, "noise", "samples", "held_out"):
                control.set_visibility((name == POINTS) == (trainer.settings.data == POINTS))
        kept = self.name.value if self.name.value in trainer.parameters else "w1_11"
        self.name.set_options([*trainer.parameters], value=kept)
        ys = [y for _, y in trainer.samples] if trainer.settings.data != POINTS else [-1.0, 1.0]
        self.fit.options["xAxis"] |= {"min": trainer.grid[0], "max": trainer.grid[-1]}
        self.fit.options["yAxis"] |= {"min": floor(5 * min(ys)) / 5, "max": ceil(5 * max(ys)) / 5}
        self.told.text = self.drawing.content = self.explanation.content = self.message.text = ""
        if not trainer.samples:
            PLAYING.discard(self)
            self.message.text = "There are no points to learn from: click into the fit to add some."
        self.show()

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
        (PLAYING.discard if self in PLAYING or not self.trainer.samples else PLAYING.add)(self)
        self.show()
        if self in PLAYING:
            await self.compile()

    async def once(self, step: Callable[[], None]) -> None:
        """Pause, and take one step if there is something to learn."""
        PLAYING.discard(self)
        if self.trainer.samples and await self.compile():
            self.take(step)

    async def compile(self) -> bool:
        """Have the network's machine code made, if it is not, in another thread; False if all has changed meanwhile."""
        trainer, self.message.text, self.status.text = self.trainer, "", "compiling …"
        await run.io_bound(Trainer(replace(trainer.settings, weights=())).advance)
        trainer.compiled = True
        return trainer is self.trainer and self.play.client.has_socket_connection

    def tick(self) -> None:
        if self in PLAYING and self.trainer.compiled:
            self.take(partial(self.trainer.advance, SHARE / len(PLAYING)))

    def take(self, step: Callable[[], None]) -> None:
        try:
            step()
        except FloatingPointError as error:
            PLAYING.discard(self)
            self.message.text = f"Training diverged, and was stopped. Lower the learning rate, then Reset. ({error})"
        self.show()

    def show(self) -> None:
        """Bring pictures and numbers up to date; the address, and what is inside a sample, follow when paused."""
        trainer, curves, r_squared = self.trainer, self.trainer.curves(), self.trainer.measure()
        self.figure.content = self.picture.painted({name: p.data for name, p in trainer.parameters.items()}, curves)
        dots = {"trained on": zip(*trainer.training, strict=True), "held out": zip(*trainer.held_out, strict=True),
                "sample": trainer.samples[trainer.sample - 1 : trainer.sample]}  # fmt: skip
        _plot(self.fit, dots, {"network": zip(trainer.grid, curves[f"z{len(trainer.net.layers)}_1"], strict=True)})
        steps, *columns = zip(*trainer.history, strict=True)
        names = ["loss", "loss held out", *(f"layer {k}" for k in range(1, len(columns) - 1))]
        _plot(self.course, {}, {name: zip(steps, column, strict=True) for name, column in zip(names, columns, strict=True)})
        known = zip(("loss", "loss held out", "R²", "R² held out"), (*trainer.history[-1][1:3], *r_squared), strict=True)
        told = [f"step {trainer.step:,}", *(f"{name} {x:.3g}" for name, x in known if isfinite(x))]
        self.status.text = " · ".join(told + [f"{trainer.speed:,.0f} samples/s"] * (self in PLAYING))
        self.play.text = "Pause" if self in PLAYING else "Play"
        if self not in PLAYING or self.pictures % PICTURES_A_LINK == 0:
            link = {name: text for name, text in trainer.now().texts().items() if text}
            ui.navigate.history.replace(f"/?{urlencode(link, safe=',|')}")
        self.pictures += 1
        self.weight.set_enabled(self not in PLAYING)
        self.weight.value = trainer.parameters[self.name.value].data
        self.look_inside()

    def move_weight(self) -> None:
        parameter = self.trainer.parameters[self.name.value]
        if self.weight.value not in (None, parameter.data):
            parameter.data = self.weight.value
            self.show()

    def clicked(self, event: Any) -> Any:
        """Add a point where the fit was clicked, or pick the sample nearest to that."""
        trainer, (x, y) = self.trainer, event.args
        if trainer.settings.data == POINTS:
            return self.change({POINTS: f"{trainer.now().texts()[POINTS]},{x:.3f},{y:.3f}"})
        far = [hypot(x - x_i, y - y_i) for x_i, y_i in trainer.samples]
        return self.change({"sample": str(1 + far.index(min(far)))})

    def look_inside(self) -> None:
        """When paused, tell the picked sample's numbers, and what of its graph is open."""
        if self in PLAYING or not self.trainer.samples:
            return
        (x, y), loss = self.trainer.samples[self.trainer.sample - 1], self.trainer.loss()
        largest = max(self.trainer.net.parameters(), key=lambda w: abs(w.grad))
        self.told.text = (
            f"x = {x:.6g}, y = {y:.6g}, loss {loss.data:.6g}; largest gradient: {largest.label}, {largest.grad:.6g}"
        )
        if self.graph.value:
            self.drawing.content = draw(loss, backward=True).pipe("svg", encoding="utf-8")
        if self.steps.value:
            try:
                told = f'<iframe title="explanation" srcdoc="{escape(explain(loss).html())}"></iframe>'
            except ValueError:
                told = "This network has more values than can be stepped through; its whole graph is drawn by layers."
            self.explanation.content = told


def _section(title: str, name: str) -> ui.element:
    with ui.element("section").classes(name) as section:
        ui.html(title, tag="h2", sanitize=False)
    return section


def _chart(title: str, name: str, x: str, y: str) -> ui.echart:
    """A section with an empty chart over x, whose y is a "value" or its "log"."""
    grid = {"splitLine": {"lineStyle": {"color": "#8884"}}}  # on light and dark
    tip = {"trigger": "axis" if y == "log" else "item", ":valueFormatter": "x => Number(x).toPrecision(4)"}
    options = {"animation": False, "tooltip": tip, "legend": {"top": 0}, "series": [],
               "yAxis": {"type": y, "axisLabel": {":formatter": "x => x && x * x < 1e-8 ? x.toExponential() : x"}, **grid},
               "xAxis": {"type": "value", "name": x, "nameLocation": "middle", "nameGap": 25, **grid},
               "grid": {"left": 55, "right": 15, "top": 50, "bottom": 40}}  # fmt: skip
    with _section(title, name):
        return ui.echart(options, renderer="svg").props(f'role=img aria-label="chart over {x}"')


def _plot(chart: ui.echart, dots: dict[str, Any], lines: dict[str, Any]) -> None:
    """Draw named series of points (x, y); where y is not finite, nothing."""
    chart.options["series"] = [
        {"id": name, "name": name, "type": "scatter" if name in dots else "line", "color": color, "showSymbol": len(data) == 1,
         "symbolSize": 4 if len(data) > 99 else 8, "data": data}
        for (name, points), color in zip((dots | lines).items(), COLORS, strict=False)
        for data in [[[x, y if isfinite(y) else None] for x, y in points]]
    ]  # fmt: skip
    chart.options["series"][-2] |= {"symbol": "diamond", "symbolSize": 16, "itemStyle": {"opacity": 1}, "z": 9} if dots else {}
    chart.update()


@ui.page("/", title="Playground · scalar-autograd")
def playground(request: Request) -> None:
    ui.add_css(Path(__file__).with_name("style.css"))
    try:
        Page(Settings().changed(request.query_params))
    except ValueError as error:
        Page(Settings()).message.text = f"This link cannot be opened: {error}. Here is the document's set-up instead."


if __name__ == "__main__":
    host, port = "127.0.0.1", find_open_port()
    app.on_startup(lambda: print(f"The playground is at http://{host}:{port} (Ctrl-C ends it)", flush=True))
    app.on_startup(lambda: run.io_bound(Trainer(Settings()).advance))
    with suppress(KeyboardInterrupt):
        ui.run(host=host, port=port, reload=False, show=False, show_welcome_message=False, dark=None, language="en-US",
               tailwind=False, message_history_length=0, reconnect_timeout=30.0, binding_refresh_interval=None)  # fmt: skip
