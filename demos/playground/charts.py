"""Sections of the page, and charts in them."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, TypeAlias

from nicegui import ui

from autograd.show.style import BLUE, GREEN, ORANGE, RED

Points: TypeAlias = Iterable[tuple[float, float]]

COLORS = (BLUE, GREEN, "#8E63B8", RED, ORANGE, "#2A9D8F", "#767F8B")
MANY = 99  # points, of which each is drawn smaller


def section(title: str, name: str) -> ui.element:
    """A part of the page, under a title."""
    with ui.element("section").classes(name) as made:
        ui.html(title, tag="h2", sanitize=False)
    return made


def chart(title: str, name: str, x: str, y: str) -> ui.echart:
    """A section with an empty chart over x, whose y is a "value" or its "log"."""
    with section(title, name):
        made = ui.echart(_options(x, y), renderer="svg")
        return made.props(f'role=img aria-label="chart over {x}"')


def _options(x: str, y: str) -> dict[str, Any]:
    grid = {"splitLine": {"lineStyle": {"color": "#8884"}}}  # on light and dark
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
            **grid,
        },
        "xAxis": {
            "type": "value",
            "name": x,
            "nameLocation": "middle",
            "nameGap": 25,
            **grid,
        },
        "grid": {"left": 55, "right": 15, "top": 50, "bottom": 40},
    }


def plot(made: ui.echart, dots: Mapping[str, Points], lines: Mapping[str, Points]) -> None:
    """Draw named series of points (x, y); where y is not finite, nothing."""
    kinds = [("scatter", name, points) for name, points in dots.items()]
    kinds += [("line", name, points) for name, points in lines.items()]
    series = []
    for (kind, name, points), color in zip(kinds, COLORS, strict=False):
        series.append(_series(kind, name, points, color))
    if dots:  # the last of them is the picked sample
        series[len(dots) - 1] |= _PICKED
    made.options["series"] = series
    made.update()


_PICKED = {"symbol": "diamond", "symbolSize": 16, "itemStyle": {"opacity": 1}, "z": 9}


def _series(kind: str, name: str, points: Points, color: str) -> dict[str, Any]:
    data = [[x, y if isfinite(y) else None] for x, y in points]
    return {
        "id": name,
        "name": name,
        "type": kind,
        "color": color,
        "showSymbol": len(data) == 1,
        "symbolSize": 4 if len(data) > MANY else 8,
        "data": data,
    }
