"""The charts: the fit, and the course of training."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from math import ceil, floor, isfinite
from typing import Any, TypeAlias

from nicegui import ui

from autograd.show.style import BLUE, GREEN, ORANGE, RED
from demos.playground.sections import section
from demos.playground.settings import POINTS
from demos.playground.trainer import Trainer

Points: TypeAlias = Iterable[tuple[float, float]]
Series: TypeAlias = dict[str, Any]

COLORS = (BLUE, GREEN, "#8E63B8", RED, ORANGE, "#2A9D8F", "#767F8B")
MANY = 99  # points, of which each is drawn smaller
GRID_LINES = {"lineStyle": {"color": "#8884"}}  # on light and dark
PICKED = {
    "symbol": "diamond",
    "symbolSize": 16,
    "itemStyle": {"opacity": 1},
    "z": 9,
}

# What the server is told of a click: where in the chart, in its units.
PLACE = """(event) => {{
  const box = event.currentTarget.getBoundingClientRect();
  const place = [event.clientX - box.left, event.clientY - box.top];
  const chart = getElement({}).chart;
  if (chart.containPixel("grid", place)) emit(...chart.convertFromPixel("grid", place));
}}"""


class Fit:
    """The samples, and what the network makes of x; says where it was clicked."""

    def __init__(self, clicked: Callable[[float, float], Awaitable[None]]) -> None:
        self.chart = _chart("Fit", "fitted", "x", "value")
        place = PLACE.format(self.chart.id)
        self.chart.on("click", lambda event: clicked(*event.args), js_handler=place)

    def use(self, trainer: Trainer) -> None:
        """Give the axes room for the samples of a trainer."""
        ys = [sample.y for sample in trainer.samples]
        if trainer.settings.data == POINTS:
            ys = [-1.0, 1.0]
        x_axis = self.chart.options["xAxis"]
        y_axis = self.chart.options["yAxis"]
        x_axis["min"] = trainer.grid[0]
        x_axis["max"] = trainer.grid[-1]
        y_axis["min"] = floor(5 * min(ys)) / 5
        y_axis["max"] = ceil(5 * max(ys)) / 5

    def show(self, trainer: Trainer, curves: Mapping[str, Sequence[float]]) -> None:
        output = curves[f"z{len(trainer.net.layers)}_1"]
        picked = trainer.samples[trainer.sample - 1 : trainer.sample]
        series = [
            _series("scatter", "trained on", zip(*trainer.training, strict=True)),
            _series("scatter", "held out", zip(*trainer.held_out, strict=True)),
            _series("scatter", "sample", picked) | PICKED,
            _series("line", "network", zip(trainer.grid, output, strict=True)),
        ]
        _plot(self.chart, series)


class Course:
    """The losses, and the norm of each layer's gradient, over the steps."""

    def __init__(self) -> None:
        title = "Loss, and norm of the gradient by layer"
        self.chart = _chart(title, "course", "step", "log")

    def show(self, trainer: Trainer) -> None:
        layers = range(1, len(trainer.net.layers) + 1)
        names = ["loss", "loss held out", *(f"layer {k}" for k in layers)]
        series = []
        for place, name in enumerate(names, start=1):
            points = [(past[0], past[place]) for past in trainer.history]
            series.append(_series("line", name, points))
        _plot(self.chart, series)


def _chart(title: str, name: str, x: str, y: str) -> ui.echart:
    """A section with an empty chart over x, whose y is a "value" or its "log"."""
    with section(title, name):
        made = ui.echart(_options(x, y), renderer="svg")
        return made.props(f'role=img aria-label="chart over {x}"')


def _options(x: str, y: str) -> dict[str, Any]:
    return {
        "animation": False,
        "tooltip": {
            "trigger": "axis" if y == "log" else "item",
            ":valueFormatter": "x => Number(x).toPrecision(4)",
        },
        "legend": {"top": 0},
        "series": [],
        "yAxis": {
            "type": y,
            "axisLabel": {":formatter": "x => x && x * x < 1e-8 ? x.toExponential() : x"},
            "splitLine": GRID_LINES,
        },
        "xAxis": {
            "type": "value",
            "name": x,
            "nameLocation": "middle",
            "nameGap": 25,
            "splitLine": GRID_LINES,
        },
        "grid": {
            "left": 55,
            "right": 15,
            "top": 50,
            "bottom": 40,
        },
    }


def _series(kind: str, name: str, points: Points) -> Series:
    """Named points (x, y) as "scatter" or "line"; where y is not finite, nothing."""
    data = [[x, y if isfinite(y) else None] for x, y in points]
    return {
        "id": name,
        "name": name,
        "type": kind,
        "showSymbol": len(data) == 1,
        "symbolSize": 4 if len(data) > MANY else 8,
        "data": data,
    }


def _plot(chart: ui.echart, series: list[Series]) -> None:
    """Draw series, each in its colour."""
    for one, color in zip(series, COLORS, strict=False):
        one["color"] = color
    chart.options["series"] = series
    chart.update()
