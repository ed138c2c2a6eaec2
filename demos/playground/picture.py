"""The document's figure of a network, alive.

Arrows are as wide and coloured as their weights, and each neuron holds its curve.
"""

from collections.abc import Mapping, Sequence
from math import exp, isfinite
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

from autograd import MLP, draw_network
from autograd.show.networks import NeuronElement, WeightElement
from autograd.show.style import BLUE

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
XLINK_NAMESPACE = "http://www.w3.org/1999/xlink"
register_namespace("", SVG_NAMESPACE)
register_namespace("xlink", XLINK_NAMESPACE)

SVG = f"{{{SVG_NAMESPACE}}}"
GROUP = f"{SVG}g"
LINK = f"{SVG}a"
PATH = f"{SVG}path"
POLYGON = f"{SVG}polygon"
ELLIPSE = f"{SVG}ellipse"
TEXT = f"{SVG}text"
TIP = f"{{{XLINK_NAMESPACE}}}title"

POSITIVE = BLUE
NEGATIVE = "#C2500A"
CURVE = {"fill": "none", "stroke": "white", "stroke-width": "2.5"}

# In points: of a curve to each side of its neuron's centre, and where the names stand below that.
WIDTH = 33.0
HEIGHT = 14.0
Z_BELOW = -20.0
A_BELOW = 33.0


class Curve(NamedTuple):
    """The path of a neuron's curve, and the centre of the neuron."""

    path: Element
    x: float
    y: float

    def line(self, values: Sequence[float]) -> str:
        """A path through values, between 0 and 1 or as far as they go.

        There is none if a value is not finite.
        """
        if not values or not all(map(isfinite, values)):
            return ""
        low = min(0.0, *values)
        high = max(1.0, *values)
        half = (len(values) - 1) / 2
        rise = 2 * HEIGHT / (high - low)
        bottom = self.y + HEIGHT
        points = []
        for i, value in enumerate(values):
            x = self.x + WIDTH * (i / half - 1)
            y = bottom - rise * (value - low)
            points.append(f"{x:.1f},{y:.1f}")
        return "M" + " ".join(points)


class Picture:
    """The drawing of a network, laid out once and painted at each update."""

    def __init__(self, net: MLP) -> None:
        figure = draw_network(net)
        self.svg = fromstring(figure.pipe("svg"))
        self.groups: dict[str, Element] = {}
        for group in self.svg.iter(GROUP):
            self.groups[group.get("id", "")] = group
        self.weights: dict[str, WeightElement] = {}
        for name, parameter in net.named_parameters():
            self.weights[name] = figure.weights[parameter]
        self.curves: dict[str, Curve] = {}
        for k, layer in enumerate(net.layers, start=1):
            for j, neuron in enumerate(layer.neurons, start=1):
                letter = "z" if neuron.activation == "linear" else "a"
                curve = self._add_curve(figure.neurons[neuron])
                self.curves[f"{letter}{k}_{j}"] = curve

    def _add_curve(self, neuron: NeuronElement) -> Curve:
        """Make room for a curve: no diagonal, and the names above and below."""
        circle = next(self.groups[neuron.circle].iter(ELLIPSE))
        x = float(circle.get("cx", 0))
        y = float(circle.get("cy", 0))
        self._move_name(neuron.weighted_sum, x, y + Z_BELOW)
        if neuron.activation:
            self._move_name(neuron.activation, x, y + A_BELOW)
        if neuron.diagonal:
            self.groups[neuron.diagonal].clear()
        path = SubElement(self.svg[0], PATH, CURVE)
        return Curve(path, x, y)

    def _move_name(self, group: str, x: float, y: float) -> None:
        for text in self.groups[group].iter(TEXT):
            text.set("x", f"{x}")
            text.set("y", f"{y}")
            text.set("font-size", "17")

    def weight_at(self, group: str) -> str | None:
        """The weight whose arrow or name has this id."""
        for name, weight in self.weights.items():
            if group in weight:
                return name
        return None

    def painted(self, weights: Mapping[str, float], curves: Mapping[str, Sequence[float]]) -> str:
        """The figure as SVG, with these weights, and the values over x of these labels."""
        for name, number in weights.items():
            self._paint_weight(name, number)
        for label, curve in self.curves.items():
            line = curve.line(curves.get(label, ()))
            curve.path.set("d", line)
        return tostring(self.svg, encoding="unicode")

    def _paint_weight(self, name: str, number: float) -> None:
        weight = self.weights[name]
        color = POSITIVE if number >= 0.0 else NEGATIVE
        width = 0.8 + 6.0 * (1.0 - exp(-abs(number) / 6.0))
        tip = f"{name} = {number:.6g}"
        arrow = self.groups[weight.arrow]
        _set(arrow, PATH, "stroke", color)
        _set(arrow, PATH, "stroke-width", f"{width:.1f}")
        _set(arrow, POLYGON, "stroke", color)
        _set(arrow, POLYGON, "fill", color)
        _set(arrow, LINK, TIP, tip)
        if weight.name:
            text = self.groups[weight.name]
            _set(text, TEXT, "fill", color)
            _set(text, LINK, TIP, tip)


def _set(group: Element, tag: str, attribute: str, value: str) -> None:
    """Give all shapes of a kind in a group an attribute."""
    for shape in group.iter(tag):
        shape.set(attribute, value)
