"""The document's figure of a network, alive.

Arrows are as wide and coloured as their weights, and each neuron holds its curve.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import exp, isfinite
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

from autograd import MLP, Neuron, draw_network
from autograd.show.style import BLUE

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
TIP = f"{XLINK}title"
POSITIVE = BLUE
NEGATIVE = "#C2500A"

# In points: of a curve to each side of its neuron's centre, and where the names stand below that.
WIDTH = 33.0
HEIGHT = 14.0
Z_BELOW = -20.0
A_BELOW = 33.0

register_namespace("", SVG[1:-1])
register_namespace("xlink", XLINK[1:-1])


class Curve(NamedTuple):
    """The path of a neuron's curve, and the centre of the neuron."""

    path: Element
    x: float
    y: float


class Picture:
    """The drawing of a network, laid out once and painted at each update."""

    def __init__(self, net: MLP) -> None:
        self.svg = fromstring(draw_network(net).pipe("svg"))
        named: dict[str, Element] = {}
        for group in self.svg.iter(f"{SVG}g"):
            named[group.get("id", "").removeprefix("network_")] = group
        self.parts = defaultdict(lambda: Element("g"), named)  # an empty one for what is not drawn
        self.curves: dict[str, Curve] = {}
        for k, layer in enumerate(net.layers, start=1):
            for j, neuron in enumerate(layer.neurons, start=1):
                self._make_room(k, j)
                self._add_curve(k, j, neuron)

    def _make_room(self, k: int, j: int) -> None:
        """Take away the diagonal of a neuron, and put its names above and below the curve."""
        self.parts[f"f_cut_h{k}_{j}"].clear()
        circle = self._circle(k, j)
        x = circle.get("cx", "0")
        y = float(circle.get("cy", 0))
        places = {f"z{k}": Z_BELOW, f"z{k}_{j}": Z_BELOW, f"a{k}_{j}": A_BELOW}
        for name, below in places.items():
            for text in self.parts[name].iter(f"{SVG}text"):
                text.attrib |= {"x": f"{float(x)}", "y": f"{y + below}", "font-size": "17"}

    def _add_curve(self, k: int, j: int, neuron: Neuron) -> None:
        look = {"fill": "none", "stroke": "white", "stroke-width": "2.5"}
        path = SubElement(self.svg[0], f"{SVG}path", look)
        circle = self._circle(k, j)
        letter = "z" if neuron.activation == "linear" else "a"
        center = (float(circle.get("cx", 0)), float(circle.get("cy", 0)))
        self.curves[f"{letter}{k}_{j}"] = Curve(path, *center)

    def _circle(self, k: int, j: int) -> Element:
        neuron = self.parts.get(f"h{k}_{j}", self.parts[f"z{k}"])
        return next(neuron.iter(f"{SVG}ellipse"))

    def painted(self, weights: Mapping[str, float], curves: Mapping[str, Sequence[float]]) -> str:
        """The figure as SVG, with these weights, and the values over x of these labels."""
        for label, w in weights.items():
            self._paint_weight(label, w)
        for label, curve in self.curves.items():
            curve.path.set("d", _line(curves.get(label, ()), curve.x, curve.y))
        return tostring(self.svg, encoding="unicode")

    def _paint_weight(self, label: str, w: float) -> None:
        color = POSITIVE if w >= 0.0 else NEGATIVE
        width = 0.8 + 6.0 * (1.0 - exp(-abs(w) / 6.0))
        tip = {TIP: f"{label} = {w:.6g}"}
        arrow = {
            f"{SVG}path": {"stroke": color, "stroke-width": f"{width:.1f}"},
            f"{SVG}polygon": {"stroke": color, "fill": color},
            f"{SVG}a": tip,
        }
        name = {f"{SVG}text": {"fill": color}, f"{SVG}a": tip}
        _paint(self.parts[f"f_{label}"].iter(), arrow)
        _paint(self.parts[label].iter(), name)


def _paint(shapes: Iterable[Element], looks: Mapping[str, Mapping[str, str]]) -> None:
    """Give each shape the look of its kind."""
    for shape in shapes:
        shape.attrib |= looks.get(shape.tag, {})


def _line(values: Sequence[float], x: float, y: float) -> str:
    """A path through values around (x, y), between 0 and 1 or as far as they go.

    There is none if a value is not finite.
    """
    if not values or not all(map(isfinite, values)):
        return ""
    low = min(0.0, *values)
    high = max(1.0, *values)
    half = (len(values) - 1) / 2
    rise = 2 * HEIGHT / (high - low)
    points = []
    for i, value in enumerate(values):
        across = x + WIDTH * (i / half - 1)
        up = y + HEIGHT - rise * (value - low)
        points.append(f"{across:.1f},{up:.1f}")
    return "M" + " ".join(points)
