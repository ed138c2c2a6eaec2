"""The document's figure of a network, alive: arrows as wide and coloured as their weights, in each neuron its curve."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import exp, isfinite
from xml.etree.ElementTree import Element, SubElement, fromstring, register_namespace, tostring

from autograd import MLP, draw_network
from autograd.drawing import BLUE

SVG, TIP = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}title"
POSITIVE, NEGATIVE = BLUE, "#C2500A"
WIDTH, HEIGHT, Z, A = 33.0, 14.0, -20.0, 33.0  # of a curve to each side of its neuron's centre; where the names stand; points
register_namespace("", SVG[1:-1])
register_namespace("xlink", TIP[1 : -len("}title")])


class Picture:
    """The drawing of a network, laid out once and painted at each update."""

    def __init__(self, net: MLP) -> None:
        self.svg = fromstring(draw_network(net).pipe("svg"))
        named = {group.get("id", "").removeprefix("network_"): group for group in self.svg.iter(f"{SVG}g")}
        self.parts = defaultdict(lambda: Element("g"), named)  # an empty one for what is not drawn
        self.curves: dict[str, tuple[Element, float, float]] = {}  # by label: a path, and the centre of its neuron
        for k, layer in enumerate(net.layers, 1):
            for j, neuron in enumerate(layer.neurons, 1):
                circle = next(self.parts.get(f"h{k}_{j}", self.parts[f"z{k}"]).iter(f"{SVG}ellipse"))
                x, y = float(circle.get("cx", 0)), float(circle.get("cy", 0))
                self.parts[f"f_cut_h{k}_{j}"].clear()  # the diagonal, whose place the curve takes
                for name, below in ((f"z{k}", Z), (f"z{k}_{j}", Z), (f"a{k}_{j}", A)):
                    for text in self.parts[name].iter(f"{SVG}text"):
                        text.attrib |= {"x": f"{x}", "y": f"{y + below}", "font-size": "17"}
                path = SubElement(self.svg[0], f"{SVG}path", {"fill": "none", "stroke": "white", "stroke-width": "2.5"})
                self.curves[f"{'z' if neuron.activation == 'linear' else 'a'}{k}_{j}"] = path, x, y

    def painted(self, weights: Mapping[str, float], curves: Mapping[str, Sequence[float]]) -> str:
        """The figure as SVG, with these weights, and the values over x of these labels."""
        for label, w in weights.items():
            color, width = POSITIVE if w >= 0.0 else NEGATIVE, 0.8 + 6.0 * (1.0 - exp(-abs(w) / 6.0))
            looks = {f"{SVG}path": {"stroke": color, "stroke-width": f"{width:.1f}"}, f"{SVG}a": {TIP: f"{label} = {w:.6g}"},
                     f"{SVG}polygon": {"stroke": color, "fill": color}}  # fmt: skip
            for shape in self.parts[f"f_{label}"].iter():
                shape.attrib |= looks.get(shape.tag, {})
            for shape in self.parts[label].iter():
                shape.attrib |= {f"{SVG}text": {"fill": color}, f"{SVG}a": looks[f"{SVG}a"]}.get(shape.tag, {})
        for label, (path, x, y) in self.curves.items():
            path.set("d", _line(curves.get(label, ()), x, y))
        return tostring(self.svg, encoding="unicode")


def _line(values: Sequence[float], x: float, y: float) -> str:
    """A path through values around (x, y), between 0 and 1 or as far as they go; none if one is not finite."""
    if not values or not all(map(isfinite, values)):
        return ""
    low, high, half = min(0.0, *values), max(1.0, *values), (len(values) - 1) / 2
    rise = 2 * HEIGHT / (high - low)
    return "M" + " ".join(f"{x + WIDTH * (i / half - 1):.1f},{y + HEIGHT - rise * (v - low):.1f}" for i, v in enumerate(values))
